"""
Routes: the smallest sets of elements which, documented favourably, would make an answer *met*.

A route is a set of demands ("this test must hold", "that one must not") on elements that are still
open. Demands on one element count only if a single value satisfies them all; the value that shows
it is the route's witness.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING, NamedTuple

from multifidus.core.case import Absence, Fact, Reason
from multifidus.core.demand import Demand, candidates, first_value, more_precise, test_value
from multifidus.core.element import Effort
from multifidus.core.expression import (
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Holds,
    Leaf,
    Matches,
    Not,
    Part,
    parts_of,
)
from multifidus.core.truth import T, U

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from multifidus.core.case import Case
    from multifidus.core.element import DataElement
    from multifidus.core.expression import Expression
    from multifidus.core.policy import Policy
    from multifidus.core.quantity import Value
    from multifidus.core.truth import Truth

# A plain name: Python 3.11 takes 200 ns to look up a member of an enumeration.
_UNCONFIRMED = Reason.UNCONFIRMED

MOST_ROUTES = 24
"""So many of the cheapest routes are told; nobody reads more."""

MOST_SORTED = 4096
"""So many ways of a policy are kept sorted out, for the next chart that lacks the same."""

MOST_KEPT = 96
"""So many of the cheapest sets are carried along at each node, so that wide policies stay quick."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Elements to document, what each must show, and the effort of all together."""

    elements: tuple[str, ...]
    favourable: Mapping[str, str]
    """For each element, what would have to be documented, in the words of the tests."""
    effort: int


Demands = frozenset[int]
"""A set of demands, by their numbers: joining sets is what takes the time here."""

Numbers = tuple[int, ...]

_SETTLED: Sequence[Demands] = (frozenset(),)
"""The one way of what is so already: nothing is demanded."""


def routes(policy: Policy, case: Case, truths: Mapping[str, Truth]) -> tuple[Route, ...]:
    """
    Find the routes to *met*, cheapest first; none when what is open cannot lead there.

    `truths` holds what each criterion comes to for the case.
    """
    return tuple([route for route, _ in witnessed_routes(policy, case, truths)])


def witnessed_routes(
    policy: Policy, case: Case, truths: Mapping[str, Truth] | None = None
) -> Iterator[tuple[Route, Mapping[str, Value]]]:
    """Find the routes with a witness each: values which, added to the case, make it *met*."""
    search = _Search(policy.demands, case, truths or {})
    found: list[frozenset[str]] = []
    for way in search.ways(policy.root.test, holds=True):
        sorted_way = policy.demands.sorted_way(way)
        elements = sorted_way.elements
        if not elements or any(map(elements.issuperset, found)):
            continue
        witness = search.witness(sorted_way)
        if witness is None:
            continue
        found.append(elements)
        route = Route(
            elements=tuple(sorted_way.demands),
            favourable=sorted_way.favourable,
            effort=search.effort(way),
        )
        yield route, witness
        if len(found) == MOST_ROUTES:
            return


class _SortedWay(NamedTuple):
    """What a way demands of each element, in whichever case."""

    demands: Mapping[str, Numbers]
    elements: frozenset[str]
    favourable: Mapping[str, str]
    """The demands on each element, in the words of the tests."""
    answers: Mapping[str, Value] | None
    """Answers that satisfy them where nothing is known; None if an element has none."""


