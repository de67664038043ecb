"""A population in whatever form → the facts table."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, replace
from shutil import rmtree
from typing import TYPE_CHECKING

from multifidus.columnar.derivation.rules import tables
from multifidus.columnar.derivation.scan import failures
from multifidus.columnar.duck import connection, whole
from multifidus.columnar.kept import problems_told, told_problems
from multifidus.columnar.sources.bulk import extract_bulk
from multifidus.columnar.sources.extracted import stop
from multifidus.columnar.sources.form import Form
from multifidus.columnar.sources.omop import Model, tables_of
from multifidus.columnar.sources.records import extract_records
from multifidus.columnar.sources.tables import fingerprint, tables_in
from multifidus.columnar.sources.views import extract_views
from multifidus.columnar.watch import unwatched
from multifidus.errors import Problem, RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from multifidus.columnar.sources.asked import Asked
    from multifidus.columnar.sources.extracted import Extracted
    from multifidus.columnar.watch import Watch
    from multifidus.core.element import Dictionary
    from multifidus.core.omop import TableMapping

LINES = "lines"
"""The folder of what tables were turned into."""
VERSION = 1
"""Of the lines; those of another version are made anew."""

_MADE = "made.json"
_SHOWN = 5


def extract_any(asked: Asked, *, watch: Watch = unwatched) -> Extracted:
    """
    Read a population into a facts table, whichever form it has (columnar.sources.form).

    Raises `RequestError` when tables or columns are not there that are needed.
    """
    match asked.form:
        case Form.BULK:
            return extract_bulk(asked, watch=watch)
        case Form.VIEWS:
            return extract_views(asked, watch=watch)
        case Form.RECORDS:
            extracted = extract_records(asked, watch=watch)
            left = _documents_left(asked)
            return replace(extracted, problems=(*left, *extracted.problems))
        case Form.OMOP:
            return _omop(asked, watch)


def _documents_left(asked: Asked) -> Sequence[Problem]:
    if asked.notes is None:
        return ()
    message = "the notes and reports inside of records are not read"
    hint = "export the population as NDJSON, of which documents are read"
    return [Problem.note(asked.source.name, message, hint)]


def _omop(asked: Asked, watch: Watch) -> Extracted:
    """Turn tables into lines, unless that was done and nothing has changed, and read these."""
    if asked.mapping is None or asked.on is None:
        message = "tables of the OMOP model hold no request, so no day of service"
        raise RequestError.at(str(asked.source), message, "name the day with --on")
    laid = _lines(asked, asked.mapping)
    stop(asked.faults, laid.problems)
    lines = replace(asked, source=asked.out / LINES)
    extracted = extract_bulk(lines, unsaid=laid.unsaid, watch=watch)
    return replace(extracted, problems=(*laid.problems, *extracted.problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lines:
    """What was told as tables were turned into lines."""

    problems: Sequence[Problem]
    unsaid: frozenset[str]


def _lines(asked: Asked, mapping: TableMapping) -> _Lines:
    folder = asked.out / LINES
    with connection(memory=asked.memory, threads=asked.threads) as opened:
        found = tables_in(opened, asked.source, tables_of(mapping))
        by = f"{asked.made_with} {VERSION} {mapping.digest} {asked.dictionary.digest}"
        key = f"{by} {fingerprint(found.values())}"
        if (kept := _kept(folder / _MADE, key)) is not None:
            return kept
        with _reading(asked.source):
            model = Model(opened, tables(asked.dictionary), mapping, found)
            rmtree(folder, ignore_errors=True)
            model.lay(folder)
        unsaid = model.unsaid()
        problems = [*model.problems, *_told_unsaid(asked.dictionary, unsaid)]
    told = {
        "key": key,
        "problems": [*told_problems(problems)],
        "unsaid": sorted(unsaid),
    }
    with whole(folder / _MADE) as part:
        part.write_text(json.dumps(told), encoding="utf-8")
    return _Lines(problems=problems, unsaid=unsaid)


@contextmanager
def _reading(source: Path) -> Iterator[None]:
    """Say of tables that break off in the middle that they cannot be read."""
    try:
        yield
    except failures():
        hint = "write the tables again, as Parquet or as CSV with a line of headings"
        raise RequestError.at(source.name, "a table cannot be read to its end", hint) from None


def _kept(path: Path, key: str) -> _Lines | None:
    try:
        told = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    if told["key"] != key:
        return None
    problems = [*problems_told(told["problems"])]
    return _Lines(problems=problems, unsaid=frozenset(told["unsaid"]))


def _told_unsaid(dictionary: Dictionary, unsaid: frozenset[str]) -> Sequence[Problem]:
    """Tell of which elements the tables cannot say anything; they are not recorded."""
    if not unsaid:
        return ()
    names = [each for each in dictionary.elements if each in unsaid]
    some = ", ".join(f"`{each}`" for each in names[:_SHOWN])
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    message = f"the tables cannot say anything of {some}{more}"
    hint = "no table gives such rows, or no concept has such a code; the elements stay open"
    return [Problem.note(dictionary.name, message, hint)]
