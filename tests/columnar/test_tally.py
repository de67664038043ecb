"""Counts of a population are those of its determinations."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from multifidus.columnar.compile import compile_policy
from multifidus.columnar.duck import connection, save_determinations, save_facts
from multifidus.columnar.impact import ANSWERS, impact
from multifidus.columnar.tally import steps_of, tally
from multifidus.core.case import Basis, Case, Fact, Service
from multifidus.core.determination import Answer, Finding, determine
from multifidus.library.shelf import shipped

if TYPE_CHECKING:
    from pathlib import Path

    from multifidus.core.policy import Policy

ON = date(2026, 10, 5)
BY_POLICY = {
    "isass-2025": "G1 G2 G3 G4.1 G4.2 G5 S1 S2 S3.1 S3.2 S4 S5 not-X1 not-X2",
}


def policy_of(name: str) -> Policy:
    """Read a policy that is shipped."""
    shelf = shipped()
    return shelf.read(shelf.find(name, ON))


def cases() -> list[tuple[str, Case]]:
    """Make cases of which some are lost early, some late, and some not at all."""
    said: list[dict[str, bool | str]] = [
        {},
        {"chronic_low_back_pain": False},
        {"chronic_low_back_pain": True, "pain_mechanism": "neuropathic"},
        {"chronic_low_back_pain": True, "pain_mechanism": "mechanical"},
        {"spine_surgery_indicated": True},
        {"unable_to_operate_device": True, "chronic_low_back_pain": True},
        {"prone_instability_test": "positive", "multifidus_diagnosis_coded": True},
    ]
    return [
        (
            f"Patient/{number}",
            Case(
                service=Service(date=ON),
                entries={
                    name: Fact(value=value, basis=Basis.STRUCTURED) for name, value in facts.items()
                },
            ),
        )
        for number, facts in enumerate(said)
    ]


def test_everyone_is_counted_once_and_criterion_by_criterion(tmp_path: Path) -> None:
    """As `determine` has it; who is lost, open and passed at the last step is what answers are."""
    policy = policy_of("isass-2025")
    facts, told = tmp_path / "facts.parquet", tmp_path / "told.parquet"
    save_facts(cases(), dictionary=policy.dictionary, path=facts)
    save_determinations(compile_policy(policy), facts=facts, path=told)
    with connection() as opened:
        found = tally(policy, opened, f"read_parquet('{told}')")

    determined = [determine(policy, case) for _, case in cases()]
    assert found.patients == len(determined)
    assert found.out_of_force == 0
    for answer in Answer:
        assert found.answers[answer] == sum(each.answer is answer for each in determined)
    for criterion in policy.criteria():
        truths = [
            each.truth
            for one in determined
            for each in one.criteria.walk()
            if each.id == criterion.id
        ]
        counts = found.criteria[criterion.id]
        assert (counts.met, counts.not_met, counts.open) == tuple(map(truths.count, Finding))
    assert sum(step.lost for step in found.attrition) == found.answers[Answer.NOT_MET]
    assert found.attrition[-1].clear == found.answers[Answer.MET]
    assert found.attrition[-1].open == found.answers[Answer.MORE_INFORMATION]


@pytest.mark.parametrize("name", BY_POLICY)
def test_the_steps_are_what_all_must_pass_in_the_order_of_the_text(name: str) -> None:
    """Where there are alternatives, they are one step; of contraindications each is one."""
    steps = [f"{'' if wanted else 'not-'}{each.id}" for each, wanted in steps_of(policy_of(name))]

    assert " ".join(steps) == BY_POLICY[name]


def test_the_steps_of_every_policy_that_is_shipped_add_up(tmp_path: Path) -> None:
    """Whatever connectives it is made of."""
    shelf = shipped()
    dictionary = policy_of("isass-2025").dictionary
    facts, told = tmp_path / "facts.parquet", tmp_path / "told.parquet"
    save_facts(cases(), dictionary=dictionary, path=facts)
    policies = [shelf.read(each) for each in shelf.policies]
    with connection() as opened:
        for policy in policies:
            if policy.about.stance.is_without_position:
                continue
            save_determinations(compile_policy(policy), facts=facts, path=told)
            found = tally(policy, opened, f"read_parquet('{told}')")
            assert sum(step.lost for step in found.attrition) == found.answers[Answer.NOT_MET]
            assert found.attrition[-1].clear == found.answers[Answer.MET]


def test_who_moves_is_counted_as_two_policies_determine_it(tmp_path: Path) -> None:
    """With nothing hidden, every transition is there."""
    before, after = policy_of("isass-2025"), policy_of("fda-p190021")
    facts = tmp_path / "facts.parquet"
    save_facts(cases(), dictionary=before.dictionary, path=facts)

    told = impact(compile_policy(before), compile_policy(after), facts=facts, threshold=1)

    moved = [(determine(before, case).answer, determine(after, case).answer) for _, case in cases()]
    assert told.table[-1][-1] == len(moved)
    for i, first in enumerate(ANSWERS):
        for j, second in enumerate(ANSWERS):
            assert told.table[i][j] == moved.count((first, second))
