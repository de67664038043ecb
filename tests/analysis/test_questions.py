"""Questions about policies: text in, answer out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from multifidus.analysis import inquiry
from multifidus.analysis.questions import can_be_met, difference, differs, equivalent, implies
from multifidus.analysis.reply import Outcome, Question
from multifidus.core.determination import Answer, determine
from multifidus.core.truth import F, T
from tests.analysis.small import READING, asked_of, listed, policy, premises, without_criteria

if TYPE_CHECKING:
    from multifidus.analysis.reply import Reply

ADULTS = policy("adults", "age >= 18 years", "fit")
TRIAL = policy("trial", "age >= 22 years and age <= 75 years", "fit")


def grounds(reply: Reply) -> list[tuple[str, list[str]]]:
    """Give each step of a proof: what it shows, and from which clauses and premises."""
    return [
        (
            f"{step.shows.policy} {step.shows.id}" if step.shows else "",
            [f"{each.policy} {each.id}" for each in (*step.clauses, *step.premises)],
        )
        for step in reply.proof
    ]


def words(reply: Reply) -> dict[str, str]:
    """Give the facts of a witness in words."""
    assert reply.witness
    return {each.element: each.value for each in reply.witness.details}


# Implies


def test_the_stricter_policy_implies_the_looser_clause_by_clause() -> None:
    asker, (trial, adults) = asked_of(TRIAL, ADULTS)
    reply = implies(asker, trial, adults)

    assert (True, Outcome.PROVED) == (reply.holds, reply.outcome)
    assert [
        ("adults@1.0.0 A", ["trial@1.0.0 A"]),
        ("adults@1.0.0 B", ["trial@1.0.0 B"]),
    ] == grounds(reply)


def test_the_looser_policy_has_a_witness_of_78_years() -> None:
    asker, (trial, adults) = asked_of(TRIAL, ADULTS)
    reply = implies(asker, adults, trial)

    assert (False, Outcome.WITNESS) == (reply.holds, reply.outcome)
    assert {"age": "78 years", "fit": "yes"} == words(reply)
    assert reply.witness
    assert [("adults@1.0.0", Answer.MET), ("trial@1.0.0", Answer.NOT_MET)] == [
        (each.about, each.answer) for each in reply.witness.told
    ]
    assert ["A"] == [each.id for each in reply.witness.told[1].deciding]


def test_a_clause_can_be_asked_about_alone() -> None:
    asker, (trial, adults) = asked_of(TRIAL, ADULTS)

    assert implies(asker, trial, adults.at("A")).holds
    assert implies(asker, trial.at("A"), adults.at("A")).holds
    reply = implies(asker, trial.at("A"), adults)
    assert not reply.holds
    assert reply.witness
    assert ["trial@1.0.0:A", "adults@1.0.0"] == [each.about for each in reply.witness.told]


def test_what_can_never_be_met_implies_anything_and_says_so() -> None:
    impossible = policy("impossible", "fit", "not fit")
    asker, (one, other) = asked_of(impossible, ADULTS)
    reply = implies(asker, one, other)

    assert reply.holds
    assert "impossible@1.0.0 can never be met, and so implies anything" == reply.because
    assert [("", ["impossible@1.0.0 A", "impossible@1.0.0 B"])] == grounds(reply)


def test_a_calendar_month_is_looked_at_on_every_day_of_service() -> None:
    """Three months are 89 to 92 days: neither bound implies the other, whatever the day asked."""
    asker, (months, days) = asked_of(
        policy("months", "duration >= 3 months"), policy("days", "duration >= 91 days")
    )
    first, second = implies(asker, months, days), implies(asker, days, months)

    assert (False, False) == (first.holds, second.holds)
    for reply in (first, second):
        assert reply.witness
        case = reply.witness.case
        answers = [determine(each.policy, case).answer for each in (months, days)]
        assert {Answer.MET, Answer.NOT_MET} == set(answers)


def test_what_holds_on_every_day_of_service_is_proved() -> None:
    asker, (months, days) = asked_of(
        policy("months", "duration >= 3 months"), policy("days", "duration >= 89 days")
    )

    assert implies(asker, months, days).holds
    assert not implies(asker, days, months).holds


def test_a_known_number_of_weeks_may_leave_months_open_and_then_nothing_is_implied() -> None:
    """Thirteen weeks may be three months or not: a complete case that meets only the first."""
    asker, (weeks, months) = asked_of(
        policy("weeks", "therapy = 13 weeks"), policy("months", "therapy >= 3 months")
    )
    reply = implies(asker, weeks, months)

    assert reply.holds is False
    assert {"therapy": "13 weeks"} == words(reply)
    assert reply.witness
    assert Answer.MORE_INFORMATION is reply.witness.told[1].answer
    assert implies(asker, months, months).holds


def test_weeks_that_are_surely_enough_imply_months() -> None:
    asker, (weeks, months) = asked_of(
        policy("weeks", "therapy >= 14 weeks"), policy("months", "therapy >= 3 months")
    )

    assert implies(asker, weeks, months).holds


def test_counts_are_whole() -> None:
    asker, (one, other) = asked_of(
        policy("one", "visits > 5 times"), policy("other", "visits >= 6 times")
    )

    assert equivalent(asker, one, other).holds


# Both ways


def test_two_ways_to_write_the_same_are_equivalent() -> None:
    asker, (one, other) = asked_of(
        policy("one", "not unfit", "not infected"),
        policy("other", "unfit", "infected", connective="none of"),
    )

    assert (True, Outcome.PROVED) == (
        equivalent(asker, one, other).holds,
        equivalent(asker, one, other).outcome,
    )
    assert (False, Outcome.PROVED) == (
        differs(asker, one, other).holds,
        differs(asker, one, other).outcome,
    )


def test_units_are_no_difference() -> None:
    asker, (one, other) = asked_of(
        policy("one", "scale >= 6 cm"), policy("other", "scale >= 60 mm")
    )

    assert equivalent(asker, one, other).holds


def test_a_difference_is_shown_from_whichever_side_it_comes() -> None:
    asker, (trial, adults) = asked_of(TRIAL, ADULTS)
    reply = differs(asker, trial, adults)

    assert (True, Outcome.WITNESS) == (reply.holds, reply.outcome)
    assert [True, False] == [part.holds for part in reply.parts]
    assert "78 years" == words(reply)["age"]
    assert equivalent(asker, trial, adults).holds is False


# Can be met


def test_what_can_be_met_has_a_patient() -> None:
    asker, (trial,) = asked_of(TRIAL)
    reply = can_be_met(asker, trial)

    assert (True, Outcome.WITNESS) == (reply.holds, reply.outcome)
    assert {"age", "fit"} == set(words(reply))


def test_policies_that_clash_are_told_with_the_clauses_that_do() -> None:
    asker, (adults, children) = asked_of(ADULTS, policy("children", "fit", "age < 18 years"))
    reply = can_be_met(asker, adults, children)

    assert (False, Outcome.PROVED) == (reply.holds, reply.outcome)
    assert [("", ["adults@1.0.0 A", "children@1.0.0 B"])] == grounds(reply)


def test_what_only_the_premises_exclude_is_told_with_what_they_exclude() -> None:
    asker, (tried,) = asked_of(policy("tried", "tried", "fit"), given=[premises("not tried")])
    reply = can_be_met(asker, tried)

    assert (False, Outcome.PROVED) == (reply.holds, reply.outcome)
    assert [("", ["tried@1.0.0 A", "given@1.0.0 P1"])] == grounds(reply)
    assert ["P1"] == [each.id for each in reply.proof[0].premises]
    assert "second-hand" == reply.proof[0].premises[0].reading
    (without,) = reply.parts
    assert (True, ()) == (without.holds, without.premises)
    assert {"tried": "yes", "fit": "yes"} == words(without)


def test_a_clash_that_does_not_need_the_premises_of_the_first_is_told_too() -> None:
    asker, (one,) = asked_of(
        policy("one", "tried", "fit"), given=[premises("not tried", "not fit", "coded")]
    )
    reply = can_be_met(asker, one)

    assert [
        ("", ["one@1.0.0 B", "given@1.0.0 P2"]),
        ("", ["one@1.0.0 A", "given@1.0.0 P1"]),
    ] == sorted(grounds(reply), reverse=True)


def test_another_reading_that_would_do_away_with_the_proof_is_told() -> None:
    text = READING.format("fit") + "\n" + READING.format("tried and age >= 30 years")
    asker, (one,) = asked_of(
        policy("one", "tried", "fit", more=text), given=[premises("not tried")]
    )
    _without, *others = can_be_met(asker, one).parts

    assert [(Question.READING, True, ("one@1.0.0+other-reading-of-A",))] == [
        (each.question, each.holds, each.about) for each in others
    ]
    assert others[0].clause
    assert "A" == others[0].clause.id
    assert others[0].because.startswith("The source says adults; we read at least 18 years")
    assert "no" == words(others[0])["tried"]


def test_the_reading_of_a_list_counts_where_an_item_of_it_clashes() -> None:
    items = (
        "- **A Group.** It holds: **all of** [@made-up, page 1]\n"
        "  - **A1** Sentence.\n    `tried`\n"
        "  - **A2** Sentence.\n    `coded`\n\n" + READING.format("coded")
    )
    asker, (one,) = asked_of(listed("one", items), given=[premises("not tried")])

    assert ["one@1.0.0+other-reading-of-A"] == [
        name for part in can_be_met(asker, one).parts[1:] for name in part.about
    ]


def test_a_patient_on_the_premises_fits_them() -> None:
    asker, (one,) = asked_of(policy("one", "fit"), given=[premises("not tried")])
    reply = can_be_met(asker, one)

    assert {"fit": "yes", "tried": "no"} == words(reply)
    assert ("given",) == reply.premises


def test_a_clash_that_needs_no_premise_names_none() -> None:
    asker, (one,) = asked_of(policy("one", "fit", "not fit"), given=[premises("not tried")])
    reply = can_be_met(asker, one)

    assert ((), ()) == (reply.premises, reply.proof[0].premises)


def test_of_several_proofs_the_one_on_well_read_clauses_is_told() -> None:
    """The group is second-hand, its neighbour verified; either excludes the other policy."""
    items = (
        "- **A Group.** It holds: **any of** [@second, page 2]\n"
        "  - **A1** Sentence.\n    `not tried`\n"
        "- **B Clause.** Sentence. [@made-up, page 1]\n  `not tried`"
    )
    asker, (one, other) = asked_of(listed("one", items), policy("other", "tried"))

    assert [("", ["one@1.0.0 B", "other@1.0.0 A"])] == grounds(can_be_met(asker, one, other))


# What was not read


@pytest.mark.parametrize("stance", ["silent", "unread"])
@pytest.mark.parametrize("ask", [implies, equivalent, differs, difference, can_be_met])
def test_what_was_not_read_proves_nothing(stance: str, ask: object) -> None:
    asker, (one, other) = asked_of(ADULTS, without_criteria("nothing", stance))
    for pair in ((one, other), (other, one)):
        reply = ask(asker, *pair)  # type: ignore[operator]

        assert (None, Outcome.NOT_DECIDED) == (reply.holds, reply.outcome)
        assert WITHOUT[stance] == reply.because


WITHOUT = {
    "silent": "no criteria for the service stand in nothing@1.0.0; that proves nothing",
    "unread": "nobody has read the position of nothing@1.0.0; what was not read proves nothing",
}


def test_an_excluded_policy_is_never_met() -> None:
    asker, (excluded, adults) = asked_of(without_criteria("excluded", "excluded"), ADULTS)

    assert can_be_met(asker, excluded).holds is False
    assert implies(asker, excluded, adults).holds
    assert implies(asker, adults, excluded).holds is False


# The smallest change


def test_the_smallest_change_names_what_goes_and_what_comes() -> None:
    asker, (one, other) = asked_of(
        policy("one", "age >= 22 years", "fit", "not unfit"),
        policy("other", "age >= 18 years", "fit", "test_a is positive"),
    )
    reply = difference(asker, one, other)

    assert reply.holds
    assert [
        (Question.CLAUSE_DROPPED, "one@1.0.0 A"),
        (Question.CLAUSE_DROPPED, "one@1.0.0 C"),
        (Question.CLAUSE_ADDED, "other@1.0.0 C"),
        (Question.CLAUSE_ADDED, "other@1.0.0 A"),
    ] == [
        (part.question, f"{part.clause.policy} {part.clause.id}")
        for part in reply.parts
        if part.clause
    ]
    assert all(part.witness for part in reply.parts)


def test_a_clause_that_others_make_up_for_need_not_come() -> None:
    asker, (one, other) = asked_of(
        policy("one", "age >= 30 years"),
        policy("other", "age >= 18 years", "age >= 30 years", "fit"),
    )
    reply = difference(asker, one, other)

    assert ["C"] == [part.clause.id for part in reply.parts if part.clause]


def test_policies_that_ask_the_same_differ_in_nothing() -> None:
    asker, (one, other) = asked_of(
        policy("one", "scale >= 6 cm"), policy("other", "scale >= 60 mm")
    )
    reply = difference(asker, one, other)

    assert (False, Outcome.PROVED, ()) == (reply.holds, reply.outcome, reply.parts)


# Honesty


def test_a_witness_that_the_evaluator_does_not_bear_out_is_not_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(inquiry, "borne_out", lambda *_: False)
    asker, (trial, adults) = asked_of(TRIAL, ADULTS)
    reply = implies(asker, adults, trial)

    assert (None, None) == (reply.holds, reply.witness)
    assert "the evaluator did not bear the solver's witness out" == reply.because


def test_an_answer_says_how_well_the_clauses_were_read() -> None:
    asker, (trial, adults) = asked_of(TRIAL, ADULTS)

    assert {
        "trial@1.0.0": {"verified": 2, "attested": 0, "second-hand": 0, "unverified": 0},
        "adults@1.0.0": {"verified": 2, "attested": 0, "second-hand": 0, "unverified": 0},
    } == implies(asker, trial, adults).read


def test_a_group_in_an_answer_is_spelled_out_with_the_sources_below_it() -> None:
    items = (
        "- **A Group.** It holds: **at least 2 of**\n"
        "  - **A1** Sentence. [@made-up, page 2]\n    `not tried`\n"
        "  - **A2** Sentence. [@second, page 3]\n    `fit or coded`\n"
        "  - **A3** Both: **all of** [@second, page 4]\n"
        "    - **A3.1** Sentence.\n      `age >= 18 years`\n"
    )
    asker, (one, other) = asked_of(listed("one", items), policy("other", "fit"))
    clause = difference(asker, other, one).parts[-1].clause

    assert clause
    assert "at least 2 of not tried, (fit or coded), age >= 18 years" == clause.test
    assert ["made-up", "second", "second"] == [each.source for each in clause.citations]
    assert "second-hand" == clause.reading
    assert ("tried", "fit", "coded", "age") == clause.elements


@pytest.mark.parametrize("truth", [T, F])
def test_a_claim_about_a_list_is_taken_apart_as_far_as_all_must_hold(truth: object) -> None:
    items = (
        "- **A Clause.** Sentence. [@made-up, page 1]\n  `fit`\n"
        "- **B Group.** It holds: **none of** [@made-up, page 1]\n"
        "  - **B1** Sentence.\n    `unfit`\n"
        "  - **B2** One: **any of**\n"
        "    - **B2.1** Sentence.\n      `infected`\n"
        "    - **B2.2** Sentence.\n      `tried`\n"
    )
    _, (one,) = asked_of(listed("one", items))
    apart = {
        T: [("A", T), ("B1", F), ("B2.1", F), ("B2.2", F)],
        F: [("policy", F)],
    }

    assert apart[truth] == [(each.about.id, each.truth) for each in one.claims(truth)]  # type: ignore[index,arg-type]
