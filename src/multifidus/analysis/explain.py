"""Claims and cases as an answer tells them: clauses with their sources, facts in words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from multifidus.analysis.reply import Clause, Detail, Step, Told, Witness
from multifidus.analysis.statement import Claim, Statement, truths
from multifidus.core.case import Fact
from multifidus.core.citation import ReadingStatus, weakest
from multifidus.core.determination import Answer, determine
from multifidus.core.expression import (
    AllOf,
    AnyOf,
    AtLeast,
    Not,
    Part,
    elements_of,
    fold,
    notation,
)
from multifidus.core.policy import ROOT
from multifidus.core.quantity import Counting, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from multifidus.core.case import Case
    from multifidus.core.expression import Expression
    from multifidus.core.policy import Policy
    from multifidus.core.quantity import Value

DAYS_A_MONTH, DAYS_A_YEAR = 28, 366
"""A time between them is said in days too."""


def clause_of(claim: Claim) -> Clause:
    """Tell the criterion that a claim is about; of a group, with what stands below it."""
    criterion, policy = claim.about.criterion, claim.about.policy
    tests = {each.id: each.test for each in criterion.walk()}
    test = fold(criterion.test, lambda node, parts: _spelled_out(node, parts, tests))
    cited = (each for one in criterion.walk() for each in one.citations)
    citations = criterion.citations or tuple(dict.fromkeys(cited))
    return Clause(
        policy=claim.about.name.partition(":")[0],
        id=criterion.id,
        title=criterion.title,
        sentence=criterion.sentence,
        test=notation(test),
        elements=elements_of(test),
        sense=policy.sense(criterion),
        truth=claim.truth,
        citations=citations,
        reading=criterion.reading if criterion.citations else weakest(citations),
    )


def _spelled_out(
    node: Expression, parts: tuple[Expression, ...], tests: Mapping[str, Expression]
) -> Expression:
    """Put the tests of criteria in the places of their ids."""
    match node:
        case Part():
            below = tests.get(node.criterion, node)
            return fold(below, lambda one, two: _spelled_out(one, two, tests))
        case Not():
            return Not(parts[0])
        case AllOf() | AnyOf():
            return parts[0] if len(parts) == 1 else replace(node, parts=parts)
        case AtLeast():
            return replace(node, parts=parts)
        case _:
            return node


def step_of(shows: Claim | None, claims: Iterable[Claim], *, premises: Sequence[Policy]) -> Step:
    """Tell a step of a proof, with the premises that it uses apart."""
    used = list(claims)
    assumed = [each for each in used if any(each.about.policy is one for one in premises)]
    return Step(
        shows=clause_of(shows) if shows else None,
        clauses=tuple(clause_of(each) for each in used if each not in assumed),
        premises=tuple(map(clause_of, assumed)),
    )


def witness_of(case: Case, statements: Iterable[Statement]) -> Witness:
    """Tell a case in clinical words, and what each policy makes of it."""
    statements = tuple(statements)
    elements = {
        name: element
        for each in statements
        for name, element in each.policy.dictionary.elements.items()
    }
    details = tuple(
        Detail(element=name, label=elements[name].label, value=_words(entry.value))
        for name, entry in case.entries.items()
        if isinstance(entry, Fact)
    )
    told = tuple(_told(each, case) for each in statements)
    return Witness(case=case, details=details, told=told)


def _words(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Span) and value.counting is Counting.ELAPSED:
        # Completed months alone would not tell 91 days from 89.
        days = (value.until - value.since.latest).days
        return f"{value} ({days} days)" if DAYS_A_MONTH <= days <= DAYS_A_YEAR else str(value)
    return str(value)


def _told(statement: Statement, case: Case) -> Told:
    policy = statement.policy
    found = truths(policy, case)
    if statement.id != ROOT:
        deciding = (clause_of(Claim(statement, found[statement.id])),)
        return Told(about=statement.name, answer=Answer.of(found[statement.id]), deciding=deciding)
    determination = determine(policy, case)
    ids = determination.settled_by or tuple(
        dict.fromkeys(id_ for each in determination.open for id_ in each.criteria)
    )
    return Told(
        about=statement.name,
        answer=determination.answer,
        deciding=tuple(clause_of(Claim(statement.at(each), found[each])) for each in ids),
    )


def clauses_read(policies: Iterable[Policy]) -> Mapping[str, Mapping[ReadingStatus, int]]:
    """Count, by policy, how many of its clauses were read how well."""
    told = {}
    for policy in policies:
        read = [clause.reading for clause in policy.clauses()]
        told[Statement(policy).name] = {status: read.count(status) for status in ReadingStatus}
    return told
