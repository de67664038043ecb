"""
Ordinary values: round numbers clear of the bounds, so that a person can read a witness.

The evaluator judges every step: a value is taken only if the case with it still shows what it is
there to show. Which facts a case needs at all, `analysis.prove` has settled before.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import TYPE_CHECKING

from multifidus.analysis.days import LONGEST_LIFE, Threshold
from multifidus.analysis.statement import truths
from multifidus.core.case import Basis, Fact
from multifidus.core.element import Choice, Number, Time, YesNo
from multifidus.core.expression import Compare, leaves
from multifidus.core.quantity import UNITS, Counting, DateRange, Dimension, Quantity, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from multifidus.analysis.prove import Clock
    from multifidus.analysis.statement import Claim
    from multifidus.core.case import Case
    from multifidus.core.element import AnswerType
    from multifidus.core.policy import Policy
    from multifidus.core.quantity import Value

STEPS = tuple(map(Fraction, ("1000", "500", "100", "50", "10", "5", "1", "0.5", "0.1", "0.01")))
"""Round numbers are multiples of these, the first one that fits."""

CLEAR = (3, 2, 1)
"""Units of time past a bound: three years past 75 read at once as older than 75."""

MOST_DAYS = LONGEST_LIFE * 365

DAYS_A_MONTH = Fraction(1461, 48)
"""On average; it only puts candidates in order."""


def borne_out(claims: Iterable[Claim], case: Case) -> bool:
    """Tell whether the evaluator bears all claims out."""
    found: dict[int, dict[str, object]] = {}
    for claim in claims:
        policy = claim.about.policy
        if id(policy) not in found:
            found[id(policy)] = dict(truths(policy, case))
        if found[id(policy)][claim.about.id] is not claim.truth:
            return False
    return True


def made_ordinary(case: Case, claims: Sequence[Claim], clock: Clock) -> Case:
    """Give the case with ordinary values in which all claims still hold."""
    policies = list({id(each.about.policy): each.about.policy for each in claims}.values())
    for name, entry in case.entries.items():
        answer = policies[0].dictionary.elements[name].answer
        for value in _candidates(answer, _bounds(policies, name), case.service.date):
            if isinstance(entry, Fact) and (value == entry.value or not clock.left):
                break
            fact = Fact(value=value, basis=Basis.ANSWER)
            changed = replace(case, entries={**case.entries, name: fact})
            if borne_out(claims, changed):
                case = changed
                break
    return case


def _bounds(policies: Iterable[Policy], element: str) -> list[Quantity]:
    """List what an element is compared with, wherever one of the policies asks about it."""
    return [
        leaf.bound
        for policy in policies
        for criterion in policy.criteria()
        for leaf in leaves(criterion.test)
        if isinstance(leaf, Compare) and leaf.element == element
    ]


def _candidates(answer: AnswerType, bounds: Sequence[Quantity], until: date) -> Iterator[Value]:
    """Give values of an element, the most ordinary first."""
    match answer:
        case YesNo():
            yield from (False, True)
        case Choice(options):
            yield from options
        case Number():
            yield from _numbers(answer, bounds)
        case Time(counting):
            yield from _times(counting, bounds, until)


def _numbers(answer: Number, bounds: Sequence[Quantity]) -> Iterator[Quantity]:
    """Give one round number of every stretch between two bounds, of the widest stretch first."""
    low, high = Fraction(answer.low), Fraction(answer.high)
    inner = {_in_unit(bound, answer.unit) for bound in bounds}
    ends = sorted({low, high} | {each for each in inner if low < each < high})
    stretches = sorted(pairwise(ends), key=lambda each: each[0] - each[1])
    whole = UNITS[answer.unit].dimension is Dimension.COUNT
    for left, right in stretches:
        number = _round_number(left, right, edges=(low, high), whole=whole)
        if number is not None:
            yield Quantity(_decimal(number), answer.unit)
    yield from (Quantity(_decimal(each), answer.unit) for each in ends)


def _round_number(
    left: Fraction, right: Fraction, *, edges: tuple[Fraction, Fraction], whole: bool
) -> Fraction | None:
    """Find the roundest number between two, near a bound of a policy that stands alone."""
    width = right - left
    clear = min(width / 10, left / 4) if left else width / 10
    target = (left + right) / 2
    if left == edges[0] and right < edges[1]:
        clear = width / 10
        target = right - clear
    elif right == edges[1] and left > edges[0]:
        target = left + clear
    for step in STEPS:
        # A round number far away from the bound says less than a plain one near it.
        if step > 1 and (step * 4 > width or step > clear * 4):
            continue
        if whole and step < 1:
            return None
        near = sorted(
            (abs(number - target), number)
            for number in (step * floor(target / step), step * ceil(target / step))
            if left < number < right
        )
        further = step * (floor(left / step) + 1)
        if near:
            return near[0][1]
        if left < further < right:
            return further
    return None


def _times(counting: Counting, bounds: Sequence[Quantity], until: date) -> Iterator[Span]:
    """Give times on, over and under every bound, those of the widest stretch first."""
    cuts = sorted(
        {Threshold(bound, counting, more).days(until) for bound in bounds for more in (False, True)}
    )
    round_times = [
        Quantity(bound.value + more, bound.unit)
        for more in (*CLEAR, 0, *(-each for each in CLEAR))
        for bound in bounds
        if bound.value + more > 0
    ]
    days = [Threshold(each, Counting.ELAPSED, exceeds=False).days(until) for each in round_times]
    days += [day + more for day in cuts for more in (0, -1)]
    ends = [0, *cuts, MOST_DAYS]

    def narrowness(count: int) -> int:
        place = bisect_right(ends, count)
        return ends[place - 1] - ends[place]

    for count in sorted((each for each in days if 0 <= each < MOST_DAYS), key=narrowness):
        since = DateRange.exactly(until - timedelta(days=count))
        yield Span(since=since, until=until, counting=counting)


def _in_unit(bound: Quantity, unit: str) -> Fraction:
    mine, theirs = UNITS[unit], UNITS[bound.unit]
    size = Fraction(bound.value) * theirs.size
    if mine.dimension is not theirs.dimension:
        size = size * DAYS_A_MONTH if theirs.dimension is Dimension.MONTHS else size / DAYS_A_MONTH
    return size / mine.size


def _decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)
