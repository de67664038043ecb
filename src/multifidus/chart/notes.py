"""
A document's text → mentions of data elements → statements with the words they rest on.

A mention is a phrase of the lexicon together with how the document means it (`chart.context`), what
it says, and when. Only what is present, and what a negation surely means, becomes a statement;
what is possible, planned, past or somebody else's is told to a person and counts for nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from multifidus.chart.context import BOXES, Clause, Setting, Stretch, Triggers
from multifidus.chart.statement import Statement
from multifidus.chart.value import in_range, stated
from multifidus.chart.words import (
    SEVERAL,
    UNSAID,
    Capture,
    Match,
    Phrasebook,
    Words,
    is_range,
    read_day,
)
from multifidus.core.case import Basis, Quote
from multifidus.core.element import Choice, Number, Time, YesNo
from multifidus.core.quantity import Span
from multifidus.core.wording import Assertion, Takes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from multifidus.chart.document import Document
    from multifidus.chart.words import Group
    from multifidus.core.element import AnswerType, DataElement, Dictionary
    from multifidus.core.quantity import DateRange, Value
    from multifidus.core.wording import Lexicon, Phrase, Wording

FARTHEST_AFTER = 14
"""So many words may stand between a name and a result after it."""
FARTHEST_BEFORE = 6
"""So many words may stand between a result and a name after it."""
AGE_UNIT = "years"
"""The unit of a number that is a time by its phrase: `52 y/o`."""
HEAD = 60
"""So many words are the head of a document, which tells what kind it is."""
WIDEST_PHRASE = 32
"""So many words a phrase takes at most, with its gaps."""
DASHES = frozenset(("-", "\u2013"))
AFTER_A_SIGN = frozenset((",", ";", ".", ")", "|", "/", "today", "now", "bilat", "bilaterally"))
"""What may stand after a dash that is a result: `PIT -, MLT +`."""
LONG_AGO_DAYS = 183
NO_DAY = "the document has no day from which the time could be counted"
NEAREST = 2
"""So few words between a level or a grade and a finding make it the finding's own."""
IN_A_ROW = 3
"""So few words stand between the levels of one list."""
MOST_JOINING = 8
"""So many words may stand between two readings of one scale."""
_COLUMNS = re.compile(r" {2,}|\t")
_AND = frozenset(("and", "&", "+", "/", "or"))
HALF = "half "
"""Before a unit: what is written is half of what is meant, as `22 / 50` of an index to 100."""
IS_RANGE = "it is a range, not one number"


class Mention(NamedTuple):
    """What a document says of an element, and how it means it; spans are offsets into its text."""

    element: str
    start: int
    end: int
    assertion: Assertion
    value: Value | None = None
    since: DateRange | None = None
    date: DateRange | None = None
    """The day that the words themselves give; None where only the document has one."""
    problem: str = ""
    """Why there is no value, though the mention is about the patient."""

    @property
    def counts(self) -> bool:
        """Whether it makes a statement of the patient."""
        says = self.value is not None or self.since is not None or bool(self.problem)
        return says and self.assertion in (Assertion.PRESENT, Assertion.NEGATED)


class _Kind(NamedTuple):
    """What a phrase of a wording is: a name, an answer by itself, or a result."""

    element: str
    option: str = ""
    problem: str = ""

    @property
    def is_name(self) -> bool:
        return not self.option and not self.problem


@dataclass(slots=True)
class _Indexed:
    """One element's wording, indexed."""

    element: DataElement
    wording: Wording
    results: Group[_Kind]
    needs: Group[None]
    unless: Group[None]
    but_not: Group[None]


