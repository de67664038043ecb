"""
Responders: how many people got how much better, by every definition that anybody used.

Above, curves: the share of people who reached at least a threshold, by threshold; a result that
holds at one threshold only is seen to. Below, every definition side by side with every source that
printed a number for it, so that the choice of a definition or of a source hides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from multifidus.evidence.figure.canvas import (
    LEADING,
    MARGIN,
    PLAIN,
    SERIES,
    SHAPES,
    SMALL,
    WIDTH,
    Block,
    Drawing,
    Table,
    footing,
    heading,
    hollow,
    legend,
    mark,
    path,
    see_to,
    sentences,
    solid,
    text,
)
from multifidus.evidence.figure.letters import number, width, wrapped
from multifidus.evidence.figure.scale import Scale

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LABELS, _TIMES, _TALL = 222, 58, 150
_APART = 16
_WHOLE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """
    The percent of people who met a definition, as one source printed it.

    `source` is a kind of source, such as *paper*; `when` and `n` say of whom it speaks. `low` and
    `high` are an interval, where there is one. `is_derived` says that it was worked out.
    """

    percent: float
    source: str
    low: float | None = None
    high: float | None = None
    n: int | None = None
    is_derived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What counted as a response, when, and what the sources say; `group` is the outcome."""

    label: str
    group: str
    when: str
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """The percent of people who reached at least each threshold, in order of threshold."""

    label: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Responders:
    """What a figure of responders shows; `threshold` names what the curves are drawn against."""

    name: str
    title: str
    definitions: tuple[Definition, ...]
    curves: tuple[Curve, ...] = ()
    threshold: str = ""
    subtitle: str = ""
    notes: tuple[str, ...] = ()


def draw(responders: Responders) -> Drawing:
    """Draw a figure of responders; raises `RequestError` where a share is beyond 0 to 100."""
    see_to(
        responders.name,
        (
            (f"`{each.label}` has {share.percent:g} percent", "correct it at its source")
            for each in responders.definitions
            for share in each.shares
            if not 0 <= share.percent <= _WHOLE
        ),
    )
    sources = _sources(responders)
    numbers = _column(responders)
    scale = Scale(first=0, last=100, start=MARGIN + _LABELS + 12, end=WIDTH - MARGIN - numbers - 18)
    rows = [*_rows(responders, scale, sources)]
    grid = _grid(scale, above=sum(row.height for row in rows))
    curves = (_curves(responders),) if responders.curves else ()
    return Drawing(
        name=responders.name,
        title=responders.title,
        description=_description(responders),
        blocks=(
            heading(responders.title, subtitle=responders.subtitle),
            *curves,
            _head(),
            Block(height=0, marks=grid.marks),
            *rows,
            Block(height=grid.height, marks=()),
            _legend(responders, sources),
            footing(responders.notes),
        ),
        table=_table(responders),
    )


def _sources(responders: Responders) -> tuple[str, ...]:
    """Give the kinds of sources in order of their first use."""
    return tuple(
        dict.fromkeys(share.source for each in responders.definitions for share in each.shares)
    )


def _column(responders: Responders) -> float:
    return max(
        width(_told(share), size=SMALL) for each in responders.definitions for share in each.shares
    )


def _told(share: Share) -> str:
    """Write a percent as exactly as it was printed, and of how many."""
    return f"{_percent(share.percent)} % of {'?' if share.n is None else share.n}"


def _percent(value: float) -> str:
    return number(value, digits=0 if value == round(value) else 1)


def _curves(responders: Responders) -> Block:
    """Draw the share of people against the threshold, one curve a time or a cohort."""
    thresholds = sorted({at for curve in responders.curves for at, _ in curve.points})
    names = max(width(curve.label, size=SMALL, weight="bold") for curve in responders.curves)
    across = Scale(
        first=thresholds[0] - 5,
        last=thresholds[-1] + 5,
        start=54,
        end=WIDTH - MARGIN - names - 20,
    )
    up = Scale(first=0, last=100, start=26 + _TALL, end=26)
    marks = [
        text("Percent of people who reached at least the threshold", at=(MARGIN, 14), kind="quiet")
    ]
    for tick in (0, 25, 50, 75, 100):
        y = up.at(tick)
        kind = "grid-line thin" if tick else "quiet-line thin"
        marks += [
            path([(across.start, y), (across.end, y)], kind=kind),
            text(str(tick), at=(across.start - 8, y + 4), kind="quiet", anchor="end"),
        ]
    for at in thresholds:
        x = across.at(at)
        marks += [
            path([(x, up.start), (x, up.start + 4)], kind="quiet-line thin"),
            text(f"≥ {at:g}", at=(x, up.start + 17), kind="quiet", anchor="middle"),
        ]
    for place, curve in enumerate(responders.curves):
        marks += _curve(curve, across, up, place)
    marks += _names(responders.curves, across, up)
    middle = (across.start + across.end) / 2
    marks.append(text(responders.threshold, at=(middle, up.start + 35), anchor="middle"))
    return Block(height=up.start + 48, marks=tuple(marks))


def _curve(curve: Curve, across: Scale, up: Scale, place: int) -> Iterator[str]:
    ink, shape = SERIES[place % len(SERIES)], SHAPES[place % len(SHAPES)]
    spots = [(across.at(at), up.at(percent)) for at, percent in curve.points]
    dashes = "" if place == 0 else " dashed"
    yield path(spots, kind=f"{ink}-line thick round{dashes}")
    for spot in spots:
        yield mark(shape, at=spot, radius=4.5, kind=solid(ink))


