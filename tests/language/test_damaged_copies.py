"""
Twenty damaged copies of a shipped policy: each damage is found, where it was done.

The damage is a slip that a person may make in an editor. No sound policy comes back from any.
"""

from __future__ import annotations

import pytest

from multifidus.errors import Severity
from multifidus.language.check import check_policy
from multifidus.library.shelf import shipped
from tests.language.small import edited

SHELF = shipped()
PATH = SHELF.folder / "isass-2025" / "policy.md"
TEXT = PATH.read_text(encoding="utf-8")
SOURCES = PATH.with_name("sources.yaml").read_text(encoding="utf-8")

G4_1 = "- **G4.1 Medication.** Pain medication gave inadequate relief."
G4_1_TEST = "`medication_response is inadequate`\n"
X1 = "- **X1 Operation of the system.** The patient is unable to operate the system."
X2 = "- **X2 Implant surgery.** The patient is unsuitable for the implant operation."

DAMAGE: dict[str, tuple[tuple[tuple[str, str], ...], str, str]] = {
    # what was damaged: the edits, words on the line of the report, and the report
    "an indent is lost": (
        ((f"  {G4_1}\n    {G4_1_TEST}", f"{G4_1}\n  {G4_1_TEST}"),),
        "- **G4.1 Medication.**",
        "G4.1 stands beside G4",
    ),
    "an id is dropped": (
        (("- **X2 Implant surgery.** The", "- The"),),
        "- The patient is unsuitable",
        "the item has no id",
    ),
    "an element is unknown": (
        (("  `multifidus_emg is abnormal`", "  `multifidus_egm is abnormal`"),),
        "**S4.4 Electromyography**",
        "unknown name `multifidus_egm`",
    ),
    "a number drifts": (
        (("    `oswestry_index >= 21 points`\n", "    `oswestry_index >= 12 points`\n"),),
        "**S3.2 Disability.**",
        "the test says 12 points, the sentence says 21 points",
    ),
    "a unit is wrong": (
        (("`pain_vas >= 6 cm`\n", "`pain_vas >= 6 points`\n"),),
        "**S3.1.1**",
        "`pain_vas` is measured in cm, not in points",
    ),
    "a source is unknown": (
        (("[@reactiv8-a, abstract]", "[@reactiv8-c, abstract]"),),
        "**S3.1.2**",
        "unknown source `reactiv8-c`",
    ),
    "a citation has no place": (
        (("[@nct02577354, eligibility]", "[@nct02577354]"),),
        "**S2 Duration.**",
        "`nct02577354` is cited without a place",
    ),
    "a connective is missing": (
        (("on one of two scales: **any of**", "on one of two scales."),),
        "**S3.1 Pain**",
        "a list below it, but no connective",
    ),
    "an item has two tests": (
        (("`unable_to_operate_device`", "`unable_to_operate_device` `spine_surgery_indicated`"),),
        X1,
        "the item has more than one test, group or link",
    ),
    "a test is missing": (
        (("  `unsuitable_for_implant_surgery`\n", ""),),
        X2,
        "the item has no test",
    ),
    "a link is broken": (
        (("(#contraindications)", "(#contra-indications)"),),
        "- **X** There is",
        "`#contra-indications` is no section of criteria here",
    ),
    "a section is unlinked": (
        (("- **X** There is [no contraindication](#contraindications).\n", ""),),
        "## Contraindications",
        "no item links to this section",
    ),
    "an option is unknown": (
        (("`pain_mechanism is mechanical`", "`pain_mechanism is mechanic`"),),
        "**G2 Mechanical.**",
        "`pain_mechanism` has no option `mechanic`",
    ),
    "an id stands twice": (
        (("**X2 Implant surgery.**", "**X1 Implant surgery.**"),),
        "**X1 Implant surgery.**",
        "this id stands here twice",
    ),
    "ids are out of order": (
        ((f"{X1}\n  `unable_to_operate_device`\n", ""),
         ("  `unsuitable_for_implant_surgery`\n",
          f"  `unsuitable_for_implant_surgery`\n{X1}\n  `unable_to_operate_device`\n")),
        X1,
        "it stands after a higher number",
    ),
    "a reading lacks the other reading": (
        (("Other reading: `age >= 22 years and age <= 75 years`. ", ""),),
        "**Reading of S1.**",
        "the reading does not give the other reading",
    ),
    "a reading lacks its review": (
        (("`pain_duration > 6 months`. Not yet reviewed by a clinician.",
          "`pain_duration > 6 months`."),),
        "**Reading of S2.**",
        "the reading does not say who reviewed it",
    ),
    "in_force is not a range": (
        (("in_force: 2025-12-28 to open", "in_force: from 2025-12-28"),),
        "in_force:",
        "`in_force` is not a range of days",
    ),
    "a test says is not": (
        (("  `not spine_surgery_indicated`\n", "  `pain_mechanism is not mechanical`\n"),),
        "`pain_mechanism is not mechanical`",
        "`is not` is not in the notation",
    ),
    "a list is numbered": (
        ((f"{X1}\n", f"{X1.replace('- **', '1. **')}\n"),
         (f"{X2}\n", f"{X2.replace('- **', '2. **')}\n")),
        "1. **X1 Operation",
        "a numbered list has no meaning here",
    ),
}  # fmt: skip


def test_there_are_twenty() -> None:
    assert len(DAMAGE) == 20


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_reported_on_its_line_and_no_policy_comes_back(damage: str) -> None:
    edits, words, message = DAMAGE[damage]
    text = edited(TEXT, *edits)

    policy, problems = check_policy(
        text, sources_text=SOURCES, dictionaries=SHELF.dictionaries, file="policy.md"
    )

    lines = text.split("\n")
    [line] = [number for number, each in enumerate(lines, start=1) if words in each]
    errors = [each for each in problems if each.severity is Severity.ERROR]
    assert policy is None
    assert (line, message) in {(each.place.line, each.message) for each in errors}, [
        *map(str, errors)
    ]


def test_the_undamaged_policy_is_sound() -> None:
    policy, problems = check_policy(
        TEXT, sources_text=SOURCES, dictionaries=SHELF.dictionaries, file="policy.md"
    )

    assert policy is not None
    assert () == problems
