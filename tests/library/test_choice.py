"""Which version answers, why it is that one, and what is said when none or several would."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from multifidus.errors import RequestError
from multifidus.library.choice import Asked
from tests.library.shelves import Small, shelf_of

if TYPE_CHECKING:
    from pathlib import Path

DAY = date(2026, 1, 1)
VERSIONS = (
    Small(days="2024-01-01 to 2024-12-31"),
    Small(version="2.0.0", days="2025-01-01 to open"),
    Small(id="b", more="payer: [Other]\n"),
)
PLANS = (
    Small(id="any", more="payer: [Payer]\n"),
    Small(id="gold", more="payer: [Payer]\nplan: [Gold, Gold Plus]\n"),
    Small(id="silver", more="payer: [Payer]\nplan: Silver\n"),
)
LINES = (
    Small(id="trade", more="payer: [Payer]\nlines_of_business: [commercial, exchange]\n"),
    Small(id="state", more="payer: [Payer]\nlines_of_business: medicaid\n"),
)
PLACES = (
    Small(id="any", more="payer: [Payer]\n"),
    Small(id="us", more="payer: [Payer]\njurisdictions: [US]\n"),
    Small(id="nc", more="payer: [Payer]\njurisdictions: [US-NC, US-SC]\n"),
)


@pytest.mark.parametrize("payer", ["Payer", "payer", "  PAYER "])
def test_a_payer_is_found_however_it_is_written(tmp_path: Path, payer: str) -> None:
    shelf = shelf_of(tmp_path, *VERSIONS)

    assert "a@1.0.0" == str(shelf.choose_for(Asked(payer=payer), date(2024, 2, 29)).shelved)


@pytest.mark.parametrize(
    ("policies", "asked", "expected", "because"),
    [
        (PLANS, Asked(payer="Payer", plan="gold plus"), "gold", ""),
        (PLANS, Asked(payer="Payer", plan="SILVER"), "silver", ""),
        (PLANS, Asked(payer="Payer", plan="Bronze"), "any", "it names no plan"),
        (LINES, Asked(payer="Payer", line_of_business="exchange"), "trade", ""),
        (LINES, Asked(payer="Payer", line_of_business="medicaid"), "state", ""),
        (PLACES, Asked(payer="Payer", jurisdiction="us-nc"), "nc", ""),
        (PLACES, Asked(payer="Payer", jurisdiction="US-TX"), "us", ""),
        (PLACES, Asked(payer="Payer", jurisdiction="US"), "us", ""),
        (PLACES, Asked(payer="Payer", jurisdiction="GB"), "any", "it names no jurisdiction"),
        (
            PLANS[:1],
            Asked(payer="Payer", line_of_business="medicare"),
            "any",
            "it names no line of business",
        ),
    ],
)
def test_the_closest_fit_answers_and_what_it_does_not_name_is_said(
    tmp_path: Path, policies: tuple[Small, ...], asked: Asked, expected: str, because: str
) -> None:
    choice = shelf_of(tmp_path, *policies).choose_for(asked, DAY)

    assert expected == choice.shelved.id
    assert because == choice.because.partition("; ")[2]
    assert choice.because.startswith("the policy of `Payer`")


REFUSED = {
    "none in force": (
        VERSIONS,
        Asked(payer="Payer"),
        date(2020, 1, 1),
        (
            "shelf: no policy of `Payer` is in force on 2020-01-01\n"
            "    ask for another day, or name a version with --policy:\n"
            "      a@1.0.0, 2024-01-01 to 2024-12-31\n"
            "      a@2.0.0, 2025-01-01 to open"
        ),
    ),
    "none in force for a plan": (
        (*PLANS[1:], Small(id="old", days="2020-01-01 to 2020-12-31")),
        Asked(payer="Payer", plan="Silver"),
        date(2021, 1, 1),
        (
            "shelf: no policy of `Payer`, `Silver` is in force on 2021-01-01\n"
            "    ask for another day, or name a version with --policy:\n"
            "      silver@1.0.0, 2024-01-01 to open (Silver)"
        ),
    ),
    "none for what was asked": (
        LINES,
        Asked(payer="Payer", line_of_business="medicare"),
        DAY,
        (
            "shelf: no policy of `Payer`, `medicare` in force on 2026-01-01 is for that\n"
            "    name one of these with --policy if it applies:\n"
            "      state@1.0.0, 2024-01-01 to open (medicaid)\n"
            "      trade@1.0.0, 2024-01-01 to open (commercial, exchange)"
        ),
    ),
    "several that can be told apart": (
        (*LINES, *PLACES[2:]),
        Asked(payer="Payer"),
        DAY,
        (
            "shelf: several policies of `Payer` are in force on 2026-01-01\n"
            "    narrow it with --line-of-business or --jurisdiction, or name one with --policy:\n"
            "      nc@1.0.0, 2024-01-01 to open (US-NC, US-SC)\n"
            "      state@1.0.0, 2024-01-01 to open (medicaid)\n"
            "      trade@1.0.0, 2024-01-01 to open (commercial, exchange)"
        ),
    ),
    "several that only their names tell apart": (
        (Small(), Small(id="b")),
        Asked(payer="Payer"),
        DAY,
        (
            "shelf: several policies of `Payer` are in force on 2026-01-01\n"
            "    name one with --policy:\n"
            "      a@1.0.0, 2024-01-01 to open\n"
            "      b@1.0.0, 2024-01-01 to open"
        ),
    ),
    "an unknown payer": (
        VERSIONS,
        Asked(payer="Payor"),
        DAY,
        (
            "shelf: no policy of `Payor` on the shelf\n"
            "    did you mean `Payer`? the payers are: Other, Payer"
        ),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_none_or_several_are_told_with_the_way_forward(tmp_path: Path, name: str) -> None:
    policies, asked, day, expected = REFUSED[name]

    with pytest.raises(RequestError) as error:
        shelf_of(tmp_path, *policies).choose_for(asked, day)

    assert expected == str(error.value)


@pytest.mark.parametrize(
    ("name", "on", "expected", "because"),
    [
        (
            "a",
            date(2024, 6, 1),
            "a@1.0.0",
            "the version in force on 2024-06-01; from 2025-01-01 on 2.0.0",
        ),
        ("a", date(2025, 6, 1), "a@2.0.0", "the version in force on 2025-06-01; before it 1.0.0"),
        (
            "a",
            date(2020, 1, 1),
            "a@1.0.0",
            "no version of it is in force on 2020-01-01; this is the first after",
        ),
        ("a@2.0.0", date(2020, 1, 1), "a@2.0.0", "the version that was named"),
        ("a@1.0.0", date(2030, 1, 1), "a@1.0.0", "the version that was named"),
        ("b", date(2030, 1, 1), "b@1.0.0", "the version in force on 2030-01-01"),
    ],
)
def test_a_name_finds_a_version_and_says_why(
    tmp_path: Path, name: str, on: date, expected: str, because: str
) -> None:
    choice = shelf_of(tmp_path, *VERSIONS).choose(name, on)

    assert (expected, because) == (str(choice.shelved), choice.because)


def test_after_the_last_version_that_one_answers_and_says_so(tmp_path: Path) -> None:
    choice = shelf_of(tmp_path, VERSIONS[0]).choose("a", DAY)

    assert (
        "no version of it is in force on 2026-01-01; this is the last before it"
    ) == choice.because


def test_of_two_versions_in_force_none_is_chosen_for_its_name_alone(tmp_path: Path) -> None:
    shelf = shelf_of(tmp_path, Small(), Small(version="2.0.0", days="2025-01-01 to open"))

    with pytest.raises(RequestError) as error:
        shelf.choose("a", DAY)

    assert str(error.value) == (
        "shelf: several versions of `a` are in force on 2026-01-01\n"
        "    name one of them:\n"
        "      a@1.0.0, 2024-01-01 to open\n"
        "      a@2.0.0, 2025-01-01 to open"
    )
    assert "a@1.0.0" == str(shelf.choose("a@1.0.0", DAY).shelved)


def test_a_retired_transcription_gives_way_to_the_one_that_took_its_place(tmp_path: Path) -> None:
    """It is of the same document and the same days, so it is no overlap either."""
    shelf = shelf_of(tmp_path, Small(status="retired"), Small(version="2.0.0"))

    assert "a@2.0.0" == str(shelf.choose("a", DAY).shelved)
    assert "a@2.0.0" == str(shelf.choose_for(Asked(payer="Payer"), DAY).shelved)
    assert "a@1.0.0" == str(shelf.choose("a@1.0.0", DAY).shelved)
    assert [] == shelf.faults


def test_a_retired_version_answers_on_a_day_that_no_other_has(tmp_path: Path) -> None:
    shelf = shelf_of(
        tmp_path,
        Small(status="retired", days="2020-01-01 to 2020-12-31"),
        Small(version="2.0.0", days="2021-01-01 to open"),
    )

    assert "a@1.0.0" == str(shelf.choose_for(Asked(payer="Payer"), date(2020, 6, 1)).shelved)
