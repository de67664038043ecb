"""
Numbers with units, days known to some precision, calendar time, and their comparison.

A *quantity* is a finite decimal with a unit; the unit that somebody wrote stays, and conversion
happens, exactly, at the comparison.
A *span* is the calendar time from a day (perhaps known to the year only) to the service date.
A comparison that the precision does not allow is unknown.

Units are the small set that dictionaries here need, under their UCUM codes. A UCUM library would
bring a parser and a unit system to compare centimetres with millimetres, and the core imports
nothing (docs/decisions/0002).
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from functools import cache, lru_cache
from math import ceil
from typing import TYPE_CHECKING

from multifidus.core.truth import F, T, U, all_of, negation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from multifidus.core.truth import Truth

MONTHS_A_YEAR = 12
SHORTEST_MONTH = 28

# No clinical number comes near these; past them exact arithmetic would eat the machine.
MOST_DIGITS = 40
LARGEST_EXPONENT = 18

_Exact = Decimal | Fraction
_Range = tuple[_Exact, _Exact]


class Dimension(StrEnum):
    """What a unit measures; only units of one dimension convert into each other."""

    LENGTH = "length"
    MASS = "mass"
    BODY_MASS_INDEX = "body mass index"
    ANGLE = "angle"
    SHARE = "share"
    SCORE = "score"
    DOSE_RATE = "dose a day"
    COUNT = "count"
    MONTHS = "calendar months"
    DAYS = "days"


# A plain name: Python 3.11 takes 200 ns to look up a member of an enumeration.
_DAYS = Dimension.DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit: the word authors write, its UCUM code, its size in the dimension's base unit."""

    name: str
    ucum: str
    dimension: Dimension
    size: Fraction
    whole: int
    """The size of a unit of calendar time, which has no fraction."""
    singular: str = ""

    @property
    def is_time(self) -> bool:
        """Whether it measures calendar time."""
        return self.dimension in (Dimension.MONTHS, _DAYS)


def _unit(name: str, ucum: str, dimension: Dimension, size: str = "1", singular: str = "") -> Unit:
    exact = Fraction(size)
    return Unit(
        name=name,
        ucum=ucum,
        dimension=dimension,
        size=exact,
        whole=int(exact),
        singular=singular,
    )


# Sizes of inch and pound: international yard and pound agreement of 1959, exact by definition.
_ALL = (
    _unit("mm", "mm", Dimension.LENGTH, "1"),
    _unit("cm", "cm", Dimension.LENGTH, "10"),
    _unit("m", "m", Dimension.LENGTH, "1000"),
    _unit("in", "[in_i]", Dimension.LENGTH, "25.4"),
    _unit("g", "g", Dimension.MASS, "1"),
    _unit("kg", "kg", Dimension.MASS, "1000"),
    _unit("lb", "[lb_av]", Dimension.MASS, "453.59237"),
    _unit("kg/m2", "kg/m2", Dimension.BODY_MASS_INDEX),
    _unit("degrees", "deg", Dimension.ANGLE, singular="degree"),
    _unit("percent", "%", Dimension.SHARE, singular="%"),
    _unit("points", "{score}", Dimension.SCORE, singular="point"),
    _unit("mg/day", "mg/d", Dimension.DOSE_RATE),
    _unit("times", "1", Dimension.COUNT, singular="time"),
    _unit("years", "a", Dimension.MONTHS, "12", singular="year"),
    _unit("months", "mo", Dimension.MONTHS, "1", singular="month"),
    _unit("weeks", "wk", Dimension.DAYS, "7", singular="week"),
    _unit("days", "d", Dimension.DAYS, "1", singular="day"),
)

UNITS: Mapping[str, Unit] = {
    word: unit for unit in _ALL for word in (unit.name, unit.singular) if word
}
"""Units by the words authors write, in singular and plural."""

UCUM_SYSTEM = "http://unitsofmeasure.org"
"""The code system of units in FHIR."""

