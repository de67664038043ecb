"""
The facts table: one row for each subject and date of service, and what each column holds.

A row is a case, laid flat. Of each element, in the order of the dictionary, it holds the value,
and under the element's name and a suffix what the value rests on, why there is none, its date and
its addresses. Every column but `subject` and `service_date` may be null; a null value is unknown.

Numbers are kept in one unit for each element, so that a comparison needs no conversion. Time has
two forms, as in `core.quantity`: the days on which it can have begun at the earliest and at the
latest, or a stated length in months or in days; at most one of the forms is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from multifidus.core.element import Choice, Number, Time, YesNo
from multifidus.core.quantity import UNITS, Dimension

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction

    from multifidus.core.case import Provenance
    from multifidus.core.element import AnswerType, DataElement, Dictionary
    from multifidus.core.quantity import Unit

VERSION = 1
"""Of the layout; another one cannot be read as this one."""

SUBJECT = "subject"
SERVICE_DATE = "service_date"
BASIS = "__basis"
ABSENT = "__absent"
DATE = "__date"
ADDRESS = "__address"
EARLIEST = "__earliest"
LATEST = "__latest"
MONTHS = "__months"
DAYS = "__days"

DECIMALS = 15
"""Numbers are exact to so many decimals; one more says that something is left over."""
_FINEST: int = 10**DECIMALS


class Sort(StrEnum):
    """What a column holds, in DuckDB's words."""

    TRUTH = "BOOLEAN"
    TEXT = "VARCHAR"
    TEXTS = "VARCHAR[]"
    DAY = "DATE"
    NUMBER = f"DECIMAL(38, {DECIMALS + 1})"
    """A number as `digits` writes it."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    name: str
    sort: Sort


def columns(dictionary: Dictionary) -> tuple[Column, ...]:
    """List the columns of the facts table for a dictionary."""
    return (
        Column(SUBJECT, Sort.TEXT),
        Column(SERVICE_DATE, Sort.DAY),
        *(each for element in dictionary.elements.values() for each in element_columns(element)),
    )


def value_columns(element: DataElement) -> tuple[Column, ...]:
    """List the columns that hold an element's value: all that a policy looks at."""
    sorts = _sorts(element.answer)
    return tuple(Column(f"{element.name}{suffix}", sort) for suffix, sort in sorts.items())


def element_columns(element: DataElement) -> Iterator[Column]:
    """Give the columns of an element: its value, then where it came from."""
    yield from value_columns(element)
    yield Column(f"{element.name}{BASIS}", Sort.TEXT)
    yield Column(f"{element.name}{ABSENT}", Sort.TEXT)
    yield Column(f"{element.name}{DATE}", Sort.TEXT)
    yield Column(f"{element.name}{ADDRESS}", Sort.TEXTS)


_STATED = {MONTHS: Sort.NUMBER, DAYS: Sort.NUMBER}


def _sorts(answer: AnswerType) -> dict[str, Sort]:
    match answer:
        case YesNo():
            return {"": Sort.TRUTH}
        case Choice():
            return {"": Sort.TEXT}
        case Number(unit) if UNITS[unit].is_time:
            # Three months and ninety days differ by what the calendar allows: neither becomes
            # the other without loss, so each is kept as what it is.
            return dict(_STATED)
        case Number():
            return {"": Sort.NUMBER}
        case Time():
            return {EARLIEST: Sort.DAY, LATEST: Sort.DAY, **_STATED}


def kept_unit(answer: Number) -> Unit:
    """
    Tell in which unit the values of a number that is no time are kept.

    It is the dictionary's, unless another unit of the same dimension has no finite decimals in it:
    no decimal number of pounds is a kilogram, so pounds are kept as grams.

    >>> from decimal import Decimal
    >>> kept_unit(Number("cm", Decimal(0), Decimal(10))).name
    'cm'
    >>> kept_unit(Number("lb", Decimal(0), Decimal(900))).name
    'g'
    """
    asked = UNITS[answer.unit]
    alike = [unit for unit in UNITS.values() if unit.dimension is asked.dimension]
    if all(is_exact(unit.size / asked.size) for unit in alike):
        return asked
    return next(unit for unit in alike if unit.size == 1)


def stated_suffix(unit: Unit) -> str:
    """Tell in which column a stated time of this unit is kept."""
    return DAYS if unit.dimension is Dimension.DAYS else MONTHS


def is_exact(number: Fraction) -> bool:
    """Whether `digits` loses nothing of a number."""
    return _FINEST % number.denominator == 0


def digits(number: Fraction) -> str:
    """
    Write a number as the table keeps it: exact to 15 decimals, and then whether more follows.

    What has more decimals becomes the middle between its neighbours of 15, so that it still
    compares with every number of 15 decimals as it did: no bound of a policy has more.

    >>> from fractions import Fraction
    >>> digits(Fraction("7.25")), digits(Fraction(-1, 3))
    ('7.2500000000000000', '-0.3333333333333335')
    """
    whole, rest = divmod(number * _FINEST, 1)
    scaled = int(whole) * 10 + (5 if rest else 0)
    text = f"{abs(scaled):0{DECIMALS + 2}d}"
    sign = "-" if scaled < 0 else ""
    return f"{sign}{text[: -DECIMALS - 1]}.{text[-DECIMALS - 1 :]}"


def address(provenance: Provenance) -> str:
    """
    Write where a statement stands: a resource and its field, or a document and the characters.

    Pages and characters are written as fragments are: `letter.pdf#page=2&char=120,141`
    (RFC 8118 for the page, RFC 5147 for the characters).
    """
    quote = provenance.quote
    if quote is None:
        return f"{provenance.resource}#{provenance.path}"
    page = f"page={quote.page}&" if quote.page else ""
    return f"{provenance.resource}#{page}char={quote.start},{quote.end}"
