"""
FHIR R4 resources for made-up records, each from the few words that matter.

A resource made here refers to others as `Type/id` and does not yet say whom it is about, where it
was written down, or that it is made up; `bundle` adds that to all of them alike.
Codes carry our own plain words and never a licensed descriptor.
"""

from __future__ import annotations

import base64
from typing import Any

Resource = dict[str, Any]
Coded = dict[str, Any]

OWN = "https://multifidus.org/fhir/CodeSystem/low-back-pain"
QUESTIONNAIRE = "https://multifidus.org/fhir/Questionnaire/low-back-pain"
PRODUCT_CODE = "https://multifidus.org/fhir/sid/fda-product-code"
ATC = "http://www.whocc.no/atc"
CPT = "http://www.ama-assn.org/go/cpt"
CVX = "http://hl7.org/fhir/sid/cvx"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
LOINC = "http://loinc.org"
PLACE_OF_SERVICE = (
    "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set"
)
SNOMED = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"
HL7 = "http://terminology.hl7.org/CodeSystem"


# Parts of a resource


def coded(text: str, system: str, code: str) -> Coded:
    """Name something by a code, in our own words."""
    return {"coding": [{"system": system, "code": code}], "text": text}


def own(code: str, text: str = "") -> Coded:
    """Name something by the dictionary's own code."""
    return coded(text or plain(code).capitalize(), OWN, code)


def hl7(system: str, code: str) -> Coded:
    """Name something by a code of an HL7 terminology, as statuses and categories are."""
    return {"coding": [{"system": f"{HL7}/{system}", "code": code}]}


def quantity(value: float, unit: str) -> Resource:
    """Measure something in a UCUM unit."""
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


def to(reference: str) -> Resource:
    """Refer to another resource of the record."""
    return {"reference": reference}


def plain(name: str) -> str:
    """Turn the name of an element or an option into words."""
    return name.replace("_", " ").replace("-", " ")


def day_of(moment: str) -> str:
    """Give the day of a date or of a moment of it."""
    return moment[: len("2026-10-05")]


def at(day: str, clock: str) -> str:
    """Give a moment of a day, at a clock that is never put forward or back."""
    return f"{day}T{clock}:00-07:00"


# Measurements and findings


def measured(name: str, about: Coded, value: Resource, moment: str) -> Resource:
    """Make an Observation of a value."""
    return {
        "resourceType": "Observation",
        "id": f"{name}-{day_of(moment)}",
        "status": "final",
        "code": about,
        "effectiveDateTime": moment,
        **value,
    }


def vital(name: str, about: Coded, value: Resource, moment: str) -> Resource:
    """Make an Observation that is a vital sign."""
    category = {"category": [hl7("observation-category", "vital-signs")]}
    return measured(name, about, {**category, **value}, moment)


def laboratory(name: str, about: Coded, value: Resource, moment: str) -> Resource:
    """Make an Observation that is a laboratory's result."""
    category = {"category": [hl7("observation-category", "laboratory")]}
    return measured(name, about, {**category, **value}, moment)


def blood_pressure(systolic: int, diastolic: int, moment: str) -> Resource:
    """Make an Observation of a blood pressure, with its two parts."""
    parts = (("Upper value", "8480-6", systolic), ("Lower value", "8462-4", diastolic))
    components = [
        {"code": coded(text, LOINC, code), "valueQuantity": quantity(value, "mm[Hg]")}
        for text, code, value in parts
    ]
    about = coded("Blood pressure", LOINC, "85354-9")
    return vital("blood-pressure", about, {"component": components}, moment)


def numeric_rating(points: int, moment: str) -> Resource:
    """Make an Observation of pain on a scale from 0 to 10 points."""
    about = coded("Pain, 0 to 10", LOINC, "72514-3")
    return survey("pain-nrs", about, quantity(points, "{score}"), moment)


def visual_analogue(length: float, unit: str, moment: str) -> Resource:
    """Make an Observation of pain on a line of 10 cm."""
    about = coded("Pain, marked on a line", LOINC, "38214-3")
    return survey("pain-vas", about, quantity(length, unit), moment)


def oswestry(points: int, moment: str) -> Resource:
    """Make an Observation of an Oswestry index, the score alone."""
    about = coded("Oswestry score", LOINC, "97909-6")
    return survey("oswestry", about, quantity(points, "{score}"), moment)


def phq_9(points: int, moment: str) -> Resource:
    """Make an Observation of a PHQ-9 total, the score alone."""
    about = coded("PHQ-9 total", LOINC, "44261-6")
    return survey("phq-9", about, quantity(points, "{score}"), moment)


