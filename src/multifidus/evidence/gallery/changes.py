"""
Changes and effects: the forest and the funnel of one score.

Of each cohort stands the change nearest to two years, and no cohort stands beside one that holds
its people. A change within a group and a difference from a control are never pooled together, nor
are two scales.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import hypot, nan
from typing import TYPE_CHECKING

from multifidus.evidence.figure import forest, funnel
from multifidus.evidence.figure.funnel import NORMAL
from multifidus.evidence.gallery.wording import cohort, when
from multifidus.evidence.gallery.years import ends, told
from multifidus.evidence.study import Estimate, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multifidus.evidence.cohort import Cohorts
    from multifidus.evidence.effect import Effect
    from multifidus.evidence.figure.canvas import Drawing
    from multifidus.evidence.pool import Pooled
    from multifidus.evidence.study import Evidence, Result

_NEAREST_DAYS = 730
_BLINDING = {"R8B": "blinded", "RESTORE": "open label"}
_CONTROLS = {"active sham": "active sham", "OMM": "medical management"}
_UNITS = {"cm (0-10)": "VAS, cm", "points (0-10)": "NRS, points", "points (0-100)": "ODI, points"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A score, the outcomes that measure it, and its scales, each with its outcome."""

    name: str
    outcomes: tuple[str, ...]
    measure: str
    title: str


PAIN = Score(
    name="pain",
    outcomes=("LBP VAS", "LBP NRS"),
    measure="Difference or change in pain, points of 10; below 0 is better",
    title="Pain: a small difference from a sham, a large one from open care",
)
DISABILITY = Score(
    name="disability",
    outcomes=("ODI",),
    measure="Difference or change in ODI, points of 100; below 0 is better",
    title="Disability: one comparison has a control, and it was open",
)


def chosen(evidence: Evidence, score: Score, *, cohorts: Cohorts) -> tuple[Result, ...]:
    """Give the change nearest to two years of each cohort, and no person twice."""
    found: list[Result] = []
    for study in dict.fromkeys(each.study for each in evidence.results):
        rows = [
            each
            for each in evidence.results
            if each.study == study
            and each.outcome in score.outcomes
            and each.estimate.is_change
            and not each.has_control
            and each.status is not Status.UNVERIFIED
            and ends(each) != (None, None)
        ]
        if rows:
            found.append(min(rows, key=_distance))
    held = {
        _smaller(one, other, cohorts=cohorts)
        for one, other in combinations(found, 2)
        if cohorts.shared(one.study, other.study)
    }
    return tuple(each for each in found if each.id not in held)


def _distance(result: Result) -> tuple[int, bool]:
    return abs((result.days or 0) - _NEAREST_DAYS), result.status is not Status.VERIFIED


def _smaller(one: Result, other: Result, *, cohorts: Cohorts) -> str:
    """Of two cohorts that share people, name the result of the one that lies inside."""
    first, second = cohorts.of(one.study), cohorts.of(other.study)
    if first and second and second.id in (*first.holds, *first.may_hold):
        return other.id
    return one.id


def controlled(evidence: Evidence, score: Score) -> tuple[Result, ...]:
    """Give the results of treated arms that another arm stands against, the earliest first."""
    found = (
        each
        for each in evidence.results
        if each.outcome in score.outcomes
        and each.has_control
        and each.estimate in (Estimate.LS_CHANGE, Estimate.DIFFERENCE)
        and each.status is not Status.UNVERIFIED
        and "stimulation" in each.arm
        and "sham" not in each.arm
    )
    return tuple(sorted(found, key=lambda each: each.days or 0))


def forest_of(evidence: Evidence, score: Score, *, cohorts: Cohorts) -> Drawing:
    """Draw what stands against a control, and below it what does not, scale by scale."""
    alone = chosen(evidence, score, cohorts=cohorts)
    scales = dict.fromkeys(each.unit for each in alone)
    compared = tuple(_compared(evidence, each) for each in controlled(evidence, score))
    return forest.draw(
        forest.Forest(
            name=f"forest-{score.name}",
            title=score.title,
            subtitle="Differences from a control, and changes since baseline, with 95 % intervals",
            measure=score.measure,
            lower=f"less {score.name}",
            groups=(
                forest.Group(heading="Against a control", results=compared),
                *(
                    _scale(unit, [each for each in alone if each.unit == unit], cohorts)
                    for unit in scales
                ),
            ),
            notes=(
                (
                    "A change since baseline holds what time and attention do by themselves; it is"
                    " never pooled with a difference from a control, nor one scale with another."
                ),
                (
                    "Of each cohort stands the change nearest to two years; no person stands in it"
                    " twice. Nearly all studies were paid for by the maker."
                ),
            ),
        )
    )


