"""
A document's text → mentions of data elements → statements with the words they rest on.

A mention is a phrase of the lexicon together with how the document means it (`prose.context`), what
it says, and when. Only what is present, and what a negation surely means, becomes a statement;
what is possible, planned, past or somebody else's is told to a person and counts for nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from decimal import Decimal
from typing import TYPE_CHECKING

from multifidus.chart.mention import Mention
from multifidus.chart.prose.capture import SEVERAL, Capture, is_range, read_day
from multifidus.chart.prose.clauses import Clause
from multifidus.chart.prose.cues import Stretch
from multifidus.chart.prose.days import Dated
from multifidus.chart.prose.hits import FARTHEST_AFTER, Link
from multifidus.chart.prose.index import Index
from multifidus.chart.prose.runs import MOST_JOINING
from multifidus.chart.prose.series import dated_by_table
from multifidus.chart.statements.statement import Statement
from multifidus.chart.statements.value import in_range, stated
from multifidus.core.case import Basis
from multifidus.core.element import Choice, Number, Time, YesNo
from multifidus.core.quantity import Span
from multifidus.core.wording import Assertion, Takes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from multifidus.chart.document import Document
    from multifidus.chart.prose.context import Meaning
    from multifidus.chart.prose.index import Indexed, Kind
    from multifidus.chart.prose.phrases import Match
    from multifidus.core.element import AnswerType, Dictionary
    from multifidus.core.quantity import Value
    from multifidus.core.wording import Lexicon

AGE_UNIT = "years"
"""The unit of a number that is a time by its phrase: `52 y/o`."""
NO_DAY = "the document has no day from which the time could be counted"
NEAREST = 2
"""So few words between a level or a grade and a finding make it the finding's own."""
IN_A_ROW = 3
"""So few words stand between the levels of one list."""
OR = "or"
NO = "no"
"""The option of a finding that is not there."""
HALF = "half "
"""Before a unit: what is written is half of what is meant, as `22 / 50` of an index to 100."""
IS_RANGE = "it is a range, not one number"


class Reader:
    """A lexicon indexed for reading documents; made once, used for many."""

    def __init__(self, dictionary: Dictionary, lexicon: Lexicon) -> None:
        """Index every phrase of every element."""
        self.lexicon = lexicon
        self.index = Index(dictionary, lexicon)

    def mentions(self, document: Document) -> list[Mention]:
        """Find what a document says of the elements, in the order of the text."""
        return _Reading(self.index, document).mentions()

    def statements(self, document: Document, mentions: Iterable[Mention]) -> Iterator[Statement]:
        """Give the statements that a document makes of its patient, of what it mentions."""
        for mention in mentions:
            if mention.counts:
                yield self._statement(document, mention)

    def _statement(self, document: Document, mention: Mention) -> Statement:
        return Statement(
            element=mention.element,
            resource=document.name,
            path=document.passage(mention.start).path,
            value=mention.value,
            problem=mention.problem,
            date=mention.date or document.date,
            since=mention.since,
            basis=Basis.TEXT,
            quote=document.quote(mention.start, mention.end),
            confirm=self.lexicon.elements[mention.element].confirm,
        )


