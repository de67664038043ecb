"""
Questions about the clauses of one policy: which are dead, which clash, what a label settles.

A clause of which nothing depends is told with the clauses that make it so.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from multifidus.analysis.inquiry import Inquiry
from multifidus.analysis.questions import implication, possibility
from multifidus.analysis.reply import Outcome, Question, Reply
from multifidus.analysis.statement import Claim, Statement, instead, other_readings
from multifidus.core.expression import AllOf, AnyOf
from multifidus.core.policy import Sense
from multifidus.core.truth import F, T

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from multifidus.analysis.inquiry import Asker, Draft
    from multifidus.core.expression import Expression
    from multifidus.core.policy import Criterion, Policy


def never_met(asker: Asker, subject: Statement, *labels: Statement) -> Reply:
    """
    Ask whether whoever meets a label, or several, never meets a policy, on the premises.

    The parts name the clauses that the label settles, against the patient or for him.
    """
    inquiry = Inquiry(asker)
    draft = inquiry.draft(Question.NEVER_MET, subject, *labels)
    if draft.unread:
        return draft.not_decided(draft.unread)
    given = [*(claim for each in labels for claim in each.claims(T)), *inquiry.premises]
    possible = inquiry.possible(given)
    if possible is False:
        names = " and ".join(each.name for each in labels)
        return draft.not_decided(f"{names} itself cannot be met on these premises")
    can = possibility(inquiry, Question.CAN_BE_MET, (subject, *labels))
    if possible is None or can.holds is None:
        return draft.not_decided(can.because)
    parts = [part for each in subject.claims(T) for part in _settled(inquiry, each.about, given)]
    return draft.like(can, holds=not can.holds, parts=[*can.parts, *parts])


def _settled(inquiry: Inquiry, about: Statement, given: Sequence[Claim]) -> Iterator[Reply]:
    """Name what is settled of a criterion, or of the criteria below it where it is not."""
    settled = list(_always_or_never(inquiry, about, given))
    yield from settled
    if not settled:
        for part in about.criterion.parts:
            yield from _settled(inquiry, about.at(part.id), given)


def _always_or_never(inquiry: Inquiry, about: Statement, given: Sequence[Claim]) -> Iterator[Reply]:
    """Say so if a criterion never holds, or always, whenever some claims do."""
    for truth, question in ((T, Question.CLAUSE_NEVER_HOLDS), (F, Question.CLAUSE_ALWAYS_HOLDS)):
        claim = Claim(about, truth)
        claims = [*given, claim]
        if inquiry.possible(claims) is False:
            proof = inquiry.step(claim.contrary, inquiry.clash(claims))
            yield (
                inquiry.draft(question, about).of(claim.contrary).proved(holds=True, proof=[proof])
            )


def dead(asker: Asker, subject: Statement) -> Reply:
    """
    Ask which clauses never hold, always hold, or change no answer when they are left out.

    Where there is none, every clause has a witness of which it changes the answer.
    """
    inquiry = Inquiry(asker)
    draft = inquiry.draft(Question.DEAD, subject)
    if draft.unread:
        return draft.not_decided(draft.unread)
    parts: list[Reply] = []
    for clause in subject.criterion.walk():
        about = subject.at(clause.id)
        if clause.id != subject.policy.root.id:
            settled = list(_always_or_never(inquiry, about, ()))
            parts += settled or ([] if clause.is_group else [_matters(inquiry, about)])
    found = [part for part in parts if _is_dead(part)]
    if found:
        return draft.proved(holds=True, parts=found)
    for part in parts:
        if part.holds is None:
            return draft.not_decided(part.because, parts)
    if not parts:
        return draft.proved(holds=False)
    return draft.like(parts[0], holds=False, parts=parts)


def _is_dead(part: Reply) -> bool:
    return part.holds is (part.question is not Question.CLAUSE_MATTERS)


def _matters(inquiry: Inquiry, about: Statement) -> Reply:
    """Ask whether any answer changes when a clause is left out of its group."""
    policy = about.policy
    group = policy.groups[about.id][0]
    left_out: Expression = AllOf(()) if isinstance(group.test, AllOf) else AnyOf(())
    rest = Statement(instead(policy, about.id, left_out, mark=f"without-{about.id}"))
    draft = inquiry.draft(Question.CLAUSE_MATTERS, about).of(Claim(about, T))
    reply = _change(draft, Statement(policy), rest)
    return reply if reply.holds is None else draft.like(reply, holds=reply.holds)


def _change(draft: Draft, ours: Statement, other: Statement) -> Reply:
    """Ask whether any answer changes between a policy and one that differs in a clause."""
    parts = [implication(draft.inquiry, *pair) for pair in ((ours, other), (other, ours))]
    for part in parts:
        if part.outcome is Outcome.WITNESS:
            return draft.like(part, holds=True, parts=parts)
    for part in parts:
        if part.outcome is Outcome.NOT_DECIDED:
            return draft.not_decided(part.because, parts)
    steps = [
        step
        for part in parts
        for step in part.proof
        # A clause of one policy that follows from the same clause of the other tells nothing.
        if step.shows is None or [step.shows.id] != [each.id for each in step.clauses]
    ]
    return draft.proved(holds=False, proof=steps, parts=parts)


def conflicts(asker: Asker, subject: Statement) -> Reply:
    """Ask which clauses can never both come out in the patient's favour."""
    inquiry = Inquiry(asker)
    draft = inquiry.draft(Question.CONFLICTS, subject)
    can = possibility(inquiry, Question.CAN_BE_MET, (subject,))
    if can.holds is None:
        return draft.not_decided(can.because)
    policy = subject.policy
    parts = [
        part
        for pair in combinations(policy.clauses(), 2)
        if set(pair[0].elements) & set(pair[1].elements)
        for part in _excluding(inquiry, policy, pair)
    ]
    holds = bool(parts) or not can.holds
    return draft.like(can, holds=holds, parts=[*can.parts, *parts])


def _excluding(
    inquiry: Inquiry, policy: Policy, pair: tuple[Criterion, Criterion]
) -> Iterator[Reply]:
    claims = [_favourable(policy, each) for each in pair]
    alone = all(inquiry.possible([each]) for each in claims)
    if alone and inquiry.possible([*claims, *inquiry.premises]) is False:
        proof = inquiry.step(None, inquiry.clash([*claims, *inquiry.premises]))
        draft = inquiry.draft(Question.CLAUSES_EXCLUDE, *(each.about for each in claims))
        yield draft.proved(holds=True, proof=[proof])


def _favourable(policy: Policy, criterion: Criterion) -> Claim:
    truth = T if policy.sense(criterion) is Sense.FOR else F
    return Claim(Statement(policy, criterion.id), truth)


def reading(asker: Asker, subject: Statement) -> Reply:
    """Ask who changes if a clause is read the other way; the statement names the clause."""
    inquiry = Inquiry(asker)
    draft = inquiry.draft(Question.READING, subject).of(Claim(subject, T))
    ours = Statement(subject.policy)
    if draft.unread:
        return draft.not_decided(draft.unread)
    parts = []
    for _reading, policy in other_readings(subject):
        other = Statement(policy)
        one = inquiry.draft(Question.READING, subject, other).of(Claim(subject, T))
        parts.append(_change(one, ours, other))
    for part in parts:
        if part.holds:
            return draft.like(part, holds=True, parts=parts)
    for part in parts:
        if part.holds is None:
            return draft.not_decided(part.because, parts)
    return draft.proved(holds=False, parts=parts)
