"""
Who was studied: which reports speak of the same people, and what must not be counted together.

A pooled estimate takes its studies for independent. Years 1 to 5 of one trial are one cohort seen
five times, and a pooled report holds the people of its parts; to pool either would count people
twice. A change within one group is no effect against a control, and the two are never pooled.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING

from multifidus.errors import EvidenceError, Problem
from multifidus.evidence.fields import Fields
from multifidus.evidence.shipped import shipped_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from multifidus.evidence.study import Result

SHIPPED = "cohorts.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """People who were followed, and the reports that speak of them."""

    id: str
    name: str
    studies: tuple[str, ...]
    holds: tuple[str, ...] = ()
    """Cohorts whose people are among its own."""
    may_hold: tuple[str, ...] = ()
    because: str = ""


@dataclass(frozen=True, slots=True)
class Cohorts:
    """All cohorts."""

    all: tuple[Cohort, ...]

    def of(self, study: str) -> Cohort | None:
        """Find the cohort that a report speaks of."""
        return next((each for each in self.all if study in each.studies), None)

    def shared(self, one: str, other: str) -> str:
        """Say why two reports are not independent; empty where they are."""
        first, second = self.of(one), self.of(other)
        if first is None or second is None:
            return f"`{one if first is None else other}` belongs to no cohort that is known"
        if first is second:
            return f"both speak of {first.name}"
        for whole, part in ((first, second), (second, first)):
            if part.id in whole.holds:
                return f"{whole.name}, holds {part.name}"
            if part.id in whole.may_hold:
                return f"{whole.name}, may hold {part.name}"
        parts = set(first.holds) & set(second.holds)
        return f"both hold {self._named(parts)}" if parts else ""

    def _named(self, ids: set[str]) -> str:
        return ", ".join(each.name for each in self.all if each.id in ids)


@cache
def shipped_cohorts() -> Cohorts:
    """Read the cohorts that come with the package."""
    return read_cohorts(shipped_text(SHIPPED), file=SHIPPED)


def read_cohorts(text: str, *, file: str) -> Cohorts:
    """Read cohorts; raises `EvidenceError` with everything that is wrong."""
    reader = Fields(file)
    told = reader.tables(reader.parse(text), "the file")
    found = []
    for name, table in told.items():
        reader.only(table, name, ("name", "studies", "holds", "may_hold", "because"))
        found.append(
            Cohort(
                id=name,
                name=reader.words(table, name, "name"),
                studies=reader.names(table, name, "studies"),
                holds=reader.names(table, name, "holds"),
                may_hold=reader.names(table, name, "may_hold"),
                because=str(table.get("because", "")),
            )
        )
    _check(found, reader)
    reader.finish()
    return Cohorts(tuple(found))


def _check(found: Sequence[Cohort], reader: Fields) -> None:
    """See that every name is known, and that no report speaks of two cohorts."""
    names = [each.id for each in found]
    owners: dict[str, str] = {}
    for each in found:
        for other in (*each.holds, *each.may_hold):
            if other not in names or other == each.id:
                hint = f"one of: {', '.join(names)}"
                reader.wrong(each.id, f"`{other}` is no other cohort", hint)
        for study in each.studies:
            if study in owners:
                message = f"`{study}` belongs to `{owners[study]}` already"
                reader.wrong(each.id, message, "name it once")
            owners[study] = each.id


def check_together(results: Sequence[Result], cohorts: Cohorts) -> None:
    """
    See that results may be pooled.

    Raises `EvidenceError` with each reason why not: people who would be counted twice, changes
    beside controlled effects, outcomes on several scales, and rows without a source.
    """
    problems = [
        Problem.at(f"{one.id}, {other.id}", f"not independent: {why}", "pool one of them")
        for one, other in combinations(results, 2)
        if (why := cohorts.shared(one.study, other.study))
    ]
    problems += _unlike(results)
    if problems:
        raise EvidenceError(*problems)


def check_alike(results: Sequence[Result]) -> None:
    """See that results are of one kind and scale and have a source; one cohort may stand twice."""
    problems = _unlike(results)
    if problems:
        raise EvidenceError(*problems)


def _unlike(results: Sequence[Result]) -> list[Problem]:
    sourceless = [
        Problem.at(each.id, "has no source that was read", "leave it out until it is checked")
        for each in results
        if not each.may_be_used
    ]
    return [*_kinds(results), *sourceless]


def _kinds(results: Sequence[Result]) -> list[Problem]:
    problems = []
    controlled = [each for each in results if each.has_control]
    alone = [each for each in results if not each.has_control]
    if controlled and alone:
        where = f"{controlled[0].id}, {alone[0].id}"
        message = "one is measured against a control, the other within one group"
        hint = "a change holds what would have come by itself: pool changes, or effects, never both"
        problems.append(Problem.at(where, message, hint))
    units: Mapping[str, str] = {each.unit: each.id for each in results}
    if len(units) > 1:
        where = ", ".join(units.values())
        message = f"the units differ: {', '.join(units)}"
        problems.append(Problem.at(where, message, "pool standardised effects, or one scale"))
    return problems
