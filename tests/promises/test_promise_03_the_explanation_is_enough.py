"""Promise 3: a case that holds only the facts named in an explanation gets the same answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given

from multifidus.core.determination import Answer, Determination, determine
from tests.promises.strategies import cases, of_any_stance

if TYPE_CHECKING:
    from multifidus.core.case import Case
    from multifidus.core.policy import Policy


def named(determination: Determination) -> frozenset[str]:
    """Give the elements that bear the clauses which settle the answer."""
    return frozenset(
        element
        for result in determination.criteria.walk()
        if result.id in determination.settled_by
        for element in result.bearing
    )


@given(of_any_stance(), cases())
def test_the_facts_that_settle_an_answer_settle_it_alone(policy: Policy, case: Case) -> None:
    whole = determine(policy, case)
    alone = determine(policy, case.limited_to(named(whole)))

    if whole.answer is not Answer.MORE_INFORMATION:
        assert whole.answer is alone.answer
        assert set(alone.settled_by) == set(whole.settled_by)


@given(of_any_stance(), cases())
def test_every_element_named_in_an_explanation_has_a_fact(policy: Policy, case: Case) -> None:
    determination = determine(policy, case)

    assert named(determination) <= set(determination.facts)
