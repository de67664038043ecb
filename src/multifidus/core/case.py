"""
Facts, absences, provenance, and the case: one row that policies speak of.

A case holds, for a subject and a date of service, one fact or one absence for each data
element. An absence says why there is no fact; silence becomes "no" only as a fact with basis
`silence`, which carries the dictionary's reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from multifidus.core.canonical import digest
from multifidus.core.often import made_often
from multifidus.core.quantity import Span, Value

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from multifidus.core.quantity import DateRange


class Basis(StrEnum):
    """What a fact rests on."""

    STRUCTURED = "structured"
    TEXT = "text"
    ANSWER = "answer"
    SILENCE = "silence"


class Reason(StrEnum):
    """Why a case has no fact for an element (after FHIR data-absent-reason)."""

    NOT_RECORDED = "not-recorded"
    TOO_OLD = "too-old"
    IN_CONFLICT = "in-conflict"
    UNREADABLE = "unreadable"
    UNCONFIRMED = "unconfirmed"
    """Read from text, and of a kind that a person must confirm before it counts."""


class Box(NamedTuple):
    """A rectangle on a page, in PDF points (1/72 inch) from its top left corner."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The words of a document that a statement rests on: `text[start:end] == words`."""

    words: str
    start: int
    end: int
    page: int | None = None
    """The page, counted from 1; None where the document has no pages."""
    boxes: tuple[Box, ...] = ()
    """Where the words stand on that page, one box a line; empty where it has no pages."""


@made_often
class Provenance:
    """Where a statement stands: the resource or document, the path or words in it, its date."""

    resource: str
    path: str
    date: DateRange | None = None
    quote: Quote | None = None
    """The words themselves, of a statement that was read from text."""


@made_often
class Fact:
    """One element's value; `because` is the dictionary's reason when silence was read as "no"."""

    value: Value
    basis: Basis
    provenance: tuple[Provenance, ...] = ()
    because: str = ""


@made_often
class Absence:
    """No value, with the reason; `detail` says it in words and never holds a patient's value."""

    reason: Reason
    detail: str = ""
    provenance: tuple[Provenance, ...] = ()
    found: Value | None = None
    """What the text says, when all that lacks is that a person confirms it."""


NOT_RECORDED = Absence(reason=Reason.NOT_RECORDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What is asked for, and for which day."""

    date: date
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Case:
    """
    A row: the service, and a fact or an absence for each element.

    An element that is left out is not recorded.
    """

    service: Service
    entries: Mapping[str, Fact | Absence] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """Fingerprint the case; an element that is not recorded counts as one left out."""
        recorded = {name: entry for name, entry in self.entries.items() if entry != NOT_RECORDED}
        return digest((self.service, recorded))

    def entry(self, element: str) -> Fact | Absence:
        """Give the fact or the absence of an element."""
        return self.entries.get(element, NOT_RECORDED)

    def value(self, element: str) -> Value | None:
        """Give the value of an element; None when there is no fact."""
        entry = self.entries.get(element)
        return entry.value if isinstance(entry, Fact) else None

    def at(self, day: date) -> Case:
        """Give the case as the same record would make it on another day: only time has passed."""
        moved = {
            name: replace(entry, value=entry.value.at(day))
            for name, entry in self.entries.items()
            if isinstance(entry, Fact) and isinstance(entry.value, Span)
        }
        return Case(service=replace(self.service, date=day), entries={**self.entries, **moved})

    def limited_to(self, elements: frozenset[str]) -> Case:
        """Give the case that holds these elements only."""
        return replace(
            self, entries={name: entry for name, entry in self.entries.items() if name in elements}
        )
