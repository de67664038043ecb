"""
How a text is laid out: where labels, items and columns begin, and how wide its lines are.

A line that begins with `Label:`, and what stands behind a gap in a line, is a part of its own; so
is each line of a list whose lines begin alike: `naproxen - stopped`.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus.chart.prose.words import Words

_COLON = re.compile(r":(?=\s)")
# `Lumbar spine` before a colon, at the start of a line or behind a gap; and `5.` behind a gap.
_LABEL = re.compile(
    r"(?:^[ \t]*|(?<=\S)(?: {3,}|\t+))"
    r"(?P<part>[A-Z][\w/&'-]{0,24}(?: [(#]?[\w/&'-]{1,24}\)?){0,4})$"
)
_NUMBER = re.compile(r"(?<=\S)(?: {3,}|\t+)(\d{1,2}[.)] )")
LONGEST_LABEL = 160
"""So many characters a label has at most, with the blanks before it."""
_ITEM = re.compile(r"[ \t]*\w[\w./]{0,24}(?: [\w./]{1,24}){0,4} - ")
# `gabapentin 900 mg (2021): no effect`
_ENTRY = re.compile(r"[ \t]*[a-z][\w./-]{0,24}(?: \(?[\w./-]{1,24}\)?){0,5}:(?=\s)")
# Behind a comma, or before `or`, a list goes on over the gap.
_GAP = re.compile(r"(?<=[^\s,])(?: {3,}|[ ]*\t[ \t]*)(?=\S)(?!(?:and|or|nor)\b)")
SLACK = 10
"""So many characters before the widest line's end a wrapped line may end; people wrap unevenly."""


class Layout:
    """Where the parts of a text begin, its gaps, and the widths of its paragraphs."""

    def __init__(self, words: Words) -> None:
        """Look at a text once."""
        text, starts = words.text, words.starts
        self.words = words
        self.parts = frozenset(bisect_left(starts, each) for each in _parts(text))
        """The words with which a part begins."""
        gaps = _GAP.finditer(text) if _has_gaps(text) else ()
        self.gaps = [bisect_left(starts, each.end()) for each in gaps]
        """The words before which a gap stands in a line."""
        self.lines: list[int] = []
        """Where each line starts."""
        self.widths: list[int] = []
        """For each line the width of the widest line of its paragraph."""
        for paragraph in _paragraphs(text):
            width = max(end - start for start, end in paragraph)
            self.lines += [start for start, _ in paragraph]
            self.widths += [width] * len(paragraph)
        firsts = dict.fromkeys(bisect_left(starts, start) for start in self.lines)
        self.firsts = [first for first in firsts if first < len(starts)]
        """The words with which a line begins."""

    def has_room(self, place: int) -> bool:
        """
        Whether the line that ends with a word had room for the next word, a capitalized one.

        Such a line was ended by its author: it does not go on in the next.
        """
        words = self.words
        if words.text[words.starts[place + 1]].islower():
            return False
        line = bisect_right(self.lines, words.starts[place]) - 1
        longer = words.ends[place + 1] - words.starts[place + 1]
        return words.ends[place] - self.lines[line] + longer + SLACK <= self.widths[line]

    def has_gap(self, first: int, end: int) -> bool:
        """Whether a gap stands before any of the words from `first` up to `end`."""
        at = bisect_left(self.gaps, first)
        return at < len(self.gaps) and self.gaps[at] < end


def _parts(text: str) -> Iterator[int]:
    """Find where labels, numbers behind a gap, and the items of lists begin."""
    for colon in _COLON.finditer(text):
        first = max(text.rfind("\n", 0, colon.start()) + 1, colon.start() - LONGEST_LABEL)
        line = text[first : colon.start()]
        # Without a gap only the line itself may begin with a label.
        label = _LABEL.search(line) if _has_gaps(line) else _LABEL.match(line)
        if label is not None:
            yield first + label.start("part")
    if _has_gaps(text):
        yield from (each.start(1) for each in _NUMBER.finditer(text))
    was_item, start = False, 0
    for line in text.splitlines(keepends=True):
        is_item = (" - " in line and _ITEM.match(line) is not None) or (
            ":" in line and _ENTRY.match(line) is not None
        )
        if is_item and was_item:
            yield start + len(line) - len(line.lstrip())
        was_item = is_item
        start += len(line)


def _has_gaps(text: str) -> bool:
    return "   " in text or "\t" in text


def _paragraphs(text: str) -> Iterator[list[tuple[int, int]]]:
    """Take a text apart into paragraphs of lines, each from its start up to its end."""
    paragraph: list[tuple[int, int]] = []
    start = 0
    for line in text.split("\n"):
        if line.strip():
            paragraph.append((start, start + len(line.rstrip())))
        elif paragraph:
            yield paragraph
            paragraph = []
        start += len(line) + 1
    if paragraph:
        yield paragraph