class Reader:
    """A lexicon indexed for reading documents; made once, used for many."""

    def __init__(self, dictionary: Dictionary, lexicon: Lexicon) -> None:
        """Index every phrase of every element."""
        self.lexicon = lexicon
        book = self.book = Phrasebook()
        self.triggers = Triggers(book, lexicon.context)
        self.elements = {
            name: _indexed(book, dictionary.elements[name], wording)
            for name, wording in lexicon.elements.items()
        }
        self.targets = book.group(
            [each for name, wording in lexicon.elements.items() for each in _targets(name, wording)]
        )
        self.other_tests = book.group([(each, None) for each in lexicon.context.other_tests])
        self.bounds = book.group([(each, None) for each in lexicon.context.bounds])
        self.joins = book.group([(each, None) for each in lexicon.context.joins])

    def mentions(self, document: Document) -> list[Mention]:
        """Find what a document says of the elements, in the order of the text."""
        return _Reading(self, document).mentions()

    def statements(self, document: Document, mentions: Iterable[Mention]) -> Iterator[Statement]:
        """Give the statements that a document makes of its patient, of what it mentions."""
        for mention in mentions:
            if mention.counts:
                yield self._statement(document, mention)

    def _statement(self, document: Document, mention: Mention) -> Statement:
        passage = document.passage(mention.start)
        boxes = document.boxes(mention.start, mention.end) if document.boxes else ()
        return Statement(
            element=mention.element,
            resource=document.name,
            path=passage.path,
            value=mention.value,
            problem=mention.problem,
            date=mention.date or document.date,
            since=mention.since,
            basis=Basis.TEXT,
            quote=Quote(
                words=document.text[mention.start : mention.end],
                start=mention.start,
                end=mention.end,
                page=passage.page,
                boxes=boxes,
            ),
            confirm=self.lexicon.elements[mention.element].confirm,
        )


def _indexed(book: Phrasebook, element: DataElement, wording: Wording) -> _Indexed:
    name = element.name
    results = [
        (phrase, _Kind(name, option))
        for group in (wording.says, wording.reads)
        for option, phrases in group.items()
        for phrase in phrases
    ]
    results += [
        (phrase, _Kind(name, problem=problem))
        for problem, phrases in wording.unclear.items()
        for phrase in phrases
    ]
    return _Indexed(
        element=element,
        wording=wording,
        results=book.group(results),
        needs=book.group([(phrase, None) for phrase in wording.needs]),
        unless=book.group([(phrase, None) for phrase in wording.unless]),
        but_not=book.group([(phrase, None) for phrase in wording.but_not]),
    )


def _targets(name: str, wording: Wording) -> Iterator[tuple[Phrase, _Kind]]:
    yield from ((phrase, _Kind(name)) for phrase in wording.names)
    for option, phrases in wording.alone.items():
        yield from ((phrase, _Kind(name, option)) for phrase in phrases)


_NO_DAY = Capture(0, 0, Takes.DATE)


class _Link(NamedTuple):
    """A name and the result that belongs to it."""

    clause: Clause
    name: Match[_Kind]
    result: Match[_Kind] | None


