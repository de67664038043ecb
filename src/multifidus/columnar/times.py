"""
Calendar time against a bound, as columns: what `core.quantity.compare` says of one time.

A bound is a constant, so what needs exact fractions or a walk over the calendar is worked out
here; a row is left with comparisons of whole numbers.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, NamedTuple

from multifidus.columnar import kleene
from multifidus.columnar.layout import DAYS, EARLIEST, LATEST, MONTHS, SERVICE_DATE
from multifidus.columnar.number import constant
from multifidus.core.element import Time
from multifidus.core.quantity import (
    MONTHS_A_YEAR,
    UNITS,
    Counting,
    Dimension,
    Quantity,
    days_in,
    whole_units,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from multifidus.columnar.dialect import Dialect
    from multifidus.core.element import DataElement

# A year of 12 months of 32 places each: a month later is 32 places on, whatever the month, and so
# many months are full exactly when the end's place is at least 32 times as many further on.
# Where a month lacks the day, they are full on the first of the next, as `anniversary` has it.
PLACES_A_MONTH = 32
PLACES_A_YEAR = MONTHS_A_YEAR * PLACES_A_MONTH

BEYOND = 10**7
"""More months, and more days, than the calendar has."""

UNREACHABLE = Fraction(10**21)
"""More than any quantity may hold."""

FEWEST_DAYS, MOST_DAYS = 28, 31
MARGIN = 2
EARLIEST_MONTH, LATEST_MONTH = -1800 * MONTHS_A_YEAR, 9000 * MONTHS_A_YEAR
"""As far as months can be counted from the years that `core.quantity` walks over."""


class _Way(NamedTuple):
    """How a bound is passed: reached, or exceeded."""

    sign: str
    bisect: Callable[..., int]


REACHING = _Way(">=", bisect_left)
EXCEEDING = _Way(">", bisect_right)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeColumns:
    """The columns that hold one time: when it may have begun, or how long it is said to be."""

    element: DataElement
    dialect: Dialect

    def reaches(self, bound: Quantity) -> str:
        """Write whether the time is at least so long."""
        return self._in_either_form(self._begun(bound, until=self._service_date), bound, REACHING)

    def exceeds(self, bound: Quantity) -> str:
        """Write whether the time is longer."""
        if self.element.answer == Time(Counting.COMPLETED):
            more = Quantity(bound.value + 1, bound.unit)
            begun = self._begun(more, until=self._service_date)
        else:
            # What is longer on a day was as long on the day before.
            begun = self._begun(bound, until=self.dialect.before(self._service_date))
        return self._in_either_form(begun, bound, EXCEEDING)

    @property
    def _service_date(self) -> str:
        return self.dialect.named(SERVICE_DATE)

    def _column(self, suffix: str) -> str:
        return self.dialect.named(f"{self.element.name}{suffix}")

    def _in_either_form(self, begun: str, bound: Quantity, way: _Way) -> str:
        forms = {
            MONTHS: _stated(self._column(MONTHS), Dimension.MONTHS, bound, way),
            DAYS: _stated(self._column(DAYS), Dimension.DAYS, bound, way),
        }
        if isinstance(self.element.answer, Time):
            forms = {LATEST: begun, **forms}
        whens = [f"WHEN {self._column(each)} IS NOT NULL THEN {forms[each]}" for each in forms]
        return f"CASE {' '.join(whens)} END"

    def _begun(self, bound: Quantity, *, until: str) -> str:
        earliest = self._column(EARLIEST)
        return kleene.known(
            surely=self._is_full(self._column(LATEST), bound, until=until),
            possibly=f"{earliest} IS NULL OR {self._is_full(earliest, bound, until=until)}",
        )

    def _is_full(self, start: str, bound: Quantity, *, until: str) -> str:
        count, unit = whole_units(bound)
        count = max(-BEYOND, min(count, BEYOND))
        if unit == "days":
            return f"{self.dialect.days(start=start, end=until)} >= {count}"
        return f"{_place(until)} - {_place(start)} >= {count * PLACES_A_MONTH}"


def _place(day: str) -> str:
    return f"(year({day}) * {PLACES_A_YEAR} + month({day}) * {PLACES_A_MONTH} + day({day}))"


def _stated(column: str, dimension: Dimension, bound: Quantity, way: _Way) -> str:
    unit = UNITS[bound.unit]
    size = Fraction(bound.value) * unit.size
    if unit.dimension is dimension:
        return f"{column} {way.sign} {constant(size)}"
    if dimension is Dimension.DAYS:
        # The bound is in months: a range of days.
        fewest, most = floor(size), ceil(size)
        return kleene.known(
            surely=f"{column} {way.sign} {constant(_most(most))}",
            possibly=f"{column} {way.sign} {constant(_fewest(fewest))}",
        )
    return kleene.known(
        surely=f"{column} >= {constant(_first_month(size, _fewest, way))}",
        possibly=f"{column} > {constant(_first_month(size, _most, way) - 1)}",
    )


def _fewest(months: int) -> Fraction:
    return Fraction(days_in(Quantity(months, "months"))[0])


def _most(months: int) -> Fraction:
    return Fraction(days_in(Quantity(months, "months"))[1])


def _first_month(days: Fraction, length: Callable[[int], Fraction], way: _Way) -> Fraction:
    """Find the fewest whole months whose length passes so many days."""
    ends = (days / FEWEST_DAYS, days / MOST_DAYS)
    first = max(EARLIEST_MONTH, floor(min(ends)) - MARGIN)
    months = range(first, min(LATEST_MONTH, ceil(max(ends)) + MARGIN))
    place = way.bisect(months, days, key=length)
    return Fraction(months[place]) if place < len(months) else UNREACHABLE
