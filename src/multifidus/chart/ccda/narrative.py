"""
The narrative blocks of a C-CDA document → one text that knows where each line of it stands.

A section begins with its title. Paragraphs and the rows of tables stand apart from each other by an
empty line, because a long line would else be taken to go on in the next one; between the cells of a
row stands ` | `. The names of columns are no statement (`Medication`, `Effective dates`), so ` ; `
stands between them, which ends a clause. What its author has deleted is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree  # type: ignore[import-untyped]

from multifidus.chart.ccda.nodes import LONGEST_WORDS, V3, local, steps, words_in
from multifidus.chart.document import Document, Passage
from multifidus.chart.formats.characters import neutral

if TYPE_CHECKING:
    from multifidus.chart.ccda.tree import Element
    from multifidus.core.quantity import DateRange

DEEPEST_NARRATIVE = 60
"""What is nested deeper is read as plain text."""

_SIGNS = "|; "
_APART, _NEXT = "\n\n", "\n"
_LISTS = frozenset({"list", "ul", "ol"})
_ITEMS = frozenset({"item", "li"})
# The elements of CDA's narrative block, and those of HTML that stand there in their place.
_BLOCKS = frozenset(
    {
        *("caption", "col", "colgroup", "footnote", "item", "list", "paragraph", "table"),
        *("tbody", "td", "tfoot", "th", "thead", "tr"),
        *("blockquote", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ol", "p", "pre", "ul"),
    }
)
# They hold rows and items; white space in them is none of a line's.
_FRAMES = frozenset({"table", "thead", "tbody", "tfoot", "list", "ul", "ol", "tr"})
_INLINE = frozenset({"content", "linkHtml", "sub", "sup", "span", "b", "i", "u", "a", "em", "font"})
_WITH_WORDS = frozenset({"td", "th", "item", "li", "paragraph", "p", "caption"})


def is_deleted(element: Element) -> bool:
    """Whether the author has deleted it, and left it visible as deleted."""
    return bool(element.get("revised") == "delete")


class Narrative:
    """Takes the sections of a document one at a time, and makes one text of them."""

    def __init__(self) -> None:
        """Begin without a text."""
        self.lines: list[str] = []
        self.length = 0
        self.passages: list[Passage] = []
        self.words: list[str] = []
        """The line so far."""
        self.gap = ""
        """What comes before the next line."""
        self.mark = ""

    def add(self, title: str, text: Element | None, path: str, title_path: str) -> None:
        """Add a section: its title, and its narrative block, which stands at a path."""
        if title:
            self.words.append(title)
            self._end(title_path, _APART)
        if text is None:
            return
        if len(text):
            _raise_digits(text)
            self._walk(text, path, path, 0)
            self._end(path, _APART)
        else:
            self._plain(text.text or "", path)

    def document(
        self, name: str, *, date: DateRange | None, title: str, subject: str
    ) -> Document | None:
        """Give the text as a document; None if there is none."""
        if not self.lines:
            return None
        return Document(
            name=name,
            text=neutral("".join(self.lines)),
            date=date,
            title=title,
            subject=subject,
            passages=tuple(self.passages),
        )

    def _plain(self, text: str, path: str) -> None:
        """Add a block without elements, whose lines are those that its author wrote."""
        for line in text.splitlines():
            if line.strip():
                self.words.append(line)
                self._end(path, _NEXT)
            else:
                self.gap = _APART if self.lines else ""
        self.gap = _APART if self.lines else ""

    def _walk(self, element: Element, path: str, block: str, depth: int) -> None:
        """Add what stands in an element; `block` is the path of the block that its lines are of."""
        if depth > DEEPEST_NARRATIVE:
            self.words += element.itertext()
            return
        is_frame = local(element.tag) in _FRAMES
        if element.text and not (is_frame and element.text.isspace()):
            self.words.append(element.text)
        for each, name, step in steps(list(element), path):
            if name == "br":
                self._end(block, _NEXT)
            elif name in _BLOCKS:
                self._end(block, _gap(each, name))
                self._block(each, name, step, depth)
            elif len(each):
                self._walk(each, step, block, depth + 1)
            elif each.text and not is_deleted(each):
                self.words.append(each.text)
            if each.tail and not (is_frame and each.tail.isspace()):
                self.words.append(each.tail)

    def _block(self, each: Element, name: str, step: str, depth: int) -> None:
        if name == "tr" and (words := _row(each)):
            self.words.append(words)
        else:
            self.mark = "- " if name in _ITEMS else self.mark
            self._walk(each, step, step, depth + 1)
        self._end(step, _gap(each, name))
        self.mark = ""

    def _end(self, path: str, gap: str) -> None:
        """End a line, if there is one, and ask for a gap before the next."""
        line = ""
        if self.words:
            line = " ".join("".join(self.words).split())
            self.words.clear()
        if line.strip(_SIGNS):
            self.passages.append(Passage(self.length + len(self.gap), None, path))
            line = f"{self.gap}{self.mark}{line}"
            self.lines.append(line)
            self.length += len(line)
            self.gap, self.mark = gap, ""
        elif self.lines and len(gap) > len(self.gap):
            self.gap = gap


def _gap(each: Element, name: str) -> str:
    """Tell what stands around a block: items of a list follow each other."""
    is_inner = name in _LISTS and local(each.getparent().tag) in _ITEMS
    return _NEXT if is_inner or name in _ITEMS else _APART


def _row(row: Element) -> str:
    """Write a row on one line; empty if a cell has more than one: whole notes stand in some."""
    if not all(_is_flat(cell) for cell in row):
        return ""
    words = ["".join(cell.itertext()) if len(cell) else cell.text or "" for cell in row]
    if row.text and not row.text.isspace():
        words.insert(0, row.text)
    return (" ; " if _is_header(row) else " | ").join(words)


def _is_flat(cell: Element) -> bool:
    """Whether a cell is on one line at most, and nothing stands between it and the next."""
    if cell.tail and not cell.tail.isspace():
        return False
    return not len(cell) or not any(
        local(each.tag) not in _INLINE or is_deleted(each) for each in cell.iterdescendants()
    )


def _is_header(row: Element) -> bool:
    """Whether a row holds the names of columns; the first cell alone may be a row's name."""
    parent = row.getparent()
    return local(parent.tag) == "thead" or all(local(cell.tag) == "th" for cell in row)


