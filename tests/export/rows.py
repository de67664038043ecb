"""
The rows of views, read as docs/reference/views.md says: each becomes a statement.

This is what the SQL of whoever uses the views has to do; the tests hold it against what our own
reading makes of the same resources.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from multifidus.chart.fhir import read_date
from multifidus.chart.statement import Statement
from multifidus.chart.value import read_content
from multifidus.core.case import Basis
from multifidus.core.coding import Days
from multifidus.core.element import Choice, DataElement, Dictionary, Number, Pick, Time, YesNo
from multifidus.core.quantity import Counting, DateRange, Span, Value
from multifidus.core.resource import NO_VALUE_OBTAINED, NOT_OBTAINED, SERVICE_DATE
from multifidus.export.view_columns import AT_LATEST, snake
from tests.conftest import CHECKOUT

RUNNER = CHECKOUT / "build/views/bin/python"
UNREADABLE = "cannot be read"

Row = dict[str, Any]
Views = Mapping[str, Mapping[str, object]]

_EFFECTIVE = ("effective_date_time", "effective_instant", "effective_period_start")
_DATES = {
    "Patient": (),
    "Observation": (*_EFFECTIVE, "issued"),
    "Condition": ("recorded_date", "onset_date_time", "onset_period_start"),
    "Procedure": ("performed_date_time", "performed_period_start"),
    "DiagnosticReport": (*_EFFECTIVE, "issued"),
    "MedicationRequest": ("authored_on",),
    "MedicationStatement": (*_EFFECTIVE, "date_asserted"),
    "MedicationAdministration": _EFFECTIVE,
    "ServiceRequest": ("authored_on",),
    "DeviceRequest": ("authored_on",),
    "Claim": ("created",),
    "Coverage": ("period_start",),
    "QuestionnaireResponse": ("authored",),
}
"""The columns that date a row: the first that is not null does."""


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
    found: dict[str, list[Statement]] = {}
    for name, here in rows.items():
        kind = str(views[name]["resource"])
        for row in here:
            read_row = _answer if name == "answers" else _statement
            about = row.get("element") or name.removesuffix(f"_{snake(kind)}")
            if row["patient"] is not None and (
                about in dictionary.elements or about == SERVICE_DATE
            ):
                element = dictionary.elements.get(about)
                made = Statement(about, f"{kind}/{row['id']}", "", date=_first(row, _DATES[kind]))
                statement = read_row(element, kind, row, made)
                found.setdefault(f"Patient/{row['patient']}", []).append(statement)
    return found


def _statement(element: DataElement | None, kind: str, row: Row, made: Statement) -> Statement:
    value, since, problem = _said(element, row, made.date)
    until, doubt = _end(kind, row)
    doubt = doubt or _absent(row)
    if doubt:
        value, since, problem = None, None, doubt
    valid = Days(first=_bound(row, "valid_from"), last=_bound(row, "valid_to"))
    return made._replace(
        value=value,
        since=since,
        problem=problem,
        until=until,
        valid=(valid,),
        code=row.get("code") or "",
    )


def _answer(element: DataElement | None, _kind: str, row: Row, made: Statement) -> Statement:
    stated = _first(row, ("stated_on_date", "stated_on_date_time")) or made.date
    bare = row["bare_number"] if row["bare_integer"] is None else row["bare_integer"]
    value, since, problem = _said(element, {**row, "bare_number": bare}, stated)
    return made._replace(value=value, since=since, problem=problem, basis=Basis.ANSWER)


def _said(
    element: DataElement | None, row: Row, day: DateRange | None
) -> tuple[Value | None, DateRange | None, str]:
    """Give the value, the start that time is counted from, and why neither can be read."""
    if row.get("unread"):
        return None, None, UNREADABLE
    if row.get("counted"):
        return True, None, ""
    match element.answer if element else Time(Counting.ELAPSED):
        case YesNo():
            return (
                (row["yes"] is True, None, "")
                if row["yes"] != row["no"] and (row["yes"] or row["no"])
                else (None, None, UNREADABLE)
            )
        case Choice(options):
            is_one = row["value"] in options
            return (row["value"], None, "") if is_one else (None, None, UNREADABLE)
        case Time() if row.get("number") is None:
            since = _since(row)
            return None, since, "" if since else UNREADABLE
        case Time() | Number():
            assert element is not None
            value, _, problem = read_content(element, _content(row), "value", day)
            return value, value.since if isinstance(value, Span) else None, problem


def _content(row: Row) -> Row:
    """Put a number and its unit together again, as FHIR has them."""
    if row["number"] is None:
        return {} if row.get("bare_number") is None else {"valueInteger": row["bare_number"]}
    names = {"code": "unit_code", "unit": "unit", "comparator": "bound"}
    parts = {each: row[name] for each, name in names.items() if row[name] is not None}
    # The runner writes a number as text where JSON would lose its last zero.
    return {"valueQuantity": {"value": Decimal(str(row["number"])), **parts}}


def _since(row: Row) -> DateRange | None:
    start = _first(row, ("since_date", "since_date_time", "since_instant", "since_period_start"))
    if start is not None and row.get("since_is") == AT_LATEST:
        return DateRange(earliest=None, latest=start.latest)
    return start


def _first(row: Row, names: Iterable[str]) -> DateRange | None:
    found = next((row[name] for name in names if row.get(name) is not None), None)
    return read_date(found) if found is not None else None


def _end(kind: str, row: Row) -> tuple[DateRange | None, str]:
    if kind == "Coverage":
        until = _first(row, ("until",))
        return until, ""
    if not row.get("has_ended"):
        return None, ""
    until = _first(row, ("until_date_time", "until_period_start"))
    return (None, UNREADABLE) if row["has_status"] or until is None else (until, "")


def _absent(row: Row) -> str:
    if not row.get("is_absent"):
        return ""
    because = set((row["absent_because"] or "").split())
    return (
        NO_VALUE_OBTAINED
        if not row["has_answer"] and because and because <= NOT_OBTAINED
        else UNREADABLE
    )


def _bound(row: Row, name: str) -> date | None:
    day = date.fromisoformat(row[name]) if row.get(name) else None
    return None if day in (date.min, date.max) else day
