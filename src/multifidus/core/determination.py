"""
determine(policy, case): the reference semantics, and its explanation.

Every node yields a truth value and the nodes that bear it; nothing is computed again to explain.
What bears a truth value: of a conjunction that fails, the parts that fail; of one that is open,
the parts that are open; and so on through every connective.

The answer is *met*, *not met* or *more information*. It is a finding about criteria, never a
decision about care; a person decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from multifidus.core.canonical import digest
from multifidus.core.case import Absence, Fact, Reason
from multifidus.core.citation import ReadingStatus, weakest
from multifidus.core.expression import (
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Holds,
    Matches,
    Not,
    Part,
    elements_of,
    fold,
    leaves,
    notation,
)
from multifidus.core.policy import Stance
from multifidus.core.quantity import Span, turning_days
from multifidus.core.route import routes, test_value
from multifidus.core.truth import Truth, all_of, any_of, at_least, negation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from multifidus.core.case import Case, Service
    from multifidus.core.citation import Citation
    from multifidus.core.expression import Expression
    from multifidus.core.policy import Criterion, Obligation, Policy, PolicyVersion
    from multifidus.core.route import Route


class Answer(StrEnum):
    """What a policy's criteria come to for a case."""

    MET = "met"
    NOT_MET = "not-met"
    MORE_INFORMATION = "more-information"

    @staticmethod
    def of(truth: Truth) -> Answer:
        """Name the truth of the root criterion."""
        return _ANSWERS[truth]


_ANSWERS = {
    Truth.TRUE: Answer.MET,
    Truth.FALSE: Answer.NOT_MET,
    Truth.UNKNOWN: Answer.MORE_INFORMATION,
}


class Finding(StrEnum):
    """What a criterion comes to for a case."""

    MET = "met"
    NOT_MET = "not-met"
    OPEN = "open"


_FINDINGS = {Truth.TRUE: Finding.MET, Truth.FALSE: Finding.NOT_MET, Truth.UNKNOWN: Finding.OPEN}


