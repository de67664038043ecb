"""
Calendar time as whole days before the service, and the service days that a proof has to look at.

A time that is known to the day is a number of days. How many days six months are depends on the day
of service, but only where one element is asked both in months and in days: a question then looks at
one service day of each kind that the calendar has, and speaks of all of them.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import MINYEAR, date, timedelta
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from multifidus.core.quantity import MONTHS_A_YEAR, SHORTEST_MONTH, UNITS, Counting, Dimension

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from multifidus.core.quantity import Quantity

CYCLE = 4 * 365 + 1
"""Days after which the calendar repeats itself, between 1900-03-01 and 2100-02-28."""

LONGEST_LIFE = 120
"""Years: no time of a patient is longer; from 2020 on, what began within it began after 1900-03."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """The fewest days that make a comparison with a bound true: reached, or exceeded."""

    bound: Quantity
    counting: Counting
    exceeds: bool

    @property
    def in_months(self) -> bool:
        """Whether it is counted in calendar months; in days otherwise."""
        return UNITS[self.bound.unit].dimension is Dimension.MONTHS

    def days(self, until: date) -> int:
        """
        Count the days for a day of service.

        >>> from multifidus.core.quantity import Quantity
        >>> half_a_year = Threshold(Quantity(6, "months"), Counting.ELAPSED, exceeds=False)
        >>> half_a_year.days(date(2026, 3, 1)), half_a_year.days(date(2026, 9, 1))
        (181, 184)
        """
        # A further completed unit exceeds an age; a further day exceeds any other time.
        further = self.exceeds and self.counting is Counting.COMPLETED
        value = Fraction(self.bound.value) + further
        size = ceil(value * UNITS[self.bound.unit].size)
        later = self.exceeds and self.counting is Counting.ELAPSED
        if not self.in_months:
            return size + later
        return (until - _latest_start(until - timedelta(days=later), size)).days


def _latest_start(until: date, months: int) -> date:
    """Find the latest day from which so many months have passed, as `anniversary` counts them."""
    year, month = divmod(until.year * MONTHS_A_YEAR + until.month - 1 - months, MONTHS_A_YEAR)
    if year < MINYEAR:
        return date.min
    return date(year, month + 1, min(until.day, monthrange(year, month + 1)[1]))


def service_days(on: date, asked: Mapping[str, Iterable[Threshold]]) -> tuple[date, ...]:
    """
    List days of service, the one asked about first, that stand for all others.

    `asked` holds the thresholds of each element. Where none mixes months with days, every day
    orders them alike, except that some steps fall together at the end of a month: an earlier day
    of the month then stands for all.
    """
    mixed = [
        threshold
        for thresholds in map(tuple, asked.values())
        if len({threshold.in_months for threshold in thresholds}) > 1
        for threshold in thresholds
        if threshold.in_months
    ]
    first = on.replace(day=min(on.day, SHORTEST_MONTH))
    kinds: dict[tuple[int, ...], date] = {}
    for step in range(CYCLE if mixed else 1):
        day = first + timedelta(days=step)
        kind = tuple(threshold.days(day) for threshold in mixed)
        known = kinds.setdefault(kind, day)
        if known.day > SHORTEST_MONTH >= day.day:
            kinds[kind] = day
    return tuple(kinds.values())
