"""A rower of 17 years, for whom an adult's criteria hold from her birthday on."""

from __future__ import annotations

from authoring import care
from authoring.bundle import Chart, Links, Person
from authoring.promises import ANTHEM, ISASS, LABEL, MP_623, later, not_met
from authoring.resources import (
    allergy,
    answers,
    condition,
    encounter,
    findings,
    mistaken,
    numeric_rating,
    oswestry,
    phq_9,
    prescription,
    refuted,
    relative,
    report,
    with_status,
)

DAY = "2026-10-05"
BIRTHDAY = "2027-02-14"
EXAMINATION = "2026-08-12"

ORDINARY = (
    *care.team("Testcase Family Plan", "2015-06-01"),
    *care.checkups(
        1.72,
        (care.HEMOGLOBIN,),
        (
            care.Year("2021-02-18", 104, 62, 78, 45.2, (12.6,)),
            care.Year("2022-02-17", 106, 64, 74, 51.0, (12.9,)),
            care.Year("2023-02-16", 110, 66, 70, 56.4, (13.1,)),
            care.Year("2024-02-22", 112, 66, 66, 59.8, (13.0,)),
            care.Year("2025-02-20", 112, 68, 62, 61.5, (13.3,)),
            care.Year("2026-02-19", 114, 68, 60, 62.3, (13.2,)),
        ),
    ),
    *care.vaccinations(care.PAPILLOMA, "2021-02-18", "2021-08-19"),
    *care.vaccinations(care.TETANUS, "2021-02-18"),
    *care.vaccinations(care.MENINGOCOCCUS, "2021-02-18", "2025-02-20"),
    *care.vaccinations(care.INFLUENZA, "2021-11-09", "2022-11-08", "2024-11-12", "2025-11-11"),
    condition("asthma", care.ASTHMA, "2015", "2015-09-08"),
    prescription("salbutamol", care.SALBUTAMOL, "2019-03-05"),
    *care.short_illness(
        "sore-throat", care.SORE_THROAT, ("2022-12-06", "2022-12-16"), care.AMOXICILLIN
    ),
    allergy("allergy-pollen", "Birch pollen", "2016-04-12"),
)

BACK_PAIN = (
    encounter("2025-04-08", "Low back pain since the rowing season", care.FAMILY_DOCTOR),
    condition("back-pain", care.BACK_PAIN, "2024-09", "2025-04-08"),
    prescription("ibuprofen", care.IBUPROFEN, "2025-04-08", "stopped"),
    prescription("diclofenac-gel", care.DICLOFENAC_GEL, "2025-06-10", "stopped"),
    *care.therapy(
        "2025-04-22", "2025-04-29", "2025-05-06", "2025-05-13", "2025-05-27", "2025-06-10"
    ),
    *care.therapy(
        "2026-03-03", "2026-03-10", "2026-03-17", "2026-03-31", "2026-04-14", "2026-04-28"
    ),
    oswestry(30, "2025-04-08"),
    encounter(EXAMINATION, "Second opinion on back pain", care.SPINE_DOCTOR),
    condition("chronic-pain", care.CHRONIC_PAIN, "2024-09", EXAMINATION),
    condition("multifidus-dysfunction", care.MULTIFIDUS, "2026-07", EXAMINATION),
    report("multifidus_mri", "abnormal", "Fat in the multifidus at L5-S1.", "2026-07-28"),
    numeric_rating(6, EXAMINATION),
    oswestry(28, EXAMINATION),
    phq_9(3, EXAMINATION),
    *findings(
        EXAMINATION,
        pain_mechanism="mechanical",
        multifidus_lift_test="positive",
        multifidus_lift_test_level="l5-s1",
        medication_response="inadequate",
        physical_therapy_response="inadequate",
        psychological_therapy_response="inadequate",
        surgical_treatment_response="unsuitable",
        spine_surgery_indicated=False,
    ),
    answers(
        "2026-09-16",
        unable_to_operate_device=False,
        unsuitable_for_implant_surgery=False,
        implanting_facility_qualified=True,
    ),
    *care.request("2026-09-17", DAY),
)

DOES_NOT_COUNT = (
    mistaken(condition("obesity", care.OBESITY, "2025", "2025-02-20")),
    with_status(prescription("tramadol", care.TRAMADOL, "2026-08-12"), "cancelled"),
    refuted(condition("slipped-vertebra", care.SLIPPED_VERTEBRA, "2026-07", "2026-07-28")),
    relative("MTH", care.CHRONIC_PAIN, "2025-04-08"),
)

CHART = Chart(
    name="seventeen-years",
    told="A rower of 17 years with every other criterion met: not met before her 18th birthday.",
    person=Person(given="Riley", family="Testcase", gender="female", born="2009-02-14"),
    links=Links.RELATIVE,
    written="2026-09-18",
    resources=(*ORDINARY, *BACK_PAIN, *DOES_NOT_COUNT),
    promises=(
        later(not_met(ISASS, DAY, "S1"), BIRTHDAY),
        later(not_met(LABEL, DAY, "I3"), BIRTHDAY),
        later(not_met(MP_623, DAY, "L3"), BIRTHDAY),
        later(not_met(ANTHEM, DAY, "C2"), BIRTHDAY),
    ),
)
