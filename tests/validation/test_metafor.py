"""
Effects and pools are metafor's, on eight data sets: `make validate-pooling` asks it anew.

A failure means that ours changed, or metafor. Tolerances are relative; what sets them stands in
validation/README.md.
"""

from __future__ import annotations

import json
from math import log, sqrt
from pathlib import Path
from typing import Any

import pytest

from multifidus.evidence.effect import (
    Count,
    Effect,
    Measure,
    Sample,
    Scale,
    estimate,
    hedges_g,
    mean_change,
    mean_difference,
    odds_ratio,
    risk_difference,
    risk_ratio,
    scaled_proportion,
    standardised_change,
)
from multifidus.evidence.effect.means import change_of
from multifidus.evidence.pool import (
    Approach,
    Errors,
    Method,
    Prediction,
    cumulative,
    egger,
    leave_one_out,
    mantel_haenszel,
    multilevel,
    peto,
    pool,
    regress,
    subgroups,
)

STORED: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "validation" / "metafor.json").read_text(encoding="utf-8")
)
EXACT = 1e-6
"""Of all that is pooled."""
OPTIMISED = 1e-6
"""Of variances at two levels: metafor's general optimiser stops at about 1e-8 of them."""
NOTHING = 1e-10
"""What counts as zero beside numbers of the size of one."""

METHODS = {"EE": Method.FIXED} | {each.value: each for each in Method}
APPROACHES = {
    "z": Approach.NORMAL,
    "t": Approach.STUDENT,
    "knha": Approach.HARTUNG_KNAPP,
    "adhoc": Approach.HARTUNG_KNAPP_CAUTIOUS,
}
MEASURES = {
    "RR": Measure.RISK_RATIO,
    "OR": Measure.ODDS_RATIO,
    "RD": Measure.RISK_DIFFERENCE,
    "MD": Measure.MEAN_DIFFERENCE,
    "SMD": Measure.SMD,
    "PR": Measure.PROPORTION,
    "PLO": Measure.PROPORTION_LOGIT,
    "PAS": Measure.PROPORTION_ARCSINE,
    "PFT": Measure.PROPORTION_DOUBLE_ARCSINE,
}
SCALES = {
    "PR": Scale.RAW,
    "PLO": Scale.LOGIT,
    "PAS": Scale.ARCSINE,
    "PFT": Scale.DOUBLE_ARCSINE,
}


def near(expected: Any, *, within: float = EXACT) -> Any:  # noqa: ANN401  pytest's own type
    return pytest.approx(expected, rel=within, abs=NOTHING)


def pairs(raw: dict[str, Any]) -> list[tuple[Count, Count]]:
    columns = (raw[name] for name in ("events", "n", "control_events", "control_n"))
    return [(Count(a, n), Count(c, m)) for a, n, c, m in zip(*columns, strict=True)]


def effects_of(name: str, measure: str) -> list[Effect]:
    """Reckon the effects of a stored data set from its counts or means."""
    raw = STORED[name]["raw"]
    match measure:
        case "RR":
            return [risk_ratio(a, control=b) for a, b in pairs(raw)]
        case "OR":
            return [odds_ratio(a, control=b) for a, b in pairs(raw)]
        case "RD":
            return [risk_difference(a, control=b) for a, b in pairs(raw)]
        case "MD" | "SMD":
            columns = (raw[each] for each in ("n", "mean", "sd"))
            treated = [Sample(n=n, mean=m, sd=s) for n, m, s in zip(*columns, strict=True)]
            columns = (raw[f"control_{each}"] for each in ("n", "mean", "sd"))
            control = [Sample(n=n, mean=m, sd=s) for n, m, s in zip(*columns, strict=True)]
            make = mean_difference if measure == "MD" else hedges_g
            return [make(a, control=b) for a, b in zip(treated, control, strict=True)]
        case _:
            return [
                scaled_proportion(x, n=n, scale=SCALES[measure])
                for x, n in zip(raw["events"], raw["n"], strict=True)
            ]


def listed(stored: dict[str, Any], *, measure: Measure = Measure.SMD) -> list[Effect]:
    """Take the effects of a stored data set as they are, each with its cluster."""
    clusters = stored.get("clusters", [""] * len(stored["values"]))
    return [
        estimate(value, standard_error=sqrt(variance), measure=measure).of("", cohort=cluster)
        for value, variance, cluster in zip(
            stored["values"], stored["variances"], clusters, strict=True
        )
    ]


