"""Numbers with units, days known to some precision, and calendar time."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from multifidus.core.quantity import (
    Counting,
    DateRange,
    Operator,
    Quantity,
    Span,
    anniversary,
    compare,
    completed_units,
    days_in,
    turning_days,
)
from multifidus.core.truth import F, T, Truth, U


def span(since: str, until: str, counting: Counting = Counting.ELAPSED) -> Span:
    return Span(since=DateRange.parse(since), until=date.fromisoformat(until), counting=counting)


def quantity(words: str) -> Quantity:
    number, _, unit = words.partition(" ")
    return Quantity(number, unit)


# Quantities


@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-Infinity", "seven", "", "1e19", "1e-19", "1" * 41]
)
def test_a_number_that_nobody_measures_is_refused(number: str) -> None:
    """Past these bounds exact arithmetic would eat the machine."""
    with pytest.raises(ValueError, match="number"):
        Quantity(number, "cm")


def test_an_unknown_unit_is_refused_by_its_name() -> None:
    with pytest.raises(ValueError, match="unknown unit `furlongs`"):
        Quantity(1, "furlongs")


def test_the_number_is_shown_without_trailing_zeros() -> None:
    assert ["7.3 cm", "70 mm", "1 year", "2 years", "1 percent", "0 points"] == [
        str(Quantity(number, unit))
        for number, unit in [
            ("7.30", "cm"),
            ("70", "mm"),
            ("1.0", "years"),
            ("2", "year"),
            ("1", "%"),
            ("0.0", "points"),
        ]
    ]
    assert "Quantity('7.3', 'cm')" == repr(Quantity(Decimal("7.30"), "cm"))


def test_equal_quantities_are_the_same_words() -> None:
    """10 mm and 1 cm compare as equal, but they are not the same words."""
    assert Quantity("7.0", "cm") == Quantity(7, "cm")
    assert hash(Quantity("7.0", "cm")) == hash(Quantity(7, "cm"))
    assert Quantity(10, "mm") != Quantity(1, "cm")
    assert Quantity(1, "cm") != "1 cm"
    assert T is compare(Quantity(10, "mm"), Operator.EQUAL, Quantity(1, "cm"))


@pytest.mark.parametrize(
    ("value", "operator", "bound", "truth"),
    [
        ("6 cm", ">=", "6 cm", T),
        ("5.99999999999999999999 cm", ">=", "6 cm", F),
        ("60 mm", ">=", "6 cm", T),
        ("59.9 mm", ">=", "6 cm", F),
        ("6 cm", ">", "6 cm", F),
        ("6 cm", "<=", "6 cm", T),
        ("6 cm", "<", "6 cm", F),
        ("61 mm", "=", "6 cm", F),
        ("1 in", "=", "25.4 mm", T),
        ("1 lb", "=", "453.59237 g", T),
        ("1 lb", "<", "0.45359237 kg", F),
        ("2 years", "=", "24 months", T),
        ("2 weeks", "=", "14 days", T),
        ("3 months", ">", "90 days", U),
        ("3 months", ">", "88 days", T),
        ("3 months", ">", "92 days", F),
        ("1 years", ">=", "365 days", T),
        ("1 years", ">=", "366 days", U),
        ("1 years", ">=", "367 days", F),
        ("90 days", ">=", "3 months", U),
        ("0.5 months", ">=", "32 days", F),
    ],
)
def test_comparison_is_exact_and_knows_the_calendar(
    value: str, operator: str, bound: str, truth: Truth
) -> None:
    assert truth is compare(quantity(value), Operator(operator), quantity(bound))


def test_what_cannot_be_compared_is_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError, match="`points` does not compare with `cm`"):
        compare(Quantity(6, "points"), Operator.AT_LEAST, Quantity(6, "cm"))


def test_three_months_have_89_to_92_days() -> None:
    assert (89, 92) == days_in(Quantity(3, "months"))
    assert (14, 14) == days_in(Quantity(2, "weeks"))


# Days


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2019", date(2019, 1, 1), date(2019, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28)),
        ("1900-02", date(1900, 2, 1), date(1900, 2, 28)),
        ("2019-06-30", date(2019, 6, 30), date(2019, 6, 30)),
    ],
)
def test_a_day_keeps_the_precision_it_was_written_with(
    text: str, earliest: date, latest: date
) -> None:
    assert DateRange(earliest=earliest, latest=latest) == DateRange.parse(text)
    assert text == str(DateRange.parse(text))


@pytest.mark.parametrize(
    "text", ["", "19", "2019-6", "2019-13", "2019-02-30", "2019-06-30T10:00", "june", "٢٠١٩"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"date|month|day"):
        DateRange.parse(text)


def test_other_ranges_say_both_ends() -> None:
    days = DateRange(earliest=date(2019, 1, 5), latest=date(2019, 2, 6))
    open_below = DateRange(earliest=None, latest=date(2019, 2, 6))

    assert ["2019-01-05 to 2019-02-06", "2019-02-06 or earlier"] == [str(days), str(open_below)]


# Calendar time


@pytest.mark.parametrize(
    ("start", "count", "unit", "day"),
    [
        (date(2004, 2, 29), 18, "years", date(2022, 3, 1)),
        (date(2004, 2, 29), 20, "years", date(2024, 2, 29)),
        (date(2000, 2, 29), 100, "years", date(2100, 3, 1)),
        (date(2026, 1, 31), 1, "months", date(2026, 3, 1)),
        (date(2026, 12, 31), 2, "months", date(2027, 3, 1)),
        (date(2026, 10, 31), 1, "months", date(2026, 12, 1)),
        (date(2026, 1, 1), 2, "weeks", date(2026, 1, 15)),
        (date(2026, 1, 1), 0, "days", date(2026, 1, 1)),
        (date(9999, 6, 1), 1, "years", date.max),
        (date(9999, 12, 31), 5, "days", date.max),
    ],
)
def test_a_day_that_a_month_lacks_falls_on_the_first_of_the_next(
    start: date, count: int, unit: str, day: date
) -> None:
    assert day == anniversary(start, count, unit)


@pytest.mark.parametrize(
    ("start", "end", "unit", "count"),
    [
        (date(2026, 1, 31), date(2026, 2, 28), "months", 0),
        (date(2026, 1, 31), date(2026, 3, 1), "months", 1),
        (date(2004, 2, 29), date(2022, 2, 28), "years", 17),
        (date(2004, 2, 29), date(2022, 3, 1), "years", 18),
        (date(2026, 1, 1), date(2026, 1, 14), "weeks", 1),
        (date(2026, 1, 2), date(2026, 1, 1), "days", 0),
    ],
)
def test_units_are_completed_on_their_day(start: date, end: date, unit: str, count: int) -> None:
    assert count == completed_units(start, end, unit)


@pytest.mark.parametrize(
    ("until", "at_least_18", "at_most_17"),
    [("2026-02-28", F, T), ("2026-03-01", T, F), ("2026-03-02", T, F)],
)
def test_who_was_born_on_29_february_turns_18_on_1_march(
    until: str, at_least_18: Truth, at_most_17: Truth
) -> None:
    age = span("2008-02-29", until, Counting.COMPLETED)

    assert at_least_18 is compare(age, Operator.AT_LEAST, Quantity(18, "years"))
    assert at_most_17 is compare(age, Operator.AT_MOST, Quantity(17, "years"))


@pytest.mark.parametrize(
    ("until", "completed", "elapsed"),
    [("2026-05-01", T, T), ("2026-05-02", T, F), ("2027-04-30", T, F), ("2027-05-01", F, F)],
)
def test_at_most_75_years_lasts_a_year_longer_for_ages(
    until: str, completed: Truth, elapsed: Truth
) -> None:
    """Who is 75 is at most 75 until the day before the next birthday."""
    bound = Quantity(75, "years")

    assert completed is compare(
        span("1951-05-01", until, Counting.COMPLETED), Operator.AT_MOST, bound
    )
    assert elapsed is compare(span("1951-05-01", until), Operator.AT_MOST, bound)


@pytest.mark.parametrize(
    ("since", "operator", "truth"),
    [
        ("2025", ">=", U),
        ("2024", ">=", T),
        ("2026", ">=", F),
        ("2025", "<", U),
        ("2024", "<", F),
        ("2025-10-05", ">=", T),
        ("2025-10-05", ">", F),
        ("2025-10-05", "=", T),
        ("2025-10-04", "=", F),
        ("2025-10", "=", U),
    ],
)
def test_a_start_known_in_part_decides_only_what_all_its_days_decide(
    since: str, operator: str, truth: Truth
) -> None:
    found = compare(span(since, "2026-10-05"), Operator(operator), Quantity(1, "years"))

    assert truth is found


def test_a_start_that_is_only_bounded_above_can_show_that_it_was_long_enough() -> None:
    """On record since 2020, perhaps earlier: surely five years, never surely less than ten."""
    since = DateRange(earliest=None, latest=date(2020, 1, 1))
    known = Span(since=since, until=date(2026, 1, 1))

    assert T is compare(known, Operator.AT_LEAST, Quantity(5, "years"))
    assert U is compare(known, Operator.LESS, Quantity(10, "years"))
    assert (6, None) == known.completed("years")


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        ("2016-03", "2026-10-05", "10 years"),
        ("2016", "2026-10-05", "9 to 10 years"),
        ("2026-07-20", "2026-10-05", "2 months"),
        ("2026-10-01", "2026-10-05", "4 days"),
        ("2026-10-05", "2026-10-05", "0 days"),
    ],
)
def test_a_span_is_shown_in_its_largest_unit(since: str, until: str, words: str) -> None:
    assert words == str(span(since, until))


def test_a_span_bounded_above_is_shown_as_at_least() -> None:
    since = DateRange(earliest=None, latest=date(2020, 1, 1))

    assert "at least 6 years" == str(Span(since=since, until=date(2026, 1, 1)))


def test_a_comparison_turns_on_the_days_that_are_listed_and_on_no_other() -> None:
    """Tried day by day over three years, for both ways of counting and for a start in part."""
    bound = Quantity(6, "months")
    for since in ("2026-01-31", "2026-02"):
        for counting in Counting:
            begun = span(since, "2026-01-01", counting)
            listed = set(turning_days(begun, bound))
            for operator in Operator:
                day = date(2026, 1, 1)
                before = compare(begun.at(day), operator, bound)
                while day.year < 2028:
                    day = date.fromordinal(day.toordinal() + 1)
                    after = compare(begun.at(day), operator, bound)
                    assert before is after or day in listed
                    before = after
