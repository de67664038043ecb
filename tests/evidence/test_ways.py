"""Groups as somebody types them, and every way to reckon an effect of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from multifidus.errors import EvidenceError
from multifidus.evidence.arms import arm_of, read_arm
from multifidus.evidence.chain import shipped_chain
from multifidus.evidence.effect.counts import Count
from multifidus.evidence.effect.estimate import Effect, Measure, estimate
from multifidus.evidence.effect.means import Sample
from multifidus.evidence.study import shipped_evidence
from multifidus.evidence.summary import summarize
from multifidus.evidence.ways import (
    Ways,
    ways_of_change,
    ways_of_count,
    ways_of_counts,
    ways_of_estimates,
    ways_of_sample,
    ways_of_samples,
)


def intervals(ways: Ways, *, digits: int) -> dict[str, tuple[float, ...]]:
    """Give value and interval by method, rounded as a report would."""
    return {each.method: tuple(round(x, digits) for x in each.natural) for each in ways.effects}


@pytest.mark.parametrize(
    ("words", "arm"),
    [
        ("57/102", Count(57, 102)),
        ("57 of 102", Count(57, 102)),
        ("50%/10", Count(5, 10)),
        ("mean=-4.8,sd=2.4,n=159", Sample(n=159, mean=-4.8, sd=2.4)),
        ("mean=-4.8 sd=2.4 n=159", Sample(n=159, mean=-4.8, sd=2.4)),
        ("mean=1,se=2,n=4", Sample(n=4, mean=1, sd=4)),
        ("r8b-2y-vas-change", Sample(n=159, mean=-4.8, sd=2.4)),
        ("r8b-2y-opioid-reduction", Count(34, 57)),
    ],
)
def test_a_group_is_read_as_somebody_types_it(words: str, arm: object) -> None:
    assert arm == read_arm(words, evidence=shipped_evidence())


@pytest.mark.parametrize(
    "words", ["mean=-19.7,se=1.4", "mean=0.231,low=0.195,high=0.267", "itz-12mo-nrs-change"]
)
def test_a_mean_without_people_is_an_estimate(words: str) -> None:
    arm = read_arm(words, evidence=shipped_evidence())

    assert isinstance(arm, Effect)
    assert Measure.MEAN_CHANGE is arm.measure


def test_an_interval_becomes_a_standard_error() -> None:
    arm = arm_of(shipped_evidence().result("r8b-5y-eq5d-change"))

    assert isinstance(arm, Sample)
    assert 0.0184 == pytest.approx(arm.standard_error, abs=5e-5)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("x", "this is no group of people"),
        ("mean=1", "this is no group of people"),
        ("mean=1,sd=2", "this is no group of people"),
        ("mean=1,wide=2", "this is no group of people"),
        ("103/102", "is no count of events"),
        ("r8b-120d-vas-change-active", "prints no count, and no spread"),
    ],
)
def test_what_is_no_group_is_told_with_the_way_to_write_one(words: str, message: str) -> None:
    with pytest.raises(EvidenceError) as raised:
        read_arm(words, evidence=shipped_evidence())

    assert message in str(raised.value)


def test_a_standard_deviation_of_nobody_is_no_group() -> None:
    lonely = replace(shipped_evidence().result("r8b-2y-vas-change"), n=None)

    with pytest.raises(EvidenceError, match="the standard deviation stands alone"):
        arm_of(lonely)


def test_the_interval_of_two_years_is_walds_and_no_other() -> None:
    told = intervals(ways_of_count(Count(96, 155)), digits=3)

    assert ["proportion; Wald interval"] == [
        method for method, found in told.items() if (0.619, 0.543, 0.696) == found
    ]


def test_two_counts_are_compared_in_every_way() -> None:
    ways = ways_of_counts(Count(57, 102), control=Count(48, 102))

    measures = {each.measure for each in ways.effects}
    assert {Measure.RISK_DIFFERENCE, Measure.RISK_RATIO, Measure.ODDS_RATIO} == measures
    assert 4 == len(ways.tests)
    assert all(0.1 < each.p < 0.3 for each in ways.tests)
    assert all(each.natural[1] < each.natural[0] < each.natural[2] for each in ways.effects)


def test_two_samples_and_one_are_reckoned_in_every_way() -> None:
    treated, control = Sample(n=102, mean=4.0, sd=2.7), Sample(n=102, mean=4.8, sd=2.9)

    assert 4 == len(ways_of_samples(treated, control=control).effects)
    assert 2 == len(ways_of_sample(treated).effects)
    assert 3 == len(ways_of_change(control, follow_up=treated, correlation=0.5).effects)


def test_the_difference_in_a_line_of_evidence_is_that_of_the_estimates() -> None:
    """The lines do without scipy; this holds them against it."""
    evidence = shipped_evidence()
    for name in ("disability-v-omm", "pain-v-omm", "quality-of-life-v-omm"):
        told = summarize(shipped_chain().lines[name], evidence)
        assert told.difference is not None
        arms = [
            estimate(
                float(each.value or 0),
                standard_error=float(each.se or 0),
                measure=Measure.MEAN_CHANGE,
            )
            for each in (told.treated, told.control)
            if each is not None
        ]
        (found,) = ways_of_estimates(arms[0], control=arms[1]).effects
        digits = len(str(told.difference.value).partition(".")[2])
        assert (
            float(told.difference.value),
            float(told.difference.low),
            float(told.difference.high),
        ) == tuple(round(each, digits) for each in found.natural)
