"""
The rows that an outside runner makes of views, and what is compared of them.

Tests hold what the rows say against what our own reading makes of the same resources.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from multifidus.chart.statements.rows import RowReader
from multifidus.core.coding import Days
from multifidus.core.element import Dictionary, Pick
from multifidus.core.quantity import DateRange, Span
from multifidus.core.resource import NO_VALUE_OBTAINED
from tests.conftest import CHECKOUT

if TYPE_CHECKING:
    from multifidus.chart.statements.statement import Statement
    from multifidus.core.case import Basis

RUNNER = CHECKOUT / "build/views/bin/python"
UNREADABLE = "cannot be read"

Row = dict[str, Any]
Views = Mapping[str, Mapping[str, object]]


def run(views: Views, resources: Iterable[Row], folder: Path) -> dict[str, list[Row]]:
    """Write resources as a bulk export does, and put views to the outside runner."""
    if not RUNNER.exists():
        pytest.skip("the outside runner is not set up: `make views`")
    by_type: dict[str, list[str]] = {}
    for each in resources:
        by_type.setdefault(each["resourceType"], []).append(json.dumps(each))
    for resource_type, lines in by_type.items():
        (folder / f"{resource_type}.ndjson").write_text("\n".join(lines) + "\n", "utf-8")
    named = folder / "views.json"
    named.write_text(json.dumps(views), encoding="utf-8")
    script = Path(__file__).with_name("run_views.py")
    done = subprocess.run(  # noqa: S603  our own script, and the Python that make has set up
        [str(RUNNER), str(script), str(named), str(folder)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    rows: dict[str, list[Row]] = json.loads(done.stdout)
    return rows


class Candidate(NamedTuple):
    """What a statement says, but for its path, which no view knows, and the words of a problem."""

    element: str
    resource: str
    value: object
    problem: str
    date: DateRange | None
    since: DateRange | None
    until: DateRange | None
    valid: Days
    code: str
    basis: Basis


def candidates(dictionary: Dictionary, statements: Iterable[Statement]) -> set[Candidate]:
    """Give what statements say, each of its codes' validity by itself."""
    found = set()
    for each in statements:
        element = dictionary.elements.get(each.element)
        counts_codes = element is not None and element.pick is Pick.DISTINCT_CODES
        for valid in each.valid:
            found.add(
                Candidate(
                    each.element,
                    each.resource,
                    None if isinstance(each.value, Span) else each.value,
                    each.problem if each.problem in ("", NO_VALUE_OBTAINED) else UNREADABLE,
                    each.date,
                    each.since,
                    each.until,
                    valid,
                    each.code if counts_codes else "",
                    each.basis,
                )
            )
    # What one code makes valid on every day, another need not.
    return {
        each for each in found if each.valid == Days() or each._replace(valid=Days()) not in found
    }


def read(
    dictionary: Dictionary, views: Views, rows: Mapping[str, list[Row]]
) -> dict[str, list[Statement]]:
    """Give the statements that rows make, by patient; nobody's rows are left out."""
    reader = RowReader(dictionary)
    found: dict[str, list[Statement]] = {}
    for name, here in rows.items():
        assert views[name]["resource"] == reader.views[name][1]
        for row in here:
            cells = {column: _cell(each) for column, each in row.items()}
            statement = reader.statement(name, cells)
            if row["patient"] is not None and statement is not None:
                found.setdefault(f"Patient/{row['patient']}", []).append(statement)
    return found


def _cell(each: object) -> str | None:
    """Write a cell as tables are read: as text."""
    if isinstance(each, bool):
        return str(each).lower()
    return None if each is None else str(each)
