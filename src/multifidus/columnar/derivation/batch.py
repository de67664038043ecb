"""
A batch of bulk files → its statements, its patients, and the names of its resources, as Parquet.

Every line is looked at once, for its type, its name and its codes; the lines whose codes may matter
are kept and read. A file that DuckDB cannot read is read line by line, and goes in without its
damaged lines.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from multifidus.columnar.derivation import joined, settling
from multifidus.columnar.derivation.handed import insert_read
from multifidus.columnar.derivation.scan import (
    failures,
    has,
    may_be_spelled,
    may_speak,
    save,
    says,
    scan,
    short,
)
from multifidus.columnar.derivation.shapes import MACROS, first_of, listed
from multifidus.columnar.derivation.source import kind_of, lines_of, strays_of
from multifidus.columnar.derivation.statements import COLUMNS, LEFT_TO_THE_READER, Query
from multifidus.columnar.dialect import text
from multifidus.columnar.duck import whole
from multifidus.columnar.kept import told_problems
from multifidus.core.resource import (
    CONCEPT_FIELDS,
    CONCEPT_REFERENCES,
    FOREIGN_FIELDS,
    FOREIGN_TYPES,
    QUESTIONNAIRE,
)
from multifidus.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import duckdb

    from multifidus.columnar.derivation.handed import Reader
    from multifidus.columnar.derivation.processes import NoteReader
    from multifidus.columnar.derivation.rules import Tables
    from multifidus.columnar.derivation.source import Batch, File
    from multifidus.core.element import Dictionary

ANSWERS = "QuestionnaireResponse"
BUNDLE = "Bundle"
AT_A_TIME = 50_000
"""So many lines are handed to the chart reader together."""
MOST_STRAYS = 5
"""So many resources of another type than their file's are told one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What every batch is read with."""

    tables: Tables
    reader: Reader
    kept: Path
    """The folder of what was read."""
    made_with: str = ""
    """The program that reads: what another one has read is read anew."""
    words: NoteReader | None = None
    """Who settles what documents say; none where their words are not read."""
    unsaid: frozenset[str] = frozenset()
    """Elements of which the population cannot say anything: of these, silence means nothing."""

    @property
    def dictionary(self) -> Dictionary:
        """The dictionary as this population answers it."""
        asked = self.tables.dictionary
        heard = {
            name: replace(each, silence="") if name in self.unsaid else each
            for name, each in asked.elements.items()
        }
        return replace(asked, elements=heard)

    @property
    def kinds(self) -> tuple[str, ...]:
        """List the types of resources that are looked for."""
        return (*self.tables.kinds, ANSWERS)

    @property
    def all_kinds(self) -> frozenset[str]:
        """List these, and those that are looked for to be told of."""
        return frozenset({*self.kinds, "Patient", *FOREIGN_TYPES, BUNDLE})

    def mend(self, path: Path, mended: Path) -> Sequence[Problem]:
        """Copy the lines of a file that can be read; the others are told."""
        problems: list[Problem] = []
        with mended.open("wb") as file:
            for line in lines_of(path, problems):
                content = line.content.removeprefix(BYTE_ORDER_MARK).strip()
                wrong = self.reader.problems_of(content, line.place) if content else ()
                problems += wrong
                if content and not wrong:
                    # Between the tokens of JSON it is space, and DuckDB would end the line there.
                    file.write(content.replace(b"\r", b" ") + b"\n")
        return problems


def prepare(opened: duckdb.DuckDBPyConnection, by: Means) -> None:
    """Make the tables that queries join with."""
    opened.execute("SET preserve_insertion_order = false")
    opened.execute("SET enable_progress_bar = false")
    opened.execute(MACROS)
    dictionary = by.tables.dictionary
    for sql in (*joined.load(by.tables), *settling.elements_table(dictionary)):
        opened.execute(sql)


BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def name_concepts(by: Means, opened: duckdb.DuckDBPyConnection, files: Sequence[File]) -> None:
    """Find the medications and devices whose codes matter, to which requests refer."""
    opened.execute("CREATE OR REPLACE TEMP TABLE concepts(reference VARCHAR, line VARCHAR)")
    coded = may_speak(by.tables, CONCEPT_REFERENCES)
    spelled = may_be_spelled(by.tables)

    def sql(path: Path) -> str:
        return (
            f"INSERT INTO concepts SELECT kind || '/' || id, line FROM ({scan([path])}) "
            f"WHERE kind IN {listed(CONCEPT_FIELDS)} AND {first_of([coded, spelled])}"
        )

    for each in files:
        try:
            opened.execute(sql(each.path))
        except failures():
            with TemporaryDirectory() as folder:
                mended = Path(folder) / each.name
                by.mend(each.path, mended)  # What is wrong in it is told when its batch is read.
                opened.execute(sql(mended))


