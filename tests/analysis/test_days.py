"""Thresholds in days are where the evaluator's comparisons turn; some days stand for all."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from multifidus.analysis.days import CYCLE, Threshold, service_days
from multifidus.core.quantity import Counting, DateRange, Operator, Quantity, Span, compare
from multifidus.core.truth import F, T

BOUNDS = ("18 years", "75 years", "3 months", "6 months", "1.5 months", "90 days", "12 weeks")


def quantity(text: str) -> Quantity:
    number, unit = text.split()
    return Quantity(number, unit)


@given(
    bound=st.sampled_from(BOUNDS),
    counting=st.sampled_from(Counting),
    exceeds=st.booleans(),
    until=st.dates(date(2020, 1, 1), date(2099, 12, 31)),
)
def test_a_comparison_turns_on_the_day_of_its_threshold(
    bound: str, counting: Counting, *, exceeds: bool, until: date
) -> None:
    threshold = Threshold(quantity(bound), counting, exceeds)
    days = threshold.days(until)
    operator = Operator.MORE if exceeds else Operator.AT_LEAST

    def truth(ago: int) -> object:
        since = DateRange.exactly(until - timedelta(days=ago))
        return compare(Span(since=since, until=until, counting=counting), operator, quantity(bound))

    assert (F, T) == (truth(days - 1), truth(days))


def test_more_years_than_the_calendar_has_are_never_reached() -> None:
    threshold = Threshold(Quantity(5000, "years"), Counting.ELAPSED, exceeds=False)

    assert (date(2026, 6, 1) - date.min).days == threshold.days(date(2026, 6, 1))


def thresholds(*bounds: str) -> set[Threshold]:
    return {
        Threshold(quantity(bound), Counting.ELAPSED, exceeds)
        for bound in bounds
        for exceeds in (False, True)
    }


@pytest.mark.parametrize("bounds", [("90 days", "12 weeks"), ("18 years", "6 months"), ()])
def test_one_day_stands_for_all_where_months_and_days_are_not_mixed(bounds: tuple[str]) -> None:
    assert (date(2026, 6, 1),) == service_days(date(2026, 6, 1), {"e": thresholds(*bounds)})


def test_elements_of_different_units_do_not_mix() -> None:
    asked = {"age": thresholds("18 years"), "duration": thresholds("90 days")}

    assert 1 == len(service_days(date(2026, 6, 1), asked))


def test_the_end_of_a_month_is_left_for_a_day_that_every_month_has() -> None:
    assert (date(2026, 3, 28),) == service_days(date(2026, 3, 31), {})


def test_every_day_has_one_that_stands_for_it_where_months_and_days_are_mixed() -> None:
    asked = thresholds("90 days", "3 months", "6 months")
    days = service_days(date(2026, 6, 1), {"duration": asked})
    months = [each for each in asked if each.in_months]

    def kind(day: date) -> tuple[int, ...]:
        return tuple(each.days(day) for each in months)

    assert date(2026, 6, 1) == days[0]
    assert len(days) == len({kind(day) for day in days})
    assert {kind(day) for day in days} == {
        kind(date(2050, 1, 1) + timedelta(days=step)) for step in range(CYCLE)
    }
