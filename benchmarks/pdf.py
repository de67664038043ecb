"""A made-up letter of many pages, and what reading it costs against pdfium's own extraction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pypdfium2 as pdfium  # type: ignore[import-untyped]

from authoring.paper import pdf, typed
from multifidus.chart.formats.pdf import read_pdf

if TYPE_CHECKING:
    from collections.abc import Callable

PAGES = 40
LINES = """# Visit {n}
The patient reports low back pain for six years, average 7 out of 10 on the numeric scale.
Prone instability test positive at L4-5; straight leg raise negative on both sides.
Physical therapy for twelve weeks brought no lasting relief, nor did naproxen.
No radicular pain, no weakness, no numbness; walks without help."""


def letter() -> bytes:
    """Write a letter whose pages are full of lines."""
    return pdf(
        *(typed("\n".join(LINES.format(n=8 * page + n) for n in range(8))) for page in range(PAGES))
    )


def extract(content: bytes) -> str:
    """Extract the text as pdfium does."""
    with pdfium.PdfDocument(content) as document:
        pages = []
        for page in document:
            letters = page.get_textpage()
            pages.append(letters.get_text_range())
            page.close()
        return "\n".join(pages)


def reading_pdf(
    median: Callable[[Callable[[], object]], float], milliseconds: Callable[[float], str]
) -> tuple[str, str, str, str]:
    """Measure one file, and its floor in the same run."""
    content = letter()
    floor = median(lambda: extract(content))
    taken = median(lambda: read_pdf(content, "letter.pdf"))
    return (
        f"read a PDF of {PAGES} pages",
        milliseconds(taken),
        f"{taken / floor:.1f} x pypdfium2's own extraction ({milliseconds(floor)})",
        "3 x",
    )
