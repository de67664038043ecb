"""What several studies say together: a pooled effect, how much effects differ, and its doubts."""

from multifidus.evidence.pool.bias import Egger, Funnel, egger, funnel
from multifidus.evidence.pool.dependence import Errors, Multilevel, multilevel
from multifidus.evidence.pool.haenszel import mantel_haenszel, peto
from multifidus.evidence.pool.heterogeneity import Method
from multifidus.evidence.pool.pooled import Approach, Pooled, Prediction, pool, pool_many
from multifidus.evidence.pool.regression import Regression, regress
from multifidus.evidence.pool.sensitivity import (
    Groups,
    Step,
    cumulative,
    leave_one_out,
    subgroups,
)

__all__ = [
    "Approach",
    "Egger",
    "Errors",
    "Funnel",
    "Groups",
    "Method",
    "Multilevel",
    "Pooled",
    "Prediction",
    "Regression",
    "Step",
    "cumulative",
    "egger",
    "funnel",
    "leave_one_out",
    "mantel_haenszel",
    "multilevel",
    "peto",
    "pool",
    "pool_many",
    "regress",
    "subgroups",
]
