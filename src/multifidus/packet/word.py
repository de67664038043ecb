"""A document as a Word file, for practices that edit; no other room knows the library."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import docx

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
    Style,
    Table,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

# XML has no words for these.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def word_file(document: Document, *, author: str, day: date) -> bytes:
    """Write a document as .docx; the same document gives the same bytes."""
    file = docx.Document()
    properties = file.core_properties
    properties.title, properties.author = document.title, author
    properties.language = document.language
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    properties.created = properties.modified = moment
    for block in document.blocks:
        _add(file, block)
    stream = io.BytesIO()
    file.save(stream)
    return _steady(stream.getvalue())


def _steady(content: bytes) -> bytes:
    """Pack the file anew without the hour at which it was packed."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for each in before.infolist():
            info = zipfile.ZipInfo(each.filename, date_time=_ZIP_EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(info, before.read(each.filename))
    return packed.getvalue()


def _add(file: Any, block: Block) -> None:  # noqa: ANN401  a document of the library
    match block:
        case Heading(level, line):
            _line(file.add_heading(level=level), line)
        case Paragraph(line):
            _line(file.add_paragraph(), line)
        case Items():
            _items(file, block)
        case Table():
            _table(file, block)
        case Notice(blocks):
            for each in blocks:
                _add(file, each)
        case Signature(below):
            file.add_paragraph("\n\n" + "_" * 40)
            for line in below:
                _line(file.add_paragraph(), line)
        case PageBreak():
            file.add_page_break()


def _items(file: Any, block: Items) -> None:  # noqa: ANN401  a document of the library
    style = "List Number" if block.is_ordered else "List Bullet"
    for item in block.items:
        for each in item:
            match each:
                case Paragraph(line):
                    _line(file.add_paragraph(style=style), line)
                case _:
                    _add(file, each)


def _table(file: Any, block: Table) -> None:  # noqa: ANN401  a document of the library
    rows = [*([block.head] if block.head else []), *block.rows]
    table = file.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, line in zip(row.cells, cells, strict=True):
            _line(cell.paragraphs[0], line)


def _line(paragraph: Any, line: Iterable[Inline]) -> None:  # noqa: ANN401  of the library
    for each in line:
        match each:
            case Break():
                paragraph.add_run().add_break()
            case Cited(words, _, _):
                paragraph.add_run(_CONTROLS.sub(" ", " ".join(words.split())))
            case Text(words, style):
                run = paragraph.add_run(_CONTROLS.sub(" ", words))
                run.bold = style is Style.STRONG or None
                run.italic = style is Style.EMPHASIS or None
