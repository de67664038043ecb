"""
`export.prefill`: an outsider's FHIRPath fills a form in as `chart.derive` reads the record.

Where it gives nothing that `chart.derive` gives, the gap is declared; a declared gap that starts
to work fails the run. It may never give another answer.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from multifidus import Plan, Service, derive
from multifidus.chart.record import read_record
from multifidus.chart.statements.value import read_content
from multifidus.core.case import Fact
from multifidus.core.element import Choice, Filter, Number, Time, YesNo
from multifidus.core.quantity import DateRange, Span
from multifidus.export.prefill import prefill
from multifidus.export.questionnaire import questionnaire
from tests.export.form_runner import FormRun
from tests.export.form_states import DICTIONARY, SERVICE, SHELF, of_every_element

if TYPE_CHECKING:
    from datetime import date

    from multifidus.chart.statements.gather import Chart
    from multifidus.core.case import Case
    from multifidus.core.element import DataElement
    from multifidus.core.quantity import Value

Resource = dict[str, Any]


class Word(StrEnum):
    """Why something is not said."""

    NOT_YET_OURS = "not yet ours"
    NOT_YET_THEIRS = "not yet theirs"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Gap:
    """An element that a form does not fill in, though the record answers it."""

    word: Word
    reason: str


ANSWERED_BEFORE = Gap(Word.NOT_YET_OURS, "the record holds it in answers to an earlier form only")
COUNTED_ENTRIES = Gap(Word.NEVER, "it is counted, and one more answer would be one more entry")
CLAIMS = Gap(Word.NOT_YET_OURS, "a claim says it in its items, each with codes of its own")

ANSWERED = {
    "anthem-candidate.json": ("unable_to_operate_device", "unsuitable_for_implant_surgery"),
    "bmi-38-age-78.json": (
        "shoulder_mobility_limits_use",
        "cognitive_impairment_limits_use",
        "implanting_facility_qualified",
    ),
    "complete-candidate.json": (
        "medication_stable",
        "shoulder_mobility_limits_use",
        "cognitive_impairment_limits_use",
        "active_infection",
        "anticoagulation_cannot_be_stopped",
    ),
    "contradictory-mri.json": ("pregnant", "implanting_facility_qualified"),
    "no-medication-record.json": (
        "unable_to_operate_device",
        "unsuitable_for_implant_surgery",
        "implanting_facility_qualified",
    ),
    "only-time-lacking.json": ("medication_stable", "implanting_facility_qualified"),
    "seventeen-years.json": (
        "unable_to_operate_device",
        "unsuitable_for_implant_surgery",
        "implanting_facility_qualified",
    ),
    "surgical-candidate.json": (
        "unable_to_operate_device",
        "unsuitable_for_implant_surgery",
        "implanting_facility_qualified",
    ),
}
GAPS: dict[tuple[str, str], Gap] = {
    (chart, element): ANSWERED_BEFORE for chart, names in ANSWERED.items() for element in names
}
"""By chart and element."""

WITHOUT_EXPRESSION: dict[str, Gap] = {
    "medication_classes_tried": COUNTED_ENTRIES,
    "physical_therapy_days": COUNTED_ENTRIES,
    "place_of_service": CLAIMS,
}


@dataclass(frozen=True, slots=True)
class Read:
    """A chart, as a record of resources and as our own derivation reads it."""

    resources: tuple[Resource, ...]
    case: Case
    day: date


def charts() -> list[str]:
    """Name the shipped charts that are Bundles: what stands in notes no form can look up."""
    examples = files("multifidus.examples")
    return sorted(
        each.name
        for each in examples.iterdir()
        if each.name.endswith(".json") and each.name != "catalogue.json"
    )


@cache
def read(name: str) -> Read:
    path = Path(str(files("multifidus.examples").joinpath(name)))
    bundle = json.loads(path.read_text(encoding="utf-8"))
    plan = Plan(DICTIONARY)
    chart: Chart
    (chart,) = read_record(plan, [path], lexicon=lambda: SHELF.lexicon("low-back-pain")).charts
    said = chart.service_date()
    resources = tuple(each["resource"] for each in bundle["entry"])
    day = said[0] if said else SERVICE
    return Read(resources, derive(plan, chart, Service(date=day)), day)


def _said(element: DataElement, value: object) -> Resource:
    """Write what a form was filled in with as its answer."""
    match element.answer:
        case YesNo():
            return {"valueBoolean": value}
        case Choice():
            return {"valueCoding": value}
        case Number():
            return {"valueQuantity": value}
        case Time():
            return {"valueDate": value}


def _value(element: DataElement, values: list[object], day: date) -> Value | None:
    (value,) = values
    answer = _said(element, value)
    found, _, problem = read_content(element, answer, "value", DateRange.exactly(day))
    assert "" == problem
    return found


def _alike(one: Value | None, other: Value | None) -> bool:
    if isinstance(one, Span) and isinstance(other, Span):
        return one.since == other.since
    return one == other


@pytest.fixture(scope="module")
def form() -> Resource:
    """Give a form of every element of the dictionary."""
    return questionnaire(of_every_element()).content


@pytest.mark.parametrize("name", charts())
def test_a_form_is_filled_in_as_the_record_is_read(name: str, form: Resource) -> None:
    chart = read(name)
    given = {"serviceDay": [str(chart.day)]}
    filled = FormRun(form, {}, chart.resources, given).filled()

    unfilled = set()
    for element in DICTIONARY.elements.values():
        entry = chart.case.entry(element.name)
        ours = entry.value if isinstance(entry, Fact) else None
        if element.name in filled:
            assert _alike(ours, _value(element, filled[element.name], chart.day)), element.name
        elif ours is not None and element.name not in WITHOUT_EXPRESSION:
            unfilled.add(element.name)
    assert {element for file, element in GAPS if file == name} == unfilled


def test_what_no_expression_fills_in_is_declared() -> None:
    without = {
        each.name: prefill(DICTIONARY, each).because
        for each in DICTIONARY.elements.values()
        if not prefill(DICTIONARY, each).expression
    }

    assert without.keys() == WITHOUT_EXPRESSION.keys()
    assert all(without.values())


def test_a_range_without_end_in_a_unit_is_not_filled_in() -> None:
    weight = replace(
        DICTIONARY.elements["body_mass_index"],
        answer=Number("kg", Decimal(1), Decimal(400)),
        units=("kg", "[lb_av]"),
    )

    assert "" == prefill(DICTIONARY, weight).expression
    assert "no end in the decimal digits" in prefill(DICTIONARY, weight).because


def test_statuses_that_a_rule_names_itself_take_the_place_of_the_others() -> None:
    element = DICTIONARY.elements["scoliosis"]
    condition, observation = element.rules
    early = Filter(field="status", among=("preliminary",))
    named = replace(observation, filters=(early,))

    expression = prefill(DICTIONARY, replace(element, rules=(condition, named))).variables[1]
    assert "status = 'preliminary'" in expression.expression
    assert "'final'" not in expression.expression

    both = replace(element, rules=(condition, observation, named))
    assert "different statuses" in prefill(DICTIONARY, both).because


# What is not certain is asked


OWN = "https://multifidus.org/fhir/CodeSystem/low-back-pain"


def observation(code: str, day: str, **more: object) -> Resource:
    """Make an observation with a code of our own."""
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": OWN, "code": code}]},
        "effectiveDateTime": day,
        **more,
    }


def concept(code: str) -> Resource:
    return {"coding": [{"system": OWN, "code": code}]}


def finding(code: str, day: str, said: str) -> Resource:
    return observation(code, day, valueCodeableConcept=concept(said))


def points(value: float, unit: str = "{score}") -> Resource:
    return {"value": value, "code": unit, "system": "http://unitsofmeasure.org"}


@pytest.mark.parametrize(
    ("element", "record", "expected"),
    [
        # The newest counts, if it is young enough.
        (
            "oswestry_index",
            [
                observation("oswestry-index", "2026-08-01", valueQuantity=points(40)),
                observation("oswestry-index", "2026-09-01T09:00:00Z", valueQuantity=points(30)),
            ],
            30,
        ),
        (
            "oswestry_index",
            [observation("oswestry-index", "2026-07-05", valueQuantity=points(40))],
            40,
        ),
        (
            "oswestry_index",
            [observation("oswestry-index", "2026-07-04", valueQuantity=points(40))],
            None,
        ),
        # Two of one day that differ, a day that is known to the month, a number out of range.
        (
            "oswestry_index",
            [
                observation("oswestry-index", "2026-09-01", valueQuantity=points(40)),
                observation("oswestry-index", "2026-09-01", valueQuantity=points(30)),
            ],
            None,
        ),
        (
            "oswestry_index",
            [observation("oswestry-index", "2026-09", valueQuantity=points(40))],
            None,
        ),
        (
            "oswestry_index",
            [observation("oswestry-index", "2026-09-01", valueQuantity=points(400))],
            None,
        ),
        # After the service, and not final.
        (
            "oswestry_index",
            [observation("oswestry-index", "2026-10-06", valueQuantity=points(40))],
            None,
        ),
        (
            "oswestry_index",
            [
                observation("oswestry-index", "2026-09-01", valueQuantity=points(40))
                | {"status": "preliminary"}
            ],
            None,
        ),
        # All have to agree.
        (
            "multifidus_mri",
            [
                finding("multifidus-mri", "2026-01-01", "abnormal"),
                finding("multifidus-mri", "2025-01-01", "normal"),
            ],
            None,
        ),
        (
            "multifidus_mri",
            [
                finding("multifidus-mri", "2026-01-01", "abnormal")
                | {"interpretation": [concept("normal")]},
            ],
            None,
        ),
        # One yes is enough, unless a no of the same day or later speaks against it.
        (
            "scoliosis",
            [
                observation("scoliosis", "2026-01-01", valueBoolean=True),
                observation("scoliosis", "2025-01-01", valueBoolean=False),
            ],
            True,
        ),
        (
            "scoliosis",
            [
                observation("scoliosis", "2026-01-01", valueBoolean=True),
                observation("scoliosis", "2026-01-01", valueBoolean=False),
            ],
            None,
        ),
        ("scoliosis", [observation("scoliosis", "2026-01-01", valueBoolean=False)], False),
        # Silence, where the dictionary says what it means, and where it does not.
        ("treats_post_herpetic_neuralgia", [], False),
        ("scoliosis", [], None),
        # The largest, of one unit.
        (
            "scoliosis_angle",
            [
                observation("scoliosis-angle", "2020-01-01", valueQuantity=points(30, "deg")),
                observation("scoliosis-angle", "2026-01-01", valueQuantity=points(20, "deg")),
            ],
            30,
        ),
        (
            "spinal_canal_diameter",
            [
                observation("spinal-canal-diameter", "2020-01-01", valueQuantity=points(1, "cm")),
                observation("spinal-canal-diameter", "2026-01-01", valueQuantity=points(12, "mm")),
            ],
            None,
        ),
        # A day that stands in a value.
        (
            "medical_management_duration",
            [
                observation("medical-management-duration", "2026-01-01", valueDateTime="2024-03"),
            ],
            "2024-03",
        ),
    ],
)
def test_what_is_not_certain_is_left_to_a_person(
    element: str, record: list[Resource], expected: object, form: Resource
) -> None:
    filled = FormRun(form, {}, record, {"serviceDay": ["2026-10-05"]}).filled()

    found = filled.get(element)
    plain = found[0] if found else None
    assert expected == (plain["value"] if isinstance(plain, dict) else plain)
