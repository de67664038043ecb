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
from functools import partial
from typing import TYPE_CHECKING

from multifidus.core.case import Absence, Fact, Reason
from multifidus.core.citation import ReadingStatus
from multifidus.core.demand import test_value
from multifidus.core.expression import (
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Holds,
    Leaf,
    Matches,
    Not,
    Part,
)
from multifidus.core.often import made_often
from multifidus.core.policy import Sense
from multifidus.core.quantity import Span, turning_days
from multifidus.core.route import routes
from multifidus.core.truth import Truth, all_of, any_of, at_least, negation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from multifidus.core.case import Case, Service
    from multifidus.core.citation import Attestation, Citation, Source
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


@made_often
class CriterionResult:
    """What one criterion came to, the elements it asked about, and those that bore the finding."""

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
    attested: tuple[Attestation, ...]
    earliest: date | None
    """The first day on which time alone turns it to the patient's favour; None if it does not."""
    parts: tuple[CriterionResult, ...]

    def walk(self) -> Iterator[CriterionResult]:
        """Visit this result and all below, in the order of the text."""
        yield self
        for part in self.parts:
            yield from part.walk()


@made_often
class OpenElement:
    """An element that can still move the answer, its question, and the clauses that wait for it."""

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


@made_often
class ReadingEffect:
    """An interpretation made in the policy, and what the other reading makes of this case."""

    criterion: str
    decided: str
    review: str
    other: str
    truth: Finding
    answer: Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Determination:
    """What a policy says of a case, and why."""

    answer: Answer
    policy: PolicyVersion
    in_force_on_service_date: bool
    service: Service
    case: Case
    """The case it speaks of; what is published of it is its digest."""
    criteria: CriterionResult
    facts: Mapping[str, Fact]
    """The facts that the policy asked about and the case holds."""
    absences: Mapping[str, Absence]
    """The elements that the policy asked about and the case lacks, with the reason."""
    settled_by: tuple[str, ...]
    """The clauses that settle the answer; empty while it is open."""
    obtain: tuple[Source, ...]
    """The documents whose position nobody has read; empty unless that is the policy's stance."""
    open: tuple[OpenElement, ...]
    """The elements that can still move the answer; empty once it is settled."""
    routes: tuple[Route, ...]
    earliest: Later | None
    sources_read: Mapping[str, int]
    """By reading status: how many of the clauses settle the answer, or hold it open."""
    readings: tuple[ReadingEffect, ...]
    obligations: tuple[Obligation, ...]


def determine(policy: Policy, case: Case) -> Determination:
    """
    Put a case to a policy.

    A policy whose stance is `excluded` is not met, whatever the chart says; one that is `silent`
    or `unread` leaves the answer open, and nothing in a chart can change that: of one that is
    unread, the documents to obtain are named.
    """
    outcome = _Outcome(policy, case)
    answer = outcome.answer
    bearing = {criterion.id: criterion for criterion in outcome.bearing_clauses()}
    readings = [criterion.reading for criterion in bearing.values()]
    settled = answer is not Answer.MORE_INFORMATION
    asked = {name: case.entry(name) for name in policy.elements}
    return Determination(
        answer=answer,
        policy=policy.about,
        in_force_on_service_date=policy.about.in_force.include(case.service.date),
        service=case.service,
        case=case,
        criteria=outcome.result(policy.root),
        facts={name: entry for name, entry in asked.items() if isinstance(entry, Fact)},
        absences={name: entry for name, entry in asked.items() if isinstance(entry, Absence)},
        settled_by=tuple(bearing) if settled else (),
        obtain=policy.to_obtain,
        open=() if settled else outcome.open_elements(bearing),
        routes=() if settled else routes(policy, case, outcome.truths),
        earliest=outcome.later() if answer is Answer.NOT_MET else None,
        sources_read={status: readings.count(status) for status in ReadingStatus},
        readings=tuple(_reading_effects(outcome)),
        obligations=policy.obligations,
    )


