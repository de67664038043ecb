"""
A document's text → mentions of data elements → statements with the words they rest on.

A mention is a phrase of the lexicon together with how the document means it (`chart.context`), what
it says, and when. Only what is present, and what a negation surely means, becomes a statement;
what is possible, planned, past or somebody else's is told to a person and counts for nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from multifidus.chart.context import Clause, Setting, Stretch, Triggers
from multifidus.chart.statement import Statement
from multifidus.chart.value import in_range, stated
from multifidus.chart.words import (
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
WIDEST_BOUND = 4
"""So many words the words of a bound have at most."""
LONG_AGO_DAYS = 183
NO_DAY = "the document has no day from which the time could be counted"
NEAREST = 2
"""So few words between a level or a grade and a finding make it the finding's own."""
IN_A_ROW = 3
"""So few words stand between the levels of one list."""
SEVERAL = "several"
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

    def mentions(self, document: Document) -> list[Mention]:
        """Find what a document says of the elements, in the order of the text."""
        return _Reading(self, document).mentions()

    def statements(self, document: Document, mentions: Iterable[Mention]) -> Iterator[Statement]:
        """Give the statements that a document makes of its patient, of what it mentions."""
        for mention in mentions:
            if mention.value is None and mention.since is None and not mention.problem:
                continue
            if mention.assertion not in (Assertion.PRESENT, Assertion.NEGATED):
                continue
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
    )


