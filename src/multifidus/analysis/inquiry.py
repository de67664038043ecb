"""
One question while it is being answered: the prover, the premises, and the time that is left.

Replies are drafted here, so that each says alike what was asked, under what, and how well the
clauses were read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from multifidus.analysis.explain import clause_of, clauses_read, step_of, witness_of
from multifidus.analysis.ordinary import borne_out, made_ordinary
from multifidus.analysis.prove import Clock, Impossible, Known, Possible, Prover
from multifidus.analysis.reply import Outcome, Question, Reply
from multifidus.analysis.statement import Claim, Statement
from multifidus.core.citation import ReadingStatus
from multifidus.core.element import Number
from multifidus.core.expression import Compare, leaves
from multifidus.core.policy import Stance
from multifidus.core.quantity import UNITS
from multifidus.core.truth import T, U

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from multifidus.analysis.prove import Found
    from multifidus.analysis.reply import Step
    from multifidus.core.policy import Policy

OUT_OF_TIME = "the time was up"
NOT_BORNE_OUT = "the evaluator did not bear the solver's witness out"


@dataclass(frozen=True, kw_only=True)
class Asker:
    """What questions are asked of: a prover, the premises to assume, the seconds for each."""

    prover: Prover
    premises: tuple[Policy, ...] = ()
    limit: float = 10.0

    def assuming_nothing(self) -> Asker:
        """Ask without premises."""
        return Asker(prover=self.prover, limit=self.limit)


class Inquiry:
    """A question from its start to its reply."""

    def __init__(self, asker: Asker, clock: Clock | None = None) -> None:
        """Start the clock, or go by that of the question which this one is part of."""
        self.asker = asker
        self.prover = asker.prover
        self.clock = clock or Clock(asker.limit)
        self.premises = [claim for each in asker.premises for claim in Statement(each).claims(T)]

    def assuming_nothing(self) -> Inquiry:
        """Ask on without premises, within the same time."""
        return Inquiry(self.asker.assuming_nothing(), self.clock)

    def find(self, claims: Sequence[Claim], known: Sequence[Known] = ()) -> Found:
        """Find a case that fits all claims, or those that clash."""
        policies = {id(each.about.policy): each.about.policy for each in claims}
        elements = dict.fromkeys(name for each in policies.values() for name in each.elements)
        return self.prover.find([*claims, *known], tuple(elements), self.clock)

    def possible(self, claims: Sequence[Claim]) -> bool | None:
        """Tell whether some case fits all claims; None when the time is up."""
        return self.prover.possible(claims, self.clock)

    def clash(self, claims: Sequence[Claim]) -> tuple[Claim, ...]:
        """Find the fewest of the claims that clash, on the best-read clauses that there are."""
        order = list(ReadingStatus)

        def how_well(claim: Claim) -> tuple[int, bool]:
            return order.index(clause_of(claim).reading), claim in self.premises

        chosen = self.prover.clash(sorted(claims, key=how_well), self.clock)
        return tuple(each for each in claims if each in chosen)

    def refute(self, given: Sequence[Claim], claim: Claim) -> Refuted:
        """Look for a complete case that fits what is given and in which a claim does not hold."""
        same = self.prover.same(claim, given)
        if same is not None:
            return Refuted(Impossible((same,)), claim)
        contrary = claim.contrary
        found = self.find([*given, contrary])
        if not isinstance(found, Impossible) or not _may_stay_open(claim):
            return Refuted(found, contrary)
        # So many weeks against months may be open although they are known.
        left_open = Claim(claim.about, U)
        asked = {name for each in claim.about.criterion.walk() for name in each.elements}
        known = [
            Known(name, is_known=True) for name in claim.about.policy.elements if name in asked
        ]
        blurred = self.find([*given, left_open], known)
        if isinstance(blurred, Impossible):
            claims = tuple(dict.fromkeys(found.claims + blurred.claims))
            return Refuted(Impossible(claims), contrary)
        return Refuted(blurred, left_open)

    def step(self, shows: Claim | None, claims: Iterable[Claim]) -> Step:
        """Lay out what shows a claim, or clashes; the contrary of what is shown is no ground."""
        grounds = [each for each in claims if shows is None or not _contradicts(each, shows)]
        return step_of(shows, grounds, premises=self.asker.premises)

    def draft(self, question: Question, *statements: Statement) -> Draft:
        """Begin a reply."""
        return Draft(inquiry=self, question=question, statements=statements)


@dataclass(frozen=True)
class Refuted:
    """What came of looking for a case against a claim, and what is then claimed of that case."""

    found: Found
    against: Claim


_WITHOUT = {
    Stance.UNREAD: "nobody has read the position of {}",
    Stance.SILENT: "no criteria for the service stand in {}",
}


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A reply before its outcome."""

    inquiry: Inquiry
    question: Question
    statements: tuple[Statement, ...]
    clause: Claim | None = None

    def of(self, claim: Claim) -> Draft:
        """Say which clause it is about."""
        return replace(self, clause=claim)

    @property
    def unread(self) -> str:
        """Why nothing can be proved, where no position is known; empty where all are."""
        without = [each for each in self.statements if not each.is_read]
        stances = [each.policy.about.stance for each in without]
        told = [
            words.format(" and ".join(names))
            for stance, words in _WITHOUT.items()
            if (names := [each.name for each in without if each.policy.about.stance is stance])
        ]
        nothing = "what was not read" if Stance.UNREAD in stances else "that"
        return f"{', and '.join(told)}; {nothing} proves nothing" if told else ""

    def proved(
        self,
        *,
        holds: bool,
        proof: Sequence[Step] = (),
        parts: Sequence[Reply] = (),
        because: str = "",
    ) -> Reply:
        """Finish it with a proof."""
        return self._reply(
            holds=holds,
            outcome=Outcome.PROVED,
            proof=tuple(proof),
            parts=tuple(parts),
            because=because,
        )

    def not_decided(self, because: str = OUT_OF_TIME, parts: Sequence[Reply] = ()) -> Reply:
        """Finish it without an answer."""
        return self._reply(
            holds=None, outcome=Outcome.NOT_DECIDED, because=because, parts=tuple(parts)
        )

    def like(self, other: Reply, *, holds: bool, parts: Sequence[Reply] = ()) -> Reply:
        """Finish it with the proof or witness of another reply."""
        return self._reply(
            holds=holds,
            outcome=other.outcome,
            proof=other.proof,
            witness=other.witness,
            parts=tuple(parts),
        )

    def shown(
        self,
        found: Possible,
        claims: Sequence[Claim],
        *,
        holds: bool,
        proof: Sequence[Step] = (),
    ) -> Reply:
        """Finish it with a witness, once the evaluator bears it out."""
        case = made_ordinary(found.case, claims, self.inquiry.clock)
        if not borne_out(claims, case):
            return self.not_decided(NOT_BORNE_OUT)
        return self._reply(
            holds=holds,
            outcome=Outcome.WITNESS,
            witness=witness_of(case, self.statements),
            proof=tuple(proof),
        )

    def _reply(self, **outcome: Any) -> Reply:  # noqa: ANN401  the fields of a reply
        asker = self.inquiry.asker
        return Reply(
            question=self.question,
            about=tuple(each.name for each in self.statements),
            limit=asker.limit,
            premises=tuple(each.about.id for each in asker.premises),
            read=clauses_read(each.policy for each in self.statements),
            clause=clause_of(self.clause) if self.clause else None,
            **outcome,
        )


def _contradicts(claim: Claim, other: Claim) -> bool:
    return claim.name in (other.contrary.name, Claim(other.about, U).name)


def _may_stay_open(claim: Claim) -> bool:
    """Tell whether a clause compares a stated number of one calendar unit with another kind."""
    elements = claim.about.policy.dictionary.elements
    return any(
        isinstance(leaf, Compare)
        and isinstance(answer := elements[leaf.element].answer, Number)
        and UNITS[answer.unit].dimension is not UNITS[leaf.bound.unit].dimension
        for criterion in claim.about.criterion.walk()
        for leaf in leaves(criterion.test)
    )
