"""
A woman of 38 years who was referred: a letter, a visit's summary from a portal, a consultation.

The letter holds the tests, the portal what physical therapy brought, and the surgeon's consultation
that no operation is indicated: none of it is coded.
"""

from __future__ import annotations

from authoring import care
from authoring.bundle import Chart, Confirmed, Links, Person
from authoring.paper import Document, pdf, rtf, typed
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
    resolved,
    with_status,
)

DAY = "2026-10-05"
EXAMINATION = "2026-09-09"
TESTS = ("prone_instability_test", "multifidus_lift_test")
THERAPY, SURGERY = "physical_therapy_response", "spine_surgery_indicated"

LETTER = """\
# Made-up record for multifidus; no real person.

Example Family Practice
Robin Placeholder, MD

Date: August 18, 2026

To: Example Spine Center, attention Dr. Invented
Re: Marlowe Imaginary, born 11/23/1987

Dear colleague,

Thank you for seeing this 38-year-old teacher. She has had pain in the low back since her second \
winter of rowing in 2021, steadily and without a day of rest from it. It does not run down the legs.

Medication, tried with care, has not been the answer, and you will find the list in what we sent.

# Examination
The lumbar spine moves freely with a painful arc. Slump test negative. No motor deficit. \
Prone instability test: positive. Multifidus lift test: positive on the left, at L4-L5. \
Trendelenburg negative.

# Family history
Her father has lumbar stenosis and is a candidate for decompression.

# Request
Please see her for restorative neurostimulation. Should you decide otherwise I would plan for a \
further course of physiotherapy and, if the multifidus lift test is negative by then, leave it at \
that.

With kind regards \u2013 R. Placeholder
"""

PORTAL = """\
<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Visit summary</title>
<style>.head { color: #345 } td { padding: 2px 8px }</style></head>
<body>
<p class="head">Made-up record for multifidus; no real person.</p>
<h1>Your visit summary</h1>
<table>
<tr><td>Patient</td><td>Marlowe Imaginary</td></tr>
<tr><td>Seen by</td><td>Kim Notreal, PT, by video</td></tr>
</table>
<p><b>Date of visit:</b> 07/02/2026</p>
<h2>What we talked about</h2>
<p>You have finished twelve weeks of physical therapy, two visits each week.
Physical therapy gave only temporary relief, and the pain on lifting and on rolling over in bed
is what it was in April.</p>
<p>You have no fever and no loss of weight. You told me that your sister's back got well with
therapy.</p>
<h2>What comes next</h2>
<ul>
<li>Keep up the walking.</li>
<li>If physical therapy is to be tried again, we will plan for a different program.</li>
<li>Dr. Placeholder will write to the spine center.</li>
</ul>
<p>Questions? Send a message in the portal. Messages are read on working days.</p>
</body>
</html>
"""

CONSULTATION = """\
Made-up record for multifidus; no real person.

# EXAMPLE SPINE CENTER
# Surgical consultation
---

Patient\tMarlowe Imaginary
Date of birth\t11/23/1987
Date of service\tSeptember 3, 2026

# Question
Does anything in this spine call for an operation?

# Images
Lumbar MRI of June 2026, seen by me. Discs of normal height. No canal stenosis, no
spondylolisthesis. Nothing presses on a nerve.

# Assessment
This is pain of the low back without a structural cause that I could repair.
She is not a candidate for spine surgery.
We spoke of what an operation can bring and what it can cost. She wants none.

# Recommendation
Back to Dr. Invented. I remain at hand should her legs become weak.
---
T. Pretended, MD, spine surgeon
"""

