"""
What a test demands of an element, and the values of the element that satisfy it.

Every answer type has few values that matter to some tests: those on their bounds and between them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from multifidus.core.element import Choice, Number, Time, YesNo
from multifidus.core.expression import Compare, Holds, Leaf, Matches, Not, notation
from multifidus.core.quantity import DateRange, Quantity, Span, compare, days_in
from multifidus.core.truth import F, T, U

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from decimal import Decimal

    from multifidus.core.element import AnswerType
    from multifidus.core.quantity import Value
    from multifidus.core.truth import Truth

# Named once: to write a union of types where it is asked makes it anew each time.
_MEASURED = (Quantity, Span)


class Demand(NamedTuple):
    """A test that must come out true, or false."""

    leaf: Leaf
    holds: bool

    def __str__(self) -> str:
        """Write it as a test."""
        return notation(self.leaf if self.holds else Not(self.leaf))


def test_value(leaf: Leaf, value: Value | None) -> Truth:
    """Put a value to a test; no value, or one of another kind, is unknown."""
    if value is None:
        return U
    match leaf:
        case Compare() if isinstance(value, _MEASURED):
            return compare(value, leaf.operator, leaf.bound)
        case Matches() if isinstance(value, str):
            return T if value in leaf.options else F
        case Holds() if isinstance(value, bool):
            return T if value else F
        case _:
            return U


def candidates(answer: AnswerType, tests: Iterable[Leaf]) -> Iterable[Value]:
    """Give values of an element: enough to reach every outcome that these tests can have."""
    bounds = [leaf.bound for leaf in tests if isinstance(leaf, Compare)]
    match answer:
        case YesNo():
            return True, False
        case Choice(options):
            return options
        case Number(unit, low, high):
            return _around(bounds, unit=unit, low=low, high=high)
        case Time():
            return _durations(bounds)


def first_value(values: Iterable[Value], demands: Sequence[Demand]) -> Value | None:
    """Give the first value that satisfies all demands; None if none does."""
    return next((value for value in values if _satisfies(value, demands)), None)


def _satisfies(value: Value, demands: Sequence[Demand]) -> bool:
    return all(test_value(leaf, value) is (T if holds else F) for leaf, holds in demands)


def _around(
    bounds: Sequence[Quantity], *, unit: str, low: Decimal, high: Decimal
) -> Iterator[Quantity]:
    """Values on the bounds, between them, and at the ends of the range."""
    yield from bounds
    for end in (low, high):
        yield Quantity(end, unit)
    numbers = sorted({bound.value for bound in bounds if bound.unit == unit} | {low, high})
    for left, right in pairwise(numbers):
        yield Quantity((left + right) / 2, unit)


def _durations(bounds: Sequence[Quantity]) -> Iterator[Quantity]:
    for bound in bounds:
        for step in (0, 1, -1):
            if bound.value + step >= 0:
                yield Quantity(bound.value + step, bound.unit)
    # Against bounds in other units a stated time may be undecided; these are clear of any of them.
    yield Quantity(100, "years")
    yield Quantity(0, "days")


def more_precise(value: Value) -> Iterator[Value]:
    """Values that a fact may turn out to be once it is stated to the day."""
    match value:
        case Span(since=since):
            for day in (since.latest, since.earliest or date.min):
                yield replace(value, since=DateRange.exactly(day))
        case Quantity():
            yield from (Quantity(days, "days") for days in days_in(value))
        case bool() | str():
            return
