"""
Cases as rows of the facts table.

A row keeps of a case what a policy looks at, exactly, and how to find the rest: what a value rests
on, its date and its addresses. `cases` makes a case of a row again.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from multifidus.columnar import layout
from multifidus.columnar.layout import (
    ABSENT,
    ADDRESS,
    BASIS,
    DATE,
    EARLIEST,
    LATEST,
    SERVICE_DATE,
    SUBJECT,
)
from multifidus.core.case import Absence, Fact
from multifidus.core.element import Choice, Number, Time, YesNo
from multifidus.core.quantity import UNITS, Quantity, Span
from multifidus.errors import NotExpressible, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus.core.case import Case
    from multifidus.core.element import DataElement, Dictionary
    from multifidus.core.quantity import Value

Cell = bool | str | list[str]
"""What a cell holds; days and numbers are written as text, which loses nothing of them."""


def row(subject: str, *, case: Case, dictionary: Dictionary) -> dict[str, Cell]:
    """
    Lay a case flat; cells that hold nothing are left out.

    `NotExpressible` lists the elements whose value has no column: time that does not run to the
    date of service, or is counted otherwise than the dictionary says, and units of another kind.
    """
    cells: dict[str, Cell] = {SUBJECT: subject, SERVICE_DATE: case.service.date.isoformat()}
    problems = []
    for element in dictionary.elements.values():
        entry = case.entry(element.name)
        try:
            cells.update(_cells(element, entry, case))
        except ValueError as error:
            problems.append(Problem.at(element.name, str(error), "derive the facts anew"))
    if problems:
        raise NotExpressible(*problems)
    return cells


def _cells(element: DataElement, entry: Fact | Absence, case: Case) -> Iterator[tuple[str, Cell]]:
    if isinstance(entry, Fact):
        for suffix, cell in _value(element, entry.value, case):
            yield f"{element.name}{suffix}", cell
        yield f"{element.name}{BASIS}", entry.basis.value
    else:
        yield f"{element.name}{ABSENT}", entry.reason.value
    if entry.provenance:
        if entry.provenance[0].date is not None:
            yield f"{element.name}{DATE}", str(entry.provenance[0].date)
        yield f"{element.name}{ADDRESS}", [layout.address(each) for each in entry.provenance]


def _value(element: DataElement, value: Value, case: Case) -> Iterator[tuple[str, Cell]]:
    """Give the cells of a value, by suffix; a value of another kind has none: it is unknown."""
    match element.answer, value:
        case YesNo(), bool(yes):
            yield "", yes
        case Choice(), str(option):
            yield "", option
        case Number(), Quantity():
            yield _number(element.answer, value)
        case Time(), Quantity():
            yield _stated(value)
        case Time(), Span():
            yield from _span(element.answer, value, case)
        case Number(), Span():
            message = "time since a day has no column here: the dictionary asks for a number"
            raise ValueError(message)
        case _:
            pass


def _number(answer: Number, value: Quantity) -> tuple[str, Cell]:
    if UNITS[answer.unit].is_time:
        return _stated(value)
    unit, kept = UNITS[value.unit], layout.kept_unit(answer)
    if unit.dimension is not kept.dimension:
        message = f"`{value.unit}` is no unit of an element that is measured in {answer.unit}"
        raise ValueError(message)
    return "", layout.digits(Fraction(value.value) * unit.size / kept.size)


def _stated(value: Quantity) -> tuple[str, Cell]:
    unit = UNITS[value.unit]
    if not unit.is_time:
        message = f"`{value.unit}` is no unit of time"
        raise ValueError(message)
    return layout.stated_suffix(unit), layout.digits(Fraction(value.value) * unit.size)


def _span(answer: Time, value: Span, case: Case) -> Iterator[tuple[str, Cell]]:
    if value.counting is not answer.counting:
        message = f"the time is counted as {value.counting}, the dictionary says {answer.counting}"
        raise ValueError(message)
    if value.until != case.service.date:
        message = "the time does not run to the date of service"
        raise ValueError(message)
    if value.since.earliest is not None:
        yield EARLIEST, value.since.earliest.isoformat()
    yield LATEST, value.since.latest.isoformat()
