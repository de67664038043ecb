"""Clauses, headings and triggers, and that the work grows with the text alone."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

import pytest

from multifidus.chart.prose.context import Setting
from multifidus.chart.prose.cues import FARTHEST, Stretch
from multifidus.chart.prose.phrases import Phrasebook
from multifidus.chart.prose.triggers import Triggers
from multifidus.chart.prose.words import Words
from multifidus.core.wording import Assertion
from multifidus.library.shelf import shipped
from tests.chart.lexicons import small_context

if TYPE_CHECKING:
    from collections.abc import Callable

BOOK, SHIPPED_BOOK = Phrasebook(), Phrasebook()
TRIGGERS = Triggers(BOOK, small_context())
SHIPPED = Triggers(SHIPPED_BOOK, shipped().lexicon("low-back-pain").context)

PRESENT, NEGATED, POSSIBLE = Assertion.PRESENT, Assertion.NEGATED, Assertion.POSSIBLE
HYPOTHETICAL, HISTORICAL, OTHER = Assertion.HYPOTHETICAL, Assertion.HISTORICAL, Assertion.OTHER


def setting_of(text: str) -> Setting:
    """Take a text apart in the small context."""
    words = Words(text)
    return Setting(TRIGGERS, words, BOOK.read(words))


# Clauses


def clauses(text: str) -> list[str]:
    """Take a text apart into its clauses."""
    setting = setting_of(text)
    words = setting.words
    found = []
    at = 0
    while at < len(words):
        clause = setting.clause(at)
        assert at == clause.first
        start, end = words.quoted(*clause)
        found.append(" ".join(text[start:end].split()))
        at = clause.end
    return found


LONG = "A line of sixty characters or so goes on in the one below it,"
assert len(LONG) > 56
MIDDLING = "This line has about forty-four characters in"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("No pain", ["No pain"]),
        ("No pain. Sciatica.", ["No pain.", "Sciatica."]),
        ("Pain! Where? Sciatica.", ["Pain!", "Where?", "Sciatica."]),
        ("Pain! Sciatica? Yes.", ["Pain!", "Sciatica? Yes."]),
        ("ODI 7.5 now", ["ODI 7.5 now"]),
        ("No pain.Sciatica", ["No pain.Sciatica"]),
        # After an abbreviation a small letter or a number goes on.
        ("pain vs. sciatica", ["pain vs. sciatica"]),
        ("approx. 10 years", ["approx. 10 years"]),
        ("pain, e.g. sciatica", ["pain, e.g. sciatica"]),
        ("seen by Dr. Sciatica", ["seen by Dr. Sciatica"]),
        ("no . sciatica", ["no .", "sciatica"]),
        (". sciatica", [".", "sciatica"]),
        ("no pain; sciatica", ["no pain;", "sciatica"]),
        ("• no pain • sciatica", ["•", "no pain", "•", "sciatica"]),
        ("no pain ▪ sciatica", ["no pain", "▪", "sciatica"]),
        ("- no pain\n- sciatica", ["- no pain", "- sciatica"]),
        ("* no pain\n* sciatica", ["* no pain", "* sciatica"]),
        ("1. no pain\n2. sciatica", ["1.", "no pain", "2.", "sciatica"]),
        ("1) no pain\n2) sciatica", ["1) no pain", "2) sciatica"]),
        (f"{LONG[:-1]}\n2 sciatica", [f"{LONG[:-1]} 2 sciatica"]),
        (f"{LONG[:-1]}\n2", [f"{LONG[:-1]} 2"]),
        (f"{LONG[:-1]}\n3. sciatica", [LONG[:-1], "3.", "sciatica"]),
        # A short line ends its clause, a long one goes on; between them the next letter decides.
        ("no pain\nsciatica", ["no pain", "sciatica"]),
        (f"{LONG[:-1]}\nSciatica", [f"{LONG[:-1]} Sciatica"]),
        (f"{MIDDLING}\nsciatica", [f"{MIDDLING} sciatica"]),
        (f"{MIDDLING}\nSciatica", [MIDDLING, "Sciatica"]),
        (f"Above it\n{MIDDLING}\nsciatica", ["Above it", f"{MIDDLING} sciatica"]),
        ("no pain,\nsciatica", ["no pain, sciatica"]),
        ("findings:\nsciatica", ["findings:", "sciatica"]),
        (f"{LONG}\n\nsciatica", [LONG, "sciatica"]),
        # A line with much room left was ended by its author, if a capital follows.
        (f"{LONG[:-1]}\n{'a' * 90}\nSciatica", [f"{LONG[:-1]} {'a' * 90} Sciatica"]),
        (f"{LONG[:-1]}\nGout\n{'a' * 90}", [LONG[:-1], "Gout", "a" * 90]),
        # No line ends with a word that asks for more.
        ("no evidence of\nSciatica", ["no evidence of Sciatica"]),
        # A label begins a part, at the start of a line or behind a gap; so does a number there.
        (f"{LONG}\nLumbar spine: sciatica", [LONG, "Lumbar spine: sciatica"]),
        ("no pain   Lumbar spine: sciatica", ["no pain", "Lumbar spine: sciatica"]),
        ("no pain   5. sciatica", ["no pain", "5.", "sciatica"]),
        ("no pain in the Lumbar spine: sciatica", ["no pain in the Lumbar spine: sciatica"]),
        # So does each line of a list whose lines begin alike, and a code of a diagnosis.
        (f"gout - {LONG[:-1]}\nback - worse", [f"gout - {LONG[:-1]}", "back - worse"]),
        (f"{LONG[:-1]}\nM54.16 sciatica", [LONG[:-1], "M54.16 sciatica"]),
        (f"{LONG[:-1]}\nL5 sciatica", [f"{LONG[:-1]} L5 sciatica"]),
    ],
)
def test_a_clause_ends_with_a_sentence_a_semicolon_a_bullet_or_a_short_line(
    text: str, expected: list[str]
) -> None:
    assert expected == clauses(text)


def test_a_clause_is_the_same_whichever_of_its_words_asks() -> None:
    forwards, backwards = (setting_of("No pain. Possible sciatica; none now.") for _ in range(2))
    words = forwards.words

    assert [forwards.clause(at) for at in range(len(words))] == [
        backwards.clause(at) for at in reversed(range(len(words)))
    ][::-1]


@pytest.mark.parametrize(
    ("text", "following"),
    [
        ("PT. No help", "No help"),
        ("PT.\nNo help", "No help"),
        ("PT.\n\nNo help", None),
        ("PT", None),
    ],
)
def test_the_next_clause_stands_in_the_same_paragraph(text: str, following: str | None) -> None:
    setting = setting_of(text)
    words = setting.words
    found = setting.next_clause(setting.clause(0))

    assert following == (found and text[slice(*words.quoted(*found))])


# Headings and triggers


def meant(text: str, *, listed: bool = True) -> Assertion:
    """Tell how `sciatica` is meant, the last one of a text."""
    setting = setting_of(text)
    words = setting.words
    at = len(words) - 1 - words.words[::-1].index("sciatica")
    own = ((at, at + 1),)
    return setting.meaning(Stretch.of(setting.clause(at), own, is_listed=listed)).assertion


@pytest.mark.parametrize(
    ("text", "assertion"),
    [
        ("sciatica", PRESENT),
        ("HPI: sciatica", PRESENT),
        ("FAMILY HISTORY: sciatica", OTHER),
        ("Family history\nsciatica", OTHER),
        ("## Family history\nsciatica", OTHER),
        ("2. Family history\nsciatica", OTHER),
        ("see (1) Family history\nsciatica", OTHER),
        ("long before it ( 1 ) . ) Family history\nsciatica", PRESENT),
        ("Of her family history\nsciatica", PRESENT),
        ("Family history of gout.\nShe has sciatica", PRESENT),
        ("sciatica\nFamily history:", PRESENT),
        ("Family history: gout\nHPI: sciatica", PRESENT),
        ("HPI: well\nFamily history: gout\nand sciatica", OTHER),
        ("Assessment and plan: well\nPrecautions: sciatica", HYPOTHETICAL),
        # A heading may say more before its colon.
        ("Precautions (8 weeks): sciatica", HYPOTHETICAL),
        ("Well. Precautions for her: sciatica", HYPOTHETICAL),
        ("Precautions apply. Today: sciatica", PRESENT),
        ("Her precautions for gout are old: sciatica", PRESENT),
        # What it quotes ends with its quotation.
        ('Precautions: "gout". Has sciatica', PRESENT),
        ('Precautions: "gout, sciatica".', HYPOTHETICAL),
        # A line of the family ends where one of the patient begins.
        ("Family history: gout\nWork: sciatica", PRESENT),
        ("Family history: gout\nPatient has sciatica", PRESENT),
        # What stands alone in capitals behind an empty line ends what is above it.
        ("FAMILY HISTORY\n- gout\n\nINTERIM\nsciatica", PRESENT),
        ("FAMILY HISTORY\n- gout\nGOUT\nsciatica", OTHER),
        ("RESOLVED PROBLEMS\n- sciatica", HISTORICAL),
        ("RESOLVED PROBLEMS\n- gout\nToday: sciatica", PRESENT),
        # Of what is asked about what is denied is denied; the rest is only asked about.
        ("Exclusions: no sciatica", NEGATED),
        ("Exclusions: sciatica", HYPOTHETICAL),
        ("EXCLUSIONS\n- sciatica: none", NEGATED),
        # The exclusions of criteria are nobody's.
        ("PRECAUTIONS\n- gout\nExclusions: no sciatica", HYPOTHETICAL),
        # A form quotes what it asks.
        ('"No sciatica": yes', HYPOTHETICAL),
        ('"No gout": no sciatica', NEGATED),
        # A paragraph speaks of people in general until it returns to its patient.
        ("Good for patients who have sciatica", HYPOTHETICAL),
        ("Good for patients who limp. The record shows sciatica", PRESENT),
        ("Family history: gout. The record shows sciatica", OTHER),
        ("Good for patients who limp when the record shows sciatica", HYPOTHETICAL),
        ("Good for patients who limp:\nhas sciatica    Y    gout", HYPOTHETICAL),
        ("Good for patients who limp:\nhas gout    Y    sciatica", PRESENT),
        ("Good for patients who limp:\nhas gout    Y    gout\nhas sciatica", HYPOTHETICAL),
    ],
)
def test_a_heading_says_how_what_stands_below_it_is_meant(text: str, assertion: Assertion) -> None:
    assert assertion == meant(text)


@pytest.mark.parametrize(
    ("text", "assertion"),
    [
        ("no sciatica", NEGATED),
        ("no evidence of sciatica", NEGATED),
        ("Likely sciatica", POSSIBLE),
        ("history of sciatica", HISTORICAL),
        ("will need sciatica", HYPOTHETICAL),
        ("mother has sciatica", OTHER),
        ("sciatica was ruled out", NEGATED),
        ("sciatica is planned", HYPOTHETICAL),
        # A trigger before reaches only forwards, one after only backwards.
        ("sciatica, no gout", PRESENT),
        ("sciatica without gout", PRESENT),
        ("gout was ruled out, sciatica", PRESENT),
        ("is planned sciatica", PRESENT),
        # What only looks like a trigger is none.
        ("no change in sciatica", PRESENT),
        # The reach ends.
        ("no gout but sciatica", PRESENT),
        ("sciatica but gout was ruled out", PRESENT),
        ("sciatica, gout was ruled out", PRESENT),
        (f"no {'x ' * FARTHEST}sciatica", NEGATED),
        (f"no {'x ' * (FARTHEST + 1)}sciatica", PRESENT),
        (f"sciatica {'x ' * FARTHEST}was ruled out", NEGATED),
        (f"sciatica {'x ' * (FARTHEST + 1)}was ruled out", PRESENT),
        # A negation reaches over the commas of a list, up to a member that is affirmed.
        ("no gout, numbness, sciatica", NEGATED),
        ("no gout, numbness, sciatica noted", PRESENT),
        ("no gout, has sciatica", PRESENT),
        ("no gout, numbness noted, sciatica", NEGATED),
        ("no gout, sciatica, numbness noted", NEGATED),
        ("mother, at 70, has sciatica", OTHER),
        ("if, at 70, she has sciatica", HYPOTHETICAL),
        # Nothing leaks out of a clause.
        ("no gout. sciatica", PRESENT),
        ("no gout; sciatica", PRESENT),
        ("• no gout • sciatica", PRESENT),
        ("- no gout\n- sciatica", PRESENT),
        ("1. no gout\n2. sciatica", PRESENT),
        ("sciatica. was ruled out", PRESENT),
        ("sciatica\n\nwas ruled out", PRESENT),
        ("mother has gout\nHPI: sciatica", PRESENT),
        # Of several the strongest counts.
        ("mother has no sciatica", OTHER),
        ("if no sciatica", HYPOTHETICAL),
        ("no history of sciatica", NEGATED),
        ("history of possible sciatica", POSSIBLE),
        ("Family history: no sciatica", OTHER),
        # A list goes on as far as its commas do.
        (f"no {'more of the gout, ' * 25}sciatica", NEGATED),
        (f"no {'more of the gout, ' * 60}sciatica", PRESENT),
        (f"no {'x ' * 30}, {'x ' * 30}, sciatica", PRESENT),
        ("possible causes include gout, mild pain and sciatica", POSSIBLE),
        # Behind a gap another column begins, unless the columns are all of the trigger's.
        ("no gout    sciatica", PRESENT),
        ("no    gout    sciatica", NEGATED),
        ("no gout,    sciatica", NEGATED),
        ("no gout    or sciatica", NEGATED),
        # An answer may stand behind a gap, or in the line below.
        ("sciatica: no", NEGATED),
        ("sciatica    no", NEGATED),
        ("sciatica    no gout", PRESENT),
        ("gout    no    sciatica", PRESENT),
        ("sciatica ........ none", NEGATED),
        ("SCIATICA\nNone.", NEGATED),
        ("SCIATICA:\nno", NEGATED),
        ("SCIATICA\nNo gout.", PRESENT),
        ("SCIATICA\n\nNone.", PRESENT),
        ("SCIATICA\nNone in the last of the years.", PRESENT),
        ("has sciatica.\nNone.", PRESENT),
        (f"{'x ' * 12}sciatica\nNone.", PRESENT),
        ("sciatica, gout, the flu, a cold\nNone.", PRESENT),
        # What is answered with `: no` is no negation of what follows.
        ("gout: no, sciatica", PRESENT),
        ("films: no\nsciatica", PRESENT),
        # A dash denies only if it stands right behind, and ends its part.
        ("sciatica -", NEGATED),
        ("sciatica -, gout +", NEGATED),
        ("sciatica of old -", PRESENT),
        ("sciatica - gout", PRESENT),
        # A box is of its own item.
        ("sciatica [x] no", NEGATED),
        ("sciatica: [ ] yes [x] no", NEGATED),
        ("[x] sciatica  gout [ ] yes [x] no", PRESENT),
        # A question mark doubts the side that it stands at.
        ("sciatica?", POSSIBLE),
        ("?sciatica", POSSIBLE),
        ("- ? sciatica", POSSIBLE),
        ("gout? sciatica", PRESENT),
        ("sciatica, ?gout", PRESENT),
        ("sciatica? [ ] yes [ ] no", PRESENT),
        # A negation of its own keeps a member of a list out of an older history.
        ("history of gout, sciatica", HISTORICAL),
        # A pronoun of the other sex stands for somebody else, if the patient's sex is told.
        ("An old man. She has sciatica", OTHER),
        ("An old man. He has sciatica", PRESENT),
        ("A man and a woman. She has sciatica", PRESENT),
        ("Unknown. She has sciatica", PRESENT),
    ],
)
def test_a_trigger_reaches_within_its_clause_as_far_as_words_let_it(
    text: str, assertion: Assertion
) -> None:
    assert assertion == meant(text)


def test_a_result_beside_a_name_is_no_member_of_a_list() -> None:
    assert NEGATED == meant("no gout sciatica", listed=False)
    assert PRESENT == meant("no gout, sciatica", listed=False)


def of_two(text: str, first: tuple[int, int], second: tuple[int, int]) -> Assertion:
    """Tell how a name and a result are meant together."""
    setting = setting_of(text)
    stretch = Stretch.of(setting.clause(0), (first, second), is_listed=False)
    return setting.meaning(stretch).assertion


@pytest.mark.parametrize(
    ("text", "first", "second", "assertion"),
    [
        ("test not positive", (0, 1), (2, 3), NEGATED),
        ("positive not test", (2, 3), (0, 1), NEGATED),
        ("no test positive", (1, 2), (2, 3), NEGATED),
        ("test positive not seen", (0, 1), (1, 2), NEGATED),
        # The words that were matched hold no trigger.
        ("test not positive", (0, 1), (1, 3), PRESENT),
        ("test not positive", (0, 2), (2, 3), PRESENT),
        # Before the first of the two the reach is counted to it, between them to the second.
        (f"no {'x ' * 39}test {'x ' * 60}positive", (40, 41), (101, 102), NEGATED),
        (f"no {'x ' * 41}test {'x ' * 60}positive", (42, 43), (103, 104), PRESENT),
        (f"test {'x ' * 20}no {'x ' * 41}positive", (0, 1), (63, 64), PRESENT),
        (f"test {'x ' * 20}no {'x ' * 39}positive", (0, 1), (61, 62), NEGATED),
        (f"test {'x ' * 60}positive not seen", (0, 1), (61, 62), NEGATED),
        # A trigger that overlaps them is one if its other words are.
        ("no evidence of test", (2, 3), (3, 4), NEGATED),
        ("not seen", (0, 1), (0, 1), PRESENT),
        ("no change test not", (1, 3), (2, 3), PRESENT),
    ],
)
def test_between_a_name_and_a_result_a_trigger_modifies_the_second(
    text: str, first: tuple[int, int], second: tuple[int, int], assertion: Assertion
) -> None:
    assert assertion == of_two(text, first, second)


def test_a_number_is_neither_doubted_nor_dated_by_what_joins_two_readings() -> None:
    setting = setting_of("40 vs 30")
    clause = setting.clause(0)

    readings = (
        Stretch.of(clause, ((0, 1),), is_listed=False, is_measured=each) for each in (False, True)
    )

    assert [POSSIBLE, PRESENT] == [setting.meaning(each).assertion for each in readings]


# Growth


def counted(work: Callable[[], object]) -> int:
    """Count the calls that a piece of work makes, of functions in Python and in C."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