class PolicyDemands:
    """The demands that a policy can make, numbered in the order of the text; the same for all."""

    def __init__(
        self, tests: Mapping[str, Expression], root: str, elements: Mapping[str, DataElement]
    ) -> None:
        """Number the demands of the tests of all criteria, from the root on."""
        self.tests = tests
        self.elements = elements
        self.demands: list[Demand] = []
        self._numbers: dict[int, int] = {}
        self._asked_by: dict[str, frozenset[str]] = {}
        self._words: dict[Numbers, str] = {}
        self._values: dict[Numbers, Value | None] = {}
        self._sorted: dict[Demands, _SortedWay] = {}
        self._ways: dict[tuple[str, bool], Sequence[Demands]] = {}
        self._add(root, {})
        self.names = [demand.leaf.element for demand in self.demands]
        self.asked = tuple(dict.fromkeys(self.names))
        """The elements that the policy asks about, each once."""
        self.efforts = [int(elements[name].effort) for name in self.names]

    def _add(self, criterion: str, known: dict[Leaf, int]) -> None:
        for node in _nodes(self.tests[criterion]):
            if isinstance(node, Part):
                self._add(node.criterion, known)
            else:
                # The policy keeps its tests, so they can be known by their identity: it takes a
                # tenth of the time of comparing them.
                self._numbers[id(node)] = known.setdefault(node, len(self.demands))
                if len(self.demands) == known[node]:
                    self.demands += [Demand(node, holds=True), Demand(node, holds=False)]
        self._asked_by[criterion] = frozenset().union(
            *map(self._elements, _nodes(self.tests[criterion]))
        )

    def _elements(self, node: Leaf | Part) -> frozenset[str]:
        return (
            self._asked_by[node.criterion] if isinstance(node, Part) else frozenset({node.element})
        )

    def number(self, leaf: Leaf, *, holds: bool) -> int:
        """Give the number of the demand that a test of the policy comes out so."""
        return self._numbers[id(leaf)] + (not holds)

    def sorted_way(self, way: Demands) -> _SortedWay:
        """Sort the demands of a way out; charts that lack the same have the same ways to go."""
        if way not in self._sorted:
            if len(self._sorted) >= MOST_SORTED:
                self._sorted.clear()
            self._sorted[way] = self._sort(way)
        return self._sorted[way]

    def _sort(self, way: Demands) -> _SortedWay:
        demands: dict[str, Numbers] = {}
        for number in sorted(way):
            name = self.names[number]
            demands[name] = (*demands.get(name, ()), number)
        answers = {
            name: answer
            for name, numbers in demands.items()
            if (answer := self.answer(name, numbers)) is not None
        }
        return _SortedWay(
            demands=demands,
            elements=frozenset(demands),
            favourable={name: self._written(numbers) for name, numbers in demands.items()},
            answers=answers if len(answers) == len(demands) else None,
        )

    def _written(self, numbers: Numbers) -> str:
        """Write the demands on one element, as tests are written."""
        if numbers not in self._words:
            self._words[numbers] = " and ".join(map(str, self.of(numbers)))
        return self._words[numbers]

    def answer(self, name: str, numbers: Numbers) -> Value | None:
        """Find an answer that satisfies all demands on an element of which nothing is known."""
        if numbers not in self._values:
            demands, answer = self.of(numbers), self.elements[name].answer
            tests = [each.leaf for each in demands]
            self._values[numbers] = first_value(candidates(answer, tests), demands)
        return self._values[numbers]

    def of(self, numbers: Numbers) -> Sequence[Demand]:
        """Give the demands that have these numbers."""
        return [self.demands[each] for each in numbers]

    def asks_only(self, criterion: str, elements: frozenset[str]) -> bool:
        """Whether a criterion asks about these elements and no other."""
        return self._asked_by[criterion] <= elements

    def ways(self, criterion: str, *, holds: bool) -> Sequence[Demands]:
        """Give the ways to make a criterion come out so when nothing is known; found once."""
        asked = criterion, holds
        if asked not in self._ways:
            search = _Search(self, None, {})
            self._ways[asked] = search.ways(self.tests[criterion], holds=holds)
        return self._ways[asked]


def _nodes(expression: Expression) -> Iterator[Leaf | Part]:
    """List the tests and the criteria that an expression is made of, in the order of the text."""
    if isinstance(expression, Leaf | Part):
        yield expression
    for part in parts_of(expression):
        yield from _nodes(part)


