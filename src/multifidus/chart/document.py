"""
A document of a chart: its text, and where in the source each character of it stands.

Every reader (notes, PDF, C-CDA narrative, attachments of FHIR resources) makes one of these, and
`chart.prose.notes` reads them all alike. A span is a pair of offsets into `text`: `text[start:end]`
is what is quoted.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from multifidus.core.case import Quote

if TYPE_CHECKING:
    from collections.abc import Callable

    from multifidus.chart.mention import Mention
    from multifidus.core.case import Box
    from multifidus.core.quantity import DateRange


class Passage(NamedTuple):
    """Where a stretch of the text stands: from an offset on, up to where the next one begins."""

    start: int
    page: int | None = None
    """The page, counted from 1; None where there are no pages."""
    path: str = ""
    """The path in a structured source: an XPath, or the field of a FHIR resource."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One note, report or letter as text."""

    name: str
    """How people find it: `letter.pdf`, `DocumentReference/note-7`."""
    text: str
    date: DateRange | None = None
    """The day it was written, if it or the record that holds it says so."""
    title: str = ""
    """What kind it is, in the words of the record: `MRI lumbar spine`."""
    subject: str = ""
    """The reference of the patient it is about; empty if it does not say."""
    passages: tuple[Passage, ...] = ()
    """In the order of the text; empty where it has neither pages nor paths."""
    content: bytes = field(default=b"", compare=False, repr=False)
    """The file itself, of a PDF: whoever shows its pages needs them."""
    boxes: Callable[[int, int], tuple[Box, ...]] | None = field(default=None, compare=False)
    """For a span on one page, the boxes of its lines there; they are looked up when asked for."""

    def passage(self, offset: int) -> Passage:
        """Find the passage in which an offset stands."""
        at = bisect_right(self.passages, offset, key=lambda each: each.start)
        return self.passages[at - 1] if at else Passage(0)

    def quote(self, start: int, end: int) -> Quote:
        """Quote a stretch of the text, with its page and the boxes of its lines there."""
        return Quote(
            words=self.text[start:end],
            start=start,
            end=end,
            page=self.passage(start).page,
            boxes=self.boxes(start, end) if self.boxes else (),
        )


class ReadDocument(NamedTuple):
    """A document, and what it says of the dictionary's elements."""

    document: Document
    mentions: tuple[Mention, ...] = ()
