"""What a sentence bears on the patient: other courses of a treatment, claims, conditions, plans."""

from __future__ import annotations

from functools import cache

import pytest

from multifidus.chart.document import Document
from multifidus.chart.prose.notes import Reader
from multifidus.core.quantity import DateRange
from multifidus.library.shelf import shipped

DICTIONARY = "low-back-pain"


@cache
def reader() -> Reader:
    shelf = shipped()
    return Reader(shelf.dictionaries[DICTIONARY], shelf.lexicon(DICTIONARY))


def meant(text: str, element: str) -> list[str]:
    """Write how a document means what it says of an element: `present adequate`."""
    document = Document(name="note", text=text, date=DateRange.parse("2026-03-04"))
    return [
        str(each.assertion) if each.value is None else f"{each.assertion} {each.value}"
        for each in reader().mentions(document)
        if each.element == element
    ]


@pytest.mark.parametrize(
    ("text", "element", "expected"),
    [
        ("PT helped core endurance but pain same.", "physical_therapy_response", "inadequate"),
        ("PT helped his walking, back no different.", "physical_therapy_response", "inadequate"),
        ("Gabapentin helped the leg, the back no better.", "medication_response", "inadequate"),
        ("EMG: L5 multifidus normal at rest, 2+ fibs at L4.", "multifidus_emg", "abnormal"),
        ("PT helped her back pain a lot.", "physical_therapy_response", "adequate"),
    ],
)
def test_a_benefit_gives_way_to_what_follows_in_its_clause(
    text: str, element: str, expected: str
) -> None:
    assert [f"present {expected}"] == meant(text, element)


def test_what_is_told_of_another_time_is_another_answer() -> None:
    text = "PT helped a lot in 2020 but the last round in 2025 was no help."

    assert "present adequate" in meant(text, "physical_therapy_response")


def test_a_treatment_that_helped_somebody_else_is_not_the_patients() -> None:
    assert not meant("She says physical therapy helped her neighbor.", "physical_therapy_response")


@pytest.mark.parametrize(
    "text",
    [
        "I would appreciate your opinion on Mr. A, 57, whom I have followed.",
        "I ask for coverage for my patient, a 57-year-old driver.",
        "Ms. L. is a 57-year-old referred for assessment of possible depression.",
    ],
)
def test_nobody_plans_or_doubts_an_age(text: str) -> None:
    assert ["present 57 years"] == meant(text, "age")


@pytest.mark.parametrize(
    "text",
    ["Her son, aged 30, drives her.", "Had discitis aged 30.", "Menopause: age 50.", "6MWT 240m."],
)
def test_a_number_beside_something_else_is_no_age(text: str) -> None:
    assert [] == [each for each in meant(text, "age") if each.startswith("present")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Plan: recheck PHQ-9 6 wks.", []),
        ("PHQ-9 on 2/24 was 5.", ["present 5 points"]),
        ("PHQ-9 total 8 on 2/27.", ["present 8 points"]),
        ("(1) implant; (2) coping skills; (3) repeat PHQ-9 after surgery.", []),
        ("PHQ-9 was 12 at intake.", ["present 12 points"]),
        ("Send 1) PHQ-9, 2) a letter of the surgeon.", []),
        ("Scores (BMI 30, PHQ-9 12) are on file.", ["present 12 points"]),
    ],
)
def test_a_day_a_span_or_an_items_number_is_no_score(text: str, expected: list[str]) -> None:
    assert expected == [each for each in meant(text, "phq_9") if each.startswith("present")]


@pytest.mark.parametrize(
    "text",
    [
        "F/u with ODI at 6 and 12 months.",
        "3 pain is an 8\n4 Oswestry is in the waiting room\n5 no fever",
        "Follow up with ODI / PHQ-9.",
    ],
)
def test_a_questionnaire_without_its_score_says_nothing(text: str) -> None:
    assert [] == [each for each in meant(text, "oswestry_index") if "present" in each]


def test_a_number_of_the_column_before_is_no_score_of_the_next() -> None:
    assert ["present 50 points"] == meant("VAS form (7d avg) 7.1 cm   ODI 50%", "oswestry_index")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ODI (0-100%):  _56_", "present 56 points"),
        ("Oswestry Disability Index (0-50): __24__", "present 48 points"),
        ("ODI: __56__ %", "present 56 points"),
    ],
)
def test_an_answer_may_stand_on_the_line_of_a_form(text: str, expected: str) -> None:
    assert [expected] == meant(text, "oswestry_index")


