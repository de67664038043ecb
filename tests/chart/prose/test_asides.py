"""Words that a question, a column, a label or the title takes from what is said of the patient."""

from __future__ import annotations

from functools import cache

import pytest

from multifidus.chart.document import Document
from multifidus.chart.prose.notes import Reader
from multifidus.library.shelf import shipped

DICTIONARY = "low-back-pain"


@cache
def reader() -> Reader:
    shelf = shipped()
    return Reader(shelf.dictionaries[DICTIONARY], shelf.lexicon(DICTIONARY))


def told(text: str, *, title: str = "Office visit") -> list[str]:
    """Write what a document says of the patient: element, value and the words."""
    document = Document(name="note", text=text, title=title)
    return [
        f"{each.element} = {each.problem or each.value}: {text[each.start : each.end]}"
        for each in reader().mentions(document)
        if each.counts
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Is there a positive prone instability test?", []),
        ("Any of: pregnancy, active infection, pacemaker?   ___", []),
        ("1. Has the patient scoliosis?\n2. Is there spinal stenosis?", []),
        ("Scoliosis? yes", ["scoliosis = True: Scoliosis? yes"]),
        (
            "Any infections after surgery? No",
            ["active_infection = False: infections after surgery? No"],
        ),
        ("Do you have a pacemaker?\nWe will ask.", []),
    ],
)
def test_what_is_asked_is_not_said(text: str, expected: list[str]) -> None:
    assert [each.split(" = ")[0] for each in expected] == [
        each.split(" = ")[0] for each in told(text)
    ]
    assert {each.split(": ")[0] for each in expected} == {
        each.split(": ")[0] for each in told(text)
    }


def test_the_cells_below_a_goal_are_no_scores() -> None:
    text = "MEASURE      START      GOAL      MCID\nODI          58%        20%       10\n"

    assert ["oswestry_index = 58 points: ODI          58%"] == told(text)


def test_columns_are_told_apart_by_their_order_where_they_do_not_stand_below_their_heads() -> None:
    text = "Outcome   initial   goal\nODI   58%   20%\n"

    assert ["oswestry_index = 58 points: ODI   58%"] == told(text)


def test_a_text_may_end_with_the_last_number_of_a_row() -> None:
    assert [
        "oswestry_index = 58 points: ODI   58%",
        "oswestry_index = 54 points: 54%",
    ] == told("ODI   58%   54%")
    assert ["phq_9 = 12 points: PHQ-9   12/27", "phq_9 = 5 points: 5"] == told("PHQ-9   12/27   5")


def test_a_number_that_a_legend_explains_is_no_score() -> None:
    assert ["phq_9 = 2 points: PHQ-9: 2"] == told("PHQ-9: 2 (0 = not at all)")


def test_a_document_of_another_part_of_the_body_names_the_back_where_it_means_it() -> None:
    text = "Strength 4/5 quadriceps. Prone instability test positive. Low back pain 4/10."

    assert [
        "prone_instability_test = positive: Prone instability test positive",
        "pain_nrs = 4 points: Low back pain 4/10",
    ] == told(text, title="Progress note, left knee")
    assert ["neurological_deficit = True: Strength 4/5 quadriceps"] == told(text)[:1]


def test_a_label_stands_over_its_own_line() -> None:
    text = "KNEE (R): quad 4/5.\nLOW BACK: prone instability test positive, EHL 4/5.\n"

    assert [
        "prone_instability_test = positive: prone instability test positive",
        "neurological_deficit = True: EHL 4/5",
    ] == told(text)


def test_a_title_may_say_that_a_document_is_of_patients_in_general() -> None:
    text = "Scoliosis and infection are reasons to wait."

    assert [] == told(text, title="Informed consent, neurostimulator")


def test_an_age_that_is_a_range_is_nobodys() -> None:
    assert [] == told("Age 22-75")


def test_the_criteria_of_a_table_between_bars_are_not_the_patients() -> None:
    text = 'CRITERION | MET? | SOURCE\nActive infection | Y | pg 3 "she has scoliosis"\n'

    assert ["scoliosis = True: scoliosis"] == told(text)


def test_what_a_denial_is_quoted_with_is_not_said() -> None:
    text = 'Denied because "radiculopathy was not excluded". She has scoliosis.'

    assert ["scoliosis = True: scoliosis"] == told(text)


@pytest.mark.parametrize(
    "text",
    [
        "Problems: Sciatica, left - RESOLVED 2021",
        "Left sciatica, L5, now gone.",
        "Radiculopathy until an operation.",
        "TREATMENT PLAN (form attached)\nL5 epidural",
        "The radiculopathy was my husband's.",
        "Recruit, male, 0311, pool temp 92F.",
    ],
)
def test_what_is_over_planned_or_of_somebody_else_is_not_the_patients(text: str) -> None:
    assert [] == told(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Back surgery: none - a fusion was offered", "prior_lumbar_surgery = False"),
        ("Sciatica     yes     planned: no", "radiculopathy = True"),
        ("Scoliosis, idiopathic      no", "scoliosis = False"),
    ],
)
def test_an_answer_is_of_the_label_beside_it(text: str, expected: str) -> None:
    assert [expected] == [each.split(": ")[0] for each in told(text)]
