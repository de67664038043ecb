"""
Routes: the smallest sets of elements which, documented favourably, would make an answer *met*.

A route is a set of demands ("this test must hold", "that one must not") on elements that are still
open. Demands on one element count only if a single value satisfies them all; the value that shows
it is the route's witness.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, product
from typing import TYPE_CHECKING

from multifidus.core.case import Fact
from multifidus.core.element import Choice, Number, Time, YesNo
from multifidus.core.expression import (
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Holds,
    Matches,
    Not,
    Part,
    notation,
)
from multifidus.core.quantity import DateRange, Quantity, Span, compare
from multifidus.core.truth import Truth

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from multifidus.core.case import Case
    from multifidus.core.element import AnswerType, Dictionary
    from multifidus.core.expression import Expression, Leaf
    from multifidus.core.policy import Policy
    from multifidus.core.quantity import Value

MOST_ROUTES = 24
"""So many of the cheapest routes are told; nobody reads more."""

MOST_KEPT = 96
"""So many of the cheapest sets are carried along at each node, so that wide policies stay quick."""


@dataclass(frozen=True, slots=True)
class Demand:
    """A test that must come out true, or false."""

    leaf: Leaf
    holds: bool

    def __str__(self) -> str:
        """Write it as a test."""
        return notation(self.leaf if self.holds else Not(self.leaf))


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Elements to document, what each must show, and the effort of all together."""

    elements: tuple[str, ...]
    favourable: Mapping[str, str]
    """For each element, what would have to be documented, in the words of the tests."""
    effort: int


Demands = frozenset[Demand]


def test_value(leaf: Leaf, value: Value | None) -> Truth:
    """Put a value to a test; no value, or one of another kind, is unknown."""
    match leaf:
        case Compare(_, operator, bound) if isinstance(value, Quantity | Span):
            return compare(value, operator, bound)
        case Matches(_, options) if isinstance(value, str):
            return Truth.of(value in options)
        case Holds() if isinstance(value, bool):
            return Truth.of(value)
        case _:
            return Truth.UNKNOWN


def routes(policy: Policy, case: Case) -> tuple[Route, ...]:
    """Find the routes to *met*, cheapest first; none when the answer no longer depends on what is open."""
    return tuple(route for route, _ in witnessed_routes(policy, case))


def witnessed_routes(policy: Policy, case: Case) -> Iterator[tuple[Route, Mapping[str, Value]]]:
    """Find the routes with a witness each: values which, added to the case, make the answer *met*."""
    search = _Search(policy, case)
    order = {name: place for place, name in enumerate(policy.elements)}
    found: list[frozenset[str]] = []
    for demands in search.ways(policy.root.test, holds=True):
        elements = frozenset(demand.leaf.element for demand in demands)
        if not elements or any(smaller <= elements for smaller in found):
            continue
        witness = search.witness(demands)
        if witness is None:
            continue
        found.append(elements)
        names = tuple(sorted(elements, key=order.__getitem__))
        favourable = {
            name: " and ".join(
                sorted(str(demand) for demand in demands if demand.leaf.element == name)
            )
            for name in names
        }
        yield Route(elements=names, favourable=favourable, effort=search.effort(demands)), witness
        if len(found) == MOST_ROUTES:
            return


