"""The rows of a forest plot: label, plot and numbers side by side, and the axis below them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from multifidus.evidence.figure.canvas import (
    LEADING,
    MARGIN,
    PLAIN,
    SMALL,
    WIDTH,
    Block,
    Shape,
    area,
    box,
    hollow,
    legend,
    mark,
    path,
    solid,
    text,
)
from multifidus.evidence.figure.letters import interval, number, width, wrapped
from multifidus.evidence.figure.scale import LogScale, Scale, digits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus.evidence.figure.canvas import Point
    from multifidus.evidence.figure.forest import Forest, Result, Total

_GAP = 14
_AHEAD = "Prediction interval"
_LABELS = 196
"""No label is wider; longer ones are broken."""
_SIDE = 18
"""The room beside the words that say what lies on a side, for an arrow and to keep them apart."""
_LEAST, _LARGEST = 3.0, 8.5
"""Half the side of the squares of a result that weighs nothing, and of one that weighs all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the columns stand."""

    labels: float
    scale: Scale
    numbers: float  # its right edge
    weights: float  # its right edge; the same as `numbers` where nothing is weighed


def layout_of(forest: Forest) -> Layout:
    """Say where the columns stand: as wide as their words, and the plot has the rest."""
    labels = max(
        chain(
            (width(each.label, size=PLAIN) for each in forest.results),
            (width(each.detail, size=SMALL) for each in forest.results),
            (width(each.label, size=PLAIN, weight="bold") for each in forest.totals),
        ),
        default=0,
    )
    if any(total.prediction for total in forest.totals):
        labels = max(labels, width(_AHEAD, size=SMALL))
    labels = min(labels, _LABELS)
    is_weighed = any(each.weight is not None for each in forest.results)
    weights = float(WIDTH - MARGIN)
    numbers = weights - 52 if is_weighed else weights
    told = [printed(each, forest) for each in forest.estimates]
    column = max(
        max((width(each, size=SMALL, weight="bold") for each in told), default=0),
        width("Estimate (95 % interval)", size=SMALL, weight="bold"),
    )
    first, last = forest.limits or _limits(forest)
    kind = LogScale if forest.is_ratio else Scale
    scale = kind(
        first=first,
        last=last,
        start=MARGIN + labels + _GAP + 4,
        end=numbers - column - _GAP,
    )
    return Layout(labels=labels, scale=scale, numbers=numbers, weights=weights)


def _limits(forest: Forest) -> tuple[float, float]:
    """Give room to every interval and to the line of no effect."""
    ends = [] if forest.no_effect is None else [forest.no_effect]
    for each in forest.estimates:
        ends += [end for end in (each.value, each.low, each.high) if end is not None]
    for total in forest.totals:
        ends += total.prediction or ()
    low, high = min(ends), max(ends)
    if forest.is_ratio:
        return low / 1.15, high * 1.15
    space = (high - low) * 0.05 or 1.0
    return low - space, high + space


def printed(each: Result | Total, forest: Forest) -> str:
    """Write a value with its interval."""
    value = number(each.value, digits=forest.digits)
    if each.low is None or each.high is None:
        return f"{value} (no interval told)"
    return f"{value} ({interval(each.low, each.high, digits=forest.digits)})"


def head_of(forest: Forest, layout: Layout) -> Block:
    """Set the heads of the columns."""
    marks = [
        text("Estimate (95 % interval)", at=(layout.numbers, 18), kind="quiet bold", anchor="end"),
        path([(MARGIN, 27), (WIDTH - MARGIN, 27)], kind="quiet-line thin"),
    ]
    if layout.weights > layout.numbers:
        marks.append(text("Weight", at=(layout.weights, 18), kind="quiet bold", anchor="end"))
    first = "Result" if len(forest.results) == 1 else "Results"
    marks.append(text(first, at=(MARGIN, 18), kind="quiet bold"))
    return Block(height=31, marks=tuple(marks))


def rows_of(forest: Forest, layout: Layout) -> Iterator[Block]:
    """Set every group with its results and what they come to."""
    for group in forest.groups:
        if group.heading:
            heading_marks = text(group.heading, at=(MARGIN, 22), kind="ink plain bold")
            yield Block(height=28, marks=(heading_marks,))
        for result in group.results:
            yield _row(result, forest, layout)
        if group.total:
            yield _total_row(group.total, forest, layout, ink="one")
    if forest.total:
        rule = path([(MARGIN, 4), (WIDTH - MARGIN, 4)], kind="grid-line thin")
        yield Block(height=6, marks=(rule,))
        yield _total_row(forest.total, forest, layout, ink="two")


def _row(result: Result, forest: Forest, layout: Layout) -> Block:
    label = wrapped(result.label, room=layout.labels, size=PLAIN)
    detail = wrapped(result.detail, room=layout.labels, size=SMALL) if result.detail else ()
    marks = [
        text(line, at=(MARGIN, 18 + place * 17), kind="ink plain")
        for place, line in enumerate(label)
    ]
    below = 18 + (len(label) - 1) * 17 + 16
    marks += [
        text(line, at=(MARGIN, below + place * LEADING), kind="quiet")
        for place, line in enumerate(detail)
    ]
    height = below + (len(detail) - 1) * LEADING + 10
    middle = 14.0
    marks += [
        *_whisker(result.low, result.high, scale=layout.scale, y=middle, kind="ink-line"),
        _square(result, layout.scale, middle),
        text(printed(result, forest), at=(layout.numbers, 18), anchor="end"),
    ]
    if result.weight is not None:
        told = f"{number(result.weight, digits=1)} %"
        marks.append(text(told, at=(layout.weights, 18), anchor="end"))
    return Block(height=height, marks=tuple(marks))


def _square(result: Result, scale: Scale, y: float) -> str:
    share = 0.3 if result.weight is None else result.weight / 100
    radius = _LEAST + (_LARGEST - _LEAST) * share**0.5
    x = _held(scale.at(result.value), scale)
    kind = hollow("one") if result.is_derived else solid("one")
    return mark(Shape.SQUARE, at=(x, y), radius=radius, kind=kind)


def _held(x: float, scale: Scale) -> float:
    return min(max(x, scale.start), scale.end)


def _whisker(
    low: float | None, high: float | None, *, scale: Scale, y: float, kind: str
) -> Iterator[str]:
    """Draw an interval; an end outside of the plot is an arrow head."""
    if low is None or high is None:
        return
    left, right = _held(scale.at(low), scale), _held(scale.at(high), scale)
    yield path([(left, y), (right, y)], kind=f"{kind} thick")
    if scale.at(low) < scale.start:
        yield path([(left + 6, y - 4), (left, y), (left + 6, y + 4)], kind=f"{kind} thick")
    if scale.at(high) > scale.end:
        yield path([(right - 6, y - 4), (right, y), (right - 6, y + 4)], kind=f"{kind} thick")


def _total_row(total: Total, forest: Forest, layout: Layout, *, ink: str) -> Block:
    scale, middle = layout.scale, 15.0
    x = [_held(scale.at(each), scale) for each in (total.low, total.value, total.high)]
    corners: list[Point] = [(x[0], middle), (x[1], middle - 7), (x[2], middle), (x[1], middle + 7)]
    label = wrapped(total.label, room=layout.labels, size=PLAIN, weight="bold")
    marks = [
        *(
            text(line, at=(MARGIN, 19 + place * 17), kind="ink plain bold")
            for place, line in enumerate(label)
        ),
        area(corners, kind=f"{ink} {ink}-line thin"),
        text(printed(total, forest), at=(layout.numbers, 19), kind="ink bold", anchor="end"),
    ]
    y = 19 + (len(label) - 1) * 17 + 18.0
    if total.prediction:
        marks += _prediction(total.prediction, forest, layout, ink=ink, y=y)
        y += 18
    if total.method:
        method = wrapped(total.method, room=WIDTH - 2 * MARGIN, size=SMALL)
        marks += [
            text(line, at=(MARGIN, y + place * LEADING), kind="quiet halo")
            for place, line in enumerate(method)
        ]
        y += len(method) * LEADING + 2
    return Block(height=y - 4, marks=tuple(marks))


def _prediction(
    ends: tuple[float, float], forest: Forest, layout: Layout, *, ink: str, y: float
) -> Iterator[str]:
    scale = layout.scale
    left, right = (_held(scale.at(end), scale) for end in ends)
    yield text(_AHEAD, at=(MARGIN, y), kind="quiet")
    yield box((left, y - 7), size=(right - left, 6), kind=f"{ink} veil")
    yield path([(left, y - 9), (left, y + 1)], kind=f"{ink}-line thick")
    yield path([(right, y - 9), (right, y + 1)], kind=f"{ink}-line thick")
    told = f"({interval(*ends, digits=forest.digits)})"
    yield text(told, at=(layout.numbers, y), kind="quiet", anchor="end")


def axis_of(forest: Forest, layout: Layout, *, above: float) -> Block:
    """Draw the line of no effect through the rows above, and the axis below them."""
    scale, bottom = layout.scale, above + 6
    ticks = scale.ticks(about=max(3, int((scale.end - scale.start) / 38)))
    fine = digits(ticks)
    middle = (scale.start + scale.end) / 2
    none = middle if forest.no_effect is None else scale.at(forest.no_effect)
    marks = []
    if forest.no_effect is not None:
        marks.append(path([(none, 0), (none, bottom)], kind="quiet-line thin"))
    for total in (forest.total,) if forest.total else ():
        x = scale.at(total.value)
        marks.append(path([(x, 0), (x, bottom)], kind="two-line thin dashed"))
    marks.append(path([(scale.start, bottom), (scale.end, bottom)], kind="quiet-line thin"))
    for tick in ticks:
        x = scale.at(tick)
        marks += [
            path([(x, bottom), (x, bottom + 4)], kind="quiet-line thin"),
            text(number(tick, digits=fine), at=(x, bottom + 17), kind="quiet", anchor="middle"),
        ]
    y = bottom + 36
    if forest.lower or forest.higher:
        marks += _sides(forest, none, y)
        y += 18
    middle = _centered(forest.measure, middle)
    marks.append(text(forest.measure, at=(middle, y), anchor="middle"))
    return Block(height=y + 10 - above, marks=tuple(marks))


def _centered(words: str, x: float) -> float:
    """Keep centred words on the paper."""
    half = width(words, size=SMALL) / 2
    return min(max(x, MARGIN + half), WIDTH - MARGIN - half)


def _sides(forest: Forest, x: float, y: float) -> Iterator[str]:
    """Say what lies on either side of no effect, each with an arrow that leads there."""
    left, right = (
        width(words, size=SMALL, weight="bold") + 2 * _SIDE if words else 0.0
        for words in (forest.lower, forest.higher)
    )
    # Near the edge of the paper both move inwards together.
    x = min(max(x, MARGIN + left), WIDTH - MARGIN - right)
    for words, way, wide, anchor in (
        (forest.lower, -1, left, "end"),
        (forest.higher, 1, right, "start"),
    ):
        if words:
            tip = x + way * wide
            yield text(words, at=(x + way * _SIDE, y), kind="ink bold", anchor=anchor)
            yield path([(tip - way * 14, y - 4), (tip, y - 4)], kind="ink-line thin")
            yield path(
                [(tip - way * 4, y - 7), (tip, y - 4), (tip - way * 4, y - 1)],
                kind="ink-line thin",
            )


def legend_of(forest: Forest) -> Block:
    """Explain the marks that are there, and no others."""
    entries = [(mark(Shape.SQUARE, at=(0, 0), radius=5, kind=solid("one")), forest.solid)]
    if any(each.is_derived for each in forest.results):
        drawn = mark(Shape.SQUARE, at=(0, 0), radius=5, kind=hollow("one"))
        entries.append((drawn, "worked out from what was printed"))
    if forest.totals:
        corners = [(-9.0, 0.0), (0.0, -6.0), (9.0, 0.0), (0.0, 6.0)]
        ink = "two" if forest.total else "one"
        entries.append((area(corners, kind=f"{ink} {ink}-line thin"), "pooled, 95 % interval"))
    if any(total.prediction for total in forest.totals):
        ink = "two" if forest.total else "one"
        drawn = box((-9, -3), size=(18, 6), kind=f"{ink} veil") + "".join(
            path([(x, -5), (x, 5)], kind=f"{ink}-line thick") for x in (-9, 9)
        )
        entries.append((drawn, "where a new study is expected"))
    return legend(entries)