def read(text: str) -> None:
    """Ask of every ninth word how it is meant, as the reader of notes does of each mention."""
    words = Words(text)
    setting = Setting(SHIPPED, words, SHIPPED_BOOK.read(words))
    for at in range(0, len(words), 9):
        clause = setting.clause(at)
        setting.next_clause(clause)
        for own in (((at, at + 1),), ((clause.first, clause.first + 1), (at, at + 1))):
            setting.meaning(Stretch.of(clause, own, is_listed=True))


HOSTILE = {
    "negations": "no ",
    "triggers of each kind": "mother denies possible history of pain if ruled out ",
    "ends": "but however ",
    "levels": "l4-5 ",
    "digits": "9",
    "numbers": "9 ",
    "grouped numbers": "1,",
    "dates": "3/5/2026 ",
    "stops": ". ",
    "dots": ".",
    "abbreviations": "vs. a ",
    "names with gaps": "multifidus * ",
    "parentheses": "(",
    "commas": ", ",
    "a list under a negation": "no pain, ",
    "one negation, and many commas": "pain, ",
    "semicolons": "a; ",
    "bullets": "• a ",
    "lines": "a\n",
    "digits of one number": "9" * 20,
    "blank lines": "\n",
    "long lines": f"{'word ' * 12}\n",
    "headings": "family history: a\n",
    "one sentence": "the pain of the back has been severe ",
    "capitals that grow": "İ",
    "hyphens": "-",
    "joined words": "a-",
    "marks before a heading": "# ",
    "boxes": "[ ] a ",
    "columns of boxes": "[ ][ ] ",
    "headings by their looks": "FINDINGS: a\n",
    "affirmed members": "no pain, seen ",
    "columns": "pain    no    ",
    "rows of boxes": "pain [ ] [x]\n",
    "choices": "pain Y N   ",
    "labels": "Pain: no\n",
    "labels behind gaps": "a    Pain: ",
    "items": "pain - no\n",
    "quotations": '"pain": yes\n',
    "one quotation": 'precautions: "a ',
    "evidence": "pain    Y    seen\n",
    "rows of dots": "pain .... no ",
    "headings of the past": "resolved problems: a\n",
    "qualified headings": "precautions of hers ",
    "returns": "patients who the record shows ",
    "questions": "pain? ",
    "numbers in words": "fifty-two ",
    "dozens": "a dozen ",
    "sexes": "man she woman he ",
    "answers below": "PAIN\nnone\n",
    "gaps": "a    ",
    "tabs": "a\t",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_four_times_the_text_is_four_times_the_work(piece: str) -> None:
    """Counted in calls, not in seconds: nothing in here looks at a whole clause for each word."""
    count = 500 // len(Words(piece)) if piece.strip() else 500
    small, large = (counted(partial(read, f"no {piece * each}")) for each in (count, 4 * count))

    assert large <= 4.6 * small


def test_a_sentence_of_a_megabyte_is_one_clause() -> None:
    setting = setting_of("word " * 200_000)
    words = setting.words

    assert {(0, len(words))} == {setting.clause(at) for at in range(0, len(words), 100)}
