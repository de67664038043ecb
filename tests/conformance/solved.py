"""The solver as an engine: a case's facts are asserted, the criteria are read off the model."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import z3  # type: ignore[import-untyped]

from multifidus.analysis.encode import Encoding
from multifidus.core.determination import Answer, Finding
from multifidus.core.truth import Truth

if TYPE_CHECKING:
    from datetime import date

    from multifidus.core.case import Case
    from multifidus.core.policy import Policy

FINDINGS = {Truth.TRUE: Finding.MET, Truth.FALSE: Finding.NOT_MET, Truth.UNKNOWN: Finding.OPEN}


def solved(policy: Policy, case: Case) -> dict[str, Truth]:
    """Give the truth of every criterion; the facts leave the solver no choice."""
    encoding, solver = _encoded(Held(policy), case.service.date)
    pairs = encoding.pairs(policy)
    solver.push()
    try:
        solver.add(*encoding.given(case))
        assert solver.check() == z3.sat
        model = solver.model()
        found = {
            name: next(truth for truth in Truth if z3.is_true(model.eval(pair.being(truth))))
            for name, pair in pairs.items()
        }
        solver.add(z3.Not(z3.And([pairs[name].being(truth) for name, truth in found.items()])))
        assert solver.check() == z3.unsat
    finally:
        solver.pop()
    return found


class Held:
    """A policy as the key of a cache: the very same one, not one that is equal."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Held) and self.policy is other.policy

    def __hash__(self) -> int:
        return id(self.policy)


@lru_cache(maxsize=64)
def _encoded(held: Held, day: date) -> tuple[Encoding, Any]:
    """Encode a policy once for all cases of one day."""
    encoding = Encoding([held.policy], [day])
    encoding.pairs(held.policy)
    solver = z3.Solver()
    solver.add(*encoding.calendar.rules)
    for answer in encoding.answers.values():
        solver.add(*answer.ruled)
    return encoding, solver


def told(policy: Policy, case: Case) -> dict[str, object]:
    """Say it in the words of the suite."""
    found = solved(policy, case)
    return {
        "answer": Answer.of(found[policy.root.id]).value,
        "criteria": {name: FINDINGS[truth].value for name, truth in found.items()},
    }