_Borne = tuple[Truth, tuple[Leaf | Part, ...]]
"""A truth value, and the leaves and parts that bear it; a plain tuple, for so many are made."""


def evaluate(expression: Expression, case: Case, truths: Mapping[str, Truth]) -> Truth:
    """Give the truth of an expression, where `truths` holds that of the criteria it refers to."""
    return _bear(expression, case, truths)[0]


def _bear(expression: Expression, case: Case, truths: Mapping[str, Truth]) -> _Borne:
    """Give the truth of an expression, and what bears it: the whole semantics of the notation."""
    # It is written out instead of folded: every node of a policy is asked of every case.
    match expression:
        case Part():
            return truths[expression.criterion], (expression,)
        case Matches() | Holds() | Compare():
            return test_value(expression, case.value(expression.element)), (expression,)
        case Not():
            truth, by = _bear(expression.part, case, truths)
            return negation(truth), by
        case AllOf():
            connect = all_of
        case AnyOf():
            connect = any_of
        case AtLeast():
            connect = partial(at_least, expression.count)
    parts = [_bear(part, case, truths) for part in expression.parts]
    truth = connect([each for each, _ in parts])
    return truth, tuple([node for each, by in parts if each is truth for node in by])


class _Outcome:
    """The truth of every criterion of a policy for a case; lives for one determination."""

    def __init__(self, policy: Policy, case: Case) -> None:
        self.policy = policy
        self.case = case
        self.by: dict[str, tuple[Leaf | Part, ...]] = {}
        self.elements_by: dict[str, tuple[str, ...]] = {}
        self.truths: dict[str, Truth] = {}
        for criterion in policy.parts_first:
            truth, by = _bear(criterion.test, case, self.truths)
            asked = [node.element for node in by if not isinstance(node, Part)]
            self.truths[criterion.id] = truth
            self.by[criterion.id] = by
            self.elements_by[criterion.id] = tuple(dict.fromkeys(asked)) if asked else ()
        if policy.about.stance.is_without_position:
            # A text that does not name the service, or that nobody read, says neither yes nor no.
            self.truths = dict.fromkeys(self.truths, Truth.UNKNOWN)
        self.answer = _ANSWERS[self.truths[policy.root.id]]
        self._turning: dict[str, Sequence[date]] = {}
        self._cases: dict[date, Case] = {}

    def answer_with(self, criterion: Criterion, truth: Truth) -> Answer:
        """Give the answer if one criterion came out so; only the groups above it can change."""
        if truth is self.truths[criterion.id]:
            return self.answer
        truths = {**self.truths, criterion.id: truth}
        for group in self.policy.groups[criterion.id]:
            truths[group.id] = evaluate(group.test, self.case, truths)
            if truths[group.id] is self.truths[group.id]:
                return self.answer
        return _ANSWERS[truths[self.policy.root.id]]

    def bearing_clauses(self) -> Sequence[Criterion]:
        """List the clauses that bear the answer, in the order of the text."""
        found: list[Criterion] = []
        if not self.policy.about.stance.is_without_position:
            self._add_bearing(self.policy.root, found)
        return found

    def _add_bearing(self, criterion: Criterion, found: list[Criterion]) -> None:
        if not criterion.parts:
            found.append(criterion)
            return
        named = {node.criterion for node in self.by[criterion.id] if isinstance(node, Part)}
        for part in criterion.parts:
            if part.id in named:
                self._add_bearing(part, found)

    def open_elements(self, bearing: Mapping[str, Criterion]) -> tuple[OpenElement, ...]:
        """List the elements that bear the open answer, each with the clauses that wait for it."""
        waiting: dict[str, list[Criterion]] = {}
        for criterion in bearing.values():
            for element in self.elements_by[criterion.id]:
                waiting.setdefault(element, []).append(criterion)
        return tuple([self._open_element(name, criteria) for name, criteria in waiting.items()])

    def _open_element(self, name: str, criteria: Sequence[Criterion]) -> OpenElement:
        element = self.policy.dictionary.elements[name]
        days = [day for criterion in criteria if (day := self.earliest(criterion)) is not None]
        return OpenElement(
            element=name,
            label=element.label,
            question=element.question,
            reason=_why_open(self.case.entry(name)),
            criteria=tuple([criterion.id for criterion in criteria]),
            earliest=min(days, default=None),
        )

    def turning(self, criterion: Criterion) -> Sequence[date]:
        """List the later days on which time alone may change what the clause comes to."""
        if criterion.id not in self._turning:
            self._turning[criterion.id] = _turning_days(criterion, self.case)
        return self._turning[criterion.id]

    def at(self, day: date) -> Case:
        """Give the case as it is on a later day."""
        if day not in self._cases:
            self._cases[day] = self.case.at(day)
        return self._cases[day]

    def earliest(self, criterion: Criterion) -> date | None:
        """Find the first later day on which time alone turns the clause to the patient's favour."""
        if not criterion.comparisons:
            return None
        wanted = Truth.of(self.policy.sense(criterion) is Sense.FOR)
        if self.truths[criterion.id] is wanted:
            return None
        for day in self.turning(criterion):
            if evaluate(criterion.test, self.at(day), self.truths) is wanted:
                return day
        return None

    def later(self) -> Later | None:
        """Find the first later day on which time alone changes the answer."""
        for day in sorted({day for each in self.policy.timed for day in self.turning(each)}):
            answer = self._answer_on(day)
            if answer is not self.answer:
                return Later(date=day, answer=answer)
        return None

    def _answer_on(self, day: date) -> Answer:
        """Give the answer on a later day: only what time turns, and what stands above it."""
        case = self.at(day)
        truths = {
            criterion.id: evaluate(criterion.test, case, self.truths)
            for criterion in self.policy.timed
            if self.turning(criterion)
        }
        turned = [name for name, truth in truths.items() if truth is not self.truths[name]]
        above = {group.id for name in turned for group in self.policy.groups[name]}
        truths = {**self.truths, **truths}
        for criterion in self.policy.parts_first:
            if criterion.id in above:
                truths[criterion.id] = evaluate(criterion.test, case, truths)
        return _ANSWERS[truths[self.policy.root.id]]

    def result(self, criterion: Criterion) -> CriterionResult:
        """Lay out what the criterion came to, with all below it."""
        return CriterionResult(
            id=criterion.id,
            title=criterion.title,
            sentence=criterion.sentence,
            sense=self.policy.sense(criterion),
            truth=_FINDINGS[self.truths[criterion.id]],
            test=criterion.notation,
            elements=criterion.elements,
            bearing=self.elements_by[criterion.id],
            citations=criterion.citations,
            reading=criterion.reading,
            attested=criterion.attested,
            earliest=self.earliest(criterion),
            parts=tuple([self.result(part) for part in criterion.parts]),
        )


def _why_open(entry: Fact | Absence) -> str:
    return entry.reason if isinstance(entry, Absence) else Reason.UNREADABLE


def _turning_days(criterion: Criterion, case: Case) -> list[date]:
    days: set[date] = set()
    for comparison in criterion.comparisons:
        value = case.value(comparison.element)
        if isinstance(value, Span):
            days.update(turning_days(value, comparison.bound))
    return sorted(day for day in days if day > case.service.date)


def _reading_effects(outcome: _Outcome) -> Iterator[ReadingEffect]:
    for criterion, reading in outcome.policy.readings:
        truth = evaluate(reading.other, outcome.case, outcome.truths)
        yield ReadingEffect(
            criterion=criterion.id,
            decided=reading.decided,
            review=reading.review,
            other=reading.notation,
            truth=_FINDINGS[truth],
            answer=outcome.answer_with(criterion, truth),
        )