UCUM: Mapping[str, Unit] = {unit.ucum: unit for unit in _ALL}
"""Units by their UCUM code, as records write them."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """
    A finite decimal number with a unit's name.

    >>> Quantity("7.30", "cm")
    Quantity('7.3', 'cm')
    >>> str(Quantity(1, "years"))
    '1 year'
    """

    value: Decimal
    unit: str

    def __init__(self, value: Decimal | int | str, unit: str) -> None:
        """Check the number and the unit; `ValueError` says which of them is at fault."""
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            message = "a quantity needs a finite number"
            raise ValueError(message)
        if len(number.as_tuple().digits) > MOST_DIGITS or (
            number and abs(number.adjusted()) > LARGEST_EXPONENT
        ):
            message = "the number is outside any clinical range"
            raise ValueError(message)
        if unit not in UNITS:
            message = f"unknown unit `{unit}`"
            raise ValueError(message)
        object.__setattr__(self, "value", number)
        object.__setattr__(self, "unit", UNITS[unit].name)

    @property
    def number(self) -> str:
        """The number in plain digits, without trailing zeros."""
        text = format(self.value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text

    def __eq__(self, other: object) -> bool:
        """Equal when number and unit are; 10 mm and 1 cm are not the same words."""
        if not isinstance(other, Quantity):
            return NotImplemented
        return self.value == other.value and self.unit == other.unit

    def __hash__(self) -> int:
        """Agree with equality."""
        return hash((self.value, self.unit))

    def __repr__(self) -> str:
        """Show how to build it."""
        return f"Quantity({self.number!r}, {self.unit!r})"

    def __str__(self) -> str:
        """Show it as a person writes it."""
        unit = UNITS[self.unit]
        one = self.value == 1 and unit.singular and unit.singular != "%"
        return f"{self.number} {unit.singular if one else unit.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRange:
    """
    A day of which only the bounds are known; `earliest` is None when nothing bounds it below.

    >>> DateRange.parse("2024-02")
    DateRange(earliest=datetime.date(2024, 2, 1), latest=datetime.date(2024, 2, 29))
    """

    earliest: date | None
    latest: date

    @staticmethod
    def exactly(day: date) -> DateRange:
        """Build the range of one day."""
        return DateRange(earliest=day, latest=day)

    @staticmethod
    def parse(text: str) -> DateRange:
        """Read `2019`, `2019-06` or `2019-06-30` (FHIR date); `ValueError` for anything else."""
        parts = text.split("-")
        widths = [len(part) for part in parts]
        if widths not in ([4], [4, 2], [4, 2, 2]) or not all(
            part.isascii() and part.isdigit() for part in parts
        ):
            message = "a date is written 2019, 2019-06 or 2019-06-30"
            raise ValueError(message)
        return DateRange.of(*map(int, parts))

    @staticmethod
    def of(year: int, month: int | None = None, day: int | None = None) -> DateRange:
        """Build the range of a year, of a month or of one day; `ValueError` where none is such."""
        if month is None:
            return DateRange(earliest=date(year, 1, 1), latest=date(year, 12, 31))
        if day is None:
            last = monthrange(year, month)[1]
            return DateRange(earliest=date(year, month, 1), latest=date(year, month, last))
        return DateRange.exactly(date(year, month, day))

    def __str__(self) -> str:
        """Show the precision that is there."""
        if self.earliest is None:
            return f"{self.latest} or earlier"
        if self.earliest == self.latest:
            return str(self.latest)
        for text in (f"{self.latest:%Y}", f"{self.latest:%Y-%m}"):
            if DateRange.parse(text) == self:
                return text
        return f"{self.earliest} to {self.latest}"


class Counting(StrEnum):
    """How calendar time is compared: as it elapses, to the day, or in completed units, as ages."""

    ELAPSED = "elapsed"
    COMPLETED = "completed"


_COMPLETED = Counting.COMPLETED


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The calendar time from a day to the service date."""

    since: DateRange
    until: date
    counting: Counting = Counting.ELAPSED

    def at(self, day: date) -> Span:
        """Give the same span as seen on another service date."""
        return Span(since=self.since, until=day, counting=self.counting)

    def completed(self, unit: str) -> tuple[int, int | None]:
        """Count completed units: at least so many, at most so many (None: nothing bounds it)."""
        low = completed_units(self.since.latest, self.until, unit)
        if self.since.earliest is None:
            return low, None
        return low, completed_units(self.since.earliest, self.until, unit)

    def __str__(self) -> str:
        """Show the largest unit that has been completed."""
        for unit in ("years", "months", "days"):
            low, high = self.completed(unit)
            if low == 0 and unit != "days":
                continue
            words = str(Quantity(low, unit))
            if high is None:
                return f"at least {words}"
            return words if high == low else f"{low} to {Quantity(high, unit)}"
        raise AssertionError  # pragma: no cover  the last unit always answers


