"""
PDF → text that knows its page, and where on the page each word stands.

Nothing in a file is executed: scripts, launch actions and embedded files are passed over. Filled-in
form fields and typed-over notes are read with the page they stand on.
A page that is a picture has no text; it is reported, and recognized with tesseract if that is
asked for.

Time is kept between pages only, for the library cannot be stopped within one: a file that was
built to take forever on one page needs a process of its own, which is the caller's to give.
"""

from __future__ import annotations

import math
import re
import threading
import time
from bisect import bisect_right
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from multifidus.chart.document import Document, Passage
from multifidus.chart.formats.characters import neutral
from multifidus.core.case import Box
from multifidus.errors import BundleError, Problem, RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from multifidus.core.quantity import DateRange

LARGEST_PDF = 64 * 1024 * 1024
"""Bytes that one file may have."""
MOST_PAGES = 500
"""So many pages of a file are read."""
MOST_SECONDS = 60.0
"""When so many seconds have gone by, no further page is begun."""
MOST_OBJECTS = 200_000
"""Pieces of text, lines and pictures that one page may have; a busy one has some thousands."""
MOST_CHARACTERS = 10_000_000
"""Characters that are read from one file, and so from one page."""
MOST_PROBLEMS = 20
HARDLY_ANY = 200
"""A page with a large picture and fewer characters than this is taken for a scanned one."""
SMALLEST_SCAN = 0.5
"""The pictures of a scanned page cover this share of it at least."""
MOST_STRANGE = 0.2
"""Where more than this share of its letters has no name, a page cannot be read."""
PAGE_BREAK = "\n\n"

POINTS_PER_INCH = 72
SCAN_DOTS_PER_INCH = 300
"""What tesseract's manual asks of a picture."""
MOST_DOTS = 30_000_000
"""Dots of the picture that is made of a page for tesseract; 300 to the inch of a tabloid sheet."""
MOST_SECONDS_A_SCAN = 60

# How far into a file its first words may stand, and its last words from its end: readers of PDF
# allow for some rubbish around a file, as mail programs add it.
_HEADER, _HEADER_WITHIN = b"%PDF-", 1024
_TRAILER, _TRAILER_WITHIN = b"%%EOF", 4096
# Pdfium marks a hyphen at the end of a line so, and leaves out the line break. Whether the word
# has a hyphen of its own (`follow-up`) nobody can tell, so it stays.
_LINE_END_HYPHEN = "\ufffe"
_SURROGATE = re.compile("[\ud800-\udfff]")
# Controls, letters for private use, and the sign for an unknown letter: a font without names.
_STRANGE = re.compile("[\0-\x08\x0e-\x1f\ue000-\uf8ff\ufffd]")
_LARGEST_PROPER = 0xFFFF

# Pdfium keeps its state in the library, not in the document: only one thread may be inside.
_ONE_AT_A_TIME = threading.Lock()


class PdfText(NamedTuple):
    """What a PDF says, and what of it could not be read."""

    document: Document
    problems: tuple[Problem, ...]


class _Word(NamedTuple):
    """A word that was recognized in a picture: its span in the page's text, its line, its box."""

    start: int
    end: int
    line: int
    box: Box


class _Page(NamedTuple):
    """One page's text, and its recognized words if it is a picture."""

    text: str
    words: tuple[_Word, ...] = ()


class _Unreadable(Exception):  # noqa: N818  it never leaves this module
    """Why one page cannot be read; the other pages can."""


def read_pdf(  # noqa: PLR0913  what the record says of it are fields of the document
    content: bytes,
    name: str,
    *,
    date: DateRange | None = None,
    title: str = "",
    subject: str = "",
    ocr: bool = False,
) -> PdfText:
    """
    Read a PDF; with `ocr`, its scanned pages are recognized with tesseract.

    A page that cannot be read is a problem of the result, and the others are read. Raises
    `BundleError` when nothing can be, and `RequestError` when tesseract is needed and missing.
    """
    _check(content, name)
    reader = _Reader(name, ocr=ocr)
    with _opened(content, name) as pdf:
        reader.read(pdf)
    passages = tuple(
        Passage(start, number) for start, number in zip(reader.starts, reader.numbers, strict=True)
    )
    scanned = {n: page.words for n, page in enumerate(reader.pages) if page.words}
    text = PAGE_BREAK.join(page.text for page in reader.pages)
    document = Document(
        name=name,
        text=text,
        date=date,
        title=title,
        subject=subject,
        passages=passages,
        content=content,
        boxes=_Boxes(content, name, text, passages, scanned),
    )
    return PdfText(document, tuple(reader.problems))


def _check(content: bytes, name: str) -> None:
    """Tell from the bytes alone what cannot be read."""
    if not content.strip():
        raise BundleError.at(name, "the file is empty", "give a PDF")
    if len(content) > LARGEST_PDF:
        limit = LARGEST_PDF // 1024 // 1024
        raise BundleError.at(
            name, f"the file is larger than {limit} MB", "split it into smaller files"
        )
    if _HEADER not in content[:_HEADER_WITHIN]:
        raise BundleError.at(
            name, "this is not a PDF", "name the file for what it is, or print it as PDF"
        )
    if _TRAILER not in content[-_TRAILER_WITHIN:]:
        # Pdfium would put together what is left, and nobody would learn of what is lost.
        raise BundleError.at(
            name, "the PDF stops short", "the file was cut off; fetch or print it again"
        )


