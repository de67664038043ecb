"""
A woman of 49 years: a clinic's note as its software prints it, and a therapist's discharge as PDF.

All that is coded leaves two clauses open. What the prone instability test showed stands in the
note, and what physical therapy brought stands in the discharge.
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
    encounter,
    finding,
    findings,
    numeric_rating,
    oswestry,
    prescription,
    relative,
    report,
    with_status,
)

DAY = "2026-10-05"
EXAMINATION = "2026-09-01"
CONFIRMED = "2026-09-21"
READ = ("physical_therapy_response", "prone_instability_test")

NOTE = """\
Made-up record for multifidus; no real person.

EXAMPLE SPINE CENTER                                       Progress note, follow-up
-----------------------------------------------------------------------------------
Patient: Juniper Notional          DOB: 05/19/1977          Record: spine-clinic
Date of service: 09/01/2026        Provider: Lee Invented, MD

HISTORY OF PRESENT ILLNESS
49 y/o woman with chronic low back pain. The pain sits in the midline at the belt, is
worse with bending and on getting up from a chair, and eases when she lies down.
NRS 7/10 today. ODI 46%. No leg pain. No numbness, no change of bowel or bladder.
Naproxen, methocarbamol and duloxetine were tried without lasting relief.
She finished a course of exercises in May; the therapist's discharge summary is attached.
Physical therapy for her right knee in 2019 helped.

FAMILY HISTORY
Mother failed physical therapy and had a lumbar fusion. Father has gout.

PHYSICAL EXAM
General: walks without a limp, no acute distress.
Neuro: strength 5/5 in both legs, sensation intact, reflexes symmetric.
Special tests:
  * SLR negative bilaterally
  * FABER negative
  * Prone instability test positive, pain over the lower segments with the feet down and
    gone with the legs lifted
  * Kemp's negative

ASSESSMENT AND PLAN
Mechanical low back pain with segmental instability; coded in the problem list.
She is not a candidate for lumbar fusion.
Restorative neurostimulation was explained, leads and generator, same day.
If the pain flares before then she will restart physical therapy.
Repeat the prone instability test at the visit before the implant.
"""

DISCHARGE = """\
Made-up record for multifidus; no real person.

# EXAMPLE FAMILY PRACTICE  -  REHABILITATION
# Physical therapy discharge summary
---

Patient\tJuniper Notional
Date of birth\t05/19/1977
Discharge date\t05/14/2026
Therapist\tKim Notreal, PT
Referred by\tRobin Placeholder, MD

# Reason for referral
Low back pain. Goal of the referral: sitting for an hour without a break.

# Course of treatment
16 visits from 02/03/2026 to 05/12/2026. Stabilization exercises for the trunk,
work with the hands, a program for home. She came to every visit.

# Outcome measures
\tFirst visit\tLast visit
Oswestry\t48 %\t46 %
Sitting, minutes\t20\t25

# Result
Physical therapy brought no lasting improvement: pain was back within a week of
each block of treatment.
Long-term goals: sitting 60 minutes, Oswestry below 30 %. Neither was reached.

# Plan
Home exercises as far as they are tolerated. Back to the spine center. No further
visits are scheduled.

Kim Notreal, PT
"""

ORDINARY = (
    *care.team("Example Health Plan", "2019-01-01"),
    *care.checkups(
        1.69,
        (care.CHOLESTEROL, care.THYROID),
        (
            care.Year("2021-06-08", 118, 76, 68, 66.8, (188, 2.2)),
            care.Year("2022-06-14", 120, 76, 70, 67.4, (191, 2.4)),
            care.Year("2023-06-13", 122, 78, 69, 67.9, (195, 2.1)),
            care.Year("2024-06-11", 120, 78, 71, 68.3, (192, 2.3)),
            care.Year("2025-06-10", 124, 80, 70, 68.8, (199, 2.5)),
            care.Year("2026-06-09", 122, 78, 68, 68.5, (196, 2.2)),
        ),
    ),
    *care.vaccinations(care.INFLUENZA, "2022-10-11", "2023-10-10", "2024-10-15", "2025-10-14"),
    *care.vaccinations(care.TETANUS, "2021-06-08"),
    condition("hay-fever", care.HAY_FEVER, "1998", "2021-06-08"),
    condition("worn-knee", care.WORN_KNEE, "2018", "2021-06-08"),
    prescription("cetirizine", care.CETIRIZINE, "2022-04-12", "completed"),
    *care.short_illness(
        "sore-throat", care.SORE_THROAT, ("2023-01-17", "2023-01-31"), care.AMOXICILLIN
    ),
    allergy("allergy-shellfish", "Shellfish", "2021-06-08"),
    relative("MTH", care.SLIPPED_VERTEBRA, "2021-06-08"),
)

BACK_PAIN = (
    encounter("2021-02-09", "Low back pain since last spring", care.FAMILY_DOCTOR),
    condition("chronic-pain", care.CHRONIC_PAIN, "2020-04", "2021-02-09"),
    prescription("naproxen", care.NAPROXEN, "2021-02-09", "stopped"),
    prescription("methocarbamol", care.METHOCARBAMOL, "2022-09-20", "stopped"),
    prescription("duloxetine", care.DULOXETINE, "2025-01-14"),
    *care.therapy("2026-02-03", "2026-02-17", "2026-03-10", "2026-04-14", "2026-05-12"),
    oswestry(50, "2025-01-14"),
    report("multifidus_mri", "normal", "Multifidus of even bulk at all levels.", "2025-11-18"),
    finding("multifidus_emg", "normal", "2026-07-07"),
    encounter(EXAMINATION, "Examination before the request", care.SPINE_DOCTOR),
    condition("multifidus-dysfunction", care.MULTIFIDUS, "2026-07", EXAMINATION),
    numeric_rating(7, EXAMINATION),
    oswestry(46, EXAMINATION),
    *findings(
        EXAMINATION,
        pain_mechanism="mechanical",
        multifidus_lift_test="negative",
        medication_response="inadequate",
        spine_surgery_indicated=False,
    ),
    answers("2026-09-15", unable_to_operate_device=False, unsuitable_for_implant_surgery=False),
    *care.request("2026-09-15", DAY),
)

DOES_NOT_COUNT = (
    with_status(finding("prone_instability_test", "negative", "2026-08-25"), "preliminary"),
    *care.withdrawn_request("2026-06-16", "2026-11-09"),
)

CHART = Chart(
    name="spine-clinic",
    told="A woman of 49 years of whom a note and a discharge say what nobody coded: met, once"
    " a person has confirmed it.",
    person=Person(given="Juniper", family="Notional", gender="female", born="1977-05-19"),
    links=Links.URN,
    written="2026-09-16",
    resources=(*ORDINARY, *BACK_PAIN, *DOES_NOT_COUNT),
    documents=(
        Document("spine-clinic-note.txt", NOTE.encode()),
        Document("pt-discharge.pdf", pdf(typed(DISCHARGE))),
    ),
    promises=(needs(ISASS, DAY, *READ), needs(LABEL, DAY, *reversed(READ))),
    confirmed=Confirmed(on=CONFIRMED, elements=READ, promises=(met(ISASS, DAY), met(LABEL, DAY))),
)
