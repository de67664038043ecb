"""`multifidus packet`: a record, a policy and the practice's details → what a person sends."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from multifidus import __version__
from multifidus.billing.check import check_codes
from multifidus.billing.device import device_facts
from multifidus.billing.request import System
from multifidus.billing.tables import shipped_tables
from multifidus.chart.derive import Plan, derive, with_requested_codes
from multifidus.chart.fhir import short_reference
from multifidus.chart.record import read_record
from multifidus.chart.statements.courses import courses_of
from multifidus.cli.behind import behind_case
from multifidus.cli.behind_words import line_words, standing_words
from multifidus.cli.check import DICTIONARY, choose, only_chart, service_date
from multifidus.cli.coding import NO_SOURCE, request_of
from multifidus.cli.confirmed import confirmed_in
from multifidus.cli.extras import with_solver
from multifidus.cli.library import open_shelf
from multifidus.core.case import Service
from multifidus.core.determination import determine
from multifidus.core.policy import Stance
from multifidus.core.quantity import DateRange
from multifidus.core.report import report
from multifidus.errors import RequestError
from multifidus.evidence.study import shipped_evidence
from multifidus.library.shelf import DEFAULT_POLICIES
from multifidus.packet import exhibit
from multifidus.packet.compose import Kind, compose
from multifidus.packet.exhibit import Extent
from multifidus.packet.material import (
    CodeLine,
    DeviceLine,
    EvidenceLine,
    Material,
    Person,
    Remark,
    Treatment,
)
from multifidus.packet.practice import read_practice
from multifidus.packet.redact import Redaction
from multifidus.packet.typeset import has_pages
from multifidus.packet.wording import Wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from multifidus.billing.request import CodedRequest
    from multifidus.chart.derive import Chart
    from multifidus.chart.document import Document
    from multifidus.chart.fhir import Entry, Resource
    from multifidus.cli.behind import Behind
    from multifidus.cli.beside import Beside
    from multifidus.cli.question import Question
    from multifidus.core.determination import Determination
    from multifidus.core.policy import Policy
    from multifidus.packet.compose import Packet

SYSTEM_WORDS = {
    System.ICD_10_CM: "ICD-10-CM",
    System.ICD_10_PCS: "ICD-10-PCS",
    System.CPT: "CPT",
    System.HCPCS: "HCPCS",
    System.FDA_PRODUCT_CODE: "FDA product code",
}
ARGUING = (Kind.APPEAL, Kind.PEER_TO_PEER)
"""The kinds of packet that hold guideline and label against the payer's policy."""
DAMAGED = "{}, set from its text, since the file is damaged"
TOLD_OF_THE_DEVICE = (
    "product_code",
    "premarket_approval",
    "approved_on",
    "population",
    "target",
    "sides",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What kind of packet is asked for, and how it is to be made."""

    question: Question
    practice: Path
    kind: Kind = Kind.REQUEST
    extent: Extent = Extent.CITED
    templates: Path | None = None
    redact: Path | None = None
    """A file of phrases to black out, one a line."""


class _Kept:
    """The resources of a record, for whoever shows them."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def __call__(self, entry: Entry) -> None:
        self.entries.append(entry)

    def by_name(self) -> Mapping[str, object]:
        """Give each resource under the name by which statements cite it."""
        return {each.reference: each.resource for each in self.entries}

    def of_kind(self, kind: str) -> Iterator[Entry]:
        """Give the resources of one type."""
        return (each for each in self.entries if each.resource.get("resourceType") == kind)


def packet_of(order: Order, *, today: date) -> Packet:
    """
    Compose the packet that is asked for.

    Raises `RequestError`, `BundleError` or `PracticeError`, each with all that is wrong.
    """
    try:
        text = order.practice.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        where, hint = str(order.practice), "name the practice's file; the manual shows one"
        raise RequestError.at(where, "the file cannot be read", hint) from None
    practice = read_practice(text, file=order.practice.name)
    question = order.question
    with open_shelf(question.library) as shelf:
        dictionary = shelf.dictionaries[DICTIONARY]
        plan = Plan(dictionary)
        kept = _Kept()
        day = question.document_date
        record = read_record(
            plan,
            question.records,
            lexicon=lambda: shelf.lexicon(DICTIONARY),
            only=question.patient,
            document_date=DateRange.exactly(day) if day else None,
            ocr=question.ocr,
            also=kept,
        )
        chart = only_chart(record, question.records)
        if question.service_codes:
            chart = with_requested_codes(plan, chart, question.service_codes)
        on, _ = service_date(question, chart, today)
        case = derive(plan, chart, Service(date=on, codes=question.service_codes))
        choice = next(choose(shelf, question, on))
        policy = shelf.read(choice.shelved)
        request = request_of(chart.requested, case, [policy])
        behind = behind_case([policy], case, shelf)
        beside: Beside | None = None
        references: tuple[Determination, ...] = ()
        if order.kind in ARGUING:
            with with_solver():
                from multifidus.cli.beside import beside_of  # noqa: PLC0415  the solver is an extra

                beside = beside_of(shelf, policy, case)
        elif policy.about.stance is not Stance.CRITERIA:
            others = (shelf.read(shelf.choose(name, on).shelved) for name in DEFAULT_POLICIES)
            references = tuple(determine(each, case) for each in others)
        material = Material(
            determination=determine(policy, case),
            chosen=choice.because,
            payer=_payer(question.payer, policy),
            dictionary=dictionary,
            person=_person(chart, kept),
            codes=tuple(_codes(request)),
            sources=tuple(_source(each.document) for each in chart.documents),
            entries=kept.by_name(),
            treatments=tuple(
                Treatment(**course._asdict())
                for course in courses_of(plan, _of_patient(chart, kept.entries))
            ),
            remarks=tuple(_remarks(request)),
            device=tuple(_device()),
            practice=practice,
            unread=record.unread,
            today=practice.request.sent_on or today,
            evidence=tuple(_evidence(behind)),
            likeness=tuple(map(standing_words, behind.standings)),
            beside=beside.determinations if beside else references,
            contrasts=beside.contrasts if beside else (),
            compared=beside.rows if beside else (),
            confirmed=tuple(
                confirmed_in(case, [each.document for each in chart.documents], kept.by_name())
            ),
        )
    material = redaction_of(order).of(material)
    return compose(material, Wording(order.templates), order.kind, order.extent)


def redaction_of(order: Order) -> Redaction:
    """Read the phrases to black out, one a line; raises `RequestError` if that cannot be."""
    if order.redact is None:
        return Redaction(())
    try:
        lines = order.redact.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        where, hint = str(order.redact), "name a text file with one phrase on a line"
        raise RequestError.at(where, "the file cannot be read", hint) from None
    return Redaction(lines)


def _payer(asked: str, policy: Policy) -> str:
    """Name the payer as the policy does, where it does."""
    names = policy.scope.payers
    return next(
        (each for each in names if each.casefold() == asked.casefold()),
        asked or names[0] if names else asked,
    )


def _of_patient(chart: Chart, entries: Iterable[Entry]) -> Iterator[Entry]:
    """Give the resources that are about the patient, or do not say about whom they are."""
    names = {chart.patient, short_reference(chart.patient)}
    urls = {each.full_url for each in entries if each.reference in names}
    for each in entries:
        subject = each.resource.get("subject")
        reference = subject.get("reference") if isinstance(subject, dict) else None
        if (
            not isinstance(reference, str)
            or reference in urls
            or short_reference(reference) in names
        ):
            yield each


def _person(chart: Chart, kept: _Kept) -> Person:
    patients = [each for each in kept.of_kind("Patient") if each.reference == chart.patient]
    if not patients:
        return Person(reference=chart.patient)
    resource = patients[0].resource
    coverage = next((each.resource for each in kept.of_kind("Coverage")), {})
    return Person(
        reference=chart.patient,
        name=_name(resource),
        birth_date=_words(resource.get("birthDate")),
        sex=_words(resource.get("gender")),
        member_id=_words(coverage.get("subscriberId")),
    )


def _name(patient: Resource) -> str:
    names = [each for each in patient.get("name", []) if isinstance(each, dict)]
    names.sort(key=lambda each: each.get("use") != "official")
    for each in names:
        given = each.get("given")
        words = [*(given if isinstance(given, list) else []), each.get("family")]
        told = " ".join(_words(word) for word in words).strip() or _words(each.get("text"))
        if told:
            return told
    return ""


def _words(content: object) -> str:
    return content.strip() if isinstance(content, str) else ""


def _source(document: Document) -> exhibit.Source:
    pages = tuple(each.start for each in document.passages if each.page is not None)
    source = exhibit.Source(
        name=document.name,
        text=document.text,
        title=document.title or document.name,
        date=document.date,
    )
    if not document.content:
        return source
    if has_pages(document.content, len(pages)):
        return replace(source, page_starts=pages, content=document.content)
    return replace(source, title=DAMAGED.format(source.title))


def _codes(request: CodedRequest) -> Iterator[CodeLine]:
    tables = shipped_tables()
    for each in request.codes:
        known = tables.codes.get((each.system, each.code))
        yield CodeLine(
            system=SYSTEM_WORDS.get(each.system, each.system.value),
            code=each.code,
            words=known.label if known else "",
            units=each.units,
            modifiers=each.modifiers,
            is_diagnosis=each.system is System.ICD_10_CM,
        )


def _remarks(request: CodedRequest) -> Iterator[Remark]:
    for each in check_codes(request, shipped_tables()):
        yield Remark(
            severity=each.severity.value,
            codes=tuple(map(str, each.codes)),
            words=each.message,
            fix=each.fix,
            source=each.source or NO_SOURCE,
            reading=each.reading,
        )


def _device() -> Iterator[DeviceLine]:
    for each in device_facts():
        if each.fact in TOLD_OF_THE_DEVICE and each.value is not None:
            words = f"{each.value} {each.unit}".strip()
            yield DeviceLine(
                label=each.label, words=words, source=each.source, reading=each.reading
            )


def _evidence(behind: Behind) -> Iterator[EvidenceLine]:
    """Give what stands behind the criteria, what is nearest to the patient and controlled first."""
    behind_clauses = (line for topic in behind.topics for line in topic.link.lines)
    lines = dict.fromkeys((*behind.nearest, *behind_clauses))
    for line in sorted(lines, key=lambda each: not each.is_controlled):
        reports = [shipped_evidence().result(each).publication for each in line.results]
        yield EvidenceLine(
            words=line_words(line),
            doubt=line.doubt,
            source="; ".join(dict.fromkeys(reports)),
            is_controlled=line.is_controlled,
        )


def determination_file(packet: Packet, redaction: Redaction) -> bytes:
    """Give the determination as the published JSON, without what is blacked out."""
    material = packet.material
    told = report(
        material.determination,
        version=__version__,
        chosen=material.chosen,
        unread=material.unread,
    )
    # Value by value: in the text of the file a phrase may be broken by the signs of JSON.
    return (json.dumps(redaction.content(told), indent=2, ensure_ascii=False) + "\n").encode()
