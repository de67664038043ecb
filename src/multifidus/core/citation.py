"""
Sources, places in them, how well they were read, and who attests a clause.

*Reading status* says how well a source was read; a *reading* (core.policy) is an interpretation.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


class ReadingStatus(StrEnum):
    """
    How well a source was read: itself, through a report of it, or not at all.

    Of a clause it may be that a person attests it, who had the document in hand: a word of its own,
    for the project has not checked it.
    """

    VERIFIED = "verified"
    ATTESTED = "attested"
    SECOND_HAND = "second-hand"
    UNVERIFIED = "unverified"


OF_SOURCES = tuple(each for each in ReadingStatus if each is not ReadingStatus.ATTESTED)
"""What may be said of a source; attested is a clause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document that clauses rest on: its edition, where and when it was read, and how well."""

    key: str
    document: str
    edition: str
    address: str
    read: str
    reading: ReadingStatus
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A source and a place in it."""

    source: str
    place: str
    reading: ReadingStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """Who found a clause to say what the document says, in which edition, where and when."""

    by: str
    document: str
    edition: str
    page: str
    on: date


def weakest(citations: Iterable[Citation]) -> ReadingStatus:
    """
    Say how well a clause was read: no better than the least well read of its sources.

    A clause without a citation is unverified.
    """
    order = list(ReadingStatus)
    return max(
        (citation.reading for citation in citations),
        key=order.index,
        default=ReadingStatus.UNVERIFIED,
    )
