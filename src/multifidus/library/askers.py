"""
Which policies ask for a data element, and in which clauses.

A version of which nobody has read the position asks for nothing that is known; it is listed apart,
for it is not one that does not ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.core.expression import elements_of
from multifidus.core.policy import Stance

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from multifidus.core.policy import Criterion, Policy


@dataclass(frozen=True, kw_only=True)
class Asking:
    """A policy that asks for an element: in which clauses, and in which readings not taken."""

    policy: Policy
    clauses: tuple[Criterion, ...]
    otherwise: tuple[Criterion, ...] = ()
    """Clauses that ask for it only as they could be read otherwise."""


def askers(policies: Iterable[Policy]) -> Mapping[str, tuple[Asking, ...]]:
    """Tell who asks for which element, by its name, in the order of the policies."""
    found: dict[str, list[Asking]] = {}
    for policy in policies:
        if policy.about.stance is Stance.UNREAD:
            continue
        clauses = list(policy.clauses())
        for name in dict.fromkeys([*policy.elements, *_read_otherwise(policy)]):
            own = tuple(each for each in clauses if name in each.elements)
            other = tuple(each for each in clauses if each not in own and _other(each, name))
            groups = tuple(each for each in policy.criteria() if each.is_group)
            other += tuple(each for each in groups if _other(each, name))
            asking = Asking(policy=policy, clauses=own, otherwise=other)
            found.setdefault(name, []).append(asking)
    return {name: tuple(each) for name, each in found.items()}


def _read_otherwise(policy: Policy) -> Iterator[str]:
    for _, reading in policy.readings:
        yield from elements_of(reading.other)


def _other(criterion: Criterion, name: str) -> bool:
    return any(name in elements_of(each.other) for each in criterion.readings)