Value = bool | str | Quantity | Span
"""What a fact holds: yes or no, one of the element's options, a quantity, or a span."""


class Operator(StrEnum):
    """How a test compares."""

    AT_LEAST = ">="
    AT_MOST = "<="
    LESS = "<"
    MORE = ">"
    EQUAL = "="


def anniversary(start: date, count: int, unit: str) -> date:
    """
    Find the day on which so many calendar units have passed.

    A day that the month lacks falls on the first of the next month, so that nobody is
    counted too early: who was born on 29 February turns 18 on 1 March.

    >>> anniversary(date(2004, 2, 29), 18, "years"), anniversary(date(2026, 1, 31), 1, "months")
    (datetime.date(2022, 3, 1), datetime.date(2026, 3, 1))
    """
    size = UNITS[unit].whole * count
    if UNITS[unit].dimension is _DAYS:
        return start + timedelta(days=min(size, (date.max - start).days))
    year, month = divmod(start.year * MONTHS_A_YEAR + start.month - 1 + size, MONTHS_A_YEAR)
    if year > MAXYEAR - 1:
        return date.max
    if start.day <= SHORTEST_MONTH or start.day <= monthrange(year, month + 1)[1]:
        return date(year, month + 1, start.day)
    year, month = divmod(year * MONTHS_A_YEAR + month + 1, MONTHS_A_YEAR)
    return date(year, month + 1, 1)


def completed_units(start: date, end: date, unit: str) -> int:
    """
    Count the calendar units completed from one day to another; none before the start.

    >>> completed_units(date(2026, 1, 31), date(2026, 2, 28), "months")
    0
    """
    if end <= start:
        return 0
    if UNITS[unit].dimension is _DAYS:
        return (end - start).days // UNITS[unit].whole
    months = (end.year - start.year) * MONTHS_A_YEAR + end.month - start.month
    return (months - (end.day < start.day)) // UNITS[unit].whole


def compare(value: Quantity | Span, operator: Operator, bound: Quantity) -> Truth:
    """
    Compare a value with a bound, exactly; unknown when its precision does not tell.

    >>> compare(Quantity("70", "mm"), Operator.AT_LEAST, Quantity("6", "cm"))
    <Truth.TRUE: 'true'>
    >>> compare(Quantity("3", "months"), Operator.MORE, Quantity("90", "days"))
    <Truth.UNKNOWN: 'unknown'>
    """
    return _COMPARISONS[operator](value, bound)


def turning_days(span: Span, bound: Quantity) -> tuple[date, ...]:
    """List the days on which a comparison of this span with this bound may change its truth."""
    starts = {span.since.latest, span.since.earliest or span.since.latest}
    bounds = (bound, _one_more(bound)) if span.counting is _COMPLETED else (bound,)
    days = {_day_of(start, each) for start in starts for each in bounds}
    return tuple(sorted(days | {day + timedelta(days=1) for day in days if day < date.max}))


def _day_of(start: date, bound: Quantity) -> date:
    """Find the day on which a span reaches a bound; parts of a day or month count as whole ones."""
    return anniversary(start, *whole_units(bound))


