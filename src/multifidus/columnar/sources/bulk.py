"""
A bulk export → the facts table, by DuckDB.

In two steps, of which each leaves Parquet files behind. *Reading* takes the lines of a batch of
files to statements: plain resources in SQL (columnar.derivation.statements), odd ones, and all
versions of a resource of which there are several, by the chart reader that is handed over.
*Settling* takes the statements of all patients to facts (columnar.derivation.settling).

The derivation of an element stands in the dictionary alone; the reader interprets it, the queries
are made of it, and the tests hold both against each other.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from multifidus.columnar.derivation.batch import Means, prepare, told_of
from multifidus.columnar.derivation.documents import Documents, documented
from multifidus.columnar.derivation.population import facts_of
from multifidus.columnar.derivation.source import batches, digest_of, files_of, not_there
from multifidus.columnar.duck import connection
from multifidus.columnar.sources.extracted import VERSION, extracted, forget, problems_of, stop
from multifidus.columnar.watch import Stage, unwatched
from multifidus.core.resource import CONCEPT_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import duckdb

    from multifidus.columnar.derivation.source import Batch, File
    from multifidus.columnar.sources.asked import Asked
    from multifidus.columnar.sources.extracted import Extracted
    from multifidus.columnar.watch import Watch


def extract_bulk(
    asked: Asked, *, unsaid: frozenset[str] = frozenset(), watch: Watch = unwatched
) -> Extracted:
    """
    Read a bulk export into a facts table, for one date of service or for the record's own.

    The documents in it are read where `asked.notes` tells how. What was read before, and has not
    changed since, is not read again. Of elements that are `unsaid`, for the source has no place for
    them, silence means nothing. Raises `BundleError` when the folder holds no export, and at a
    fault when that is to stop.
    """
    files = files_of(asked.source)
    notes, engine = asked.notes, asked.engine
    by = asked.means(unsaid=unsaid, words=notes.reader if notes else None)
    problems = list(not_there(asked.source, files))
    stop(asked.faults, problems)
    with connection(memory=asked.memory, threads=asked.threads) as opened:
        prepare(opened, by)
        wanted = _wanted(opened, by, files)
        missing = [each for each in wanted if not told_of(by, each).exists()]
        key = "" if notes is None else f"{notes.key} {documented(files)}"
        facts = facts_of(by, wanted, out=asked.out, on=asked.on, words=key)
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
                stop(asked.faults, problems_of(by, [each]))

        engine.read(by, opened, missing, done)
        forget(by, wanted)
        problems += problems_of(by, wanted)
        if settled is None:
            people = engine.population(by, opened, wanted, facts, watch)
            if notes is not None:
                people.problems += Documents(by, opened, notes).read(files, watch)
                stop(asked.faults, people.problems)
            settled = people.settle(asked.on)
    problems += settled.problems
    stop(asked.faults, problems)
    return extracted(facts, settled, problems=problems, batches=wanted, read=len(missing))


def _wanted(opened: duckdb.DuckDBPyConnection, by: Means, files: Iterable[File]) -> list[Batch]:
    """Put the files that matter into batches, as they were before where nothing has changed."""
    files = list(files)
    engine = opened.execute("SELECT version()").fetchone()
    referred = digest_of(each for each in files if each.may_hold(CONCEPT_FIELDS))
    key = f"{by.made_with} {VERSION} {engine} {by.tables.dictionary.digest} {referred}"
    known = [json.loads(each.read_bytes())["files"] for each in sorted(by.kept.glob("*.json"))]
    asked = [each for each in files if each.may_hold(by.all_kinds)]
    return list(batches(asked, key=key, known=known))