def _scale(unit: str, results: Sequence[Result], cohorts: Cohorts) -> forest.Group:
    """Put the changes on one scale together, and pool them where there are several."""
    weights: Sequence[float | None] = (None,) * len(results)
    total = None
    if len(results) > 1:
        from multifidus.evidence.gallery.pooled import total_of  # noqa: PLC0415  as below

        pooled = _pooled(results, cohorts)
        weights, total = pooled.weights, total_of(pooled, label="Pooled change")
    return forest.Group(
        heading=f"Before and after, no control: {_UNITS.get(unit, unit)}",
        results=tuple(_alone(each, weight) for each, weight in zip(results, weights, strict=True)),
        total=total,
    )


def _pooled(results: Sequence[Result], cohorts: Cohorts) -> Pooled:
    """Pool changes as `multifidus evidence pool` does: REML, Hartung-Knapp, never too narrow."""
    # numpy and scipy are an extra, and most figures pool nothing.
    from multifidus.evidence.pool import Approach, pool  # noqa: PLC0415

    effects = [_effect(each, cohorts) for each in results]
    return pool(effects, approach=Approach.HARTUNG_KNAPP_CAUTIOUS)


def _effect(result: Result, cohorts: Cohorts) -> Effect:
    from multifidus.evidence.effect import Measure, estimate  # noqa: PLC0415  as above

    low, high = ends(result)
    people = cohorts.of(result.study)
    found = estimate(
        told(result), standard_error=_error(low, high), measure=Measure.MEAN_CHANGE, n=result.n
    )
    return found.of(result.id, cohort=people.id if people else result.study, unit=result.unit)


def _error(low: float | None, high: float | None) -> float:
    """Give the standard error that a normal interval comes from."""
    return nan if low is None or high is None else (high - low) / (2 * NORMAL)


def _alone(result: Result, weight: float | None) -> forest.Result:
    low, high = ends(result)
    n = "not told" if result.n is None else result.n
    return forest.Result(
        label=f"{cohort(result.study)}, {when(result.timepoint)}",
        detail=f"n {n}",
        value=told(result),
        low=low,
        high=high,
        weight=weight,
        is_derived=result.status is not Status.VERIFIED,
    )


def _compared(evidence: Evidence, result: Result) -> forest.Result:
    """Give a difference as it was printed, or work it out from the two arms."""
    other = next(
        (
            each
            for each in evidence.of(result.study, result.outcome)
            if each.estimate is result.estimate
            and each.days == result.days
            and each.id != result.id
        ),
        None,
    )
    control = _CONTROLS.get(result.comparator, result.comparator)
    words = f"v {control}, {_BLINDING.get(result.study, 'blinding not told')}"
    label = f"{cohort(result.study)}, {when(result.timepoint)}"
    if result.estimate is Estimate.DIFFERENCE or other is None:
        low, high = ends(result)
        value, people = told(result), f"n {result.n}"
    else:
        value, low, high = _difference(result, other)
        people = f"n {result.n} v {other.n}"
    return forest.Result(
        label=label,
        detail=f"{people}, {words}",
        value=value,
        low=low,
        high=high,
        is_derived=result.estimate is not Estimate.DIFFERENCE,
    )


def _difference(one: Result, other: Result) -> tuple[float, float | None, float | None]:
    """Give the difference of two arms; without both standard errors it has no interval."""
    value = told(one) - told(other)
    if one.se is None or other.se is None:
        return value, None, None
    reach = NORMAL * hypot(float(one.se), float(other.se))
    return value, value - reach, value + reach


def funnel_of(evidence: Evidence, score: Score, *, cohorts: Cohorts) -> Drawing:
    """Draw the changes against their precision; there are too few to judge, and it says so."""
    results = chosen(evidence, score, cohorts=cohorts)
    return funnel.draw(
        funnel.Funnel(
            name=f"funnel-{score.name}",
            title=f"Are small studies of {score.name} missing? Too few to tell",
            subtitle="Changes since baseline against how precise they are",
            measure=score.measure.replace("Difference or change", "Change"),
            results=tuple(_precision(each) for each in results),
            pooled=_pooled(results, cohorts).value,
            notes=(
                (
                    "The band holds 95 of 100 results if all measure one change and chance alone"
                    " moves them."
                ),
            ),
        )
    )


def _precision(result: Result) -> funnel.Result:
    low, high = ends(result)
    return funnel.Result(
        label=f"{cohort(result.study)}, {when(result.timepoint)}",
        value=told(result),
        standard_error=_error(low, high),
    )
