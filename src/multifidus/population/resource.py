"""
Resources of FHIR R4 as lines with gaps for the person, whom the functions here call `@P`.

A line is written once and used for many persons, which is why a large population takes seconds.
What every export carries along (profiles, categories, performers) is there too, so that reading a
made-up record costs what reading a real one does.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from multifidus.core.coding import OWN_SYSTEM
from multifidus.core.quantity import UCUM_SYSTEM

if TYPE_CHECKING:
    from datetime import date
    from random import Random

Resource = dict[str, Any]

PERSON = b"\0"
"""
The gap in a line, for the person's id, with which the ids of all of a person's resources begin.

One byte, which JSON holds nowhere, because a record has hundreds of gaps: two take twenty times as
long to fill.
"""

_HL7 = "http://terminology.hl7.org/CodeSystem"
_US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core"
_PROFILES = {
    "Observation": "observation-clinical-result",
    "Condition": "condition-encounter-diagnosis",
    "Procedure": "procedure",
    "MedicationRequest": "medicationrequest",
    "Patient": "patient",
    "Encounter": "encounter",
    "DocumentReference": "documentreference",
}
SUBJECT: Resource = {"reference": "Patient/@P"}
ENCOUNTERS = 12


def line(resource: Resource) -> bytes:
    """Write a resource as a line of NDJSON."""
    return json.dumps(resource, separators=(",", ":")).encode().replace(b"@P", PERSON) + b"\n"


def resource(kind: str, name: str, day: date, chance: Random, **fields: object) -> Resource:
    """Begin a resource with what every one has; `name` is unique among a person's of its type."""
    made: Resource = {"resourceType": kind, "id": f"@P-{name}"}
    meta: Resource = {
        "versionId": str(chance.randint(1, 4)),
        "lastUpdated": f"{day}T{_clock(chance)}.000Z",
    }
    if kind in _PROFILES:
        meta["profile"] = [f"{_US_CORE}-{_PROFILES[kind]}"]
    return {**made, "meta": meta, **fields}


def concept(system: str, code: str, text: str = "") -> Resource:
    """Write a concept with one coding, and our own words for it."""
    words = {"display": text} if text else {}
    return {"coding": [{"system": system, "code": code, **words}], "text": text or code}


def own(code: str) -> Resource:
    """Write a concept of the dictionary's own code system."""
    return concept(OWN_SYSTEM, code.replace("_", "-"))


def quantity(number: object, unit: str) -> Resource:
    """Write a quantity; without a unit where there is none."""
    if not unit:
        return {"value": number}
    return {"value": number, "unit": unit, "system": UCUM_SYSTEM, "code": unit}


def observation(name: str, code: Resource, day: date, chance: Random, **fields: object) -> Resource:
    """Write an observation of a day, in one of the person's encounters."""
    return resource(
        "Observation",
        name,
        day,
        chance,
        **{
            "status": "final",
            "category": [concept(f"{_HL7}/observation-category", "exam")],
            "code": code,
            "subject": SUBJECT,
            "encounter": _encounter(chance),
            "effectiveDateTime": f"{day}T{_clock(chance)}Z",
            "issued": f"{day}T{_clock(chance)}.000Z",
            "performer": [_practitioner(chance)],
            **fields,
        },
    )


def condition(name: str, code: Resource, day: date, chance: Random, **fields: object) -> Resource:
    """Write an active, confirmed problem that was recorded on a day."""
    return resource(
        "Condition",
        name,
        day,
        chance,
        **{
            "clinicalStatus": concept(f"{_HL7}/condition-clinical", "active"),
            "verificationStatus": concept(f"{_HL7}/condition-ver-status", "confirmed"),
            "category": [concept(f"{_HL7}/condition-category", "encounter-diagnosis")],
            "code": code,
            "subject": SUBJECT,
            "encounter": _encounter(chance),
            "recordedDate": str(day),
            **fields,
        },
    )


def procedure(name: str, code: Resource, day: date, chance: Random, **fields: object) -> Resource:
    """Write a procedure that was completed on a day."""
    return resource(
        "Procedure",
        name,
        day,
        chance,
        **{
            "status": "completed",
            "code": code,
            "subject": SUBJECT,
            "encounter": _encounter(chance),
            "performedDateTime": f"{day}T{_clock(chance)}Z",
            "performer": [{"actor": _practitioner(chance)}],
            **fields,
        },
    )


def prescription(
    name: str, code: Resource, day: date, chance: Random, **fields: object
) -> Resource:
    """Write a prescription of a day."""
    dose = {
        "sequence": 1,
        "text": "one twice a day as needed",
        "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
        "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "TAB"}}],
    }
    return resource(
        "MedicationRequest",
        name,
        day,
        chance,
        **{
            "status": chance.choice(("completed", "active", "stopped")),
            "intent": "order",
            "medicationCodeableConcept": code,
            "subject": SUBJECT,
            "encounter": _encounter(chance),
            "authoredOn": str(day),
            "requester": _practitioner(chance),
            "dosageInstruction": [dose],
            **fields,
        },
    )


def _clock(chance: Random) -> str:
    return f"{chance.randint(8, 17):02d}:{chance.randint(0, 59):02d}:00"


def _encounter(chance: Random) -> Resource:
    return {"reference": f"Encounter/@P-encounter-{chance.randint(0, ENCOUNTERS)}"}


def _practitioner(chance: Random) -> Resource:
    return {"reference": f"Practitioner/made-up-{chance.randint(1, 500)}"}
