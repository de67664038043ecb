"""
The engines that run the conformance suite, and the gaps that they declare.

An engine joins by one line in `ENGINES`. It is given a file of the suite and one of its cases, and
gives the truth of every criterion and the answer, in the suite's words.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from multifidus.core.case import Absence, Basis, Case, Fact, Reason, Service
from multifidus.core.determination import determine
from multifidus.core.element import (
    AnswerType,
    Choice,
    DataElement,
    Dictionary,
    Effort,
    Number,
    Pick,
    Time,
    YesNo,
)
from multifidus.core.quantity import Counting, DateRange, Quantity, Span
from multifidus.language.read import parse_policy
from multifidus.library.shelf import shipped
from tests.columnar import tables
from tests.conformance.solved import told
from tests.conformance.sums import truth_by_sums

if TYPE_CHECKING:
    from collections.abc import Iterable

    from multifidus.core.policy import Policy
    from multifidus.core.quantity import Value

Json = dict[str, Any]
Run = Callable[[Json, Json], Json]

FOLDER = Path(__file__).parents[2] / "conformance"
SOURCES = """
suite:
  document: The conformance suite
  edition: "1"
  read: itself
  reading: verified
"""


WORDS: dict[object, str] = {True: "met", False: "not-met", None: "open"}
"""The truth of a criterion in a table, in the words of the suite."""


class Word(StrEnum):
    """Whose limit a gap is."""

    NOT_YET_OURS = "not yet ours"
    NOT_YET_THEIRS = "not yet theirs"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What an engine cannot do: the tag of the cases, whose limit, why, and how it fails."""

    tag: str
    word: Word
    reason: str
    error: type[Exception]


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Something that answers a case of the suite, with the gaps that it declares."""

    name: str
    run: Run
    gaps: tuple[Gap, ...] = ()

    def gap(self, case: Json) -> Gap | None:
        """Find the gap that a case falls into."""
        return next((gap for gap in self.gaps if gap.tag in case["tags"]), None)


def disagreements(engine: Engine, suites: Iterable[Json]) -> list[str]:
    """Say where an engine differs from what is expected, or a declared gap from its declaration."""
    return [
        f"{engine.name}: {suite['policy']['id']}: {case['name']}: {words}"
        for suite in suites
        for case in suite["cases"]
        for words in _differences(engine, suite, case)
    ]


def _differences(engine: Engine, suite: Json, case: Json) -> list[str]:
    gap = engine.gap(case)
    if gap is None:
        told, expected = engine.run(suite, case), case["expected"]
        names = sorted({*told["criteria"], *expected["criteria"]})
        pairs = [(each, told["criteria"].get(each)) for each in names]
        wrong = [
            f"{each} is {word}, expected {expected['criteria'].get(each)}"
            for each, word in pairs
            if word != expected["criteria"].get(each)
        ]
        if told["answer"] != expected["answer"]:
            wrong.append(f"the answer is {told['answer']}, expected {expected['answer']}")
        return wrong
    try:
        engine.run(suite, case)
    except gap.error:
        return []
    return [f"the gap `{gap.tag}` ({gap.word}) is declared, yet it works; remove the declaration"]


@cache
def files() -> tuple[tuple[str, Json], ...]:
    """Read every file of the suite, by name."""
    paths = sorted(path for path in FOLDER.glob("*.json") if path.name != "schema.json")
    return tuple((path.name, json.loads(path.read_text(encoding="utf-8"))) for path in paths)


# The evaluator


def by_the_evaluator(suite: Json, case: Json) -> Json:
    """Put a case to the reference semantics."""
    determination = determine(policy_of(json.dumps(suite)), case_of(suite, case))
    return {
        "answer": determination.answer.value,
        "criteria": {each.id: each.truth.value for each in determination.criteria.walk()},
    }


def by_the_solver(suite: Json, case: Json) -> Json:
    """Put a case to the solver's encoding of the policy."""
    return told(policy_of(json.dumps(suite)), case_of(suite, case))


