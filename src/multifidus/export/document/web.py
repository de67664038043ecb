"""
A document as one web page that stands alone: it fetches nothing and runs no script.

It reads from above to below on a telephone, and beside its contents on a desk; a printer gets the
text without the contents.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from multifidus.export.document.frame import page
from multifidus.export.document.markup import Markup, joined, tag, text
from multifidus.export.document.parts import (
    Block,
    Clauses,
    Items,
    Line,
    Notice,
    Pairs,
    Paragraph,
    Style,
    Table,
    Words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from multifidus.export.document.parts import Document, Item, Row, Section

CONTENT = "content"
"""The anchor of what the page is about, behind all that leads elsewhere."""


def web_page(document: Document, *, above: Sequence[Markup] = ()) -> str:
    """Write the page; `above` are the ways to other pages, where there are any."""
    return page(
        document.title,
        style=sheet("base.css", "document.css"),
        body=[skip_link(), *above, *_body(document)],
    )


def sheet(*names: str) -> str:
    """Read sheets of style, one after another."""
    folder = files("multifidus.export.document")
    return "".join(folder.joinpath(each).read_text(encoding="utf-8") for each in names)


def skip_link() -> Markup:
    """Let whoever uses the keyboard pass over what every page has."""
    return tag("a", "Skip to the content", class_="skip", href=f"#{CONTENT}")


def _body(document: Document) -> Iterable[str]:
    yield tag(
        "header",
        tag("p", document.above, class_="above"),
        tag("h1", document.title),
    )
    links = [
        tag("li", tag("a", each.heading, href=f"#{each.anchor}")) for each in document.sections
    ]
    contents = tag("nav", tag("ul", *links), class_="contents", aria_label="Contents")
    main = tag(
        "main",
        *blocks(document.lead),
        *sections(document.sections),
        id=CONTENT,
        tabindex="-1",
    )
    yield tag("div", contents, main, class_="beside")
    yield tag("footer", tag("p", document.footer))


def sections(parts: Iterable[Section]) -> list[Markup]:
    """Write the sections of a page."""
    return [_section(each, 2) for each in parts]


def _section(section: Section, level: int) -> Markup:
    heading = f"{section.anchor}-heading"
    return tag(
        "section",
        tag(f"h{level}", section.heading, id=heading),
        *blocks(section.blocks),
        *(_section(each, level + 1) for each in section.sections),
        id=section.anchor,
        aria_labelledby=heading,
    )


def blocks(parts: Iterable[Block]) -> list[Markup]:
    """Write blocks."""
    return [_block(each) for each in parts]


def _block(block: Block) -> Markup:
    match block:
        case Paragraph(line):
            return tag("p", words(line))
        case Items(items):
            return tag("ul", *map(_item, items))
        case Clauses(items):
            return tag("ul", *map(_item, items), class_="clauses")
        case Pairs(rows):
            told = (tag("div", tag("dt", name), tag("dd", words(line))) for name, line in rows)
            return tag("dl", *told)
        case Table():
            return _table(block)
        case Notice(parts):
            return tag("div", *blocks(parts), class_="notice")


def _item(item: Item) -> Markup:
    return tag("li", *blocks(item.blocks), id=item.anchor or None)


def _table(table: Table) -> Markup:
    """Write a table; its roles are named, for on a telephone its rows are set as cards."""
    names = (tag("th", each, scope="col", role="columnheader") for each in table.head)
    head = tag("tr", *names, role="row")
    rows = [_row(row, table.head) for row in table.rows]
    written = tag(
        "table",
        tag("thead", head, role="rowgroup"),
        tag("tbody", *rows, role="rowgroup"),
        role="table",
        aria_label=table.caption,
    )
    return scrolled(written, f"{table.caption}, to be moved sideways")


def _row(row: Row, names: Sequence[str]) -> Markup:
    first, *rest = row.cells
    # A cell that is empty names nothing.
    head = (
        tag("th", words(first), scope="row", role="rowheader", data_name=names[0])
        if first and any(each.text for each in first)
        else tag("td", role="cell")
    )
    cells = (
        tag("td", words(cell), role="cell", data_name=name)
        for cell, name in zip(rest, names[1:], strict=True)
    )
    return tag(
        "tr",
        head,
        *cells,
        id=row.anchor or None,
        role="row",
    )


def scrolled(wide: Markup, caption: str) -> Markup:
    """Put what may be wider than a screen where it can be moved, with the keyboard too."""
    return tag("div", wide, class_="scroll", role="region", aria_label=caption, tabindex="0")


def words(line: Line) -> Markup:
    """Write a line."""
    return joined(_words(each) for each in line)


def _words(each: Words) -> Markup:
    styled = _STYLES[each.style](each.text)
    return tag("a", styled, href=each.link) if each.link else styled


def _tag(words: str) -> Markup:
    """Write a finding or a status; its class is its word, for a colour that repeats it."""
    return tag("span", words, class_=f"tag {words.replace(' ', '-')}")


_STYLES = {
    Style.PLAIN: text,
    Style.STRONG: lambda words: tag("strong", words),
    Style.QUIET: lambda words: tag("small", words),
    Style.CODE: lambda words: tag("code", words),
    Style.TAG: _tag,
}
