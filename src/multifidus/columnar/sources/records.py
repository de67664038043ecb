"""
A folder of records, each a Bundle in a file → the facts table.

A file is a record of its own: what stands in it is read as `multifidus check` reads it, and ids
need be unique in it alone. Files that speak of the same patient are read together as one record,
so of two versions of a resource the newer one counts, whichever file holds it.

The chart reader reads the files, in several processes where they are many. Its statements are
settled as those of a bulk export are.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from multifidus.columnar.derivation.batch import Means, finish, prepare, told_of
from multifidus.columnar.derivation.handed import write_read
from multifidus.columnar.derivation.population import Population, facts_of
from multifidus.columnar.derivation.processes import begin
from multifidus.columnar.derivation.scan import save
from multifidus.columnar.derivation.source import Batch, batches, records_of
from multifidus.columnar.derivation.statements import COLUMNS
from multifidus.columnar.dialect import text
from multifidus.columnar.duck import as_table, connection, rows_in
from multifidus.columnar.sources.extracted import VERSION, extracted, forget, problems_of, stop
from multifidus.columnar.watch import Stage, unwatched

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import duckdb

    from multifidus.columnar.derivation.handed import Reader
    from multifidus.columnar.derivation.source import File
    from multifidus.columnar.sources.asked import Asked, Faults
    from multifidus.columnar.sources.extracted import Extracted
    from multifidus.columnar.watch import Watch
    from multifidus.core.element import Dictionary
    from multifidus.errors import Problem

Group = tuple[Path, ...]
"""Files that are one record."""

AT_A_TIME = 100
"""So many records are handed to a process together."""
WORTH_A_PROCESS = 16 * 1024 * 1024
"""Bytes of files, unpacked; fewer are read sooner than a process has started."""


def extract_records(asked: Asked, *, watch: Watch = unwatched) -> Extracted:
    """
    Read a folder of records, or a file of one, into a facts table.

    What was read before into `asked.out`, and has not changed since, is not read again. Raises
    `BundleError` when there is no record, and at a fault when that is to stop.
    """
    by = asked.means()
    with connection(memory=asked.memory, threads=asked.threads) as opened:
        prepare(opened, by)
        processes = asked.threads or os.cpu_count() or 1
        records = Records(by, opened, records_of(asked.source), processes)
        read = records.read(asked.faults, watch)
        facts = facts_of(by, read, out=asked.out, on=asked.on)
        settled = facts.settled() or Population(by, opened, read, facts, watch).settle(asked.on)
    return extracted(
        facts, settled, problems=problems_of(by, read), batches=read, read=records.count
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What a process tells of the records that it has read; their statements are in a file."""

    about: Sequence[tuple[str, str]]
    """Whom a file speaks of: the names, and the file's path."""
    patients: Sequence[str]
    problems: Sequence[Problem]


