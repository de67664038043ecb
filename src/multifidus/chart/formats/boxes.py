"""Where on a page the words of a PDF stand: a box for each line of them."""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

from multifidus.chart.formats.pages import PAGE_BREAK, opened, page_of
from multifidus.core.case import Box

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from multifidus.chart.document import Passage
    from multifidus.chart.formats.recognized import Word

_LARGEST_PROPER = 0xFFFF


@dataclass(frozen=True, slots=True)
class Boxes:
    """Looks up where words stand; the file is opened anew, for few spans are ever asked for."""

    content: bytes = field(repr=False)
    name: str
    text: str = field(repr=False)
    passages: tuple[Passage, ...] = field(repr=False)
    scanned: Mapping[int, tuple[Word, ...]] = field(repr=False)

    def __call__(self, start: int, end: int) -> tuple[Box, ...]:
        """Give a box for each line of a span, as far as it stands on the page of its start."""
        at = bisect_right(self.passages, start, key=lambda each: each.start) - 1
        if start < 0 or at < 0:
            return ()
        origin = self.passages[at].start
        follows = at + 1 < len(self.passages)
        limit = self.passages[at + 1].start - len(PAGE_BREAK) if follows else len(self.text)
        end = min(end, limit)
        if end <= start:
            return ()
        if at in self.scanned:
            return _boxes_of_words(self.scanned[at], start - origin, end - origin)
        with opened(self.content, self.name) as pdf, page_of(pdf, at) as found:
            page, letters = found
            # Pdfium counts in units of UTF-16.
            first = start - origin + _pairs(self.text[origin:start])
            return tuple(_boxes_of_letters(page, letters, self.text[start:end], first))


def _pairs(text: str) -> int:
    return 0 if text.isascii() else sum(ord(each) > _LARGEST_PROPER for each in text)


def _boxes_of_words(words: Sequence[Word], start: int, end: int) -> tuple[Box, ...]:
    asked = (each for each in words if each.start < end and start < each.end)
    return tuple(
        Box(
            min(each.box.left for each in line),
            min(each.box.top for each in line),
            max(each.box.right for each in line),
            max(each.box.bottom for each in line),
        )
        for line in (list(group) for _, group in groupby(asked, key=lambda each: each.line))
    )


def _boxes_of_letters(
    page: Any,  # noqa: ANN401  the library has no types
    letters: Any,  # noqa: ANN401  as above
    words: str,
    first: int,
) -> Iterator[Box]:
    """Give the boxes of words, whose first letter is unit `first` of the page's text."""
    # It is a large library, and most records have no PDF.
    import pypdfium2 as pdfium  # type: ignore[import-untyped]  # noqa: PLC0415

    edges = page.get_bbox()
    turned = page.get_rotation()
    line: list[tuple[float, float, float, float]] = []
    for letter in words:
        index = pdfium.raw.FPDFText_GetCharIndexFromTextIndex(letters, first)
        first += 1 + _pairs(letter)
        if index >= 0 and not letter.isspace():
            try:
                line.append(letters.get_charbox(index, loose=True))
            except pdfium.PdfiumError:
                continue
        # Pdfium leaves out the line break after such a hyphen.
        ends_line = letter == "\n" or pdfium.raw.FPDFText_IsHyphen(letters, index) == 1
        if ends_line and line:
            yield from _box(line, edges, turned)
            line = []
    if line:
        yield from _box(line, edges, turned)


def _box(
    line: Sequence[tuple[float, float, float, float]],
    edges: tuple[float, float, float, float],
    turned: int,
) -> Iterator[Box]:
    """
    Give the box of a line as it is seen, from boxes in the page's own coordinates.

    Those run from the left, upward: left, bottom, right, top. `edges` are of the part that is
    shown; `turned` are the degrees, clockwise, by which it is shown turned.
    """
    left, bottom, right, top = edges
    west, south = min(each[0] for each in line), min(each[1] for each in line)
    east, north = max(each[2] for each in line), max(each[3] for each in line)
    if not all(math.isfinite(each) for each in (west, south, east, north)):
        return
    west, east = max(west, left), min(east, right)
    south, north = max(south, bottom), min(north, top)
    if west >= east or south >= north:
        return  # It stands outside of what is shown.
    match turned:
        case 90:
            seen = south - bottom, west - left, north - bottom, east - left
        case 180:
            seen = right - east, south - bottom, right - west, north - bottom
        case 270:
            seen = top - north, right - east, top - south, right - west
        case _:
            seen = west - left, top - north, east - left, top - south
    yield Box(math.floor(seen[0]), math.floor(seen[1]), math.ceil(seen[2]), math.ceil(seen[3]))
