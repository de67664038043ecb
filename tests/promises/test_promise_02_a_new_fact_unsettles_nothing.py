"""Promise 2: met and not met stay as they were when something missing becomes known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from multifidus.core.determination import Answer, Finding, determine
from multifidus.core.quantity import DateRange, Span
from tests.promises.strategies import (
    cases,
    missing,
    of_any_stance,
    policies,
    supplied,
    vague,
    values,
)

if TYPE_CHECKING:
    from multifidus.core.case import Case
    from multifidus.core.policy import Policy


@given(of_any_stance(), cases(), st.data())
def test_a_new_fact_changes_neither_a_settled_answer_nor_a_settled_criterion(
    policy: Policy, case: Case, data: st.DataObject
) -> None:
    before = determine(policy, case)
    more = {
        name: data.draw(values(name) | vague(name))
        for name in missing(policy, case)
        if data.draw(st.booleans())
    }

    after = determine(policy, supplied(case, more))

    if before.answer is not Answer.MORE_INFORMATION:
        assert before.answer is after.answer
    for one, other in zip(before.criteria.walk(), after.criteria.walk(), strict=True):
        assert one.truth in (other.truth, Finding.OPEN)


@given(policies(), cases(), st.data())
def test_a_day_that_becomes_better_known_unsettles_nothing(
    policy: Policy, case: Case, data: st.DataObject
) -> None:
    """A fact may be there and still leave things open: its day is known to the month only."""
    before = determine(policy, case)
    sharper = {}
    for name in policy.elements:
        value = case.value(name)
        if isinstance(value, Span):
            latest = value.since.latest
            earliest = value.since.earliest or latest.replace(year=1900)
            day = data.draw(st.dates(earliest, latest))
            sharper[name] = Span(
                since=DateRange.exactly(day), until=value.until, counting=value.counting
            )

    after = determine(policy, supplied(case, dict(sharper)))

    for one, other in zip(before.criteria.walk(), after.criteria.walk(), strict=True):
        assert one.truth in (other.truth, Finding.OPEN)