def _targets(name: str, wording: Wording) -> Iterator[tuple[Phrase, _Kind]]:
    yield from ((phrase, _Kind(name)) for phrase in wording.names)
    for option, phrases in wording.alone.items():
        yield from ((phrase, _Kind(name, option)) for phrase in phrases)


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
        self.days: dict[Clause, Sequence[Capture]] = {}
        title = Words(document.title)
        self.title = reader.book.read(title)
        self.size_of_title = len(title)

    def mentions(self) -> list[Mention]:
        self.hits = list(_outermost(self._hits()))
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
        return self.readings.all(self.reader.targets, 0, len(self.words))

    def _mention(self, hit: Match[_Kind]) -> Iterator[Mention]:
        indexed = self.reader.elements[hit.meaning.element]
        clause = self.setting.clause(hit.start)
        if hit.end > clause.end:
            return  # The phrase was laid across the end of a sentence.
        if not self._fits(indexed, clause, hit.start):
            return
        if not hit.meaning.is_name:
            yield from self._told(indexed, _Link(clause, hit, None))
            return
        link = self._linked(indexed, clause, hit)
        if link is not None:
            yield from self._told(indexed, link)

    def _fits(self, indexed: _Indexed, clause: Clause, place: int) -> bool:
        """Whether the sentence is about what the element is about."""
        readings = self.readings
        if readings.any(indexed.unless, clause.first, clause.end):
            return False
        if not indexed.wording.needs or readings.any(indexed.needs, clause.first, clause.end):
            return True
        heading = self.setting.heading(place)
        return (
            (heading is not None and readings.any(indexed.needs, heading.first, heading.end))
            or readings.any(indexed.needs, 0, min(HEAD, len(self.words)))
            or self.title.any(indexed.needs, 0, self.size_of_title)
        )

    # Results

    def _linked(self, indexed: _Indexed, clause: Clause, name: Match[_Kind]) -> _Link | None:
        results = [
            each
            for each in self.readings.all(indexed.results, clause.first, clause.end)
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
                after = list(self.readings.all(indexed.results, following.first, following.end))
                first = _nearest(after)
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

    def _has_comma(self, first: int, end: int) -> bool:
        return "," in self.words.words[first:end]

    def _is_of_another(self, name: Match[_Kind], place: int) -> bool:
        """Whether the word at a place belongs to the name of another test."""
        if not 0 <= place < len(self.words):
            return False
        tests = self.readings.all(self.reader.other_tests, max(0, place - 4), len(self.words))
        if any(each.start <= place < each.end for each in tests):
            return True
        return any(
            hit.start <= place < hit.end and hit.meaning.element != name.meaning.element
            for hit in self.hits
        )

    def _is_stopped(self, name: Match[_Kind], first: int, end: int) -> bool:
        """Whether the name of another test stands between."""
        if self.readings.any(self.reader.other_tests, first, end):
            return True
        mine = self.reader.elements[name.meaning.element].wording
        return any(
            first <= hit.start and hit.end <= end
            for hit in self.hits
            if hit.meaning.element != name.meaning.element
            and hit.meaning.is_name
            and bool(self.reader.elements[hit.meaning.element].wording.says) == bool(mine.says)
        )

    def _is_crowded(self, clause: Clause, indexed: _Indexed) -> bool:
        """Whether a clause is about something else."""
        readings = self.readings
        if readings.any(indexed.unless, clause.first, clause.end):
            return True
        if readings.any(self.reader.other_tests, clause.first, clause.end):
            return True
        return any(clause.first <= hit.start < clause.end for hit in self.hits)

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
        """Whether the words before a number make it a bound: `over 30`."""
        first = max(clause.first, capture.start - WIDEST_BOUND)
        return any(
            each.end == capture.start
            for each in self.readings.all(self.reader.bounds, first, capture.start)
        )

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
        days = [
            (max(first - each.end, each.start - end), each.date)
            for each in self._days_of(clause)
            if each.end <= first or each.start >= end
        ]
        return min(days, key=lambda each: each[0])[1] if days else None

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
                for result in _outermost(
                    self.readings.all(indexed.results, clause.first, clause.end)
                )
                if not self._is_of_another_finding(result, name)
            ]
            nearest = min(results, key=lambda one: _distance(one, first, end), default=None)
            if nearest is None or _distance(nearest, first, end) > FARTHEST_AFTER:
                continue
            if nearest.capture is not None and nearest.capture.level:
                yield self._levels(name, _run(results, nearest))
            else:
                yield from self._told(indexed, _Link(clause, nearest, None))

    def _is_of_another_finding(self, result: Match[_Kind], name: str) -> bool:
        """Whether a level or a grade is told of another finding: `grade 1 anterolisthesis`."""
        elements = self.reader.elements
        mine = elements[name].wording.beside
        return any(
            hit.start < result.end + NEAREST and result.start < hit.end + NEAREST
            for hit in self.hits
            if mine is not None
            and hit.meaning.element != mine[0]
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
    """Leave out what lies inside another match of the same element."""
    by_element: dict[str, list[Match[_Kind]]] = defaultdict(list)
    for match in sorted(matches, key=lambda each: (each.start, -each.end)):
        mine = by_element[match.meaning.element]
        if not mine or match.end > mine[-1].end:
            mine.append(match)
            yield match


def _nearest(matches: Sequence[Match[_Kind]]) -> Match[_Kind] | None:
    return min(matches, key=lambda each: (each.start, -each.end), default=None)


def _nearest_before(matches: Sequence[Match[_Kind]]) -> Match[_Kind] | None:
    return max(matches, key=lambda each: (each.end, each.end - each.start), default=None)


def _merged(mentions: Sequence[Mention]) -> Iterator[Mention]:
    """Leave out a mention that holds another one of the same element: the nearer name counts."""
    by_element: dict[str, list[Mention]] = defaultdict(list)
    for mention in sorted(mentions, key=lambda each: each.end - each.start):
        mine = by_element[mention.element]
        if any(mention.start <= each.start and each.end <= mention.end for each in mine):
            continue
        mine.append(mention)
        yield mention


def _option(answer: AnswerType, option: str) -> Value:
    return option == "yes" if isinstance(answer, YesNo) else option


def _number(answer: Number, unit: str, capture: Capture) -> tuple[Value | None, str]:
    number = capture.number or Decimal(0)
    if unit.startswith(HALF):
        unit, number = unit.removeprefix(HALF), number * Decimal(2)
    return in_range(str(number), unit, answer)
