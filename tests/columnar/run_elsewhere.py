"""
Does jobs on Spark or Sail, in an environment of `make engines`: `run_elsewhere.py NAME JOBS`.

JOBS is a JSON file with a list of objects. One with `sql` has `facts` and `path`, and perhaps
`settings` of the session for it; one with `source` has `out`, `on` (a day, or null) and
`dictionary`, and is an export to be read to facts over many hands.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from multifidus.chart.statements.lines import LineReader
from multifidus.chart.statements.plan import Plan
from multifidus.columnar.derivation import population, source
from multifidus.columnar.engines.spark import local_sail, save_rows, spark
from multifidus.columnar.engines.spread import spread_over
from multifidus.columnar.sources.asked import Asked
from multifidus.columnar.sources.bulk import extract_bulk
from multifidus.language.dictionary import read_dictionary

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

SESSIONS: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    "Sail": local_sail,
    "Spark": partial(spark, master="local[2]"),
}
TOGETHER = 7
"""So few patients are settled at a time, and a file is a batch: there are pieces to hand out."""


def main(name: str, jobs: Path) -> None:
    """Do every job in one session."""
    population.TOGETHER, source.BATCH = TOGETHER, 1
    with SESSIONS[name]() as session:
        for job in json.loads(jobs.read_text(encoding="utf-8")):
            if "sql" in job:
                answer(session, **job)
            else:
                read(session, **job)


def answer(
    session: Any,  # noqa: ANN401  Spark has no types here
    *,
    sql: str,
    facts: str,
    path: str,
    settings: dict[str, str],
) -> None:
    """Put facts to a query."""
    before = {key: session.conf.get(key) for key in settings}
    for key, value in settings.items():
        session.conf.set(key, value)
    save_rows(sql, session=session, facts=facts, path=path)
    for key, value in before.items():
        session.conf.set(key, value)


def read(
    session: Any,  # noqa: ANN401  Spark has no types here
    *,
    source: str,
    out: str,
    on: str | None,
    dictionary: str,
) -> None:
    """Read an export to facts, and write down what was told of it."""
    read_by = read_dictionary(Path(dictionary))
    with spread_over(session) as engine:
        extracted = extract_bulk(
            Asked(
                source=Path(source),
                dictionary=read_by,
                reader=LineReader(Plan(read_by)),
                out=Path(out),
                on=date.fromisoformat(on) if on else None,
                engine=engine,
            )
        )
    told = {
        "patients": extracted.patients,
        "undated": extracted.undated,
        "problems": [str(each) for each in extracted.problems],
    }
    (Path(out) / "told.json").write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
