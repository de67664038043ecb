"""`multifidus evidence pool`: several effects as one, or the reason why they may not be pooled."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.cli.lines import Lines
from multifidus.errors import RequestError
from multifidus.evidence.chain import shipped_chain
from multifidus.evidence.cohort import shipped_cohorts
from multifidus.evidence.effect.estimate import Measure
from multifidus.evidence.effect.proportion import Scale
from multifidus.evidence.gallery.pooled import forest_of
from multifidus.evidence.pool import Approach, Method, pool
from multifidus.evidence.selection import effects_in, effects_of
from multifidus.evidence.study import shipped_evidence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from multifidus.evidence.effect.estimate import Effect
    from multifidus.evidence.figure.canvas import Drawing
    from multifidus.evidence.pool import Pooled

COMMAND = "multifidus evidence pool"
METHODS = {
    "fixed": Method.FIXED,
    "dl": Method.DERSIMONIAN_LAIRD,
    "he": Method.HEDGES_OLKIN,
    "pm": Method.PAULE_MANDEL,
    "sj": Method.SIDIK_JONKMAN,
    "ml": Method.MAXIMUM_LIKELIHOOD,
    "reml": Method.RESTRICTED,
}
INTERVALS = {
    "normal": Approach.NORMAL,
    "student": Approach.STUDENT,
    "hk": Approach.HARTUNG_KNAPP,
    "hk-cautious": Approach.HARTUNG_KNAPP_CAUTIOUS,
}
MEASURES = {
    "risk-difference": Measure.RISK_DIFFERENCE,
    "risk-ratio": Measure.RISK_RATIO,
    "odds-ratio": Measure.ODDS_RATIO,
    "mean-difference": Measure.MEAN_DIFFERENCE,
    "smd": Measure.SMD,
}
SCALES = {each.value.replace(" ", "-"): each for each in Scale}
FEW = 5
"""Below so many studies, heterogeneity is hardly known and the normal interval too narrow."""
DIGITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is pooled, and how."""

    names: tuple[str, ...]
    data: Path | None
    measure: str
    scale: str
    method: str
    interval: str
    form: str


def tell_pool(wanted: Wanted) -> str:
    """Pool, and lay it out; every way at once where no method is named `every`."""
    effects = _effects(wanted)
    if wanted.method == "every":
        found = [
            pool(effects, method=method, approach=approach)
            for method in METHODS.values()
            for approach in INTERVALS.values()
        ]
        if wanted.form == "json":
            return json.dumps([_data(each, effects) for each in found], indent=2)
        return "\n".join(_every(found))
    pooled = pool(effects, method=METHODS[wanted.method], approach=INTERVALS[wanted.interval])
    if wanted.form == "json":
        return json.dumps(_data(pooled, effects), indent=2, ensure_ascii=False)
    return "\n".join(_text(pooled, effects))


def draw_pool(wanted: Wanted) -> Drawing:
    """Draw the forest of what is pooled; every way at once has no one forest."""
    if wanted.method == "every":
        message = "a forest shows one way of pooling"
        raise RequestError.at(COMMAND, message, "name a --method, or leave out --figure")
    effects = _effects(wanted)
    pooled = pool(effects, method=METHODS[wanted.method], approach=INTERVALS[wanted.interval])
    return forest_of(effects, pooled=pooled)


def _effects(wanted: Wanted) -> tuple[Effect, ...]:
    evidence, scale = shipped_evidence(), SCALES[wanted.scale]
    if wanted.data is None:
        return effects_of(
            wanted.names,
            evidence=evidence,
            chain=shipped_chain(),
            cohorts=shipped_cohorts(),
            scale=scale,
        )
    if wanted.names:
        message = "a table of your own is pooled by itself"
        raise RequestError.at(COMMAND, message, "leave out either the names or --data")
    try:
        text = wanted.data.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        message, hint = "the file cannot be read", "name a table of effects, in UTF-8"
        raise RequestError.at(str(wanted.data), message, hint) from None
    measure = MEASURES.get(wanted.measure)
    return effects_in(text, file=str(wanted.data), measure=measure, scale=scale, evidence=evidence)