def _raise_digits(text: Element) -> None:
    """Write raised digits so that 10 with a raised 9 is not 109."""
    for each in text.iter(V3 + "sup"):
        before = each.getprevious()
        around = each.getparent().text if before is None else before.tail or words_in(before)
        if (around or "")[-1:].isdigit():
            each.text = f"^{each.text or ''}"


# What entries refer to

_WITH_ID = etree.XPath("descendant-or-self::*[@ID]")


class References:
    """The elements of a narrative that entries refer to, by their IDs."""

    def __init__(self, root: Element) -> None:
        """Index a document."""
        self.root = root
        self.by_name: dict[str, Element] | None = None

    def _index(self) -> dict[str, Element]:
        sections = self.root.iter(V3 + "section")
        texts = [text for section in sections for text in section.iterchildren(V3 + "text")]
        return {each.get("ID"): each for text in texts for each in _WITH_ID(text)}

    def words(self, reference: str) -> str:
        """
        Give the words that `#name` refers to; empty if there are none.

        Some mark a place before the words instead of the words; then those around it count.
        """
        if self.by_name is None:
            self.by_name = self._index()
        element = self.by_name.get(reference.removeprefix("#").strip())
        if element is None:
            return ""
        words = words_in(element)
        parent = element.getparent()
        if not words and parent is not None and local(parent.tag) in _WITH_WORDS:
            words = words_in(parent)
        return words[:LONGEST_WORDS]
