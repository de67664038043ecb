"""What one resource says: whether it counts, which rule answers, and under which path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from multifidus.core.case import NOT_RECORDED, Absence, Basis, Fact
from tests.chart.records import (
    ATC,
    CONDITION_STATUS,
    CPT,
    INTERPRETATION,
    PLACES,
    VERIFICATION,
    absence,
    coded,
    concept,
    condition,
    entry,
    item,
    observation,
    own,
    quantity,
    response,
    value,
)

if TYPE_CHECKING:
    from tests.chart.records import Resource

TEST = "prone_instability_test"
ODI = "oswestry_index"
SNOMED = "http://snomed.info/sct"


def path_of(found: Fact | Absence) -> str:
    (provenance,) = found.provenance
    return provenance.path


# Whether it counts


@pytest.mark.parametrize(
    "status",
    ["entered-in-error", "cancelled", "registered", "preliminary", "unknown", None, 5, [], {}],
)
def test_an_observation_that_is_not_final_does_not_count(status: object) -> None:
    assert NOT_RECORDED == entry(ODI, observation(ODI, valueInteger=5, status=status))


@pytest.mark.parametrize("code", ["inactive", "remission", "resolved", "unknown"])
def test_a_condition_that_is_not_active_does_not_count(code: str) -> None:
    past = condition("M54.16", clinicalStatus=concept(CONDITION_STATUS, code))

    assert NOT_RECORDED == entry("radiculopathy", past)


@pytest.mark.parametrize(
    "code", ["refuted", "entered-in-error", "unconfirmed", "provisional", "differential"]
)
def test_a_condition_that_is_not_confirmed_does_not_count(code: str) -> None:
    doubtful = condition("M54.16", verificationStatus=concept(VERIFICATION, code))

    assert NOT_RECORDED == entry("radiculopathy", doubtful)


def test_a_condition_without_a_status_counts() -> None:
    plain = condition("M54.16", clinicalStatus=None, verificationStatus=None)

    assert value("radiculopathy", plain) is True


def test_a_status_in_words_only_does_not_count() -> None:
    worded = condition("M54.16", clinicalStatus={"text": "active"})

    assert NOT_RECORDED == entry("radiculopathy", worded)


@pytest.mark.parametrize("day", ["2020-01-01", "2026-12-01"])
def test_a_condition_cannot_be_active_and_have_ended(day: str) -> None:
    both = condition("M54.16", abatementDateTime=day)

    assert ("unreadable", "it is active and has ended") == absence("radiculopathy", both)


@pytest.mark.parametrize(
    "field", [{"abatementString": "last year"}, {"abatementAge": {"value": 40}}]
)
def test_an_end_that_is_not_a_day_is_not_guessed(field: dict[str, object]) -> None:
    ended = condition("M54.16", clinicalStatus=None, **field)

    assert ("unreadable", "its end is not a day") == absence("radiculopathy", ended)


@pytest.mark.parametrize("status", ["not-done", "entered-in-error", "preparation", "stopped"])
def test_a_procedure_that_was_not_done_does_not_count(status: str) -> None:
    therapy = coded(
        "Procedure", status=status, code=concept(CPT, "97110"), performedDateTime="2026-05-01"
    )

    assert NOT_RECORDED == entry("physical_therapy_days", therapy)


@pytest.mark.parametrize("status", ["not-taken", "unknown", "entered-in-error"])
def test_a_medication_that_was_not_taken_does_not_count(status: str) -> None:
    taken = coded(
        "MedicationStatement",
        status=status,
        medicationCodeableConcept=concept(ATC, "N02AA01"),
        effectiveDateTime="2026-05-01",
    )

    assert NOT_RECORDED == entry("medication_classes_tried", taken)
    assert "1 time" == str(value("medication_classes_tried", taken | {"status": "active"}))


@pytest.mark.parametrize(
    ("status", "intent"), [("cancelled", "order"), ("draft", "order"), ("active", "plan")]
)
def test_a_prescription_that_was_not_ordered_does_not_count(status: str, intent: str) -> None:
    prescribed = coded(
        "MedicationRequest",
        status=status,
        intent=intent,
        medicationCodeableConcept=concept(ATC, "N02AA01"),
    )

    assert NOT_RECORDED == entry("medication_classes_tried", prescribed)


def test_family_history_does_not_count() -> None:
    relative = {
        "resourceType": "FamilyMemberHistory",
        "status": "completed",
        "patient": {"reference": "Patient/p1"},
        "condition": [{"code": condition("M54.16")["code"]}],
    }

    assert NOT_RECORDED == entry("radiculopathy", relative)


def test_an_observation_about_somebody_else_does_not_count() -> None:
    mother = observation("pregnant", valueBoolean=True, focus=[{"reference": "Patient/p2"}])

    assert NOT_RECORDED == entry("pregnant", mother)


# Where the answer stands


@pytest.mark.parametrize(
    ("resource", "element", "path"),
    [
        (observation(TEST, valueCodeableConcept=own("positive")), TEST, "valueCodeableConcept"),
        (
            observation(TEST, interpretation=[concept(INTERPRETATION, "POS")]),
            TEST,
            "interpretation",
        ),
        (
            coded(
                "DiagnosticReport",
                status="final",
                code=own("multifidus_mri"),
                effectiveDateTime="2026-05-01",
                conclusionCode=[own("abnormal")],
            ),
            "multifidus_mri",
            "conclusionCode",
        ),
        (condition("M54.16"), "radiculopathy", "code"),
        (condition("M54.50", onsetDateTime="2020-01-01"), "pain_duration", "onset"),
        (observation(ODI, valueQuantity=quantity(40, "%")), ODI, "valueQuantity"),
        (
            coded(
                "MedicationRequest",
                status="active",
                intent="order",
                medicationCodeableConcept=concept(ATC, "N02AA01"),
            ),
            "medication_classes_tried",
            "medicationCodeableConcept",
        ),
        (
            {
                "resourceType": "Coverage",
                "status": "active",
                "beneficiary": {"reference": "Patient/p1"},
            },
            "active_coverage",
            "status",
        ),
        (
            response({"linkId": "all", "item": [item(ODI, valueQuantity=quantity(40, "%"))]}),
            ODI,
            "item[0].item[0].answer[0].valueQuantity",
        ),
    ],
)
def test_a_fact_names_the_field_that_gave_it(resource: Resource, element: str, path: str) -> None:
    found = entry(element, resource)

    assert isinstance(found, Fact)
    assert path == path_of(found)


def test_a_value_and_an_interpretation_may_contradict_each_other() -> None:
    both = observation(
        TEST,
        valueCodeableConcept=own("negative"),
        interpretation=[concept(INTERPRETATION, "POS")],
    )

    assert ("in-conflict", "one entry contradicts itself") == absence(TEST, both)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"valueString": "positive"},
        {"valueCodeableConcept": own("equivocal")},
        # The name of a value set is not a code of it.
        {"interpretation": "finding-positive"},
        {"interpretation": [[concept(INTERPRETATION, "POS")]]},
    ],
)
def test_an_answer_that_is_not_understood_is_told_once(fields: dict[str, object]) -> None:
    found = entry(TEST, observation(TEST, **fields))

    assert isinstance(found, Absence)
    assert "it holds no answer that is understood" == found.detail
    assert "code" == path_of(found)


# Claims and orders


def claim(*items: object, **fields: object) -> Resource:
    return {
        "resourceType": "Claim",
        "status": "active",
        "use": "preauthorization",
        "patient": {"reference": "Patient/p1"},
        "created": "2026-09-01",
        "item": list(items),
        **fields,
    }


def billed(code: str, place: str | None = None) -> Resource:
    service = {"productOrService": concept(CPT, code)}
    return service | ({"locationCodeableConcept": concept(PLACES, place)} if place else {})


def test_a_claim_is_read_item_by_item() -> None:
    asked = claim(billed("99213"), billed("64590", "11"), billed("64555", "24"))

    lead = entry("lead_procedure_requested", asked)
    place = entry("place_of_service", asked)
    assert isinstance(lead, Fact)
    assert isinstance(place, Fact)
    assert (True, "item[2].productOrService") == (lead.value, path_of(lead))
    assert ("ambulatory-surgery-center", "item[2].locationCodeableConcept") == (
        place.value,
        path_of(place),
    )
    assert value("generator_procedure_requested", asked) is True


def test_a_claim_that_names_no_place_says_nothing_of_it() -> None:
    assert NOT_RECORDED == entry("place_of_service", claim(billed("64555")))
    assert "unreadable" == absence("place_of_service", claim(billed("64555", "99")))[0]


@pytest.mark.parametrize("items", [None, {}, "64555", [5, None, "x"], [{"productOrService": 5}]])
def test_a_claim_without_items_says_nothing(items: object) -> None:
    assert NOT_RECORDED == entry("lead_procedure_requested", claim(item=items))


def test_an_order_that_names_no_site_says_nothing_of_it() -> None:
    order = coded(
        "ServiceRequest",
        status="active",
        intent="order",
        code=concept(CPT, "64555"),
        authoredOn="2026-09-10",
    )
    site = observation("stimulation_site", valueCodeableConcept=own("bilateral-l2-medial-branch"))

    assert NOT_RECORDED == entry("stimulation_site", order)
    assert "bilateral-l2-medial-branch" == value("stimulation_site", order, site)
    elsewhere = order | {"bodySite": [concept(SNOMED, "1")]}
    assert "unreadable" == absence("stimulation_site", elsewhere, site)[0]
    there = order | {"bodySite": [own("bilateral-l2-medial-branch")]}
    assert "bodySite" == path_of(entry("stimulation_site", there))


# Dates


@pytest.mark.parametrize(
    ("fields", "day"),
    [
        ({"effectiveDateTime": "2026-09-01T23:30:00-05:00"}, "2026-09-01"),
        ({"effectiveInstant": "2026-09-01T23:30:00Z"}, "2026-09-01"),
        ({"effectivePeriod": {"start": "2026-09-01", "end": "2026-09-09"}}, "2026-09-01"),
        ({"issued": "2026-09-02T00:00:00Z"}, "2026-09-02"),
    ],
)
def test_a_resource_is_dated_by_the_first_field_it_has(fields: dict[str, object], day: str) -> None:
    built = observation(ODI, valueQuantity=quantity(40, "%"), effectiveDateTime=None)
    found = entry(ODI, built | fields)

    assert isinstance(found, Fact)
    assert [day] == [str(each.date) for each in found.provenance]


@pytest.mark.parametrize("day", ["last week", "2026-13-01", "2026-02-30", 20260901, {}, "2026-9-1"])
def test_a_day_that_cannot_be_read_is_not_replaced_by_another(day: object) -> None:
    built = observation(ODI, valueQuantity=quantity(40, "%"), issued="2026-09-02T00:00:00Z")

    assert "unreadable" == absence(ODI, built | {"effectiveDateTime": day})[0]


# Answers


def test_a_person_may_answer_any_element() -> None:
    found = entry(ODI, response(item(ODI, valueQuantity=quantity(40, "%"))))

    assert isinstance(found, Fact)
    assert Basis.ANSWER is found.basis


def test_a_fact_that_the_record_and_a_person_tell_rests_on_the_record() -> None:
    found = entry(
        "spine_surgery_indicated",
        response(item("spine_surgery_indicated", valueBoolean=False)),
        observation("spine_surgery_indicated", valueBoolean=False),
    )

    assert isinstance(found, Fact)
    assert Basis.STRUCTURED is found.basis


def test_answers_inside_answers_are_read() -> None:
    inner = item("spine_surgery_indicated", valueBoolean=False)
    outer = {"linkId": "x", "answer": [{"valueString": "see below", "item": [inner]}]}

    assert "item[0].answer[0].item[0].answer[0].valueBoolean" == path_of(
        entry("spine_surgery_indicated", response(outer))
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "in-progress"},
        {"status": "entered-in-error"},
        {"questionnaire": "https://example.org/Questionnaire/other"},
        {"questionnaire": None},
        {"questionnaire": {"reference": "Questionnaire/isass-2025"}},
        {"subject": {"reference": "Patient/other"}},
        {"item": None},
        {"item": {"linkId": "spine_surgery_indicated"}},
        {"item": [5, {"linkId": "spine_surgery_indicated", "answer": 5}]},
        {"item": [{"linkId": "spine_surgery_indicated", "answer": [5, None]}]},
        {"item": [{"linkId": ["spine_surgery_indicated"], "answer": [{"valueBoolean": True}]}]},
        {"item": [{"linkId": "spine_surgery_indicated"}]},
    ],
)
def test_what_is_not_an_answer_to_an_element_does_not_count(fields: dict[str, object]) -> None:
    answered = response(item("spine_surgery_indicated", valueBoolean=False), **fields)

    assert NOT_RECORDED == entry("spine_surgery_indicated", answered)


def test_an_answer_that_cannot_be_read_says_why() -> None:
    answered = response(item("pain_vas", valueDecimal=7))

    assert ("unreadable", "the value has no unit") == absence("pain_vas", answered)
