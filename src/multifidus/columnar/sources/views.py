"""
Tables that our views have laid out (SQL on FHIR) → the facts table.

A row is a candidate: what one rule of the dictionary reads of one resource. The chart reader reads
the rows, a table at a time, and their statements are settled as those of a bulk export are.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from multifidus.columnar.derivation.batch import Means, finish, prepare, told_of
from multifidus.columnar.derivation.handed import insert_read
from multifidus.columnar.derivation.population import Population, facts_of
from multifidus.columnar.derivation.scan import failures, save
from multifidus.columnar.derivation.source import Batch, seen
from multifidus.columnar.derivation.statements import COLUMNS
from multifidus.columnar.duck import connection
from multifidus.columnar.sources.extracted import VERSION, extracted, forget, problems_of, stop
from multifidus.columnar.sources.tables import tables_in
from multifidus.columnar.watch import Stage, unwatched
from multifidus.core.view import view_names
from multifidus.errors import Problem, RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import duckdb

    from multifidus.columnar.sources.asked import Asked
    from multifidus.columnar.sources.extracted import Extracted
    from multifidus.columnar.sources.tables import Table
    from multifidus.columnar.watch import Watch
    from multifidus.core.element import Dictionary

AT_A_TIME = 20_000
"""So many rows are handed to the chart reader together."""
NEEDED = ("patient", "id")
"""The columns that every view has."""
_SHOWN = 5


def extract_views(asked: Asked, *, watch: Watch = unwatched) -> Extracted:
    """
    Read the tables of our views into a facts table.

    A table that was read before into `asked.out`, and has not changed since, is not read again.
    Raises `RequestError` when a table lacks the columns that say whose a row is, or cannot be read.
    """
    names = view_names(asked.dictionary)
    with connection(memory=asked.memory, threads=asked.threads) as opened:
        found = tables_in(opened, asked.source, names)
        _check(found)
        by = asked.means(unsaid=_unsaid(asked.dictionary, found))
        prepare(opened, by)
        views = Views(by, opened, found)
        read = views.read(watch)
        problems = [*_lacking(asked.dictionary, found), *problems_of(by, read)]
        stop(asked.faults, problems)
        facts = facts_of(by, read, out=asked.out, on=asked.on)
        settled = facts.settled() or Population(by, opened, read, facts, watch).settle(asked.on)
    return extracted(facts, settled, problems=problems, batches=read, read=views.count)


def _check(found: Mapping[str, Table]) -> None:
    hint = "lay it out with the views that `multifidus dictionary views` writes"
    wrong = [
        Problem.at(name, f"there is no column `{column}`", hint)
        for name, table in sorted(found.items())
        for column in NEEDED
        if column not in table.columns
    ]
    if wrong:
        raise RequestError(*wrong)


def _missing(dictionary: Dictionary, found: Mapping[str, Table]) -> Mapping[str, str]:
    """Give the views without a table, each with its element."""
    return {
        view: element
        for view, (element, _) in view_names(dictionary).items()
        if view not in found and element in dictionary.elements
    }


def _unsaid(dictionary: Dictionary, found: Mapping[str, Table]) -> frozenset[str]:
    return frozenset(_missing(dictionary, found).values())


def _lacking(dictionary: Dictionary, found: Mapping[str, Table]) -> Iterator[Problem]:
    names = [*_missing(dictionary, found)]
    if names:
        some = ", ".join(f"`{each}`" for each in names[:_SHOWN])
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        message = f"there are no tables of {some}{more}"
        hint = "run these views too; of their elements, silence means nothing"
        yield Problem.note(dictionary.name, message, hint)


class Views:
    """Tables on their way to statements, each a batch of its own."""

    def __init__(
        self, by: Means, opened: duckdb.DuckDBPyConnection, found: Mapping[str, Table]
    ) -> None:
        self.by = by
        self.opened = opened
        self.found = found
        self.count = 0
        """So many tables were not read before."""

    def read(self, watch: Watch) -> Sequence[Batch]:
        """Leave behind the statements of every table; gives the batches."""
        batches = {name: self._batch(table) for name, table in sorted(self.found.items())}
        for place, (name, batch) in enumerate(batches.items()):
            watch(Stage.READING, place, len(batches))
            if not told_of(self.by, batch).exists():
                self.count += 1
                self._read(self.found[name], batch)
        watch(Stage.READING, len(batches), len(batches))
        forget(self.by, batches.values())
        return [*batches.values()]

    def _batch(self, table: Table) -> Batch:
        paths = [
            path
            for each in table.files
            for path in (sorted(each.rglob("*")) if each.is_dir() else [each])
        ]
        digest = self.by.tables.dictionary.digest
        everyone = "" if self._are_patients_told else " everyone"
        key = f"views {self.by.made_with} {VERSION} {table.name} {digest}{everyone}"
        return Batch(files=tuple(map(seen, paths)), key=key)

    @property
    def _are_patients_told(self) -> bool:
        kinds = view_names(self.by.tables.dictionary)
        return any(kinds[name][1] == "Patient" for name in self.found)

    def _read(self, table: Table, batch: Batch) -> None:
        columns = ", ".join(f"{name} {sort}" for name, sort in COLUMNS.items())
        self.opened.execute(f"CREATE OR REPLACE TEMP TABLE statements({columns})")
        self.opened.execute("CREATE OR REPLACE TEMP TABLE patients(name VARCHAR, patient VARCHAR)")
        nobody = 0
        for rows in self._rows(table):
            nobody += sum(not row["patient"] for row in rows)
            read = self.by.reader.read_rows(table.name, rows)
            insert_read(self.opened, self.by.tables.dictionary, read)
        # A row names its resource, but not which version of it: there is one (`h` is null).
        self.opened.execute("UPDATE statements SET h = NULL")
        if not self._are_patients_told:
            self.opened.execute(
                "INSERT INTO patients SELECT DISTINCT subject, subject FROM statements"
            )
        self._save(batch, [*_nobodys(table, nobody), *_zoned(table)])

    def _rows(self, table: Table) -> Iterator[Sequence[Mapping[str, Any]]]:
        names = [*table.columns]
        asked = self.opened.cursor().execute(table.cells(names))
        try:
            while lines := asked.fetchmany(AT_A_TIME):
                yield [dict(zip(names, line, strict=True)) for line in lines]
        except failures():
            message = f"the table `{table.name}` cannot be read to its end"
            raise RequestError.at(table.files[0].name, message, "write it again") from None

    def _save(self, batch: Batch, problems: Sequence[Problem]) -> None:
        """Write the files of the table, the list of its problems last: then it is complete."""
        stem = self.by.kept / batch.id
        save(self.opened, "FROM statements", Path(f"{stem}.statements.parquet"))
        save(self.opened, "SELECT DISTINCT * FROM patients", Path(f"{stem}.patients.parquet"))
        save(self.opened, "SELECT NULL::UBIGINT AS h LIMIT 0", Path(f"{stem}.names.parquet"))
        finish(self.by, batch, problems)


def _nobodys(table: Table, count: int) -> Iterator[Problem]:
    if count:
        message = f"{count:,} × row that names no patient; nothing is read of it"
        hint = "a view follows references of the form `Patient/id`; see docs/reference/views.md"
        yield Problem.note(table.name, message, hint)


def _zoned(table: Table) -> Iterator[Problem]:
    for column in table.zoned:
        message = f"`{column}` holds instants without the clock by which they were written"
        hint = (
            "the day is that of UTC, which may be the next one or the one before; keep it as text"
        )
        yield Problem.note(table.name, message, hint)
