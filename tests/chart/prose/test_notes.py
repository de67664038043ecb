"""What a note says: mentions, how they are meant, their values and days, and their words."""

from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multifidus.chart.document import Document, Passage
from multifidus.chart.prose.notes import NO_DAY, Reader
from multifidus.core.case import Basis, Box
from multifidus.core.quantity import DateRange, Quantity, Span
from multifidus.library.shelf import shipped

if TYPE_CHECKING:
    from multifidus.chart.mention import Mention
    from multifidus.chart.statements.statement import Statement

WRITTEN = "2026-08-24"


@cache
def reader() -> Reader:
    shelf = shipped()
    return Reader(shelf.dictionaries["low-back-pain"], shelf.lexicon("low-back-pain"))


def note(text: str, *, title: str = "", day: str = WRITTEN) -> Document:
    date = DateRange.parse(day) if day else None
    return Document(name="note.txt", text=text, title=title, date=date)


def mentions(text: str, element: str = "", *, title: str = "", day: str = WRITTEN) -> list[Mention]:
    found = reader().mentions(note(text, title=title, day=day))
    return [each for each in found if element in ("", each.element)]


def meant(text: str, element: str, *, title: str = "") -> list[tuple[str, object]]:
    return [(str(each.assertion), each.value) for each in mentions(text, element, title=title)]


def statements(document: Document) -> list[Statement]:
    return list(reader().statements(document, reader().mentions(document)))


def points(number: str) -> Quantity:
    return Quantity(number, "points")


@pytest.mark.parametrize(
    ("text", "element", "value"),
    [
        ("Low back NRS 7/10", "pain_nrs", points("7")),
        ("Low back pain is 7 out of 10 today.", "pain_nrs", points("7")),
        ("Back VAS 6.8 cm", "pain_vas", Quantity("6.8", "cm")),
        ("Back VAS 68 mm", "pain_vas", Quantity("68", "mm")),
        ("ODI 44%", "oswestry_index", points("44")),
        ("Oswestry 44/100", "oswestry_index", points("44")),
        ("ODI 22/50", "oswestry_index", points("44")),
        ("BMI 31.2", "body_mass_index", Quantity("31.2", "kg/m2")),
        ("PHQ-9: 6", "phq_9", points("6")),
        ("Cobb angle 14 degrees", "scoliosis_angle", Quantity("14", "degrees")),
        ("45 MME/day", "opioid_dose", Quantity("45", "mg/day")),
    ],
)
def test_a_number_is_read_with_its_scale(text: str, element: str, value: Quantity) -> None:
    assert [("present", value)] == meant(text, element)


@pytest.mark.parametrize(
    "text",
    [
        "Foot clinic. Rates his pain 7/10.",
        "Neck pain. NRS 6/10.",
        "I will refer her back to Dr. Q on 2/10.",
    ],
)
def test_a_score_of_pain_needs_the_back_near_it(text: str) -> None:
    assert not mentions(text, "pain_nrs")


@pytest.mark.parametrize(
    ("text", "element"),
    [("Back VAS 7", "pain_vas"), ("ODI 44", "oswestry_index"), ("LBP, NRS 6-8/10", "pain_nrs")],
)
def test_a_number_without_its_scale_is_not_guessed(text: str, element: str) -> None:
    (found,) = mentions(text, element)

    assert found.value is None
    assert found.problem
    (statement,) = [each for each in statements(note(text)) if each.element == element]
    assert (None, found.problem) == (statement.value, statement.problem)


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("LBP for 6 years.", "2019-08-25 to 2020-08-24"),
        ("Low back pain since 6/2019.", "2019-06"),
        ("Low back pain since 2019.", "2019"),
        ("Low back pain began in March 2020.", "2020-03"),
    ],
)
def test_a_time_has_the_precision_of_its_words(text: str, since: str) -> None:
    (found,) = mentions(text, "pain_duration")

    assert isinstance(found.value, Span)
    assert found.since is not None
    if " to " in since:
        first, last = since.split(" to ")
        assert (first, last) == (str(found.since.earliest), str(found.since.latest))
    else:
        assert DateRange.parse(since) == found.since


