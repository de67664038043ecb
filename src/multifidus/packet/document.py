"""
A document before it is set: headings, paragraphs, lists and tables, and what each quote points at.

Letter, crosswalk, brief and cover sheet are all made of these few kinds of block; a PDF, a web page
and a Word file are three ways to set them. Nothing here knows of fonts or pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Style(StrEnum):
    """How words stand out."""

    PLAIN = "plain"
    STRONG = "strong"
    EMPHASIS = "emphasis"
    QUIET = "quiet"
    """Said in passing: a source, a reading status."""


@dataclass(frozen=True, slots=True)
class Text:
    """Words."""

    words: str
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Cited:
    """Words that lead to a place in an exhibit, by the place's key."""

    words: str
    place: str
    quoted: bool
    """Whether they are the exhibit's own words, or name the place."""


@dataclass(frozen=True, slots=True)
class Break:
    """The line ends here."""


Inline = Text | Cited | Break
Line = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the title."""

    level: int
    line: Line

    def lines(self) -> Iterator[Line]:
        """Give its words."""
        yield self.line


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    line: Line

    def lines(self) -> Iterator[Line]:
        """Give its words."""
        yield self.line


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[tuple[Block, ...], ...]
    is_ordered: bool = False

    def lines(self) -> Iterator[Line]:
        """Give the words of its items."""
        for item in self.items:
            for each in item:
                yield from each.lines()


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `widths` are the shares of the columns, empty where their content decides."""

    head: tuple[Line, ...]
    rows: tuple[tuple[Line, ...], ...]
    widths: tuple[int, ...] = ()
    caption: str = ""
    has_row_heads: bool = False
    """Whether the first cell of each row says what the row is about."""

    def lines(self) -> Iterator[Line]:
        """Give the words of its cells, row by row."""
        if self.caption:
            yield (Text(self.caption),)
        yield from self.head
        for row in self.rows:
            yield from row


@dataclass(frozen=True, slots=True)
class Notice:
    """What must not be overlooked."""

    blocks: tuple[Block, ...]

    def lines(self) -> Iterator[Line]:
        """Give the words of what stands in it."""
        for each in self.blocks:
            yield from each.lines()


@dataclass(frozen=True, slots=True)
class Signature:
    """Room for a signature, and the lines below it."""

    below: tuple[Line, ...]

    def lines(self) -> Iterator[Line]:
        """Give the words below it."""
        yield from self.below


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page."""

    def lines(self) -> Iterator[Line]:
        """Give no words."""
        return iter(())


Block = Heading | Paragraph | Items | Table | Notice | Signature | PageBreak


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document of the packet."""

    name: str
    """What kind it is, as `letter`; also the name of its files."""
    title: str
    blocks: tuple[Block, ...]
    language: str = "en"

    def lines(self) -> Iterator[Line]:
        """Give every line of words, in the order of reading."""
        for block in self.blocks:
            yield from block.lines()

    def words(self) -> str:
        """Give all words, a line each."""
        return "\n".join(plain(line) for line in self.lines())

    def cited(self) -> Iterator[Cited]:
        """Give all that leads to an exhibit, in the order of reading."""
        for line in self.lines():
            yield from (each for each in line if isinstance(each, Cited))


def plain(line: Line) -> str:
    """Give the words of a line."""
    return "".join(" " if isinstance(each, Break) else each.words for each in line)
