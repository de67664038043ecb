"""A man of 35 years whose new pain has lasted 77 days on the day asked for."""

from __future__ import annotations

from authoring import care
from authoring.bundle import Chart, Links, Person
from authoring.promises import ANTHEM, ISASS, LABEL, MP_623, later, met, not_met
from authoring.resources import (
    allergy,
    answers,
    condition,
    encounter,
    findings,
    mistaken,
    numeric_rating,
    oswestry,
    prescription,
    refuted,
    relative,
    report,
    resolved,
)

BEGAN = "2026-07-20"
DAY = "2026-10-05"
PAST_90_DAYS, AFTER_3_MONTHS = "2026-10-19", "2026-10-20"
EXAMINATION = "2026-09-22"

ORDINARY = (
    *care.team("Invented Benefit Fund", "2022-01-01"),
    *care.checkups(
        1.79,
        (care.CHOLESTEROL, care.SUGAR),
        (
            care.Year("2022-03-08", 122, 78, 58, 77.3, (172, 88)),
            care.Year("2023-03-14", 120, 76, 57, 77.9, (175, 90)),
            care.Year("2024-03-12", 124, 78, 59, 78.8, (181, 91)),
            care.Year("2025-03-11", 122, 78, 60, 79.4, (184, 89)),
            care.Year("2026-03-10", 126, 80, 62, 80.2, (188, 93)),
        ),
    ),
    *care.vaccinations(care.INFLUENZA, "2022-10-25", "2023-10-24", "2024-10-29", "2025-10-28"),
    *care.vaccinations(care.TETANUS, "2022-03-08"),
    condition("anxiety", care.ANXIETY, "2020", "2022-03-08"),
    prescription("sertraline", care.SERTRALINE, "2022-03-08"),
    *care.short_illness(
        "bronchitis", care.BRONCHITIS, ("2024-12-03", "2024-12-20"), care.AMOXICILLIN
    ),
    allergy("allergy-bees", "Bee stings", "2022-03-08"),
)

BACK_PAIN = (
    encounter("2026-07-22", "Low back pain for two days", care.FAMILY_DOCTOR),
    condition("back-pain", care.BACK_PAIN, BEGAN, "2026-07-22"),
    prescription("naproxen", care.NAPROXEN, "2026-07-22", "stopped"),
    prescription("cyclobenzaprine", care.CYCLOBENZAPRINE, "2026-08-05", "stopped"),
    *care.therapy(
        "2026-07-29",
        "2026-08-03",
        "2026-08-06",
        "2026-08-10",
        "2026-08-13",
        "2026-08-20",
        "2026-08-27",
        "2026-09-03",
        "2026-09-10",
        "2026-09-17",
    ),
    oswestry(46, "2026-07-29"),
    numeric_rating(8, "2026-07-29"),
    report("multifidus_mri", "abnormal", "The multifidus is thin at L4-L5.", "2026-09-15"),
    encounter(EXAMINATION, "Pain that does not let go", care.SPINE_DOCTOR),
    condition("chronic-pain", care.CHRONIC_PAIN, BEGAN, EXAMINATION),
    condition("multifidus-dysfunction", care.MULTIFIDUS, "2026-09", EXAMINATION),
    numeric_rating(7, EXAMINATION),
    oswestry(42, EXAMINATION),
    *findings(
        EXAMINATION,
        pain_mechanism="mechanical",
        medication_response="inadequate",
        physical_therapy_response="inadequate",
        psychological_therapy_response="inadequate",
        surgical_treatment_response="unsuitable",
        prone_instability_test="positive",
        spine_surgery_indicated=False,
        unable_to_operate_device=False,
        unsuitable_for_implant_surgery=False,
    ),
    answers("2026-09-24", implanting_facility_qualified=True, medication_stable=True),
    *care.request("2026-09-25", DAY),
)

DOES_NOT_COUNT = (
    # Were one of these the beginning of the pain, time would not be lacking.
    resolved(
        condition("back-pain-2019", care.BACK_PAIN_UNSTATED, "2019-02", "2022-03-08"), "2019-04"
    ),
    mistaken(condition("back-pain-typed-2016", care.BACK_PAIN, "2016-07-20", "2026-07-22")),
    refuted(condition("worn-joints", care.WORN_JOINTS, "2018", "2026-09-15")),
    relative("FTH", care.CHRONIC_PAIN, "2022-03-08"),
    oswestry(8, "2027-03-09"),
)

CHART = Chart(
    name="only-time-lacking",
    told="A man of 35 years with everything but the time: not met until 90 days have passed.",
    person=Person(given="Casey", family="Invented", gender="male", born="1990-12-03"),
    links=Links.URN,
    written="2026-09-28",
    resources=(*ORDINARY, *BACK_PAIN, *DOES_NOT_COUNT),
    promises=(
        later(not_met(ISASS, DAY, "S2"), PAST_90_DAYS),
        later(not_met(ISASS, "2026-10-18", "S2"), PAST_90_DAYS),
        met(ISASS, PAST_90_DAYS),
        later(not_met(MP_623, DAY, "M1"), AFTER_3_MONTHS),
        met(MP_623, AFTER_3_MONTHS),
        # Label and payer ask for chronic pain and for no number of days.
        met(LABEL, DAY),
        met(ANTHEM, DAY),
    ),
)