def test_a_time_needs_a_day_from_which_it_is_counted() -> None:
    (found,) = mentions("LBP for 6 years.", "pain_duration", day="")

    assert NO_DAY == found.problem
    assert mentions("LBP since 2019.", "pain_duration", day="")[0].since == DateRange.parse("2019")


def test_a_day_to_come_is_no_beginning() -> None:
    assert [] == mentions("Low back pain since 2027.", "pain_duration")


@pytest.mark.parametrize(
    ("text", "assertion"),
    [
        ("Lumbar radiculopathy.", "present"),
        ("No radiculopathy.", "negated"),
        ("Denies sciatica.", "negated"),
        ("Radiculopathy: no", "negated"),
        ("Possible radiculopathy.", "possible"),
        ("Radiculopathy cannot be excluded.", "possible"),
        ("Radiculopathy?", "possible"),
        ("Call if sciatica develops.", "hypothetical"),
        ("History of sciatica.", "historical"),
        ("Mother has sciatica.", "other"),
        ("FAMILY HISTORY\nsciatica", "other"),
        ("PAYER CRITERIA (copied):\nno radiculopathy", "hypothetical"),
    ],
)
def test_a_finding_is_meant_as_its_words_say(text: str, assertion: str) -> None:
    assert [assertion] == [each for each, _ in meant(text, "radiculopathy")]


def test_only_what_is_told_of_the_patient_becomes_a_statement() -> None:
    text = "No radiculopathy. Possible scoliosis. Mother has spinal stenosis. PIT positive."

    assert {"radiculopathy": False, "prone_instability_test": "positive"} == {
        each.element: each.value for each in statements(note(text))
    }


def test_a_negation_is_quoted_with_its_words() -> None:
    (found,) = mentions("She is not a surgical candidate.", "spine_surgery_indicated")

    assert (False, "negated") == (found.value, str(found.assertion))
    text = "She is not a surgical candidate."
    assert "not a surgical candidate" in text[found.start : found.end]


def test_an_unticked_box_says_nothing() -> None:
    assert [] == mentions("[ ] Pacemaker", "active_implant")
    assert [("present", True)] == meant("[x] Pacemaker", "active_implant")
    assert [("negated", False)] == meant("Pacemaker: [ ] yes [x] no", "active_implant")


def test_the_dash_of_a_bullet_is_no_result() -> None:
    assert [] == mentions("- Prone instability test performed", "prone_instability_test")
    found = meant("- Prone instability test positive\n- MLT -", "prone_instability_test")
    assert [("present", "positive")] == found
    assert [("present", "negative")] == meant("Exam:\n- MLT -", "multifidus_lift_test")


def test_what_passes_is_over_after_some_months() -> None:
    assert [("historical", None)] == meant("Cellulitis in 2019", "active_infection")
    assert [("present", True)] == meant("Cellulitis 8/20/2026", "active_infection")


def test_below_the_heading_of_a_plan_a_treatment_is_planned() -> None:
    assert [("hypothetical", None)] == meant("Plan: ESI", "spinal_injection_tried")
    assert [("present", True)] == meant("Prior treatment: ESI", "spinal_injection_tried")


def test_levels_that_stand_in_a_row_are_one_answer() -> None:
    text = "MRI: fatty infiltration of the multifidus at {}, Goutallier grade 2."

    assert [("present", "l4-l5")] == meant(text.format("L4-5"), "multifidus_mri_level")
    assert [("present", "several")] == meant(text.format("L4-5 and L5-S1"), "multifidus_mri_level")
    assert [("present", "goutallier")] == meant(text.format("L4-5"), "multifidus_mri_scale")
    assert [("present", points("2"))] == meant(text.format("L4-5"), "multifidus_mri_grade")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("MRI: multifidus atrophy at L4-S1.", "several"),
        ("MRI: multifidus atrophy from L3 through S1.", "several"),
        ("MRI: multifidus atrophy from L5 to the sacrum.", "l5-s1"),
        ("MRI: multifidus atrophy at L4-L5.", "l4-l5"),
    ],
)
def test_levels_may_be_a_span(text: str, value: str) -> None:
    assert meant(text, "multifidus_mri_level") == [("present", value)]


