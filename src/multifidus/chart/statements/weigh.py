"""
What words in documents weigh beside what is coded and what a person has answered.

Text is never put above the rest in silence. A person's answer has read the words that stood there
by then. What a text says against a coded entry is a conflict with both addresses, unless the
element takes the newest. A fact that rests on text alone counts where the lexicon says so;
elsewhere it is an absence, `unconfirmed`, which holds what was found until a person confirms it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.chart.statements.settle import absent, is_later, is_not_before, settle
from multifidus.core.case import Absence, Basis, Fact, Reason
from multifidus.core.element import Pick, Time
from multifidus.core.quantity import Counting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from multifidus.chart.statements.statement import Statement
    from multifidus.core.element import DataElement
    from multifidus.core.quantity import DateRange

# Plain names where every statement asks: Python 3.11 takes 200 ns to look up a member.
_TEXT, _ANSWER = Basis.TEXT, Basis.ANSWER

CONTRADICTED = "the text and the coded entries contradict each other"
_HEARD = frozenset({Pick.LATEST, Pick.AGREED, Pick.ANY})
"""Ways to pick among statements that are of one kind, whatever they rest on. Elsewhere, as where
entries are counted, a coded entry and the words about it would count twice."""
ROUND = 2
"""Times in words are round: one that is up to so many times the other, or half of it, agrees."""


def weigh(element: DataElement, statements: Sequence[Statement], on: date) -> Fact | Absence:
    """Settle an element for a date of service."""
    text = [each for each in statements if each.basis is _TEXT]
    if not text:
        return settle(element, statements, on)
    others = [each for each in statements if each.basis is not _TEXT]
    text = list(_standing(text, others, on))
    if element.pick not in _HEARD and others and isinstance(settle(element, others, on), Fact):
        if element.pick is Pick.SPAN and not _agree(element, others, text, on):
            return absent(Reason.IN_CONFLICT, CONTRADICTED, [*others, *text])
        text = []
    return _confirmed(settle(element, [*others, *text], on), text)


def _standing(
    text: Sequence[Statement], others: Sequence[Statement], on: date
) -> Sequence[Statement]:
    """Leave out the text that a person, or what is coded, has overtaken."""
    days = [
        each.date.latest
        for each in others
        if each.basis is _ANSWER and each.date and not is_later(each, on)
    ]
    answered = max(days, default=None)
    readable = [each for each in others if not each.problem]
    return [
        each
        for each in text
        # Whoever answers has read the words that stood there by then.
        if (answered is None or _is_surely_after(each, answered))
        # Words that cannot be read do not unsettle an entry that can, if that is as new.
        and not (each.problem and any(is_not_before(other, each) for other in readable))
    ]


def _is_surely_after(statement: Statement, day: date) -> bool:
    made = statement.date
    return made is not None and made.earliest is not None and made.earliest > day


def _agree(
    element: DataElement, coded: Sequence[Statement], text: Sequence[Statement], on: date
) -> bool:
    """Whether a time in words may be the coded one: an age surely, a duration roughly."""
    is_exact = element.answer == Time(Counting.COMPLETED)
    return not any(
        _are_apart(one.since, other.since)
        if is_exact
        else not _are_alike(one.since, other.since, on)
        for one in coded
        for other in text
        if one.since is not None and other.since is not None
    )


def _are_apart(one: DateRange, other: DateRange) -> bool:
    is_before = other.earliest is not None and one.latest < other.earliest
    is_after = one.earliest is not None and one.earliest > other.latest
    return is_before or is_after


def _are_alike(one: DateRange, other: DateRange, on: date) -> bool:
    if not _are_apart(one, other):
        return True
    lengths = sorted((on - each.latest).days for each in (one, other))
    return lengths[1] <= ROUND * lengths[0]


def _confirmed(entry: Fact | Absence, text: Sequence[Statement]) -> Fact | Absence:
    """Give a fact that rests on text alone only if no person has to confirm it."""
    if not isinstance(entry, Fact) or entry.basis is not _TEXT:
        return entry
    bearing = set(entry.provenance)
    doubts = [each.confirm for each in text if each.provenance in bearing]
    doubt = next(filter(None, doubts), "")
    if not doubt:
        return entry
    return Absence(
        reason=Reason.UNCONFIRMED,
        detail=doubt,
        provenance=entry.provenance,
        found=entry.value,
    )
