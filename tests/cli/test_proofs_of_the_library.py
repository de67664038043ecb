"""What the shipped policies are proved to be to each other: the answers that the project shows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from multifidus.cli import main
from multifidus.cli.status import DONE

DAY = ("--on", "2026-11-28")


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    """Ask, and give the answer for programs."""
    assert DONE == main(["policy", "ask", *words, *DAY, "--format", "json"])
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def test_the_label_does_not_imply_the_pivotal_trial_as_a_patient_of_78_years_shows(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = asked(capsys, "implies", "fda-p190021", "reactiv8-b")
    facts = {each["element"]: each["words"] for each in told["witness"]["facts"]}

    assert told["holds"] is False
    assert "78 years" == facts["age"]


def test_the_pivotal_trial_implies_the_age_clause_of_the_label(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = asked(capsys, "implies", "reactiv8-b", "fda-p190021:I3")

    assert (True, "proved") == (told["holds"], told["outcome"])


@pytest.mark.parametrize(
    ("payer", "premises", "readings"),
    [
        # Neuropathic pain, and a trial stimulation: either is ground enough.
        ("aetna-cpb-0011@2026.1.1", [["P2"], ["P1"]], []),
        # Neuropathic pain, as we read a clause that calls it typical.
        ("medicare-l34328", [["P2"]], ["C3"]),
    ],
)
def test_rules_for_neuropathic_pain_and_the_label_are_impossible_together_on_premises(
    payer: str,
    premises: list[list[str]],
    readings: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = asked(capsys, "can-be-met", payer, "--given", "fda-p190021")
    without, *others = told["parts"]

    assert (False, "proved") == (told["holds"], told["outcome"])
    assert premises == [[each["id"] for each in step["premises"]] for step in told["proof"]]
    assert all(
        each["citations"] and each["reading"] for step in told["proof"] for each in step["premises"]
    )
    assert readings == [each["clause"]["id"] for each in others]
    assert (True, []) == (without["holds"], without["premises"])
    assert ["met", "met"] == [each["answer"] for each in without["witness"]["told"]]


def test_a_policy_that_follows_the_label_can_be_met_with_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ("can-be-met", "anthem-surg-00158@2025.4.16", "--given", "fda-p190021")

    assert asked(capsys, *words)["holds"] is True
