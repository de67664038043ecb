"""
Three truth values as two terms of the solver: surely true, surely false.

Unknown is neither. Kleene's connectives are exact on such pairs: *all of* is true where all are,
and false where one is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import z3  # type: ignore[import-untyped]

from multifidus.core.truth import Truth

if TYPE_CHECKING:
    from collections.abc import Sequence

Term = Any
"""A term of the solver, whose library has no types."""

NEVER: Term = z3.BoolVal(val=False)


class Pair(NamedTuple):
    """What makes something true, and what makes it false."""

    true: Term
    false: Term

    def being(self, truth: Truth) -> Term:
        """Say that it comes out so."""
        match truth:
            case Truth.TRUE:
                return self.true
            case Truth.FALSE:
                return self.false
            case Truth.UNKNOWN:
                return z3.Not(z3.Or(self.true, self.false))


OPEN = Pair(NEVER, NEVER)


def negation(pair: Pair) -> Pair:
    """Turn true and false round."""
    return Pair(pair.false, pair.true)


def all_of(pairs: Sequence[Pair]) -> Pair:
    """Conjunction: one false settles it."""
    return Pair(z3.And([each.true for each in pairs]), z3.Or([each.false for each in pairs]))


def any_of(pairs: Sequence[Pair]) -> Pair:
    """Disjunction: one true settles it."""
    return Pair(z3.Or([each.true for each in pairs]), z3.And([each.false for each in pairs]))


def at_least(count: int, pairs: Sequence[Pair]) -> Pair:
    """So many surely true; or so many surely false that the others cannot make it up."""
    return Pair(
        _so_many(count, [each.true for each in pairs]),
        _so_many(len(pairs) - count + 1, [each.false for each in pairs]),
    )


def _so_many(count: int, terms: Sequence[Term]) -> Term:
    return z3.PbGe([(term, 1) for term in terms], count)
