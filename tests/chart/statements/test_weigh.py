"""What words in documents weigh beside what is coded and what a person has answered."""

from __future__ import annotations

from datetime import date

import pytest

from multifidus.chart.statements.statement import Statement
from multifidus.chart.statements.value import stated
from multifidus.chart.statements.weigh import CONTRADICTED, weigh
from multifidus.core.case import Absence, Basis, Fact, Quote, Reason
from multifidus.core.element import Time
from multifidus.core.quantity import DateRange, Quantity, Span, Value
from tests.chart.records import shipped_plan

ON = date(2026, 10, 5)
TEST, ODI, PAIN, AGE, MRI, GRADE = (
    "prone_instability_test",
    "oswestry_index",
    "pain_duration",
    "age",
    "multifidus_mri",
    "multifidus_mri_grade",
)
WHY = "a person has to look"


def said(  # noqa: PLR0913  what is said of a statement
    element: str,
    value: Value | None,
    day: str | None = "2026-09-01",
    *,
    basis: Basis = Basis.TEXT,
    confirm: str = WHY,
    problem: str = "",
) -> Statement:
    """Say something of an element; a time is said as `6 years`, or as the day it began."""
    date_of = DateRange.parse(day) if day else None
    answer = shipped_plan().dictionary.elements[element].answer
    span = None
    if isinstance(answer, Time) and isinstance(value, str):
        count, _, unit = value.partition(" ")
        if unit:
            assert date_of is not None
            span = stated(int(count), unit, date_of, answer)
        else:
            since = DateRange.parse(value)
            span = Span(since=since, until=since.latest, counting=answer.counting)
        value = span
    text = basis is Basis.TEXT
    return Statement(
        element=element,
        resource="note.txt" if text else "Observation/o",
        path="",
        value=None if problem else value,
        problem=problem,
        date=date_of,
        since=span.since if span else None,
        basis=basis,
        quote=Quote(words="x", start=0, end=1) if text else None,
        confirm=confirm if text else "",
    )


def coded(element: str, value: Value, day: str | None = "2026-09-01") -> Statement:
    return said(element, value, day, basis=Basis.STRUCTURED)


def answer(element: str, value: Value, day: str | None = "2026-10-01") -> Statement:
    return said(element, value, day, basis=Basis.ANSWER)


def settled(*statements: Statement) -> Fact | Absence:
    element = shipped_plan().dictionary.elements[statements[0].element]
    return weigh(element, statements, ON)


def reason(*statements: Statement) -> str:
    found = settled(*statements)
    assert isinstance(found, Absence), found
    return str(found.reason)


def test_what_only_a_text_says_waits_for_a_person_with_what_was_found() -> None:
    found = settled(said(TEST, "positive"))

    assert isinstance(found, Absence)
    assert (Reason.UNCONFIRMED, WHY, "positive") == (found.reason, found.detail, found.found)
    assert "note.txt" == found.provenance[0].resource
    assert found.provenance[0].quote is not None


def test_a_text_settles_what_the_lexicon_lets_it_settle() -> None:
    found = settled(said(ODI, Quantity("44", "points"), confirm=""))

    assert isinstance(found, Fact)
    assert (Basis.TEXT, Quantity("44", "points")) == (found.basis, found.value)


def test_a_coded_entry_that_says_the_same_needs_no_confirming() -> None:
    found = settled(said(TEST, "positive"), coded(TEST, "positive"))

    assert isinstance(found, Fact)
    assert Basis.STRUCTURED == found.basis
    assert ["note.txt", "Observation/o"] == [each.resource for each in found.provenance] or [
        "Observation/o",
        "note.txt",
    ] == [each.resource for each in found.provenance]


@pytest.mark.parametrize("day", ["2026-08-01", "2026-09-01", "2026-09-30"])
def test_a_text_against_a_coded_entry_is_a_conflict_whichever_is_newer(day: str) -> None:
    found = settled(said(TEST, "negative", day), coded(TEST, "positive"))

    assert isinstance(found, Absence)
    assert Reason.IN_CONFLICT is found.reason
    assert {"note.txt", "Observation/o"} == {each.resource for each in found.provenance}


