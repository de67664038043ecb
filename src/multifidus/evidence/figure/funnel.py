"""
The funnel: results against how precise they are, and whether small ones lean to one side.

The dashed lines hold 95 of 100 results if all measure one effect and chance alone moves them. Below
ten results a funnel says next to nothing about what was left unpublished, and the figure says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from multifidus.evidence.figure.canvas import (
    LEADING,
    MARGIN,
    ROOM,
    SERIES,
    SHAPES,
    SMALL,
    WIDTH,
    Block,
    Drawing,
    Table,
    area,
    box,
    footing,
    heading,
    legend,
    lines,
    mark,
    path,
    see_to,
    sentences,
    solid,
    text,
)
from multifidus.evidence.figure.letters import number, width, wrapped
from multifidus.evidence.figure.scale import Scale, digits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from multifidus.evidence.figure.canvas import Point

ENOUGH = 10
"""Fewer results do not support a test of asymmetry (Cochrane Handbook, chapter 13)."""
NORMAL = 1.959963984540054
"""The standard normal quantile of 0.975."""
_LEFT, _TALL = 62, 280


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """An effect or a change with its standard error; `group` tells kinds of results apart."""

    label: str
    value: float
    standard_error: float
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """What a funnel plot shows; `test` is a test of asymmetry in words, where one was made."""

    name: str
    title: str
    measure: str
    results: tuple[Result, ...]
    pooled: float
    subtitle: str = ""
    test: str = ""
    digits: int = 1
    notes: tuple[str, ...] = ()


def draw(funnel: Funnel) -> Drawing:
    """Draw a funnel plot; raises `RequestError` where a result has no standard error above 0."""
    see_to(
        funnel.name,
        (
            (f"`{each.label}` has a standard error of {each.standard_error:g}", "leave it out")
            for each in funnel.results
            if not 0 < each.standard_error < inf
        ),
    )
    groups = tuple(dict.fromkeys(each.group for each in funnel.results))
    named = tuple(group for group in groups if group)
    return Drawing(
        name=funnel.name,
        title=funnel.title,
        description=_description(funnel),
        blocks=(
            heading(funnel.title, subtitle=funnel.subtitle),
            *_warning(funnel),
            _plot(funnel, groups),
            *((_legend(named, groups),) if named else ()),
            footing(tuple(each for each in (funnel.test, *funnel.notes) if each)),
        ),
        table=Table(
            head=("result", "group", "estimate", "standard error"),
            rows=tuple(
                (
                    each.label,
                    each.group,
                    number(each.value, digits=funnel.digits),
                    number(each.standard_error, digits=funnel.digits + 2),
                )
                for each in funnel.results
            ),
        ),
    )


def caution(funnel: Funnel) -> str:
    """
    Say that there are too few results for a funnel, where there are.

    >>> caution(Funnel(name="f", title="", measure="", results=(), pooled=0))
    'No result: too few to tell whether small ones lean to one side; that takes 10.'
    """
    count = len(funnel.results)
    if count >= ENOUGH:
        return ""
    told = {0: "No result", 1: "1 result"}.get(count, f"{count} results")
    return f"{told}: too few to tell whether small ones lean to one side; that takes {ENOUGH}."


def _warning(funnel: Funnel) -> Iterator[Block]:
    words = caution(funnel)
    if not words:
        return
    broken = wrapped(words, room=ROOM - 52, size=SMALL, weight="bold")
    height = 16 + len(broken) * LEADING
    sign = area(
        [(MARGIN + 22, 14), (MARGIN + 32, 31), (MARGIN + 12, 31)],
        kind="paper doubt-line thick round",
    )
    yield Block(
        height=height + 12,
        marks=(
            box((MARGIN, 6), size=(ROOM, height), kind="band", radius=4),
            sign,
            path([(MARGIN + 22, 20), (MARGIN + 22, 24.5)], kind="doubt-line thick"),
            path([(MARGIN + 22, 27), (MARGIN + 22, 28.5)], kind="doubt-line thick"),
            lines(broken, at=(MARGIN + 44, 26), kind="ink bold"),
        ),
    )


def _plot(funnel: Funnel, groups: Sequence[str]) -> Block:
    largest = max((each.standard_error for each in funnel.results), default=1.0) * 1.08
    up = Scale(first=0, last=largest, start=14, end=14 + _TALL)
    across = _across(funnel, largest)
    foot = [across.at(funnel.pooled + side * NORMAL * largest) for side in (-1, 1)]
    middle = across.at(funnel.pooled)
    marks = [
        area([(middle, up.start), (foot[1], up.end), (foot[0], up.end)], kind="band"),
        *_axes(funnel, across, up),
        path([(middle, up.start), (foot[0], up.end)], kind="quiet-line thin dashed"),
        path([(middle, up.start), (foot[1], up.end)], kind="quiet-line thin dashed"),
        path([(middle, up.start), (middle, up.end)], kind="two-line thick"),
        *_points(funnel, groups, across, up),
    ]
    told = f"pooled {number(funnel.pooled, digits=funnel.digits)}"
    marks.append(text(told, at=(middle + 8, up.start + 10), kind="two bold halo"))
    return Block(height=up.end + 46, marks=tuple(marks))


def _across(funnel: Funnel, largest: float) -> Scale:
    """Give room to the whole funnel and to every result."""
    reach = [NORMAL * largest, *(abs(each.value - funnel.pooled) for each in funnel.results)]
    wide = max(reach) * 1.06
    return Scale(
        first=funnel.pooled - wide, last=funnel.pooled + wide, start=_LEFT, end=WIDTH - MARGIN
    )


def _axes(funnel: Funnel, across: Scale, up: Scale) -> Iterator[str]:
    ticks = up.ticks(about=5)
    for tick in ticks:
        y = up.at(tick)
        yield path([(_LEFT, y), (WIDTH - MARGIN, y)], kind="grid-line thin")
        told = number(tick, digits=digits(ticks))
        yield text(told, at=(_LEFT - 8, y + 4), kind="quiet", anchor="end")
    y = (up.start + up.end) / 2
    yield (
        f'<text class="ink" transform="translate({MARGIN + 10} {y:.2f}) rotate(-90)"'
        ' text-anchor="middle">Standard error (precise above)</text>'
    )
    yield path([(_LEFT, up.end), (WIDTH - MARGIN, up.end)], kind="quiet-line thin")
    ticks = across.ticks(about=8)
    for tick in ticks:
        x = across.at(tick)
        yield path([(x, up.end), (x, up.end + 4)], kind="quiet-line thin")
        told = number(tick, digits=digits(ticks))
        yield text(told, at=(x, up.end + 17), kind="quiet", anchor="middle")
    yield text(funnel.measure, at=((_LEFT + WIDTH - MARGIN) / 2, up.end + 36), anchor="middle")


def _points(funnel: Funnel, groups: Sequence[str], across: Scale, up: Scale) -> Iterator[str]:
    """Set the marks; where there are few, each has its name beside it."""
    taken: list[tuple[float, float, float]] = []
    for each in sorted(funnel.results, key=lambda result: result.standard_error):
        place = groups.index(each.group)
        x, y = across.at(each.value), up.at(each.standard_error)
        kind = solid(SERIES[place % len(SERIES)])
        yield mark(SHAPES[place % len(SHAPES)], at=(x, y), radius=5, kind=kind)
        if len(funnel.results) < ENOUGH:
            yield _name(each.label, at=(x, y), middle=across.at(funnel.pooled), taken=taken)


def _name(label: str, *, at: Point, middle: float, taken: list[tuple[float, float, float]]) -> str:
    """Set a name on the side of its mark that looks away from the middle, if it has room there."""
    (x, y), wide = at, width(label, size=SMALL)
    has_left, has_right = x - 10 - wide > _LEFT, x + 10 + wide < WIDTH - MARGIN
    is_right = has_right if x >= middle else not has_left
    left = x + 10 if is_right else x - 10 - wide
    base = y + 4
    while any(
        abs(base - other) < LEADING - 2 and left < end and start < left + wide
        for other, start, end in taken
    ):
        base += LEADING - 2
    taken.append((base, left, left + wide))
    return text(label, at=(left, base), kind="ink halo")


def _legend(named: Sequence[str], groups: Sequence[str]) -> Block:
    return legend(
        [
            (
                mark(
                    SHAPES[groups.index(group) % len(SHAPES)],
                    at=(0, 0),
                    radius=5,
                    kind=solid(SERIES[groups.index(group) % len(SERIES)]),
                ),
                group,
            )
            for group in named
        ]
    )


def _description(funnel: Funnel) -> str:
    results = (
        f"{each.label}: {number(each.value, digits=funnel.digits)}, standard error "
        f"{number(each.standard_error, digits=funnel.digits + 2)}"
        for each in funnel.results
    )
    pooled = f"Pooled: {number(funnel.pooled, digits=funnel.digits)}"
    return sentences(
        [f"Funnel plot of {funnel.measure}", caution(funnel), pooled, *results, funnel.test]
    )
