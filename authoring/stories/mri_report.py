"""
A man of 61 years: an MRI report as PDF inside the coded record, and a dictated note beside it.

What MRI shows stands in the report alone; the note holds the rest that nobody coded.
"""

from __future__ import annotations

from authoring import care
from authoring.bundle import Chart, Confirmed, Links, Person
from authoring.paper import Document, pdf, typed
from authoring.promises import ISASS, LABEL, met, needs
from authoring.resources import (
    allergy,
    answers,
    condition,
    document,
    encounter,
    finding,
    findings,
    mistakes,
    oswestry,
    prescription,
    refuted,
    relative,
    visual_analogue,
)

DAY = "2026-10-05"
IMAGE = "2026-07-14"
EXAMINATION = "2026-08-27"
READ = ("physical_therapy_response", "multifidus_mri", "prone_instability_test")

REPORT = """\
Made-up record for multifidus; no real person.

# EXAMPLE IMAGING
# MRI LUMBAR SPINE WITHOUT CONTRAST

Name\tEllis Fictional\tDOB 02/08/1965
Exam date\t07/14/2026\tOrdered by Lee Invented, MD

# Clinical history
Low back pain for years. Rule out compression of a nerve root.

# Technique
Sagittal T1, T2 and STIR, axial T2, 1.5 tesla.

# Comparison
None.

# Findings
The vertebrae stand in line. No spondylolisthesis. No scoliosis.
Discs: dry at L4-L5 and L5-S1 with small bulges. No canal stenosis.
Nerve roots: no compression at any level.
Muscles: moderate fatty infiltration of the multifidus at L5-S1 on both sides.
The erector spinae are of even bulk.
Marrow signal is normal. No fracture.

# Impression
1. Fatty infiltration of the multifidus at L5-S1.
2. Disc changes as are common at this age.

A. Sample, MD, radiology
"""

NOTE = """\
Made-up record for multifidus; no real person.

# Dictated note

**Patient:** Ellis Fictional, **DOB** 02/08/1965
**Date of visit:** 08/27/2026
**Dictated by:** Lee Invented, MD, Example Spine Center

I saw Mr. Fictional again today. He is a retired carpenter whose low back pain began more
than ten years ago and has stayed in the back; the legs are free. He marks it at 71 mm on
the line, and his Oswestry index is 42 %.

He has done what was asked of him. Two courses of physical therapy, the last one this
spring, gave no lasting benefit. Ibuprofen and gabapentin were of little help, as is coded.
His brother, who has the same trouble, tells him that physical therapy worked wonders.

On examination he bends slowly and comes up with a catch. Straight leg raise is negative on
both sides. The prone instability test was positive at L5-S1. Hip rotation is free and the
sacroiliac tests are negative.

The new MRI is in the record. I went through it with him, and there is nothing that calls
for an operation; he is not a candidate for spinal surgery. We would consider another
course of physical therapy only if the implant has to wait.

He handled the activator well today. He is fit for surgery in the view of his family doctor.

*Dictated and read over by the author.*
"""

ORDINARY = (
    *care.team("Invented Insurance", "2018-04-01"),
    *care.checkups(
        1.77,
        (care.LONG_TERM_SUGAR, care.KIDNEY, care.CHOLESTEROL),
        (
            care.Year("2021-03-04", 144, 88, 72, 88.4, (6.1, 1.1, 228)),
            care.Year("2022-03-10", 138, 86, 70, 87.9, (6.0, 1.1, 204)),
            care.Year("2023-03-09", 136, 84, 71, 88.8, (6.1, 1.2, 196)),
            care.Year("2024-03-07", 134, 84, 69, 89.2, (6.0, 1.1, 190)),
            care.Year("2025-03-06", 136, 82, 70, 88.6, (5.9, 1.2, 187)),
            care.Year("2026-03-05", 132, 82, 68, 88.1, (6.0, 1.1, 184)),
        ),
    ),
    *care.vaccinations(care.INFLUENZA, "2023-10-19", "2024-10-17", "2025-10-16"),
    *care.vaccinations(care.SHINGLES, "2022-03-10", "2022-06-09"),
    *care.vaccinations(care.PNEUMOCOCCUS, "2025-03-06"),
    condition("high-blood-pressure", care.HIGH_BLOOD_PRESSURE, "2016", "2018-04-12"),
    condition("high-cholesterol", care.HIGH_CHOLESTEROL, "2018-04", "2018-04-12"),
    condition("large-prostate", care.LARGE_PROSTATE, "2023", "2023-03-09"),
    prescription("amlodipine", care.AMLODIPINE, "2018-04-12"),
    prescription("atorvastatin", care.ATORVASTATIN, "2018-04-12"),
    prescription("tamsulosin", care.TAMSULOSIN, "2023-03-09"),
    *care.short_illness(
        "bronchitis", care.BRONCHITIS, ("2024-01-09", "2024-01-23"), care.AMOXICILLIN
    ),
    allergy("allergy-penicillin", "Penicillin", "2018-04-12"),
    relative("BRO", care.CHRONIC_PAIN, "2021-03-04"),
)

BACK_PAIN = (
    encounter("2018-05-17", "Low back pain for two years", care.FAMILY_DOCTOR),
    condition("chronic-pain", care.CHRONIC_PAIN, "2016-02", "2018-05-17"),
    prescription("ibuprofen", care.IBUPROFEN, "2018-05-17", "stopped"),
    prescription("gabapentin", care.GABAPENTIN, "2022-11-03", "stopped"),
    *care.therapy("2023-09-07", "2023-09-14", "2023-09-28", "2023-10-12"),
    *care.therapy("2026-03-12", "2026-03-19", "2026-04-02", "2026-04-16", "2026-05-07"),
    document("mri-report", "MRI lumbar spine", IMAGE, pdf(typed(REPORT, leading=15))),
    finding("multifidus_emg", "normal", "2026-08-06"),
    encounter(EXAMINATION, "Examination before the request", care.SPINE_DOCTOR),
    condition("multifidus-dysfunction", care.MULTIFIDUS, "2026-07", EXAMINATION),
    visual_analogue(71, "mm", EXAMINATION),
    oswestry(42, EXAMINATION),
    *findings(
        EXAMINATION,
        pain_mechanism="mechanical",
        multifidus_lift_test="negative",
        medication_response="inadequate",
        spine_surgery_indicated=False,
        unable_to_operate_device=False,
    ),
    answers("2026-09-10", unsuitable_for_implant_surgery=False),
    *care.request("2026-09-10", DAY),
)

DOES_NOT_COUNT = (
    *mistakes("2026-08-28", spine_surgery_indicated=True),
    refuted(condition("nerve-root-pain", care.NERVE_ROOT_PAIN, "2026-06", IMAGE)),
)

CHART = Chart(
    name="mri-report",
    told="A man of 61 years with an MRI report as PDF inside the record and a dictated note: met,"
    " once a person has confirmed three findings.",
    person=Person(given="Ellis", family="Fictional", gender="male", born="1965-02-08"),
    links=Links.RELATIVE,
    written="2026-09-11",
    resources=(*ORDINARY, *BACK_PAIN, *DOES_NOT_COUNT),
    documents=(Document("dictated-note.md", NOTE.encode()),),
    promises=(
        needs(ISASS, DAY, *READ),
        needs(LABEL, DAY, "multifidus_mri", "prone_instability_test", "physical_therapy_response"),
    ),
    confirmed=Confirmed(on="2026-09-14", promises=(met(ISASS, DAY), met(LABEL, DAY))),
)