def test_two_notes_against_each_other_are_a_conflict() -> None:
    two = said(TEST, "positive"), said(TEST, "negative", "2026-09-20")

    assert "in-conflict" == reason(*two)


def test_the_newest_wins_only_where_the_element_says_so() -> None:
    old = coded(ODI, Quantity("30", "points"), "2026-08-20")
    new = said(ODI, Quantity("44", "points"), "2026-09-20", confirm="")
    found = settled(old, new)

    assert isinstance(found, Fact)
    assert (Quantity("44", "points"), Basis.TEXT) == (found.value, found.basis)
    assert "in-conflict" == reason(old, new._replace(date=DateRange.parse("2026-08-20")))


def test_a_persons_answer_has_read_the_words_that_stood_there() -> None:
    found = settled(said(TEST, "positive"), answer(TEST, "negative"))

    assert isinstance(found, Fact)
    assert ("negative", Basis.ANSWER) == (found.value, found.basis)
    same_day = settled(said(TEST, "positive", "2026-10-01"), answer(TEST, "positive"))
    assert isinstance(same_day, Fact)


def test_words_after_the_answer_open_the_question_again() -> None:
    later = said(TEST, "positive", "2026-10-02")

    assert "in-conflict" == reason(later, answer(TEST, "negative"))


@pytest.mark.parametrize("day", ["2026-10", None])
def test_words_that_may_be_older_than_the_answer_do_not(day: str | None) -> None:
    found = settled(said(TEST, "positive", day), answer(TEST, "negative"))

    assert isinstance(found, Fact)
    assert "negative" == found.value


def test_an_answer_after_the_service_has_not_been_given_yet() -> None:
    late = answer(TEST, "positive", "2026-10-06")

    assert "unconfirmed" == reason(said(TEST, "positive"), late)


def test_words_that_cannot_be_read_do_not_unsettle_what_can_and_is_as_new() -> None:
    unread = said(ODI, None, problem="the scale is not stated")
    found = settled(unread, coded(ODI, Quantity("44", "points")))

    assert isinstance(found, Fact)
    assert "unreadable" == reason(unread)
    assert "unreadable" == reason(unread, coded(ODI, Quantity("44", "points"), "2026-08-01"))


@pytest.mark.parametrize(
    ("words", "onset"),
    [("6 years", "2020-09"), ("6 years", "2018"), ("6 years", "2023-01"), ("10 weeks", "2026-06")],
)
def test_a_time_in_words_is_round(words: str, onset: str) -> None:
    found = settled(coded(PAIN, onset), said(PAIN, words))

    assert isinstance(found, Fact)
    assert Basis.STRUCTURED == found.basis


@pytest.mark.parametrize(("words", "onset"), [("6 years", "2026-08-01"), ("6 weeks", "2019-03")])
def test_a_time_in_words_that_cannot_be_the_coded_one_is_a_conflict(words: str, onset: str) -> None:
    found = settled(coded(PAIN, onset), said(PAIN, words))

    assert isinstance(found, Absence)
    assert (Reason.IN_CONFLICT, CONTRADICTED) == (found.reason, found.detail)
    assert "unconfirmed" == reason(said(PAIN, words))


def test_an_age_in_words_is_held_against_the_birth_date() -> None:
    born = coded(AGE, "1974-03-01", None)

    assert isinstance(settled(born, said(AGE, "52 years")), Fact)
    assert isinstance(settled(born, said(AGE, "51 years", "2025-06-01")), Fact)
    assert "in-conflict" == reason(born, said(AGE, "40 years"))


def test_words_about_an_entry_do_not_count_beside_it() -> None:
    found = settled(
        coded(GRADE, Quantity("2", "points")), said(GRADE, Quantity("3", "points"), confirm="")
    )

    assert isinstance(found, Fact)
    assert Quantity("2", "points") == found.value