def by_duckdb(suite: Json, case: Json) -> Json:
    """Put all cases of a file to the compiled policy at once, and look this one up."""
    return _by_duckdb(json.dumps(suite))[case["name"]]


@cache
def _by_duckdb(suite: str) -> dict[str, Json]:
    loaded, policy = json.loads(suite), policy_of(suite)
    rows = rows_of(suite)
    return {
        case["name"]: {
            "answer": row["answer"],
            "criteria": {each.id: WORDS[row[each.id]] for each in policy.criteria()},
        }
        for case, row in zip(loaded["cases"], rows, strict=True)
    }


@cache
def rows_of(suite: str) -> list[dict[str, object]]:
    """Give the table that DuckDB makes of the cases of a file."""
    loaded, policy = json.loads(suite), policy_of(suite)
    return tables.by_duckdb(policy, [case_of(loaded, case) for case in loaded["cases"]])


@cache
def policy_of(suite: str) -> Policy:
    """Read the policy of a file: its document, or the shipped one of that id and version."""
    loaded = json.loads(suite)
    about = loaded["policy"]
    if "markdown" not in about:
        shelf = shipped()
        return shelf.read(shelf.find(f"{about['id']}@{about['version']}", on=date.max))
    policy, problems = parse_policy(
        about["markdown"],
        sources_text=SOURCES,
        dictionaries={"conformance": dictionary_of(loaded["elements"])},
        file=f"{about['id']}.md",
    )
    assert () == problems
    assert policy is not None
    return policy


def dictionary_of(elements: Json) -> Dictionary:
    """Make a dictionary of the suite's elements; no chart is ever asked for them."""
    return Dictionary(
        name="conformance",
        version="1.0.0",
        elements={name: _element(name, each) for name, each in elements.items()},
        value_sets={},
        counts={},
        dates={},
    )


def _element(name: str, about: Json) -> DataElement:
    return DataElement(
        name=name,
        label=name,
        question=f"What is {name}?",
        answer=_answer(about),
        rules=(),
        pick=Pick.LATEST,
        effort=Effort.RECORD,
        source="the conformance suite",
    )


def _answer(about: Json) -> AnswerType:
    match about["type"]:
        case "boolean":
            return YesNo()
        case "code":
            return Choice(tuple(about["options"]))
        case "number":
            return Number(about["unit"], Decimal(about["low"]), Decimal(about["high"]))
        case _:
            return Time(Counting(about["counting"]))


def case_of(suite: Json, case: Json) -> Case:
    """Make the case that the suite describes."""
    day = date.fromisoformat(case["service_date"])
    entries = {
        name: _entry(fact, suite["elements"][name], day) for name, fact in case["facts"].items()
    }
    return Case(service=Service(date=day), entries=entries)


def _entry(fact: Json, about: Json, day: date) -> Fact | Absence:
    if "absent" in fact:
        return Absence(reason=Reason(fact["absent"]))
    return Fact(value=_value(fact, about, day), basis=Basis.ANSWER)


def _value(fact: Json, about: Json, day: date) -> Value:
    match fact:
        case {"boolean": value} | {"code": value}:
            checked: bool | str = value
            return checked
        case {"value": value, "unit": unit}:
            return Quantity(value, unit)
        case {"since": {"earliest": earliest, "latest": latest}}:
            since = DateRange(
                earliest=date.fromisoformat(earliest) if earliest else None,
                latest=date.fromisoformat(latest),
            )
            return Span(since=since, until=day, counting=Counting(about["counting"]))
        case _:
            raise ValueError(fact)


ENGINES: list[Engine] = [
    Engine(name="evaluator", run=by_the_evaluator),
    Engine(name="two sums", run=truth_by_sums),
    Engine(name="solver", run=by_the_solver),
    Engine(name="DuckDB", run=by_duckdb),
]
