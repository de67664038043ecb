"""A woman of 52 years with back pain for ten years, whose chart answers every question."""

from __future__ import annotations

from authoring import care
from authoring.bundle import Chart, Links, Person
from authoring.promises import ANTHEM, EVERY_POLICY, MP_623, met, of_payer, read_otherwise
from authoring.resources import (
    allergy,
    answers,
    condition,
    encounter,
    finding,
    findings,
    mistakes,
    numeric_rating,
    oswestry,
    phq_9,
    preauthorization,
    prescription,
    quantity,
    refuted,
    relative,
    report,
    to,
    visual_analogue,
    with_status,
)

DAY = "2026-10-05"
MRI = "2026-04-21"
EXAMINATION = "2026-08-24"

ORDINARY = (
    *care.team("Example Health Plan", "2019-01-01"),
    *care.checkups(
        1.66,
        (care.KIDNEY, care.CHOLESTEROL, care.THYROID),
        (
            care.Year("2020-03-10", 138, 86, 72, 70.4, (0.8, 214, 5.9)),
            care.Year("2021-03-16", 134, 84, 70, 71.0, (0.8, 208, 3.1)),
            care.Year("2022-03-15", 130, 82, 74, 71.8, (0.9, 201, 2.8)),
            care.Year("2023-03-21", 132, 80, 71, 72.1, (0.8, 196, 2.6)),
            care.Year("2024-03-19", 128, 80, 70, 72.6, (0.9, 199, 2.9)),
            care.Year("2025-03-18", 126, 78, 68, 72.3, (0.9, 193, 2.4)),
            care.Year("2026-03-24", 128, 80, 69, 72.9, (0.9, 195, 2.7)),
        ),
    ),
    *care.vaccinations(
        care.INFLUENZA, "2021-10-12", "2022-10-04", "2023-10-10", "2024-10-08", "2025-10-14"
    ),
    *care.vaccinations(care.TETANUS, "2020-03-10"),
    *care.vaccinations(care.SHINGLES, "2024-03-19", "2024-06-18"),
    condition("high-blood-pressure", care.HIGH_BLOOD_PRESSURE, "2019-02", "2019-02-26"),
    condition("slow-thyroid", care.SLOW_THYROID, "2020-03", "2020-03-17"),
    condition("hay-fever", care.HAY_FEVER, "2004", "2019-02-26"),
    prescription("lisinopril", care.LISINOPRIL, "2019-02-26"),
    prescription("levothyroxine", care.LEVOTHYROXINE, "2020-03-17"),
    prescription("cetirizine", care.CETIRIZINE, "2021-04-06", "completed"),
    *care.short_illness(
        "bronchitis", care.BRONCHITIS, ("2022-01-18", "2022-02-01"), care.AMOXICILLIN
    ),
    allergy("allergy-nuts", "Hazelnuts", "2019-02-26"),
)

BACK_PAIN = (
    encounter("2019-04-09", "Low back pain for three years", care.FAMILY_DOCTOR),
    condition("chronic-pain", care.CHRONIC_PAIN, "2016-03", "2019-04-09"),
    prescription("ibuprofen", care.IBUPROFEN, "2019-04-09", "stopped"),
    prescription("cyclobenzaprine", care.CYCLOBENZAPRINE, "2021-11-02", "stopped"),
    prescription("duloxetine", care.DULOXETINE, "2025-02-11"),
    *care.therapy("2024-05-06", "2024-05-13", "2024-05-20", "2024-06-03", "2024-06-17"),
    *care.therapy("2025-09-08", "2025-09-15", "2025-09-22", "2025-10-06", "2025-10-20"),
    oswestry(48, "2023-06-13"),
    oswestry(46, "2025-10-27"),
    finding("multifidus_mri", "abnormal", MRI),
    finding("multifidus_mri_grade", quantity(2, "{score}"), MRI),
    *findings(MRI, multifidus_mri_scale="goutallier", multifidus_mri_level="l4-l5"),
    {
        **report("multifidus_mri", "abnormal", "Fat in the multifidus at L4-L5, both sides.", MRI),
        "result": [to(f"Observation/multifidus-mri-{MRI}")],
    },
    *findings("2026-05-12", multifidus_emg="abnormal", multifidus_emg_level="l4-l5"),
    encounter(EXAMINATION, "Examination before the request", care.SPINE_DOCTOR),
    condition("multifidus-dysfunction", care.MULTIFIDUS, "2026-04", EXAMINATION),
    numeric_rating(7, EXAMINATION),
    visual_analogue(7.2, "cm", EXAMINATION),
    oswestry(44, EXAMINATION),
    phq_9(6, EXAMINATION),
    *findings(
        EXAMINATION,
        pain_mechanism="mechanical",
        pain_intractable=True,
        leg_pain_dominant=False,
        neurological_deficit=False,
        prone_instability_test="positive",
        prone_instability_test_level="l4-l5",
        multifidus_lift_test="positive",
        multifidus_lift_test_level="l4-l5",
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
        "2026-09-08",
        shoulder_mobility_limits_use=False,
        cognitive_impairment_limits_use=False,
        active_infection=False,
        anticoagulation_cannot_be_stopped=False,
        medication_stable=True,
    ),
    *findings("2026-09-08", implanting_facility_qualified=True),
    *care.request("2026-09-10", DAY),
    preauthorization("2026-09-10", [care.LEAD, care.GENERATOR], DAY, "24"),
)

DOES_NOT_COUNT = (
    # Each of these would change an answer, or open it again, if it counted.
    *mistakes("2026-08-25", spine_surgery_indicated=True, medication_response="adequate"),
    with_status(finding("prone_instability_test", "negative", "2026-08-31"), "preliminary"),
    with_status(report("multifidus_mri", "normal", "First look, not final.", MRI), "preliminary"),
    oswestry(12, "2027-08-24"),
    *care.withdrawn_request("2026-06-02", "2026-11-16"),
    # And these an answer that no shipped policy asks for, or the story of somebody else.
    refuted(condition("nerve-root-pain", care.NERVE_ROOT_PAIN, "2023-05", "2023-05-30")),
    relative("MTH", care.SLIPPED_VERTEBRA, "2019-02-26"),
)

CHART = Chart(
    name="complete-candidate",
    told="A woman of 52 years whose chart answers every question: met under every policy.",
    person=Person(given="Avery", family="Example", gender="female", born="1973-11-08"),
    links=Links.URN,
    written="2026-09-11",
    resources=(*ORDINARY, *BACK_PAIN, *DOES_NOT_COUNT),
    # No reading that was not taken would change an answer either.
    promises=(
        *(read_otherwise(met(policy, DAY), {}) for policy in EVERY_POLICY),
        of_payer("BCBS Alabama", met(MP_623, DAY)),
        of_payer("Anthem", met(ANTHEM, DAY)),
    ),
)
