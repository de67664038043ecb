"""
A policy over the facts of a population, one file of facts at a time.

Each file of facts becomes a part: its determinations, and its near misses. A part is named by the
facts and the policy that it is made of, and takes its name when it is complete; so a run that was
stopped goes on with the parts that are missing, and the same facts and policy make the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.columnar.dialect import text
from multifidus.columnar.duck import connection, whole
from multifidus.columnar.engines.engine import HERE
from multifidus.columnar.engines.part import part_of
from multifidus.columnar.tally import tally
from multifidus.columnar.watch import Stage, unwatched

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb

    from multifidus.columnar.compile import Query
    from multifidus.columnar.engines.engine import Engine
    from multifidus.columnar.engines.part import Part
    from multifidus.columnar.tally import Tally
    from multifidus.columnar.watch import Watch

DETERMINATIONS, NEAR_MISSES = "determinations", "near-misses"
"""The names of the tables that are written, each as Parquet and as CSV."""

_NEAR = {
    "subject": "VARCHAR",
    "service_date": "DATE",
    "answer": "VARCHAR",
    "since": "DATE",
    "elements": "VARCHAR[]",
    "favourable": "VARCHAR[]",
    "by_time": "DATE[]",
    "effort": "INTEGER",
}
"""The columns of the near-miss list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """What a screen found."""

    tally: Tally
    near: int
    """How many patients are near; some have several ways."""
    parts_made: int
    parts_kept: int


def screen(  # noqa: PLR0913  from what, whereto, and by whom
    query: Query,
    *,
    facts: Path,
    parts: Path,
    out: Path,
    engine: Engine = HERE,
    watch: Watch = unwatched,
    made_with: str = "",
) -> Screened:
    """
    Put the facts files of a folder to a policy; the tables go to `out`, the parts to `parts`.

    Parts that another program made are made anew; `made_with` names this one.
    """
    parts.mkdir(parents=True, exist_ok=True)
    every = [
        part_of(query, facts=each, folder=parts, made_with=made_with)
        for each in sorted(facts.glob("*.parquet"))
    ]
    missing = [each for each in every if not each.is_made]
    engine.determine(query, missing, lambda done: watch(Stage.DETERMINING, done, len(missing)))
    wanted = {path for each in every for path in (each.determinations, each.near)}
    for path in parts.iterdir():
        if path not in wanted:
            path.unlink()
    with connection() as opened:
        return Screened(
            tally=tally(query.policy, opened, _save_all(opened, every, out)),
            near=_save_near(opened, every, out),
            parts_made=len(missing),
            parts_kept=len(every) - len(missing),
        )


def _save_all(opened: duckdb.DuckDBPyConnection, parts: Sequence[Part], out: Path) -> str:
    """Put the determinations of all parts together; gives the table of them."""
    listed = ", ".join(text(str(each.determinations)) for each in parts)
    table = f"read_parquet([{listed}])"
    _save(opened, f"SELECT * FROM {table}", out / f"{DETERMINATIONS}.parquet")
    lists = "array_to_string(settled_by, ' ') AS settled_by, array_to_string(open, ' ') AS open"
    _save(opened, f"SELECT * REPLACE ({lists}) FROM {table}", out / f"{DETERMINATIONS}.csv")
    return table


def _save_near(opened: duckdb.DuckDBPyConnection, parts: Sequence[Part], out: Path) -> int:
    listed = ", ".join(text(str(each.near)) for each in parts)
    types = ", ".join(f"{name}: {text(sort)}" for name, sort in _NEAR.items())
    table = f"read_json([{listed}], format = 'newline_delimited', columns = {{{types}}})"
    _save(opened, f"SELECT * FROM {table}", out / f"{NEAR_MISSES}.parquet")
    lists = (
        "array_to_string(elements, ' ') AS elements, "
        "array_to_string(favourable, '; ') AS favourable, "
        "array_to_string([coalesce(each::VARCHAR, 'never') FOR each IN by_time], ' ') AS by_time"
    )
    _save(opened, f"SELECT * REPLACE ({lists}) FROM {table}", out / f"{NEAR_MISSES}.csv")
    found = opened.execute(f"SELECT count(DISTINCT subject) FROM {table}").fetchone()
    return found[0] if found else 0


def _save(opened: duckdb.DuckDBPyConnection, sql: str, path: Path) -> None:
    form = "csv, HEADER" if path.suffix == ".csv" else "parquet, COMPRESSION zstd"
    with whole(path) as part:
        opened.execute(f"COPY ({sql}) TO {text(str(part))} (FORMAT {form})")
