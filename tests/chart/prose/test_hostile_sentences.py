"""Sentences in which words of the lexicon mean something else, and their neighbors that do not."""

from __future__ import annotations

from functools import cache

import pytest

from multifidus.chart.document import Document
from multifidus.chart.prose.notes import Reader
from multifidus.core.quantity import DateRange
from multifidus.core.wording import Assertion
from multifidus.library.shelf import shipped

NOTHING = (
    "Patient has plateaued in weight loss.",
    "He fails to attend PT.",
    "Failed to attend physiotherapy; rebooked.",
    "PT failed to return our call.",
    "DP and PT pulses weak.",
    "PT 12.1 seconds, INR 1.0.",
    "She failed the driving test despite physical therapy.",
    "He had to stop PT because his insurance ran out.",
    "She could not attend physiotherapy, insurance lapsed.",
    "PT has no openings.",
    "PT noted no change in gait.",
    "PT gave him no exercises.",
    "PT did not aggravate the pain.",
    "PT has not failed.",
    "We cannot say PT has failed.",
    "No response to therapy request.",
    "He is exhausted after physio.",
    "Has not had PT this week.",
    "Oxycodone makes no difference to her mood.",
    "Acetaminophen did not reduce the fever.",
    "Naproxen helps her gout.",
    "He failed to take his medications.",
    "Depression well controlled on duloxetine.",
    "Opioids may cause drowsiness.",
    "Failed urine drug screen for opioids.",
    "Pain medicine referral was helpful.",
    "Not enough oxycodone left.",
    "Failed to attend CBT.",
    "ACT has helped the depression.",
    "Psychology not available here.",
    "Epidural anesthesia was used for the C-section.",
    "No epidural fluid collection.",
    "Triage ESI: 4.",
    "RFA authorization requested 3/2024.",
    "He refused RFA in 2023.",
    "RFA thyroid nodule 2024.",
    "Knee surgery is indicated.",
    "Wound does not need surgery.",
    "Bracing? None is recommended.",
    "Would not operate machinery.",
    "They cannot operate on his back.",
    "She can operate a sewing machine for 10 minutes.",
    "BMI not recorded, BP 120/80.",
    "BMI cutoff 35.",
    "HEP compliance 8/10 for back pain.",
    "PHQ-9 item 9: 0.",
    "Back pain gone for 2 years.",
    "Back pain, mechanical engineer.",
    "Left arm radicular pain.",
    "Grade 2 ankle sprain.",
    "Arm pit positive for rash.",
    "Stenosis of the dialysis fistula.",
    "Boil water advisory.",
    "Osteomyelitis was excluded.",
    "Not trying to become pregnant.",
    "Pregnancy in 2015.",
    "Cannot stop Eliquis copay.",
    "Pacemaker clinic.",
    "Medically cleared for work.",
    "Poor surgical risk for CABG.",
    "Melanoma surgery on back 2017.",
    "L5-S1 fusion consent signed.",
    # For something else than the back, or only the title of what follows.
    "Tramadol was not helpful for her toothache.",
    "Epidural consent signed today.",
    "Scoliosis films were ordered.",
    "Lumbar radiculopathy handout given.",
    "Meds reconciled, no change.",
    # Whether it is so is not said, or asked below a line that leads to a list.
    "Stenosis: see the report",
    "Call us for any of these:\n* new leg weakness\n* wound infection",
    "Neg for: leg edema\nTell us about: pacemaker",
    "Exclusion: stenosis, infection, pregnancy.",
    "Pain scale 0 1 2 3 4 5 6 7 8 9 10",
    # A day to come, somebody else, and what would be.
    "L4-5 fusion on 7/14/2026.",
    "His boss had a lumbar fusion.",
    "Stenosis would be an exclusion.",
)

SAYS: tuple[tuple[str, dict[str, object]], ...] = (
    ("PT gave a clear benefit.", {"physical_therapy_response": "adequate"}),
    ("PT failed to provide relief.", {"physical_therapy_response": "inadequate"}),
    ("Patient has plateaued with PT.", {"physical_therapy_response": "inadequate"}),
    (
        "Had to stop PT because it flared his back pain.",
        {"physical_therapy_response": "unsuitable"},
    ),
    ("Oxycodone makes no difference to her back pain.", {"medication_response": "inadequate"}),
    ("Neurosurgery: no operation indicated.", {"spine_surgery_indicated": False}),
    ("She cannot operate the remote.", {"unable_to_operate_device": True}),
    ("She is pregnant.", {"pregnant": True}),
    ("Radicular pain not present.", {"radiculopathy": False}),
    ("Neither stenosis nor scoliosis was seen.", {"spinal_stenosis": False, "scoliosis": False}),
    ("Negative for: radiculopathy, stenosis", {"radiculopathy": False, "spinal_stenosis": False}),
    ("No evidence of:\n- stenosis\n- fracture", {"spinal_stenosis": False}),
    ("There is no\nstenosis.", {"spinal_stenosis": False}),
    (
        "PIT - positive, MLT - negative",
        {"prone_instability_test": "positive", "multifidus_lift_test": "negative"},
    ),
    (
        "No wound infection (L4-5 fusion 2021).",
        {"active_infection": False, "prior_lumbar_surgery": True},
    ),
    (
        "Tramadol has not been helpful, but he does use ibuprofen.",
        {"medication_response": "inadequate"},
    ),
    ("Teaching: pt demonstrates correct use of the remote.", {"unable_to_operate_device": False}),
    ("Prior lumbar surgery: no prior lumbar surgery", {"prior_lumbar_surgery": False}),
    ("She has radiculopathy and would like a brace.", {"radiculopathy": True}),
    ("(No complications) lumbar stenosis at L3-4.", {"spinal_stenosis": True}),
    ("Meloxicam works for his low back pain.", {"medication_response": "adequate"}),
    ("PIT not done because of a positive SLR.", {}),
)


@cache
def reader() -> Reader:
    shelf = shipped()
    return Reader(shelf.dictionaries["low-back-pain"], shelf.lexicon("low-back-pain"))


def said(sentence: str) -> dict[str, object]:
    """Give what a note of one sentence says of its patient, by element."""
    note = Document(name="note.txt", text=sentence, date=DateRange.parse("2026-05-01"))
    return {
        each.element: each.value
        for each in reader().mentions(note)
        if each.assertion is Assertion.PRESENT
        or (each.assertion is Assertion.NEGATED and each.value is not None)
    }


@pytest.mark.parametrize("sentence", NOTHING)
def test_the_same_words_of_something_else_say_nothing(sentence: str) -> None:
    assert said(sentence) == {}


@pytest.mark.parametrize(("sentence", "answers"), SAYS)
def test_what_is_said_of_the_back_is_still_read(sentence: str, answers: dict[str, object]) -> None:
    assert said(sentence) == answers
