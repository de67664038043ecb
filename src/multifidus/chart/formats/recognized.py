"""Pages that are pictures: recognized by their looks, with tesseract, each word with its box."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from multifidus.chart.formats.characters import neutral
from multifidus.chart.formats.pages import UnreadableError
from multifidus.core.case import Box

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

POINTS_PER_INCH = 72
SCAN_DOTS_PER_INCH = 300
"""What tesseract's manual asks of a picture."""
MOST_DOTS = 30_000_000
"""Dots of the picture that is made of a page for tesseract; 300 to the inch of a tabloid sheet."""
MOST_SECONDS_A_SCAN = 60


class Word(NamedTuple):
    """A word that was recognized in a picture: its span in the page's text, its line, its box."""

    start: int
    end: int
    line: int
    box: Box


class Page(NamedTuple):
    """One page's text, and its recognized words if it is a picture."""

    text: str
    words: tuple[Word, ...] = ()


class TesseractMissingError(Exception):
    """What has to be installed."""


def recognize(page: Any) -> Page:  # noqa: ANN401  the library has no types
    """Read a page by its looks."""
    try:
        import pytesseract  # type: ignore[import-untyped]  # noqa: PLC0415  an optional extra
    except ImportError:
        message = "a page needs pytesseract, which is not installed"
        raise TesseractMissingError(message) from None

    width, height = page.get_size()
    scale = min(
        SCAN_DOTS_PER_INCH / POINTS_PER_INCH, math.sqrt(MOST_DOTS / max(width * height, 1.0))
    )
    picture = page.render(scale=scale, grayscale=True).to_pil()
    try:
        found = pytesseract.image_to_data(
            picture, output_type=pytesseract.Output.DICT, timeout=MOST_SECONDS_A_SCAN
        )
    except pytesseract.TesseractNotFoundError:
        message = "a page needs the program tesseract, which is not installed"
        raise TesseractMissingError(message) from None
    except (RuntimeError, OSError):  # A `TesseractError` is a `RuntimeError`, so is a timeout.
        message = "could not be recognized"
        raise UnreadableError(message) from None
    return _laid_out(found, scale)


def _laid_out(found: Mapping[str, Sequence[Any]], scale: float) -> Page:
    """Put recognized words into lines; `scale` is dots a point."""
    text, words, before, line = "", [], None, 0
    columns = ("block_num", "par_num", "line_num", "left", "top", "width", "height", "text")
    for *place, left, top, width, height, word in zip(
        *(found[each] for each in columns), strict=True
    ):
        letters = neutral(word).strip()
        if not letters:
            continue
        if before is not None:
            text += " " if place == before else "\n"
            line += place != before
        box = Box(
            math.floor(left / scale),
            math.floor(top / scale),
            math.ceil((left + width) / scale),
            math.ceil((top + height) / scale),
        )
        words.append(Word(len(text), len(text) + len(letters), line, box))
        text += letters
        before = place
    return Page(text, tuple(words))
