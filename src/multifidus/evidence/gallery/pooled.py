"""The forest of any effects that were pooled, whosever they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.evidence.effect.estimate import Measure
from multifidus.evidence.figure import forest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multifidus.evidence.effect.estimate import Effect
    from multifidus.evidence.figure.canvas import Drawing
    from multifidus.evidence.pool import Pooled

_ALONE = (
    "These are levels or changes of one group. Nothing stands against them: they hold what time"
    " and attention do by themselves."
)
_RATIOS = (Measure.RISK_RATIO, Measure.ODDS_RATIO)
_FINE, _COARSE = 2, 1
"""Digits after the point, for effects below this size and from it on."""
_LARGE = 2.0


def forest_of(effects: Sequence[Effect], *, pooled: Pooled) -> Drawing:
    """Draw effects with their weights, and what they come to, on the scale that a person reads."""
    measure = pooled.measure
    name = measure.value.partition(" (")[0]
    unit = f", {pooled.unit}" if pooled.unit else ""
    no_effect = measure.no_effect
    values = [abs(end) for each in effects for end in each.natural]
    return forest.draw(
        forest.Forest(
            name="forest-pooled",
            title=f"{name[0].upper()}{name[1:]}: {pooled.k} studies pooled",
            subtitle=f"With {pooled.level:.0%} intervals".replace("%", " %"),
            measure=f"{name[0].upper()}{name[1:]}{unit}",
            groups=(
                forest.Group(
                    results=tuple(
                        _result(each, weight)
                        for each, weight in zip(effects, pooled.weights, strict=True)
                    )
                ),
            ),
            total=total_of(pooled, label="Pooled"),
            no_effect=None if no_effect is None else measure.natural(no_effect, n=pooled.n),
            is_ratio=measure in _RATIOS,
            digits=_FINE if max(values) < _LARGE or measure in _RATIOS else _COARSE,
            solid="a study, as large as it weighs",
            notes=() if pooled.measure.is_controlled else (_ALONE,),
        )
    )


def _result(effect: Effect, weight: float) -> forest.Result:
    value, low, high = effect.natural
    n = "" if effect.n is None else f"n {effect.n}"
    return forest.Result(
        label=effect.label or "a study",
        detail=n,
        value=value,
        low=low,
        high=high,
        weight=weight,
    )


def total_of(pooled: Pooled, *, label: str) -> forest.Total:
    """Give the pooled estimate with its method in words, so that a reader can repeat it."""
    value, low, high = pooled.natural
    words = f"{pooled.words[0].upper()}{pooled.words[1:]}"
    for names in ("Hartung-Knapp-Sidik-Jonkman", "DerSimonian-Laird", "Paule-Mandel"):
        words = words.replace(names, names.replace("-", "\N{EN DASH}"))
    share = f"I² {pooled.i2:.0f} % ({pooled.i2_low:.0f} to {pooled.i2_high:.0f})"
    return forest.Total(
        label=label,
        value=value,
        low=low,
        high=high,
        prediction=pooled.natural_prediction,
        method=f"{words}. {share}, τ² {pooled.tau2:.3g}",
    )
