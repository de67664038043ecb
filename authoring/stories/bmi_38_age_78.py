"""A woman of 78 years with a body mass index of 38: within the label, outside the pivotal trial."""

from __future__ import annotations

from authoring import care
from authoring.bundle import Chart, Links, Person
from authoring.promises import ANTHEM, ISASS, LABEL, MP_623, met, read_otherwise
from authoring.resources import (
    allergy,
    answers,
    at,
    condition,
    encounter,
    findings,
    mistakes,
    oswestry,
    phq_9,
    preauthorization,
    prescription,
    relative,
    report,
    visual_analogue,
    with_status,
)

DAY = "2026-10-05"
EXAMINATION = "2026-09-09"

ORDINARY = (
    *care.team("Imaginary Senior Plan", "2013-05-01"),
    *care.checkups(
        1.58,
        (care.LONG_TERM_SUGAR, care.KIDNEY, care.CHOLESTEROL),
        (
            care.Year("2020-06-09", 148, 82, 76, 92.4, (7.1, 0.9, 198)),
            care.Year("2021-06-08", 144, 80, 78, 93.0, (7.2, 0.9, 186)),
            care.Year("2022-06-14", 142, 80, 75, 93.8, (7.0, 1.0, 179)),
            care.Year("2023-06-13", 140, 78, 77, 94.6, (7.3, 1.0, 174)),
            care.Year("2024-06-11", 138, 78, 76, 95.3, (7.1, 1.0, 170)),
            care.Year("2025-06-10", 140, 76, 74, 95.1, (7.0, 1.1, 168)),
            care.Year("2026-06-09", 138, 76, 75, 95.4, (7.1, 1.1, 171)),
        ),
    ),
    *care.vaccinations(
        care.INFLUENZA, "2020-09-29", "2021-09-28", "2022-10-04", "2023-10-03", "2025-09-30"
    ),
    *care.vaccinations(care.PNEUMOCOCCUS, "2014-06-10"),
    *care.vaccinations(care.SHINGLES, "2020-06-09", "2020-09-08"),
    condition("diabetes", care.DIABETES, "2009", "2013-06-04"),
    condition("high-blood-pressure", care.HIGH_BLOOD_PRESSURE, "2004", "2013-06-04"),
    condition("obesity", care.OBESITY, "2015", "2025-06-10"),
    condition("worn-knee", care.WORN_KNEE, "2018", "2020-06-09"),
    prescription("metformin", care.METFORMIN, "2013-06-04"),
    prescription("lisinopril", care.LISINOPRIL, "2013-06-04"),
    prescription("atorvastatin", care.ATORVASTATIN, "2017-06-13"),
    allergy("allergy-sulfa", "Sulfa drugs", "2013-06-04"),
)

BACK_PAIN = (
    encounter("2021-02-09", "Low back pain that came slowly", care.FAMILY_DOCTOR),
    condition("chronic-pain", care.CHRONIC_PAIN, "2014", "2021-02-09"),
    condition("muscle-wasting", care.MUSCLE_WASTING, "2023-04", "2023-04-18"),
    prescription("paracetamol", care.PARACETAMOL, "2021-02-09", "completed"),
    prescription("diclofenac-gel", care.DICLOFENAC_GEL, "2022-01-11", "stopped"),
    prescription("duloxetine", care.DULOXETINE, "2024-03-05", "stopped"),
    *care.therapy("2021-03-02", "2021-03-09", "2021-03-16", "2021-03-30"),
    *care.therapy("2024-09-03", "2024-09-10", "2024-09-17", "2024-10-01", "2024-10-15"),
    oswestry(41, "2024-10-15"),
    encounter(EXAMINATION, "Examination before the request", care.SPINE_DOCTOR),
    condition("multifidus-dysfunction", care.MULTIFIDUS, "2023-04", EXAMINATION),
    report("multifidus_mri", "abnormal", "Fat through the multifidus, L3 to S1.", "2026-08-19"),
    *findings("2026-08-19", multifidus_mri_scale="goutallier", multifidus_mri_level="several"),
    visual_analogue(7.1, "cm", at(EXAMINATION, "09:12")),
    oswestry(46, at(EXAMINATION, "09:14")),
    phq_9(4, at(EXAMINATION, "09:18")),
    *findings(
        at(EXAMINATION, "09:25"),
        pain_mechanism="mechanical",
        pain_intractable=True,
        prone_instability_test="positive",
        medication_response="inadequate",
        physical_therapy_response="inadequate",
        psychological_therapy_response="inadequate",
        surgical_treatment_response="unsuitable",
        spine_surgery_indicated=False,
        prior_lumbar_surgery=False,
        unable_to_operate_device=False,
        unsuitable_for_implant_surgery=False,
    ),
    answers(
        "2026-09-11",
        implanting_facility_qualified=True,
        shoulder_mobility_limits_use=False,
        cognitive_impairment_limits_use=False,
    ),
    *care.request("2026-09-14", DAY),
    preauthorization("2026-09-14", [care.LEAD, care.GENERATOR], DAY, "22"),
)

DOES_NOT_COUNT = (
    *mistakes("2026-09-10", unsuitable_for_implant_surgery=True, unable_to_operate_device=True),
    with_status(visual_analogue(2.0, "cm", "2026-09-28"), "cancelled"),
    relative("DAU", care.NERVE_ROOT_PAIN, "2021-02-09"),
    *care.withdrawn_request("2025-01-07", "2026-12-07"),
)

CHART = Chart(
    name="bmi-38-age-78",
    told="A woman of 78 years, body mass index 38 kg/m2: met, outside the trial's limits.",
    person=Person(given="Marion", family="Imaginary", gender="female", born="1948-04-22"),
    links=Links.URN,
    written="2026-09-15",
    resources=(*ORDINARY, *BACK_PAIN, *DOES_NOT_COUNT),
    promises=(
        met(LABEL, DAY),
        # The other reading takes the age limits of the pivotal trial, 22 to 75 years.
        read_otherwise(met(ISASS, DAY), {"S1": "not-met"}),
        read_otherwise(met(ANTHEM, DAY), {"C2": "not-met"}),
        met(MP_623, DAY),
    ),
)