def interpret(opened: duckdb.DuckDBPyConnection, by: Means, lines: str) -> Sequence[Problem]:
    """
    Let the chart reader read the lines of a table, and add what they say to `statements`.

    All versions of a resource are read together, and some thousand lines at a time.
    """
    [(count,)] = opened.execute(f"SELECT count(*) FROM {lines}").fetchall()
    parts = -(-count // AT_A_TIME)
    about = [("", each) for (each,) in opened.execute(_CONCEPTS).fetchall()] if count else []
    problems: list[Problem] = []
    for part in range(parts):
        found = opened.execute(
            f"SELECT name, line FROM {lines} WHERE coalesce(h, 0) % {parts} = {part} "
            "ORDER BY h, name, line"
        ).fetchall()
        read = by.reader.read((name, line.encode()) for name, line in [*about, *found])
        problems += read.problems
        insert_read(opened, by.tables.dictionary, read)
    return problems


_CONCEPTS = "SELECT line FROM concepts ORDER BY reference, line"
_NAMELESS = "SELECT line FROM left_over WHERE name IS NULL"


class Reading:
    """A batch of files on its way to statements."""

    def __init__(self, by: Means, opened: duckdb.DuckDBPyConnection, batch: Batch) -> None:
        self.by = by
        self.opened = opened
        self.batch = batch
        self.queries = {
            kind: Query(by.tables, kind)
            for kind in by.tables.kinds
            if kind not in LEFT_TO_THE_READER
        }
        self.problems: list[Problem] = []

    def read(self) -> None:
        """Leave behind the statements of the batch, its patients, and the names it has seen."""
        paths = [each.path for each in self.batch.files]
        try:
            self._keep(paths)
        except failures():
            with TemporaryDirectory() as folder:
                names = [
                    Path(folder) / str(n) / f"{path.name}.ndjson" for n, path in enumerate(paths)
                ]
                self._keep([self._mended(*each) for each in zip(paths, names, strict=True)])
        self._tell_strays()
        self._state()
        self._save()

    def _mended(self, path: Path, mended: Path) -> Path:
        """Give a file that an engine can read: this one, or a copy without its damaged lines."""
        sql = f"SELECT count(line) FROM ({scan([path])})"
        try:
            self.opened.execute(sql).fetchone()
        except failures():
            mended.parent.mkdir()
            self.problems += self.by.mend(path, mended)
            return mended
        return path

    def _keep(self, paths: Sequence[Path]) -> None:
        """Read the lines; keep those whose codes may matter, and the names of all that count."""
        by = self.by
        self.opened.execute("CREATE OR REPLACE TEMP TABLE named(file VARCHAR, kind VARCHAR)")
        self.opened.executemany(
            "INSERT INTO named VALUES (?, ?)", [(str(path), kind_of(path)) for path in paths]
        )
        read = f"SELECT *, {_referred()} AS referred FROM ({scan(paths)})"
        self.opened.execute(
            "CREATE OR REPLACE TEMP TABLE kept AS SELECT kind, h, "
            "if(matters, line, NULL) AS line, if(is_stray, file, NULL) AS stray FROM ("
            f"SELECT read.kind, h, line, file, {self._matters()} AS matters, "
            "coalesce(read.kind <> named.kind, named.kind IS NOT NULL) AS is_stray "
            f"FROM ({read}) AS read JOIN named USING (file)) "
            f"WHERE is_stray OR kind IN {listed(by.all_kinds)}"
        )

    def _matters(self) -> str:
        """Say of which resources the line is kept."""
        by = self.by
        cases = [
            f"WHEN read.kind = {text(kind)} THEN {first_of(self._signs(kind))}" for kind in by.kinds
        ]
        others = listed(by.all_kinds - {*by.kinds})
        return f"CASE {' '.join(cases)} ELSE read.kind IN {others} END"

    def _signs(self, kind: str) -> Iterator[str]:
        """Say by which signs a resource of a type may matter."""
        tables = self.by.tables
        if any(each.is_always for each in tables.of_kind(kind)):
            yield "true"
            return
        yield says(QUESTIONNAIRE) if kind == ANSWERS else may_speak(tables, [kind])
        yield may_be_spelled(tables)
        if kind in CONCEPT_REFERENCES:
            # Of another release the code may stand in another file, too; else the line has it.
            yield from map(has, FOREIGN_FIELDS.get(kind, ()))
            yield "starts_with(referred, '#')"
            yield f"{short('referred')} IN (SELECT reference FROM concepts)"

    def _tell_strays(self) -> None:
        """Tell of resources of another type than the name of their file says; they are read."""
        strays = "FROM kept WHERE stray IS NOT NULL"
        [(count, names)] = self._rows(
            f"SELECT count(*), list(DISTINCT parse_filename(stray)) {strays}"
        )
        if not count:
            return
        found = [
            (each, line)
            for each in self.batch.files
            if {each.name, f"{each.name}.ndjson"} & {*names}
            for line in strays_of(each)
        ]
        hint = "see what the export has put together; it was read as what it is"
        for each, line in found[:MOST_STRAYS]:
            message = f"this is no {kind_of(each.path)}, as the name of the file says"
            self.problems.append(Problem.note(line.place, message, hint))
        if count > MOST_STRAYS:
            message = f"and {count - MOST_STRAYS:,} more resources are in files of another type"
            self.problems.append(Problem.note(found[-1][1].place, message, hint))

    def _rows(self, sql: str) -> list[Any]:
        return self.opened.execute(sql).fetchall()

    def _state(self) -> None:
        """Make the statements of the plain resources, and read the odd ones."""
        columns = ", ".join(f"{name} {sort}" for name, sort in COLUMNS.items())
        self.opened.execute(f"CREATE OR REPLACE TEMP TABLE statements({columns})")
        # Versions of which all lines are at hand are read together now; only those of which some
        # are elsewhere, or were let go, must be looked for again.
        self.opened.execute(
            "CREATE OR REPLACE TEMP TABLE odd AS SELECT h FROM kept WHERE h IS NOT NULL "
            "GROUP BY h HAVING count(*) > 1 AND count(line) = count(*)"
        )
        self.opened.execute(
            "CREATE OR REPLACE TEMP TABLE names AS SELECT h FROM kept "
            "WHERE h IS NOT NULL AND h NOT IN (SELECT h FROM odd) UNION ALL FROM odd"
        )
        kept = self._rows("SELECT DISTINCT kind FROM kept WHERE line IS NOT NULL")
        for query in (each for kind, each in self.queries.items() if (kind,) in kept):
            for sql in query.sql("kept"):
                self.opened.execute(sql)
            self.opened.execute(
                "INSERT INTO odd SELECT h FROM resource WHERE is_odd AND h IS NOT NULL"
            )
            self.opened.execute("INSERT INTO odd SELECT DISTINCT h FROM said WHERE is_odd")
            self.opened.execute(
                f"INSERT INTO statements SELECT {', '.join(COLUMNS)} FROM said "
                "WHERE h NOT IN (SELECT h FROM odd)"
            )
        self.opened.execute(
            "CREATE OR REPLACE TEMP TABLE patients AS SELECT DISTINCT 'Patient/' || id AS name, "
            "name AS patient FROM (SELECT json_extract_string(line, '$.id') AS id, "
            "json_type(line, '$.id') AS sort FROM kept WHERE kind = 'Patient') "
            "WHERE sort = 'VARCHAR' AND id <> ''"
        )
        self.opened.execute(
            "CREATE OR REPLACE TEMP TABLE left_over AS SELECT h, "
            "if(h IS NULL, NULL, kind || '/' || json_extract_string(line, '$.id')) AS name, line "
            "FROM kept "
            "WHERE line IS NOT NULL AND (h IS NULL OR h IN (SELECT h FROM odd) "
            f"OR kind NOT IN {listed(self.queries)})"
        )
        self._place()
        self.problems += interpret(self.opened, self.by, "left_over")

    def _place(self) -> None:
        """Find where resources without an id stand: that is the only name they have."""
        nameless = {each.strip().encode() for (each,) in self._rows(_NAMELESS)}
        if not nameless:
            return
        placed = [
            (line.place, content.decode())
            for each in self.batch.files
            for line in lines_of(each.path, [])
            if (content := line.content.strip()) in nameless
        ]
        self.opened.execute("DELETE FROM left_over WHERE name IS NULL")
        self.opened.executemany("INSERT INTO left_over VALUES (NULL, ?, ?)", placed)

    def _save(self) -> None:
        """Write the files of the batch, the list of its problems last: then it is complete."""
        stem = self.by.kept / self.batch.id
        for table in ("statements", "patients", "names"):
            save(self.opened, f"FROM {table}", Path(f"{stem}.{table}.parquet"))
        finish(self.by, self.batch, self.problems)


def told_of(by: Means, batch: Batch) -> Path:
    """Name the file that a batch leaves behind last: where it is, the batch is complete."""
    return by.kept / f"{batch.id}.json"


def finish(by: Means, batch: Batch, problems: Iterable[Problem], **more: object) -> None:
    """Say that all files of a batch are there, and what was found on the way."""
    told = {
        "files": [str(each.path) for each in batch.files],
        "problems": [*told_problems(problems)],
    }
    with whole(told_of(by, batch)) as part:
        part.write_text(json.dumps(told | more), encoding="utf-8")


def _referred() -> str:
    """Give the reference by which a request names its medication or device, if it does."""
    cases = " ".join(
        f"WHEN kind = {text(kind)} AND {has(field)} "
        f"THEN json_extract_string(line, '$.{field}.reference')"
        for kind, field in CONCEPT_REFERENCES.items()
    )
    return f"CASE {cases} END"
