"""
Tests of whether two groups differ, each under its name: reports print p without saying which.

A p beside an interval of another method may contradict it near the border; both are shown then.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import hypot, sqrt
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from multifidus.evidence.effect.counts import pooled_variance
from multifidus.evidence.effect.means import common_sd, welch_df
from multifidus.evidence.effect.spread import p_value

if TYPE_CHECKING:
    from multifidus.evidence.effect.counts import Count
    from multifidus.evidence.effect.estimate import Effect
    from multifidus.evidence.effect.means import Sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Test:
    """What a test found; `p` is two-sided."""

    method: str
    p: float
    statistic: float | None = None
    df: float | None = None


class Correction(StrEnum):
    """Whether chi-square is corrected for counts being whole."""

    NONE = "without continuity correction"
    YATES = "with Yates's correction"


def fisher(treated: Count, *, control: Count) -> Test:
    """
    Test equal risks exactly; counts must be whole, and are rounded to be so.

    >>> from multifidus.evidence.effect.counts import Count
    >>> round(fisher(Count(8, 10), control=Count(2, 10)).p, 4)
    0.023
    """
    # Half of the time that this room takes to load, for this test alone.
    from scipy import stats  # noqa: PLC0415

    table = np.array([[round(each.events), round(each.others)] for each in (treated, control)])
    return Test(method="Fisher's exact test", p=float(stats.fisher_exact(table).pvalue))


def chi_square(treated: Count, *, control: Count, correction: Correction = Correction.NONE) -> Test:
    """
    Test equal risks by Pearson's chi-square with one degree of freedom.

    Without correction this is the test of two proportions with a pooled risk, squared.

    >>> from multifidus.evidence.effect.counts import Count
    >>> round(chi_square(Count(58, 102), control=Count(48, 102)).p, 3)
    0.161
    """
    variance = pooled_variance(treated, control)
    apart = abs(treated.risk - control.risk)
    if correction is Correction.YATES:
        apart = max(0.0, apart - 0.5 * (1 / treated.n + 1 / control.n))
    statistic = apart**2 / variance if variance else 0.0
    return Test(
        method=f"chi-square {correction}",
        statistic=statistic,
        df=1.0,
        p=float(special.chdtrc(1, statistic)),
    )


def unpooled(treated: Count, *, control: Count) -> Test:
    """Test equal risks by the difference over Wald's standard error, as Wald's interval does."""
    statistic = (treated.risk - control.risk) / sqrt(treated.variance + control.variance)
    return Test(method="z test, unpooled", statistic=statistic, p=p_value(statistic))


def welch(treated: Sample, *, control: Sample) -> Test:
    """Test equal means, with a standard deviation for each group."""
    standard_error = hypot(treated.standard_error, control.standard_error)
    statistic = (treated.mean - control.mean) / standard_error
    df = welch_df(treated, control=control)
    return Test(method="Welch's t test", statistic=statistic, df=df, p=p_value(statistic, df=df))


def student(treated: Sample, *, control: Sample) -> Test:
    """Test equal means, with one standard deviation for both groups."""
    together = common_sd(treated, control=control)
    standard_error = together * sqrt(1 / treated.n + 1 / control.n)
    statistic, df = (treated.mean - control.mean) / standard_error, treated.n + control.n - 2
    return Test(method="Student's t test", statistic=statistic, df=df, p=p_value(statistic, df=df))


def of_estimate(effect: Effect, *, against: float = 0.0, df: float | None = None) -> Test:
    """Test an estimate against a value, zero if nothing else is said, by its standard error."""
    statistic = (effect.value - against) / effect.standard_error
    name = "z test" if df is None else f"t test (df {df:.4g})"
    return Test(method=name, statistic=statistic, df=df, p=p_value(statistic, df=df))
