"""
The timeline as a picture: one line a policy, one bar a version, and the events above and below.

A bar says its position in words where it is long enough, by a letter where it is not, and by a
pattern besides its colour. The picture is made of the library alone, so the same library gives the
same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import TYPE_CHECKING

from multifidus.library.history import Position

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from multifidus.library.events import Event
    from multifidus.library.history import Spell, Track

TITLE = "Who covers restorative neurostimulation, and when"
_SUBTITLE = (
    "The policy of every payer in the library, by the versions that were read."
    " Numbers are the events listed below."
)
FIRST_YEAR = 2020
"""The device was approved in June 2020; before, nobody could cover it."""

WIDTH, LABELS, MARGIN = 1200, 330, 20
ROW, BAR, GAP = 30, 20, 26
LEGEND_ROW, EVENT_ROW = 22, 21
TOP = 96
LETTER = 7.2
"""A letter of the small bold type is about so many units wide."""
NAME = 44
"""So many letters of a name have room."""
DAY = timedelta(days=1)

LETTERS = {
    Position.CRITERIA: "C",
    Position.OUT_OF_REACH: "O",
    Position.EXCLUDED: "X",
    Position.SILENT: "S",
    Position.UNREAD: "?",
}
_HEADINGS = {
    Position.CRITERIA: "Criteria that a patient on the label can meet",
    Position.OUT_OF_REACH: "Criteria that no patient on the label can meet",
    Position.EXCLUDED: "Excluded",
    Position.SILENT: "Read, and silent on the service",
    Position.UNREAD: "Unknown: position not read",
}
_STYLE = """
.paper{fill:#fff}.ink{fill:#1b1f24}.quiet{fill:#57606a}.grid{stroke:#d0d7de}
.band{fill:#f6f8fa}.mark{fill:#1b1f24}.on-mark{fill:#fff}.day{stroke:#b3261e;stroke-width:1.5}
text{font-family:system-ui,-apple-system,'Segoe UI',sans-serif;font-size:12px}
.title{font-size:22px;font-weight:700}.small{font-size:11px}.bold{font-weight:600}
.criteria{fill:#1f7a3d}.out-of-reach{fill:#8f5300}.excluded{fill:#a3262a}
.silent{fill:#46637d}.unread{fill:#e3e7eb}
.line{fill:none;stroke-width:1}.line-criteria{stroke:#14532a}.line-out-of-reach{stroke:#7a4a00}
.line-excluded{stroke:#6d1518}.line-silent{stroke:#3d5970}.line-unread{stroke:#6e7781}
.on-bar{fill:#fff;font-size:11px;font-weight:600}.on-unread{fill:#3d444d}
.undated{stroke-dasharray:4 3}.hatch{stroke:#fff;stroke-opacity:.28;stroke-width:3}
.dots{fill:#fff;fill-opacity:.3}.open{stroke:#8c959f;stroke-width:1}
@media (prefers-color-scheme:dark){.paper{fill:#14171b}.ink{fill:#e6e9ec}.quiet{fill:#a2abb5}
.grid{stroke:#3a424b}.band{fill:#1e2329}.mark{fill:#e6e9ec}.on-mark{fill:#14171b}
.unread{fill:#2a3037}.on-unread{fill:#d0d7de}.day{stroke:#ff8a80}}
""".replace("\n", "")
_PATTERNS = (
    '<pattern id="slant" width="8" height="8" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><path class="hatch" d="M0 0V8"/></pattern>'
    '<pattern id="cross" width="8" height="8" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><path class="hatch" d="M0 0V8M0 0H8"/></pattern>'
    '<pattern id="dots" width="7" height="7" patternUnits="userSpaceOnUse">'
    '<circle class="dots" cx="2" cy="2" r="1.2"/></pattern>'
    '<pattern id="lines" width="6" height="6" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(-45)"><path class="open" d="M0 0V6" stroke-opacity=".35"/></pattern>'
)
_PATTERN_OF = {
    Position.OUT_OF_REACH: "slant",
    Position.EXCLUDED: "cross",
    Position.SILENT: "dots",
    Position.UNREAD: "lines",
}


@dataclass(frozen=True, kw_only=True)
class _Scale:
    """Where a day stands across the picture."""

    first: date
    last: date

    @property
    def width(self) -> int:
        return WIDTH - LABELS - MARGIN

    def x(self, day: date) -> float:
        part = (day - self.first).days / (self.last - self.first).days
        return round(LABELS + self.width * min(1.0, max(0.0, part)), 1)


def timeline_svg(
    followed: Sequence[Track],
    events: Sequence[Event],
    on: date | None,
    *,
    words: Mapping[Position, str],
    meanings: Mapping[Position, str],
) -> str:
    """Draw it; `on` is a day at which a line is drawn."""
    shown = [each for each in events if each.days.last and each.days.last.year >= FIRST_YEAR]
    scale = _scale(followed, shown, on)
    rows = list(_rows(followed))
    grid_end = TOP + sum(GAP if isinstance(each, str) else ROW for each in rows) + 8
    legend = grid_end + 64
    listed = legend + LEGEND_ROW * (len(words) + 1) + 30
    height = listed + EVENT_ROW * (len(shown) + 1) + 12
    return "\n".join(
        [
            *_head(height, _described(followed, scale, words)),
            *_grid(scale, grid_end),
            # Behind the bars, whose words it would cross.
            *_day_line(on, scale, grid_end),
            *_bars(rows, scale, words),
            *_marks(shown, scale, grid_end),
            *_legend(legend, words, meanings),
            *_list(shown, listed),
            "</svg>",
        ]
    )


def _head(height: int, described: str) -> Iterator[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"'
        f' width="{WIDTH}" height="{height}" role="img" aria-labelledby="title desc">'
    )
    yield f'<title id="title">{TITLE}</title>'
    yield f'<desc id="desc">{escape(described)}</desc>'
    yield f"<style>{_STYLE}</style>"
    yield f"<defs>{_PATTERNS}</defs>"
    yield f'<rect class="paper" width="{WIDTH}" height="{height}"/>'
    yield f'<text class="ink title" x="{MARGIN}" y="38">{TITLE}</text>'
    yield f'<text class="quiet" x="{MARGIN}" y="60">{_SUBTITLE}</text>'


def _scale(followed: Sequence[Track], events: Sequence[Event], on: date | None) -> _Scale:
    """Let the picture end with the year of the last day that is known."""
    days = [
        day
        for each in followed
        for spell in each.spells
        for day in (spell.days.first, spell.days.last)
    ]
    days += [each.days.last for each in events]
    last = max(each for each in (*days, on, date(FIRST_YEAR, 1, 1)) if each)
    return _Scale(first=date(FIRST_YEAR, 1, 1), last=date(last.year, 12, 31))


def _described(followed: Sequence[Track], scale: _Scale, words: Mapping[Position, str]) -> str:
    ends = [each.spells[-1].position for each in followed]
    told = [f"{words[each]}: {ends.count(each)}" for each in words if each in ends]
    return (
        f"{len(followed)} policies from {scale.first.year} to {scale.last.year}. By their latest"
        f" versions, {'; '.join(told)}."
    )


def _rows(followed: Sequence[Track]) -> Iterator[str | Track]:
    """Give the policies under headings, by what their latest versions do."""
    for position, heading in _HEADINGS.items():
        mine = [each for each in followed if each.spells[-1].position is position]
        if mine:
            yield heading
            # What has a date, and a history, comes first: it is what one looks for.
            yield from sorted(
                mine, key=lambda each: (not each.spells[0].is_dated, -len(each.spells))
            )


def _grid(scale: _Scale, end: int) -> Iterator[str]:
    for year in range(scale.first.year, scale.last.year + 1):
        x = scale.x(date(year, 1, 1))
        yield f'<path class="grid" d="M{x} {TOP - 4}V{end}"/>'
        middle = (x + scale.x(date(year, 12, 31))) / 2
        yield f'<text class="quiet" x="{middle:.1f}" y="{TOP - 10}" text-anchor="middle">'
        yield f"{year}</text>"


def _bars(
    rows: Sequence[str | Track], scale: _Scale, words: Mapping[Position, str]
) -> Iterator[str]:
    top = TOP
    for row in rows:
        if isinstance(row, str):
            yield f'<rect class="band" x="{MARGIN}" y="{top + 2}" width="{WIDTH - 2 * MARGIN}"'
            yield f' height="{GAP - 5}"/>'
            yield f'<text class="ink bold" x="{MARGIN + 6}" y="{top + 17}">{escape(row)}</text>'
            top += GAP
            continue
        body = escape(row.body_within(NAME))
        yield f'<g><text class="ink" x="{MARGIN + 6}" y="{top + 13}">{body}</text>'
        yield f'<text class="quiet small" x="{MARGIN + 6}" y="{top + 26}">{escape(row.id)}</text>'
        for spell in row.spells:
            yield from _bar(spell, scale, top + 5, words)
        yield "</g>"
        top += ROW


def _bar(spell: Spell, scale: _Scale, y: int, words: Mapping[Position, str]) -> Iterator[str]:
    first, last = spell.days.first or scale.first, spell.days.last or scale.last
    if last < scale.first:
        return
    left, right = scale.x(first), scale.x(min(last + DAY, scale.last))
    width = round(max(right - left - 1, 3), 1)
    name = spell.position.value.replace(" ", "-")
    dashed = "" if spell.is_dated else " undated"
    days = str(spell.days) if spell.is_dated else "dates not known"
    word = words[spell.position]
    yield f"<g><title>{escape(f'{spell.name}: {word}, {days}')}</title>"
    box = f'x="{left}" y="{y}" width="{width}" height="{BAR}" rx="2"'
    yield f'<rect class="{name}" {box}/>'
    if spell.position in _PATTERN_OF:
        yield f'<rect fill="url(#{_PATTERN_OF[spell.position]})" {box}/>'
    yield f'<rect class="line line-{name}{dashed}" {box}/>'
    inside = _inside(spell, word, width, scale)
    kind = "on-bar on-unread" if spell.position is Position.UNREAD else "on-bar"
    yield f'<text class="{kind}" x="{left + 6}" y="{y + 14}">{escape(inside)}</text></g>'


def _inside(spell: Spell, word: str, width: float, scale: _Scale) -> str:
    """Say as much of a version as its bar has room for; its letter at least."""
    since = ""
    if not spell.is_dated:
        since = ", dates not known"
    elif spell.days.first and spell.days.first < scale.first:
        since = f", since {spell.days.first}"
    elif spell.days.first:
        since = f", from {spell.days.first}"
    for told in (word + since, word):
        if len(told) * LETTER + 12 <= width:
            return told
    return LETTERS[spell.position]


def _marks(events: Sequence[Event], scale: _Scale, end: int) -> Iterator[str]:
    """Number the events below the grid, in as many rows as keep them from each other."""
    rows: list[float] = []
    for number, event in enumerate(events, start=1):
        if not event.days.first:
            continue
        x = scale.x(event.days.first)
        row = next((at for at, right in enumerate(rows) if right < x - 9), len(rows))
        rows[row : row + 1] = [x + 9]
        y = end + 10 + row * 19
        yield f"<g><title>{escape(f'{event.date}, {event.body}: {event.event}')}</title>"
        yield f'<circle class="mark" cx="{x}" cy="{y}" r="8"/>'
        yield f'<text class="on-mark small" x="{x}" y="{y + 4}" text-anchor="middle">'
        yield f"{number}</text></g>"


def _day_line(on: date | None, scale: _Scale, end: int) -> Iterator[str]:
    if on and scale.first <= on <= scale.last:
        x = scale.x(on)
        yield f'<path class="day" d="M{x} {TOP - 4}V{end}"/>'
        yield f'<text class="ink small" x="{x}" y="{TOP - 24}" text-anchor="middle">{on}</text>'


def _legend(
    top: int, words: Mapping[Position, str], meanings: Mapping[Position, str]
) -> Iterator[str]:
    yield f'<text class="ink bold" x="{MARGIN}" y="{top}">What the bars say</text>'
    for number, (position, word) in enumerate(words.items(), start=1):
        y = top + number * LEGEND_ROW
        name = position.value.replace(" ", "-")
        box = f'x="{MARGIN}" y="{y - 13}" width="24" height="17" rx="2"'
        yield f'<rect class="{name}" {box}/>'
        if position in _PATTERN_OF:
            yield f'<rect fill="url(#{_PATTERN_OF[position]})" {box}/>'
        yield f'<rect class="line line-{name}" {box}/>'
        kind = "on-bar on-unread" if position is Position.UNREAD else "on-bar"
        yield (
            f'<text class="{kind}" x="{MARGIN + 12}" y="{y}" text-anchor="middle">'
            f"{LETTERS[position]}</text>"
        )
        yield f'<text class="ink bold" x="{MARGIN + 34}" y="{y}">{escape(word)}</text>'
        yield f'<text class="ink" x="{MARGIN + 134}" y="{y}">{escape(meanings[position])}</text>'


def _list(events: Sequence[Event], top: int) -> Iterator[str]:
    yield f'<text class="ink bold" x="{MARGIN}" y="{top}">Events</text>'
    for number, event in enumerate(events, start=1):
        y = top + number * EVENT_ROW
        yield f'<text class="quiet" x="{MARGIN + 16}" y="{y}" text-anchor="end">{number}</text>'
        yield f'<text class="quiet" x="{MARGIN + 28}" y="{y}">{escape(event.date)}</text>'
        yield (
            f'<text class="ink" x="{MARGIN + 106}" y="{y}">'
            f'<tspan class="bold">{escape(event.body)}</tspan> {escape(event.event)}'
            f'<tspan class="quiet"> ({escape(event.reading)})</tspan></text>'
        )
