"""
The trajectory: how a score changes over years, with how many people each point speaks of.

One panel a score, one line a cohort. A hollow point was worked out, not printed; a point without an
interval has none in its source. Below the panels stands how many people were followed at each time,
for a mean of those who stayed says nothing of those who left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.evidence.figure.canvas import (
    MARGIN,
    SERIES,
    SHAPES,
    SMALL,
    WIDTH,
    Block,
    Drawing,
    Shape,
    Table,
    box,
    footing,
    heading,
    hollow,
    legend,
    lines,
    mark,
    path,
    sentences,
    solid,
    text,
)
from multifidus.evidence.figure.letters import interval, number, width, wrapped
from multifidus.evidence.figure.scale import Scale, digits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LEFT, _TALL = 54, 190
_ABOVE, _BELOW = 30, 14
_APART = 17
"""Names beside the ends of lines stand at least so far apart."""
_BESIDE = 6
"""Cohorts seen at the same time stand so far beside each other, so that intervals stay apart."""
DAYS_IN_A_YEAR = 365.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A mean at a time in days after the implant; `n` is `None` where the source does not tell."""

    days: float
    value: float
    n: int | None = None
    low: float | None = None
    high: float | None = None
    is_derived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """
    The points of one cohort, in order of time.

    `of` is how many people it began with. Points are joined by a line where `is_joined`.
    """

    label: str
    points: tuple[Point, ...]
    of: int | None = None
    is_joined: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """A value that somebody holds to matter, and whose it is."""

    value: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One score. Where a cohort is in several panels its label is the same in each."""

    heading: str
    series: tuple[Series, ...]
    limits: tuple[float, float]
    thresholds: tuple[Threshold, ...] = ()
    digits: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A stretch of time, in days, that is shaded and named: how the trial was run."""

    first: float
    last: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trajectory:
    """What a trajectory shows; `years` is how far it goes."""

    name: str
    title: str
    panels: tuple[Panel, ...]
    years: float
    subtitle: str = ""
    phase: Phase | None = None
    notes: tuple[str, ...] = ()


def draw(trajectory: Trajectory) -> Drawing:
    """Draw a trajectory."""
    names = tuple(dict.fromkeys(each.label for panel in trajectory.panels for each in panel.series))
    room = max(width(name, size=SMALL, weight="bold") for name in names) + 14
    time = Scale(first=0, last=trajectory.years, start=_LEFT, end=WIDTH - MARGIN - room - 24)
    return Drawing(
        name=trajectory.name,
        title=trajectory.title,
        description=_description(trajectory),
        blocks=(
            heading(trajectory.title, subtitle=trajectory.subtitle),
            *(_panel(panel, trajectory, time, names) for panel in trajectory.panels),
            _years(trajectory, time),
            _legend(trajectory),
            _numbers(trajectory, time, names),
            footing(trajectory.notes),
        ),
        table=_table(trajectory),
    )


def _panel(panel: Panel, trajectory: Trajectory, time: Scale, names: Sequence[str]) -> Block:
    low, high = panel.limits
    values = Scale(first=low, last=high, start=_ABOVE + _TALL, end=_ABOVE)
    marks = [text(panel.heading, at=(MARGIN, 18), kind="ink plain bold")]
    if trajectory.phase:
        first, last = (time.at(day / DAYS_IN_A_YEAR) for day in _ends(trajectory.phase))
        marks.append(box((first, _ABOVE), size=(last - first, _TALL), kind="band"))
    ticks = values.ticks()
    fine = digits(ticks)
    for tick in ticks:
        y = values.at(tick)
        kind = "quiet-line thin" if tick == 0 else "grid-line thin"
        marks.append(path([(time.start, y), (time.end, y)], kind=kind))
        told = number(tick, digits=fine)
        marks.append(text(told, at=(time.start - 8, y + 4), kind="quiet", anchor="end"))
    for threshold in panel.thresholds:
        y = values.at(threshold.value)
        marks += [
            path([(time.start, y), (time.end, y)], kind="doubt-line thin dashed"),
            text(threshold.label, at=(time.start + 6, y - 5), kind="doubt halo"),
        ]
    # A cohort of which nothing is known stays in the list of people, and has no line.
    known = [each for each in panel.series if each.points]
    for series in known:
        marks += _drawn(series, time, values, names.index(series.label))
    marks += _names(known, time, values, names)
    return Block(height=_ABOVE + _TALL + _BELOW, marks=tuple(marks))


