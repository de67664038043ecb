"""
The statements of a whole export → its facts table, some patients at a time.

Resources of which there are several versions are read anew, all of them together; statements find
their patients; and what is settled at a time fits into memory, however many patients there are.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from multifidus.columnar import settling
from multifidus.columnar.batch import interpret
from multifidus.columnar.dialect import text
from multifidus.columnar.duck import described
from multifidus.columnar.rules import NO_ELEMENT
from multifidus.columnar.scan import failures, save, scan, short
from multifidus.columnar.statements import COLUMNS
from multifidus.columnar.watch import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    import duckdb

    from multifidus.columnar.batch import Means
    from multifidus.columnar.documents import Documents
    from multifidus.columnar.source import Batch, File
    from multifidus.columnar.watch import Watch
    from multifidus.errors import Problem

TOGETHER = 20_000
"""So many patients are settled at a time."""


class Population:
    """The statements of all batches on their way to facts."""

    def __init__(
        self,
        by: Means,
        opened: duckdb.DuckDBPyConnection,
        wanted: Sequence[Batch],
        facts: Path,
        watch: Watch,
    ) -> None:
        self.by = by
        self.facts = facts
        self.problems: list[Problem] = []
        self.opened = opened
        self.wanted = wanted
        self.watch = watch
        self.documents: Documents | None = None
        """What the documents of the export say, where they were read."""

    def _all(self, table: str) -> str:
        paths = [text(f"{self.by.kept / each.id}.{table}.parquet") for each in self.wanted]
        return f"read_parquet([{', '.join(paths)}])"

    def settle(self, on: date | None) -> tuple[int, int]:
        """Write the facts; give the number of patients, and of those without a date."""
        self._read_versions()
        self.opened.execute(
            f"CREATE OR REPLACE TEMP TABLE patients AS SELECT DISTINCT name, patient "
            f"FROM (FROM {self._all('patients')} UNION ALL FROM versions_patients)"
        )
        known = ", ".join(COLUMNS)
        self.opened.execute(
            f"CREATE OR REPLACE TEMP VIEW stated AS SELECT {known} FROM {self._all('statements')} "
            "WHERE h IS NULL OR h NOT IN (SELECT h FROM several) "
            f"UNION ALL SELECT {known} FROM versions"
        )
        everyone = "SELECT DISTINCT patient FROM patients"
        if on is not None:
            dated = f"SELECT patient, DATE '{on}' AS service FROM ({everyone})"
        else:
            dated = (
                f"SELECT patient, max(since_last) AS service FROM {_owned('patients', 'patient')} "
                f"WHERE element = {NO_ELEMENT} AND since_first = since_last GROUP BY patient"
            )
        self.opened.execute(
            "CREATE OR REPLACE TEMP TABLE dated AS SELECT patient, service, "
            f"(row_number() OVER (ORDER BY patient) - 1)::INTEGER AS nr FROM ({dated})"
        )
        self.opened.execute(
            "CREATE OR REPLACE TEMP TABLE known AS FROM patients JOIN dated USING (patient)"
        )
        days = [each[0] for each in self._rows("SELECT DISTINCT service FROM dated")]
        for sql in settling.windows_table(self.by.tables.dictionary, days):
            self.opened.execute(sql)
        everybody = self._rows(f"SELECT count(*) FROM ({everyone})")[0][0]
        patients = self._rows("SELECT count(*) FROM dated")[0][0]
        self._write(patients)
        return patients, everybody - patients

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.opened.execute(sql).fetchall()

    def _write(self, patients: int) -> None:
        self.facts.mkdir(parents=True, exist_ok=True)
        parts = max(1, -(-patients // TOGETHER))
        names = [f"part-{number:05d}.parquet" for number in range(parts)]
        about = described(self.by.tables.dictionary)
        with self._shuffled(parts) as part_of:
            for number, name in enumerate(names):
                self.watch(Stage.SETTLING, number * TOGETHER, patients)
                self.opened.execute(
                    "CREATE OR REPLACE TEMP TABLE mine AS FROM dated "
                    f"WHERE nr // {TOGETHER} = {number}"
                )
                settled = settling.settled(part_of(number))
                self.opened.execute(f"CREATE OR REPLACE TEMP TABLE settled AS {settled}")
                if self.documents is not None:
                    self.documents.settle(part_of(number))
                sql = settling.facts(self.by.dictionary, rows="mine", settled_rows="settled")
                save(self.opened, sql, self.facts / name, about)
        self.watch(Stage.SETTLING, patients, patients)
        for path in self.facts.iterdir():
            if path.is_dir():  # of a run that was killed
                rmtree(path)
            elif path.name not in names:
                path.unlink()

    @contextmanager
    def _shuffled(self, parts: int) -> Iterator[Callable[[int], str]]:
        """Lay out the statements so that those of some patients can be read alone."""
        whole = _owned("known", "nr", "service")
        if parts == 1:
            yield lambda _number: whole
            return
        with TemporaryDirectory(dir=self.facts) as folder:
            self.opened.execute(
                f"COPY (SELECT *, nr // {TOGETHER} AS part FROM {whole}) "
                f"TO {text(folder)} (FORMAT parquet, PARTITION_BY (part), OVERWRITE)"
            )
            yield lambda number: f"read_parquet({text(f'{folder}/part={number}/*.parquet')})"

    # Versions

    def _read_versions(self) -> None:
        """Read anew, all of its versions, each resource that makes statements and stands twice."""
        columns = ", ".join(f"{name} {sort}" for name, sort in COLUMNS.items())
        self.opened.execute(f"CREATE OR REPLACE TEMP TABLE statements({columns})")
        self.opened.execute("CREATE OR REPLACE TEMP TABLE patients(name VARCHAR, patient VARCHAR)")
        # Where no version says anything it does not matter which is the newest.
        self.opened.execute(
            f"CREATE OR REPLACE TEMP TABLE several AS SELECT h FROM {self._all('names')} "
            f"WHERE h IN (SELECT h FROM {self._all('statements')}) "
            "GROUP BY h HAVING count(*) > 1"
        )
        if self._rows("SELECT count(*) FROM several")[0][0]:
            self.opened.execute(
                "CREATE OR REPLACE TEMP TABLE again(h UBIGINT, name VARCHAR, line VARCHAR)"
            )
            for batch in self.wanted:
                for file in batch.files:
                    self._find_versions(file)
            self.problems += interpret(self.opened, self.by, "again")
        self.opened.execute("CREATE OR REPLACE TEMP TABLE versions AS FROM statements")
        self.opened.execute("CREATE OR REPLACE TEMP TABLE versions_patients AS FROM patients")

    def _find_versions(self, file: File) -> None:
        def sql(path: Path) -> str:
            return (
                f"INSERT INTO again SELECT h, kind || '/' || id, line FROM ({scan([path])}) "
                "WHERE h IN (SELECT h FROM several)"
            )

        try:
            self.opened.execute(sql(file.path))
        except failures():
            with TemporaryDirectory() as folder:
                mended = Path(folder) / "mended.ndjson"
                self.by.mend(file.path, mended)  # What is wrong was told when it was read.
                self.opened.execute(sql(mended))


def _owned(patients: str, *columns: str) -> str:
    """Find the patients of statements: by the name as it stands, or else by type and id alone."""
    found = ", ".join(f"coalesce(straight.{each}, short.{each}) AS {each}" for each in columns)
    cut = f"CASE WHEN straight.name IS NULL THEN {short('subject')} END"
    return (
        f"(SELECT stated.*, {found} FROM stated "
        f"LEFT JOIN {patients} AS straight ON straight.name = subject "
        f"LEFT JOIN {patients} AS short ON short.name = {cut} "
        "WHERE coalesce(straight.name, short.name) IS NOT NULL)"
    )
