"""
Whether effects move with something known of the studies: meta-regression on one moderator.

With few studies it finds lines in noise: below ten studies the result says so. A moderator of
studies says nothing of the people within them.

Sources: Thompson and Higgins, Stat Med 21:1559-1573, 2002; Knapp and Hartung, Stat Med
22:2693-2710, 2003; Raudenbush, The Handbook of Research Synthesis, 1994 (share explained).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from multifidus.errors import EvidenceError
from multifidus.evidence.effect.spread import LEVEL, p_value, quantile
from multifidus.evidence.pool.heterogeneity import Method, shares_of, tau2_of
from multifidus.evidence.pool.model import Table
from multifidus.evidence.pool.pooled import (
    USUAL,
    Approach,
    df_of,
    inflation,
    refuse_overlap,
    refuse_unlike,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multifidus.evidence.effect.estimate import Effect

FEW = 10
"""Below so many studies neither slope nor funnel says much: Cochrane Handbook, 10.11.5 and 13."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """One term of a line, with its error; `p` is against zero, and none of a line without error."""

    name: str
    value: float
    standard_error: float
    low: float
    high: float
    p: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression:
    """A line through effects, over a moderator."""

    method: Method
    approach: Approach
    k: int
    intercept: Coefficient
    slope: Coefficient
    tau2: float
    """What is left of it beside the moderator."""
    i2: float
    r2: float | None
    """Share of tau² that the moderator explains, in percent; none where tau² is none."""
    q: float
    """Of what is left."""
    q_p: float
    moderator: str
    covariance: float
    """Of intercept and slope."""
    df: int | None

    @property
    def warning(self) -> str:
        """What to keep in mind, if anything."""
        if self.k >= FEW:
            return ""
        return f"{self.k} studies: below {FEW}, a slope is more likely chance than a finding"

    def at(self, moderator: float, *, level: float = LEVEL) -> tuple[float, float, float]:
        """Give the height of the line at a value of the moderator, and the ends of its interval."""
        value = self.intercept.value + self.slope.value * moderator
        variance = (
            self.intercept.standard_error**2
            + 2 * moderator * self.covariance
            + (moderator * self.slope.standard_error) ** 2
        )
        half = quantile(level, df=self.df) * float(np.sqrt(variance))
        return value, value - half, value + half


def regress(  # noqa: PLR0913  the choices that a report of a regression has to name
    effects: Sequence[Effect],
    *,
    over: Sequence[float],
    moderator: str,
    method: Method = Method.RESTRICTED,
    approach: Approach | None = None,
    level: float = LEVEL,
) -> Regression:
    """
    Lay a line through effects of independent studies, over one number known of each study.

    Raises `EvidenceError` below three studies, for a moderator that does not vary, and for effects
    that nobody may pool.
    """
    refuse_unlike(effects)
    refuse_overlap(effects)
    _check(over, effects=effects, moderator=moderator)
    table = _table(effects, over=over)
    approach = approach or USUAL.get(method, Approach.HARTUNG_KNAPP)
    tau2 = tau2_of(table, method=method)
    weighed = table.weighed(tau2)
    covariance = weighed.covariance[0] * inflation(weighed, approach=approach)[0]
    df = df_of(table, approach=approach)
    terms = [
        _coefficient(name, value=float(value), variance=float(variance), df=df, level=level)
        for name, value, variance in zip(
            ("intercept", moderator), weighed.coefficients[0], np.diag(covariance), strict=True
        )
    ]
    q = float(table.weighed(np.zeros(1)).q[0])
    return Regression(
        method=method,
        approach=approach,
        k=len(effects),
        intercept=terms[0],
        slope=terms[1],
        tau2=float(tau2[0]),
        i2=float(shares_of(table, tau2, method=method).i2[0]),
        r2=_explained(table, tau2=float(tau2[0]), method=method),
        q=q,
        q_p=float(special.chdtrc(table.df, q)),
        moderator=moderator,
        covariance=float(covariance[0, 1]),
        df=df,
    )


def _check(over: Sequence[float], *, effects: Sequence[Effect], moderator: str) -> None:
    where = moderator
    if len(over) != len(effects):
        message = f"{len(over)} values for {len(effects)} effects"
        raise EvidenceError.at(where, message, "give the moderator's value for each effect")
    if len(effects) < 3:  # noqa: PLR2004  a line through two points fits always
        message = f"{len(effects)} studies cannot show a line"
        raise EvidenceError.at(where, message, "give three studies or more")
    if len(set(over)) == 1:
        message = f"the moderator is {over[0]:g} in every study"
        raise EvidenceError.at(where, message, "a line needs a moderator that varies")


def _table(effects: Sequence[Effect], *, over: Sequence[float]) -> Table:
    return Table(
        values=np.array([[each.value for each in effects]]),
        variances=np.array([[each.variance for each in effects]]),
        moderators=np.column_stack([np.ones(len(effects)), np.asarray(over, dtype=np.float64)]),
    )


def _coefficient(
    name: str, *, value: float, variance: float, df: int | None, level: float
) -> Coefficient:
    standard_error = float(np.sqrt(variance))
    half = quantile(level, df=df) * standard_error
    return Coefficient(
        name=name,
        value=value,
        standard_error=standard_error,
        low=value - half,
        high=value + half,
        p=p_value(value / standard_error, df=df) if standard_error else None,
    )


def _explained(table: Table, *, tau2: float, method: Method) -> float | None:
    """Give the share by which the moderator lowers tau²."""
    without = tau2_of(Table.plain(table.values, variances=table.variances), method=method)
    before = float(without[0])
    return max(0.0, 100 * (before - tau2) / before) if before > 0 else None
