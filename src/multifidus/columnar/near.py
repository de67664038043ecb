"""
Near misses: patients who lack little, by `core.route`, for all rows of a facts table.

A patient is near when the policy is not met, and a day is known from which one or two elements,
documented favourably, would make it met. That day is the day of service where the answer is *more
information*; where it is *not met*, it is the first day on which time alone changes that, and then
there may be nothing left to document.

Routes are searched once for all rows on which they cannot differ; what they are is said by `core`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from multifidus.columnar.cases import case_of
from multifidus.columnar.compile import ANSWER
from multifidus.columnar.dialect import DUCKDB, text
from multifidus.columnar.layout import (
    ABSENT,
    EARLIEST,
    LATEST,
    SERVICE_DATE,
    SUBJECT,
    element_columns,
    value_columns,
)
from multifidus.columnar.leaf import as_column
from multifidus.columnar.tally import steps_of
from multifidus.core.case import Reason
from multifidus.core.determination import Answer, determine
from multifidus.core.element import Time
from multifidus.core.expression import Compare, Holds, Matches, leaves
from multifidus.core.quantity import Operator

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    import duckdb

    from multifidus.columnar.compile import Query
    from multifidus.core.case import Case
    from multifidus.core.determination import Determination
    from multifidus.core.element import DataElement
    from multifidus.core.expression import Leaf
    from multifidus.core.policy import Criterion, Policy
    from multifidus.core.route import Route

AT_A_TIME = 1000
"""So many cases are fetched together."""

MOST_LACKING = 2
"""Who lacks more elements than these is not near."""

_named = DUCKDB.named
_IS_NOT_MET = f"{ANSWER} = {text(Answer.NOT_MET)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to *met*: what to document, and the day from which that is enough."""

    since: date
    elements: tuple[str, ...]
    favourable: tuple[str, ...]
    """For each element, what would have to be documented, in the words of the tests."""
    by_time: tuple[date | None, ...]
    """For each element, the first day on which time alone answers its clause; None if it never."""
    effort: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """A patient, the answer on the day of service, and one way to *met*."""

    subject: str
    service_date: date
    answer: Answer
    way: Way


def ways_of(policy: Policy, case: Case) -> tuple[Way, ...]:
    """Give the short ways to *met* of one case, cheapest first; the reference for all rows."""
    told = determine(policy, case)
    if told.answer is Answer.MET:
        return ()
    if told.earliest is None:
        return tuple(_ways(told))
    if told.earliest.answer is Answer.MET:
        since = told.earliest.date
        return (Way(since=since, elements=(), favourable=(), by_time=(), effort=0),)
    return tuple(_ways(determine(policy, case.at(told.earliest.date))))


def _ways(told: Determination) -> Iterator[Way]:
    by_time = {each.element: each.earliest for each in told.open}
    for route in told.routes:
        if len(route.elements) <= MOST_LACKING:
            yield _way(route, told.service.date, by_time)


def _way(route: Route, since: date, by_time: Mapping[str, date | None]) -> Way:
    return Way(
        since=since,
        elements=route.elements,
        favourable=tuple(route.favourable[name] for name in route.elements),
        by_time=tuple(by_time.get(name) for name in route.elements),
        effort=route.effort,
    )


def near_misses(
    query: Query, *, facts: Path, determinations: Path, opened: duckdb.DuckDBPyConnection
) -> Iterator[NearMiss]:
    """Find the near misses among the rows of a facts file, in the order of subjects."""
    policy = query.policy
    opened.execute(_waiting(query, facts, determinations))
    by_row: dict[int, Sequence[Way]] = {}
    for rows, case in _unlike(opened, policy):
        ways = ways_of(policy, case)
        if ways:
            by_row.update(dict.fromkeys(rows, ways))
    names = opened.execute(
        f"SELECT nr, {SUBJECT}, {SERVICE_DATE}, {ANSWER} FROM waiting ORDER BY nr"
    ).fetchall()
    for nr, subject, day, answer in names:
        for way in by_row.get(nr, ()):
            # Alike rows may be asked for other days, but not those that time changes.
            mine = replace(way, since=day) if answer == Answer.MORE_INFORMATION else way
            yield NearMiss(subject=subject, service_date=day, answer=Answer(answer), way=mine)


def _unlike(
    opened: duckdb.DuckDBPyConnection, policy: Policy
) -> Iterator[tuple[Sequence[int], Case]]:
    """Give a case for each group of rows that are alike, with the numbers of all of them."""
    kept = [column.name for each in _asked(policy) for column in element_columns(each)]
    names = [SERVICE_DATE, *kept]
    found = opened.execute(
        f"SELECT rows, {', '.join(map(_named, names))} FROM waiting JOIN (SELECT min(nr) AS nr, "
        f"list(nr ORDER BY nr) AS rows FROM waiting GROUP BY {_signature(policy)}) "
        "USING (nr) ORDER BY nr"
    )
    while cells := found.fetchmany(AT_A_TIME):
        for rows, *row in cells:
            yield rows, case_of(dict(zip(names, row, strict=True)), dictionary=policy.dictionary)


# Which rows, and which of them are alike


