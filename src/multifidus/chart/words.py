"""
A text as words with their places, and phrases laid on them.

The time that this takes grows with the length of the text alone: phrases that begin alike are
looked for at once, have few pieces, and their gaps are short.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from multifidus.chart.automaton import WIDEST_GAP, Automaton
from multifidus.chart.forms import LEADER, UNSAID, reread
from multifidus.core.quantity import DateRange
from multifidus.core.wording import WORD, Takes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from multifidus.chart.automaton import End
    from multifidus.core.wording import Phrase, Piece

T = TypeVar("T")

# Apostrophes and hyphens of typesetters: `doesn\u2019t` is a negation too.
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u02bc\u00b4", "'"),
        **dict.fromkeys("\u2010\u2011\u2212", "-"),
    }
)

_SMALL = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
NUMBER_WORDS = {word: str(number) for number, word in enumerate(_SMALL, 1)}
NUMBER_WORDS |= {word: str(10 * number) for number, word in enumerate(_TENS, 2)}
# Grades are written so; `i` and `iv` are other words, too.
NUMBER_WORDS |= {"ii": "2", "iii": "3", "dozen": "12"}
_ONES = {word: number for number, word in enumerate(_SMALL[:9], 1)}
DOZEN = "dozen"
_DOZEN = Decimal(12)
_ARTICLES = frozenset(("a", "the"))

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
LONGEST_NUMBER = 12
"""So many characters a number has at most; more are an identifier, or noise."""
_EN_DASH = "\u2013"
_RANGE_SIGNS = frozenset(("-", _EN_DASH, "to"))


class Words:
    """The words of a text in lower case, and where each stands."""

    __slots__ = ("capitals", "captures", "dated", "ends", "starts", "text", "words")

    def __init__(self, text: str) -> None:
        """Take a text apart; `text[starts[i]:ends[i]]` is what word `i` is written as."""
        self.text = text
        self.captures: dict[tuple[Takes, int], Capture | None] = {}
        """What was read at a place, or that it is none."""
        self.dated: list[int] | None = None
        """The words with which a day may begin; None until they are asked for."""
        lower = _lower(text)
        spans = [each.span() for each in WORD.finditer(lower)]
        self.words = [lower[start:end] for start, end in spans]
        if LEADER in text:
            # A row of dots leads to an answer, as a colon does.
            self.words = [":" if word.startswith(LEADER) else word for word in self.words]
        self.starts = [start for start, _ in spans]
        self.ends = [end for _, end in spans]
        # Most words begin with a small letter, and so need no look at the others.
        self.capitals = {
            at: written
            for at, (start, end) in enumerate(spans)
            if not text[start].islower() and (written := text[start:end]).isupper()
        }
        """The words that stand in capitals, by their place."""
        for each in reread(text):
            first = bisect_left(self.starts, each.start)
            end = bisect_left(self.starts, each.end)
            for at, word in zip_longest(range(first, end), each.words[: end - first]):
                self.words[at] = word or UNSAID
                self.capitals.pop(at, None)

    def __len__(self) -> int:
        """Count the words."""
        return len(self.words)

    def may_capture(self, at: int) -> bool:
        """Whether a number, a time, a date or a level may begin with a word."""
        word = self.words[at]
        if word in _ARTICLES:
            return self.words[at + 1 : at + 2] == [DOZEN]
        return word[0].isdecimal() or word in _CAPTURED

    def is_within_a_code(self, at: int) -> bool:
        """Whether a word is a number that stands right behind a letter: the 45 of `291P45F896`."""
        start = self.starts[at]
        return start > 0 and self.text[start].isdecimal() and self.text[start - 1].isalpha()

    def gap(self, at: int) -> str:
        """Give what stands between a word and the next one."""
        return self.text[self.ends[at] : self.starts[at + 1]]

    def may_be_days(self, first: int, end: int) -> Iterator[int]:
        """Give the words from `first` up to `end` with which a day may begin."""
        if self.dated is None:
            self.dated = [
                at for at, word in enumerate(self.words) if word[0].isdecimal() or word in MONTHS
            ]
        low = bisect_left(self.dated, first)
        for at in range(low, len(self.dated)):
            if self.dated[at] >= end:
                return
            yield self.dated[at]

    def quoted(self, first: int, end: int) -> tuple[int, int]:
        """Give the offsets of the words from `first` up to `end`."""
        return self.starts[first], self.ends[end - 1]


def _lower(text: str) -> str:
    """Write a text plainly, each character for one character, so that offsets hold."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(small if len(small := char.lower()) == 1 else char for char in text)
    return lower if text.isascii() else lower.translate(_PLAIN)


