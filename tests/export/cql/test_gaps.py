"""
What another engine reads otherwise than our chart, declared with the reason; and what it reads too.

Each case is a record; the engine's answer to one element must differ from ours where a gap is
declared. A declared gap that starts to work fails here, so the list stays true.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from multifidus.chart.derive import Plan
from multifidus.core.coding import OWN_SYSTEM
from multifidus.core.resource import QUESTIONNAIRE
from multifidus.export.cql import cql
from multifidus.export.cql.machinery import DEEPEST_ITEM
from tests.conformance.engines import Word
from tests.export.cql.drawn import asking, compared, derived, dictionary
from tests.export.cql.engine import Asked, Job, run
from tests.export.cql.facts import PATIENT, bundle_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Json = dict[str, Any]

pytestmark = pytest.mark.system

ON = date(2026, 3, 1)
OPIOID = {"coding": [{"system": "http://www.whocc.no/atc", "code": "N02AA01"}]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Whose limit it is that a record is read otherwise, and why."""

    word: Word
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A record that speaks of one element."""

    element: str
    bundle: Json
    gap: Gap | None = None


def order(reference: str, **more: Any) -> Json:  # noqa: ANN401  fields of a resource
    return {
        "resourceType": "MedicationRequest",
        "id": "order",
        "status": "active",
        "intent": "order",
        "subject": PATIENT,
        "authoredOn": "2026-02-01",
        "medicationReference": {"reference": reference},
        **more,
    }


def medication(name: str) -> Json:
    return {"resourceType": "Medication", "id": name, "code": OPIOID}


def with_url(bundle: Json, url: str) -> Json:
    """Give the last resource of a bundle a URL, and no other name."""
    bundle["entry"][-1]["fullUrl"] = url
    return bundle


def answered(depth: int) -> Json:
    """Answer at some depth in groups."""
    item: Json = {"linkId": "pregnant", "answer": [{"valueBoolean": False}]}
    for _ in range(depth - 1):
        item = {"linkId": "group", "item": [item]}
    return {
        "resourceType": "QuestionnaireResponse",
        "id": "answers",
        "questionnaire": f"{QUESTIONNAIRE}low-back-pain",
        "status": "completed",
        "subject": PATIENT,
        "authored": "2026-02-20",
        "item": [item],
    }


def version(updated: str, *, said: bool) -> Json:
    return {
        "resourceType": "Observation",
        "id": "one",
        "meta": {"lastUpdated": updated},
        "status": "final",
        "subject": PATIENT,
        "code": {"coding": [{"system": OWN_SYSTEM, "code": "pregnant"}]},
        "effectiveDateTime": "2026-02-01",
        "valueBoolean": said,
    }


CASES: Mapping[str, Read] = {
    "a medication by reference": Read(
        element="medication_classes_tried",
        bundle=bundle_of([order("Medication/m"), medication("m")]),
    ),
    "a medication by address": Read(
        element="medication_classes_tried",
        bundle=bundle_of([order("https://example.org/fhir/Medication/m"), medication("m")]),
    ),
    "a version of a medication": Read(
        element="medication_classes_tried",
        bundle=bundle_of([order("Medication/m/_history/2"), medication("m")]),
    ),
    "an answer as deep as is read": Read(
        element="pregnant", bundle=bundle_of([answered(DEEPEST_ITEM)])
    ),
    "a deeper answer": Read(
        element="pregnant",
        bundle=bundle_of([answered(DEEPEST_ITEM + 1)]),
        gap=Gap(word=Word.NOT_YET_OURS, reason="CQL has no recursion, so the levels are written"),
    ),
    "a contained medication": Read(
        element="medication_classes_tried",
        bundle=bundle_of(
            [order("#m", contained=[{"resourceType": "Medication", "id": "m", "code": OPIOID}])]
        ),
        gap=Gap(word=Word.NOT_YET_THEIRS, reason="cql-exec-fhir gives contained resources no type"),
    ),
    "a medication by `urn:uuid:`": Read(
        element="medication_classes_tried",
        bundle=with_url(bundle_of([order("urn:uuid:5c0e"), medication("m")]), "urn:uuid:5c0e"),
        gap=Gap(word=Word.NOT_YET_THEIRS, reason="CQL does not see the URLs of a bundle's entries"),
    ),
    "two versions of an entry": Read(
        element="pregnant",
        bundle=bundle_of(
            [
                version("2026-02-01T10:00:00Z", said=True),
                version("2026-02-02T10:00:00Z", said=False),
            ]
        ),
        gap=Gap(word=Word.NEVER, reason="an engine is given the current version of each resource"),
    ),
}


@pytest.fixture(scope="module")
def differences() -> Mapping[str, Sequence[str]]:
    """Put every record to both, and say where they differ."""
    policies = {name: asking([each.element], dictionary()) for name, each in CASES.items()}
    asked = {name: Asked(on=ON, bundle=each.bundle) for name, each in CASES.items()}
    jobs = [
        Job(library=cql(policy, dictionary()).content, cases=[asked[name]])
        for name, policy in policies.items()
    ]
    plan = Plan(dictionary())
    return {
        name: compared(0, policy, derived(asked[name], plan), told).differences
        for (name, policy), (told,) in zip(policies.items(), run(jobs), strict=True)
    }


@pytest.mark.parametrize("name", CASES)
def test_a_record_is_read_as_we_read_it_unless_a_gap_is_declared(
    name: str, differences: Mapping[str, Sequence[str]]
) -> None:
    gap = CASES[name].gap
    if gap is None:
        assert [] == list(differences[name])
    else:
        assert differences[name], f"the gap ({gap.word}) is declared, yet it works; remove it"
