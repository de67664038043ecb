"""
A document as the data that the program `document.typ` lays out; whoever has typst sets it.

No word of the document is a program: all of it is data.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

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
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from multifidus.export.document.parts import Document, Item, Section

Laid = dict[str, object]


def program() -> bytes:
    """Give the program that lays the data out."""
    return files("multifidus.export.document").joinpath("document.typ").read_bytes()


def laid(document: Document, *, day: date) -> Laid:
    """Lay a document out as data, under the day that it tells of: an archive asks for one."""
    return {
        "title": document.title,
        "date": [day.year, day.month, day.day],
        "above": document.above,
        "lead": _blocks(document.lead),
        "sections": [_section(each, 2) for each in document.sections],
        "footer": document.footer,
        "anchors": sorted(_anchors(document.sections)),
    }


def _section(section: Section, level: int) -> Laid:
    return {
        "anchor": section.anchor,
        "heading": section.heading,
        "level": level,
        "blocks": _blocks(section.blocks),
        "sections": [_section(each, level + 1) for each in section.sections],
    }


def _anchors(sections: Iterable[Section]) -> Iterable[str]:
    """List what a link of the document can lead to."""
    for section in sections:
        yield section.anchor
        yield from _anchors_in(section.blocks)
        yield from _anchors(section.sections)


def _anchors_in(blocks: Iterable[Block]) -> Iterable[str]:
    for block in blocks:
        match block:
            case Items(items) | Clauses(items):
                for item in items:
                    yield from [item.anchor] if item.anchor else []
                    yield from _anchors_in(item.blocks)
            case Table():
                yield from (row.anchor for row in block.rows if row.anchor)
            case Notice(within):
                yield from _anchors_in(within)
            case Paragraph() | Pairs():
                pass


def _blocks(blocks: Iterable[Block]) -> list[Laid]:
    return [_block(each) for each in blocks]


def _block(block: Block) -> Laid:
    match block:
        case Paragraph(line):
            return {"kind": "paragraph", "line": _line(line)}
        case Items(items):
            return {"kind": "items", "items": [_item(each) for each in items]}
        case Clauses(items):
            return {"kind": "clauses", "items": [_item(each) for each in items]}
        case Pairs(rows):
            return {"kind": "pairs", "rows": [[name, _line(line)] for name, line in rows]}
        case Table():
            laid_rows = [
                {"anchor": row.anchor, "cells": [_line(each) for each in row.cells]}
                for row in block.rows
            ]
            return {"kind": "table", "head": list(block.head), "rows": laid_rows}
        case Notice(within):
            return {"kind": "notice", "blocks": _blocks(within)}


def _item(item: Item) -> Laid:
    return {"anchor": item.anchor, "blocks": _blocks(item.blocks)}


def _line(line: Line) -> list[Laid]:
    return [
        {"words": each.text, "style": each.style.value, "link": _printed(each.link)}
        for each in line
        if each.text or each.style is not Style.PLAIN
    ]


def _printed(link: str) -> str:
    """Leave out what leads to a page beside this one: a PDF lies alone."""
    return link if link.startswith(("#", "http:", "https:")) else ""
