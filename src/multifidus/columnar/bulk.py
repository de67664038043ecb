"""
A bulk export → the facts table, by DuckDB.

In two steps, of which each leaves Parquet files behind. *Reading* takes the lines of a batch of
files to statements: plain resources in SQL (columnar.statements), odd ones, and all versions of a
resource of which there are several, by the chart reader that is handed over. *Settling* takes the
statements of all patients, some at a time, to facts (columnar.settling).

The derivation of an element stands in the dictionary alone; the reader interprets it, the queries
are made of it, and the tests hold both against each other.
"""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Protocol

from multifidus.columnar import layout, settling
from multifidus.columnar.dialect import text
from multifidus.columnar.duck import MEMORY, connection, described
from multifidus.columnar.rules import NO_ELEMENT, tables
from multifidus.columnar.shapes import MACROS, listed
from multifidus.columnar.source import batches, digest_of, files_of, lines_of
from multifidus.columnar.statements import (
    COLUMNS,
    LEFT_TO_THE_READER,
    SAYS_NO_VALUE,
    SAYS_PROBLEM,
    Query,
    load,
)
from multifidus.core.coding import Days
from multifidus.core.element import Number
from multifidus.core.quantity import UNITS, Quantity
from multifidus.core.resource import (
    CODE_FIELDS,
    CONCEPT_FIELDS,
    CONCEPT_REFERENCES,
    FOREIGN_FIELDS,
    FOREIGN_TYPES,
    NO_VALUE_OBTAINED,
    QUESTIONNAIRE,
)
from multifidus.errors import BundleError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    import duckdb

    from multifidus.columnar.rules import Tables
    from multifidus.columnar.source import Batch, File
    from multifidus.core.case import Basis
    from multifidus.core.element import Dictionary
    from multifidus.core.quantity import DateRange, Value

VERSION = 1
"""Of the files that reading leaves behind."""
TOGETHER = 20_000
"""So many patients are settled at a time."""
ANSWERS = "QuestionnaireResponse"
BUNDLE = "Bundle"


class Stated(Protocol):
    """A statement, as the chart reader makes it (chart.statement)."""

    @property
    def element(self) -> str: ...  # noqa: D102  as there
    @property
    def resource(self) -> str: ...  # noqa: D102
    @property
    def path(self) -> str: ...  # noqa: D102
    @property
    def value(self) -> Value | None: ...  # noqa: D102
    @property
    def problem(self) -> str: ...  # noqa: D102
    @property
    def date(self) -> DateRange | None: ...  # noqa: D102
    @property
    def since(self) -> DateRange | None: ...  # noqa: D102
    @property
    def until(self) -> DateRange | None: ...  # noqa: D102
    @property
    def basis(self) -> Basis: ...  # noqa: D102
    @property
    def valid(self) -> tuple[Days, ...]: ...  # noqa: D102
    @property
    def code(self) -> str: ...  # noqa: D102


class Read(Protocol):
    """What the chart reader made of some lines (chart.lines)."""

    @property
    def said(self) -> Sequence[tuple[str, Sequence[Stated]]]: ...  # noqa: D102
    @property
    def patients(self) -> Mapping[str, str]: ...  # noqa: D102
    @property
    def problems(self) -> Sequence[Problem]: ...  # noqa: D102


