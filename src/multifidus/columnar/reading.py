"""A policy read otherwise: what it would be, had the other reading of a clause been taken."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from multifidus.core.expression import Part, parts_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus.core.expression import Expression
    from multifidus.core.policy import Criterion, Policy, Reading


def read_otherwise(policy: Policy, *, reading: Reading) -> Policy:
    """
    Take the other reading; the policy's identity and digest stay those of its text.

    `core.determination` tells of one case what the other readings come to; compiled, a policy read
    otherwise tells it of a table.
    """
    return replace(policy, root=_taken(policy.root, reading))


def _taken(criterion: Criterion, reading: Reading) -> Criterion:
    parts = tuple(_taken(part, reading) for part in criterion.parts)
    if criterion.id != reading.criterion:
        return replace(criterion, parts=parts)
    named = set(_named(reading.other))
    # A part that the other reading does not refer to decides nothing any more.
    return replace(
        criterion, test=reading.other, parts=tuple(part for part in parts if part.id in named)
    )


def _named(test: Expression) -> Iterator[str]:
    if isinstance(test, Part):
        yield test.criterion
    for part in parts_of(test):
        yield from _named(part)
