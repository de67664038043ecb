"""Evidence as R4 holds it: a comparison with its numbers, or a question with them in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from multifidus.export.evidence import Effect, Finding, Measure, Report, evidence
from tests.export.publications import ours, said
from tests.export.validator import faults

Resource = dict[str, Any]

COMPARED = Finding(
    id="pain-v-sham",
    title="Pain against sham",
    population="adults",
    treated="stimulation",
    control="sham",
    outcome="pain, 120 d",
    words="-3.3 v -2.4 cm",
    doubt="One trial.",
    effect=Effect(
        value=Decimal("-0.9"),
        low=Decimal("-1.6"),
        high=Decimal("-0.10"),
        unit="cm",
        measure=Measure.MEANS,
        method="as reported",
    ),
    randomised=True,
    certainty="very low",
    judged="very low: starts high (somebody)",
    judged_on=date(2026, 2, 3),
    reports=(
        Report(study="T", citation="A report", doi="10.1000/x", reading="verified"),
        Report(study="U", citation="A poster", doi="", reading="unverified"),
    ),
    clauses=("A", "B1"),
)
ALONE = replace(
    COMPARED,
    id="harms",
    control="",
    effect=None,
    randomised=False,
    certainty="",
    judged="",
    judged_on=None,
)


def one(finding: Finding) -> Resource:
    (told,) = evidence(ours(), findings=(finding,))
    return told


def test_a_comparison_holds_its_difference_and_interval() -> None:
    told = one(COMPARED)
    (estimate,) = told["effectEstimate"]
    (interval,) = estimate["precisionEstimate"]

    assert "EffectEvidenceSynthesis" == told["resourceType"]
    assert (-0.9, -1.6, -0.1) == (estimate["value"], interval["from"], interval["to"])
    assert "absolute-MeanDiff" == estimate["type"]["coding"][0]["code"]
    assert "stimulation minus sham, as reported" == estimate["description"]
    assert "RCT" == told["studyType"]["coding"][0]["code"]
    assert [] == faults(told)


def test_certainty_is_told_with_who_judged_it_and_when() -> None:
    told = one(COMPARED)
    (certainty,) = told["certainty"]

    assert "very-low" == certainty["rating"][0]["coding"][0]["code"]
    assert "2026-02-03" == told["date"]
    assert "Certainty by GRADE: very low: starts high (somebody)." == told["note"][1]["text"]


def test_a_change_without_a_control_is_a_question_with_its_numbers_in_words() -> None:
    told = one(ALONE)

    assert "Evidence" == told["resourceType"]
    assert told["description"].startswith("-3.3 v -2.4 cm. Behind A, B1.")
    assert ["exposureBackground", "exposureVariant", "outcome"] == [
        each["id"] for each in told["contained"]
    ]
    assert ["One trial."] == [each["text"] for each in told["note"]]
    assert "date" not in told
    assert [] == faults(told)


def test_a_comparison_that_nobody_judged_has_no_certainty() -> None:
    told = one(replace(COMPARED, certainty="", judged="", judged_on=None, randomised=False))

    assert "certainty" not in told
    assert "studyType" not in told
    assert [] == faults(told)


def test_a_report_is_cited_with_how_well_it_was_read() -> None:
    first, second = one(COMPARED)["relatedArtifact"]

    assert ("https://doi.org/10.1000/x", "verified") == (
        first["url"],
        said(first, "reading-status"),
    )
    assert "url" not in second
    assert "unverified" == said(second, "reading-status")
