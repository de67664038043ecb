"""
Questions about policies as wholes; docs/reference/questions.md says what each one means.

They speak of complete cases, in which every element has an exact answer: what holds of all of them
a chart with gaps cannot break, for a new fact never unsettles an answer. A policy of which nothing
was read proves nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from multifidus.analysis.inquiry import Inquiry
from multifidus.analysis.prove import Impossible, Possible
from multifidus.analysis.reply import Outcome, Question, Reply
from multifidus.analysis.statement import Claim, Statement, name_of, other_readings
from multifidus.core.truth import T

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from multifidus.analysis.inquiry import Asker, Draft
    from multifidus.analysis.prove import Found
    from multifidus.analysis.reply import Step
    from multifidus.core.policy import Criterion


def can_be_met(asker: Asker, *statements: Statement) -> Reply:
    """
    Ask whether one case can meet all statements together, on the premises.

    Where only the premises make it impossible, the first part of the reply shows a case that would
    be possible without them; the parts after it, cases that would be on another reading of a
    clause that the proof rests on.
    """
    return possibility(Inquiry(asker), Question.CAN_BE_MET, statements)


def implies(asker: Asker, first: Statement, second: Statement) -> Reply:
    """Ask whether whoever meets the first meets the second."""
    return implication(Inquiry(asker), first, second)


def equivalent(asker: Asker, first: Statement, second: Statement) -> Reply:
    """Ask whether both are met by the same cases."""
    return _both_ways(Inquiry(asker), Question.EQUIVALENT, first, second)


def differs(asker: Asker, first: Statement, second: Statement) -> Reply:
    """Ask for a case that meets one of them and not the other."""
    return _both_ways(Inquiry(asker), Question.DIFFERS, first, second)


def difference(asker: Asker, first: Statement, second: Statement) -> Reply:
    """
    Ask for the smallest change that makes the first policy the second.

    Its clauses that the second does not imply have to go, all of them; of the second, those have
    to come that what is left does not imply. None of them can be spared.
    """
    inquiry = Inquiry(asker)
    draft = inquiry.draft(Question.DIFFERENCE, first, second)
    if draft.unread:
        return draft.not_decided(draft.unread)
    given = [*second.claims(T), *inquiry.premises]
    kept, parts = [], []
    for claim in first.claims(T):
        part = _needed(inquiry.draft(Question.CLAUSE_DROPPED, second, claim.about), claim, given)
        if part.holds is False:
            kept.append(claim)
        else:
            parts.append(part)
    rest = list(second.claims(T))
    added: list[Claim] = []
    while rest:
        claim = rest.pop()
        given = [*kept, *added, *rest, *inquiry.premises]
        part = _needed(inquiry.draft(Question.CLAUSE_ADDED, claim.about), claim, given)
        if part.holds is not False:
            added.append(claim)
            parts.append(part)
    if any(part.holds is None for part in parts):
        return draft.not_decided(parts=parts)
    if parts:
        return draft.like(parts[0], holds=True, parts=parts)
    return draft.proved(holds=False, parts=parts)


def _needed(draft: Draft, claim: Claim, given: Sequence[Claim]) -> Reply:
    """Ask whether a claim says more than what is given: a case that breaks it shows so."""
    draft = draft.of(claim)
    refuted = draft.inquiry.refute(given, claim)
    match refuted.found:
        case Possible():
            return draft.shown(refuted.found, [*given, refuted.against], holds=True)
        case Impossible(claims):
            return draft.proved(holds=False, proof=[draft.inquiry.step(claim, claims)])
        case _:
            return draft.not_decided()


def possibility(inquiry: Inquiry, question: Question, statements: Sequence[Statement]) -> Reply:
    """Look for a case that meets all statements, first without the premises, then on them."""
    draft = inquiry.draft(question, *statements)
    if draft.unread:
        return draft.not_decided(draft.unread)
    claims = [claim for each in statements for claim in each.claims(T)]
    bare = inquiry.assuming_nothing()
    found = bare.find(claims)
    if not inquiry.premises or not isinstance(found, Possible):
        return _possibility(bare.draft(question, *statements), found, claims)
    on_premises = [*claims, *inquiry.premises]
    reply = _possibility(draft, inquiry.find(on_premises), on_premises)
    if reply.holds is False:
        # The proof rests on the premises: it is told together with what they exclude, and with
        # whether another reading of a clause would do away with it.
        without = _possibility(bare.draft(question, *statements), found, claims)
        parts = [without, *_other_readings(draft, reply.proof)]
        return draft.like(reply, holds=False, parts=parts)
    return reply


def _possibility(draft: Draft, found: Found, claims: Sequence[Claim]) -> Reply:
    match found:
        case Possible():
            return draft.shown(found, claims, holds=True)
        case Impossible():
            return draft.proved(holds=False, proof=_clashes(draft.inquiry, claims))
        case _:
            return draft.not_decided()


def _clashes(inquiry: Inquiry, claims: Sequence[Claim]) -> list[Step]:
    """Tell what clashes, and what would clash without the premises of the clashes before it."""
    steps: list[Step] = []
    left = list(claims)
    impossible: bool | None = True
    while impossible:
        clashing = inquiry.clash(left)
        steps.append(inquiry.step(None, clashing))
        granted = [each for each in clashing if each in inquiry.premises]
        left = [each for each in left if each not in granted]
        impossible = bool(granted) and inquiry.possible(left) is False
    return steps


def _other_readings(draft: Draft, proof: Sequence[Step]) -> Iterator[Reply]:
    """Find the other readings on which a case could meet all statements of a draft after all."""
    clashing = {(clause.policy, clause.id) for step in proof for clause in step.clauses}
    for ours in draft.statements:
        for criterion in ours.criterion.walk():
            if any((name_of(ours.policy), each.id) in clashing for each in criterion.walk()):
                yield from _read_otherwise(draft, ours, criterion)


def _read_otherwise(draft: Draft, ours: Statement, criterion: Criterion) -> Iterator[Reply]:
    clause = ours.at(criterion.id)
    for reading, policy in other_readings(clause):
        other = Statement(policy, ours.id)
        statements = [other if each is ours else each for each in draft.statements]
        claims = [claim for each in statements for claim in each.claims(T)]
        claims += draft.inquiry.premises
        found = draft.inquiry.find(claims)
        if isinstance(found, Possible):
            one = draft.inquiry.draft(Question.READING, *statements).of(Claim(clause, T))
            yield replace(one.shown(found, claims, holds=True), because=reading.decided)


def implication(inquiry: Inquiry, first: Statement, second: Statement) -> Reply:
    """Prove each clause of the second from the first, or find the case that breaks one."""
    draft = inquiry.draft(Question.IMPLIES, first, second)
    if draft.unread:
        return draft.not_decided(draft.unread)
    given = [*first.claims(T), *inquiry.premises]
    if inquiry.possible(given) is False:
        proof = [inquiry.step(None, inquiry.clash(given))]
        because = f"{first.name} can never be met, and so implies anything"
        return draft.proved(holds=True, proof=proof, because=because)
    steps: list[Step] = []
    for claim in second.claims(T):
        refuted = inquiry.refute(given, claim)
        match refuted.found:
            case Possible():
                claims = [*given, refuted.against]
                return draft.shown(refuted.found, claims, holds=False, proof=steps)
            case Impossible(claims):
                steps.append(inquiry.step(claim, claims))
            case _:
                return draft.not_decided()
    return draft.proved(holds=True, proof=steps)


def _both_ways(inquiry: Inquiry, question: Question, first: Statement, second: Statement) -> Reply:
    draft = inquiry.draft(question, first, second)
    if draft.unread:
        return draft.not_decided(draft.unread)
    parts = [implication(inquiry, first, second), implication(inquiry, second, first)]
    asks_same = question is Question.EQUIVALENT
    for part in parts:
        if part.outcome is Outcome.WITNESS:
            return draft.like(part, holds=not asks_same, parts=parts)
    for part in parts:
        if part.outcome is Outcome.NOT_DECIDED:
            return draft.not_decided(part.because, parts)
    return draft.proved(holds=asks_same, parts=parts)
