"""
Which phrases of a document count as names and results of elements, and which are something else.

A phrase does not count across the end of a sentence, inside of a code, in the words of something
else, where its sentence is of another part of the body, or beside a box that nobody has ticked; a
number does not if it is that of a day or of a printed scale.
"""

from __future__ import annotations

import sys
from bisect import bisect_left, bisect_right
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from multifidus.chart.prose.capture import UNIT_WORDS, int_of, read_day
from multifidus.chart.prose.context import Setting
from multifidus.chart.prose.forms import LEAD, NO, UNSAID, YES
from multifidus.chart.prose.region import Region
from multifidus.chart.prose.triggers import Sign
from multifidus.chart.prose.words import Words
from multifidus.core.element import Number, YesNo
from multifidus.core.wording import Takes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from multifidus.chart.document import Document
    from multifidus.chart.prose.clauses import Clause
    from multifidus.chart.prose.index import Index, Indexed, Kind
    from multifidus.chart.prose.phrases import Match, Readings
    from multifidus.core.quantity import DateRange

FARTHEST_AFTER = 14
"""So many words may stand between a name and a result after it."""
FARTHEST_BEFORE = 6
"""So many words may stand between a result and a name after it."""
MOST_WORDS = sys.maxsize
"""So many words no title has."""
HEAD = 60
"""So many words are the head of a document, which tells what kind it is."""
WIDEST_PHRASE = 32
"""So many words a phrase takes at most, with its gaps."""
FARTHEST_BOX = 6
"""So many words may stand between a finding of a form and its box."""
OPEN = frozenset(("[", "("))
ENDS_ITEM = frozenset((",", ";", ".", YES, NO))
DASHES = frozenset(("-", "\u2013"))
ON = "on"
MOST_MONTHS, MOST_DAYS = 12, 31
TIMES = frozenset(UNIT_WORDS) | frozenset(
    ("d", "h", "min", "mins", "minute", "minutes", "hr", "hrs", "hour", "hours")
)
"""What a number counts that is no score."""
BEFORE_TIMES, BETWEEN_TIMES = frozenset(("at", "in", "every")), frozenset((",", "and", "&", "or"))
MOST_TIMES = 8
"""So many words a row of times has at most: `at 6, 12 and 24 months`."""
AFTER_A_SIGN = frozenset((",", ";", ".", ")", "|", "/", "today", "now", "bilat", "bilaterally"))
"""What may stand after a dash that is a result: `PIT -, MLT +`."""


class Link(NamedTuple):
    """A name and the result that belongs to it."""

    clause: Clause
    name: Match[Kind]
    result: Match[Kind] | None
    day: DateRange | None = None
    """The day that a table gives for it; None where the words around it are to be asked."""


