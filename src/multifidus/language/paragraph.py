"""
The words of a paragraph or an item, taken apart, and the places where they stand.

Bold words name an id or a connective, code font holds a test, links lead to sections, and
`[@source, place]` cites; the rest is the sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from multifidus.core.citation import Citation, ReadingStatus
from multifidus.errors import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from markdown_it.tree import SyntaxTreeNode

    from multifidus.core.citation import Source

_ID = re.compile(r"(?P<id>[A-Z]+(?:[0-9]+(?:\.[0-9]+)*)?)(?:\s+(?P<title>.*?))?(?P<dot>\.?)")
_CITATION = re.compile(r"\[@(?P<key>[A-Za-z0-9_-]+)(?:,\s*(?P<place>[^\]]+))?\]")
_CONNECTIVE = re.compile(r"all of|any of|none of|at least [0-9]{1,4} of")


@dataclass(slots=True)
class Words:
    """The words of an item or a paragraph, taken apart."""

    place: Place
    id: str = ""
    title: str = ""
    sentence: str = ""
    connective: str = ""
    tests: list[tuple[str, Place]] = field(default_factory=list)
    cited: tuple[Citation, ...] = ()
    links: list[tuple[str, str]] = field(default_factory=list)


class Page:
    """A page of Markdown, line by line; collects what is wrong with it."""

    def __init__(self, lines: list[str], file: str) -> None:
        self.file = file
        self.lines = lines
        self.problems: list[Problem] = []
        self.sources: Mapping[str, Source] = {}
        self.first_line = 0

    def wrong(self, place: Place, subject: str, message: str, hint: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(place=place, subject=subject, message=message, hint=hint))

    def place(self, line: int, column: int = 1) -> Place:
        """Name a place on this page."""
        return Place(file=self.file, line=line, column=column)

    def words(self, node: SyntaxTreeNode, place: Place) -> Words:
        """Take a paragraph apart: id and title, sentence, connective, citations, links, tests."""
        words = Words(place=place)
        text = [
            self.piece(child, words, node, is_first=index == 0)
            for index, child in enumerate(pieces(node))
        ]
        raw = "".join(text)
        words.cited = tuple(self.citations(raw, words))
        words.sentence = " ".join(_CITATION.sub("", raw).split())
        if not words.sentence.endswith(words.connective):
            self.wrong(
                place,
                words.id,
                f"the sentence goes on after **{words.connective}**",
                "end it there; only citations may follow",
            )
        return words

    def piece(
        self, child: SyntaxTreeNode, words: Words, node: SyntaxTreeNode, *, is_first: bool
    ) -> str:
        """Take one piece of a paragraph into its words; give what it adds to the sentence."""
        match child.type:
            case "strong":
                return self.bold(child, words, is_first=is_first)
            case "code_inline":
                where = self.find_words(f"`{child.content}`", node, words.place)
                words.tests.append((child.content, where))
                return ""
            case "link":
                label = " ".join(plain_text(child).split())
                words.links.append((label, str(child.attrs.get("href", ""))))
                return label
            case "html_inline":
                hint = "say it in words, or in Markdown"
                self.wrong(words.place, words.id, "HTML has no meaning here", hint)
                return ""
            case _:
                return plain_text(child)

    def bold(self, child: SyntaxTreeNode, words: Words, *, is_first: bool) -> str:
        """Take bold words: the id and title that begin an item, a connective, or mere emphasis."""
        bold = " ".join(plain_text(child).split())
        named = _ID.fullmatch(bold)
        if is_first and named:
            words.id = named["id"]
            words.title = named["title"] or ""
            return "" if named["dot"] else words.title
        if not _CONNECTIVE.fullmatch(bold):
            return f"**{bold}**"
        if words.connective:
            self.wrong(
                words.place,
                words.id,
                "two connectives in one sentence",
                "make each a group of its own",
            )
        words.connective = _plain_count(bold)
        return words.connective

    def citations(self, raw: str, words: Words) -> Iterator[Citation]:
        """Find the citations in a sentence; a source that is not listed is a problem."""
        for found in _CITATION.finditer(raw):
            source = self.sources.get(found["key"])
            if source is None:
                self.wrong(
                    words.place,
                    words.id,
                    f"unknown source `{found['key']}`",
                    f"add it to sources.yaml, or cite one of: {', '.join(self.sources)}",
                )
            yield Citation(
                source=found["key"],
                place=" ".join((found["place"] or "").split()),
                reading=source.reading if source else ReadingStatus.UNVERIFIED,
            )

    def find_words(self, words: str, node: SyntaxTreeNode, otherwise: Place) -> Place:
        """Find where some words stand in the lines of a block."""
        first, last = node.map or (0, 0)
        for line in range(first + self.first_line, last + self.first_line):
            column = self.lines[line - 1].find(words)
            if column >= 0:
                return self.place(line, column + 1)
        return otherwise

    def place_of(self, node: SyntaxTreeNode) -> Place:
        """Find where a block begins."""
        line = (node.map[0] if node.map else 0) + self.first_line
        words = self.lines[line - 1] if line <= len(self.lines) else ""
        return self.place(line, len(words) - len(words.lstrip()) + 1)


def _plain_count(connective: str) -> str:
    """Write the number of a connective without zeros before it."""
    return re.sub(r"\b0+(?=[0-9])", "", connective)


def pieces(paragraph: SyntaxTreeNode) -> list[SyntaxTreeNode]:
    """Give the pieces of a paragraph; the parser puts an empty text before bold words."""
    inline = paragraph.children[0]
    return [child for child in inline.children if child.type != "text" or child.content]


def plain_text(node: SyntaxTreeNode) -> str:
    """Give the words of a piece without their marks."""
    if node.type in ("text", "code_inline"):
        return node.content
    if node.type in ("softbreak", "hardbreak"):
        return " "
    return "".join(plain_text(child) for child in node.children)
