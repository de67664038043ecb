"""
Documents as people and their programs write them: PDF and RTF from lines of text.

The same lines give the same bytes: no day, no name of a program and no compression is in them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HEADING = "# "
"""So begins a line that is set in bold."""
RULE = "---"
"""Such a line is drawn from one margin to the other."""
WIDTH, HEIGHT = 612, 792
LEFT, TOP = 64, 732


class Document(NamedTuple):
    """A file of a record."""

    name: str
    content: bytes


class Set(NamedTuple):
    """Words set in Helvetica, from a point above the page's bottom left corner."""

    words: str
    x: float
    y: float
    size: float = 10
    is_bold: bool = False


def typed(text: str, *, top: float = TOP, left: float = LEFT, leading: float = 14) -> list[Set]:
    """Set lines one below the other; a tab moves to the next column of 150 points."""
    found = []
    for number, line in enumerate(text.splitlines()):
        is_bold = line.startswith(HEADING)
        for column, words in enumerate(line.removeprefix(HEADING).split("\t")):
            if words:
                place = (left + 150 * column, top - leading * number)
                found.append(Set(words, *place, 11 if is_bold else 10, is_bold))
    return found


def pdf(*pages: Sequence[Set]) -> bytes:
    """Write a PDF of some pages."""
    numbers = [5 + 2 * number for number in range(len(pages))]
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        _font("Helvetica"),
        _font("Helvetica-Bold"),
    ]
    for number, page in zip(numbers, pages, strict=True):
        box = f"/MediaBox [0 0 {WIDTH} {HEIGHT}]"
        fonts = "/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >>"
        contents = f"/Contents {number + 1} 0 R"
        objects.append(f"<< /Type /Page /Parent 2 0 R {box} {fonts} {contents} >>".encode())
        drawn = b"".join(map(_drawn, page))
        objects.append(b"<< /Length %d >>\nstream\n%sendstream" % (len(drawn), drawn))
    return _file(objects)


def _font(name: str) -> bytes:
    font = f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>"
    return font.encode()


def _drawn(words: Set) -> bytes:
    if words.words == RULE:
        return f"0.6 w {words.x:g} {words.y:g} m {WIDTH - LEFT} {words.y:g} l S\n".encode()
    font = f"/F{2 if words.is_bold else 1} {words.size:g} Tf"
    letters = words.words.encode("cp1252")
    for letter in (b"\\", b"(", b")"):
        letters = letters.replace(letter, b"\\" + letter)
    return f"BT {font} {words.x:g} {words.y:g} Td (".encode() + letters + b") Tj ET\n"


def _file(objects: Iterable[bytes]) -> bytes:
    content, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    size, start = len(places) + 1, len(content)
    content += b"xref\n0 %d\n0000000000 65535 f \n" % size
    content += b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return content + trailer % (size, start)


def rtf(text: str) -> bytes:
    """Write RTF, a paragraph for each line, as a word processor does."""
    paragraphs = []
    for line in text.strip().splitlines():
        words = "".join(map(_letter, line.removeprefix(HEADING)))
        paragraphs.append(rf"{{\b {words}}}\par" if line.startswith(HEADING) else rf"{words}\par")
    head = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\froman\fcharset0 Times New Roman;}}"
    return "\n".join([head, r"\viewkind4\uc1\pard\f0\fs22", *paragraphs, "}"]).encode("ascii")


def _letter(letter: str) -> str:
    if letter in "\\{}":
        return f"\\{letter}"
    if letter == "\t":
        return r"\tab "
    return letter if letter.isascii() else rf"\'{letter.encode('cp1252').hex()}"
