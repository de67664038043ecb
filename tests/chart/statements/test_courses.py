"""Courses of treatment, as a record keeps them."""

from __future__ import annotations

from typing import Any

import pytest

from multifidus.chart.fhir import Entry
from multifidus.chart.statements.courses import Course, courses_of
from tests.chart.records import ATC, CPT, SUBJECT, shipped_plan

Resource = dict[str, Any]


def drug(name: str, code: str = "M01AE02", **fields: Any) -> Resource:  # noqa: ANN401  FHIR
    """Give an order of a drug."""
    return {
        "resourceType": "MedicationRequest",
        "id": name.lower(),
        "status": "stopped",
        "intent": "order",
        "subject": SUBJECT,
        "authoredOn": "2025-01-14",
        "medicationCodeableConcept": {
            "coding": [{"system": ATC, "code": code, "display": "shown"}],
            "text": name,
        },
        **fields,
    }


def visit(day: str, code: str = "97110", **fields: Any) -> Resource:  # noqa: ANN401  FHIR
    """Give a visit."""
    return {
        "resourceType": "Procedure",
        "id": f"visit-{day}",
        "status": "completed",
        "subject": SUBJECT,
        "performedDateTime": day,
        "code": {"coding": [{"system": CPT, "code": code}], "text": f"visit, {code}"},
        **fields,
    }


def courses(*resources: Resource) -> tuple[Course, ...]:
    """Find the courses of some resources."""
    entries = [Entry(each, f"{each['resourceType']}/{each['id']}") for each in resources]
    return courses_of(shipped_plan(), entries)


def test_visits_of_one_kind_are_one_course_with_its_first_and_last_day() -> None:
    (course,) = courses(visit("2026-05-12"), visit("2026-02-03", "97161"), visit("2026-03-10"))

    assert ("physical therapy", "Physical therapy", 3) == (course.kind, course.name, course.times)
    assert ("2026-02-03", "2026-05-12") == (str(course.first), str(course.last))
    assert ["Procedure/visit-2026-02-03", "Procedure/visit-2026-03-10"] == [
        each.resource for each in course.provenance
    ][:2]
    assert {"code"} == {each.path for each in course.provenance}


def test_drugs_are_told_apart_by_their_names_in_the_order_of_time() -> None:
    found = courses(
        drug("Naproxen", authoredOn="2025-06-01"),
        drug("Ibuprofen", "M01AE01", authoredOn="2024-01-01"),
        drug("Naproxen", authoredOn="2023-01-01", id="again"),
    )

    assert [("Naproxen", 2), ("Ibuprofen", 1)] == [(each.name, each.times) for each in found]


def test_dose_and_reason_for_stopping_are_told_as_they_are_written() -> None:
    (course,) = courses(
        drug(
            "Naproxen",
            dosageInstruction=[{"text": "500 mg twice a day"}],
            statusReason={"text": "stomach pain"},
        )
    )

    assert ("500 mg twice a day", "stomach pain") == (course.amount, course.stopped)


def test_what_an_entry_does_not_say_stays_empty() -> None:
    bare = drug("Naproxen", dosageInstruction=[{"route": {}}], statusReason={"coding": []})
    del bare["authoredOn"]
    (course,) = courses(bare)

    assert (None, None, "", "") == (course.first, course.last, course.amount, course.stopped)


def test_without_words_a_code_names_a_drug_by_what_it_shows_or_by_itself() -> None:
    shown, bare = drug("x"), drug("y")
    del shown["medicationCodeableConcept"]["text"]
    bare["medicationCodeableConcept"] = {"coding": [{"system": ATC, "code": "M01AE02"}]}

    assert ["shown"] == [each.name for each in courses(shown)]
    assert ["M01AE02"] == [each.name for each in courses(bare)]


def test_a_period_ends_on_its_last_day() -> None:
    (course,) = courses(
        visit("x", performedPeriod={"start": "2026-01-01", "end": "2026-02-01"}, id="period")
        | {"performedDateTime": None}
    )

    assert "2026-02-01" == str(course.last)


@pytest.mark.parametrize("status", ["entered-in-error", "not-done"])
def test_a_visit_that_was_not_counts_for_nothing(status: str) -> None:
    assert () == courses(visit("2026-02-03", status=status))


def test_a_drug_that_was_entered_in_error_counts_for_nothing() -> None:
    assert () == courses(drug("Naproxen", status="entered-in-error"))


@pytest.mark.parametrize(
    "concept",
    [None, {}, {"coding": []}, {"coding": [{"system": CPT, "code": "99999"}]}, {"coding": [{}]}],
)
def test_what_is_no_treatment_of_the_back_is_no_course(concept: object) -> None:
    assert () == courses(
        visit("2026-02-03", code="99999"), {**visit("2026-02-04"), "code": concept}
    )


def test_an_injection_is_a_procedure_of_its_own_name() -> None:
    found = courses(visit("2026-02-03", "62323"), visit("2026-03-03", "64635"))

    assert {("procedure", "visit, 62323"), ("procedure", "visit, 64635")} == {
        (each.kind, each.name) for each in found
    }
