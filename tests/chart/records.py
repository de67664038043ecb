"""
Small FHIR R4 records for these tests, and what becomes of them.

The patient is invented; `MARKER` stands where a name or an identifier would.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from multifidus.chart.derive import Plan, derive, gather
from multifidus.chart.fhir import Entry, reference_of
from multifidus.core.case import Absence, Case, Fact, Service
from multifidus.core.coding import OWN_SYSTEM
from multifidus.library.shelf import shipped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from multifidus.chart.derive import Chart
    from multifidus.core.element import Dictionary

Resource = dict[str, Any]

MARKER = "Zzyzx"
ON = date(2026, 10, 5)
UCUM = "http://unitsofmeasure.org"
LOINC = "http://loinc.org"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
CPT = "http://www.ama-assn.org/go/cpt"
ATC = "http://www.whocc.no/atc"
PLACES = "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"
INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
CONDITION_STATUS = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
QUESTIONNAIRE = "https://multifidus.org/fhir/Questionnaire/isass-2025"
SUBJECT = {"reference": "Patient/p1"}


@cache
def dictionary() -> Dictionary:
    """Give the shipped dictionary."""
    return shipped().dictionaries["low-back-pain"]


@cache
def shipped_plan() -> Plan:
    """Give the shipped dictionary's plan."""
    return Plan(dictionary())


def plan_with(name: str, **changes: Any) -> Plan:  # noqa: ANN401  any field of an element
    """Give a plan in which one element is defined otherwise."""
    element = replace(dictionary().elements[name], **changes)
    elements = {**dictionary().elements, name: element}
    return Plan(replace(dictionary(), elements=elements))


def patient(**fields: object) -> Resource:
    """Build the patient."""
    return {
        "resourceType": "Patient",
        "id": "p1",
        "name": [{"family": MARKER}],
        "birthDate": "1974-03-01",
        **fields,
    }


def concept(system: str, *codes: str) -> Resource:
    """Build a CodeableConcept."""
    return {"coding": [{"system": system, "code": code} for code in codes]}


def own(code: str) -> Resource:
    """Build a concept of the dictionary's own code system."""
    return concept(OWN_SYSTEM, code.replace("_", "-"))


def quantity(value: object, unit: str | None) -> Resource:
    """Build a Quantity, with or without a unit."""
    return {"value": value} if unit is None else {"value": value, "system": UCUM, "code": unit}


def observation(about: str | Resource, **fields: object) -> Resource:
    """Build an observation about an element, or with a code; None takes a field away."""
    built = {
        "resourceType": "Observation",
        "status": "final",
        "code": own(about) if isinstance(about, str) else about,
        "subject": SUBJECT,
        "effectiveDateTime": "2026-09-01",
        **fields,
    }
    return {name: each for name, each in built.items() if each is not None}


def condition(*codes: str, **fields: object) -> Resource:
    """Build a confirmed, active condition; None takes a field away."""
    built = {
        "resourceType": "Condition",
        "clinicalStatus": concept(CONDITION_STATUS, "active"),
        "verificationStatus": concept(VERIFICATION, "confirmed"),
        "code": concept(ICD, *codes),
        "subject": SUBJECT,
        "recordedDate": "2026-01-10",
        **fields,
    }
    return {name: each for name, each in built.items() if each is not None}


def coded(kind: str, **fields: object) -> Resource:
    """Build a resource about the patient."""
    return {"resourceType": kind, "subject": SUBJECT, **fields}


def response(*items: Resource, **fields: object) -> Resource:
    """Build a person's completed answers."""
    return {
        "resourceType": "QuestionnaireResponse",
        "status": "completed",
        "questionnaire": QUESTIONNAIRE,
        "subject": SUBJECT,
        "authored": "2026-10-01T09:00:00Z",
        "item": list(items),
        **fields,
    }


def item(element: str, **answer: object) -> Resource:
    """Build an answered item."""
    return {"linkId": element, "answer": [answer]}


def bundle(*resources: Resource, **fields: object) -> Resource:
    """Build a Bundle."""
    entries = [{"resource": each} for each in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries, **fields}


def numbered(resources: Iterable[Resource]) -> Iterable[Entry]:
    """Give the resources as entries, each with a name of its own."""
    for number, each in enumerate(resources):
        yield Entry(each, reference_of(each, "", "record", number))


def chart_of(*resources: Resource, plan: Plan | None = None) -> Chart:
    """Gather the chart of the one patient."""
    everything = [patient(), *resources]
    if any(each["resourceType"] == "Patient" for each in resources):
        everything = list(resources)
    (chart,) = gather(plan or shipped_plan(), numbered(everything))
    return chart


def case_of(*resources: Resource, on: date = ON, plan: Plan | None = None) -> Case:
    """Derive the case of the one patient."""
    plan = plan or shipped_plan()
    return derive(plan, chart_of(*resources, plan=plan), Service(date=on))


def entry(
    element: str, *resources: Resource, on: date = ON, plan: Plan | None = None
) -> Fact | Absence:
    """Derive one element."""
    return case_of(*resources, on=on, plan=plan).entry(element)


def value(element: str, *resources: Resource, on: date = ON, plan: Plan | None = None) -> object:
    """Derive one element's value, which must be there."""
    found = entry(element, *resources, on=on, plan=plan)
    assert isinstance(found, Fact), found
    return found.value


def absence(
    element: str, *resources: Resource, on: date = ON, plan: Plan | None = None
) -> tuple[str, str]:
    """Derive why one element has no value: the reason, and in words."""
    found = entry(element, *resources, on=on, plan=plan)
    assert isinstance(found, Absence), found
    return str(found.reason), found.detail
