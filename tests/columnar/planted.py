"""
A population of which the near misses are known because it was made so.

Nothing of `core` or of the tables is asked: who lacks what, and since when pain lasts, is drawn by
chance, and what a near-miss list must say of it follows by the calendar and by counting. What the
steps of isass-2025 ask for is written out here by hand.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from random import Random
from typing import TYPE_CHECKING, Any

from tests.columnar.exports import write

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

ON = date(2026, 10, 5)
OWN = "https://multifidus.org/fhir/CodeSystem/low-back-pain"
ENOUGH = timedelta(days=91)
"""Pain has lasted more than 90 days."""
OF_AGE = 18


def _option(code: str) -> dict[str, Any]:
    return {"valueCoding": {"system": OWN, "code": code}}


def _points(number: int) -> dict[str, Any]:
    return {"valueQuantity": _quantity(number, "{score}")}


def _quantity(number: int, unit: str) -> dict[str, Any]:
    return {"value": number, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}


YES, NO = {"valueBoolean": True}, {"valueBoolean": False}
STEPS: Sequence[dict[str, dict[str, Any]]] = (
    {"chronic_low_back_pain": YES},
    {"pain_mechanism": _option("mechanical")},
    {"multifidus_diagnosis_coded": YES},
    {"medication_response": _option("inadequate")},
    {"physical_therapy_response": _option("inadequate")},
    {"requested_device": _option("restorative-neurostimulator")},
    {"pain_vas": {"valueQuantity": _quantity(8, "cm")}, "pain_nrs": _points(7)},
    {"oswestry_index": _points(44)},
    {
        "multifidus_mri": _option("abnormal"),
        "prone_instability_test": _option("positive"),
        "multifidus_lift_test": _option("positive"),
        "multifidus_emg": _option("abnormal"),
    },
    {"spine_surgery_indicated": NO},
    {"unable_to_operate_device": NO},
    {"unsuitable_for_implant_surgery": NO},
)
"""What each step asks for; one of several elements passes it."""
AGAINST = {"spine_surgery_indicated", "unable_to_operate_device", "unsuitable_for_implant_surgery"}


Way = tuple[str, str, date, tuple[str, ...], tuple[str, ...]]
"""A line of the list: who, the answer, since when, what lacks, and when time alone would do."""


@dataclass(frozen=True, slots=True)
class Planted:
    """One person: what is in the record, and what the list must say."""

    lines: Sequence[tuple[str, str]]
    ways: frozenset[Way]


def planted(folder: Path, *, patients: int, seed: int) -> frozenset[Way]:
    """Write a population as an export, and give its near misses."""
    dice = Random(seed)  # noqa: S311  a draw of persons
    people = [_person(f"p{number:05d}", dice) for number in range(patients)]
    write(folder, (line for each in people for line in each.lines))
    return frozenset(way for each in people for way in each.ways)


def _person(name: str, dice: Random) -> Planted:
    """Draw who lacks how many answers, since when pain lasts, and when somebody comes of age."""
    lacking = dice.sample(STEPS, dice.choice((0, 0, 1, 1, 1, 2, 2, 2, 3, 4)))
    given = {
        element: answer
        for step in STEPS
        if step not in lacking
        for element, answer in [*step.items()]
    }
    alternatives = [tuple(step) for step in lacking]
    days = {"pain_duration": date(2019, 3, 1), "age": date(1970, 6, 1)}
    by_time: dict[str, date] = {}
    turns: list[date] = []
    match dice.choice(
        ("long", "long", "long", "new", "new", "vague", "silent", "young", "against")
    ):
        case "new":
            days["pain_duration"] = ON - timedelta(days=dice.randrange(91))
            turns.append(days["pain_duration"] + ENOUGH)
        case "young":
            birthday = ON + timedelta(days=dice.randrange(1, 700))
            days["age"] = birthday.replace(year=birthday.year - OF_AGE)
            turns.append(birthday)
            if dice.random() < 0.5:  # both at once
                days["pain_duration"] = ON - timedelta(days=dice.randrange(91))
                turns.append(days["pain_duration"] + ENOUGH)
        case "vague":
            # Of pain since some day in July it is not known whether it has lasted 90 days.
            by_time["pain_duration"] = date(2026, 7, 31) + ENOUGH
            alternatives.append(("pain_duration",))
            given["pain_duration"] = {"valueDate": "2026-07"}
        case "silent":
            alternatives.append(("pain_duration",))
            del days["pain_duration"]
        case "against":
            given[dice.choice(sorted(AGAINST))] = YES
            alternatives = [()]  # Nothing passes that step.
        case "long":
            pass
    if "pain_duration" in days and "pain_duration" not in given:
        given["pain_duration"] = {"valueDate": days["pain_duration"].isoformat()}
    lines = tuple(_lines(name, given, days["age"]))
    answer = "not-met" if turns else "more-information"
    since = max(turns, default=ON)
    if not turns and not alternatives:  # met
        return Planted(lines, frozenset())
    ways = frozenset(
        (
            f"Patient/{name}",
            answer,
            since,
            tuple(sorted(way)),
            tuple(str(by_time.get(each, "-")) for each in sorted(way)),
        )
        for way in product(*alternatives)
        if len(way) <= 2
    )
    return Planted(lines, ways)


def _lines(name: str, given: dict[str, dict[str, Any]], birth: date) -> Iterator[tuple[str, str]]:
    patient = {"resourceType": "Patient", "id": name, "birthDate": birth.isoformat()}
    yield "Patient", json.dumps(patient)
    answers = {
        "resourceType": "QuestionnaireResponse",
        "id": f"{name}-answers",
        "status": "completed",
        "questionnaire": "https://multifidus.org/fhir/Questionnaire/isass-2025",
        "subject": {"reference": f"Patient/{name}"},
        "authored": "2026-10-01T09:00:00Z",
        "item": [{"linkId": element, "answer": [answer]} for element, answer in given.items()],
    }
    yield "QuestionnaireResponse", json.dumps(answers)
