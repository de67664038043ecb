"""
The traffic light: how far each study may mislead, domain by domain.

Each judgement has a sign, a shape and a colour. Which tool asked is said with its domains, for
RoB 2 judges trials and ROBINS-I studies without a control, and their words differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from multifidus.evidence.figure.canvas import (
    LEADING,
    MARGIN,
    PLAIN,
    ROOM,
    SMALL,
    WIDTH,
    Block,
    Drawing,
    Table,
    box,
    footing,
    heading,
    legend,
    lines,
    mark,
    path,
    see_to,
    sentences,
    text,
)
from multifidus.evidence.figure.canvas import Shape as _Shape
from multifidus.evidence.figure.letters import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LABELS, _ROW, _RADIUS = 196, 34, 10.5
_WIDE = 34
"""No column of domains is narrower."""


class Judgement(StrEnum):
    """The words of RoB 2 and ROBINS-I."""

    LOW = "low"
    SOME_CONCERNS = "some concerns"
    MODERATE = "moderate"
    HIGH = "high"
    SERIOUS = "serious"
    CRITICAL = "critical"
    NO_INFORMATION = "no information"


class _Sign(NamedTuple):
    ink: str
    shape: _Shape
    strokes: tuple[tuple[tuple[float, float], ...], ...]


_PLUS = (((-5.0, 0.0), (5.0, 0.0)), ((0.0, -5.0), (0.0, 5.0)))
_MINUS = (((-5.0, 0.0), (5.0, 0.0)),)
_TIMES = (((-4.0, -4.0), (4.0, 4.0)), ((-4.0, 4.0), (4.0, -4.0)))
_ALARM = (((0.0, -6.0), (0.0, 1.5)), ((0.0, 5.0), (0.0, 5.2)))

_SIGNS = {
    Judgement.LOW: _Sign("good", _Shape.CIRCLE, _PLUS),
    Judgement.SOME_CONCERNS: _Sign("fair", _Shape.DIAMOND, _MINUS),
    Judgement.MODERATE: _Sign("fair", _Shape.DIAMOND, _MINUS),
    Judgement.HIGH: _Sign("poor", _Shape.SQUARE, _TIMES),
    Judgement.SERIOUS: _Sign("poor", _Shape.SQUARE, _TIMES),
    Judgement.CRITICAL: _Sign("worst", _Shape.SQUARE, _ALARM),
    Judgement.NO_INFORMATION: _Sign("unsaid", _Shape.CIRCLE, ()),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A judged study: one judgement a domain, in the order of the tool, and the overall one."""

    label: str
    judgements: tuple[Judgement, ...]
    overall: Judgement
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A tool, what its domains ask, and the studies that were judged with it."""

    name: str
    domains: tuple[str, ...]
    studies: tuple[Study, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficLight:
    """What a traffic light shows; `judged` says who judged, and when."""

    name: str
    title: str
    tools: tuple[Tool, ...]
    judged: str
    notes: tuple[str, ...] = ()


def draw(light: TrafficLight) -> Drawing:
    """Draw a traffic light; raises `RequestError` where a domain is not judged."""
    see_to(
        light.name,
        (
            (
                (
                    f"`{study.label}` has {len(study.judgements)} judgements,"
                    f" {tool.name} has {len(tool.domains)} domains"
                ),
                "judge each domain; `no information` is a judgement",
            )
            for tool in light.tools
            for study in tool.studies
            if len(study.judgements) != len(tool.domains)
        ),
    )
    blocks = [block for tool in light.tools for block in _tool(tool)]
    return Drawing(
        name=light.name,
        title=light.title,
        description=_description(light),
        blocks=(
            heading(light.title, subtitle=light.judged),
            *blocks,
            _legend(light),
            footing(light.notes),
        ),
        table=_table(light),
    )


def _tool(tool: Tool) -> Iterator[Block]:
    columns = len(tool.domains) + 1
    wide = min(max((ROOM - _LABELS) / columns, _WIDE), 64.0)
    places = [MARGIN + _LABELS + wide * (column + 0.5) for column in range(columns)]
    heads = [f"D{number}" for number in range(1, columns)] + ["All"]
    yield Block(
        height=38,
        marks=(
            text(tool.name, at=(MARGIN, 26), kind="ink plain bold"),
            *(
                text(head, at=(x, 26), kind="quiet bold", anchor="middle")
                for head, x in zip(heads, places, strict=True)
            ),
            path([(MARGIN, 35), (WIDTH - MARGIN, 35)], kind="quiet-line thin"),
        ),
    )
    for study in tool.studies:
        yield _row(study, places, wide)
    yield _domains(tool)


def _row(study: Study, places: Sequence[float], wide: float) -> Block:
    label = wrapped(study.label, room=_LABELS - 8, size=PLAIN)
    detail = wrapped(study.detail, room=_LABELS - 8, size=SMALL) if study.detail else ()
    height = max(_ROW, 14 + (len(label) + len(detail)) * LEADING)
    middle = height / 2
    first = middle - (len(label) + len(detail) - 1) * LEADING / 2 + 4
    overall = (places[-1] - wide / 2 + 2, 1.0)
    marks = [
        box(overall, size=(wide - 4, height - 2), kind="band", radius=4),
        *(
            text(line, at=(MARGIN, first + place * LEADING), kind="ink plain")
            for place, line in enumerate(label)
        ),
        lines(detail, at=(MARGIN, first + len(label) * LEADING), kind="quiet"),
        *(
            f'<g transform="translate({x:.2f} {middle:.2f})">{_sign(judgement)}</g>'
            for judgement, x in zip((*study.judgements, study.overall), places, strict=True)
        ),
        path([(MARGIN, height), (WIDTH - MARGIN, height)], kind="grid-line thin"),
    ]
    return Block(height=height, marks=tuple(marks))


def _sign(judgement: Judgement, *, radius: float = _RADIUS) -> str:
    """Draw the sign of a judgement around (0, 0)."""
    sign = _SIGNS[judgement]
    if judgement is Judgement.NO_INFORMATION:
        return mark(
            sign.shape, at=(0, 0), radius=radius - 1, kind="paper unsaid-line thick"
        ) + text("?", at=(0, 4.5), kind="unsaid plain bold", anchor="middle")
    share = radius / _RADIUS
    return mark(sign.shape, at=(0, 0), radius=radius, kind=sign.ink) + "".join(
        path([(x * share, y * share) for x, y in stroke], kind="paper-line stroke round")
        for stroke in sign.strokes
    )


def _domains(tool: Tool) -> Block:
    """Say what the letters of the columns ask, in two columns."""
    room = ROOM / 2 - 42
    marks, y = [], 18.0
    entries = [(f"D{number}", words) for number, words in enumerate(tool.domains, start=1)]
    entries.append(("All", "overall"))
    half = (len(entries) + 1) // 2
    for pair in zip(entries[:half], [*entries[half:], ("", "")], strict=False):
        broken = [wrapped(words, room=room, size=SMALL) for _, words in pair]
        for place, ((head, _), words) in enumerate(zip(pair, broken, strict=True)):
            x = MARGIN + place * ROOM / 2
            marks += [
                text(head, at=(x, y), kind="quiet bold"),
                lines(words, at=(x + 28, y), kind="quiet"),
            ]
        y += max(len(words) for words in broken) * LEADING
    return Block(height=y - 4, marks=tuple(marks))


def _legend(light: TrafficLight) -> Block:
    used = {
        judgement
        for tool in light.tools
        for study in tool.studies
        for judgement in (*study.judgements, study.overall)
    }
    drawn = legend([(_sign(each, radius=8), each.value) for each in Judgement if each in used])
    marks = tuple(f'<g transform="translate(0 6)">{each}</g>' for each in drawn.marks)
    return Block(height=drawn.height + 8, marks=marks)


def _description(light: TrafficLight) -> str:
    parts = [
        f"{study.label} by {tool.name}: overall {study.overall}; "
        + ", ".join(
            f"{domain} {judgement}"
            for domain, judgement in zip(tool.domains, study.judgements, strict=True)
        )
        for tool in light.tools
        for study in tool.studies
    ]
    return sentences(["Risk of bias, one row a study, one column a domain", light.judged, *parts])


def _table(light: TrafficLight) -> Table:
    return Table(
        head=("tool", "study", "domain", "judgement"),
        rows=tuple(
            (tool.name, study.label, domain, judgement.value)
            for tool in light.tools
            for study in tool.studies
            for domain, judgement in zip(
                (*tool.domains, "overall"), (*study.judgements, study.overall), strict=True
            )
        ),
    )
