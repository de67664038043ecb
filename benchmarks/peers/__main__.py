"""
`python -m benchmarks.peers [PATIENTS] [FOR_CQL]`: the project and its peers, in one run.

Each is a process of its own, several times in turn; the medians of its time, of the processor's
time, and of its peak memory are told. Ratios are of the processor's time, which a busy machine
changes less. Every cell of the answers is held against ours.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.peers import NAMES, cql
from benchmarks.peers.workload import make
from multifidus.columnar.dialect import text
from multifidus.columnar.duck import connection

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Row = tuple[str, str, str, str]
Truths = dict[str, tuple[bool | None, ...]]

PATIENTS, FOR_CQL, ROUNDS = 2000, 100, 3
AIM = 500
"""So many times the speed of the outside CQL engine is wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a process took: seconds, seconds of the processor, and megabytes at its peak."""

    wall: float
    cpu: float
    peak: float

    def words(self) -> str:
        """Say it in short."""
        return f"{self.wall:.2f} s, {self.cpu:.2f} s of CPU, {self.peak:.0f} MB"


def timed(command: Sequence[str], *, told: Path, given: str = "") -> Taken:
    """Run a process over what it is given, and keep in a file what it tells."""
    source = told.with_suffix(".in")
    source.write_text(given, encoding="utf-8")
    start = time.perf_counter()
    with source.open("rb") as reading, told.open("wb") as writing:
        process = subprocess.Popen(  # noqa: S603  our own words
            command,
            stdin=reading,
            stdout=writing,
            env={**os.environ, "TZ": "UTC", "MULTIFIDUS_CQL": str(cql.HOME)},
        )
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    wall = time.perf_counter() - start
    return Taken(wall=wall, cpu=used.ru_utime + used.ru_stime, peak=used.ru_maxrss / 1024)


def midst(runs: Sequence[Taken]) -> Taken:
    """Give the medians."""
    return Taken(
        wall=median(each.wall for each in runs),
        cpu=median(each.cpu for each in runs),
        peak=median(each.peak for each in runs),
    )


class Contest:
    """One run of all, in a folder."""

    def __init__(self, folder: Path, *, patients: int, for_cql: int) -> None:
        """Make the persons up."""
        self.folder, self.patients, self.for_cql = folder, patients, for_cql
        self.export, self.work = folder / "export", folder / "work"
        self.work.mkdir()
        make(self.export, patients=patients)
        size = sum(path.stat().st_size for path in self.export.iterdir())
        self.about = f"{patients:,} persons, {size / 1e6:,.0f} MB of NDJSON"

    def rows(self) -> Iterator[Row]:
        """Measure all of them, ours first."""
        ours, theirs, ours_flat, theirs_flat = (
            "ours",
            "Python by hand",
            "ours, flat",
            "DuckDB, flat",
        )
        commands = {
            ours: self._python("ours", self.export, self.work),
            theirs: self._python("byhand", self.export, self.folder / "byhand.csv"),
            ours_flat: self._python("ours", "", self.work),
            theirs_flat: self._flat("duckdb"),
        }
        if find_spec("polars"):
            commands["Polars, flat"] = self._flat("polars")
        runs: dict[str, list[Taken]] = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                if name == ours:  # Nothing of a run before is kept.
                    shutil.rmtree(self.work)
                    self.work.mkdir()
                runs[name].append(timed(command, told=self.folder / "told"))
        took = {name: midst(each) for name, each in runs.items()}
        answers = self._truths(self.work / "determinations.parquet", "subject")
        reads = took[ours].cpu
        yield self._row(f"NDJSON to truths, this project; {self.about}", took[ours], "", "")
        hand = self._csv_truths(self.folder / "byhand.csv")
        yield self._row(
            "NDJSON to truths, Python by hand over orjson",
            took[theirs],
            f"{took[theirs].cpu / reads:.1f} x ours; {_alike(answers, hand)}",
            "",
        )
        yield from self._by_cql(reads / self.patients, answers)
        yield self._row("flat facts to truths, this project", took[ours_flat], "", "")
        for engine in ("DuckDB", "Polars"):
            name = f"{engine}, flat"
            if name not in took:
                yield f"flat facts to truths, {engine} by hand", "skipped", "not installed", ""
                continue
            found = self._truths(self.folder / f"{engine.lower()}.parquet", "patient")
            beside = f"{took[name].cpu / took[ours_flat].cpu:.1f} x ours; {_alike(answers, found)}"
            yield self._row(f"flat facts to truths, {engine} by hand", took[name], beside, "")

    def _row(self, what: str, took: Taken, beside: str, aim: str) -> Row:
        speed = f"{self.patients / took.wall:,.0f} persons/s"
        return what, took.words(), f"{speed}; {beside}" if beside else speed, aim

    def _by_cql(self, ours: float, answers: Truths) -> Iterator[Row]:
        """Measure the CQL engine: what some persons take beside none, so without its start."""
        what = f"NDJSON to truths, our CQL by cql-execution; {self.for_cql} of the persons"
        if why := cql.missing():
            yield what, "skipped", why, f"{AIM} x ours"
            return
        command = ["node", str(cql.RUNNER)]
        told = self.folder / "told"
        start = timed(command, told=told, given=cql.job(self.export, patients=0)[1])
        names, job = cql.job(self.export, patients=self.for_cql)
        whole = timed(command, told=told, given=job)
        found = dict(zip(names, cql.truths(told.read_text(encoding="utf-8")), strict=True))
        each = (whole.cpu - start.cpu) / self.for_cql
        yield (
            what,
            whole.words(),
            f"{1 / each:,.1f} persons/s; {each / ours:,.0f} x ours; {_alike(answers, found)}",
            f"{AIM} x ours",
        )

    def _python(self, module: str, *arguments: object) -> list[str]:
        return [sys.executable, "-m", f"benchmarks.peers.{module}", *map(str, arguments)]

    def _flat(self, engine: str) -> list[str]:
        out = self.folder / f"{engine}.parquet"
        return self._python("flat", engine, self.work / "facts", out)

    def _csv_truths(self, path: Path) -> Truths:
        return _read(f"read_csv({text(str(path))}, all_varchar = true)", "patient")

    def _truths(self, path: Path, patient: str) -> Truths:
        return _read(f"read_parquet({text(str(path))})", patient)


def _read(table: str, patient: str) -> Truths:
    columns = ", ".join(f'CAST("{name}" AS BOOLEAN)' for name in NAMES)
    with connection() as opened:
        found = opened.execute(f"SELECT {patient}, {columns} FROM {table}").fetchall()
    return {name.removeprefix("Patient/"): tuple(truths) for name, *truths in found}


def _alike(ours: Truths, theirs: Truths) -> str:
    cells = [(name, place) for name in theirs for place in range(len(NAMES))]
    unlike = sum(ours[name][place] is not theirs[name][place] for name, place in cells)
    return f"{unlike} of {len(cells):,} cells differ"


def contest(patients: int = PATIENTS, for_cql: int = FOR_CQL) -> Iterator[Row]:
    """Put so many persons to all, and some to the CQL engine."""
    with tempfile.TemporaryDirectory() as name:
        yield from Contest(Path(name), patients=patients, for_cql=for_cql).rows()


if __name__ == "__main__":
    for row in contest(*map(int, sys.argv[1:])):
        print(" | ".join(row), flush=True)
