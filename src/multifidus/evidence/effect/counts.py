"""
Two groups of people, and how many of each had the event: differences and ratios of risks.

A count need not be whole: where missing answers were imputed, a report prints the average of many
completed tables. Sources: Newcombe, Stat Med 17:873-890, 1998; Agresti and Caffo, Am Stat
54:280-288, 2000; Miettinen and Nurminen, Stat Med 4:213-226, 1985; zero cells by half an event
added to each cell, Cochrane Handbook (version 6), section 10.4.4.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import acos, copysign, cos, log, pi, sqrt

from scipy import optimize

from multifidus.errors import EvidenceError
from multifidus.evidence.effect.estimate import Effect, Measure, estimate
from multifidus.evidence.effect.proportion import ProportionInterval, interval
from multifidus.evidence.effect.spread import LEVEL, quantile


@dataclass(frozen=True, slots=True)
class Count:
    """So many events among so many people; raises `EvidenceError` if that cannot be."""

    events: float
    n: float
    """Whole, but for a count with halves."""

    def __post_init__(self) -> None:
        if self.n <= 0 or not 0 <= self.events <= self.n:
            message = f"{self.events} of {self.n} is no count of events"
            where, hint = "count", "events lie between 0 and the number of people"
            raise EvidenceError.at(where, message, hint)

    @property
    def risk(self) -> float:
        """The proportion that had the event."""
        return self.events / self.n

    @property
    def others(self) -> float:
        """How many did not have the event."""
        return self.n - self.events

    @property
    def variance(self) -> float:
        """Of the risk, after Wald."""
        return self.risk * (1 - self.risk) / self.n

    def with_halves(self) -> Count:
        """Add half an event and half of none."""
        return Count(self.events + 0.5, self.n + 1)

    @staticmethod
    def of_percent(percent: float, *, n: int) -> Count:
        """
        Give the count behind a percentage, whole or not.

        >>> round(Count.of_percent(57.1, n=102).events, 2)
        58.24
        """
        return Count(percent * n / 100, n)


class DifferenceInterval(StrEnum):
    """How the interval of a risk difference is reckoned."""

    WALD = "Wald"
    WALD_POOLED = "Wald with pooled risk"
    """As the test of equal risks has it."""
    WALD_CORRECTED = "Wald with continuity correction"
    NEWCOMBE = "Newcombe"
    """Method 10: from the two Wilson intervals."""
    NEWCOMBE_CORRECTED = "Newcombe with continuity correction"
    """Method 11."""
    AGRESTI_CAFFO = "Agresti-Caffo"
    MIETTINEN_NURMINEN = "Miettinen-Nurminen"


def risk_difference(
    treated: Count,
    *,
    control: Count,
    interval_method: DifferenceInterval = DifferenceInterval.NEWCOMBE,
    level: float = LEVEL,
    label: str = "",
) -> Effect:
    """
    Give the risk in the treated group minus that in the control group.

    The standard error is Wald's (with half an event added to each cell where a risk is 0 or 1 in
    both groups), whatever the interval: it is what a pool weighs by.

    >>> found = risk_difference(
    ...     Count(56, 70), control=Count(48, 80), interval_method=DifferenceInterval.NEWCOMBE
    ... )
    >>> [round(each, 4) for each in found.natural]
    [0.2, 0.0524, 0.3339]
    """
    low, high = _difference_interval(treated, control, method=interval_method, level=level)
    variance = treated.variance + control.variance
    if variance == 0:
        variance = treated.with_halves().variance + control.with_halves().variance
    return Effect(
        measure=Measure.RISK_DIFFERENCE,
        value=treated.risk - control.risk,
        standard_error=sqrt(variance),
        low=low,
        high=high,
        level=level,
        method=f"risk difference; {interval_method} interval",
        label=label,
        n=round(treated.n + control.n),
    )


def risk_ratio(treated: Count, *, control: Count, level: float = LEVEL, label: str = "") -> Effect:
    """
    Give the logarithm of the risk in the treated group over that in the control group.

    >>> [round(each, 3) for each in risk_ratio(Count(20, 100), control=Count(10, 100)).natural]
    [2.0, 0.987, 4.054]
    """
    first, second, how = _without_zero(treated, control)
    return estimate(
        log(first.risk / second.risk),
        standard_error=sqrt(1 / first.events - 1 / first.n + 1 / second.events - 1 / second.n),
        measure=Measure.RISK_RATIO,
        level=level,
        method=f"log risk ratio, delta method{how}",
        label=label,
        n=round(treated.n + control.n),
    )


def odds_ratio(treated: Count, *, control: Count, level: float = LEVEL, label: str = "") -> Effect:
    """
    Give the logarithm of the odds in the treated group over those in the control group.

    >>> [round(each, 3) for each in odds_ratio(Count(20, 100), control=Count(10, 100)).natural]
    [2.25, 0.994, 5.092]
    """
    first, second, how = _without_zero(treated, control)
    cells = (first.events, first.others, second.events, second.others)
    return estimate(
        log(first.events * second.others / (first.others * second.events)),
        standard_error=sqrt(sum(1 / each for each in cells)),
        measure=Measure.ODDS_RATIO,
        level=level,
        method=f"log odds ratio, Woolf{how}",
        label=label,
        n=round(treated.n + control.n),
    )


def _without_zero(treated: Count, control: Count) -> tuple[Count, Count, str]:
    """Add halves to every cell if any is empty, and say so."""
    if 0 in (treated.events, treated.others, control.events, control.others):
        return treated.with_halves(), control.with_halves(), ", half an event added to each cell"
    return treated, control, ""


def _difference_interval(
    treated: Count, control: Count, *, method: DifferenceInterval, level: float
) -> tuple[float, float]:
    difference, z = treated.risk - control.risk, quantile(level)
    wald = z * sqrt(treated.variance + control.variance)
    match method:
        case DifferenceInterval.WALD:
            return difference - wald, difference + wald
        case DifferenceInterval.WALD_POOLED:
            half = z * sqrt(pooled_variance(treated, control))
            return difference - half, difference + half
        case DifferenceInterval.WALD_CORRECTED:
            half = wald + 0.5 * (1 / treated.n + 1 / control.n)
            return difference - half, difference + half
        case DifferenceInterval.NEWCOMBE:
            return _newcombe(treated, control, method=ProportionInterval.WILSON, level=level)
        case DifferenceInterval.NEWCOMBE_CORRECTED:
            corrected = ProportionInterval.WILSON_CORRECTED
            return _newcombe(treated, control, method=corrected, level=level)
        case DifferenceInterval.AGRESTI_CAFFO:
            more = (
                Count(treated.events + 1, treated.n + 2),
                Count(control.events + 1, control.n + 2),
            )
            half = z * sqrt(more[0].variance + more[1].variance)
            center = more[0].risk - more[1].risk
            return center - half, center + half
        case DifferenceInterval.MIETTINEN_NURMINEN:
            return _miettinen_nurminen(treated, control, z=z)


def pooled_variance(treated: Count, control: Count) -> float:
    """Give the variance of the difference of two risks, if both were the same."""
    risk = (treated.events + control.events) / (treated.n + control.n)
    return risk * (1 - risk) * (1 / treated.n + 1 / control.n)


def _newcombe(
    treated: Count, control: Count, *, method: ProportionInterval, level: float
) -> tuple[float, float]:
    """Square and add the distances of each risk from the ends of its own interval."""
    p, q, difference = treated.risk, control.risk, treated.risk - control.risk
    p_low, p_high = interval(treated.events, n=treated.n, method=method, level=level)
    q_low, q_high = interval(control.events, n=control.n, method=method, level=level)
    below = sqrt((p - p_low) ** 2 + (q_high - q) ** 2)
    above = sqrt((p_high - p) ** 2 + (q - q_low) ** 2)
    return difference - below, difference + above


def _miettinen_nurminen(treated: Count, control: Count, *, z: float) -> tuple[float, float]:
    """Find the differences that the score test does not contradict."""
    difference = treated.risk - control.risk

    def excess(assumed: float) -> float:
        variance = _score_variance(treated, control, assumed=assumed)
        return abs(difference - assumed) - z * sqrt(variance)

    # At the difference itself nothing is in excess; where both risks are certain, nothing varies
    # there either, and a search that began there would end there.
    edge, beside = 1 - 1e-12, 1e-9
    low = optimize.brentq(excess, -edge, difference - beside) if excess(-edge) > 0 else -1.0
    high = optimize.brentq(excess, difference + beside, edge) if excess(edge) > 0 else 1.0
    return float(low), float(high)


def _score_variance(treated: Count, control: Count, *, assumed: float) -> float:
    """Give the variance at the likeliest pair of risks that differ by what is assumed."""
    n, m = treated.n, control.n
    whole, events = n + m, treated.events + control.events
    l2 = (n + 2 * m) * assumed - whole - events
    l1 = (m * assumed - whole - 2 * control.events) * assumed + events
    l0 = control.events * assumed * (1 - assumed)
    q = (l2 / (3 * whole)) ** 3 - l1 * l2 / (6 * whole**2) + l0 / (2 * whole)
    p = copysign(sqrt(max(0.0, (l2 / (3 * whole)) ** 2 - l1 / (3 * whole))), q)
    angle = (pi + acos(min(1.0, max(-1.0, q / p**3 if p else 0.0)))) / 3
    second = min(1.0, max(0.0, 2 * p * cos(angle) - l2 / (3 * whole)))
    first = min(1.0, max(0.0, second + assumed))
    return (first * (1 - first) / n + second * (1 - second) / m) * whole / (whole - 1)
