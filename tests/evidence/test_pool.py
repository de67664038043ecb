"""Pools: what must hold whatever the numbers, and what nobody may pool."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multifidus.errors import EvidenceError
from multifidus.evidence.effect import Count, Effect, Measure, Scale, estimate, scaled_proportion
from multifidus.evidence.pool import (
    Approach,
    Errors,
    Method,
    Prediction,
    cumulative,
    egger,
    funnel,
    leave_one_out,
    mantel_haenszel,
    multilevel,
    pool,
    pool_many,
    regress,
    subgroups,
)
from multifidus.evidence.pool.heterogeneity import tau2_of
from multifidus.evidence.pool.model import Table

if TYPE_CHECKING:
    from collections.abc import Callable

RANDOM = [each for each in Method if each is not Method.FIXED]

NUMBERS = st.floats(-5, 5).map(lambda each: round(each, 3))
ERRORS = st.floats(0.05, 2).map(lambda each: round(each, 3))
STUDIES = st.lists(st.tuples(NUMBERS, ERRORS), min_size=3, max_size=9)


def effects_of(
    studies: list[tuple[float, float]], *, measure: Measure = Measure.MEAN_DIFFERENCE
) -> list[Effect]:
    return [
        estimate(value, standard_error=error, measure=measure, label=f"study {number}")
        for number, (value, error) in enumerate(studies, start=1)
    ]


SOME = effects_of([(0.1, 0.2), (0.5, 0.3), (0.9, 0.25), (-0.2, 0.4), (0.4, 0.1)])


@pytest.mark.parametrize("method", Method)
@settings(deadline=None, max_examples=40)
@given(studies=STUDIES, data=st.data())
def test_the_order_of_studies_does_not_matter(
    method: Method, studies: list[tuple[float, float]], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(studies))
    first = pool(effects_of(studies), method=method)
    second = pool(effects_of(shuffled), method=method)

    assert [first.value, first.low, first.tau2, first.i2] == pytest.approx(
        [second.value, second.low, second.tau2, second.i2], rel=1e-6, abs=1e-9
    )


@pytest.mark.parametrize("method", Method)
@settings(deadline=None, max_examples=40)
@given(studies=STUDIES, factor=st.sampled_from([0.001, 0.1, 10.0, 100.0]))
def test_another_unit_scales_the_pool_and_nothing_else(
    method: Method, studies: list[tuple[float, float]], factor: float
) -> None:
    first = pool(effects_of(studies), method=method)
    second = pool(
        effects_of([(value * factor, error * factor) for value, error in studies]), method=method
    )

    assert [
        first.value * factor,
        first.low * factor,
        first.tau2 * factor**2,
        first.i2,
    ] == pytest.approx([second.value, second.low, second.tau2, second.i2], rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("method", Method)
@settings(deadline=None, max_examples=40)
@given(studies=STUDIES, shift=st.floats(-100, 100))
def test_another_zero_moves_the_pool_and_nothing_else(
    method: Method, studies: list[tuple[float, float]], shift: float
) -> None:
    first = pool(effects_of(studies), method=method)
    second = pool(effects_of([(value + shift, error) for value, error in studies]), method=method)

    assert [first.value + shift, first.standard_error, first.tau2] == pytest.approx(
        [second.value, second.standard_error, second.tau2], rel=1e-5, abs=1e-7
    )


@pytest.mark.parametrize("method", RANDOM)
@given(value=NUMBERS, errors=st.lists(ERRORS, min_size=2, max_size=8))
def test_studies_that_agree_have_the_fixed_effect(
    method: Method, value: float, errors: list[float]
) -> None:
    effects = effects_of([(value, error) for error in errors])
    fixed = pool(effects, method=Method.FIXED)
    random = pool(effects, method=method, approach=Approach.NORMAL)

    assert 0.0 == pytest.approx(random.tau2, abs=1e-20)
    assert [fixed.value, fixed.low, fixed.high] == pytest.approx(
        [random.value, random.low, random.high]
    )


@settings(deadline=None)
@given(studies=STUDIES)
def test_tau2_of_a_likelihood_is_no_worse_than_its_neighbours(
    studies: list[tuple[float, float]],
) -> None:
    effects = effects_of(studies)
    table = Table.plain(
        np.array([each.value for each in effects]),
        variances=np.array([each.variance for each in effects]),
    )
    for method, height in (
        (Method.MAXIMUM_LIKELIHOOD, "log_likelihood"),
        (Method.RESTRICTED, "restricted_log_likelihood"),
    ):
        peak = tau2_of(table, method=method)
        at_peak = getattr(table.weighed(peak), height)[0]
        for factor in (0.0, 0.9, 0.99, 1.01, 1.1):
            beside = getattr(table.weighed(peak * factor), height)[0]
            assert beside <= at_peak + 1e-8


@pytest.mark.parametrize("k", [5, 10, 30])
def test_intervals_hold_the_truth_about_as_often_as_they_say(k: int) -> None:
    """
    Hartung and Knapp's interval by REML, in 4,000 made-up data sets with tau² as large as errors.

    The bounds are four standard errors of a simulation about 95 %, and one percent besides, as the
    method is itself an approximation.
    """
    chance = np.random.default_rng(k)
    variances = chance.uniform(0.02, 0.08, (4000, k))
    values = chance.normal(1.0, np.sqrt(variances + 0.05))
    found = pool_many(values, variances=variances)
    held = float(np.mean((found.low <= 1.0) & (found.high >= 1.0)))

    assert 0.95 - 0.0238 <= held <= 0.95 + 0.0238


@pytest.mark.parametrize("k", [10, 30])
def test_prediction_intervals_hold_the_next_study_where_studies_differ_much(k: int) -> None:
    """With tau² ten times the errors; with as much of it as of errors the next test tells."""
    assert 0.92 <= next_study_held(k, tau2=0.5) <= 0.98


def test_prediction_intervals_hold_less_than_they_say_where_studies_differ_little() -> None:
    """
    Ten studies with I² about 50 %: a limit of the method, and no fault of ours.

    Source: Partlett and Riley, Stat Med 36:301-317, 2017.
    """
    assert 0.85 <= next_study_held(10, tau2=0.05) <= 0.92


def next_study_held(k: int, *, tau2: float) -> float:
    """Tell how often the interval of k made-up studies holds the true effect of one more."""
    chance = np.random.default_rng(k + 100)
    variances = chance.uniform(0.02, 0.08, (4000, k))
    found = pool_many(chance.normal(1.0, np.sqrt(variances + tau2)), variances=variances)
    ahead = chance.normal(1.0, np.sqrt(tau2), 4000)
    return float(np.mean((found.prediction_low <= ahead) & (found.prediction_high >= ahead)))


def test_the_normal_interval_is_too_narrow_with_few_studies() -> None:
    """Why Hartung and Knapp's is what a pool of random effects has by default."""
    chance = np.random.default_rng(3)
    variances = chance.uniform(0.02, 0.08, (4000, 5))
    values = chance.normal(1.0, np.sqrt(variances + 0.05))
    found = pool_many(values, variances=variances, approach=Approach.NORMAL)

    assert float(np.mean((found.low <= 1.0) & (found.high >= 1.0))) < 0.92