@pytest.mark.parametrize(
    ("text", "element"),
    [
        ("Per guideline, failed PT and medication are required.", "physical_therapy_response"),
        (
            "The device is approved for adults with back pain who have failed physical therapy.",
            "physical_therapy_response",
        ),
        (
            "We cover it when ALL of the following are met:\n 1. No prior lumbar surgery\n",
            "prior_lumbar_surgery",
        ),
        (
            "Our policy covers this implant only after physical therapy has failed.",
            "physical_therapy_response",
        ),
        (
            "You may send a letter of a surgeon that surgery is not indicated.",
            "spine_surgery_indicated",
        ),
        ("The reviewer argued that the patient has radiculopathy.", "radiculopathy"),
        ("Call the implant team for fever or other infection before surgery.", "active_infection"),
        ("We'd want a normal neuro exam in person.", "neurological_deficit"),
        (
            'The insurer\'s reasons and our answers:\n1) "Radiculopathy is present." It is not.\n',
            "radiculopathy",
        ),
        ('Expect: "stenosis on MRI" from the reviewer', "spinal_stenosis"),
        (
            "The records do not show that:\n- surgery is not indicated\n",
            "spine_surgery_indicated",
        ),
        ("Provided there is no infection we go ahead.", "active_infection"),
        ("May benefit from RFA.", "facet_ablation_since"),
        ("We need documentation of: failed physical therapy.", "physical_therapy_response"),
        ("Will need: 1) clearance, 2) neg pregnancy test, 3) a letter.", "pregnant"),
        ("Start antibiotics only if the culture shows infection.", "active_infection"),
        ("They want to put a spinal cord stimulator in.", "active_implant"),
        ("Treatment options: epidural, RFA, spinal cord stimulator.", "active_implant"),
        ("She watched a video about spinal stenosis.", "spinal_stenosis"),
    ],
)
def test_criteria_claims_and_conditions_are_not_the_patients(text: str, element: str) -> None:
    assert not [each for each in meant(text, element) if each.startswith(("present ", "negated "))]


def test_what_may_be_stopped_with_a_bridge_is_not_said_to_be_never_stopped() -> None:
    text = "Warfarin cannot be interrupted without bridging."

    assert not meant(text, "anticoagulation_cannot_be_stopped")


def test_what_could_not_be_done_is_not_denied() -> None:
    assert ["present True"] == meant("MRI could not be done (pacemaker).", "active_implant")


@pytest.mark.parametrize(
    ("text", "element", "expected"),
    [
        (
            "She has tried what your policy asks for. Physical therapy gave no relief.",
            "physical_therapy_response",
            "present inadequate",
        ),
        (
            "He meets the criteria of your policy: failed physical therapy.",
            "physical_therapy_response",
            "present inadequate",
        ),
        (
            "MRI, images reviewed with pt: fatty infiltration of multifidus.",
            "multifidus_mri",
            "present abnormal",
        ),
        ("Active UTI, new date 6/2 if the culture is clean.", "active_infection", "present True"),
        ("I consider that she has plateaued with PT.", "physical_therapy_response", "inadequate"),
        ("ASSESS: chronic LBP.", "chronic_low_back_pain", "present True"),
        ("May reflect disuse in the setting of chronic LBP.", "chronic_low_back_pain", "True"),
        ("Addicted to opioids? [ ] yes [x] no, my brother was", "opioid_use_disorder", "negated"),
        ("Pacemaker and new leads - possible artifact on ECG.", "active_implant", "present True"),
        ("Discussed with rep: prior L5-S1 fusion.", "prior_lumbar_surgery", "present True"),
    ],
)
def test_what_is_so_of_the_patient_stays_so(text: str, element: str, expected: str) -> None:
    assert any(expected in each for each in meant(text, element)), meant(text, element)


def test_a_plan_that_is_denied_says_nothing_of_the_past() -> None:
    text = "He does not recommend an operation on the lumbar spine."

    assert "negated False" not in meant(text, "prior_lumbar_surgery")


def test_a_treatment_with_a_past_day_is_no_plan() -> None:
    text = "Two blocks, positive, then radiofrequency ablation in February 2024."

    assert any(each.startswith("present") for each in meant(text, "facet_ablation_since"))


@pytest.mark.parametrize("heading", ["P/", "P:", "PLAN", "Recommendations:"])
def test_below_a_plan_an_injection_is_planned(heading: str) -> None:
    assert ["hypothetical"] == meant(
        f"{heading}\n- L5 epidural injection\n", "spinal_injection_tried"
    )


def test_a_letter_before_a_slash_within_words_is_no_heading() -> None:
    assert ["present True"] == meant("s/p lumbar fusion", "prior_lumbar_surgery")


def test_each_entry_of_a_list_has_its_own_answer() -> None:
    text = "gabapentin 900 (2021): no effect on back\n naproxen (2022): could not tolerate\n"

    assert ["present inadequate", "present unsuitable"] == meant(text, "medication_response")


def test_an_initial_is_no_answer() -> None:
    assert ["present True"] == meant("OUD care stays with Dr. N\n", "opioid_use_disorder")


def test_a_list_of_what_has_resolved_answers_no_line_above_it() -> None:
    text = "8. Presence of cardiac pacemaker\n\nRESOLVED\n1. Pneumonia\n"

    assert ["present True"] == meant(text, "active_implant")


def test_what_disappeared_is_over() -> None:
    text = "In 2016 sciatica on the right, which disappeared afterwards and has not come back."

    assert ["historical"] == meant(text, "radiculopathy")


def test_no_under_contraindications_is_so() -> None:
    text = "Contraindications checklist: other implant - none; OUD - no;"

    assert ["present False"] == meant(text, "opioid_use_disorder")
