"""What one study says: an effect with its standard error, its interval and the method behind it."""

from multifidus.evidence.effect.comparison import (
    Test,
    chi_square,
    fisher,
    of_estimate,
    student,
    unpooled,
    welch,
)
from multifidus.evidence.effect.counts import (
    Count,
    DifferenceInterval,
    odds_ratio,
    risk_difference,
    risk_ratio,
)
from multifidus.evidence.effect.estimate import Effect, Measure, estimate
from multifidus.evidence.effect.means import (
    MeanInterval,
    Sample,
    difference,
    hedges_g,
    mean,
    mean_change,
    mean_difference,
    standardised_change,
)
from multifidus.evidence.effect.proportion import (
    ProportionInterval,
    Scale,
    proportion,
    scaled_proportion,
)

__all__ = [
    "Count",
    "DifferenceInterval",
    "Effect",
    "MeanInterval",
    "Measure",
    "ProportionInterval",
    "Sample",
    "Scale",
    "Test",
    "chi_square",
    "difference",
    "estimate",
    "fisher",
    "hedges_g",
    "mean",
    "mean_change",
    "mean_difference",
    "odds_ratio",
    "of_estimate",
    "proportion",
    "risk_difference",
    "risk_ratio",
    "scaled_proportion",
    "standardised_change",
    "student",
    "unpooled",
    "welch",
]
