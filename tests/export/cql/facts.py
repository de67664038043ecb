"""
The facts of a conformance case → a FHIR R4 bundle from which a chart would derive them.

Every second case gives them as observations under the dictionary's own codes, where an element
takes those; the others as a person's answers. An absence becomes what causes it, where that element
can have it: two entries that contradict each other, one that is too old, one that nobody can read.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from multifidus.core.coding import OWN_SYSTEM
from multifidus.core.element import Choice, Content, Number, Pick, Time, YesNo
from multifidus.core.quantity import UCUM_SYSTEM, UNITS, Quantity, anniversary, compare
from multifidus.core.resource import QUESTIONNAIRE
from multifidus.core.truth import Truth
from multifidus.errors import NotExpressible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from multifidus.core.element import DataElement, Dictionary
    from multifidus.core.expression import Compare

Json = dict[str, Any]

PATIENT = {"reference": "Patient/p"}
YEARS_LONG_AGO = 30 * 365

AFTER_THE_SERVICE = NotExpressible.at("record", "a time cannot begin after the service", "none")
WITHOUT_BEGINNING = NotExpressible.at("record", "a time has no length without a day", "none")


def bundle_of(resources: Sequence[Json]) -> Json:
    """Put resources of the patient into a bundle."""
    patient = {"resourceType": "Patient", "id": "p"}
    entries = [{"resource": each} for each in (patient, *resources)]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def record_of(
    facts: Json,
    dictionary: Dictionary,
    on: date,
    *,
    observed: bool,
    comparisons: Sequence[Compare] = (),
) -> Json:
    """
    Make a record that says some facts; `comparisons` are those that will be made of them.

    Raises `NotExpressible` for what no record gives: a time that begins after the service, or one
    whose length is known and whose beginning is not, where a comparison tells the two apart.
    """
    resources: list[Json] = []
    for name, fact in facts.items():
        element = dictionary.elements[name]
        asked = [each for each in comparisons if each.element == name]
        for said, day in _said(element, fact, on, asked):
            number = len(resources)
            if "recordedDate" in said:
                resources.append(_condition(element, said, number))
            elif observed and _takes_observations(element) and "valueString" not in said:
                resources.append(_observation(element, said, day, number))
            else:
                resources.append(_response(element, said, day, number))
    for name, element in dictionary.elements.items():
        if element.silence and facts.get(name, {"absent": "not-recorded"}) == NOT_RECORDED:
            # Of such an element a chart never says that nothing is recorded.
            resources.append(_response(element, UNREADABLE, on, len(resources)))
    return bundle_of(resources)


NOT_RECORDED = {"absent": "not-recorded"}
UNREADABLE = {"valueString": "?"}


def _takes_observations(element: DataElement) -> bool:
    return any(
        rule.own and rule.resource == "Observation" and rule.gives == Content("value")
        for rule in element.rules
    )


def _said(
    element: DataElement, fact: Json, on: date, comparisons: Sequence[Compare]
) -> Iterator[tuple[Json, date]]:
    """Give the values that an element's entries hold, and their days."""
    match fact:
        case {"absent": "not-recorded"}:
            return
        case {"absent": "too-old"} if element.window is not None:
            yield _some(element)[0], on - timedelta(days=YEARS_LONG_AGO)
        case {"absent": "in-conflict"} if element.pick in (Pick.LATEST, Pick.AGREED, Pick.ANY):
            yield from ((each, on) for each in _some(element))
        case {"absent": _}:
            yield UNREADABLE, on
        case _:
            yield _value(element, fact, on, comparisons), on


def _some(element: DataElement) -> tuple[Json, Json]:
    """Give two values that contradict each other."""
    match element.answer:
        case YesNo():
            return {"valueBoolean": True}, {"valueBoolean": False}
        case Choice((first, second, *_)):
            return _coding(first), _coding(second)
        case Number(unit, low, high):
            return _quantity(str(low), unit), _quantity(str(high), unit)
        case _:
            return {"valueDate": "2001-01-01"}, {"valueDate": "2002-02-02"}


def _value(element: DataElement, fact: Json, on: date, comparisons: Sequence[Compare]) -> Json:
    match fact:
        case {"boolean": bool() as value}:
            return {"valueBoolean": value}
        case {"code": str() as code}:
            return _coding(code)
        case {"value": value, "unit": unit} if isinstance(element.answer, Time):
            return {"valueDate": _begun(Quantity(value, unit), on, comparisons).isoformat()}
        case {"value": value, "unit": unit}:
            return _quantity(value, unit)
        case {"since": {"earliest": None, "latest": latest}}:
            return {"recordedDate": latest}
        case {"since": {"earliest": earliest, "latest": latest}}:
            if date.fromisoformat(earliest) > on:
                raise AFTER_THE_SERVICE
            return {"valueDate": _one_date(earliest, latest)}
        case _:
            raise ValueError(fact)


def _coding(code: str) -> Json:
    return {"valueCoding": {"system": OWN_SYSTEM, "code": code}}


def _quantity(value: str, unit: str) -> Json:
    number = float(value) if "." in value else int(value)
    coded = {"value": number, "unit": unit, "system": UCUM_SYSTEM, "code": UNITS[unit].ucum}
    return {"valueQuantity": coded}


def _begun(time: Quantity, on: date, comparisons: Sequence[Compare]) -> date:
    """Find a day from which so much time has passed at the service."""
    for each in comparisons:
        if compare(time, each.operator, each.bound) is Truth.UNKNOWN:
            raise WITHOUT_BEGINNING
    unit = UNITS[time.unit]
    guess = on - timedelta(days=round(float(time.value) * float(unit.size) * DAYS[unit.dimension]))
    near = [guess + timedelta(days=each) for each in range(-3, 4)]
    return next(each for each in near if anniversary(each, int(time.value), time.unit) == on)


DAYS = {UNITS["days"].dimension: 1.0, UNITS["months"].dimension: 30.436875}


def _one_date(earliest: str, latest: str) -> str:
    """Write the days between two as FHIR does: a day, a month or a year."""
    if earliest == latest:
        return earliest
    return earliest[:7] if earliest[:7] == latest[:7] else earliest[:4]


def _observation(element: DataElement, said: Json, day: date, number: int) -> Json:
    coding = said.get("valueCoding")
    value = {"valueCodeableConcept": {"coding": [coding]}} if coding else dict(said)
    if "valueDate" in value:
        value = {"valueDateTime": value["valueDate"]}
    return {
        "resourceType": "Observation",
        "id": f"o{number}",
        "status": "final",
        "subject": PATIENT,
        "code": own_code(element),
        "effectiveDateTime": day.isoformat(),
        **value,
    }


def own_code(element: DataElement) -> Json:
    """Give the concept that the dictionary has for an element."""
    return {"coding": [{"system": OWN_SYSTEM, "code": element.name.replace("_", "-")}]}


def _condition(element: DataElement, said: Json, number: int) -> Json:
    return {
        "resourceType": "Condition",
        "id": f"c{number}",
        "subject": PATIENT,
        "code": own_code(element),
        **said,
    }


def _response(element: DataElement, said: Json, day: date, number: int) -> Json:
    return {
        "resourceType": "QuestionnaireResponse",
        "id": f"q{number}",
        "status": "completed",
        "questionnaire": f"{QUESTIONNAIRE}low-back-pain",
        "subject": PATIENT,
        "authored": day.isoformat(),
        "item": [{"linkId": element.name, "answer": [said]}],
    }
