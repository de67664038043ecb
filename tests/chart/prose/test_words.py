"""A text as words: numbers, times, days and levels in it, and phrases laid on it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from multifidus.chart.prose.automaton import WIDEST_GAP
from multifidus.chart.prose.capture import LONGEST_NUMBER, is_range, read_day, read_number
from multifidus.chart.prose.phrases import Phrasebook
from multifidus.chart.prose.words import Words
from multifidus.core.quantity import DateRange
from multifidus.core.wording import Takes
from multifidus.library.shelf import shipped
from tests.chart.lexicons import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus.chart.prose.capture import Capture
    from multifidus.core.wording import Lexicon, Phrase


def laid(notation: str, text: str) -> tuple[str, Capture | None] | None:
    """Lay a phrase on the start of a text; give the words that it takes, and what it captures."""
    words = Words(text)
    book = Phrasebook()
    group = book.group([(phrase(notation), None)])
    found = [each for each in book.read(words).all(group, 0, len(words)) if each.start == 0]
    if not found:
        return None
    start, stop = words.quoted(0, found[0].end)
    return text[start:stop], found[0].capture


def taken(notation: str, text: str) -> str | None:
    """Give what a phrase takes of the start of a text."""
    found = laid(notation, text)
    return found and found[0]


# Words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" \n\t", []),
        ("Low Back PAIN", ["low", "back", "pain"]),
        ("follow-up", ["follow", "up"]),
        ("PHQ-9", ["phq", "-", "9"]),
        ("9-point", ["9", "-", "point"]),
        ("pain - none", ["pain", "-", "none"]),
        ("pain- none", ["pain", "-", "none"]),
        ("-5", ["-", "5"]),
        ("7.5/10.", ["7.5", "/", "10", "."]),
        ("M62.85", ["m", "62.85"]),
        ("x_y", ["x", "_", "y"]),
        ("_5_ years", ["5", "years"]),
        ("__L4-5__", ["l", "4", "-", "5"]),
        ("_x_ __ _5", ["_", "x", "_", "_", "_", "_", "5"]),
        ("___ of 5 ___", ["_", "_", "_", "of", "5", "_", "_", "_"]),
        ("a_5_", ["a", "_", "5", "_"]),
        ("(+)", ["(", "+", ")"]),
        ("doesn't", ["doesn", "'", "t"]),
        ("doesn\u2019t", ["doesn", "'", "t"]),
        ("follow\u2011up", ["follow", "up"]),
        ("(\u2212)", ["(", "-", ")"]),
        ("L4\u20135", ["l", "4", "\u2013", "5"]),
        ("KJÆR", ["kjær"]),
        ("İX ß", ["İx", "ß"]),
        ("\u0663 x", ["x"]),
    ],
)
def test_a_text_is_taken_apart_into_letters_numbers_and_signs(text: str, words: list[str]) -> None:
    assert words == Words(text).words
    assert len(words) == len(Words(text))


@given(st.text())
@example("İİ a-b \u2011 ß ΑΣ e\u0301 \U0001f600 1.5.")
def test_the_places_of_words_hold_in_any_text(text: str) -> None:
    """In order, without blanks, and no letter or digit is left between them."""
    words = Words(text)
    places = list(zip(words.starts, words.ends, strict=True))
    between = zip([0, *words.ends], [*words.starts, len(text)], strict=True)

    assert len(words.words) == len(places)
    assert places == sorted(places)
    assert all(text[start:end].strip() == text[start:end] != "" for start, end in places)
    assert not [1 for start, end in between if re.search("[a-z0-9]", text[start:end])]


@given(st.text(), st.text())
@example("İ", "")
def test_a_word_is_quoted_as_it_is_written_whatever_stands_before_it(
    before: str, after: str
) -> None:
    text = f"{before}\nMultiFidus\n{after}"
    words = Words(text)
    at = words.starts.index(len(before) + 1)

    assert "multifidus" == words.words[at]
    assert (len(before) + 1, len(before) + 11) == words.quoted(at, at + 1)
    assert at + 1 == len(words) or words.gap(at).startswith("\n")


# Numbers


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", "7"),
        ("7.5", "7.5"),
        ("007", "7"),
        ("seven", "7"),
        ("Twenty", "20"),
        ("twenty-one", "21"),
        ("twenty one", "21"),
        ("twenty, one", "20"),
        ("twenty ten", "20"),
        ("ninety-nine", "99"),
        ("thirteen", "13"),
        ("a dozen", "12"),
        ("the dozen", "12"),
        ("a", None),
        ("a box", None),
        ("+", None),
        ("½", None),
        ("²", None),
        ("0311", None),
        ("1,200", None),
        ("1,200.5", None),
        ("1, 200", "1"),
        ("1 ,200", "1"),
        ("1,x", "1"),
        ("9" * LONGEST_NUMBER, "9" * LONGEST_NUMBER),
        ("9" * (LONGEST_NUMBER + 1), None),
        ("9" * 10_000, None),
    ],
)
def test_numbers_are_read_in_digits_or_if_small_in_words(text: str, number: str | None) -> None:
    found = read_number(Words(text), 0)

    assert (None if number is None else Decimal(number)) == (found and found.number)


def test_the_second_word_of_a_number_is_no_number() -> None:
    words = Words("fifty-two years")

    assert read_number(words, 1) is None
    assert [2] == [each.end for each in [read_number(words, 0)] if each]


def test_no_part_of_a_number_with_groups_is_a_number() -> None:
    words = Words("1,200,000 mg")

    assert [None] * 5 == [read_number(words, at) for at in range(5)]


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("6-8", [0, 2]),
        ("6 - 8", [0, 2]),
        ("6\u20138", [0, 2]),
        ("6 to 8", [0, 2]),
        ("6 / 8", []),
        ("6", []),
        ("-6", []),
        ("6 -", []),
        ("pain - 6", []),
        ("6 - pain", []),
    ],
)
def test_both_ends_of_a_range_are_known_as_such(text: str, ends: list[int]) -> None:
    words = Words(text)
    numbers = [found for at in range(len(words)) if (found := read_number(words, at))]

    assert ends == [each.start for each in numbers if is_range(words, each)]


# Times, days, levels


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("10 years", "10", "years"),
        ("ten yrs", "10", "years"),
        ("1 yr", "1", "years"),
        ("18 mo", "18", "months"),
        ("6 mths", "6", "months"),
        ("6wks", "6", "weeks"),
        ("90 days", "90", "days"),
        ("3-year", "3", "years"),
        ("3 - months", "3", "months"),
        ("2.5 years", "30", "months"),
        ("1.25 years", "15", "months"),
        ("2.3 years", "2.3", "years"),
        ("2.5 months", "2.5", "months"),
        ("two and a half years", "30", "months"),
        ("two-and-a-half years", "30", "months"),
        ("2 & a half yrs", "30", "months"),
        ("2 1/2 yrs", "30", "months"),
        ("2½ years", "30", "months"),
        ("2 years and a half", "30", "months"),
        ("a year and a half", "18", "months"),
        ("two and a half months", "2.5", "months"),
    ],
)
def test_a_time_is_a_count_and_a_calendar_unit(text: str, number: str, unit: str) -> None:
    found = laid("#time", text)

    assert found is not None
    assert text == found[0]
    assert found[1] is not None
    assert (Decimal(number), unit) == (found[1].number, found[1].unit)


@pytest.mark.parametrize(
    "text",
    [
        "10+ years",
        "10",
        "10 -",
        "years",
        "a year",
        "a day and a half",
        "and a half years",
        "10 points",
        "1,200 days",
    ],
)
def test_a_bound_or_a_count_of_something_else_is_no_time(text: str) -> None:
    assert laid("#time", text) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-05", "2026-03-05"),
        ("2026/03/05", "2026-03-05"),
        ("03/05/2026", "2026-03-05"),
        ("3/5/26", "2026-03-05"),
        ("03-05-2026", "2026-03-05"),
        ("25/03/2026", "2026-03-25"),
        ("March 5, 2026", "2026-03-05"),
        ("March 5 2026", "2026-03-05"),
        ("Sept 5, 2026", "2026-09-05"),
        ("5 March, 2026", "2026-03-05"),
        ("March 2026", "2026-03"),
        ("mar 2026", "2026-03"),
        ("03/2026", "2026-03"),
        ("2026-03", "2026-03"),
        ("2026", "2026"),
    ],
)
def test_days_months_and_years_are_read_in_the_forms_of_notes(text: str, day: str) -> None:
    words = Words(text)
    found = read_day(words, 0, len(words))

    assert found is not None
    assert DateRange.parse(day) == found.date
    assert len(words) == found.end


@pytest.mark.parametrize(
    "text",
    [
        "13/13/2026",
        "25-03-2026",
        "02/30/2026",
        "1899",
        "2101",
        "26",
        "March",
        "March x, 2026",
        "March 40, 2026",
        "3/5-2026",
        "5 Nov 2023",
        "9" * 5000,
        "x",
    ],
)
def test_what_is_no_day_is_not_read_as_one(text: str) -> None:
    words = Words(text)

    assert read_day(words, 0, len(words)) is None


def test_a_day_is_read_up_to_where_the_clause_ends() -> None:
    words = Words("March 5, 2026")

    assert read_day(words, 0, 3) is None
    assert read_day(words, 3, 3) is None
    assert "in 03/05/2026" == taken("in #date", "in 03/05/2026")


@pytest.mark.parametrize(("text", "day"), [("2026-02-30", "2026-02"), ("2026-13-01", "2026")])
def test_of_a_day_that_does_not_exist_the_sound_part_is_read(text: str, day: str) -> None:
    words = Words(text)
    found = read_day(words, 0, len(words))

    assert DateRange.parse(day) == (found and found.date)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("L4-5", "l4-l5"),
        ("L4/5", "l4-l5"),
        ("L4\u20135", "l4-l5"),
        ("L4-L5", "l4-l5"),
        ("L4/L5", "l4-l5"),
        ("L4L5", "l4-l5"),
        ("l 4 - 5", "l4-l5"),
        ("L5-S1", "l5-s1"),
        ("L5-1", "l5-s1"),
        ("L5S1", "l5-s1"),
        ("L1-2", "l1-l2"),
        ("L3-5", "several"),
        ("L4-S1", "several"),
        ("L4 through S1", "several"),
        ("L4-4", None),
        ("S1-2", None),
        ("L4", None),
        ("L4-", None),
        ("C4-5", None),
    ],
)
def test_a_level_is_two_vertebrae_and_more_are_several(text: str, level: str | None) -> None:
    found = laid("#level", text)

    assert (level and text) == (found and found[0])
    assert level == (found and found[1] and found[1].level)


# Phrases


@pytest.mark.parametrize(
    ("notation", "text", "expected"),
    [
        ("lift test", "Lift test", "Lift test"),
        ("lift test", "lift a test", None),
        ("lift test", "lift", None),
        ("lift|raise test", "raise test", "raise test"),
        ("lift test?", "lift test", "lift test"),
        ("lift test?", "lift up", "lift"),
        ("a b? c", "a c", "a c"),
        ("a b? b", "a b", "a b"),
        ("a b? c? d", "a c d", "a c d"),
        ("a b? c", "a b b", None),
        ("a * b", "a b", "a b"),
        ("a * b", f"a{' x' * WIDEST_GAP} b", f"a{' x' * WIDEST_GAP} b"),
        ("a * b", f"a{' x' * (WIDEST_GAP + 1)} b", None),
        ("a * b", "a b b", "a b"),
        ("a * b * c", "a x b y c", "a x b y c"),
        ("# / 10", "7/10", "7/10"),
        ("# / 10 cm?", "7 / 10cm", "7 / 10cm"),
        ("of #? points", "of points", "of points"),
        ("grade #? of", "grade 2 of", "grade 2 of"),
        ("follow up", "Follow-up", "Follow-up"),
    ],
)
def test_a_phrase_takes_words_optional_words_and_short_gaps(
    notation: str, text: str, expected: str | None
) -> None:
    assert expected == taken(notation, text)


@pytest.mark.parametrize(
    ("notation", "text", "takes"),
    [
        ("grade #", "grade 2", Takes.NUMBER),
        ("grade #? there", "grade 2 there", Takes.NUMBER),
        ("grade #? there", "grade there", None),
        ("grade * #", "grade is about 2", Takes.NUMBER),
        ("for #time", "for 2 years", Takes.TIME),
        ("since #date", "since 2020", Takes.DATE),
        ("at #level", "at L4-5", Takes.LEVEL),
        ("at last", "at last", None),
    ],
)
def test_a_phrase_tells_what_it_captured(notation: str, text: str, takes: Takes | None) -> None:
    found = laid(notation, text)

    assert found is not None
    assert takes == (found[1] and found[1].takes)


def found_in(text: str, *notations: str) -> tuple[list[str], list[str]]:
    """Find phrases in a text: the longest at each place, and all of them."""
    words = Words(text)
    book = Phrasebook()
    group = book.group([(phrase(each), each) for each in notations])
    readings = book.read(words)
    longest = [each.meaning for each in readings.longest(group, 0, len(words))]
    return longest, [each.meaning for each in readings.all(group, 0, len(words))]


def test_of_phrases_at_one_place_the_longest_is_found_and_none_inside_it() -> None:
    longest, every = found_in("back pain score, pain", "pain", "back pain", "back pain score")

    assert ["back pain score", "pain"] == longest
    assert ["back pain score", "back pain", "pain", "pain"] == every


def test_phrases_that_begin_with_a_number_are_found_too() -> None:
    longest, every = found_in("VAS 7 cm for 7 years", "# cm", "#time", "vas")

    assert ["vas", "# cm", "#time"] == longest
    assert ["vas", "# cm", "#time"] == every


# The shipped lexicon

SAMPLES = {
    Takes.ANY: "x y",
    Takes.NUMBER: "7",
    Takes.TIME: "7 years",
    Takes.DATE: "March 2026",
    Takes.LEVEL: "L4-5",
}


def every_phrase(lexicon: Lexicon) -> Iterator[Phrase]:
    """Visit the phrases of a lexicon."""
    for wording in lexicon.elements.values():
        yield from (*wording.names, *wording.needs, *wording.unless, *wording.but_not)
        for group in (wording.says, wording.reads, wording.alone, wording.unclear):
            yield from (each for phrases in group.values() for each in phrases)
    context = lexicon.context
    for triggers in (context.before, context.after, context.headings):
        yield from (each for phrases in triggers.values() for each in phrases)
    yield from (each for phrases in context.plans.values() for each in phrases)
    yield from (*context.no_triggers, *context.ends, *context.affirms)
    yield from (*context.bounds, *context.other_tests, *context.general, *context.joins)


def test_every_shipped_phrase_can_be_found_in_a_text() -> None:
    lexicon = shipped().lexicon("low-back-pain")
    lost = []
    for each in every_phrase(lexicon):
        text = "".join(
            ("" if piece.is_glued else " ")
            + (str.upper if piece.is_capital else str)(
                min(piece.words, default=SAMPLES.get(piece.takes, ""))
            )
            for piece in each
        )
        words = Words(text)
        book = Phrasebook()
        group = book.group([(each, None)])
        if len(words) not in [found.end for found in book.read(words).all(group, 0, len(words))]:
            lost.append(text)

    assert [] == lost
