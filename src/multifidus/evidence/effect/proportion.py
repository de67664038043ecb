"""
A proportion, and the intervals that reports print without saying which.

Wald's is the simplest and too narrow near 0 and 1; Wilson's holds its level on average;
Clopper and Pearson's holds it always, and is wide for it. Sources: Wilson, J Am Stat Assoc
22:209-212, 1927; Clopper and Pearson, Biometrika 26:404-413, 1934; Agresti and Coull, Am Stat
52:119-126, 1998; Newcombe, Stat Med 17:857-872, 1998; Brown and others, Stat Sci 16:101-133, 2001.
"""

from __future__ import annotations

from enum import StrEnum
from math import asin, log, sqrt

from scipy import special

from multifidus.errors import EvidenceError
from multifidus.evidence.effect.estimate import Effect, Measure, double_arcsine, estimate
from multifidus.evidence.effect.spread import LEVEL, quantile


class ProportionInterval(StrEnum):
    """How the interval of a proportion is reckoned."""

    WALD = "Wald"
    WALD_CORRECTED = "Wald with continuity correction"
    WILSON = "Wilson"
    WILSON_CORRECTED = "Wilson with continuity correction"
    CLOPPER_PEARSON = "Clopper-Pearson"
    AGRESTI_COULL = "Agresti-Coull"
    JEFFREYS = "Jeffreys"


class Scale(StrEnum):
    """On which scale proportions of several studies are pooled."""

    RAW = "raw"
    LOGIT = "logit"
    ARCSINE = "arcsine"
    DOUBLE_ARCSINE = "double arcsine"


def interval(
    events: float, *, n: float, method: ProportionInterval, level: float = LEVEL
) -> tuple[float, float]:
    """
    Give the ends of the interval of a proportion, within 0 and 1.

    >>> low, high = interval(96, n=155, method=ProportionInterval.WALD)
    >>> round(low, 3), round(high, 3)
    (0.543, 0.696)
    """
    z, p = quantile(level), events / n
    match method:
        case ProportionInterval.WALD:
            low, high = _around(p, z * sqrt(p * (1 - p) / n))
        case ProportionInterval.WALD_CORRECTED:
            low, high = _around(p, z * sqrt(p * (1 - p) / n) + 0.5 / n)
        case ProportionInterval.WILSON:
            low, high = _around(
                (p + z**2 / (2 * n)) / (1 + z**2 / n),
                z / (1 + z**2 / n) * sqrt(p * (1 - p) / n + z**2 / (4 * n**2)),
            )
        case ProportionInterval.WILSON_CORRECTED:
            low, high = _wilson_corrected(events, n=n, z=z)
        case ProportionInterval.CLOPPER_PEARSON:
            low, high = _clopper_pearson(events, n=n, level=level)
        case ProportionInterval.AGRESTI_COULL:
            center = (events + z**2 / 2) / (n + z**2)
            low, high = _around(center, z * sqrt(center * (1 - center) / (n + z**2)))
        case ProportionInterval.JEFFREYS:
            low, high = _jeffreys(events, n=n, level=level)
    return max(0.0, low), min(1.0, high)


def proportion(
    events: float,
    *,
    n: int,
    interval_method: ProportionInterval = ProportionInterval.WILSON,
    level: float = LEVEL,
    label: str = "",
) -> Effect:
    """
    Give a proportion with an interval of the method that is asked for.

    The standard error is Wald's; where no event or nothing else happened it is that of half an
    event more on either side, for a study that is certain of itself would outweigh all others.
    Raises `EvidenceError` unless there are people, and no more events than people.

    >>> found = proportion(96, n=155, interval_method=ProportionInterval.WALD)
    >>> [round(each, 3) for each in found.natural]
    [0.619, 0.543, 0.696]
    """
    _check(events, n=n, label=label)
    low, high = interval(events, n=n, method=interval_method, level=level)
    x, whole = _off_the_edge(events, n=n)
    p = x / whole
    return Effect(
        measure=Measure.PROPORTION,
        value=events / n,
        standard_error=sqrt(p * (1 - p) / whole),
        low=low,
        high=high,
        level=level,
        method=f"proportion; {interval_method} interval",
        label=label,
        n=n,
    )


def scaled_proportion(
    events: float, *, n: int, scale: Scale, level: float = LEVEL, label: str = ""
) -> Effect:
    """
    Give a proportion on the scale on which it is pooled; its interval is normal on that scale.

    Raises `EvidenceError` unless there are people, and no more events than people.

    >>> round(scaled_proportion(50, n=100, scale=Scale.LOGIT).standard_error, 3)
    0.2
    """
    _check(events, n=n, label=label)
    x, whole = _off_the_edge(events, n=n)
    match scale:
        case Scale.RAW:
            p = x / whole
            measure, value, variance = Measure.PROPORTION, p, p * (1 - p) / whole
        case Scale.LOGIT:
            measure, value = Measure.PROPORTION_LOGIT, log(x / (whole - x))
            variance = 1 / x + 1 / (whole - x)
        case Scale.ARCSINE:
            measure, value = Measure.PROPORTION_ARCSINE, asin(sqrt(events / n))
            variance = 1 / (4 * n)
        case Scale.DOUBLE_ARCSINE:
            measure, value = Measure.PROPORTION_DOUBLE_ARCSINE, double_arcsine(events, n=n)
            variance = 1 / (4 * n + 2)
    return estimate(
        value,
        standard_error=sqrt(variance),
        measure=measure,
        level=level,
        method=f"proportion, {scale}{'' if whole == n else ', half an event added'}",
        label=label,
        n=n,
    )


def _check(events: float, *, n: float, label: str) -> None:
    """Refuse counts that nobody can have counted."""
    if n <= 0 or not 0 <= events <= n:
        where, message = label or "proportion", f"{events} of {n} is no proportion"
        raise EvidenceError.at(where, message, "events lie between 0 and the number of people")


def _off_the_edge(events: float, *, n: float) -> tuple[float, float]:
    """Add half an event to either side where one side has none."""
    return (events, n) if 0 < events < n else (events + 0.5, n + 1)


def _around(center: float, half: float) -> tuple[float, float]:
    return center - half, center + half


def _wilson_corrected(events: float, *, n: float, z: float) -> tuple[float, float]:
    """Give Wilson's interval with continuity correction: method 4 of Newcombe, Stat Med 17:857."""
    p, q = events / n, 1 - events / n
    below = z * sqrt(z**2 - 2 - 1 / n + 4 * p * (n * q + 1))
    above = z * sqrt(z**2 + 2 - 1 / n + 4 * p * (n * q - 1))
    whole = 2 * (n + z**2)
    low = (2 * n * p + z**2 - 1 - below) / whole if events > 0 else 0.0
    high = (2 * n * p + z**2 + 1 + above) / whole if events < n else 1.0
    return low, high


def _clopper_pearson(events: float, *, n: float, level: float) -> tuple[float, float]:
    tail = (1 - level) / 2
    low = float(special.betaincinv(events, n - events + 1, tail)) if events > 0 else 0.0
    high = float(special.betaincinv(events + 1, n - events, 1 - tail)) if events < n else 1.0
    return low, high


def _jeffreys(events: float, *, n: float, level: float) -> tuple[float, float]:
    tail, more, fewer = (1 - level) / 2, events + 0.5, n - events + 0.5
    low = float(special.betaincinv(more, fewer, tail)) if events > 0 else 0.0
    high = float(special.betaincinv(more, fewer, 1 - tail)) if events < n else 1.0
    return low, high
