"""
What is said of an element, as rows of a table have it, and as the note reader settles it.

Rows have lost what a fact does not need: why exactly a value could not be read, and the unit in
which it was written.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from multifidus.columnar import layout
from multifidus.columnar.derivation.handed import kept
from multifidus.columnar.derivation.values import SAYS_NO_VALUE
from multifidus.core.case import Absence, Basis, Quote
from multifidus.core.coding import Days
from multifidus.core.element import Number
from multifidus.core.quantity import UNITS, DateRange, Dimension, Quantity, Span
from multifidus.core.resource import NO_VALUE_OBTAINED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from decimal import Decimal

    import duckdb

    from multifidus.core.case import Fact
    from multifidus.core.element import DataElement, Dictionary
    from multifidus.core.quantity import Value

UNREADABLE = "it cannot be read"
AT_A_TIME = 10_000


class _Told(NamedTuple):
    """A row of what is said of an element."""

    resource: str
    path: str
    basis: str
    problem: int
    made_first: date | None
    made_last: date | None
    since_first: date | None
    since_last: date | None
    until_first: date | None
    until_last: date | None
    truth: bool | None
    word: str | None
    number: Decimal | None
    code: str | None
    valid: list[dict[str, date | None]] | None
    page: int | None
    start: int | None
    stop: int | None
    confirm: str | None


TOLD = _Told._fields
"""The columns that are asked for, behind the patient's number, the element's and the service."""


def said_in(
    found: duckdb.DuckDBPyConnection, dictionary: Dictionary
) -> Iterator[tuple[tuple[int, int, date], list[tuple[object, ...]]]]:
    """Give what is said for each patient, element and service; each with a statement's fields."""
    elements = [*dictionary.elements.values()]
    for key, rows in groupby(_fetched(found), key=lambda row: row[:3]):
        _, place, _ = key
        yield key, [_said(elements[place], _Told(*row[3:])) for row in rows]


def _fetched(found: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while rows := found.fetchmany(AT_A_TIME):
        yield from rows


def _said(element: DataElement, told: _Told) -> tuple[object, ...]:
    """Give the fields of a statement behind its element."""
    quote = None
    if told.start is not None and told.stop is not None:
        quote = Quote(words="", start=told.start, end=told.stop, page=told.page)
    why = NO_VALUE_OBTAINED if told.problem == SAYS_NO_VALUE else UNREADABLE
    return (
        told.resource,
        told.path,
        _value(element, told),
        why if told.problem else "",
        _days(told.made_first, told.made_last),
        _days(told.since_first, told.since_last),
        _days(told.until_first, told.until_last),
        Basis(told.basis),
        (Days(),) if told.valid is None else tuple(Days(**each) for each in told.valid),
        told.code or "",
        quote,
        told.confirm or "",
    )


def _value(element: DataElement, told: _Told) -> Value | None:
    if told.number is not None and isinstance(element.answer, Number):
        unit = UNITS[element.answer.unit]
        if unit.is_time:
            name = "days" if unit.dimension is Dimension.DAYS else "months"
        else:
            name = layout.kept_unit(element.answer).name
        return Quantity(told.number, name)
    return told.word if told.truth is None else told.truth


def _days(first: date | None, last: date | None) -> DateRange | None:
    return None if last is None else DateRange(earliest=first, latest=last)


def settled_row(
    settled: Fact | Absence, *, nr: int, place: int, dictionary: Dictionary
) -> dict[str, object]:
    """Make the row of what was settled; the newest of several dates stands for them all."""
    row: dict[str, object] = {
        "nr": nr,
        "element": place,
        "addresses": sorted({layout.address(each) for each in settled.provenance}),
    }
    days = [each.date for each in settled.provenance if each.date is not None]
    if days:
        newest = max(days, key=lambda each: (each.latest, each.earliest or each.latest))
        earliest = newest.earliest and str(newest.earliest)
        row["made"] = {"last": str(newest.latest), "first": earliest}
    if isinstance(settled, Absence):
        return row | {"reason": settled.reason.value}
    row["basis"] = settled.basis.value
    match settled.value:
        case bool(truth):
            row["truth"] = truth
        case str(word):
            row["word"] = word
        case Quantity() as number:
            row["number"] = kept(dictionary, [*dictionary.elements][place], number)
        case Span(since=since):
            row["since_first"] = since.earliest and str(since.earliest)
            row["since_last"] = str(since.latest)
    return row