POOLED = [
    pytest.param(name, stored, id=f"{name}-{stored['measure']}")
    for name in ("bcg", "magnesium", "stroke", "hyperdynamic")
    for stored in STORED[name]["measures"]
]


@pytest.mark.parametrize(("name", "stored"), POOLED)
def test_effects_of_single_studies(name: str, stored: dict[str, Any]) -> None:
    effects = effects_of(name, stored["measure"])

    assert near(stored["values"]) == [each.value for each in effects]
    assert near(stored["variances"]) == [each.variance for each in effects]
    assert {MEASURES[stored["measure"]]} == {each.measure for each in effects}


@pytest.mark.parametrize(("name", "stored"), POOLED)
def test_pools_by_every_method_and_interval(name: str, stored: dict[str, Any]) -> None:
    effects = effects_of(name, stored["measure"])
    for told in stored["pools"]:
        ours = pool(effects, method=METHODS[told["method"]], approach=APPROACHES[told["test"]])

        assert near(told["estimate"]) == ours.value
        assert near(told["se"]) == ours.standard_error
        assert near([told["low"], told["high"]]) == [ours.low, ours.high]
        assert near([told["tau2"], told["i2"], told["h2"]]) == [ours.tau2, ours.i2, ours.h2]
        assert near([told["q"], told["q_p"]]) == [ours.q, ours.q_p]
        if ours.p is not None:
            assert near(told["p"]) == ours.p


@pytest.mark.parametrize(("name", "stored"), POOLED)
def test_intervals_of_heterogeneity_and_of_the_next_study(
    name: str, stored: dict[str, Any]
) -> None:
    effects = effects_of(name, stored["measure"])
    for told in stored["pools"]:
        method, approach = METHODS[told["method"]], APPROACHES[told["test"]]
        ours = pool(effects, method=method, approach=approach)
        riley = pool(effects, method=method, approach=approach, prediction=Prediction.RILEY)
        if told["prediction"] is None:
            assert (None, None) == (ours.prediction_low, ours.prediction_high)
            continue

        assert near(told["prediction"]) == [ours.prediction_low, ours.prediction_high]
        assert near(told["riley"]) == [riley.prediction_low, riley.prediction_high]
        assert near(told["tau2_profile"]) == [ours.tau2_low, ours.tau2_high]
        assert near(told["i2_profile"]) == [ours.i2_low, ours.i2_high]


@pytest.mark.parametrize("stored", STORED["hyperdynamic"]["measures"], ids=SCALES)
def test_proportions_read_back_from_every_scale(stored: dict[str, Any]) -> None:
    ours = pool(effects_of("hyperdynamic", stored["measure"]), approach=Approach.NORMAL)

    assert near(stored["natural"]) == list(ours.natural)


@pytest.mark.parametrize(
    ("effects", "over", "regressions"),
    [
        (effects_of("bcg", "RR"), STORED["bcg"]["raw"]["latitude"], STORED["bcg"]["regression"]),
        (
            listed(STORED["teachers"]),
            STORED["teachers"]["weeks"],
            STORED["teachers"]["regression"],
        ),
    ],
    ids=["bcg-latitude", "teachers-weeks"],
)
def test_lines_over_a_moderator(
    effects: list[Effect], over: list[float], regressions: list[dict[str, Any]]
) -> None:
    for told in regressions:
        approach = APPROACHES[told["test"]]
        ours = regress(
            effects, over=over, moderator="x", method=METHODS[told["method"]], approach=approach
        )
        terms = (ours.intercept, ours.slope)

        assert near(told["estimate"]) == [each.value for each in terms]
        assert near(told["se"]) == [each.standard_error for each in terms]
        assert near(told["low"]) == [each.low for each in terms]
        assert near(told["high"]) == [each.high for each in terms]
        assert near(told["p"]) == [each.p for each in terms]
        assert near([told["tau2"], told["i2"]]) == [ours.tau2, ours.i2]
        assert near([told["qe"], told["qe_p"]]) == [ours.q, ours.q_p]
        # Of a fixed line metafor gives a share of another meaning; ours gives none.
        if told["method"] != "EE":
            assert near(told["r2"]) == ours.r2