class Reader(Protocol):
    """The chart reader, handed over by whoever knows both rooms."""

    def read(self, lines: Iterable[tuple[str, bytes]]) -> Read:
        """Read lines, each with the place where it stands."""

    def problems_of(self, line: bytes, place: str) -> Sequence[Problem]:
        """Tell what keeps a line from being read; nothing if it can be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """The facts of an export, and what of it could not be read."""

    facts: Path
    """A folder of Parquet files."""
    patients: int
    undated: int
    """Patients without a date of service, of whom there is no row."""
    problems: tuple[Problem, ...]
    batches_read: int
    batches_kept: int


def extract(  # noqa: PLR0913  how an export is to be read
    source: Path,
    *,
    dictionary: Dictionary,
    reader: Reader,
    out: Path,
    on: date | None = None,
    memory: str = MEMORY,
    threads: int | None = None,
) -> Extracted:
    """
    Read a bulk export into a facts table, for one date of service or for the record's own.

    What was read before into `out`, and has not changed since, is not read again. Raises
    `BundleError` when the folder holds no export.
    """
    files = files_of(source)
    run = _Run(dictionary, reader, out)
    with connection(memory=memory, threads=threads) as opened:
        run.prepare(opened)
        return run.extract(opened, files, on)


class _Run:
    """One run over an export."""

    def __init__(self, dictionary: Dictionary, reader: Reader, out: Path) -> None:
        self.dictionary = dictionary
        self.reader = reader
        self.tables = tables(dictionary)
        self.kept = out / "statements"
        self.facts = out / "facts"
        self.queries = {
            kind: Query(self.tables, kind)
            for kind in self.tables.kinds
            if kind not in LEFT_TO_THE_READER
        }
        self.kinds = (*self.tables.kinds, ANSWERS)
        self.problems: list[Problem] = []

    def prepare(self, opened: duckdb.DuckDBPyConnection) -> None:
        """Make the tables that queries join with."""
        opened.execute("SET preserve_insertion_order = false")
        opened.execute(MACROS)
        for sql in (*load(self.tables), *settling.elements_table(self.dictionary)):
            opened.execute(sql)

    def extract(
        self, opened: duckdb.DuckDBPyConnection, files: Sequence[File], on: date | None
    ) -> Extracted:
        """Read what has to be read, and settle."""
        self.kept.mkdir(parents=True, exist_ok=True)
        kinds = {*self.kinds, "Patient", *FOREIGN_TYPES}
        named = [each for each in files if each.may_hold(CONCEPT_FIELDS)]
        asked = [each for each in files if each.may_hold(kinds)]
        key = f"{VERSION} {self.dictionary.digest} {digest_of(named)}"
        known = [each["files"] for each in _manifest(self.kept)]
        wanted = list(batches(asked, key=key, known=known))
        missing = [each for each in wanted if not (self.kept / f"{each.id}.json").exists()]
        if missing:
            self._name_concepts(opened, named)
        for each in missing:
            _Batch(self, opened, each).read()
        self._forget({each.id for each in wanted})
        for each in wanted:
            self.problems += _problems(self.kept / f"{each.id}.json")
        patients, undated = _Settling(self, opened, wanted).settle(on)
        return Extracted(
            facts=self.facts,
            patients=patients,
            undated=undated,
            problems=tuple(dict.fromkeys(self.problems)),
            batches_read=len(missing),
            batches_kept=len(wanted) - len(missing),
        )

    def _forget(self, ids: set[str]) -> None:
        """Remove what was read of batches that are no more."""
        for path in self.kept.iterdir():
            if path.name.partition(".")[0] not in ids:
                path.unlink()

    # What resources refer to

    def _name_concepts(self, opened: duckdb.DuckDBPyConnection, files: Sequence[File]) -> None:
        """Find the medications and devices whose codes matter, to which requests refer."""
        opened.execute("CREATE OR REPLACE TEMP TABLE concepts(reference VARCHAR, line VARCHAR)")
        fields = {"resourceType": "VARCHAR", "id": "VARCHAR"}
        fields |= dict.fromkeys(CONCEPT_FIELDS.values(), "JSON")
        coded = " OR ".join(
            f"(kind = {text(kind)} AND regexp_matches(j.{field}, {text(self.pattern())}))"
            for kind, field in CONCEPT_FIELDS.items()
        )
        for each in files:
            try:
                opened.execute(
                    "INSERT INTO concepts SELECT kind || '/' || j.id, line FROM ("
                    f"SELECT line, j, j.resourceType AS kind FROM ({_scan([each.path], fields)})) "
                    f"WHERE {coded}"
                )
            except _failures():
                self._name_concepts_of(opened, each, fields, coded)

    def _name_concepts_of(
        self, opened: duckdb.DuckDBPyConnection, file: File, fields: Mapping[str, str], coded: str
    ) -> None:
        with TemporaryDirectory() as folder:
            mended = Path(folder) / "mended.ndjson"
            self.mend(file.path, mended, self.problems if not file.may_hold(()) else [])
            opened.execute(
                "INSERT INTO concepts SELECT kind || '/' || j.id, line FROM ("
                f"SELECT line, j, j.resourceType AS kind FROM ({_scan([mended], fields)})) "
                f"WHERE {coded}"
            )

    def pattern(self, kind: str = "") -> str:
        """Write the regular expression that the text of codings matches if a code may matter."""
        rules = {each.number for each in self.tables.rules if kind in ("", each.rule.resource)}
        codes = dict.fromkeys(
            re.escape(hit.code) + ("" if hit.is_stem else '"')
            for hit in self.tables.hits
            if hit.rule in rules
        )
        return f'"code":"(?:{"|".join(codes)})' if codes else "$^"

    def mend(self, path: Path, mended: Path, problems: list[Problem]) -> None:
        """Copy the lines of a file that can be read; the others are told."""
        with mended.open("wb") as file:
            for line in lines_of(path, problems):
                content = line.content.strip().replace(b"\r", b" ")
                if not content or content == b"\xef\xbb\xbf":
                    continue
                wrong = self.reader.problems_of(content, line.place)
                problems += wrong
                if not wrong:
                    file.write(content + b"\n")


class _Batch:
    """A batch of files on its way to statements."""

    def __init__(self, run: _Run, opened: duckdb.DuckDBPyConnection, batch: Batch) -> None:
        self.run = run
        self.opened = opened
        self.batch = batch
        self.problems: list[Problem] = []

    def read(self) -> None:
        """Leave behind the statements of the batch, its patients, and the names it has seen."""
        paths = [each.path for each in self.batch.files]
        try:
            self._keep(paths)
        except _failures():
            with TemporaryDirectory() as folder:
                mended = [self._mended(path, Path(folder) / str(n)) for n, path in enumerate(paths)]
                self._keep(mended)
        self._state()
        self._save()

    def _mended(self, path: Path, mended: Path) -> Path:
        """Give a file that an engine can read: this one, or a copy without its damaged lines."""
        scan = _scan([path], {"id": "VARCHAR"})
        try:
            self.opened.execute(f"SELECT count(j.id) FROM ({scan})").fetchone()
        except _failures():
            self.run.mend(path, mended, self.problems)
            return mended
        return path

    def _keep(self, paths: Sequence[Path]) -> None:
        """Read the lines; keep those whose codes may matter, and the names of all that count."""
        run = self.run
        kinds = listed({*run.kinds, "Patient", *FOREIGN_TYPES, BUNDLE})
        self.opened.execute(
            "CREATE OR REPLACE TEMP TABLE kept AS SELECT kind, "
            f"{_NAMED} AS h, if(matters, line, NULL) AS line FROM ("
            f"SELECT *, {self._matters()} AS matters FROM ("
            f"SELECT line, file, j, j.resourceType AS kind FROM ({_scan(paths, _wanted(run))})) "
            f"{self._joined()}WHERE kind IN {kinds})"
        )

    def _joined(self) -> str:
        return "".join(
            f"LEFT JOIN (SELECT DISTINCT reference FROM concepts) AS {field} "
            f"ON {field}.reference = {_short(f'j.{field}.reference')} "
            for field in dict.fromkeys(CONCEPT_REFERENCES.values())
        )

    def _matters(self) -> str:
        """Say of which resources the line is kept."""
        run = self.run
        cases = []
        for kind in run.kinds:
            rules = run.tables.of_kind(kind)
            if kind == ANSWERS:
                condition = f"starts_with(j.questionnaire, {text(QUESTIONNAIRE)})"
            elif any(each.is_always for each in rules):
                condition = "true"
            else:
                field = "item" if kind == "Claim" else CODE_FIELDS.get(kind, "code")
                condition = f"coalesce(regexp_matches(j.{field}, {text(run.pattern(kind))}), false)"
                if reference := CONCEPT_REFERENCES.get(kind):
                    condition += (
                        f" OR {reference}.reference IS NOT NULL "
                        f"OR coalesce(starts_with(j.{reference}.reference, '#'), false)"
                    )
                for foreign in FOREIGN_FIELDS.get(kind, ()):
                    condition += f" OR j.{foreign} IS NOT NULL"
            cases.append(f"WHEN {text(kind)} THEN {condition}")
        return f"CASE kind {' '.join(cases)} ELSE true END"

    def _state(self) -> None:
        """Make the statements of the plain resources, and read the odd ones."""
        columns = ", ".join(f"{name} {sort}" for name, sort in COLUMNS.items())
        self.opened.execute(f"CREATE OR REPLACE TEMP TABLE statements({columns})")
        self.opened.execute("CREATE OR REPLACE TEMP TABLE odd(h UBIGINT)")
        for query in self.run.queries.values():
            for sql in query.sql("kept"):
                self.opened.execute(sql)
            self.opened.execute("INSERT INTO odd SELECT h FROM resource WHERE is_odd AND h IS NOT NULL")
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
            "CREATE OR REPLACE TEMP TABLE left_over AS SELECT h, line FROM kept "
            f"WHERE line IS NOT NULL AND (h IS NULL OR h IN (SELECT h FROM odd) OR kind NOT IN "
            f"{listed(self.run.queries)})"
        )
        self._interpret()

    def _interpret(self) -> None:
        """Let the chart reader read what is odd, with what it may refer to."""
        sql = (
            "SELECT if(json_type(line, '$.id') = 'VARCHAR', json_extract_string(line, '$.id'), ''), "
            "line FROM left_over "
            "ORDER BY h, line"
        )
        lines = self.opened.execute(sql).fetchall()
        if not lines:
            return
        concepts = self.opened.execute("SELECT 'concept', line FROM concepts").fetchall()
        places = self._places({line.strip().encode() for name, line in lines if not name})
        read = self.run.reader.read(
            (name or places[line.strip().encode()].pop(), line.encode())
            for name, line in [*concepts, *lines]
        )
        self.problems += read.problems
        insert_read(self.opened, self.run.dictionary, read)

    def _places(self, nameless: set[bytes]) -> dict[bytes, list[str]]:
        """Find where resources without an id stand: that is the only name they have."""
        places: dict[bytes, list[str]] = {}
        if nameless:
            for each in self.batch.files:
                for line in lines_of(each.path, []):
                    if (content := line.content.strip()) in nameless:
                        places.setdefault(content, []).append(line.place)
        return places

    def _save(self) -> None:
        """Write the files of the batch, the list of its problems last: then it is complete."""
        stem = self.run.kept / self.batch.id
        for table in ("statements", "patients"):
            _copy(self.opened, f"FROM {table}", Path(f"{stem}.{table}.parquet"))
        _copy(self.opened, "SELECT h FROM kept WHERE h IS NOT NULL", Path(f"{stem}.names.parquet"))
        told = {
            "files": [str(each.path) for each in self.batch.files],
            "problems": [[str(each.place), each.message, each.hint] for each in self.problems],
        }
        path = Path(f"{stem}.json")
        part = path.with_suffix(".part")
        part.write_text(json.dumps(told), encoding="utf-8")
        part.replace(path)


class _Settling:
    """The statements of all batches on their way to facts."""

    def __init__(
        self, run: _Run, opened: duckdb.DuckDBPyConnection, wanted: Sequence[Batch]
    ) -> None:
        self.run = run
        self.opened = opened
        self.wanted = wanted

    def _all(self, table: str) -> str:
        paths = [text(f"{self.run.kept / each.id}.{table}.parquet") for each in self.wanted]
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
        self.opened.execute(
            "CREATE OR REPLACE TEMP VIEW owned AS SELECT stated.*, "
            "coalesce(straight.patient, short.patient) AS patient FROM stated "
            "LEFT JOIN patients AS straight ON straight.name = subject "
            f"LEFT JOIN patients AS short ON short.name = {_short('subject')} "
            "WHERE coalesce(straight.patient, short.patient) IS NOT NULL"
        )
        everyone = "SELECT DISTINCT patient FROM patients"
        if on is not None:
            dated = f"SELECT patient, DATE '{on}' AS service FROM ({everyone})"
        else:
            dated = (
                "SELECT patient, max(since_last) AS service FROM owned "
                f"WHERE element = {NO_ELEMENT} AND since_first = since_last GROUP BY patient"
            )
        self.opened.execute(f"CREATE OR REPLACE TEMP TABLE dated AS {dated}")
        days = [each[0] for each in self._rows("SELECT DISTINCT service FROM dated")]
        for sql in settling.windows_table(self.run.dictionary, days):
            self.opened.execute(sql)
        everybody = self._rows(f"SELECT count(*) FROM ({everyone})")[0][0]
        patients = self._rows("SELECT count(*) FROM dated")[0][0]
        self._write(patients)
        return patients, everybody - patients

    def _rows(self, sql: str) -> list[tuple[object, ...]]:
        return self.opened.execute(sql).fetchall()

    def _write(self, patients: int) -> None:
        self.run.facts.mkdir(parents=True, exist_ok=True)
        parts = max(1, -(-patients // TOGETHER))
        names = [f"part-{number:05d}.parquet" for number in range(parts)]
        about = described(self.run.dictionary)
        with self._shuffled(parts) as part_of:
            for number, name in enumerate(names):
                self.opened.execute(
                    "CREATE OR REPLACE TEMP TABLE mine AS SELECT patient, service FROM dated "
                    f"WHERE hash(patient) % {parts} = {number}"
                )
                settled = settling.settled(part_of(number))
                self.opened.execute(f"CREATE OR REPLACE TEMP TABLE settled AS {settled}")
                sql = settling.facts(self.run.dictionary, rows="mine", settled_rows="settled")
                _copy(self.opened, f"{sql} ORDER BY subject, service_date", self.run.facts / name, about)
        for path in self.run.facts.glob("part-*.parquet"):
            if path.name not in names:
                path.unlink()

    @contextmanager
    def _shuffled(self, parts: int) -> Iterator[object]:
        """Lay out the statements so that those of some patients can be read alone."""
        whole = "(SELECT * FROM owned JOIN dated USING (patient))"
        if parts == 1:
            yield lambda _number: whole
            return
        with TemporaryDirectory(dir=self.run.facts) as folder:
            self.opened.execute(
                f"COPY (SELECT *, hash(patient) % {parts} AS part FROM {whole}) "
                f"TO {text(folder)} (FORMAT parquet, PARTITION_BY (part), OVERWRITE)"
            )
            yield lambda number: f"read_parquet({text(f'{folder}/part={number}/*.parquet')})"

    # Versions

    def _read_versions(self) -> None:
        """Read anew, all of its versions, each resource that makes statements and stands twice."""
        columns = ", ".join(f"{name} {sort}" for name, sort in COLUMNS.items())
        self.opened.execute(f"CREATE OR REPLACE TEMP TABLE statements({columns})")
        self.opened.execute("CREATE OR REPLACE TEMP TABLE patients(name VARCHAR, patient VARCHAR)")
        self.opened.execute(
            "CREATE OR REPLACE TEMP TABLE several AS SELECT h FROM "
            f"{self._all('names')} GROUP BY h HAVING count(*) > 1"
        )
        if self._rows("SELECT count(*) FROM several")[0][0]:
            self._reread()
        self.opened.execute("CREATE OR REPLACE TEMP TABLE versions AS FROM statements")
        self.opened.execute("CREATE OR REPLACE TEMP TABLE versions_patients AS FROM patients")

    def _reread(self) -> None:
        fields = {"resourceType": "VARCHAR", "id": "JSON"}
        lines: list[tuple[str, bytes]] = []
        for batch in self.wanted:
            for file in batch.files:
                scan = _scan([file.path], fields)
                try:
                    found = self._rows(
                        f"SELECT line FROM ({scan}) WHERE {_NAMED} IN "
                        "(SELECT h FROM several)"
                    )
                except _failures():
                    with TemporaryDirectory() as folder:
                        mended = Path(folder) / "mended.ndjson"
                        self.run.mend(file.path, mended, [])
                        found = self._rows(
                            f"SELECT line FROM ({_scan([mended], fields)}) "
                            f"WHERE {_NAMED} IN (SELECT h FROM several)"
                        )
                lines += [(file.name, str(each[0]).encode()) for each in found]
        read = self.run.reader.read(lines)
        self.run.problems += read.problems
        insert_read(self.opened, self.run.dictionary, read)


# Statements of the chart reader as rows


def insert_read(
    opened: duckdb.DuckDBPyConnection, dictionary: Dictionary, read: Read
) -> None:
    """Add what the chart reader made of lines to the tables of statements and of patients."""
    places = {name: place for place, name in enumerate(dictionary.elements)}
    with TemporaryDirectory() as folder:
        path = Path(folder) / "said.ndjson"
        count = 0
        with path.open("w", encoding="utf-8") as file:
            for subject, statements in read.said:
                for each in statements:
                    count += 1
                    place = places.get(each.element, NO_ELEMENT)
                    row = _row(dictionary, each) | {"subject": subject, "element": place}
                    file.write(json.dumps(row) + "\n")
        if count:
            types = ", ".join(f"{text(name)}: {text(sort)}" for name, sort in COLUMNS.items())
            opened.execute(
                f"INSERT INTO statements SELECT * REPLACE ({_NAMED_SO} AS h) FROM "
                f"read_json({text(str(path))}, format = 'newline_delimited', columns = {{{types}}})"
            )
    named = [[name, patient] for name, patient in read.patients.items() if name]
    if named:
        opened.executemany("INSERT INTO patients VALUES (?, ?)", named)


def _row(dictionary: Dictionary, stated: Stated) -> dict[str, object]:
    value = stated.value
    problem = SAYS_NO_VALUE if stated.problem == NO_VALUE_OBTAINED else SAYS_PROBLEM
    row: dict[str, object] = {
        "resource": stated.resource,
        "path": stated.path,
        "basis": stated.basis.value,
        "problem": problem if stated.problem else 0,
        "code": stated.code,
        "valid": _valid(stated.valid),
        **_days("made", stated.date),
        **_days("since", stated.since),
        **_days("until", stated.until),
    }
    if isinstance(value, bool):
        row["truth"] = value
    elif isinstance(value, str):
        row["word"] = value
    elif isinstance(value, Quantity):
        row["number"] = _kept(dictionary, stated.element, value)
    return row


def _kept(dictionary: Dictionary, element: str, value: Quantity) -> str:
    """Write a number in the unit that the facts table keeps."""
    answer = dictionary.elements[element].answer
    size = UNITS[value.unit].size
    if isinstance(answer, Number) and not UNITS[answer.unit].is_time:
        size /= layout.kept_unit(answer).size
    return layout.digits(Fraction(value.value) * size)


def _days(name: str, days: DateRange | None) -> dict[str, str]:
    if days is None:
        return {}
    first = {f"{name}_first": str(days.earliest)} if days.earliest else {}
    return {**first, f"{name}_last": str(days.latest)}


def _valid(valid: tuple[Days, ...]) -> list[dict[str, str]] | None:
    if Days() in valid:
        return None
    return [
        {
            name: str(day)
            for name, day in (("first", each.first), ("last", each.last))
            if day is not None
        }
        for each in valid
    ]


# SQL


def _scan(paths: Sequence[Path], fields: Mapping[str, object]) -> str:
    """Write the query that gives each line of some files, and the fields that are asked for."""
    files = ", ".join(text(str(path)) for path in paths)
    structure = text(json.dumps(fields))
    # One column with a delimiter and without quotes: JSON holds no raw control characters.
    return (
        f"SELECT line, filename AS file, json_transform(line, {structure}) AS j "
        f"FROM read_csv([{files}], columns = {{'line': 'VARCHAR'}}, header = false, "
        "delim = '\x01', quote = '', escape = '', auto_detect = false, strict_mode = false, "
        f"new_line = '\\n', max_line_size = {LARGEST}, buffer_size = {2 * LARGEST}, filename = true) WHERE line IS NOT NULL"
    )


LARGEST = 16 * 1024 * 1024
"""Bytes that one line may have, as for the chart reader."""


def _wanted(run: _Run) -> dict[str, object]:
    """List the fields that tell whether a resource matters."""
    fields: dict[str, object] = {"resourceType": "VARCHAR", "id": "JSON"}
    fields |= {"questionnaire": "VARCHAR", "item": "JSON"}
    for kind in run.kinds:
        fields[CODE_FIELDS.get(kind, "code")] = "JSON"
        if reference := CONCEPT_REFERENCES.get(kind):
            fields[reference] = {"reference": "VARCHAR"}
        fields |= {each: "JSON" for each in FOREIGN_FIELDS.get(kind, ()) if each not in fields}
    for reference in dict.fromkeys(CONCEPT_REFERENCES.values()):
        fields.setdefault(reference, {"reference": "VARCHAR"})
    return fields


# By its JSON text: only a text names a resource.
_NAMED = (
    "if(starts_with(j.id::VARCHAR, '\"') AND j.id::VARCHAR <> '\"\"', "
    "hash(j.resourceType, j.id::VARCHAR), NULL)"
)
"""The hash of a resource's name; null where it has none."""


