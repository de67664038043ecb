"""`multifidus evidence pool`: several effects as one, or the reason why they may not be pooled."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from multifidus.cli.evidence_beside import COMMAND, Asked, beside, text_beside
from multifidus.cli.evidence_pool_text import text_of, text_of_every, text_of_levels
from multifidus.cli.lines import Lines
from multifidus.errors import RequestError
from multifidus.evidence.chain import shipped_chain
from multifidus.evidence.cohort import shipped_cohorts
from multifidus.evidence.effect.estimate import Measure
from multifidus.evidence.effect.proportion import Scale
from multifidus.evidence.gallery.pooled import forest_of
from multifidus.evidence.pool import Approach, Method, pool
from multifidus.evidence.pool.dependence import Errors, multilevel
from multifidus.evidence.selection import Material, effects_in, effects_of, effects_of_cohorts
from multifidus.evidence.study import shipped_evidence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from multifidus.evidence.effect.estimate import Effect
    from multifidus.evidence.figure.canvas import Drawing
    from multifidus.evidence.pool import Pooled
    from multifidus.evidence.selection import Gathered

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
    more: tuple[str, ...] = ()
    """What is shown beside the pool."""
    by: str = ""
    over: str = ""
    repeated: float | None = None
    """The correlation assumed between values of one cohort, where cohorts may stand twice."""


def tell_pool(wanted: Wanted) -> str:
    """Pool, and lay it out; every way at once where the method is `every`."""
    gathered = _gathered(wanted)
    effects = gathered.effects
    if wanted.method == "every":
        return _told_every(effects, wanted)
    if wanted.repeated is not None:
        told = multilevel(effects, correlation=wanted.repeated, errors=Errors.ROBUST_CAREFUL)
        as_json = wanted.form == "json"
        return (
            json.dumps(asdict(told), indent=2)
            if as_json
            else "\n".join(text_of_levels(told, effects))
        )
    pooled = pool(effects, method=METHODS[wanted.method], approach=INTERVALS[wanted.interval])
    asked = Asked(
        method=pooled.method,
        approach=pooled.approach,
        more=wanted.more,
        by=wanted.by,
        over=wanted.over,
    )
    found = dict(beside(gathered, asked))
    if wanted.form == "json":
        more = {name: asdict(each) for name, each in found.items()}
        return json.dumps({**_data(pooled, effects), **more}, indent=2, ensure_ascii=False)
    page = Lines()
    lines = [*text_of(pooled, effects, page)]
    for each in found.values():
        lines += ["", *text_beside(each, page)]
    return "\n".join(lines)


def draw_pool(wanted: Wanted) -> Drawing:
    """Draw the forest of what is pooled; every way at once, or cohorts in levels, have none."""
    if wanted.method == "every" or wanted.repeated is not None:
        message = "a forest shows one way of pooling, each study once"
        hint = "name a --method and leave out --repeated, or leave out --figure"
        raise RequestError.at(COMMAND, message, hint)
    effects = _gathered(wanted).effects
    pooled = pool(effects, method=METHODS[wanted.method], approach=INTERVALS[wanted.interval])
    return forest_of(effects, pooled=pooled)


def _gathered(wanted: Wanted) -> Gathered:
    scale = SCALES[wanted.scale]
    material = Material(
        evidence=shipped_evidence(), chain=shipped_chain(), cohorts=shipped_cohorts()
    )
    if wanted.data is None:
        find = effects_of if wanted.repeated is None else effects_of_cohorts
        return find(wanted.names, material=material, scale=scale)
    if wanted.names:
        message = "a table of your own is pooled by itself"
        raise RequestError.at(COMMAND, message, "leave out either the names or --data")
    try:
        text = wanted.data.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        message, hint = "the file cannot be read", "name a table of effects, in UTF-8"
        raise RequestError.at(str(wanted.data), message, hint) from None
    return effects_in(
        text,
        file=str(wanted.data),
        measure=MEASURES.get(wanted.measure),
        scale=scale,
        evidence=material.evidence,
    )


def _told_every(effects: Sequence[Effect], wanted: Wanted) -> str:
    found = [
        pool(effects, method=method, approach=approach)
        for method in METHODS.values()
        for approach in INTERVALS.values()
    ]
    if wanted.form == "json":
        return json.dumps([_data(each, effects) for each in found], indent=2)
    return "\n".join(text_of_every(found))


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