def survey(name: str, about: Coded, value: Resource, moment: str) -> Resource:
    """Make an Observation of a score that a patient's own answers give."""
    category = {"category": [hl7("observation-category", "survey")]}
    return measured(name, about, {**category, "valueQuantity": value}, moment)


def finding(element: str, answer: bool | str | Resource, moment: str) -> Resource:  # noqa: FBT001 the answer to a yes-or-no question
    """Make an Observation with the dictionary's own code: yes or no, an option, or a quantity."""
    name = element.replace("_", "-")
    about = own(name)
    category = {"category": [hl7("observation-category", "exam")]}
    return measured(name, about, {**category, **_value(answer, "valueCodeableConcept")}, moment)


def findings(moment: str, **answers: bool | str) -> list[Resource]:
    """Make one finding for each element named."""
    return [finding(element, answer, moment) for element, answer in answers.items()]


def answers(day: str, **given: bool | str) -> Resource:
    """Make the answers to a questionnaire, an item for each element named."""
    items = [
        {
            "linkId": element,
            "text": plain(element).capitalize(),
            "answer": [_value(answer, "valueCoding")],
        }
        for element, answer in given.items()
    ]
    return {
        "resourceType": "QuestionnaireResponse",
        "id": f"answers-{day}",
        "questionnaire": QUESTIONNAIRE,
        "status": "completed",
        "authored": at(day, "10:20"),
        "item": items,
    }


def _value(answer: bool | str | Resource, coded_field: str) -> Resource:  # noqa: FBT001 the answer to a yes-or-no question
    match answer:
        case bool():
            return {"valueBoolean": answer}
        case str():
            coding = {"system": OWN, "code": answer, "display": plain(answer)}
            is_coding = coded_field == "valueCoding"
            return {coded_field: coding if is_coding else {"coding": [coding]}}
        case _:
            return {"valueQuantity": answer}


def report(element: str, conclusion: str, words: str, moment: str) -> Resource:
    """Make a DiagnosticReport of an image, with its conclusion as a code and in words."""
    name = element.replace("_", "-")
    return {
        "resourceType": "DiagnosticReport",
        "id": f"{name}-report-{day_of(moment)}",
        "status": "final",
        "category": [hl7("v2-0074", "RAD")],
        "code": own(name),
        "effectiveDateTime": moment,
        "issued": at(day_of(moment), "16:40"),
        "conclusion": words,
        "conclusionCode": [own(conclusion)],
    }


def document(name: str, title: str, day: str, content: bytes) -> Resource:
    """Make a DocumentReference that holds a PDF."""
    attachment = {
        "contentType": "application/pdf",
        "data": base64.b64encode(content).decode("ascii"),
        "title": title,
    }
    return {
        "resourceType": "DocumentReference",
        "id": name,
        "status": "current",
        "docStatus": "final",
        "type": {"text": title},
        "date": at(day, "16:40"),
        "content": [{"attachment": attachment}],
        "context": {"period": {"start": day, "end": day}},
    }


# Illnesses, drugs and treatments


def condition(name: str, what: Coded, onset: str, recorded: str) -> Resource:
    """Make a Condition that stands on the problem list."""
    return {
        "resourceType": "Condition",
        "id": name,
        "clinicalStatus": hl7("condition-clinical", "active"),
        "verificationStatus": hl7("condition-ver-status", "confirmed"),
        "category": [hl7("condition-category", "problem-list-item")],
        "code": what,
        "onsetDateTime": onset,
        "recordedDate": recorded,
    }


def resolved(problem: Resource, on: str) -> Resource:
    """End a Condition on a day."""
    clinical = hl7("condition-clinical", "resolved")
    return {**problem, "clinicalStatus": clinical, "abatementDateTime": on}


def refuted(problem: Resource) -> Resource:
    """Say that a suspected Condition turned out not to be there."""
    status = hl7("condition-ver-status", "refuted")
    clinical = hl7("condition-clinical", "inactive")
    return {**problem, "clinicalStatus": clinical, "verificationStatus": status}


def mistaken(resource: Resource) -> Resource:
    """Take an entry back as entered in error; its id says so, for the reader."""
    taken_back = {**resource, "id": f"{resource['id']}-mistake"}
    if resource["resourceType"] != "Condition":
        return {**taken_back, "status": "entered-in-error"}
    # R4 allows no clinical status beside this one.
    del taken_back["clinicalStatus"]
    return {**taken_back, "verificationStatus": hl7("condition-ver-status", "entered-in-error")}


def mistakes(moment: str, **answers: bool | str) -> list[Resource]:
    """Make findings that were entered in error, one for each element named."""
    return [mistaken(each) for each in findings(moment, **answers)]