class _Reading(Dated):
    """One document on its way to mentions."""

    def mentions(self) -> list[Mention]:
        found: list[Mention] = []
        links = [link for hit in self.hits for link in self.links(hit)]
        for link in dated_by_table(links, self.setting.layout, self._days_of):
            found += self._told(self.index.elements[link.name.meaning.element], link)
        beside = [
            mention
            for name, indexed in self.index.elements.items()
            if indexed.wording.beside is not None
            for mention in self._beside(indexed, name, found)
        ]
        merged = sorted(_merged([*found, *beside]), key=lambda each: (each.start, each.end))
        return list(_agreed(merged))

    def _told(self, indexed: Indexed, link: Link) -> Iterator[Mention]:
        name, result = link.name, link.result
        meant = result or name
        own = tuple((each.start, each.end) for each in (name, result) if each)
        first, end = min(each[0] for each in own), max(each[1] for each in own)
        clause = Clause(min(link.clause.first, first), max(link.clause.end, end))
        is_measured = isinstance(indexed.element.answer, Number | Time)
        if not is_measured and self.is_for_something_else(meant):
            return
        is_listed = result is None and (not is_measured or bool(indexed.wording.bare))
        stretch = Stretch.of(clause, own, is_listed=is_listed, is_measured=is_measured)
        stretch = stretch._replace(is_plain=indexed.wording.plain, is_no=meant.meaning.option == NO)
        meaning = self.setting.meaning(stretch)
        assertion, by = self._assertion(indexed, link, stretch, meaning), meaning.by
        bare = indexed.wording.bare
        if meant.meaning.is_name and not bare and assertion is not Assertion.HYPOTHETICAL:
            return
        if assertion is Assertion.NEGATED and by is not None:
            # Without its negation a quote would say the opposite.
            first, end = min(first, by[0]), max(end, by[1])
        start, stop = self.words.quoted(first, end)
        mention = Mention(indexed.element.name, start, stop, assertion, date=link.day)
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

    def _assertion(
        self, indexed: Indexed, link: Link, stretch: Stretch, meaning: Meaning
    ) -> Assertion:
        """Tell how a mention is meant by an element for which the past counts, or passes."""
        wording, assertion = indexed.wording, meaning.assertion
        # A number of an earlier day is still a number.
        is_kept = wording.past_counts or isinstance(indexed.element.answer, Number)
        if assertion is Assertion.HISTORICAL and is_kept:
            assertion = Assertion.PRESENT
        is_done = link.result is None or isinstance(indexed.element.answer, Time)
        if assertion is Assertion.NEGATED and wording.past_counts and is_done:
            # `does not recommend an operation` says nothing of the past.
            return Assertion.HYPOTHETICAL if meaning.is_unplanned else assertion
        if assertion is not Assertion.PRESENT:
            return assertion
        if self._is_over(wording, stretch.clause, stretch.own):
            return Assertion.HISTORICAL
        if wording.past_counts and is_done:
            is_planned = self._is_to_come(stretch.clause, stretch.own) or (
                meaning.is_planned
                and not meaning.is_called_past
                and not self._is_long_done(stretch.clause, link.name.end)
            )
            return Assertion.HYPOTHETICAL if is_planned else assertion
        return assertion

    def _is_long_done(self, clause: Clause, end: int) -> bool:
        """Whether a day before the document's own follows: `then an ablation in May 2024`."""
        written = self.document.date
        days = (read_day(self.words, at, clause.end) for at in range(end, min(end + 2, clause.end)))
        found = next((each.date for each in days if each is not None and each.date), None)
        earliest = written and (written.earliest or written.latest)
        return bool(found and earliest and found.latest < earliest)

    def _present(
        self, indexed: Indexed, meant: Match[Kind], mention: Mention, clause: Clause
    ) -> Iterator[Mention]:
        """Read what a present mention says; a bound is no answer, and is left out."""
        kind, capture = meant.meaning, meant.capture
        date = mention.date or self._day(clause, [(meant.start, meant.end)])
        dated = mention._replace(date=date)
        if kind.is_name:
            yield dated._replace(problem=indexed.wording.bare)
        elif capture is not None and capture.takes is Takes.LEVEL and kind.option == "level":
            yield dated._replace(value=capture.level)
        elif capture is None or capture.takes is Takes.LEVEL:
            value = None if kind.problem else _option(indexed.element.answer, kind.option)
            yield dated._replace(value=value, problem=kind.problem)
        elif capture.takes is Takes.DATE or not (
            self._is_bound(clause, capture)
            or self._is_open_end(capture.end)
            or self._is_open_end(meant.end)
        ):
            yield from self._measured(indexed.element.answer, kind, capture, dated)

    def _measured(
        self, answer: AnswerType, kind: Kind, capture: Capture, mention: Mention
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
            case Time() if capture.date is None and is_range(self.words, capture):
                return  # `Age 22-75`
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
            for group in (self.index.bounds, self.index.joins)
        )
        return bool(bounds) and not (joins and min(joins) < min(bounds))

    def _is_open_end(self, end: int) -> bool:
        """Whether a number goes on: `10 or more`."""
        if self.words.words[end : end + 1] != [OR]:
            return False
        return any(each.start == end for each in self.readings.all(self.index.bounds, end, end + 3))

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

    def _beside(self, indexed: Indexed, name: str, found: Iterable[Mention]) -> Iterator[Mention]:
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
                for result in self.results_near(name, indexed, clause, first, end)
                if not self._is_of_another_finding(result, name, clause, (first, end))
            ]
            nearest = min(results, key=lambda one: _distance(one, first, end), default=None)
            if nearest is None or _distance(nearest, first, end) > FARTHEST_AFTER:
                continue
            if nearest.capture is not None and nearest.capture.level:
                yield self._levels(name, _run(results, nearest))
            else:
                yield from self._told(indexed, Link(clause, nearest, None))

    def _is_of_another_finding(
        self, result: Match[Kind], name: str, clause: Clause, own: tuple[int, int]
    ) -> bool:
        """Whether a level or a grade is told of another finding: `grade 1 anterolisthesis`."""
        elements = self.index.elements
        mine = elements[name].wording.beside
        return any(
            hit.start < result.end + NEAREST and result.start < hit.end + NEAREST
            for hit in self.hits_in(result.start - NEAREST, result.end + NEAREST)
            if mine is not None
            and hit.meaning.element != mine[0]
            # In the words of the finding itself there is no other one.
            and not (own[0] < hit.end and hit.start < own[1])
            and clause.first <= hit.start < clause.end
            and elements[hit.meaning.element].wording.beside != mine
        )

    def _levels(self, name: str, levels: Sequence[Match[Kind]]) -> Mention:
        start, stop = self.words.quoted(levels[0].start, levels[-1].end)
        names = {each.capture.level for each in levels if each.capture}
        value = names.pop() if len(names) == 1 else SEVERAL
        return Mention(name, start, stop, Assertion.PRESENT, value=value)


