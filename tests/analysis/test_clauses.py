"""Questions about the clauses of one policy: text in, answer out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from multifidus.analysis.clauses import conflicts, dead, never_met, reading
from multifidus.analysis.reply import Outcome, Question
from tests.analysis.small import READING, asked_of, listed, policy, premises, without_criteria
from tests.analysis.test_questions import grounds, words

if TYPE_CHECKING:
    from multifidus.analysis.reply import Reply


def found(reply: Reply) -> list[tuple[Question, str]]:
    """Give what an answer finds, and of which clause."""
    return [(part.question, part.clause.id) for part in reply.parts if part.clause]


# Dead clauses


def test_a_clause_that_another_makes_superfluous_changes_nothing() -> None:
    asker, (one,) = asked_of(policy("one", "age >= 18 years", "age >= 22 years", "fit"))
    reply = dead(asker, one)

    assert (True, Outcome.PROVED) == (reply.holds, reply.outcome)
    assert [(Question.CLAUSE_MATTERS, "A")] == found(reply)
    assert ("one@1.0.0 A", ["one@1.0.0+without-A B"]) in grounds(reply.parts[0])


@pytest.mark.parametrize(
    ("test", "question"),
    [
        ("age < 18 years and age > 18 years", Question.CLAUSE_NEVER_HOLDS),
        ("scale <= 10 cm", Question.CLAUSE_ALWAYS_HOLDS),
        ("scale > 100 mm", Question.CLAUSE_NEVER_HOLDS),
        ("test_a is positive or test_a is negative", Question.CLAUSE_ALWAYS_HOLDS),
    ],
)
def test_the_real_range_of_an_element_settles_a_clause(test: str, question: Question) -> None:
    asker, (one,) = asked_of(policy("one", test, "fit", connective="any of"))

    assert (question, "A") in found(dead(asker, one))


def test_where_every_clause_matters_each_has_a_patient() -> None:
    asker, (one,) = asked_of(policy("one", "age >= 18 years", "fit", connective="any of"))
    reply = dead(asker, one)

    assert (False, Outcome.WITNESS) == (reply.holds, reply.outcome)
    assert [(Question.CLAUSE_MATTERS, "A"), (Question.CLAUSE_MATTERS, "B")] == found(reply)
    assert all(part.holds and part.witness for part in reply.parts)


def test_an_excluding_clause_never_holds() -> None:
    asker, (excluded,) = asked_of(without_criteria("excluded", "excluded"))

    assert [(Question.CLAUSE_NEVER_HOLDS, "E1")] == found(dead(asker, excluded))


# Conflicts


def test_clauses_that_cannot_both_be_met_make_the_policy_impossible() -> None:
    asker, (one,) = asked_of(policy("one", "fit", "age >= 18 years", "age < 12 years"))
    reply = conflicts(asker, one)

    assert (True, Outcome.PROVED) == (reply.holds, reply.outcome)
    assert [("", ["one@1.0.0 B", "one@1.0.0 C"])] == grounds(reply)


def test_alternatives_may_exclude_each_other_and_the_policy_still_be_met() -> None:
    asker, (one,) = asked_of(
        policy("one", "test_a is positive", "test_a is negative", connective="any of")
    )
    reply = conflicts(asker, one)

    assert reply.holds
    assert reply.witness
    assert [("", ["one@1.0.0 A", "one@1.0.0 B"])] == grounds(reply.parts[0])


def test_a_contraindication_is_in_favour_where_it_does_not_apply() -> None:
    items = (
        "- **A Clause.** Sentence. [@made-up, page 1]\n  `unfit`\n"
        "- **X Group.** It holds: **none of** [@made-up, page 1]\n"
        "  - **X1** Sentence.\n    `unfit`\n"
    )
    asker, (one,) = asked_of(listed("one", items))
    reply = conflicts(asker, one)

    assert reply.holds
    assert [("", ["one@1.0.0 A", "one@1.0.0 X1"])] == grounds(reply)


def test_a_policy_without_conflicts_has_a_patient() -> None:
    asker, (one,) = asked_of(policy("one", "age >= 18 years", "age < 75 years"))
    reply = conflicts(asker, one)

    assert (False, Outcome.WITNESS) == (reply.holds, reply.outcome)
    assert "years" in words(reply)["age"]


# What a label settles

LABEL = policy("label", "age >= 18 years", "fit", "not infected")


def test_a_label_settles_clauses_either_way() -> None:
    asker, (one, label) = asked_of(policy("one", "age >= 12 years", "not fit", "tried"), LABEL)
    reply = never_met(asker, one, label)

    assert (True, Outcome.PROVED) == (reply.holds, reply.outcome)
    assert [
        (Question.CLAUSE_ALWAYS_HOLDS, "A"),
        (Question.CLAUSE_NEVER_HOLDS, "B"),
    ] == found(reply)


def test_of_a_group_that_the_label_leaves_open_the_parts_are_told() -> None:
    items = (
        "- **A Group.** It holds: **any of** [@made-up, page 1]\n"
        "  - **A1** Sentence.\n    `infected`\n"
        "  - **A2** Sentence.\n    `tried`\n"
    )
    asker, (one, label) = asked_of(listed("one", items), LABEL)
    reply = never_met(asker, one, label)

    assert (False, Outcome.WITNESS) == (reply.holds, reply.outcome)
    assert [(Question.CLAUSE_NEVER_HOLDS, "A1")] == found(reply)


def test_what_the_premises_settle_is_shown_possible_without_them() -> None:
    asker, (one, label) = asked_of(policy("one", "tried"), LABEL, given=[premises("not tried")])
    reply = never_met(asker, one, label)

    assert reply.holds
    assert [("", ["one@1.0.0 A", "given@1.0.0 P1"])] == grounds(reply)
    assert [True, True] == [part.holds for part in reply.parts]
    assert reply.parts[0].witness


def test_a_label_that_the_premises_exclude_settles_nothing() -> None:
    asker, (one, label) = asked_of(policy("one", "tried"), LABEL, given=[premises("infected")])
    reply = never_met(asker, one, label)

    assert (None, "label@1.0.0 itself cannot be met on these premises") == (
        reply.holds,
        reply.because,
    )


# The other reading


def test_the_other_reading_shows_who_changes() -> None:
    text = READING.format("age >= 22 years and age <= 75 years")
    asker, (one,) = asked_of(policy("one", "age >= 18 years", "fit", more=text))
    reply = reading(asker, one.at("A"))

    assert (True, Outcome.WITNESS) == (reply.holds, reply.outcome)
    assert {"age": "78 years", "fit": "yes"} == words(reply)
    (part,) = reply.parts
    assert ("one@1.0.0:A", "one@1.0.0+other-reading-of-A") == part.about
    assert [False, True] == [each.holds for each in part.parts]


def test_the_other_reading_may_change_nobody() -> None:
    asker, (one,) = asked_of(
        policy("one", "age >= 18 years", "age >= 30 years", more=READING.format("age >= 22 years"))
    )
    reply = reading(asker, one.at("A"))

    assert (False, Outcome.PROVED) == (reply.holds, reply.outcome)
    assert reply.parts[0].proof


def test_every_other_reading_of_a_clause_is_told() -> None:
    text = READING.format("age >= 22 years") + "\n" + READING.format("age >= 12 years")
    asker, (one,) = asked_of(policy("one", "age >= 18 years", "fit", more=text))
    reply = reading(asker, one.at("A"))

    assert ["one@1.0.0+other-reading-of-A", "one@1.0.0+other-reading-of-A-2"] == [
        part.about[1] for part in reply.parts
    ]
    assert [[False, True], [True, False]] == [
        [each.holds for each in part.parts] for part in reply.parts
    ]


def test_the_other_reading_of_a_list_is_what_decides() -> None:
    items = (
        "- **A Group.** It holds: **any of** [@made-up, page 1]\n"
        "  - **A1** Sentence.\n    `tried`\n"
        "  - **A2** Sentence.\n    `coded`\n\n" + READING.format("tried")
    )
    asker, (one,) = asked_of(listed("one", items))
    reply = reading(asker, one.at("A"))

    assert {"tried": "no", "coded": "yes"} == words(reply)
    assert reply.witness
    assert [["A2"], ["A"]] == [[each.id for each in one.deciding] for one in reply.witness.told]
    assert "tried" == reply.witness.told[1].deciding[0].test


# What cannot be answered


@pytest.mark.parametrize("ask", [dead, conflicts, never_met, reading])
def test_nothing_is_said_of_what_was_not_read(ask: object) -> None:
    asker, (unread, label) = asked_of(without_criteria("unread", "unread"), LABEL)
    subjects = (unread, label) if ask is never_met else (unread,)
    reply = ask(asker, *subjects)  # type: ignore[operator]

    assert reply.holds is None
    assert "nobody has read the position of unread@1.0.0; what was not read" in reply.because


@pytest.mark.parametrize("ask", [dead, conflicts, never_met, reading])
def test_a_question_without_time_is_not_decided(ask: object) -> None:
    text = READING.format("age >= 22 years")
    asker, (one, label) = asked_of(
        policy("one", "age >= 18 years", "age >= 12 years", more=text), LABEL, limit=1e-9
    )
    subjects = {never_met: (one, label), reading: (one.at("A"),)}.get(ask, (one,))  # type: ignore[call-overload]
    reply = ask(asker, *subjects)  # type: ignore[operator]

    assert (None, "the time was up") == (reply.holds, reply.because)