def _ends(phase: Phase) -> tuple[float, float]:
    return phase.first, phase.last


def _drawn(series: Series, time: Scale, values: Scale, place: int) -> Iterator[str]:
    ink, shape = SERIES[place % len(SERIES)], SHAPES[place % len(SHAPES)]
    beside = (place - 1) * _BESIDE
    spots = [
        (time.at(each.days / DAYS_IN_A_YEAR) + beside, values.at(each.value))
        for each in series.points
    ]
    if series.is_joined:
        dashes = "" if place == 0 else " dashed"
        yield path(spots, kind=f"{ink}-line thick round{dashes}")
    for point, (x, y) in zip(series.points, spots, strict=True):
        if point.low is not None and point.high is not None:
            top, bottom = values.at(point.high), values.at(point.low)
            yield path([(x, top), (x, bottom)], kind=f"{ink}-line thick")
            for end in (top, bottom):
                yield path([(x - 4, end), (x + 4, end)], kind=f"{ink}-line thick")
        kind = hollow(ink) if point.is_derived else solid(ink)
        yield mark(shape, at=(x, y), radius=4.5, kind=kind)


def _names(
    series: Sequence[Series], time: Scale, values: Scale, names: Sequence[str]
) -> Iterator[str]:
    """Set each name beside the end of its line, and apart from its neighbours."""

    def height(each: Series) -> float:
        return values.at(each.points[-1].value) + 4

    ordered = sorted(series, key=height)
    spots = [height(each) for each in ordered]
    for place in range(1, len(spots)):
        spots[place] = max(spots[place], spots[place - 1] + _APART)
    over = max(0.0, spots[-1] - (_ABOVE + _TALL + 6)) if spots else 0.0
    for each, y in zip(ordered, spots, strict=True):
        ink = SERIES[names.index(each.label) % len(SERIES)]
        yield text(each.label, at=(time.end + 20, y - over), kind=f"{ink} bold")


def _years(trajectory: Trajectory, time: Scale) -> Block:
    marks = [path([(time.start, 0), (time.end, 0)], kind="quiet-line thin")]
    for year in range(int(trajectory.years) + 1):
        x = time.at(year)
        marks += [
            path([(x, 0), (x, 4)], kind="quiet-line thin"),
            text(str(year), at=(x, 17), kind="quiet", anchor="middle"),
        ]
    marks.append(text("years", at=(time.end + 20, 17), kind="quiet"))
    height = 26.0
    if trajectory.phase:
        first, last = (time.at(day / DAYS_IN_A_YEAR) for day in _ends(trajectory.phase))
        words = wrapped(trajectory.phase.label, room=time.end - last, size=SMALL)
        marks += [
            path([(first, 24), (first, 32), (last, 32), (last, 24)], kind="quiet-line thin"),
            lines(words, at=(last + 8, 36), kind="quiet"),
        ]
        height += 20 + (len(words) - 1) * 16
    return Block(height=height, marks=tuple(marks))


def _numbers(trajectory: Trajectory, time: Scale, names: Sequence[str]) -> Block:
    """Set how many people each point speaks of, a row a cohort, below the times."""
    marks = [text("People at each point", at=(MARGIN, 22), kind="ink plain bold")]
    y = 43.0
    for place, name in enumerate(names):
        ink, shape = SERIES[place % len(SERIES)], SHAPES[place % len(SHAPES)]
        found = _of(trajectory, name)
        if found:
            marks.append(text(f"of {found}", at=(MARGIN, y), kind="quiet"))
        marks += [
            mark(shape, at=(time.end + 25, y - 4), radius=4, kind=solid(ink)),
            text(name, at=(time.end + 36, y), kind=ink),
        ]
        for days, n in _told_numbers(trajectory, name):
            x = time.at(days / DAYS_IN_A_YEAR)
            marks.append(text("?" if n is None else str(n), at=(x, y), anchor="middle"))
        y += 18
    return Block(height=y - 8, marks=tuple(marks))