class _Reading:
    """One document on its way to mentions."""

    def __init__(self, reader: Reader, document: Document) -> None:
        self.reader = reader
        self.document = document
        self.words = Words(document.text)
        self.readings = reader.book.read(self.words)
        self.setting = Setting(reader.triggers, self.words, self.readings)
        self.hits: list[Match[_Kind]] = []
        self.hit_starts: list[int] = []
        self.results: dict[tuple[str, Clause], Sequence[Match[_Kind]]] = {}
        self.days: dict[Clause, Sequence[Capture]] = {}
        title = Words(document.title)
        self.title = reader.book.read(title)
        self.size_of_title = len(title)

    def mentions(self) -> list[Mention]:
        self.hits = list(_outermost(self._hits()))
        self.hit_starts = [each.start for each in self.hits]
        found: list[Mention] = []
        for hit in self.hits:
            found += self._mention(hit)
        beside = [
            mention
            for name, indexed in self.reader.elements.items()
            if indexed.wording.beside is not None
            for mention in self._beside(indexed, name, found)
        ]
        return sorted(_merged([*found, *beside]), key=lambda each: (each.start, each.end))

    def _hits(self) -> Iterator[Match[_Kind]]:
        for hit in self.readings.all(self.reader.targets, 0, len(self.words)):
            indexed = self.reader.elements[hit.meaning.element]
            if self._is_whole(hit) and not self._is_hidden(indexed, hit):
                yield hit

    def _hits_in(self, first: int, end: int) -> Iterator[Match[_Kind]]:
        """Give the hits that may touch the words from `first` up to `end`."""
        low = bisect_left(self.hit_starts, first - WIDEST_PHRASE)
        high = bisect_left(self.hit_starts, end)
        return (each for each in self.hits[low:high] if each.end > first)

    def _is_whole(self, match: Match[_Kind]) -> bool:
        """Whether a phrase was not laid across the end of a sentence."""
        return match.end <= self.setting.clause(match.start).end

    def _is_hidden(self, indexed: _Indexed, match: Match[_Kind]) -> bool:
        """Whether a match lies in words of something else: `cervical radiculopathy`."""
        first, end = max(0, match.end - WIDEST_PHRASE), match.start + WIDEST_PHRASE
        return any(
            each.start <= match.start and match.end <= each.end
            for each in self.readings.all(indexed.but_not, first, end)
        )

    def _results(
        self, indexed: _Indexed, clause: Clause, around: tuple[int, int] | None = None
    ) -> Iterator[Match[_Kind]]:
        """Find what a clause says, near some words of it, that may be a result of the element."""
        first, end = clause
        if around is not None:
            first = max(first, around[0] - FARTHEST_BEFORE - WIDEST_PHRASE)
            end = min(end, around[1] + FARTHEST_AFTER + WIDEST_PHRASE)
        for each in self.readings.all(indexed.results, first, end):
            if not (
                self._is_hidden(indexed, each) or self._leads_on(each) or self._is_day(each, clause)
            ):
                yield each

    def _is_day(self, result: Match[_Kind], clause: Clause) -> bool:
        """Whether the number of a result is that of a day: `PHQ-9 (3/2026)`."""
        capture = result.capture
        if capture is None or capture.takes is not Takes.NUMBER:
            return False
        return read_day(self.words, capture.start, clause.end) is not None

    def _leads_on(self, result: Match[_Kind]) -> bool:
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

    def _mention(self, hit: Match[_Kind]) -> Iterator[Mention]:
        indexed = self.reader.elements[hit.meaning.element]
        clause = self.setting.clause(hit.start)
        if not self._fits(indexed, clause, hit.start):
            return
        if not hit.meaning.is_name:
            if not self._is_left_open(hit, clause):
                yield from self._told(indexed, _Link(clause, hit, None))
            return
        link = self._linked(indexed, clause, hit)
        if link is not None:
            yield from self._told(indexed, link)
            for each in self._series(indexed, link):
                yield from self._told(indexed, _Link(link.clause, each, None))

    def _is_left_open(self, hit: Match[_Kind], clause: Clause) -> bool:
        """Whether boxes stand beside a finding of a form, and nobody has ticked one."""
        words = self.words.words
        at = hit.end
        while at < clause.end and words[at] in (":", "?"):
            at += 1
        if at >= clause.end or words[at] != UNSAID:
            return False
        return not any(words[each] in BOXES for each in range(at, clause.end))

    def _fits(self, indexed: _Indexed, clause: Clause, place: int) -> bool:
        """Whether the sentence is about what the element is about."""
        readings = self.readings
        if readings.any(indexed.unless, clause.first, clause.end):
            return False
        if not indexed.wording.needs or readings.any(indexed.needs, clause.first, clause.end):
            return True
        heading = self.setting.heading(place)
        return (
            readings.any(indexed.needs, self._paragraph(clause.first), clause.first)
            or (heading is not None and readings.any(indexed.needs, heading.first, heading.end))
            or readings.any(indexed.needs, 0, min(HEAD, len(self.words)))
            or self.title.any(indexed.needs, 0, self.size_of_title)
        )

    def _paragraph(self, place: int) -> int:
        """Give the first word of the paragraph in which a word stands, or one not too far back."""
        first = place
        while first > max(0, place - HEAD) and self.words.gap(first - 1).count("\n") <= 1:
            first -= 1
        return first

    # Results

    def _linked(self, indexed: _Indexed, clause: Clause, name: Match[_Kind]) -> _Link | None:
        results = [
            each
            for each in self._results(indexed, clause, (name.start, name.end))
            if each.end <= name.start or each.start >= name.end
        ]
        chosen = self._choose(name, results)
        if chosen is not None:
            return _Link(clause, name, chosen)
        if results and not indexed.wording.reaches_next:
            return None
        if indexed.wording.reaches_next:
            following = self.setting.next_clause(clause)
            if following is not None and not self._is_crowded(following, indexed):
                start = (following.first, following.first)
                first = _nearest(list(self._results(indexed, following, start)))
                if first is not None and first.start - following.first <= FARTHEST_AFTER:
                    return _Link(clause, name, first)
        # A name without a result says something only if it is planned.
        return _Link(clause, name, None)

    def _choose(self, name: Match[_Kind], results: Sequence[Match[_Kind]]) -> Match[_Kind] | None:
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

    def _series(self, indexed: _Indexed, link: _Link) -> Iterator[Match[_Kind]]:
        """Find the further readings of a scale: `48 % at the start, 30 % now`."""
        if link.result is None or not isinstance(indexed.element.answer, Number):
            return
        place = max(link.name.end, link.result.end)
        near = self._results(indexed, link.clause, (place, place))
        for each in sorted(_outermost(near), key=lambda one: one.start):
            if each.start < place:
                continue
            if not self._is_joined(place, each.start):
                return
            yield each
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
            joins = self.readings.all(self.reader.joins, at, end)
            joined = max((each.end for each in joins if each.start == at), default=0)
            at = max(joined, day.end if day else 0)
            if at == 0:
                return False
        return True

    def _has_comma(self, first: int, end: int) -> bool:
        return "," in self.words.words[first:end]

    def _is_of_another(self, name: Match[_Kind], place: int) -> bool:
        """Whether the word at a place belongs to the name of another test."""
        if not 0 <= place < len(self.words):
            return False
        first = max(0, place - WIDEST_PHRASE)
        tests = self.readings.all(self.reader.other_tests, first, place + WIDEST_PHRASE)
        if any(each.start <= place < each.end for each in tests):
            return True
        return any(
            hit.start <= place < hit.end and hit.meaning.element != name.meaning.element
            for hit in self._hits_in(place, place + 1)
        )

    def _is_stopped(self, name: Match[_Kind], first: int, end: int) -> bool:
        """Whether the name of another test stands between."""
        if self.readings.any(self.reader.other_tests, first, end):
            return True
        mine = self._kind(name.meaning.element)
        return any(
            hit.start >= first and self._is_about(hit)
            for hit in self._hits_in(first, end)
            if hit.meaning.element != name.meaning.element
            and hit.meaning.is_name
            and (hit.end <= name.start or name.end <= hit.start)
            and self._kind(hit.meaning.element) == mine
            and not self._is_coordinated(name, hit)
        )

    def _is_coordinated(self, name: Match[_Kind], other: Match[_Kind]) -> bool:
        """Whether two names share a result: `PIT and MLT positive`."""
        return other.start - name.end == 1 and self.words.words[name.end] in _AND

    def _kind(self, name: str) -> type[AnswerType] | None:
        """Tell what stands beside an element's name: words, or a number, or a time."""
        indexed = self.reader.elements[name]
        return None if indexed.wording.says else type(indexed.element.answer)

    def _is_about(self, hit: Match[_Kind]) -> bool:
        """Whether a name is about its element where it stands."""
        indexed = self.reader.elements[hit.meaning.element]
        return self._fits(indexed, self.setting.clause(hit.start), hit.start)

    def _is_crowded(self, clause: Clause, indexed: _Indexed) -> bool:
        """Whether a clause is about something else."""
        readings = self.readings
        if readings.any(indexed.unless, clause.first, clause.end):
            return True
        if readings.any(self.reader.other_tests, clause.first, clause.end):
            return True
        return any(hit.start >= clause.first for hit in self._hits_in(clause.first, clause.end))

    # Mentions

    def _told(self, indexed: _Indexed, link: _Link) -> Iterator[Mention]:
        name, result = link.name, link.result
        meant = result or name
        own = tuple((each.start, each.end) for each in (name, result) if each)
        first, end = min(each[0] for each in own), max(each[1] for each in own)
        clause = Clause(min(link.clause.first, first), max(link.clause.end, end))
        assertion, by, is_planned = self.setting.meaning(
            Stretch(clause, own, is_listed=result is None)
        )
        if assertion is Assertion.HISTORICAL and indexed.wording.past_counts:
            assertion = Assertion.PRESENT
        if assertion is Assertion.PRESENT and self._is_over(indexed.wording, clause, own):
            assertion = Assertion.HISTORICAL
        is_treatment = indexed.wording.past_counts and result is None
        if assertion is Assertion.PRESENT and is_planned and is_treatment:
            assertion = Assertion.HYPOTHETICAL
        bare = indexed.wording.bare
        if meant.meaning.is_name and not bare and assertion is not Assertion.HYPOTHETICAL:
            return
        if assertion is Assertion.NEGATED and by is not None:
            # Without its negation a quote would say the opposite.
            first, end = min(first, by[0]), max(end, by[1])
        start, stop = self.words.quoted(first, end)
        mention = Mention(indexed.element.name, start, stop, assertion)
        if assertion is Assertion.PRESENT:
            yield from self._present(indexed, meant, mention, clause)
        elif assertion is Assertion.NEGATED:
            option = indexed.wording.negated.get(meant.meaning.option, "")
            yield mention._replace(
                value=_option(indexed.element.answer, option) if option else None,
                date=self._day(clause, own),
            )
        else:
            yield mention

    def _is_over(self, wording: Wording, clause: Clause, own: Sequence[tuple[int, int]]) -> bool:
        """Whether the words give a day so long ago that what passes has passed."""
        day, written = self._day(clause, own), self.document.date
        if not wording.passes or day is None or written is None:
            return False
        return (written.latest - day.latest).days > LONG_AGO_DAYS

    def _present(
        self, indexed: _Indexed, meant: Match[_Kind], mention: Mention, clause: Clause
    ) -> Iterator[Mention]:
        """Read what a present mention says; a bound is no answer, and is left out."""
        kind, capture = meant.meaning, meant.capture
        dated = mention._replace(date=self._day(clause, [(meant.start, meant.end)]))
        if kind.is_name:
            yield dated._replace(problem=indexed.wording.bare)
        elif capture is not None and capture.takes is Takes.LEVEL and kind.option == "level":
            yield dated._replace(value=capture.level)
        elif capture is None or capture.takes is Takes.LEVEL:
            value = None if kind.problem else _option(indexed.element.answer, kind.option)
            yield dated._replace(value=value, problem=kind.problem)
        elif capture.takes is Takes.DATE or not self._is_bound(clause, capture):
            yield from self._measured(indexed.element.answer, kind, capture, dated)

    def _measured(
        self, answer: AnswerType, kind: _Kind, capture: Capture, mention: Mention
    ) -> Iterator[Mention]:
        """Read a number or a time."""
        match answer:
            case Number() if kind.problem:
                yield mention._replace(problem=kind.problem)
            case Number() if is_range(self.words, capture):
                yield mention._replace(problem=IS_RANGE)
            case Number():
                value, problem = _number(answer, kind.option, capture)
                yield mention._replace(value=value, problem=problem)
            case Time():
                yield from self._timed(answer, capture, mention._replace(date=None))
            case YesNo() | Choice():
                yield mention._replace(value=_option(answer, kind.option))

    def _is_bound(self, clause: Clause, capture: Capture) -> bool:
        """Whether the words before a number make it a bound: `over 30`; not `from 48 to 30`."""
        first = max(clause.first, capture.start - MOST_JOINING)
        bounds, joins = (
            [
                each.start
                for each in self.readings.all(group, first, capture.start)
                if each.end == capture.start
            ]
            for group in (self.reader.bounds, self.reader.joins)
        )
        return bool(bounds) and not (joins and min(joins) < min(bounds))

    def _timed(self, answer: Time, capture: Capture, mention: Mention) -> Iterator[Mention]:
        written = self.document.date
        if capture.date is not None:
            since = capture.date
            span = Span(since=since, until=since.latest, counting=answer.counting)
        elif written is None:
            yield mention._replace(problem=NO_DAY)
            return
        elif capture.number is not None and capture.number == int(capture.number):
            span = stated(int(capture.number), capture.unit or AGE_UNIT, written, answer)
            since = span.since
        else:
            return
        if written is None or (since.earliest or since.latest) <= written.latest:
            yield mention._replace(value=span, since=since)

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
        at, written = clause.first, self.document.date
        while at < clause.end:
            found = read_day(self.words, at, clause.end)
            at = at + 1 if found is None else found.end
            if found is not None and found.date is not None:
                earliest = found.date.earliest or found.date.latest
                if written is None or earliest <= written.latest:
                    yield found

    def _beside(self, indexed: _Indexed, name: str, found: Iterable[Mention]) -> Iterator[Mention]:
        """Read the levels and grades that stand in a sentence with a finding, the nearest."""
        for each in found:
            if (each.element, each.value) != indexed.wording.beside:
                continue
            if each.assertion is not Assertion.PRESENT:
                continue
            first = bisect_left(self.words.starts, each.start)
            end = bisect_left(self.words.starts, each.end)
            clause = self.setting.clause(first)
            results = [
                result
                for result in self._near(name, indexed, clause, first, end)
                if not self._is_of_another_finding(result, name, clause, (first, end))
            ]
            nearest = min(results, key=lambda one: _distance(one, first, end), default=None)
            if nearest is None or _distance(nearest, first, end) > FARTHEST_AFTER:
                continue
            if nearest.capture is not None and nearest.capture.level:
                yield self._levels(name, _run(results, nearest))
            else:
                yield from self._told(indexed, _Link(clause, nearest, None))

    def _near(
        self, name: str, indexed: _Indexed, clause: Clause, first: int, end: int
    ) -> Sequence[Match[_Kind]]:
        """Give the results of a clause that stand near some words of it."""
        if (name, clause) not in self.results:
            self.results[name, clause] = list(_outermost(self._results(indexed, clause)))
        results = self.results[name, clause]
        reach = FARTHEST_AFTER + WIDEST_PHRASE
        low = bisect_left(results, first - reach, key=lambda each: each.start)
        high = bisect_left(results, end + reach, key=lambda each: each.start)
        return results[low:high]

    def _is_of_another_finding(
        self, result: Match[_Kind], name: str, clause: Clause, own: tuple[int, int]
    ) -> bool:
        """Whether a level or a grade is told of another finding: `grade 1 anterolisthesis`."""
        elements = self.reader.elements
        mine = elements[name].wording.beside
        return any(
            hit.start < result.end + NEAREST and result.start < hit.end + NEAREST
            for hit in self._hits_in(result.start - NEAREST, result.end + NEAREST)
            if mine is not None
            and hit.meaning.element != mine[0]
            # In the words of the finding itself there is no other one.
            and not (own[0] < hit.end and hit.start < own[1])
            and clause.first <= hit.start < clause.end
            and elements[hit.meaning.element].wording.beside != mine
        )

    def _levels(self, name: str, levels: Sequence[Match[_Kind]]) -> Mention:
        start, stop = self.words.quoted(levels[0].start, levels[-1].end)
        names = {each.capture.level for each in levels if each.capture}
        value = names.pop() if len(names) == 1 else SEVERAL
        return Mention(name, start, stop, Assertion.PRESENT, value=value)


