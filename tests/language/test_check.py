"""What the static checks find, and what they let pass."""

from __future__ import annotations

import pytest

from tests.language.small import EXCLUDED, POLICY, checked, edited, messages

AGE = "The patient is at least 18 years old.\n  `age >= 18 years`"


@pytest.mark.parametrize(
    ("sentence", "test"),
    [
        ("The patient is at least eighteen and at least 18 years old.", "age >= 18 years"),
        ("Pain has lasted at least six months.", "pain_duration >= 6 months"),
        ("Pain has lasted no less than 6 months.", "pain_duration >= 6 months"),
        ("Pain has lasted up to 90 days.", "pain_duration <= 90 days"),
        ("Pain is not more than 6 cm.", "pain <= 6 cm"),
        ("Pain is exactly 60 mm.", "pain = 60 mm"),
        ("It is not so that pain is more than 6 cm.", "not pain > 6 cm"),
        ("Pain is 6 cm.", "pain > 6 cm"),
        ("Two tries at least 2 times.", "tries >= 2 times"),
        (f"Of {'9' * 400} days it lasted over 90 days.", "pain_duration > 90 days"),
        ("The test shows something.", "lift_test is one of positive, negative and unfit"),
    ],
)
def test_a_sentence_that_says_what_the_test_says_is_sound(sentence: str, test: str) -> None:
    policy, problems = checked(edited(POLICY, (AGE, f"{sentence}\n  `{test}`")))

    assert () == problems
    assert policy is not None


@pytest.mark.parametrize(
    ("sentence", "test"),
    [
        ("Pain has often weeks, at most 10 points.", "pain_duration >= 10 weeks"),
        ("Pain has lasted 1,006 months.", "pain_duration >= 6 months"),
        ("Pain has lasted \u017fix months, 6 day\u017f.", "pain_duration >= 6 months"),
        ("Pain has lasted more than 6 months.", "pain_duration >= 6 months"),
        ("Pain has lasted fewer than 6 months.", "pain_duration <= 6 months"),
    ],
)
def test_a_sentence_that_says_something_else_is_an_error(sentence: str, test: str) -> None:
    [message] = messages(edited(POLICY, (AGE, f"{sentence}\n  `{test}`")))

    assert message.startswith("the test says")


def test_a_reading_is_held_to_its_numbers_too() -> None:
    text = edited(POLICY, ("took at least 22 years", "took 23 years"))

    assert ["the test says 22 years, the reading says 23 years"] == messages(text)


def test_a_quoted_sentence_in_a_reading_is_found() -> None:
    text = edited(
        POLICY, ("The source says adults;", 'It says "adults of any age and either sex";')
    )
    _, problems = checked(text)

    assert [("I1", "a quoted sentence")] == [(each.subject, each.message) for each in problems]
    assert text.split("\n")[problems[0].place.line - 1].startswith("> **Reading of I1.**")


def test_a_test_with_too_many_combinations_is_not_called_dead() -> None:
    """Only some of them could be tried; what was not found may be among the rest."""
    many = " and ".join(f"pain >= {n} mm" for n in range(1, 9))
    many += " and " + " and ".join(f"tries >= {n} times" for n in range(1, 9))
    many += " and " + " and ".join(f"pain_duration >= {n} days" for n in range(1, 9))
    words = ", ".join(f"{n} mm, {n} times, {n} days" for n in range(1, 9))
    text = edited(POLICY, (AGE, f"It is {words}.\n  `{many}`"))

    assert [] == messages(text)


def test_notes_alone_do_not_stand_in_the_way_of_a_policy() -> None:
    policy, problems = checked(edited(POLICY, ("is unfit.", "is unfit unless treated.")))

    assert policy is not None
    assert ["note"] == [each.severity for each in problems]


def test_an_id_and_a_citation_at_fault_twice_are_told_once_each() -> None:
    text = edited(EXCLUDED, ("[@made-up, page 5]", "[@made-up] [@made-up]"))

    assert ["`made-up` is cited without a place"] == messages(text)


def test_huge_numbers_in_ids_keep_their_order() -> None:
    assert [] == messages(
        edited(POLICY, ("**I2.1**", f"**I2.{'8' * 5000}**"), ("**I2.2**", f"**I2.{'9' * 5000}**"))
    )


def test_worked_cases_are_read_but_not_run_beside_an_error() -> None:
    cases = '```case "wrong"\nunfit no\n=> met\n```\n'

    assert ["the test says 19 years, the sentence says 18 years"] == messages(
        edited(POLICY, ("`age >= 18 years`", "`age >= 19 years`")), cases=cases
    )
