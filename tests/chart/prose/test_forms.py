"""Forms: boxes alone, in columns and in rows, answers of which one is ringed."""

from __future__ import annotations

import pytest

from multifidus.chart.prose.forms import UNSAID
from multifidus.chart.prose.words import Words


def said(text: str) -> str:
    """Write what a form says; what it does not say is left out."""
    return " ".join(word for word in Words(text).words if word != UNSAID)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[ ] pump", ""),
        ("[x] pump", "[ x ] pump"),
        ("[x] pump [ ] icd", "[ x ] pump"),
        ("pump: [ ] yes [x] no", "pump : [ x ] no"),
        ("[ ] pump   age 40", "age 40"),
        ("[ ] pump\nage 40", "age 40"),
        # Two boxes before one item: nobody knows which is which.
        ("[ ] [x] pump", ""),
        ("[ ] [x] [ ] pump\nage 40", "age 40"),
    ],
)
def test_what_stands_beside_an_unticked_box_is_not_said(text: str, expected: str) -> None:
    assert expected == said(text)


@pytest.mark.parametrize(
    ("heads", "row", "expected"),
    [
        ("Yes  No", "pump  [x] [ ]", "pump : yes"),
        ("Yes  No", "pump  [ ] [x]", "pump : no"),
        ("Yes | No |", "| pump | [ ] | [x] |", "| pump | : no |"),
        ("No  Yes", "pump  [x] [ ]", "pump : no"),
        ("Y / N", "pump  ( ) (x)", "pump : no"),
        ("Yes  No", "pump  \u2610 \u2612", "pump : no"),
        ("Yes  No", "pump  [ ] [x] since May", "pump : no since may"),
        ("Yes  No", "[ ] [x] pump", "no pump"),
        ("Yes  No", "[x] [ ] pump", "pump"),
        ("Yes  No", "[ ] [ ] pump", ""),
        ("POS  NEG", "PIT  [x] [ ]", "pit : positive"),
        ("-  +", "PIT  [x] [ ]", "pit : negative"),
        # Neither or both, and columns without heads, say nothing.
        ("Yes  No", "pump  [ ] [ ] pending", ""),
        ("Yes  No", "pump  [x] [x]", ""),
        ("Left  Right", "pump  [ ] [x]", ""),
        # A row whose boxes have words beside them needs no heads.
        ("Yes  No", "pump  [ ] none [x] one", "pump [ x ] one"),
        ("Left  Right", "pump  [ ] [x] No", "pump"),
    ],
)
def test_the_head_of_a_column_says_what_a_tick_means(heads: str, row: str, expected: str) -> None:
    words = Words(f"{heads}\n{row}").words[len(Words(heads)) :]

    assert expected == " ".join(word for word in words if word != UNSAID)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pump Y N", ""),
        ("pump Yes / No", ""),
        ("pump yes/no", ""),
        ("fever Y N   pump Y N", ""),
        ("age 40, pump Y N", "age 40 ,"),
        ("age 40   pump Y N", "age 40"),
        ("pump (Y) N", "pump : yes"),
        ("pump Y (N)", "pump : no"),
        ("pump [Y] N; age 40", "pump : yes ; age 40"),
        ("pump (Y) (N)", ""),
        # These are no choices.
        ("pump yes no problem", "pump yes no problem"),
        ("pump: Y", "pump : y"),
    ],
)
def test_of_a_choice_that_nobody_has_made_nothing_is_said(text: str, expected: str) -> None:
    assert expected == said(text)


def test_a_row_of_dots_leads_to_an_answer_as_a_colon_does() -> None:
    assert "pump : none" == said("pump ........ none")
    assert "well . . . none" == said("well... none")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Implants: pacemaker [ ]  pump [ ]  none [x]", "implants : none [ x ]"),
        ("Back surgery   yes [ ]  no [x]", "back surgery : no"),
        ("Pump [x]  ICD [ ]", "pump [ x ]"),
        # With words behind the last box the boxes stand before their labels.
        ("[ ] pump  [x] none", "[ x ] none"),
    ],
)
def test_a_box_that_ends_its_line_is_of_the_label_before_it(text: str, expected: str) -> None:
    assert expected == said(text)


def test_a_cross_says_the_head_that_it_stands_below() -> None:
    text = "Do you have:    Y    N\nPump            X\nICD                  X\nClip\n\nAge 40"

    assert "pump yes icd no age 40" == said(text)


def test_a_comment_may_stand_behind_a_cross() -> None:
    heads = "              YES   NO    comment"
    text = f"{heads}\nPump           X          in 2019\nICD                  X     none\nClip\n"

    assert "comment pump yes in 2019 icd no none" == said(text)


def test_a_cross_may_stand_on_a_line() -> None:
    assert "pump : no" == said("Since then?   YES   NO\nPump    ___   _x_")[-len("pump : no") :]


def test_a_third_head_is_of_what_is_remarked() -> None:
    text = "    YES    NO    comment\nPump ..... [ ]   [x]   asked twice"

    assert "pump : no asked twice" == said(text)[-len("pump : no asked twice") :]


def test_behind_the_boxes_of_its_labels_a_form_may_go_on() -> None:
    assert "pump ? : no if yes , which :" == said("Pump?  Yes [ ]  No [x]    If yes, which:")


def test_without_a_cross_the_lines_below_two_heads_are_as_ever() -> None:
    assert "clip" == said("Seen          Y    N\nClip")
