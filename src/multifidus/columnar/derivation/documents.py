"""
The documents of a bulk export → statements that rest on their words, and what these settle.

The lines of a patient's documents come together, and those of some patients are a part. A part is
read once, by the note reader that is handed over (columnar.derivation.processes); what it says
stays as Parquet as long as its lines do, so a run that was stopped goes on where it was.

What words bear on is settled by the note reader too, not in SQL: so they weigh in a population what
they weigh in one chart (chart.statements.weigh).
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from hashlib import sha256
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from multifidus.columnar import layout
from multifidus.columnar.derivation.processes import Group, Part, read_groups, read_parts
from multifidus.columnar.derivation.scan import failures, save, short
from multifidus.columnar.derivation.source import digest_of
from multifidus.columnar.derivation.statements import COLUMNS
from multifidus.columnar.derivation.worded import TOLD, said_in, settled_row
from multifidus.columnar.dialect import text
from multifidus.columnar.duck import as_table, whole
from multifidus.columnar.kept import problems_told, told_problems
from multifidus.columnar.watch import Stage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import duckdb

    from multifidus.columnar.derivation.batch import Means
    from multifidus.columnar.derivation.processes import NoteReader, Notes, Told
    from multifidus.columnar.derivation.source import File
    from multifidus.columnar.watch import Watch
    from multifidus.core.element import Dictionary
    from multifidus.errors import Problem

VERSION = 1
"""Of the files that reading leaves behind."""
BINARY = "Binary"
REPORT = "DiagnosticReport"
KINDS = ("DocumentReference", REPORT, "Composition", BINARY)
LARGEST = 128 * 1024 * 1024
"""Bytes that a line with a document in it may have."""
PART = 1_000_000
"""About so many characters of lines are read together."""
MOST_PARTS = 1024
"""Of a very large export a part has more: as many files are written at once as there are parts."""
FEW = 300_000
"""So few characters are not worth a process."""

IN_WORDS = {
    **COLUMNS,
    "page": "INTEGER",
    "start": "INTEGER",
    "stop": "INTEGER",
    "confirm": "VARCHAR",
}
"""A table of statements that rest on words: also where these stand, and why to confirm them."""
SETTLED = {
    "nr": "INTEGER",
    "element": "USMALLINT",
    "reason": "VARCHAR",
    "truth": "BOOLEAN",
    "word": "VARCHAR",
    "number": str(layout.Sort.NUMBER),
    "since_first": "DATE",
    "since_last": "DATE",
    "basis": "VARCHAR",
    "addresses": "VARCHAR[]",
    "made": "STRUCT(last DATE, first DATE)",
}
"""What is settled (columnar.derivation.settling)."""


class Documents:
    """The documents of an export, on their way to what they settle."""

    def __init__(self, by: Means, opened: duckdb.DuckDBPyConnection, notes: Notes) -> None:
        """Read with what batches are read with, and by some notes' reader."""
        self.by = by
        self.opened = opened
        self.notes = notes
        self.dictionary = by.tables.dictionary
        self.kept = by.kept.parent / "notes"
        self.problems: list[Problem] = []

    # Reading

    def read(self, files: Sequence[File], watch: Watch) -> Sequence[Problem]:
        """Leave a table `worded` of what the documents in some files say; gives what is wrong."""
        self.kept.mkdir(parents=True, exist_ok=True)
        self._hold(each for each in files if each.may_hold(KINDS))
        names: list[str] = []
        with self._parts() as parts:
            missing = (
                part for part in self._named(parts, names) if not self._told(part.name).exists()
            )
            for part, told in self._read(missing):
                self._save(part.name, told)
                watch(Stage.DOCUMENTS, sum(self._told(each).exists() for each in names), len(parts))
        for path in self.kept.iterdir():
            if path.is_dir():  # of a run that was killed
                rmtree(path)
            elif path.name.partition(".")[0] not in names:
                path.unlink()
        for name in names:
            self.problems += problems_told(json.loads(self._told(name).read_bytes()))
        paths = ", ".join(text(str(self.kept / f"{name}.parquet")) for name in sorted(names))
        columns = ", ".join(f"NULL::{sort} AS {name}" for name, sort in IN_WORDS.items())
        table = f"FROM read_parquet([{paths}])" if paths else f"SELECT {columns} LIMIT 0"
        self.opened.execute(f"CREATE OR REPLACE TEMP TABLE worded AS {table}")
        return self.problems

    def _read(self, parts: Iterator[Part]) -> Iterator[tuple[Part, Told]]:
        """Read parts; a single small one in this process."""
        waiting: list[Part] = []
        for part in parts:
            waiting.append(part)
            if len(waiting) > 1 or _size(part) > FEW:
                break
        if len(waiting) == 1 and _size(waiting[0]) <= FEW:
            reader = self.notes.reader
            yield (
                waiting[0],
                read_groups(waiting[0].groups, reader=reader, dictionary=self.dictionary),
            )
            return
        yield from read_parts(chain(waiting, parts), notes=self.notes, dictionary=self.dictionary)

    def _told(self, name: str) -> Path:
        return self.kept / f"{name}.json"

    def _hold(self, files: Iterable[File]) -> None:
        """Keep the lines of documents, and of what they may refer to."""
        self.opened.execute(
            "CREATE OR REPLACE TEMP TABLE held(kind VARCHAR, name VARCHAR, subject VARCHAR, "
            "has_form BOOLEAN, urls VARCHAR[], line VARCHAR)"
        )
        for each in files:
            try:
                self.opened.execute(_held(each.path))
            except failures():
                with TemporaryDirectory() as folder:
                    mended = Path(folder) / each.name.removesuffix(".gz")
                    # It may be of a type that nothing else is read of; told twice is told once.
                    self.problems += self.by.mend(each.path, mended)
                    self.opened.execute(_held(mended))

    @contextmanager
    def _parts(self) -> Iterator[Sequence[str]]:
        """Lay out the lines so that those of some patients can be read alone."""
        [(size,)] = self._rows(f"SELECT coalesce(sum(strlen(line)), 0)::BIGINT FROM ({_LINES})")
        # A power of two: most parts stay what they are while an export grows.
        count = min(MOST_PARTS, 1 << (int(size) // PART).bit_length())
        if not size:
            yield ()
            return
        with TemporaryDirectory(dir=self.kept) as folder:
            self.opened.execute(
                f"COPY (SELECT *, hash(subject) % {count} AS part FROM ({_LINES})) "
                f"TO {text(folder)} (FORMAT parquet, PARTITION_BY (part), OVERWRITE)"
            )
            yield sorted(str(each) for each in Path(folder).iterdir())

    def _named(self, parts: Iterable[str], names: list[str]) -> Iterator[Part]:
        """Give the parts with their lines; each name is told."""
        about = f"{VERSION} {self.notes.key} {self.dictionary.digest}"
        for part in parts:
            lines = self._rows(
                f"SELECT subject, name, line FROM read_parquet({text(f'{part}/*.parquet')}) "
                "ORDER BY subject, name, line"
            )
            digest = sha256(about.encode())
            for each in lines:
                digest.update("\0".join(each).encode())
            name = digest.hexdigest()[:24]
            names.append(name)
            groups = [
                Group(subject, [each[1:] for each in mine])
                for subject, mine in groupby(lines, key=itemgetter(0))
            ]
            yield Part(name, groups)

    def _save(self, name: str, told: Told) -> None:
        """Write what a part says, the list of its problems last: then it is complete."""
        self._write(told.rows, self.kept / f"{name}.parquet")
        with whole(self._told(name)) as part:
            part.write_text(json.dumps([*told_problems(told.problems)]), encoding="utf-8")

    def _write(self, rows: Iterable[dict[str, object]], path: Path) -> None:
        with as_table(rows, IN_WORDS) as table:
            save(self.opened, f"SELECT * FROM {table} ORDER BY subject, resource, start", path)

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.opened.execute(sql).fetchall()


def documented(files: Iterable[File]) -> str:
    """Fingerprint the files of an export that may hold documents."""
    return digest_of(each for each in files if each.may_hold(KINDS))


def settle_words(
    opened: duckdb.DuckDBPyConnection,
    *,
    reader: NoteReader,
    dictionary: Dictionary,
    statements: str,
) -> None:
    """
    Settle anew, in the table `settled`, what words bear on for the patients in `mine`.

    `statements` is a table of the statements that do not rest on words, with `nr`; those that do
    stand in `worded`.
    """
    names = [*dictionary.elements]
    opened.execute(
        "CREATE OR REPLACE TEMP TABLE spoken AS SELECT worded.*, mine.nr, mine.service "
        "FROM worded LEFT JOIN patients AS straight ON straight.name = subject "
        f"LEFT JOIN patients AS short ON short.name = {short('subject')} "
        "JOIN mine ON mine.patient = coalesce(straight.patient, short.patient)"
    )
    opened.execute("CREATE OR REPLACE TEMP TABLE borne AS SELECT DISTINCT nr, element FROM spoken")
    told = ", ".join(TOLD)
    unsaid = ", ".join(f"NULL AS {each}" for each in IN_WORDS if each not in COLUMNS)
    found = opened.execute(
        f"SELECT nr, element, service, {told} FROM (SELECT *, {unsaid} FROM {statements} "
        "SEMI JOIN borne USING (nr, element) UNION ALL BY NAME FROM spoken) "
        "ORDER BY nr, element, start NULLS FIRST, resource, path"
    )
    rows = (
        settled_row(settled, nr=nr, place=place, dictionary=dictionary)
        for (nr, place, on), said in said_in(found, dictionary)
        if (settled := reader.settle(names[place], said, on)) is not None
    )
    with as_table(rows, SETTLED) as table:
        opened.execute(
            "DELETE FROM settled USING borne "
            "WHERE settled.nr = borne.nr AND settled.element = borne.element"
        )
        opened.execute(f"INSERT INTO settled BY NAME SELECT * FROM {table}")


def _held(path: Path) -> str:
    """Write the query that keeps the documents of a file."""

    def at(place: str) -> str:
        return f"json_extract_string(json, '$.{place}')"

    urls = f"list_concat({at('content[*].attachment.url')}, {at('presentedForm[*].url')})"
    name = f"coalesce(kind || '/' || {at('id')}, parse_filename(filename))"
    return (
        f"INSERT INTO held SELECT kind, {name}, "
        f"coalesce({short(at('subject.reference'))}, ''), "
        f"json_exists(json, '$.presentedForm'), {urls}, json::VARCHAR "
        f"FROM (SELECT *, {at('resourceType')} AS kind FROM read_ndjson_objects("
        f"[{text(str(path))}], filename = true, maximum_object_size = {LARGEST})) "
        f"WHERE kind IN ({', '.join(map(text, KINDS))})"
    )


_LINES = (
    # Most reports have no form; one may be the newer version of one that has.
    f"SELECT subject, name, line FROM held WHERE kind NOT IN ('{BINARY}', '{REPORT}') "
    f"OR (kind = '{REPORT}' AND name IN (SELECT name FROM held WHERE has_form)) "
    f"UNION ALL SELECT DISTINCT about.subject, held.name, held.line FROM held "
    "JOIN (SELECT subject, unnest(urls) AS url FROM held) AS about "
    f"ON held.kind = '{BINARY}' AND held.name = {short('about.url')}"
)
"""The lines of each patient's documents, and of what these refer to."""


def _size(part: Part) -> int:
    return sum(len(line) for group in part.groups for _, line in group.lines)
