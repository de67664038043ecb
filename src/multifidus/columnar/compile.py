"""
A policy as one query over the facts table: `core.determination`, for every row at once.

Every node of every test becomes a nullable boolean column, in layers, so that a column stands on
those below it and none is written twice. On the way back down, a second kind of column says
whether a node bears the answer: *settled_by* and *open* are read from these.

The query is text that DuckDB and Spark understand alike, but for the forms in `dialect`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.columnar import kleene, leaf
from multifidus.columnar.dialect import DUCKDB, text
from multifidus.columnar.layout import SERVICE_DATE, SUBJECT, Column, Sort, value_columns
from multifidus.columnar.number import CannotCompareError
from multifidus.core.determination import Answer
from multifidus.core.expression import (
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Holds,
    Matches,
    Not,
    Part,
    fold,
)
from multifidus.errors import NotExpressible, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from multifidus.columnar.dialect import Dialect
    from multifidus.core.coding import Days
    from multifidus.core.expression import Expression, Leaf
    from multifidus.core.policy import Criterion, Policy

ANSWER, IN_FORCE, SETTLED_BY, OPEN = "answer", "in_force", "settled_by", "open"
OWN_COLUMNS = (SUBJECT, SERVICE_DATE, IN_FORCE, ANSWER, SETTLED_BY, OPEN)
"""The columns of a table of determinations that stand before those of the criteria."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What a policy asks of the facts table, and the text that asks it."""

    policy: Policy
    dialect: Dialect
    asks: tuple[Column, ...]
    """The columns of the facts table that it needs."""
    results: tuple[str, ...]
    """The columns of the criteria, by their ids, in the order of the text."""
    template: str

    def over(self, facts: str) -> str:
        """Write the query over a table, a view, or a function that reads a file."""
        return self.template.replace(_FACTS, facts)


_FACTS = "{facts}"


def compile_policy(policy: Policy, *, dialect: Dialect = DUCKDB) -> Query:
    """
    Write a policy as a query; `NotExpressible` lists every test that the table cannot ask.

    The table of determinations has one row for each row of facts: subject, date of service,
    whether the policy is in force on it, the answer, the clauses that settle it, the elements
    that can still move it, and one nullable boolean for each criterion.
    """
    return _Compiler(policy, dialect).query()


@dataclass(frozen=True, slots=True)
class _Told:
    """A node of a test, the column of its truth, and the same of its parts."""

    node: Expression
    truth: str
    parts: tuple[_Told, ...]

    def borne(self, so_far: tuple[str, ...] = ()) -> Iterator[tuple[Leaf | Part, tuple[str, ...]]]:
        """Give the leaves and parts below, each with what must hold for it to bear this node."""
        match self.node:
            case Part() | Compare() | Matches() | Holds():
                yield self.node, so_far
            case Not():
                yield from self.parts[0].borne(so_far)
            case AllOf() | AnyOf() | AtLeast():
                for part in self.parts:
                    yield from part.borne((*so_far, kleene.same(part.truth, self.truth)))


