"""The codes of a record's requests: which count, from where, and of which version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from multifidus.chart.derive import Plan, gather, with_requested_codes
from multifidus.chart.document import Document, ReadDocument
from multifidus.chart.fhir import Entry
from multifidus.library.shelf import shipped

if TYPE_CHECKING:
    from multifidus.chart.statements.requested import RequestedCode

CPT = "http://www.ama-assn.org/go/cpt"
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
PLAN = Plan(shipped().dictionaries["low-back-pain"])
PATIENT = {"resourceType": "Patient", "id": "p"}
ASKED: dict[str, Any] = {
    "resourceType": "ServiceRequest",
    "id": "lead",
    "status": "active",
    "intent": "order",
    "subject": {"reference": "Patient/p"},
    "code": {"coding": [{"system": CPT, "code": "64555"}]},
}


def requested(*resources: dict[str, Any]) -> tuple[RequestedCode, ...]:
    """Gather a record of one patient."""
    entries = [
        Entry(each, f"{each['resourceType']}/{each['id']}", f"urn:uuid:{each['id']}")
        for each in (PATIENT, *resources)
    ]
    (chart,) = gather(PLAN, entries)
    return chart.requested


def codes(*resources: dict[str, Any]) -> list[str]:
    """Give the codes alone."""
    return [each.code for each in requested(*resources)]


def concept(code: str, system: str = ICD) -> dict[str, Any]:
    """Make a CodeableConcept."""
    return {"coding": [{"system": system, "code": code}]}


def test_an_order_counts_by_its_status() -> None:
    """A revoked one, and one entered in error, do not."""
    assert codes(ASKED) == ["64555"]
    assert codes({**ASKED, "status": "revoked"}) == []
    assert codes({**ASKED, "status": "entered-in-error"}) == []


def test_an_order_of_another_patient_does_not_count() -> None:
    """Nor one of nobody."""
    assert codes({**ASKED, "subject": {"reference": "Patient/q"}}) == []
    assert codes({key: each for key, each in ASKED.items() if key != "subject"}) == []


def test_the_reasons_come_first_whether_coded_or_referred_to() -> None:
    """The condition may stand further down the record, under its id or its URL."""
    condition = {
        "resourceType": "Condition",
        "id": "c",
        "subject": {"reference": "Patient/p"},
        "code": concept("M62.85"),
    }
    by_id = {**ASKED, "reasonReference": [{"reference": "Condition/c"}]}
    by_url = {**ASKED, "reasonReference": [{"reference": "urn:uuid:c"}, "no reference", {}]}

    assert codes(by_id, condition) == ["M62.85", "64555"]
    assert codes(by_url, condition) == ["M62.85", "64555"]
    assert codes({**ASKED, "reasonCode": [concept("M54.59")]}) == ["M54.59", "64555"]


def test_a_claim_tells_units_and_modifiers() -> None:
    """And its diagnoses, each with its address."""
    claim = {
        "resourceType": "Claim",
        "id": "claim",
        "status": "active",
        "patient": {"reference": "Patient/p"},
        "diagnosis": [{"sequence": 1, "diagnosisCodeableConcept": concept("M62.85")}],
        "item": [
            {
                "sequence": 1,
                "productOrService": concept("64555", CPT),
                "quantity": {"value": 2},
                "modifier": [concept("RT", CPT), concept("LT", CPT)],
            },
            {"productOrService": concept("64590", CPT), "quantity": {"value": "two"}},
        ],
    }
    diagnosis, lead, generator = requested(claim)

    assert (diagnosis.code, diagnosis.path) == ("M62.85", "diagnosis[0].diagnosisCodeableConcept")
    assert (lead.units, lead.modifiers, lead.path) == (2, ("RT", "LT"), "item[0].productOrService")
    assert (generator.units, generator.modifiers) == (1, ())


def test_of_several_versions_the_newest_counts() -> None:
    """In whichever order they stand; also when it no longer asks."""
    older = {**ASKED, "meta": {"lastUpdated": "2026-01-01T00:00:00Z"}}
    newer = {
        **ASKED,
        "code": concept("64590", CPT),
        "meta": {"lastUpdated": "2026-02-01T00:00:00Z"},
    }
    revoked = {**newer, "status": "revoked", "meta": {"lastUpdated": "2026-03-01T00:00:00Z"}}

    assert codes(older, newer) == codes(newer, older) == ["64590"]
    assert codes(older, newer, revoked) == codes(revoked, newer, older) == []


def test_codes_that_are_asked_for_beside_the_record_join_its_own() -> None:
    """As if the record held an order for them."""
    (chart,) = gather(PLAN, [Entry(PATIENT, "Patient/p"), Entry(ASKED, "ServiceRequest/lead")])
    joined = with_requested_codes(PLAN, chart, ("64590",))

    assert {each.code for each in joined.requested} == {"64555", "64590"}


def test_codes_that_are_asked_for_leave_the_documents_in_the_record() -> None:
    (chart,) = gather(PLAN, [Entry(PATIENT, "Patient/p")])
    chart.documents.append(ReadDocument(Document(name="note.txt", text="Pain."), ()))

    assert chart.documents == with_requested_codes(PLAN, chart, ("64590",)).documents
