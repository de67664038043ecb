"""
Effects pooled: the mean effect, how sure it is, how much effects differ, what the next may be.

Sources: Hartung and Knapp, Stat Med 20:3875-3889, 2001; Sidik and Jonkman, Stat Med 21:3153-3159,
2002; Röver and others, BMC Med Res Methodol 15:99, 2015 (never narrower); Higgins and others, J R
Stat Soc A 172:137-159, 2009, and Riley and others, BMJ 342:d549, 2011 (prediction).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from multifidus.errors import EvidenceError
from multifidus.evidence.effect.spread import LEVEL, p_value, quantile
from multifidus.evidence.pool.heterogeneity import Method, q_profile, shares_of, tau2_of
from multifidus.evidence.pool.model import Array, Table, Weighed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multifidus.evidence.effect.estimate import Effect, Measure


class Approach(StrEnum):
    """How the interval of the pooled effect is reckoned."""

    NORMAL = "normal"
    STUDENT = "Student, k-1"
    HARTUNG_KNAPP = "Hartung-Knapp-Sidik-Jonkman"
    HARTUNG_KNAPP_CAUTIOUS = "Hartung-Knapp-Sidik-Jonkman, never below the model's error"
    """The plain one may be narrower than a fixed effect's interval if effects agree by chance."""


USUAL = {Method.FIXED: Approach.NORMAL}
"""Where Hartung and Knapp's correction has no place: without tau² it mends nothing."""


class Prediction(StrEnum):
    """From which distribution the interval of the next study's true effect comes."""

    SAME = "as the interval"
    """The one that the interval of the mean has: metafor's default."""
    RILEY = "Student, k-2"
    """Higgins and others: tau² costs a degree of freedom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """A pooled effect, on the scale of analysis of its measure."""

    measure: Measure
    method: Method
    approach: Approach
    prediction_method: Prediction
    level: float
    unit: str
    k: int
    """How many studies."""
    n: float | None
    """For the double arcsine: the harmonic mean of the studies' sizes."""
    value: float
    standard_error: float
    low: float
    high: float
    p: float | None
    """
    Two-sided, against no effect.

    A level of one group has none, nor do effects that are all the same, whose error the plain
    Hartung-Knapp interval takes to be 0.
    """
    tau2: float
    tau2_low: float
    tau2_high: float
    i2: float
    """In percent."""
    i2_low: float
    i2_high: float
    h2: float
    q: float
    q_p: float
    prediction_low: float | None
    """The true effect of the next study lies between these; a fixed effect has no such interval."""
    prediction_high: float | None
    labels: tuple[str, ...]
    weights: tuple[float, ...]
    """In percent, in the order of the labels."""

    @property
    def q_df(self) -> int:
        """Degrees of freedom of Q."""
        return self.k - 1

    @property
    def words(self) -> str:
        """Name the method in full, as a reader must be able to repeat it."""
        return f"{self.method.words}; interval {self.approach}"

    @property
    def natural(self) -> tuple[float, float, float]:
        """The value and the ends of its interval, as a person reads them."""
        value, low, high = (
            self.measure.natural(each, n=self.n) for each in (self.value, self.low, self.high)
        )
        return value, low, high

    @property
    def natural_prediction(self) -> tuple[float, float] | None:
        """The ends of the prediction interval, as a person reads them."""
        if self.prediction_low is None or self.prediction_high is None:
            return None
        return (
            self.measure.natural(self.prediction_low, n=self.n),
            self.measure.natural(self.prediction_high, n=self.n),
        )


def pool(
    effects: Sequence[Effect],
    *,
    method: Method = Method.RESTRICTED,
    approach: Approach | None = None,
    prediction: Prediction = Prediction.SAME,
    level: float = LEVEL,
) -> Pooled:
    """
    Pool effects of independent studies.

    Where no approach is named, random effects get Hartung and Knapp's interval, a fixed one the
    normal.

    Raises `EvidenceError` for fewer than two effects, and for effects that nobody may pool: other
    measures or units, changes of one group beside differences of two, one cohort twice.

    >>> from multifidus.evidence.effect import Measure, estimate
    >>> some = [
    ...     estimate(value, standard_error=0.2, measure=Measure.MEAN_DIFFERENCE)
    ...     for value in (-1.0, -1.4, -0.9)
    ... ]
    >>> round(pool(some, approach=Approach.NORMAL).value, 3)
    -1.1
    """
    refuse_unlike(effects)
    refuse_overlap(effects)
    approach = approach or USUAL.get(method, Approach.HARTUNG_KNAPP)
    table = table_of(effects)
    fitted = fit(table, method=method, approach=approach, prediction=prediction, level=level)
    first = effects[0]
    tau2_low, tau2_high = (float(each[0]) for each in q_profile(table, level=level))
    bounds = [
        float(shares_of(table, np.array([each]), method=Method.RESTRICTED).i2[0])
        for each in (tau2_low, tau2_high)
    ]
    q = float(table.weighed(np.zeros(1)).q[0])
    weights = fitted.weighed.weights[0] / fitted.weighed.weights[0].sum()
    value, standard_error = float(fitted.value[0]), float(fitted.standard_error[0])
    no_effect = first.measure.no_effect
    is_fixed = method is Method.FIXED
    return Pooled(
        measure=first.measure,
        method=method,
        approach=approach,
        prediction_method=prediction,
        level=level,
        unit=first.unit,
        k=len(effects),
        n=harmonic_size(effects),
        value=value,
        standard_error=standard_error,
        low=float(fitted.low[0]),
        high=float(fitted.high[0]),
        p=None
        if no_effect is None or not standard_error
        else p_value((value - no_effect) / standard_error, df=fitted.df),
        tau2=float(fitted.tau2[0]),
        tau2_low=tau2_low,
        tau2_high=tau2_high,
        i2=float(fitted.i2[0]),
        i2_low=bounds[0],
        i2_high=bounds[1],
        h2=float(fitted.h2[0]),
        q=q,
        q_p=float(special.chdtrc(table.df, q)),
        prediction_low=None if is_fixed else float(fitted.prediction_low[0]),
        prediction_high=None if is_fixed else float(fitted.prediction_high[0]),
        labels=tuple(each.label for each in effects),
        weights=tuple(float(each) for each in 100 * weights),
    )


