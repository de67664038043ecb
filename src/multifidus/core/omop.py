"""
A table mapping: how the tables of the OMOP Common Data Model say what FHIR's resources say.

A row of a table becomes a resource of FHIR R4 with the fields that the mapping names, and is then
read by the dictionary's rules, as every resource is. So the mapping says nothing of elements, and
holds no rule of a policy.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from multifidus.core.canonical import digest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Valued:
    """The columns from which an observation has its value."""

    number: str = ""
    bound: str = ""
    """A concept named `=` where the number is exact; any other makes it a bound."""
    unit: Sequence[str] = ()
    """Concepts of UCUM; the first that the user's concepts name is taken."""
    unit_written: str = ""
    concept: str = ""
    text: Sequence[str] = ()
    """Taken where there is neither a number nor a concept; words cannot be read as an answer."""

    @property
    def columns(self) -> tuple[str, ...]:
        """List the columns that are named."""
        named = (self.number, self.bound, *self.unit, self.unit_written, self.concept, *self.text)
        return tuple(filter(None, named))


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """What a row of one table says, by the names of its columns."""

    table: str
    resource: str
    id: str
    person: str
    codes: Sequence[str] = ()
    """Columns with concepts, of which the user's concept table gives system and code."""
    classes: Sequence[str] = ()
    """Of these columns, those whose concept also counts as its classes (concept_ancestor)."""
    days: Mapping[str, str] = field(default_factory=dict)
    """A field of FHIR → the column with its day."""
    ends: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """A field of FHIR → the column with its day, and one of which the same day says nothing."""
    born: Sequence[str] = ()
    """The columns with the year, the month and the day of birth."""
    words: Mapping[str, str] = field(default_factory=dict)
    """A field of FHIR → the word that every row has in it, by the sense of the table."""
    because: str = ""
    """Why every row has these words."""
    value: Valued = Valued()
    passed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """A column with a concept → words; a row whose concept's name has one does not count."""
    unsaid: Mapping[str, str] = field(default_factory=dict)
    """A field of FHIR that the table cannot say → why, or what becomes of it."""

    @property
    def needed(self) -> tuple[str, ...]:
        """List the columns without which no row can be read."""
        return tuple(dict.fromkeys((self.id, self.person, *self.codes[:1], *self.born[:1])))

    @property
    def columns(self) -> tuple[str, ...]:
        """List the columns that are named, each once."""
        ends = [column for columns in self.ends.values() for column in columns]
        more = (*self.codes, *self.born, *self.days.values(), *ends, *self.passed)
        return tuple(dict.fromkeys((*self.needed, *more, *self.value.columns)))


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidNotes:
    """The columns of the table of notes."""

    table: str
    id: str
    person: str
    date: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMapping:
    """How the tables of a data model say what FHIR's resources say."""

    name: str
    version: str
    model: str
    systems: Mapping[str, str]
    """A `vocabulary_id` of the user's concept table → the system by which dictionaries know it."""
    answers: Mapping[str, str]
    """A concept, `VOCABULARY code` → the answer that it is by another name: `yes` or `no`."""
    tables: Sequence[Laid]
    notes: LaidNotes | None = None

    @property
    def digest(self) -> str:
        """Fingerprint all that decides what is read."""
        return digest(self)
