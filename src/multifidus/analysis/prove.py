"""
One solver for many questions: every claim has a name, and a question assumes some of the names.

What cannot be assumed together comes back as the fewest claims that clash; what can, as a case.
Either search stops at the limit of the question, and that is an answer too.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

import z3  # type: ignore[import-untyped]

from multifidus.analysis.encode import Encoding, days_for
from multifidus.analysis.statement import Claim

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from multifidus.analysis.terms import Term
    from multifidus.core.case import Case
    from multifidus.core.policy import Policy

MILLISECONDS = 1000


@dataclass(frozen=True, slots=True)
class Known:
    """That there is a fact for an element, or that there is none."""

    element: str
    is_known: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """That the service is on the day asked about, not on another one that the calendar has."""


Assumption = Claim | Known | Asked


class Clock:
    """How long one question may still take."""

    def __init__(self, seconds: float) -> None:
        """Start it."""
        self.limit = seconds
        self._end = monotonic() + seconds

    @property
    def left(self) -> int:
        """The milliseconds that are left; none when the time is up."""
        return max(0, int((self._end - monotonic()) * MILLISECONDS))


@dataclass(frozen=True, slots=True)
class Possible:
    """A case that fits the claims."""

    case: Case


@dataclass(frozen=True, slots=True)
class Impossible:
    """The fewest claims that cannot hold together: without any one of them the others can."""

    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Undecided:
    """The time was up."""


Found = Possible | Impossible | Undecided
UNDECIDED = Undecided()


class Prover:
    """The terms of some policies in one solver; nothing of a question outlives its answer."""

    def __init__(self, policies: Sequence[Policy], *, on: date) -> None:
        """Take all policies that questions will be about, and the day of service asked about."""
        self.policies = policies
        self.encoding = Encoding(policies, days_for(policies, on=on))
        self._solver = z3.Solver()
        self._names: dict[object, Term] = {}
        self._ruled: set[str] = set()
        self._calendar_rules = 0

    def possible(self, assumptions: Iterable[Assumption], clock: Clock) -> bool | None:
        """Tell whether all can hold together; None when the time is up."""
        answer = self._check([self._name(each) for each in assumptions], clock)
        if answer == z3.unknown:
            return None
        return bool(answer == z3.sat)

    def same(self, claim: Claim, others: Iterable[Claim]) -> Claim | None:
        """Find one of some claims that says the very same, which needs no search."""
        meaning = self._meaning_of(claim)
        return next((each for each in others if self._meaning_of(each).eq(meaning)), None)

    def clash(self, claims: Sequence[Claim], clock: Clock) -> tuple[Claim, ...]:
        """Find the fewest of some claims that clash; the last ones are spared first."""
        kept = list(claims)
        for claim in reversed(claims):
            rest = [each for each in kept if each is not claim]
            if self.possible(rest, clock) is False:
                kept = rest
        return tuple(kept)

    def find(
        self, assumptions: Sequence[Assumption], elements: Sequence[str], clock: Clock
    ) -> Found:
        """
        Find a case with few facts that fits, or the claims that clash.

        Facts are spared from the last element to the first, so that of several ways the one that
        stands first in the text is taken.
        """
        names = [self._name(each) for each in assumptions]
        answer = self._check(names, clock)
        if answer == z3.unsat:
            core = {str(term) for term in self._solver.unsat_core()}
            claims = [
                each
                for each in assumptions
                if isinstance(each, Claim) and str(self._name(each)) in core
            ]
            return Impossible(self.clash(claims, clock))
        if answer != z3.sat:
            return UNDECIDED
        return Possible(self.encoding.case(self._with_few_facts(names, elements, clock), elements))

    def _with_few_facts(self, names: Sequence[Term], elements: Sequence[str], clock: Clock) -> Term:
        """Improve on the model that was just found, one wish after the other."""
        model = self._solver.model()
        wishes: list[Assumption] = [Asked()]
        wishes += [Known(each, is_known=False) for each in reversed(elements)]
        # Named first: what is defined after the push would be forgotten with it.
        named = [(self._name(wish), self._meaning_of(wish)) for wish in wishes]
        self._solver.push()
        self._solver.add(*names)
        for name, meaning in named:
            if not z3.is_true(model.eval(meaning, model_completion=True)):
                if self._check([name], clock) != z3.sat:
                    continue
                model = self._solver.model()
            self._solver.add(name)
        self._solver.pop()
        return model

    def _check(self, names: Sequence[Term], clock: Clock) -> object:
        if not clock.left:
            return z3.unknown
        self._solver.set("timeout", clock.left)
        return self._solver.check(*names)

    def _name(self, assumption: Assumption) -> Term:
        """Give the name under which an assumption is made; it is defined when it is first used."""
        key = assumption.name if isinstance(assumption, Claim) else assumption
        if key not in self._names:
            name = z3.Bool(f"assumed: {key}")
            self._solver.add(z3.Implies(name, self._meaning_of(assumption)), *self._new_rules())
            self._names[key] = name
        return self._names[key]

    def _meaning_of(self, assumption: Assumption) -> Term:
        match assumption:
            case Claim(about, truth):
                return self.encoding.pairs(about.policy)[about.id].being(truth)
            case Known(element, is_known):
                known = self.encoding.answer(element).known
                return known if is_known else z3.Not(known)
            case Asked():
                return self.encoding.calendar.first()

    def _new_rules(self) -> list[Term]:
        """Give what holds of the elements and days that have come into play since the last time."""
        rules = self.encoding.calendar.rules[self._calendar_rules :]
        self._calendar_rules = len(self.encoding.calendar.rules)
        for name, answer in self.encoding.answers.items():
            if name not in self._ruled:
                self._ruled.add(name)
                rules += [*answer.ruled, answer.exact]
        return rules
