"""
A text as words with their places, and phrases laid on them.

The time that this takes grows with the length of the text alone: a phrase is tried only where its
first word stands, has few pieces, and its gaps are short.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from multifidus.core.quantity import DateRange
from multifidus.core.wording import Takes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from multifidus.core.wording import Phrase, Piece

T = TypeVar("T")

WIDEST_GAP = 4
"""So many words a gap in a phrase may take."""

# A hyphen between two letters is left out, so that `follow-up` and `follow up` are the same.
_WORD = re.compile(r"[^\W\d_]+|[0-9]+(?:\.[0-9]+)?|_|(?:(?<![^\W\d_])|(?=-[\W\d_]))-|[^\w\s-]")

NUMBER_WORDS = {
    word: str(number)
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"], 1
    )
} | {"twelve": "12", "fifteen": "15", "eighteen": "18", "twenty": "20", "thirty": "30"}

UNIT_WORDS = {
    **dict.fromkeys(["year", "years", "yr", "yrs"], "years"),
    **dict.fromkeys(["month", "months", "mo", "mos", "mths", "mth"], "months"),
    **dict.fromkeys(["week", "weeks", "wk", "wks"], "weeks"),
    **dict.fromkeys(["day", "days"], "days"),
}

MONTHS = {
    word: month
    for month, words in enumerate(
        [
            ["january", "jan"],
            ["february", "feb"],
            ["march", "mar"],
            ["april", "apr"],
            ["may"],
            ["june", "jun"],
            ["july", "jul"],
            ["august", "aug"],
            ["september", "sep", "sept"],
            ["october", "oct"],
            ["november", "nov"],
            ["december", "dec"],
        ],
        1,
    )
    for word in words
}
_EARLIEST_YEAR, _LATEST_YEAR = 1900, 2100
_CENTURY = 100
_MONTHS_A_YEAR = 12
_EN_DASH = "\u2013"
_RANGE_SIGNS = frozenset(("-", _EN_DASH, "to"))


UNSAID = "\0"
"""Stands for a word beside a box that nobody has ticked: missing is not no, nor yes."""
_BOX = re.compile(
    r"\[[ \t_]?\]|\( \)|[\u2610\u25a1\u25fb\u2b1c](?=\s?\w)"
    r"|(?P<ticked>\[[xX\u2713\u2714]\]|[\u2611\u2612])"
)
_TWO_BOXES = 3
"""So few characters stand between two boxes that share one item: columns, whose heads are not
beside them."""


def _unticked(text: str) -> Iterator[tuple[int, int]]:
    """Find what stands beside boxes that are not ticked, up to the next box or the line's end."""
    boxes = list(_BOX.finditer(text))
    for box, following in zip_longest(boxes, boxes[1:]):
        line_end = text.find("\n", box.end())
        end = len(text) if line_end < 0 else line_end
        is_shared = False
        if following is not None and following.start() < end:
            end = following.start()
            is_shared = end - box.end() < _TWO_BOXES
        if is_shared and following is not None:
            line_end = text.find("\n", following.end())
            yield box.start(), len(text) if line_end < 0 else line_end
        elif not box["ticked"]:
            yield box.start(), end


class Words:
    """The words of a text in lower case, and where each stands."""

    __slots__ = ("ends", "starts", "text", "words")

    def __init__(self, text: str) -> None:
        """Take a text apart; `text[starts[i]:ends[i]]` is what word `i` is written as."""
        self.text = text
        found = list(_WORD.finditer(_lower(text)))
        self.words = [each.group() for each in found]
        self.starts = [each.start() for each in found]
        self.ends = [each.end() for each in found]
        for first, end in _unticked(text):
            for at in range(bisect_left(self.starts, first), bisect_left(self.starts, end)):
                self.words[at] = UNSAID

    def __len__(self) -> int:
        """Count the words."""
        return len(self.words)

    def gap(self, at: int) -> str:
        """Give what stands between a word and the next one."""
        return self.text[self.ends[at] : self.starts[at + 1]]

    def quoted(self, first: int, end: int) -> tuple[int, int]:
        """Give the offsets of the words from `first` up to `end`."""
        return self.starts[first], self.ends[end - 1]


