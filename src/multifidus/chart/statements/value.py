"""
A FHIR `value[x]` or `answer.value[x]` to an element's value, or the reason why it cannot be read.

The unit that the record has is kept; it is only held against the units that the element accepts.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import MINYEAR, date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from multifidus.chart.fhir import codings_of, read_start
from multifidus.core.coding import OWN_SYSTEM, YES_NO
from multifidus.core.element import Choice, Number, Time, YesNo
from multifidus.core.quantity import (
    MONTHS_A_YEAR,
    UCUM,
    UNITS,
    DateRange,
    Dimension,
    Operator,
    Quantity,
    Span,
    compare,
)
from multifidus.core.truth import Truth

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multifidus.chart.fhir import Resource
    from multifidus.core.element import DataElement
    from multifidus.core.quantity import Value

NO_VALUE = "it holds no value"

# Named once: to write a union of types where it is asked makes it anew each time.
_NUMBERS = (int, float, Decimal)

_TIMED = ("valueDate", "valueDateTime", "valuePeriod", "valueQuantity")
"""The fields that hold a day or a time; a day in free text is not read."""


def read_content(
    element: DataElement, part: Resource, field: str, day: DateRange | None
) -> tuple[Value | None, str, str]:
    """
    Read a field of a resource: the value, the path where it stood, and what is wrong with it.

    One of value and problem is always empty.
    """
    names = _choices(tuple(part), field)
    if not names:
        return None, field, NO_VALUE
    if len(names) > 1:
        return None, field, "it holds several values"
    path = names[0]
    value, problem = _read(element, part[path], path, day)
    return value, path, problem


@lru_cache(maxsize=4096)
def _choices(names: tuple[str, ...], field: str) -> Sequence[str]:
    """Find the names that are a field's, with or without a type: `value`, `valueQuantity`."""
    # The resources of a record are of few shapes, so what the names tell is found once.
    return [
        name
        for name in names
        if name.startswith(field) and (len(name) == len(field) or name[len(field)].isupper())
    ]


def _read(
    element: DataElement, content: object, path: str, day: DateRange | None
) -> tuple[Value | None, str]:
    match element.answer:
        case Number():
            return _read_number(element, element.answer, content)
        case YesNo():
            return _read_yes_no(content)
        case Choice(options):
            return _read_choice(options, content)
        case Time():
            return _read_time(element, element.answer, content if path in _TIMED else None, day)


def _read_yes_no(content: object) -> tuple[bool | None, str]:
    if isinstance(content, bool):
        return content, ""
    found = {
        YES_NO.get((str(each.get("system")), str(each.get("code")))) for each in codings_of(content)
    }
    match sorted(each for each in found if each is not None):
        case [answer]:
            return answer, ""
        case _:
            return None, "the value is neither yes nor no"


def _read_choice(options: tuple[str, ...], content: object) -> tuple[str | None, str]:
    codes = [each.get("code") for each in codings_of(content) if each.get("system") == OWN_SYSTEM]
    match [option for option in options if option in codes]:
        case [option]:
            return option, ""
        case _:
            return None, "the value is none of the element's options"


def _read_number(
    element: DataElement, answer: Number, content: object
) -> tuple[Quantity | None, str]:
    # The commonest value by far: conditions take half the time of a match over mappings.
    if isinstance(content, dict):
        number = content.get("value")
        if "comparator" in content:
            return None, "the value is a bound, not a number"
        if isinstance(number, bool):
            return None, "the value is not a number"
        if not isinstance(number, _NUMBERS):
            return None, "the value is not a number with a unit"
        unit, problem = _unit(element, content)
        if problem:
            return None, problem
        if unit != answer.unit and UNITS[unit].dimension is not UNITS[answer.unit].dimension:
            # The dictionary accepts the unit as another name for its own, and says why.
            unit = answer.unit
        return in_range(str(number), unit, answer)
    if isinstance(content, bool):
        return None, "the value is not a number"
    if not isinstance(content, _NUMBERS):
        return None, "the value is not a number with a unit"
    if "none" not in element.units:
        return None, "the value has no unit"
    return in_range(str(content), answer.unit, answer)


def _unit(element: DataElement, content: object) -> tuple[str, str]:
    """Find the unit of a FHIR Quantity among those that the element accepts."""
    quantity = content if isinstance(content, dict) else {}
    code = quantity.get("code") or quantity.get("unit")
    if code is None or code == "":
        if "none" in element.units and isinstance(element.answer, Number):
            return element.answer.unit, ""
        return "", "the value has no unit"
    unit = UCUM.get(code) or UNITS.get(code) if isinstance(code, str) else None
    if unit is None or unit.ucum not in element.units:
        accepted = ", ".join(each for each in element.units if each != "none")
        return "", f"the value is not in a unit that is accepted ({accepted})"
    return unit.name, ""


def in_range(number: str, unit: str, answer: Number) -> tuple[Quantity | None, str]:
    """Make a quantity of digits and a unit, if it lies in the element's range."""
    quantity = _quantity(number, unit)
    if quantity is None:
        return None, "the value is outside the range of the scale"
    if quantity.unit == answer.unit:
        is_inside = answer.low <= quantity.value <= answer.high
    else:
        is_inside = _is_between(quantity, answer)
    return (quantity, "") if is_inside else (None, "the value is outside the range of the scale")


@lru_cache(maxsize=4096)
def _quantity(number: str, unit: str) -> Quantity | None:
    # Measurements repeat, so a large export shares them; no patient is named here.
    try:
        return Quantity(number, unit)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _is_between(quantity: Quantity, answer: Number) -> bool:
    """Whether a quantity in another unit lies in a range; exact conversion takes its time."""
    low, high = Quantity(answer.low, answer.unit), Quantity(answer.high, answer.unit)
    return (
        compare(quantity, Operator.LESS, low) is not Truth.TRUE
        and compare(quantity, Operator.MORE, high) is not Truth.TRUE
    )


def _read_time(
    element: DataElement, answer: Time, content: object, day: DateRange | None
) -> tuple[Value | None, str]:
    since = read_start(content)
    if since is not None:
        return Span(since=since, until=since.latest, counting=answer.counting), ""
    match content:
        case {"comparator": _}:
            return None, "the value is a bound, not a time"
        case {"value": int() | float() | Decimal() as number} if not isinstance(number, bool):
            unit, problem = _unit(element, content)
            if problem:
                return None, problem
            count = _whole(str(number), unit)
            if count is None:
                return None, "the time is not a whole number of calendar units"
            if day is None:
                return None, "a time needs the day on which it was stated"
            return stated(count, unit, day, answer), ""
        case _:
            return None, "the value is not a time"


def _whole(number: str, unit: str) -> int | None:
    try:
        value = Quantity(number, unit).value
    except ValueError:
        return None
    return int(value) if value >= 0 and value == value.to_integral_value() else None


def stated(count: int, unit: str, day: DateRange, answer: Time) -> Span:
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
    size = UNITS[unit].whole * count
    if UNITS[unit].dimension is Dimension.DAYS:
        return date.fromordinal(max(1, day.toordinal() - size))
    year, month = divmod(day.year * MONTHS_A_YEAR + day.month - 1 - size, MONTHS_A_YEAR)
    if year < MINYEAR:
        return date.min
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
