"""
Criterion, reading, obligation, policy, and the days on which a policy is in force.

A *reading* is an interpretation that was made where the source is silent or ambiguous,
together with the reading that was not taken.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from multifidus.core.canonical import digest
from multifidus.core.citation import ReadingStatus, weakest
from multifidus.core.expression import Compare, Not, Part, elements_of, leaves, notation
from multifidus.core.route import PolicyDemands
from multifidus.errors import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from multifidus.core.citation import Attestation, Citation, Source
    from multifidus.core.coding import Days
    from multifidus.core.element import Dictionary
    from multifidus.core.expression import Expression

ROOT = "policy"
"""The id of the root criterion; clauses have ids that begin with a capital."""


class Stance(StrEnum):
    """What a policy does with the service, or that nobody has read what it does."""

    CRITERIA = "criteria"
    """It tests criteria."""
    EXCLUDED = "excluded"
    """It refuses the service whatever the chart says."""
    SILENT = "silent"
    """It was read, and does not name the service."""
    UNREAD = "unread"
    """The document, or its position on the service, was not read."""

    @property
    def is_without_position(self) -> bool:
        """Whether no position is known, so that nothing in a chart can settle the answer."""
        return self in (Stance.SILENT, Stance.UNREAD)


class Kind(StrEnum):
    """What sort of text a policy is, and so what it can be asked."""

    COVERAGE = "coverage"
    """A payer's own policy, or that of a program."""
    LABEL = "label"
    """What the regulator approved."""
    GUIDELINE = "guideline"
    """What a society recommends."""
    RESEARCH = "research"
    """The entry criteria of a trial."""
    ASSESSMENT = "assessment"
    """What a health-technology body found."""
    PREMISES = "premises"
    """Cited facts that proofs may assume; never a policy that answers a chart."""


class LineOfBusiness(StrEnum):
    """What sort of plan a policy applies to."""

    COMMERCIAL = "commercial"
    EXCHANGE = "exchange"
    MEDICARE = "medicare"
    MEDICARE_ADVANTAGE = "medicare-advantage"
    MEDICAID = "medicaid"
    WORKERS_COMPENSATION = "workers-compensation"
    NATIONAL_HEALTH_SERVICE = "national-health-service"


class Sense(StrEnum):
    """Whether a criterion speaks for the service or against it, as a contraindication does."""

    FOR = "for"
    AGAINST = "against"


_REPORTED = frozenset({ReadingStatus.SECOND_HAND, ReadingStatus.UNVERIFIED})

# Plain names: Python 3.11 takes 200 ns to look up a member of an enumeration.
_FOR, _AGAINST = Sense.FOR, Sense.AGAINST