class _Search:
    """The ways to make an expression true or false in a case; lives for one call of `routes`."""

    def __init__(
        self, demands: PolicyDemands, case: Case | None, truths: Mapping[str, Truth]
    ) -> None:
        self.demands = demands
        self.entries: Mapping[str, Fact | Absence] = case.entries if case else {}
        self.truths = truths
        self.efforts: Sequence[int] = demands.efforts
        absent = [name for name in demands.asked if not isinstance(self.entries.get(name), Fact)]
        unconfirmed = {name for name in absent if _is_unconfirmed(self.entries.get(name))}
        if unconfirmed:
            # It was done and written down; a person only has to look.
            self.efforts = [
                Effort.RECORD if name in unconfirmed else effort
                for name, effort in zip(demands.names, demands.efforts, strict=True)
            ]
        self.absent = frozenset(absent)
        self.silent = self.absent - unconfirmed

    def effort(self, way: Demands) -> int:
        """Add up the efforts of a way; an element takes its effort once, whatever its demands."""
        names, efforts = self.demands.names, self.efforts
        return sum({names[number]: efforts[number] for number in way}.values())

    def ways(self, expression: Expression, *, holds: bool) -> Sequence[Demands]:
        """Give the sets of demands, cheapest first, that each make the expression come out so."""
        match expression:
            case Compare() | Matches() | Holds():
                entry = self.entries.get(expression.element)
                truth = test_value(expression, entry.value if isinstance(entry, Fact) else None)
                if truth is U:
                    return [frozenset({self.demands.number(expression, holds=holds)})]
                return _SETTLED if (truth is T) is holds else []
            case Part():
                known = self.truths.get(expression.criterion, U)
                if known is not U:
                    return _SETTLED if (known is T) is holds else []
                return self._ways_of(expression.criterion, holds=holds)
            case Not():
                return self.ways(expression.part, holds=not holds)
            case AllOf():
                needed = len(expression.parts) if holds else 1
            case AnyOf():
                needed = 1 if holds else len(expression.parts)
            case AtLeast():
                count = expression.count
                needed = count if holds else len(expression.parts) - count + 1
        return self._some(needed, [self.ways(part, holds=holds) for part in expression.parts])

    def _ways_of(self, criterion: str, *, holds: bool) -> Sequence[Demands]:
        if self.entries and self.demands.asks_only(criterion, self.silent):
            return self.demands.ways(criterion, holds=holds)
        return self.ways(self.demands.tests[criterion], holds=holds)

    def _some(self, needed: int, ways: Sequence[Sequence[Demands]]) -> Sequence[Demands]:
        """Combine the ways of so many parts; parts that cannot come out so take no part."""
        able = [way for way in ways if way]
        joins = [self._join(chosen) for chosen in combinations(able, needed)]
        # What a single join gives is in order already.
        return (
            joins[0] if len(joins) == 1 else self._cheapest([way for join in joins for way in join])
        )

    def _join(self, chosen: Sequence[Sequence[Demands]]) -> Sequence[Demands]:
        """Take one way of each part together."""
        joined: Sequence[Demands] = [
            frozenset().union(*[way[0] for way in chosen if len(way) == 1])
        ]
        for way in chosen:
            if len(way) > 1:
                # With nothing to join them to, the ways stay in their order.
                joined = (
                    self._cheapest([a | b for a, b in product(joined, way)]) if any(joined) else way
                )
        return joined

    def _cheapest(self, sets: Sequence[Demands]) -> Sequence[Demands]:
        ordered = sorted(set(sets), key=lambda each: (self.effort(each), len(each), sorted(each)))
        kept: list[Demands] = []
        for each in ordered:
            if not any(map(each.issuperset, kept)):
                kept.append(each)
        return kept[:MOST_KEPT]

    def witness(self, way: _SortedWay) -> Mapping[str, Value] | None:
        """Find one value for each element that satisfies all demands on it."""
        if way.elements <= self.absent:
            return way.answers
        found: dict[str, Value] = {}
        for name, numbers in way.demands.items():
            value = self._value(name, numbers)
            if value is None:
                return None
            found[name] = value
        return found

    def _value(self, name: str, numbers: Numbers) -> Value | None:
        entry = self.entries.get(name)
        if isinstance(entry, Fact):
            # The fact is there but not precise enough: only its own range is left.
            return first_value(more_precise(entry.value), self.demands.of(numbers))
        return self.demands.answer(name, numbers)


def _is_unconfirmed(entry: Fact | Absence | None) -> bool:
    return isinstance(entry, Absence) and entry.reason is _UNCONFIRMED
