"""
DuckDB: facts to Parquet, and facts in Parquet to determinations in Parquet.

Both stream: what is in memory does not grow with the number of rows, and what does not fit into
the limit goes to disk. A file appears under its name when it is complete, and not before.
Days have no time of day here, so no time zone moves them.
"""

from __future__ import annotations

import errno
import json
import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from multifidus.columnar import layout
from multifidus.columnar.dialect import text
from multifidus.columnar.facts import row
from multifidus.errors import Problem, RequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    import duckdb

    from multifidus.columnar.compile import Query
    from multifidus.core.case import Case
    from multifidus.core.element import Dictionary

DIGEST = "multifidus_dictionary_digest"
"""The word of a facts file's own metadata for the dictionary that it was derived by."""
MEMORY = "600MB"
"""What DuckDB may use by default; the process takes somewhat more."""
TO_WRITE = "1GB"
"""
What it may use to determine: it lets another thread write in order for every 4 MB and column.

It takes a third of this; with `MEMORY`, one thread has to write alone.
"""


@contextmanager
def connection(
    *, memory: str = MEMORY, threads: int | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a DuckDB that spills to a folder of its own and loads nothing from a network."""
    import duckdb

    with TemporaryDirectory(prefix="multifidus-") as folder:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory,
            "temp_directory": folder,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        if threads is not None:
            settings["threads"] = threads
        with duckdb.connect(config=settings) as opened, _in_our_words(memory):
            yield opened


@contextmanager
def _in_our_words(memory: str) -> Iterator[None]:
    """Say what stops an engine in our words: DuckDB's may hold what stands in a row."""
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException:
        hint = "give more, as `--memory 2GB`, and see that there is room for temporary files"
        raise RequestError.at(memory, "this memory is not enough", hint) from None
    except duckdb.IOException as error:
        raise _fault(str(error)) from None
    except RuntimeError as error:
        if str(error) == "Query interrupted":
            raise KeyboardInterrupt from None
        raise


def _fault(told: str) -> OSError:
    """Find the system's reason in what an engine says: the rest may name what stands in a row."""
    for number in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EIO):
        if os.strerror(number) in told:
            return OSError(number, os.strerror(number))
    return OSError(errno.EIO, "the engine could not read or write a file")


def save_facts(cases: Iterable[tuple[str, Case]], *, dictionary: Dictionary, path: Path) -> None:
    """Write cases, each with its subject, as a facts table in Parquet."""
    columns = {each.name: each.sort for each in layout.columns(dictionary)}
    rows = (row(subject, case=case, dictionary=dictionary) for subject, case in cases)
    with (
        whole(path) as part,
        as_table(rows, columns, folder=path.parent) as table,
        connection() as opened,
    ):
        opened.execute(
            f"COPY (SELECT * FROM {table}) TO {text(str(part))} "
            f"(FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{_made_how(dictionary)}}})"
        )


@contextmanager
def as_table(
    rows: Iterable[Mapping[str, object]], columns: Mapping[str, str], *, folder: Path | None = None
) -> Iterator[str]:
    """Name the table of some rows, by the types of its columns; what a row leaves out is null."""
    with TemporaryDirectory(dir=folder) as name:
        path = Path(name) / "rows.ndjson"
        with path.open("w", encoding="utf-8") as file:
            for each in rows:
                file.write(json.dumps(each) + "\n")
        yield rows_in(path, columns)


def rows_in(path: Path, columns: Mapping[str, str]) -> str:
    """Name the table of rows that were written a line each; nothing is guessed of a column."""
    types = ", ".join(f"{text(name)}: {text(sort)}" for name, sort in columns.items())
    return f"read_ndjson({text(str(path))}, columns = {{{types}}})"


def _made_how(dictionary: Dictionary) -> str:
    return ", ".join(f"{key}: {text(word)}" for key, word in described(dictionary).items())


def described(dictionary: Dictionary) -> dict[str, str]:
    """Say, in the words of the file's own metadata, how a facts table was made."""
    return {
        "multifidus_layout": str(layout.VERSION),
        "multifidus_dictionary": f"{dictionary.name}@{dictionary.version}",
        DIGEST: dictionary.digest,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """How many rows a table of determinations has."""

    rows: int


def save_determinations(
    query: Query, *, facts: Path, path: Path, memory: str = TO_WRITE, threads: int | None = None
) -> Written:
    """
    Put every row of a facts table to a policy, and write the determinations as Parquet.

    `facts` is a Parquet file, or a pattern that names several. `RequestError` lists the columns
    that the policy asks for and the table lacks. Rows keep the order of the facts.
    """
    return _save(query, query.over, facts=facts, path=path, memory=memory, threads=threads)


def save_marked(
    query: Query, *, facts: Path, path: Path, memory: str = TO_WRITE, threads: int | None = None
) -> Written:
    """
    Do as `save_determinations`, with marks in place of the lists, in a fifth less of the time.

    `query.listed` writes the query that makes the lists of what is written here.
    """
    return _save(query, query.marked, facts=facts, path=path, memory=memory, threads=threads)


def _save(  # noqa: PLR0913  what, of what, whereto, and with what
    query: Query,
    over: Callable[[str], str],
    *,
    facts: Path,
    path: Path,
    memory: str,
    threads: int | None,
) -> Written:
    source = f"read_parquet({text(str(facts))})"
    with connection(memory=memory, threads=threads) as opened, whole(path) as part:
        with reading(str(facts)):
            _check(opened, query, source, str(facts))
            done = opened.execute(
                f"COPY ({over(source)}) TO {text(str(part))} (FORMAT parquet, COMPRESSION zstd)"
            ).fetchone()
        return Written(rows=done[0] if done else 0)


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Say what is wrong with a table in our words: DuckDB's may hold what stands in a row."""
    import duckdb

    try:
        yield
    except duckdb.OutOfMemoryException:
        raise RequestError.at(
            name, "the memory that was given is not enough", "give more, or fewer threads"
        ) from None
    except duckdb.Error:
        raise RequestError.at(
            name,
            "cannot be read as a table of facts",
            "name a Parquet file with facts, or a pattern for several; damaged files are made anew",
        ) from None


def _check(opened: duckdb.DuckDBPyConnection, query: Query, source: str, name: str) -> None:
    """Hold the columns of a table against those that a query asks for."""
    told = opened.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    there = {column[0]: column[1].replace(",", ", ") for column in told}
    hint = "make the facts anew, with the dictionary of the policy"
    problems = []
    for column in query.asks:
        found, expected = there.get(column.name), column.sort.value
        if found is None:
            problems.append(Problem.at(name, f"has no column `{column.name}`", hint))
        elif found != expected:
            message = f"`{column.name}` is {found}, and should be {expected}"
            problems.append(Problem.at(name, message, hint))
    if problems:
        raise RequestError(*problems)


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a path to write to, which takes the name of the whole once all is written."""
    part = path.with_name(f"{path.name}.part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
