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
from typing import TYPE_CHECKING

from multifidus.columnar.derivation.batch import Means, prepare, told_of
from multifidus.columnar.derivation.documents import Documents, documented
from multifidus.columnar.derivation.population import facts_of
from multifidus.columnar.derivation.rules import tables
from multifidus.columnar.derivation.source import batches, digest_of, files_of, not_there
from multifidus.columnar.duck import MEMORY, connection
from multifidus.columnar.engines.engine import HERE
from multifidus.columnar.kept import problems_told
from multifidus.columnar.watch import Stage, unwatched
from multifidus.core.resource import CONCEPT_FIELDS
from multifidus.errors import BundleError, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from pathlib import Path

    import duckdb

    from multifidus.columnar.derivation.handed import Reader
    from multifidus.columnar.derivation.processes import Notes
    from multifidus.columnar.derivation.source import Batch, File
    from multifidus.columnar.engines.engine import Engine
    from multifidus.columnar.watch import Watch
    from multifidus.core.element import Dictionary

VERSION = 2
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
    unsaid: frozenset[str] = frozenset(),
    engine: Engine = HERE,
    watch: Watch = unwatched,
    notes: Notes | None = None,
    made_with: str = "",
) -> Extracted:
    """
    Read a bulk export into a facts table, for one date of service or for the record's own.

    The documents in it are read where `notes` tells how.

    What was read before into `out`, and has not changed since, is not read again; `made_with` names
    the program that reads, because another one may read otherwise. Of elements that are `unsaid`,
    for the source has no place for them, silence means nothing. Raises
    `BundleError` when the folder holds no export, and at a fault when that is to stop.
    """
    files = files_of(source)
    by = Means(
        tables=tables(dictionary),
        reader=reader,
        kept=out / "statements",
        made_with=made_with,
        words=notes.reader if notes else None,
        unsaid=unsaid,
    )
    by.kept.mkdir(parents=True, exist_ok=True)
    problems = list(not_there(source, files))
    stop(faults, problems)
    with connection(memory=memory, threads=threads) as opened:
        prepare(opened, by)
        wanted = _wanted(opened, by, files)
        missing = [each for each in wanted if not told_of(by, each).exists()]
        key = "" if notes is None else f"{notes.key} {documented(files)}"
        facts = facts_of(by, wanted, out=out, on=on, words=key)
        settled = None if missing else facts.settled()
        if settled is None:
            concepts = [each for each in files if each.may_hold(CONCEPT_FIELDS)]
            engine.name_concepts(by, opened, concepts)
        weights = [sum(file.weight for file in each.files) for each in missing]
        waiting = list(missing)

        def done(count: int) -> None:
            watch(Stage.READING, sum(weights[:count]), sum(weights))
            for each in [each for each in waiting if told_of(by, each).exists()]:
                waiting.remove(each)
                stop(faults, problems_in(told_of(by, each)))

        engine.read(by, opened, missing, done)
        forget(by, wanted)
        for each in wanted:
            problems += problems_in(told_of(by, each))
        if settled is None:
            people = engine.population(by, opened, wanted, facts, watch)
            if notes is not None:
                people.problems += Documents(by, opened, notes).read(files, watch)
                stop(faults, people.problems)
            settled = people.settle(on)
    problems += settled.problems
    stop(faults, problems)
    return Extracted(
        facts=facts.folder,
        patients=settled.patients,
        undated=settled.undated,
        problems=tuple(dict.fromkeys(problems)),
        batches_read=len(missing),
        batches_kept=len(wanted) - len(missing),
    )


def stop(faults: Faults, problems: Iterable[Problem]) -> None:
    """Raise what is wrong, if that is to stop."""
    wrong = [each for each in problems if each.severity is Severity.ERROR]
    if wrong and faults is Faults.STOP:
        raise BundleError(*wrong)


def _wanted(opened: duckdb.DuckDBPyConnection, by: Means, files: Iterable[File]) -> list[Batch]:
    """Put the files that matter into batches, as they were before where nothing has changed."""
    files = list(files)
    engine = opened.execute("SELECT version()").fetchone()
    referred = digest_of(each for each in files if each.may_hold(CONCEPT_FIELDS))
    key = f"{by.made_with} {VERSION} {engine} {by.tables.dictionary.digest} {referred}"
    known = [json.loads(each.read_bytes())["files"] for each in sorted(by.kept.glob("*.json"))]
    asked = [each for each in files if each.may_hold(by.all_kinds)]
    return list(batches(asked, key=key, known=known))


def forget(by: Means, wanted: Iterable[Batch]) -> None:
    """Remove what was read of batches that are no more."""
    ids = {each.id for each in wanted}
    for path in by.kept.iterdir():
        if path.name.partition(".")[0] not in ids:
            path.unlink()


def problems_in(path: Path) -> Iterator[Problem]:
    """Give what was told of a batch."""
    yield from problems_told(json.loads(path.read_bytes())["problems"])
