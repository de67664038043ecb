"""
A screen on Spark held against the same screen on DuckDB and `determine`: `make validate-spark`.

`python -m validation.spread PYTHON --patients 20000` makes a population up, screens it with both
engines, and compares every byte of the tables. Then it puts every row of the facts to `determine`.
PYTHON is the one of Spark's own environment.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import duckdb

from multifidus.columnar.cases import case_of
from multifidus.core.determination import Finding, determine
from multifidus.library.shelf import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from multifidus.core.policy import Policy

CHECKOUT = Path(__file__).parents[1]
POLICY, ON = "isass-2025", "2026-10-05"
TABLES = ("determinations.parquet", "determinations.csv", "near-misses.parquet", "summary.json")
TOGETHER = 2_500
"""So few patients are settled at a time that there are pieces to hand out."""
AT_A_TIME = 1_000
TRUTHS = {Finding.MET: True, Finding.NOT_MET: False, Finding.OPEN: None}

# Spark's workers find the package where this process does.
_SCREEN = (
    "import sys; import multifidus.columnar.derivation.population as p; "
    "p.TOGETHER = int(sys.argv[1]); "
    "from multifidus.cli import main; sys.exit(main(sys.argv[2:]))"
)


def screen(python: str, source: Path, out: Path, *, engine: str) -> float:
    """Screen a population in a process of its own; gives the seconds that it took."""
    asked = ["screen", str(source), "--policy", POLICY, "--on", ON, "--out", str(out)]
    began = time.monotonic()
    subprocess.run(  # noqa: S603  our own words
        [python, "-c", _SCREEN, str(TOGETHER), *asked, "--engine", engine],
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT / "src")},
    )
    return time.monotonic() - began


def differing_tables(one: Path, other: Path) -> list[str]:
    """Name the tables of two screens that differ in a byte."""
    return [each for each in TABLES if (one / each).read_bytes() != (other / each).read_bytes()]


def differing_rows(out: Path, policy: Policy) -> tuple[int, int]:
    """Count the rows of a screen, and those of which `determine` says otherwise."""
    rows = differing = 0
    with duckdb.connect() as opened:
        facts = _rows(opened, f"FROM '{out}/facts/*.parquet' ORDER BY subject")
        told = _rows(opened.cursor(), f"FROM '{out}/determinations.parquet' ORDER BY subject")
        for fact, row in zip(facts, told, strict=True):
            rows += 1
            differing += row != _determined(policy, fact)
    return rows, differing


def _rows(opened: duckdb.DuckDBPyConnection, sql: str) -> Iterator[dict[str, object]]:
    found = opened.execute(sql)
    names = [each[0] for each in found.description]
    while rows := found.fetchmany(AT_A_TIME):
        yield from (dict(zip(names, row, strict=True)) for row in rows)


def _determined(policy: Policy, fact: dict[str, object]) -> dict[str, object]:
    told = determine(policy, case_of(fact, dictionary=policy.dictionary))
    return {
        "subject": fact["subject"],
        "service_date": fact["service_date"],
        "in_force": told.in_force_on_service_date,
        "answer": told.answer.value,
        "settled_by": list(told.settled_by),
        "open": [each.element for each in told.open],
        **{each.id: TRUTHS[each.truth] for each in told.criteria.walk()},
    }


def main(arguments: Sequence[str]) -> int:
    """Compare, and print what came of it."""
    parser = argparse.ArgumentParser(description="Hold Spark against DuckDB and the evaluator.")
    parser.add_argument("python", help="the Python of Spark's environment")
    parser.add_argument("--patients", default="20000", metavar="N")
    options = parser.parse_args(arguments)
    (CHECKOUT / "build").mkdir(exist_ok=True)
    with TemporaryDirectory(dir=CHECKOUT / "build") as folder:
        people = Path(folder) / "people"
        make = ["generate", "--patients", options.patients, "--out", str(people), "--seed", "1"]
        subprocess.run([sys.executable, "-c", _SCREEN, "1", *make], check=True)  # noqa: S603
        by_duckdb, by_spark = Path(folder) / "duckdb", Path(folder) / "spark"
        print(f"DuckDB: {screen(sys.executable, people, by_duckdb, engine='duckdb'):.1f} s")
        print(f"Spark:  {screen(options.python, people, by_spark, engine='spark'):.1f} s")
        tables = differing_tables(by_duckdb, by_spark)
        print(f"tables that differ in a byte: {', '.join(tables) or 'none'}, of {len(TABLES)}")
        shelf = shipped()
        rows, differing = differing_rows(
            by_spark, shelf.read(shelf.find(POLICY, date.fromisoformat(ON)))
        )
        print(f"rows of which `determine` says otherwise: {differing:,}, of {rows:,}")
        return bool(tables or differing)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