@dataclass(frozen=True)
class Fitted:
    """Many data sets pooled: arrays with a number for each; what one term has, the mean."""

    value: Array
    standard_error: Array
    low: Array
    high: Array
    tau2: Array
    i2: Array
    h2: Array
    prediction_low: Array
    prediction_high: Array
    df: int | None
    weighed: Weighed


def pool_many(
    values: Array,
    *,
    variances: Array,
    method: Method = Method.RESTRICTED,
    approach: Approach = Approach.HARTUNG_KNAPP,
) -> Fitted:
    """
    Pool many data sets of equally many studies at once: rows are data sets, columns studies.

    >>> values = np.array([[0.1, 0.3, 0.2], [1.0, 1.0, 1.0]])
    >>> found = pool_many(values, variances=np.full((2, 3), 0.01), method=Method.FIXED)
    >>> [round(float(each), 6) for each in found.value]
    [0.2, 1.0]
    """
    return fit(Table.plain(values, variances=variances), method=method, approach=approach)


def fit(
    table: Table,
    *,
    method: Method,
    approach: Approach,
    prediction: Prediction = Prediction.SAME,
    level: float = LEVEL,
) -> Fitted:
    """Fit the means of all data sets of a table without moderators."""
    tau2 = tau2_of(table, method=method)
    weighed = table.weighed(tau2)
    value = weighed.coefficients[:, 0]
    standard_error = np.sqrt(weighed.covariance[:, 0, 0] * inflation(weighed, approach=approach))
    df = df_of(table, approach=approach)
    half = quantile(level, df=df) * standard_error
    df_ahead = max(table.df - 1, 1) if prediction is Prediction.RILEY else df
    ahead = quantile(level, df=df_ahead) * np.sqrt(standard_error**2 + tau2)
    shares = shares_of(table, tau2, method=method)
    return Fitted(
        value=value,
        standard_error=standard_error,
        low=value - half,
        high=value + half,
        tau2=tau2,
        i2=shares.i2,
        h2=shares.h2,
        prediction_low=value - ahead,
        prediction_high=value + ahead,
        df=df,
        weighed=weighed,
    )


def inflation(weighed: Weighed, *, approach: Approach) -> Array:
    """Give the factor by which the squared standard error of the model is corrected."""
    match approach:
        case Approach.NORMAL | Approach.STUDENT:
            return np.ones(weighed.table.sets)
        case Approach.HARTUNG_KNAPP:
            return weighed.q / weighed.table.df
        case Approach.HARTUNG_KNAPP_CAUTIOUS:
            return np.maximum(1, weighed.q / weighed.table.df)


def df_of(table: Table, *, approach: Approach) -> int | None:
    """Give the degrees of freedom of the interval; none of a normal one."""
    return None if approach is Approach.NORMAL else table.df


def table_of(effects: Sequence[Effect]) -> Table:
    """Lay effects out as one data set."""
    values = np.array([[each.value for each in effects]])
    return Table.plain(values, variances=np.array([[each.variance for each in effects]]))


def harmonic_size(effects: Sequence[Effect]) -> float | None:
    """Give the harmonic mean of the studies' sizes; none if one is not known."""
    sizes = [each.n for each in effects]
    known = [each for each in sizes if each]
    return len(known) / sum(1 / each for each in known) if len(known) == len(sizes) else None


def refuse_unlike(effects: Sequence[Effect]) -> None:
    """Raise `EvidenceError` unless all effects measure the same, in the same unit."""
    where = "pool"
    if len(effects) < 2:  # noqa: PLR2004  one study is no pool
        message, hint = f"{len(effects)} effects cannot be pooled", "give two studies or more"
        raise EvidenceError.at(where, message, hint)
    measures = sorted({each.measure for each in effects})
    if len({each.is_controlled for each in measures}) > 1:
        message = f"changes or levels of one group beside differences of two: {', '.join(measures)}"
        hint = (
            "a change within a group holds whatever else happened to it, so it is no effect of a "
            "treatment against a control; pool the two kinds apart"
        )
        raise EvidenceError.at(where, message, hint)
    if len(measures) > 1:
        message, hint = f"effects of several measures: {', '.join(measures)}", "bring all to one"
        raise EvidenceError.at(where, message, hint)
    units = sorted({each.unit for each in effects})
    if len(units) > 1:
        message = "effects in several units: " + ", ".join(each or "none" for each in units)
        raise EvidenceError.at(where, message, "convert them, or pool standardised effects")


def refuse_overlap(effects: Sequence[Effect]) -> None:
    """Raise `EvidenceError` if two effects are of the same people."""
    names = [each.cohort for each in effects if each.cohort]
    twice = sorted({each for each in names if names.count(each) > 1})
    if twice:
        message = f"the same people more than once: {', '.join(twice)}"
        hint = "take one effect of each cohort, or pool with `multilevel` or `robust`"
        where = "pool"
        raise EvidenceError.at(where, message, hint)
