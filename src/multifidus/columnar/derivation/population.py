"""
The statements of a whole export → its facts table, some patients at a time.

Resources of which there are several versions are read anew, all of them together; statements find
their patients; and what is settled at a time fits into memory, however many patients there are.
"""

from __future__ import annotations

from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from multifidus.columnar.derivation import settling
from multifidus.columnar.derivation.batch import interpret
from multifidus.columnar.derivation.documents import settle_words
from multifidus.columnar.derivation.rules import NO_ELEMENT
from multifidus.columnar.derivation.scan import failures, save, scan, short
from multifidus.columnar.derivation.statements import COLUMNS
from multifidus.columnar.dialect import text
from multifidus.columnar.duck import described
from multifidus.columnar.kept import Facts, Settled
from multifidus.columnar.watch import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    import duckdb

    from multifidus.columnar.derivation.batch import Means
    from multifidus.columnar.derivation.source import Batch, File
    from multifidus.columnar.watch import Watch
    from multifidus.errors import Problem

TOGETHER = 20_000
"""So many patients are settled at a time."""

VERSION = 1
"""Of the facts; those of another version are settled anew."""


def facts_of(
    by: Means, read: Iterable[Batch], *, out: Path, on: date | None, words: str = ""
) -> Facts:
    """Name the facts of some batches, for a day, and of some `words`, by all that they hang on."""
    ids = sorted(each.id for each in read)
    told = [str(VERSION), str(TOGETHER), str(on), words, *sorted(by.unsaid), *ids]
    made_of = sha256("\n".join(told).encode()).hexdigest()[:24]
    return Facts(folder=out / "facts", made_of=made_of)


class Population:
    """The statements of all batches on their way to facts."""

    def __init__(
        self,
        by: Means,
        opened: duckdb.DuckDBPyConnection,
        wanted: Sequence[Batch],
        facts: Facts,
        watch: Watch,
    ) -> None:
        self.by = by
        self.facts = facts
        self.problems: list[Problem] = []
        self.opened = opened
        self.wanted = wanted
        self.watch = watch

    def _all(self, table: str) -> str:
        paths = [text(f"{self.by.kept / each.id}.{table}.parquet") for each in self.wanted]
        return f"read_parquet([{', '.join(paths)}])"

    def settle(self, on: date | None) -> Settled:
        """Write the facts that are not there yet."""
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
        settled = Settled(
            patients=patients, undated=everybody - patients, problems=tuple(self.problems)
        )
        self.facts.finish(settled)
        return settled

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.opened.execute(sql).fetchall()

    def _write(self, patients: int) -> None:
        paths = self.facts.begin(max(1, -(-patients // TOGETHER)))
        missing = {number: path for number, path in enumerate(paths) if not path.exists()}
        sizes = [min(TOGETHER, patients - number * TOGETHER) for number in missing]

        def done(count: int) -> None:
            self.watch(Stage.SETTLING, sum(sizes[:count]), sum(sizes))

        done(0)
        if missing:
            self.write(missing, of=len(paths), done=done)

    def write(self, missing: Mapping[int, Path], *, of: int, done: Callable[[int], None]) -> None:
        """Write the facts of some patients at a time, into a file each, by the number of both."""
        about = described(self.by.tables.dictionary)
        with self._shuffled(of) as part_of:
            for place, (number, path) in enumerate(missing.items(), start=1):
                settle_some(
                    self.opened,
                    self.by,
                    statements=part_of(number),
                    patients=f"dated WHERE nr // {TOGETHER} = {number}",
                    path=path,
                    about=about,
                )
                done(place)

    @contextmanager
    def _shuffled(self, parts: int) -> Iterator[Callable[[int], str]]:
        """Lay out the statements so that those of some patients can be read alone."""
        whole = _owned("known", "nr", "service")
        if parts == 1:
            yield lambda _number: whole
            return
        with TemporaryDirectory(dir=self.facts.folder) as folder:
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
            self.opened.execute(f"CREATE OR REPLACE TEMP TABLE {AGAIN}")
            self.find_versions()
            self.problems += interpret(self.opened, self.by, "again")
        self.opened.execute("CREATE OR REPLACE TEMP TABLE versions AS FROM statements")
        self.opened.execute("CREATE OR REPLACE TEMP TABLE versions_patients AS FROM patients")

    def find_versions(self) -> None:
        """Put every line with a resource of `several` into `again`."""
        for batch in self.wanted:
            for file in batch.files:
                find_versions(self.by, self.opened, file)


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


def settle_some(  # noqa: PLR0913  who, from what, and whereto
    opened: duckdb.DuckDBPyConnection,
    by: Means,
    *,
    statements: str,
    patients: str,
    path: Path,
    about: Mapping[str, str],
) -> None:
    """Settle the statements of some patients, and write their facts; both are named as tables."""
    opened.execute(f"CREATE OR REPLACE TEMP TABLE mine AS FROM {patients}")
    settled = settling.settled(statements)
    opened.execute(f"CREATE OR REPLACE TEMP TABLE settled AS {settled}")
    if by.words is not None:
        dictionary = by.tables.dictionary
        settle_words(opened, reader=by.words, dictionary=dictionary, statements=statements)
    sql = settling.facts(by.dictionary, rows="mine", settled_rows="settled")
    save(opened, sql, path, about)


def find_versions(by: Means, opened: duckdb.DuckDBPyConnection, file: File) -> None:
    """Put the lines of a file with a resource of `several` into `again`."""

    def sql(path: Path) -> str:
        return (
            f"INSERT INTO again SELECT h, kind || '/' || id, line FROM ({scan([path])}) "
            "WHERE h IN (SELECT h FROM several)"
        )

    try:
        opened.execute(sql(file.path))
    except failures():
        with TemporaryDirectory() as folder:
            mended = Path(folder) / "mended.ndjson"
            by.mend(file.path, mended)  # What is wrong was told when it was read.
            opened.execute(sql(mended))


AGAIN = "again(h UBIGINT, name VARCHAR, line VARCHAR)"
"""The table of lines that are read anew."""
