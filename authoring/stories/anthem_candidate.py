"""A man of 53 years whose payer excluded the device until one day, and not from the next on."""

from __future__ import annotations

from authoring import care
from authoring.bundle import Chart, Links, Person
from authoring.promises import ANTHEM, LABEL, met, not_met, of_payer
from authoring.resources import (
    allergy,
    answers,
    condition,
    encounter,
    findings,
    mistakes,
    numeric_rating,
    oswestry,
    preauthorization,
    prescription,
    refuted,
    relative,
    report,
)

LAST_EXCLUDED, FIRST_COVERED = "2025-04-15", "2025-04-16"
EXCLUDING = "anthem-surg-00158@2024.4.1"
EXAMINATION = "2025-02-25"

ORDINARY = (
    *care.team("Anthem", "2018-01-01"),
    *care.checkups(
        1.80,
        (care.CHOLESTEROL, care.LONG_TERM_SUGAR),
        (
            care.Year("2018-10-16", 132, 84, 70, 88.1, (210, 5.6)),
            care.Year("2019-10-15", 130, 84, 72, 88.9, (205, 5.7)),
            care.Year("2020-10-20", 134, 86, 71, 90.3, (214, 5.8)),
            care.Year("2021-10-19", 132, 84, 70, 89.8, (202, 5.7)),
            care.Year("2022-10-18", 130, 82, 69, 89.2, (194, 5.7)),
            care.Year("2023-10-17", 128, 82, 68, 88.6, (190, 5.6)),
            care.Year("2024-10-15", 130, 80, 70, 88.8, (187, 5.7)),
        ),
    ),
    *care.vaccinations(
        care.INFLUENZA, "2018-10-16", "2019-10-15", "2020-10-20", "2022-10-18", "2024-10-15"
    ),
    *care.vaccinations(care.TETANUS, "2019-10-15"),
    *care.vaccinations(care.SHINGLES, "2022-10-18", "2023-01-17"),
    condition("high-cholesterol", care.HIGH_CHOLESTEROL, "2018-10", "2018-10-23"),
    condition("sleep-apnea", care.SLEEP_APNEA, "2020", "2020-10-20"),
    prescription("atorvastatin", care.ATORVASTATIN, "2018-10-23"),
    *care.short_illness(
        "sprained-ankle", care.SPRAINED_ANKLE, ("2021-06-07", "2021-07-19"), care.IBUPROFEN
    ),
    allergy("allergy-shellfish", "Shellfish", "2018-10-16"),
)

BACK_PAIN = (
    encounter("2019-01-22", "Low back pain for a year", care.FAMILY_DOCTOR),
    condition("chronic-pain", care.CHRONIC_PAIN, "2018-01", "2019-01-22"),
    # Before 1 October 2024 the dysfunction had no code of its own.
    condition("muscle-wasting", care.MUSCLE_WASTING, "2023-08", "2023-08-29"),
    prescription("naproxen", care.NAPROXEN, "2019-01-22", "stopped"),
    prescription("methocarbamol", care.METHOCARBAMOL, "2020-02-18", "stopped"),
    prescription("gabapentin", care.GABAPENTIN, "2022-03-15", "stopped"),
    *care.therapy("2019-02-05", "2019-02-12", "2019-02-26", "2019-03-12"),
    *care.therapy("2024-05-07", "2024-05-14", "2024-05-21", "2024-06-04", "2024-06-18"),
    oswestry(48, "2024-06-18"),
    encounter("2024-11-19", "Second look at the MRI", care.SPINE_DOCTOR),
    report("multifidus_mri", "abnormal", "Fat in the multifidus at L4 to S1.", "2024-11-12"),
    condition("multifidus-dysfunction", care.MULTIFIDUS, "2023-08", "2024-11-19"),
    encounter(EXAMINATION, "Examination before the request", care.SPINE_DOCTOR),
    numeric_rating(7, EXAMINATION),
    oswestry(44, EXAMINATION),
    *findings(
        EXAMINATION,
        pain_mechanism="mechanical",
        pain_intractable=True,
        prone_instability_test="positive",
        medication_response="inadequate",
        physical_therapy_response="inadequate",
        spine_surgery_indicated=False,
    ),
    answers("2025-04-01", unable_to_operate_device=False, unsuitable_for_implant_surgery=False),
    *care.request("2025-04-08", FIRST_COVERED),
    preauthorization("2025-04-08", [care.LEAD, care.GENERATOR], FIRST_COVERED, "24"),
)

DOES_NOT_COUNT = (
    *mistakes("2025-02-26", spine_surgery_indicated=True, physical_therapy_response="adequate"),
    refuted(condition("narrow-canal", care.STENOSIS, "2024", "2024-11-12")),
    relative("FTH", care.CHRONIC_PAIN, "2018-10-16"),
)

CHART = Chart(
    name="anthem-candidate",
    told="A man of 53 years insured by Anthem: not met on 15 April 2025, met on the 16th.",
    person=Person(given="Alex", family="Pretend", gender="male", born="1971-08-13"),
    links=Links.URN,
    written="2025-04-14",
    resources=(*ORDINARY, *BACK_PAIN, *DOES_NOT_COUNT),
    promises=(
        of_payer("Anthem", not_met(EXCLUDING, LAST_EXCLUDED, "E1")),
        of_payer("Anthem", met(ANTHEM, FIRST_COVERED)),
        met(LABEL, LAST_EXCLUDED),
    ),
)
