"""
Policies as terms of the solver: one pair of terms for every criterion, over shared variables.

It says what `core.determination` says, node by node; the conformance suite holds both together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import z3  # type: ignore[import-untyped]

from multifidus.analysis.answers import Answer, answer_of
from multifidus.analysis.days import Threshold, service_days
from multifidus.analysis.statement import name_of
from multifidus.analysis.terms import OPEN, Pair, all_of, any_of, at_least, negation
from multifidus.core.case import Basis, Case, Fact, Service
from multifidus.core.element import Time
from multifidus.core.expression import (
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Holds,
    Matches,
    Not,
    Part,
    fold,
    leaves,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from multifidus.analysis.terms import Term
    from multifidus.core.element import DataElement
    from multifidus.core.expression import Expression, Leaf
    from multifidus.core.policy import Criterion, Policy


class Calendar:
    """The day of service, one of some that the solver chooses, and what thresholds take on it."""

    def __init__(self, days: Sequence[date]) -> None:
        """Take the days that stand for all others; the first one is the one asked about."""
        self.days = days
        self._chosen = [z3.Bool(f"service on {day}") for day in days]
        self._terms: dict[Threshold, Term] = {}
        self.rules: list[Term] = [z3.PbEq([(chosen, 1) for chosen in self._chosen], 1)]

    def fewest_days(self, threshold: Threshold) -> Term:
        """Give the days that a threshold takes, as a number or as the chosen day's."""
        if threshold not in self._terms:
            self._terms[threshold] = self._term(threshold)
        return self._terms[threshold]

    def _term(self, threshold: Threshold) -> Term:
        taken = [threshold.days(day) for day in self.days]
        if len(set(taken)) == 1:
            return z3.IntVal(taken[0])
        term = z3.Int(f"days of {threshold}")
        self.rules += [
            z3.Implies(chosen, term == days)
            for chosen, days in zip(self._chosen, taken, strict=True)
        ]
        return term

    def chosen(self, model: Term) -> date:
        """Read the day off a model."""
        pairs = zip(self._chosen, self.days, strict=True)
        return next(day for term, day in pairs if z3.is_true(model.eval(term)))

    def first(self) -> Term:
        """Say that the day is the one asked about."""
        return self._chosen[0]


class Encoding:
    """Some policies of one dictionary over one set of variables; every test is encoded once."""

    def __init__(self, policies: Sequence[Policy], days: Sequence[date]) -> None:
        """Look at the policies, for some days of service; nothing is encoded yet."""
        self.elements = _elements(policies)
        self.calendar = Calendar(days)
        self.answers: dict[str, Answer] = {}
        self._tests: dict[Leaf, Pair] = {}
        self._pairs: dict[str, Mapping[str, Pair]] = {}

    def answer(self, name: str) -> Answer:
        """Give the variables of an element."""
        if name not in self.answers:
            kind = self.elements[name].answer
            self.answers[name] = answer_of(name, kind, self.calendar.fewest_days)
        return self.answers[name]

    def pairs(self, policy: Policy) -> Mapping[str, Pair]:
        """Encode every criterion of a policy."""
        name = name_of(policy)
        if name not in self._pairs:
            found: dict[str, Pair] = {}
            self._settle(policy.root, found)
            nothing_read = policy.about.stance.is_without_position
            self._pairs[name] = dict.fromkeys(found, OPEN) if nothing_read else found
        return self._pairs[name]

    def _settle(self, criterion: Criterion, found: dict[str, Pair]) -> None:
        for part in criterion.parts:
            self._settle(part, found)
        found[criterion.id] = self._pair(criterion.test, found)

    def _pair(self, expression: Expression, found: Mapping[str, Pair]) -> Pair:
        def visit(node: Expression, parts: Sequence[Pair]) -> Pair:
            match node:
                case Part():
                    return found[node.criterion]
                case Compare() | Matches() | Holds():
                    return self._test(node)
                case Not():
                    return negation(parts[0])
                case AllOf():
                    return all_of(parts)
                case AnyOf():
                    return any_of(parts)
                case AtLeast():
                    return at_least(node.count, parts)

        return fold(expression, visit)

    def _test(self, leaf: Leaf) -> Pair:
        if leaf not in self._tests:
            self._tests[leaf] = self.answer(leaf.element).test(leaf)
        return self._tests[leaf]

    def given(self, case: Case) -> Iterator[Term]:
        """Say that the facts are those of a case whose service is on the first of the days."""
        yield self.calendar.first()
        for name, answer in self.answers.items():
            yield answer.given(case.value(name))

    def case(self, model: Term, elements: Iterable[str]) -> Case:
        """Read a case off a model: the facts of some elements."""
        day = self.calendar.chosen(model)
        values = {name: self.answer(name).value(model, day) for name in elements}
        facts = {
            name: Fact(value=value, basis=Basis.ANSWER)
            for name, value in values.items()
            if value is not None
        }
        return Case(service=Service(date=day), entries=facts)


def days_for(policies: Sequence[Policy], *, on: date) -> tuple[date, ...]:
    """List the days of service that stand for all, for whatever is asked of these policies."""
    elements = _elements(policies)
    asked: dict[str, set[Threshold]] = {}
    for leaf in (leaf for policy in policies for leaf in _leaves(policy)):
        answer = elements[leaf.element].answer
        if isinstance(leaf, Compare) and isinstance(answer, Time):
            both = {Threshold(leaf.bound, answer.counting, more) for more in (False, True)}
            asked.setdefault(leaf.element, set()).update(both)
    return service_days(on, asked)


def _elements(policies: Sequence[Policy]) -> Mapping[str, DataElement]:
    return {
        name: element for each in policies for name, element in each.dictionary.elements.items()
    }


def _leaves(policy: Policy) -> Iterable[Leaf]:
    for criterion in policy.criteria():
        yield from leaves(criterion.test)
        for reading in criterion.readings:
            yield from leaves(reading.other)
