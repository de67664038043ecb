"""
Two policies over one population: how many move from which answer to which.

Only counts leave this module, and only those that disclose nobody (columnar.disclosure).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from multifidus.columnar.compile import ANSWER
from multifidus.columnar.dialect import text
from multifidus.columnar.disclosure import disclosed
from multifidus.columnar.duck import connection, save_marked
from multifidus.columnar.layout import SERVICE_DATE, SUBJECT
from multifidus.core.determination import Answer

if TYPE_CHECKING:
    from multifidus.columnar.compile import Query
    from multifidus.columnar.disclosure import Table

ANSWERS = tuple(Answer)
"""The order of rows and columns; after them stands the total."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """How many patients have which answers, by the one policy (rows) and the other (columns)."""

    table: Table
    threshold: int
    """Counts below are hidden, and what would show them."""


def impact(before: Query, after: Query, *, facts: Path, threshold: int) -> Impact:
    """
    Count the transitions between the answers of two policies.

    `facts` is a Parquet file of facts, or a pattern that names several; `RequestError` lists the
    columns that a policy asks for and the facts lack.
    """
    with TemporaryDirectory(prefix="multifidus-") as folder:
        paths = [Path(folder) / f"{place}.parquet" for place in range(2)]
        for query, path in zip((before, after), paths, strict=True):
            save_marked(query, facts=facts, path=path)
        one, other = (f"read_parquet({text(str(path))})" for path in paths)
        with connection() as opened:
            found = opened.execute(
                f"SELECT one.{ANSWER}, other.{ANSWER}, count(*) FROM {one} AS one "
                f"JOIN {other} AS other USING ({SUBJECT}, {SERVICE_DATE}) GROUP BY ALL"
            ).fetchall()
    counts = {(first, second): count for first, second, count in found}
    whole = [[counts.get((first, second), 0) for second in ANSWERS] for first in ANSWERS]
    return Impact(table=disclosed(whole, threshold=threshold), threshold=threshold)
