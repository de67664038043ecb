"""
How wide words are, so that a figure can be laid out without a browser.

The widths are those of Arial, in thousandths of the type size. Helvetica, Liberation Sans and Arimo
were drawn to the same widths, so the layout holds wherever one of the four is there, and PNGs are
made with Arimo. Kerning is left out: it moves a word by less than the space around it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Advance widths of Arimo 1.341 at weights 400 and 700, read from its `hmtx` table.
_REGULAR = {
    191: "'",
    222: "ijl",
    260: "|",
    278: " !,./:;I[\\]ft",
    333: "()-`r²³·“”",
    334: "{}",
    350: "•",
    355: '"',
    389: "*",
    395: "τ",
    400: "°",
    469: "^",
    500: "Jcksvxyz",
    525: "χ",
    549: "≥≤±",
    556: "#$0123456789?L_abdeghnopqu§éèöüä†‡",
    584: "+<=>~×",
    611: "FTZß",
    667: "&ABEKPSVXY",
    722: "CDHNRUw",
    778: "GOQ",
    833: "Mm",
    889: "%",
    944: "W",
    1000: "—…→←",
    1015: "@",
}
_BOLD = {
    238: "'",
    278: " ,./I\\ijl",
    280: "|",
    333: "!()-:;[]`ft²³·",
    350: "•",
    389: "*r{}",
    400: "°",
    446: "τ",
    474: '"',
    500: "z“”",
    549: "≥≤±",
    556: "#$0123456789J_aceksvxy§éèä†‡",
    576: "χ",
    584: "+<=>^~×",
    611: "?FLTZbdghnopquöüß",
    667: "EPSVXY",
    722: "&ABCDHKNRU",
    778: "GOQw",
    833: "M",
    889: "%m",
    944: "W",
    975: "@",
    1000: "—…→←",
}

KEPT = "\N{NO-BREAK SPACE}"
"""Keeps a sign and its number on one line."""

# A minus sign, an en dash and curly quotation marks, which are easily taken for other signs.
_SIGNS = {
    "\N{MINUS SIGN}": 584,
    "\N{EN DASH}": 556,
    "\N{RIGHT SINGLE QUOTATION MARK}": 222,
    KEPT: 278,
}

_UNKNOWN = 722


def _by_letter(widths: dict[int, str]) -> dict[str, int]:
    return {letter: width for width, letters in widths.items() for letter in letters} | _SIGNS


_WIDTHS = {"regular": _by_letter(_REGULAR), "bold": _by_letter(_BOLD)}


def width(words: str, *, size: float, weight: str = "regular") -> float:
    """
    Give the width of a line of words, in the unit of `size`; weight is `regular` or `bold`.

    >>> width("ODI", size=10)
    17.78
    """
    letters = _WIDTHS[weight]
    return sum(letters.get(each, _UNKNOWN) for each in words) * size / 1000


def wrapped(words: str, *, room: float, size: float, weight: str = "regular") -> tuple[str, ...]:
    """
    Break words into lines no wider than the room; a word that is wider stands on its own.

    >>> wrapped("change from baseline", room=60, size=10)
    ('change from', 'baseline')
    """
    return tuple(_lines(words, room=room, size=size, weight=weight))


def _lines(words: str, *, room: float, size: float, weight: str) -> Iterator[str]:
    line = ""
    for word in words.split(" "):
        longer = f"{line} {word}".lstrip()
        if line and width(longer, size=size, weight=weight) > room:
            yield line
            line = word
        else:
            line = longer
    yield line


def number(value: float, *, digits: int) -> str:
    r"""
    Write a number as print does, with a minus sign and a fixed count of digits.

    >>> number(-4.8, digits=1) == "\N{MINUS SIGN}4.8"
    True
    >>> number(-0.04, digits=1)
    '0.0'
    """
    text = f"{value:.{digits}f}"
    if not float(text):
        text = text.removeprefix("-")
    return text.replace("-", "\N{MINUS SIGN}")


def interval(low: float, high: float, *, digits: int) -> str:
    """
    Write an interval in words, since a dash beside a minus sign is hard to read.

    >>> interval(0.195, 0.267, digits=3)
    '0.195 to 0.267'
    """
    return f"{number(low, digits=digits)} to {number(high, digits=digits)}"