def _distance(match: Match[_Kind], first: int, end: int) -> int:
    """Count the words between a match and a stretch of words."""
    return max(match.start - end, first - match.end, 0)


def _run(matches: Sequence[Match[_Kind]], nearest: Match[_Kind]) -> Sequence[Match[_Kind]]:
    """Take the levels that stand in a row with one: `L3-4, L4-5 and L5-S1`."""
    ordered = sorted(matches, key=lambda each: each.start)
    low = high = ordered.index(nearest)
    while low > 0 and ordered[low].start - ordered[low - 1].end <= IN_A_ROW:
        low -= 1
    while high + 1 < len(ordered) and ordered[high + 1].start - ordered[high].end <= IN_A_ROW:
        high += 1
    return ordered[low : high + 1]


def _outermost(matches: Iterable[Match[_Kind]]) -> Iterator[Match[_Kind]]:
    """
    Leave out what lies inside another match of the same element.

    Of two that overlap and say different things the first counts: `not cleared by cardiology`.
    """
    by_element: dict[str, list[Match[_Kind]]] = defaultdict(list)
    for match in sorted(matches, key=lambda each: (each.start, -each.end)):
        mine = by_element[match.meaning.element]
        if mine and match.start < mine[-1].end and match.meaning != mine[-1].meaning:
            continue
        if not mine or match.end > mine[-1].end:
            mine.append(match)
            yield match


