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

import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from multifidus.chart.document import Document, Passage
from multifidus.chart.formats.boxes import Boxes
from multifidus.chart.formats.characters import neutral
from multifidus.chart.formats.pages import (
    MOST_CHARACTERS,
    PAGE_BREAK,
    UnreadableError,
    opened,
    page_of,
    pictures,
    raw_text,
)
from multifidus.chart.formats.recognized import Page, TesseractMissingError, recognize
from multifidus.errors import BundleError, Problem, RequestError

if TYPE_CHECKING:
    from multifidus.core.quantity import DateRange

LARGEST_PDF = 64 * 1024 * 1024
"""Bytes that one file may have."""
MOST_PAGES = 500
"""So many pages of a file are read."""
MOST_SECONDS = 60.0
"""When so many seconds have gone by, no further page is begun."""
MOST_PROBLEMS = 20
HARDLY_ANY = 200
"""A page with a large picture and fewer characters than this is taken for a scanned one."""
SMALLEST_SCAN = 0.5
"""The pictures of a scanned page cover this share of it at least."""
MOST_STRANGE = 0.2
"""Where more than this share of its letters has no name, a page cannot be read."""

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


class PdfText(NamedTuple):
    """What a PDF says, and what of it could not be read."""

    document: Document
    problems: tuple[Problem, ...]


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
    with opened(content, name) as pdf:
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
        boxes=Boxes(content, name, text, passages, scanned),
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


class _Reader:
    """Reads the pages of one file, up to its limits, and notes what could not be read."""

    def __init__(self, name: str, *, ocr: bool) -> None:
        self.name = name
        self.ocr = ocr
        self.pages: list[Page] = []
        self.numbers: list[int] = []
        self.starts: list[int] = []
        self.problems: list[Problem] = []
        self.more = 0

    def read(self, pdf: Any) -> None:  # noqa: ANN401  the library has no types
        """Read the pages in their order; what is over a limit is told."""
        # It is a large library, and most records have no PDF.
        import pypdfium2 as pdfium  # type: ignore[import-untyped]  # noqa: PLC0415

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

    def _page(self, pdf: Any, index: int) -> Page:  # noqa: ANN401  as above
        number = index + 1
        try:
            with page_of(pdf, index) as (page, letters):
                raw = raw_text(letters)
                if not (why := _why_unreadable(page, raw)):
                    return Page(_proper(raw))
                if not self.ocr:
                    hint = "have it typed, or read it with --ocr; what it says is not used"
                    self._note(f"page {number} {why}", hint)
                    return Page(_proper(raw))
                recognized = recognize(page)
        except UnreadableError as error:
            self._note(f"page {number} {error}", "look at it; what it says is not used")
            return Page("")
        except TesseractMissingError as error:
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


def _proper(raw: str) -> str:
    """Make lines of it, character for character."""
    return neutral(_SURROGATE.sub("\ufffd", raw.replace(_LINE_END_HYPHEN, "-")))


def _why_unreadable(page: Any, raw: str) -> str:  # noqa: ANN401  as above
    written = len(raw.strip())
    if written and len(_STRANGE.findall(raw)) > MOST_STRANGE * written:
        return "has letters that its fonts do not name"
    if written >= HARDLY_ANY:
        return ""
    share, pieces = pictures(page)
    if share >= SMALLEST_SCAN:
        return f"is a picture with {'hardly any' if written else 'no'} text"
    return "has drawings and no text" if pieces and not written else ""
