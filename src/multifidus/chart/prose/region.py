"""
Which part of the body a text is about, where its title or a label of its lines says so.

What is told of the knee in `KNEE (R): strength 4/5` is nothing of the back, though no word near
it says so.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from multifidus.chart.prose.clauses import Clause
    from multifidus.chart.prose.index import Index
    from multifidus.chart.prose.phrases import Readings
    from multifidus.chart.prose.words import Words

_LABELS = re.compile(r"(?P<label>[A-Z][\w/&() -]{0,40}+):(?=\s)")
"""A label, if it begins its line or sentence: that is looked at where one was found."""


class _Label(NamedTuple):
    """The first word of a label, the end of what it stands over, and whether it is elsewhere."""

    first: int
    end: int
    is_elsewhere: bool


class Region:
    """The parts of the body that one text names over its parts; looked up where asked for."""

    def __init__(
        self, index: Index, *, words: Words, readings: Readings, title: Readings, size: int
    ) -> None:
        """Prepare a text and its title, which has so many words."""
        self.index = index
        self.words = words
        self.readings = readings
        self.is_titled_elsewhere = self._is_elsewhere(title, 0, size)
        self.labels: Sequence[_Label] | None = None

    def is_elsewhere(self, clause: Clause) -> bool:
        """Whether a clause is of another part: it stands below its name, and does not name ours."""
        if not (self.is_titled_elsewhere or self._is_labelled_elsewhere(clause.first)):
            return False
        return not self.readings.any(self.index.region, clause.first, clause.end)

    def _is_elsewhere(self, readings: Readings, first: int, end: int) -> bool:
        """Whether some words name another part of the body, and not ours."""
        return readings.any(self.index.elsewhere, first, end) and not (
            readings.any(self.index.region, first, end)
        )

    def _is_labelled_elsewhere(self, place: int) -> bool:
        if self.labels is None:
            self.labels = list(self._labels())
        at = bisect_right(self.labels, place, key=lambda each: each.first) - 1
        return at >= 0 and self.labels[at].is_elsewhere and place < self.labels[at].end

    def _labels(self) -> Iterator[_Label]:
        starts, text = self.words.starts, self.words.text
        for found in _LABELS.finditer(text):
            if not _begins(text, found.start()):
                continue
            first, end = (bisect_left(starts, each) for each in found.span("label"))
            # A label with text behind it stands over its own line.
            is_alone = text[found.end() : found.end() + 1] == "\n"
            stop = text.find("\n\n" if is_alone else "\n", found.end())
            reach = bisect_left(starts, stop) if stop >= 0 else len(starts)
            yield _Label(first, reach, self._is_elsewhere(self.readings, first, end))


def _begins(text: str, start: int) -> bool:
    """Whether a line or a sentence begins at a place."""
    if text.endswith(". ", 0, start):
        return True
    while start > 0 and text[start - 1] in " \t":
        start -= 1
    return start == 0 or text[start - 1] == "\n"
