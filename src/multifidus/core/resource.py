"""
What FHIR R4 calls things: the names of fields that dictionaries ask for in words of their own.

A chart reader and a table compiler both follow these names, so they stand here; how a resource is
read stands there.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVICE_DATE = "service_date"
"""The name under which a record's own date of service is gathered."""

STATUS_FIELDS = frozenset({"status", "clinicalStatus", "verificationStatus", "intent", "use"})
"""Fields that decide whether a resource counts at all; the others decide which answer it gives."""

CODE_FIELDS: Mapping[str, str] = {
    "Claim": "productOrService",
    "MedicationRequest": "medicationCodeableConcept",
    "MedicationStatement": "medicationCodeableConcept",
    "MedicationAdministration": "medicationCodeableConcept",
    "DeviceRequest": "codeCodeableConcept",
}
"""The field that says what a resource is about, where it is not `code`; of a claim, its items'."""

CONCEPT_REFERENCES: Mapping[str, str] = {
    "MedicationRequest": "medicationReference",
    "MedicationStatement": "medicationReference",
    "MedicationAdministration": "medicationReference",
    "DeviceRequest": "codeReference",
}
"""The field that says it by a reference to another resource."""

CONCEPT_FIELDS: Mapping[str, str] = {"Medication": "code", "Device": "type"}
"""The resources that are referred to so, and the field that names them."""

SUBJECT_FIELDS: Mapping[str, str] = {"Claim": "patient", "Coverage": "beneficiary"}
"""The field that says whom a resource is about, where it is not `subject`."""

FIELD_NAMES: Mapping[str, str] = {
    "value": "valueCodeableConcept",
    "placeOfService": "locationCodeableConcept",
}
"""The names in FHIR of coded fields that dictionaries call otherwise."""

END_FIELDS: Mapping[str, str] = {"Condition": "abatement", "Coverage": "period"}
"""The field that says when a state ended: a day, or of a period its end."""

QUESTIONNAIRE = "https://multifidus.org/fhir/Questionnaire/"
"""Answers count when the questionnaire's URL begins so and a linkId is an element's name."""

STATED_ON = "https://multifidus.org/fhir/StructureDefinition/stated-on"
"""An extension of an answer: the day from which its time is counted, if not that of the answer."""

SAID_ON = "https://multifidus.org/fhir/StructureDefinition/said-on"
"""An extension of an answer that confirms what a text says: the day of the text, if it has one."""

DURATION = "duration"
"""What the linkId of a time ends in that is told as a time, and not by the day it began."""

NOT_OBTAINED = frozenset(
    {"asked-declined", "asked-unknown", "not-applicable", "not-asked", "not-performed"}
)
"""Reasons for an absent value (FHIR data-absent-reason) that leave none to be found elsewhere."""

# What another release of FHIR has and R4 has not, in the resources that are read.

FOREIGN_TYPES: Mapping[str, str] = {
    "DiagnosticOrder": "DSTU2",
    "MedicationOrder": "DSTU2",
    "ProcedureRequest": "STU3",
    "ReferralRequest": "STU3",
}
"""The types of resources that R4 does not have, and the release that does."""

_STU3_CONTEXT = "STU3; R4 has `encounter`"
_R5_MEDICATION = {"medication": "R5; R4 has `medicationCodeableConcept`"}
FOREIGN_FIELDS: Mapping[str, Mapping[str, str]] = {
    "Condition": {"assertedDate": "STU3; R4 has `recordedDate`", "participant": "R5"},
    "Coverage": {"kind": "R5", "paymentBy": "R5"},
    "DeviceRequest": {"code": "R5; R4 has `codeCodeableConcept`"},
    "DiagnosticReport": {
        "codedDiagnosis": "STU3; R4 has `conclusionCode`",
        "context": _STU3_CONTEXT,
    },
    "MedicationAdministration": _R5_MEDICATION,
    "MedicationRequest": {"context": _STU3_CONTEXT, **_R5_MEDICATION},
    "MedicationStatement": {"taken": "STU3; R4 has `status`", **_R5_MEDICATION},
    "Observation": {"context": _STU3_CONTEXT},
    "Procedure": {
        "context": _STU3_CONTEXT,
        "notDone": "STU3; R4 has `status`",
        "occurrenceDateTime": "R5; R4 has `performedDateTime`",
        "occurrencePeriod": "R5; R4 has `performedPeriod`",
    },
    "QuestionnaireResponse": {"context": _STU3_CONTEXT},
}
"""The fields of a type that R4 does not have, and what has them."""

NO_VALUE_OBTAINED = "the record says that no value was obtained"
"""The problem of a statement that an older one with a value overrides."""


@cache
def dated_names(*fields: str) -> tuple[str, ...]:
    """Give the names that fields with a day, an instant or a period may have, in order."""
    kinds = ("", "DateTime", "Date", "Instant", "Period")
    return tuple(f"{field}{kind}" for field in fields for kind in kinds)
