"""
What views do not say of a record that our own reading does, in three words, each with its reason.

*Not yet ours*: the standard could, and the export does not. *Not yet theirs*: the standard or its
runners do not. *Never*: it is no matter for a view. A gap that starts to work fails here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import pytest

from multifidus.chart.derive import gather
from multifidus.chart.fhir import Entry, reference_of
from multifidus.export.view_definition import views
from tests.chart.records import (
    SUBJECT,
    concept,
    dictionary,
    observation,
    patient,
    quantity,
    shipped_plan,
)
from tests.conftest import CHECKOUT
from tests.export.rows import candidates, read, run

if TYPE_CHECKING:
    from pathlib import Path

    from multifidus.chart.fhir import Resource

ATC = "http://www.whocc.no/atc"


class Word(StrEnum):
    """Whose a gap is."""

    NOT_YET_OURS = "not yet ours"
    NOT_YET_THEIRS = "not yet theirs"
    NEVER = "never"


@dataclass(frozen=True)
class Gap:
    """Resources of which our reading says something else than the views do, and why."""

    word: Word
    reason: str
    element: str
    resources: tuple[Resource, ...]


def ordered(**fields: object) -> Resource:
    """Build a prescription."""
    return {
        "resourceType": "MedicationRequest",
        "id": "m1",
        "status": "active",
        "intent": "order",
        "subject": SUBJECT,
        "authoredOn": "2026-01-02",
        **fields,
    }


def scored(**fields: object) -> Resource:
    """Build an index of 44 points."""
    return observation("oswestry_index", id="o1", valueQuantity=quantity(44, "{score}"), **fields)


MEDICATION = {"resourceType": "Medication", "id": "x1", "code": concept(ATC, "N02A")}

GAPS = {
    "a medication in a resource of its own": Gap(
        Word.NOT_YET_OURS,
        "a view reads one resource; it takes a view of Medication and a join",
        "medication_classes_tried",
        (ordered(medicationReference={"reference": "Medication/x1"}), MEDICATION),
    ),
    "a medication contained in its prescription": Gap(
        Word.NOT_YET_THEIRS,
        "the standard asks that contained resources are taken out before a view sees them",
        "medication_classes_tried",
        (ordered(medicationReference={"reference": "#x1"}, contained=[MEDICATION]),),
    ),
    "a patient named by an absolute address": Gap(
        Word.NOT_YET_THEIRS,
        "runners need only follow references of the form `Patient/id`",
        "oswestry_index",
        (scored(subject={"reference": "https://example.org/fhir/Patient/p1"}),),
    ),
    "a patient named by the address of an entry": Gap(
        Word.NOT_YET_THEIRS,
        "runners need only follow references of the form `Patient/id`",
        "oswestry_index",
        (scored(subject={"reference": "urn:uuid:p1"}),),
    ),
    "a version of a resource that a newer one replaces": Gap(
        Word.NEVER,
        "a view sees one version at a time; an export of the current ones has no older ones",
        "oswestry_index",
        (
            scored(meta={"lastUpdated": "2026-01-01T00:00:00Z"}),
            scored(status="entered-in-error", meta={"lastUpdated": "2026-02-01T00:00:00Z"}),
        ),
    ),
}


@pytest.mark.system
@pytest.mark.parametrize("name", GAPS)
def test_a_declared_gap_is_still_one(name: str, tmp_path: Path) -> None:
    """Where views and our reading come to agree, the gap is to be struck out."""
    gap = GAPS[name]
    resources = [patient(), *gap.resources]
    some = {
        view: made
        for view, made in views(dictionary()).content.items()
        if view.startswith(gap.element)
    }
    said = read(dictionary(), some, run(some, resources, tmp_path))
    entries = (
        Entry(each, reference_of(each), "urn:uuid:p1" if each["id"] == "p1" else "")
        for each in resources
    )
    (ours,) = gather(shipped_plan(), entries)
    theirs = candidates(dictionary(), said.get("Patient/p1", []))

    assert theirs != candidates(dictionary(), ours.statements[gap.element]), gap.reason


def test_the_page_tells_every_gap_with_its_word_and_reason() -> None:
    """Who uses the views reads there what they do not say."""
    page = (CHECKOUT / "docs/reference/views.md").read_text("utf-8")

    for gap in GAPS.values():
        assert f"*{gap.word}*" in page
        assert gap.reason in page
