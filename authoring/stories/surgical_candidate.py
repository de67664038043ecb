"""A man of 65 years within the label but for one thing: his spine calls for surgery."""

from __future__ import annotations

from authoring import care
from authoring.bundle import Chart, Links, Person
from authoring.promises import ANTHEM, ISASS, LABEL, MP_623, not_met
from authoring.resources import (
    allergy,
    answers,
    at,
    condition,
    encounter,
    finding,
    findings,
    mistakes,
    oswestry,
    preauthorization,
    prescription,
    procedure,
    quantity,
    relative,
    visual_analogue,
)

DAY = "2026-10-05"
EXAMINATION = "2026-07-22"

ORDINARY = (
    *care.team("Placeholder Health", "2020-01-01"),
    *care.checkups(
        1.77,
        (care.KIDNEY, care.CHOLESTEROL, care.SUGAR),
        (
            care.Year("2020-11-17", 146, 88, 64, 84.0, (1.1, 231, 101)),
            care.Year("2021-11-16", 138, 84, 62, 84.6, (1.1, 190, 99)),
            care.Year("2022-11-15", 136, 82, 63, 85.1, (1.2, 184, 103)),
            care.Year("2023-11-14", 134, 82, 61, 85.9, (1.2, 178, 98)),
            care.Year("2024-11-19", 138, 80, 62, 86.2, (1.2, 181, 104)),
            care.Year("2025-11-18", 136, 80, 60, 86.0, (1.3, 176, 102)),
        ),
    ),
    *care.vaccinations(
        care.INFLUENZA, "2020-10-06", "2021-10-05", "2022-10-11", "2023-10-03", "2025-09-30"
    ),
    *care.vaccinations(care.PNEUMOCOCCUS, "2026-03-17"),
    condition("high-blood-pressure", care.HIGH_BLOOD_PRESSURE, "2014", "2020-01-21"),
    condition("high-cholesterol", care.HIGH_CHOLESTEROL, "2016", "2020-01-21"),
    condition("large-prostate", care.LARGE_PROSTATE, "2022", "2022-11-15"),
    prescription("lisinopril", care.LISINOPRIL, "2020-01-21"),
    prescription("atorvastatin", care.ATORVASTATIN, "2020-11-24"),
    prescription("tamsulosin", care.TAMSULOSIN, "2022-11-15"),
    allergy("allergy-dye", "Contrast dye", "2020-01-21"),
)

BACK_PAIN = (
    encounter("2020-07-14", "Low back pain of long standing", care.FAMILY_DOCTOR),
    condition("chronic-pain", care.CHRONIC_PAIN, "2011", "2020-07-14"),
    prescription("naproxen", care.NAPROXEN, "2020-07-14", "stopped"),
    prescription("tramadol", care.TRAMADOL, "2024-02-13", "completed"),
    *care.therapy("2023-01-10", "2023-01-17", "2023-01-24", "2023-02-07", "2023-02-21"),
    procedure("injection", care.FACET_INJECTION, "2025-02-06"),
    oswestry(50, "2023-02-21"),
    encounter(EXAMINATION, "Examination by the surgeon", care.SPINE_DOCTOR),
    condition("slipped-vertebra", care.SLIPPED_VERTEBRA, "2026-06", EXAMINATION),
    condition("unstable-spine", care.UNSTABLE_SPINE, "2026-06", EXAMINATION),
    condition("multifidus-dysfunction", care.MULTIFIDUS, "2026-06", EXAMINATION),
    visual_analogue(7.4, "cm", at(EXAMINATION, "09:15")),
    oswestry(56, at(EXAMINATION, "09:20")),
    finding("multifidus_mri_grade", quantity(3, "{score}"), "2026-06-30"),
    *findings("2026-06-30", multifidus_mri="abnormal", multifidus_mri_level="l5-s1"),
    *findings(
        at(EXAMINATION, "09:30"),
        pain_mechanism="mechanical",
        prone_instability_test="positive",
        medication_response="inadequate",
        physical_therapy_response="inadequate",
        psychological_therapy_response="unsuitable",
        surgical_treatment_response="not-tried",
        spine_surgery_indicated=True,
        spondylolisthesis=True,
    ),
    answers(
        "2026-08-03",
        unable_to_operate_device=False,
        unsuitable_for_implant_surgery=False,
        implanting_facility_qualified=True,
    ),
    *care.request("2026-08-10", DAY),
    preauthorization("2026-08-10", [care.LEAD, care.GENERATOR], DAY, "22"),
)

DOES_NOT_COUNT = (
    # The first would make a conflict of the surgeon's finding; the second comes after the service.
    *mistakes("2026-07-23", spine_surgery_indicated=False),
    *findings("2026-12-01", spine_surgery_indicated=False),
    relative("BRO", care.SLIPPED_VERTEBRA, "2020-01-21"),
    *care.withdrawn_request("2025-03-04", "2026-11-30"),
)

CHART = Chart(
    name="surgical-candidate",
    told="A man of 65 years for whom spine surgery is indicated: not met, whatever else holds.",
    person=Person(given="Morgan", family="Placeholder", gender="male", born="1961-09-17"),
    links=Links.RELATIVE,
    written="2026-08-11",
    resources=(*ORDINARY, *BACK_PAIN, *DOES_NOT_COUNT),
    promises=(
        not_met(ISASS, DAY, "S5"),
        not_met(LABEL, DAY, "I7"),
        # Nobody tried surgery and nobody called it unsuitable, which this policy also asks.
        not_met(MP_623, DAY, "M2.2", "L7"),
        not_met(ANTHEM, DAY, "C7"),
    ),
)