# Of a resource without an id the name is its place, which holds no slash.
_NAMED_SO = (
    "if(contains(resource, '/'), hash(split_part(resource, '/', 1), "
    "to_json(substr(resource, strpos(resource, '/') + 1))::VARCHAR), NULL)"
)
"""The same hash, of the name as the chart reader writes it."""


def _short(reference: str) -> str:
    """Cut a reference to type and id, as `chart.fhir.short_reference` does."""
    return (
        f"array_to_string(string_split(split_part({reference}, '/_history/', 1), '/')[-2:], '/')"
    )


def _copy(
    opened: duckdb.DuckDBPyConnection, sql: str, path: Path, about: Mapping[str, str] | None = None
) -> None:
    """Write a query's rows as Parquet, under its name when it is complete."""
    part = path.with_suffix(".part")
    told = ", ".join(f"{key}: {text(word)}" for key, word in (about or {}).items())
    kept = f", KV_METADATA {{{told}}}" if told else ""
    opened.execute(f"COPY ({sql}) TO {text(str(part))} (FORMAT parquet, COMPRESSION zstd{kept})")
    part.replace(path)


def _failures() -> tuple[type[Exception], ...]:
    """Give what DuckDB raises on a file that it cannot read."""
    import duckdb

    return (duckdb.InvalidInputException, duckdb.IOException, duckdb.ConversionException)


def _manifest(kept: Path) -> Iterator[dict[str, list[str]]]:
    for path in sorted(kept.glob("*.json")):
        yield json.loads(path.read_text(encoding="utf-8"))


def _problems(path: Path) -> Iterator[Problem]:
    for where, message, hint in json.loads(path.read_text(encoding="utf-8"))["problems"]:
        yield Problem.at(where, message, hint)


__all__ = ["BundleError", "Extracted", "Reader", "extract"]
