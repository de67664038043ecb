"""Effects of one study: intervals and tests by name, and words about what cannot be one."""

from __future__ import annotations

from math import log

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from multifidus.errors import EvidenceError
from multifidus.evidence.effect import (
    Count,
    DifferenceInterval,
    MeanInterval,
    Measure,
    ProportionInterval,
    Sample,
    Scale,
    chi_square,
    difference,
    estimate,
    fisher,
    hedges_g,
    mean,
    mean_change,
    mean_difference,
    odds_ratio,
    of_estimate,
    proportion,
    risk_difference,
    risk_ratio,
    scaled_proportion,
    student,
    unpooled,
    welch,
)
from multifidus.evidence.effect.comparison import Correction
from multifidus.evidence.effect.proportion import interval
from multifidus.evidence.effect.spread import se_of_interval, se_of_p


@pytest.mark.parametrize(
    ("method", "low", "high"),
    [
        # Newcombe, Stat Med 17:857-872, 1998, table I: 15 of 148, methods 1 to 5.
        (ProportionInterval.WALD, 0.0527, 0.1500),
        (ProportionInterval.WALD_CORRECTED, 0.0494, 0.1534),
        (ProportionInterval.WILSON, 0.0624, 0.1605),
        (ProportionInterval.WILSON_CORRECTED, 0.0598, 0.1644),
        (ProportionInterval.CLOPPER_PEARSON, 0.0578, 0.1617),
        # statsmodels 0.15.
        (ProportionInterval.AGRESTI_COULL, 0.0614, 0.1615),
        (ProportionInterval.JEFFREYS, 0.0604, 0.1576),
    ],
)
def test_intervals_of_a_proportion(method: ProportionInterval, low: float, high: float) -> None:
    found = proportion(15, n=148, interval_method=method)

    assert (low, high) == (round(found.low, 4), round(found.high, 4))
    assert method in found.method


@pytest.mark.parametrize("method", ProportionInterval)
@pytest.mark.parametrize(("events", "edge"), [(0, 0.0), (20, 1.0)])
def test_an_interval_ends_at_the_edge_where_nobody_or_everybody_had_the_event(
    method: ProportionInterval, events: int, edge: float
) -> None:
    low, high = interval(events, n=20, method=method)

    assert edge == pytest.approx(low if events == 0 else high, abs=1e-12)
    assert 0 <= low <= high <= 1


@pytest.mark.parametrize(
    ("method", "low", "high"),
    [
        # Newcombe, Stat Med 17:873-890, 1998, table II (a): 56 of 70 against 48 of 80.
        (DifferenceInterval.WALD, 0.0575, 0.3425),
        (DifferenceInterval.WALD_CORRECTED, 0.0441, 0.3559),
        (DifferenceInterval.MIETTINEN_NURMINEN, 0.0528, 0.3382),
        (DifferenceInterval.NEWCOMBE, 0.0524, 0.3339),
        (DifferenceInterval.NEWCOMBE_CORRECTED, 0.0428, 0.3422),
        # statsmodels 0.15.
        (DifferenceInterval.AGRESTI_CAFFO, 0.0525, 0.3358),
        # By hand: 0.2 -+ 1.95996 * sqrt(104/150 * 46/150 * (1/70 + 1/80)).
        (DifferenceInterval.WALD_POOLED, 0.0521, 0.3479),
    ],
)
def test_intervals_of_a_risk_difference(
    method: DifferenceInterval, low: float, high: float
) -> None:
    found = risk_difference(Count(56, 70), control=Count(48, 80), interval_method=method)

    assert (low, high) == (round(found.low, 4), round(found.high, 4))


@pytest.mark.parametrize("method", DifferenceInterval)
def test_a_difference_of_certain_groups_has_an_interval_within_bounds(
    method: DifferenceInterval,
) -> None:
    found = risk_difference(Count(10, 10), control=Count(0, 10), interval_method=method)

    assert -1 <= found.low <= found.high
    assert 1.0 == found.value
    assert found.standard_error > 0


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 60), st.integers(0, 60))
@example(1, 12, 1, 0)
def test_a_difference_turned_around_turns_its_interval_around(
    n: int, m: int, events: int, others: int
) -> None:
    first, second = Count(min(events, n), n), Count(min(others, m), m)
    for method in DifferenceInterval:
        there = risk_difference(first, control=second, interval_method=method)
        back = risk_difference(second, control=first, interval_method=method)

        assert [there.value, there.low, there.high] == pytest.approx(
            [-back.value, -back.high, -back.low], abs=1e-9
        )


def test_two_groups_without_an_event_leave_a_difference_possible() -> None:
    found = risk_difference(
        Count(0, 10),
        control=Count(0, 10),
        interval_method=DifferenceInterval.MIETTINEN_NURMINEN,
    )

    # By hand: the likeliest risks are 0 and d, so d = z sqrt(d (1 - d) / 10 * 20/19).
    ratio = 1.959964**2 / 10 * 20 / 19
    farthest = ratio / (1 + ratio)
    assert [0.0, -farthest, farthest] == pytest.approx(
        [found.value, found.low, found.high], abs=1e-6
    )


def test_the_tests_of_two_risks() -> None:
    treated, control = Count(58, 102), Count(48, 102)

    # R 4.2: fisher.test, prop.test with and without correction.
    assert round(fisher(treated, control=control).p, 4) == 0.2071
    assert round(chi_square(treated, control=control).p, 4) == 0.1611
    yates = chi_square(treated, control=control, correction=Correction.YATES)
    assert round(yates.p, 4) == 0.2072
    assert unpooled(treated, control=control).p < chi_square(treated, control=control).p
    assert chi_square(Count(0, 9), control=Count(0, 7)).p == 1.0


