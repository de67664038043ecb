"""
A bulk export → the facts table, by DuckDB.

In two steps, of which each leaves Parquet files behind. *Reading* takes the lines of a batch of
files to statements: plain resources in SQL (columnar.statements), odd ones, and all versions of a
resource of which there are several, by the chart reader that is handed over. *Settling* takes the
statements of all patients to facts (columnar.settling).

The derivation of an element stands in the dictionary alone; the reader interprets it, the queries
are made of it, and the tests hold both against each other.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from typing import TYPE_CHECKING

from multifidus.columnar import joined, population, settling
from multifidus.columnar.batch import Means, Reading, name_concepts
from multifidus.columnar.duck import MEMORY, connection
from multifidus.columnar.kept import Facts, problems_told
from multifidus.columnar.population import Population
from multifidus.columnar.rules import tables
from multifidus.columnar.shapes import MACROS
from multifidus.columnar.source import batches, digest_of, files_of, not_there
from multifidus.columnar.watch import Stage, unwatched
from multifidus.core.resource import CONCEPT_FIELDS
from multifidus.errors import BundleError, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from pathlib import Path

    import duckdb

    from multifidus.columnar.handed import Reader
    from multifidus.columnar.source import Batch, File
    from multifidus.columnar.watch import Watch
    from multifidus.core.element import Dictionary

VERSION = 1
"""Of the files that reading leaves behind."""


class Faults(Enum):
    """What to do about lines and files that cannot be read."""

    TELL = "tell"
    """Tell of them, and do the rest."""
    STOP = "stop"


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
    faults: Faults = Faults.TELL,
    memory: str = MEMORY,
    threads: int | None = None,
    watch: Watch = unwatched,
    made_with: str = "",
) -> Extracted:
    """
    Read a bulk export into a facts table, for one date of service or for the record's own.

    What was read before into `out`, and has not changed since, is not read again; `made_with` names
    the program that reads, because another one may read otherwise. Raises
    `BundleError` when the folder holds no export, and at a fault when that is to stop.
    """
    files = files_of(source)
    by = Means(tables=tables(dictionary), reader=reader, kept=out / "statements")
    by.kept.mkdir(parents=True, exist_ok=True)
    problems = list(not_there(source, files))
    _stop(faults, problems)
    with connection(memory=memory, threads=threads) as opened:
        _prepare(opened, by)
        wanted = _wanted(opened, by, files, made_with)
        missing = [each for each in wanted if not _told(by, each).exists()]
        facts = Facts(folder=out / "facts", made_of=_made_of(wanted, on))
        settled = None if missing else facts.settled()
        if settled is None:
            name_concepts(by, opened, [each for each in files if each.may_hold(CONCEPT_FIELDS)])
        weights = [sum(file.weight for file in each.files) for each in missing]
        for place, each in enumerate(missing):
            watch(Stage.READING, sum(weights[:place]), sum(weights))
            Reading(by, opened, each).read()
            _stop(faults, _problems(_told(by, each)))
        watch(Stage.READING, sum(weights), sum(weights))
        _forget(by, wanted)
        for each in wanted:
            problems += _problems(_told(by, each))
        if settled is None:
            settled = Population(by, opened, wanted, facts, watch).settle(on)
    problems += settled.problems
    _stop(faults, problems)
    return Extracted(
        facts=facts.folder,
        patients=settled.patients,
        undated=settled.undated,
        problems=tuple(dict.fromkeys(problems)),
        batches_read=len(missing),
        batches_kept=len(wanted) - len(missing),
    )


def _stop(faults: Faults, problems: Iterable[Problem]) -> None:
    wrong = [each for each in problems if each.severity is Severity.ERROR]
    if wrong and faults is Faults.STOP:
        raise BundleError(*wrong)


def _prepare(opened: duckdb.DuckDBPyConnection, by: Means) -> None:
    """Make the tables that queries join with."""
    opened.execute("SET preserve_insertion_order = false")
    opened.execute("SET enable_progress_bar = false")
    opened.execute(MACROS)
    dictionary = by.tables.dictionary
    for sql in (*joined.load(by.tables), *settling.elements_table(dictionary)):
        opened.execute(sql)


def _wanted(
    opened: duckdb.DuckDBPyConnection, by: Means, files: Iterable[File], made_with: str
) -> list[Batch]:
    """Put the files that matter into batches, as they were before where nothing has changed."""
    files = list(files)
    engine = opened.execute("SELECT version()").fetchone()
    referred = digest_of(each for each in files if each.may_hold(CONCEPT_FIELDS))
    key = f"{made_with} {VERSION} {engine} {by.tables.dictionary.digest} {referred}"
    known = [json.loads(each.read_bytes())["files"] for each in sorted(by.kept.glob("*.json"))]
    asked = [each for each in files if each.may_hold(by.all_kinds)]
    return list(batches(asked, key=key, known=known))


def _forget(by: Means, wanted: Iterable[Batch]) -> None:
    """Remove what was read of batches that are no more."""
    ids = {each.id for each in wanted}
    for path in by.kept.iterdir():
        if path.name.partition(".")[0] not in ids:
            path.unlink()


def _told(by: Means, batch: Batch) -> Path:
    return by.kept / f"{batch.id}.json"


def _problems(path: Path) -> Iterator[Problem]:
    yield from problems_told(json.loads(path.read_bytes())["problems"])


def _made_of(batches: Iterable[Batch], on: date | None) -> str:
    """Name what facts are settled from: the statements of all batches, and the day."""
    told = [str(VERSION), str(population.TOGETHER), str(on), *sorted(each.id for each in batches)]
    return sha256("\n".join(told).encode()).hexdigest()[:24]
