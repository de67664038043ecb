"""
What is answered in a form comes back as a fact, for every element and every kind of answer.

A person's words or a case's value → an answer in the response → the statement that the reader makes
of it → a fact that rests on an answer.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multifidus.chart.answer import read_answer
from multifidus.chart.filled import answers_in, complete, fill
from multifidus.chart.statements.value import stated
from multifidus.core.case import Absence, Basis, Case, Fact, Provenance, Service
from multifidus.core.element import COUNTED, Choice, Number, Time, YesNo
from multifidus.core.quantity import UCUM, UNITS, DateRange, Quantity, Span
from multifidus.export.form_logic import codes_of
from multifidus.export.questionnaire import questionnaire
from tests.export.form_rules import broken_in_response
from tests.export.form_states import (
    DICTIONARY,
    PATIENT,
    SERVICE,
    case_of,
    of_every_element,
    response_of,
)

if TYPE_CHECKING:
    from multifidus.core.element import DataElement
    from multifidus.core.quantity import Value

FORM = questionnaire(of_every_element()).content
EMPTY = response_of(FORM, Case(service=Service(date=SERVICE)))
ASKED = [each for each in DICTIONARY.elements.values() if each.pick not in COUNTED]
NOT_ASKED = [each for each in DICTIONARY.elements.values() if each.pick in COUNTED]
ON = date(2026, 10, 1)


def numbers(element: DataElement, answer: Number) -> st.SearchStrategy[Quantity]:
    """Give numbers in every unit, the bounds of the range among them."""
    low, high = answer.low, answer.high
    whole = st.decimals(low, high, places=1, allow_nan=False)
    own = st.one_of(st.sampled_from([low, high]), whole)
    codes = codes_of(element)
    return st.builds(_in_unit, own, st.just(answer.unit), st.sampled_from(codes))


def _in_unit(number: Decimal, unit: str, code: str) -> Quantity:
    mine, theirs = UNITS[unit], UCUM[code]
    if mine.dimension is not theirs.dimension or mine.size == theirs.size:
        return Quantity(number, theirs.name)
    factor = mine.size / theirs.size
    scaled = number * factor.numerator / factor.denominator
    # So many digits as a person writes, and never over the edge of the range.
    return Quantity(scaled.quantize(Decimal("0.1"), rounding="ROUND_DOWN"), theirs.name)


def words_of(element: DataElement) -> st.SearchStrategy[str]:
    """Give answers as a person writes them."""
    days = st.dates(date(1930, 1, 1), ON)
    match element.answer:
        case YesNo():
            return st.sampled_from(["yes", "no"])
        case Choice(options):
            return st.sampled_from(options)
        case Number():
            return numbers(element, element.answer).map(str)
        case Time():
            since = st.one_of(
                days.map(str),
                st.sampled_from([f"{year}" for year in range(1950, 2026)]),
                days.map(lambda day: f"{min(day, ON - timedelta(31)):%Y-%m}"),
            ).map(lambda day: f"since {day}")
            names = [UCUM[code].name for code in element.units]
            lasting = st.builds(Quantity, st.integers(0, 60), st.sampled_from(names or ["days"]))
            return st.one_of(since, lasting.map(str)) if names else since


def expected(element: DataElement, words: str) -> Value:
    """Say what some words mean, by themselves."""
    match element.answer:
        case YesNo():
            return words == "yes"
        case Choice():
            return words
        case Number(unit):
            number, _, name = words.partition(" ")
            if UNITS[name].dimension is UNITS[unit].dimension:
                return Quantity(number, name)
            return Quantity(number, unit)
        case Time(counting):
            if words.startswith("since "):
                since = DateRange.parse(words.removeprefix("since "))
                return Span(since=since, until=SERVICE, counting=counting)
            count, _, name = words.partition(" ")
            told = stated(int(count), UNITS[name].name, DateRange.exactly(ON), element.answer)
            return told.at(SERVICE)


@pytest.mark.parametrize("element", ASKED, ids=lambda each: each.name)
@settings(max_examples=15)
@given(data=st.data())
def test_an_answer_comes_back_as_it_was_given(element: DataElement, data: st.DataObject) -> None:
    words = data.draw(words_of(element))
    answer, problem = read_answer(element, words, ON)
    assert ("", True) == (problem, answer is not None)
    assert answer is not None

    told = complete(EMPTY, {element.name: answer}, by="Dr. Q", on=ON)

    entry = case_of(told).entry(element.name)
    assert isinstance(entry, Fact)
    assert (Basis.ANSWER, expected(element, words)) == (entry.basis, entry.value)
    assert [] == broken_in_response(told, FORM)


@pytest.mark.parametrize("element", ASKED, ids=lambda each: each.name)
@settings(max_examples=10)
@given(data=st.data())
def test_a_fact_that_is_filled_in_comes_back_the_same(
    element: DataElement, data: st.DataObject
) -> None:
    """It is as old as the record's own words, not as the form, and so is not too old by less."""
    value = expected(element, data.draw(words_of(element)))
    seen = DateRange.exactly(data.draw(st.dates(date(2026, 7, 10), ON)))
    address = Provenance(resource="Observation/o1", path="value", date=seen)
    fact = Fact(value=value, basis=Basis.STRUCTURED, provenance=(address,))
    case = Case(service=Service(date=SERVICE), entries={element.name: fact})

    response = fill(FORM, DICTIONARY, case, patient=PATIENT, on=ON)

    entry = case_of(response).entry(element.name)
    if answers_in(response):
        assert isinstance(entry, Fact)
        assert value == entry.value
        if not isinstance(element.answer, Time):
            assert seen == entry.provenance[0].date
    else:
        # Days that no FHIR date names and no whole number of units counts back to.
        assert isinstance(value, Span)
        assert isinstance(entry, Absence)


