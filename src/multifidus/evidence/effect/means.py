"""
Means: of one group, of two groups against each other, and of the same people before and after.

A change from baseline within one group is no effect of a treatment: it holds whatever else happened
to these people, and regression to the mean. It therefore has a measure of its own, which no pool
mixes with a difference between groups.

Sources: Hedges and Olkin, Statistical Methods for Meta-Analysis, 1985 (g and its correction);
Becker, Br J Math Stat Psychol 41:257-278, 1988 (standardised change); Welch, Biometrika 34:28-35,
1947.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import exp, hypot, lgamma, sqrt

from multifidus.errors import EvidenceError
from multifidus.evidence.effect.estimate import Effect, Measure, estimate
from multifidus.evidence.effect.spread import LEVEL, sd_of_change


class MeanInterval(StrEnum):
    """How the interval of a mean, or of a difference of two, is reckoned."""

    NORMAL = "normal"
    STUDENT = "Student"
    """Of two groups: with one standard deviation for both."""
    WELCH = "Welch"
    """Of two groups: with a standard deviation for each; of one group the same as Student."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A group of people: how many, their mean and standard deviation."""

    n: int
    mean: float
    sd: float

    def __post_init__(self) -> None:
        if self.n < 2 or self.sd <= 0:  # noqa: PLR2004  one person has no spread
            message = f"n {self.n} with standard deviation {self.sd} is no sample"
            where, hint = "sample", "give two people or more, who differ"
            raise EvidenceError.at(where, message, hint)

    @property
    def standard_error(self) -> float:
        """Of the mean."""
        return self.sd / sqrt(self.n)

    @staticmethod
    def of_se(mean: float, *, standard_error: float, n: int) -> Sample:
        """Make a sample of a mean that is printed with its standard error."""
        return Sample(n=n, mean=mean, sd=standard_error * sqrt(n))


def mean(
    sample: Sample,
    *,
    interval_method: MeanInterval = MeanInterval.STUDENT,
    level: float = LEVEL,
    label: str = "",
) -> Effect:
    """Give the mean of one group."""
    return _of_one_group(sample, Measure.MEAN, interval_method, level, label)


def mean_change(
    change: Sample,
    *,
    interval_method: MeanInterval = MeanInterval.STUDENT,
    level: float = LEVEL,
    label: str = "",
) -> Effect:
    """
    Give the mean of follow-up minus baseline, of people measured at both.

    >>> found = mean_change(Sample(n=159, mean=-4.8, sd=2.4))
    >>> round(found.low, 2), round(found.high, 2)
    (-5.18, -4.42)
    """
    return _of_one_group(change, Measure.MEAN_CHANGE, interval_method, level, label)


def change_of(baseline: Sample, *, follow_up: Sample, correlation: float) -> Sample:
    """
    Make the change of two samples of the same people, with an imputed standard deviation.

    Where fewer came to the follow-up, the change is of those: it assumes that baseline of those who
    stayed is that of all, which is what attrition puts in doubt.

    >>> before, after = Sample(n=50, mean=7.0, sd=2.0), Sample(n=40, mean=4.0, sd=2.0)
    >>> change_of(before, follow_up=after, correlation=0.5)
    Sample(n=40, mean=-3.0, sd=2.0)
    """
    return Sample(
        n=min(baseline.n, follow_up.n),
        mean=follow_up.mean - baseline.mean,
        sd=sd_of_change(baseline.sd, follow_up=follow_up.sd, correlation=correlation),
    )


def standardised_change(
    baseline: Sample,
    *,
    follow_up: Sample,
    correlation: float,
    level: float = LEVEL,
    label: str = "",
) -> Effect:
    """
    Give the change in standard deviations of the baseline, corrected for small samples.

    `correlation` of a person's two values is an assumption unless the report prints it.

    >>> before, after = Sample(n=50, mean=7.0, sd=2.0), Sample(n=50, mean=4.0, sd=2.0)
    >>> round(standardised_change(before, follow_up=after, correlation=0.5).value, 3)
    -1.477
    """
    change = change_of(baseline, follow_up=follow_up, correlation=correlation)
    value = correction(change.n - 1) * change.mean / baseline.sd
    return estimate(
        value,
        standard_error=sqrt(2 * (1 - correlation) / change.n + value**2 / (2 * change.n)),
        measure=Measure.STANDARDISED_CHANGE,
        level=level,
        method=f"change over baseline SD, correlation {correlation:g}",
        label=label,
        n=change.n,
    )


