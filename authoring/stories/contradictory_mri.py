"""A woman of 58 years; one report of the MRI sees the multifidus wasted, another sees it normal."""

from __future__ import annotations

from authoring import care
from authoring.bundle import Chart, Links, Person
from authoring.promises import ANTHEM, ISASS, LABEL, MP_623, in_conflict, needs
from authoring.resources import (
    allergy,
    answers,
    condition,
    encounter,
    findings,
    mistakes,
    numeric_rating,
    oswestry,
    prescription,
    refuted,
    relative,
    report,
    with_status,
)

DAY = "2026-10-05"
FIRST_LOOK, SECOND_LOOK = "2026-06-02", "2026-08-18"
EXAMINATION = "2026-08-27"

ORDINARY = (
    *care.team("Specimen Mutual", "2018-01-01"),
    *care.checkups(
        1.59,
        (care.CHOLESTEROL, care.HEMOGLOBIN),
        (
            care.Year("2019-05-14", 118, 74, 66, 61.0, (188, 12.9)),
            care.Year("2020-09-22", 120, 76, 68, 61.8, (192, 13.1)),
            care.Year("2021-05-18", 116, 74, 65, 60.9, (195, 12.8)),
            care.Year("2022-05-17", 122, 76, 67, 61.5, (201, 13.0)),
            care.Year("2023-05-16", 120, 78, 66, 62.2, (206, 13.2)),
            care.Year("2024-05-21", 124, 78, 69, 62.7, (203, 13.0)),
            care.Year("2025-05-20", 122, 76, 67, 63.0, (208, 12.7)),
            care.Year("2026-05-19", 124, 78, 68, 62.9, (204, 12.9)),
        ),
    ),
    *care.vaccinations(
        care.INFLUENZA, "2019-10-15", "2020-10-13", "2022-10-18", "2023-10-17", "2025-10-21"
    ),
    *care.vaccinations(care.SHINGLES, "2019-05-14", "2019-08-13"),
    condition("migraine", care.MIGRAINE, "1994", "2018-02-06"),
    condition("reflux", care.REFLUX, "2021", "2021-05-18"),
    prescription("omeprazole", care.OMEPRAZOLE, "2021-05-18"),
    allergy("allergy-penicillin", "Penicillin", "2018-02-06"),
)

BACK_PAIN = (
    encounter("2020-02-25", "Low back pain, worse on bending", care.FAMILY_DOCTOR),
    condition("back-pain", care.BACK_PAIN_UNSTATED, "2019-09", "2022-05-17"),
    condition("chronic-pain", care.CHRONIC_PAIN, "2019-09", "2020-02-25"),
    prescription("ibuprofen", care.IBUPROFEN, "2020-02-25", "stopped"),
    prescription("duloxetine", care.DULOXETINE, "2023-11-28", "stopped"),
    *care.therapy("2020-03-03", "2020-03-10", "2020-06-09", "2020-06-23"),
    *care.therapy(
        "2026-02-03", "2026-02-10", "2026-02-17", "2026-02-24", "2026-03-10", "2026-03-24"
    ),
    encounter(FIRST_LOOK, "MRI of the lumbar spine", care.SPINE_DOCTOR),
    report("multifidus_mri", "abnormal", "The multifidus is wasted from L4 to S1.", FIRST_LOOK),
    report("multifidus_mri", "normal", "The multifidus looks normal at each level.", SECOND_LOOK),
    encounter(EXAMINATION, "Examination before the request", care.SPINE_DOCTOR),
    condition("multifidus-dysfunction", care.MULTIFIDUS, "2026-06", EXAMINATION),
    numeric_rating(6, EXAMINATION),
    oswestry(34, EXAMINATION),
    *findings(
        EXAMINATION,
        pain_mechanism="mechanical",
        medication_response="inadequate",
        physical_therapy_response="inadequate",
        psychological_therapy_response="inadequate",
        surgical_treatment_response="unsuitable",
        spine_surgery_indicated=False,
        unable_to_operate_device=False,
        unsuitable_for_implant_surgery=False,
    ),
    answers("2026-09-01", implanting_facility_qualified=True, pregnant=False),
    *care.request("2026-09-04", DAY),
)

DOES_NOT_COUNT = (
    # Any of these would show the dysfunction, or settle the two reports, if it counted.
    *mistakes(EXAMINATION, prone_instability_test="positive", multifidus_emg="abnormal"),
    *(with_status(each, "cancelled") for each in findings("2026-08-31", multifidus_emg="abnormal")),
    with_status(answers("2026-09-03", multifidus_mri="abnormal"), "stopped"),
    *findings("2027-01-12", multifidus_lift_test="positive"),
    refuted(condition("narrow-canal", care.STENOSIS, "2026", "2026-06-09")),
    relative("SIS", care.MULTIFIDUS, "2026-05-19"),
)

IN_CONFLICT = "multifidus_mri"
OTHER_SIGNS = ("prone_instability_test", "multifidus_lift_test", "multifidus_emg")
OPEN = {
    ISASS: (IN_CONFLICT, *OTHER_SIGNS),
    LABEL: (IN_CONFLICT, *OTHER_SIGNS),
    # Here electromyography stands first, and the lift test counts for the label alone.
    MP_623: ("multifidus_emg", IN_CONFLICT, "prone_instability_test", "multifidus_lift_test"),
    ANTHEM: (IN_CONFLICT, *OTHER_SIGNS),
}

CHART = Chart(
    name="contradictory-mri",
    told="A woman of 58 years with two MRI reports that contradict each other: more information.",
    person=Person(given="Jordan", family="Specimen", gender="female", born="1968-01-30"),
    links=Links.URN,
    written="2026-09-07",
    resources=(*ORDINARY, *BACK_PAIN, *DOES_NOT_COUNT),
    promises=tuple(
        in_conflict(needs(policy, DAY, *elements), IN_CONFLICT) for policy, elements in OPEN.items()
    ),
)
