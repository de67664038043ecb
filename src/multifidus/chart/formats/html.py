"""
HTML → the text that a page shows: its lines, items and rows, its ticks and fields.

What is hidden, struck out or deleted is left out. Nothing is fetched and no script is run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree  # type: ignore[import-untyped]

from multifidus.chart.formats.characters import CHARSET, neutral
from multifidus.chart.formats.markup import AGAIN, DEEPEST_NESTING, MOST_PIECES, TOO_DEEP, TOO_MUCH
from multifidus.errors import BundleError

if TYPE_CHECKING:
    from collections.abc import Mapping

_LINES = frozenset(
    {
        *("address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd"),
        *("details", "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer"),
        *(
            "form",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
            "hr",
            "html",
            "legend",
            "li",
            "main",
        ),
        *("nav", "ol", "optgroup", "option", "p", "pre", "section", "summary", "table", "tbody"),
        *("textarea", "tfoot", "thead", "tr", "ul"),
    }
)
_CELLS = frozenset({"td", "th"})
# What is not shown, and what its author has struck out.
_UNSHOWN = frozenset(
    {
        *(
            "applet",
            "audio",
            "canvas",
            "datalist",
            "del",
            "head",
            "iframe",
            "map",
            "math",
            "object",
        ),
        *("s", "script", "strike", "style", "svg", "template", "video"),
    }
)
_UNSHOWN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all"
    r"|text-decoration(?:-line)?\s*:[^;]*line-through",
    re.IGNORECASE,
)
_VERBATIM = frozenset({"pre", "textarea", "listing", "xmp"})
_SPACES = re.compile(r"[ \t\n]+")
_CHUNK = 65536
_CHARSET_WITHIN = 1024


def charset_of_html(content: bytes) -> str:
    """Find the charset that a page gives for itself."""
    head = content[:_CHARSET_WITHIN].decode("latin-1")
    found = CHARSET.search(head) or _XML_ENCODING.match(head)
    # Whoever reads it so far as ASCII has seen that it is not in UTF-16.
    return "" if found is None or "16" in found[1] else found[1]


_XML_ENCODING = re.compile(r"\s*<\?xml[^>]{0,80}encoding=[\"']([\w.:-]{1,40})")


def text_of_html(source: str, name: str) -> str:
    """Read the text of a page, in one pass."""
    page = _Page()
    # Without a tree: a page of 50 MB would fill 2 GB.
    parser = etree.HTMLParser(
        target=page, encoding="utf-8", huge_tree=True, no_network=True, recover=True
    )
    content = neutral(source).encode("utf-8", errors="replace")
    try:
        for start in range(0, len(content), _CHUNK):
            parser.feed(content[start : start + _CHUNK])
        parser.close()
    except _TooMuch as error:
        raise BundleError.at(name, f"the HTML {error}", AGAIN) from None
    except etree.LxmlError:
        raise BundleError.at(name, "the HTML cannot be read", AGAIN) from None
    return neutral("".join(page.words))


class _TooMuch(Exception):  # noqa: N818  it never leaves this module
    """What would take more time than it has text."""


@dataclass(slots=True)
class _Gap:
    """What comes between the text so far and the next."""

    space: bool = False
    line: bool = False
    row: bool = False
    """Whether a row of a table begins."""
    cells: int = 0
    """Cells ended since: those without text, and the last one with it."""
    item: bool = False

    def words(self) -> str:
        """Write it; a paragraph in an item or a cell begins no line of its own."""
        if self.row:
            words = "\n" + "| " * self.cells
        elif self.cells:
            words = " |" * self.cells + " "
        elif self.line or self.item:
            words = "\n"
        else:
            words = " " if self.space else ""
        return f"{words}- " if self.item else words


class _Page:
    """Takes the elements of a page as they come, and keeps the text that is shown."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.depth = 0
        self.pieces = 0
        self.unshown = 0
        """How deep stands the outermost element that is not shown; 0 outside of any."""
        self.verbatim = 0
        self.raised = False
        """Whether letters that come next stand above the line."""
        self.rows: list[int] = []
        """Cells begun in the row, for each table around."""
        self.gap = _Gap()

    # What lxml calls.

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Begin an element."""
        self.depth += 1
        self._count()
        if self.depth > DEEPEST_NESTING:
            raise _TooMuch(TOO_DEEP)
        if self.unshown:
            return
        if tag in _UNSHOWN or _is_unshown(tag, attributes):
            self.unshown = self.depth
        elif tag in _CELLS:
            self._cell()
        elif tag in _LINES:
            self._break(tag)
        elif tag == "sup":
            self.raised = True
        if not self.unshown:
            self.verbatim += tag in _VERBATIM
            self._fill(tag, attributes)

    def end(self, tag: str) -> None:
        """End an element."""
        if not self.unshown:
            self._end_shown(tag)
        elif self.unshown == self.depth:
            self.unshown = 0
        self.depth = max(self.depth - 1, 0)

    def data(self, words: str) -> None:
        """Add text."""
        self._count()
        if self.unshown:
            return
        if self.verbatim:
            self._add(words)
            return
        shown = _SPACES.sub(" ", words)
        if shown.startswith(" "):
            self.gap.space = True
        if core := shown.strip(" "):
            self._add(core)
            if shown.endswith(" "):
                self.gap.space = True

    def comment(self, words: str) -> None:
        """Leave it out."""

    def pi(self, target: str, words: str = "") -> None:
        """Leave it out."""

    def close(self) -> None:
        """End the page."""

    def _count(self) -> None:
        self.pieces += 1
        if self.pieces > MOST_PIECES:
            raise _TooMuch(TOO_MUCH)

    # What comes between.

    def _end_shown(self, tag: str) -> None:
        if tag in _LINES and tag != "br":
            self.gap.line = True
        if tag == "tr":
            self.gap.cells, self.gap.row = 0, False
        if tag == "table" and self.rows:
            self.rows.pop()
        self.verbatim = max(self.verbatim - (tag in _VERBATIM), 0)
        self.raised &= tag != "sup"

    def _add(self, words: str) -> None:
        gap = self.gap.words()
        before = self.words[-1][-1:] if self.words else "\n"
        if self.raised and not gap and before.isdigit() and words[:1] in _RAISED:
            gap = "^"  # 10 with a raised 9 is not 109.
        self.words += (gap.lstrip() if before == "\n" else gap, words)
        self.raised = False
        self.gap = _Gap()

    def _break(self, tag: str) -> None:
        self.gap.line = True
        if tag == "table":
            self.rows.append(0)
        elif tag == "tr":
            self.gap.cells, self.gap.row = 0, True
            self.rows[-1:] = [0]
        elif tag == "li":
            self.gap.item = True

    def _cell(self) -> None:
        self.rows = self.rows or [0]
        self.gap.cells += self.rows[-1] > 0
        self.rows[-1] += 1

    def _fill(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Show what a page shows in place of some elements: ticks, fields, pictures."""
        kind = attributes.get("type", "").lower()
        if tag == "input" and kind in {"checkbox", "radio"}:
            self._add("[x]" if "checked" in attributes else "[ ]")
            self.gap.space = True
        elif tag == "input" and kind != "hidden":
            self.data(attributes.get("value", ""))
        elif tag == "img":
            self.data(attributes.get("alt", ""))


_RAISED = frozenset("0123456789-\N{MINUS SIGN}")


def _is_unshown(tag: str, attributes: Mapping[str, str]) -> bool:
    if "hidden" in attributes or (tag == "option" and "selected" not in attributes):
        return True
    return _UNSHOWN_STYLE.search(attributes.get("style", "")) is not None
