"""
Pieces of the work on a population, made up to be sent to whoever does them.

A piece writes files, each of which takes its name when it is complete, and gives back nothing but
what went wrong; done twice, it leaves the same files. What it writes on the way is for the owner
alone, and stands in a folder that goes with the work.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from multifidus.columnar.derivation.batch import Reading, name_concepts, prepare
from multifidus.columnar.derivation.population import AGAIN, find_versions, settle_some
from multifidus.columnar.derivation.scan import save
from multifidus.columnar.derivation.source import digest_of
from multifidus.columnar.derivation.statements import COLUMNS
from multifidus.columnar.dialect import text
from multifidus.columnar.duck import MEMORY, connection, whole
from multifidus.columnar.engines import part as parts
from multifidus.columnar.layout import SERVICE_DATE, SUBJECT
from multifidus.errors import MultifidusError, RequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import duckdb

    from multifidus.columnar.compile import Query
    from multifidus.columnar.derivation.batch import Means
    from multifidus.columnar.derivation.source import Batch, File
    from multifidus.columnar.engines.part import Part

OWNER_ALONE = 0o077
"""What is withheld from all others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """What pieces of one piece of work share: how they read, and where they leave things."""

    by: Means
    folder: Path
    """For what is not kept; everybody who does a piece reaches it."""
    memory: str = MEMORY
    """What one piece may use."""

    @contextmanager
    def open(self, *tables: str) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open an engine for one piece, with the tables that it needs."""
        with connection(memory=self.memory, threads=1) as opened:
            prepare(opened, self.by)
            for each in tables:
                opened.execute(f"CREATE TEMP TABLE {each} AS FROM {self.table(each)}")
            yield opened

    def put(self, opened: duckdb.DuckDBPyConnection, table: str, *, piece: str = "all") -> None:
        """Lay a table, or a piece of it, where every piece of work finds it."""
        (self.folder / table).mkdir(exist_ok=True)
        save(opened, f"FROM {table}", self.folder / table / f"{piece}.parquet")

    def table(self, name: str) -> str:
        """Name a table that was laid down, as SQL does."""
        return f"read_parquet({text(f'{self.folder}/{name}/*.parquet')})"


@dataclass(frozen=True, slots=True)
class NameConcepts:
    """Finds the medications and devices of a file whose codes matter."""

    shop: Shop

    def __call__(self, file: File) -> None:
        """Lay down `concepts`, by file."""
        with self.shop.open() as opened:
            name_concepts(self.shop.by, opened, [file])
            self.shop.put(opened, "concepts", piece=digest_of([file]))


@dataclass(frozen=True, slots=True)
class Read:
    """Reads a batch of files to statements."""

    shop: Shop

    def __call__(self, batch: Batch) -> None:
        """Leave the files of the batch among those that are kept."""
        with self.shop.open("concepts") as opened:
            Reading(self.shop.by, opened, batch).read()


@dataclass(frozen=True, slots=True)
class FindVersions:
    """Finds the lines of a batch with resources of which there are several versions."""

    shop: Shop

    def __call__(self, batch: Batch) -> None:
        """Lay down `again`, by batch."""
        with self.shop.open("several") as opened:
            opened.execute(f"CREATE TEMP TABLE {AGAIN}")
            for file in batch.files:
                find_versions(self.shop.by, opened, file)
            self.shop.put(opened, "again", piece=batch.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle:
    """Settles the statements of some patients."""

    shop: Shop
    statements: Path
    """A folder of them, with one for the patients of each number."""
    together: int
    about: Mapping[str, str]

    def __call__(self, missing: tuple[int, Path]) -> None:
        """Write the facts of the patients of a number."""
        number, path = missing
        columns = COLUMNS | {"nr": "INTEGER", "service": "DATE"}
        words = ("worded", "patients") if self.shop.by.words is not None else ()
        with self.shop.open("windows") as opened:
            for each in words:
                # Of everybody, of whom a piece needs few: it is read, not loaded.
                opened.execute(f"CREATE TEMP VIEW {each} AS FROM {self.shop.table(each)}")
            listed = ", ".join(f"{name} {sort}" for name, sort in columns.items())
            opened.execute(f"CREATE TEMP TABLE mine_stated({listed})")
            if files := files_in(self.statements / f"part={number}"):
                opened.execute(f"INSERT INTO mine_stated BY NAME FROM {files}")
            settle_some(
                opened,
                self.shop.by,
                statements="mine_stated",
                patients=f"{self.shop.table('dated')} WHERE nr // {self.together} = {number}",
                path=path,
                about=self.about,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Determine:
    """Makes a part of a screen of determinations that are there, but lie about."""

    query: Query
    determinations: Path
    """A folder of them, with one for each file of facts."""

    def __call__(self, part: Part) -> None:
        """Write the determinations in the order of the facts, and the near misses."""
        files = files_in(self.determinations / f"facts_file={part.facts.name}")
        if not files:  # of nobody
            parts.make(self.query, part)
            return
        with connection(threads=1) as opened, whole(part.determinations) as path:
            opened.execute(
                f"COPY (FROM {files} ORDER BY {SUBJECT}, {SERVICE_DATE}) TO {text(str(path))} "
                "(FORMAT parquet, COMPRESSION zstd)"
            )
        parts.save_near(self.query, part)


def files_in(folder: Path) -> str | None:
    """Name the table that stands in a folder, as SQL does; None where there is none."""
    files = ", ".join(text(str(each)) for each in sorted(folder.glob("*.parquet")))
    return f"read_parquet([{files}], hive_partitioning = false)" if files else None


@contextmanager
def apart(folder: str | None) -> Iterator[None]:
    """Do a piece of work so that nobody else sees what it leaves; where, if that is known."""
    umask, before = os.umask(OWNER_ALONE), tempfile.tempdir
    tempfile.tempdir = folder
    try:
        yield
    finally:
        tempfile.tempdir = before
        os.umask(umask)


def faults_of(task: Callable[[Any], None], piece: object) -> Exception | None:
    """Do a piece of work; what goes wrong is given back, in words that hold nothing of a record."""
    import duckdb

    try:
        task(piece)
    except (MultifidusError, OSError) as error:
        return error
    except duckdb.Error as error:
        # DuckDB's own words may hold what stands in a row.
        message = f"a piece of the work failed ({type(error).__name__})"
        hint = "see that everybody who works reaches the folders of the export and of the screen"
        return RequestError.at(type(task).__name__, message, hint)
    return None
