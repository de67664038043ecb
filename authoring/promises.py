"""What a chart promises: for a policy or a payer and a day, the answer and what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Promise = dict[str, Any]

ISASS = "isass-2025@0.1.0"
LABEL = "fda-p190021@0.1.0"
MP_623 = "mp-623@0.1.0"
ANTHEM = "anthem-surg-00158@2025.4.16"
EVERY_POLICY = (ISASS, LABEL, MP_623, ANTHEM)


def met(policy: str, on: str) -> Promise:
    """Promise that a policy is met on a day."""
    return {"policy": policy, "on": on, "answer": "met"}


def not_met(policy: str, on: str, *clauses: str) -> Promise:
    """Promise that a policy is not met on a day, and which clauses settle it."""
    return {"policy": policy, "on": on, "answer": "not-met", "settled_by": list(clauses)}


def needs(policy: str, on: str, *elements: str) -> Promise:
    """Promise that a policy asks for more on a day, and for which elements."""
    return {"policy": policy, "on": on, "answer": "more-information", "open": list(elements)}


def later(promise: Promise, day: str, answer: str = "met") -> Promise:
    """Add the first day on which time alone changes the answer."""
    return {**promise, "earliest": {"date": day, "answer": answer}}


def in_conflict(promise: Promise, *elements: str) -> Promise:
    """Add the elements about which the chart contradicts itself."""
    return {**promise, "in_conflict": list(elements)}


def read_otherwise(promise: Promise, answers: Mapping[str, str]) -> Promise:
    """Add the clauses whose other reading would change the answer, and to what."""
    return {**promise, "other_readings": dict(answers)}


def of_payer(payer: str, promise: Promise) -> Promise:
    """Promise the same of whichever policy of the payer is in force on the day."""
    return {"payer": payer, **promise}
