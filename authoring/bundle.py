"""
A chart: whom it is about, what it holds, what it promises; and the Bundle it becomes.

Every resource of a Bundle says that it is made up, and every one that can says whom it is about.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from authoring.resources import day_of, to

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from authoring.paper import Document
    from authoring.promises import Promise
    from authoring.resources import Resource

MADE_UP = {
    "system": "https://multifidus.org/fhir/CodeSystem/record-origin",
    "code": "made-up",
    "display": "Made up for multifidus; no real person",
}
RECORD_NUMBER = "https://multifidus.org/fhir/sid/made-up-record"
SERVER = "https://records.example.org/fhir"

SUBJECTS: Mapping[str, str] = {
    "AllergyIntolerance": "patient",
    "Claim": "patient",
    "Coverage": "beneficiary",
    "FamilyMemberHistory": "patient",
    "Immunization": "patient",
}
"""The field that says whom a resource is about, where it is not `subject`."""

ABOUT_NOBODY = ("Organization", "Patient", "Practitioner")

DATES = (
    "effectiveDateTime",
    "recordedDate",
    "performedDateTime",
    "authoredOn",
    "authored",
    "occurrenceDateTime",
)
"""The fields that say on which day something was written down."""

RESPONSIBLE: Mapping[str, str] = {
    "Condition": "recorder",
    "DeviceRequest": "requester",
    "MedicationRequest": "requester",
    "Observation": "performer",
    "ServiceRequest": "requester",
}
"""The field that says who wrote it down; what is not listed names nobody."""

VISITED = (*RESPONSIBLE, "DiagnosticReport", "Immunization", "Procedure", "QuestionnaireResponse")


class Links(Enum):
    """How the resources of a Bundle name each other."""

    URN = "urn:uuid"
    RELATIVE = "relative"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who does not exist; the given name is also the Patient's id."""

    given: str
    family: str
    gender: str
    born: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """What a chart promises once a person has confirmed what its documents say."""

    on: str
    elements: tuple[str, ...] = ()
    """What is confirmed; empty: everything that waits."""
    promises: tuple[Promise, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A made-up record, and the answers that it promises."""

    name: str
    told: str
    person: Person
    links: Links
    written: str
    """The day on which the record was put together."""
    resources: tuple[Resource, ...]
    promises: tuple[Promise, ...]
    documents: tuple[Document, ...] = ()
    """The files that lie beside the Bundle, in a folder of their own."""
    confirmed: Confirmed | None = None

    @property
    def file(self) -> str:
        """Name the file that holds the Bundle."""
        return f"{self.name}/record.json" if self.documents else f"{self.name}.json"


def bundle(chart: Chart) -> Resource:
    """Make the Bundle of a chart."""
    resources = list(_completed(chart))
    urls = {_reference(each): _url(chart, _reference(each)) for each in resources}
    if chart.links is Links.URN:
        resources = [_linked(each, urls) for each in resources]
    return {
        "resourceType": "Bundle",
        "id": chart.name,
        "meta": {"tag": [MADE_UP]},
        "type": "collection",
        "timestamp": f"{chart.written}T08:00:00-07:00",
        "entry": [
            {"fullUrl": url, "resource": resource}
            for url, resource in zip(urls.values(), resources, strict=True)
        ],
    }


def _patient(chart: Chart) -> Resource:
    person = chart.person
    return {
        "resourceType": "Patient",
        "id": person.given.lower(),
        "identifier": [{"system": RECORD_NUMBER, "value": chart.name}],
        "active": True,
        "name": [{"use": "official", "family": person.family, "given": [person.given]}],
        "gender": person.gender,
        "birthDate": person.born,
        "address": [{"use": "home", "city": "Exampleville", "country": "US"}],
    }


def _completed(chart: Chart) -> Iterator[Resource]:
    """Say of every resource that it is made up, whom it is about, and at which visit it arose."""
    patient = _patient(chart)
    visits = {
        day_of(each["period"]["start"]): each
        for each in chart.resources
        if each["resourceType"] == "Encounter"
    }
    for each in (patient, *chart.resources):
        kind = each["resourceType"]
        about = (
            {} if kind in ABOUT_NOBODY else {SUBJECTS.get(kind, "subject"): to(_reference(patient))}
        )
        visit = visits.get(_day(each)) if kind in VISITED else None
        head = {"resourceType": kind, "id": each["id"], "meta": {"tag": [MADE_UP]}}
        yield {**head, **each, **about, **(_arisen(kind, visit) if visit else {})}


def _day(resource: Resource) -> str:
    return next((day_of(resource[field]) for field in DATES if field in resource), "")


def _arisen(kind: str, visit: Resource) -> Resource:
    field = RESPONSIBLE.get(kind)
    who = visit["participant"][0]["individual"]
    # R4 lets several people perform an observation, and one person record the others.
    named = {field: [who] if field == "performer" else who} if field else {}
    return {"encounter": to(_reference(visit)), **named}


def _reference(resource: Resource) -> str:
    return f"{resource['resourceType']}/{resource['id']}"


def _url(chart: Chart, reference: str) -> str:
    address = f"{SERVER}/{chart.name}/{reference}"
    if chart.links is Links.URN:
        return uuid.uuid5(uuid.NAMESPACE_URL, address).urn
    return f"{SERVER}/{reference}"


def _linked(part: Any, urls: Mapping[str, str]) -> Any:  # noqa: ANN401 JSON of any shape
    """Turn every reference below a part into the URL of what it refers to."""
    match part:
        case {"reference": str(reference)}:
            return {**part, "reference": urls[reference]}
        case dict():
            return {name: _linked(each, urls) for name, each in part.items()}
        case list():
            return [_linked(each, urls) for each in part]
        case _:
            return part
