"""
Rows of our views (SQL on FHIR) → statements, as the rules would have read them of the resources.

A view lays a resource's candidates flat and judges nothing; what its columns mean stands in
docs/reference/views.md. Cells come as text, whatever wrote the table: a view keeps the precision of
a day, and a number its digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from multifidus.chart.fhir import read_date
from multifidus.chart.statements.statement import Statement
from multifidus.chart.statements.value import read_content
from multifidus.core.case import Basis
from multifidus.core.coding import Days
from multifidus.core.element import Choice, Number, Time, YesNo
from multifidus.core.quantity import Counting, DateRange, Span
from multifidus.core.resource import NO_VALUE_OBTAINED, NOT_OBTAINED, SERVICE_DATE
from multifidus.core.view import ANSWERS, AT_LATEST, snake, view_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from multifidus.chart.fhir import Resource
    from multifidus.core.element import DataElement, Dictionary
    from multifidus.core.quantity import Value

    Row = Mapping[str, str | None]


UNREADABLE = "the row cannot be read as an answer"
_KINDS = ("date", "date_time", "instant", "period_start", "start")
_TRUE = ("true", "1", "t")


@dataclass(frozen=True, slots=True)
class _Said:
    """What a row says: a value, or when that began which a time is counted from, or a problem."""

    value: Value | None = None
    since: DateRange | None = None
    problem: str = ""


class RowReader:
    """Reads rows of the views of one dictionary."""

    def __init__(self, dictionary: Dictionary) -> None:
        """Read by a dictionary's views."""
        self.dictionary = dictionary
        self.views = view_names(dictionary)
        self.dates = {
            kind: tuple(name for field in fields for name in _named(snake(field)))
            for kind, fields in dictionary.dates.items()
        }

    def statement(self, view: str, row: Row) -> Statement | None:
        """Read one row; None where it is about no element of the dictionary."""
        name, kind = self.views[view]
        about = row.get("element") or name
        element = self.dictionary.elements.get(about)
        if element is None and about != SERVICE_DATE:
            return None
        day = _first(row, self.dates.get(kind, ()))
        made = Statement(about, f"{kind}/{row.get('id')}", view, date=day)
        if view == ANSWERS:
            return _answer(element, row, made)
        return _candidate(element, kind, row, made)


def _named(field: str) -> tuple[str, ...]:
    return (field, *(f"{field}_{kind}" for kind in _KINDS))


def _candidate(element: DataElement | None, kind: str, row: Row, made: Statement) -> Statement:
    said = _said(element, row, made.date)
    until, doubt = _end(kind, row)
    if doubt := doubt or _absent(row):
        said = _Said(problem=doubt)
    valid = Days(first=_bound(row, "valid_from"), last=_bound(row, "valid_to"))
    return made._replace(
        value=said.value,
        since=said.since,
        problem=said.problem,
        until=until,
        valid=(valid,),
        code=row.get("code") or "",
    )


def _answer(element: DataElement | None, row: Row, made: Statement) -> Statement:
    stated = _first(row, ("stated_on_date", "stated_on_date_time")) or made.date
    bare = row.get("bare_integer") or row.get("bare_number")
    said = _said(element, {**row, "bare_number": bare}, stated)
    return made._replace(
        value=said.value,
        since=said.since,
        problem=said.problem,
        basis=Basis.ANSWER,
        date=_first(row, ("said_on_date", "said_on_date_time")) or made.date,
    )


def _said(element: DataElement | None, row: Row, day: DateRange | None) -> _Said:
    """Give the value, the start that time is counted from, or why neither can be read."""
    if row.get("unread"):
        return _Said(problem=UNREADABLE)
    if _truth(row, "counted"):
        return _Said(value=True)
    match element.answer if element else Time(Counting.ELAPSED):
        case YesNo():
            yes, no = _truth(row, "yes"), _truth(row, "no")
            return _Said(problem=UNREADABLE) if yes is no else _Said(value=yes)
        case Choice(options):
            word = row.get("value")
            return _Said(value=word) if word in options else _Said(problem=UNREADABLE)
        case Time() if row.get("number") is None:
            since = _since(row)
            return _Said(since=since, problem="" if since else UNREADABLE)
        case Time() | Number():
            return _measured(element, row, day)


def _measured(element: DataElement | None, row: Row, day: DateRange | None) -> _Said:
    if element is None:
        return _Said(problem=UNREADABLE)  # A day of service has no length.
    try:
        value, _, problem = read_content(element, _content(row), "value", day)
    except InvalidOperation:
        return _Said(problem=UNREADABLE)
    if isinstance(value, Span):
        return _Said(since=value.since, problem=problem)
    return _Said(value=value, problem=problem)


def _content(row: Row) -> Resource:
    """Put a number and its unit together again, as FHIR has them."""
    number, bare = row.get("number"), row.get("bare_number")
    if number is None:
        return {} if bare is None else {"valueInteger": _exact(bare)}
    names = {"code": "unit_code", "unit": "unit", "comparator": "bound"}
    parts = {each: row[name] for each, name in names.items() if row.get(name)}
    return {"valueQuantity": {"value": _exact(number), **parts}}


def _exact(digits: str) -> Decimal | int:
    number = Decimal(digits)
    return int(number) if number == number.to_integral_value() else number


def _since(row: Row) -> DateRange | None:
    start = _first(row, [name for name in row if name.startswith("since_") and name != "since_is"])
    if start is not None and row.get("since_is") == AT_LATEST:
        return DateRange(earliest=None, latest=start.latest)
    return start


def _first(row: Mapping[str, str | None], names: Iterable[str]) -> DateRange | None:
    """Read the first day that is there; a table's own instants have a space for the `T`."""
    found = next((each for name in names if (each := row.get(name))), None)
    return read_date(found.replace(" ", "T")) if found else None


def _end(kind: str, row: Row) -> tuple[DateRange | None, str]:
    if kind == "Coverage":
        until = _first(row, ("until",))
        return until, UNREADABLE if until is None and row.get("until") else ""
    if not _truth(row, "has_ended"):
        return None, ""
    until = _first(row, ("until_date_time", "until_period_start"))
    return (None, UNREADABLE) if _truth(row, "has_status") or until is None else (until, "")


def _absent(row: Row) -> str:
    if not _truth(row, "is_absent"):
        return ""
    because = set((row.get("absent_because") or "").split())
    is_told = not _truth(row, "has_answer") and because and because <= NOT_OBTAINED
    return NO_VALUE_OBTAINED if is_told else UNREADABLE


def _truth(row: Row, name: str) -> bool:
    """Whether a cell says yes; whatever else it says, it does not."""
    return (row.get(name) or "").lower() in _TRUE


def _bound(row: Row, name: str) -> date | None:
    try:
        day = date.fromisoformat((row.get(name) or "")[:10])
    except ValueError:
        return None
    return None if day in (date.min, date.max) else day
