"""
Several readings of one scale in one row of a table, and the days in the head of their columns.

The text of a PDF has no columns: its cells are one blank apart. So many readings as there are days
take these in their order; where their numbers differ nobody can tell which reading is of which day,
and each is of some day among them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from multifidus.chart.prose.capture import MONTHS
from multifidus.chart.prose.clauses import Clause
from multifidus.core.quantity import DateRange
from multifidus.core.wording import Takes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from multifidus.chart.prose.capture import Capture
    from multifidus.chart.prose.hits import Link
    from multifidus.chart.prose.layout import Layout
    from multifidus.chart.prose.words import Words

    _DaysOf = Callable[[Clause], Sequence[Capture]]

MOST_ROWS = 20
"""So many rows a table has at most below its head."""
MOST_CELLS = 24
"""So many days, or words of numbers and signs, a row has at most."""
MOST_NAMES = 6
"""So many words, besides its days, the head of a table has where a row lacks a cell."""
FARTHEST_APART = 3 * 366
"""So many days the columns of one table span at most; else one of them is a birth or a surgery."""
_LABELS_END = ":"


class Row(NamedTuple):
    """The words of a line: from `first` up to `end`."""

    first: int
    end: int


def labels_before(words: Words, first: int, end: int) -> int:
    """Count the words in letters before the first number of a row; names of months are none."""
    return sum(each.isalpha() and each not in MONTHS for each in words.words[first:end])


def ends_in_numbers(words: Words, place: int, end: int) -> bool:
    """Whether a line goes on with a few numbers and signs alone, up to its end."""
    rest = words.words[place : min(end, place + MOST_CELLS)]
    return end - place <= MOST_CELLS and not any(each.isalpha() for each in rest)


def row_of(layout: Layout, place: int) -> Row:
    """Give the line in which a word stands."""
    at = bisect_right(layout.firsts, place)
    first = layout.firsts[at - 1] if at else 0
    end = layout.firsts[at] if at < len(layout.firsts) else len(layout.words)
    return Row(first, end)


def dated_by_table(links: Sequence[Link], layout: Layout, days_of: _DaysOf) -> Iterator[Link]:
    """Give readings the days of their columns, where a table has some."""
    rows: dict[tuple[str, Row], set[int]] = defaultdict(set)
    for each in links:
        cell = _cell(each)
        if cell is not None:
            rows[each.name.meaning.element, row_of(layout, cell)].add(cell)
    days: dict[tuple[str, int | None], DateRange] = {
        (element, cell): day
        for (element, row), cells in rows.items()
        for cell, day in zip(
            sorted(cells), _days_of_row(layout, row, len(cells), days_of), strict=False
        )
    }
    for each in links:
        yield each._replace(day=days.get((each.name.meaning.element, _cell(each))))


def _cell(link: Link) -> int | None:
    """Give the word at which the number of a reading stands; one may be found by two names."""
    capture = (link.result or link.name).capture
    return capture.start if capture is not None and capture.takes is Takes.NUMBER else None


def _days_of_row(layout: Layout, row: Row, count: int, days_of: _DaysOf) -> Sequence[DateRange]:
    """Give a day for each reading of a row; none where the row and its head give none."""
    own = days_of(Clause(*row))
    if own:
        # Days and readings take turns: `06/15/2026: 8/10 08/28/2026: 3/10`.
        return _dates(own) if len(own) == count > 1 else ()
    head = next((each for each in _rows_above(layout, row) if days_of(Clause(*each))), row)
    days = _dates(days_of(Clause(*head)))
    if not _are_of_one_table(days):
        return ()
    if len(days) == count:
        return days
    words = layout.words.words[head.first : head.end]
    if _LABELS_END in words or sum(each.isalpha() for each in words) > MOST_NAMES:
        return ()
    latest = max(each.latest for each in days)
    earliest = min(each.earliest or each.latest for each in days)
    return [DateRange(earliest=earliest, latest=latest)] * count


def _rows_above(layout: Layout, row: Row) -> Iterator[Row]:
    """Give the lines above in the same paragraph, the nearest first."""
    for _ in range(MOST_ROWS):
        if row.first == 0 or layout.words.gap(row.first - 1).count("\n") > 1:
            return
        row = row_of(layout, row.first - 1)
        yield row


def _dates(days: Sequence[Capture]) -> Sequence[DateRange]:
    return [each.date for each in days[:MOST_CELLS] if each.date is not None]


def _are_of_one_table(days: Sequence[DateRange]) -> bool:
    """Whether days are those of columns: each its own, and none of them long before another."""
    ends = [each.latest for each in days]
    is_row = 1 < len(ends) == len(set(ends)) < MOST_CELLS
    return is_row and (max(ends) - min(ends)).days <= FARTHEST_APART