def _told_numbers(trajectory: Trajectory, name: str) -> Iterator[tuple[float, int | None]]:
    """Give the times of a cohort with the most people that any panel has there."""
    points = [*_points(trajectory, name)]
    for days in sorted({each.days for each in points}):
        known = [each.n for each in points if each.days == days and each.n is not None]
        yield days, max(known, default=None)


def _points(trajectory: Trajectory, name: str) -> Iterator[Point]:
    for panel in trajectory.panels:
        for series in panel.series:
            if series.label == name:
                yield from series.points


def _of(trajectory: Trajectory, name: str) -> int | None:
    return next(
        each.of for panel in trajectory.panels for each in panel.series if each.label == name
    )


def _legend(trajectory: Trajectory) -> Block:
    entries = [
        (mark(Shape.CIRCLE, at=(0, 0), radius=4.5, kind=solid("one")), "printed by the source")
    ]
    points = [
        point for panel in trajectory.panels for each in panel.series for point in each.points
    ]
    if any(each.is_derived for each in points):
        drawn = mark(Shape.CIRCLE, at=(0, 0), radius=4.5, kind=hollow("one"))
        entries.append((drawn, "worked out from what was printed"))
    if any(each.low is not None for each in points):
        drawn = "".join(
            path([(x, -6), (x, 6)] if x == 0 else [(-4, x), (4, x)], kind="one-line thick")
            for x in (0, -6, 6)
        )
        entries.append((drawn, "95 % interval"))
    if any(each.n is None for each in points):
        entries.append((text("?", at=(0, 4), kind="ink bold", anchor="middle"), "not told"))
    return legend(entries)


def _description(trajectory: Trajectory) -> str:
    parts = []
    for panel in trajectory.panels:
        for series in panel.series:
            points = "; ".join(_told(point, panel) for point in series.points)
            parts.append(f"{panel.heading}, {series.label}: {points}")
    return sentences(
        [
            f"Lines over {trajectory.years:g} years, one panel a score, one line a cohort",
            trajectory.phase.label if trajectory.phase else "",
            *parts,
        ]
    )


def _told(point: Point, panel: Panel) -> str:
    found = f"{_when(point.days)} {number(point.value, digits=panel.digits)}"
    if point.low is not None and point.high is not None:
        found += f" ({interval(point.low, point.high, digits=panel.digits)})"
    return f"{found}, n {'not told' if point.n is None else point.n}"


def _when(days: float) -> str:
    """
    Say a time as a person does.

    >>> _when(0), _when(120), _when(730)
    ('at baseline', 'at 120 days', 'at 2 years')
    """
    if not days:
        return "at baseline"
    years = days / DAYS_IN_A_YEAR
    if abs(years - round(years)) < 0.02 and round(years):  # noqa: PLR2004  a week
        return f"at {round(years)} {'year' if round(years) == 1 else 'years'}"
    return f"at {days:g} days"


def _table(trajectory: Trajectory) -> Table:
    rows = []
    for panel in trajectory.panels:
        for series in panel.series:
            for point in series.points:
                low, high = point.low, point.high
                told = (
                    "" if low is None or high is None else interval(low, high, digits=panel.digits)
                )
                rows.append(
                    (
                        panel.heading,
                        series.label,
                        _when(point.days).removeprefix("at "),
                        "not told" if point.n is None else str(point.n),
                        number(point.value, digits=panel.digits),
                        told,
                        "worked out" if point.is_derived else "printed",
                    )
                )
    return Table(
        head=("score", "cohort", "time", "n", "mean", "95 % interval", "numbers"), rows=tuple(rows)
    )
