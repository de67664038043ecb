"""What kind a file is: by its media type, its first characters, or its name if both fail."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from multifidus.chart.formats.characters import FALLBACK, is_binary, marked

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind = Literal["pdf", "html", "rtf", "text", "xml", "json", "ndjson", "gzip", "binary"]

MEDIA_TYPES: Mapping[str, Kind] = {
    "text/plain": "text",
    "text/markdown": "text",
    "text/x-markdown": "text",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/rtf": "rtf",
    "application/rtf": "rtf",
    "application/x-rtf": "rtf",
}
"""The media types that are read here."""

HEAD = 4096
"""So many bytes tell what a file is."""
_LONGEST_CHARACTER = 4
_BINARY = (b"\x89PNG", b"PK\3\4", b"PK\5\6", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*")
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|div|p|table|span|br|h[1-6]|ul|ol|b|i|font|center|pre)\b",
    re.IGNORECASE,
)
_XML = re.compile(r"<(?:\?xml\b|!--|!DOCTYPE\b|[A-Za-z_][\w.:-]*[\s/>])")
_HTML_ROOT = re.compile(r"<(?:!doctype\s+)?html\b", re.IGNORECASE)
_JSON = re.compile(r"\{\s*[\"}]|\[\s*[{\[\]\"]")
_NDJSON = re.compile(r"\{[^\n]*\}\s*\n\s*\{")


def kind_of(content: bytes, name: str) -> Kind:
    """
    Tell what a file is, by its first characters, and by its name where those leave a doubt.

    >>> kind_of(b"%PDF-1.7 ...", "letter")
    'pdf'
    >>> kind_of(b"{}", "Patient.ndjson")
    'ndjson'
    """
    head = content[:HEAD]
    end = name.lower()
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n\0").startswith(b"%PDF-"):
        return "pdf"
    if end.endswith(".pdf") and b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(_BINARY):
        return "binary"
    begin = _begin(head)
    return "binary" if is_binary(begin) else _kind_of_text(begin.lstrip("\ufeff \t\r\n"), end)


def _begin(head: bytes) -> str:
    """Decode the beginning of a file, which may end within a character."""
    codec = marked(head) or "utf-8"
    try:
        return head.decode(codec)
    except UnicodeDecodeError as error:
        is_cut = error.start > len(head) - _LONGEST_CHARACTER
        within, codec = (head[: error.start], codec) if is_cut else (head, FALLBACK)
        return within.decode(codec, errors="replace")


def _kind_of_text(begin: str, name: str) -> Kind:
    if begin.startswith("{\\rtf"):
        return "rtf"
    if name.endswith((".txt", ".text", ".md", ".markdown")):
        return "text"
    if begin.startswith("<"):
        if _HTML.match(begin) or _HTML_ROOT.search(begin) or name.endswith((".html", ".htm")):
            return "html"
        return "xml" if _XML.match(begin) else "text"
    if name.endswith((".ndjson", ".jsonl")):
        return "ndjson"
    if _JSON.match(begin) or name.endswith(".json"):
        return "ndjson" if _NDJSON.match(begin) else "json"
    if name.endswith((".html", ".htm")):
        return "html"
    return "text"


def media_type_of(words: str) -> str:
    """
    Give a media type without its parameters, in small letters.

    >>> media_type_of("Text/HTML; charset=utf-8")
    'text/html'
    """
    return words.partition(";")[0].strip().lower()
