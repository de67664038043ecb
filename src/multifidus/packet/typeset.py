"""
Documents and exhibits → PDF.

Two copies are made. The *copy of record* is PDF/A-3a and PDF/UA-1 in one file: tagged, with
bookmarks, and with the exhibits and the determination attached. The *reading copy* has the exhibits
behind the documents, and every citation leads to the marked words.

What the pages say is handed over as data. The same packet gives the same bytes.
"""

from __future__ import annotations

import io
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pikepdf

from multifidus.errors import Problem
from multifidus.packet.document import (
    Block,
    Break,
    Cited,
    Document,
    Heading,
    Inline,
    Items,
    Notice,
    PageBreak,
    Paragraph,
    Signature,
    Table,
    Text,
    plain,
)
from multifidus.packet.exhibit import flattened
from multifidus.packet.press import FONTS, RECORD, press

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from multifidus.packet.compose import Packet
    from multifidus.packet.exhibit import Exhibit, Place, Span

Laid = dict[str, Any]

PROGRAM = Path(__file__).parent / "typst" / "packet.typ"
NOT_SET = Problem.at(
    "packet",
    "the pages cannot be set",
    "leave the exhibit out that is not a sound PDF, or report this with `--dry-run`",
)
MOST_ROWS, MOST_LETTERS = 10, 1200
"""What is no longer than this stays on one page."""
MOST_FIELDS = 24
"""So many fields of an entry stay on one page."""
_RIGHT_ANGLES = 90
_SIDEWAYS = (90, 270)