def test_many_data_sets_at_once_are_what_each_is_alone() -> None:
    chance = np.random.default_rng(11)
    values, variances = chance.normal(0, 0.4, (30, 7)), chance.uniform(0.01, 0.2, (30, 7))
    for method in Method:
        together = pool_many(values, variances=variances, method=method)
        alone = [
            pool_many(values[row], variances=variances[row], method=method).tau2[0]
            for row in range(30)
        ]
        assert list(together.tau2) == pytest.approx(alone, rel=1e-9, abs=1e-12)


def test_a_pool_names_its_method_and_weights() -> None:
    found = pool(SOME)

    assert "restricted" in found.words
    assert "Hartung" in found.words
    assert 100 == pytest.approx(sum(found.weights))
    assert "study 5" == found.labels[found.weights.index(max(found.weights))]
    assert 4 == found.q_df
    assert found.natural == (found.value, found.low, found.high)
    assert (found.prediction_low, found.prediction_high) == found.natural_prediction


def test_a_fixed_effect_predicts_nothing() -> None:
    found = pool(SOME, method=Method.FIXED)

    assert found.natural_prediction is None
    assert Approach.NORMAL is found.approach


def test_the_cautious_interval_is_never_narrower_than_the_model() -> None:
    alike = effects_of([(1.0, 0.2), (1.01, 0.2), (0.99, 0.2)])
    bold, cautious = (
        pool(alike, approach=each)
        for each in (Approach.HARTUNG_KNAPP, Approach.HARTUNG_KNAPP_CAUTIOUS)
    )

    assert bold.standard_error < cautious.standard_error
    assert pool(alike, approach=Approach.NORMAL).standard_error == cautious.standard_error


def test_rileys_prediction_is_wider_with_few_studies() -> None:
    same, riley = (pool(SOME, prediction=each).prediction_high for each in Prediction)

    assert same is not None
    assert riley is not None
    assert riley > same


def test_levels_of_one_group_have_no_p() -> None:
    found = pool([scaled_proportion(n, n=40, scale=Scale.DOUBLE_ARCSINE) for n in (20, 25, 31)])

    assert found.p is None
    assert 0.5 < found.natural[0] < 0.8


def test_effects_without_any_scatter_are_no_fault() -> None:
    """Hartung and Knapp's error is none then, and nothing can be tested by it."""
    alike = effects_of([(1.0, 0.25), (1.0, 0.5), (1.0, 0.125)])
    apart = [each.of(each.label, cohort=each.label) for each in alike]

    assert pool(alike).p is None
    assert pool(alike).low == pytest.approx(1.0)
    assert multilevel(apart, errors=Errors.ROBUST).value == pytest.approx(1.0)
    line = regress(alike, over=[1, 2, 4], moderator="years")
    assert line.slope.value == pytest.approx(0.0, abs=1e-12)


