"""What a payer would send back: each kind of gap, with its fix and the day from which it can be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from multifidus.chart.fhir import read_date
from multifidus.core.citation import ReadingStatus
from multifidus.errors import Problem
from multifidus.packet.compose import Kind, compose
from multifidus.packet.exhibit import Extent, Source
from multifidus.packet.gaps import Weight
from multifidus.packet.material import Remark
from tests.chart.pdfs import page, pdf
from tests.packet.charts import ON, PATIENT, note, packet_from, resource
from tests.packet.packets import TODAY, WORDING, again, decided, packet, without

if TYPE_CHECKING:
    from pathlib import Path

    from multifidus.packet.compose import Packet
    from multifidus.packet.gaps import Gap

OWN = "https://multifidus.org/fhir/CodeSystem/low-back-pain"
CARRIED = """The pain sits in the midline at the belt and eases on lying down.
Worse with bending forward and on getting up from a low chair.
No leg pain, no numbness, no change of bowel or bladder habits.
Gait is steady, heel and toe walking are done without any help.
Reflexes are brisk and equal on both sides, strength is full.
Plan: go on with home exercises, come back in about four weeks."""


def gaps(made: Packet, about: str) -> list[Gap]:
    """Find the gaps about something."""
    return [each for each in made.gaps if about in each.about]


def words(made: Packet, about: str) -> set[str]:
    """Say what is lacking about something."""
    return {each.words for each in gaps(made, about)}


def written(*texts: str, days: tuple[str, ...] = ("2026-07-01", "2026-09-01")) -> Packet:
    """Make the packet of a chart that says nothing else than some notes."""
    sources = tuple(
        Source(name=f"{number}.txt", text=text, date=read_date(day) if day else None)
        for number, (text, day) in enumerate(zip(texts, days, strict=False))
    )
    base = replace(packet("silent-chart.json").material, sources=sources)
    return compose(base, WORDING, Kind.REQUEST, Extent.ALL)


# Every gap


@pytest.mark.parametrize("chart", ["silent-chart.json", "spine-clinic", "seventeen-years.json"])
def test_every_gap_has_a_fix_and_a_day_that_is_not_past(chart: str) -> None:
    made = packet(chart)

    assert made.gaps
    assert all(each.fix and each.words and each.about for each in made.gaps)
    assert all(each.from_day >= TODAY for each in made.gaps)


def test_the_weightiest_stand_first() -> None:
    weights = [each.weight for each in packet("spine-clinic").gaps]

    assert sorted(weights, key=list(Weight).index) == weights
    assert Weight.MUST == weights[0]


def test_the_list_is_for_the_practice_and_is_no_part_of_what_is_sent() -> None:
    made = packet("spine-clinic")

    assert made.checklist not in made.documents
    assert "Before it is sent" == made.checklist.title
    assert all(each.fix in made.checklist.words() for each in made.gaps)


# What the policy asks


@pytest.mark.parametrize(
    ("element", "label", "fix"),
    [
        ("oswestry_index", "Oswestry Disability Index", "record it"),
        ("medication_response", "Response to pain medication", "record it"),
    ],
)
def test_what_is_open_is_named_with_its_criterion(element: str, label: str, fix: str) -> None:
    made = again(without(packet("complete-candidate.json").material, element))
    (gap,) = gaps(made, label)

    assert Weight.MUST is gap.weight
    assert "not recorded" == gap.words
    assert gap.fix.startswith(fix)
    assert TODAY == gap.from_day


def test_what_is_too_old_for_the_policy_is_to_be_repeated(tmp_path: Path) -> None:
    """A window stands in the dictionary; no source gives one for MRI, so none is made up."""
    old = resource(
        "Observation",
        "odi",
        status="final",
        effectiveDateTime="2024-03-01",
        code={"coding": [{"system": "http://loinc.org", "code": "97909-6"}]},
        valueQuantity={"value": 46, "code": "{score}", "system": "http://unitsofmeasure.org"},
    )
    (gap,) = gaps(packet_from(tmp_path, notes={}, resources=[PATIENT, old]), "Oswestry")

    assert gap.words.startswith("too old (more than 3 months before the service")
    assert "repeat it, and send the new report" == gap.fix
    assert ["Exhibit A, entry 1"] == [each.where.words for each in gap.marks]


def test_what_is_contradictory_is_to_be_settled() -> None:
    (gap,) = gaps(packet("contradictory-mri.json"), "Multifidus on MRI")

    assert "in conflict" in gap.words
    assert "settle which statement holds" in gap.fix
    assert len(gap.marks) > 1


def test_alternatives_are_one_remark_of_which_one_is_enough() -> None:
    """Four lines that say `must` would send the practice for four reports."""
    made = packet("silent-chart.json")
    must = [each.about for each in made.gaps if each.weight is Weight.MUST]

    one_of = [each for each in must if each.startswith("One of: ")]
    tests = (
        "S4.2 Prone instability test",
        "S4.3 Multifidus lift test",
        "S4.1 Multifidus on MRI",
        "S4.4 Multifidus EMG",
    )

    assert [
        "One of: S3.1.1 Pain, visual analogue scale; or S3.1.2 Pain, numeric rating scale",
        "One of: " + "; or ".join(tests),
    ] == one_of
    assert not [each for each in must if each.startswith(("S3.1", "S4"))]
    assert "S3.2 Oswestry Disability Index" in must
    (gap,) = gaps(made, "Multifidus on MRI")
    assert "not recorded" == gap.words
    assert gap.fix.startswith("one of them is enough: ")


def test_alternatives_in_different_states_are_told_each_with_its_own() -> None:
    (gap,) = gaps(packet("contradictory-mri.json"), "Multifidus on MRI")

    assert "S4.2 Prone instability test: not recorded; or " in gap.words
    assert "S4.1 Multifidus on MRI: in conflict" in gap.words


def test_what_no_shortest_way_needs_is_no_must() -> None:
    """By mp-623 an instability test meets two clauses, and the lift test only one of them."""
    (gap,) = gaps(packet("contradictory-mri.json", "mp-623"), "Multifidus lift test")

    assert Weight.LOOK is gap.weight
    assert "needed only if the shorter ways fail" in gap.words


def test_what_was_read_in_words_is_to_be_confirmed() -> None:
    (gap,) = gaps(packet("spine-clinic"), "Prone instability test")

    assert "confirm it with `multifidus confirm`" == gap.fix
    assert ["Exhibit B, line 25"] == [each.where.words for each in gap.marks]


def test_what_time_alone_mends_is_told_with_its_day() -> None:
    made = packet("only-time-lacking.json")
    waiting = [each for each in made.gaps if each.from_day > TODAY]

    assert waiting
    assert {"wait until then"} == {each.fix for each in waiting}
    assert all(each.words.endswith("by what the record says") for each in waiting)


def test_what_no_time_mends_is_left_to_a_person() -> None:
    found = [each for each in packet("surgical-candidate.json").gaps if "not met" in each.words]

    assert found
    assert all("a person decides" in each.fix for each in found)


# The request


def test_codes_names_and_numbers_that_are_not_given_are_told() -> None:
    base = packet("complete-candidate.json").material
    nobody = replace(base.person, name="", birth_date="", member_id="")
    practice = replace(base.practice, member=replace(base.practice.member, member_id=""))
    made = again(replace(base, codes=(), person=nobody, practice=practice))

    must = {each.about for each in made.gaps if each.weight is Weight.MUST}
    assert {
        "Diagnosis code",
        "Procedure codes",
        "Member ID",
        "Patient's name",
        "Date of birth",
    } == must


def test_side_site_and_contact_are_told_softly() -> None:
    base = packet("silent-chart.json").material
    request = replace(base.practice.request, site="", laterality="")
    made = again(replace(base, practice=replace(base.practice, request=request)))

    softly = {each.about for each in made.gaps if each.weight is Weight.SHOULD}
    assert {"Site of service", "Side", "Contact's fax or e-mail"} <= softly


def test_what_is_given_is_not_told() -> None:
    base = packet("complete-candidate.json").material
    request = replace(base.practice.request, laterality="both sides")
    contact = replace(base.practice.contact, email="desk@example.org")
    practice = replace(base.practice, request=request, contact=contact)

    assert () == again(replace(base, practice=practice, remarks=())).gaps


@pytest.mark.parametrize(
    ("severity", "weight"),
    [("error", Weight.MUST), ("warning", Weight.SHOULD), ("note", Weight.LOOK)],
)
def test_a_remark_on_the_codes_is_told_by_its_weight(severity: str, weight: Weight) -> None:
    remark = Remark(
        severity=severity,
        codes=("64555", "64590"),
        words="they are not asked for together",
        fix="ask for one",
        source="made up",
        reading=ReadingStatus.UNVERIFIED,
    )
    made = again(replace(packet("silent-chart.json").material, remarks=(remark,)))

    (gap,) = gaps(made, "Coding 64555, 64590")
    assert (weight, "ask for one") == (gap.weight, gap.fix)


def test_what_of_the_record_was_not_read_is_told() -> None:
    problem = Problem.at("scan.pdf", "page 2 has no text", "recognize it with --ocr")
    made = again(replace(packet("silent-chart.json").material, unread=(problem,)))

    (gap,) = gaps(made, "scan.pdf")
    assert (Weight.LOOK, "page 2 has no text") == (gap.weight, gap.words)


# Therapy and scores


def test_therapy_whose_response_is_told_needs_visits_or_weeks(tmp_path: Path) -> None:
    response = resource(
        "Observation",
        "pt",
        status="final",
        effectiveDateTime="2026-09-01",
        code={"coding": [{"system": OWN, "code": "physical-therapy-response"}]},
        valueCodeableConcept={"coding": [{"system": OWN, "code": "inadequate"}]},
    )
    made = packet_from(tmp_path, notes={}, resources=[PATIENT, response])

    (gap,) = gaps(made, "Physical therapy")
    assert "its response is told, and neither visits nor weeks" == gap.words
    assert "discharge summary" in gap.fix
    assert [] == gaps(packet("complete-candidate.json"), "Physical therapy")


@pytest.mark.parametrize(
    "history",
    [
        "NRS 7 today.",
        "Pain score: 7.",
        "pain level is 65",
        "VAS = 6.5, worse at night",
        "Pain was rated 7 at rest.",
    ],
)
def test_a_pain_score_without_its_scale_is_told(history: str) -> None:
    (gap,) = (each for each in written(note(history)).gaps if "scale" in each.words)

    assert ("Exhibit A", Weight.SHOULD) == (gap.about, gap.weight)


@pytest.mark.parametrize(
    "history",
    [
        "NRS 7/10 today.",
        "Pain score 7 out of 10.",
        "VAS 65 mm",
        "VAS 6.5 cm",
        "pain level 6-7/10",
        "NRS 10 to 0",
        "The pain is 7 years old.",
        "Visited on day 7.",
    ],
)
def test_a_pain_score_with_its_scale_is_not_told(history: str) -> None:
    assert [] == [each for each in written(note(history)).gaps if "scale" in each.words]


def test_a_score_without_scale_is_told_also_of_a_note_that_is_not_cited(tmp_path: Path) -> None:
    made = packet_from(tmp_path, notes={"visit.txt": note("NRS 7 today.")})

    (gap,) = (each for each in made.gaps if "scale" in each.words)
    assert "visit.txt" == gap.about


def test_a_score_without_scale_does_not_matter_beside_one_with_it() -> None:
    base = packet("complete-candidate.json").material
    sources = (Source(name="visit.txt", text=note("Pain score 5 at rest.")),)
    made = again(replace(base, sources=sources))

    assert [] == [each for each in made.gaps if "scale" in each.words]


# Documents

SAID = "Chronic low back pain. ODI 46%."
UNSIGNED, UNDATED = "no signature was found in its text", "it has no date"


def test_a_signed_and_dated_note_lacks_nothing() -> None:
    assert [] == gaps(written(note(SAID)), "Exhibit A")


@pytest.mark.parametrize(
    ("signature", "found"),
    [
        ("Lee Invented, MD", {UNSIGNED}),
        ("", {UNSIGNED}),
        ("/s/ Lee Invented", set()),
        ("E-signed Lee Invented", set()),
        ("Dictated and reviewed: Lee Invented", set()),
        ("Authenticated by Lee Invented", set()),
        ("The design of the study", {UNSIGNED}),
    ],
)
def test_a_note_without_signature_is_told(signature: str, found: set[str]) -> None:
    text = note(SAID).replace("Electronically signed by Lee Invented, MD", signature)

    assert found == words(written(text), "Exhibit A")


def test_a_note_without_a_day_is_told() -> None:
    assert {UNDATED} == words(written(note(SAID), days=("",)), "Exhibit A")


def test_a_pdf_is_looked_at_as_well(tmp_path: Path) -> None:
    made = packet_from(tmp_path, notes={"consult.pdf": pdf(page(SAID))})

    assert {UNSIGNED, UNDATED} == words(made, "Exhibit A")


OTHERS = "an identifier on it may be somebody else's"


@pytest.mark.parametrize(
    "line",
    [
        "MRN: 4711 and MRN: 4712",
        "Medical record number 4711; account no 99",
        "SSN 123-45-6789",
    ],
)
def test_an_identifier_of_somebody_else_is_told(line: str) -> None:
    made = written(note(f"{SAID} {line}"))

    (gap,) = (each for each in gaps(made, "Exhibit A") if each.words == OTHERS)
    assert Weight.MUST is gap.weight
    assert "--redact" in gap.fix
    assert not any(each in str(made.gaps) for each in ("4711", "6789"))


@pytest.mark.parametrize("line", ["Room mate, DOB 03/04/1950", "born 1950-03-04"])
def test_a_birthday_of_somebody_else_is_told(line: str) -> None:
    """The reader of charts sets a note with another birthday aside; one may come in otherwise."""
    assert OTHERS in words(written(note(f"{SAID} {line}")), "Exhibit A")


@pytest.mark.parametrize("line", ["MRN: 4711, MRN 4711", "DOB: 05/09/1985", "born 1985-05-09", ""])
def test_the_patients_own_identifiers_are_not_told(line: str) -> None:
    made = written(note(f"{SAID} {line}"))

    assert set() == words(made, "Exhibit A")


def test_a_note_that_was_carried_forward_is_told() -> None:
    made = written(
        note(f"{SAID}\n{CARRIED}"),
        note(f"{SAID}\n{CARRIED}\nOne line of this visit, that is new and long enough."),
    )

    (gap,) = (each for each in made.gaps if "stand in" in each.words)
    assert ("Exhibit B", Weight.LOOK) == (gap.about, gap.weight)
    assert "most of its lines stand in Exhibit A already" == gap.words


@pytest.mark.parametrize(
    "texts", [(SAID, SAID), (CARRIED, "All that is written here is new, and long enough to tell.")]
)
def test_short_or_other_notes_are_not_held_to_be_carried_forward(texts: tuple[str, str]) -> None:
    made = written(*(note(each) for each in texts))

    assert [] == [each for each in made.gaps if "stand in" in each.words]


def test_other_kinds_of_packet_have_the_same_list() -> None:
    base = decided(packet("spine-clinic").material)

    assert again(base, Kind.APPEAL).gaps == again(base, Kind.PATIENT).gaps
    assert date(2026, 10, 5) == ON
