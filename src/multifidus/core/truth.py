"""
Three truth values and their connectives (Kleene's strong logic), tables drawn in full.

*Unknown* means that the record does not say.
It is never turned into *false* here; only a dictionary entry may do that, and says why.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Truth(StrEnum):
    """True, false, or not known from what is recorded."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"

    @staticmethod
    def of(value: bool | None) -> Truth:  # noqa: FBT001  a value, not a switch
        """Lift a two-valued answer; `None` is unknown."""
        if value is None:
            return U
        return T if value else F


# Plain names: Python 3.11 takes seven times as long to look up a member of an enumeration.
T, F, U = Truth.TRUE, Truth.FALSE, Truth.UNKNOWN

#      not
NOT = {
    T: F,
    F: T,
    U: U,
}

#  left  right   and
AND = {
    (T, T): T,
    (T, F): F,
    (T, U): U,
    (F, T): F,
    (F, F): F,
    (F, U): F,
    (U, T): U,
    (U, F): F,
    (U, U): U,
}

#  left  right   or
OR = {
    (T, T): T,
    (T, F): T,
    (T, U): T,
    (F, T): T,
    (F, F): F,
    (F, U): U,
    (U, T): T,
    (U, F): U,
    (U, U): U,
}


def negation(truth: Truth) -> Truth:
    """Turn true and false round; unknown stays unknown."""
    return NOT[truth]


def all_of(truths: Iterable[Truth]) -> Truth:
    """
    Conjunction: one false settles it, whatever is unknown. Of nothing: true.

    >>> all_of([T, U, F])
    <Truth.FALSE: 'false'>
    """
    result = T
    for truth in truths:
        result = AND[result, truth]
    return result


def any_of(truths: Iterable[Truth]) -> Truth:
    """
    Disjunction: one true settles it, whatever is unknown. Of nothing: false.

    >>> any_of([F, U, T])
    <Truth.TRUE: 'true'>
    """
    result = F
    for truth in truths:
        result = OR[result, truth]
    return result


def at_least(count: int, truths: Iterable[Truth]) -> Truth:
    """
    True when so many are surely true; false when not even the unknown ones could make up so many.

    >>> at_least(2, [T, U, F]), at_least(2, [T, F, F]), at_least(2, [T, U, T])
    (<Truth.UNKNOWN: 'unknown'>, <Truth.FALSE: 'false'>, <Truth.TRUE: 'true'>)
    """
    # Two counts instead of one: a single count that skips the unknown would
    # turn "unknown" into "no".
    surely = possibly = 0
    for truth in truths:
        surely += truth is T
        possibly += truth is not F
    if surely >= count:
        return T
    return U if possibly >= count else F