class _Sheet:
    """Columns in layers: each stands on columns of the layers below it."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._heights: dict[str, int] = {}
        self._names: dict[str, str] = {}
        self._layers: list[list[str]] = []

    def column(self, formula: str, *, on: Sequence[str] = ()) -> str:
        """Give the name of the column with this formula; the same formula is one column."""
        if formula in self._heights:
            return formula  # it is a column already
        if formula not in self._names:
            # A name with a space in it is nobody's element.
            name = self._dialect.named(f"step {len(self._names)}")
            height = max((self._heights.get(each, 0) for each in on), default=0)
            if height == len(self._layers):
                self._layers.append([])
            self._layers[height].append(f"{formula} AS {name}")
            self._names[formula], self._heights[name] = name, height + 1
        return self._names[formula]

    def over(self, columns: Sequence[str]) -> str:
        """Write all layers over some columns of the facts table."""
        query = f"SELECT {', '.join(columns)} FROM {_FACTS}"
        for layer in self._layers:
            query = f"SELECT *, {', '.join(layer)} FROM ({query})"
        return query


class _Compiler:
    """Compiles one policy; lives for one query."""

    def __init__(self, policy: Policy, dialect: Dialect) -> None:
        self.policy = policy
        self.dialect = dialect
        self.sheet = _Sheet(dialect)
        self.problems: list[Problem] = []
        self.told: dict[str, _Told] = {}

    def query(self) -> Query:
        for criterion in self.policy.criteria():
            self._check_name(criterion)
        self._settle(self.policy.root)
        if self.problems:
            order = [criterion.id for criterion in self.policy.criteria()]
            raise NotExpressible(*sorted(self.problems, key=lambda each: order.index(each.subject)))
        elements = [self.policy.dictionary.elements[name] for name in self.policy.elements]
        asks = (
            Column(SUBJECT, Sort.TEXT),
            Column(SERVICE_DATE, Sort.DAY),
            *(column for element in elements for column in value_columns(element)),
        )
        # What the result asks for is told first: it adds the last columns to the sheet.
        result = ", ".join(self._result())
        facts = self.sheet.over([self.dialect.named(column.name) for column in asks])
        return Query(
            policy=self.policy,
            dialect=self.dialect,
            asks=asks,
            results=tuple(criterion.id for criterion in self.policy.criteria()),
            template=f"SELECT {result} FROM ({facts})",
        )

    def _check_name(self, criterion: Criterion) -> None:
        if criterion.id.lower() in OWN_COLUMNS:
            self._cannot(criterion, "a column of the table has this name", "give it another id")

    def _cannot(self, criterion: Criterion, message: str, hint: str) -> None:
        self.problems.append(
            Problem(place=criterion.place, subject=criterion.id, message=message, hint=hint)
        )

    # What is true, from the leaves up

    def _settle(self, criterion: Criterion) -> None:
        for part in criterion.parts:
            self._settle(part)

        def visit(node: Expression, parts: tuple[_Told, ...]) -> _Told:
            return _Told(node, self._truth(node, [part.truth for part in parts]), parts)

        try:
            self.told[criterion.id] = fold(criterion.test, visit)
        except CannotCompareError as error:
            self._cannot(
                criterion, str(error), "write it in the element's own unit, with fewer decimals"
            )
            self.told[criterion.id] = _Told(criterion.test, kleene.UNKNOWN, ())

    def _truth(self, node: Expression, parts: Sequence[str]) -> str:
        match node:
            case Part():
                return self.told[node.criterion].truth
            case Compare() | Matches() | Holds():
                element = self.policy.dictionary.elements[node.element]
                formula = leaf.as_column(node, element=element, dialect=self.dialect)
            case Not():
                formula = kleene.negation(parts[0])
            case AllOf():
                formula = kleene.all_of(parts)
            case AnyOf():
                formula = kleene.any_of(parts)
            case AtLeast():
                formula = kleene.at_least(node.count, parts)
        return self.sheet.column(formula, on=parts)

    # What bears it, from the root down

    def _clauses(self, criterion: Criterion, bears: str) -> Iterator[tuple[Criterion, str]]:
        """Give the clauses below, each with the column of whether it bears the answer."""
        if not criterion.parts:
            yield criterion, bears
            return
        borne = list(self.told[criterion.id].borne())
        for part in criterion.parts:
            ways = [
                kleene.all_of((bears, *conditions))
                for node, conditions in borne
                if node == Part(part.id)
            ]
            if ways:
                on = (bears, *self._columns_of(criterion))
                yield from self._clauses(part, self.sheet.column(kleene.any_of(ways), on=on))

    def _columns_of(self, criterion: Criterion) -> Iterator[str]:
        waiting = [self.told[criterion.id]]
        while waiting:
            told = waiting.pop()
            yield told.truth
            waiting.extend(told.parts)

    def _result(self) -> Iterator[str]:
        named = self.dialect.named
        yield named(SUBJECT)
        yield named(SERVICE_DATE)
        yield f"{self._in_force(self.policy.about.in_force)} AS {named(IN_FORCE)}"
        if self.policy.about.stance.is_without_position:
            yield from self._nothing_known()
            return
        root = self.told[self.policy.root.id].truth
        bearing = list(self._clauses(self.policy.root, kleene.TRUE))
        settled, waiting = self._settling(bearing), self._waiting(bearing)
        none = self.dialect.list_of(())
        yield f"{self._answer(root)} AS {named(ANSWER)}"
        yield f"CASE WHEN {root} IS NULL THEN {none} ELSE {settled} END AS {named(SETTLED_BY)}"
        yield f"CASE WHEN {root} IS NULL THEN {waiting} ELSE {none} END AS {named(OPEN)}"
        for criterion in self.policy.criteria():
            yield f"{self.told[criterion.id].truth} AS {named(criterion.id)}"

    def _nothing_known(self) -> Iterator[str]:
        """A text that does not name the service, or that nobody read, says neither yes nor no."""
        named, none = self.dialect.named, self.dialect.list_of(())
        yield f"{text(Answer.MORE_INFORMATION)} AS {named(ANSWER)}"
        yield f"{none} AS {named(SETTLED_BY)}"
        yield f"{none} AS {named(OPEN)}"
        for criterion in self.policy.criteria():
            yield f"{kleene.UNKNOWN} AS {named(criterion.id)}"

    def _answer(self, root: str) -> str:
        words = f"WHEN {root} THEN {text(Answer.MET)} WHEN NOT {root} THEN {text(Answer.NOT_MET)}"
        return f"CASE {words} ELSE {text(Answer.MORE_INFORMATION)} END"

    def _settling(self, bearing: Sequence[tuple[Criterion, str]]) -> str:
        return self.dialect.list_of([(bears, criterion.id) for criterion, bears in bearing])

    def _waiting(self, bearing: Sequence[tuple[Criterion, str]]) -> str:
        """List the elements that bear the answer, each where it is first asked for."""
        items = []
        earlier: dict[str, list[str]] = {}
        for criterion, bears in bearing:
            for node, conditions in self.told[criterion.id].borne():
                if isinstance(node, Part):
                    continue
                asked = earlier.setdefault(node.element, [])
                waits = self.sheet.column(
                    kleene.all_of((bears, *conditions)), on=(bears, *self._columns_of(criterion))
                )
                first = kleene.all_of((waits, *map(kleene.negation, asked)))
                items.append((first, node.element))
                asked.append(waits)
        return self.dialect.list_of(items)

    def _in_force(self, days: Days) -> str:
        day = self.dialect.named(SERVICE_DATE)
        bounds = [f"{day} >= DATE '{days.first}'"] if days.first else []
        bounds += [f"{day} <= DATE '{days.last}'"] if days.last else []
        return kleene.all_of(bounds)
