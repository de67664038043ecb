"""GRADE's arithmetic, and what the worst domain says of a study."""

from __future__ import annotations

from datetime import date

import pytest

from multifidus.evidence.certainty import (
    DOMAINS,
    DOWN,
    LEVELS,
    RISKS,
    UP,
    BiasRisk,
    Certainty,
    Design,
    Domain,
    Judgement,
    Level,
    Reason,
    Risk,
    Tool,
)

DAY = date(2026, 11, 28)


def rated(design: Design, **steps: int) -> Certainty:
    """Rate with the steps that are given; the other reasons move nothing."""
    by_name = {each.name.lower(): each for each in Reason}
    moves = {by_name[name]: count for name, count in steps.items()}
    return Certainty(
        design=design,
        judgements=tuple(
            Judgement(reason=each, steps=moves.get(each, 0), rationale="why", source="where")
            for each in Reason
        ),
        author="a panel",
        on=DAY,
    )


@pytest.mark.parametrize(
    ("certainty", "level"),
    [
        (rated(Design.RANDOMISED), Level.HIGH),
        (rated(Design.NOT_RANDOMISED), Level.LOW),
        (rated(Design.RANDOMISED, risk_of_bias=1), Level.MODERATE),
        (rated(Design.RANDOMISED, risk_of_bias=1, imprecision=1), Level.LOW),
        (rated(Design.RANDOMISED, risk_of_bias=2, indirectness=2), Level.VERY_LOW),
        (rated(Design.NOT_RANDOMISED, inconsistency=1), Level.VERY_LOW),
        (rated(Design.NOT_RANDOMISED, large_effect=1), Level.MODERATE),
        (rated(Design.NOT_RANDOMISED, large_effect=2), Level.HIGH),
        (rated(Design.NOT_RANDOMISED, large_effect=2, publication_bias=1), Level.MODERATE),
        (rated(Design.RANDOMISED, dose_response=1), Level.HIGH),
    ],
)
def test_certainty_starts_with_the_design_and_stays_on_the_scale(
    certainty: Certainty, level: Level
) -> None:
    assert level is certainty.level


def test_there_are_five_reasons_down_and_three_up() -> None:
    assert (5, 3) == (len(DOWN), len(UP))
    assert set(Reason) == {*DOWN, *UP}


def test_the_words_tell_what_moved_it() -> None:
    words = rated(Design.RANDOMISED, risk_of_bias=2, large_effect=1).words

    assert "moderate: starts high, risk of bias -2, large effect +1" == words


def test_the_signs_repeat_the_level() -> None:
    assert ["●○○○", "●●○○", "●●●○", "●●●●"] == [each.signs for each in LEVELS]


def judged(tool: Tool, *risks: Risk) -> BiasRisk:
    given = (*risks, *(Risk.LOW for _ in DOMAINS[tool][len(risks) :]))
    return BiasRisk(
        study="a study",
        result="a result",
        tool=tool,
        domains=tuple(
            Domain(name=name, risk=risk, rationale="why", source="where")
            for name, risk in zip(DOMAINS[tool], given, strict=True)
        ),
        author="a panel",
        on=DAY,
    )


@pytest.mark.parametrize(
    ("judgement", "overall"),
    [
        (judged(Tool.ROB_2), Risk.LOW),
        (judged(Tool.ROB_2, Risk.SOME_CONCERNS), Risk.SOME_CONCERNS),
        (judged(Tool.ROB_2, Risk.SOME_CONCERNS, Risk.HIGH), Risk.HIGH),
        (judged(Tool.ROBINS_I, Risk.NO_INFORMATION), Risk.NO_INFORMATION),
        (judged(Tool.ROBINS_I, Risk.NO_INFORMATION, Risk.MODERATE), Risk.MODERATE),
        (judged(Tool.ROBINS_I, Risk.SERIOUS, Risk.CRITICAL), Risk.CRITICAL),
    ],
)
def test_the_worst_domain_speaks_for_the_study(judgement: BiasRisk, overall: Risk) -> None:
    assert overall is judgement.overall


def test_each_tool_has_its_own_words() -> None:
    assert 5 == len(DOMAINS[Tool.ROB_2])
    assert 7 == len(DOMAINS[Tool.ROBINS_I])
    assert Risk.CRITICAL not in RISKS[Tool.ROB_2]
    assert Risk.HIGH not in RISKS[Tool.ROBINS_I]
