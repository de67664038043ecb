"""
Three truth values and their connectives, as columns: true, false, and null for unknown.

SQL's `AND`, `OR` and `NOT` are Kleene's; the connectives of `core.truth` are written with them.
Each function takes and gives SQL text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.core.truth import Truth

if TYPE_CHECKING:
    from collections.abc import Sequence

TRUE, FALSE, UNKNOWN = "TRUE", "FALSE", "CAST(NULL AS BOOLEAN)"


def negation(truth: str) -> str:
    """Turn true and false round; null stays null."""
    return f"(NOT {truth})"


def all_of(truths: Sequence[str]) -> str:
    """Conjunction; of nothing it is true."""
    return _joined(" AND ", truths) if truths else TRUE


def any_of(truths: Sequence[str]) -> str:
    """Disjunction; of nothing it is false."""
    return _joined(" OR ", truths) if truths else FALSE


def _joined(connective: str, truths: Sequence[str]) -> str:
    return truths[0] if len(truths) == 1 else f"({connective.join(truths)})"


def at_least(count: int, truths: Sequence[str]) -> str:
    """Tell by two sums, the surely and the possibly true, whether so many are true."""
    # A count would pass over nulls, which turns "unknown" into "no".
    surely = " + ".join(["0", *(f"CASE WHEN {each} THEN 1 ELSE 0 END" for each in truths)])
    possibly = " + ".join(["0", *(f"CASE WHEN NOT {each} THEN 0 ELSE 1 END" for each in truths)])
    return known(surely=f"{surely} >= {count}", possibly=f"{possibly} >= {count}")


def known(*, surely: str, possibly: str) -> str:
    """Make a truth of two conditions: true if the first holds, false unless the second does."""
    return f"CASE WHEN {surely} THEN TRUE WHEN NOT ({possibly}) THEN FALSE END"


def has(truth: str, value: Truth) -> str:
    """Write that a truth has a value; of an unknown one it is null whether it is true or false."""
    match value:
        case Truth.TRUE:
            return truth
        case Truth.FALSE:
            return negation(truth)
        case Truth.UNKNOWN:
            return f"({truth} IS NULL)"
