"""The conformance suite as the outside engine takes it: libraries, bundles, and what is told."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from multifidus.core.element import Content, Dictionary, Number, Rule, SinceAtLatest, Time
from multifidus.core.expression import Compare, leaves
from multifidus.core.quantity import UNITS
from multifidus.errors import NotExpressible
from multifidus.export.cql import ANSWER, cql
from tests.conformance.engines import files, policy_of
from tests.export.cql.engine import Asked, Job, Told, run
from tests.export.cql.facts import record_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multifidus.core.element import DataElement
    from multifidus.core.policy import Policy

Json = dict[str, Any]

WORDS = {True: "met", False: "not-met", None: "open"}


def truths(told: Told, criteria: Sequence[str]) -> Json:
    """Say what the engine told in the suite's words."""
    found = {each: WORDS[_truth(told[each])] for each in criteria}
    return {"answer": str(told[ANSWER]).replace(" ", "-"), "criteria": found}


def _truth(found: bool | str | None) -> bool | None:  # noqa: FBT001  a truth, not a switch
    assert found is None or isinstance(found, bool)
    return found


def exported(suite: Json) -> tuple[Policy, Dictionary]:
    """Give the policy of a file, and a dictionary that says where a record keeps its elements."""
    policy = policy_of(json.dumps(suite))
    dictionary = policy.dictionary
    if "markdown" not in suite["policy"]:
        return policy, dictionary
    elements = {name: _kept(each) for name, each in dictionary.elements.items()}
    return policy, replace(dictionary, elements=elements, dates=DATES, counts={})


DATES = {"Observation": ("effective",), "QuestionnaireResponse": ("authored",)}
_VALUE = Rule(resource="Observation", own=True, gives=Content("value"))
_BY_THEN = Rule(resource="Condition", own=True, gives=SinceAtLatest("recordedDate"))


def _kept(element: DataElement) -> DataElement:
    """Keep an element of the suite as an observation of its own, in any unit of its dimension."""
    if isinstance(element.answer, Time):
        return replace(element, rules=(_VALUE, _BY_THEN))
    if not isinstance(element.answer, Number):
        return replace(element, rules=(_VALUE,))
    dimension = UNITS[element.answer.unit].dimension
    units = dict.fromkeys(each.ucum for each in UNITS.values() if each.dimension is dimension)
    return replace(element, rules=(_VALUE,), units=tuple(units))


def prepared(suite: Json) -> tuple[str, dict[str, Asked], set[str]]:
    """Give the library of a file, its cases by name, and the names of those that cannot be told."""
    policy, dictionary = exported(suite)
    comparisons = [
        leaf
        for criterion in policy.criteria()
        for leaf in leaves(criterion.test)
        if isinstance(leaf, Compare)
    ]
    asked: dict[str, Asked] = {}
    untold: set[str] = set()
    for number, case in enumerate(suite["cases"]):
        on = date.fromisoformat(case["service_date"])
        try:
            record = record_of(
                case["facts"],
                dictionary,
                on,
                observed=bool(number % 2),
                comparisons=comparisons,
            )
        except NotExpressible:
            untold.add(case["name"])
            continue
        asked[case["name"]] = Asked(on=on, bundle=record)
    return cql(policy, dictionary).content, asked, untold


@cache
def told_of_the_suite() -> dict[str, dict[str, Told]]:
    """Put every file of the suite to the engine, in one process: by file and case."""
    ready = {name: prepared(suite) for name, suite in files()}
    jobs = [Job(library=text, cases=tuple(asked.values())) for text, asked, _ in ready.values()]
    return {
        name: dict(zip(asked, told, strict=True))
        for (name, (_, asked, _)), told in zip(ready.items(), run(jobs), strict=True)
    }
