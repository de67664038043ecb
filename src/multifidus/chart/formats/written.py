"""
Notes as people write them, plain text and Markdown, HTML, RTF → text.

Of plain text and Markdown every character keeps its place: `text[start:end]` stands at the same
offsets in the decoded file. What is hidden, struck out or deleted in HTML and RTF is left out, as
a reader of the page would leave it out. Nothing is fetched and no script is run.

All of it takes time in proportion to the length of a file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.chart.document import Document, Passage
from multifidus.chart.formats.characters import CHARSET, decoded, neutral
from multifidus.chart.formats.kinds import MEDIA_TYPES, kind_of, media_type_of
from multifidus.errors import BundleError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from multifidus.chart.formats.kinds import Kind
    from multifidus.core.quantity import DateRange

LARGEST_TEXT = 50 * 1024 * 1024
"""Bytes that one file may have."""

_NAMES: Mapping[Kind, str] = {
    "pdf": "a PDF",
    "xml": "XML",
    "json": "JSON",
    "ndjson": "NDJSON",
    "gzip": "packed with gzip",
}


def read_written(  # noqa: PLR0913  what the record says of it are fields of the document
    content: bytes,
    name: str,
    media_type: str = "",
    *,
    date: DateRange | None = None,
    title: str = "",
    subject: str = "",
    path: str = "",
) -> Document:
    """
    Read a note; without a media type its first characters tell what it is.

    `path` is where the note stands in a structured source. Raises `BundleError` when it is empty,
    too large, no text, or of another kind.
    """
    if not content.strip():
        raise BundleError.at(name, "the file is empty", "give a note as text, HTML or RTF")
    if len(content) > LARGEST_TEXT:
        limit = LARGEST_TEXT // 1024 // 1024
        raise BundleError.at(
            name, f"the file is larger than {limit} MB", "split it into smaller files"
        )
    kind, charset = _meant(content, name, media_type)
    if kind == "rtf":
        # Most notes are plain text.
        from multifidus.chart.formats.rtf import text_of_rtf  # noqa: PLC0415

        text = text_of_rtf(content, name)
    elif kind == "html":
        from multifidus.chart.formats.html import charset_of_html, text_of_html  # noqa: PLC0415

        text = text_of_html(decoded(content, name, charset or charset_of_html(content)), name)
    else:
        text = neutral(decoded(content, name, charset))
    if not text.strip():
        hint = "look at it; if it is a picture, have it typed or recognized"
        raise BundleError.at(name, "there is no text in it", hint)
    passages = (Passage(0, None, path),) if path else ()
    return Document(
        name=name, text=text, date=date, title=title, subject=subject, passages=passages
    )


def _meant(content: bytes, name: str, media_type: str) -> tuple[Kind, str]:
    """Tell what a note is meant to be, and the charset that its media type gives."""
    kind: Kind
    said, found = MEDIA_TYPES.get(media_type_of(media_type)), kind_of(content, name)
    if said is None and media_type_of(media_type) not in {"", "application/octet-stream"}:
        hint = "give it as text, HTML, RTF or PDF"
        raise BundleError.at(name, "documents of its media type are not read", hint)
    if said is None or found in {"rtf", "pdf", "gzip"} or (said, found) == ("text", "html"):
        # These begin with signs that no note begins with: the media type is wrong, or is missing.
        kind = found
    else:
        kind = said
    if kind == "binary":
        raise BundleError.at(name, "this is not text", "give a note as text, HTML, RTF or PDF")
    if kind in _NAMES:
        raise BundleError.at(name, f"this is {_NAMES[kind]}, not a note", "name it for what it is")
    charset = CHARSET.search(media_type)
    return kind, charset[1] if charset else ""
