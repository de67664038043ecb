"""
What FHIR R4 calls the fields that the dictionary's rules read, and which types they have.

A view names the type of a field that may have several: `effective.ofType(dateTime)`. Free text,
ages and ranges are not read as days, so they are not among the types here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

DATE, DATE_TIME, INSTANT, PERIOD = "date", "dateTime", "instant", "Period"

_NAMES = {
    DATE: "date",
    DATE_TIME: "date_time",
    INSTANT: "instant",
    PERIOD: "period_start",
}


@dataclass(frozen=True, slots=True)
class Day:
    """A field that holds a day, by the types that it may have; a period counts by its start."""

    name: str
    types: tuple[str, ...]

    @property
    def paths(self) -> Mapping[str, tuple[str, str]]:
        """
        Give the path and the FHIR type for each type it may have, by a name for the type.

        >>> dict(Day("issued", (INSTANT,)).paths)
        {'instant': ('issued', 'instant')}
        """
        paths = {}
        for each in self.types:
            path = self.name if len(self.types) == 1 else f"{self.name}.ofType({each})"
            kind = DATE_TIME if each == PERIOD else each
            paths[_NAMES[each]] = (f"{path}.start" if each == PERIOD else path, kind)
        return paths


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A type of resource: whom and what it is about, and how its fields are reached."""

    patient: str = "subject.getReferenceKey(Patient)"
    concept: str = "code"
    each: str = ""
    """What is coded by itself, where that is not the resource: the items of a claim."""
    words: tuple[str, ...] = ("status",)
    """Status fields that are codes."""
    concepts: tuple[str, ...] = ()
    """Status fields that are concepts, of which the code counts in whatever system."""
    coded: Mapping[str, str] = field(default_factory=dict)
    """Fields whose codes give an answer."""
    days: Mapping[str, Day] = field(default_factory=dict)


def _days(*days: Day) -> Mapping[str, Day]:
    return {each.name: each for each in days}


_ORDERED = ("status", "intent")
_MEDICATION = "medication.ofType(CodeableConcept)"
_CATEGORY = {"category": "category", "reasonCode": "reasonCode"}
_OCCURRENCE = Day("occurrence", (DATE_TIME, PERIOD))
_EFFECTIVE = (DATE_TIME, PERIOD)

SHAPES: Mapping[str, Shape] = {
    "Patient": Shape(patient="getResourceKey()", words=(), days=_days(Day("birthDate", (DATE,)))),
    "Observation": Shape(
        coded={
            "value": "value.ofType(CodeableConcept)",
            "interpretation": "interpretation",
            "category": "category",
            "bodySite": "bodySite",
        },
        days=_days(
            Day("effective", (DATE_TIME, INSTANT, PERIOD)),
            Day("issued", (INSTANT,)),
        ),
    ),
    "Condition": Shape(
        words=(),
        concepts=("clinicalStatus", "verificationStatus"),
        coded={"category": "category", "bodySite": "bodySite"},
        days=_days(
            Day("onset", (DATE_TIME, PERIOD)),
            Day("recordedDate", (DATE_TIME,)),
            Day("abatement", (DATE_TIME, PERIOD)),
        ),
    ),
    "Procedure": Shape(
        coded={**_CATEGORY, "bodySite": "bodySite"},
        days=_days(Day("performed", (DATE_TIME, PERIOD))),
    ),
    "DiagnosticReport": Shape(
        coded={"category": "category", "conclusionCode": "conclusionCode"},
        days=_days(Day("effective", _EFFECTIVE), Day("issued", (INSTANT,))),
    ),
    "MedicationRequest": Shape(
        concept=_MEDICATION,
        words=_ORDERED,
        coded=_CATEGORY,
        days=_days(Day("authoredOn", (DATE_TIME,))),
    ),
    "MedicationStatement": Shape(
        concept=_MEDICATION,
        coded=_CATEGORY,
        days=_days(Day("effective", _EFFECTIVE), Day("dateAsserted", (DATE_TIME,))),
    ),
    "MedicationAdministration": Shape(
        concept=_MEDICATION,
        coded=_CATEGORY,
        days=_days(Day("effective", _EFFECTIVE)),
    ),
    "ServiceRequest": Shape(
        words=_ORDERED,
        coded={**_CATEGORY, "bodySite": "bodySite"},
        days=_days(Day("authoredOn", (DATE_TIME,)), _OCCURRENCE),
    ),
    "DeviceRequest": Shape(
        concept="code.ofType(CodeableConcept)",
        words=_ORDERED,
        coded={"reasonCode": "reasonCode"},
        days=_days(Day("authoredOn", (DATE_TIME,)), _OCCURRENCE),
    ),
    "Claim": Shape(
        patient="patient.getReferenceKey(Patient)",
        concept="productOrService",
        each="item",
        words=("status", "use"),
        coded={"placeOfService": "location.ofType(CodeableConcept)", "bodySite": "bodySite"},
        days=_days(Day("created", (DATE_TIME,))),
    ),
    "Coverage": Shape(
        patient="beneficiary.getReferenceKey(Patient)", days=_days(Day("period", (PERIOD,)))
    ),
    "QuestionnaireResponse": Shape(days=_days(Day("authored", (DATE_TIME,)))),
}
"""The resources of FHIR R4 (4.0.1) that rules may name."""

END: Mapping[str, str] = {"Condition": "abatement", "Coverage": "period"}
"""The field that says when a state ended; of Coverage, the end of the period."""
