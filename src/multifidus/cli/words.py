"""Addresses and counts in the words of a user, for every form of output."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multifidus.core.case import Provenance

NO_DAY = "no day: give one with --document-date"
"""What stands in the place of a document's day."""


def address_words(provenance: Provenance) -> str:
    """Say where a statement stands: its day, the resource or document, the field or the page."""
    day = f"{provenance.date}  " if provenance.date else ""
    return f"{day}{provenance.resource}{place_words(provenance)}"


def place_words(provenance: Provenance) -> str:
    """Say where in its resource or document a statement stands, as what follows the name."""
    quote = provenance.quote
    if quote is None:
        return f" {provenance.path}"
    page = f", page {quote.page}" if quote.page else ""
    return f"{page}, characters {quote.start} to {quote.end}"


def count_words(count: int, one: str, many: str = "") -> str:
    """
    Count things.

    >>> count_words(1, "page"), count_words(1200, "page")
    ('1 page', '1,200 pages')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"