class Status(StrEnum):
    """The state of the transcription, not of the document (FHIR PublicationStatus)."""

    DRAFT = "draft"
    ACTIVE = "active"
    RETIRED = "retired"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What was decided where the source is silent, the reading not taken, and who reviewed it."""

    criterion: str
    decided: str
    other: Expression
    review: str
    place: Place = field(default=Place(), compare=False)

    @cached_property
    def notation(self) -> str:
        """The other reading as policies write it."""
        return notation(self.other)


@dataclass(frozen=True, kw_only=True)
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
    attested: tuple[Attestation, ...] = field(default=(), compare=False)
    """Who attests it; no part of the text, so no part of its digest either."""
    place: Place = field(default=Place(), compare=False)

    @property
    def is_group(self) -> bool:
        """Whether it is decided by the criteria below it."""
        return bool(self.parts)

    @cached_property
    def elements(self) -> tuple[str, ...]:
        """The data elements that its own test asks about."""
        return elements_of(self.test)

    @cached_property
    def notation(self) -> str:
        """Its own test as policies write it; empty for a group."""
        return "" if self.is_group else notation(self.test)

    @cached_property
    def comparisons(self) -> tuple[Compare, ...]:
        """The comparisons of its own test: what may change as time goes by."""
        return tuple(leaf for leaf in leaves(self.test) if isinstance(leaf, Compare))

    @cached_property
    def reading(self) -> ReadingStatus:
        """How well it was read; what a person attests is called so, whatever its sources."""
        return ReadingStatus.ATTESTED if self.attested else weakest(self.citations)

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
class Scope:
    """For whom a policy applies; an empty list says that it names none, not that none apply."""

    payers: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    lines_of_business: tuple[LineOfBusiness, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    """Countries and their parts, as ISO 3166 codes: `US`, `US-NC`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyVersion:
    """Which policy text a determination speaks of."""

    id: str
    version: str
    title: str
    body: str
    kind: Kind = Kind.COVERAGE
    stance: Stance
    status: Status
    in_force: Days
    digest: str

    def digest_with(self, *text: object) -> str:
        """
        Fingerprint a version: who says it, from which day on, and the text given.

        Where it stands on the shelf is no part of that: its kind and scope, whether its
        transcription is still a draft, and the last day in force, which its successor brings.
        """
        said = (self.id, self.version, self.title, self.body, self.stance, self.in_force.first)
        return digest((said, text))


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A coverage policy: identity, the days it is in force, its stance, and the root criterion."""

    about: PolicyVersion
    scope: Scope
    source: str
    dictionary: Dictionary
    sources: Mapping[str, Source]
    root: Criterion
    replaces: str = ""
    """The version, as `id@version`, whose open end this one closes; empty if it closes none."""
    prose: tuple[str, ...] = ()
    obligations: tuple[Obligation, ...] = ()

    def alone(self) -> Policy:
        """Give the policy over the elements that it asks about, in whichever reading."""
        other = (name for _, each in self.readings for name in elements_of(each.other))
        return replace(self, dictionary=self.dictionary.only((*self.elements, *other)))

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

    @cached_property
    def introductions(self) -> tuple[str, ...]:
        """The paragraphs that only people read: those of the policy, then those of its sections."""
        sections = (
            f"{criterion.section}: {words}"
            for criterion in self.criteria()
            for words in criterion.prose
        )
        return (*self.prose, *sections)

    @cached_property
    def readings(self) -> tuple[tuple[Criterion, Reading], ...]:
        """The interpretations that were made, each with its criterion, in the order of the text."""
        return tuple((each, reading) for each in self.criteria() for reading in each.readings)

    @cached_property
    def elements(self) -> tuple[str, ...]:
        """The data elements that the policy asks about, each once, in the order of the text."""
        asked = (name for criterion in self.criteria() for name in criterion.elements)
        return tuple(dict.fromkeys(asked))

    @cached_property
    def is_reported(self) -> bool:
        """
        Whether its criteria are known from reports alone.

        What a report does not mention, the document may ask for all the same.
        """
        if self.about.stance is not Stance.CRITERIA:
            return False
        return all(clause.reading in _REPORTED for clause in self.clauses())

    @cached_property
    def to_obtain(self) -> tuple[Source, ...]:
        """The documents whose position nobody has read, where that is its stance."""
        if self.about.stance is not Stance.UNREAD:
            return ()
        cited = (each.source for clause in self.clauses() for each in clause.citations)
        keys = dict.fromkeys((self.source, *cited))
        return tuple(
            self.sources[key]
            for key in keys
            if key in self.sources and self.sources[key].reading is ReadingStatus.UNVERIFIED
        )

    @cached_property
    def tests(self) -> Mapping[str, Expression]:
        """The test of every criterion, by its id."""
        return {criterion.id: criterion.test for criterion in self.criteria()}

    @cached_property
    def demands(self) -> PolicyDemands:
        """What the policy can ask of a case to bring its criteria about; the same for all cases."""
        return PolicyDemands(self.tests, self.root.id, self.dictionary.elements)

    @cached_property
    def _against(self) -> frozenset[str]:
        """The criteria that stand under an odd number of *none of*."""
        odd = [
            criterion.id
            for criterion in self.criteria()
            if sum(isinstance(group.test, Not) for group in self.groups[criterion.id]) % 2
        ]
        return frozenset(odd)

    def sense(self, criterion: Criterion) -> Sense:
        """Tell whether a criterion that holds speaks for the service or against it."""
        return _AGAINST if criterion.id in self._against else _FOR

    @cached_property
    def timed(self) -> tuple[Criterion, ...]:
        """The criteria that compare an element with a bound, as time may change them."""
        return tuple([criterion for criterion in self.criteria() if criterion.comparisons])

    @cached_property
    def parts_first(self) -> tuple[Criterion, ...]:
        """Every criterion, each after its parts."""
        return (*self.criteria(),)[::-1]

    @cached_property
    def groups(self) -> Mapping[str, tuple[Criterion, ...]]:
        """The groups that each criterion stands in, by its id, the innermost first."""
        above: dict[str, tuple[Criterion, ...]] = {self.root.id: ()}
        for criterion in self.criteria():
            for part in criterion.parts:
                above[part.id] = (criterion, *above[criterion.id])
        return above


def over(parts: tuple[Criterion, ...]) -> tuple[Part, ...]:
    """Refer to criteria by their ids, as a group's test does."""
    return tuple(Part(part.id) for part in parts)
