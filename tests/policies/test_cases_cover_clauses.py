"""
The worked cases of the shipped policies show every clause, every threshold and every reading.

Each clause of a policy with criteria comes out met, not met and open in some case beside it; each
bound is met by a case on it, one under it and one over it; each reading matters to some case.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import pytest

from multifidus.core.determination import Answer, Finding, determine
from multifidus.core.expression import Compare, leaves
from multifidus.core.policy import Stance
from multifidus.core.quantity import Operator, Quantity, Span, compare, turning_days
from multifidus.core.truth import Truth
from multifidus.errors import Severity
from multifidus.language.cases import read_cases
from multifidus.language.check import check_policy
from multifidus.language.read import parse_policy
from multifidus.language.write import write_policy
from multifidus.library.shelf import shipped

if TYPE_CHECKING:
    from multifidus.core.determination import Determination
    from multifidus.core.policy import Policy
    from multifidus.core.quantity import Value
    from multifidus.language.cases import WorkedCase
    from multifidus.library.shelf import Shelved

SHELF = shipped()
KNOWN_NOTES: frozenset[tuple[str, str]] = frozenset()
"""Notes that a person has looked at: the policy and the id. There are none."""
WITHOUT_A_POSITION = frozenset(each for each in Stance if each.is_without_position)


@dataclass(frozen=True, slots=True)
class Worked:
    """A shipped policy with its worked cases and what it makes of each."""

    policy: Policy
    cases: tuple[WorkedCase, ...]
    determinations: tuple[Determination, ...]


@cache
def worked(shelved: Shelved) -> Worked:
    """Read a policy and the cases beside it, and put each of them to it."""
    policy = SHELF.read(shelved)
    page = shelved.path.with_name("cases.md")
    cases, problems = read_cases(
        page.read_text(encoding="utf-8"), dictionary=policy.dictionary, file=str(page)
    )
    assert () == problems
    return Worked(policy, cases, tuple(determine(policy, each.case) for each in cases))


WITH_CRITERIA = [each for each in SHELF.entries if SHELF.read(each).about.stance is Stance.CRITERIA]
CLAUSES = [
    pytest.param(each, clause.id, id=f"{each}-{clause.id}")
    for each in WITH_CRITERIA
    for clause in SHELF.read(each).clauses()
]
BOUNDS = [
    pytest.param(each, leaf, id=f"{each}-{clause.id}-{leaf.bound}")
    for each in WITH_CRITERIA
    for clause in SHELF.read(each).clauses()
    for leaf in leaves(clause.test)
    if isinstance(leaf, Compare)
]
READINGS = [
    pytest.param(each, criterion.id, number, id=f"{each}-{criterion.id}-{number}")
    for each in WITH_CRITERIA
    for criterion in SHELF.read(each).criteria()
    for number in range(len(criterion.readings))
]


@pytest.mark.parametrize(("shelved", "clause"), CLAUSES)
def test_a_clause_comes_out_met_not_met_and_open_in_some_case(
    shelved: Shelved, clause: str
) -> None:
    findings = {
        result.truth
        for determination in worked(shelved).determinations
        for result in determination.criteria.walk()
        if result.id == clause
    }

    assert set(Finding) == findings


@pytest.mark.parametrize(("shelved", "clause"), CLAUSES)
def test_a_clause_by_itself_settles_some_case_and_holds_some_case_open(
    shelved: Shelved, clause: str
) -> None:
    """A case in which everything fails would cover all clauses and show nothing of any of them."""
    told = worked(shelved)
    waiting = {
        each
        for determination in told.determinations
        for one in determination.open
        for each in one.criteria
    }
    settling = {each for determination in told.determinations for each in determination.settled_by}

    assert clause in waiting
    assert clause in settling


def side(value: Value | None, bound: Compare) -> str:
    """Say on which side of a bound a value lies, and whether next to it."""
    if not isinstance(value, Quantity | Span):
        return ""
    on = compare(value, Operator.EQUAL, bound.bound)
    if isinstance(value, Span):
        # The service is on the day when the span reaches the bound, or on the day before or after.
        day = turning_days(value, bound.bound)[0]
        return {0: "on", -1: "under", 1: "over"}.get((value.until - day).days, "")
    if on is Truth.TRUE:
        return "on"
    return {Truth.TRUE: "over", Truth.FALSE: "under", Truth.UNKNOWN: ""}[
        compare(value, Operator.MORE, bound.bound)
    ]


@pytest.mark.parametrize(("shelved", "leaf"), BOUNDS)
def test_a_bound_is_met_on_under_and_over_it(shelved: Shelved, leaf: Compare) -> None:
    sides = {side(each.case.value(leaf.element), leaf) for each in worked(shelved).cases}

    assert {"on", "under", "over"} <= sides


@pytest.mark.parametrize(("shelved", "criterion", "number"), READINGS)
def test_a_reading_changes_the_answer_of_some_case(
    shelved: Shelved, criterion: str, number: int
) -> None:
    moved = [
        each.name
        for each, determination in zip(
            worked(shelved).cases, worked(shelved).determinations, strict=True
        )
        if [one for one in determination.readings if one.criterion == criterion][number].answer
        is not determination.answer
    ]

    assert moved


@pytest.mark.parametrize("shelved", SHELF.entries, ids=str)
def test_a_shipped_policy_is_sound_and_its_worked_cases_come_out_as_expected(
    shelved: Shelved,
) -> None:
    policy, problems = check_policy(
        shelved.path.read_text(encoding="utf-8"),
        sources_text=shelved.path.with_name("sources.yaml").read_text(encoding="utf-8"),
        dictionaries=SHELF.dictionaries,
        file=str(shelved.path),
        cases_text=shelved.path.with_name("cases.md").read_text(encoding="utf-8"),
    )

    assert [] == [str(each) for each in problems if each.severity is Severity.ERROR]
    assert policy is not None
    notes = {(shelved.id, each.subject) for each in problems if each.severity is Severity.NOTE}
    assert notes == {each for each in KNOWN_NOTES if each[0] == shelved.id}


@pytest.mark.parametrize("shelved", SHELF.entries, ids=str)
def test_a_shipped_policy_is_in_canonical_form(shelved: Shelved) -> None:
    text = shelved.path.read_text(encoding="utf-8")
    policy, problems = parse_policy(
        text,
        sources_text=shelved.path.with_name("sources.yaml").read_text(encoding="utf-8"),
        dictionaries=SHELF.dictionaries,
    )

    assert () == problems
    assert policy is not None
    assert text == write_policy(policy)


@pytest.mark.parametrize("shelved", SHELF.entries, ids=str)
def test_every_worked_case_is_read_and_names_what_settles_it(shelved: Shelved) -> None:
    """A fence with a misprint would be passed over in silence."""
    text = shelved.path.with_name("cases.md").read_text(encoding="utf-8")

    cases = worked(shelved).cases
    assert text.count("```case ") == len(cases) == text.count("```") // 2
    for each, determination in zip(cases, worked(shelved).determinations, strict=True):
        assert each.answer is determination.answer
        # Without a position nothing settles the answer, and no element can.
        is_told = each.answer != "met" and policy_stance(shelved) not in WITHOUT_A_POSITION
        assert bool(each.names) == is_told


def policy_stance(shelved: Shelved) -> Stance:
    """Give what a policy does with the service."""
    return SHELF.read(shelved).about.stance


def sentences_above_cases(text: str) -> list[str]:
    """Give the line two above each case, where its prose stands."""
    lines = text.split("\n")
    return [lines[n - 2] for n, line in enumerate(lines) if line.startswith("```case ")]


@pytest.mark.parametrize("shelved", SHELF.entries, ids=str)
def test_a_sentence_stands_above_every_worked_case(shelved: Shelved) -> None:
    text = shelved.path.with_name("cases.md").read_text(encoding="utf-8")

    assert all(line.endswith(".") for line in sentences_above_cases(text))


def test_an_excluding_clause_settles_every_case() -> None:
    excluding = [each for each in SHELF.entries if policy_stance(each) is Stance.EXCLUDED]

    assert excluding
    for shelved in excluding:
        settled = {each.settled_by for each in worked(shelved).determinations}
        assert {("E1",)} == settled


def test_a_policy_without_a_position_leaves_every_case_open() -> None:
    without = [each for each in SHELF.entries if policy_stance(each) in WITHOUT_A_POSITION]

    assert without
    for shelved in without:
        told = {
            (each.answer, each.settled_by, each.open) for each in worked(shelved).determinations
        }
        assert {(Answer.MORE_INFORMATION, (), ())} == told
