"""The shelf: by id, by payer, by the day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from multifidus.errors import PolicyError, RequestError
from multifidus.language.wording import read_lexicon
from multifidus.library.shelf import DEFAULT_POLICIES, Shelf, shipped

if TYPE_CHECKING:
    from pathlib import Path

    from multifidus.core.element import Dictionary
    from multifidus.core.wording import Lexicon

FRONT = """---
policy: {id}
version: {version}
payer: [{payer}]
in_force: {days}
---
"""


def shelf_of(folder: Path, *policies: tuple[str, str, str, str]) -> Shelf:
    """Write the front matter of some policies into a folder."""
    for number, (name, version, payer, days) in enumerate(policies):
        path = folder / str(number) / "policy.md"
        path.parent.mkdir()
        path.write_text(FRONT.format(id=name, version=version, payer=payer, days=days))
    return Shelf(folder)


THREE = (
    ("a", "1.0.0", "Payer", "2024-01-01 to 2024-12-31"),
    ("a", "2.0.0", "Payer", "2025-01-01 to open"),
    ("b", "1.0.0", "Other", "2024-01-01 to open"),
)


@pytest.mark.parametrize(
    ("name", "on", "expected"),
    [
        ("a", date(2024, 12, 31), "a@1.0.0"),
        ("a", date(2025, 1, 1), "a@2.0.0"),
        ("a@1.0.0", date(2026, 1, 1), "a@1.0.0"),
        ("a", date(2020, 1, 1), "a@1.0.0"),
        ("b", date(2030, 1, 1), "b@1.0.0"),
    ],
)
def test_the_day_chooses_the_version(tmp_path: Path, name: str, on: date, expected: str) -> None:
    """Where none is in force, the one that was last in force answers, else the first."""
    assert expected == str(shelf_of(tmp_path, *THREE).find(name, on))


def test_between_two_versions_the_earlier_one_answers(tmp_path: Path) -> None:
    shelf = shelf_of(
        tmp_path,
        ("a", "1.0.0", "Payer", "2024-01-01 to 2024-06-30"),
        ("a", "2.0.0", "Payer", "2025-01-01 to open"),
    )

    assert "a@1.0.0" == str(shelf.find("a", date(2024, 9, 1)))


def test_a_policy_that_is_not_there_is_told_with_what_is(tmp_path: Path) -> None:
    with pytest.raises(RequestError) as error:
        shelf_of(tmp_path, *THREE).find("c", date(2024, 1, 1))

    assert "shelf: no policy `c` on the shelf\n    the policies are: a, b" == str(error.value)


def test_a_version_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(RequestError) as error:
        shelf_of(tmp_path, *THREE).find("a@3.0.0", date(2024, 1, 1))

    assert "did you mean" in str(error.value)
    assert "a@1.0.0, a@2.0.0" in str(error.value)


@pytest.mark.parametrize("payer", ["Payer", "payer", " PAYER "])
def test_a_payer_is_found_however_it_is_written(tmp_path: Path, payer: str) -> None:
    assert "a@1.0.0" == str(shelf_of(tmp_path, *THREE).of_payer(payer, date(2024, 2, 29)))


def test_a_payer_without_a_policy_in_force_is_told_its_days(tmp_path: Path) -> None:
    with pytest.raises(RequestError) as error:
        shelf_of(tmp_path, *THREE).of_payer("Payer", date(2020, 1, 1))

    assert "no policy of `Payer` is in force on 2020-01-01" in str(error.value)
    assert "a@1.0.0, 2024-01-01 to 2024-12-31; a@2.0.0, 2025-01-01 to open" in str(error.value)


def test_several_policies_in_force_are_told_and_none_is_chosen(tmp_path: Path) -> None:
    shelf = shelf_of(
        tmp_path,
        ("a", "1.0.0", "Payer", "2024-01-01 to open"),
        ("b", "1.0.0", "Payer", "2024-01-01 to open"),
    )

    with pytest.raises(RequestError) as error:
        shelf.of_payer("Payer", date(2024, 1, 1))

    assert "several policies of `Payer` are in force on 2024-01-01" in str(error.value)
    assert "--policy: a@1.0.0" in str(error.value)


def test_an_unknown_payer_is_told_with_those_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(RequestError) as error:
        shelf_of(tmp_path, *THREE).all_of_payer("Payor")

    assert "did you mean `Payer`? the payers are: Other, Payer" in str(error.value)


def test_damaged_front_matter_is_a_policy_error(tmp_path: Path) -> None:
    with pytest.raises(PolicyError) as error:
        _ = shelf_of(tmp_path, ("a", "1.0.0", "Payer", "some day")).entries

    assert "policy check" in str(error.value)


def test_front_matter_that_is_not_yaml_is_a_policy_error(tmp_path: Path) -> None:
    (tmp_path / "policy.md").write_text("---\npolicy: [\n---\n")

    with pytest.raises(PolicyError):
        _ = Shelf(tmp_path).entries


def test_every_shipped_policy_can_be_read() -> None:
    shelf = shipped()
    policies = [shelf.read(each) for each in shelf.entries]

    assert {"anthem-surg-00158", "fda-p190021", "isass-2025", "mp-623"} <= {
        policy.about.id for policy in policies
    }
    assert set(DEFAULT_POLICIES) <= {policy.about.id for policy in policies}


def test_anthem_changes_between_two_days() -> None:
    shelf = shipped()

    before, after = (shelf.of_payer("Anthem", date(2025, 4, day)) for day in (15, 16))

    assert ["2024.4.1", "2025.4.16"] == [before.version, after.version]


def test_a_lexicon_is_read_once_and_only_when_it_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[str] = []

    def counted(path: Path, dictionary: Dictionary) -> Lexicon:
        read.append(path.stem)
        return read_lexicon(path, dictionary)

    monkeypatch.setattr("multifidus.language.wording.read_lexicon", counted)
    shelf = shipped()
    for each in shelf.entries:
        shelf.read(each)
    assert [] == read

    lexicon = shelf.lexicon("low-back-pain")

    assert shelf.lexicon("low-back-pain") is lexicon
    assert ["low-back-pain"] == read
    assert lexicon.elements.keys() <= shelf.dictionaries["low-back-pain"].elements.keys()


def test_a_lexicon_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(RequestError) as error:
        shipped().lexicon("low-back")

    assert (
        "shelf: no lexicon `low-back` on the shelf\n"
        "    did you mean `low-back-pain`? the lexicons are: low-back-pain"
    ) == str(error.value)


def test_a_lexicon_without_its_dictionary_is_not_on_the_shelf(tmp_path: Path) -> None:
    path = tmp_path / "dictionaries" / "wording" / "alone.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("version: 1.0.0\n")

    with pytest.raises(
        RequestError, match="no lexicon `alone` on the shelf\\n    there are no lexicons on it"
    ):
        Shelf(tmp_path).lexicon("alone")
