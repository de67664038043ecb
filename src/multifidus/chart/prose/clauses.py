"""
Clauses: the stretches of a text out of which no trigger reaches.

A clause ends with its sentence, at a semicolon, a bullet, a label, or the end of a list's line.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

from multifidus.chart.prose.forms import NO, UNSAID
from multifidus.chart.prose.layout import Layout
from multifidus.chart.prose.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator

BULLETS = frozenset("•●▪‣◦■□➢·")
EN_DASH = "\u2013"
LINE_BULLETS = BULLETS | frozenset(("-", "*", EN_DASH, "+", ">"))
SENTENCE_ENDS = frozenset(".!?")
_ENDS = SENTENCE_ENDS | BULLETS | frozenset(";")
ABBREVIATIONS = frozenset(
    (
        "dr",
        "mr",
        "mrs",
        "ms",
        "vs",
        "approx",
        "hx",
        "dx",
        "st",
        "e",
        "i",
        "g",
        "pt",
        "yrs",
        "yr",
        "mo",
        "wks",
        "wk",
        "resp",
        "incl",
        "fig",
        "dept",
        "jr",
        "sr",
        "al",
        "y",
        "o",
    )
)
"""Words after which a full stop ends no sentence if a small letter or a number follows."""
ANSWERS = frozenset(("[", "yes", "no", "y", "n", UNSAID, "\u2611", "\u2612"))
"""What stands after a question that it answers."""
CLOSES = frozenset((",", ";", ".", "(", ")", "|", "/", "in", UNSAID))
BEFORE_A_DOUBT = CLOSES | LINE_BULLETS | frozenset(("#", ":"))
UNFINISHED = frozenset(
    (
        *("of", "the", "with", "without", "and", "or", "at", "to", "for", "by", "from"),
        *("than", "as", "his", "her", "between", "into", "any", "nor", "either", "neither", "an"),
        *("is", "was", "are", "were", "has", "had", "have", "if", "when", "because"),
    )
)
"""Words with which no line of its own ends."""
BEFORE_NO = frozenset(
    ("is", "was", "are", "were", "has", "had", "have", "shows", "showed", "with", "and")
)
"""Words after which a `no` at the end of a line is no answer."""
TITLES = frozenset(("dr", "mr", "mrs", "ms", "st"))
"""Of these, after which a full stop ends no sentence whatever follows: `Dr. Q`."""
LONGEST_NUMBER = 2
"""Digits that the number of an item has at most: `2014.` is a year."""
LONG_LINE = 56
"""A line so long, in characters, is taken to go on in the next one."""
SHORTEST_WRAPPED = 36
"""So long a line goes on if the next begins with a small letter."""
# A row of a table or a form does not go on in the next line.
_ROW = re.compile(r"\S {3,}\S|\t\S|\||\[[ xX_]?\]|[\u2610-\u2612]|\.{4}")
NEAR = 300
"""So many characters before and after a span are looked at for the sentence around it."""


class Clause(NamedTuple):
    """The words of a clause: from `first` up to `end`."""

    first: int
    end: int


class Clauses:
    """The clauses of one text; looked up where they are asked for."""

    def __init__(self, words: Words) -> None:
        """Prepare a text."""
        self.words = words
        self.layout = Layout(words)
        self.breaks = [at for at in self._may_break() if self._breaks_after(at)]
        """The words with which a clause ends, but for the last one."""
        firsts = [0, *(at + 1 for at in self.breaks)]
        self.clauses = list(map(Clause, firsts, [*firsts[1:], len(words)]))

    def clause(self, place: int) -> Clause:
        """Give the clause in which a word stands."""
        return self.clauses[bisect_left(self.breaks, place)]

    def _may_break(self) -> Iterator[int]:
        """Give the words after which a clause may end; after most it goes on as after any word."""
        words, layout = self.words.words, self.layout
        ends = [at for at, word in enumerate(words) if word in _ENDS]
        firsts = {*layout.firsts, *layout.parts, *(at for at in ends if words[at] in BULLETS)}
        last = len(words) - 1
        return (at for at in sorted({*ends, *(at - 1 for at in firsts)}) if 0 <= at < last)

    def next_clause(self, clause: Clause) -> Clause | None:
        """Give the clause after one, in the same paragraph; None if there is none."""
        if clause.end >= len(self.words) or self.words.gap(clause.end - 1).count("\n") > 1:
            return None
        return self.clause(clause.end)

    def _breaks_after(self, place: int) -> bool:
        """Whether a clause ends after a word."""
        words = self.words
        word, following = words.words[place], words.words[place + 1]
        if word == ";" or word in BULLETS or following in BULLETS:
            return True
        if place + 1 in self.layout.parts:
            return True
        gap = words.gaps[place]
        if word in SENTENCE_ENDS and gap:
            # `Back surgery? [x] no`
            is_asked = word == "?" and (following in ANSWERS or len(gap) > 1)
            if is_asked and "\n" not in gap:
                return False
            # `? lumbar stenosis`: the mark stands before what it doubts.
            return not (word == "?" and self._begins_part(place)) and self._ends_sentence(place)
        return "\n" in gap and self._breaks_line(place)

    def _begins_part(self, place: int) -> bool:
        words = self.words
        return (
            place == 0
            or "\n" in words.gap(place - 1)
            or len(words.gap(place - 1)) > 1
            or words.words[place - 1] in BEFORE_A_DOUBT
        )

    def _breaks_line(self, place: int) -> bool:
        """Whether a text does not go on in the line after a word, the last one of its own."""
        words = self.words
        word, gap = words.words[place], words.gap(place)
        if gap.count("\n") > 1 or self._begins_item(place + 1):
            return True
        if word in UNFINISHED or (word == NO and words.words[place - 1] in BEFORE_NO):
            return False
        start = words.text.rfind("\n", 0, words.ends[place])
        if word == ":" and ". " not in words.text[start + 1 : words.ends[place]]:
            return True
        if _ROW.search(words.text, start + 1, words.ends[place]):
            return True
        if word == ",":
            return False
        length = words.ends[place] - start
        if length >= LONG_LINE:
            return self.layout.has_room(place)
        return length < SHORTEST_WRAPPED or not words.text[words.starts[place + 1]].islower()

    def _ends_sentence(self, place: int) -> bool:
        words = self.words
        if words.words[place] != "." or place == 0:
            return True
        before = words.words[place - 1]
        if before not in ABBREVIATIONS or words.ends[place - 1] != words.starts[place]:
            return True
        if before in TITLES:
            return False
        char = words.text[words.starts[place + 1]]
        return not (char.islower() or char.isdecimal())

    def is_bullet(self, place: int) -> bool:
        """Whether a sign begins a line, and so an item of a list: it is no result."""
        words = self.words
        is_first = place == 0 or "\n" in words.gap(place - 1)
        return is_first and words.words[place] in LINE_BULLETS

    def _begins_item(self, place: int) -> bool:
        words = self.words
        if words.words[place] in LINE_BULLETS:
            return True
        word = words.words[place]
        if self._is_code(place):
            return True
        is_number = word.isdecimal() and len(word) <= LONGEST_NUMBER and place + 1 < len(words)
        return is_number and words.words[place + 1] in (".", ")")

    def _is_code(self, place: int) -> bool:
        """Whether a code of ICD-10 begins a line: `M54.16`, but not `L4`."""
        words = self.words
        if place + 2 >= len(words) or len(words.words[place]) > 1 or words.gap(place):
            return False
        number = words.words[place + 1]
        return number[0].isdecimal() and "." in number and place in words.capitals


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """
    Find the clauses in which a span of a text stands; of a very long one, what stands near.

    >>> text = "Seen today. Prone instability test was positive. Plan: MRI."
    >>> first, last = sentence_around(text, 35, 47)
    >>> text[first:last]
    'Prone instability test was positive.'
    """
    low, high = max(0, start - NEAR), min(len(text), end + NEAR)
    words = Words(text[low:high])
    clauses = Clauses(words)
    first = max(bisect_right(words.starts, start - low) - 1, 0)
    last = max(bisect_left(words.ends, end - low), first)
    if last >= len(words):
        return start, end
    begin, stop = clauses.clause(first).first, clauses.clause(last).end
    return min(start, low + words.starts[begin]), max(end, low + words.ends[stop - 1])