_CAPTURED = frozenset((*NUMBER_WORDS, *MONTHS, "l"))
"""Words, beside digits, with which a number, a time, a date or a level begins."""


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


class _Meant(NamedTuple):
    """What the end of a phrase means: the phrase's number, its group, its meaning there."""

    number: int
    group: int
    meaning: object


class Node:
    """Where one or more phrases have got to, and what may come next."""

    __slots__ = ("by_piece", "gaps", "means", "skips", "takes", "words")

    def __init__(self) -> None:
        self.by_piece: dict[Piece, Node] = {}
        self.skips: list[Node] = []
        """The next nodes that are reached without a word as well: by pieces that may be missing."""
        self.words: dict[str, list[Node]] = {}
        """The next nodes by the word that leads to them."""
        self.takes: list[tuple[Piece, Node]] = []
        """The next nodes by what has to be read to get there: a number, a time, a glued word."""
        self.gaps: list[Node] = []
        """The next nodes after up to a few words, whatever they are."""
        self.means: list[_Meant] = []
        """The phrases that end here."""

    def add(self, phrase: Phrase, meant: _Meant) -> None:
        """Add what is left of a phrase."""
        if not phrase:
            self.means.append(meant)
            return
        self._next(phrase[0]).add(phrase[1:], meant)

    def _next(self, piece: Piece) -> Node:
        node = self.by_piece.get(piece)
        if node is None:
            node = self.by_piece[piece] = Node()
            if piece.is_optional:
                self.skips.append(node)
            if piece.takes is Takes.ANY:
                self.gaps.append(node)
            elif piece.takes is Takes.WORDS and not piece.is_glued:
                for each in piece.words:
                    word = each.upper() if piece.is_capital else each
                    self.words.setdefault(word, []).append(node)
            else:
                self.takes.append((piece, node))
        return node

    def settle(self) -> None:
        """Take what may follow a piece that may be missing as following here as well."""
        for node in self.by_piece.values():
            node.settle()
        for node in self.skips:
            for word, following in node.words.items():
                self.words.setdefault(word, []).extend(following)
            self.takes += node.takes
            self.gaps += node.gaps
            self.means += node.means
        self.skips.clear()

    def may_step(self, words: Words, place: int) -> bool:
        """Whether anything that begins with a word may follow here."""
        return (
            words.words[place] in self.words
            or bool(self.takes or self.gaps)
            or place in words.capitals
        )


_State = tuple[Node, int, int, Capture | None]
"""A way in which phrases are laid on a text: the node and the word that it has got to, how many
words its gaps have skipped, and what it has captured."""


