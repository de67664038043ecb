"""
Criterion, reading, obligation, policy, and the days on which a policy is in force.

A *reading* is an interpretation that was made where the source is silent or ambiguous,
together with the reading that was not taken.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from multifidus.core.expression import Part, leaves
from multifidus.errors import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from multifidus.core.citation import Citation, Source
    from multifidus.core.coding import Days
    from multifidus.core.element import Dictionary
    from multifidus.core.expression import Expression

ROOT = "policy"
"""The id of the root criterion; clauses have ids that begin with a capital."""


class Stance(StrEnum):
    """What a policy does with the service: tests criteria, excludes it, or does not name it."""

    CRITERIA = "criteria"
    EXCLUDED = "excluded"
    SILENT = "silent"


class Status(StrEnum):
    """The state of the transcription, not of the document (FHIR PublicationStatus)."""

    DRAFT = "draft"
    ACTIVE = "active"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was decided where the source is silent, the reading not taken, and who reviewed it."""

    criterion: str
    decided: str
    other: Expression
    review: str
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One condition of a policy: a sentence, and how it is decided."""

    id: str
    """Its place in the order, `I3.2`; never reused once published."""
    title: str
    sentence: str
    test: Expression
    """Over data elements; for a group, over its parts."""
    parts: tuple[Criterion, ...] = ()
    cited: tuple[Citation, ...] = ()
    """The citations that stand in its own text."""
    citations: tuple[Citation, ...] = ()
    """Its own citations, else those of the nearest group above that has any."""
    readings: tuple[Reading, ...] = ()
    section: str = ""
    """The section that spells this criterion out; empty when it stands where it belongs."""
    link: str = ""
    """The words of its sentence that link to that section."""
    lead: str = ""
    """The sentence above that section's list."""
    lead_cited: tuple[Citation, ...] = ()
    """The citations of that sentence."""
    prose: tuple[str, ...] = ()
    """Paragraphs of the section that only people read."""
    place: Place = field(default=Place(), compare=False)

    @property
    def is_group(self) -> bool:
        """Whether it is decided by the criteria below it."""
        return bool(self.parts)

    def walk(self) -> Iterator[Criterion]:
        """Visit this criterion and all below, in the order of the text."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """What falls due after the decision; shown with the answer, never evaluated before its time."""

    id: str
    title: str
    sentence: str
    citations: tuple[Citation, ...] = ()
    place: Place = field(default=Place(), compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyVersion:
    """Which policy text a determination speaks of."""

    id: str
    version: str
    title: str
    body: str
    stance: Stance
    status: Status
    in_force: Days
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A coverage policy: identity, the days it is in force, its stance, and the root criterion."""

    about: PolicyVersion
    payers: tuple[str, ...]
    source: str
    dictionary: Dictionary
    sources: Mapping[str, Source]
    root: Criterion
    prose: tuple[str, ...] = ()
    obligations: tuple[Obligation, ...] = ()

    def criteria(self) -> Iterator[Criterion]:
        """Visit every criterion, the root first, in the order of the text."""
        return self.root.walk()

    def clauses(self) -> Iterator[Criterion]:
        """Visit the criteria that decide something themselves."""
        return (
            criterion
            for criterion in self.criteria()
            if not criterion.is_group and criterion.id != ROOT
        )

    @property
    def elements(self) -> tuple[str, ...]:
        """The data elements that the policy asks about, each once, in the order of the text."""
        asked = (leaf.element for criterion in self.criteria() for leaf in leaves(criterion.test))
        return tuple(dict.fromkeys(asked))


def over(parts: tuple[Criterion, ...]) -> tuple[Part, ...]:
    """Refer to criteria by their ids, as a group's test does."""
    return tuple(Part(part.id) for part in parts)