def test_the_tests_of_two_means() -> None:
    treated = Sample(n=20, mean=5.2, sd=1.1)
    control = Sample(n=31, mean=4.1, sd=2.3)

    # R 4.2: t.test, of samples with these means and standard deviations.
    assert (round(welch(treated, control=control).statistic or 0, 4)) == 2.288
    assert round(welch(treated, control=control).df or 0, 3) == 45.928
    assert 49 == student(treated, control=control).df
    assert 0.0520 == round(student(treated, control=control).p, 4)


def test_a_p_agrees_with_the_interval_of_the_same_method() -> None:
    found = estimate(0.5, standard_error=0.25, measure=Measure.MEAN_DIFFERENCE)

    assert found.low > 0
    assert of_estimate(found).p < 0.05
    assert of_estimate(found, df=5).p > 0.05
    assert of_estimate(found, against=0.5).p == 1.0


def test_two_least_squares_means_become_a_difference() -> None:
    """RESTORE at 12 months, from the means and errors of both arms."""
    change = Measure.MEAN_CHANGE
    ours = estimate(-19.7, standard_error=1.4, measure=change, n=99)
    theirs = estimate(-2.9, standard_error=1.4, measure=change, n=104)
    found = difference(ours, second=theirs)

    assert Measure.MEAN_DIFFERENCE is found.measure
    assert [-16.8, -20.7, -12.9] == [round(each, 1) for each in found.natural]
    assert 203 == found.n
    assert "independent" in found.method
    assert difference(estimate(1, standard_error=1, measure=change), second=theirs).n is None


def test_ratios_are_on_a_log_scale_and_read_back() -> None:
    ratio = risk_ratio(Count(20, 100), control=Count(10, 100))

    assert log(2) == pytest.approx(ratio.value)
    assert 2.0 == pytest.approx(ratio.natural[0])


def test_an_empty_cell_is_told() -> None:
    assert "half an event" in odds_ratio(Count(0, 10), control=Count(3, 10)).method
    assert "half an event" not in odds_ratio(Count(1, 10), control=Count(3, 10)).method
    assert "half an event" in scaled_proportion(0, n=10, scale=Scale.LOGIT).method


def test_intervals_of_means_by_normal_student_and_welch() -> None:
    one, other = Sample(n=12, mean=3.0, sd=1.0), Sample(n=9, mean=2.0, sd=2.0)
    normal, student_, welch_ = (
        mean_difference(one, control=other, interval_method=method) for method in MeanInterval
    )

    assert normal.standard_error == welch_.standard_error
    assert normal.high < welch_.high
    assert "df 19" in student_.method
    assert "(df 11)" in welch_.method
    assert mean(one).high > mean(one, interval_method=MeanInterval.NORMAL).high
    assert Measure.MEAN_CHANGE is mean_change(one).measure


def test_an_interval_or_a_p_gives_back_the_error_that_made_it() -> None:
    found = mean_change(Sample(n=30, mean=-4.8, sd=2.4))

    assert found.standard_error == pytest.approx(se_of_interval(found.low, high=found.high, df=29))
    p = of_estimate(found, df=29).p
    assert found.standard_error == pytest.approx(se_of_p(found.value, p=p, df=29), rel=1e-6)


@given(st.integers(1, 400), st.integers(0, 400))
def test_a_proportion_comes_back_from_every_scale(n: int, events: int) -> None:
    events = min(events, n)
    for scale in Scale:
        found = scaled_proportion(events, n=n, scale=scale)
        if 0 < events < n or scale in (Scale.ARCSINE, Scale.DOUBLE_ARCSINE):
            assert events / n == pytest.approx(found.natural[0], abs=1e-9)


@pytest.mark.parametrize(
    ("attempt", "words"),
    [
        (lambda: Count(5, 4), "5 of 4 is no count"),
        (lambda: Count(0, 0), "0 of 0 is no count"),
        (lambda: Sample(n=1, mean=0, sd=1), "is no sample"),
        (lambda: Sample(n=9, mean=0, sd=0), "is no sample"),
        (lambda: proportion(5, n=4, label="R8A"), "R8A: 5 of 4 is no proportion"),
        (lambda: estimate(1, standard_error=0, measure=Measure.MEAN), "cannot be weighed"),
        (
            lambda: estimate(float("nan"), standard_error=1, measure=Measure.MEAN),
            "cannot be weighed",
        ),
        (lambda: Measure.PROPORTION_DOUBLE_ARCSINE.natural(0.7), "number of people"),
        (
            lambda: difference(
                estimate(1, standard_error=1, measure=Measure.MEAN),
                second=estimate(1, standard_error=1, measure=Measure.MEAN_CHANGE),
            ),
            "mean minus mean change",
        ),
    ],
)
def test_what_cannot_be_an_effect_is_told(attempt, words: str) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    with pytest.raises(EvidenceError, match=words):
        attempt()


def test_hedges_g_is_smaller_than_the_plain_difference_in_standard_deviations() -> None:
    one, other = Sample(n=5, mean=2.0, sd=1.0), Sample(n=5, mean=1.0, sd=1.0)

    assert 0.9 < hedges_g(one, control=other).value < 1.0
