"""Promise 4: supplying every open element settles the answer; any other changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import assume, given
from hypothesis import strategies as st

from multifidus.core.determination import Answer, determine
from multifidus.core.policy import Stance
from tests.promises.strategies import cases, completions, missing, of_any_stance, policies

if TYPE_CHECKING:
    from multifidus.core.case import Case
    from multifidus.core.policy import Policy


@given(policies(), cases(), st.data())
def test_supplying_every_open_element_settles_the_answer(
    policy: Policy, case: Case, data: st.DataObject
) -> None:
    before = determine(policy, case)
    assume(before.answer is Answer.MORE_INFORMATION)
    names = [each.element for each in before.open]

    after = determine(policy, data.draw(completions(case, names)))

    assert after.answer is not Answer.MORE_INFORMATION
    assert () == after.open


@given(policies(), cases(), st.data())
def test_supplying_any_other_missing_element_changes_nothing(
    policy: Policy, case: Case, data: st.DataObject
) -> None:
    before = determine(policy, case)
    waited_for = {each.element for each in before.open}
    others = [name for name in missing(policy, case) if name not in waited_for]
    assume(others)

    after = determine(policy, data.draw(completions(case, others)))

    assert before.answer is after.answer
    assert before.open == after.open
    assert before.routes == after.routes


@given(policies(), cases())
def test_an_open_answer_names_an_open_element_and_a_settled_one_names_a_clause(
    policy: Policy, case: Case
) -> None:
    determination = determine(policy, case)

    is_open = determination.answer is Answer.MORE_INFORMATION
    assert is_open == bool(determination.open)
    assert is_open != bool(determination.settled_by)


@given(of_any_stance(), cases())
def test_without_a_position_no_element_is_open_and_the_unread_document_is_named(
    policy: Policy, case: Case
) -> None:
    determination = determine(policy, case)

    if policy.about.stance.is_without_position:
        assert determination.answer is Answer.MORE_INFORMATION
        assert ((), (), ()) == (determination.settled_by, determination.open, determination.routes)
    is_unread = policy.about.stance is Stance.UNREAD
    assert (["unseen"] if is_unread else []) == [each.key for each in determination.obtain]
