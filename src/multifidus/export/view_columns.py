"""
The columns of a view: whose statement it is, of which day, what it says, and what is doubtful.

The reference for them is docs/reference/views.md. What a record says is laid out, not judged: a
value in a unit that the element does not accept still stands in its row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.core.coding import OWN_SYSTEM, YES_NO
from multifidus.core.element import (
    Choice,
    Constant,
    Content,
    Nothing,
    Number,
    Since,
    SinceAtLatest,
    Time,
    YesNo,
)
from multifidus.core.view import AT_LATEST, STATED, snake
from multifidus.export.fhirpath import literal
from multifidus.export.view_fields import END, PERIOD, SHAPES, Day
from multifidus.export.view_paths import all_of, any_of, equals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus.core.element import DataElement, Gives

YES, NO = (
    any_of(
        all_of((equals("system", system), equals("code", code)))
        for (system, code), answer in YES_NO.items()
        if answer is wanted
    )
    for wanted in (True, False)
)
"""What a coding says yes with, and no."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a view: its name, the path that fills it, and its FHIR type."""

    name: str
    path: str
    type: str


def whose(resource: str) -> Iterator[Column]:
    """Name the patient, and the resource that says it."""
    yield Column("patient", SHAPES[resource].patient, "string")
    yield Column("id", "getResourceKey()", "string")


def dated(resource: str, fields: tuple[str, ...]) -> Iterator[Column]:
    """
    Give the days of a resource, in the order in which they date it.

    The first that is not null does; each keeps the precision that it was written with.
    """
    for field in fields:
        day = SHAPES[resource].days[field]
        for kind, (path, its_type) in day.paths.items():
            yield Column(_named(day, kind), path, its_type)


def _named(day: Day, kind: str) -> str:
    if len(day.types) > 1:
        return f"{snake(day.name)}_{kind}"
    return f"{snake(day.name)}_start" if day.types == (PERIOD,) else snake(day.name)


def doubted(resource: str) -> Iterator[Column]:
    """Give what may speak against a statement: an end, or a reason why there is no value."""
    if resource == "Observation":
        yield Column("absent_because", "dataAbsentReason.coding.code.join(' ')", "string")
        yield Column("is_absent", "dataAbsentReason.exists()", "boolean")
        yield Column("has_answer", "value.exists() or interpretation.exists()", "boolean")
    elif END.get(resource) == "period":
        yield Column("until", "period.end", "dateTime")
    elif resource in END:
        yield Column("has_ended", f"{END[resource]}.exists()", "boolean")
        yield Column("has_status", "clinicalStatus.exists()", "boolean")
        for kind, (path, its_type) in SHAPES[resource].days[END[resource]].paths.items():
            yield Column(f"until_{kind}", path, its_type)


def said(element: DataElement, resource: str, gives: Gives) -> Iterator[Column]:
    """Give what a rule reads as the answer."""
    shape = SHAPES[resource]
    match gives:
        case Content(field):
            yield from _content(element, field, shape.coded.get(field, field))
        case Constant(value):
            yield from _constant(element, value=value)
        case Since(field):
            yield from _since(shape.days[field], STATED)
        case SinceAtLatest(field):
            yield from _since(shape.days[field], AT_LATEST)
        case Nothing(because):
            yield unread(because)


def unread(because: str) -> Column:
    """Say why a resource that is about the element cannot be read as an answer."""
    return Column("unread", literal(because), "string")


def _constant(element: DataElement, *, value: bool | str) -> Iterator[Column]:
    match element.answer:
        case YesNo():
            yield Column("yes", str(bool(value)).lower(), "boolean")
            yield Column("no", str(not value).lower(), "boolean")
        case Choice():
            yield Column("value", literal(str(value)), "string")
        case Number() | Time():
            yield Column("counted", "true", "boolean")


def _since(day: Day, how: str) -> Iterator[Column]:
    yield Column("since_is", literal(how), "string")
    for kind, (path, its_type) in day.paths.items():
        yield Column(f"since_{kind}", path, its_type)


def _content(element: DataElement, field: str, coded: str) -> Iterator[Column]:
    match element.answer:
        case YesNo():
            for name, answer, codes in (("yes", "true", YES), ("no", "false", NO)):
                path = (
                    f"{field}.ofType(boolean) = {answer} or {coded}.coding.where({codes}).exists()"
                )
                yield Column(name, path, "boolean")
        case Choice(options):
            test = all_of(
                (equals("system", OWN_SYSTEM), any_of(equals("code", each) for each in options))
            )
            yield Column("value", f"{coded}.coding.where({test}).code.join(' ')", "string")
        case Number():
            yield from _quantity(field)
            if "none" in element.units:
                yield Column("bare_number", f"{field}.ofType(integer)", "integer")
        case Time():
            yield from _since(Day(field, ("dateTime", PERIOD)), STATED)
            yield from _quantity(field)


def _quantity(field: str) -> Iterator[Column]:
    quantity = f"{field}.ofType(Quantity)"
    yield Column("number", f"{quantity}.value", "decimal")
    yield Column("unit_code", f"{quantity}.code", "code")
    yield Column("unit", f"{quantity}.unit", "string")
    yield Column("bound", f"{quantity}.comparator", "code")