@pytest.mark.parametrize(
    ("text", "element"),
    [
        ("Cervical radiculopathy.", "radiculopathy"),
        ("Severe foraminal stenosis.", "spinal_stenosis"),
        ("Epidural abscess.", "spinal_injection_tried"),
        ("Lumbar fusion is not indicated.", "prior_lumbar_surgery"),
        ("EMG: the multifidus had normal insertional activity.", "multifidus_emg"),
    ],
)
def test_words_of_something_else_hide_what_lies_in_them(text: str, element: str) -> None:
    assert meant(text, element) == []


def test_of_two_that_overlap_and_differ_the_first_counts() -> None:
    found = meant("Not yet cleared by cardiology for surgery.", "unsuitable_for_implant_surgery")
    assert found == [("present", True)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("PIT -, SLR negative", "negative"),
        ("PIT -", "negative"),
        ("-PIT, +SLR", "negative"),
        ("PIT - positive", "positive"),
        ("- PIT positive", "positive"),
    ],
)
def test_a_dash_may_be_a_result(text: str, value: str) -> None:
    assert meant(text, "prone_instability_test") == [("present", value)]


def test_a_dash_that_leads_on_to_words_is_no_result() -> None:
    assert mentions("PIT - deferred", "prone_instability_test") == []


def test_the_paragraph_before_may_tell_what_a_sentence_is_about() -> None:
    filler = "He walks the dog. " * 20
    told = f"{filler}\n\nMRI of May: no fracture. Multifidus atrophy."
    assert meant(told, "multifidus_mri") == [("present", "abnormal")]
    apart = f"MRI of May: no fracture.\n\n{filler}\n\nMultifidus atrophy."
    assert meant(f"{filler}{apart}", "multifidus_mri") == []


def test_the_title_may_tell_what_a_report_is_about() -> None:
    text = "Atrophy of the multifidus."

    assert [("present", "abnormal")] == meant(text, "multifidus_mri", title="MRI lumbar spine")
    assert [] == meant(text, "multifidus_mri", title="CT lumbar spine")


def test_a_statement_holds_the_words_it_rests_on_and_where_they_stand() -> None:
    text = "First page.\n\nPIT positive."
    document = Document(
        name="letter.pdf",
        text=text,
        date=DateRange.parse(WRITTEN),
        passages=(Passage(0, 1), Passage(13, 2)),
        boxes=lambda start, end: (Box(start, 0, end, 10),),
    )
    (statement,) = statements(document)
    quote = statement.quote

    assert quote is not None
    assert ("letter.pdf", Basis.TEXT) == (statement.resource, statement.basis)
    assert ("PIT positive", 2) == (quote.words, quote.page)
    assert quote.words == text[quote.start : quote.end]
    assert (Box(quote.start, 0, quote.end, 10),) == quote.boxes
    assert statement.confirm


GROWING = [
    "sciatica ",
    "mri multifidus atrophy grade 2 at L4-5 ",
    "rfa 3/5/2020 ",
    "odi 40% ",
    "odi 40% 30% ",
    "07/15/2026 08/28/2026\nodi 52% 18%\n",
    "low back nrs\n8/10\n3/10\n",
    "bmi 31 32 33\n",
    "pt failed, ",
    "slump pit positive ",
    "no ",
    "no no radiculopathy or ",
    "multifidus * ",
    "[ ] pacemaker [x] no ",
    "L4-5 ",
    "12345678901234567890 ",
    "((((",
    "pain 7/10, ",
    "FAMILY HISTORY: ",
    "- denies\n",
    "prone instability test ",
    "pacemaker Y N   ",
    "pacemaker [ ] [x]\n",
    "[x] pacemaker [ ] icd ",
    "she has sciatica, 52F, he has sciatica ",
    "SCIATICA\nnone\n",
    "sciatica    no    ",
    "fifty-two-year-old ",
]