class Records:
    """Files on their way to statements."""

    def __init__(
        self, by: Means, opened: duckdb.DuckDBPyConnection, files: Sequence[File], processes: int
    ) -> None:
        self.by = by
        self.opened = opened
        self.files = files
        self.processes = processes
        self.key = f"records {by.made_with} {VERSION} {by.tables.dictionary.digest}"
        self.count = 0
        """So many batches were not read before."""

    def read(self, faults: Faults, watch: Watch) -> Sequence[Batch]:
        """Leave behind the statements of all files, batch by batch; gives the batches."""
        told = [json.loads(each.read_bytes()) for each in sorted(self.by.kept.glob("*.json"))]
        known = [each["files"] for each in told if each.get("is_single")]
        single = list(batches(self.files, key=self.key, known=known))
        weights = [sum(file.weight for file in each.files) for each in single]
        for place, batch in enumerate(single):
            watch(Stage.READING, sum(weights[:place]), sum(weights))
            self._read(batch, [(each.path,) for each in batch.files], faults)
        watch(Stage.READING, sum(weights), sum(weights))
        shared = self._shared(single)
        read = list(self._together(single, shared, faults)) if shared else single
        forget(self.by, [*single, *read])
        return read

    def _read(self, batch: Batch, groups: Sequence[Group], faults: Faults) -> None:
        """Read the records of a batch, unless that was done before."""
        if not told_of(self.by, batch).exists():
            self.count += 1
            weight = sum(each.weight for each in batch.files)
            with TemporaryDirectory() as folder:
                told = self._stated(groups, Path(folder), weight)
                self._save(batch, Path(folder), told)
        stop(faults, problems_of(self.by, [batch]))

    def _stated(self, groups: Sequence[Group], folder: Path, weight: int) -> Sequence[_Told]:
        parts = [groups[at : at + AT_A_TIME] for at in range(0, len(groups), AT_A_TIME)]
        to = [folder / f"said-{number:06d}.ndjson" for number in range(len(parts))]
        reader, dictionary = self.by.reader, self.by.tables.dictionary
        workers = min(self.processes, len(parts), weight // WORTH_A_PROCESS)
        if workers <= 1:
            return [_state(reader, dictionary, *each) for each in zip(parts, to, strict=True)]
        # A fork would copy the threads of DuckDB in whatever state they are.
        spawn = get_context("spawn")
        with ProcessPoolExecutor(workers, mp_context=spawn, initializer=begin) as pool:
            return list(pool.map(_state, [reader] * len(to), [dictionary] * len(to), parts, to))

    def _save(self, batch: Batch, folder: Path, told: Sequence[_Told]) -> None:
        """Write the files of a batch, the list of its problems last: then it is complete."""
        stem = self.by.kept / batch.id
        about = [[name, path] for each in told for name, path in each.about]
        patients = [[name, name] for each in told for name in each.patients]
        self._table("about", ("subject", "file"), about)
        self._table("patients", ("name", "patient"), patients)
        # A record's ids are its own: no resource has a version in another one (`h` is null).
        statements = (
            f"SELECT {', '.join(COLUMNS)} FROM {rows_in(folder / 'said-*.ndjson', COLUMNS)}"
        )
        save(self.opened, statements, Path(f"{stem}.statements.parquet"))
        save(self.opened, "FROM patients", Path(f"{stem}.patients.parquet"))
        save(self.opened, "FROM about", Path(f"{stem}.about.parquet"))
        self._finish(batch, [problem for each in told for problem in each.problems])

    def _table(self, name: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        told = (dict(zip(columns, each, strict=True)) for each in rows)
        with as_table(told, dict.fromkeys(columns, "VARCHAR")) as table:
            self.opened.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM {table}")

    def _finish(self, batch: Batch, problems: Sequence[Problem]) -> None:
        stem = self.by.kept / batch.id
        save(self.opened, "SELECT NULL::UBIGINT AS h LIMIT 0", Path(f"{stem}.names.parquet"))
        finish(self.by, batch, problems, is_single=batch.key == self.key)

    # Patients of whom several files speak

    def _shared(self, single: Sequence[Batch]) -> Sequence[Group]:
        """Find the files that speak of the same patients."""
        about, patients = (self._all(single, table) for table in ("about", "patients"))
        found = self.opened.execute(
            f"SELECT list_sort(list(DISTINCT file)) FROM {about} "
            f"WHERE subject IN (SELECT patient FROM {patients}) "
            "GROUP BY subject HAVING count(DISTINCT file) > 1"
        ).fetchall()
        return _joined([each for (each,) in found])

    def _together(
        self, single: Sequence[Batch], shared: Sequence[Group], faults: Faults
    ) -> Iterator[Batch]:
        """Read such files together; what each of them said alone no longer counts."""
        files = {str(each.path): each for each in self.files}
        mine = [files[str(path)] for group in shared for path in group]
        grouped = json.dumps([[str(path) for path in group] for group in shared])
        together = Batch(files=tuple(mine), key=f"{self.key} together {grouped}")
        self._read(together, shared, faults)
        yield together
        taken = {each.path for each in mine}
        for batch in single:
            if taken.isdisjoint(each.path for each in batch.files):
                yield batch
            else:
                yield self._without(batch, together, taken)

    def _without(self, batch: Batch, together: Batch, taken: set[Path]) -> Batch:
        """Leave of a batch what the files say that are not read together with others."""
        left = Batch(files=batch.files, key=f"{batch.key} without {together.id}")
        if told_of(self.by, left).exists():
            return left
        alone = [str(each.path) for each in batch.files if each.path not in taken]
        self._table("alone", ("file",), [[each] for each in alone])
        mine = f"(SELECT subject FROM {self._all([batch], 'about')} JOIN alone USING (file))"
        for table, name in (("statements", "subject"), ("patients", "patient")):
            sql = f"SELECT * FROM {self._all([batch], table)} WHERE {name} IN {mine}"
            save(self.opened, sql, self.by.kept / f"{left.id}.{table}.parquet")
        self._finish(left, [*problems_of(self.by, [batch])])
        return left

    def _all(self, those: Iterable[Batch], table: str) -> str:
        paths = [text(f"{self.by.kept / each.id}.{table}.parquet") for each in those]
        return f"read_parquet([{', '.join(paths)}])"


def _state(reader: Reader, dictionary: Dictionary, groups: Sequence[Group], to: Path) -> _Told:
    """Read records, and write their statements to a file; this runs in a process of its own."""
    about: dict[tuple[str, str], None] = {}
    patients: dict[str, None] = {}
    problems: list[Problem] = []
    with to.open("wb") as file, TemporaryDirectory() as folder:
        said = Path(folder) / "said.ndjson"
        for group in groups:
            read = reader.read_record(group)
            write_read(dictionary, read, said)
            file.write(said.read_bytes())
            about |= dict.fromkeys((name, str(path)) for name in read.about for path in group)
            patients |= dict.fromkeys(read.patients.values())
            problems += read.problems
    return _Told(about=[*about], patients=[*patients], problems=problems)


def _joined(sets: Iterable[Sequence[str]]) -> Sequence[Group]:
    """Put sets together that have a file in common."""
    leader: dict[str, str] = {}

    def led(path: str) -> str:
        while leader.setdefault(path, path) != path:
            path = leader[path] = leader[leader[path]]
        return path

    for paths in sets:
        for path in paths[1:]:
            leader[led(path)] = led(paths[0])
    groups: dict[str, list[str]] = defaultdict(list)
    for path in sorted(leader):
        groups[led(path)].append(path)
    return [tuple(map(Path, paths)) for _, paths in sorted(groups.items())]
