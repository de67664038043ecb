"""
Determinations of a population, counted: by answer, by criterion, and by where patients are lost.

Attrition follows the conjunction that a policy is. Its steps are the criteria that must all hold,
or, of contraindications, must all not hold, in the order of the text; a step that has alternatives
is one step, because lacking one of them loses nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.columnar.compile import ANSWER, IN_FORCE
from multifidus.columnar.dialect import DUCKDB, text
from multifidus.core.determination import Answer
from multifidus.core.expression import AllOf, AnyOf, Not, Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import duckdb

    from multifidus.core.expression import Expression
    from multifidus.core.policy import Criterion, Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Of how many patients a criterion is true, false, or open."""

    met: int
    not_met: int
    open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A criterion that everybody has to pass, and who passes it of those who passed all before."""

    criterion: str
    title: str
    wanted: bool
    """Whether the criterion must hold, or must not."""
    lost: int
    """Who is lost here, and was not before."""
    open: int
    """Who is not lost so far, and of whom something so far is not known."""
    clear: int
    """Who has passed all steps so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The counts of a population."""

    patients: int
    out_of_force: int
    """Patients on whose date of service this version of the policy is not in force."""
    answers: Mapping[Answer, int]
    criteria: Mapping[str, Counts]
    attrition: tuple[Step, ...]


def tally(policy: Policy, opened: duckdb.DuckDBPyConnection, determinations: str) -> Tally:
    """Count a table of determinations, which `determinations` names as SQL does."""
    steps = steps_of(policy)
    criteria = [each.id for each in policy.criteria()]
    sums = [f"count(*) FILTER (WHERE NOT {IN_FORCE})"]
    sums += [f"count(*) FILTER (WHERE {ANSWER} = {text(each)})" for each in Answer]
    for name in criteria:
        column = DUCKDB.named(name)
        sums += [f"count(*) FILTER (WHERE {column})", f"count(*) FILTER (WHERE NOT {column})"]
    for place in range(len(steps)):
        sums += _passing(steps[: place + 1])
    found = opened.execute(f"SELECT count(*), {', '.join(sums)} FROM {determinations}").fetchone()
    numbers = iter(found or ())
    patients, out_of_force = next(numbers), next(numbers)
    return Tally(
        patients=patients,
        out_of_force=out_of_force,
        answers={each: next(numbers) for each in Answer},
        criteria={name: _counts(patients, next(numbers), next(numbers)) for name in criteria},
        attrition=tuple(_attrition(steps, patients, numbers)),
    )


def _passing(steps: Sequence[tuple[Criterion, bool]]) -> Iterator[str]:
    """Count who is not lost after some steps, and who has passed them all."""
    columns = [
        DUCKDB.named(each.id) if wanted else f"(NOT {DUCKDB.named(each.id)})"
        for each, wanted in steps
    ]
    every = " AND ".join(columns)
    yield f"count(*) FILTER (WHERE ({every}) IS NOT FALSE)"
    yield f"count(*) FILTER (WHERE {every})"


def _counts(patients: int, met: int, not_met: int) -> Counts:
    return Counts(met=met, not_met=not_met, open=patients - met - not_met)


def _attrition(
    steps: Sequence[tuple[Criterion, bool]], patients: int, numbers: Iterator[int]
) -> Iterator[Step]:
    before = patients
    for (criterion, wanted), left, clear in zip(steps, numbers, numbers, strict=False):
        yield Step(
            criterion=criterion.id,
            title=criterion.title or criterion.sentence,
            wanted=wanted,
            lost=before - left,
            open=left - clear,
            clear=clear,
        )
        before = left


def steps_of(policy: Policy) -> Sequence[tuple[Criterion, bool]]:
    """List the criteria that must all hold, or must all not hold, for the policy to be met."""
    by_id = {each.id: each for each in policy.criteria()}
    found = _steps(policy.root.test, by_id, wanted=True) if policy.root.is_group else None
    return found or [(policy.root, True)]


def _steps(
    test: Expression, by_id: Mapping[str, Criterion], *, wanted: bool
) -> Sequence[tuple[Criterion, bool]] | None:
    """Give the steps of a test; None where it is no conjunction of criteria."""
    match test:
        case Part():
            criterion = by_id[test.criterion]
            below = _steps(criterion.test, by_id, wanted=wanted) if criterion.parts else None
            return below or [(criterion, wanted)]
        case Not():
            return _steps(test.part, by_id, wanted=not wanted)
        case AllOf() | AnyOf() if isinstance(test, AllOf) is wanted:
            parts = [_steps(part, by_id, wanted=wanted) for part in test.parts]
            return None if None in parts else [step for part in parts for step in part or ()]
        case _:
            return None
