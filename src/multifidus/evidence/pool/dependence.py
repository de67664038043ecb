"""
Several effects of the same people: repeated time points of a cohort, several reports of a trial.

They tell less than as many independent effects would. Three levels (Konstantopoulos, Res Synth
Methods 2:61-76, 2011) let effects of a cohort scatter about that cohort's own mean; their sampling
errors may be correlated besides, by an assumed number. Cluster-robust errors (Hedges and others,
Res Synth Methods 1:39-65, 2010; Pustejovsky and Tipton, J Bus Econ Stat 36:672-683, 2018) hold even
where that assumption is wrong, and ask for many cohorts instead: with two or three, the degrees of
freedom that are shown tell how little is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy import linalg

from multifidus.errors import EvidenceError
from multifidus.evidence.effect.spread import LEVEL, p_value, quantile
from multifidus.evidence.pool.pooled import refuse_unlike

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multifidus.evidence.effect.estimate import Effect, Measure
    from multifidus.evidence.pool.model import Array

PRECISION, STEPS, HALVINGS = 1e-11, 500, 40
"""Iterations end when a step is this small beside the variances together."""


class Errors(StrEnum):
    """Where the standard error of the pooled effect comes from."""

    MODEL = "model"
    ROBUST = "cluster-robust, CR1"
    """Corrected by cohorts over cohorts minus one; Student with so many degrees of freedom."""
    ROBUST_CAREFUL = "cluster-robust, CR2 with Satterthwaite"
    """Adjusted so that it is right on average where the model is; for few cohorts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Multilevel:
    """Effects pooled over cohorts, several of each."""

    measure: Measure
    unit: str
    k: int
    cohorts: int
    value: float
    standard_error: float
    low: float
    high: float
    level: float
    df: float | None
    p: float | None
    between: float
    """Variance of the cohorts' means."""
    within: float
    """Variance of a cohort's true effects about its mean."""
    correlation: float
    """Of sampling errors within a cohort, as assumed."""
    errors: Errors

    @property
    def words(self) -> str:
        """Name the method in full, as a reader must be able to repeat it."""
        assumed = f"sampling errors correlated by {self.correlation:g}"
        return f"three levels, restricted maximum likelihood, {assumed}; errors: {self.errors}"


def multilevel(
    effects: Sequence[Effect],
    *,
    correlation: float = 0.0,
    errors: Errors = Errors.MODEL,
    level: float = LEVEL,
) -> Multilevel:
    """
    Pool effects of which several may be of one cohort; an effect without one stands for itself.

    `correlation` of sampling errors within a cohort is an assumption: of scores of the same people
    a year apart, say how the result moves from 0 to 0.8.
    Raises `EvidenceError` for fewer than two cohorts, for a correlation outside 0 to 1, and for
    effects that nobody may pool.
    """
    refuse_unlike(effects)
    names = [each.cohort or f"{place}" for place, each in enumerate(effects)]
    _check(len(set(names)), correlation=correlation)
    data = _Data.of(effects, names=names, correlation=correlation)
    between, within = _variances(data)
    state = _State(data, between, within)
    variance, df = _error(state, errors=errors)
    standard_error = float(np.sqrt(variance))
    half = quantile(level, df=df) * standard_error
    no_effect = effects[0].measure.no_effect
    return Multilevel(
        measure=effects[0].measure,
        unit=effects[0].unit,
        k=len(effects),
        cohorts=len(set(names)),
        value=state.mean,
        standard_error=standard_error,
        low=state.mean - half,
        high=state.mean + half,
        level=level,
        df=df,
        p=None
        if no_effect is None or not standard_error
        else p_value((state.mean - no_effect) / standard_error, df=df),
        between=between,
        within=within,
        correlation=correlation,
        errors=errors,
    )


def _check(cohorts: int, *, correlation: float) -> None:
    where = "pool"
    if cohorts < 2:  # noqa: PLR2004  one cohort is no pool
        message = "all effects are of one cohort, which is no pool but a course over time"
        raise EvidenceError.at(where, message, "show them over time; nothing is to be averaged")
    if not 0 <= correlation < 1:
        message = f"a correlation of {correlation:g} between sampling errors of a cohort"
        raise EvidenceError.at(where, message, "give a number from 0 to below 1")


@dataclass(frozen=True)
class _Data:
    """Effects as arrays, and which of them belong together."""

    values: Array
    sampling: Array
    """Covariances of sampling errors."""
    together: Array
    """One where two effects are of one cohort."""
    blocks: tuple[Array, ...]
    """For each cohort, one where an effect is of it."""

    @staticmethod
    def of(effects: Sequence[Effect], *, names: Sequence[str], correlation: float) -> _Data:
        errors = np.array([each.standard_error for each in effects])
        numbers = np.unique(np.asarray(names), return_inverse=True)[1]
        together = (numbers[:, None] == numbers[None, :]).astype(np.float64)
        correlations = correlation * together + (1 - correlation) * np.eye(len(effects))
        return _Data(
            values=np.array([each.value for each in effects]),
            sampling=np.outer(errors, errors) * correlations,
            together=together,
            blocks=tuple(numbers == number for number in range(int(numbers.max()) + 1)),
        )

    @property
    def scale(self) -> float:
        """A variance to measure smallness by."""
        return float(np.diag(self.sampling).min())