@pytest.mark.parametrize("element", NOT_ASKED, ids=lambda each: each.name)
def test_what_is_counted_takes_no_answer_and_says_so(element: DataElement) -> None:
    links = {item["linkId"]: item for item in FORM["item"][0]["item"]}

    assert element.name not in links
    assert "display" == links[f"{element.name}.counted"]["type"]
    assert "no answer is taken" in links[f"{element.name}.counted"]["text"]


def test_what_was_too_old_in_the_record_is_too_old_in_a_form_sent_today() -> None:
    seen = DateRange.exactly(date(2026, 1, 1))
    address = Provenance(resource="Observation/o1", path="value", date=seen)
    fact = Fact(value=Quantity(40, "points"), basis=Basis.STRUCTURED, provenance=(address,))
    early = Case(service=Service(date=date(2026, 2, 1)), entries={"oswestry_index": fact})

    response = fill(FORM, DICTIONARY, early, patient=PATIENT, on=ON)

    assert isinstance(case_of(response).entry("oswestry_index"), Absence)


def test_silence_stays_silence() -> None:
    """What a form repeats of a silent record is no answer of a person."""
    silent = case_of(EMPTY)
    assert Basis.SILENCE is _fact(silent, "treats_post_herpetic_neuralgia").basis

    response = response_of(FORM, silent)

    assert "treats_post_herpetic_neuralgia" in answers_in(response)
    assert Basis.SILENCE is _fact(case_of(response), "treats_post_herpetic_neuralgia").basis


def test_a_person_overrides_what_was_filled_in() -> None:
    known = Case(
        service=Service(date=SERVICE),
        entries={
            "pain_duration": Fact(
                value=Span(since=DateRange.parse("2019"), until=SERVICE), basis=Basis.STRUCTURED
            )
        },
    )
    response = response_of(FORM, known)
    answer, _ = read_answer(DICTIONARY.elements["pain_duration"], "2 years", ON)
    assert answer is not None

    told = complete(response, {"pain_duration": answer}, by="Dr. Q", on=ON)

    assert {"pain_duration.duration"} == answers_in(told)
    # As of the day of the answer, and so to the day of service a little more than two.
    assert "2 to 3 years" == str(_fact(case_of(told), "pain_duration").value)


def test_an_element_that_a_form_does_not_ask_is_no_answer() -> None:
    with pytest.raises(KeyError):
        complete(EMPTY, {"physical_therapy_days": {"valueBoolean": True}}, by="Dr. Q", on=ON)


def _fact(case: Case, name: str) -> Fact:
    entry = case.entry(name)
    assert isinstance(entry, Fact)
    return entry
