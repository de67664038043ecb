"""Worked cases: what their words mean, and what becomes of words that mean nothing."""

from __future__ import annotations

from datetime import date

import pytest

from multifidus.core.case import Absence, Reason
from multifidus.core.quantity import Quantity, Span
from multifidus.language.cases import DEFAULT_DATE, answer_words, read_cases, read_entry, read_value
from tests.language.small import CASES, SMALL, checked

ON = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("unfit", "yes", True),
        ("unfit", "no", False),
        ("unfit", "Yes", None),
        ("lift_test", "positive", "positive"),
        ("lift_test", "doubtful", None),
        ("pain", "6 cm", Quantity(6, "cm")),
        ("pain", "60 mm", Quantity(60, "mm")),
        ("pain", "0 cm", Quantity(0, "cm")),
        ("pain", "10 cm", Quantity(10, "cm")),
        ("pain", "101 mm", None),
        ("pain", "-1 cm", None),
        ("pain", "6 points", None),
        ("pain", "6", None),
        ("pain", "NaN cm", None),
        ("pain", f"{'9' * 400} cm", None),
        ("pain", "since 2025", None),
        ("age", "52 years", Quantity(52, "years")),
        ("age", "-1 years", None),
        ("age", "52 cm", None),
        ("age", "since 1900-02-30", None),
        ("age", "since 0000", None),
    ],
)
def test_a_value_is_read_as_a_person_writes_it(name: str, text: str, value: object) -> None:
    assert value == read_value(SMALL.elements[name], text, ON)


def test_a_time_since_a_day_ends_on_the_day_of_service() -> None:
    value = read_value(SMALL.elements["age"], "since 2025-06", ON)

    assert isinstance(value, Span)
    assert ON == value.until


def test_an_absence_is_told_in_words() -> None:
    element = SMALL.elements["pain"]

    assert Absence(reason=Reason.TOO_OLD) == read_entry(element, "too old", ON)
    assert Absence(reason=Reason.NOT_RECORDED) == read_entry(element, "not recorded", ON)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("unfit", "`yes` or `no`"),
        ("lift_test", "one of positive, negative"),
        ("age", "a time, as `10 years` or `since 2025-06`"),
        ("pain", "a number of cm, from 0 to 10"),
    ],
)
def test_what_an_element_takes_is_said(name: str, words: str) -> None:
    assert words == answer_words(SMALL.elements[name])


@pytest.mark.parametrize(
    ("statements", "day"),
    [
        ('like "first"', date(2026, 3, 1)),
        ('like "first"; on 2026-04-01', date(2026, 4, 1)),
        ('on 2026-04-01; like "first"', date(2026, 4, 1)),
        ("unfit no", DEFAULT_DATE),
    ],
)
def test_the_day_of_service_is_the_one_named_nearest(statements: str, day: date) -> None:
    text = (
        f'```case "first"\non 2026-03-01\n=> met\n```\n```case "next"\n{statements}\n=> met\n```\n'
    )
    (_, case), problems = read_cases(text, dictionary=SMALL, file="cases.md")

    assert () == problems
    assert day == case.case.service.date


@pytest.mark.parametrize("text", [CASES, CASES.replace("\n", "\r\n"), "\ufeff" + CASES])
def test_line_ends_and_a_byte_order_mark_change_nothing(text: str) -> None:
    policy, problems = checked(cases=text)

    assert () == problems
    assert policy is not None


@pytest.mark.parametrize(
    "text", ["", "\n", "words", "```", "````", '```case "a', "[" * 10_000, "- " * 10_000]
)
def test_a_page_without_cases_has_none(text: str) -> None:
    cases, _ = read_cases(text, dictionary=SMALL, file="cases.md")

    assert () == cases


def test_a_case_that_does_not_end_is_reported() -> None:
    """The next case would be swallowed in silence."""
    _, problems = read_cases(CASES.replace("met\n```", "met", 1), dictionary=SMALL, file="cases.md")

    assert [(3, "the case does not end")] == [(p.place.line, p.message) for p in problems]
