"""Every policy against every other: which asks more, which less, and which cannot be compared."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING

from multifidus.analysis.inquiry import Inquiry
from multifidus.analysis.statement import Statement
from multifidus.core.policy import Stance
from multifidus.core.truth import F, T

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from multifidus.analysis.inquiry import Asker
    from multifidus.core.policy import Policy


class Relation(StrEnum):
    """How one policy stands to another: what the first asks, compared with the second."""

    SAME = "same"
    """The same cases meet both."""
    STRICTER = "stricter"
    """Whoever meets the first meets the second, and not the other way round."""
    LOOSER = "looser"
    INCOMPARABLE = "incomparable"
    """Some cases meet both, some only the first, some only the second."""
    DISJOINT = "disjoint"
    """Either can be met, but no case meets both."""
    NEVER_MET = "never met"
    """One of the two is met by no case."""
    UNKNOWN = "unknown"
    """Of one of the two nobody has read the position."""
    SILENT = "silent"
    """One of the two was read and does not speak of the service."""
    NOT_DECIDED = "not decided"
    """The time was up."""

    @property
    def turned(self) -> Relation:
        """How the second policy stands to the first."""
        turned = {Relation.STRICTER: Relation.LOOSER, Relation.LOOSER: Relation.STRICTER}
        return turned.get(self, self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """How each of some policies stands to each other."""

    policies: tuple[Policy, ...]
    premises: tuple[str, ...]
    limit: float
    """The seconds that each pair was given."""
    relations: Mapping[tuple[str, str], Relation]
    """By the names of row and column; a policy is not compared with itself."""
    never_met: tuple[str, ...]
    """The policies that no case meets."""


def matrix(
    asker: Asker, policies: Sequence[Policy], progress: Callable[[int, int], None]
) -> Matrix:
    """Compare every two policies; `progress` is told how many of how many pairs are done."""
    statements = [Statement(each) for each in policies]
    pairs = list(combinations(statements, 2))
    relations: dict[tuple[str, str], Relation] = {}
    for done, (row, column) in enumerate(pairs, start=1):
        found = relation(asker, row, column)
        relations[row.name, column.name] = found
        relations[column.name, row.name] = found.turned
        progress(done, len(pairs))
    return Matrix(
        policies=tuple(policies),
        premises=tuple(each.about.id for each in asker.premises),
        limit=asker.limit,
        relations=relations,
        never_met=tuple(each.name for each in statements if _is_never_met(asker, each)),
    )


def _is_never_met(asker: Asker, statement: Statement) -> bool:
    inquiry = Inquiry(asker)
    claims = [*statement.claims(T), *inquiry.premises]
    return statement.is_read and inquiry.possible(claims) is False


def relation(asker: Asker, row: Statement, column: Statement) -> Relation:
    """Tell how one policy stands to another."""
    if not (row.is_read and column.is_read):
        stances = {each.policy.about.stance for each in (row, column)}
        return Relation.UNKNOWN if Stance.UNREAD in stances else Relation.SILENT
    inquiry = Inquiry(asker)

    def possible(*wanted: tuple[Statement, bool]) -> bool | None:
        claims = [claim for each, holds in wanted for claim in each.claims(T if holds else F)]
        return inquiry.possible([*claims, *inquiry.premises])

    met = [possible((row, True)), possible((column, True))]
    if False in met:
        return Relation.NEVER_MET
    both = possible((row, True), (column, True))
    row_alone = possible((row, True), (column, False))
    column_alone = possible((row, False), (column, True))
    if None in (*met, both, row_alone, column_alone):
        return Relation.NOT_DECIDED
    if not both:
        return Relation.DISJOINT
    return _RELATIONS[bool(row_alone), bool(column_alone)]


_RELATIONS = {
    (False, False): Relation.SAME,
    (False, True): Relation.STRICTER,
    (True, False): Relation.LOOSER,
    (True, True): Relation.INCOMPARABLE,
}
