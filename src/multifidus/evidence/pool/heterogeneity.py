"""
How much true effects differ: tau² by the estimators in use, and the shares and bounds made of it.

Sources: DerSimonian and Laird, Control Clin Trials 7:177-188, 1986; Hedges and Olkin, Statistical
Methods for Meta-Analysis, 1985; Paule and Mandel, J Res Natl Bur Stand 87:377-385, 1982; Sidik and
Jonkman, Appl Stat 54:367-384, 2005; Viechtbauer, J Educ Behav Stat 30:261-293, 2005 (likelihoods)
and Stat Med 26:37-52, 2007 (Q profile); Higgins and Thompson, Stat Med 21:1539-1558, 2002 (I²).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from multifidus.errors import EvidenceError
from multifidus.evidence.pool.model import Weighed, added

if TYPE_CHECKING:
    from collections.abc import Callable

    from multifidus.evidence.pool.model import Array, Table

PRECISION = 1e-12
"""Iterations end when a step is this small beside tau² and the least variance together."""
TRUSTED = 0.1
"""So much of the curvature that is expected has to be seen before Newton's step is taken."""
WHOLE_STEPS, STEPS = 50, 500
"""After so many whole steps, half ones: a step may jump to and fro over the peak."""


class Method(StrEnum):
    """How tau² is estimated; fixed means that it is taken to be none."""

    FIXED = "fixed"
    DERSIMONIAN_LAIRD = "DL"
    HEDGES_OLKIN = "HE"
    PAULE_MANDEL = "PM"
    SIDIK_JONKMAN = "SJ"
    MAXIMUM_LIKELIHOOD = "ML"
    RESTRICTED = "REML"

    @property
    def words(self) -> str:
        """Its name in full."""
        return WORDS[self]


WORDS = {
    Method.FIXED: "fixed effect, inverse variance",
    Method.DERSIMONIAN_LAIRD: "random effects, DerSimonian-Laird",
    Method.HEDGES_OLKIN: "random effects, Hedges-Olkin",
    Method.PAULE_MANDEL: "random effects, Paule-Mandel",
    Method.SIDIK_JONKMAN: "random effects, Sidik-Jonkman",
    Method.MAXIMUM_LIKELIHOOD: "random effects, maximum likelihood",
    Method.RESTRICTED: "random effects, restricted maximum likelihood",
}


def tau2_of(table: Table, *, method: Method) -> Array:
    """
    Estimate tau² of each data set, never below zero.

    Raises `EvidenceError` if a likelihood finds no peak, which real data have not been seen to do.
    """
    match method:
        case Method.FIXED:
            return np.zeros(table.sets)
        case Method.DERSIMONIAN_LAIRD:
            plain = table.weighed(np.zeros(table.sets))
            return np.maximum(0, (plain.q - table.df) / plain.trace)
        case Method.HEDGES_OLKIN:
            return hedges_olkin(table)
        case Method.PAULE_MANDEL:
            return where_q_is(table, target=float(table.df))
        case Method.SIDIK_JONKMAN:
            return sidik_jonkman(table)
        case Method.MAXIMUM_LIKELIHOOD:
            return _climbed(table, hill=LIKELIHOOD)
        case Method.RESTRICTED:
            return _climbed(table, hill=RESTRICTED_LIKELIHOOD)


def hedges_olkin(table: Table) -> Array:
    """Compare the scatter of unweighted estimates with what their variances explain."""
    x = table.moderators
    leverage = ((x @ np.linalg.inv(x.T @ x)) * x).sum(axis=1)
    scatter = Weighed(table, np.ones_like(table.values)).q
    found: Array = np.maximum(0, (scatter - table.variances @ (1 - leverage)) / table.df)
    return found


def sidik_jonkman(table: Table) -> Array:
    """Begin with the variance of the estimates and correct it once; always above zero."""
    first = table.values.var(axis=1)
    return np.where(first > 0, first * table.weighed(first).q / table.df, 0.0)


