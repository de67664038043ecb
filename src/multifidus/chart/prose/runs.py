"""Readings of one scale that follow one another: in a sentence, in a row, down a column."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from multifidus.chart.prose.capture import read_day, read_number
from multifidus.chart.prose.forms import LEAD
from multifidus.chart.prose.hits import WIDEST_PHRASE, Hits, Link, outermost
from multifidus.chart.prose.series import MOST_ROWS, ends_in_numbers, labels_before, row_of
from multifidus.core.element import Number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from multifidus.chart.prose.capture import Capture
    from multifidus.chart.prose.clauses import Clause
    from multifidus.chart.prose.index import Indexed, Kind
    from multifidus.chart.prose.phrases import Match

MOST_JOINING = 8
"""So many words may stand between two readings of one scale."""
_COLUMNS = re.compile(r" {2,}|\t")


class Runs(Hits):
    """The readings of one document that follow another of the same name."""

    def series(self, indexed: Indexed, link: Link) -> Iterator[Match[Kind]]:
        """Find the further readings of a scale: `48 % at the start, 30 % now`."""
        if link.result is None or not isinstance(indexed.element.answer, Number):
            return
        place = max(link.name.end, link.result.end)
        near = self._results(indexed, self.setting.clause(place - 1), (place, place))
        for each in sorted(outermost(near), key=lambda one: one.start):
            if each.start < place:
                continue
            if not (
                self._is_joined(place, each.start)
                or self._is_next_cell(indexed.element.answer, place, each)
            ):
                return
            is_bare = each.end == each.start + 1 and each.end < len(self.words)
            if (
                is_bare
                and "\n" not in self.words.gap(each.start)
                and self.is_of_another(link.name, each.end)
            ):
                return  # `PHQ-9 3, 30 morphine equivalents`
            # The columns of a table share a scale.
            is_bare = bool(each.meaning.problem) and not link.result.meaning.problem
            yield each._replace(meaning=link.result.meaning) if is_bare else each
            place = each.end
        yield from self._bare_cells(indexed.element.answer, link.result, place)

    def _bare_cells(self, scale: Number, reading: Match[Kind], place: int) -> Iterator[Match[Kind]]:
        """Find the numbers behind a reading whose scale stands with its name: `NRS (0-10) 8 3`."""
        if reading.capture is None or reading.capture.end != reading.end:
            return
        end = row_of(self.setting.layout, place - 1).end
        while place < end and ends_in_numbers(self.words, place, end):
            number = read_number(self.words, place)
            if number is None or not _may_be_of(scale, number):
                return
            if read_day(self.words, place, end) is not None:
                return
            yield reading._replace(start=number.start, end=number.end, capture=number)
            place = number.end

    def rows_below(self, indexed: Indexed, link: Link) -> Iterator[Link]:
        """Find the readings in further rows of a table whose head holds the name."""
        first = link.result
        if first is None or not isinstance(indexed.element.answer, Number):
            return
        row = self.setting.clause(first.start)
        if first.start < link.clause.end:
            return
        labels = labels_before(self.words, row.first, first.start)
        for _ in range(MOST_ROWS):
            following = self.setting.next_clause(row)
            if following is None or self.is_crowded(following, indexed):
                return
            row, start = following, (following.first, following.first)
            found = nearest(list(self._results(indexed, row, start)))
            if found is None or labels_before(self.words, row.first, found.start) != labels:
                return
            yield Link(row, found, None)
            for each in self.series(indexed, Link(row, link.name, found)):
                yield Link(row, each, None)

    def _is_next_cell(self, scale: Number, place: int, reading: Match[Kind]) -> bool:
        """Whether a reading stands right behind another; cells of a PDF are one blank apart."""
        if reading.start != place or "\n" in self.words.gap(place - 1):
            return False
        is_bare = reading.end == reading.start + 1
        if is_bare and not _may_be_of(scale, reading.capture):
            return False
        end = row_of(self.setting.layout, place - 1).end
        return not is_bare or ends_in_numbers(self.words, reading.end, end)

    def _is_joined(self, first: int, end: int) -> bool:
        """Whether nothing stands between two readings but words that join them, and days."""
        if first == end:
            return bool(_COLUMNS.search(self.words.gap(first - 1)))
        if end - first > MOST_JOINING:
            return False
        at = first
        while at < end:
            day = read_day(self.words, at, end)
            joins = self.readings.all(self.index.joins, at, end)
            joined = max((each.end for each in joins if each.start == at), default=0)
            at = max(joined, self._after_day(day.end) if day else 0)
            if at == 0:
                return False
        return True

    def _after_day(self, place: int) -> int:
        """Pass over the colon behind a day that is a label: `07/15/2026: 8/10`."""
        return place + (self.words.words[place : place + 1] == [LEAD])

    def is_of_another(self, name: Match[Kind], place: int) -> bool:
        """Whether the word at a place belongs to the name of another test."""
        if not 0 <= place < len(self.words):
            return False
        first = max(0, place - WIDEST_PHRASE)
        tests = self.readings.all(self.index.other_tests, first, place + WIDEST_PHRASE)
        if any(each.start <= place < each.end for each in tests):
            return True
        return any(
            hit.start <= place < hit.end and hit.meaning.element != name.meaning.element
            for hit in self.hits_in(place, place + 1)
        )

    def is_crowded(self, clause: Clause, indexed: Indexed) -> bool:
        """Whether a clause is about something else."""
        readings = self.readings
        if readings.any(indexed.unless, clause.first, clause.end):
            return True
        if readings.any(self.index.other_tests, clause.first, clause.end):
            return True
        around = (clause.first, clause.first)
        own = [(each.start, each.end) for each in self._results(indexed, clause, around)]
        return any(
            hit.start >= clause.first
            # `It did not change the pain`: what the result itself names is nothing else.
            and not any(first < hit.start and hit.end <= end for first, end in own)
            for hit in self.hits_in(clause.first, clause.end)
        )


def _may_be_of(scale: Number, capture: Capture | None) -> bool:
    """Whether a number without a unit may be one of a scale."""
    number = capture and capture.number
    return number is not None and scale.low <= number <= scale.high


def nearest(matches: Sequence[Match[Kind]]) -> Match[Kind] | None:
    """Choose what begins first; of several the longest."""
    return min(matches, key=lambda each: (each.start, -each.end), default=None)
