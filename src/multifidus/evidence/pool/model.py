"""
Weighted least squares of many data sets at once: what every estimator of heterogeneity asks for.

Each study's estimate is a true effect plus an error of known variance; true effects scatter by
`tau2` about a mean, or about a line if there are moderators. Rows are data sets, columns studies;
all data sets share their moderators. Nothing but arrays here; meaning is added by those who call.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True)
class Table:
    """Estimates and their variances (data sets × studies), and moderators (studies × terms)."""

    values: Array
    variances: Array
    moderators: Array

    @staticmethod
    def plain(values: Array, *, variances: Array) -> Table:
        """Make a table without moderators: the mean is the only term."""
        values, variances = np.atleast_2d(values), np.atleast_2d(variances)
        return Table(values, variances, np.ones((values.shape[1], 1)))

    def rows(self, chosen: Indices) -> Table:
        """Give some of the data sets."""
        return Table(self.values[chosen], self.variances[chosen], self.moderators)

    @property
    def sets(self) -> int:
        """How many data sets."""
        return int(self.values.shape[0])

    @property
    def studies(self) -> int:
        """How many studies each data set has."""
        return int(self.values.shape[1])

    @property
    def terms(self) -> int:
        """How many coefficients are fitted."""
        return int(self.moderators.shape[1])

    @property
    def df(self) -> int:
        """Degrees of freedom that are left."""
        return self.studies - self.terms

    @cached_property
    def products(self) -> Array:
        """Each study's moderators, times each other: studies × terms²."""
        outer = self.moderators[:, :, None] * self.moderators[:, None, :]
        return outer.reshape(self.studies, -1)

    def weighed(self, tau2: Array) -> Weighed:
        """Weigh every study by the inverse of its variance and tau², one for each data set."""
        return Weighed(self, 1 / (self.variances + tau2[:, None]))


@dataclass(frozen=True)
class Weighed:
    """
    A table at given weights.

    With `W` the weights and `X` the moderators, `P = W - W X (X'WX)⁻¹ X'W` takes out what the terms
    explain; the traces and forms of `P` are what likelihoods are made of.
    """

    table: Table
    weights: Array

    def gram(self, weights: Array) -> Array:
        """Give `X' diag(weights) X`: data sets × terms × terms."""
        terms = self.table.terms
        return (weights @ self.table.products).reshape(-1, terms, terms)

    @cached_property
    def covariance(self) -> Array:
        """Give `(X'WX)⁻¹`."""
        gram = self.gram(self.weights)
        if self.table.terms == 1:
            return 1 / gram
        return np.asarray(np.linalg.inv(gram), dtype=np.float64)

    @cached_property
    def coefficients(self) -> Array:
        """Data sets × terms."""
        moments = (self.weights * self.table.values) @ self.table.moderators
        found: Array = (self.covariance @ moments[:, :, None])[:, :, 0]
        return found

    @cached_property
    def residuals(self) -> Array:
        """What the terms do not explain."""
        return self.table.values - self.coefficients @ self.table.moderators.T

    @cached_property
    def q(self) -> Array:
        """Give `y'Py`: Cochran's Q at these weights."""
        return added(self.weights * self.residuals**2)

    @cached_property
    def ypp(self) -> Array:
        """Give `y'PPy`, by which Q falls as tau² grows."""
        return added((self.weights * self.residuals) ** 2)

    @cached_property
    def yppp(self) -> Array:
        """Give `y'PPPy`, by which the form before falls in turn."""
        scaled = self.weights * self.residuals
        moments = (self.weights * scaled) @ self.table.moderators
        explained = moments[:, None, :] @ self.covariance @ moments[:, :, None]
        total: Array = added(self.weights * scaled**2) - explained[:, 0, 0]
        return total

    @cached_property
    def _hat(self) -> Array:
        """Give `(X'WX)⁻¹ X'W²X`."""
        hat: Array = self.covariance @ self.gram(self.weights**2)
        return hat

    @cached_property
    def trace(self) -> Array:
        """Give the trace of `P`."""
        return added(self.weights) - diagonal(self._hat)

    @cached_property
    def trace_of_square(self) -> Array:
        """Give the trace of `PP`."""
        cubes = diagonal(self.covariance @ self.gram(self.weights**3))
        return added(self.weights**2) - 2 * cubes + diagonal(self._hat @ self._hat)

    @cached_property
    def log_likelihood(self) -> Array:
        """Give the logarithm of the likelihood, but for a constant."""
        return 0.5 * (added(np.log(self.weights)) - self.q)

    @cached_property
    def restricted_log_likelihood(self) -> Array:
        """Give the same of the residuals alone, but for a constant."""
        total: Array = self.log_likelihood + 0.5 * np.log(np.linalg.det(self.covariance))
        return total


def added(numbers: Array) -> Array:
    """Add up over studies: data sets × studies → data sets."""
    total: Array = numbers.sum(axis=1)
    return total


def diagonal(matrices: Array) -> Array:
    """Add up the diagonal of each: data sets × terms × terms → data sets."""
    total: Array = np.trace(matrices, axis1=1, axis2=2)
    return total
