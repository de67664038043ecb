"""
A part of a screen: one file of facts, its determinations, and its near misses.

A part is named by the facts and the policy that it is made of, and its files take their names when
they are complete; so a part that stands is never made again, and the same name is the same bytes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import file_digest
from typing import TYPE_CHECKING

from multifidus.columnar.duck import connection, save_determinations, whole
from multifidus.columnar.near import near_misses

if TYPE_CHECKING:
    from pathlib import Path

    from multifidus.columnar.compile import Query
    from multifidus.columnar.near import NearMiss

VERSION = 1
"""Of the parts; those of another version are made anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Where a file of facts stands, and what is made of it."""

    facts: Path
    stem: Path
    """The folder of the parts, and the name of this one."""

    @property
    def determinations(self) -> Path:
        """Its table of determinations, as Parquet."""
        return self.stem.with_name(f"{self.stem.name}.parquet")

    @property
    def near(self) -> Path:
        """Its near misses, a line each."""
        return self.stem.with_name(f"{self.stem.name}.near")

    @property
    def is_made(self) -> bool:
        """Whether it is complete; the near misses are written last."""
        return self.near.exists()


def part_of(query: Query, *, facts: Path, folder: Path, made_with: str = "") -> Part:
    """Name the part that a policy, in a program of that name, makes of a file of facts."""
    with facts.open("rb") as stream:
        made_of = file_digest(stream, "sha256")
    policy = query.policy.about
    made_of.update(f"{made_with} {VERSION} {policy.id}@{policy.version} {policy.digest}".encode())
    made_of.update(f"{query.policy.dictionary.digest} {query.template}".encode())
    return Part(facts=facts, stem=folder / f"{facts.stem}.{made_of.hexdigest()[:24]}")


def make(query: Query, part: Part) -> None:
    """Make a part with DuckDB."""
    save_determinations(query, facts=part.facts, path=part.determinations)
    save_near(query, part)


def save_near(query: Query, part: Part) -> None:
    """Write the near misses of a part whose determinations are there."""
    with (
        connection() as opened,
        whole(part.near) as path,
        path.open("w", encoding="utf-8") as to,
    ):
        for each in near_misses(
            query, facts=part.facts, determinations=part.determinations, opened=opened
        ):
            to.write(json.dumps(_row(each)) + "\n")


def _row(near: NearMiss) -> dict[str, object]:
    way = near.way
    return {
        "subject": near.subject,
        "service_date": near.service_date.isoformat(),
        "answer": near.answer.value,
        "since": way.since.isoformat(),
        "elements": way.elements,
        "favourable": way.favourable,
        "by_time": [day and day.isoformat() for day in way.by_time],
        "effort": way.effort,
    }
