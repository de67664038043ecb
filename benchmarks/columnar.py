"""
A million flat rows put to a policy by DuckDB, against DuckDB's own reading of the same columns.

The rows are made up by DuckDB, straight from the dictionary: seven in ten elements have a value.
Each run is a process of its own, so that its memory is measured, and what starting takes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from datetime import date
from itertools import product
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.peak import peak
from multifidus import shipped
from multifidus.columnar import layout
from multifidus.columnar.compile import compile_policy
from multifidus.columnar.duck import connection, save_determinations, save_marked
from multifidus.core.element import Choice, DataElement, Number, YesNo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus.columnar.compile import Query

ROWS, ROUNDS, ON = 1_000_000, 5, date(2026, 6, 1)
POLICIES = ("isass-2025", "reactiv8-b")
FORMS = {"marked": save_marked, "with lists": save_determinations}
SUFFICIENT, OF = 700, 1000


def putting_rows_to_a_policy() -> Iterator[tuple[str, str, str, str]]:
    """Measure two policies over the same rows, and what comes before the first of them."""
    with tempfile.TemporaryDirectory() as name:
        facts = Path(name) / "facts.parquet"
        started = median(_starting() for _ in range(ROUNDS))
        yield "python, imports, and DuckDB opened", f"{started * 1000:.0f} ms", "", "800 ms"
        make_facts(facts)
        for policy, form in product(POLICIES, FORMS):
            runs = [_run(policy, form, facts) for _ in range(ROUNDS)]
            read, taken, cpu, peak = (median(each) for each in zip(*runs, strict=True))
            yield (
                f"{ROWS:,} flat rows put to {policy} by DuckDB, {form}",
                f"{taken * 1000:.0f} ms",
                f"{ROWS / taken:,.0f} rows/s; {cpu:.2f} s of CPU, {cpu / read:.1f} x reading them",
                "1,000,000 rows/s",
            )
            yield "the same, peak memory", f"{peak:.0f} MB", "", "1,000 MB"


def make_facts(path: Path) -> None:
    """Make up a facts table."""
    dictionary = shipped().dictionaries["low-back-pain"]
    cells = [each for element in dictionary.elements.values() for each in _cells(element)]
    subject = "'patient-' || row AS subject"
    with connection(memory="4GB") as opened:
        opened.execute(
            f"COPY (SELECT {subject}, DATE '{ON}' AS service_date, {', '.join(cells)} "
            f"FROM range({ROWS}) made(row)) TO '{path}' (FORMAT parquet, COMPRESSION zstd)"
        )


def _cells(element: DataElement) -> Iterator[str]:
    """Give an expression for each column of an element; the same row has the same chance."""
    chance = f"CAST(hash(row, '{element.name}') % {OF} AS INTEGER)"
    there = f"{chance} < {SUFFICIENT}"
    about = {
        layout.BASIS: "'structured'",
        layout.DATE: f"'2026-05-' || (10 + {chance} % 20)",
        layout.ADDRESS: "['Observation/' || row || '#value']",
    }
    for column in layout.element_columns(element):
        suffix = column.name.removeprefix(element.name)
        if suffix == layout.ABSENT:
            formula = f"CASE WHEN NOT {there} THEN 'not-recorded' END"
        else:
            value = {**_values(element, chance), **about}.get(suffix, "NULL")
            formula = f"CASE WHEN {there} THEN {value} END"
        yield f'CAST({formula} AS {column.sort}) AS "{column.name}"'


def _values(element: DataElement, chance: str) -> dict[str, str]:
    match element.answer:
        case YesNo():
            return {"": f"{chance} % 2 = 0"}
        case Choice(options):
            words = ", ".join(f"'{option}'" for option in options)
            return {"": f"[{words}][1 + {chance} % {len(options)}]"}
        case Number(_, low, high):
            value = f"{low} + ({high} - {low}) * {chance} / {SUFFICIENT}.0"
            return {"": value, layout.MONTHS: value}
        case _:
            start = f"DATE '{ON}' - 30 * {chance}"
            return {layout.EARLIEST: start, layout.LATEST: start}


def _starting() -> float:
    """Time a process that imports what a query needs, and opens DuckDB."""
    program = "from multifidus.columnar.duck import connection\nwith connection(): pass"
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True)  # noqa: S603  our own words
    return time.perf_counter() - start


def _run(policy: str, form: str, facts: Path) -> tuple[float, ...]:
    done = subprocess.run(  # noqa: S603  our own words
        [sys.executable, "-m", "benchmarks.columnar", policy, form, str(facts)],
        check=True,
        capture_output=True,
        text=True,
    )
    return tuple(json.loads(done.stdout))


def main(name: str, form: str, facts: Path) -> None:
    """Tell the CPU seconds to read, the seconds and CPU seconds to determine, the peak in MB."""
    shelf = shipped()
    policy = shelf.read(shelf.find(name, on=ON))
    query = compile_policy(policy)
    read = _reading(query, facts)
    start, busy = time.perf_counter(), time.process_time()
    FORMS[form](query, facts=facts, path=facts.with_name("determinations.parquet"))
    taken, cpu = time.perf_counter() - start, time.process_time() - busy
    print(json.dumps([read, taken, cpu, peak() / 1024]))


def _reading(query: Query, facts: Path) -> float:
    columns = ", ".join(f'max("{column.name}")' for column in query.asks)
    start = time.process_time()
    with connection() as opened:
        opened.execute(f"SELECT {columns} FROM read_parquet('{facts}')").fetchall()
    return time.process_time() - start


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
