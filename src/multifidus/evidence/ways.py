"""
Every way to reckon an effect from the same numbers, side by side.

Reports print an interval or a p value and rarely say by which method. Reckoned in every way, the
one that was used shows itself; where two give what is printed, the numbers do not tell them apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.evidence.effect.comparison import (
    Correction,
    chi_square,
    fisher,
    of_estimate,
    student,
    unpooled,
    welch,
)
from multifidus.evidence.effect.counts import (
    DifferenceInterval,
    odds_ratio,
    risk_difference,
    risk_ratio,
)
from multifidus.evidence.effect.means import (
    MeanInterval,
    Sample,
    change_of,
    difference,
    hedges_g,
    mean_change,
    mean_difference,
    standardised_change,
)
from multifidus.evidence.effect.proportion import (
    ProportionInterval,
    Scale,
    proportion,
    scaled_proportion,
)

if TYPE_CHECKING:
    from multifidus.evidence.effect.comparison import Test
    from multifidus.evidence.effect.counts import Count
    from multifidus.evidence.effect.estimate import Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """Effects in every way, and tests of them."""

    effects: tuple[Effect, ...]
    tests: tuple[Test, ...] = ()


def ways_of_count(count: Count) -> Ways:
    """Reckon a proportion with every interval."""
    n = round(count.n)
    raw = (
        proportion(count.events, n=n, interval_method=each, label=each.value)
        for each in ProportionInterval
    )
    scaled = (
        scaled_proportion(count.events, n=n, scale=each, label=each.value)
        for each in Scale
        if each is not Scale.RAW
    )
    return Ways(effects=(*raw, *scaled))


def ways_of_counts(treated: Count, *, control: Count) -> Ways:
    """Reckon risk difference, ratio and odds ratio, and test that the risks are equal."""
    differences = (
        risk_difference(treated, control=control, interval_method=each, label=each.value)
        for each in DifferenceInterval
    )
    ratios = (
        risk_ratio(treated, control=control),
        odds_ratio(treated, control=control),
    )
    tests = (
        *(chi_square(treated, control=control, correction=each) for each in Correction),
        unpooled(treated, control=control),
        fisher(treated, control=control),
    )
    return Ways(effects=(*differences, *ratios), tests=tests)


def ways_of_sample(sample: Sample) -> Ways:
    """Reckon a mean, or a mean change, with every interval; test that it is zero."""
    kinds = (MeanInterval.NORMAL, MeanInterval.STUDENT)
    effects = tuple(mean_change(sample, interval_method=each, label=each.value) for each in kinds)
    df = float(sample.n - 1)
    return Ways(effects=effects, tests=(of_estimate(effects[0]), of_estimate(effects[1], df=df)))


def ways_of_samples(treated: Sample, *, control: Sample) -> Ways:
    """Reckon the difference of two groups' means, plain and standardised, and test it."""
    differences = tuple(
        mean_difference(treated, control=control, interval_method=each, label=each.value)
        for each in MeanInterval
    )
    tests = (
        of_estimate(differences[0]),
        student(treated, control=control),
        welch(treated, control=control),
    )
    return Ways(effects=(*differences, hedges_g(treated, control=control)), tests=tests)


def ways_of_estimates(treated: Effect, *, control: Effect) -> Ways:
    """Reckon the difference of two groups' printed estimates from their standard errors."""
    found = difference(treated, second=control)
    return Ways(effects=(found,), tests=(of_estimate(found),))


def ways_of_change(baseline: Sample, *, follow_up: Sample, correlation: float) -> Ways:
    """Reckon the change of the same people, its spread imputed with a correlation."""
    change = change_of(baseline, follow_up=follow_up, correlation=correlation)
    told = ways_of_sample(change)
    standardised = standardised_change(baseline, follow_up=follow_up, correlation=correlation)
    return Ways(effects=(*told.effects, standardised), tests=told.tests)
