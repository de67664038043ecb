"""
An outside engine runs what we export and comes to our answers, criterion by criterion.

True, false and null stand for met, not met and open. The conformance suite gives facts, which are
put into records from which the library itself has to read them; made-up records, drawn by seed,
hold the library's reading of a chart against our own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from multifidus.export.cql import ANSWER
from tests.conformance.engines import Word, files
from tests.export.cql.drawn import HOW_MANY, agreement
from tests.export.cql.engine import Asked, Job, run
from tests.export.cql.suite import prepared, told_of_the_suite, truths

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.export.cql.engine import Told

Json = dict[str, Any]

pytestmark = pytest.mark.system

FEWEST_OF_A_FINDING = 500
"""So many criteria of drawn records must come to each finding, or the records show too little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """Cases of a file whose facts no record gives: whose limit that is, and why."""

    word: Word
    reason: str
    cases: frozenset[str]


UNTOLD: Mapping[str, Untold] = {
    "durations.json": Untold(
        word=Word.NEVER,
        reason="a record that states a length also has the day on which it does so",
        cases=frozenset(
            f"stated: {each}"
            for each in ("3 months", "13 weeks", "89 days", "90 days", "91 days", "365 days")
        ),
    ),
    "months.json": Untold(
        word=Word.NEVER,
        reason="what begins after the service is not of the record on its day",
        cases=frozenset({"month: 2026-06-02 to 2026-06-01"}),
    ),
}


def differences(suite: Json, told: Mapping[str, Told], untold: frozenset[str]) -> Iterator[str]:
    """Say where the engine and a file of the suite differ."""
    for case in suite["cases"]:
        if case["name"] in untold:
            continue
        expected = case["expected"]
        found = truths(told[case["name"]], tuple(expected["criteria"]))
        if found != expected:
            yield f"{suite['policy']['id']}: {case['name']}: {found}, expected {expected}"


def untold_in(file: str) -> frozenset[str]:
    return UNTOLD[file].cases if file in UNTOLD else frozenset()


# The suite


def test_the_engine_gives_the_truth_of_every_criterion_of_the_suite(
    count: Callable[[str, int], None],
) -> None:
    told = told_of_the_suite()
    wrong = [
        each for name, suite in files() for each in differences(suite, told[name], untold_in(name))
    ]
    criteria = [
        len(case["expected"]["criteria"])
        for name, suite in files()
        for case in suite["cases"]
        if case["name"] in told[name]
    ]
    count("the conformance suite", sum(criteria))

    assert [] == wrong


def test_the_cases_that_no_record_gives_are_those_that_are_declared() -> None:
    """A declared one that a record could give fails here, and so does one that is not declared."""
    found = {name: frozenset(prepared(suite)[2]) for name, suite in files()}

    assert {name: each for name, each in found.items() if each} == {
        name: each.cases for name, each in UNTOLD.items()
    }


# Made-up records


def test_made_up_records_come_to_the_same_in_both(count: Callable[[str, int], None]) -> None:
    compared = agreement()
    findings = sum((each.findings for each in compared[1:]), compared[0].findings)
    count(f"{len(compared)} made-up records", findings.total())

    assert HOW_MANY == len(compared)
    assert [] == [f"{each.number}: {words}" for each in compared for words in each.differences]
    assert min(findings.values()) >= FEWEST_OF_A_FINDING
    assert {"met", "not-met", "open"} == set(findings)


# Faults are found


def changed(text: str, pattern: str, new: str) -> str:
    """Change a library; what is to be changed must stand in it."""
    result, times = re.subn(pattern, new, text)
    assert times
    return result


MUTATIONS = {
    "a threshold": (r"\"pain_vas\" >= 6\.0", '"pain_vas" >= 6.1'),
    "a null test": (r"\n    when since\.(earliest|latest) is null[^\n]*then null", ""),
}


@pytest.fixture(scope="module")
def of_mutations() -> Mapping[str, list[str]]:
    """Put a sound library and its mutations to the cases of one policy."""
    suite = dict(files())["policy-isass-2025-0.1.0.json"]
    text, asked, _ = prepared(suite)
    texts = {"nothing": text} | {
        name: changed(text, *mutation) for name, mutation in MUTATIONS.items()
    }
    told = run([Job(library=each, cases=tuple(asked.values())) for each in texts.values()])
    return {
        name: list(differences(suite, dict(zip(asked, cases, strict=True)), frozenset()))
        for name, cases in zip(texts, told, strict=True)
    }


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_library_with_a_fault_is_caught(name: str, of_mutations: Mapping[str, list[str]]) -> None:
    assert [] != of_mutations[name]


def test_the_same_library_without_the_fault_is_not(of_mutations: Mapping[str, list[str]]) -> None:
    assert [] == of_mutations["nothing"]


# Without a day


def test_without_a_day_of_service_nothing_is_settled() -> None:
    """An answer is for a day; whoever forgets it must not get one."""
    suite = dict(files())["policy-isass-2025-0.1.0.json"]
    text, asked, _ = prepared(suite)
    cases = [Asked(on=None, bundle=each.bundle) for each in list(asked.values())[:3]]

    (told,) = run([Job(library=text, cases=cases)])

    assert [{"more information"}] * 3 == [{each[ANSWER]} for each in told]
