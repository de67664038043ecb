"""
Data elements, how a chart answers them, and the dictionary.

An element is a question that policies may ask. How its answer is derived is said in a closed
vocabulary, held here as data: resource types, value sets, status filters, a field, a window, and
which one of several to pick. `chart.derive` interprets it for one patient; other rooms compile the
same entry.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from multifidus.core.canonical import digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    from multifidus.core.coding import ValueSet
    from multifidus.core.quantity import Counting, Quantity


@dataclass(frozen=True, slots=True)
class YesNo:
    """Yes or no."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some options, each a word of its own."""

    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Number:
    """A number with a unit, between two bounds that belong to it."""

    unit: str
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Time:
    """Calendar time up to the service date; ages are counted in completed years."""

    counting: Counting


AnswerType = YesNo | Choice | Number | Time


class Pick(StrEnum):
    """Which one of several statements answers, or what is counted of them."""

    LATEST = "latest"
    """The newest; two of the same day that differ are in conflict."""
    AGREED = "agreed"
    """All must agree, whatever their day; a person's later answer settles a disagreement."""
    EARLIEST = "earliest"
    HIGHEST = "highest"
    LOWEST = "lowest"
    ANY = "any"
    """Yes, if one says yes and none of the same day or later says no."""
    COUNT = "count"
    DISTINCT_CODES = "distinct codes"
    DISTINCT_DAYS = "distinct days"
    SPAN = "span"
    """The time since the earliest start."""


COUNTED = frozenset({Pick.COUNT, Pick.DISTINCT_CODES, Pick.DISTINCT_DAYS})
"""Ways to pick that count entries: one more entry is no answer to how many there are."""


class Effort(IntEnum):
    """What it takes to get an answer: our own ordering, which puts the cheapest route first."""

    RECORD = 1
    """Find it in, or request, an existing record; ask the patient."""
    VISIT = 2
    """An examination or a questionnaire at a visit."""
    TEST = 4
    """Imaging or an electrophysiological test."""
    TREATMENT = 8
    """A course of treatment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A field that must hold one of some tokens (statuses) or a code of one of some value sets."""

    field: str
    among: tuple[str, ...]
    or_absent: bool = False


@dataclass(frozen=True, slots=True)
class Constant:
    """The statement's being there means this answer."""

    value: bool | str


@dataclass(frozen=True, slots=True)
class Content:
    """The answer stands in a field."""

    path: str


@dataclass(frozen=True, slots=True)
class Since:
    """Time runs from the day in a field."""

    path: str


@dataclass(frozen=True, slots=True)
class SinceAtLatest:
    """Time runs from the day in a field or from an earlier one: by then the state was on record."""

    path: str


@dataclass(frozen=True, slots=True)
class Nothing:
    """The statement is about the element but cannot be read as an answer, and why."""

    because: str


Gives = Constant | Content | Since | SinceAtLatest | Nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Where a chart may answer: a resource type, what must hold of it, and what it then says."""

    resource: str
    code_in: tuple[str, ...] = ()
    """Value sets of which the resource's code must be a member."""
    own: bool = False
    """Whether its code must be the element's own name in the dictionary's code system."""
    filters: tuple[Filter, ...] = ()
    gives: Gives


@dataclass(frozen=True, slots=True, kw_only=True)
class DataElement:
    """A question that policies may ask, and how a chart answers it."""

    name: str
    label: str
    question: str
    answer: AnswerType
    rules: tuple[Rule, ...]
    units: tuple[str, ...] = ()
    """UCUM codes that are accepted; `none` where the code itself fixes unit and scale."""
    units_because: str = ""
    pick: Pick
    window: Quantity | None = None
    """How old a statement may be at the service."""
    window_because: str = ""
    silence: str = ""
    """Why an empty record means "no"; empty: it means nothing."""
    effort: Effort
    source: str


@dataclass(frozen=True, kw_only=True)
class Dictionary:
    """The data elements that policies share, and the value sets that they use."""

    name: str
    version: str
    elements: Mapping[str, DataElement]
    value_sets: Mapping[str, ValueSet]
    counts: Mapping[str, tuple[Filter, ...]]
    """What must hold of a resource of each type for it to count at all."""
    dates: Mapping[str, tuple[str, ...]]
    """The fields that date a resource of each type, the first one that is there."""
    service_date: tuple[Rule, ...] = ()
    """Where a chart says for which day the service is asked."""

    @cached_property
    def digest(self) -> str:
        """Fingerprint what decides how a chart is read."""
        read_by = (self.elements, self.value_sets, self.counts, self.dates, self.service_date)
        return digest((self.version, read_by))

    def only(self, names: Iterable[str]) -> Dictionary:
        """
        Keep some elements, as those that a policy asks about; each is read as before.

        What is read with it has less to read. Its digest is another one, so what was read with the
        one is not taken for what was read with the other.
        """
        kept = {*names}
        elements = {name: each for name, each in self.elements.items() if name in kept}
        return replace(self, elements=elements)
