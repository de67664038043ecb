"""
What is known of codes, as tables: their validity, the rules between them, the lists of policies.

The tables are data that people review (`codes.csv`, `rules.csv`, `policy_codes.csv`); each row says
where it comes from and how well that was read. Labels are the project's own words.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from multifidus.billing.request import System
from multifidus.core.citation import ReadingStatus
from multifidus.core.coding import Days
from multifidus.core.policy import LineOfBusiness

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from multifidus.billing.request import CodedRequest

ANY_FURTHER = "-"
"""A pattern that ends so stands for all codes that begin with it: `M79.1-`."""


class Severity(StrEnum):
    """How grave a finding is, in FHIR's words (OperationOutcome)."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


class Kind(StrEnum):
    """What a rule looks for."""

    PRESENT = "present"
    """A code that asks for a look."""
    TOGETHER = "together"
    """Two codes that stand beside each other."""
    NEEDS = "needs"
    """A code without any of those that it asks for beside it."""
    FIRST = "first"
    """A diagnosis that stands first."""
    BOTH_SIDES = "both-sides"
    """A line that does not say that both sides are meant."""
    SIDES_TWICE = "sides-twice"
    MOST_UNITS = "most-units"
    """A line with more units than the rule has in place of other codes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCode:
    """A code, the days on which it is valid, and what took its place."""

    system: System
    code: str
    label: str
    role: str
    valid: Days
    successors: tuple[str, ...]
    reading: ReadingStatus
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """When a rule holds: for some lines of business, at some sites, from a day on."""

    lines: frozenset[LineOfBusiness] = frozenset()
    sites: frozenset[str] = frozenset()
    since: date = date.min

    def holds(self, request: CodedRequest) -> bool:
        """Whether a request is one of those; what it does not tell, it is not."""
        return (
            request.on >= self.since
            and (not self.lines or request.line_of_business in self.lines)
            and (not self.sites or request.site in self.sites)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of coding, with its source and the way forward."""

    id: str
    kind: Kind
    codes: tuple[str, ...]
    others: tuple[str, ...]
    when: When
    severity: Severity
    says: str
    fix: str
    reading: ReadingStatus
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyCodes:
    """Codes that a policy names, and what it says of them."""

    policy: str
    codes: tuple[str, ...]
    standing: str
    says: str
    reading: ReadingStatus
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """All that requests are checked against."""

    codes: Mapping[tuple[System, str], KnownCode]
    rules: Sequence[Rule]
    policies: Sequence[PolicyCodes]


@cache
def shipped_tables() -> Tables:
    """Read the tables that come with the package."""
    known = [_code(row) for row in rows("codes.csv")]
    return Tables(
        codes={(each.system, each.code): each for each in known},
        rules=tuple(_rule(row) for row in rows("rules.csv")),
        policies=tuple(_policy_codes(row) for row in rows("policy_codes.csv")),
    )


def is_under(code: str, patterns: Sequence[str]) -> bool:
    """Whether a code is one of some, or begins as one that ends in `-` does."""
    return any(
        code.startswith(each.removesuffix(ANY_FURTHER))
        if each.endswith(ANY_FURTHER)
        else code == each
        for each in patterns
    )


def rows(name: str) -> Iterator[dict[str, str]]:
    """Read the rows of a table that comes with the package."""
    path = Path(__file__).with_name(name)
    yield from csv.DictReader(path.read_text(encoding="utf-8").splitlines())


def _code(row: Mapping[str, str]) -> KnownCode:
    return KnownCode(
        system=System(row["system"]),
        code=row["code"],
        label=row["label"],
        role=row["role"],
        valid=Days(first=_day(row["first"]), last=_day(row["last"])),
        successors=tuple(row["successors"].split()),
        reading=ReadingStatus(row["reading"]),
        source=row["source"],
    )


def _day(words: str) -> date | None:
    return date.fromisoformat(words) if words else None


def _rule(row: Mapping[str, str]) -> Rule:
    return Rule(
        id=row["rule"],
        kind=Kind(row["kind"]),
        codes=tuple(row["codes"].split()),
        others=tuple(row["others"].split()),
        when=_when(row["when"].split()),
        severity=Severity(row["severity"]),
        says=row["says"],
        fix=row["fix"],
        reading=ReadingStatus(row["reading"]),
        source=row["source"],
    )


def _when(words: Sequence[str]) -> When:
    told = [each.split(":") for each in words]
    return When(
        lines=frozenset(LineOfBusiness(value) for key, value in told if key == "line"),
        sites=frozenset(value for key, value in told if key == "site"),
        since=max(
            (date.fromisoformat(value) for key, value in told if key == "from"), default=date.min
        ),
    )


def _policy_codes(row: Mapping[str, str]) -> PolicyCodes:
    return PolicyCodes(
        policy=row["policy"],
        codes=tuple(row["codes"].split()),
        standing=row["standing"],
        says=row["says"],
        reading=ReadingStatus(row["reading"]),
        source=row["source"],
    )
