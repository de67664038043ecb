"""The pages of a PDF, as pdfium gives them: their letters, and how much of them is pictures."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from multifidus.errors import BundleError

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_OBJECTS = 200_000
"""Pieces of text, lines and pictures that one page may have; a busy one has some thousands."""
MOST_CHARACTERS = 10_000_000
"""Characters that are read from one file, and so from one page."""
PAGE_BREAK = "\n\n"
"""What stands between the texts of two pages."""

# Pdfium keeps its state in the library, not in the document: only one thread may be inside.
_ONE_AT_A_TIME = threading.Lock()


class UnreadableError(Exception):
    """Why one page cannot be read; the other pages can."""


@contextmanager
def opened(content: bytes, name: str) -> Iterator[Any]:
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


@contextmanager
def page_of(pdf: Any, index: int) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401  the library has no types
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
            raise UnreadableError(message)
        letters = page.get_textpage()
    except pdfium.PdfiumError:
        message = "is damaged"
        raise UnreadableError(message) from None
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


def raw_text(letters: Any) -> str:  # noqa: ANN401  as above
    """Give a page's text as pdfium counts it: a character here is one, or a surrogate pair."""
    if letters.count_chars() > MOST_CHARACTERS:
        message = f"has more than {MOST_CHARACTERS:,} characters"
        raise UnreadableError(message)
    try:
        text: str = letters.get_text_range(errors="surrogatepass")
    except AssertionError:  # What pypdfium2 raises when pdfium contradicts itself.
        message = "is damaged"
        raise UnreadableError(message) from None
    return text


def pictures(page: Any) -> tuple[float, int]:  # noqa: ANN401  as above
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