def mean_difference(
    treated: Sample,
    *,
    control: Sample,
    interval_method: MeanInterval = MeanInterval.WELCH,
    level: float = LEVEL,
    label: str = "",
) -> Effect:
    """
    Give the mean of the treated group minus that of the control group.

    >>> found = mean_difference(
    ...     Sample.of_se(-19.7, standard_error=1.4, n=99),
    ...     control=Sample.of_se(-2.9, standard_error=1.4, n=104),
    ... )
    >>> [round(each, 1) for each in found.natural]
    [-16.8, -20.7, -12.9]
    """
    separate = hypot(treated.standard_error, control.standard_error)
    match interval_method:
        case MeanInterval.NORMAL:
            standard_error, df = separate, None
        case MeanInterval.STUDENT:
            together = common_sd(treated, control=control)
            standard_error = together * sqrt(1 / treated.n + 1 / control.n)
            df = float(treated.n + control.n - 2)
        case MeanInterval.WELCH:
            standard_error, df = separate, welch_df(treated, control=control)
    return estimate(
        treated.mean - control.mean,
        standard_error=standard_error,
        measure=Measure.MEAN_DIFFERENCE,
        df=df,
        level=level,
        method="mean difference",
        label=label,
        n=treated.n + control.n,
    )


def hedges_g(treated: Sample, *, control: Sample, level: float = LEVEL, label: str = "") -> Effect:
    """
    Give the difference in standard deviations of both groups, corrected for small samples.

    >>> found = hedges_g(Sample(n=30, mean=5.0, sd=2.0), control=Sample(n=30, mean=4.0, sd=2.0))
    >>> round(found.value, 4)
    0.4935
    """
    df, whole = treated.n + control.n - 2, treated.n + control.n
    value = correction(df) * (treated.mean - control.mean) / common_sd(treated, control=control)
    return estimate(
        value,
        standard_error=sqrt(1 / treated.n + 1 / control.n + value**2 / (2 * whole)),
        measure=Measure.SMD,
        level=level,
        method="Hedges g",
        label=label,
        n=whole,
    )


def difference(first: Effect, *, second: Effect, df: float | None = None) -> Effect:
    """
    Subtract a second group's estimate from a first one's, both printed with standard errors.

    This is how two least-squares means of a model become a difference. It assumes that the two are
    independent: the model's own standard error of the difference is a little smaller.

    >>> ours = estimate(-19.7, standard_error=1.4, measure=Measure.MEAN_CHANGE)
    >>> theirs = estimate(-2.9, standard_error=1.4, measure=Measure.MEAN_CHANGE)
    >>> round(difference(ours, second=theirs).standard_error, 2)
    1.98
    """
    if first.measure.is_controlled or first.measure != second.measure:
        where, message = first.label or "difference", f"{first.measure} minus {second.measure}"
        raise EvidenceError.at(where, message, "subtract two groups' estimates of one measure")
    return estimate(
        first.value - second.value,
        standard_error=hypot(first.standard_error, second.standard_error),
        measure=OF_DIFFERENCE[first.measure],
        df=df,
        level=first.level,
        method="difference of two estimates, taken as independent",
        label=first.label,
        unit=first.unit,
        n=None if first.n is None or second.n is None else first.n + second.n,
    )


OF_DIFFERENCE = {
    Measure.MEAN: Measure.MEAN_DIFFERENCE,
    Measure.MEAN_CHANGE: Measure.MEAN_DIFFERENCE,
    Measure.STANDARDISED_CHANGE: Measure.SMD,
    Measure.PROPORTION: Measure.RISK_DIFFERENCE,
    Measure.PROPORTION_LOGIT: Measure.ODDS_RATIO,
}
"""What the difference of two groups' estimates measures."""


def common_sd(treated: Sample, *, control: Sample) -> float:
    """Give the standard deviation within both groups together."""
    df = treated.n + control.n - 2
    return sqrt(((treated.n - 1) * treated.sd**2 + (control.n - 1) * control.sd**2) / df)


def welch_df(treated: Sample, *, control: Sample) -> float:
    """Give Welch's degrees of freedom of the difference."""
    a, b = treated.standard_error**2, control.standard_error**2
    return (a + b) ** 2 / (a**2 / (treated.n - 1) + b**2 / (control.n - 1))


def correction(df: int) -> float:
    """
    Give Hedges' correction for small samples: exact, by the gamma function.

    >>> round(correction(10), 4)
    0.9227
    """
    return exp(lgamma(df / 2) - lgamma((df - 1) / 2)) / sqrt(df / 2)


def _of_one_group(
    sample: Sample, measure: Measure, interval_method: MeanInterval, level: float, label: str
) -> Effect:
    return estimate(
        sample.mean,
        standard_error=sample.standard_error,
        measure=measure,
        df=None if interval_method is MeanInterval.NORMAL else sample.n - 1,
        level=level,
        method=str(measure),
        label=label,
        n=sample.n,
    )
