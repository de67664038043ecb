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
from multifidus.columnar.duck import DIGEST, connection, reading, save_marked
from multifidus.columnar.layout import SERVICE_DATE, SUBJECT
from multifidus.core.determination import Answer
from multifidus.errors import RequestError

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

    `facts` is a Parquet file of facts, or a pattern that names several. `RequestError` lists the
    columns that a policy asks for and the facts lack, or says that the facts were derived by
    another text of the dictionary.
    """
    for query in (before, after):
        _check_dictionary(query, facts)
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


def _check_dictionary(query: Query, facts: Path) -> None:
    """Hold the dictionary of a policy against that of the facts, where they name one."""
    with connection() as opened, reading(str(facts)):
        found = opened.execute(
            f"SELECT DISTINCT value::VARCHAR FROM parquet_kv_metadata({text(str(facts))}) "
            f"WHERE key::VARCHAR = {text(DIGEST)}"
        ).fetchall()
    dictionary = query.policy.dictionary
    if any(digest != dictionary.digest for (digest,) in found):
        message = (
            f"the facts were derived by another text of the dictionary `{dictionary.name}`, or of "
            "some elements alone"
        )
        hint = "run `multifidus screen` again with `--elements all`, so that all speak of the same"
        raise RequestError.at(str(facts.parent), message, hint)
