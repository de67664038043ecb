"""
How far numbers spread: standard deviation, standard error, interval and p, each from another.

A standard deviation tells how people differ; a standard error how far a mean may be off.
Reports print one, the other, or neither; these conversions follow the Cochrane Handbook (version 6,
chapter 6). Each says what it assumes, for a converted number is no better than its assumption.
"""

from __future__ import annotations

from math import sqrt

from scipy import special

LEVEL = 0.95
"""The level of an interval, where nothing else is said."""


def quantile(level: float, *, df: float | None = None) -> float:
    """
    Give how many standard errors a two-sided interval reaches to each side.

    Without degrees of freedom the normal distribution serves, otherwise Student's.

    >>> round(quantile(0.95), 4), round(quantile(0.95, df=10), 4)
    (1.96, 2.2281)
    """
    tail = 0.5 + level / 2
    return float(special.ndtri(tail) if df is None else special.stdtrit(df, tail))


def half_width(standard_error: float, *, df: float | None = None, level: float = LEVEL) -> float:
    """Give how far an interval reaches to each side."""
    return quantile(level, df=df) * standard_error


def p_value(statistic: float, *, df: float | None = None) -> float:
    """
    Give how often chance alone would lead as far from zero, to either side.

    >>> round(p_value(1.96), 4)
    0.05
    """
    far = -abs(statistic)
    return float(2 * (special.ndtr(far) if df is None else special.stdtr(df, far)))


def se_of_sd(sd: float, *, n: int) -> float:
    """
    Turn a standard deviation into the standard error of the mean.

    >>> se_of_sd(2.5, n=100)
    0.25
    """
    return sd / sqrt(n)


def sd_of_se(standard_error: float, *, n: int) -> float:
    """
    Turn the standard error of a mean into the standard deviation.

    >>> sd_of_se(0.25, n=100)
    2.5
    """
    return standard_error * sqrt(n)


def se_of_interval(
    low: float, *, high: float, df: float | None = None, level: float = LEVEL
) -> float:
    """
    Turn an interval into a standard error; assumes an interval symmetric about its mean.

    Of a ratio, give the logarithms of its ends.

    >>> round(se_of_interval(0.195, high=0.267), 5)
    0.01837
    """
    return (high - low) / (2 * quantile(level, df=df))


def se_of_p(value: float, *, p: float, df: float | None = None) -> float:
    """
    Turn a two-sided p into the standard error of the value that it tests against zero.

    A p that is printed as `<0.001` gives an upper bound alone.

    >>> round(se_of_p(1.96, p=0.05), 3)
    1.0
    """
    return abs(value) / quantile(1 - p, df=df)


def sd_of_change(baseline: float, *, follow_up: float, correlation: float) -> float:
    """
    Impute the standard deviation of a change from those of baseline and follow-up.

    `correlation` is that of a person's two values. It is hardly ever printed: take it from a report
    that prints all three (`correlation_of`), and say what comes of others.

    >>> sd_of_change(2.0, follow_up=2.0, correlation=0.5)
    2.0
    """
    return sqrt(baseline**2 + follow_up**2 - 2 * correlation * baseline * follow_up)


def correlation_of(baseline: float, *, follow_up: float, change: float) -> float:
    """
    Recover the correlation of two values of a person from three standard deviations.

    >>> correlation_of(2.0, follow_up=2.0, change=2.0)
    0.5
    """
    return (baseline**2 + follow_up**2 - change**2) / (2 * baseline * follow_up)


def mean_of_quartiles(median: float, *, first: float, third: float) -> float:
    """
    Estimate a mean from median and quartiles; assumes a distribution that is not skewed.

    Source: Wan and others, BMC Med Res Methodol 14:135, 2014, scenario 3.

    >>> mean_of_quartiles(5.0, first=4.0, third=6.0)
    5.0
    """
    return (first + median + third) / 3


def sd_of_quartiles(first: float, *, third: float, n: int) -> float:
    """
    Estimate a standard deviation from the quartiles of a normal distribution.

    Source: Wan and others, BMC Med Res Methodol 14:135, 2014, scenario 3.

    >>> round(sd_of_quartiles(4.0, third=6.0, n=100), 3)
    1.504
    """
    return (third - first) / float(2 * special.ndtri((0.75 * n - 0.125) / (n + 0.25)))
