"""A man of 46 years who took four kinds of pain medication; nobody wrote down what they brought."""

from __future__ import annotations

from authoring import care
from authoring.bundle import Chart, Links, Person
from authoring.promises import EVERY_POLICY, needs
from authoring.resources import (
    allergy,
    answers,
    condition,
    encounter,
    findings,
    mistakes,
    oswestry,
    prescription,
    relative,
    resolved,
    visual_analogue,
    with_status,
)

DAY = "2026-10-05"
EXAMINATION = "2026-09-02"

ORDINARY = (
    *care.team("Invented Insurance", "2021-07-01"),
    *care.checkups(
        1.83,
        (care.LONG_TERM_SUGAR, care.KIDNEY, care.CHOLESTEROL),
        (
            care.Year("2021-08-05", 142, 90, 78, 98.2, (7.4, 1.0, 221)),
            care.Year("2022-08-11", 138, 88, 76, 96.9, (7.0, 1.0, 205)),
            care.Year("2023-08-10", 136, 86, 77, 95.4, (6.8, 1.1, 188)),
            care.Year("2024-08-15", 134, 84, 75, 94.8, (6.7, 1.0, 182)),
            care.Year("2025-08-14", 132, 84, 74, 94.1, (6.9, 1.1, 179)),
            care.Year("2026-08-13", 134, 82, 76, 93.7, (6.8, 1.1, 176)),
        ),
    ),
    *care.vaccinations(care.INFLUENZA, "2022-11-03", "2024-11-07", "2025-11-06"),
    *care.vaccinations(care.TETANUS, "2023-08-10"),
    condition("diabetes", care.DIABETES, "2021-08", "2021-08-12"),
    condition("high-blood-pressure", care.HIGH_BLOOD_PRESSURE, "2021-08", "2021-08-12"),
    condition("sleep-apnea", care.SLEEP_APNEA, "2022", "2022-10-20"),
    prescription("metformin", care.METFORMIN, "2021-08-12"),
    prescription("amlodipine", care.AMLODIPINE, "2021-08-12"),
    prescription("atorvastatin", care.ATORVASTATIN, "2022-08-11"),
    *care.short_illness(
        "sprained-ankle", care.SPRAINED_ANKLE, ("2023-05-22", "2023-07-03"), care.PARACETAMOL
    ),
    allergy("allergy-latex", "Latex", "2021-08-05"),
)

BACK_PAIN = (
    encounter("2022-02-14", "Low back pain since lifting at work", care.FAMILY_DOCTOR),
    condition("back-pain", care.BACK_PAIN, "2021-12", "2022-02-14"),
    prescription("naproxen", care.NAPROXEN, "2022-02-14", "completed"),
    prescription("methocarbamol", care.METHOCARBAMOL, "2022-05-09", "stopped"),
    prescription("diclofenac-gel", care.DICLOFENAC_GEL, "2024-01-22", "stopped"),
    prescription("gabapentin", care.GABAPENTIN, "2025-03-03", "completed"),
    *care.therapy("2022-03-07", "2022-03-14", "2022-03-21", "2022-04-04"),
    *care.therapy("2025-11-03", "2025-11-10", "2025-11-17", "2025-12-01", "2025-12-15"),
    oswestry(52, "2022-02-14"),
    oswestry(40, "2025-12-15"),
    encounter("2025-12-18", "Pain that stays after the second course", care.SPINE_DOCTOR),
    condition("chronic-pain", care.CHRONIC_PAIN, "2021-12", "2025-12-18"),
    *findings("2025-12-18", physical_therapy_response="inadequate", pain_mechanism="mechanical"),
    encounter(EXAMINATION, "Examination before the request", care.SPINE_DOCTOR),
    condition("multifidus-dysfunction", care.MULTIFIDUS, "2025-12", EXAMINATION),
    visual_analogue(68, "mm", EXAMINATION),
    oswestry(38, EXAMINATION),
    *findings(
        EXAMINATION,
        prone_instability_test="positive",
        multifidus_lift_test="positive",
        physical_therapy_response="inadequate",
        psychological_therapy_response="unsuitable",
        surgical_treatment_response="unsuitable",
        spine_surgery_indicated=False,
        scoliosis=False,
    ),
    answers(
        "2026-09-14",
        unable_to_operate_device=False,
        unsuitable_for_implant_surgery=False,
        implanting_facility_qualified=True,
        place_of_service="outpatient-hospital",
    ),
    *care.request("2026-09-15", DAY),
)

DOES_NOT_COUNT = (
    # The one answer that is missing, where it does not count: taken back, and left unfinished.
    *mistakes("2026-09-03", medication_response="inadequate"),
    with_status(answers("2026-09-20", medication_response="inadequate"), "in-progress"),
    with_status(prescription("tramadol", care.TRAMADOL, "2025-06-02"), "cancelled"),
    relative("FTH", care.CHRONIC_PAIN, "2021-08-05"),
    resolved(condition("back-pain-2012", care.BACK_PAIN_UNSTATED, "2012-04", "2022-02-14"), "2012"),
)

CHART = Chart(
    name="no-medication-record",
    told="A man of 46 years with everything but what pain medication brought: more information.",
    person=Person(given="Rowan", family="Sample", gender="male", born="1980-06-21"),
    links=Links.RELATIVE,
    written="2026-09-21",
    resources=(*ORDINARY, *BACK_PAIN, *DOES_NOT_COUNT),
    promises=tuple(needs(policy, DAY, "medication_response") for policy in EVERY_POLICY),
)
