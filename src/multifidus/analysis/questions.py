"""
The questions that can be asked about policies; docs/reference/questions.md says what each means.

They speak of complete cases, in which every element has an exact answer: what holds of all of them
a chart with gaps cannot break, for a new fact never unsettles an answer. A policy of which nothing
was read proves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from multifidus.analysis.explain import clause_of, clauses_read, step_of, witness_of
from multifidus.analysis.ordinary import holds, made_ordinary
from multifidus.analysis.prove import Clock, Impossible, Known, Possible, Prover
from multifidus.analysis.reply import Outcome, Question, Reply
from multifidus.analysis.statement import Claim, Statement, instead
from multifidus.core.element import Number
from multifidus.core.expression import AllOf, AnyOf, Compare, leaves
from multifidus.core.policy import Sense
from multifidus.core.quantity import UNITS
from multifidus.core.truth import F, T, U

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from multifidus.analysis.prove import Found
    from multifidus.analysis.reply import Step
    from multifidus.core.expression import Expression
    from multifidus.core.policy import Criterion, Policy

OUT_OF_TIME = "the time was up"
NOT_BORNE_OUT = "the evaluator did not bear the solver's witness out"


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Asks questions of one prover, under premises, each within a limit of seconds."""

    prover: Prover
    premises: tuple[Policy, ...] = ()
    limit: float = 10.0

    # Of policies

    def can_be_met(self, *statements: Statement) -> Reply:
        """Ask whether one case can meet all of them, on the premises; the first is the subject."""
        return self._can_be_met(Question.CAN_BE_MET, statements, Clock(self.limit))

    def implies(self, first: Statement, second: Statement) -> Reply:
        """Ask whether whoever meets the first meets the second."""
        return self._implies(first, second, Clock(self.limit))

    def equivalent(self, first: Statement, second: Statement) -> Reply:
        """Ask whether both are met by the same cases."""
        return self._both_ways(Question.EQUIVALENT, first, second)

    def differs(self, first: Statement, second: Statement) -> Reply:
        """Ask for a case that meets one of them and not the other."""
        return self._both_ways(Question.DIFFERS, first, second)

    def _both_ways(self, question: Question, first: Statement, second: Statement) -> Reply:
        clock = Clock(self.limit)
        parts = (self._implies(first, second, clock), self._implies(second, first, clock))
        refuted = [part for part in parts if part.holds is False]
        undecided = [part for part in parts if part.holds is None]
        told = self._told(question, first, second)
        if refuted:
            witness = refuted[0].witness
            return Reply(
                **told,
                holds=question is Question.DIFFERS,
                outcome=Outcome.WITNESS,
                witness=witness,
                parts=parts,
            )
        if undecided:
            return self._not_decided(told, undecided[0].because, parts)
        proof = tuple(step for part in parts for step in part.proof)
        same = question is Question.EQUIVALENT
        return Reply(**told, holds=same, outcome=Outcome.PROVED, proof=proof, parts=parts)

    def _can_be_met(
        self, question: Question, statements: Sequence[Statement], clock: Clock
    ) -> Reply:
        told = self._told(question, *statements)
        if unread := _unread(statements):
            return self._not_decided(told, unread)
        claims = [claim for each in statements for claim in each.claims(T)]
        bare = self._find(claims, clock)
        without = self._possibility({**told, "premises": ()}, bare, claims, statements, clock)
        if not self.premises or not isinstance(bare, Possible):
            return without
        assumed = [*claims, *self._premises()]
        found = self._find(assumed, clock)
        reply = self._possibility(told, found, assumed, statements, clock)
        if reply.holds is False and isinstance(found, Impossible):
            # The proof rests on the premises; what is possible without them is told with it.
            told["parts"] = (without,)
            return self._possibility(told, found, assumed, statements, clock)
        return reply

    def _possibility(
        self,
        told: dict[str, Any],
        found: Found,
        claims: Sequence[Claim],
        statements: Sequence[Statement],
        clock: Clock,
    ) -> Reply:
        match found:
            case Possible():
                return self._shown(told, found, claims, statements, clock, holds_so=True)
            case Impossible():
                proof = (self._step(None, found.claims),)
                return Reply(**told, holds=False, outcome=Outcome.PROVED, proof=proof)
            case _:
                return self._not_decided(told, OUT_OF_TIME)

    def _implies(self, first: Statement, second: Statement, clock: Clock) -> Reply:
        told = self._told(Question.IMPLIES, first, second)
        if unread := _unread((first, second)):
            return self._not_decided(told, unread)
        given = [*first.claims(T), *self._premises()]
        possible = self.prover.possible(given, clock)
        if possible is False:
            proof = (self._step(None, self.prover.clash(given, clock)),)
            words = f"{first.name} can never be met, so it implies anything"
            return Reply(**told, holds=True, outcome=Outcome.PROVED, proof=proof, because=words)
        steps: list[Step] = []
        for claim in second.claims(T):
            found, against = self._refute(given, claim, clock)
            match found:
                case Possible():
                    told["proof"] = tuple(steps)
                    statements = (first, second)
                    claims = [*given, against]
                    return self._shown(told, found, claims, statements, clock, holds_so=False)
                case Impossible(claims):
                    steps.append(self._step(claim, claims))
                case _:
                    return self._not_decided(told, OUT_OF_TIME)
        return Reply(**told, holds=True, outcome=Outcome.PROVED, proof=tuple(steps))

    def _refute(self, given: Sequence[Claim], claim: Claim, clock: Clock) -> tuple[Found, Claim]:
        """Look for a complete case that fits what is given and in which a claim does not hold."""
        contrary = claim.contrary
        found = self._find([*given, contrary], clock)
        open_claim = Claim(claim.about, U)
        if isinstance(found, Impossible) and _stays_open(claim):
            # A number of weeks against months may be open although it is known.
            elements = _elements_of(claim.about.criterion, claim.about.policy)
            known = [Known(each, is_known=True) for each in elements]
            blurred = self._find([*given, open_claim], clock, known)
            if not isinstance(blurred, Impossible):
                return blurred, open_claim
            return Impossible(tuple(dict.fromkeys(found.claims + blurred.claims))), contrary
        return found, contrary

    # Of the clauses of one policy

    def never_met(self, subject: Statement, label: Statement) -> Reply:
        """Ask what whoever meets the label never meets of a policy, and what always, on premises."""
        clock = Clock(self.limit)
        can = self._can_be_met(Question.NEVER_MET, (subject, label), clock)
        given = [*label.claims(T), *self._premises()]
        told = self._told(Question.NEVER_MET, subject, label)
        if can.holds is None or self.prover.possible(given, clock) is not True:
            because = can.because or f"{label.name} can never be met on these premises"
            return self._not_decided(told, because)
        parts = tuple(
            part
            for criterion in subject.policy.criteria()
            if criterion is not subject.policy.root
            for part in self._settled(subject.at(criterion.id), given, clock)
        )
        told |= {"premises": can.premises, "proof": can.proof, "witness": can.witness}
        told["parts"] = (*can.parts, *parts)
        return Reply(**told, holds=not can.holds, outcome=can.outcome)

    def _settled(self, about: Statement, given: Sequence[Claim], clock: Clock) -> Iterator[Reply]:
        """Say so if a clause never holds, or always, given some claims."""
        for truth, question in (
            (T, Question.CLAUSE_NEVER_HOLDS),
            (F, Question.CLAUSE_ALWAYS_HOLDS),
        ):
            claim = Claim(about, truth)
            if self.prover.possible([*given, claim], clock) is False:
                claims = self.prover.clash([*given, claim], clock)
                proof = (self._step(claim.contrary, claims),)
                told = self._told(question, about)
                told["clause"] = clause_of(claim.contrary)
                yield Reply(**told, holds=True, outcome=Outcome.PROVED, proof=proof)

    def dead(self, subject: Statement) -> Reply:
        """Ask which clauses never hold, always hold, or change no answer when they are left out."""
        clock = Clock(self.limit)
        told = self._told(Question.DEAD, subject)
        if unread := _unread((subject,)):
            return self._not_decided(told, unread)
        parts: list[Reply] = []
        for criterion in subject.policy.criteria():
            about = subject.at(criterion.id)
            if criterion is not subject.policy.root:
                settled = list(self._settled(about, [], clock))
                parts += settled
                if not settled and not criterion.is_group:
                    parts.append(self._matters(about, clock))
        told["parts"] = tuple(part for part in parts if _is_dead(part))
        if told["parts"]:
            return Reply(**told, holds=True, outcome=Outcome.PROVED)
        undecided = [part for part in parts if part.holds is None]
        if undecided:
            return self._not_decided(told, undecided[0].because)
        told["parts"] = tuple(parts)
        return Reply(**told, holds=False, outcome=Outcome.WITNESS)

    def _matters(self, about: Statement, clock: Clock) -> Reply:
        """Ask whether any answer changes when a clause is left out of its group."""
        policy, criterion = about.policy, about.criterion
        (group, *_) = policy.groups[criterion.id]
        left_out: Expression = AllOf(()) if isinstance(group.test, AllOf) else AnyOf(())
        rest = Statement(instead(policy, criterion.id, left_out, mark=f"without-{criterion.id}"))
        return self._change(Question.CLAUSE_MATTERS, about, Statement(policy), rest, clock)

    def _change(
        self, question: Question, about: Statement, ours: Statement, other: Statement, clock: Clock
    ) -> Reply:
        """Ask whether any answer changes between a policy and one that differs in a clause."""
        told = self._told(question, about)
        told["clause"] = clause_of(Claim(about, T))
        parts = (self._implies(ours, other, clock), self._implies(other, ours, clock))
        refuted = [part for part in parts if part.holds is False]
        undecided = [part for part in parts if part.holds is None]
        told["parts"] = parts
        if refuted:
            witness = refuted[0].witness
            return Reply(**told, holds=True, outcome=Outcome.WITNESS, witness=witness)
        if undecided:
            return self._not_decided(told, undecided[0].because)
        proof = tuple(
            step
            for part in parts
            for step in part.proof
            if step.shows is None or step.shows.id == about.id or len(step.clauses) > 1
        )
        return Reply(**told, holds=False, outcome=Outcome.PROVED, proof=proof)

    def conflicts(self, subject: Statement) -> Reply:
        """Ask which clauses cannot both come out in the patient's favour."""
        clock = Clock(self.limit)
        can = self._can_be_met(Question.CONFLICTS, (subject,), clock)
        if can.holds is None:
            return can
        policy = subject.policy
        parts = []
        for one, other in combinations(policy.clauses(), 2):
            if set(one.elements) & set(other.elements):
                claims = [_favourable(policy, each) for each in (one, other)]
                if self.prover.possible(claims, clock) is False:
                    told = self._told(
                        Question.CLAUSES_EXCLUDE, *(subject.at(each.id) for each in (one, other))
                    )
                    proof = (self._step(None, claims),)
                    parts.append(Reply(**told, holds=True, outcome=Outcome.PROVED, proof=proof))
        told = self._told(Question.CONFLICTS, subject)
        told |= {"parts": (*can.parts, *parts), "proof": can.proof, "witness": can.witness}
        if can.holds and not parts:
            return Reply(**told, holds=False, outcome=can.outcome)
        return Reply(**told, holds=True, outcome=Outcome.PROVED)

    def reading(self, subject: Statement) -> Reply:
        """Ask who changes if a clause is read the other way; the statement names the clause."""
        clock = Clock(self.limit)
        told = self._told(Question.READING, subject)
        ours = Statement(subject.policy)
        if unread := _unread((ours,)):
            return self._not_decided(told, unread)
        parts = []
        for number, reading in enumerate(subject.criterion.readings, start=1):
            mark = f"other-reading-of-{subject.id}" + (f"-{number}" if number > 1 else "")
            other = Statement(instead(subject.policy, subject.id, reading.other, mark=mark))
            parts.append(self._change(Question.READING, subject, ours, other, clock))
        changed = [part for part in parts if part.holds]
        undecided = [part for part in parts if part.holds is None]
        told["parts"] = tuple(parts)
        told["clause"] = clause_of(Claim(subject, T))
        if changed:
            witness = changed[0].witness
            return Reply(**told, holds=True, outcome=Outcome.WITNESS, witness=witness)
        if undecided:
            return self._not_decided(told, undecided[0].because)
        return Reply(**told, holds=False, outcome=Outcome.PROVED)

    def difference(self, first: Statement, second: Statement) -> Reply:
        """
        Ask for the smallest change that makes the first policy the second.

        The clauses of the first that the second does not imply have to go, all of them; of the
        second, those have to come that what is left does not imply. No smaller change will do.
        """
        clock = Clock(self.limit)
        told = self._told(Question.DIFFERENCE, first, second)
        if unread := _unread((first, second)):
            return self._not_decided(told, unread)
        given = [*second.claims(T), *self._premises()]
        kept: list[Claim] = []
        parts: list[Reply] = []
        for claim in first.claims(T):
            part = self._needed(Question.CLAUSE_DROPPED, claim, given, (second,), clock)
            kept += [] if part.holds else [claim]
            parts += [part] if part.holds is not False else []
        added: list[Claim] = []
        rest = list(second.claims(T))
        while rest:
            claim = rest.pop()
            given = [*kept, *added, *rest, *self._premises()]
            part = self._needed(Question.CLAUSE_ADDED, claim, given, (), clock)
            if part.holds is not False and claim.name not in {each.name for each in kept}:
                added.append(claim)
                parts.append(part)
        told["parts"] = tuple(parts)
        if any(part.holds is None for part in parts):
            return self._not_decided(told, OUT_OF_TIME)
        outcome = Outcome.WITNESS if parts else Outcome.PROVED
        return Reply(**told, holds=bool(parts), outcome=outcome)

    def _needed(
        self,
        question: Question,
        claim: Claim,
        given: Sequence[Claim],
        statements: Sequence[Statement],
        clock: Clock,
    ) -> Reply:
        """Ask whether a claim says more than what is given: a case shows it that does not meet it."""
        told = self._told(question, claim.about)
        told["clause"] = clause_of(claim)
        found, against = self._refute(given, claim, clock)
        match found:
            case Possible():
                shown = (*statements, claim.about)
                return self._shown(told, found, [*given, against], shown, clock, holds_so=True)
            case Impossible(claims):
                proof = (self._step(claim, claims),)
                return Reply(**told, holds=False, outcome=Outcome.PROVED, proof=proof)
            case _:
                return self._not_decided(told, OUT_OF_TIME)

    # What all questions share

    def _premises(self) -> list[Claim]:
        return [claim for each in self.premises for claim in Statement(each).claims(T)]

    def _find(self, claims: Sequence[Claim], clock: Clock, known: Sequence[Known] = ()) -> Found:
        policies = {each.about.name.partition(":")[0]: each.about.policy for each in claims}
        elements = dict.fromkeys(name for each in policies.values() for name in each.elements)
        return self.prover.find([*claims, *known], tuple(elements), clock)

    def _shown(
        self,
        told: dict[str, Any],
        found: Possible,
        claims: Sequence[Claim],
        statements: Sequence[Statement],
        clock: Clock,
        *,
        holds_so: bool,
    ) -> Reply:
        case = made_ordinary(found.case, claims, clock)
        if not holds(claims, case):
            return self._not_decided(told, NOT_BORNE_OUT)
        witness = witness_of(case, statements)
        return Reply(**told, holds=holds_so, outcome=Outcome.WITNESS, witness=witness)

    def _step(self, shows: Claim | None, claims: Sequence[Claim]) -> Step:
        contrary = shows and shows.contrary.name
        others = [
            each
            for each in claims
            if each.name != contrary and (shows is None or each.truth is not U)
        ]
        return step_of(shows, others, premises=self.premises)

    def _told(self, question: Question, *statements: Statement) -> dict[str, Any]:
        return {
            "question": question,
            "about": tuple(each.name for each in statements),
            "limit": self.limit,
            "premises": tuple(each.about.id for each in self.premises),
            "read": clauses_read(each.policy for each in statements),
        }

    def _not_decided(
        self, told: dict[str, Any], because: str, parts: tuple[Reply, ...] = ()
    ) -> Reply:
        told = {**told, "parts": parts or told.get("parts", ())}
        return Reply(**told, holds=None, outcome=Outcome.NOT_DECIDED, because=because)


def _unread(statements: Sequence[Statement]) -> str:
    names = [each.name for each in statements if not each.is_read]
    return f"no criteria were read of {' and '.join(names)}, which proves nothing" if names else ""


def _is_dead(part: Reply) -> bool:
    if part.question is Question.CLAUSE_MATTERS:
        return part.holds is False
    return part.holds is True


def _favourable(policy: Policy, criterion: Criterion) -> Claim:
    truth = T if policy.sense(criterion) is Sense.FOR else F
    return Claim(Statement(policy, criterion.id), truth)


def _elements_of(criterion: Criterion, policy: Policy) -> tuple[str, ...]:
    asked = {name for each in criterion.walk() for name in each.elements}
    return tuple(name for name in policy.elements if name in asked)


def _stays_open(claim: Claim) -> bool:
    """Tell whether a clause compares a stated number of one calendar unit with another kind."""
    elements = claim.about.policy.dictionary.elements
    return any(
        isinstance(leaf, Compare)
        and isinstance(answer := elements[leaf.element].answer, Number)
        and UNITS[answer.unit].dimension is not UNITS[leaf.bound.unit].dimension
        for criterion in claim.about.criterion.walk()
        for leaf in leaves(criterion.test)
    )