def _waiting(query: Query, facts: Path, determinations: Path) -> str:
    """Write the statement that makes the table of rows that may be near."""
    source = f"read_parquet({text(str(facts))})"
    key = f"{SUBJECT}, {SERVICE_DATE}"
    return (
        "CREATE OR REPLACE TEMP TABLE waiting AS "
        f"SELECT row_number() OVER (ORDER BY {key}) AS nr, facts.*, told.{ANSWER} "
        f"FROM {source} AS facts JOIN read_parquet({text(str(determinations))}) AS told "
        f"USING ({key}) WHERE (told.{ANSWER} = {text(Answer.MORE_INFORMATION)} "
        f"AND ({_least_lacking(query.policy)}) <= {MOST_LACKING}) "
        f"OR (told.{_IS_NOT_MET} AND ({key}) IN ("
        f"SELECT ({key}) FROM ({query.over(_timeless(query.policy, source))}) AS told "
        f"WHERE NOT {_IS_NOT_MET} AND ({_lacking_at_any_time(query.policy)}) <= {MOST_LACKING}))"
    )


def _least_lacking(policy: Policy) -> str:
    """
    Count how many elements lack at least, so that few rows are searched for ways.

    All steps of a policy must be passed; one that is open takes an element of its own.
    """
    return _open(steps_of(policy))


def _lacking_at_any_time(policy: Policy) -> str:
    """Count the same over facts without days: steps that ask for a time may be passed one day."""
    timed = {each.name for each in _asked(policy) if isinstance(each.answer, Time)}
    return _open([step for step in steps_of(policy) if not _elements(step[0]) & timed])


def _open(steps: Iterable[tuple[Criterion, bool]]) -> str:
    """Count the steps that are open; those that share elements count as one."""
    together: list[tuple[frozenset[str], list[str]]] = []
    for criterion, _ in steps:
        elements = _elements(criterion)
        open_here = [f"told.{_named(criterion.id)} IS NULL"]
        for shared in [each for each in together if each[0] & elements]:
            together.remove(shared)
            elements |= shared[0]
            open_here += shared[1]
        together.append((elements, open_here))
    return " + ".join(f"({' OR '.join(is_open)})::INTEGER" for _, is_open in together) or "0"


def _elements(criterion: Criterion) -> frozenset[str]:
    return frozenset(name for each in criterion.walk() for name in each.elements)


def _timeless(policy: Policy, source: str) -> str:
    """
    Give the facts without the days since when things are so.

    Who is *not met* even then, whatever those days are, will not be changed by time: a truth that
    stands while something is unknown stands whatever that is.
    """
    without = [
        f"CAST(NULL AS DATE) AS {_named(f'{element.name}{suffix}')}"
        for element in _asked(policy)
        if isinstance(element.answer, Time)
        for suffix in (EARLIEST, LATEST)
    ]
    return f"(SELECT * REPLACE ({', '.join(without)}) FROM {source})" if without else source


def _asked(policy: Policy) -> Sequence[DataElement]:
    return [policy.dictionary.elements[name] for name in policy.elements]


def _signature(policy: Policy) -> str:
    """
    List what ways depend on: rows that agree in all of it have the same ways.

    It is the truth of each test, whether an element only waits for a person to confirm it, and the
    days of what time may still answer.
    """
    tests = dict.fromkeys(leaf for each in policy.criteria() for leaf in leaves(each.test))
    elements = policy.dictionary.elements
    columns = {
        leaf: as_column(leaf, element=elements[leaf.element], dialect=DUCKDB) for leaf in tests
    }
    truths: dict[str, list[str]] = {}
    for leaf, column in columns.items():
        truths.setdefault(leaf.element, []).append(column)
    terms = [f"({column})" for column in columns.values()]
    terms += [
        f"({_named(f'{name}{ABSENT}')} IS NOT DISTINCT FROM {text(Reason.UNCONFIRMED)})"
        for name in truths
    ]
    terms.append(ANSWER)
    joined = _compared_beside_others(policy)
    turning = _turning(columns)
    days: list[str] = []
    for element in _asked(policy):
        values = [_named(column.name) for column in value_columns(element)]
        if len(values) == 1:
            continue  # It is known or it is not; a time may be known in part.
        is_known = " OR ".join(f"{each} IS NOT NULL" for each in values)
        is_open = " OR ".join(f"({each}) IS NULL" for each in truths[element.name])
        may_turn = f"{_IS_NOT_MET} AND ({' OR '.join(turning[element.name])})"
        counts = "true" if element.name in joined else f"{is_open} OR {may_turn}"
        days.append(f"({is_known}) AND ({counts})")
        terms += [f"CASE WHEN {days[-1]} THEN {each} END" for each in values]
    # Of a row that time may change, its day counts; all others are alike whenever they are asked.
    is_dated = " OR ".join([*days, _IS_NOT_MET])
    terms.append(f"CASE WHEN {is_dated} THEN {SERVICE_DATE} END")
    return ", ".join(terms)


def _turning(columns: Mapping[Leaf, str]) -> Mapping[str, Sequence[str]]:
    """
    Say by element when time may still turn one of its tests.

    Time only grows: what has lasted long enough has done so for good, and so has what has lasted
    too long.
    """
    found: dict[str, list[str]] = {}
    for leaf, column in columns.items():
        match leaf:
            case Compare(operator=Operator.AT_LEAST | Operator.MORE):
                may_turn = f"({column}) IS NOT TRUE"
            case Compare(operator=Operator.AT_MOST | Operator.LESS):
                may_turn = f"({column}) IS NOT FALSE"
            case Compare():
                may_turn = "true"
            case Matches() | Holds():
                may_turn = "false"
        found.setdefault(leaf.element, []).append(may_turn)
    return found


def _compared_beside_others(policy: Policy) -> frozenset[str]:
    """Name the elements that are compared in a clause with several tests: time may tip those."""
    several = [each for each in policy.clauses() if len(tuple(leaves(each.test))) > 1]
    return frozenset(
        leaf.element for each in several for leaf in leaves(each.test) if isinstance(leaf, Compare)
    )
