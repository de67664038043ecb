"""Whatever stands in any field, reading succeeds or says what is wrong, and names no patient."""

from __future__ import annotations

import copy
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from multifidus.chart.derive import derive, gather, with_requested_codes
from multifidus.chart.fhir import read_entries
from multifidus.core.case import Absence, Service
from multifidus.errors import BundleError
from tests.chart.records import (
    ATC,
    CPT,
    ICD,
    INTERPRETATION,
    MARKER,
    ON,
    bundle,
    coded,
    concept,
    condition,
    item,
    observation,
    own,
    patient,
    quantity,
    response,
    shipped_plan,
)

if TYPE_CHECKING:
    from pathlib import Path

Path_ = tuple[str | int, ...]

MEDICATION = {"resourceType": "Medication", "id": "d", "code": concept(ATC, "N02AA01")}
RECORD = bundle(
    patient(identifier=[{"value": MARKER}]),
    observation(
        "oswestry_index",
        id="o1",
        valueQuantity=quantity(40, "%"),
        meta={"lastUpdated": "2026-09-01T00:00:00Z"},
    ),
    observation("pain_duration", id="o2", valueQuantity=quantity(10, "a")),
    observation("prone_instability_test", id="o3", interpretation=[concept(INTERPRETATION, "POS")]),
    observation("multifidus_mri", id="o4", valueCodeableConcept=own("abnormal")),
    observation("pain_vas", id="o5", dataAbsentReason=concept("x", "error")),
    condition("M54.50", "M62.85", id="c", onsetDateTime="2016", abatementDateTime=None),
    condition("M54.16", id="c2", clinicalStatus=None, abatementPeriod={"start": "2027"}),
    coded(
        "Procedure",
        id="t",
        status="completed",
        code=concept(CPT, "97110"),
        performedPeriod={"start": "2026-05-01"},
    ),
    coded(
        "MedicationRequest",
        id="m",
        status="active",
        intent="order",
        medicationReference={"reference": "Medication/d"},
    ),
    coded(
        "MedicationStatement",
        id="n",
        status="active",
        medicationReference={"reference": "#i"},
        contained=[MEDICATION | {"id": "i"}],
    ),
    MEDICATION,
    coded(
        "ServiceRequest",
        id="s",
        status="active",
        intent="order",
        code=concept(CPT, "64555"),
        occurrenceDateTime="2026-11-01",
        bodySite=[own("other")],
    ),
    {
        "resourceType": "Claim",
        "id": "k",
        "status": "active",
        "patient": {"reference": "Patient/p1"},
        "item": [{"productOrService": concept(CPT, "64555")}],
    },
    {
        "resourceType": "Coverage",
        "id": "v",
        "status": "active",
        "beneficiary": {"reference": "Patient/p1"},
        "period": {"end": "2027"},
    },
    response(
        item("oswestry_index", valueQuantity=quantity(40, "%")),
        {"linkId": "g", "item": [item("pain_nrs", valueDecimal=7.5)]},
        id="r",
    ),
)


def places(content: object, at: Path_ = ()) -> list[Path_]:
    """List every place in a document."""
    found = [at]
    if isinstance(content, dict):
        for name, each in content.items():
            found += places(each, (*at, name))
    elif isinstance(content, list):
        for number, each in enumerate(content):
            found += places(each, (*at, number))
    return found


PLACES = places(RECORD)[1:]

# Things that other fields hold, and things that no field should.
ODD: list[Any] = [
    *(None, True, False, 0, -1, 2**63, 10**30, 1e300, -1e-300, 5.99999999999999999999),
    *("", " ", "\x00", "\ud7ff", "\U0010ffff", "2024", "9999-12-31", "0001-01-01", "2024-02-30"),
    *("NaN", "Infinity", "#", "/", "Patient/p1", "Patient/p2", "urn:uuid:x", "entered-in-error"),
    *([], {}, [[]], [None], {"coding": None}, {"coding": [None]}, {"coding": [{"code": {}}]}),
    *({"reference": 5}, {"start": "9999-12-31"}, {"start": {}}, {"value": 1e300, "code": "a"}),
    *({"value": 10**18, "code": "wk"}, {"value": 0, "code": "d", "comparator": None}),
    concept(ICD, "M62.85"),
    own("positive"),
]
ANYTHING = st.sampled_from(ODD) | st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["code", "coding", "system", "value", "reference", "start"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


def planted(content: object) -> object:
    """Put the marker into every text."""
    if isinstance(content, dict):
        return {name: planted(each) for name, each in content.items()}
    if isinstance(content, list):
        return [planted(each) for each in content]
    return f"{MARKER} {content}" if isinstance(content, str) else content


def mutated(changes: list[tuple[Path_, object]]) -> object:
    """Replace values at some places of the record; a place that is gone by then is left alone."""
    record: Any = copy.deepcopy(RECORD)
    for place, new in changes:
        inside = record
        try:
            for step in place[:-1]:
                inside = inside[step]
            inside[place[-1]] = copy.deepcopy(new)
        except (IndexError, KeyError, TypeError):
            continue
    return record


def read(path: Path, record: object, on: date) -> list[str]:
    """Read a record as `check` does; give every message that it led to."""
    path.write_text(json.dumps(record), encoding="utf-8")
    plan = shipped_plan()
    try:
        messages = []
        for chart in gather(plan, read_entries(path)):
            chart.service_date()
            asked = with_requested_codes(plan, chart, ("64555",))
            case = derive(plan, asked, Service(date=on))
            entries = case.entries.values()
            messages += [each.detail for each in entries if isinstance(each, Absence)]
    except BundleError as error:
        return [str(error)]
    return messages


def test_the_record_is_read_before_it_is_changed(tmp_path: Path) -> None:
    messages = read(tmp_path / "a.json", RECORD, ON)

    assert len(messages) < len(shipped_plan().dictionary.elements)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(st.tuples(st.sampled_from(PLACES), ANYTHING), min_size=1, max_size=3),
    on=st.sampled_from([ON, date.min, date.max, date(2024, 2, 29)]),
)
@example(changes=[(("entry", 1, "resource", "valueQuantity", "value"), True)], on=ON)
@example(changes=[(("entry", 2, "resource", "valueQuantity", "value"), 1e300)], on=ON)
@example(changes=[(("entry", 2, "resource", "effectiveDateTime"), "0001-01-01")], on=date.min)
@example(changes=[(("entry", 15, "resource", "item", 0, "answer"), 5)], on=ON)
def test_a_changed_record_is_read_or_told_and_names_no_patient(
    tmp_path: Path, changes: list[tuple[Path_, object]], on: date
) -> None:
    for each in (changes, [(place, planted(new)) for place, new in changes]):
        messages = read(tmp_path / "a.json", mutated(each), on)
        assert not [message for message in messages if MARKER in without_ids(message, each)]


def without_ids(message: str, changes: list[tuple[Path_, object]]) -> str:
    """Leave out a resource's name, which a message may hold: type, id and URL."""
    for place, new in changes:
        if place[-1] in ("id", "resourceType", "fullUrl"):
            message = message.replace(str(new), "")
    return message


@pytest.mark.parametrize("new", ODD, ids=repr)
def test_every_field_may_hold_something_odd(tmp_path: Path, new: object) -> None:
    # Every third place, another third for each thing: the suite should stay quick.
    for place in PLACES[ODD.index(new) % 3 :: 3]:
        read(tmp_path / "a.json", mutated([(place, new)]), ON)