@pytest.mark.parametrize("name", ["schools", "stimulation"])
@pytest.mark.parametrize(
    ("errors", "key"),
    [(Errors.MODEL, ""), (Errors.ROBUST, "robust"), (Errors.ROBUST_CAREFUL, "careful")],
)
def test_several_effects_of_one_cluster(name: str, errors: Errors, key: str) -> None:
    stored = STORED[name]
    told = stored["fit"][key] if key else stored["fit"]
    ours = multilevel(listed(stored), correlation=stored.get("correlation", 0.0), errors=errors)

    assert near(stored["fit"]["estimate"]) == ours.value
    assert near(stored["fit"]["sigma2"], within=OPTIMISED) == [ours.between, ours.within]
    assert near([told["se"], told["low"], told["high"]]) == [
        ours.standard_error,
        ours.low,
        ours.high,
    ]
    assert told.get("df") is None or near(told["df"]) == ours.df


def test_counts_pooled_by_mantel_and_haenszel_and_by_peto() -> None:
    counted = pairs(STORED["bcg"]["raw"])
    for told in STORED["bcg"]["haenszel"]:
        ours = mantel_haenszel(counted, measure=MEASURES[told["measure"]])
        assert near([told["estimate"], told["se"]]) == [ours.value, ours.standard_error]
    told, ours = STORED["bcg"]["peto"], peto(counted)

    assert near([told["estimate"], told["se"]]) == [ours.value, ours.standard_error]


@pytest.mark.parametrize(("name", "measure"), [("bcg", "RR"), ("magnesium", "OR")])
def test_eggers_classical_test(name: str, measure: str) -> None:
    told, ours = STORED[name]["egger"], egger(effects_of(name, measure))

    assert near([told["statistic"], told["p"]]) == [ours.statistic, ours.p]
    assert told["df"] == ours.df
    assert near([told["limit"], told["limit_low"], told["limit_high"]]) == [
        ours.limit,
        ours.limit_low,
        ours.limit_high,
    ]


def test_one_study_left_out_one_more_each_time_and_groups_apart() -> None:
    stored, effects = STORED["bcg"], effects_of("bcg", "RR")
    out = leave_one_out(effects, approach=Approach.NORMAL)
    more = cumulative(effects, approach=Approach.NORMAL)
    groups = subgroups(effects, names=stored["allocation"])

    for key, ours in (("estimate", "value"), ("se", "standard_error"), ("tau2", "tau2")):
        assert near(stored["left_out"][key]) == [getattr(each.pooled, ours) for each in out]
        # Metafor's first row is the first study alone, which is no pool.
        assert near(stored["cumulative"][key][1:]) == [getattr(each.pooled, ours) for each in more]
    found = {each.name: each for each in groups.groups}
    for told in stored["groups"]:
        assert near(told["estimate"]) == found[told["group"]].value
    assert near([stored["between"]["q"], stored["between"]["p"]]) == [groups.q, groups.p]


def test_changes_of_one_group() -> None:
    stored = STORED["before_after"]
    for row, standardised, variance, change, of_change in zip(
        stored["raw"],
        stored["standardised"]["values"],
        stored["standardised"]["variances"],
        stored["change"]["values"],
        stored["change"]["variances"],
        strict=True,
    ):
        before = Sample(n=row["n"], mean=row["before"], sd=row["sd_before"])
        after = Sample(n=row["n"], mean=row["after"], sd=row["sd_after"])
        ours = standardised_change(before, follow_up=after, correlation=row["r"])
        plain = mean_change(change_of(before, follow_up=after, correlation=row["r"]))

        assert near([standardised, variance]) == [ours.value, ours.variance]
        assert near([change, of_change]) == [plain.value, plain.variance]


def test_the_risk_ratio_of_bcg_is_the_published_one() -> None:
    """Colditz and others, JAMA 271:698-702, 1994: 0.49 (0.34 to 0.70), DerSimonian-Laird."""
    ours = pool(effects_of("bcg", "RR"), method=Method.DERSIMONIAN_LAIRD, approach=Approach.NORMAL)

    assert [0.49, 0.34, 0.70] == [round(each, 2) for each in ours.natural]
    assert log(ours.natural[0]) == pytest.approx(ours.value)
