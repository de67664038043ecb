"""
Tables as files: Parquet, CSV, folders of them, Delta tables, or a DuckDB database.

A table is known by its name: that of its file, or of the folder its files lie in. Every cell is
read as text, so that what a column holds is decided where it is read, and a cell of another type
is a cell that cannot be read and no failure.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from multifidus.columnar.derivation.scan import failures
from multifidus.columnar.dialect import text
from multifidus.columnar.duck import connection
from multifidus.columnar.sources.delta import delta_files
from multifidus.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    import duckdb

    from multifidus.errors import Problem

PARQUET, CSV = (".parquet",), (".csv", ".tsv")
DATABASES = (".duckdb", ".db")
DELTA = "_delta_log"
OMOP_NEEDS = frozenset({"person", "concept"})
"""The tables without which nothing of the OMOP model can be read."""

_ZONED = "TIMESTAMP WITH TIME ZONE"
_ATTACHED = "population"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table, and how DuckDB reads it."""

    name: str
    sql: str
    files: tuple[Path, ...]
    columns: Mapping[str, str]
    """Its columns: the names in small letters, and as they are written."""
    zoned: tuple[str, ...] = ()
    """Those that hold instants without the clock by which they were written."""

    def cells(self, columns: Iterable[str]) -> str:
        """Write the query of some columns, as text; one that the table lacks says nothing."""
        # An empty text says nothing. The function keeps DuckDB, too, from reading a CSV's column as
        # the type that somebody tries to cast it to, which fails at the first cell that is none.
        named = ", ".join(
            f"nullif(CAST(\"{self.columns[each]}\" AS VARCHAR), '') AS {each}"
            if each in self.columns
            else f"NULL::VARCHAR AS {each}"
            for each in columns
        )
        return f"SELECT {named} FROM {self.sql}"


def files_by_table(source: Path, known: Collection[str]) -> Mapping[str, tuple[Path, ...]]:
    """Find the files of the tables with some names, in a folder and the folders in it."""
    found: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(source.rglob("*")):
        if path.name == DELTA and path.is_dir():
            found[path.parent.name.lower()] = [path.parent]
        elif not path.name.startswith((".", "_")) and _stem(path) is not None:
            stem, folder = _stem(path) or "", path.parent.name.lower()
            is_delta = (path.parent / DELTA).is_dir()
            name = folder if folder in known and stem not in known else stem
            if not is_delta:
                found[name].append(path)
    return {name: tuple(files) for name, files in found.items() if name in known}


def _stem(path: Path) -> str | None:
    name = path.name.lower().removesuffix(".gz")
    for each in (*PARQUET, *CSV):
        if name.endswith(each):
            return name.removesuffix(each)
    return None


def tables_in(
    opened: duckdb.DuckDBPyConnection, source: Path, known: Collection[str]
) -> Mapping[str, Table]:
    """
    Give the tables with some names, of a folder or of a DuckDB database.

    Raises `RequestError` with every file that cannot be read as a table.
    """
    base = database_of(source)
    # An instant is written by the same clock on every machine.
    opened.execute("SET TimeZone = 'UTC'")
    if base is not None:
        return _attached(opened, base, known)
    tables: dict[str, Table] = {}
    problems: list[Problem] = []
    for name, files in files_by_table(source, known).items():
        try:
            sql = _reading(files)
            described = opened.execute(f"DESCRIBE SELECT * FROM {sql}").fetchall()
        except failures():
            message = f"the table `{name}` cannot be read"
            hint = "write it as Parquet, or as CSV with a line of headings"
            problems += RequestError.at(files[0].name, message, hint).problems
        except RequestError as error:
            problems += error.problems
        else:
            columns = {each[0].lower(): each[0] for each in described}
            zoned = tuple(name for name, sort, *_ in described if sort == _ZONED)
            tables[name] = Table(name=name, sql=sql, files=files, columns=columns, zoned=zoned)
    if problems:
        raise RequestError(*problems)
    return tables


def names_in(source: Path, known: Collection[str]) -> frozenset[str]:
    """Name the tables that are there, of those with some names."""
    if database_of(source) is None:
        return frozenset(files_by_table(source, known))
    with connection() as opened:
        return frozenset(tables_in(opened, source, known))


def database_of(source: Path) -> Path | None:
    """Give the DuckDB database that a source is, or that lies in it alone."""
    if source.is_file():
        return source
    found = [each for each in sorted(source.iterdir()) if each.suffix in DATABASES]
    return found[0] if len(found) == 1 else None


def _attached(
    opened: duckdb.DuckDBPyConnection, base: Path, known: Collection[str]
) -> Mapping[str, Table]:
    try:
        opened.execute(f"ATTACH {text(str(base))} AS {_ATTACHED} (READ_ONLY)")
    except failures():
        hint = "give a database that DuckDB can open, and close it elsewhere"
        raise RequestError.at(base.name, "the database cannot be opened", hint) from None
    found = opened.execute(
        "SELECT table_schema, table_name, list(column_name ORDER BY ordinal_position), "
        f"list(column_name ORDER BY ordinal_position) FILTER (data_type = '{_ZONED}') "
        f"FROM information_schema.columns WHERE table_catalog = '{_ATTACHED}' "
        "GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return {
        name.lower(): Table(
            name=name.lower(),
            sql=f'{_ATTACHED}."{schema}"."{name}"',
            files=(base,),
            columns={each.lower(): each for each in columns},
            zoned=tuple(zoned or ()),
        )
        for schema, name, columns, zoned in found
        if name.lower() in known
    }


def _reading(files: tuple[Path, ...]) -> str:
    listed = ", ".join(text(str(each)) for each in files)
    if files[0].is_dir():
        return f"read_parquet([{', '.join(text(str(each)) for each in delta_files(files[0]))}])"
    if files[0].name.lower().endswith(PARQUET):
        return f"read_parquet([{listed}], union_by_name = true)"
    return f"read_csv([{listed}], header = true, all_varchar = true{_dialect(files[0])})"


def _dialect(path: Path) -> str:
    """Tell how a CSV is parted; the vocabulary's own files have tabs, and no quotes."""
    if path.name.endswith(".gz"):
        return ""
    with path.open("rb") as file:
        is_tabbed = b"\t" in file.readline()
    return ", delim = '\t', quote = '', escape = ''" if is_tabbed else ", delim = ',', quote = '\"'"


def fingerprint(tables: Iterable[Table]) -> str:
    """Fingerprint the files of tables by name, size and time of change."""
    told = []
    for path in sorted({path for each in tables for path in each.files}):
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        told += [f"{each}|{each.stat().st_size}|{each.stat().st_mtime_ns}" for each in files]
    return sha256("\n".join(told).encode()).hexdigest()[:24]
