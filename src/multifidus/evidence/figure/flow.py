"""
The flow: what was found, what was set aside and why, and what was used, after PRISMA 2020.

A column of steps, each with what stays; beside the arrow to the next step stands what left, reason
by reason. The counts of a step and of what left it come to the step before, or the figure is not
drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from multifidus.evidence.figure.canvas import (
    LEADING,
    MARGIN,
    PLAIN,
    SMALL,
    WIDTH,
    Block,
    Drawing,
    Table,
    area,
    box,
    footing,
    heading,
    lines,
    path,
    see_to,
    sentences,
    text,
)
from multifidus.evidence.figure.letters import width, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_STEPS = 264
"""The width of the column of steps."""
_ASIDE = MARGIN + _STEPS + 36
_NUMBER = 46
"""The room for a number in a box."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """So many were set aside, and why."""

    count: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """
    So many are here; `asides` leave before the next step.

    `unit` says what is counted. Where it changes from one step to the next (reports, then cohorts),
    the counts are not held against each other.
    """

    count: int
    unit: str
    label: str
    asides: tuple[Aside, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What a flow shows."""

    name: str
    title: str
    steps: tuple[Step, ...]
    subtitle: str = ""
    notes: tuple[str, ...] = ()


def draw(flow: Flow) -> Drawing:
    """
    Draw a flow.

    Raises `RequestError` where the counts do not add up, for a figure would hide it.
    """
    see_to(flow.name, _faults(flow))
    last = len(flow.steps) - 1
    return Drawing(
        name=flow.name,
        title=flow.title,
        description=_description(flow),
        blocks=(
            heading(flow.title, subtitle=flow.subtitle),
            *(_step(step, is_last=place == last) for place, step in enumerate(flow.steps)),
            footing(flow.notes),
        ),
        table=_table(flow),
    )


def _faults(flow: Flow) -> Iterator[tuple[str, str]]:
    for before, after in pairwise(flow.steps):
        left = sum(aside.count for aside in before.asides)
        if before.unit == after.unit and before.count - left != after.count:
            message = (
                f"`{before.label}` has {before.count}, of which {left} are set aside,"
                f" and `{after.label}` has {after.count}"
            )
            hint = f"{before.count} less {left} is {before.count - left}; correct one of the three"
            yield message, hint


def _step(step: Step, *, is_last: bool) -> Block:
    label = wrapped(step.label, room=_STEPS - _NUMBER - 24, size=PLAIN)
    tall = max(48.0, 34.0 + len(label) * LEADING)
    marks = [
        box((MARGIN, 8), size=(_STEPS, tall), kind="band one-line thin", radius=5),
        text(str(step.count), at=(MARGIN + 14, 38), kind="one huge"),
        text(step.unit, at=(MARGIN + 14 + _NUMBER, 28), kind="quiet"),
        lines(label, at=(MARGIN + 14 + _NUMBER, 45), kind="ink plain"),
    ]
    if is_last:
        return Block(height=tall + 16, marks=tuple(marks))
    aside = _asides(step.asides, top=8 + tall / 2)
    height = max(tall + 34, aside.height)
    x = MARGIN + _STEPS / 2
    marks += [
        path([(x, 8 + tall), (x, height + 6)], kind="quiet-line thick"),
        area([(x - 5, height), (x + 5, height), (x, height + 8)], kind="quiet"),
        *aside.marks,
    ]
    return Block(height=height, marks=tuple(marks))


def _asides(asides: Sequence[Aside], *, top: float) -> Block:
    """List what was set aside, beside an arrow that leaves the step."""
    if not asides:
        return Block(height=0, marks=())
    marks, y = [], top - 4
    left = _ASIDE + 12
    numbers = max(width(str(each.count), size=SMALL, weight="bold") for each in asides)
    total = sum(each.count for each in asides)
    marks.append(text(f"{total} set aside", at=(left, y + 8), kind="ink bold"))
    y += 26
    for each in asides:
        words = wrapped(each.reason, room=WIDTH - MARGIN - left - numbers - 8, size=SMALL)
        marks += [
            text(str(each.count), at=(left + numbers, y), kind="ink bold", anchor="end"),
            lines(words, at=(left + numbers + 8, y)),
        ]
        y += len(words) * LEADING
    arrow = [
        path([(MARGIN + _STEPS, top), (_ASIDE - 6, top)], kind="quiet-line thick"),
        area([(_ASIDE - 7, top - 5), (_ASIDE - 7, top + 5), (_ASIDE + 1, top)], kind="quiet"),
        path([(_ASIDE + 4, top - 14), (_ASIDE + 4, y - 10)], kind="quiet-line thick"),
    ]
    return Block(height=y + 4, marks=(*arrow, *marks))


def _description(flow: Flow) -> str:
    parts = []
    for step in flow.steps:
        parts.append(f"{step.count} {step.unit}: {step.label}")
        parts += [f"Set aside: {each.count}, {each.reason}" for each in step.asides]
    return sentences(["A flow from what was found to what was used", *parts])


def _table(flow: Flow) -> Table:
    rows = []
    for step in flow.steps:
        rows.append((step.label, str(step.count), step.unit, ""))
        rows += [("set aside", str(each.count), step.unit, each.reason) for each in step.asides]
    return Table(head=("step", "count", "of", "reason"), rows=tuple(rows))
