"""Counts in the words of a user, for every form of output."""

from __future__ import annotations

NO_DAY = "no day: give one with --document-date"
"""What stands in the place of a document's day."""


def count_words(count: int, one: str, many: str = "") -> str:
    """
    Count things.

    >>> count_words(1, "page"), count_words(1200, "page")
    ('1 page', '1,200 pages')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"