# Policies have few bounds and ask them of every case, and measurements repeat; exact fractions take
# their time.


@lru_cache(maxsize=4096)
def _one_more(bound: Quantity) -> Quantity:
    return Quantity(bound.value + 1, bound.unit)


@lru_cache(maxsize=4096)
def in_base_units(quantity: Quantity) -> Fraction:
    """Convert a number to its dimension's base unit, exactly."""
    return Fraction(quantity.value) * UNITS[quantity.unit].size


@lru_cache(maxsize=4096)
def whole_units(bound: Quantity) -> tuple[int, str]:
    """Give a bound in whole months or days; a part of one counts as a whole one."""
    base = "days" if UNITS[bound.unit].dimension is _DAYS else "months"
    return ceil(in_base_units(bound)), base


def _between(span: Span, holds: Callable[[date], bool]) -> Truth:
    """Ask of the latest and the earliest start what can only become truer the earlier it was."""
    if holds(span.since.latest):
        return T
    if span.since.earliest is None or holds(span.since.earliest):
        return U
    return F


def _reaches(value: Quantity | Span, bound: Quantity) -> Truth:
    if isinstance(value, Span):
        return _between(value, lambda start: _day_of(start, bound) <= value.until)
    (low, high), (bound_low, bound_high) = _on_one_scale(value, bound)
    if low >= bound_high:
        return T
    return F if high < bound_low else U


def _exceeds(value: Quantity | Span, bound: Quantity) -> Truth:
    if isinstance(value, Span):
        if value.counting is _COMPLETED:
            return _reaches(value, _one_more(bound))
        return _between(value, lambda start: _day_of(start, bound) < value.until)
    (low, high), (bound_low, bound_high) = _on_one_scale(value, bound)
    if low > bound_high:
        return T
    return F if high <= bound_low else U


_COMPARISONS: Mapping[Operator, Callable[[Quantity | Span, Quantity], Truth]] = {
    Operator.AT_LEAST: _reaches,
    Operator.LESS: lambda value, bound: negation(_reaches(value, bound)),
    Operator.MORE: _exceeds,
    Operator.AT_MOST: lambda value, bound: negation(_exceeds(value, bound)),
    Operator.EQUAL: lambda value, bound: all_of(
        (_reaches(value, bound), negation(_exceeds(value, bound)))
    ),
}


def _on_one_scale(value: Quantity, bound: Quantity) -> tuple[_Range, _Range]:
    """Convert both exactly; months against days become the range that the calendar allows."""
    if value.unit == bound.unit:
        return (value.value, value.value), (bound.value, bound.value)
    mine, theirs = UNITS[value.unit], UNITS[bound.unit]
    if mine.dimension is theirs.dimension:
        left, right = in_base_units(value), in_base_units(bound)
        return (left, left), (right, right)
    if mine.is_time and theirs.is_time:
        return _in_days(value), _in_days(bound)
    message = f"`{value.unit}` does not compare with `{bound.unit}`"
    raise ValueError(message)


def days_in(time: Quantity) -> tuple[int, int]:
    """Give the fewest and the most whole days that a stated time may have."""
    fewest, most = _in_days(time)
    return ceil(fewest), int(most)


def _in_days(quantity: Quantity) -> _Range:
    size = in_base_units(quantity)
    if UNITS[quantity.unit].dimension is _DAYS:
        return size, size
    whole, rest = divmod(size, 1)
    return _fewest_and_most_days(int(whole), int(whole) + (rest > 0))


@cache
def _fewest_and_most_days(fewest_months: int, most_months: int) -> _Range:
    # Every month start from 1896 to 1904: these years hold a common century year and
    # leap years, so no run of months anywhere in the calendar is shorter or longer.
    starts = [date(year, month, 1) for year in range(1896, 1905) for month in range(1, 13)]
    shortest = min(anniversary(start, fewest_months, "months") - start for start in starts)
    longest = max(anniversary(start, most_months, "months") - start for start in starts)
    return Fraction(shortest.days), Fraction(longest.days)
