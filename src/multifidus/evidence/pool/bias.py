"""
Whether small studies tell another story than large ones: the funnel, and Egger's test of it.

A lopsided funnel may come of results that nobody published, and as well of small studies in other
patients, of lower quality, or of chance. Below ten studies the test has so little power that its
silence means nothing; whatever it says is shown with that warning.

Sources: Egger and others, BMJ 315:629-634, 1997; Sterne and others, BMJ 343:d4002, 2011.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from multifidus.errors import EvidenceError
from multifidus.evidence.effect.spread import LEVEL, p_value, quantile
from multifidus.evidence.pool.heterogeneity import Method
from multifidus.evidence.pool.pooled import pool
from multifidus.evidence.pool.regression import FEW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multifidus.evidence.effect.estimate import Effect


ROUNDING = 1e-20
"""A scatter that is so small beside the effects comes of binary numbers alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Egger:
    """How effects move with their standard errors, and where a study without error would lie."""

    k: int
    slope: float
    """Change of the effect for each unit of standard error; zero of a symmetric funnel."""
    standard_error: float
    statistic: float
    df: int
    p: float
    limit: float
    """The effect at a standard error of zero."""
    limit_low: float
    limit_high: float
    warning: str
    """What to keep in mind, if anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelPoint:
    """A study's place in the funnel."""

    label: str
    value: float
    standard_error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """Effects against their errors, and the sides within which chance alone would leave them."""

    points: tuple[FunnelPoint, ...]
    center: float
    """The fixed effect: large studies rule it."""
    level: float
    warning: str

    def sides(self, standard_error: float) -> tuple[float, float]:
        """Give how far from the center chance leads at this error."""
        half = quantile(self.level) * standard_error
        return self.center - half, self.center + half


def warning_of(k: int) -> str:
    """
    Say how little a funnel of few studies tells; nothing if there are enough.

    >>> warning_of(4)
    '4 studies: below 10, asymmetry can be neither shown nor excluded'
    """
    return (
        "" if k >= FEW else f"{k} studies: below {FEW}, asymmetry can be neither shown nor excluded"
    )


def egger(effects: Sequence[Effect], *, level: float = LEVEL) -> Egger:
    """
    Regress effects on their standard errors, weighed by their variances, with free dispersion.

    This is Egger's classical test. Raises `EvidenceError` below three studies, if all errors are
    the same, and for effects that nobody may pool.
    """
    pool(effects, method=Method.FIXED)
    errors = np.array([each.standard_error for each in effects])
    values = np.array([each.value for each in effects])
    if len(effects) < 3 or np.ptp(errors) <= 1e-12 * errors.max():  # noqa: PLR2004  a line
        where, message = "Egger's test", f"{len(effects)} studies whose errors hardly differ"
        hint = "the test needs three studies or more, of several sizes"
        raise EvidenceError.at(where, message, hint)
    df = len(effects) - 2
    design = np.column_stack([np.ones_like(errors), errors]) / errors[:, None]
    scaled = values / errors
    covariance = np.linalg.inv(design.T @ design)
    limit, slope = covariance @ design.T @ scaled
    residuals = scaled - design @ np.array([limit, slope])
    scatter = float(residuals @ residuals)
    if scatter <= ROUNDING * float(scaled @ scaled):
        where, message = "Egger's test", "the effects lie on a line to the last digit"
        raise EvidenceError.at(where, message, "the test needs effects that scatter")
    covariance = covariance * scatter / df
    standard_error = float(np.sqrt(covariance[1, 1]))
    half = quantile(level, df=df) * float(np.sqrt(covariance[0, 0]))
    statistic = float(slope) / standard_error
    return Egger(
        k=len(effects),
        slope=float(slope),
        standard_error=standard_error,
        statistic=statistic,
        df=df,
        p=p_value(statistic, df=df),
        limit=float(limit),
        limit_low=float(limit) - half,
        limit_high=float(limit) + half,
        warning=warning_of(len(effects)),
    )


def funnel(effects: Sequence[Effect], *, level: float = LEVEL) -> Funnel:
    """Lay effects out against their errors; raises `EvidenceError` as `pool` does."""
    return Funnel(
        points=tuple(
            FunnelPoint(label=each.label, value=each.value, standard_error=each.standard_error)
            for each in effects
        ),
        center=pool(effects, method=Method.FIXED).value,
        level=level,
        warning=warning_of(len(effects)),
    )