class Copy(StrEnum):
    """Which of the two PDFs."""

    RECORD = "record"
    READING = "reading"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file that travels inside the copy of record."""

    path: str
    content: bytes
    media_type: str
    description: str
    relationship: str = "source"
    """As PDF/A-3 has it: source, data, alternative or supplement."""


def typeset(
    packet: Packet, copy: Copy, attached: Sequence[Attached] = (), fonts: Path | None = None
) -> bytes:
    """
    Set a packet as PDF.

    `fonts` is a folder of further fonts, for scripts that ours lack; a letter that none has is
    named in square brackets. Raises `RequestError` where an exhibit's pages cannot be set.
    """
    with TemporaryDirectory() as folder:
        place = Path(folder)
        data = _packet(packet, copy, attached, place)
        standards = RECORD if copy is Copy.RECORD else None
        return press(
            PROGRAM.read_bytes(),
            data,
            place,
            standards=standards,
            otherwise=NOT_SET,
            fonts=fonts,
        )


# The packet as data


def _packet(packet: Packet, copy: Copy, attached: Sequence[Attached], folder: Path) -> Laid:
    practice = packet.material.practice
    day = packet.material.today
    exhibits = (
        [_exhibit(each, folder) for each in packet.exhibits.all] if copy is Copy.READING else []
    )
    return {
        "copy": copy.value,
        "title": packet.title,
        "author": practice.practice.name,
        "date": [day.year, day.month, day.day],
        "language": packet.documents[0].language,
        "fonts": list(FONTS),
        "footer": f"{packet.title}, {day}",
        "documents": [_document(each) for each in packet.documents],
        "exhibits": exhibits,
        "places": [
            place.key
            for exhibit, laid in zip(packet.exhibits.all, exhibits, strict=False)
            for place in exhibit.places
            if place.key in _keys(laid)
        ],
        "attached": [_attached(each, number, folder) for number, each in enumerate(attached)],
    }


def _keys(laid: Laid) -> set[str]:
    """Give the places that are marked on the pages of an exhibit."""
    match laid["kind"]:
        case "pdf":
            return {mark["key"] for page in laid["pages"] for mark in page["marks"]}
        case "text":
            lines = (line for stretch in laid["stretches"] for line in stretch["lines"])
            return {key for line in lines for part in line["parts"] for key in part["places"]}
        case _:
            return {each["key"] for each in laid["entries"]}


def _attached(each: Attached, number: int, folder: Path) -> Laid:
    file = f"attached-{number}"
    (folder / file).write_bytes(each.content)
    return {
        "path": each.path,
        "file": file,
        "media_type": each.media_type,
        "description": each.description,
        "relationship": each.relationship,
    }


def _document(document: Document) -> Laid:
    return {"name": document.name, "blocks": [_block(each) for each in document.blocks]}


def _block(block: Block) -> Laid:
    match block:
        case Heading(level, line):
            return {"kind": "heading", "level": level, "line": _line(line)}
        case Paragraph(line):
            return {"kind": "paragraph", "line": _line(line)}
        case Items(items, is_ordered):
            laid = [[_block(each) for each in item] for item in items]
            return {
                "kind": "items",
                "ordered": is_ordered,
                "items": laid,
                "together": _is_short(len(items), block),
            }
        case Table():
            return {
                "kind": "table",
                "head": [_line(each) for each in block.head],
                "rows": [[_line(each) for each in row] for row in block.rows],
                "widths": list(block.widths),
                "row_heads": block.has_row_heads,
                "together": _is_short(len(block.rows), block),
            }
        case Notice(blocks):
            return {"kind": "notice", "blocks": [_block(each) for each in blocks]}
        case Signature(below):
            return {"kind": "signature", "lines": [_line(each) for each in below]}
        case PageBreak():
            return {"kind": "pagebreak"}


def _is_short(rows: int, block: Block) -> bool:
    """Whether a table or a list is kept on one page; a long one would run over its end."""
    return rows <= MOST_ROWS and sum(len(plain(line)) for line in block.lines()) <= MOST_LETTERS


def _line(line: Iterable[Inline]) -> list[Laid]:
    return [_inline(each) for each in line]


def _inline(each: Inline) -> Laid:
    match each:
        case Text(words, style):
            return {"kind": "text", "words": words, "style": style.value}
        case Cited(words, place, _):
            return {"kind": "cited", "words": " ".join(words.split()), "place": place}
        case Break():
            return {"kind": "break"}


# Exhibits as data


def _exhibit(exhibit: Exhibit, folder: Path) -> Laid:
    laid: Laid = {"letter": exhibit.letter, "title": exhibit.title}
    if exhibit.entries:
        return laid | {"kind": "record", "entries": list(_entries(exhibit))}
    source = exhibit.source
    if source is not None and exhibit.pages and source.content:
        file = f"exhibit-{exhibit.letter}.pdf"
        content = excerpt(source.content, exhibit.pages)
        (folder / file).write_bytes(content)
        pages = list(_pages(exhibit, content))
        return laid | {
            "kind": "pdf",
            "file": file,
            "count": len(source.page_starts),
            "pages": pages,
        }
    return laid | _text(exhibit)


def has_pages(content: bytes, count: int) -> bool:
    """
    Whether so many pages can be taken out of a PDF.

    A damaged one may be read by a patient program, and have no pages for another.
    """
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            return len(pdf.pages) == count
    except pikepdf.PdfError:
        return False


def excerpt(content: bytes, pages: Iterable[int]) -> bytes:
    """
    Give some pages of a PDF, counted from 1, as a PDF of their own.

    Nothing else of the file goes along: no other page, no embedded file, no script, no form.
    """
    with pikepdf.open(io.BytesIO(content)) as whole, pikepdf.new() as part:
        for number in pages:
            part.pages.append(whole.pages[number - 1])
            page = part.pages[-1]
            for name in ("/AA", "/Annots", "/B", "/Metadata", "/PieceInfo", "/Thumb"):
                if name in page:
                    del page[name]
        stream = io.BytesIO()
        part.save(
            stream, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate
        )
    return stream.getvalue()


def _pages(exhibit: Exhibit, content: bytes) -> Iterator[Laid]:
    shown: set[str] = set()
    with pikepdf.open(io.BytesIO(content)) as part:
        for position, number in enumerate(exhibit.pages, start=1):
            page = part.pages[position - 1]
            left, bottom, right, top = (float(each) for each in page.cropbox)
            width, height = abs(right - left), abs(top - bottom)
            if int(page.obj.get("/Rotate", 0)) % 360 in _SIDEWAYS:
                width, height = height, width
            places = [each for each in exhibit.places if each.page == number]
            marks = [
                {
                    "key": each.key,
                    "boxes": [list(box) for box in each.boxes],
                    "first": each.key not in shown,
                }
                for each in places
            ]
            shown |= {each.key for each in places}
            yield {
                "number": number,
                "position": position,
                "width": width,
                "height": height,
                "marks": marks,
            }


def _text(exhibit: Exhibit) -> Laid:
    lines = exhibit.lines
    stretches, before = [], 0
    for first, last in exhibit.stretches:
        stretches.append(
            {
                "before": first - 1 - before,
                "lines": [_numbered(exhibit, number) for number in range(first, last + 1)],
            }
        )
        before = last
    shown = "whole" if exhibit.is_whole else "an excerpt"
    return {"kind": "text", "stretches": stretches, "after": len(lines) - before, "shown": shown}


def _numbered(exhibit: Exhibit, number: int) -> Laid:
    source = exhibit.source
    text = source.text if source else ""
    parts = _parts(exhibit.lines[number - 1], text, exhibit.places)
    return {"number": number, "parts": list(parts)}


def _parts(line: Span, text: str, places: Sequence[Place]) -> Iterator[Laid]:
    """Cut a line where marked words begin and end; a place is named where it begins."""
    spans = [each for each in places if each.span]
    cuts = {line.start, line.end}
    for each in spans:
        if each.span:
            cuts |= {at for at in each.span if line.start < at < line.end}
    ordered = sorted(cuts)
    if len(ordered) == 1:
        yield {"words": "", "places": []}
        return
    for start, end in pairwise(ordered):
        inside = [
            each for each in spans if each.span and each.span.start < end and start < each.span.end
        ]
        begins = [each.key for each in inside if each.span and each.span.start >= start]
        yield {
            "words": _visible(text[start:end]),
            "places": begins,
            "marked": bool(inside),
        }


def _visible(words: str) -> str:
    """Leave out what is no letter: a control would not be seen, and may stop a reader."""
    return "".join(" " if each == "\t" or not _is_printed(each) else each for each in words)


def _is_printed(letter: str) -> bool:
    return unicodedata.category(letter) not in ("Cc", "Cs")


def _entries(exhibit: Exhibit) -> Iterator[Laid]:
    paths: Mapping[int, set[str]] = {
        number: {each.path for each in exhibit.places if each.entry == number}
        for number in range(1, len(exhibit.entries) + 1)
    }
    for number, entry in enumerate(exhibit.entries, start=1):
        fields = [
            [path, _visible(words), any(path.startswith(each) for each in paths[number] if each)]
            for path, words in flattened(entry.content)
            if not path.startswith(("meta", "resourceType", "id", "text."))
        ]
        letters = sum(len(str(words)) for _, words, _ in fields)
        yield {
            "key": f"{exhibit.letter}-{number}",
            "number": number,
            "reference": entry.reference,
            "fields": fields,
            "together": len(fields) <= MOST_FIELDS and letters <= MOST_LETTERS,
        }
