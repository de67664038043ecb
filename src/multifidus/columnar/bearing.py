"""
What bears an answer, as conditions on the truths of a row.

A node bears an answer if every node from the root down to it has the root's truth, turned round
under each *not*. So a column tells it by itself: of an answer that is true, what is to be true
bears it, and what is to be false under a *not*; of an answer that is open, what is open.
Conditions may be null where a truth is; what is not surely so bears nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from multifidus.columnar import kleene
from multifidus.core.expression import AllOf, AnyOf, AtLeast, Compare, Holds, Matches, Not, Part
from multifidus.core.truth import Truth, negation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from multifidus.core.expression import Expression, Leaf
    from multifidus.core.policy import Criterion


@dataclass(frozen=True, slots=True)
class Told:
    """A node of a test, the column of its truth, and the same of its parts."""

    node: Expression
    truth: str
    parts: tuple[Told, ...]


class Way(NamedTuple):
    """A way down to a node: the truth that it has if it bears, and what must hold for that."""

    truth: Truth
    conditions: tuple[str, ...]


Ways = tuple[Way, ...]
"""There is one for each place where a node stands, and hardly ever more than one."""


def conditions_of(ways: Sequence[Way]) -> tuple[str, ...]:
    """List what must hold for a node to bear the answer, from the root down."""
    if len(ways) == 1:
        return ways[0].conditions
    return (kleene.any_of([kleene.all_of(way.conditions) for way in ways]),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearing:
    """What bears the answer, where the root has a given truth."""

    root: Criterion
    told: Mapping[str, Told]
    """The tests of the criteria, by their ids."""
    truth: Truth

    def clauses(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Give the clauses that may bear the answer, in the order of the text, and when."""
        for criterion, ways in self._reached():
            yield criterion.id, conditions_of(ways)

    def _reached(self) -> Iterator[tuple[Criterion, Ways]]:
        yield from self._clauses(self.root, (Way(self.truth, ()),))

    def _clauses(self, criterion: Criterion, ways: Ways) -> Iterator[tuple[Criterion, Ways]]:
        if not criterion.parts:
            yield criterion, ways
            return
        below = list(self._below(criterion, ways))
        for part in criterion.parts:
            its_ways = tuple(way for node, way in below if node == Part(part.id))
            if its_ways:
                yield from self._clauses(part, its_ways)

    def _below(self, criterion: Criterion, ways: Ways) -> Iterator[tuple[Leaf | Part, Way]]:
        for way in ways:
            yield from _leading(self.told[criterion.id], way)

    def elements(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Give each element that may bear the answer, at each place, and when it is first there."""
        earlier: dict[str, list[str]] = {}
        for criterion, ways in self._reached():
            for node, way in self._below(criterion, ways):
                if isinstance(node, Part):
                    continue
                asked = earlier.setdefault(node.element, [])
                yield node.element, (*way.conditions, *map(kleene.negation, asked))
                asked.append(kleene.all_of(way.conditions))


def _leading(told: Told, way: Way) -> Iterator[tuple[Leaf | Part, Way]]:
    """Give the ways to the leaves and parts below a node."""
    match told.node:
        case Part() | Compare() | Matches() | Holds():
            yield told.node, way
        case Not():
            yield from _leading(told.parts[0], Way(negation(way.truth), way.conditions))
        case AllOf() | AnyOf() | AtLeast():
            for part in told.parts:
                yield from _leading(
                    part, Way(way.truth, (*way.conditions, *_shares(told, part, way)))
                )


def _shares(told: Told, part: Told, way: Way) -> Iterator[str]:
    """Write that a part shares its whole's truth, but where all parts surely do."""
    alike = {Truth.TRUE: AllOf, Truth.FALSE: AnyOf}
    if not isinstance(told.node, alike.get(way.truth, ())):
        yield kleene.has(part.truth, way.truth)
