"""The forest of any effects that were pooled: on the scale that a person reads."""

from __future__ import annotations

import pytest

from multifidus.evidence.effect import Measure, estimate
from multifidus.evidence.effect.counts import Count, risk_ratio
from multifidus.evidence.gallery.pooled import forest_of
from multifidus.evidence.pool import pool
from tests.evidence.test_figures import MINUS, words

RATIOS = tuple(
    risk_ratio(Count(treated, 100), control=Count(control, 100), label=f"{treated} v {control}")
    for treated, control in ((10, 20), (12, 18), (5, 15))
)
CHANGES = tuple(
    estimate(
        value, standard_error=1.0, measure=Measure.MEAN_CHANGE, label=str(value), unit="points"
    )
    for value in (-20.0, -17.0)
)


def test_ratios_are_told_as_ratios_and_not_as_logarithms() -> None:
    drawn = forest_of(RATIOS, pooled=pool(RATIOS))

    assert any(each.startswith("0.50 (") for each in words(drawn))
    assert "Risk ratio" in words(drawn)
    assert MINUS not in "".join(row[3] for row in drawn.table.rows)


def test_every_effect_stands_with_its_weight_and_the_method_is_named() -> None:
    pooled = pool(RATIOS)
    drawn = forest_of(RATIOS, pooled=pooled)

    assert [f"{each:.1f} %" for each in pooled.weights] == [
        row[4] for row in drawn.table.rows if row[4]
    ]
    method = drawn.table.rows[-1][2]
    assert method.startswith("Random effects, restricted maximum likelihood; interval Hartung")
    assert "I² " in method
    assert "τ² " in method


def test_what_has_no_control_says_so_and_what_has_one_does_not() -> None:
    alone = forest_of(CHANGES, pooled=pool(CHANGES))
    against = forest_of(RATIOS, pooled=pool(RATIOS))

    assert any("Nothing stands against them" in each for each in words(alone))
    assert not any("Nothing stands against them" in each for each in words(against))
    assert "Mean change from baseline, points" in words(alone)


@pytest.mark.parametrize(("value", "told"), [(0.5, "0.50 ("), (-20.0, f"{MINUS}20.0 (")])
def test_small_numbers_have_more_digits(value: float, told: str) -> None:
    some = tuple(
        estimate(each, standard_error=abs(value) / 10, measure=Measure.MEAN_DIFFERENCE)
        for each in (value, value * 1.1)
    )
    drawn = forest_of(some, pooled=pool(some))

    assert drawn.table.rows[0][3].startswith(told)
    assert "a study" == drawn.table.rows[0][1]


def test_effects_that_are_all_the_same_are_pooled_and_drawn() -> None:
    """The plain Hartung-Knapp interval has no width then; there is no p to it, and no fault."""
    same = tuple(
        estimate(-1.0, standard_error=0.1, measure=Measure.MEAN_DIFFERENCE) for _ in range(3)
    )
    pooled = pool(same)

    assert pooled.p is None
    total = forest_of(same, pooled=pooled).table.rows[-1]
    assert f"{MINUS}1.00 ({MINUS}1.00 to {MINUS}1.00)" == total[3]
