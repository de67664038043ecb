"""
Headings: how what stands below them is meant, and where they end.

Beside the headings that the lexicon names, those that look like one; paragraphs that speak of
patients in general; what a form quotes to be answered; and where a text returns to its patient.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from multifidus.chart.prose.asides import Asides, Heading
from multifidus.chart.prose.clauses import SENTENCE_ENDS
from multifidus.chart.prose.forms import UNSAID
from multifidus.chart.prose.triggers import HEADS_END, Sign
from multifidus.core.wording import Assertion

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from multifidus.chart.prose.phrases import Readings
    from multifidus.chart.prose.triggers import Triggers
    from multifidus.chart.prose.words import Words

LONGEST_HEADING = 10
_BLANK = re.compile(r"\n[ \t]*\n")
# A line that begins with words in capitals and a colon, or that stands alone in capitals.
_CAPITALS = re.compile(
    r"(?m)[ \t*#_-]*([A-Z][A-Z/&() -]{2,40}):|[ \t]*([A-Z][A-Z/&() -]{3,40})[ \t]*$"
)
_ALONE = 2
"""The group of a line that stands alone."""
_EVIDENCE = re.compile(r"(?<=\S)(?: {3,}|\t)(?:[YN]|(?i:yes|no|met|not met))(?: {3,}|\t)(\S[^\n]*)")
_QUOTED = re.compile(r"(?m)^[ \t*-]*[\"\u201c]([^\"\u201c\u201d\n]{3,90})[\"\u201d][ \t]*:")
ARTICLES = frozenset(("the", "our", "his", "her", "your"))
MARKS = frozenset("#*_.)(=->")
RESUMES = frozenset(["pt", "patient", "he", "she", "his", "her", "i", "no"])
"""Words that begin a line of the patient below a line of the family."""
ACTORS = frozenset(("pt", "patient", "he", "she"))
"""Words that begin what the patient did at a lesson: `she operated the remote`."""
_UNREAL = (Assertion.HYPOTHETICAL, Assertion.POSSIBLE, Sign.ASKED, Sign.PLAN)


_LEADING = (Assertion.HYPOTHETICAL, Assertion.NEGATED, Assertion.OTHER)
FARTHEST_LEADING = 7
"""So many words before a colon at the end of a line a trigger over the list below it begins."""


def _below(last: Heading | None, heading: Heading) -> Heading:
    """Give a heading as it is meant below the last one: the exclusions of a policy are general."""
    if last is None or heading.meaning is not Sign.ASKED:
        return heading
    is_general = last.meaning is Assertion.HYPOTHETICAL and heading.first < last.reach
    return heading._replace(meaning=Assertion.HYPOTHETICAL) if is_general else heading


class Headings(Asides):
    """The headings of one text; looked up where they are asked for."""

    def __init__(self, triggers: Triggers, words: Words, readings: Readings) -> None:
        """Prepare a text."""
        super().__init__(triggers, words, readings)
        self.headings: list[Heading] | None = None
        self.is_general = False
        """Whether the title says that the document is of patients in general: a consent form."""
        self.resumes: Sequence[int] | None = None
        self.line_ends: Sequence[int] | None = None
        self.blanks = [each.start() for each in _BLANK.finditer(words.text)]

    def heading(self, place: int) -> Heading | None:
        """Give the last heading before a word."""
        if self.headings is None:
            self.headings = list(self._all_headings())
        at = bisect_right(self.headings, place, key=lambda each: each.first)
        last = self.headings[at - 1] if at else None
        return None if last is None or place >= last.reach else last

    def _all_headings(self) -> Iterator[Heading]:
        """Give everything that stands over a part of the text, in order."""
        found = [
            *self._headings(),
            *self._other_headings(),
            *self._generalities(),
            *self._quoted(),
            *self._led(),
            *self._returns(),
        ]
        last: Heading | None = None
        for each in sorted(found, key=lambda one: one.first):
            # Under `Family history` the patient is not spoken of again before the next heading.
            is_kept = last is not None and last.meaning is Assertion.OTHER
            if each.meaning is not Sign.BACK:
                last = _below(last, each)
                yield last
            elif not is_kept:
                yield each._replace(meaning=Assertion.PRESENT)
                if last is not None and each.reach < last.reach:
                    yield last._replace(first=each.reach)

    def _headings(self) -> Iterator[Heading]:
        words = self.words
        free = 0
        for found in self.readings.longest(self.triggers.headings, 0, len(words)):
            if found.meaning is Sign.NONE or found.start < free:
                continue
            has_colon = found.end < len(words) and words.words[found.end] in HEADS_END
            begins_line = self._begins_line(found.start)
            if begins_line and self._has_a_slash(found.start, found.end):
                yield self._made(found.start, found.end + 1, found.meaning)
            elif has_colon or (begins_line and self._stands_alone(found.end)):
                heading = self._made(found.start, found.end, found.meaning)
                if begins_line or found.meaning is not Assertion.HYPOTHETICAL:
                    yield heading
                else:
                    yield heading._replace(reach=min(heading.reach, self._paragraph_end(found.end)))
            elif found.meaning in _UNREAL and self._begins_sentence(found.start):
                end = self._qualified_end(found.end)
                if end is not None:
                    yield self._made(found.start, end, found.meaning)
                    free = end

    def _has_a_slash(self, first: int, end: int) -> bool:
        """Whether a slash stands behind a letter as a colon would: `P/ facet injections`."""
        words = self.words
        if end - first > 1 or len(words.words[first]) > 1 or words.words[end : end + 1] != ["/"]:
            return False
        return end + 1 >= len(words) or bool(words.gap(end))

    def _begins_sentence(self, place: int) -> bool:
        return self._begins_line(place) or self.words.words[place - 1] in SENTENCE_ENDS

    def _qualified_end(self, place: int) -> int | None:
        """Find the colon of a heading with more words: `Goals (8 weeks):`, `Criteria of hers:`."""
        words = self.words.words
        for at in range(place, min(place + LONGEST_HEADING, len(words))):
            if words[at] in HEADS_END:
                return at
            if words[at] in (".", ";", UNSAID) or self._ends_line(at):
                return None
        return None

    def _led(self) -> Iterator[Heading]:
        """Find the ends of lines that lead to a list, as `Call us for any of these:`."""
        words = self.words
        for at in (first - 1 for first in self.layout.firsts if first > 0):
            if words.words[at] not in HEADS_END:
                continue
            first = max(self.clause(at).first, at - FARTHEST_LEADING)
            triggers = [
                each
                for each in self.readings.longest(self.triggers.before, first, at)
                if each.meaning in _LEADING
            ]
            if triggers:
                yield Heading(at, at + 1, triggers[-1].meaning, self._paragraph_end(at + 1))

    def _generalities(self) -> Iterator[Heading]:
        """Find words after which a paragraph speaks of patients in general."""
        words = self.words
        if self.is_general:
            yield Heading(0, 0, Assertion.HYPOTHETICAL, len(words))
        for found in self.readings.longest(self.triggers.general, 0, len(words)):
            if found.meaning is Sign.NONE:
                continue
            end = self._paragraph_end(found.end)
            yield Heading(found.start, found.end, Assertion.HYPOTHETICAL, end)

    def _returns(self) -> Iterator[Heading]:
        """Find words after which a text speaks of its patient again."""
        words = self.words
        for found in self.readings.longest(self.triggers.returns, 0, len(words)):
            first = found.start - (words.words[found.start - 1] in ARTICLES)
            # `Covered where the record shows …` goes on to speak of everybody.
            if self._begins_sentence(first) or words.words[first - 1] in HEADS_END:
                # What the patient did at a lesson ends with its sentence.
                is_brief = words.words[found.start] in ACTORS
                end = self.clause(found.start).end if is_brief else len(words)
                yield Heading(found.start, found.end, Sign.BACK, end)
        # The evidence in a row of criteria: `Failed therapy    Y    12 weeks, no relief`.
        for cell in _EVIDENCE.finditer(words.text) if self.layout.gaps else ():
            first, end = (bisect_left(words.starts, each) for each in cell.span(1))
            yield Heading(first, first, Sign.BACK, end)

    def _quoted(self) -> Iterator[Heading]:
        """Find what a form quotes to be answered: `"Failed therapy": yes`."""
        starts = self.words.starts
        for found in _QUOTED.finditer(self.words.text):
            first, end = (bisect_left(starts, each) for each in found.span(1))
            yield Heading(first, first, Assertion.HYPOTHETICAL, end)

    def _paragraph_end(self, end: int) -> int:
        blanks, words = self.blanks, self.words
        blank = bisect_left(blanks, words.ends[end - 1])
        return bisect_left(words.starts, blanks[blank]) if blank < len(blanks) else len(words)

    def _made(self, first: int, end: int, meaning: Assertion | Sign) -> Heading:
        """Build a heading; one with text on its own line stands over that paragraph alone."""
        words = self.words
        size = len(words)
        is_alone = end >= size or self._stands_alone(end)
        if is_alone and meaning is not Assertion.HISTORICAL:
            return Heading(first, end, meaning, size)
        if meaning in _UNREAL:
            # What is said to be so often follows in the next line.
            return Heading(first, end, meaning, self._quote_end(end + 1, self._line_end(end)))
        reach = self._paragraph_end(end)
        return Heading(first, end, meaning, self._resumed(meaning, end, reach))

    def _line_end(self, place: int) -> int:
        """Give the end of the lines that go on from a word."""
        if self.line_ends is None:
            lasts = (at - 1 for at in self.layout.firsts if at > 0)
            parts = self.layout.parts
            self.line_ends = [at for at in lasts if at + 1 in parts or self._breaks_line(at)]
        at = bisect_left(self.line_ends, place)
        return self.line_ends[at] + 1 if at < len(self.line_ends) else len(self.words)

    def _quote_end(self, place: int, reach: int) -> int:
        """Give the end of the quotation that begins with a word; the reach if none does."""
        at = bisect_left(self.quotes, place)
        if self.quotes[at : at + 1] != [place]:
            return reach
        return min([*self.quotes[at + 1 : at + 2], reach])

    def _resumed(self, meaning: Assertion | Sign, end: int, reach: int) -> int:
        """Give the first line below a heading of others, or of the past, that is of the patient."""
        if self.resumes is None:
            words, parts = self.words.words, self.layout.parts
            self.resumes = [at for at in self.layout.firsts if at in parts or words[at] in RESUMES]
        if meaning not in (Assertion.OTHER, Assertion.HISTORICAL):
            return reach
        at = bisect_left(self.resumes, end)
        return min(reach, self.resumes[at]) if at < len(self.resumes) else reach

    def _is_headed_line(self, place: int) -> bool:
        """Whether the line goes on to a colon: `PAYER CRITERIA (copied from policy):`."""
        words = self.words
        for at in range(place, min(place + LONGEST_HEADING, len(words))):
            if words.words[at] == ":":
                return self._ends_line(at)
            if self._ends_line(at):
                return False
        return False

    def _stands_alone(self, end: int) -> bool:
        """Whether nothing stands behind a heading in its line but more of the heading."""
        return (
            self._ends_line(end - 1) or self._is_headed_line(end) or self._ends_with_an_aside(end)
        )

    def _ends_with_an_aside(self, place: int) -> bool:
        """Whether only parentheses follow in the line: `TREATMENT PLAN (RFA attached)`."""
        words = self.words.words
        if words[place : place + 1] != ["("]:
            return False
        for at in range(place, min(place + LONGEST_HEADING, len(words))):
            if self._ends_line(at):
                return words[at] == ")"
        return False

    def _other_headings(self) -> Iterator[Heading]:
        """Find headings that the lexicon does not know, by their looks: `CHART FINDINGS:`."""
        for start in self.layout.lines:
            found = _CAPITALS.match(self.words.text, start)
            if found is None or (found.lastindex == _ALONE and not self._is_below_a_blank(start)):
                continue
            place = found.lastindex or 0
            first = bisect_left(self.words.starts, found.start(place))
            end = bisect_left(self.words.starts, found.end(place))
            is_known = self.readings.any(self.triggers.headings, first, end)
            is_meant = any(
                isinstance(each.meaning, Assertion)
                for each in self.readings.longest(self.triggers.before, first, end)
            )
            if not is_known and not is_meant:
                yield self._made(first, end, Assertion.PRESENT)

    def _is_below_a_blank(self, start: int) -> bool:
        """Whether a blank line stands before a line; the first line of a text is none."""
        text, at = self.words.text, start - 1
        while at > 0 and text[at - 1] in " \t":
            at -= 1
        return at > 0 and text[at - 1] == "\n"

    def _begins_line(self, place: int) -> bool:
        if place == 0 or "\n" in self.words.gap(place - 1):
            return True
        # A mark of Markdown, or a number, may stand before a heading.
        words = self.words
        is_marked = words.words[place - 1] in MARKS
        for at in range(place - 1, max(place - 5, -1), -1):
            if not (is_marked or words.words[at] in MARKS or words.words[at].isdecimal()):
                return False
            if at == 0 or "\n" in words.gap(at - 1):
                return True
        return False

    def _ends_line(self, place: int) -> bool:
        return place + 1 >= len(self.words) or "\n" in self.words.gap(place)
