"""
What a document is made of: sections of paragraphs, lists, tables and pairs, made of styled words.

Both forms, the web page and the PDF, lay out the same parts, so that they cannot differ in what
they say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Style(StrEnum):
    """How words stand out."""

    PLAIN = "plain"
    STRONG = "strong"
    QUIET = "quiet"
    CODE = "code"
    TAG = "tag"
    """A word that says a finding or a status; its colour, if any, repeats it."""


@dataclass(frozen=True, slots=True)
class Words:
    """Words in one style, and where they lead."""

    text: str
    style: Style = Style.PLAIN
    link: str = ""
    """An anchor of the document as `#G1`, a page beside it, or an address of the web."""


Line = tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    line: Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of a list; an anchor where something leads to it."""

    blocks: tuple[Block, ...]
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Clauses:
    """A list of clauses: what it looks like shows that it is the logic."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Names, each with what is said under it."""

    rows: tuple[tuple[str, Line], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table; its first cell names it."""

    cells: tuple[Line, ...]
    anchor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with a heading over every column."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """What must not be overlooked."""

    blocks: tuple[Block, ...]


Block = Paragraph | Items | Clauses | Pairs | Table | Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the document under a heading, with an anchor, and sections within."""

    anchor: str
    heading: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The whole."""

    title: str
    above: str
    """The line above the title: whose policy it is, and what sort of text."""
    lead: tuple[Block, ...]
    sections: tuple[Section, ...]
    footer: str


# Words and lines


def strong(text: str, link: str = "") -> Words:
    """Make words stand out."""
    return Words(text, Style.STRONG, link)


def quiet(text: str, link: str = "") -> Words:
    """Make words stand back."""
    return Words(text, Style.QUIET, link)


def code(text: str, link: str = "") -> Words:
    """Write a test, a name or a digest."""
    return Words(text, Style.CODE, link)


def tag(text: str) -> Words:
    """Write a finding or a status."""
    return Words(text, Style.TAG)


def prose(text: str) -> Line:
    """
    Write a sentence of a policy, in which backticks mark code.

    >>> [each.text for each in prose("The code `M62.85` is new.")]
    ['The code ', 'M62.85', ' is new.']
    """
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return (Words(text),)
    return tuple(
        code(each) if number % 2 else Words(each) for number, each in enumerate(pieces) if each
    )


def spaced(words: Iterable[Words], between: str = " ") -> Line:
    """Join words into a line."""
    line: list[Words] = []
    for each in words:
        line += [Words(between), each] if line else [each]
    return tuple(line)


def paragraph(*words: Words) -> Paragraph:
    """Make a paragraph of words with a blank between them."""
    return Paragraph(spaced(words))


def web_address(text: str) -> str:
    """Give an address that a link may lead to; empty for anything but one of the web."""
    return text if re.match(r"https?://", text) else ""


def slug(text: str) -> str:
    """
    Make an anchor of any words.

    >>> slug("source-a b")
    'source-a-b'
    """
    return re.sub(r"[^\w.-]+", "-", text)
