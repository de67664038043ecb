"""
Who covers when: the versions of every payer's policy, what each does, and what changed.

A version that tests criteria is looked at once more: where no patient on the label can meet them,
proved on the premises of the library, to say that it tests criteria would mislead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from multifidus.analysis.clauses import never_met
from multifidus.analysis.inquiry import Asker
from multifidus.analysis.prove import Prover
from multifidus.analysis.statement import Statement, name_of
from multifidus.core.policy import Stance
from multifidus.errors import RequestError
from multifidus.library.choice import SHELF
from multifidus.library.payers import is_payers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from multifidus.core.coding import Days
    from multifidus.core.policy import Policy
    from multifidus.library.shelf import Shelf

LABEL = "fda-p190021"
DAY = timedelta(days=1)
LIMIT = 10.0
"""Seconds for the proof about one version; a tenth of one is usual."""


class Position(StrEnum):
    """What a version does with the service."""

    CRITERIA = "criteria"
    """It tests criteria, and a patient on the label can meet them."""
    OUT_OF_REACH = "out of reach"
    """It tests criteria that no patient on the label can meet, on the premises."""
    EXCLUDED = "excluded"
    SILENT = "silent"
    UNREAD = "unread"


_POSITIONS = {
    Stance.CRITERIA: Position.CRITERIA,
    Stance.EXCLUDED: Position.EXCLUDED,
    Stance.SILENT: Position.SILENT,
    Stance.UNREAD: Position.UNREAD,
}


@dataclass(frozen=True, kw_only=True)
class Spell:
    """A version while it is in force."""

    policy: Policy
    position: Position

    @property
    def days(self) -> Days:
        """When it is in force."""
        return self.policy.about.in_force

    @property
    def is_dated(self) -> bool:
        """Whether any day of it is known."""
        return self.days.first is not None or self.days.last is not None

    @property
    def name(self) -> str:
        """Its policy's id and version."""
        return name_of(self.policy)


@dataclass(frozen=True, kw_only=True)
class Track:
    """A policy through its versions, in the order of time."""

    spells: tuple[Spell, ...]

    @property
    def id(self) -> str:
        """The policy's id."""
        return self.spells[0].policy.about.id

    @property
    def body(self) -> str:
        """Whose policy it is, as its last version says."""
        return self.spells[-1].policy.about.body

    def body_within(self, most: int) -> str:
        """Name whose policy it is in so many letters, if need be as a payer is asked for."""
        names = [self.body, *self.spells[-1].policy.scope.payers]
        return next((each for each in names if len(each) <= most), self.body[: most - 1] + "…")

    def on(self, day: date) -> Spell | None:
        """Find the version in force on a day; None where there is none."""
        found = [each for each in self.spells if each.days.include(day)]
        return found[-1] if found else None


@dataclass(frozen=True, kw_only=True)
class Step:
    """A day on which another version begins, or one ends, and what was in force the day before."""

    day: date
    track: Track
    before: Spell | None
    after: Spell | None


def tracks(shelf: Shelf) -> list[Track]:
    """Follow every payer's policy through its versions; by body and id."""
    versions: dict[str, list[Policy]] = {}
    for policy in shelf.read_sound(each for each in shelf.policies if not each.is_retired):
        versions.setdefault(policy.about.id, []).append(policy)
    reach = _Reach(shelf)
    found = [
        Track(spells=tuple(Spell(policy=each, position=reach.position(each)) for each in mine))
        for mine in versions.values()
        if is_payers(mine[-1])
    ]
    return sorted(found, key=lambda each: (each.body.casefold(), each.id))


class _Reach:
    """Tells whether a patient on the label can meet a policy."""

    def __init__(self, shelf: Shelf) -> None:
        """Take the label and the premises from the shelf."""
        label = next(each for each in shelf.policies if each.id == LABEL)
        self._label = shelf.read(label)
        self._premises = tuple(shelf.read(each) for each in shelf.entries if not each.answers)

    def position(self, policy: Policy) -> Position:
        position = _POSITIONS[policy.about.stance]
        if position is not Position.CRITERIA:
            return position
        days = [self._label.about.in_force.first, policy.about.in_force.first]
        prover = Prover([policy, self._label, *self._premises], on=max(filter(None, days)))
        asker = Asker(prover=prover, premises=self._premises, limit=LIMIT)
        reply = never_met(asker, Statement(policy), Statement(self._label))
        return Position.OUT_OF_REACH if reply.holds else position


def changes(followed: Iterable[Track], first: date, last: date) -> list[Step]:
    """
    List the versions that began or ended after one day and up to another, in the order of time.

    Raises `RequestError` where the days are out of order.
    """
    check_order(first, last)
    steps = []
    for track in followed:
        begun = {each.days.first for each in track.spells}
        ended = {each.days.last + DAY for each in track.spells if each.days.last}
        for day in sorted(each for each in begun | ended if each and first < each <= last):
            before, after = track.on(day - DAY), track.on(day)
            steps.append(Step(day=day, track=track, before=before, after=after))
    return sorted(steps, key=lambda each: each.day)


def check_order(first: date, last: date) -> None:
    """See that one day comes before another; raises `RequestError`."""
    if first < last:
        return
    message = f"{first} is not before {last}"
    hint = "changes are told from an earlier day to a later one; turn --from and --to round"
    raise RequestError.at(SHELF, message, hint)
