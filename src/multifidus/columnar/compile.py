"""
A policy as one query over the facts table: `core.determination`, for every row at once.

Every node of every test becomes a nullable boolean column, in layers, so that a column stands on
those below it and none is written twice. What settles the answer and what holds it open is read
from these columns (`bearing`).

The query is text that DuckDB and Spark understand alike, but for the forms in `dialect`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from multifidus.columnar import kleene, leaf
from multifidus.columnar.bearing import Bearing, Told
from multifidus.columnar.dialect import DUCKDB, MOST, Mark, text
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
from multifidus.core.truth import Truth
from multifidus.errors import NotExpressible, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from multifidus.columnar.dialect import Dialect
    from multifidus.core.coding import Days
    from multifidus.core.expression import Expression
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
    marks: Mapping[str, tuple[Mark, ...]]
    """The columns that say by bits what stands in a column of lists."""
    template: str
    """The text of `marked`, with a gap for the facts."""

    def marked(self, facts: str) -> str:
        """
        Write the query over a table, a view, or a function that reads a file.

        In place of each list it gives the marks of which `listed` makes it, which are sooner made
        and sooner written.
        """
        return self.template.replace(_FACTS, facts)

    def listed(self, determinations: str) -> str:
        """Write the determinations with their lists over a table with marks."""
        named = self.dialect.named
        plain = (*OWN_COLUMNS[: -len(self.marks)], *self.results)
        columns = {name: named(name) for name in plain}
        columns |= {
            name: f"{self.dialect.texts(marks)} AS {named(name)}"
            for name, marks in self.marks.items()
        }
        order = (*OWN_COLUMNS, *self.results)
        return f"SELECT {', '.join(columns[name] for name in order)} FROM {determinations}"

    def over(self, facts: str) -> str:
        """Write the query with its lists over a table, a view, or a function that reads a file."""
        return self.listed(f"({self.marked(facts)})")


_FACTS = "{facts}"


def compile_policy(policy: Policy, *, dialect: Dialect = DUCKDB) -> Query:
    """
    Write a policy as a query; `NotExpressible` lists every test that the table cannot ask.

    The table of determinations has one row for each row of facts: subject, date of service,
    whether the policy is in force on it, the answer, the clauses that settle it, the elements
    that can still move it, and one nullable boolean for each criterion.
    """
    return _Compiler(policy, dialect).query()


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
        self.told: dict[str, Told] = {}
        self.marks: dict[str, tuple[Mark, ...]] = {SETTLED_BY: (), OPEN: ()}

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
            marks=self.marks,
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

        def visit(node: Expression, parts: tuple[Told, ...]) -> Told:
            return Told(node, self._truth(node, [part.truth for part in parts]), parts)

        try:
            self.told[criterion.id] = fold(criterion.test, visit)
        except CannotCompareError as error:
            self._cannot(
                criterion, str(error), "write it in the element's own unit, with fewer decimals"
            )
            self.told[criterion.id] = Told(criterion.test, kleene.UNKNOWN, ())

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

    def _result(self) -> Iterator[str]:
        named = self.dialect.named
        yield named(SUBJECT)
        yield named(SERVICE_DATE)
        yield f"{self._in_force(self.policy.about.in_force)} AS {named(IN_FORCE)}"
        if self.policy.about.stance.is_without_position:
            # A text that does not name the service, or that nobody read, says neither yes nor no.
            yield f"{text(Answer.MORE_INFORMATION)} AS {named(ANSWER)}"
            for criterion in self.policy.criteria():
                yield f"{kleene.UNKNOWN} AS {named(criterion.id)}"
            return
        root = self.told[self.policy.root.id].truth
        yield f"{self._answer(root)} AS {named(ANSWER)}"
        yield from self._marking(root)
        for criterion in self.policy.criteria():
            yield f"{self.told[criterion.id].truth} AS {named(criterion.id)}"

    def _marking(self, root: str) -> Iterator[str]:
        """Mark what settles a settled answer, and what holds an open one open."""
        met, not_met = (list(self._bearing(truth).clauses()) for truth in (Truth.TRUE, Truth.FALSE))
        waiting = list(self._bearing(Truth.UNKNOWN).elements())
        yield from self._marks(SETTLED_BY, {root: met, kleene.negation(root): not_met})
        yield from self._marks(OPEN, {f"{root} IS NULL": waiting})

    def _bearing(self, truth: Truth) -> Bearing:
        return Bearing(root=self.policy.root, told=self.told, truth=truth)

    def _marks(
        self, name: str, wanted: Mapping[str, Sequence[tuple[str, tuple[str, ...]]]]
    ) -> Iterator[str]:
        """Write the marks of a list: in each case of the same words, each with its conditions."""
        (words, *_) = ([word for word, _ in items] for items in wanted.values())
        marks: list[Mark] = []
        for first in range(0, len(words), MOST):
            some = slice(first, first + MOST)
            column = self.dialect.named(f"{name} {len(marks) + 1}")
            marks.append(Mark(column, tuple(words[some])))
            whens = (
                f"WHEN {case} THEN {_bits([(2**n, c) for n, (_, c) in enumerate(items[some])])}"
                for case, items in wanted.items()
            )
            yield f"CASE {' '.join(whens)} ELSE 0 END AS {column}"
        self.marks[name] = tuple(marks)

    def _answer(self, root: str) -> str:
        words = f"WHEN {root} THEN {text(Answer.MET)} WHEN NOT {root} THEN {text(Answer.NOT_MET)}"
        return f"CASE {words} ELSE {text(Answer.MORE_INFORMATION)} END"

    def _in_force(self, days: Days) -> str:
        day = self.dialect.named(SERVICE_DATE)
        bounds = [f"{day} >= DATE '{days.first}'"] if days.first else []
        bounds += [f"{day} <= DATE '{days.last}'"] if days.last else []
        return kleene.all_of(bounds)


def _bits(wanted: Sequence[tuple[int, tuple[str, ...]]]) -> str:
    """Write the sum of those numbers whose conditions hold; neighbours share what they can."""
    terms = []
    for shared, some in groupby(wanted, key=lambda each: each[1][:1]):
        rest = [(number, conditions[1:]) for number, conditions in some]
        if shared:
            terms.append(f"CASE WHEN {shared[0]} THEN {_bits(rest)} ELSE 0 END")
        else:
            terms.append(str(sum(number for number, _ in rest)))
    return " + ".join(terms)
