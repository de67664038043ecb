"""
From names to effects that may be pooled: results, lines of evidence, or a table of somebody's own.

People are never counted twice, a change since baseline is never pooled with a difference from a
control, and what has no source takes no part; each refusal says why.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from io import StringIO
from typing import TYPE_CHECKING

from multifidus.errors import EvidenceError, Problem
from multifidus.evidence.arms import arm_of, read_arm
from multifidus.evidence.cohort import check_alike, check_together
from multifidus.evidence.effect.counts import Count, odds_ratio, risk_difference, risk_ratio
from multifidus.evidence.effect.estimate import Effect, Measure, estimate
from multifidus.evidence.effect.means import (
    MeanInterval,
    Sample,
    difference,
    hedges_g,
    mean_change,
    mean_difference,
)
from multifidus.evidence.effect.proportion import Scale, scaled_proportion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from multifidus.evidence.arms import Arm
    from multifidus.evidence.chain import Chain, EvidenceLine
    from multifidus.evidence.cohort import Cohorts
    from multifidus.evidence.study import Evidence, Result

COUNTED: Mapping[Measure, Callable[..., Effect]] = {
    Measure.RISK_DIFFERENCE: risk_difference,
    Measure.RISK_RATIO: risk_ratio,
    Measure.ODDS_RATIO: odds_ratio,
}
"""What two counts may be compared by."""
PERCENT = "%"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Effects that may be pooled, and what else is known of each: a group, a year."""

    effects: tuple[Effect, ...]
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Where names are looked up."""

    evidence: Evidence
    chain: Chain
    cohorts: Cohorts


def effects_of(names: Sequence[str], *, material: Material, scale: Scale) -> Gathered:
    """
    Give the effects of results and lines of evidence, each of other people.

    Raises `EvidenceError` with every reason why they may not be pooled.
    """
    compared, alone = _looked_up(names, material)
    check_together([*_treated(compared, material), *alone], material.cohorts)
    return _gathered(compared, alone, material, scale)


def effects_of_cohorts(names: Sequence[str], *, material: Material, scale: Scale) -> Gathered:
    """Give effects of which several may be of one cohort, for a model that knows of cohorts."""
    compared, alone = _looked_up(names, material)
    check_alike([*_treated(compared, material), *alone])
    return _gathered(compared, alone, material, scale)


def _looked_up(names: Sequence[str], material: Material) -> tuple[list[EvidenceLine], list[Result]]:
    known, evidence = material.chain.lines, material.evidence
    lines = [known[name] for name in names if name in known]
    rows = [row for line in lines if not line.is_controlled for row in line.rows]
    single = [name for name in names if name not in known]
    return (
        [each for each in lines if each.is_controlled],
        [evidence.result(name) for name in (*single, *rows)],
    )


def _treated(compared: Sequence[EvidenceLine], material: Material) -> list[Result]:
    return [material.evidence.result(each.treated) for each in compared]


def _gathered(
    compared: Sequence[EvidenceLine], alone: Sequence[Result], material: Material, scale: Scale
) -> Gathered:
    cohorts = material.cohorts
    effects = (
        *(_of_line(each, material.evidence, cohorts) for each in compared),
        *(_of_result(each, scale, cohorts) for each in alone),
    )
    days = [*("" for _ in compared), *(str(each.days or "") for each in alone)]
    return Gathered(effects=effects, columns={"days": tuple(days)})


def _cohort(result: Result, cohorts: Cohorts) -> str:
    found = cohorts.of(result.study)
    return "" if found is None else found.id


def _of_line(line: EvidenceLine, evidence: Evidence, cohorts: Cohorts) -> Effect:
    treated, control = (evidence.result(each) for each in (line.treated, line.control))
    if line.difference:
        printed = evidence.result(line.difference)
        is_share = printed.unit.startswith(PERCENT)
        measure = Measure.RISK_DIFFERENCE if is_share else Measure.MEAN_DIFFERENCE
        found = _estimate(arm_of(printed), measure)
    else:
        arms = [_estimate(arm_of(each), Measure.MEAN_CHANGE) for each in (treated, control)]
        found = difference(arms[0], second=arms[1])
    return found.of(line.id, cohort=_cohort(treated, cohorts), unit=treated.unit)


def _estimate(arm: Arm, measure: Measure) -> Effect:
    match arm:
        case Effect():
            value, error = arm.value, arm.standard_error
        case Sample():
            value, error = arm.mean, arm.standard_error
        case Count():
            value, error = arm.risk, arm.variance**0.5
    return estimate(value, standard_error=error, measure=measure)


def _of_result(result: Result, scale: Scale, cohorts: Cohorts) -> Effect:
    found = _alone(arm_of(result), scale)
    return found.of(result.id, cohort=_cohort(result, cohorts), unit=result.unit)


def effects_in(
    text: str, *, file: str, measure: Measure | None, scale: Scale, evidence: Evidence
) -> Gathered:
    """
    Read the effects of a table: `study,value,se`, or `study,treated,control`, or `study,group`.

    Groups are written as `evidence.arms` reads them; a column `cohort` says whose people they are.
    Raises `EvidenceError` with every row that gives no effect.
    """
    rows = list(csv.DictReader(StringIO(text)))
    head = tuple(rows[0]) if rows else ()
    made: list[Effect] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows, start=2):
        try:
            effect = _of_row(row, set(head), measure, scale, evidence)
            made.append(effect.of(row.get("study") or "", cohort=row.get("cohort") or ""))
        except (EvidenceError, ValueError) as error:
            told = error.problems[0] if isinstance(error, EvidenceError) else None
            message = told.message if told else "value and se are not both numbers"
            hint = told.hint if told else "write numbers, as -0.43"
            problems.append(Problem.at(f"{file}:{number}", message, hint))
    if problems:
        raise EvidenceError(*problems)
    columns = {name: tuple(row[name] or "" for row in rows) for name in head}
    return Gathered(effects=tuple(made), columns=columns)


def _of_row(
    row: Mapping[str, str],
    head: set[str],
    measure: Measure | None,
    scale: Scale,
    evidence: Evidence,
) -> Effect:
    label = row.get("study") or ""
    if {"value", "se"} <= head:
        return estimate(
            float(row["value"]),
            standard_error=float(row["se"]),
            measure=measure or Measure.MEAN_DIFFERENCE,
            label=label,
        )
    match [read_arm(row[name] or "", evidence=evidence) for name in _groups(head)]:
        case [treated, control]:
            return _compared(treated, control, measure)
        case [alone]:
            return _alone(alone, scale)
        case _:
            message = "the table has no columns of effects"
            where, hint = label or "table", "study,value,se or study,treated,control"
            raise EvidenceError.at(where, message, hint)


def _groups(head: set[str]) -> Iterator[str]:
    return (each for each in ("treated", "control", "group") if each in head)


def _alone(arm: Arm, scale: Scale) -> Effect:
    match arm:
        case Count():
            return scaled_proportion(arm.events, n=round(arm.n), scale=scale)
        case Sample():
            return mean_change(arm, interval_method=MeanInterval.NORMAL)
        case Effect():
            return arm


def _compared(treated: Arm, control: Arm, measure: Measure | None) -> Effect:
    match (treated, control):
        case (Count(), Count()):
            return COUNTED.get(measure or Measure.RISK_RATIO, risk_ratio)(treated, control=control)
        case (Sample() as first, Sample() as second):
            if measure is Measure.SMD:
                return hedges_g(first, control=second)
            kind = MeanInterval.NORMAL
            return mean_difference(first, control=second, interval_method=kind)
        case (Effect() as first, Effect() as second):
            return difference(first, second=second)
        case _:
            message, hint = "the two groups are of two kinds", "two counts, or two means"
            where = "groups"
            raise EvidenceError.at(where, message, hint)
