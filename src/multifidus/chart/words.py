"""A text as words with their places."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import accumulate, zip_longest
from typing import TYPE_CHECKING

from multifidus.chart.capture import ARTICLES, DOZEN, MONTHS, NUMBER_WORDS
from multifidus.chart.forms import LEADER, UNSAID, reread
from multifidus.core.wording import WORD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from multifidus.chart.capture import Capture
    from multifidus.core.wording import Takes

# Apostrophes and hyphens of typesetters: `doesn\u2019t` is a negation too.
_PLAIN = {
    **dict.fromkeys("\u2018\u2019\u02bc\u00b4", "'"),
    **dict.fromkeys("\u2010\u2011\u2212", "-"),
}

_PARTS = re.compile(f"({WORD.pattern})")
"""Takes a text apart into gap, word, gap, word, and so on, up to the last gap."""
_CAPITALS = re.compile(r"[^\W\d_a-z][^\W\d_a-z]*+(?![^\W\d_])")
"""The end of a word, or all of one, that may stand in capitals."""
_ASCII_CAPITALS = re.compile(r"[A-Z][A-Z]*+(?![a-z])")
"""The same, looked for faster in a text of ASCII alone."""
_FILLED_IN = re.compile(
    r"(?<![^\W_])_+(?=[^_\n]*[0-9])(?P<entry>[^\W_](?:[^_\n]{0,24}[^\s_])?)_+(?![^\W_])"
)
"""A blank line of a form with something on it that holds a digit: `_56_`, `__L4-5__`."""
_CAPTURED = frozenset((*NUMBER_WORDS, *MONTHS, "l"))
"""Words, beside digits, with which a number, a time, a date or a level begins."""


class Words:
    """The words of a text in lower case, and where each stands."""

    __slots__ = (
        "capitals",
        "captures",
        "capturing",
        "dated",
        "days",
        "ends",
        "gaps",
        "may_capture",
        "starts",
        "text",
        "words",
    )

    def __init__(self, text: str) -> None:
        """Take a text apart; `text[starts[i]:ends[i]]` is what word `i` is written as."""
        self.text = text
        self.captures: dict[tuple[Takes, int], Capture | None] = {}
        """What was read at a place, or that it is none."""
        self.days: dict[tuple[int, int], Capture | None] = {}
        """What day was read at a place, in so many words at most."""
        self.dated: list[int] | None = None
        """The words with which a day may begin; None until they are asked for."""
        plain = _plain(text)
        parts = _PARTS.split(_lower(plain))
        offsets = list(accumulate(map(len, parts)))
        self.words = words = parts[1::2]
        self.starts = starts = offsets[:-1:2]
        self.ends = ends = offsets[1::2]
        self.gaps = parts[2:-1:2]
        """What stands between each word and the next one; of the last word, nothing."""
        self.gaps.append("")
        if not text.isascii():
            # The sign between two words is kept as it is written.
            self.gaps[:-1] = [text[end:start] for end, start in zip(ends, starts[1:], strict=False)]
        if LEADER in text:
            # A row of dots leads to an answer, as a colon does.
            words[:] = [":" if word.startswith(LEADER) else word for word in words]
        self.capitals = dict(_capitals(plain, starts))
        """The words that stand in capitals, by their place."""
        for each in reread(text):
            first = bisect_left(self.starts, each.start)
            end = bisect_left(self.starts, each.end)
            for at, word in zip_longest(range(first, end), each.words[: end - first]):
                self.words[at] = word or UNSAID
                self.capitals.pop(at, None)
        self.capturing = [
            at for at, word in enumerate(words) if "0" <= word < ":" or word in _CAPTURED
        ]
        """The words with which a number, a time, a date or a level may begin, but for `a dozen`."""
        self.may_capture = self._may_capture()
        """Of each word, whether a number, a time, a date or a level may begin with it."""

    def __len__(self) -> int:
        """Count the words."""
        return len(self.words)

    def _may_capture(self) -> list[bool]:
        words = self.words
        may = [False] * len(words)
        for at in self.capturing:
            may[at] = True
            if words[at] == DOZEN and at and self.is_dozen(at - 1):
                may[at - 1] = True
        return may

    def is_dozen(self, at: int) -> bool:
        """Whether `a dozen` begins with a word."""
        return self.words[at] in ARTICLES and self.words[at + 1 : at + 2] == [DOZEN]

    def is_within_a_code(self, at: int) -> bool:
        """Whether a word is a number that stands right behind a letter: the 45 of `291P45F896`."""
        start = self.starts[at]
        return start > 0 and self.text[start].isdecimal() and self.text[start - 1].isalpha()

    def gap(self, at: int) -> str:
        """Give what stands between a word and the next one."""
        return self.gaps[at]

    def may_be_days(self, first: int, end: int) -> Iterator[int]:
        """Give the words from `first` up to `end` with which a day may begin."""
        if self.dated is None:
            words = self.words
            self.dated = [
                at for at in self.capturing if words[at] in MONTHS or words[at][0].isdecimal()
            ]
        low = bisect_left(self.dated, first)
        for at in range(low, len(self.dated)):
            if self.dated[at] >= end:
                return
            yield self.dated[at]

    def quoted(self, first: int, end: int) -> tuple[int, int]:
        """Give the offsets of the words from `first` up to `end`."""
        return self.starts[first], self.ends[end - 1]


def _capitals(plain: str, starts: Sequence[int]) -> Iterator[tuple[int, str]]:
    """Give the words that stand in capitals, each with its place."""
    pattern = _ASCII_CAPITALS if plain.isascii() else _CAPITALS
    for found in pattern.finditer(plain):
        start = found.start()
        at = bisect_right(starts, start) - 1
        # Else it is the end of a word that begins with small letters: `eGFR`.
        if starts[at] == start and (word := found.group()).isupper():
            yield at, word


def _plain(text: str) -> str:
    """Write signs of typesetters plainly, each as one character, so that offsets hold."""
    if not text.isascii():
        for sign, plain in _PLAIN.items():
            # Cheaper than a translation, which looks every character up.
            text = text.replace(sign, plain)
    if "_" in text:
        text = _FILLED_IN.sub(_entry, text)
    return text


def _entry(blank: re.Match[str]) -> str:
    """Leave the line out on which somebody has written."""
    before, after = blank.start("entry") - blank.start(), blank.end() - blank.end("entry")
    return f"{' ' * before}{blank['entry']}{' ' * after}"


def _lower(text: str) -> str:
    """Write a text in small letters, each character for one character as well."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(small if len(small := char.lower()) == 1 else char for char in text)
    return lower
