"""
What a question speaks of: a policy or one of its criteria, and the claim that it comes out so.

A claim about a list is taken apart into claims about its items, as far as all of them must hold: a
proof then names the clauses that it rests on, and not only the policies.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from multifidus.core.determination import evaluate
from multifidus.core.expression import AllOf, AnyOf, Not, Part
from multifidus.core.policy import ROOT
from multifidus.core.truth import Truth

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from multifidus.core.case import Case
    from multifidus.core.expression import Expression
    from multifidus.core.policy import Criterion, Policy, Reading


@dataclass(frozen=True, eq=False)
class Statement:
    """A policy, or one of its criteria."""

    policy: Policy
    id: str = ROOT

    @property
    def name(self) -> str:
        """Its name as it is asked for: `id@version`, or `id@version:clause`."""
        version = name_of(self.policy)
        return version if self.id == ROOT else f"{version}:{self.id}"

    @property
    def is_read(self) -> bool:
        """Whether anything was read that could be proved or refuted."""
        return not self.policy.about.stance.is_without_position

    @property
    def criterion(self) -> Criterion:
        """The criterion that it is about."""
        return next(each for each in self.policy.criteria() if each.id == self.id)

    def at(self, criterion: str) -> Statement:
        """Speak of another criterion of the same policy."""
        return Statement(self.policy, criterion)

    def claims(self, truth: Truth) -> tuple[Claim, ...]:
        """Take the claim that it comes out so apart."""
        return tuple(_apart(self.policy, self.criterion, truth))


@dataclass(frozen=True)
class Claim:
    """That a criterion comes out so."""

    about: Statement
    truth: Truth

    @property
    def name(self) -> str:
        """Tell it from every other claim."""
        return f"{self.about.name} {self.truth}"

    @property
    def contrary(self) -> Claim:
        """That it comes out the other way round."""
        return Claim(self.about, Truth.FALSE if self.truth is Truth.TRUE else Truth.TRUE)


def name_of(policy: Policy) -> str:
    """Name a policy by its id and version."""
    return f"{policy.about.id}@{policy.about.version}"


def _apart(policy: Policy, criterion: Criterion, truth: Truth) -> Iterator[Claim]:
    match criterion.test, truth:
        case (AllOf(parts), Truth.TRUE) | (AnyOf(parts), Truth.FALSE) if parts:
            wanted = truth
        case (Not(AnyOf(parts)), Truth.TRUE) if parts:
            wanted = Truth.FALSE
        case _:
            parts, wanted = (), truth
    below = {part.id: part for part in criterion.parts}
    if not parts or not all(isinstance(part, Part) for part in parts):
        yield Claim(Statement(policy, criterion.id), truth)
        return
    for part in parts:
        if isinstance(part, Part):
            yield from _apart(policy, below[part.criterion], wanted)


def truths(policy: Policy, case: Case) -> Mapping[str, Truth]:
    """Give what every criterion comes to, without the explanation that `determine` makes."""
    found: dict[str, Truth] = {}

    def settle(criterion: Criterion) -> None:
        for part in criterion.parts:
            settle(part)
        found[criterion.id] = evaluate(criterion.test, case, found)

    settle(policy.root)
    if policy.about.stance.is_without_position:
        return dict.fromkeys(found, Truth.UNKNOWN)
    return found


def instead(policy: Policy, criterion: str, test: Expression, *, mark: str) -> Policy:
    """Give the policy with another test for one criterion; `mark` tells its version from ours."""
    about = replace(policy.about, version=f"{policy.about.version}+{mark}")
    return replace(policy, about=about, root=_with_test(policy.root, criterion, test))


def other_readings(statement: Statement) -> Iterator[tuple[Reading, Policy]]:
    """Give the readings of a criterion, each with the policy in which it is read the other way."""
    for number, reading in enumerate(statement.criterion.readings, start=1):
        mark = f"other-reading-of-{statement.id}" + (f"-{number}" if number > 1 else "")
        yield reading, instead(statement.policy, statement.id, reading.other, mark=mark)


def _with_test(root: Criterion, criterion: str, test: Expression) -> Criterion:
    if root.id == criterion:
        # A reading of a list speaks of elements: nothing hangs on the items any more.
        return replace(root, test=test, parts=())
    return replace(root, parts=tuple(_with_test(part, criterion, test) for part in root.parts))
