"""
An effect: a number, its standard error and interval, and the method that gave them.

Ratios are pooled as logarithms and proportions, at times, as logits or angles. An effect is kept
on that scale of analysis, where its error is near to normal; `natural` gives what a person reads.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from math import asin, cos, exp, isfinite, pi, sin, sqrt

from multifidus.errors import EvidenceError
from multifidus.evidence.effect.spread import LEVEL, half_width


class Measure(StrEnum):
    """What an effect measures; in brackets, the scale of analysis."""

    RISK_DIFFERENCE = "risk difference"
    RISK_RATIO = "risk ratio (log)"
    ODDS_RATIO = "odds ratio (log)"
    MEAN_DIFFERENCE = "mean difference"
    SMD = "standardised mean difference"
    MEAN = "mean"
    MEAN_CHANGE = "mean change from baseline"
    STANDARDISED_CHANGE = "standardised change from baseline"
    PROPORTION = "proportion"
    PROPORTION_LOGIT = "proportion (logit)"
    PROPORTION_ARCSINE = "proportion (arcsine)"
    PROPORTION_DOUBLE_ARCSINE = "proportion (double arcsine)"

    @property
    def is_controlled(self) -> bool:
        """Whether it compares two groups; the others tell of one group alone."""
        return self in CONTROLLED

    @property
    def no_effect(self) -> float | None:
        """Where nothing differs, on the scale of analysis; a level of one group has no such."""
        is_change = self in (Measure.MEAN_CHANGE, Measure.STANDARDISED_CHANGE)
        return 0.0 if self.is_controlled or is_change else None

    def natural(self, value: float, *, n: float | None = None) -> float:
        """
        Give a number of the scale of analysis as a person reads it.

        `n` is how many people stand behind it; the double arcsine alone needs that, and raises
        `EvidenceError` without.

        >>> Measure.RISK_RATIO.natural(0.0)
        1.0
        >>> Measure.PROPORTION_LOGIT.natural(0.0)
        0.5
        """
        match self:
            case Measure.RISK_RATIO | Measure.ODDS_RATIO:
                return exp(value)
            case Measure.PROPORTION_LOGIT:
                return 1 / (1 + exp(-value))
            case Measure.PROPORTION_ARCSINE:
                return sin(min(max(value, 0.0), pi / 2)) ** 2
            case Measure.PROPORTION_DOUBLE_ARCSINE:
                return from_double_arcsine(value, n=n)
            case _:
                return value


CONTROLLED = (
    Measure.RISK_DIFFERENCE,
    Measure.RISK_RATIO,
    Measure.ODDS_RATIO,
    Measure.MEAN_DIFFERENCE,
    Measure.SMD,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one study says of one outcome, on the scale of analysis of its measure."""

    measure: Measure
    value: float
    standard_error: float
    """Above zero."""
    low: float
    high: float
    level: float = LEVEL
    """How often an interval of this method would hold the truth."""
    method: str
    """How value and interval were reckoned, assumptions included, as a reader needs to know it."""
    label: str = ""
    unit: str = ""
    n: int | None = None
    """People behind it, both groups together."""
    cohort: str = ""
    """Which people: effects of one cohort are not independent, and no plain pool takes both."""

    @property
    def variance(self) -> float:
        """The squared standard error, which weighs the effect in a pool."""
        return self.standard_error**2

    @property
    def natural(self) -> tuple[float, float, float]:
        """The value and the ends of the interval, as a person reads them."""
        value, low, high = (
            self.measure.natural(each, n=self.n) for each in (self.value, self.low, self.high)
        )
        return value, low, high

    def of(self, label: str, *, cohort: str = "", unit: str = "") -> Effect:
        """Give it the name of its study, its people and its unit."""
        return replace(self, label=label, cohort=cohort or self.cohort, unit=unit or self.unit)


def estimate(  # noqa: PLR0913  what a published estimate consists of
    value: float,
    *,
    standard_error: float,
    measure: Measure,
    df: float | None = None,
    level: float = LEVEL,
    method: str = "as published",
    label: str = "",
    unit: str = "",
    n: int | None = None,
) -> Effect:
    """
    Make an effect of a value and its standard error.

    The interval is normal, or Student's where degrees of freedom are given.
    Raises `EvidenceError` if either is no number, or the standard error not above zero.

    >>> estimate(-3.0, standard_error=0.28, measure=Measure.MEAN_DIFFERENCE).method
    'as published; normal interval'
    """
    if not (isfinite(value) and isfinite(standard_error) and standard_error > 0):
        where = label or measure.value
        message = f"value {value} with standard error {standard_error} cannot be weighed"
        raise EvidenceError.at(where, message, "an effect needs a standard error above zero")
    half = half_width(standard_error, df=df, level=level)
    return Effect(
        measure=measure,
        value=value,
        standard_error=standard_error,
        low=value - half,
        high=value + half,
        level=level,
        method=f"{method}; {'normal' if df is None else f'Student (df {df:.4g})'} interval",
        label=label,
        unit=unit,
        n=n,
    )


def double_arcsine(events: float, *, n: float) -> float:
    """Average the two angles of Freeman and Tukey, Ann Math Stat 21:607-611, 1950."""
    return 0.5 * (asin(sqrt(events / (n + 1))) + asin(sqrt((events + 1) / (n + 1))))


def from_double_arcsine(value: float, *, n: float | None) -> float:
    """
    Turn the average of two angles back into a proportion.

    Source: Miller, Am Stat 32:138, 1978.
    """
    if n is None:
        where, message = "double arcsine", "the number of people behind it is missing"
        raise EvidenceError.at(where, message, "give `n`; of several studies, the harmonic mean")
    if value <= double_arcsine(0, n=n):
        return 0.0
    if value >= double_arcsine(n, n=n):
        return 1.0
    sine = sin(2 * value)
    root = sqrt(max(0.0, 1 - (sine + (sine - 1 / sine) / n) ** 2))
    return 0.5 * (1 - root if cos(2 * value) >= 0 else 1 + root)
