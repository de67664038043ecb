"""
Material → packet: which documents, of which templates, with which exhibits.

Pure: the same material gives the same packet. Nothing is typed here that a payer reads; that stands
in the templates.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from multifidus.core.citation import ReadingStatus
from multifidus.core.determination import Answer
from multifidus.core.words import ANSWER_WORDS, in_force_words
from multifidus.errors import PracticeError
from multifidus.packet.argument import concessions, objections, strongest
from multifidus.packet.exhibit import Extent, Shelf
from multifidus.packet.gaps import gaps_of
from multifidus.packet.practice import Urgency
from multifidus.packet.view import RESPONSES, View

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from multifidus.core.determination import Determination
    from multifidus.packet.document import Document
    from multifidus.packet.exhibit import Exhibits
    from multifidus.packet.gaps import Gap
    from multifidus.packet.material import Material
    from multifidus.packet.wording import Wording

MULTIFIDUS = (
    "multifidus_mri",
    "prone_instability_test",
    "multifidus_lift_test",
    "multifidus_emg",
    "multifidus_diagnosis_coded",
)
SURGERY = ("spine_surgery_indicated", "surgical_treatment_response")


class Kind(StrEnum):
    """What a packet is for."""

    REQUEST = "request"
    APPEAL = "appeal"
    PEER_TO_PEER = "peer-to-peer"
    PATIENT = "patient"


SENDS_EXHIBITS = (Kind.REQUEST, Kind.APPEAL)
"""The kinds that go to a payer; the others stay with the practice and the patient."""
WITHOUT_EXHIBITS = (Kind.PATIENT,)
"""The kinds that show and hold nothing of the record behind them."""
TITLES = {
    Kind.REQUEST: "Request for prior authorization",
    Kind.APPEAL: "Appeal",
    Kind.PEER_TO_PEER: "Peer-to-peer call",
    Kind.PATIENT: "For the patient",
}
DOCUMENTS = {
    Kind.REQUEST: ("cover", "letter", "crosswalk"),
    Kind.APPEAL: ("cover", "appeal", "crosswalk"),
    Kind.PEER_TO_PEER: ("brief",),
    Kind.PATIENT: ("patient",),
}
"""The documents of each kind of packet, each made of the template of that name."""


@dataclass(frozen=True, slots=True)
class Clock:
    """How long a payer has for an answer, by whom, and how well that was read."""

    words: str
    source: str
    reading: ReadingStatus


APPEAL_CLOCK = Clock(
    "as the payer's decision says", "no deadline of an appeal was read", ReadingStatus.UNVERIFIED
)
_CMS = "CMS-0057-F, for requests from 2026-01-01; plans on the exchanges, and others, go by theirs"
CLOCKS = {
    Urgency.STANDARD: Clock("7 calendar days", _CMS, ReadingStatus.SECOND_HAND),
    Urgency.EXPEDITED: Clock("72 hours", _CMS, ReadingStatus.SECOND_HAND),
}


@dataclass(frozen=True, kw_only=True)
class Packet:
    """Documents and exhibits, before they are set."""

    kind: Kind
    title: str
    material: Material
    documents: tuple[Document, ...]
    exhibits: Exhibits
    gaps: tuple[Gap, ...]
    checklist: Document
    """The sender's list of what is lacking; it is not sent."""


