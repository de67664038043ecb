"""
Which words of a document belong together: a name and the result that stands beside it.

A result belongs to the nearest name of its kind in the same clause, unless the name of another test
stands between, or the words are of something else. Whatever is looked for around a name is looked
for near it, so that the time grows with the length of the text alone.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from multifidus.chart.capture import read_day
from multifidus.chart.context import Setting
from multifidus.chart.forms import LEAD, NO, UNSAID, YES
from multifidus.chart.region import Region
from multifidus.chart.words import Words
from multifidus.core.element import Number, YesNo
from multifidus.core.wording import Takes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from multifidus.chart.clauses import Clause
    from multifidus.chart.document import Document
    from multifidus.chart.index import Index, Indexed, Kind
    from multifidus.chart.phrases import Match, Readings
    from multifidus.core.element import AnswerType

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
AFTER_A_SIGN = frozenset((",", ";", ".", ")", "|", "/", "today", "now", "bilat", "bilaterally"))
"""What may stand after a dash that is a result: `PIT -, MLT +`."""
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


class Links:
    """The names and results of one document."""

    def __init__(self, index: Index, document: Document) -> None:
        """Take a document apart and find the phrases in it."""
        self.index = index
        self.document = document
        self.words = Words(document.text)
        self.readings = index.book.read(self.words)
        self.setting = Setting(index.triggers, self.words, self.readings)
        self.near: dict[tuple[str, Clause], Sequence[Match[Kind]]] = {}
        self.setting.is_general = self.title.any(index.triggers.general, 0, MOST_WORDS)
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
            ):
                yield hit

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
            or read_day(self.words, capture.start, clause.end) is not None
        )

    def _is_of_a_fraction(self, result: Match[Kind], place: int) -> bool:
        """Whether a slash and more digits follow that the result leaves out: `on 5/29`."""
        words = self.words
        if result.end != place + 1 or place + 2 >= len(words) or words.words[place + 1] != "/":
            return False
        return not words.gap(place) and words.words[place + 2][0].isdecimal()

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
                yield Link(clause, hit, None)
            return
        link = self._linked(indexed, clause, hit)
        if link is not None:
            yield link
            for each in self._series(indexed, link):
                yield Link(link.clause, each, None)

    def _is_a_label(self, hit: Match[Kind], clause: Clause) -> bool:
        """Whether the answer stands behind a colon: `Prior back surgery: no lumbar surgery`."""
        answer = self.index.elements[hit.meaning.element].element.answer
        if not isinstance(answer, YesNo) or hit.end >= clause.end:
            return False
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
            return Link(clause, name, chosen)
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

    def _is_of_the_next_test(self, name: Match[Kind], result: Match[Kind]) -> bool:
        """Whether a result is of a test behind it: `PIT not done because of a positive SLR`."""
        if result.start - name.end < APART or result.end - result.start > 1:
            return False
        tests = self.readings.all(self.index.other_tests, result.end, result.end + WIDEST_PHRASE)
        return next((each.start == result.end for each in tests), False) and (
            self.words.gap(result.end - 1) == " "
        )

    def _is_in_a_name(self, result: Match[Kind]) -> bool:
        """Whether a result lies in a name of its element, as that of the next column: `PHQ-9`."""
        return any(
            hit.meaning.is_name
            and hit.meaning.element == result.meaning.element
            and hit.start < result.start
            and result.end <= hit.end
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
            ]
        )
        if after and self._is_of_the_next_test(name, after):
            after = None
        after = after and _extended(after, results)
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

    def _series(self, indexed: Indexed, link: Link) -> Iterator[Match[Kind]]:
        """Find the further readings of a scale: `48 % at the start, 30 % now`."""
        if link.result is None or not isinstance(indexed.element.answer, Number):
            return
        place = max(link.name.end, link.result.end)
        near = self._results(indexed, link.clause, (place, place))
        for each in sorted(outermost(near), key=lambda one: one.start):
            if each.start < place:
                continue
            if not self._is_joined(place, each.start):
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
            at = max(joined, day.end if day else 0)
            if at == 0:
                return False
        return True

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


def _extended(match: Match[Kind], others: Iterable[Match[Kind]]) -> Match[Kind]:
    """Take in what goes on to say the same: `brought no` and `no lasting improvement`."""
    for each in sorted(others, key=lambda one: one.start):
        goes_on = match.start <= each.start <= match.end < each.end
        # Two numbers are two readings.
        if goes_on and each.meaning == match.meaning and each.capture is None:
            match = match._replace(end=each.end)
    return match


def _nearest(matches: Sequence[Match[Kind]]) -> Match[Kind] | None:
    return min(matches, key=lambda each: (each.start, -each.end), default=None)


def _nearest_before(matches: Sequence[Match[Kind]]) -> Match[Kind] | None:
    return max(matches, key=lambda each: (each.end, each.end - each.start), default=None)
