"""
What a question is answered with: a proof, a witness, or that it was not decided.

A proof lists the claims that clash, with the premises among them; a witness is a case that the
evaluator has judged. Either can be followed to the clauses, and from there to how well they were
read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from multifidus.core.case import Case
    from multifidus.core.citation import Citation, ReadingStatus
    from multifidus.core.determination import Answer
    from multifidus.core.policy import Sense
    from multifidus.core.truth import Truth


class Question(StrEnum):
    """What is asked; docs/reference/questions.md says what each one means."""

    CAN_BE_MET = "can-be-met"
    IMPLIES = "implies"
    EQUIVALENT = "equivalent"
    DIFFERS = "differs"
    DEAD = "dead"
    CONFLICTS = "conflicts"
    NEVER_MET = "never-met"
    DIFFERENCE = "difference"
    READING = "reading"
    # Of one clause, as part of an answer about a policy.
    CLAUSE_NEVER_HOLDS = "clause-never-holds"
    CLAUSE_ALWAYS_HOLDS = "clause-always-holds"
    CLAUSE_MATTERS = "clause-matters"
    CLAUSES_EXCLUDE = "clauses-exclude-each-other"
    CLAUSE_DROPPED = "clause-dropped"
    CLAUSE_ADDED = "clause-added"


class Outcome(StrEnum):
    """How far an answer goes."""

    PROVED = "proved"
    WITNESS = "witness"
    NOT_DECIDED = "not-decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A criterion of a policy, as an answer speaks of it: what it is, and how well it was read."""

    policy: str
    id: str
    title: str
    sentence: str
    test: str
    """As policies write it; of a group, spelled out."""
    elements: tuple[str, ...]
    sense: Sense
    truth: Truth
    """What the answer takes it to be."""
    citations: tuple[Citation, ...]
    reading: ReadingStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a proof rests on: claims that cannot hold together, or that bear out `shows`."""

    shows: Clause | None
    """The clause that follows from the others; None where they clash among themselves."""
    clauses: tuple[Clause, ...]
    premises: tuple[Clause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a policy or clause comes to for a witness, and the clauses that decide it."""

    about: str
    answer: Answer
    deciding: tuple[Clause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One fact of a witness in clinical words."""

    element: str
    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A made-up case that shows what is claimed; what it leaves out can be anything."""

    case: Case
    details: tuple[Detail, ...]
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The answer to a question about policies."""

    question: Question
    about: tuple[str, ...]
    holds: bool | None
    """Whether what is asked is so; None where that was not decided."""
    outcome: Outcome
    because: str = ""
    """Why it was not decided, or what else has to be said."""
    limit: float
    """The seconds that the question was given."""
    premises: tuple[str, ...] = ()
    """The sets of premises that were assumed."""
    proof: tuple[Step, ...] = ()
    witness: Witness | None = None
    parts: tuple[Reply, ...] = ()
    clause: Clause | None = None
    """The clause that a part of an answer is about."""
    read: Mapping[str, Mapping[ReadingStatus, int]] = field(default_factory=dict)
    """By policy: how many of its clauses were read how well."""