class Hits:
    """The phrases of one document that count."""

    def __init__(self, index: Index, document: Document) -> None:
        """Take a document apart and find the phrases in it."""
        self.index = index
        self.document = document
        self.words = Words(document.text)
        self.readings = index.book.read(self.words)
        self.setting = Setting(index.triggers, self.words, self.readings)
        self.near: dict[tuple[str, Clause], Sequence[Match[Kind]]] = {}
        general = self.title.longest(index.triggers.general, 0, MOST_WORDS)
        self.setting.is_general = any(each.meaning is not Sign.NONE for each in general)
        self.hits: Sequence[Match[Kind]] = list(outermost(self._hits()))
        self.hit_starts = [each.start for each in self.hits]
        findings = (each for each in self.hits if not each.meaning.is_name)
        self.setting.findings = sorted(((each.start, each.end) for each in findings), key=_by_end)

    @cached_property
    def title(self) -> Readings:
        """The phrases in its title."""
        return self.index.book.read(Words(self.document.title))

    @cached_property
    def region(self) -> Region:
        """The parts of the body that it names over its parts."""
        return Region(
            self.index,
            words=self.words,
            readings=self.readings,
            title=self.title,
            size=MOST_WORDS,
        )

    @cached_property
    def paragraphs(self) -> Sequence[int]:
        """The first words of its paragraphs."""
        gaps, firsts = self.words.gaps, self.setting.layout.firsts
        return [0, *(at for at in firsts if at > 0 and gaps[at - 1].count("\n") > 1)]

    def _hits(self) -> Iterator[Match[Kind]]:
        for hit in self.readings.all(self.index.targets, 0, len(self.words)):
            indexed = self.index.elements[hit.meaning.element]
            if (
                self._is_whole(hit)
                and not self._is_hidden(indexed, hit)
                and not self._is_of_a_scale(hit)
                and not self._is_another_reading(hit)
            ):
                yield hit

    def _is_another_reading(self, hit: Match[Kind]) -> bool:
        """Whether the number that leads to a name is that of a name before it: `NRS 8/10 VAS`."""
        first = hit.start
        if hit.meaning.is_name or hit.capture is None or hit.capture.start != first or not first:
            return False
        if hit.capture.takes is not Takes.NUMBER or "\n" in self.words.gap(first - 1):
            return False
        before = self.readings.all(self.index.targets, max(0, first - WIDEST_PHRASE), first)
        return self.words.words[first - 1].isdecimal() or any(
            each.end == first
            and each.meaning.is_name
            and each.meaning.element != hit.meaning.element
            and isinstance(self.index.elements[each.meaning.element].element.answer, Number)
            for each in before
        )

    def hits_in(self, first: int, end: int) -> Iterator[Match[Kind]]:
        """Give the hits that may touch the words from `first` up to `end`."""
        low = bisect_left(self.hit_starts, first - WIDEST_PHRASE)
        high = bisect_left(self.hit_starts, end)
        return (each for each in self.hits[low:high] if each.end > first)

    def _is_whole(self, match: Match[Kind]) -> bool:
        """Whether a phrase was laid neither across the end of a sentence nor into a code."""
        return match.end <= self.setting.clause(
            match.start
        ).end and not self.words.is_within_a_code(match.start)

    def _is_hidden(self, indexed: Indexed, match: Match[Kind]) -> bool:
        """Whether a match lies in words of something else: `cervical radiculopathy`."""
        first, end = max(0, match.end - WIDEST_PHRASE), match.start + WIDEST_PHRASE
        return any(
            each.start <= match.start
            and match.end <= each.end <= self.setting.clause(each.start).end
            for each in self.readings.all(indexed.but_not, first, end)
        )

    def _results(
        self, indexed: Indexed, clause: Clause, around: tuple[int, int] | None = None
    ) -> Iterator[Match[Kind]]:
        """Find what a clause says, near some words of it, that may be a result of the element."""
        first, end = clause
        if around is not None:
            first = max(first, around[0] - FARTHEST_BEFORE - WIDEST_PHRASE)
            end = min(end, around[1] + FARTHEST_AFTER + WIDEST_PHRASE)
        for each in self.readings.all(indexed.results, first, end):
            if not (
                self._is_hidden(indexed, each)
                or self._leads_on(each)
                or self._is_day(each, clause)
                or self._is_count_of_time(each)
                or self._is_number_of_an_item(each)
                or self._is_of_a_scale(each)
            ):
                yield each

    def _is_day(self, result: Match[Kind], clause: Clause) -> bool:
        """Whether the number of a result is that of a day: `PHQ-9 (3/2026)`."""
        capture = result.capture
        if capture is None or capture.takes is not Takes.NUMBER:
            return False
        return (
            self._is_of_a_fraction(result, capture.start)
            or self._is_second_of_a_fraction(result, capture.start)
            or self._is_day_and_month(result, capture.start)
            or read_day(self.words, capture.start, clause.end) is not None
        )

    def _is_of_a_fraction(self, result: Match[Kind], place: int) -> bool:
        """Whether a slash and more digits follow that the result leaves out: `on 5/29`."""
        words = self.words
        if result.end != place + 1 or place + 2 >= len(words) or words.words[place + 1] != "/":
            return False
        return not words.gap(place) and words.words[place + 2][0].isdecimal()

    def _is_second_of_a_fraction(self, result: Match[Kind], place: int) -> bool:
        """Whether digits and a slash stand before it that the result leaves out: the 24 of 2/24."""
        words = self.words
        if result.start != place or place < len("2/") or words.words[place - 1] != "/":
            return False
        is_joined = not words.gap(place - 1) and not words.gap(place - 2)
        return is_joined and words.words[place - 2].isdecimal()

    def _is_day_and_month(self, result: Match[Kind], place: int) -> bool:
        """Whether it is one of a day without a year: `8 on 2/27`."""
        words = self.words.words
        if words[max(place - 1, 0)] != ON or words[place + 1 : place + 2] != ["/"]:
            return False
        month, day = int_of(words[place]), int_of(words[place + 2]) if place + 2 < result.end else 0
        return 0 < month <= MOST_MONTHS and 0 < day <= MOST_DAYS

    def _is_count_of_time(self, result: Match[Kind]) -> bool:
        """Whether a number counts days or minutes: `PHQ-9 6 weeks ago`, `review, 25 min`."""
        capture = result.capture
        if capture is None or capture.takes is not Takes.NUMBER or capture.end != result.end:
            return False
        following = self.words.words[capture.end : capture.end + 1]
        if self.words.gap(capture.end - 1) and following and len(following[0]) == 1:
            return False
        if following and following[0] in TIMES:
            return True
        # `ODI at 6 and 12 months`
        words, at = self.words.words, capture.end
        if words[max(capture.start - 1, 0)] not in BEFORE_TIMES:
            return False
        last = min(at + MOST_TIMES, len(words))
        while at < last and (words[at] in BETWEEN_TIMES or words[at].isdecimal()):
            at += 1
        return at > capture.end and at < len(words) and words[at] in TIMES

    def _is_number_of_an_item(self, result: Match[Kind]) -> bool:
        """Whether it stands before a parenthesis that closes none: `4) PHQ-9, 5) a letter`."""
        capture, words = result.capture, self.words.words
        if capture is None or capture.takes is not Takes.NUMBER or capture.end != result.end:
            return False
        if words[result.end : result.end + 1] != [")"]:
            return False
        rounds = self.setting.rounds
        at = bisect_left(rounds, result.end)
        return rounds[at : at + 1] != [result.end]

    def _is_of_a_scale(self, result: Match[Kind]) -> bool:
        """Whether a number is one of a printed scale: `0 1 2 3 4 5`."""
        capture, words = result.capture, self.words.words
        if capture is None or capture.takes is not Takes.NUMBER:
            return False
        first = capture.start
        if self._is_of_a_legend(capture.end):
            return True
        around = words[max(first - 2, 0) : first], words[first + 1 : first + 3]
        return any(
            len(near) == len(steps)
            and words[first].isdecimal()
            and all(
                each.isdecimal() and int(each) - int(words[first]) == step
                for each, step in zip(near, steps, strict=True)
            )
            for near, steps in zip(around, ((-2, -1), (1, 2)), strict=True)
        )

    def _is_of_a_legend(self, end: int) -> bool:
        """Whether a number in parentheses is explained: `(0 = not at all)`."""
        words = self.words.words
        first = end - 1
        return first > 0 and words[first - 1] == "(" and words[end : end + 1] == ["="]

    def _leads_on(self, result: Match[Kind]) -> bool:
        """Whether a dash is a bullet, or leads on to words: `PIT - deferred`; `PIT -` is none."""
        if result.end - result.start > 1 or self.words.words[result.start] not in DASHES:
            return False
        if result.end >= len(self.words) or "\n" in self.words.gap(result.start):
            return False
        is_sign = not self.words.gap(result.start) and self._begins_word(result.start)
        return not is_sign and self.words.words[result.end] not in AFTER_A_SIGN

    def _begins_word(self, place: int) -> bool:
        """Whether a sign stands right before a word, and not between two: `-PIT`."""
        return self.words.words[place + 1].isalpha() and (
            place == 0 or bool(self.words.gap(place - 1))
        )

    def _is_a_label(self, hit: Match[Kind], clause: Clause) -> bool:
        """Whether the answer stands behind a colon: `Prior back surgery: no lumbar surgery`."""
        indexed = self.index.elements[hit.meaning.element]
        is_asked = isinstance(indexed.element.answer, YesNo) or bool(indexed.wording.bare)
        if not is_asked or hit.end >= clause.end:
            return False
        # `Prior nerve burning      YES   "they burned the nerves last May"`
        is_ticked = self.words.words[hit.end] == YES and self.setting.layout.has_gap(
            hit.end, hit.end + 1
        )
        if is_ticked:
            return any(
                each.meaning.element == hit.meaning.element and each.start > hit.end
                for each in self.hits_in(hit.end, min(clause.end, hit.end + FARTHEST_AFTER))
            )
        if self.words.words[hit.end] != LEAD:
            return False
        return any(
            each.meaning.element == hit.meaning.element
            and each.start > hit.end
            and not self.setting.layout.has_gap(hit.end, each.start + 1)
            for each in self.hits_in(hit.end, min(clause.end, hit.end + FARTHEST_AFTER))
        )

    def _is_a_title(self, hit: Match[Kind], clause: Clause) -> bool:
        """Whether the words of a finding only name what follows: `scoliosis films`."""
        answer = self.index.elements[hit.meaning.element].element.answer
        if not isinstance(answer, YesNo) or hit.end >= clause.end:
            return False
        if len(self.words.gap(hit.end - 1)) != 1:
            return False
        end = min(clause.end, hit.end + WIDEST_PHRASE)
        following = self.readings.all(self.index.titles, hit.end, end)
        return next((each.start == hit.end for each in following), False)

    def _is_left_open(self, hit: Match[Kind], clause: Clause) -> bool:
        """Whether boxes stand beside a finding of a form, and nobody has ticked one."""
        words, is_box = self.words.words, self.setting.is_box
        last = min(hit.end + FARTHEST_BOX, clause.end)
        at = next((each for each in range(hit.end, last) if words[each] == UNSAID), last)
        if at >= last or any(words[each] in ENDS_ITEM for each in range(hit.end, at)):
            return False
        return not (
            self._has_its_box(hit, clause)
            or any(is_box(each) for each in range(hit.end, clause.end))
        )

    def _has_its_box(self, hit: Match[Kind], clause: Clause) -> bool:
        """Whether a ticked box stands before a finding, or in its words: `[x] Pump [ ] ICD`."""
        words, is_box = self.words, self.setting.is_box
        first = max(hit.start - FARTHEST_BOX, clause.first)
        box = next((at for at in range(hit.end - 1, first - 1, -1) if is_box(at)), None)
        if box is None or UNSAID in words.words[box : hit.end]:
            return False
        last = box if words.words[box] not in OPEN else box + 2
        # `Back > leg [x]  Leg > back [ ]`: that box is of what stands before it.
        return last >= hit.start or len(words.gap(last)) <= 1

    def _fits(self, indexed: Indexed, clause: Clause, place: int) -> bool:
        """Whether the sentence is about what the element is about."""
        readings = self.readings
        if readings.any(indexed.unless, clause.first, clause.end):
            return False
        if indexed.wording.regional and self.region.is_elsewhere(clause):
            return False
        if not indexed.wording.needs or readings.any(indexed.needs, clause.first, clause.end):
            return True
        heading = self.setting.heading(place)
        return (
            readings.any(indexed.needs, self._paragraph(clause.first), clause.first)
            or (heading is not None and readings.any(indexed.needs, heading.first, heading.end))
            or readings.any(indexed.needs, 0, min(HEAD, len(self.words)))
            or self.title.any(indexed.needs, 0, MOST_WORDS)
        )

    def _paragraph(self, place: int) -> int:
        """Give the first word of the paragraph in which a word stands, or one not too far back."""
        at = bisect_right(self.paragraphs, place) - 1
        return max(self.paragraphs[at], place - HEAD)


def _by_end(place: tuple[int, int]) -> int:
    return place[1]


def outermost(matches: Iterable[Match[Kind]]) -> Iterator[Match[Kind]]:
    """
    Leave out what lies inside another match of the same element.

    Of two that overlap and say different things the first counts: `not cleared by cardiology`.
    """
    by_element: dict[str, list[Match[Kind]]] = defaultdict(list)
    for match in sorted(matches, key=lambda each: (each.start, -each.end)):
        mine = by_element[match.meaning.element]
        if mine and match.start < mine[-1].end and match.meaning != mine[-1].meaning:
            continue
        if not mine or match.end > mine[-1].end:
            mine.append(match)
            yield match