# A program


def _data(pooled: Pooled, effects: Sequence[Effect]) -> dict[str, object]:
    value, low, high = pooled.natural
    prediction = pooled.natural_prediction
    return {
        "measure": pooled.measure.value,
        "method": pooled.words,
        "k": pooled.k,
        "value": value,
        "low": low,
        "high": high,
        "p": pooled.p,
        "prediction": None if prediction is None else list(prediction),
        "scale_of_analysis": {
            "value": pooled.value,
            "standard_error": pooled.standard_error,
            "low": pooled.low,
            "high": pooled.high,
        },
        "tau2": {"value": pooled.tau2, "low": pooled.tau2_low, "high": pooled.tau2_high},
        "i2": {"value": pooled.i2, "low": pooled.i2_low, "high": pooled.i2_high},
        "q": {"value": pooled.q, "df": pooled.q_df, "p": pooled.q_p},
        "studies": [
            {
                "label": each.label,
                "value": each.natural[0],
                "low": each.natural[1],
                "high": each.natural[2],
                "weight": weight,
                "method": each.method,
            }
            for each, weight in zip(effects, pooled.weights, strict=True)
        ],
    }


# A terminal


def _text(pooled: Pooled, effects: Sequence[Effect]) -> Iterator[str]:
    page = Lines()
    name = pooled.measure.partition(" (log)")[0]
    unit = f", {pooled.unit}" if pooled.unit else ""
    yield page.paint(f"{name[0].upper()}{name[1:]} of {pooled.k} studies{unit}", "head")
    wide = max(len(each.label) for each in effects) + 2
    for each, weight in zip(effects, pooled.weights, strict=True):
        yield f"  {each.label:<{wide}}{_three(each.natural):<34}{weight:5.1f} %"
    yield f"  {'together':<{wide}}{_three(pooled.natural)}"
    prediction = pooled.natural_prediction
    if prediction is not None:
        low, high = (f"{each:.{DIGITS}g}" for each in prediction)
        yield f"  {'the next study':<{wide}}between {low} and {high} (prediction interval)"
    yield ""
    yield from page.wrapped(f"{pooled.words}.", "  ")
    if pooled.p is not None:
        yield f"  p {pooled.p:.{DIGITS}g}"
    words = (
        f"tau² {pooled.tau2:.{DIGITS}g} ({pooled.tau2_low:.{DIGITS}g} to"
        f" {pooled.tau2_high:.{DIGITS}g}); I² {pooled.i2:.1f} % ({pooled.i2_low:.1f} to"
        f" {pooled.i2_high:.1f}); Q {pooled.q:.{DIGITS}g}, df {pooled.q_df}, p"
        f" {pooled.q_p:.{DIGITS}g}"
    )
    yield from page.wrapped(words, "  ")
    yield from _doubts(pooled, page)


def _doubts(pooled: Pooled, page: Lines) -> Iterator[str]:
    if not pooled.measure.is_controlled:
        words = (
            "None of these has a control: what was pooled is what happened to people who were"
            " treated, not what the treatment did."
        )
        yield from page.wrapped(words, "  ")
    if pooled.k < FEW:
        words = f"{pooled.k} studies tell little of how studies differ: see how wide I² may be."
        yield from page.wrapped(words, "  ")


def _every(found: Sequence[Pooled]) -> Iterator[str]:
    page = Lines()
    yield page.paint("Every way to pool these", "head")
    for each in found:
        words = f"{_three(each.natural):<34}{each.method}, {each.approach}"
        yield from page.wrapped(words, "  ", hang=" " * 34)


def _three(natural: tuple[float, float, float]) -> str:
    value, low, high = (f"{each:.{DIGITS}g}" for each in natural)
    return f"{value} ({low} to {high})"
