"""Patients, references between resources, and versions of one resource."""

from __future__ import annotations

import tracemalloc
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from multifidus.chart.derive import Chart, Plan, derive, gather
from multifidus.chart.fhir import Address, Entry, reference_of
from multifidus.core.case import NOT_RECORDED, Fact, Service
from multifidus.core.quantity import Quantity
from multifidus.errors import BundleError
from tests.chart.records import (
    ATC,
    CPT,
    MARKER,
    ON,
    absence,
    chart_of,
    coded,
    concept,
    entry,
    item,
    numbered,
    observation,
    own,
    patient,
    quantity,
    response,
    shipped_plan,
    value,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.chart.records import Resource

ODI = "oswestry_index"
DRUGS = "medication_classes_tried"
DIFFER = "two resources with this id differ"


def odi(points: object, **fields: object) -> Resource:
    return observation(ODI, valueQuantity=quantity(points, "%"), **fields)


def charts(entries: Iterable[Entry], *, only: str = "", plan: Plan | None = None) -> list[Chart]:
    return list(gather(plan or shipped_plan(), entries, only=only))


def found_in(chart: Chart) -> object:
    return derive(shipped_plan(), chart, Service(date=ON)).value(ODI)


def problems_of(*resources: Resource) -> str:
    with pytest.raises(BundleError) as caught:
        chart_of(*resources)
    assert MARKER not in str(caught.value)
    return str(caught.value)


# Patients


@pytest.mark.parametrize(
    ("url", "subject"),
    [
        ("", "Patient/p1"),
        ("", "Patient/p1/_history/3"),
        ("", "https://example.org/fhir/Patient/p1"),
        ("https://example.org/fhir/Patient/p1", "https://example.org/fhir/Patient/p1"),
        ("https://example.org/fhir/Patient/p1", "https://example.org/fhir/Patient/p1/_history/2"),
        ("urn:uuid:7f3c", "urn:uuid:7f3c"),
        ("urn:uuid:7f3c", "Patient/p1"),
        ("https://example.org/people/7", "https://example.org/people/7"),
    ],
)
@pytest.mark.parametrize("only", ["", "p1", "Patient/p1"])
def test_a_subject_is_found_by_every_kind_of_reference(url: str, subject: str, only: str) -> None:
    told = odi(40, subject={"reference": subject})
    entries = [Entry(told, "Observation/a"), Entry(patient(), "Patient/p1", url)]

    (chart,) = charts(entries, only=only)

    assert Quantity(40, "points") == found_in(chart)


@pytest.mark.parametrize(
    "subject",
    [
        None,
        "Patient/p1",
        {},
        {"reference": None},
        {"reference": "Patient/p2"},
        {"reference": "Group/p1"},
        {"reference": "#p1"},
        {"display": "p1"},
        [{"reference": "Patient/p1"}],
    ],
)
def test_what_is_not_told_of_the_patient_does_not_count(subject: object) -> None:
    assert NOT_RECORDED == entry(ODI, odi(40, subject=subject))


def test_a_record_without_a_patient_is_no_record() -> None:
    with pytest.raises(BundleError, match="it holds no Patient\n"):
        charts(numbered([odi(40)]))


def test_each_patient_gets_a_chart() -> None:
    record = [
        patient(),
        odi(40),
        patient(id="p2"),
        odi(50, subject={"reference": "Patient/p2"}),
    ]

    found = {chart.patient: found_in(chart) for chart in charts(numbered(record))}
    assert {
        "Patient/p1": Quantity(40, "points"),
        "Patient/p2": Quantity(50, "points"),
    } == found
    (second,) = charts(numbered(record), only="p2")
    assert Quantity(50, "points") == found_in(second)
    with pytest.raises(BundleError, match="it holds no Patient/p3"):
        charts(numbered(record), only="p3")


def test_a_dictionary_that_asks_nothing_of_the_patient_still_knows_them() -> None:
    plan = Plan(shipped_plan().dictionary)
    del plan.lookups["Patient"]

    assert ["Patient/p1"] == [each.patient for each in charts(numbered([patient()]), plan=plan)]
    with pytest.raises(BundleError):
        charts(numbered([patient()]), plan=plan, only="p2")


def test_a_patient_without_an_id_is_known_by_url() -> None:
    told = odi(40, subject={"reference": "urn:uuid:7f3c"})
    nameless = patient()
    del nameless["id"]
    entries = [
        Entry(nameless, reference_of(nameless, "urn:uuid:7f3c"), "urn:uuid:7f3c"),
        Entry(told, "Observation/a"),
    ]

    (chart,) = charts(entries)
    assert ("Patient urn:uuid:7f3c", Quantity(40, "points")) == (chart.patient, found_in(chart))


# Medication by reference


def prescribed(reference: str, **fields: object) -> Resource:
    return coded(
        "MedicationRequest",
        id="m",
        status="active",
        intent="order",
        medicationReference={"reference": reference},
        **fields,
    )


MEDICATION = {"resourceType": "Medication", "id": "d", "code": concept(ATC, "N02AA01")}


@pytest.mark.parametrize(
    ("url", "reference"),
    [
        ("", "Medication/d"),
        ("", "Medication/d/_history/1"),
        ("", "https://example.org/fhir/Medication/d"),
        ("urn:uuid:11", "urn:uuid:11"),
        ("https://example.org/fhir/Medication/d", "https://example.org/fhir/Medication/d"),
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_a_medication_is_found_before_or_after(url: str, reference: str, *, is_first: bool) -> None:
    medication = Entry(MEDICATION, "Medication/d", url)
    request = Entry(prescribed(reference), "MedicationRequest/m")
    both = [medication, request] if is_first else [request, medication]

    (chart,) = charts([*both, Entry(patient(), "Patient/p1")])

    (statement,) = chart.statements[DRUGS]
    assert ("medicationReference", "N02A", "MedicationRequest/m") == (
        statement.path,
        statement.code,
        statement.resource,
    )


@pytest.mark.parametrize("is_first", [True, False])
def test_a_resource_made_of_another_source_cites_that(*, is_first: bool) -> None:
    medication = Entry(MEDICATION, "Medication/d")
    address = Address("summary.xml", "/ClinicalDocument/entry")
    request = Entry(prescribed("Medication/d"), "summary.xml#1", address=address)
    both = [medication, request] if is_first else [request, medication]

    (chart,) = charts([*both, Entry(patient(), "Patient/p1")])

    (statement,) = chart.statements[DRUGS]
    assert address == (statement.resource, statement.path)


def test_a_contained_medication_is_found() -> None:
    contained = [5, {"id": "other"}, {**MEDICATION, "id": "inner"}]

    assert "1 time" == str(value(DRUGS, prescribed("#inner", contained=contained)))
    assert NOT_RECORDED == entry(DRUGS, prescribed("#none", contained=contained))
    assert NOT_RECORDED == entry(DRUGS, prescribed("#inner"))


def test_a_medication_that_is_not_there_says_nothing() -> None:
    assert NOT_RECORDED == entry(DRUGS, prescribed("Medication/gone"))


def test_a_device_is_found_by_reference() -> None:
    system = "https://multifidus.org/fhir/sid/fda-product-code"
    device = {"resourceType": "Device", "id": "d", "type": concept(system, "QLK")}
    request = coded(
        "DeviceRequest", intent="order", codeReference={"reference": "Device/d"}, status="active"
    )

    assert "restorative-neurostimulator" == value("requested_device", request, device)


def test_a_waiting_resource_of_somebody_else_is_not_kept() -> None:
    other = prescribed("Medication/d", subject={"reference": "Patient/p2"})

    (chart,) = charts(numbered([other, patient(), MEDICATION]), only="p1")
    assert not chart.statements[DRUGS]


# Versions


def version(updated: str | None, **fields: object) -> Resource:
    meta = {"meta": {"lastUpdated": updated}} if updated else {}
    return odi(40, id="a", **meta) | fields


V1, V2 = "2026-09-01T10:00:00Z", "2026-09-02T10:00:00Z"
RETRACTIONS: list[Resource] = [
    {"status": "entered-in-error"},
    {"code": own("something_else")},
    {"code": None},
    {"subject": {"reference": "Patient/p2"}},
    {"focus": [{"reference": "Patient/p2"}]},
]


@pytest.mark.parametrize("change", RETRACTIONS)
@pytest.mark.parametrize("only", ["", "p1"])
def test_a_newer_version_retracts_an_older_one_wherever_it_stands(
    change: Resource, only: str
) -> None:
    old, new = version(V1), version(V2, **change)

    for record in ([patient(), old, new], [patient(), new, old]):
        (chart,) = charts(numbered(record), only=only)
        assert found_in(chart) is None


@pytest.mark.parametrize("change", RETRACTIONS)
def test_an_older_version_retracts_nothing(change: Resource) -> None:
    old, new = version(V1, **change), version(V2)

    assert Quantity(40, "points") == value(ODI, old, new)
    assert Quantity(40, "points") == value(ODI, new, old)


def test_the_newest_of_three_versions_counts() -> None:
    versions = [
        version(updated, valueQuantity=quantity(points, "%"))
        for updated, points in ((V1, 10), ("2026-09-03T00:00:00Z", 30), (V2, 20))
    ]

    assert Quantity(30, "points") == value(ODI, *versions)


def test_of_silent_versions_the_newest_is_remembered() -> None:
    silent = [version(each, code=own("other")) for each in (V1, "2026-09-04T00:00:00Z", V2)]

    assert NOT_RECORDED == entry(ODI, *silent, version("2026-09-03T00:00:00Z"))


def test_versions_are_ordered_by_instant_not_by_spelling() -> None:
    # 23:00 in New York is after 01:00 of the next day in London.
    later = version("2026-09-01T23:00:00-05:00", valueQuantity=quantity(50, "%"))

    assert Quantity(50, "points") == value(ODI, later, version("2026-09-02T01:00:00Z"))


def test_a_repeated_resource_counts_once() -> None:
    assert Quantity(40, "points") == value(ODI, version(V1), version(V1), version(V2), version(V1))
    exact = version(None, valueQuantity=quantity(Decimal("40.5"), "%"))
    assert Quantity("40.5", "points") == value(
        ODI, exact, version(None, valueQuantity=quantity(40.5, "%"))
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (None, None),
        (V1, V1),
        (V1, None),
        (None, V1),
        (V1, "yesterday"),
        (V1, "2026-09-02T10:00:00"),
    ],
)
def test_two_resources_of_one_id_that_differ_make_a_record_unreliable(
    one: str | None, other: str | None
) -> None:
    differing = version(other, valueQuantity=quantity(50, "%"))

    assert f"Observation/a: {DIFFER}\n    give each" in problems_of(version(one), differing)
    silent = version(other, code=own("something_else"))
    assert DIFFER in problems_of(version(one), silent)
    assert DIFFER in problems_of(silent, version(one))


def test_two_that_say_nothing_may_share_an_id() -> None:
    retracted = version(None, status="entered-in-error")

    assert NOT_RECORDED == entry(ODI, retracted, version(None, code=own("something_else")))


def test_two_patients_of_one_id_make_a_record_unreliable() -> None:
    assert DIFFER in problems_of(patient(), patient(birthDate="1980-01-01"))


def test_resources_without_an_id_are_kept_apart() -> None:
    found = entry(ODI, odi(40), odi(50))

    assert "in-conflict" == found.reason if not isinstance(found, Fact) else False
    assert 2 == len({each.resource for each in found.provenance})


def test_a_newer_response_replaces_an_older_one() -> None:
    answers = [
        response(item(ODI, valueQuantity=quantity(points, "%")), id="r", meta={"lastUpdated": day})
        for points, day in ((10, V1), (20, V2))
    ]

    assert Quantity(20, "points") == value(ODI, *answers)
    assert Quantity(20, "points") == value(ODI, *reversed(answers))


def test_a_waiting_resource_may_come_twice() -> None:
    twice = [prescribed("Medication/d"), MEDICATION, prescribed("Medication/d")]

    assert "1 time" == str(value(DRUGS, *twice))


# Problems


def test_everything_wrong_is_told_together_up_to_twenty() -> None:
    many = [observation(ODI, id=f"o{number}", context={}) for number in range(30)]

    told = problems_of(*many)
    assert "Observation/o0: `context` is a field of STU3; R4 has `encounter`\n" in told
    assert 20 == told.count("multifidus reads FHIR R4")


def test_a_value_that_is_nested_too_deeply_is_unreadable() -> None:
    deep: object = 1
    for _ in range(400):
        deep = [deep]

    chart = chart_of(odi(40, id="deep") | {"valueQuantity": deep})
    (statement,) = chart.statements[ODI]
    assert statement.value is None
    assert statement.problem


def test_an_order_that_is_nested_too_deeply_is_told() -> None:
    """It waits, packed, for the medication that it refers to."""
    deep: object = 1
    for _ in range(400):
        deep = [deep]
    waiting = {"medicationReference": {"reference": "Medication/late"}, "status": deep}

    told = problems_of(coded("MedicationRequest", id="deep", **waiting))
    assert "MedicationRequest/deep: the resource is nested too deeply\n" in told


# The day of service


def test_a_record_may_say_for_which_day_the_service_is_asked() -> None:
    def order(day: str, **fields: object) -> Resource:
        return coded(
            "ServiceRequest",
            status="active",
            intent="order",
            code=concept(CPT, "64555"),
            occurrenceDateTime=day,
            **fields,
        )

    assert chart_of().service_date() is None
    assert chart_of(order("2026-11")).service_date() is None
    chart = chart_of(order("2026-11-02", id="a"), order("2026-11-01"), order("soon"))
    told = chart.service_date()
    assert told is not None
    assert ("2026-11-02", "ServiceRequest/a") == (str(told[0]), told[1])


def test_a_conflict_names_both_addresses() -> None:
    reason, detail = absence(ODI, odi(40, id="a"), odi(50, id="b"))

    assert ("in-conflict", "2 entries contradict each other") == (reason, detail)


# Room


def lines(count: int) -> Iterable[Entry]:
    yield Entry(patient(), "Patient/p1")
    for number in range(count):
        day = f"2026-{number % 12 + 1:02d}-{number % 28 + 1:02d}T10:00:{number % 60:02d}Z"
        told = odi(number % 100, id=f"{number:032d}", effectiveDateTime=day)
        yield from numbered([told | {"meta": {"lastUpdated": day}, "note": ["x" * 500]}])


def test_a_stream_keeps_what_is_said_and_not_the_resources() -> None:
    """So 200 MB of lines with 600 bytes each stay below 300 MB, whatever they say."""
    count = 5000
    tracemalloc.start()
    try:
        (chart,) = charts(lines(count))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert count == len(chart.statements[ODI])
    assert peak / count < 700