@contextmanager
def _opened(content: bytes, name: str) -> Iterator[Any]:
    """Open a PDF with pdfium, which no other thread uses meanwhile."""
    # It is a large library, and most records have no PDF.
    import pypdfium2 as pdfium  # type: ignore[import-untyped]  # noqa: PLC0415

    with _ONE_AT_A_TIME:
        try:
            pdf = pdfium.PdfDocument(content)
        except pdfium.PdfiumError as error:
            is_locked = error.err_code in {
                pdfium.raw.FPDF_ERR_PASSWORD,
                pdfium.raw.FPDF_ERR_SECURITY,
            }
            if _is_empty(content):
                message, hint = "the PDF has no pages", "fetch or print it again"
            elif is_locked:
                message, hint = "the PDF is locked", "save it without a password"
            else:
                message, hint = "the PDF is damaged", "fetch or print it again"
            raise BundleError.at(name, message, hint) from None
        with pdf:
            yield pdf


def _is_empty(content: bytes) -> bool:
    """Tell whether a file is in order and has no page; of that, pdfium says nothing by itself."""
    import pypdfium2.raw as pdfium  # type: ignore[import-untyped]  # noqa: PLC0415  as above

    pdf = pdfium.FPDF_LoadMemDocument64(content, len(content), None)
    if pdf:
        pdfium.FPDF_CloseDocument(pdf)
    return bool(pdf)


# Pages


class _Reader:
    """Reads the pages of one file, up to its limits, and notes what could not be read."""

    def __init__(self, name: str, *, ocr: bool) -> None:
        self.name = name
        self.ocr = ocr
        self.pages: list[_Page] = []
        self.numbers: list[int] = []
        self.starts: list[int] = []
        self.problems: list[Problem] = []
        self.more = 0

    def read(self, pdf: Any) -> None:  # noqa: ANN401  the library has no types
        """Read the pages in their order; what is over a limit is told."""
        import pypdfium2 as pdfium  # noqa: PLC0415  as above

        if pdf.get_formtype() in {pdfium.raw.FORMTYPE_XFA_FULL, pdfium.raw.FORMTYPE_XFA_FOREGROUND}:
            self._note("the form is made with XFA, which is not read", "print it as PDF")
        begun, offset, count = time.monotonic(), 0, len(pdf)
        for index in range(count):
            if limit := self._limit(index, offset, time.monotonic() - begun):
                hint = "split the file, and give the parts that matter"
                self._note(f"{limit}: of {count} pages, the first {index} are read", hint)
                break
            page = self._page(pdf, index)
            self.pages.append(page)
            self.numbers.append(index + 1)
            self.starts.append(offset)
            offset += len(page.text) + len(PAGE_BREAK)
        if self.more:
            last = self.problems[-1]
            message = f"and {self.more} more like these"
            self.problems.append(replace(last, message=message))

    def _limit(self, index: int, characters: int, seconds: float) -> str:
        if index >= MOST_PAGES:
            return f"the file has more than {MOST_PAGES} pages"
        if characters > MOST_CHARACTERS:
            return f"the file has more than {MOST_CHARACTERS:,} characters"
        return f"reading took {MOST_SECONDS:.0f} seconds" if seconds > MOST_SECONDS else ""

    def _page(self, pdf: Any, index: int) -> _Page:  # noqa: ANN401  as above
        number = index + 1
        try:
            with _page_of(pdf, index) as (page, letters):
                raw = _raw_text(letters)
                if not (why := _why_unreadable(page, raw)):
                    return _Page(_proper(raw))
                if not self.ocr:
                    hint = "have it typed, or read it with --ocr; what it says is not used"
                    self._note(f"page {number} {why}", hint)
                    return _Page(_proper(raw))
                recognized = _recognize(page)
        except _Unreadable as error:
            self._note(f"page {number} {error}", "look at it; what it says is not used")
            return _Page("")
        except _TesseractMissingError as error:
            hint = "install multifidus[ocr] and Debian's tesseract-ocr, or read it without --ocr"
            problem = Problem.at(self.name, str(error), hint)
            raise RequestError(problem) from None
        hint = "compare with the page what is taken from it"
        self._note(f"page {number} {why}, and was recognized by its looks", hint)
        return recognized

    def _note(self, message: str, hint: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem.note(self.name, message, hint))
        else:
            self.more += 1


