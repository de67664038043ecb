"""
A FHIR `value[x]` or `answer.value[x]` to an element's value, or the reason why it cannot be read.

The unit that the record has is kept; it is only held against the units that the element accepts.
"""

from __future__ import annotations

import math
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from multifidus.chart.fhir import codings_of, date_in
from multifidus.core.coding import OWN_SYSTEM
from multifidus.core.element import Choice, Number, Time, YesNo
from multifidus.core.quantity import (
    UCUM,
    UNITS,
    DateRange,
    Operator,
    Quantity,
    Span,
    anniversary,
    compare,
)
from multifidus.core.truth import Truth

if TYPE_CHECKING:
    from datetime import date

    from multifidus.chart.fhir import Resource
    from multifidus.core.element import DataElement
    from multifidus.core.quantity import Value

_YES_NO = {
    (OWN_SYSTEM, "yes"): True,
    (OWN_SYSTEM, "no"): False,
    ("http://terminology.hl7.org/CodeSystem/v2-0136", "Y"): True,
    ("http://terminology.hl7.org/CodeSystem/v2-0136", "N"): False,
}


def read_content(
    element: DataElement, part: Resource, field: str, day: DateRange | None
) -> tuple[Value | None, str, str]:
    """
    Read the value in a field of a resource: the value, the path where it stood, and what is wrong with it.

    One of value and problem is always empty.
    """
    names = (
        (field, f"{field}CodeableConcept", f"{field}Coding") if field != "value" else _VALUE_FIELDS
    )
    path = next((name for name in names if name in part), field)
    content = part.get(path)
    if content is None:
        return None, path, "it holds no value"
    value, problem = _read(element, content, path, part, day)
    return value, path, problem


_VALUE_FIELDS = (
    "valueQuantity",
    "valueCodeableConcept",
    "valueCoding",
    "valueBoolean",
    "valueInteger",
    "valueDecimal",
    "valueDateTime",
    "valueDate",
    "valuePeriod",
    "valueString",
)


def _read(
    element: DataElement, content: Any, path: str, part: Resource, day: DateRange | None
) -> tuple[Value | None, str]:
    match element.answer:
        case YesNo():
            if isinstance(content, bool):
                return content, ""
            found = [
                _YES_NO.get((str(each.get("system")), str(each.get("code"))))
                for each in codings_of(content)
            ]
            answers = {each for each in found if each is not None}
            return (
                (answers.pop(), "")
                if len(answers) == 1
                else (None, "the value is neither yes nor no")
            )
        case Choice(options):
            codes = {
                str(each.get("code"))
                for each in codings_of(content)
                if each.get("system") == OWN_SYSTEM
            }
            known = [option for option in options if option in codes]
            return (
                (known[0], "")
                if len(known) == 1
                else (None, "the value is none of the element's options")
            )
        case Number():
            return _read_number(element, element.answer, content)
        case Time():
            return _read_time(element, element.answer, content, path, part, day)


def _read_number(element: DataElement, answer: Number, content: Any) -> tuple[Quantity | None, str]:
    match content:
        case bool() | str() | list():
            return None, "the value is not a number"
        case int() | float() | Decimal():
            if "none" not in element.units:
                return None, "the value has no unit"
            return _in_range(content, answer.unit, answer)
        case {"comparator": _}:
            return None, "the value is a bound, not a number"
        case {"value": bool()}:
            return None, "the value is not a number"
        case {"value": int() | float() | Decimal() as number}:
            unit, problem = _unit(element, content)
            if problem:
                return None, problem
            if UNITS[unit].dimension is not UNITS[answer.unit].dimension:
                # The dictionary accepts the unit as another name for its own, and says why.
                unit = answer.unit
            return _in_range(number, unit, answer)
        case _:
            return None, "the value is not a number with a unit"


def _unit(element: DataElement, content: Resource) -> tuple[str, str]:
    """Find the unit of a FHIR Quantity among those that the element accepts."""
    code = content.get("code") or content.get("unit")
    if not isinstance(code, str) or not code.strip():
        if "none" in element.units:
            return element.answer.unit if isinstance(element.answer, Number) else "", ""
        return "", "the value has no unit"
    unit = UCUM.get(code) or UNITS.get(code)
    if unit is None or unit.ucum not in element.units:
        accepted = ", ".join(each for each in element.units if each != "none")
        return "", f"the value is not in a unit that is accepted ({accepted})"
    return unit.name, ""


def _in_range(number: float | Decimal, unit: str, answer: Number) -> tuple[Quantity | None, str]:
    if isinstance(number, float) and not math.isfinite(number):
        return None, "the value is not a number"
    try:
        quantity = Quantity(Decimal(str(number)), unit)
    except ValueError:
        return None, "the value is outside the range of the scale"
    low, high = Quantity(answer.low, answer.unit), Quantity(answer.high, answer.unit)
    if (
        compare(quantity, Operator.LESS, low) is Truth.TRUE
        or compare(quantity, Operator.MORE, high) is Truth.TRUE
    ):
        return None, "the value is outside the range of the scale"
    return quantity, ""


def _read_time(
    element: DataElement,
    answer: Time,
    content: Any,
    path: str,
    part: Resource,
    day: DateRange | None,
) -> tuple[Value | None, str]:
    since = date_in({path: content}, path)
    if since is not None:
        return Span(since=since, until=since.latest, counting=answer.counting), ""
    match content:
        case {"value": int() | float() | Decimal() as number} if not isinstance(number, bool):
            unit, problem = _unit(element, content)
            if problem:
                return None, problem
            if "comparator" in part.get(path, {}) or number < 0 or Decimal(str(number)) % 1:
                return None, "the time is not a whole number of calendar units"
            if day is None:
                return None, "a time needs the day on which it was stated"
            return _stated(int(number), unit, day, answer), ""
        case _:
            return None, "the value is not a time"


def _stated(count: int, unit: str, day: DateRange, answer: Time) -> Span:
    """
    Turn "10 years", said on a day, into the days on which it can have begun.

    So many units were completed on that day and one more was not.
    """
    first = _before(day.earliest or day.latest, count + 1, unit) + timedelta(days=1)
    last = _before(day.latest, count, unit)
    return Span(
        since=DateRange(earliest=first, latest=max(first, last)),
        until=day.latest,
        counting=answer.counting,
    )


def _before(day: date, count: int, unit: str) -> date:
    """Find the last day from which so many units had passed by the given day."""
    size = int(UNITS[unit].size) * count
    days = (
        size
        if UNITS[unit].is_time and UNITS[unit].ucum in ("d", "wk")
        else int(size * 30.436875) + 3
    )
    if days >= day.toordinal():
        return day.replace(year=1, month=1, day=1)
    start = day - timedelta(days=days)
    while start < day and anniversary(start + timedelta(days=1), count, unit) <= day:
        start += timedelta(days=1)
    return start