def compose(
    material: Material, wording: Wording, kind: Kind, extent: Extent = Extent.CITED
) -> Packet:
    """
    Compose a packet.

    Raises `PracticeError` where a template of the practice cannot be used, or where its file holds
    no decision to appeal against.
    """
    if kind is Kind.APPEAL and material.practice.decision is None:
        message = "there is no decision to appeal against"
        hint = "add `[decision]` with payer, date and ground"
        raise PracticeError.at(material.practice.file, message, hint)
    shelf = Shelf(material.sources, material.entries)
    for fact in material.facts.values():
        shelf.cite(material.proof(fact.provenance))
    for absence in material.absences.values():
        shelf.cite(absence.provenance)
    for treatment in material.treatments:
        shelf.cite_all(treatment.provenance)
    exhibits = shelf.exhibits(extent)
    view = View(material, exhibits)
    values = dict(_values(material, view, kind))
    documents = tuple(wording.document(name, values) for name in DOCUMENTS[kind])
    gaps = gaps_of(material, view)
    checklist = wording.document("completeness", {**values, "gaps": gaps})
    return Packet(
        kind=kind,
        title=TITLES[kind],
        material=material,
        documents=documents,
        exhibits=exhibits,
        gaps=gaps,
        checklist=checklist,
    )


def _values(material: Material, view: View, kind: Kind) -> Iterator[tuple[str, object]]:
    """Give what the templates see, by name."""
    told, practice = material.determination, material.practice
    yield "view", view
    yield "cover_title", TITLES[kind]
    yield "practice", practice
    yield "decision", practice.decision
    yield "person", material.person
    yield "payer", material.payer
    yield "policy", told.policy
    yield "in_force", in_force_words(told.policy.in_force)
    yield "chosen", f"{material.chosen[:1].upper()}{material.chosen[1:]}."
    yield "service_date", told.service.date
    yield "sent_on", material.today
    yield "clock", APPEAL_CLOCK if kind is Kind.APPEAL else CLOCKS[practice.request.urgency]
    yield "codes", material.codes
    place = view.facts_of("place_of_service")
    yield "place_of_service", place[0].value.replace("-", " ") if place else ""
    yield "criteria", view.criteria()
    yield "story", view.story()
    yield "care", view.care()
    yield "responses", view.facts_of(*dict.fromkeys(RESPONSES.values()))
    yield "multifidus", view.facts_of(*MULTIFIDUS)
    yield "surgery", view.facts_of(*SURGERY)
    yield "device", material.device
    yield "evidence", material.evidence
    yield "likeness", material.likeness
    yield "obligations", told.obligations
    yield "open", view.open()
    yield "against", view.against()
    yield "exhibits", view.shown_exhibits()
    yield "enclosed", _enclosed(kind)
    yield "remarks", material.remarks
    yield "contrasts", material.contrasts
    yield "compared", material.compared
    yield "mechanism", view.facts_of("pain_mechanism", "chronic_low_back_pain")
    yield "appeal_clock", APPEAL_CLOCK
    yield "beside", tuple(_beside(each, view) for each in material.beside)
    yield "has_criteria", material.has_criteria
    yield "strongest", strongest(view)
    yield "objections", objections(material, view)
    yield "concessions", concessions(material, view)
    yield "counted", _counted(view)


def _beside(told: Determination, view: View) -> Mapping[str, object]:
    """Say in short what another policy makes of the case."""
    return {
        "title": told.policy.title,
        "id": told.policy.id,
        "version": told.policy.version,
        "answer": ANSWER_WORDS[told.answer].lower(),
        "open": ", ".join(each.label for each in told.open),
        "against": ", ".join(told.settled_by) if told.answer is Answer.NOT_MET else "",
        "criteria": [each for each in view.criteria(told) if not each.is_group],
    }


def _counted(view: View) -> Mapping[str, int]:
    """Count the clauses that matter to the answer, and those that are in the patient's favour."""
    clauses = [
        each for each in view.criteria() if not each.is_group and each.finding != "not needed"
    ]
    met = sum(each.finding in ("met", "does not apply") for each in clauses)
    return {"all": len(clauses), "met": met}


_ENCLOSED: Mapping[str, str] = {
    "letter": "Letter of medical necessity",
    "appeal": "Letter of appeal",
    "crosswalk": "Crosswalk of the criteria",
}


def _enclosed(kind: Kind) -> tuple[str, ...]:
    return tuple(_ENCLOSED[name] for name in DOCUMENTS[kind] if name in _ENCLOSED)