def work_on(text: str) -> int:
    """Count the calls that it takes to read a text."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    one = reader()
    one.mentions(note("Back pain."))  # What a reader indexes once is no work on the text.
    sys.setprofile(count)
    try:
        one.mentions(note(text))
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("piece", GROWING)
def test_the_work_grows_with_the_length_of_the_text_alone(piece: str) -> None:
    work_on(piece)  # Whoever reads first indexes the lexicon.

    assert work_on(piece * 800) <= 4.6 * work_on(piece * 200)


_PIECES = st.sampled_from(
    [
        *("PIT", "positive", "negative", "no", "denies", "radiculopathy", "multifidus", "atrophy"),
        *("MRI", "L4-5", "grade 2", "Goutallier", "ODI", "44%", "7/10", "NRS", "for", "6 years"),
        *("PT", "failed", "without relief", ".", ";", ",", ":", "\n", "\n\n", "- ", "[ ]", "[x]"),
        *("mother", "history of", "if", "?", "(", ")", "2019", "6/2019", "LBP", "since", "\t"),
        *("\u05db\u05d0\u05d1", "\u0130", "\U0001f600", "\0", "\u202e", "İI", "ß", "ŉ"),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_PIECES, max_size=60).map(" ".join) | st.text(max_size=200))
def test_whatever_a_text_holds_every_mention_is_a_span_of_it(text: str) -> None:
    document = note(text)
    found = reader().mentions(document)

    assert found == reader().mentions(document)
    for each in found:
        assert 0 <= each.start < each.end <= len(text)
        assert text[each.start : each.end].strip()
    for statement in reader().statements(document, found):
        quote = statement.quote
        assert quote is not None
        assert quote.words == text[quote.start : quote.end]
        assert (statement.value is None) == bool(statement.problem)


@pytest.mark.parametrize(
    "text",
    [
        "She attended 10 sessions of cognitive behavioral therapy.",
        "He completed 12 sessions of occupational therapy.",
        "Radiation therapy, 30 sessions over 6 weeks.",
        "He completed 6 weeks of antibiotic therapy.",
    ],
)
@pytest.mark.parametrize("element", ["physical_therapy_visits", "physical_therapy_length"])
def test_other_therapies_are_no_physical_therapy(text: str, element: str) -> None:
    assert [] == mentions(text, element)


def test_what_is_to_come_if_therapy_does_not_help_is_no_answer() -> None:
    text = "If his symptoms do not improve with physical therapy, we will consider an injection."

    assert [("hypothetical", None)] == meant(text, "physical_therapy_response")


@pytest.mark.parametrize("text", ["UNII 291P45F896", "Lot A61M, unit B72F"])
def test_what_stands_within_a_code_is_no_age(text: str) -> None:
    assert [] == mentions(text, "age")


def test_the_unit_of_electrolytes_is_no_opioid_dose() -> None:
    assert [] == mentions("Potassium chloride 10 mEq/day. Sodium 145 mEq.", "opioid_dose")
    assert [("present", Quantity("10", "mg/day"))] == meant("Opioid MEQ 10/day.", "opioid_dose")


def test_the_onset_of_another_problem_is_not_that_of_the_pain() -> None:
    text = "PROBLEMS\nAsthma, onset Mar 10, 1998\nPneumonia; onset July 3, 2013\n"
    assert [] == mentions(text, "pain_duration")


def test_what_was_explained_before_an_operation_is_no_opinion_of_a_surgeon() -> None:
    text = "Indications for surgical procedure, risks and complications were explained."
    assert [] == mentions(text, "spine_surgery_indicated")


MANY = "fever, chills, night sweats, weight loss, chest pain, a cough, nausea, bowel changes"
MORE = "bladder changes, numb legs, falls at home, gait change, joint swelling, a rash, bruising"


@pytest.mark.parametrize(
    ("text", "element", "expected"),
    [
        ("Possible causes include stenosis, scoliosis and gout.", "scoliosis", ["possible"]),
        (f"Denies {MANY}, {MORE} or radicular pain.", "radiculopathy", ["negated"]),
        (f"Denies {MANY}, {MORE}, radicular pain.", "radiculopathy", ["negated"]),
        (
            "The pain will wake her despite PT without relief.",
            "physical_therapy_response",
            ["present"],
        ),
        ("The pain will wake her, chronic LBP.", "chronic_low_back_pain", ["present"]),
        ("She will need an ESI.", "spinal_injection_tried", ["hypothetical"]),
        ("Worse if sitting, with radicular pain.", "radiculopathy", ["present"]),
        ("Call if there is sciatica.", "radiculopathy", ["hypothetical"]),
        ("Well until her chronic LBP began.", "chronic_low_back_pain", ["present"]),
        ("Wait until the infection is gone.", "active_infection", ["hypothetical"]),
        ("Spinal stenosis makes gout likely.", "spinal_stenosis", ["present"]),
        ("Gout makes spinal stenosis likely.", "spinal_stenosis", ["possible"]),
        ("Gout makes spinal stenosis unlikely.", "spinal_stenosis", ["possible"]),
        ("Spinal stenosis makes gout unlikely.", "spinal_stenosis", ["present"]),
        ("RADICULOPATHY\nNone.", "radiculopathy", ["negated"]),
        ("Prior lumbar surgery: none", "prior_lumbar_surgery", ["negated"]),
        ("Prior lumbar surgery: he has none", "prior_lumbar_surgery", ["negated"]),
        ("spinal stenosis -ve", "spinal_stenosis", ["negated"]),
        ("(-) spinal stenosis", "spinal_stenosis", ["negated"]),
        ("Radiculopathy Y N", "radiculopathy", []),
        ("Radiculopathy Y (N)", "radiculopathy", ["negated"]),
        ("Radiculopathy [ ] Yes [x] No", "radiculopathy", ["negated"]),
        ("Radiculopathy ( ) Yes (X) No", "radiculopathy", ["negated"]),
        ("Radiculopathy [ ] Yes [ ] No", "radiculopathy", []),
        ("Any radiculopathy now? [ ] Yes [ ] No", "radiculopathy", []),
        ("[x] Radiculopathy [ ] Gout", "radiculopathy", ["present"]),
        ("Gout [x]  Radiculopathy [ ]", "radiculopathy", []),
        ("Policy requires no radiculopathy.", "radiculopathy", ["hypothetical"]),
        ("Coverage criteria: no radiculopathy.", "radiculopathy", ["hypothetical"]),
        ("Insurance checklist:\n- no radiculopathy", "radiculopathy", ["hypothetical"]),
        ("Covered when the record shows radiculopathy.", "radiculopathy", ["hypothetical"]),
        ("The member must limp. No radiculopathy.", "radiculopathy", ["hypothetical"]),
        ("Policy: she limps.\n\nExam: no radiculopathy.", "radiculopathy", ["negated"]),
        ("Radiculopathy N", "radiculopathy", ["negated"]),
        ("Radiculopathy N/V", "radiculopathy", ["present"]),
        ("The letter says they need radiculopathy.", "radiculopathy", ["hypothetical"]),
        ("Has anyone in your family had scoliosis?", "scoliosis", ["other"]),
        ("Scoliosis (my mom)", "scoliosis", ["other"]),
        ("Daughter present, is pregnant.", "pregnant", ["other"]),
        (
            "Daughter calls for him (82 yo M). She has chronic LBP.",
            "chronic_low_back_pain",
            ["other"],
        ),
    ],
)
def test_a_finding_is_meant_as_the_words_around_it_say(
    text: str, element: str, expected: list[str]
) -> None:
    assert expected == [each for each, _ in meant(text, element)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(+) PIT", "positive"),
        ("(-) PIT", "negative"),
        ("PIT  [x] pos [ ] neg", "positive"),
        ("PIT  [ ] pos [x] neg", "negative"),
        ("[x] PIT positive [ ] negative   SLR [ ] pos [x] neg", "positive"),
        ("PIT ........ positive", "positive"),
    ],
)
def test_a_result_may_stand_in_a_form(text: str, value: str) -> None:
    assert [("present", value)] == meant(text, "prone_instability_test")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("ODI fell to 8%.", "8"),
        ("ODI is down to 8%.", "8"),
        ("ODI 8% on 5/29", "8"),
        ("ODI eight percent", "8"),
    ],
)
def test_where_a_scale_fell_to_is_its_reading(text: str, number: str) -> None:
    assert [("present", points(number))] == meant(text, "oswestry_index")


def test_the_columns_of_a_table_are_readings_of_one_scale() -> None:
    text = "            Initial    Discharge\nODI         48%        46%\n"

    assert [("present", points("48")), ("present", points("46"))] == meant(text, "oswestry_index")


@pytest.mark.parametrize(
    "text", ["ODI under 8%.", "Goal: ODI 8%.", "Reduce ODI to 8%.", "ODI 8% or less."]
)
def test_a_goal_or_a_bound_is_no_reading(text: str) -> None:
    assert "present" not in [each for each, _ in meant(text, "oswestry_index")]


def test_a_doubt_does_not_reach_over_a_comma_to_an_age() -> None:
    assert ["present"] == [each for each, _ in meant("Possible gout, 58 yrs old", "age")]


@pytest.mark.parametrize(
    "text",
    ["A fifty-two-year-old man.", "A fifty two year old man.", "A 52-year-old man."],
)
def test_an_age_may_be_written_in_words(text: str) -> None:
    (found,) = mentions(text, "age")
    (same,) = mentions("52-year-old", "age")

    assert same.value == found.value


def test_a_dozen_years_are_twelve() -> None:
    (found,) = mentions("LBP for a dozen years.", "pain_duration")
    (same,) = mentions("LBP for 12 years.", "pain_duration")

    assert same.value == found.value


def test_what_hides_a_phrase_lies_in_one_sentence() -> None:
    assert [] == meant("Cervical radiculopathy.", "radiculopathy")
    assert [("present", True)] == meant(
        "Seen for the neck, cervical. Radiculopathy.", "radiculopathy"
    )


def test_a_result_in_the_next_sentence_may_name_the_pain() -> None:
    text = "She had physiotherapy last winter. It did not change the pain."

    assert [("present", "inadequate")] == meant(text, "physical_therapy_response")


@pytest.mark.parametrize("next_one", ["An epidural did not change the pain.", "Pain unchanged."])
def test_the_next_sentence_is_of_something_else_where_that_is_named(next_one: str) -> None:
    text = f"She had physiotherapy last winter. {next_one}"

    assert [] == meant(text, "physical_therapy_response")


@pytest.mark.parametrize("end", [".", " and she stopped it.", " at all."])
def test_a_treatment_may_do_nothing_for_her(end: str) -> None:
    text = f"Acetaminophen does nothing for her{end}"

    assert [("present", "inadequate")] == meant(text, "medication_response")


def test_what_helped_for_something_of_hers_is_not_of_the_back() -> None:
    assert [] == meant("Acetaminophen does nothing for her gout.", "medication_response")


def test_a_blank_that_is_filled_in_holds_an_answer() -> None:
    assert [("present", points("8"))] == meant("Average low back pain, NRS 0-10: _8_", "pain_nrs")
    assert [] == meant("Average low back pain, NRS 0-10: ___", "pain_nrs")
