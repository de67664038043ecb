"""
What FHIR R4 4.0.1 calls things, as far as dictionaries speak of them: held as data.

A field that is not here cannot be exported; the element that asks for it is told as a gap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


ANSWERS = "QuestionnaireResponse"
CLAIM = "Claim"
PATIENT = "Patient"
OBSERVATION = "Observation"

CODE_FIELDS: Mapping[str, str] = {
    "Claim": "productOrService",
    "Condition": "code",
    "DeviceRequest": "code",
    "DiagnosticReport": "code",
    "MedicationAdministration": "medication",
    "MedicationRequest": "medication",
    "MedicationStatement": "medication",
    "Observation": "code",
    "Procedure": "code",
    "ServiceRequest": "code",
}
"""The field that says what a resource is about; of a claim, its items'."""

REFERRED: Mapping[str, tuple[str, str]] = {
    "DeviceRequest": ("Device", "type"),
    "MedicationAdministration": ("Medication", "code"),
    "MedicationRequest": ("Medication", "code"),
    "MedicationStatement": ("Medication", "code"),
}
"""Where that field is a concept or a reference: to which resource, and the field that names it."""

RESOURCES = frozenset({*CODE_FIELDS, "Coverage", PATIENT})
"""The resources that a rule may ask for."""

DAYS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("Claim", "created"): ("dateTime",),
    ("Condition", "abatement"): ("dateTime", "Period"),
    ("Condition", "onset"): ("dateTime", "Period"),
    ("Condition", "recordedDate"): ("dateTime",),
    ("Coverage", "period"): ("Period",),
    ("DeviceRequest", "authoredOn"): ("dateTime",),
    ("DeviceRequest", "occurrence"): ("dateTime", "Period"),
    ("DiagnosticReport", "effective"): ("dateTime", "Period"),
    ("DiagnosticReport", "issued"): ("instant",),
    ("MedicationAdministration", "effective"): ("dateTime", "Period"),
    ("MedicationRequest", "authoredOn"): ("dateTime",),
    ("MedicationStatement", "dateAsserted"): ("dateTime",),
    ("MedicationStatement", "effective"): ("dateTime", "Period"),
    ("Observation", "effective"): ("dateTime", "instant", "Period"),
    ("Observation", "issued"): ("instant",),
    ("Observation", "value"): ("dateTime", "Period"),
    ("Patient", "birthDate"): ("date",),
    ("Procedure", "performed"): ("dateTime", "Period"),
    ("QuestionnaireResponse", "authored"): ("dateTime",),
    ("ServiceRequest", "authoredOn"): ("dateTime",),
    ("ServiceRequest", "occurrence"): ("dateTime", "Period"),
}
"""The types of a field that give a day; the other types of a choice give none."""

CHOICES = frozenset({"abatement", "effective", "occurrence", "onset", "performed", "value"})
"""The fields that may be of one of several types."""

CODES: Mapping[str, tuple[str, ...]] = {
    "intent": ("DeviceRequest", "MedicationRequest", "ServiceRequest"),
    "status": tuple(sorted({*RESOURCES, ANSWERS} - {PATIENT, "Condition"})),
    "use": ("Claim",),
}
"""Fields that hold a word, and the resources that have them."""

STATES: Mapping[str, tuple[str, ...]] = {
    "clinicalStatus": ("Condition",),
    "verificationStatus": ("Condition",),
}
"""Fields that hold a concept of which the word counts, and the resources that have them."""

ONE_CONCEPT: Mapping[str, tuple[str, ...]] = {
    "bodySite": ("Observation",),
    "category": ("MedicationAdministration", "MedicationStatement", "Procedure"),
    "placeOfService": ("Claim",),
    "value": ("Observation",),
}
"""Fields that hold one concept, and the resources that have them."""

CONCEPTS: Mapping[str, tuple[str, ...]] = {
    "bodySite": ("Condition", "Procedure", "ServiceRequest"),
    "category": (
        "Condition",
        "DiagnosticReport",
        "MedicationRequest",
        "Observation",
        "ServiceRequest",
    ),
    "conclusionCode": ("DiagnosticReport",),
    "interpretation": ("Observation",),
    "reasonCode": (
        "DeviceRequest",
        "MedicationAdministration",
        "MedicationRequest",
        "MedicationStatement",
        "Procedure",
        "ServiceRequest",
    ),
}
"""Fields that hold a list of concepts, and the resources that have them."""
