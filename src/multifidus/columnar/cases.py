"""
Rows of the facts table as cases again, so that one row can be explained as one chart is.

What `core.determination` says of a case, it says of the case that is made of the case's row.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from multifidus.columnar import layout
from multifidus.columnar.layout import (
    ABSENT,
    ADDRESS,
    BASIS,
    DATE,
    DAYS,
    EARLIEST,
    LATEST,
    MONTHS,
    SERVICE_DATE,
)
from multifidus.core.case import Absence, Basis, Case, Fact, Provenance, Quote, Reason, Service
from multifidus.core.element import Choice, Number, Time, YesNo
from multifidus.core.quantity import DateRange, Quantity, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from multifidus.core.element import DataElement, Dictionary
    from multifidus.core.quantity import Value

_CHARACTERS = re.compile(r"(?:page=(\d+)&)?char=(\d+),(\d+)")
_OR_EARLIER = " or earlier"


def case_of(cells: Mapping[str, object], *, dictionary: Dictionary) -> Case:
    """
    Make the case of a row, as DuckDB gives it.

    Of what the row does not keep, the case has nothing: the words of a quote, the boxes on a page,
    what an absence says in words, dates of addresses after the first.
    """
    day = cells[SERVICE_DATE]
    if not isinstance(day, date):
        message = "a row without a date of service is no case"
        raise TypeError(message)
    entries = {
        element.name: entry
        for element in dictionary.elements.values()
        if (entry := _entry(element, cells, day)) is not None
    }
    return Case(service=Service(date=day), entries=entries)


def _entry(element: DataElement, cells: Mapping[str, object], day: date) -> Fact | Absence | None:
    provenance = tuple(_provenances(element.name, cells))
    value = _value_of(element, cells, day)
    basis, absent = cells.get(f"{element.name}{BASIS}"), cells.get(f"{element.name}{ABSENT}")
    if value is not None and isinstance(basis, str):
        because = element.silence if basis == Basis.SILENCE else ""
        return Fact(value=value, basis=Basis(basis), provenance=provenance, because=because)
    if isinstance(absent, str):
        return Absence(reason=Reason(absent), provenance=provenance)
    # A value that is none of the element's kind was left out: it answers nothing.
    return Absence(reason=Reason.UNREADABLE, provenance=provenance) if basis else None


def _value_of(element: DataElement, cells: Mapping[str, object], day: date) -> Value | None:
    match element.answer, cells.get(element.name):
        case (YesNo(), bool(value)) | (Choice(), str(value)):
            return value
        case Number(), Decimal() as number:
            return Quantity(number, layout.kept_unit(element.answer).name)
        case ((Number() | Time()), _):
            return _time_of(element, cells, day)
        case _:
            return None


def _time_of(element: DataElement, cells: Mapping[str, object], day: date) -> Value | None:
    earliest, latest = cells.get(f"{element.name}{EARLIEST}"), cells.get(f"{element.name}{LATEST}")
    if isinstance(latest, date) and isinstance(element.answer, Time):
        since = DateRange(earliest=earliest if isinstance(earliest, date) else None, latest=latest)
        return Span(since=since, until=day, counting=element.answer.counting)
    for suffix, unit in ((MONTHS, "months"), (DAYS, "days")):
        stated = cells.get(f"{element.name}{suffix}")
        if isinstance(stated, Decimal):
            return Quantity(stated, unit)
    return None


def _provenances(name: str, cells: Mapping[str, object]) -> Iterator[Provenance]:
    dated, addresses = cells.get(f"{name}{DATE}"), cells.get(f"{name}{ADDRESS}")
    if not isinstance(addresses, list):
        return
    for place, address in enumerate(addresses):
        first = place == 0 and isinstance(dated, str)
        yield provenance(address, day=date_range(str(dated)) if first else None)


def provenance(address: str, *, day: DateRange | None) -> Provenance:
    """
    Read an address as `layout.address` writes it.

    >>> provenance("Observation/odi-7#value", day=None).path
    'value'
    """
    resource, _, fragment = address.rpartition("#")
    found = _CHARACTERS.fullmatch(fragment)
    if found is None:
        return Provenance(resource=resource, path=fragment, date=day)
    page, start, end = found.groups()
    quote = Quote(words="", start=int(start), end=int(end), page=int(page) if page else None)
    return Provenance(resource=resource, path="", date=day, quote=quote)


def date_range(text: str) -> DateRange:
    """
    Read a day as `core.quantity` writes it, to the precision that it has.

    >>> str(date_range("2024-02")), str(date_range("2024-02-10 or earlier"))
    ('2024-02', '2024-02-10 or earlier')
    """
    first, _, last = text.partition(" to ")
    if last:
        return DateRange(earliest=date.fromisoformat(first), latest=date.fromisoformat(last))
    if text.endswith(_OR_EARLIER):
        return DateRange(earliest=None, latest=date.fromisoformat(text.removesuffix(_OR_EARLIER)))
    return DateRange.parse(text)