class Group(Generic[T]):
    """Some phrases of a phrasebook, and what they mean."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        """Number it."""
        self.number = number


class Phrasebook:
    """
    Groups of phrases as one tree of their pieces; grown once, laid on many texts.

    All phrases that begin alike are looked for at once, so the time that a text takes does not
    grow with their number.
    """

    def __init__(self) -> None:
        """Begin with no phrases."""
        self.root = Node()
        self.automaton: Automaton | None = None
        """The tree as an automaton; None until the first text is read."""
        self.groups = 0
        self.phrases = 0

    def group(self, phrases: Iterable[tuple[Phrase, T]]) -> Group[T]:
        """Add a group of phrases with their meanings."""
        group: Group[T] = Group(self.groups)
        for phrase, meaning in phrases:
            self.root.add(phrase, _Meant(self.phrases, group.number, meaning))
            self.phrases += 1
        self.groups += 1
        return group

    def read(self, words: Words) -> Readings:
        """Find every phrase of every group in a text; no group is added after that."""
        if self.automaton is None:
            self.root.settle()
            self.automaton = Automaton(self.root)
        found: list[list[Match[Any]]] = [[] for _ in range(self.groups)]
        for start, ends in self.automaton.found(words):
            matches = _laid(self.root, words, start) if ends is None else _told(start, ends)
            for group, match in matches:
                found[group].append(match)
        return Readings(found)


class Readings:
    """What phrases stand in a text, by their group."""

    def __init__(self, found: Sequence[Sequence[Match[Any]]]) -> None:
        """Take the matches of each group in the order of the text, the longest at a word first."""
        self.found = found
        self.starts = [[each.start for each in matches] for matches in found]

    def all(self, group: Group[T], first: int, end: int) -> Iterator[Match[T]]:
        """Give every phrase from `first` up to `end`, also one inside another."""
        matches, starts = self.found[group.number], self.starts[group.number]
        for at in range(bisect_left(starts, first), bisect_left(starts, end)):
            if matches[at].end <= end:
                yield matches[at]

    def any(self, group: Group[T], first: int, end: int) -> bool:
        """Whether any phrase stands from `first` up to `end`."""
        return next(self.all(group, first, end), None) is not None

    def longest(self, group: Group[T], first: int, end: int) -> Iterator[Match[T]]:
        """Give phrases from `first` up to `end`, the longest at each place, none inside another."""
        free = first
        for each in self.all(group, first, end):
            if each.start >= free:
                yield each
                free = each.end


def _told(start: int, ends: Sequence[tuple[int, End]]) -> Sequence[tuple[int, Match[Any]]]:
    """Give the phrases that an automaton found at a word, as `_laid` gives them."""
    if len(ends) == 1:
        (place, end) = ends[0]
        return ((end.group, Match(start, place, end.meaning, None)),)
    best: dict[int, tuple[int, int, End]] = {}
    for place, end in ends:
        known = best.get(end.number)
        if known is None or (end.skipped, -place) < known[:2]:
            best[end.number] = end.skipped, -place, end
    # Of phrases that end together the one that was added first comes first.
    ordered = sorted((place, number, end) for number, (_, place, end) in best.items())
    return [(end.group, Match(start, -place, end.meaning, None)) for place, _, end in ordered]


def _laid(root: Node, words: Words, start: int) -> Sequence[tuple[int, Match[Any]]]:
    """
    Find the phrases that begin at a word, with their groups, the longest first.

    Of the ways in which one phrase can be laid, the one with the shortest gaps counts, then the
    longest, then one that captures what it may leave out.
    """
    end = len(words)
    found: dict[int, tuple[tuple[int, int, bool], int, Match[Any]]] = {}
    all_words, capitals = words.words, words.capitals
    states: list[_State] = [(root, start, 0, None)]
    # Most of the time of reading a note is spent here.
    while states:
        state = states.pop()
        node, place, skipped, capture = state
        for number, group, meaning in node.means:
            known = found.get(number)
            best = (skipped, -place, capture is None)
            if known is None or best < known[0]:
                found[number] = best, group, Match(start, place, meaning, capture)
        if place < end:
            if (following := node.words.get(all_words[place])) is not None:
                states += [(each, place + 1, skipped, capture) for each in following]
            if place in capitals and (following := node.words.get(capitals[place])) is not None:
                states += [(each, place + 1, skipped, capture) for each in following]
            if node.takes or node.gaps:
                states += _leaps(words, end, state)
    ordered = sorted(found.items(), key=_by_length)
    return [(group, match) for _, (_, group, match) in ordered]


def _by_length(found: tuple[int, tuple[Any, int, Match[Any]]]) -> tuple[int, int]:
    """Put the longest first; of phrases that end together the one that was added first."""
    number, (_, _, match) = found
    return -match.end, number


def _leaps(words: Words, end: int, state: _State) -> Iterator[_State]:
    """Go over what is not one plain word: a number, a time, a day, a gap."""
    node, place, skipped, capture = state
    may_capture = words.may_capture(place)
    for piece, following in node.takes:
        if not may_capture and piece.takes is not Takes.WORDS:
            continue
        taken = _take(piece, words, place, end)
        if taken is not None:
            kept = capture if taken.takes is Takes.WORDS else capture or taken
            yield following, taken.end, skipped, kept
    for following in node.gaps:
        for width in range(min(WIDEST_GAP, end - place - 1) + 1):
            if following.may_step(words, place + width):
                yield following, place + width, skipped + width, capture


def _take(piece: Piece, words: Words, place: int, end: int) -> Capture | None:
    if place >= end or (piece.is_glued and words.gap(place - 1)):
        return None
    takes = piece.takes
    if takes is Takes.WORDS:
        return Capture(place, place + 1, takes) if words.words[place] in piece.words else None
    # Many phrases ask for a number, a time or a day at one place.
    key = (takes, place)
    if key not in words.captures:
        words.captures[key] = _READ[takes](words, place, end)
    return words.captures[key]


def read_number(words: Words, place: int) -> Capture | None:
    """
    Read a number in digits or, up to 99, in words; None for a part of one.

    Parts are the digits of `1,200`, and the `two` of `fifty-two`.

    >>> read_number(Words("a fifty-two-year-old"), 1).number
    Decimal('52')
    """
    if words.words[place] in _ARTICLES:
        if not words.may_capture(place):
            return None
        # `a dozen years`
        return Capture(place, place + 2, Takes.NUMBER, number=_DOZEN)
    word = NUMBER_WORDS.get(words.words[place], words.words[place])
    if not (word.isascii() and word[0].isdecimal()) or len(word) > LONGEST_NUMBER:
        return None
    if _is_grouped(words, place - 2) or _is_grouped(words, place):
        return None
    if place > 0 and _ones(words, place - 1):
        return None
    ones = _ones(words, place)
    return Capture(place, place + 1 + bool(ones), Takes.NUMBER, number=Decimal(word) + ones)


def _ones(words: Words, place: int) -> int:
    """Give the 2 of `fifty-two`; 0 if there is none."""
    if words.words[place] not in _TENS or place + 1 >= len(words):
        return 0
    return _ONES.get(words.words[place + 1], 0) if words.gap(place) in (" ", "-") else 0


def _is_grouped(words: Words, place: int) -> bool:
    """Whether a comma without blanks around it stands between the digits here and the next ones."""
    near = words.words[max(place, 0) : place + 3]
    if len(near) < len("1,2") or near[1] != ",":
        return False
    is_joined = words.starts[place + 2] - words.ends[place] == 1
    return is_joined and near[0].isdecimal() and near[2][0].isdecimal()


def is_range(words: Words, capture: Capture) -> bool:
    """Whether a number is one end of a range: `6-8`."""
    at = capture.start
    if at > 1 and words.words[at - 1] in _RANGE_SIGNS and words.words[at - 2][0].isdecimal():
        return True
    after = capture.start + 1 if capture.takes is Takes.TIME else capture.end
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
    word = words.words[place]
    if not (word[0].isdecimal() or word in MONTHS):
        return None
    for length, read in _DAY_FORMS:
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
        case [month, day, ",", year] | [month, day, year] if month in MONTHS:
            return _range(year, str(MONTHS[month]), day)
        # Without the comma it would be read of `L3-5 Nov 2023` as well.
        case [day, month, ",", year] if month in MONTHS:
            return _range(year, str(MONTHS[month]), day)
        case [month, year] if month in MONTHS:
            return _range(year, str(MONTHS[month]))
        case [month, "of", year] if month in MONTHS:
            return _range(year, str(MONTHS[month]))
        case _:
            return None


def _year(words: Sequence[str]) -> DateRange | None:
    return _range(words[0])


_DAY_FORMS = (
    (5, _numeric),
    (4, _named),
    (3, _numeric),
    (3, _named),
    (2, _named),
    (1, _year),
)
"""How many words a day takes, and how they are read; the more of them, the more precise it is."""


def int_of(word: str) -> int:
    """Give a whole number of a date, in ASCII digits; -1 when a word is none."""
    is_one = word.isascii() and word.isdecimal() and len(word) <= len("2026")
    return int(word) if is_one else -1


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


SEVERAL = "several"
"""The level of what spans more than two neighbouring vertebrae: `L3-S1`."""
_VERTEBRAE = {number: f"l{number}" for number in "12345"}


def _level(words: Words, place: int, end: int) -> Capture | None:
    """Read `L4-5`, `L4/5`, `L4-L5`, `L5-S1`, `L4/L5`; `L3-S1`, `L4 through S1` are several."""
    pieces = words.words[place : min(place + 6, end)]
    if pieces[0] != "l":
        return None
    match pieces:
        case ["l", upper, "-" | "/" | "\u2013", "l" | "s" as letter, lower, *_]:
            length = 5
        case ["l", upper, "-" | "/" | "\u2013", lower, *_]:
            letter, length = "s" if (upper, lower) == ("5", "1") else "l", 4
        case ["l", upper, "to" | "thru" | "through", "l" | "s" as letter, lower, *_]:
            length = 5
        case ["l", upper, "to" | "through" | "-", "the", "sacrum", *_]:
            letter, lower, length = "s", "1", 5
        case ["l", upper, "to" | "through" | "-", "sacrum", *_]:
            letter, lower, length = "s", "1", 4
        case ["l", upper, "l" | "s" as letter, lower, *_]:
            length = 4
        case _:
            return None
    if upper not in _VERTEBRAE or (letter + lower) not in (*_VERTEBRAE.values(), "s1"):
        return None
    many = (6 if letter == "s" else int(lower)) - int(upper)
    if many < 1:
        return None
    name = f"l{upper}-{letter}{lower}" if many == 1 else SEVERAL
    return Capture(place, place + length, Takes.LEVEL, level=name)


_READ: Mapping[Takes, Callable[[Words, int, int], Capture | None]] = {
    Takes.NUMBER: lambda words, place, _: read_number(words, place),
    Takes.TIME: _time,
    Takes.DATE: read_day,
    Takes.LEVEL: _level,
}