def _extended(match: Match[_Kind], others: Iterable[Match[_Kind]]) -> Match[_Kind]:
    """Take in what goes on to say the same: `brought no` and `no lasting improvement`."""
    for each in sorted(others, key=lambda one: one.start):
        if each.meaning == match.meaning and match.start <= each.start <= match.end < each.end:
            match = match._replace(end=each.end)
    return match


def _nearest(matches: Sequence[Match[_Kind]]) -> Match[_Kind] | None:
    return min(matches, key=lambda each: (each.start, -each.end), default=None)


def _nearest_before(matches: Sequence[Match[_Kind]]) -> Match[_Kind] | None:
    return max(matches, key=lambda each: (each.end, each.end - each.start), default=None)


def _merged(mentions: Sequence[Mention]) -> Iterator[Mention]:
    """Leave out a mention that holds another one of the same element: the nearer name counts."""
    ends: dict[str, int] = {}
    # Whatever lies inside of a mention begins at its start or after it.
    for mention in sorted(mentions, key=lambda each: (-each.start, each.end)):
        least = ends.get(mention.element)
        if least is None or mention.end < least:
            ends[mention.element] = mention.end
            yield mention


def _option(answer: AnswerType, option: str) -> Value:
    return option == "yes" if isinstance(answer, YesNo) else option


def _number(answer: Number, unit: str, capture: Capture) -> tuple[Value | None, str]:
    number = capture.number or Decimal(0)
    if unit.startswith(HALF):
        unit, number = unit.removeprefix(HALF), number * Decimal(2)
    return in_range(str(number), unit, answer)