def with_status(resource: Resource, status: str) -> Resource:
    """Give a resource another status; its id says so, for the reader."""
    return {**resource, "id": f"{resource['id']}-{status}", "status": status}


def prescription(name: str, drug: Coded, day: str, status: str = "active") -> Resource:
    """Make a MedicationRequest."""
    return {
        "resourceType": "MedicationRequest",
        "id": f"{name}-{day}",
        "status": status,
        "intent": "order",
        "medicationCodeableConcept": drug,
        "authoredOn": day,
    }


def procedure(name: str, what: Coded, day: str) -> Resource:
    """Make a Procedure that was carried out on a day."""
    return {
        "resourceType": "Procedure",
        "id": f"{name}-{day}",
        "status": "completed",
        "code": what,
        "performedDateTime": day,
    }


def immunization(vaccine: Coded, day: str) -> Resource:
    """Make an Immunization."""
    return {
        "resourceType": "Immunization",
        "id": f"vaccine-{vaccine['coding'][0]['code']}-{day}",
        "status": "completed",
        "vaccineCode": vaccine,
        "occurrenceDateTime": day,
        "primarySource": True,
    }


def allergy(name: str, what: str, recorded: str) -> Resource:
    """Make an AllergyIntolerance in plain words."""
    return {
        "resourceType": "AllergyIntolerance",
        "id": name,
        "clinicalStatus": hl7("allergyintolerance-clinical", "active"),
        "verificationStatus": hl7("allergyintolerance-verification", "confirmed"),
        "code": {"text": what},
        "recordedDate": recorded,
    }


def relative(relation: str, illness: Coded, day: str) -> Resource:
    """Make a FamilyMemberHistory: an illness that somebody else has."""
    return {
        "resourceType": "FamilyMemberHistory",
        "id": f"family-{relation.lower()}",
        "status": "completed",
        "date": day,
        "relationship": hl7("v3-RoleCode", relation),
        "condition": [{"code": illness}],
    }


# People and places


def encounter(day: str, reason: str, who: str) -> Resource:
    """Make an Encounter with somebody of the record."""
    return {
        "resourceType": "Encounter",
        "id": f"visit-{day}",
        "status": "finished",
        "class": {"system": f"{HL7}/v3-ActCode", "code": "AMB"},
        "participant": [{"individual": to(f"Practitioner/{who}")}],
        "period": {"start": at(day, "09:00"), "end": at(day, "09:40")},
        "reasonCode": [{"text": reason}],
    }


def practitioner(name: str, family: str, given: str) -> Resource:
    """Make a Practitioner."""
    return {
        "resourceType": "Practitioner",
        "id": name,
        "active": True,
        "name": [{"family": family, "given": [given]}],
    }


def organization(name: str, called: str, kind: str) -> Resource:
    """Make an Organization: a provider (`prov`) or an insurer (`ins`)."""
    return {
        "resourceType": "Organization",
        "id": name,
        "active": True,
        "type": [hl7("organization-type", kind)],
        "name": called,
    }


def coverage(payer: str, start: str) -> Resource:
    """Make a Coverage that began on a day."""
    return {
        "resourceType": "Coverage",
        "id": "coverage",
        "status": "active",
        "period": {"start": start},
        "payor": [to(f"Organization/{payer}")],
    }


# The request


def ordered(name: str, what: Coded, authored: str) -> Resource:
    """Make a ServiceRequest."""
    return {
        "resourceType": "ServiceRequest",
        "id": name,
        "status": "active",
        "intent": "order",
        "code": what,
        "authoredOn": authored,
    }


def device(what: Coded, authored: str, day: str) -> Resource:
    """Make a DeviceRequest for a day."""
    return {
        "resourceType": "DeviceRequest",
        "id": "stimulator",
        "status": "active",
        "intent": "order",
        "codeCodeableConcept": what,
        "occurrenceDateTime": day,
        "authoredOn": authored,
    }


def preauthorization(created: str, services: list[Coded], day: str, place: str) -> Resource:
    """Make a Claim that asks before the service."""
    where = {"coding": [{"system": PLACE_OF_SERVICE, "code": place}]}
    return {
        "resourceType": "Claim",
        "id": "preauthorization",
        "status": "active",
        "type": hl7("claim-type", "institutional"),
        "use": "preauthorization",
        "created": created,
        "insurer": to("Organization/payer"),
        "provider": to("Organization/spine-center"),
        "priority": hl7("processpriority", "normal"),
        "insurance": [{"sequence": 1, "focal": True, "coverage": to("Coverage/coverage")}],
        "item": [
            {
                "sequence": number,
                "productOrService": service,
                "servicedDate": day,
                "locationCodeableConcept": where,
            }
            for number, service in enumerate(services, start=1)
        ],
    }
