"""Promise 6: every engine agrees with the evaluator on every criterion of every case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from conformance import shelved
from multifidus.core.case import Absence, Case
from multifidus.core.determination import determine
from multifidus.core.quantity import Quantity, Span
from tests.conformance.engines import ENGINES, Engine, disagreements, files
from tests.promises.strategies import cases, policies

if TYPE_CHECKING:
    from multifidus.core.case import Fact
    from multifidus.core.policy import Policy

Json = dict[str, Any]


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_an_engine_agrees_on_every_conformance_case(engine: Engine) -> None:
    assert [] == disagreements(engine, [suite for _, suite in files()])


def test_there_is_an_engine_besides_the_evaluator() -> None:
    """An agreement of one would promise nothing."""
    assert "evaluator" in {engine.name for engine in ENGINES}
    assert len({engine.run for engine in ENGINES}) > 1


def suite_of(policy: Policy, case: Case) -> Json:
    """Lay a generated policy and case out as a file of the suite, with the evaluator's word."""
    determination = determine(policy, case)
    elements = policy.dictionary.elements
    return {
        "elements": {name: shelved.element(elements[name]) for name in policy.elements},
        "policy": {
            "id": policy.about.id,
            "version": policy.about.version,
            "stance": policy.about.stance.value,
            "root": shelved.tree(policy.root),
        },
        "cases": [
            {
                "name": "generated",
                "tags": ["generated"],
                "service_date": case.service.date.isoformat(),
                "facts": {name: fact_of(case.entry(name)) for name in policy.elements},
                "expected": {
                    "answer": determination.answer.value,
                    "criteria": {
                        each.id: each.truth.value for each in determination.criteria.walk()
                    },
                },
            }
        ],
    }


def fact_of(entry: Fact | Absence) -> Json:
    """Lay a fact out as the suite does."""
    if isinstance(entry, Absence):
        return {"absent": entry.reason.value}
    match entry.value:
        case bool():
            return {"boolean": entry.value}
        case str():
            return {"code": entry.value}
        case Quantity():
            return {"value": entry.value.number, "unit": entry.value.unit}
        case Span():
            since = entry.value.since
            earliest = since.earliest.isoformat() if since.earliest else None
            return {"since": {"earliest": earliest, "latest": since.latest.isoformat()}}


# Engines that read the tree; one that reads documents or shipped policies joins with its own.
OF_TREES = [engine for engine in ENGINES if engine.name == "two sums"]


@pytest.mark.parametrize("engine", OF_TREES, ids=lambda engine: engine.name)
@given(policy=policies(), case=cases())
def test_an_engine_agrees_on_policies_that_nobody_has_written(
    engine: Engine, policy: Policy, case: Case
) -> None:
    assert [] == disagreements(engine, [suite_of(policy, case)])
