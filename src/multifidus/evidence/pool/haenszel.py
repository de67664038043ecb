"""
Counts of two groups pooled without effects of their own: Mantel and Haenszel, and Peto.

RevMan and many reports use these for rare events, where a study's own standard error is poor.
Both take the true effect to be one and the same.

Sources: Mantel and Haenszel, J Natl Cancer Inst 22:719-748, 1959; Greenland and Robins, Biometrics
41:55-68, 1985; Robins and others, Biometrics 42:311-323, 1986; Sato and others, Biometrics
45:1323-1324, 1989; Yusuf and others, Prog Cardiovasc Dis 27:335-371, 1985 (Peto).
"""

from __future__ import annotations

from math import log, sqrt
from typing import TYPE_CHECKING

from multifidus.errors import EvidenceError
from multifidus.evidence.effect.estimate import Effect, Measure, estimate
from multifidus.evidence.effect.spread import LEVEL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multifidus.evidence.effect.counts import Count

    Pair = tuple[Count, Count]
    """Treated and control group of one study."""


def mantel_haenszel(pairs: Sequence[Pair], *, measure: Measure, level: float = LEVEL) -> Effect:
    """
    Pool counts as Mantel and Haenszel do: a risk ratio, an odds ratio or a risk difference.

    Raises `EvidenceError` for another measure, and where a ratio has no events to go by.
    """
    _check(pairs)
    match measure:
        case Measure.RISK_RATIO:
            value, error = _risk_ratio(pairs)
        case Measure.ODDS_RATIO:
            value, error = _odds_ratio(pairs)
        case Measure.RISK_DIFFERENCE:
            value, error = _risk_difference(pairs)
        case _:
            where, message = "Mantel-Haenszel", f"`{measure}` is not made of counts of two groups"
            hint = "ask for a risk ratio, an odds ratio or a risk difference"
            raise EvidenceError.at(where, message, hint)
    return estimate(
        value,
        standard_error=error,
        measure=measure,
        level=level,
        method="Mantel-Haenszel, fixed effect",
        n=_size(pairs),
    )


def peto(pairs: Sequence[Pair], *, level: float = LEVEL) -> Effect:
    """Pool odds ratios by what was observed minus what was expected; good for rare events only."""
    _check(pairs)
    excess = information = 0.0
    for treated, control in pairs:
        whole, events = treated.n + control.n, treated.events + control.events
        excess += treated.events - treated.n * events / whole
        spread = treated.n * control.n * events * (whole - events)
        information += spread / (whole**2 * (whole - 1))
    return estimate(
        excess / information,
        standard_error=1 / sqrt(information),
        measure=Measure.ODDS_RATIO,
        level=level,
        method="Peto, fixed effect",
        n=_size(pairs),
    )


def _size(pairs: Sequence[Pair]) -> int:
    return round(sum(treated.n + control.n for treated, control in pairs))


def _check(pairs: Sequence[Pair]) -> None:
    events = [sum(each.events for each in side) for side in zip(*pairs, strict=True)]
    others = [sum(each.others for each in side) for side in zip(*pairs, strict=True)]
    if not pairs or 0 in events or 0 in others:
        where, message = "pool of counts", "a side without any events, or with nothing else"
        raise EvidenceError.at(where, message, "pool risk differences by inverse variance")


def _risk_ratio(pairs: Sequence[Pair]) -> tuple[float, float]:
    above = below = spread = 0.0
    for treated, control in pairs:
        whole, events = treated.n + control.n, treated.events + control.events
        above += treated.events * control.n / whole
        below += control.events * treated.n / whole
        product = treated.events * control.events
        spread += (treated.n * control.n * events / whole - product) / whole
    return log(above / below), sqrt(spread / (above * below))


def _odds_ratio(pairs: Sequence[Pair]) -> tuple[float, float]:
    above = below = same = mixed = opposed = 0.0
    for treated, control in pairs:
        whole = treated.n + control.n
        agree, differ = treated.events + control.others, treated.others + control.events
        more, fewer = (
            treated.events * control.others / whole,
            treated.others * control.events / whole,
        )
        above, below = above + more, below + fewer
        same += agree / whole * more
        mixed += agree / whole * fewer + differ / whole * more
        opposed += differ / whole * fewer
    variance = same / (2 * above**2) + mixed / (2 * above * below) + opposed / (2 * below**2)
    return log(above / below), sqrt(variance)


def _risk_difference(pairs: Sequence[Pair]) -> tuple[float, float]:
    weights = total = p_term = q_term = 0.0
    for treated, control in pairs:
        n, m, whole = treated.n, control.n, treated.n + control.n
        weights += n * m / whole
        total += (treated.events * m - control.events * n) / whole
        p_term += (n**2 * control.events - m**2 * treated.events + n * m * (m - n) / 2) / whole**2
        q_term += (treated.events * control.others + control.events * treated.others) / (2 * whole)
    value = total / weights
    return value, sqrt(value * p_term + q_term) / weights