class Sense(StrEnum):
    """Whether a criterion speaks for the service or against it, as a contraindication does."""

    FOR = "for"
    AGAINST = "against"


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionResult:
    """What one criterion came to, with the elements it asked about and those that bore the finding."""

    id: str
    title: str
    sentence: str
    sense: Sense
    truth: Finding
    test: str
    elements: tuple[str, ...]
    bearing: tuple[str, ...]
    citations: tuple[Citation, ...]
    reading: ReadingStatus
    earliest: date | None
    """The first day on which time alone makes it met; None when time alone does not."""
    parts: tuple[CriterionResult, ...]

    def walk(self) -> Iterator[CriterionResult]:
        """Visit this result and all below, in the order of the text."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenElement:
    """An element that can still move the answer, with its question and the criteria that wait for it."""

    element: str
    label: str
    question: str
    reason: str
    criteria: tuple[str, ...]
    earliest: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """The first day on which time alone changes a *not met*, and the answer on that day."""

    date: date
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingEffect:
    """An interpretation that bears on a criterion, and what the other reading would make of this case."""

    criterion: str
    decided: str
    review: str
    other: str
    truth: Finding
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDigest:
    """Which case a determination speaks of, without saying anything about it."""

    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Determination:
    """What a policy says of a case, and why."""

    answer: Answer
    policy: PolicyVersion
    in_force_on_service_date: bool
    service: Service
    case: CaseDigest
    criteria: CriterionResult
    facts: Mapping[str, Fact]
    """The facts that the policy asked about and the case holds."""
    absences: Mapping[str, Absence]
    """The elements that the policy asked about and the case lacks, with the reason."""
    settled_by: tuple[str, ...]
    """The clauses that settle the answer; empty while it is open."""
    open: tuple[OpenElement, ...]
    """The elements that can still move the answer; empty once it is settled."""
    routes: tuple[Route, ...]
    earliest: Later | None
    sources_read: Mapping[str, int]
    """How many of the clauses that settle the answer, or hold it open, rest on sources read how well."""
    readings: tuple[ReadingEffect, ...]
    obligations: tuple[Obligation, ...]


def determine(policy: Policy, case: Case) -> Determination:
    """
    Put a case to a policy.

    A policy whose stance is `excluded` is not met, whatever the chart says; one that is `silent`
    leaves the answer open, and nothing in a chart can change that.
    """
    outcome = _Outcome(policy, case)
    answer = outcome.answer
    bearing = {criterion.id: criterion for criterion in outcome.bearing_clauses()}
    settled = answer is not Answer.MORE_INFORMATION
    asked = {name: case.entry(name) for name in policy.elements}
    return Determination(
        answer=answer,
        policy=policy.about,
        in_force_on_service_date=policy.about.in_force.include(case.service.date),
        service=case.service,
        case=CaseDigest(digest=digest(case)),
        criteria=outcome.result(policy.root, Sense.FOR),
        facts={name: entry for name, entry in asked.items() if isinstance(entry, Fact)},
        absences={name: entry for name, entry in asked.items() if isinstance(entry, Absence)},
        settled_by=tuple(bearing) if settled else (),
        open=() if settled else outcome.open_elements(bearing),
        routes=() if settled else routes(policy, case),
        earliest=_later(policy, case) if answer is Answer.NOT_MET else None,
        sources_read={
            status: sum(weakest(criterion.citations) is status for criterion in bearing.values())
            for status in ReadingStatus
        },
        readings=tuple(_reading_effects(policy, case, outcome)),
        obligations=policy.obligations,
    )


@dataclass(frozen=True, slots=True)
class _Borne:
    """A truth value, and the leaves and parts that bear it."""

    truth: Truth
    by: tuple[Expression, ...]


def evaluate(expression: Expression, case: Case, truths: Mapping[str, Truth]) -> Truth:
    """Give the truth of an expression, where `truths` holds that of the criteria it refers to."""
    return _bear(expression, case, truths).truth


def _bear(expression: Expression, case: Case, truths: Mapping[str, Truth]) -> _Borne:
    def visit(node: Expression, parts: tuple[_Borne, ...]) -> _Borne:
        match node:
            case Compare(element) | Matches(element) | Holds(element):
                return _Borne(test_value(node, case.value(element)), (node,))
            case Part(criterion):
                return _Borne(truths[criterion], (node,))
            case Not():
                return _Borne(negation(parts[0].truth), parts[0].by)
            case AllOf():
                truth = all_of([part.truth for part in parts])
            case AnyOf():
                truth = any_of([part.truth for part in parts])
            case AtLeast(count):
                truth = at_least(count, [part.truth for part in parts])
        return _Borne(
            truth, tuple([each for part in parts if part.truth is truth for each in part.by])
        )

    return fold(expression, visit)


class _Outcome:
    """The truth of every criterion of a policy for a case; lives for one determination."""

    def __init__(
        self, policy: Policy, case: Case, instead: Mapping[str, Expression] | None = None
    ) -> None:
        self.policy = policy
        self.case = case
        self.borne: dict[str, _Borne] = {}
        self.truths: dict[str, Truth] = {}
        self._settle(policy.root, instead or {})
        if policy.about.stance is Stance.SILENT:
            # A text that does not name the service says neither yes nor no.
            self.truths = dict.fromkeys(self.truths, Truth.UNKNOWN)

    def _settle(self, criterion: Criterion, instead: Mapping[str, Expression]) -> None:
        for part in criterion.parts:
            self._settle(part, instead)
        borne = _bear(instead.get(criterion.id, criterion.test), self.case, self.truths)
        self.borne[criterion.id] = borne
        self.truths[criterion.id] = borne.truth

    @property
    def answer(self) -> Answer:
        return Answer.of(self.truths[self.policy.root.id])

    def bearing_clauses(self) -> Iterator[Criterion]:
        """Visit the clauses that bear the answer, in the order of the text."""
        if self.policy.about.stance is not Stance.SILENT:
            yield from self._bearing(self.policy.root)

    def _bearing(self, criterion: Criterion) -> Iterator[Criterion]:
        if not criterion.parts:
            yield criterion
        named = {node.criterion for node in self.borne[criterion.id].by if isinstance(node, Part)}
        for part in criterion.parts:
            if part.id in named:
                yield from self._bearing(part)

    def open_elements(self, bearing: Mapping[str, Criterion]) -> tuple[OpenElement, ...]:
        """List the elements that bear the open answer, each with the clauses that wait for it."""
        waiting: dict[str, list[str]] = {}
        for name in bearing:
            for element in self._elements_by(name):
                waiting.setdefault(element, []).append(name)
        return tuple(
            OpenElement(
                element=name,
                label=(about := self.policy.dictionary.elements[name]).label,
                question=about.question,
                reason=_why_open(self.case.entry(name)),
                criteria=tuple(criteria),
                earliest=min(
                    filter(None, (self.earliest(bearing[each]) for each in criteria)), default=None
                ),
            )
            for name, criteria in waiting.items()
        )

    def _elements_by(self, criterion: str) -> tuple[str, ...]:
        by = self.borne[criterion].by
        return tuple(
            dict.fromkeys(
                node.element for node in by if isinstance(node, Compare | Matches | Holds)
            )
        )

    def earliest(self, criterion: Criterion) -> date | None:
        """Find the first later day on which the clause is met by time alone."""
        if self.truths[criterion.id] is Truth.TRUE or criterion.parts:
            return None
        for day in _turning_days(criterion.test, self.case):
            if evaluate(criterion.test, self.case.at(day), {}) is Truth.TRUE:
                return day
        return None

    def result(self, criterion: Criterion, sense: Sense) -> CriterionResult:
        """Lay out what the criterion came to, with all below it."""
        group_against = isinstance(criterion.test, Not) and criterion.is_group
        inner = (Sense.AGAINST if sense is Sense.FOR else Sense.FOR) if group_against else sense
        return CriterionResult(
            id=criterion.id,
            title=criterion.title,
            sentence=criterion.sentence,
            sense=sense,
            truth=_FINDINGS[self.truths[criterion.id]],
            test="" if criterion.is_group else notation(criterion.test),
            elements=elements_of(criterion.test),
            bearing=self._elements_by(criterion.id),
            citations=criterion.citations,
            reading=weakest(criterion.citations),
            earliest=self.earliest(criterion),
            parts=tuple([self.result(part, inner) for part in criterion.parts]),
        )


def _why_open(entry: Fact | Absence) -> str:
    return entry.reason if isinstance(entry, Absence) else Reason.UNREADABLE


def _turning_days(expression: Expression, case: Case) -> tuple[date, ...]:
    """List the later days on which time alone may change what the expression comes to."""
    days: set[date] = set()
    for leaf in leaves(expression):
        value = case.value(leaf.element)
        if isinstance(leaf, Compare) and isinstance(value, Span):
            days.update(turning_days(value, leaf.bound))
    return tuple(sorted(day for day in days if day > case.service.date))


def _later(policy: Policy, case: Case) -> Later | None:
    days = {day for criterion in policy.clauses() for day in _turning_days(criterion.test, case)}
    for day in sorted(days):
        answer = _Outcome(policy, case.at(day)).answer
        if answer is not Answer.NOT_MET:
            return Later(date=day, answer=answer)
    return None


def _reading_effects(policy: Policy, case: Case, outcome: _Outcome) -> Iterator[ReadingEffect]:
    for criterion in policy.criteria():
        for reading in criterion.readings:
            other = evaluate(reading.other, case, outcome.truths)
            same = other is outcome.truths[criterion.id]
            answer = (
                outcome.answer
                if same
                else _Outcome(policy, case, {criterion.id: reading.other}).answer
            )
            yield ReadingEffect(
                criterion=criterion.id,
                decided=reading.decided,
                review=reading.review,
                other=notation(reading.other),
                truth=_FINDINGS[other],
                answer=answer,
            )