def _distance(match: Match[Kind], first: int, end: int) -> int:
    """Count the words between a match and a stretch of words."""
    return max(match.start - end, first - match.end, 0)


def _run(matches: Sequence[Match[Kind]], nearest: Match[Kind]) -> Sequence[Match[Kind]]:
    """Take the levels that stand in a row with one: `L3-4, L4-5 and L5-S1`."""
    ordered = sorted(matches, key=lambda each: each.start)
    low = high = ordered.index(nearest)
    while low > 0 and ordered[low].start - ordered[low - 1].end <= IN_A_ROW:
        low -= 1
    while high + 1 < len(ordered) and ordered[high + 1].start - ordered[high].end <= IN_A_ROW:
        high += 1
    return ordered[low : high + 1]


def _merged(mentions: Sequence[Mention]) -> Iterator[Mention]:
    """Leave out a mention that holds another one of the same element: the nearer name counts."""
    ends: dict[str, int] = {}
    # Whatever lies inside of a mention begins at its start or after it.
    for mention in sorted(mentions, key=lambda each: (-each.start, each.end)):
        least = ends.get(mention.element)
        if least is None or mention.end < least:
            ends[mention.element] = mention.end
            yield mention


def _agreed(mentions: Iterable[Mention]) -> Iterator[Mention]:
    """Leave out a second answer within the words of another: `not been helpful, but he uses`."""
    last: dict[str, Mention] = {}
    for mention in mentions:
        before = last.get(mention.element)
        if before is None or mention.end > before.end:
            last[mention.element] = mention
        is_within = before is not None and mention.start < before.end
        if before is None or not (is_within and _differ(before, mention)):
            yield mention


def _differ(one: Mention, other: Mention) -> bool:
    """Whether two mentions answer a choice in two ways."""
    both = one.counts and other.counts and isinstance(one.value, str | bool)
    return both and one.value != other.value


def _option(answer: AnswerType, option: str) -> Value:
    return option == "yes" if isinstance(answer, YesNo) else option


def _number(answer: Number, unit: str, capture: Capture) -> tuple[Value | None, str]:
    number = capture.number or Decimal(0)
    if unit.startswith(HALF):
        unit, number = unit.removeprefix(HALF), number * Decimal(2)
    return in_range(str(number), unit, answer)
