"""
What many made-up records have in common: years of ordinary care, and the course of a back pain.

Codes of ordinary illnesses, drugs and vaccines carry plain words; they decide nothing here.
"""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING, NamedTuple

from authoring.resources import (
    ATC,
    CPT,
    CVX,
    ICD,
    LOINC,
    PRODUCT_CODE,
    SNOMED,
    at,
    blood_pressure,
    coded,
    condition,
    coverage,
    device,
    encounter,
    immunization,
    laboratory,
    ordered,
    organization,
    own,
    practitioner,
    prescription,
    procedure,
    quantity,
    resolved,
    to,
    vital,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from authoring.resources import Coded, Resource

FAMILY_DOCTOR, SPINE_DOCTOR, THERAPIST = "family-doctor", "spine-doctor", "therapist"

# Illnesses of the back

CHRONIC_PAIN = coded("Chronic low back pain", SNOMED, "278860009")
BACK_PAIN = coded("Low back pain", ICD, "M54.59")
BACK_PAIN_UNSTATED = coded("Low back pain, kind not stated", ICD, "M54.50")
MULTIFIDUS = coded("Multifidus dysfunction, lumbar", ICD, "M62.85")
MUSCLE_WASTING = coded("Wasting of back muscle, lumbosacral", ICD, "M62.5A2")
NERVE_ROOT_PAIN = coded("Nerve-root pain, lumbar", ICD, "M54.16")
SLIPPED_VERTEBRA = coded("Spondylolisthesis, lumbar", ICD, "M43.16")
UNSTABLE_SPINE = coded("Instability of the lumbar spine", ICD, "M53.2X6")
STENOSIS = coded("Narrow lumbar canal, with walking limited", ICD, "M48.062")
WORN_JOINTS = coded("Worn lumbar facet joints", ICD, "M47.816")

# Other illnesses

HIGH_BLOOD_PRESSURE = coded("High blood pressure", ICD, "I10")
HIGH_CHOLESTEROL = coded("High cholesterol", ICD, "E78.5")
DIABETES = coded("Diabetes, type 2", ICD, "E11.9")
SLOW_THYROID = coded("Underactive thyroid", ICD, "E03.9")
HAY_FEVER = coded("Hay fever", ICD, "J30.2")
ASTHMA = coded("Asthma, mild", ICD, "J45.20")
REFLUX = coded("Acid reflux", ICD, "K21.9")
SLEEP_APNEA = coded("Sleep apnea", ICD, "G47.33")
WORN_KNEE = coded("Worn right knee", ICD, "M17.11")
ANXIETY = coded("Anxiety", ICD, "F41.9")
MIGRAINE = coded("Migraine", ICD, "G43.909")
OBESITY = coded("Obesity, class 2", ICD, "E66.812")
BRONCHITIS = coded("Acute bronchitis", ICD, "J20.9")
SPRAINED_ANKLE = coded("Sprained left ankle", ICD, "S93.402A")
SORE_THROAT = coded("Sore throat", ICD, "J02.9")
LARGE_PROSTATE = coded("Enlarged prostate", ICD, "N40.0")

# Drugs: those for pain, then the others

IBUPROFEN = coded("Ibuprofen, tablets", ATC, "M01AE01")
NAPROXEN = coded("Naproxen, tablets", ATC, "M01AE02")
DICLOFENAC_GEL = coded("Diclofenac, gel", ATC, "M02AA15")
CYCLOBENZAPRINE = coded("Cyclobenzaprine, tablets", ATC, "M03BX08")
METHOCARBAMOL = coded("Methocarbamol, tablets", ATC, "M03BA03")
DULOXETINE = coded("Duloxetine, capsules", ATC, "N06AX21")
GABAPENTIN = coded("Gabapentin, capsules", ATC, "N02BF01")
TRAMADOL = coded("Tramadol, tablets", ATC, "N02AX02")
PARACETAMOL = coded("Paracetamol, tablets", ATC, "N02BE01")

LISINOPRIL = coded("Lisinopril, tablets", ATC, "C09AA03")
AMLODIPINE = coded("Amlodipine, tablets", ATC, "C08CA01")
ATORVASTATIN = coded("Atorvastatin, tablets", ATC, "C10AA05")
METFORMIN = coded("Metformin, tablets", ATC, "A10BA02")
LEVOTHYROXINE = coded("Levothyroxine, tablets", ATC, "H03AA01")
OMEPRAZOLE = coded("Omeprazole, capsules", ATC, "A02BC01")
CETIRIZINE = coded("Cetirizine, tablets", ATC, "R06AE07")
SALBUTAMOL = coded("Salbutamol, inhaler", ATC, "R03AC02")
SERTRALINE = coded("Sertraline, tablets", ATC, "N06AB06")
TAMSULOSIN = coded("Tamsulosin, capsules", ATC, "G04CA02")
AMOXICILLIN = coded("Amoxicillin, capsules", ATC, "J01CA04")

# Vaccines

INFLUENZA = coded("Influenza vaccine", CVX, "88")
TETANUS = coded("Tetanus, diphtheria and whooping cough vaccine", CVX, "115")
SHINGLES = coded("Shingles vaccine", CVX, "187")
PNEUMOCOCCUS = coded("Pneumococcal vaccine", CVX, "33")
PAPILLOMA = coded("Papilloma virus vaccine", CVX, "165")
MENINGOCOCCUS = coded("Meningococcal vaccine", CVX, "114")

# Services

FIRST_ASSESSMENT = coded("Physical therapy, first visit", CPT, "97161")
LATER_ASSESSMENT = coded("Physical therapy, looking back on the course", CPT, "97164")
EXERCISE = coded("Physical therapy, exercises for the back", CPT, "97110")
HANDS_ON = coded("Physical therapy, work with the hands", CPT, "97140")
FACET_INJECTION = coded("Injection at a lumbar facet joint", CPT, "64493")
LEAD = coded("Leads at the L2 medial branches", CPT, "64555")
GENERATOR = coded("Pulse generator in a pocket", CPT, "64590")
SPINAL_LEAD = coded("Lead at the spinal cord", CPT, "63650")
STIMULATOR = coded("Restorative neurostimulator", PRODUCT_CODE, "QLK")
OTHER_STIMULATOR = coded("Stimulator of a peripheral nerve", PRODUCT_CODE, "GZF")


class Test(NamedTuple):
    """A laboratory test: its name, words, LOINC code and unit."""

    name: str
    text: str
    code: str
    unit: str


SUGAR = Test("sugar", "Glucose in blood", "2345-7", "mg/dL")
LONG_TERM_SUGAR = Test("long-term-sugar", "Glycated hemoglobin", "4548-4", "%")
KIDNEY = Test("kidney", "Creatinine in blood", "2160-0", "mg/dL")
CHOLESTEROL = Test("cholesterol", "Cholesterol in blood", "2093-3", "mg/dL")
THYROID = Test("thyroid", "Thyrotropin in blood", "3016-3", "m[IU]/L")
HEMOGLOBIN = Test("hemoglobin", "Hemoglobin in blood", "718-7", "g/dL")


class Year(NamedTuple):
    """One yearly visit: blood pressure in mmHg, pulse a minute, weight in kg, laboratory values."""

    day: str
    systolic: int
    diastolic: int
    pulse: int
    kilograms: float
    laboratory: tuple[float, ...] = ()


def checkups(meters: float, tests: Sequence[Test], years: Sequence[Year]) -> Iterator[Resource]:
    """Make the yearly visits of somebody who is so tall, with these tests at each."""
    for year in years:
        moment = at(year.day, "09:10")
        index = round(year.kilograms / meters**2, 1)
        yield encounter(year.day, "Yearly visit", FAMILY_DOCTOR)
        yield blood_pressure(year.systolic, year.diastolic, moment)
        yield _vital("pulse", coded("Pulse", LOINC, "8867-4"), (year.pulse, "/min"), moment)
        weight = coded("Body weight", LOINC, "29463-7")
        yield _vital("weight", weight, (year.kilograms, "kg"), moment)
        body_mass = coded("Body mass index", LOINC, "39156-5")
        yield _vital("body-mass-index", body_mass, (index, "kg/m2"), moment)
        for test, value in zip(tests, year.laboratory, strict=True):
            about = coded(test.text, LOINC, test.code)
            result = {"valueQuantity": quantity(value, test.unit)}
            yield laboratory(test.name, about, result, at(year.day, "11:30"))


def _vital(name: str, about: Coded, value: tuple[float, str], moment: str) -> Resource:
    return vital(name, about, {"valueQuantity": quantity(*value)}, moment)


def vaccinations(vaccine: Coded, *days: str) -> list[Resource]:
    """Make an Immunization for each day."""
    return [immunization(vaccine, day) for day in days]


def short_illness(name: str, what: Coded, days: tuple[str, str], drug: Coded) -> list[Resource]:
    """Make an illness that came and went: the visit, the diagnosis and what was taken for it."""
    first, last = days
    return [
        encounter(first, what["text"], FAMILY_DOCTOR),
        resolved(condition(name, what, first, first), last),
        prescription(name, drug, first, "completed"),
    ]


def team(payer: str, insured_since: str) -> list[Resource]:
    """Make the people who treat, where they work, and who insures."""
    return [
        practitioner(FAMILY_DOCTOR, "Placeholder", "Robin"),
        practitioner(SPINE_DOCTOR, "Invented", "Lee"),
        practitioner(THERAPIST, "Notreal", "Kim"),
        organization("practice", "Example Family Practice", "prov"),
        organization("spine-center", "Example Spine Center", "prov"),
        organization("payer", payer, "ins"),
        coverage("payer", insured_since),
    ]


def therapy(*days: str) -> Iterator[Resource]:
    """Make a course of physical therapy: a first visit, treatment by turns, and a look back."""
    first, *between, last = days
    yield procedure("therapy", FIRST_ASSESSMENT, first)
    for day, what in zip(between, cycle((EXERCISE, HANDS_ON)), strict=False):
        yield procedure("therapy", what, day)
    yield procedure("therapy", LATER_ASSESSMENT, last)


def request(authored: str, day: str) -> list[Resource]:
    """Make the order for leads, generator and stimulator, all for one day."""
    because = {"reasonReference": [to("Condition/multifidus-dysfunction")]}
    site = {"bodySite": [own("bilateral-l2-medial-branch")]}
    on = {"occurrenceDateTime": day, **because}
    return [
        {**ordered("lead", LEAD, authored), **on, **site},
        {**ordered("generator", GENERATOR, authored), **on},
        device(STIMULATOR, authored, day),
    ]


def withdrawn_request(authored: str, day: str) -> list[Resource]:
    """Make an order for another stimulator that was taken back before anything came of it."""
    lead = {**ordered("spinal-lead-withdrawn", SPINAL_LEAD, authored), "status": "revoked"}
    other = {**device(OTHER_STIMULATOR, authored, day), "id": "other-stimulator-withdrawn"}
    earlier = {**ordered("lead-withdrawn", LEAD, authored), "status": "revoked"}
    return [
        {**lead, "occurrenceDateTime": day},
        {**earlier, "occurrenceDateTime": day},
        {**other, "status": "revoked"},
    ]
