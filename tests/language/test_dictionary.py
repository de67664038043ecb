"""A dictionary, its value sets and the sources: what is read of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from multifidus.core.coding import Days
from multifidus.core.element import Constant, Nothing, Number, SinceAtLatest
from multifidus.language.dictionary import read_days, read_sources
from tests.language.small import (
    DICTIONARY,
    SMALL,
    SOURCES,
    VALUE_SET,
    checked,
    dictionary_problems,
    edited,
)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2025-04-16 to open", Days(first=date(2025, 4, 16))),
        ("open to 2025-04-16", Days(last=date(2025, 4, 16))),
        ("open to open", Days()),
        ("2025-04-16 to 2025-04-16", Days(first=date(2025, 4, 16), last=date(2025, 4, 16))),
        ("2025-04-17 to 2025-04-16", None),
        ("2025-02-30 to open", None),
        ("2025-04-16", None),
        ("", None),
    ],
)
def test_days_are_read_in_one_form(text: str, days: Days | None) -> None:
    assert days == read_days(text)


def test_the_small_dictionary_is_read_as_it_is_meant() -> None:
    assert Number("cm", Decimal(0), Decimal(10)) == SMALL.elements["pain"].answer
    assert Nothing("the scale is not stated") == SMALL.elements["pain"].rules[1].gives
    assert SinceAtLatest("recordedDate") == SMALL.elements["pain_duration"].rules[0].gives
    assert Constant(value=True) == SMALL.elements["tries"].rules[0].gives
    assert SMALL.elements["unfit"].silence == "nobody writes down that a patient is fit"
    assert [code.with_descendants for code in SMALL.value_sets["pain"].codes] == [True, False]


@pytest.mark.parametrize(
    ("text", "instead"),
    [
        ("cm, 0 to 10", "cm, 0 to 11"),
        ("Observation: [effective, issued]", "Observation: [issued, effective]"),
        ("ServiceRequest gives since occurrence", "ServiceRequest gives since authoredOn"),
    ],
)
def test_the_digest_of_a_dictionary_follows_its_text(text: str, instead: str) -> None:
    other, problems = dictionary_problems(edited(DICTIONARY, (text, instead)))

    assert other is not None, problems
    assert SMALL.digest != other.digest


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "a",
        "[" * 10_000,
        "{a: " * 10_000,
        "a: &b [*b, *b]",
        "!tag a",
        "- " * 10_000,
        "\t-",
    ],
)
def test_hostile_yaml_ends_in_messages(text: str) -> None:
    assert dictionary_problems(text)[1]
    assert dictionary_problems(DICTIONARY, text)[1]
    assert dictionary_problems(edited(DICTIONARY, ("cm, 0 to 10", text.strip() or "a")))[1]
    assert checked(sources=text)[1]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("cm, 0 to 10", f"cm, 0 to {'9' * 400}"),
        ("at most 3 months", f"at most {'9' * 400} months"),
        ("units: [cm]", "units: {cm: cm}"),
    ],
)
def test_a_huge_number_ends_in_messages(old: str, new: str) -> None:
    assert dictionary_problems(edited(DICTIONARY, (old, new)))[1]


def test_a_line_end_or_a_byte_order_mark_changes_nothing() -> None:
    for text in (VALUE_SET.replace("\n", "\r\n"), "\ufeff" + VALUE_SET):
        dictionary, problems = dictionary_problems(DICTIONARY, text)
        assert () == problems
        assert dictionary == SMALL


def test_sources_are_read_with_how_well_they_were_read() -> None:
    sources, problems = read_sources(SOURCES, file="sources.yaml")

    assert [] == problems
    assert ["verified", "second-hand"] == [each.reading for each in sources.values()]