@dataclass(frozen=True)
class _State:
    """The model at some variances: what the likelihood and its slopes are made of."""

    data: _Data
    between: float
    within: float

    @cached_property
    def marginal(self) -> Array:
        """Covariances of the effects, true scatter and sampling error together."""
        size = len(self.data.values)
        return self.data.sampling + self.between * self.data.together + self.within * np.eye(size)

    @cached_property
    def weights(self) -> Array:
        return np.asarray(linalg.inv(self.marginal), dtype=np.float64)

    @cached_property
    def variance(self) -> float:
        """Of the mean."""
        return 1 / float(self.weights.sum())

    @cached_property
    def mean(self) -> float:
        return self.variance * float((self.weights @ self.data.values).sum())

    @cached_property
    def residuals(self) -> Array:
        return self.data.values - self.mean

    @cached_property
    def projection(self) -> Array:
        row = self.weights.sum(axis=0)
        return self.weights - self.variance * np.outer(row, row)

    @cached_property
    def height(self) -> float:
        """The restricted log-likelihood, but for a constant."""
        _, spread = np.linalg.slogdet(self.marginal)
        quadratic = float(self.residuals @ self.weights @ self.residuals)
        return 0.5 * (float(np.log(self.variance)) - float(spread) - quadratic)

    def slopes(self) -> tuple[Array, Array]:
        """Give slope and information of the likelihood over the two variances."""
        explained = self.projection @ self.data.values
        moved = np.stack([self.data.together @ explained, explained])
        slope = moved @ explained - np.array(
            [(self.projection * self.data.together).sum(), np.trace(self.projection)]
        )
        # Average information: half of what is observed and half of what is expected, which is the
        # only one of the three without a trace over four matrices.
        return 0.5 * slope, 0.5 * (moved @ self.projection @ moved.T)


def _variances(data: _Data) -> tuple[float, float]:
    """Climb from several places to the likeliest pair of variances, neither below zero."""
    start = float(np.var(data.values))
    places = ((start / 2, start / 2), (start, 0.0), (0.0, start))
    best = max((_climb(data, *place) for place in places), key=lambda state: state.height)
    return best.between, best.within


def _climb(data: _Data, between: float, within: float) -> _State:
    state = _State(data, between, within)
    for _ in range(STEPS):
        after = _step(state)
        moved = max(abs(after.between - state.between), abs(after.within - state.within))
        state = after
        if moved <= PRECISION * (data.scale + state.between + state.within):
            return state
    return state


def _step(state: _State) -> _State:
    """Step uphill; a variance that wants to go below zero stays there."""
    slope, information = state.slopes()
    place = np.array([state.between, state.within])
    free = (place > 0) | (slope > 0)
    step = np.zeros(2)
    if free.any():
        among = np.ix_(free, free)
        step[free] = np.linalg.lstsq(information[among], slope[free], rcond=None)[0]
    for halving in range(HALVINGS):
        between, within = np.maximum(0, place + step / 2**halving)
        after = _State(state.data, float(between), float(within))
        if after.height >= state.height:
            return after
    return state


def _error(state: _State, *, errors: Errors) -> tuple[float, float | None]:
    """Give the variance of the mean, and the degrees of freedom of its interval."""
    match errors:
        case Errors.MODEL:
            return state.variance, None
        case Errors.ROBUST:
            cohorts = len(state.data.blocks)
            scores = [
                float(state.weights[block].sum(axis=0) @ np.where(block, state.residuals, 0.0))
                for block in state.data.blocks
            ]
            meat = sum(each**2 for each in scores)
            return state.variance**2 * meat * cohorts / (cohorts - 1), cohorts - 1.0
        case Errors.ROBUST_CAREFUL:
            return _careful(state)


def _careful(state: _State) -> tuple[float, float]:
    """Adjust each cohort's residuals for the mean having been fitted to them."""
    variance, directions = 0.0, []
    for block in state.data.blocks:
        own = state.marginal[np.ix_(block, block)]
        root = np.linalg.cholesky(own).T
        inner = root @ (own - state.variance) @ root.T
        adjustment = root.T @ _inverse_root(inner) @ root
        influence = adjustment @ np.linalg.solve(own, np.ones(len(own))) * state.variance
        variance += float(influence @ state.residuals[block]) ** 2
        # How the effects of all cohorts move this cohort's part of the error.
        direction = np.zeros(len(block))
        direction[block] = influence
        row = state.variance * state.weights.sum(axis=0)
        directions.append(direction - influence.sum() * row)
    stacked = np.stack(directions)
    products = stacked @ state.marginal @ stacked.T
    return variance, float(np.trace(products) ** 2 / (products**2).sum())


def _inverse_root(matrix: Array) -> Array:
    """Give the symmetric root of the inverse; directions without any spread are left out."""
    values, vectors = np.linalg.eigh(matrix)
    kept = values > 1e-12 * values.max()
    roots = np.where(kept, 1 / np.sqrt(np.where(kept, values, 1.0)), 0.0)
    return np.asarray((vectors * roots) @ vectors.T, dtype=np.float64)
