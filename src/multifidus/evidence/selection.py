"""
From names to effects that may be pooled: results, lines of evidence, or a table of somebody's own.

People are never counted twice, a change since baseline is never pooled with a difference from a
control, and what has no source takes no part; each refusal says why.
"""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from multifidus.errors import EvidenceError, Problem
from multifidus.evidence.arms import arm_of, read_arm
from multifidus.evidence.cohort import check_together
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
ONE_OR_TWO = (1, 2)
PERCENT = "%"


def effects_of(
    names: Sequence[str], *, evidence: Evidence, chain: Chain, cohorts: Cohorts, scale: Scale
) -> tuple[Effect, ...]:
    """Give the effects of results and lines of evidence; raises `EvidenceError` with every why."""
    lines = [chain.lines[name] for name in names if name in chain.lines]
    compared = [each for each in lines if each.is_controlled]
    alone = [evidence.result(name) for name in names if name not in chain.lines] + [
        evidence.result(row) for line in lines if not line.is_controlled for row in line.rows
    ]
    treated = [evidence.result(each.treated) for each in compared]
    check_together([*treated, *alone], cohorts)
    return (
        *(_of_line(each, evidence, cohorts) for each in compared),
        *(_of_result(each, scale, cohorts) for each in alone),
    )


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
) -> tuple[Effect, ...]:
    """
    Read the effects of a table: `study,value,se`, or `study,treated,control`, or `study,group`.

    Groups are written as `evidence.arms` reads them. Raises `EvidenceError` with every row that
    gives no effect.
    """
    rows = list(csv.DictReader(StringIO(text)))
    head = set(rows[0]) if rows else set()
    made: list[Effect] = []
    problems: list[Problem] = []
    for number, row in enumerate(rows, start=2):
        try:
            made.append(_of_row(row, head, measure, scale, evidence))
        except (EvidenceError, ValueError) as error:
            told = error.problems[0] if isinstance(error, EvidenceError) else None
            message = told.message if told else "value and se are not both numbers"
            hint = told.hint if told else "write numbers, as -0.43"
            problems.append(Problem.at(f"{file}:{number}", message, hint))
    if problems:
        raise EvidenceError(*problems)
    return tuple(made)


def _of_row(
    row: Mapping[str, str],
    head: set[str],
    measure: Measure | None,
    scale: Scale,
    evidence: Evidence,
) -> Effect:
    label = row.get("study", "")
    if {"value", "se"} <= head:
        return estimate(
            float(row["value"]),
            standard_error=float(row["se"]),
            measure=measure or Measure.MEAN_DIFFERENCE,
            label=label,
        )
    arms = [read_arm(row[name], evidence=evidence) for name in _groups(head)]
    if len(arms) == max(ONE_OR_TWO):
        return _compared(arms[0], arms[1], measure).of(label)
    if len(arms) == min(ONE_OR_TWO):
        return _alone(arms[0], scale).of(label)
    message, hint = "the table has no columns of effects", "study,value,se or study,treated,control"
    where = label or "table"
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
