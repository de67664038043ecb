"""
What templates see: the material of a packet in words, each with the places that bear it out.

Nothing is judged here. A fact that has no place in the record has no words in a letter.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from multifidus.core.case import Absence, Basis, Fact, Reason
from multifidus.core.citation import OF_SOURCES
from multifidus.core.determination import Answer, Finding
from multifidus.core.quantity import Span
from multifidus.core.words import (
    ANSWER_WORDS,
    absence_words,
    finding_words,
    heading_words,
    value_words,
)
from multifidus.packet.exhibit import first_places
from multifidus.packet.wording import Leading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from multifidus.core.case import Provenance
    from multifidus.core.determination import CriterionResult, Determination
    from multifidus.packet.exhibit import Exhibit, Exhibits
    from multifidus.packet.material import Confirmed, Material, Treatment

PAGES, LINES, ENTRIES = "page", "line", "entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Where a statement stands, and in which words if it was read from words."""

    day: str
    where: Leading
    words: Leading | None
    lead: str = ""
    """What is to be said before the place: who confirmed the words of the place before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactView:
    """One element of a criterion: its value and where it stands, or why there is none."""

    element: str
    label: str
    value: str
    """Empty where there is no fact."""
    lacking: str
    """Why there is no fact; empty where there is one."""
    day: str
    since: str
    """Of a time: the day from which it runs, as well as it is known."""
    rests_on: str
    """Why silence of the record counts; empty where something is recorded."""
    is_unconfirmed: bool
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionView:
    """A criterion, with what it came to and what it rests on."""

    id: str
    title: str
    sentence: str
    depth: int
    is_group: bool
    finding: str
    bears: bool
    """Whether the answer rests on it."""
    reading: str
    sources: str
    facts: tuple[FactView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenView:
    """What can still move the answer."""

    element: str
    label: str
    question: str
    lacking: str
    criteria: str
    earliest: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLine:
    """What the record says of one day."""

    day: str
    facts: tuple[FactView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CareLine:
    """A row of the table of conservative care."""

    name: str
    when: str
    marks: tuple[Mark, ...]
    amount: str = ""
    response: str = ""
    stopped: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitView:
    """A row of the list of exhibits."""

    letter: str
    title: str
    day: str
    shown: str


class View:
    """The words of one packet."""

    def __init__(self, material: Material, exhibits: Exhibits) -> None:
        """Say everything about a case with the exhibits that bear it out."""
        self.material = material
        self.exhibits = exhibits
        self.told = material.determination
        self.facts, self.absences = material.facts, material.absences

    @property
    def answer(self) -> str:
        """What the criteria come to."""
        return ANSWER_WORDS[self.told.answer]

    @property
    def is_met(self) -> bool:
        """Whether all that is asked is shown."""
        return self.told.answer is Answer.MET

    @property
    def is_open(self) -> bool:
        """Whether something that is missing can still move the answer."""
        return self.told.answer is Answer.MORE_INFORMATION

    # Criteria

    def criteria(self, told: Determination | None = None) -> tuple[CriterionView, ...]:
        """Give every criterion in the order of the policy."""
        told = told or self.told
        bearing = {
            *told.settled_by,
            *(name for each in told.open for name in each.criteria),
        }
        parts = told.criteria.parts or (told.criteria,)
        return tuple(
            view
            for part in parts
            for view in self._criteria(part, told, bearing, depth=0, needed=True)
        )

    def _criteria(
        self,
        result: CriterionResult,
        told: Determination,
        bearing: set[str],
        *,
        depth: int,
        needed: bool,
    ) -> Iterator[CriterionView]:
        elements = () if result.parts else result.elements
        yield CriterionView(
            id=result.id,
            title=heading_words(result),
            sentence=result.sentence,
            depth=depth,
            is_group=bool(result.parts),
            finding=finding_words(result, needed=needed),
            bears=result.id in bearing,
            reading=result.reading.value,
            sources="; ".join(f"{each.source}, {each.place}" for each in result.citations),
            facts=tuple(self.fact(each, told) for each in elements),
        )
        for part in result.parts:
            spared = result.truth is not Finding.OPEN and part.truth is Finding.OPEN
            yield from self._criteria(
                part, told, bearing, depth=depth + 1, needed=needed and not spared
            )

    def fact(self, element: str, told: Determination | None = None) -> FactView:
        """Say what the case holds for an element."""
        facts, absences = (told.facts, told.absences) if told else (self.facts, self.absences)
        entry = facts.get(element) or absences[element]
        value, since, rests_on, lacking = "", "", "", ""
        if isinstance(entry, Fact):
            value = value_words(entry.value)
            since = str(entry.value.since) if isinstance(entry.value, Span) else ""
            rests_on = entry.because if entry.basis is Basis.SILENCE else ""
        else:
            lacking = absence_words(entry)
        # What a person confirmed is of the day of its words, not of that of the answer.
        answered = {each.answer for each in self.material.confirmed if each.words}
        proof = self.material.proof(entry.provenance)
        days = [each.date for each in proof if each.date and each not in answered]
        return FactView(
            element=element,
            label=self.material.dictionary.elements[element].label,
            value=value,
            lacking=lacking,
            day=str(max(days, key=lambda each: each.latest)) if days else "",
            since=since,
            rests_on=rests_on,
            is_unconfirmed=isinstance(entry, Absence) and entry.reason is Reason.UNCONFIRMED,
            marks=self.marks(proof),
        )

    def facts_of(self, *elements: str) -> tuple[FactView, ...]:
        """Give those of some elements that are facts."""
        return tuple(self.fact(each) for each in elements if each in self.facts)

    def marks(self, provenance: Iterable[Provenance]) -> tuple[Mark, ...]:
        """Say where statements stand, each place once."""
        return self._marks(first_places(provenance))

    def _marks(self, provenance: Iterable[Provenance]) -> tuple[Mark, ...]:
        found: dict[str, Mark] = {}
        for each in provenance:
            place = self.exhibits.place(each)
            if place is None:
                continue
            words = Leading(place.words, place.key, quoted=True) if place.words else None
            confirmed = self.material.confirmation(each)
            mark = Mark(
                lead=_confirmed_by(confirmed) if confirmed else "",
                day=str(each.date) if each.date else "",
                where=Leading(place.label, place.key, quoted=False),
                words=words,
            )
            found.setdefault(place.key, mark)
        return tuple(found.values())

    # The case

    def open(self) -> tuple[OpenView, ...]:
        """Give what can still move the answer."""
        return tuple(
            OpenView(
                element=each.element,
                label=each.label,
                question=each.question,
                lacking=absence_words(self.told.absences[each.element]),
                criteria=", ".join(each.criteria),
                earliest=str(each.earliest) if each.earliest else "",
                marks=self.marks(self.told.absences[each.element].provenance),
            )
            for each in self.told.open
        )

    def against(self) -> tuple[CriterionView, ...]:
        """Give the clauses that settle an answer that is not met."""
        if self.told.answer is not Answer.NOT_MET:
            return ()
        return tuple(each for each in self.criteria() if each.bears)

    def story(self) -> tuple[StoryLine, ...]:
        """Give the facts that have a day, in the order of time."""
        dated = []
        for name, fact in self.facts.items():
            view = self.fact(name)
            day = view.since or view.day
            if day and view.marks and fact.basis is not Basis.SILENCE and name not in NO_STORY:
                dated.append((day, view))
        dated.sort(key=lambda each: each[0])
        return tuple(
            StoryLine(day=day, facts=tuple(view for _, view in same))
            for day, same in groupby(dated, key=lambda each: each[0])
        )

    def care(self) -> tuple[CareLine, ...]:
        """
        Give the treatments that the record tells of, kind by kind, and what each kind brought.

        What is said of a kind of treatment is not said of each drug: it has a row of its own.
        """
        return tuple(self._care())

    def _care(self) -> Iterator[CareLine]:
        treatments = self.material.treatments
        for kind, element in RESPONSES.items():
            for each in treatments:
                if each.kind == kind:
                    yield self._treatment(each)
            for fact in self.facts_of(element):
                yield CareLine(
                    name=fact.label, when=fact.day, response=fact.value, marks=fact.marks
                )

    def _treatment(self, treatment: Treatment) -> CareLine:
        days = [str(day) for day in (treatment.first, treatment.last) if day]
        visits = f"{treatment.times} visits on record" if treatment.times > 1 else ""
        return CareLine(
            name=treatment.name,
            when=" to ".join(dict.fromkeys(days)),
            amount=treatment.amount or visits,
            stopped=treatment.stopped,
            marks=self._marks(treatment.provenance),
        )

    # Around the case

    def shown_exhibits(self) -> tuple[ExhibitView, ...]:
        """List the exhibits."""
        return tuple(
            ExhibitView(
                letter=each.letter,
                title=each.title,
                day=str(each.source.date) if each.source and each.source.date else "",
                shown=_shown(each),
            )
            for each in self.exhibits.all
        )

    def sources_read(self) -> str:
        """Say how well the clauses were read that settle the answer or hold it open."""
        counts: Mapping[str, int] = self.told.sources_read
        told = [f"{count} {status}" for status, count in counts.items() if count]
        return ", ".join(told) or f"0 {OF_SOURCES[0]}"


def _confirmed_by(confirmed: Confirmed) -> str:
    by = f" by {confirmed.by}" if confirmed.by else ""
    day = f" on {confirmed.on}" if confirmed.on else ""
    return f"confirmed{by}{day}: "


NO_STORY = ("age", "requested_device", "stimulation_site", "place_of_service")
"""Elements that are no event of the patient's history."""
RESPONSES = {
    "medication": "medication_response",
    "physical therapy": "physical_therapy_response",
    "procedure": "less_invasive_procedures_response",
    "psychological therapy": "psychological_therapy_response",
    "conservative care": "conservative_care_response",
}
"""By kind of treatment, the element that says how it worked."""


def _shown(exhibit: Exhibit) -> str:
    """Say how much of its source an exhibit shows."""
    if exhibit.entries:
        return f"{len(exhibit.entries)} entries"
    if exhibit.is_whole:
        return "whole"
    if exhibit.pages:
        pages = ", ".join(map(str, exhibit.pages))
        return f"page {pages}" if len(exhibit.pages) == 1 else f"pages {pages}"
    lines = ", ".join(f"{each.first} to {each.last}" for each in exhibit.stretches)
    return f"lines {lines}"
