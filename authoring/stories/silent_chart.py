"""A man of 41 years with years of ordinary care and not a word about his back."""

from __future__ import annotations

from authoring import care
from authoring.bundle import Chart, Links, Person
from authoring.promises import ANTHEM, ISASS, LABEL, MP_623, needs
from authoring.resources import (
    allergy,
    answers,
    condition,
    encounter,
    phq_9,
    prescription,
    relative,
)

DAY = "2026-10-05"

ORDINARY = (
    *care.team("Fiction Cooperative", "2019-04-01"),
    *care.checkups(
        1.75,
        (care.CHOLESTEROL, care.SUGAR, care.KIDNEY, care.HEMOGLOBIN),
        (
            care.Year("2020-01-14", 118, 72, 64, 74.1, (179, 92, 0.9, 15.1)),
            care.Year("2021-01-12", 120, 74, 66, 75.0, (183, 94, 0.9, 15.0)),
            care.Year("2022-01-18", 122, 76, 65, 76.2, (190, 95, 1.0, 14.8)),
            care.Year("2023-01-17", 124, 76, 67, 77.5, (197, 97, 1.0, 15.2)),
            care.Year("2024-01-16", 126, 78, 66, 78.0, (205, 96, 0.9, 15.0)),
            care.Year("2025-01-14", 124, 78, 65, 77.8, (198, 98, 1.0, 14.9)),
            care.Year("2026-01-13", 122, 76, 64, 77.1, (192, 95, 1.0, 15.1)),
        ),
    ),
    *care.vaccinations(
        care.INFLUENZA, "2019-10-08", "2020-10-06", "2021-10-12", "2023-10-10", "2025-10-07"
    ),
    *care.vaccinations(care.TETANUS, "2021-01-12"),
    condition("hay-fever", care.HAY_FEVER, "2001", "2019-05-07"),
    condition("reflux", care.REFLUX, "2022", "2022-01-18"),
    condition("high-cholesterol", care.HIGH_CHOLESTEROL, "2024-01", "2024-01-23"),
    prescription("cetirizine", care.CETIRIZINE, "2019-05-07"),
    prescription("omeprazole", care.OMEPRAZOLE, "2022-01-18", "stopped"),
    prescription("atorvastatin", care.ATORVASTATIN, "2024-01-23"),
    *care.short_illness(
        "sore-throat", care.SORE_THROAT, ("2021-03-02", "2021-03-12"), care.AMOXICILLIN
    ),
    *care.short_illness(
        "bronchitis", care.BRONCHITIS, ("2023-11-21", "2023-12-08"), care.AMOXICILLIN
    ),
    encounter("2025-06-17", "Poor sleep", care.FAMILY_DOCTOR),
    phq_9(5, "2025-06-17"),
    answers("2026-01-13", active_infection=False),
    allergy("allergy-cats", "Cat hair", "2019-05-07"),
    # His mother's back is not his.
    relative("MTH", care.CHRONIC_PAIN, "2019-05-07"),
)

BACK = ("chronic_low_back_pain",)
SIGNS = ("multifidus_mri", "prone_instability_test", "multifidus_lift_test", "multifidus_emg")
CARE = ("medication_response", "physical_therapy_response")
UNFIT = ("unable_to_operate_device", "unsuitable_for_implant_surgery")
SURGERY = ("spine_surgery_indicated",)

CHART = Chart(
    name="silent-chart",
    told="A man of 41 years about whose back nobody wrote anything: more information.",
    person=Person(given="Sam", family="Fiction", gender="male", born="1985-05-09"),
    links=Links.RELATIVE,
    written="2026-01-14",
    resources=ORDINARY,
    promises=(
        needs(
            ISASS,
            DAY,
            *(*BACK, "pain_mechanism", "multifidus_diagnosis_coded", *CARE, "requested_device"),
            *("pain_duration", "pain_vas", "pain_nrs", "oswestry_index"),
            *(*SIGNS, *SURGERY, *UNFIT),
        ),
        needs(
            LABEL,
            DAY,
            *("requested_device", "stimulation_site", *BACK, *SIGNS, *CARE, *SURGERY, *UNFIT),
        ),
        needs(
            MP_623,
            DAY,
            *("pain_duration", "medication_response", "surgical_treatment_response"),
            *("physical_therapy_response", "psychological_therapy_response"),
            *("multifidus_emg", "multifidus_mri", "prone_instability_test"),
            *("implanting_facility_qualified", "requested_device", "stimulation_site"),
            *(*BACK, "multifidus_lift_test", *SURGERY, *UNFIT),
        ),
        needs(
            ANTHEM,
            DAY,
            *("requested_device", *BACK, "multifidus_diagnosis_coded", *SIGNS, *CARE, *SURGERY),
        ),
    ),
)