def where_q_is(table: Table, *, target: float) -> Array:
    """
    Find the tau² at which Cochran's Q has a value; zero where Q is less even without tau².

    Q falls as tau² grows, ever less steeply, so Newton's steps from zero never go too far.
    """

    def step(weighed: Weighed) -> Array:
        above = weighed.q - target
        # Effects that are all the same have no Q, and nothing to step along.
        return np.divide(above, weighed.ypp, out=np.zeros_like(above), where=above > 0)

    return _stepped(table, np.zeros(table.sets), step=step)


@dataclass(frozen=True)
class Hill:
    """A likelihood over tau²: twice its slope and curvatures, and its height."""

    slope: Callable[[Weighed], Array]
    expected: Callable[[Weighed], Array]
    """Curvature as expected: it never misleads, and converges slowly."""
    height: Callable[[Weighed], Array]

    def step(self, weighed: Weighed) -> Array:
        """Take Newton's step where the curvature observed can be trusted, else Fisher's."""
        expected = self.expected(weighed)
        observed = 2 * weighed.yppp - expected
        return self.slope(weighed) / np.where(observed > expected * TRUSTED, observed, expected)


LIKELIHOOD = Hill(
    slope=lambda weighed: weighed.ypp - added(weighed.weights),
    expected=lambda weighed: added(weighed.weights**2),
    height=lambda weighed: weighed.log_likelihood,
)
RESTRICTED_LIKELIHOOD = Hill(
    slope=lambda weighed: weighed.ypp - weighed.trace,
    expected=lambda weighed: weighed.trace_of_square,
    height=lambda weighed: weighed.restricted_log_likelihood,
)


def _climbed(table: Table, *, hill: Hill) -> Array:
    """Climb from Hedges and Olkin's estimate; where zero is likelier than the peak, give zero."""
    peak = _stepped(table, hedges_olkin(table), step=hill.step)
    none = np.zeros(table.sets)
    is_higher = hill.height(table.weighed(peak)) >= hill.height(table.weighed(none))
    return np.where(is_higher, peak, none)


def _stepped(table: Table, tau2: Array, *, step: Callable[[Weighed], Array]) -> Array:
    """Step until every data set stands still; those that do are left out of the next round."""
    tau2, open_rows = tau2.copy(), np.arange(table.sets)
    least = table.variances.min(axis=1)
    for count in range(STEPS):
        rest = table if len(open_rows) == table.sets else table.rows(open_rows)
        before = tau2[open_rows]
        size = 1.0 if count < WHOLE_STEPS else 0.5
        after = np.maximum(0, before + size * step(rest.weighed(before)))
        tau2[open_rows] = after
        open_rows = open_rows[np.abs(after - before) > PRECISION * (after + least[open_rows])]
        if not len(open_rows):
            return tau2
    where, message = "pool", f"tau² of {len(open_rows)} data sets found no rest in {STEPS} steps"
    raise EvidenceError.at(where, message, "use another estimator, such as DL or PM")


@dataclass(frozen=True)
class Shares:
    """What tau² means beside the errors of the studies, one for each data set."""

    i2: Array
    """In percent: how much of the scatter of estimates is not chance."""
    h2: Array


def shares_of(table: Table, tau2: Array, *, method: Method) -> Shares:
    """Set tau² against the error of a typical study (Higgins and Thompson); if fixed, use Q."""
    if method is Method.FIXED:
        h2 = table.weighed(np.zeros(table.sets)).q / table.df
        return Shares(100 * np.maximum(0, 1 - 1 / np.maximum(h2, 1e-300)), h2)
    typical = table.df / table.weighed(np.zeros(table.sets)).trace
    return Shares(100 * tau2 / (tau2 + typical), tau2 / typical + 1)


def q_profile(table: Table, *, level: float) -> tuple[Array, Array]:
    """Give the ends of the interval of tau²: where Q is as far out as chance would leave it."""
    tail = (1 - level) / 2
    low = where_q_is(table, target=float(special.chdtri(table.df, tail)))
    high = where_q_is(table, target=float(special.chdtri(table.df, 1 - tail)))
    return low, high
