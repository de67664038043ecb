"""The solver's terms say what the evaluator says, of every criterion and of vague facts too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from multifidus.analysis.statement import truths
from multifidus.core.case import Case, Service
from multifidus.core.quantity import Quantity
from tests.analysis.small import ON, policy
from tests.conformance.solved import solved
from tests.promises.strategies import cases, fact, policies

if TYPE_CHECKING:
    from multifidus.core.policy import Policy
    from multifidus.core.quantity import Value

OPERATORS = (">=", "<=", ">", "<", "=")


@settings(max_examples=60, phases=(Phase.generate,))
@given(policies(), cases())
def test_the_solver_agrees_with_the_evaluator_on_generated_policies(
    policy: Policy, case: Case
) -> None:
    assert truths(policy, case) == solved(policy, case)


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("element", ["therapy", "waiting"])
@settings(max_examples=25)
@given(
    number=st.decimals(0, 60, places=1),
    unit=st.sampled_from(["days", "weeks", "months"]),
    bound=st.sampled_from(["90 days", "12 weeks", "3 months", "13 weeks", "1.5 months", "1 years"]),
)
def test_stated_times_of_different_units_compare_alike(
    element: str, operator: str, number: object, unit: str, bound: str
) -> None:
    """Some are open: thirteen weeks are 91 days, and three months 89 to 92."""
    asking = policy("stated", f"{element} {operator} {bound}")
    value = Quantity(str(number), unit)
    case = Case(service=Service(date=ON), entries={element: fact(value)})

    assert truths(asking, case) == solved(asking, case)


@pytest.mark.parametrize(
    ("test", "value"),
    [
        ("test_a is positive", True),
        ("unfit", "positive"),
        ("scale >= 6 cm", "positive"),
        ("therapy >= 6 weeks", True),
        ("age >= 18 years", "positive"),
    ],
)
def test_a_fact_of_another_kind_leaves_a_test_open(test: str, value: Value) -> None:
    asking = policy("kinds", test)
    case = Case(service=Service(date=ON), entries={asking.elements[0]: fact(value)})

    assert truths(asking, case) == solved(asking, case)
