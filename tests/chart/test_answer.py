"""`chart.answer`: what a person writes or confirms becomes FHIR, and comes back as it was meant."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from multifidus import Plan, Service, derive, shipped
from multifidus.chart.answer import (
    CONFIRMED_WORDS,
    accepted,
    confirm,
    is_said,
    read_answer,
    respond,
    with_answers,
    with_words,
)
from multifidus.chart.document import Document
from multifidus.chart.prose.notes import Reader
from multifidus.chart.record import read_record
from multifidus.chart.statements.gather import Chart
from multifidus.core.case import Absence, Basis, Fact, Provenance, Quote, Reason
from multifidus.core.element import COUNTED, Choice, Number, Time, YesNo
from multifidus.core.quantity import DateRange, Quantity, Span
from multifidus.core.resource import SAID_ON

if TYPE_CHECKING:
    from pathlib import Path

    from multifidus.chart.fhir import Resource
    from multifidus.core.quantity import Value

SHELF = shipped()
DICTIONARY = SHELF.dictionaries["low-back-pain"]
LEXICON = SHELF.lexicon("low-back-pain")
PLAN = Plan(DICTIONARY)
READER = Reader(DICTIONARY, LEXICON)
PATIENT = "Patient/p1"
ON = date(2026, 9, 21)
SERVICE = date(2026, 10, 5)


def sample(name: str) -> list[str]:
    """Write an answer of each kind that an element takes."""
    element = DICTIONARY.elements[name]
    match element.answer:
        case YesNo():
            return ["yes", "no"]
        case Choice(options):
            return list(options)
        case Number(unit, low, high):
            return [f"{low} {unit}", f"{high} {unit}"]
        case Time():
            times = ["6 years", "1 month", "5 weeks", "40 days"] if element.units else []
            return ["since 2019", "since 2019-03", "since 2019-03-05", *times]


def responded(**answers: Resource) -> Resource:
    """Make the response of some answers, through the JSON that a file would hold."""
    response = respond(DICTIONARY, answers, patient=PATIENT, by="Dr. Q", on=ON)
    read: Resource = json.loads(json.dumps(response))
    return read


def settled(chart: Chart, name: str, *, on: date = SERVICE) -> Fact | Absence:
    """Settle an element of a chart."""
    return derive(PLAN, chart, Service(date=on)).entry(name)


def waiting(name: str, found: Value, *, day: str = "2026-09-02") -> Absence:
    """Make what a text says of an element, and a person has to confirm."""
    quote = Quote(words="the words", start=3, end=12, page=2)
    address = Provenance(resource="note.pdf", path="", date=DateRange.parse(day), quote=quote)
    return Absence(
        reason=Reason.UNCONFIRMED, detail=f"of {name}", provenance=(address,), found=found
    )


def noted(text: str, *, day: str = "2026-09-02") -> Chart:
    """Make the chart of one note."""
    chart = Chart(patient=PATIENT)
    document = Document(name="note.txt", text=text, date=DateRange.parse(day))
    for statement in READER.statements(document, READER.mentions(document)):
        chart.statements[statement.element].append(statement)
    return chart


# The way there and back


@pytest.mark.parametrize("name", [each for each in DICTIONARY.elements if each in LEXICON.elements])
def test_an_answer_of_any_kind_settles_an_element_that_text_is_read_for(name: str) -> None:
    element = DICTIONARY.elements[name]

    for words in sample(name):
        answer, problem = read_answer(element, words, ON)
        assert answer is not None, (words, problem)
        entry = settled(
            with_answers(PLAN, Chart(patient=PATIENT), responded(**{name: answer})), name
        )

        assert isinstance(entry, Fact), (words, entry)
        assert Basis.ANSWER == entry.basis
        assert "" == problem


@pytest.mark.parametrize("name", [each for each in DICTIONARY.elements if each in LEXICON.elements])
def test_what_a_text_says_comes_back_as_the_same_value_when_it_is_confirmed(name: str) -> None:
    element = DICTIONARY.elements[name]

    for words in sample(name):
        answer, _ = read_answer(element, words, date(2026, 9, 2))
        assert answer is not None
        chart = Chart(patient=PATIENT)
        response = respond(DICTIONARY, {name: answer}, patient=PATIENT, by="x", on=date(2026, 9, 2))
        said = settled(with_answers(PLAN, chart, response), name)
        assert isinstance(said, Fact)

        confirmed = confirm(element, waiting(name, said.value))

        assert confirmed is not None, words
        entry = settled(with_answers(PLAN, chart, responded(**{name: confirmed})), name)
        assert isinstance(entry, Fact)
        assert said.value == entry.value
        assert Basis.ANSWER == entry.basis


@pytest.mark.parametrize(
    ("name", "words", "value"),
    [
        ("spine_surgery_indicated", "No", {"valueBoolean": False}),
        ("oswestry_index", "44 points", (44, "{score}")),
        ("oswestry_index", "44%", (44, "%")),
        ("oswestry_index", "44.5 %", (44.5, "%")),
        ("pain_vas", "68mm", (68, "mm")),
        ("pain_vas", "7.2 CM", (7.2, "cm")),
        ("pain_nrs", "7", (7, "{score}")),
        ("pain_duration", "6 years", (6, "a")),
        ("pain_duration", "1 year", (1, "a")),
        ("pain_duration", "since 2019-03", {"valueDate": "2019-03"}),
        ("age", "Since 1977-05-19", {"valueDate": "1977-05-19"}),
    ],
)
def test_what_a_person_writes_becomes_a_value_of_its_type(
    name: str, words: str, value: dict[str, Any] | tuple[float, str]
) -> None:
    answer, _ = read_answer(DICTIONARY.elements[name], words, ON)

    assert answer is not None
    if isinstance(value, dict):
        assert value == answer
    else:
        quantity = answer["valueQuantity"]
        assert value == (quantity["value"], quantity["code"])
        assert "http://unitsofmeasure.org" == quantity["system"]


def test_an_option_is_a_code_of_the_dictionary() -> None:
    answer, _ = read_answer(DICTIONARY.elements["multifidus_mri_level"], "L4-L5", ON)

    assert answer == {
        "valueCoding": {
            "system": "https://multifidus.org/fhir/CodeSystem/low-back-pain",
            "code": "l4-l5",
            "display": "l4 l5",
        }
    }


@pytest.mark.parametrize(
    ("name", "words", "problem"),
    [
        ("spine_surgery_indicated", "maybe", "the answer is neither yes nor no"),
        ("prone_instability_test", "good", "the answer is none of the element's options"),
        ("oswestry_index", "44", "the answer has no unit"),
        ("oswestry_index", "44 cm", "the answer is not in a unit that is accepted"),
        ("oswestry_index", "high", "the answer is not a number with a unit"),
        ("oswestry_index", "101 points", "the value is outside the range of the scale"),
        ("oswestry_index", f"{'9' * 50} points", "the value is outside the range of the scale"),
        ("pain_vas", f"7.{'1' * 30} cm", "the number has more digits than a record keeps"),
        ("pain_duration", "6", "the answer has no unit"),
        ("pain_duration", "6.5 years", "the time is not a whole number of calendar units"),
        ("pain_duration", "since 2019-13", "the value is not a time"),
        ("pain_duration", "since 2026-12", "the time begins after the day of the answer"),
        ("age", "52 years", "the answer is not in a unit that is accepted"),
        (
            "physical_therapy_days",
            "12 times",
            "it is counted from the record's entries, and takes no answer",
        ),
    ],
)
def test_what_cannot_be_an_answer_is_told_without_the_words(
    name: str, words: str, problem: str
) -> None:
    answer, found = read_answer(DICTIONARY.elements[name], words, ON)

    assert (None, problem) == (answer, found)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("pregnant", "yes | no"),
        ("prone_instability_test", "positive | negative"),
        ("oswestry_index", "a number from 0 to 100 in points or percent"),
        ("age", "a day, as `since 2019-03`"),
        (
            "pain_duration",
            "a day, as `since 2019-03`, or a time in years, months, weeks, days, as `6 years`",
        ),
    ],
)
def test_what_an_element_takes_is_said(name: str, words: str) -> None:
    assert words == accepted(DICTIONARY.elements[name])


def test_every_way_to_count_is_known_as_one() -> None:
    """An answer would be counted as one entry more, whatever number it gives."""
    counted = {each.name for each in DICTIONARY.elements.values() if each.pick in COUNTED}

    assert {"physical_therapy_days", "medication_classes_tried"} == counted


# The words


def test_a_confirmed_answer_keeps_the_words_and_where_they_stand() -> None:
    answer = confirm(DICTIONARY.elements["prone_instability_test"], waiting("x", "positive"))

    assert answer is not None
    words, said_on = answer["extension"]
    assert CONFIRMED_WORDS == words["url"]
    assert [
        {"url": "document", "valueString": "note.pdf"},
        {"url": "page", "valuePositiveInt": 2},
        {"url": "start", "valueUnsignedInt": 3},
        {"url": "end", "valueUnsignedInt": 12},
        {"url": "words", "valueString": "the words"},
    ] == words["extension"]
    assert {"url": SAID_ON, "valueDate": "2026-09-02"} == said_on


def test_a_document_inside_of_a_resource_is_named_with_its_field() -> None:
    entry = waiting("x", "positive")
    [address] = entry.provenance
    inside = Provenance(
        resource="DocumentReference/mri", path="content[0]", date=address.date, quote=address.quote
    )

    answer = with_words({"valueBoolean": True}, Absence(reason=entry.reason, provenance=(inside,)))

    assert {"url": "path", "valueString": "content[0]"} in answer["extension"][0]["extension"]


def test_words_are_kept_only_with_an_answer_that_says_the_same() -> None:
    element = DICTIONARY.elements["prone_instability_test"]
    entry = waiting("x", "positive")

    for words, same in (("positive", True), ("negative", False)):
        answer, _ = read_answer(element, words, ON)
        assert answer is not None
        assert same is is_said(element, answer, entry, ON)


def test_a_time_is_the_same_only_if_it_began_at_the_same_time() -> None:
    """Six years that a note of 2 September tells of are not six years of 21 September."""
    element = DICTIONARY.elements["pain_duration"]
    chart = noted("Low back pain for 6 years.")
    entry = settled(chart, "pain_duration")
    assert isinstance(entry, Absence)
    assert isinstance(entry.found, Span)
    today, _ = read_answer(element, "6 years", ON)
    confirmed = confirm(element, entry)

    assert today is not None
    assert confirmed is not None
    assert not is_said(element, today, entry, ON)
    told = settled(with_answers(PLAN, chart, responded(pain_duration=confirmed)), "pain_duration")
    assert isinstance(told, Fact)
    assert isinstance(told.value, Span)
    assert entry.found.since == told.value.since


def test_a_day_on_which_a_time_was_stated_that_cannot_be_read_is_no_other_day() -> None:
    answer = confirm(
        DICTIONARY.elements["pain_duration"],
        settled_absence(noted("Low back pain for 6 years."), "pain_duration"),
    )
    assert answer is not None
    answer["extension"][-1]["valueDate"] = "yesterday"

    entry = settled(
        with_answers(PLAN, Chart(patient=PATIENT), responded(pain_duration=answer)), "pain_duration"
    )

    assert isinstance(entry, Absence)
    assert "a time needs the day on which it was stated" == entry.detail


def settled_absence(chart: Chart, name: str) -> Absence:
    """Settle an element that has no fact."""
    entry = settled(chart, name)
    assert isinstance(entry, Absence)
    return entry


def test_a_time_that_no_fhir_value_says_is_not_confirmed() -> None:
    strange = Span(
        since=DateRange(earliest=date(2019, 1, 3), latest=date(2019, 1, 10)), until=SERVICE
    )
    element = DICTIONARY.elements["pain_duration"]
    entry = waiting("x", strange)

    assert confirm(element, entry) is None
    assert confirm(element, Absence(reason=entry.reason, found=strange)) is None


def test_a_number_keeps_its_digits_or_is_not_confirmed() -> None:
    element = DICTIONARY.elements["pain_vas"]

    assert confirm(element, waiting("x", Quantity("7.25", "cm"))) is not None
    assert confirm(element, waiting("x", Quantity(f"7.{'1' * 30}", "cm"))) is None


def test_without_a_value_there_is_nothing_to_confirm() -> None:
    nothing = Absence(reason=Reason.UNCONFIRMED)

    assert confirm(DICTIONARY.elements["pain_vas"], nothing) is None


# The resource


@pytest.mark.parametrize(
    ("service", "is_young"), [(date(2026, 10, 1), True), (date(2026, 10, 3), False)]
)
def test_what_is_confirmed_is_as_old_as_its_words(service: date, is_young: bool) -> None:  # noqa: FBT001
    """Of an infection three months count: words of 2 July are no younger for being confirmed."""
    infection = DICTIONARY.elements["active_infection"]
    answer = confirm(infection, waiting("active_infection", found=False, day="2026-07-02"))
    assert answer is not None
    said = read_answer(infection, "no", ON)[0]
    assert said is not None

    confirmed, told = (
        settled(
            with_answers(PLAN, Chart(patient=PATIENT), responded(active_infection=each)),
            "active_infection",
            on=service,
        )
        for each in (answer, said)
    )

    assert is_young == isinstance(confirmed, Fact)
    assert isinstance(confirmed, Fact) or confirmed.reason is Reason.TOO_OLD
    # What a person says is of the day on which it is said.
    assert isinstance(told, Fact)


def test_of_several_texts_the_newest_dates_what_is_confirmed() -> None:
    first = waiting("prone_instability_test", "positive", day="2026-05")
    second = waiting("prone_instability_test", "positive", day="2026-08-04")
    both = replace(first, provenance=(*second.provenance, *first.provenance))

    answer = confirm(DICTIONARY.elements["prone_instability_test"], both)

    assert answer is not None
    assert {"url": SAID_ON, "valueDate": "2026-08-04"} in answer["extension"]


def test_a_response_says_who_answered_what_and_when() -> None:
    response = responded(prone_instability_test={"valueBoolean": True})

    assert "QuestionnaireResponse" == response["resourceType"]
    assert "https://multifidus.org/fhir/Questionnaire/low-back-pain" == response["questionnaire"]
    assert "completed" == response["status"]
    assert {"reference": PATIENT} == response["subject"]
    assert "2026-09-21" == response["authored"]
    assert {"display": "Dr. Q"} == response["author"] == response["source"]
    [item] = response["item"]
    assert "What did the prone instability test show?" == item["text"]


def test_the_same_answers_have_the_same_id_and_others_another() -> None:
    """A record with two files of one day must not hold one id twice."""
    one = responded(pain_vas={"valueQuantity": {"value": 7.25}})

    assert one == responded(pain_vas={"valueQuantity": {"value": 7.25}})
    assert one["id"] != responded(pain_vas={"valueQuantity": {"value": 7.5}})["id"]
    assert one["id"].startswith("answers-2026-09-21-")


@pytest.mark.parametrize(
    ("patient", "reference"),
    [("Patient/p1", "Patient/p1"), ("Patient urn:uuid:1", "urn:uuid:1")],
)
def test_a_patient_is_named_by_id_or_by_url(patient: str, reference: str) -> None:
    response = respond(DICTIONARY, {}, patient=patient, by="x", on=ON)

    assert {"reference": reference} == response["subject"]


def test_a_patient_that_has_neither_cannot_be_named() -> None:
    with pytest.raises(ValueError, match="neither an id nor a URL"):
        respond(DICTIONARY, {}, patient="Patient at record.json: entry[0]", by="x", on=ON)


@pytest.mark.parametrize("patient", [{"id": "p1"}, {}])
def test_the_answers_of_a_patient_known_by_a_url_come_back(
    patient: dict[str, str], tmp_path: Path
) -> None:
    entry = {"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Patient", **patient}}
    record = {"resourceType": "Bundle", "type": "collection", "entry": [entry]}
    (tmp_path / "record.json").write_text(json.dumps(record))
    [chart] = read_record(PLAN, [tmp_path], lexicon=lambda: LEXICON).charts
    answer, _ = read_answer(DICTIONARY.elements["pain_vas"], "7 cm", ON)
    assert answer is not None
    response = respond(DICTIONARY, {"pain_vas": answer}, patient=chart.patient, by="x", on=ON)
    (tmp_path / "answers.json").write_text(json.dumps(response))

    [again] = read_record(PLAN, [tmp_path], lexicon=lambda: LEXICON).charts

    assert isinstance(settled(again, "pain_vas"), Fact)


# A text, an answer, and a text again


def test_a_confirmed_text_is_an_answer() -> None:
    chart = noted("Prone instability test positive.")
    answer = confirm(
        DICTIONARY.elements["prone_instability_test"],
        settled_absence(chart, "prone_instability_test"),
    )
    assert answer is not None

    entry = settled(
        with_answers(PLAN, chart, responded(prone_instability_test=answer)),
        "prone_instability_test",
    )

    assert isinstance(entry, Fact)
    assert (Basis.ANSWER, "positive") == (entry.basis, entry.value)


def test_an_answer_against_the_text_goes_before_it() -> None:
    chart = noted("Prone instability test positive.")
    answer, _ = read_answer(DICTIONARY.elements["prone_instability_test"], "negative", ON)
    assert answer is not None

    entry = settled(
        with_answers(PLAN, chart, responded(prone_instability_test=answer)),
        "prone_instability_test",
    )

    assert isinstance(entry, Fact)
    assert (Basis.ANSWER, "negative") == (entry.basis, entry.value)


@pytest.mark.parametrize(
    ("words", "day", "reason"),
    [
        ("Prone instability test negative.", "2026-09-28", Reason.IN_CONFLICT),
        ("Prone instability test negative.", "2026-09-21", None),
        ("Prone instability test positive.", "2026-09-28", None),
    ],
)
def test_a_later_text_that_contradicts_the_answer_opens_it_again(
    words: str, day: str, reason: Reason | None
) -> None:
    chart = noted("Prone instability test positive.")
    answer, _ = read_answer(DICTIONARY.elements["prone_instability_test"], "positive", ON)
    assert answer is not None
    chart = with_answers(PLAN, chart, responded(prone_instability_test=answer))
    chart.statements["prone_instability_test"] += noted(words, day=day).statements[
        "prone_instability_test"
    ]

    entry = settled(chart, "prone_instability_test")

    assert reason == (entry.reason if isinstance(entry, Absence) else None)