class _Search:
    """The ways to make an expression true or false in a case; lives for one call of `routes`."""

    def __init__(self, policy: Policy, case: Case) -> None:
        self.case = case
        self.dictionary: Dictionary = policy.dictionary
        self.tests = {criterion.id: criterion.test for criterion in policy.criteria()}

    def effort(self, demands: Demands) -> int:
        return sum(
            self.dictionary.elements[name].effort
            for name in {demand.leaf.element for demand in demands}
        )

    def ways(self, expression: Expression, *, holds: bool) -> Sequence[Demands]:
        """Give the sets of demands, cheapest first, each of which makes the expression come out so."""
        match expression:
            case Compare() | Matches() | Holds():
                truth = test_value(expression, self.case.value(expression.element))
                if truth is Truth.UNKNOWN:
                    return [frozenset({Demand(expression, holds)})]
                return [frozenset()] if (truth is Truth.TRUE) is holds else []
            case Part(criterion):
                return self.ways(self.tests[criterion], holds=holds)
            case Not(part):
                return self.ways(part, holds=not holds)
            case AllOf(parts):
                needed = len(parts) if holds else 1
            case AnyOf(parts):
                needed = 1 if holds else len(parts)
            case AtLeast(count, parts):
                needed = count if holds else len(parts) - count + 1
        return self._some(needed, [self.ways(part, holds=holds) for part in parts])

    def _some(self, needed: int, ways: Sequence[Sequence[Demands]]) -> Sequence[Demands]:
        """Combine the ways of so many parts; parts that cannot come out so take no part."""
        open_ways = [way for way in ways if way]
        sets: set[Demands] = set()
        for chosen in combinations(open_ways, needed):
            joined: Sequence[Demands] = [frozenset()]
            for way in chosen:
                joined = self._cheapest(left | right for left, right in product(joined, way))
            sets.update(joined)
        return self._cheapest(sets)

    def _cheapest(self, sets: Iterable[Demands]) -> Sequence[Demands]:
        keyed = sorted(
            (self.effort(each), len(each), sorted(map(str, each)), each) for each in set(sets)
        )
        kept: list[Demands] = []
        for *_, each in keyed:
            if not any(smaller <= each for smaller in kept):
                kept.append(each)
        return kept[:MOST_KEPT]

    def witness(self, demands: Demands) -> Mapping[str, Value] | None:
        """Find one value for each element that satisfies all demands on it."""
        values: dict[str, Value] = {}
        for name in {demand.leaf.element for demand in demands}:
            mine = [demand for demand in demands if demand.leaf.element == name]
            value = next(
                (each for each in self._candidates(name, mine) if _satisfies(each, mine)), None
            )
            if value is None:
                return None
            values[name] = value
        return values

    def _candidates(self, name: str, demands: Sequence[Demand]) -> Iterator[Value]:
        entry = self.case.entry(name)
        if isinstance(entry, Fact):
            # The fact is there but its date is not precise enough: only its own range is left.
            if isinstance(entry.value, Span):
                yield from _more_precise(entry.value)
            return
        yield from candidates(
            self.dictionary.elements[name].answer, [demand.leaf for demand in demands]
        )


def candidates(answer: AnswerType, tests: Iterable[Leaf]) -> Iterator[Value]:
    """Give values of an element, enough of them to reach every outcome that these tests of it can have."""
    bounds = [leaf.bound for leaf in tests if isinstance(leaf, Compare)]
    match answer:
        case YesNo():
            yield from (True, False)
        case Choice(options):
            yield from options
        case Number(unit, low, high):
            yield from _around(bounds, unit=unit, low=low, high=high)
        case Time():
            yield from _durations(bounds)


def _satisfies(value: Value, demands: Sequence[Demand]) -> bool:
    return all(test_value(demand.leaf, value) is Truth.of(demand.holds) for demand in demands)


def _around(
    bounds: Sequence[Quantity], *, unit: str, low: Decimal, high: Decimal
) -> Iterator[Quantity]:
    """Values on the bounds, between them, and at the ends of the range."""
    for bound in bounds:
        yield bound
    for end in (low, high):
        yield Quantity(end, unit)
    numbers = sorted({bound.value for bound in bounds if bound.unit == unit} | {low, high})
    for left, right in zip(numbers, numbers[1:], strict=False):
        yield Quantity((left + right) / 2, unit)


def _durations(bounds: Sequence[Quantity]) -> Iterator[Quantity]:
    for bound in bounds:
        for step in (0, 1, -1):
            if bound.value + step >= 0:
                yield Quantity(bound.value + step, bound.unit)
    # Against bounds in other units a stated time may be undecided; these are clear of any of them.
    yield Quantity(100, "years")
    yield Quantity(0, "days")


def _more_precise(span: Span) -> Iterator[Span]:
    since = span.since
    earliest = since.earliest or since.latest.replace(year=1)
    for day in (since.latest, earliest):
        yield Span(since=DateRange.exactly(day), until=span.until, counting=span.counting)
