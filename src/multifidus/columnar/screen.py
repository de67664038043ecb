"""
A policy over the facts of a population, one file of facts at a time.

Each file of facts becomes a part: its determinations, and its near misses. A part is named by the
facts and the policy that it is made of, and takes its name when it is complete; so a run that was
stopped goes on with the parts that are missing, and the same facts and policy make the same bytes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import file_digest
from typing import TYPE_CHECKING

from multifidus.columnar.dialect import text
from multifidus.columnar.duck import connection, save_determinations, whole
from multifidus.columnar.near import near_misses
from multifidus.columnar.tally import tally
from multifidus.columnar.watch import Stage, unwatched

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import duckdb

    from multifidus.columnar.compile import Query
    from multifidus.columnar.near import NearMiss
    from multifidus.columnar.tally import Tally
    from multifidus.columnar.watch import Watch

VERSION = 1
"""Of the parts; those of another version are made anew."""

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


def screen(  # noqa: PLR0913  which facts, and where what is made of them goes
    query: Query,
    *,
    facts: Path,
    parts: Path,
    out: Path,
    watch: Watch = unwatched,
    made_with: str = "",
) -> Screened:
    """
    Put the facts files of a folder to a policy; the tables go to `out`, the parts to `parts`.

    Parts that another program made are made anew; `made_with` names this one.
    """
    parts.mkdir(parents=True, exist_ok=True)
    files = sorted(facts.glob("*.parquet"))
    stems = [parts / f"{each.stem}.{_made_of(query, each, made_with)}" for each in files]
    missing = [pair for pair in zip(files, stems, strict=True) if not _near(pair[1]).exists()]
    for place, (file, stem) in enumerate(missing):
        watch(Stage.DETERMINING, place, len(missing))
        _make(query, file, stem)
    watch(Stage.DETERMINING, len(missing), len(missing))
    wanted = {path for stem in stems for path in (_told(stem), _near(stem))}
    for path in parts.iterdir():
        if path not in wanted:
            path.unlink()
    with connection() as opened:
        return Screened(
            tally=tally(query.policy, opened, _save_all(opened, stems, out)),
            near=_save_near(opened, stems, out),
            parts_made=len(missing),
            parts_kept=len(files) - len(missing),
        )


def _made_of(query: Query, file: Path, made_with: str) -> str:
    with file.open("rb") as stream:
        made_of = file_digest(stream, "sha256")
    policy = query.policy.about
    made_of.update(f"{made_with} {VERSION} {policy.id}@{policy.version} {policy.digest}".encode())
    made_of.update(f"{query.policy.dictionary.digest} {query.template}".encode())
    return made_of.hexdigest()[:24]


def _told(stem: Path) -> Path:
    return stem.with_name(f"{stem.name}.parquet")


def _near(stem: Path) -> Path:
    return stem.with_name(f"{stem.name}.near")


def _make(query: Query, file: Path, stem: Path) -> None:
    """Make a part; the near misses are last: where they are, the part is complete."""
    save_determinations(query, facts=file, path=_told(stem))
    with (
        connection() as opened,
        whole(_near(stem)) as path,
        path.open("w", encoding="utf-8") as to,
    ):
        for each in near_misses(query, facts=file, determinations=_told(stem), opened=opened):
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


def _save_all(opened: duckdb.DuckDBPyConnection, stems: Sequence[Path], out: Path) -> str:
    """Put the determinations of all parts together; gives the table of them."""
    listed = ", ".join(text(str(_told(stem))) for stem in stems)
    table = f"read_parquet([{listed}])"
    _save(opened, f"SELECT * FROM {table}", out / f"{DETERMINATIONS}.parquet")
    lists = "array_to_string(settled_by, ' ') AS settled_by, array_to_string(open, ' ') AS open"
    _save(opened, f"SELECT * REPLACE ({lists}) FROM {table}", out / f"{DETERMINATIONS}.csv")
    return table


def _save_near(opened: duckdb.DuckDBPyConnection, stems: Sequence[Path], out: Path) -> int:
    listed = ", ".join(text(str(_near(stem))) for stem in stems)
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
