"""The days that a document gives for what it tells: how long ago it was, or that it is to come."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from multifidus.chart.prose.capture import Capture, read_day
from multifidus.chart.prose.links import Links
from multifidus.core.wording import Takes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from multifidus.chart.document import Document
    from multifidus.chart.prose.clauses import Clause
    from multifidus.chart.prose.index import Index
    from multifidus.core.quantity import DateRange
    from multifidus.core.wording import Wording

LONG_AGO_DAYS = 183
FARTHEST_DAY = 5
"""So many words after a treatment its day may begin."""
_NO_DAY = Capture(0, 0, Takes.DATE)


class Dated(Links):
    """The names and results of one document, and the days that stand with them."""

    def __init__(self, index: Index, document: Document) -> None:
        """Take a document apart."""
        super().__init__(index, document)
        self.days: dict[Clause, Sequence[Capture]] = {}

    def _is_over(self, wording: Wording, clause: Clause, own: Sequence[tuple[int, int]]) -> bool:
        """Whether the words give a day so long ago that what passes has passed."""
        day, written = self._day(clause, own), self.document.date
        if not wording.passes or day is None or written is None:
            return False
        return (written.latest - day.latest).days > LONG_AGO_DAYS

    def _is_to_come(self, clause: Clause, own: Sequence[tuple[int, int]]) -> bool:
        """Whether the words give a day after the document's own: `fusion on 7/14`."""
        end, written = max(each[1] for each in own), self.document.date
        for at in range(end, min(end + FARTHEST_DAY, clause.end)):
            found = read_day(self.words, at, clause.end)
            if found is not None and found.date is not None:
                earliest = found.date.earliest
                return bool(written and earliest and earliest > written.latest)
        return False

    def _day(self, clause: Clause, own: Sequence[tuple[int, int]]) -> DateRange | None:
        """Find the day that a clause gives for what it tells: the one that stands nearest."""
        first, end = min(each[0] for each in own), max(each[1] for each in own)
        days = self._days_of(clause)
        low = bisect_right(days, first, key=lambda each: each.end)
        high = bisect_left(days, end, key=lambda each: each.start)
        near = [*days[max(0, low - 1) : low], *days[high : high + 1]]
        return min(
            near, key=lambda each: max(first - each.end, each.start - end), default=_NO_DAY
        ).date

    def _days_of(self, clause: Clause) -> Sequence[Capture]:
        """Find the days in a clause that are not after the document's own."""
        if clause not in self.days:
            self.days[clause] = list(self._read_days(clause))
        return self.days[clause]

    def _read_days(self, clause: Clause) -> Iterator[Capture]:
        free, written = clause.first, self.document.date
        for at in self.words.may_be_days(*clause):
            found = read_day(self.words, at, clause.end) if at >= free else None
            if found is None:
                continue
            free = found.end
            if found.date is not None:
                earliest = found.date.earliest or found.date.latest
                if written is None or earliest <= written.latest:
                    yield found