@contextmanager
def _page_of(pdf: Any, index: int) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401  as above
    """Give a page and its letters, with the form fields and typed notes that stand on it."""
    import pypdfium2 as pdfium  # noqa: PLC0415  as above

    try:
        page = pdf[index]
        if _is_typed_over(page):
            # They become part of the page, and are read with it when it is loaded anew.
            pdfium.raw.FPDFPage_Flatten(page, pdfium.raw.FLAT_NORMALDISPLAY)
            page.close()
            page = pdf[index]
        if pdfium.raw.FPDFPage_CountObjects(page) > MOST_OBJECTS:
            message = f"is made of more than {MOST_OBJECTS:,} pieces"
            raise _Unreadable(message)
        letters = page.get_textpage()
    except pdfium.PdfiumError:
        message = "is damaged"
        raise _Unreadable(message) from None
    try:
        yield page, letters
    finally:
        page.close()


def _is_typed_over(page: Any) -> bool:  # noqa: ANN401  as above
    import pypdfium2.raw as pdfium  # noqa: PLC0415  as above

    kinds = {pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_STAMP}
    for index in range(pdfium.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        kind = pdfium.FPDFAnnot_GetSubtype(annotation)
        pdfium.FPDFPage_CloseAnnot(annotation)
        if kind in kinds:
            return True
    return False


def _raw_text(letters: Any) -> str:  # noqa: ANN401  as above
    """Give a page's text as pdfium counts it: a character here is one, or a surrogate pair."""
    if letters.count_chars() > MOST_CHARACTERS:
        message = f"has more than {MOST_CHARACTERS:,} characters"
        raise _Unreadable(message)
    try:
        text: str = letters.get_text_range(errors="surrogatepass")
    except AssertionError:  # What pypdfium2 raises when pdfium contradicts itself.
        message = "is damaged"
        raise _Unreadable(message) from None
    return text


def _proper(raw: str) -> str:
    """Make lines of it, character for character."""
    return neutral(_SURROGATE.sub("\ufffd", raw.replace(_LINE_END_HYPHEN, "-")))


def _why_unreadable(page: Any, raw: str) -> str:  # noqa: ANN401  as above
    written = len(raw.strip())
    if written and len(_STRANGE.findall(raw)) > MOST_STRANGE * written:
        return "has letters that its fonts do not name"
    if written >= HARDLY_ANY:
        return ""
    share, pieces = _pictures(page)
    if share >= SMALLEST_SCAN:
        return f"is a picture with {'hardly any' if written else 'no'} text"
    return "has drawings and no text" if pieces and not written else ""


def _pictures(page: Any) -> tuple[float, int]:  # noqa: ANN401  as above
    """Give the share of a page that pictures cover, 0 and upward, and the count of its pieces."""
    import pypdfium2 as pdfium  # noqa: PLC0415  as above

    # A form may hold pictures, letters drawn as outlines, or both: what is on it is not text.
    kinds = (pdfium.raw.FPDF_PAGEOBJ_IMAGE, pdfium.raw.FPDF_PAGEOBJ_FORM)
    left, bottom, right, top = page.get_bbox()
    area = (right - left) * (top - bottom)
    covered, pieces = 0.0, 0
    for each in page.get_objects(max_depth=1):
        pieces += 1
        if each.type in kinds:
            try:
                bounds = each.get_bounds()
            except pdfium.PdfiumError:
                continue
            width = min(bounds[2], right) - max(bounds[0], left)
            height = min(bounds[3], top) - max(bounds[1], bottom)
            covered += max(width, 0) * max(height, 0)
    return covered / area if area else 0.0, pieces


# Recognition


class _TesseractMissingError(Exception):
    """What has to be installed."""


def _recognize(page: Any) -> _Page:  # noqa: ANN401  as above
    """Read a page by its looks."""
    try:
        import pytesseract  # type: ignore[import-untyped]  # noqa: PLC0415  an optional extra
    except ImportError:
        message = "a page needs pytesseract, which is not installed"
        raise _TesseractMissingError(message) from None

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
        raise _TesseractMissingError(message) from None
    except (RuntimeError, OSError):  # A `TesseractError` is a `RuntimeError`, so is a timeout.
        message = "could not be recognized"
        raise _Unreadable(message) from None
    return _laid_out(found, scale)


def _laid_out(found: Mapping[str, Sequence[Any]], scale: float) -> _Page:
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
        words.append(_Word(len(text), len(text) + len(letters), line, box))
        text += letters
        before = place
    return _Page(text, tuple(words))


# Boxes


@dataclass(frozen=True, slots=True)
class _Boxes:
    """Looks up where words stand; the file is opened anew, for few spans are ever asked for."""

    content: bytes = field(repr=False)
    name: str
    text: str = field(repr=False)
    passages: tuple[Passage, ...] = field(repr=False)
    scanned: Mapping[int, tuple[_Word, ...]] = field(repr=False)

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
        with _opened(self.content, self.name) as pdf, _page_of(pdf, at) as found:
            page, letters = found
            # Pdfium counts in units of UTF-16.
            first = start - origin + _pairs(self.text[origin:start])
            return tuple(_boxes_of_letters(page, letters, self.text[start:end], first))


def _pairs(text: str) -> int:
    return 0 if text.isascii() else sum(ord(each) > _LARGEST_PROPER for each in text)


def _boxes_of_words(words: Sequence[_Word], start: int, end: int) -> tuple[Box, ...]:
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
    import pypdfium2 as pdfium  # noqa: PLC0415  as above

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
