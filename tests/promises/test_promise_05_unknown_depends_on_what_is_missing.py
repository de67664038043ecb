"""
Promise 5: if no element is tested twice, unknown means that the answer truly depends on the rest.

For every open answer there is a completion to met and one to not met. Each is found by giving
every open element the value that speaks for it, or against it.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from hypothesis import assume, given

from multifidus.core.demand import test_value as truth_of
from multifidus.core.determination import Answer, determine
from multifidus.core.element import Choice, Number, Time, YesNo
from multifidus.core.expression import (
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Expression,
    Holds,
    Leaf,
    Matches,
    Not,
    Part,
)
from multifidus.core.quantity import DateRange, Quantity, Span
from multifidus.core.truth import Truth
from tests.promises.strategies import ANSWERS, SERVICE, cases, policies, supplied

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from multifidus.core.case import Case
    from multifidus.core.policy import Policy
    from multifidus.core.quantity import Value

LONG_AGO = date(1900, 1, 1)


def possible(name: str, case: Case) -> Iterator[Value]:
    """Give values that an element may still turn out to have, at both ends of what it may be."""
    now = case.value(name)
    if isinstance(now, Span):
        for day in (now.since.latest, now.since.earliest or LONG_AGO):
            since = DateRange.exactly(day)
            yield Span(since=since, until=now.until, counting=now.counting)
        return
    match ANSWERS[name]:
        case YesNo():
            yield from (True, False)
        case Choice(options):
            yield from options
        case Number(unit, low, high):
            yield from (Quantity(low, unit), Quantity(high, unit))
        case Time(counting):
            for day in (SERVICE, LONG_AGO):
                yield Span(since=DateRange.exactly(day), until=SERVICE, counting=counting)


def demanded(
    expression: Expression, tests: Mapping[str, Expression], *, holds: bool
) -> Iterator[tuple[Leaf, bool]]:
    """Say of each test below whether it should hold, for the whole to come out so."""
    match expression:
        case Compare() | Matches() | Holds():
            yield expression, holds
        case Part(criterion):
            yield from demanded(tests[criterion], tests, holds=holds)
        case Not(part):
            yield from demanded(part, tests, holds=not holds)
        case AllOf(parts) | AnyOf(parts) | AtLeast(_, parts):
            for part in parts:
                yield from demanded(part, tests, holds=holds)


def completed(policy: Policy, case: Case, *, holds: bool) -> Case:
    """Complete a case with what speaks for the service, or against it."""
    tests = {criterion.id: criterion.test for criterion in policy.criteria()}
    more: dict[str, Value] = {}
    for leaf, wanted in demanded(policy.root.test, tests, holds=holds):
        if truth_of(leaf, case.value(leaf.element)) is Truth.UNKNOWN:
            more[leaf.element] = next(
                value
                for value in possible(leaf.element, case)
                if truth_of(leaf, value) is Truth.of(wanted)
            )
    return supplied(case, more)


def is_stated(case: Case, name: str) -> bool:
    """Say whether a time was stated, as `3 months`: no day in the calendar completes it."""
    return isinstance(ANSWERS[name], Time) and isinstance(case.value(name), Quantity)


@given(policies(each_once=True), cases())
def test_an_open_answer_can_still_become_met_and_not_met(policy: Policy, case: Case) -> None:
    assume(not any(is_stated(case, name) for name in policy.elements))
    assume(determine(policy, case).answer is Answer.MORE_INFORMATION)

    assert Answer.MET is determine(policy, completed(policy, case, holds=True)).answer
    assert Answer.NOT_MET is determine(policy, completed(policy, case, holds=False)).answer


@given(policies(each_once=True), cases(exact=True))
def test_a_settled_answer_has_no_completion_to_the_contrary(policy: Policy, case: Case) -> None:
    answer = determine(policy, case).answer
    assume(answer is not Answer.MORE_INFORMATION)

    assert answer is determine(policy, completed(policy, case, holds=True)).answer
    assert answer is determine(policy, completed(policy, case, holds=False)).answer


@given(policies(each_once=True))
def test_no_element_is_tested_twice_in_these_policies(policy: Policy) -> None:
    """Of the strategy itself: else the promise would be shown of too few policies."""
    tests = {criterion.id: criterion.test for criterion in policy.criteria()}
    names = [leaf.element for leaf, _ in demanded(policy.root.test, tests, holds=True)]

    assert len(names) == len(set(names))
