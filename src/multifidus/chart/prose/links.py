"""
Which words of a document belong together: a name and the result that stands beside it.

A result belongs to the nearest name of its kind in the same clause, unless the name of another test
stands between, or the words are of something else. Whatever is looked for around a name is looked
for near it, so that the time grows with the length of the text alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from multifidus.chart.prose.capture import int_of, read_day, read_number
from multifidus.chart.prose.forms import LEAD
from multifidus.chart.prose.hits import (
    FARTHEST_AFTER,
    FARTHEST_BEFORE,
    WIDEST_PHRASE,
    Hits,
    outermost,
)
from multifidus.chart.prose.series import MOST_ROWS, ends_in_numbers, labels_before, row_of
from multifidus.core.element import Number
from multifidus.core.wording import Takes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from multifidus.chart.prose.capture import Capture
    from multifidus.chart.prose.clauses import Clause
    from multifidus.chart.prose.index import Indexed, Kind
    from multifidus.chart.prose.phrases import Match
    from multifidus.core.element import AnswerType
    from multifidus.core.quantity import DateRange

FOR, WHOSE = "for", (["his"], ["her"], ["my"], ["their"])
LONGEST_PURPOSE = 8
AFTER_HER = frozenset(
    (
        "and",
        "at",
        "any",
        "anymore",
        "as",
        "but",
        "either",
        "except",
        "in",
        "now",
        "or",
        "so",
        "then",
    )
)
"""What follows `her` where nothing of hers follows."""
"""So many words tell what a treatment is for."""
APART = 3
"""So many words between a name and a result make it the result of a test right behind it."""
MOST_JOINING = 8
"""So many words may stand between two readings of one scale."""
_COLUMNS = re.compile(r" {2,}|\t")
_AND = frozenset(("and", "&", "+", "/", "or"))


class Link(NamedTuple):
    """A name and the result that belongs to it."""

    clause: Clause
    name: Match[Kind]
    result: Match[Kind] | None
    day: DateRange | None = None
    """The day that a table gives for it; None where the words around it are to be asked."""


class Links(Hits):
    """The names and results of one document."""

    def links(self, hit: Match[Kind]) -> Iterator[Link]:
        """Give what a hit says: an answer by itself, or a name with each of its results."""
        indexed = self.index.elements[hit.meaning.element]
        clause = self.setting.clause(hit.start)
        if not self._fits(indexed, clause, hit.start):
            return
        if not hit.meaning.is_name:
            if not (
                self._is_left_open(hit, clause)
                or self._is_a_label(hit, clause)
                or self._is_a_title(hit, clause)
            ):
                yield Link(clause, hit, self._outdone_by(indexed, clause, hit))
            return
        link = None if self._is_a_label(hit, clause) else self._linked(indexed, clause, hit)
        if link is not None:
            yield link
            for each in self._series(indexed, link):
                yield Link(link.clause, each, None)
            yield from self._rows_below(indexed, link)

    def is_for_something_else(self, answer: Match[Kind]) -> bool:
        """Whether an answer goes on with what it is for, if not the back: `for her gout`."""
        words = self.words.words
        at = answer.end - (words[answer.end - 1] == FOR)
        if words[at : at + 1] != [FOR] or words[at + 1 : at + 2] not in WHOSE:
            return False
        if not self.index.lexicon.context.purposes:
            return False
        if words[at + 1] == "her" and not _is_whose(words[at + 2 : at + 3]):
            return False  # `it did nothing for her.`
        named = self.readings.all(self.index.purposes, at + 2, at + 2 + LONGEST_PURPOSE)
        return all(each.start > at + 2 for each in named)

    # Results

    def _linked(self, indexed: Indexed, clause: Clause, name: Match[Kind]) -> Link | None:
        results = [
            each
            for each in self._results(indexed, clause, (name.start, name.end))
            if (each.end <= name.start or each.start >= name.end) and not self._is_in_a_name(each)
        ]
        chosen = self._choose(name, results)
        if chosen is not None:
            behind = chosen if chosen.start > name.start else name._replace(meaning=chosen.meaning)
            return Link(clause, name, self._outdone_by(indexed, clause, behind) or chosen)
        if results and not indexed.wording.reaches_next:
            return None
        if indexed.wording.reaches_next:
            following = self.setting.next_clause(clause)
            if following is not None and not self._is_crowded(following, indexed):
                start = (following.first, following.first)
                first = _nearest(list(self._results(indexed, following, start)))
                if first is not None and first.start - following.first <= FARTHEST_AFTER:
                    return Link(clause, name, first)
        # A name without a result says something only if it is planned.
        return Link(clause, name, None)

    def _outdone_by(
        self, indexed: Indexed, clause: Clause, answer: Match[Kind]
    ) -> Match[Kind] | None:
        """Find the answer behind one to which it gives way: `helped her mood, pain no better`."""
        option = indexed.wording.yields.get(answer.meaning.option)
        if option is None:
            return None
        results = [
            each
            for each in self._results(indexed, clause, (answer.end, answer.end))
            if each.meaning.option == option and 0 <= each.start - answer.end <= FARTHEST_AFTER
        ]
        found = _nearest(results)
        if found is None or any(
            # What is told of another time is another answer.
            read_day(self.words, at, clause.end) is not None
            for at in range(answer.end, found.start)
        ):
            return None
        if any(
            answer.end <= each.start < found.end
            for each in self.hits_in(answer.end, found.end)
            if not (found.start <= each.start and each.end <= found.end)
            # Another treatment has its own answers, the pain has none.
            and self.index.elements[each.meaning.element].wording.past_counts
        ):
            return None
        return found

    def _is_of_the_next_test(self, name: Match[Kind], result: Match[Kind]) -> bool:
        """Whether a result is of a test behind it: `PIT not done because of a positive SLR`."""
        if result.start - name.end < APART or result.end - result.start > 1:
            return False
        tests = self.readings.all(self.index.other_tests, result.end, result.end + WIDEST_PHRASE)
        return next((each.start == result.end for each in tests), False) and (
            self.words.gap(result.end - 1) == " "
        )

    def _is_in_a_name(self, result: Match[Kind]) -> bool:
        """Whether a result lies in a name, as that of the next column: `PHQ-9`."""
        return any(
            hit.meaning.is_name and hit.start < result.start and result.end <= hit.end
            for hit in self.hits_in(result.start, result.end)
        )

    def _choose(self, name: Match[Kind], results: Sequence[Match[Kind]]) -> Match[Kind] | None:
        after = _nearest(
            [
                each
                for each in results
                if each.start >= name.end
                and each.start - name.end <= FARTHEST_AFTER
                and not self._is_stopped(name, name.end, each.start)
            ]
        )
        before = _nearest_before(
            [
                each
                for each in results
                if each.end <= name.start
                and name.start - each.end <= FARTHEST_BEFORE
                and not self._has_comma(each.end, name.start)
                and not self._is_stopped(name, each.end, name.start)
                and not self._numbers_an_item(each)
            ]
        )
        if after and self._is_of_the_next_test(name, after):
            after = None
        after = after and _extended(after, results)
        if after is not None and before is not None and self._is_across_a_gap(before, name):
            return after
        if after is None or before is None:
            return after or before
        if before.end == name.start and after.start > name.end + 1:
            return before  # `10 MME/day (tramadol 50 mg)`
        if after.meaning == before.meaning:
            return after
        if self._has_comma(name.end, after.start):
            return before
        if self._is_of_another(name, before.start - 1):
            return after
        if self._is_of_another(name, after.end):
            return before
        # "positive PIT negative": nothing tells which of the two it is.
        return after if before.end < name.start - 1 else None

    def _is_across_a_gap(self, before: Match[Kind], name: Match[Kind]) -> bool:
        """Whether what stands before a name is of the column before it: `7 cm   ODI 50%`."""
        return self.setting.layout.has_gap(before.end, name.start + 1)

    def _numbers_an_item(self, result: Match[Kind]) -> bool:
        """Whether a number only counts the items of a list: `(3) repeat PHQ-9`, `4 Oswestry`."""
        words, capture = self.words, result.capture
        if capture is None or capture.takes is not Takes.NUMBER or capture.end != result.end:
            return False
        first = result.start
        if words.words[first - 1 : first] == ["("]:
            return words.words[result.end : result.end + 1] == [")"]
        firsts, number = self.setting.layout.firsts, int_of(words.words[first])
        at = bisect_left(firsts, first)
        if number < 0 or firsts[at : at + 1] != [first]:
            return False
        beside = [*firsts[max(at - 1, 0) : at], *firsts[at + 1 : at + 2]]
        return any(abs(int_of(words.words[each]) - number) == 1 for each in beside)

    def _series(self, indexed: Indexed, link: Link) -> Iterator[Match[Kind]]:
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
                and self._is_of_another(link.name, each.end)
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

    def _rows_below(self, indexed: Indexed, link: Link) -> Iterator[Link]:
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
            if following is None or self._is_crowded(following, indexed):
                return
            row, start = following, (following.first, following.first)
            found = _nearest(list(self._results(indexed, row, start)))
            if found is None or labels_before(self.words, row.first, found.start) != labels:
                return
            yield Link(row, found, None)
            for each in self._series(indexed, Link(row, link.name, found)):
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

    def _has_comma(self, first: int, end: int) -> bool:
        return "," in self.words.words[first:end]

    def _is_of_another(self, name: Match[Kind], place: int) -> bool:
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

    def _is_stopped(self, name: Match[Kind], first: int, end: int) -> bool:
        """Whether the name of another test stands between."""
        if self.readings.any(self.index.other_tests, first, end):
            return True
        mine = self._kind(name.meaning.element)
        return any(
            hit.start >= first and self._is_about(hit)
            for hit in self.hits_in(first, end)
            if hit.meaning.element != name.meaning.element
            and hit.meaning.is_name
            and (hit.end <= name.start or name.end <= hit.start)
            and self._kind(hit.meaning.element) == mine
            and not self._is_coordinated(name, hit)
        )

    def _is_coordinated(self, name: Match[Kind], other: Match[Kind]) -> bool:
        """Whether two names share a result: `PIT and MLT positive`."""
        return other.start - name.end == 1 and self.words.words[name.end] in _AND

    def _kind(self, name: str) -> type[AnswerType] | None:
        """Tell what stands beside an element's name: words, or a number, or a time."""
        indexed = self.index.elements[name]
        return None if indexed.wording.says else type(indexed.element.answer)

    def _is_about(self, hit: Match[Kind]) -> bool:
        """Whether a name is about its element where it stands."""
        indexed = self.index.elements[hit.meaning.element]
        return self._fits(indexed, self.setting.clause(hit.start), hit.start)

    def _is_crowded(self, clause: Clause, indexed: Indexed) -> bool:
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

    def results_near(
        self, name: str, indexed: Indexed, clause: Clause, first: int, end: int
    ) -> Sequence[Match[Kind]]:
        """Give the results of a clause that stand near some words of it."""
        if (name, clause) not in self.near:
            self.near[name, clause] = list(outermost(self._results(indexed, clause)))
        results = self.near[name, clause]
        reach = FARTHEST_AFTER + WIDEST_PHRASE
        low = bisect_left(results, first - reach, key=lambda each: each.start)
        high = bisect_left(results, end + reach, key=lambda each: each.start)
        return results[low:high]


def _is_whose(following: Sequence[str]) -> bool:
    """Whether something of somebody's follows: `for her gout`, not `for her and`."""
    return bool(following) and following[0].isalpha() and following[0] not in AFTER_HER


def _extended(match: Match[Kind], others: Iterable[Match[Kind]]) -> Match[Kind]:
    """Take in what goes on to say the same: `brought no` and `no lasting improvement`."""
    for each in sorted(others, key=lambda one: one.start):
        goes_on = match.start <= each.start <= match.end < each.end
        # Two numbers are two readings.
        if goes_on and each.meaning == match.meaning and each.capture is None:
            match = match._replace(end=each.end)
    return match


def _may_be_of(scale: Number, capture: Capture | None) -> bool:
    """Whether a number without a unit may be one of a scale."""
    number = capture and capture.number
    return number is not None and scale.low <= number <= scale.high


def _nearest(matches: Sequence[Match[Kind]]) -> Match[Kind] | None:
    return min(matches, key=lambda each: (each.start, -each.end), default=None)


def _nearest_before(matches: Sequence[Match[Kind]]) -> Match[Kind] | None:
    return max(matches, key=lambda each: (each.end, each.end - each.start), default=None)
