"""
What a phrase takes besides words: a number, a time, a day or a level, read at a place of a text.

A day is read with the precision that it has; US order of month and day.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from multifidus.core.quantity import DateRange
from multifidus.core.wording import Takes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from multifidus.chart.prose.words import Words
    from multifidus.core.wording import Piece

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
DOZEN, HALF = "dozen", "half"
_DOZEN = Decimal(12)
ARTICLES = frozenset(("a", "the"))

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
_HALF = Decimal("0.5")
_HALVES = (
    ("and", "a", HALF),
    ("-", "and", "-", "a", "-", HALF),
    ("&", "a", HALF),
    ("and", "1", "/", "2"),
    ("1", "/", "2"),
    ("½",),
)
ONE_AND_A = len(("a", "year", "and", "a"))
"""So many words stand before the half of `a year and a half`."""
LONGEST_PADDED = 3
"""So many digits a number with a zero before it has at most: `007`."""
LONGEST_NUMBER = 12
"""So many characters a number has at most; more are an identifier, or noise."""
_EN_DASH = "\u2013"
_RANGE_SIGNS = frozenset(("-", _EN_DASH, "to"))


class Capture(NamedTuple):
    """What a phrase took besides words: where it stands, and its content."""

    start: int
    end: int
    takes: Takes
    number: Decimal | None = None
    unit: str = ""
    date: DateRange | None = None
    level: str = ""


def read_number(words: Words, place: int) -> Capture | None:
    """
    Read a number in digits or, up to 99, in words; None for a part of one.

    Parts are the digits of `1,200`, and the `two` of `fifty-two`.

    >>> from multifidus.chart.prose.words import Words
    >>> read_number(Words("a fifty-two-year-old"), 1).number
    Decimal('52')
    """
    if words.words[place] in ARTICLES:
        if not words.is_dozen(place):
            return None
        # `a dozen years`
        return Capture(place, place + 2, Takes.NUMBER, number=_DOZEN)
    word = NUMBER_WORDS.get(words.words[place], words.words[place])
    if not (word.isascii() and word[0].isdecimal()) or len(word) > LONGEST_NUMBER:
        return None
    if word[0] == "0" and len(word) > LONGEST_PADDED and word.isdecimal():
        return None  # `0311` is a code.
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
    # Where a time may stand, a number alone is asked for as well.
    number = _read(Takes.NUMBER, words, place, end)
    if number is None or number.number is None:
        return _one_and_a_half(words, place, end)
    at = number.end
    half = _half(words, at, end)
    at += half
    if at >= end or words.words[at] == "+":
        return None  # `10+ years` is a bound.
    if words.words[at] == "-" and at + 1 < end:
        at += 1  # `3-year`
    unit = UNIT_WORDS.get(words.words[at])
    if unit is None:
        return None
    after = 0 if half else _half(words, at + 1, end)
    count = number.number + (_HALF if half or after else 0)
    months = count * _MONTHS_A_YEAR
    if unit == "years" and count % 1 and not months % 1:
        count, unit = months.normalize(), "months"  # `3.5 years`
    return Capture(place, at + 1 + after, Takes.TIME, number=count, unit=unit)


def _one_and_a_half(words: Words, place: int, end: int) -> Capture | None:
    """Read `a year and a half`."""
    is_one = words.words[place] == "a" and place + 1 < end
    if is_one and UNIT_WORDS.get(words.words[place + 1]) == "years":
        half = _half(words, place + 2, end)
        months = Decimal(_MONTHS_A_YEAR + _MONTHS_A_YEAR // 2)
        return Capture(place, place + 2 + half, Takes.TIME, months, "months") if half else None
    return None


def _half(words: Words, at: int, end: int) -> int:
    """Give how many words say `and a half` here; 0 if none do."""
    for said in _HALVES:
        if at + len(said) <= end and tuple(words.words[at : at + len(said)]) == said:
            return len(said)
    return 0


def read_day(words: Words, place: int, end: int) -> Capture | None:
    """Read a day, month or year with the precision that it has; US order of month and day."""
    word = words.words[place]
    if not (word[0].isdecimal() or word in MONTHS):
        return None
    # For each name beside it a day is asked for anew.
    key = (place, min(end - place, _LONGEST_DAY))
    if key not in words.days:
        words.days[key] = _day(words, place, end)
    return words.days[key]


def _day(words: Words, place: int, end: int) -> Capture | None:
    following = words.words[place + 1] if place + 1 < len(words) else ""
    if following in _SIGNS:
        forms = _DAY_FORMS
    elif following in MONTHS or words.words[place] in MONTHS:
        forms = _NAMED_FORMS
    else:
        forms = _YEAR_FORMS
    for length, read in forms:
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
        case [month, "of", year] if month in MONTHS:
            return _range(year, str(MONTHS[month]))
        case [month, day, ",", year] | [month, day, year] if month in MONTHS:
            return _range(year, str(MONTHS[month]), day)
        # Without the comma it would be read of `L3-5 Nov 2023` as well.
        case [day, month, ",", year] if month in MONTHS:
            return _range(year, str(MONTHS[month]), day)
        case [month, year] if month in MONTHS:
            return _range(year, str(MONTHS[month]))
        case _:
            return None


def _year(words: Sequence[str]) -> DateRange | None:
    return _range(words[0])


_DAY_FORMS: Sequence[tuple[int, Callable[[Sequence[str]], DateRange | None]]] = (
    (5, _numeric),
    (4, _named),
    (3, _numeric),
    (3, _named),
    (2, _named),
    (1, _year),
)
"""How many words a day takes, and how they are read; the more of them, the more precise it is."""
_SIGNS = frozenset(("/", "-"))
_NAMED_FORMS = tuple(each for each in _DAY_FORMS if each[1] is not _numeric)
"""Those without a sign behind the first word."""
_YEAR_FORMS = _DAY_FORMS[-1:]
"""Those without the name of a month either."""
_LONGEST_DAY = _DAY_FORMS[0][0]


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
        return DateRange.of(*numbers)
    except ValueError:
        return None


SEVERAL = "several"
"""The level of what spans more than two neighbouring vertebrae: `L3-S1`."""
_VERTEBRAE = {number: f"l{number}" for number in "12345"}


def _level(words: Words, place: int, end: int) -> Capture | None:
    """Read `L4-5`, `L4/5`, `L4-L5`, `L5-S1`, `L4/L5`; `L3-S1`, `L4 through S1` are several."""
    if words.words[place] != "l":
        return None
    pieces = words.words[place : min(place + 6, end)]
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


def take(piece: Piece, words: Words, place: int, end: int) -> Capture | None:
    """Read what a piece of a phrase asks for at a place; None if it is not there."""
    if place >= end or (piece.is_glued and words.gap(place - 1)):
        return None
    takes = piece.takes
    if takes is Takes.WORDS:
        return Capture(place, place + 1, takes) if words.words[place] in piece.words else None
    return _read(takes, words, place, end)


def _read(takes: Takes, words: Words, place: int, end: int) -> Capture | None:
    """Read it once: many phrases ask for a number, a time or a day at one place."""
    key = (takes, place)
    if key not in words.captures:
        words.captures[key] = _READ[takes](words, place, end)
    return words.captures[key]
