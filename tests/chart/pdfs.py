"""Small PDF files, written by hand, so that a test knows where every word was drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

LETTER = (0, 0, 612, 792)


class Line(NamedTuple):
    """Words drawn in Helvetica, their baseline beginning at a point from the page's bottom left."""

    words: str
    x: float = 72
    y: float = 700
    size: float = 12


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One page: what is drawn on it, its boxes, and how it is turned."""

    lines: Sequence[Line] = ()
    drawing: bytes = b""
    """Operators before the words: `/Im Do` draws the picture, `/Fm Do` one inside a form."""
    media: tuple[int, int, int, int] = LETTER
    crop: tuple[int, int, int, int] | None = None
    turned: int = 0
    field: str = ""
    """What is filled into a form field near the top of the page."""


PICTURE = Sheet(drawing=b"q 612 0 0 792 0 0 cm /Im Do Q\n")
"""A page as a scanner makes it."""


def page(*lines: str) -> Sheet:
    """Lay lines out from the top of a page."""
    return Sheet(lines=[Line(words, y=720 - 16 * n) for n, words in enumerate(lines)])


def pdf(
    *sheets: Sheet,
    catalog: bytes = b"",
    trailer: bytes = b"",
    picture: tuple[int, int, bytes] = (1, 1, b"\x80"),
    unicode: dict[str, str] | None = None,
) -> bytes:
    """
    Write a PDF.

    `catalog` and `trailer` are more entries for these. `picture` is the width, the height and the
    gray levels of what `/Im Do` draws. `unicode` says which character a letter of the font means.
    """
    objects: dict[int, bytes] = {}
    kids, fields = [], []
    for number, sheet in enumerate(sheets):
        own, contents, widget, look = (8 + 4 * number + each for each in range(4))
        kids.append(b"%d 0 R" % own)
        box = b"/MediaBox [%d %d %d %d]" % sheet.media
        if sheet.crop:
            box += b" /CropBox [%d %d %d %d]" % sheet.crop
        if sheet.field:
            fields.append(b"%d 0 R" % widget)
            box += b" /Annots [%d 0 R]" % widget
            objects[widget] = _field(sheet.field, widget)
            objects[look] = _appearance(sheet.field)
        objects[own] = (
            b"<</Type /Page /Parent 2 0 R %s /Rotate %d /Contents %d 0 R /Resources 3 0 R>>"
        ) % (box, sheet.turned, contents)
        objects[contents] = stream(sheet.drawing + b"".join(map(_drawn, sheet.lines)))
    form = b"/AcroForm <</Fields [%s]>>" % b" ".join(fields) if fields else b""
    objects[1] = b"<</Type /Catalog /Pages 2 0 R %s %s>>" % (form, catalog)
    objects[2] = b"<</Type /Pages /Kids [%s] /Count %d>>" % (b" ".join(kids), len(kids))
    objects[3] = b"<</Font <</F 4 0 R>> /XObject <</Im 5 0 R /Fm 6 0 R>>>>"
    mapped = b"/ToUnicode 7 0 R" if unicode else b""
    objects[4] = (
        b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding %s>>"
    ) % mapped
    width, height, levels = picture
    drawn = b"/Type /XObject /Subtype /Image /ColorSpace /DeviceGray /BitsPerComponent 8"
    objects[5] = stream(levels, drawn + b" /Width %d /Height %d" % (width, height))
    nested = b"/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources 3 0 R"
    objects[6] = stream(b"/Im Do", nested)
    if unicode:
        objects[7] = stream(_to_unicode(unicode))
    return written(objects, trailer)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """Write a stream object's body."""
    return b"<<%s /Length %d>>\nstream\n%s\nendstream" % (entries, len(content), content)


def _drawn(line: Line) -> bytes:
    words = line.words.encode("cp1252")
    for letter in (b"\\", b"(", b")"):
        words = words.replace(letter, b"\\" + letter)
    return b"BT /F %g Tf %g %g Td (%s) Tj ET\n" % (line.size, line.x, line.y, words)


def _field(words: str, number: int) -> bytes:
    return (
        b"<</Type /Annot /Subtype /Widget /FT /Tx /F 4 /T (f) /V (%s) /Rect [72 740 372 760]"
        b" /AP <</N %d 0 R>>>>"
    ) % (words.encode("cp1252"), number + 1)


def _appearance(words: str) -> bytes:
    entries = b"/Type /XObject /Subtype /Form /BBox [0 0 300 20] /Resources 3 0 R"
    return stream(b"/Tx BMC " + _drawn(Line(words, x=2, y=5)) + b" EMC", entries)


def _to_unicode(unicode: dict[str, str]) -> bytes:
    pairs = [
        b"<%02x> <%s>" % (ord(letter), meant.encode("utf-16-be").hex().encode())
        for letter, meant in unicode.items()
    ]
    return (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap"
        b" 1 begincodespacerange <00> <ff> endcodespacerange\n%d beginbfchar\n%s\nendbfchar"
        b" endcmap end end"
    ) % (len(pairs), b"\n".join(pairs))


def written(objects: dict[int, bytes], trailer: bytes = b"") -> bytes:
    """Write a file of some objects, of which the first is the catalog."""
    content = b"%PDF-1.7\n"
    places: dict[int, int] = {}
    for number, body in sorted(objects.items()):
        places[number] = len(content)
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(content)
    content += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        content += b"%d 1\n%010d 00000 n \n" % (number, place)
    size = max(places) + 1
    return content + (
        b"trailer\n<</Size %d /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start)
    )