def test_a_slope_is_told_with_its_warning() -> None:
    found = regress(SOME, over=[1, 2, 3, 4, 5], moderator="years")
    value, low, high = found.at(0)

    assert (value, low, high) == pytest.approx(
        (found.intercept.value, found.intercept.low, found.intercept.high)
    )
    assert "years" == found.slope.name
    assert "5 studies" in found.warning
    twelve = effects_of([(number / 10, 0.2) for number in range(12)])
    assert not regress(twelve, over=range(12), moderator="years").warning


def test_no_share_is_explained_where_there_is_none() -> None:
    alike = effects_of([(1.0, 0.2), (1.01, 0.2), (0.99, 0.2)])

    assert regress(alike, over=[1, 2, 4], moderator="years").r2 is None


def test_funnels_and_eggers_test_warn_below_ten_studies() -> None:
    found = funnel(SOME)
    low, high = found.sides(0.1)

    assert found.warning == egger(SOME).warning
    assert "below 10" in found.warning
    assert found.center == pytest.approx((low + high) / 2)
    assert len(SOME) == len(found.points)
    assert not funnel([*SOME, *SOME]).warning


def test_a_group_of_one_study_is_told_and_not_pooled() -> None:
    found = subgroups(SOME, names=["a", "a", "b", "a", "a"])

    assert [4, None] == [each.pooled and each.pooled.k for each in found.groups]
    assert SOME[2].value == found.groups[1].value
    assert 1 == found.df


def test_leaving_out_and_adding_keep_the_names() -> None:
    assert [each.label for each in SOME] == [each.label for each in leave_one_out(SOME)]
    assert [each.label for each in SOME[1:]] == [each.label for each in cumulative(SOME)]
    assert cumulative(SOME)[-1].pooled == pool(SOME)


@pytest.mark.parametrize("errors", Errors)
def test_effects_that_stand_alone_are_pooled_as_ever(errors: Errors) -> None:
    """Without shared cohorts the two levels are one, and robust errors near the model's."""
    found = multilevel(SOME, errors=errors)
    plain = pool(SOME, approach=Approach.NORMAL)

    assert plain.value == pytest.approx(found.value, rel=1e-6)
    assert plain.tau2 == pytest.approx(found.between + found.within, rel=1e-5)
    assert 5 == found.cohorts
    assert errors in found.words


def test_a_cohort_told_twice_weighs_no_more_than_once() -> None:
    """With errors that are all but the same, a second report adds next to nothing."""
    twice = [each.of(each.label, cohort=str(number)) for number, each in enumerate(SOME)]
    twice.append(SOME[0].of("again", cohort="0"))
    with_copy = multilevel(twice, correlation=0.99)
    without = multilevel(twice[:-1])

    assert without.value == pytest.approx(with_copy.value, abs=0.02)
    assert with_copy.standard_error == pytest.approx(without.standard_error, rel=0.05)


CHANGES = effects_of([(-4.8, 0.2), (-4.1, 0.3)], measure=Measure.MEAN_CHANGE)
YEARS = [each.of(each.label, cohort="R8B") for each in CHANGES]


@pytest.mark.parametrize(
    ("attempt", "words"),
    [
        (lambda: pool(SOME[:1]), "1 effects cannot be pooled"),
        (lambda: pool([SOME[0], CHANGES[0]]), "beside differences of two"),
        (lambda: multilevel([SOME[0], CHANGES[0]]), "beside differences of two"),
        (
            lambda: pool([*SOME, *effects_of([(0.1, 0.1)], measure=Measure.SMD)]),
            "effects of several measures",
        ),
        (
            lambda: pool([SOME[0].of("a", unit="points"), SOME[1].of("b", unit="cm")]),
            "several units: cm, points",
        ),
        (lambda: pool(YEARS), "the same people more than once: R8B"),
        (lambda: leave_one_out(YEARS), "the same people more than once: R8B"),
        (lambda: regress(YEARS, over=[1, 2], moderator="x"), "the same people"),
        (lambda: multilevel(YEARS), "all effects are of one cohort"),
        (lambda: multilevel(SOME, correlation=1.0), "a correlation of 1"),
        (lambda: regress(SOME, over=[1, 2], moderator="years"), "years: 2 values for 5"),
        (lambda: regress(SOME[:2], over=[1, 2], moderator="years"), "cannot show a line"),
        (lambda: regress(SOME, over=[2] * 5, moderator="years"), "2 in every study"),
        (lambda: subgroups(SOME, names=["a"] * 5), "1 groups named for 5 effects"),
        (lambda: egger(effects_of([(1.0, 0.2)] * 4)), "errors hardly differ"),
        (
            lambda: egger(effects_of([(1.0, 0.2), (1.0, 0.3), (1.0, 0.4)])),
            "on a line to the last digit",
        ),
        (lambda: mantel_haenszel([], measure=Measure.RISK_RATIO), "without any events"),
        (
            lambda: mantel_haenszel([(Count(1, 9), Count(2, 9))], measure=Measure.MEAN_DIFFERENCE),
            "not made of counts",
        ),
    ],
)
def test_what_nobody_may_pool_is_told_with_the_reason(
    attempt: Callable[[], Any], words: str
) -> None:
    with pytest.raises(EvidenceError, match=words):
        attempt()
