"""
How an element can be answered, as variables of the solver: its real range, unit and options.

An absent fact is no error but a value: none of the options, no known amount.
Each kind of answer turns a test into a pair of terms exactly as `core.quantity` compares; numbers
are exact fractions in the unit of the dictionary.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from math import floor
from typing import TYPE_CHECKING, Protocol

import z3  # type: ignore[import-untyped]

from multifidus.analysis.days import LONGEST_LIFE, Threshold
from multifidus.analysis.terms import OPEN, Pair, all_of, negation
from multifidus.core.element import Choice, Number, Time, YesNo
from multifidus.core.expression import Compare, Holds, Matches
from multifidus.core.quantity import (
    UNITS,
    DateRange,
    Dimension,
    Operator,
    Quantity,
    Span,
    days_in,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from multifidus.analysis.terms import Term
    from multifidus.core.element import AnswerType
    from multifidus.core.expression import Leaf
    from multifidus.core.quantity import Counting, Value

DAYS_A_YEAR = 366
"""At most; the longest life is a bound on what may be asked, not a count."""

LONGEST_MONTH = 31

YES, NO = "yes", "no"


class Answer(Protocol):
    """The variables that hold the answer of one element."""

    @property
    def known(self) -> Term:
        """Whether there is a fact."""

    @property
    def ruled(self) -> tuple[Term, ...]:
        """What holds of every fact: options exclude each other, numbers lie within their range."""

    @property
    def exact(self) -> Term:
        """Whether the fact, if there is one, says all: a day, not a month or about half a year."""

    def test(self, leaf: Leaf) -> Pair:
        """Put the answer to a test."""

    def given(self, value: Value | None) -> Term:
        """Say that the fact is this one; None says that there is none."""

    def value(self, model: Term, until: date) -> Value | None:
        """Read the fact off a model, for a day of service; None where there is none."""


def answer_of(name: str, answer: AnswerType, fewest_days: Callable[[Threshold], Term]) -> Answer:
    """Make the variables of an element; `fewest_days` gives the days that a threshold takes."""
    match answer:
        case YesNo():
            return OneOf(name, (YES, NO))
        case Choice(options):
            return OneOf(name, options)
        case Number(unit, low, high) if UNITS[unit].is_time:
            return Stated(name, unit=unit, low=low, high=high)
        case Number():
            return Amount(name, answer)
        case Time(counting):
            return Elapsed(name, counting, fewest_days)


class OneOf:
    """A yes-or-no answer or one of some options: one variable each, of which at most one holds."""

    def __init__(self, name: str, options: tuple[str, ...]) -> None:
        self._options = {option: z3.Bool(f"{name} is {option}") for option in options}
        self.known = z3.Or(list(self._options.values()))
        self.ruled = (z3.AtMost(*self._options.values(), 1),)
        self.exact = z3.BoolVal(val=True)

    def test(self, leaf: Leaf) -> Pair:
        """Hold the options against those that the test asks for."""
        match leaf:
            case Holds():
                wanted: tuple[str, ...] = (YES,)
            case Matches():
                wanted = leaf.options
            case Compare():
                return OPEN
        inside = [term for option, term in self._options.items() if option in wanted]
        outside = [term for option, term in self._options.items() if option not in wanted]
        return Pair(z3.Or(inside), z3.Or(outside))

    def given(self, value: Value | None) -> Term:
        """Say which option holds; none of them, if there is no fact."""
        named = {True: YES, False: NO}.get(value, value) if isinstance(value, bool) else value
        return z3.And([term == (option == named) for option, term in self._options.items()])

    def value(self, model: Term, until: date) -> Value | None:  # noqa: ARG002  no time passes here
        """Read the option that holds."""
        for option, term in self._options.items():
            if z3.is_true(model.eval(term)):
                return {YES: True, NO: False}.get(option, option) if self._is_yes_no else option
        return None

    @cached_property
    def _is_yes_no(self) -> bool:
        return set(self._options) == {YES, NO}


class Amount:
    """A number with a unit; whole where it counts something."""

    def __init__(self, name: str, answer: Number) -> None:
        self._unit = UNITS[answer.unit]
        counts = self._unit.dimension is Dimension.COUNT
        self._number = z3.Int(name) if counts else z3.Real(name)
        self.known = z3.Bool(f"{name} is known")
        low, high = _exactly(answer.low), _exactly(answer.high)
        self.ruled = (self._number >= low, self._number <= high)
        self.exact = z3.BoolVal(val=True)

    def test(self, leaf: Leaf) -> Pair:
        """Compare in the unit of the dictionary."""
        if not isinstance(leaf, Compare):
            return OPEN
        bound = _exactly(self._converted(leaf.bound))
        reaches, exceeds = self._number >= bound, self._number > bound
        return _operated(leaf.operator, self._when_known(reaches), self._when_known(exceeds))

    def _converted(self, quantity: Quantity) -> Fraction:
        return Fraction(quantity.value) * UNITS[quantity.unit].size / self._unit.size

    def _when_known(self, term: Term) -> Pair:
        return Pair(z3.And(self.known, term), z3.And(self.known, z3.Not(term)))

    def given(self, value: Value | None) -> Term:
        """Say the number, in whatever unit it came."""
        if not isinstance(value, Quantity):
            return z3.Not(self.known)
        return z3.And(self.known, self._number == _exactly(self._converted(value)))

    def value(self, model: Term, until: date) -> Value | None:  # noqa: ARG002  no time passes here
        """Read the number, in the unit of the dictionary."""
        if not z3.is_true(model.eval(self.known)):
            return None
        return Quantity(_decimal(model, self._number), self._unit.name)


class Stated:
    """
    A calendar time that is said as a number: in months, or in days.

    So many months have no fixed number of days, and a comparison of one with the other is open
    where the calendar leaves it open.
    """

    def __init__(self, name: str, *, unit: str, low: Decimal, high: Decimal) -> None:
        self._unit = UNITS[unit]
        self._in_months = z3.Bool(f"{name} is in months")
        self._in_days = z3.Bool(f"{name} is in days")
        self._months = z3.Real(f"{name}, in months")
        self._days = z3.Real(f"{name}, in days")
        self.known = z3.Or(self._in_months, self._in_days)
        low_end, high_end = (_exactly(Fraction(end) * self._unit.size) for end in (low, high))
        own, mine, other = self._in_months, self._months, self._in_days
        if self._unit.dimension is Dimension.DAYS:
            own, mine, other = self._in_days, self._days, self._in_months
        self._mine = mine
        self.ruled = (
            z3.Not(z3.And(own, other)),
            z3.Implies(own, z3.And(mine >= low_end, mine <= high_end)),
        )
        self.exact = z3.Not(other)

    def test(self, leaf: Leaf) -> Pair:
        """Compare months with months and days with days exactly, one with the other by ranges."""
        if not isinstance(leaf, Compare):
            return OPEN
        unit = UNITS[leaf.bound.unit]
        number = Fraction(leaf.bound.value) * unit.size
        if unit.dimension is Dimension.DAYS:
            # The whole months that surely have so many days; those that surely have fewer.
            reaching, _ = _months_around(number)
            exceeding, within = _months_around(Fraction(floor(number) + 1))
            _, below = _months_around(number)
            reaches = self._either(
                (self._months >= reaching, self._months <= below),
                (self._days >= _exactly(number), self._days < _exactly(number)),
            )
            exceeds = self._either(
                (self._months >= exceeding, self._months <= within),
                (self._days > _exactly(number), self._days <= _exactly(number)),
            )
            return _operated(leaf.operator, reaches, exceeds)
        fewest, most = days_in(leaf.bound)
        reaches = self._either(
            (self._months >= _exactly(number), self._months < _exactly(number)),
            (self._days >= most, self._days < fewest),
        )
        exceeds = self._either(
            (self._months > _exactly(number), self._months <= _exactly(number)),
            (self._days > most, self._days <= fewest),
        )
        return _operated(leaf.operator, reaches, exceeds)

    def _either(self, months: tuple[Term, Term], days: tuple[Term, Term]) -> Pair:
        return Pair(
            z3.Or(z3.And(self._in_months, months[0]), z3.And(self._in_days, days[0])),
            z3.Or(z3.And(self._in_months, months[1]), z3.And(self._in_days, days[1])),
        )

    def given(self, value: Value | None) -> Term:
        """Say the time, in months or in days."""
        if not isinstance(value, Quantity):
            return z3.Not(self.known)
        unit = UNITS[value.unit]
        number = _exactly(Fraction(value.value) * unit.size)
        if unit.dimension is Dimension.DAYS:
            return z3.And(self._in_days, self._days == number)
        return z3.And(self._in_months, self._months == number)

    def value(self, model: Term, until: date) -> Value | None:  # noqa: ARG002  no day is known
        """Read the time, in the unit of the dictionary."""
        if not z3.is_true(model.eval(self.known)):
            return None
        number = Fraction(_decimal(model, self._mine)) / self._unit.size
        return Quantity(_as_decimal(number), self._unit.name)


@cache
def _months_around(days: Fraction) -> tuple[int, int]:
    """Find the fewest whole months that surely have so many days, the most that surely have not."""
    count = max(0, int(days) // LONGEST_MONTH - 1)
    below = count - 1
    while days_in(Quantity(count, "months"))[0] < days:
        below = count if days_in(Quantity(count, "months"))[1] < days else below
        count += 1
    return count, below


class Elapsed:
    """
    The time up to the service: from a day, from a day known in part, or stated as a number.

    A day is so many days before the service; `unbounded` says that nothing bounds it below.
    """

    def __init__(
        self, name: str, counting: Counting, fewest_days: Callable[[Threshold], Term]
    ) -> None:
        self._counting = counting
        self._fewest_days = fewest_days
        longest = Decimal(LONGEST_LIFE)
        self._stated = Stated(f"{name}, stated", unit="years", low=Decimal(0), high=longest)
        self._dated = z3.Bool(f"{name} is dated")
        self._unbounded = z3.Bool(f"{name} is unbounded")
        self._latest = z3.Int(f"{name}, days since the latest start")
        self._earliest = z3.Int(f"{name}, days since the earliest start")
        self.known = z3.Or(self._dated, self._stated.known)
        self.ruled = (
            *self._stated.ruled,
            z3.Not(z3.And(self._dated, self._stated.known)),
            self._latest <= self._earliest,
        )
        self.exact = z3.And(
            z3.Not(self._stated.known),
            z3.Not(self._unbounded),
            self._latest == self._earliest,
            self._latest >= 0,
            self._latest < LONGEST_LIFE * (DAYS_A_YEAR - 1),
        )

    def test(self, leaf: Leaf) -> Pair:
        """Compare days with the days that the bound takes; the latest start says what is sure."""
        if not isinstance(leaf, Compare):
            return OPEN
        reaches = self._dated_beyond(leaf.bound, exceeds=False)
        exceeds = self._dated_beyond(leaf.bound, exceeds=True)
        dated = _operated(leaf.operator, reaches, exceeds)
        stated = self._stated.test(leaf)
        return Pair(z3.Or(dated.true, stated.true), z3.Or(dated.false, stated.false))

    def _dated_beyond(self, bound: Quantity, *, exceeds: bool) -> Pair:
        days = self._fewest_days(Threshold(bound, self._counting, exceeds))
        surely = z3.And(self._dated, self._latest >= days)
        surely_not = z3.And(self._dated, z3.Not(self._unbounded), self._earliest < days)
        return Pair(surely, surely_not)

    def given(self, value: Value | None) -> Term:
        """Say when it began, or how long it is said to be."""
        if not isinstance(value, Span):
            return z3.And(z3.Not(self._dated), self._stated.given(value))
        since, until = value.since, value.until
        latest = (until - since.latest).days
        earliest = latest if since.earliest is None else (until - since.earliest).days
        return z3.And(
            self._dated,
            self._unbounded == (since.earliest is None),
            self._latest == latest,
            self._earliest == earliest,
        )

    def value(self, model: Term, until: date) -> Value | None:
        """Read the time from the day on which it began."""
        if not z3.is_true(model.eval(self._dated)):
            return None
        days = model.eval(self._latest, model_completion=True).as_long()
        since = DateRange.exactly(until - timedelta(days=days))
        return Span(since=since, until=until, counting=self._counting)


def _operated(operator: Operator, reaches: Pair, exceeds: Pair) -> Pair:
    """Say each operator by reaching and exceeding the bound, as the core does."""
    match operator:
        case Operator.AT_LEAST:
            return reaches
        case Operator.LESS:
            return negation(reaches)
        case Operator.MORE:
            return exceeds
        case Operator.AT_MOST:
            return negation(exceeds)
        case Operator.EQUAL:
            return all_of((reaches, negation(exceeds)))


def _exactly(number: Fraction | Decimal) -> Term:
    fraction = Fraction(number)
    return z3.Q(fraction.numerator, fraction.denominator)


def _decimal(model: Term, term: Term) -> Decimal:
    return _as_decimal(Fraction(str(model.eval(term, model_completion=True))))


def _as_decimal(number: Fraction) -> Decimal:
    """Write a fraction as a number of the core; thirds are cut short and checked afterwards."""
    return Decimal(number.numerator) / Decimal(number.denominator)