def _names(curves: Sequence[Curve], across: Scale, up: Scale) -> Iterator[str]:
    wanted = sorted((up.at(curve.points[-1][1]) + 4, place) for place, curve in enumerate(curves))
    before = -100.0
    for y, place in wanted:
        before = max(y, before + _APART)
        ink, shape = SERIES[place % len(SERIES)], SHAPES[place % len(SHAPES)]
        yield mark(shape, at=(across.end + 8, before - 4), radius=4, kind=solid(ink))
        yield text(curves[place].label, at=(across.end + 18, before), kind=f"{ink} bold")


def _head() -> Block:
    return Block(
        height=31,
        marks=(
            text("What counted as a response", at=(MARGIN, 18), kind="quiet bold"),
            text("People", at=(WIDTH - MARGIN, 18), kind="quiet bold", anchor="end"),
            path([(MARGIN, 27), (WIDTH - MARGIN, 27)], kind="quiet-line thin"),
        ),
    )


def _rows(responders: Responders, scale: Scale, sources: Sequence[str]) -> Iterator[Block]:
    for group, definitions in groupby(responders.definitions, key=lambda each: each.group):
        yield Block(height=26, marks=(text(group, at=(MARGIN, 20), kind="ink plain bold"),))
        before = ""
        for definition in definitions:
            # A definition that was used at several times is written once.
            label = "" if definition.label == before else definition.label
            before = definition.label
            yield _row(definition, scale, sources, label=label)


def _row(definition: Definition, scale: Scale, sources: Sequence[str], *, label: str) -> Block:
    """Set a definition, and below each other what the sources say: on one line marks would hide."""
    broken = wrapped(label, room=_LABELS - _TIMES, size=PLAIN) if label else ()
    marks = [
        text(definition.when, at=(MARGIN, 16), kind="quiet"),
        *(
            text(line, at=(MARGIN + _TIMES, 16 + place * LEADING), kind="ink plain")
            for place, line in enumerate(broken)
        ),
    ]
    percents = [scale.at(each.percent) for each in definition.shares]
    spots = [(x, 12.0 + place * LEADING) for place, x in enumerate(percents)]
    if len(spots) > 1:
        marks.append(path(spots, kind="quiet-line thin"))
    for share, (_, y) in zip(definition.shares, spots, strict=True):
        marks += _share(share, scale, sources.index(share.source), y)
    height = 7 + max(len(broken), len(spots)) * LEADING
    return Block(height=height, marks=tuple(marks))


def _share(share: Share, scale: Scale, place: int, y: float) -> Iterator[str]:
    ink, shape = SERIES[place % len(SERIES)], SHAPES[place % len(SHAPES)]
    if share.low is not None and share.high is not None:
        yield path([(scale.at(share.low), y), (scale.at(share.high), y)], kind=f"{ink}-line thick")
    kind = hollow(ink) if share.is_derived else solid(ink)
    yield mark(shape, at=(scale.at(share.percent), y), radius=4.5, kind=kind)
    yield text(_told(share), at=(WIDTH - MARGIN, y + 4), anchor="end")


def _grid(scale: Scale, *, above: float) -> Block:
    marks = []
    for tick in (0, 25, 50, 75, 100):
        x = scale.at(tick)
        kind = "grid-line thin" if tick else "quiet-line thin"
        marks += [
            path([(x, 0), (x, above + 6)], kind=kind),
            text(f"{tick} %", at=(x, above + 21), kind="quiet", anchor="middle"),
        ]
    return Block(height=32, marks=tuple(marks))


def _legend(responders: Responders, sources: Sequence[str]) -> Block:
    entries = [
        (
            mark(
                SHAPES[place % len(SHAPES)],
                at=(0, 0),
                radius=4.5,
                kind=solid(SERIES[place % len(SERIES)]),
            ),
            source,
        )
        for place, source in enumerate(sources)
    ]
    shares = [share for each in responders.definitions for share in each.shares]
    if any(each.low is not None for each in shares):
        entries.append((path([(-9, 0), (9, 0)], kind="one-line thick"), "95 % interval"))
    if any(each.is_derived for each in shares):
        entries.append(
            (mark(SHAPES[0], at=(0, 0), radius=4.5, kind=hollow("ink")), "hollow: worked out")
        )
    return legend(entries)


def _description(responders: Responders) -> str:
    curves = (
        f"{curve.label}: "
        + ", ".join(f"{_percent(percent)} % at {at:g} or more" for at, percent in curve.points)
        for curve in responders.curves
    )
    definitions = (
        f"{each.group}, {each.when}, {each.label}: "
        + ", ".join(f"{_heard(share)} ({share.source})" for share in each.shares)
        for each in responders.definitions
    )
    return sentences(["Responders by every definition in use", *curves, *definitions])


def _heard(share: Share) -> str:
    of = "an unknown number" if share.n is None else str(share.n)
    found = f"{_percent(share.percent)} % of {of}"
    return found + (f", 95 % interval {_interval(share)}" if share.low is not None else "")


def _interval(share: Share) -> str:
    if share.low is None or share.high is None:
        return ""
    return f"{_percent(share.low)} to {_percent(share.high)}"


def _table(responders: Responders) -> Table:
    return Table(
        head=(
            "outcome",
            "definition",
            "time",
            "source",
            "n",
            "percent",
            "95 % interval",
            "numbers",
        ),
        rows=tuple(
            (
                each.group,
                each.label,
                each.when,
                share.source,
                "not told" if share.n is None else str(share.n),
                _percent(share.percent),
                _interval(share),
                "worked out" if share.is_derived else "printed",
            )
            for each in responders.definitions
            for share in each.shares
        ),
    )