ORDINARY = (
    *care.team("Example Health Plan", "2020-09-01"),
    *care.checkups(
        1.74,
        (care.HEMOGLOBIN, care.THYROID),
        (
            care.Year("2021-10-05", 112, 70, 60, 63.9, (13.4, 1.8)),
            care.Year("2022-10-04", 114, 72, 62, 64.6, (13.1, 1.9)),
            care.Year("2023-10-03", 112, 72, 61, 65.2, (13.6, 2.0)),
            care.Year("2024-10-01", 116, 74, 63, 65.8, (13.2, 1.8)),
            care.Year("2025-10-07", 114, 72, 62, 66.1, (13.5, 2.1)),
        ),
    ),
    *care.vaccinations(care.INFLUENZA, "2022-10-04", "2023-10-03", "2024-10-01", "2025-10-07"),
    *care.vaccinations(care.TETANUS, "2022-10-04"),
    *care.vaccinations(care.PAPILLOMA, "2021-10-05"),
    condition("migraine", care.MIGRAINE, "2009", "2021-10-05"),
    condition("asthma", care.ASTHMA, "1996", "2021-10-05"),
    prescription("salbutamol", care.SALBUTAMOL, "2021-10-05"),
    *care.short_illness(
        "sprained-ankle", care.SPRAINED_ANKLE, ("2024-02-06", "2024-03-19"), care.IBUPROFEN
    ),
    allergy("allergy-nuts", "Hazelnuts", "2021-10-05"),
    relative("FTH", care.STENOSIS, "2021-10-05"),
)

BACK_PAIN = (
    encounter("2022-05-10", "Low back pain since the winter", care.FAMILY_DOCTOR),
    condition("chronic-pain", care.CHRONIC_PAIN, "2021-12", "2022-05-10"),
    prescription("paracetamol", care.PARACETAMOL, "2022-05-10", "stopped"),
    prescription("naproxen", care.NAPROXEN, "2023-02-14", "stopped"),
    prescription("cyclobenzaprine", care.CYCLOBENZAPRINE, "2025-03-18", "stopped"),
    *care.therapy("2026-04-07", "2026-04-21", "2026-05-05", "2026-05-26", "2026-06-30"),
    oswestry(44, "2026-03-31"),
    report("multifidus_mri", "normal", "Multifidus of even bulk at all levels.", "2026-06-16"),
    finding("multifidus_emg", "normal", "2026-06-23"),
    encounter(EXAMINATION, "Examination before the request", care.SPINE_DOCTOR),
    condition("multifidus-dysfunction", care.MULTIFIDUS, "2026-08", EXAMINATION),
    numeric_rating(6, EXAMINATION),
    oswestry(40, EXAMINATION),
    *findings(EXAMINATION, pain_mechanism="mechanical", medication_response="inadequate"),
    answers("2026-09-09", unable_to_operate_device=False, unsuitable_for_implant_surgery=False),
    *care.request("2026-09-11", DAY),
)

DOES_NOT_COUNT = (
    with_status(finding("physical_therapy_response", "adequate", "2026-05-26"), "cancelled"),
    resolved(condition("back-pain-2014", care.BACK_PAIN_UNSTATED, "2014-06", "2022-05-10"), "2014"),
)

CHART = Chart(
    name="referral-packet",
    told="A woman of 38 years with a letter, a portal's summary and a surgeon's consultation: met,"
    " once a person has confirmed four findings.",
    person=Person(given="Marlowe", family="Imaginary", gender="female", born="1987-11-23"),
    links=Links.URN,
    written="2026-09-14",
    resources=(*ORDINARY, *BACK_PAIN, *DOES_NOT_COUNT),
    documents=(
        Document("referral-letter.rtf", rtf(LETTER)),
        Document("portal-visit-summary.html", PORTAL.encode()),
        Document("surgical-consultation.pdf", pdf(typed(CONSULTATION, leading=16))),
    ),
    promises=(
        needs(ISASS, DAY, THERAPY, *TESTS, SURGERY),
        needs(LABEL, DAY, *TESTS, THERAPY, SURGERY),
    ),
    confirmed=Confirmed(on="2026-09-16", promises=(met(ISASS, DAY), met(LABEL, DAY))),
)
