"""
The evidence behind the criteria of policies, and whether a patient is like those who were studied.

The room `evidence` knows neither policies nor patients; here the two meet. Whether a trial would
have taken a patient is a determination like any other: its entry criteria stand on the shelf as a
policy of the kind `research`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.cli.evidence_kept import shipped_chain
from multifidus.core.determination import Answer, determine
from multifidus.evidence.chain import Clause

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from multifidus.core.case import Case, Fact
    from multifidus.core.determination import CriterionResult, Determination
    from multifidus.core.policy import Policy
    from multifidus.evidence.chain import Entry, EvidenceLine, Link
    from multifidus.library.shelf import Shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What stands behind some clauses."""

    link: Link
    clauses: tuple[Clause, ...]

    def of(self, policy: str) -> tuple[str, ...]:
        """Name its clauses in a policy."""
        return tuple(each.id for each in self.clauses if each.policy == policy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Whether a trial would have taken the patient, by what its entry criteria come to."""

    entry: Entry
    told: Determination

    @property
    def outside_by(self) -> tuple[CriterionResult, ...]:
        """The conditions of entry that keep the patient out; empty while that is not known."""
        if self.told.answer is not Answer.NOT_MET:
            return ()
        return tuple(each for each in self.told.criteria.walk() if each.id in self.told.settled_by)

    @property
    def apart(self) -> frozenset[str]:
        """The data elements in which the patient differs from those whom the trial took."""
        return frozenset(name for each in self.outside_by for name in each.elements)

    def facts(self, condition: CriterionResult) -> tuple[Fact, ...]:
        """The patient's facts that a condition asked about."""
        found = (self.told.facts.get(name) for name in condition.elements)
        return tuple(each for each in found if each is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """The evidence behind some policies, and how one patient stands to it."""

    topics: tuple[Topic, ...]
    standings: tuple[Standing, ...] = ()

    @property
    def nearest(self) -> tuple[EvidenceLine, ...]:
        """The lines about people who differ from a trial's in what this patient does."""
        apart = frozenset[str]().union(*(each.apart for each in self.standings))
        return tuple(
            line for line in shipped_chain().lines.values() if not apart.isdisjoint(line.apart)
        )


def behind_policies(policies: Sequence[Policy], *, only: Collection[str] = ()) -> Behind:
    """Find the evidence behind the clauses of policies, or behind those that are named alone."""
    clauses = [
        each for policy in policies for each in _clauses(policy) if not only or each.id in only
    ]
    return Behind(
        topics=tuple(
            Topic(link=link, clauses=found) for link, found in shipped_chain().behind(clauses)
        )
    )


def behind_case(policies: Sequence[Policy], case: Case, shelf: Shelf) -> Behind:
    """Find the evidence behind policies, and whether the trials would have taken the patient."""
    return Behind(topics=behind_policies(policies).topics, standings=tuple(_standings(case, shelf)))


def _clauses(policy: Policy) -> Iterator[Clause]:
    about = policy.about
    for each in policy.clauses():
        yield Clause(policy=about.id, id=each.id, elements=each.elements, stance=about.stance.value)


def _standings(case: Case, shelf: Shelf) -> Iterator[Standing]:
    for entry in shipped_chain().entries:
        chosen = shelf.choose(entry.policy, case.service.date)
        yield Standing(entry=entry, told=determine(shelf.read(chosen.shelved), case))