def _lower(text: str) -> str:
    """Write a text in lower case, each character for one character, so that offsets hold."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(small if len(small := char.lower()) == 1 else char for char in text)


class Capture(NamedTuple):
    """What a phrase took besides words: where it stands, and its content."""

    start: int
    end: int
    takes: Takes
    number: Decimal | None = None
    unit: str = ""
    date: DateRange | None = None
    level: str = ""


class Match(NamedTuple, Generic[T]):
    """A phrase laid on a text: from word `start` up to `end`, and what it means."""

    start: int
    end: int
    meaning: T
    capture: Capture | None


class Phrases(Generic[T]):
    """Phrases with their meanings, found by their first word."""

    def __init__(self, phrases: Iterable[tuple[Phrase, T]]) -> None:
        """Index phrases; of two at one place the longer is found first."""
        self.by_word: dict[str, list[tuple[Phrase, T]]] = defaultdict(list)
        self.by_capture: list[tuple[Phrase, T]] = []
        for phrase, meaning in sorted(phrases, key=lambda each: -len(each[0])):
            first = phrase[0]
            for word in sorted(first.words):
                self.by_word[word].append((phrase, meaning))
            if first.takes is not Takes.WORDS:
                self.by_capture.append((phrase, meaning))

    def at(self, words: Words, start: int, end: int) -> Iterator[Match[T]]:
        """Find the phrases that begin at a word and end before `end`."""
        for phrase, meaning in self.by_word.get(words.words[start], ()):
            found = lay(phrase, words, start, end)
            if found is not None:
                yield Match(start, found[0], meaning, found[1])
        for phrase, meaning in self.by_capture:
            found = lay(phrase, words, start, end)
            if found is not None:
                yield Match(start, found[0], meaning, found[1])

    def longest(self, words: Words, first: int, end: int) -> Iterator[Match[T]]:
        """Find phrases from `first` up to `end`, the longest at each place, none inside another."""
        at = first
        while at < end:
            found = max(self.at(words, at, end), key=lambda each: each.end, default=None)
            if found is None:
                at += 1
            else:
                yield found
                at = found.end

    def all(self, words: Words, first: int, end: int) -> Iterator[Match[T]]:
        """Find every phrase from `first` up to `end`, also one inside another."""
        for at in range(first, end):
            yield from self.at(words, at, end)


def lay(phrase: Phrase, words: Words, start: int, end: int) -> tuple[int, Capture | None] | None:
    """Lay a phrase on the words from `start`; give where it ends and what it captured."""
    return _lay(phrase, 0, words, start, end)


def _lay(
    phrase: Phrase, at: int, words: Words, place: int, end: int
) -> tuple[int, Capture | None] | None:
    for number in range(at, len(phrase)):
        piece = phrase[number]
        if piece.takes is Takes.ANY:
            return _over_a_gap(phrase, number + 1, words, place, end)
        taken = _take(piece, words, place, end)
        if taken is None:
            if piece.is_optional:
                continue
            return None
        if piece.takes is Takes.WORDS and not piece.is_optional:
            place += 1
            continue
        found = _lay(phrase, number + 1, words, taken.end, end)
        if found is not None:
            captured = taken if piece.takes is not Takes.WORDS else None
            return found[0], found[1] or captured
        if not piece.is_optional:
            return None
    return place, None


def _over_a_gap(
    phrase: Phrase, at: int, words: Words, place: int, end: int
) -> tuple[int, Capture | None] | None:
    for gap in range(WIDEST_GAP + 1):
        if (found := _lay(phrase, at, words, place + gap, end)) is not None:
            return found
    return None


def _take(piece: Piece, words: Words, place: int, end: int) -> Capture | None:
    if place >= end or (piece.is_glued and words.gap(place - 1)):
        return None
    match piece.takes:
        case Takes.NUMBER:
            return read_number(words, place)
        case Takes.TIME:
            return _time(words, place, end)
        case Takes.DATE:
            return read_day(words, place, end)
        case Takes.LEVEL:
            return _level(words, place, end)
        case Takes.WORDS | Takes.ANY:
            is_there = words.words[place] in piece.words
            return Capture(place, place + 1, piece.takes) if is_there else None


def read_number(words: Words, place: int) -> Capture | None:
    """Read a number in digits or, if small, in words; None for one end of a range or a fraction."""
    word = NUMBER_WORDS.get(words.words[place], words.words[place])
    if not word[0].isdecimal() or not word.isascii():
        return None
    return Capture(place, place + 1, Takes.NUMBER, number=Decimal(word))


def is_range(words: Words, capture: Capture) -> bool:
    """Whether a number is one end of a range: `6-8`."""
    at = capture.start
    if at > 1 and words.words[at - 1] in _RANGE_SIGNS and words.words[at - 2][0].isdecimal():
        return True
    after = capture.start + 1
    return (
        after + 1 < len(words)
        and words.words[after] in _RANGE_SIGNS
        and words.words[after + 1][0].isdecimal()
    )


def _time(words: Words, place: int, end: int) -> Capture | None:
    number = read_number(words, place)
    if number is None or number.end >= end:
        return None
    at = number.end
    if words.words[at] == "+":
        return None  # `10+ years` is a bound.
    if words.words[at] == "-" and at + 1 < end:
        at += 1  # `3-year`
    unit = UNIT_WORDS.get(words.words[at])
    if unit is None:
        return None
    return Capture(place, at + 1, Takes.TIME, number=number.number, unit=unit)


def read_day(words: Words, place: int, end: int) -> Capture | None:
    """Read a day, month or year with the precision that it has; US order of month and day."""
    for length, read in ((5, _numeric), (4, _named), (3, _numeric), (2, _named), (1, _year)):
        if place + length <= min(end, len(words)):
            found = read(words.words[place : place + length])
            if found is not None:
                return Capture(place, place + length, Takes.DATE, date=found)
    return None


def _numeric(words: Sequence[str]) -> DateRange | None:
    match words:
        case [one, "/" | "-" as sign, two, other, three] if sign == other:
            if len(one) == len("2026"):
                return _range(one, two, three)
            year = _full_year(three)
            if int_of(one) > _MONTHS_A_YEAR and sign == "/":
                one, two = two, one
            return _range(year, one, two)
        case [month, "/", year] if len(year) == len("2026"):
            return _range(year, month)
        case [year, "-", month] if len(year) == len("2026") and len(month) == len("06"):
            return _range(year, month)
        case _:
            return None


def _named(words: Sequence[str]) -> DateRange | None:
    match words:
        case [month, day, ",", year] if month in MONTHS:
            return _range(year, str(MONTHS[month]), day)
        case [day, month, ",", year] if month in MONTHS:
            return _range(year, str(MONTHS[month]), day)
        case [month, year] if month in MONTHS:
            return _range(year, str(MONTHS[month]))
        case _:
            return None


def _year(words: Sequence[str]) -> DateRange | None:
    return _range(words[0])


def int_of(word: str) -> int:
    """Give a whole number in ASCII digits; -1 when a word is none."""
    return int(word) if word.isascii() and word.isdecimal() else -1


def _full_year(word: str) -> str:
    return f"20{word}" if len(word) == len("26") and word.isdecimal() else word


def _range(year: str, month: str = "", day: str = "") -> DateRange | None:
    numbers = [int_of(each) for each in (year, month, day) if each]
    if -1 in numbers or not _EARLIEST_YEAR <= numbers[0] <= _LATEST_YEAR:
        return None
    try:
        date(*[*numbers, 1, 1][:3])
        return DateRange.parse("-".join(f"{each:02d}" for each in numbers))
    except ValueError:
        return None


def _level(words: Words, place: int, end: int) -> Capture | None:
    """Read `L4-5`, `L4/5`, `L4-L5`, `L5-S1`, `L4/L5`."""
    pieces = words.words[place : min(place + 6, end)]
    match pieces:
        case ["l", upper, "-" | "/" | "\u2013", "l" | "s" as letter, lower, *_]:
            length = 5
        case ["l", upper, "-" | "/" | "\u2013", lower, *_]:
            letter, length = "s" if (upper, lower) == ("5", "1") else "l", 4
        case ["l", upper, "l" | "s" as letter, lower, *_]:
            length = 4
        case _:
            return None
    name = f"l{upper}-{letter}{lower}"
    if name not in ("l1-l2", "l2-l3", "l3-l4", "l4-l5", "l5-s1"):
        return None
    return Capture(place, place + length, Takes.LEVEL, level=name)
