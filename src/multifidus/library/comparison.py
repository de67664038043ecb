"""
How one policy differs from another, topic by topic, each finding proved or shown by a patient.

The first policy is the one that was, the second the one that is looked at: *tightened* says that
the second asks more. A side of which nothing was read is *unknown*, a side that was read and does
not speak of the service is *silent*; neither is ever ranked.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from multifidus.analysis.inquiry import Inquiry
from multifidus.analysis.matrix import Relation, relation
from multifidus.analysis.prove import Impossible, Possible
from multifidus.analysis.questions import implication
from multifidus.analysis.reply import Question
from multifidus.core.policy import Stance
from multifidus.library.topics import Topic, align

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multifidus.analysis.inquiry import Asker
    from multifidus.analysis.reply import Reply, Step
    from multifidus.analysis.statement import Claim, Statement
    from multifidus.core.policy import Policy


class Change(StrEnum):
    """What the second policy does to a topic of the first."""

    SAME = "same"
    """The same patients meet both."""
    TIGHTENED = "tightened"
    """Whoever meets the second meets the first, and not the other way round."""
    LOOSENED = "loosened"
    CHANGED = "changed"
    """Some patients meet only the first, some only the second, some both."""
    CLASHING = "clashing"
    """No patient meets both."""
    ADDED = "added"
    """Only the second asks."""
    DROPPED = "dropped"
    """Only the first asks."""
    NOT_TOLD = "not told"
    """Only one asks; of the other reports alone were read, and they do not tell of it."""
    UNKNOWN = "unknown"
    """Of one side nobody has read the position."""
    SILENT = "silent"
    """One side was read and does not speak of the service."""
    NOT_DECIDED = "not decided"
    """The time was up."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One topic: what became of it, and the answers that bear it out."""

    topic: Topic
    change: Change
    answers: tuple[Reply, ...] = ()
    """Whether the first implies the second, and the second the first; none where only one asks."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two policies side by side, and how they stand to each other as wholes."""

    first: Statement
    second: Statement
    findings: tuple[Finding, ...]
    whole: Relation
    """How the second stands to the first."""
    answers: tuple[Reply, ...] = ()
    """Whether the first implies the second, and the second the first, as wholes."""


def compare(asker: Asker, first: Statement, second: Statement) -> Comparison:
    """Compare two policies as wholes and topic by topic."""
    answers: tuple[Reply, ...] = ()
    if first.is_read and second.is_read:
        pairs = ((first, second), (second, first))
        answers = tuple(implication(Inquiry(asker), *pair) for pair in pairs)
    return Comparison(
        first=first,
        second=second,
        findings=tuple(find(asker, first, second)),
        whole=relation(asker, second, first),
        answers=answers,
    )


def find(
    asker: Asker,
    first: Statement,
    second: Statement,
    groups: Sequence[Sequence[str]] | None = None,
) -> list[Finding]:
    """Compare two policies topic by topic, by the groups of elements given, else by their own."""
    unranked = unranked_between(first.policy, second.policy)
    topics = align(first, second, groups)
    if unranked:
        return [Finding(topic=each, change=unranked) for each in topics]
    return [_finding(asker, (first, second), each) for each in topics]


def unranked_between(first: Policy, second: Policy) -> Change | None:
    """Say why two policies cannot be ranked, for one is unread or silent; None where they can."""
    stances = {first.about.stance, second.about.stance}
    if Stance.UNREAD in stances:
        return Change.UNKNOWN
    return Change.SILENT if Stance.SILENT in stances else None


def _finding(asker: Asker, sides: tuple[Statement, Statement], topic: Topic) -> Finding:
    if not (topic.first and topic.second):
        change = Change.DROPPED if topic.first else Change.ADDED
        without = sides[1 if topic.first else 0].policy
        return Finding(topic=topic, change=Change.NOT_TOLD if without.is_reported else change)
    inquiry = Inquiry(asker)
    answers = (
        _covers(inquiry, sides, topic.first, topic.second),
        _covers(inquiry, (sides[1], sides[0]), topic.second, topic.first),
    )
    onward, back = (each.holds for each in answers)
    change = Change.NOT_DECIDED
    if onward is not None and back is not None:
        change = _CHANGES[onward, back]
    if change is Change.CHANGED:
        together = inquiry.possible([*topic.first, *topic.second, *inquiry.premises])
        change = {None: Change.NOT_DECIDED, False: Change.CLASHING}.get(together, change)
    return Finding(topic=topic, change=change, answers=answers)


_CHANGES = {
    (True, True): Change.SAME,
    (False, True): Change.TIGHTENED,
    (True, False): Change.LOOSENED,
    (False, False): Change.CHANGED,
}


def _covers(
    inquiry: Inquiry,
    sides: tuple[Statement, Statement],
    given: Sequence[Claim],
    wanted: Sequence[Claim],
) -> Reply:
    """Prove each wanted claim from those given, or find the patient who breaks one."""
    draft = inquiry.draft(Question.IMPLIES, *sides)
    known = [*given, *inquiry.premises]
    steps: list[Step] = []
    for claim in wanted:
        refuted = inquiry.refute(known, claim)
        match refuted.found:
            case Possible():
                return draft.shown(refuted.found, [*known, refuted.against], holds=False)
            case Impossible(claims):
                steps.append(inquiry.step(claim, claims))
            case _:
                return draft.not_decided()
    return draft.proved(holds=True, proof=steps)
