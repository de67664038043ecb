"""
Routes: the smallest sets of elements which, documented favourably, would make an answer *met*.

A route is a set of demands ("this test must hold", "that one must not") on elements that are still
open. Demands on one element count only if a single value satisfies them all; the value that shows
it is the route's witness.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations, pairwise, product
from typing import TYPE_CHECKING

from multifidus.core.case import Absence, Fact, Reason
from multifidus.core.element import Choice, Effort, Number, Time, YesNo
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
from multifidus.core.quantity import DateRange, Quantity, Span, compare, days_in
from multifidus.core.truth import Truth

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from decimal import Decimal

    from multifidus.core.case import Case
    from multifidus.core.element import AnswerType, DataElement
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


Demands = frozenset[int]
"""A set of demands, by their numbers in one search: joining sets is what takes the time here."""

Numbers = tuple[int, ...]

_SETTLED: Sequence[Demands] = (frozenset(),)
"""The one way of what is so already: nothing is demanded."""


def test_value(leaf: Leaf, value: Value | None) -> Truth:
    """Put a value to a test; no value, or one of another kind, is unknown."""
    match leaf:
        case Compare() if isinstance(value, Quantity | Span):
            return compare(value, leaf.operator, leaf.bound)
        case Matches() if isinstance(value, str):
            return Truth.of(value in leaf.options)
        case Holds() if isinstance(value, bool):
            return Truth.of(value)
        case _:
            return Truth.UNKNOWN


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
    search = _Search(policy, case, truths or {})
    found: list[frozenset[str]] = []
    for way in search.ways(policy.root.test, holds=True):
        demands = search.by_element(way)
        elements = frozenset(demands)
        if not elements or any(smaller <= elements for smaller in found):
            continue
        witness = search.witness(demands)
        if witness is None:
            continue
        found.append(elements)
        favourable = {name: search.words(numbers) for name, numbers in demands.items()}
        effort = search.effort(way)
        yield Route(elements=tuple(demands), favourable=favourable, effort=effort), witness
        if len(found) == MOST_ROUTES:
            return


class _Search:
    """The ways to make an expression true or false in a case; lives for one call of `routes`."""

    def __init__(self, policy: Policy, case: Case, truths: Mapping[str, Truth]) -> None:
        self.case = case
        self.truths = truths
        self.tests = policy.tests
        self.elements: Mapping[str, DataElement] = policy.dictionary.elements
        self.demands: list[Demand] = []
        self.names: list[str] = []
        self.numbers: dict[Demand, int] = {}
        self.values: dict[Numbers, Value | None] = {}
        self.written: dict[Numbers, str] = {}

    def number(self, demand: Demand) -> int:
        """Number the demands in the order of the text."""
        number = self.numbers.setdefault(demand, len(self.demands))
        if number == len(self.demands):
            self.demands.append(demand)
            self.names.append(demand.leaf.element)
        return number

    def effort(self, way: Demands) -> int:
        names = {self.names[number] for number in way}
        return sum([self._effort_of(name) for name in names])

    def _effort_of(self, name: str) -> int:
        entry = self.case.entries.get(name)
        if isinstance(entry, Absence) and entry.reason is Reason.UNCONFIRMED:
            # It was done and written down; a person only has to look.
            return Effort.RECORD
        return self.elements[name].effort

    def by_element(self, way: Demands) -> Mapping[str, Numbers]:
        """Sort the demands of a way by the element that they are made of."""
        sorted_out: dict[str, Numbers] = {}
        for number in sorted(way):
            name = self.names[number]
            sorted_out[name] = (*sorted_out.get(name, ()), number)
        return sorted_out

    def words(self, numbers: Numbers) -> str:
        """Write the demands on one element, as tests are written."""
        if numbers not in self.written:
            self.written[numbers] = " and ".join([str(self.demands[each]) for each in numbers])
        return self.written[numbers]

    def ways(self, expression: Expression, *, holds: bool) -> Sequence[Demands]:
        """Give the sets of demands, cheapest first, that each make the expression come out so."""
        match expression:
            case Compare() | Matches() | Holds():
                truth = test_value(expression, self.case.value(expression.element))
                if truth is Truth.UNKNOWN:
                    return [frozenset({self.number(Demand(expression, holds))})]
                return _SETTLED if (truth is Truth.TRUE) is holds else []
            case Part(criterion):
                known = self.truths.get(criterion, Truth.UNKNOWN)
                if known is Truth.UNKNOWN:
                    return self.ways(self.tests[criterion], holds=holds)
                return _SETTLED if (known is Truth.TRUE) is holds else []
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
        able = [way for way in ways if way]
        sets: list[Demands] = []
        for chosen in combinations(able, needed):
            certain = [way[0] for way in chosen if len(way) == 1]
            joined: Sequence[Demands] = [frozenset().union(*certain)]
            for way in chosen:
                if len(way) > 1:
                    joined = self._cheapest([a | b for a, b in product(joined, way)])
            sets += joined
        return self._cheapest(sets)

    def _cheapest(self, sets: Sequence[Demands]) -> Sequence[Demands]:
        if len(sets) == 1:
            return sets
        ordered = sorted(set(sets), key=lambda each: (self.effort(each), len(each), sorted(each)))
        kept: list[Demands] = []
        for each in ordered:
            if not any(smaller <= each for smaller in kept):
                kept.append(each)
        return kept[:MOST_KEPT]

    def witness(self, demands: Mapping[str, Numbers]) -> Mapping[str, Value] | None:
        """Find one value for each element that satisfies all demands on it."""
        values = {name: self._value(name, numbers) for name, numbers in demands.items()}
        found = {name: value for name, value in values.items() if value is not None}
        return found if len(found) == len(values) else None

    def _value(self, name: str, numbers: Numbers) -> Value | None:
        if numbers not in self.values:
            mine = [self.demands[each] for each in numbers]
            able = (each for each in self._candidates(name, mine) if _satisfies(each, mine))
            self.values[numbers] = next(able, None)
        return self.values[numbers]

    def _candidates(self, name: str, demands: Sequence[Demand]) -> Iterator[Value]:
        entry = self.case.entry(name)
        if isinstance(entry, Fact):
            # The fact is there but not precise enough: only its own range is left.
            yield from _more_precise(entry.value)
        else:
            yield from candidates(self.elements[name].answer, [each.leaf for each in demands])


def candidates(answer: AnswerType, tests: Iterable[Leaf]) -> Iterator[Value]:
    """Give values of an element: enough to reach every outcome that these tests can have."""
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
    yield from bounds
    for end in (low, high):
        yield Quantity(end, unit)
    numbers = sorted({bound.value for bound in bounds if bound.unit == unit} | {low, high})
    for left, right in pairwise(numbers):
        yield Quantity((left + right) / 2, unit)


def _durations(bounds: Sequence[Quantity]) -> Iterator[Quantity]:
    for bound in bounds:
        for step in (0, 1, -1):
            if bound.value + step >= 0:
                yield Quantity(bound.value + step, bound.unit)
    # Against bounds in other units a stated time may be undecided; these are clear of any of them.
    yield Quantity(100, "years")
    yield Quantity(0, "days")


def _more_precise(value: Value) -> Iterator[Value]:
    """Values that a fact may turn out to be once it is stated to the day."""
    match value:
        case Span(since=since):
            for day in (since.latest, since.earliest or date.min):
                yield replace(value, since=DateRange.exactly(day))
        case Quantity():
            yield from (Quantity(days, "days") for days in days_in(value))
        case bool() | str():
            return
