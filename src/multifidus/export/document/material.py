"""What a document is made from; what other rooms know of a policy is handed over as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multifidus.core.case import Case
    from multifidus.core.determination import Determination
    from multifidus.core.policy import Policy
    from multifidus.errors import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A worked case: its name and its facts; what the policy answers is determined anew."""

    name: str
    case: Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a version did to one topic of the version before it."""

    word: str
    """As `tightened`."""
    topic: str
    before: str
    after: str
    nothing: str = "not asked"
    """What is said of a side that asks nothing, or of which it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of the policy, and what it changed of the one before; the first changed nothing."""

    name: str
    days: str
    does: str
    """What it does with the service."""
    link: str = ""
    """The page of that version; empty where there is none."""
    compared: str = ""
    """The page that compares it with the one before; empty where there is none."""
    verdict: str = ""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A source attribute: its paragraph and what it asks, the answer, and why there is none."""

    question: str
    answer: str
    lacking: str = ""
    """As `not applicable`; empty where there is an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeList:
    """The source attributes that a rule asks of one sort of decision support."""

    heading: str
    attributes: tuple[Answered, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """What the policy says of one record."""

    determination: Determination
    patient: str
    date_origin: str
    """Who says for which day the service is asked."""
    unread: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A policy, what stands beside it, and a record's marks where there is a record."""

    policy: Policy
    software: str
    """The version of the program that writes it."""
    examples: tuple[Example, ...] = ()
    history: tuple[Version, ...] = ()
    """All versions, the first one first."""
    remark: str = ""
    """What was found of what it does, as that nobody on the label can meet it."""
    attributes: tuple[AttributeList, ...] = ()
    marked: Marked | None = None
