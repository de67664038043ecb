"""
Promise 7: a witness, put through the evaluator, gets the answer that was claimed for it.

There is no solver yet. The promise is kept in its present form by the routes to *met*: the witness
of a route makes the answer met, and no element of a route can be spared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import assume, given

from multifidus.core.determination import Answer, determine
from multifidus.core.route import MOST_ROUTES, witnessed_routes
from tests.promises.strategies import cases, policies, supplied

if TYPE_CHECKING:
    from multifidus.core.case import Case
    from multifidus.core.policy import Policy


@given(policies(), cases())
def test_the_witness_of_a_route_makes_the_answer_met(policy: Policy, case: Case) -> None:
    assume(determine(policy, case).answer is Answer.MORE_INFORMATION)

    for route, witness in witnessed_routes(policy, case):
        assert set(route.elements) == set(witness)
        assert Answer.MET is determine(policy, supplied(case, dict(witness))).answer


@given(policies(), cases())
def test_no_element_of_a_route_can_be_spared(policy: Policy, case: Case) -> None:
    assume(determine(policy, case).answer is Answer.MORE_INFORMATION)

    for route, witness in witnessed_routes(policy, case):
        for spared in route.elements:
            rest = {name: value for name, value in witness.items() if name != spared}
            assert Answer.MET is not determine(policy, supplied(case, rest)).answer


@given(policies(), cases())
def test_routes_speak_of_open_elements_only_and_none_holds_another(
    policy: Policy, case: Case
) -> None:
    determination = determine(policy, case)
    routes = [frozenset(route.elements) for route in determination.routes]

    assert len(routes) <= MOST_ROUTES
    assert all(route <= {each.element for each in determination.open} for route in routes)
    assert not any(one < other for one in routes for other in routes)


@given(policies(each_once=True), cases(exact=True))
def test_an_open_answer_has_a_route_if_no_element_is_tested_twice(
    policy: Policy, case: Case
) -> None:
    determination = determine(policy, case)

    assert (determination.answer is Answer.MORE_INFORMATION) == bool(determination.routes)
