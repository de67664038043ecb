"""What a packet is made of: the determination, the record behind it, the request, the practice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.core.policy import Stance

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from multifidus.core.case import Absence, Fact, Provenance
    from multifidus.core.citation import ReadingStatus
    from multifidus.core.determination import Determination
    from multifidus.core.element import Dictionary
    from multifidus.core.quantity import DateRange
    from multifidus.errors import Problem
    from multifidus.packet import exhibit
    from multifidus.packet.practice import Practice

MOST_WORDS = 3
"""So many places are shown of the words that one answer confirms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """The patient, as the record has them; what it does not say is empty."""

    reference: str
    name: str = ""
    birth_date: str = ""
    sex: str = ""
    member_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeLine:
    """A code that is asked for or that says what is treated, with our own words for it."""

    system: str
    code: str
    words: str
    units: int = 1
    modifiers: tuple[str, ...] = ()
    is_diagnosis: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatment:
    """A course of treatment as the record keeps it."""

    kind: str
    name: str
    first: DateRange | None = None
    last: DateRange | None = None
    times: int = 0
    """How many entries tell of it; of visits, their number."""
    amount: str = ""
    """The dose, as it is written."""
    stopped: str = ""
    """Why it ended, as it is written."""
    provenance: tuple[Provenance, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What is to be said of the coding of the request."""

    severity: str
    codes: tuple[str, ...]
    words: str
    fix: str
    source: str
    reading: ReadingStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceLine:
    """One thing that is known of the device."""

    label: str
    words: str
    source: str
    reading: ReadingStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """What a policy asks that nobody on the label can meet, with the proof in words."""

    policy: str
    sentence: str
    clauses: tuple[str, ...]
    premises: tuple[str, ...]
    readings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLine:
    """What has been published about what the criteria ask, with what there is to doubt."""

    words: str
    """Its numbers, and how certain they are after GRADE."""
    doubt: str
    source: str
    is_controlled: bool
    """Whether something stands against it; else it tells of one group before and after."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRow:
    """What policy, guideline and label ask about one thing, each with how well it was read."""

    label: str
    policy: str
    policy_reading: str
    guideline: str
    guideline_reading: str
    labelling: str
    labelling_reading: str
    standing: str
    """How the policy stands to the guideline, as it was proved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """A person's answer to what a text says, and the words in the record that it confirms."""

    element: str
    answer: Provenance
    """Where the answer stands."""
    by: str
    on: str
    """The day of the confirmation, as the record has it; empty if it has none."""
    words: tuple[Provenance, ...]
    is_lost: bool = False
    """Whether some of the words no longer stand where they were confirmed."""


@dataclass(frozen=True, kw_only=True)
class Material:
    """All that a packet may say; nothing else is known to it."""

    determination: Determination
    chosen: str
    """Why it is this version of the policy that answers."""
    payer: str
    dictionary: Dictionary
    person: Person
    codes: tuple[CodeLine, ...]
    sources: tuple[exhibit.Source, ...]
    entries: Mapping[str, object]
    treatments: tuple[Treatment, ...]
    remarks: tuple[Remark, ...]
    device: tuple[DeviceLine, ...]
    practice: Practice
    unread: tuple[Problem, ...]
    today: date
    """The day on which the packet is made, or is to be sent if the practice says which."""
    evidence: tuple[EvidenceLine, ...] = ()
    likeness: tuple[str, ...] = ()
    """Whether the trials were about people like this one, a sentence each."""
    beside: tuple[Determination, ...] = ()
    """What guideline and label make of the same case, beside the payer's policy."""
    contrasts: tuple[Contrast, ...] = ()
    compared: tuple[ComparedRow, ...] = ()
    confirmed: tuple[Confirmed, ...] = ()

    @property
    def has_criteria(self) -> bool:
        """Whether the policy has a list that a record can meet."""
        return self.determination.policy.stance is Stance.CRITERIA

    @property
    def shown(self) -> tuple[Determination, ...]:
        """The determinations whose facts are told: of a policy without a list, those beside it."""
        return (self.determination, *(() if self.has_criteria else self.beside))

    @property
    def facts(self) -> Mapping[str, Fact]:
        """The facts that are told, by element."""
        return {name: fact for each in self.shown for name, fact in each.facts.items()}

    @property
    def absences(self) -> Mapping[str, Absence]:
        """Why there are no others, by element."""
        return {name: absence for each in self.shown for name, absence in each.absences.items()}

    def proof(self, provenance: Iterable[Provenance]) -> tuple[Provenance, ...]:
        """Give where a statement stands: the words that a person confirmed before the answer."""
        words = {each.answer: each.words for each in self.confirmed}
        told = [one for each in provenance for one in (*words.get(each, ())[:MOST_WORDS], each)]
        return tuple(dict.fromkeys(told))

    def confirmation(self, provenance: Provenance) -> Confirmed | None:
        """Give the confirmation that stands at a place, if there is one with words to show."""
        return next(
            (each for each in self.confirmed if each.answer == provenance and each.words), None
        )
