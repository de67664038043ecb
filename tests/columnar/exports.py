"""Bulk exports for tests: written to a folder, read by the engine and by the interpreter."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

import multifidus
from multifidus.chart.derive import Plan, derive
from multifidus.chart.fhir import read_entries
from multifidus.chart.statements.gather import Gatherer
from multifidus.chart.statements.lines import LineReader
from multifidus.columnar import facts
from multifidus.columnar.engines.engine import HERE
from multifidus.columnar.sources.asked import Asked, Faults
from multifidus.columnar.sources.bulk import extract_bulk
from multifidus.core.case import Service
from multifidus.language.dictionary import read_dictionary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from multifidus.columnar.derivation.processes import Notes
    from multifidus.columnar.engines.engine import Engine
    from multifidus.columnar.sources.extracted import Extracted
    from multifidus.core.case import Case
    from multifidus.core.element import Dictionary

SERVICE = date(2026, 3, 1)
ELEMENTS = Path(multifidus.__file__).parent / "policies" / "dictionaries" / "low-back-pain.yaml"


@cache
def dictionary() -> Dictionary:
    """Give the dictionary that is shipped."""
    return read_dictionary(ELEMENTS)


@cache
def plan() -> Plan:
    """Give the rules of the dictionary, indexed."""
    return Plan(dictionary())


def write(folder: Path, lines: Iterable[tuple[str, str]]) -> Path:
    """Write lines to a file for each type of resource."""
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, list[str]] = {}
    for kind, line in lines:
        files.setdefault(kind, []).append(line)
    for kind, mine in files.items():
        (folder / f"{kind}.ndjson").write_text("\n".join(mine) + "\n", encoding="utf-8")
    return folder


def written(folder: Path, *resources: Mapping[str, Any]) -> Path:
    """Write resources as an export."""
    return write(folder, ((each["resourceType"], json.dumps(each)) for each in resources))


def read(  # noqa: PLR0913  how an export may be read
    source: Path,
    out: Path,
    *,
    on: date | None = SERVICE,
    faults: Faults = Faults.TELL,
    engine: Engine = HERE,
    notes: Notes | None = None,
) -> Extracted:
    """Read an export with the chart reader's help."""
    reader = LineReader(plan())
    return extract_bulk(
        Asked(
            source=source,
            dictionary=dictionary(),
            reader=reader,
            out=out,
            on=on,
            faults=faults,
            engine=engine,
            notes=notes,
        )
    )


Rows = dict[str, dict[str, object]]


def rows(extracted: Extracted) -> Rows:
    """Give the rows of a facts table by subject, with cells as `expected` has them."""
    with duckdb.connect() as opened:
        found = opened.execute(f"FROM read_parquet('{extracted.facts}/*.parquet')")
        names = [each[0] for each in found.description]
        return {
            line[0]: {
                name: as_cell(name, each)
                for name, each in zip(names, line, strict=True)
                if each is not None
            }
            for line in found.fetchall()
        }


def expected(source: Path, *, on: date | None = SERVICE) -> Rows:
    """Give the rows that the interpreter makes of an export, patient by patient."""
    made: Rows = {}
    for subject, case in expected_cases(source, on=on):
        row = facts.row(subject, case=case, dictionary=dictionary())
        made[subject] = {name: as_cell(name, each) for name, each in row.items()}
    return made


def expected_cases(source: Path, *, on: date | None = SERVICE) -> Iterator[tuple[str, Case]]:
    """Give the cases that the interpreter makes of an export, patient by patient."""
    gatherer = Gatherer(plan())
    for entry in read_entries(source):
        gatherer.add(entry)
    gatherer.problems.clear()  # In bulk they are told, and the rest is read.
    for chart in gatherer.charts():
        said = chart.service_date()
        day = on or (said and said[0])
        if day is not None:
            yield chart.patient, derive(plan(), chart, Service(date=day))


def as_cell(name: str, cell: object) -> object:
    """Make a cell comparable: addresses have no order, and several have no one date."""
    if isinstance(cell, list):
        return frozenset(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str) and _is_number(name, cell):
        return Decimal(cell)
    return cell


def _is_number(name: str, cell: str) -> bool:
    return (
        not name.endswith("__date") and "." in cell and cell.replace(".", "").lstrip("-").isdigit()
    )


def differing(one: Rows, other: Rows) -> list[tuple[str, str, object, object]]:
    """List the cells in which two tables differ."""
    assert one.keys() == other.keys()
    found = []
    for subject, cells in one.items():
        for name in cells.keys() | other[subject].keys():
            mine, yours = cells.get(name), other[subject].get(name)
            many = other[subject].get(name.replace("__date", "__address"), frozenset())
            is_date_of_many = (
                name.endswith("__date") and isinstance(many, frozenset) and len(many) > 1
            )
            if mine != yours and not is_date_of_many:
                found.append((subject, name, mine, yours))
    return found
