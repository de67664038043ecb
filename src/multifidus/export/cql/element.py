"""
A data element → two definitions: what the record says of it, and its answer on the day of service.

The answer is a Boolean, a String, a Quantity, or for a time the days between which it began. It is
null for every kind of absence; an empty record is *no* only where the dictionary says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from multifidus.core.element import Choice, Number, Pick, Time, YesNo
from multifidus.core.quantity import UNITS, Dimension, Quantity
from multifidus.export.cql.gap import CannotSay
from multifidus.export.cql.read import Reader
from multifidus.export.cql.retrieve import statements
from multifidus.export.cql.scale import scale_of
from multifidus.export.cql.words import comment, define, name, string

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from multifidus.core.element import DataElement, Dictionary
    from multifidus.export.cql.scale import Scale

PICKS: Mapping[Pick, str] = {
    Pick.LATEST: "Newest",
    Pick.EARLIEST: "Oldest",
    Pick.AGREED: "Agreed",
    Pick.ANY: "Any Yes",
    Pick.HIGHEST: "Highest",
    Pick.LOWEST: "Lowest",
    Pick.SPAN: "Longest",
    Pick.COUNT: "How Many",
    Pick.DISTINCT_CODES: "How Many Codes",
    Pick.DISTINCT_DAYS: "How Many Days",
}
"""The function that picks among statements."""

COUNTS = frozenset({Pick.COUNT, Pick.DISTINCT_CODES, Pick.DISTINCT_DAYS})
EXTREMES = frozenset({Pick.HIGHEST, Pick.LOWEST})

SPAN_TYPE = "Tuple { earliest Date, latest Date }"
_TYPES: Mapping[type, str] = {
    YesNo: "Boolean",
    Choice: "String",
    Number: "System.Quantity",
    Time: SPAN_TYPE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Defined:
    """The definitions of an element, the unit of its numbers, and why it cannot be said, if so."""

    element: DataElement
    definitions: tuple[str, ...]
    scale: Scale | None
    reason: str = ""


def define_element(
    element: DataElement, dictionary: Dictionary, bounds: Iterable[Quantity]
) -> Defined:
    """Define an element that is compared with some bounds."""
    scale = _scale(element, bounds)
    reader = Reader(element, scale)
    try:
        said = define(said_of(element), statements(element, reader, dictionary))
        definitions = (_answer(element, scale), said, *reader.definitions())
    except CannotSay as cannot:
        nothing = define(element.name, f"null as {_TYPES[type(element.answer)]}")
        definitions = (comment(f"Not exported: {cannot}.") + nothing,)
        return Defined(element=element, definitions=definitions, scale=scale, reason=str(cannot))
    return Defined(element=element, definitions=definitions, scale=scale)


def _scale(element: DataElement, bounds: Iterable[Quantity]) -> Scale | None:
    answer = element.answer
    return scale_of(element, answer, bounds) if isinstance(answer, Number) else None


def _about(element: DataElement) -> str:
    lines = [element.question]
    if element.silence:
        lines.append(f"An empty record means no: {element.silence}.")
    return comment(*lines, f"Source: {element.source}.")


def said_of(element: DataElement) -> str:
    """Name the definition of what a record says of an element."""
    return f"{element.name}: statements"


def _answer(element: DataElement, scale: Scale | None) -> str:
    standing = f'"Standing"({name(said_of(element))})'
    picked = f"{name(PICKS[element.pick])}({_counted(element, standing)})"
    answer = _content(element, picked, scale)
    if element.silence:
        answer = (
            'if "Service Date" is null then null\n'
            f"else if not exists {standing} then false\nelse {answer}"
        )
    return _about(element) + define(element.name, answer)


def _counted(element: DataElement, standing: str) -> str:
    """Write the statements that are young enough, and whose code was valid."""
    if element.window is None:
        return f'"Counted"({standing})'
    recent = "Maybe Recent" if element.pick is Pick.LATEST else "Recent"
    return f'"Counted"({name(recent)}({standing}, {calendar(element.window)}))'


def calendar(time: Quantity) -> str:
    """Write a calendar time, in whole months or days."""
    unit = UNITS[time.unit]
    whole = ceil(Fraction(time.value) * unit.size)
    word = "day" if unit.dimension is Dimension.DAYS else "month"
    return f"{whole} {word}" if whole == 1 else f"{whole} {word}s"


def _content(element: DataElement, picked: str, scale: Scale | None) -> str:
    """Take the answer out of the statement that was picked."""
    match element.answer:
        case Number() if scale is not None:
            if element.pick in COUNTS:
                return f'"Quantity Of"(ToDecimal({picked}), {string(scale.unit.ucum)})'
            return f'"Quantity Of"({picked}.number, {string(scale.unit.ucum)})'
        case _ if element.pick in COUNTS or element.pick in EXTREMES:
            reason = f"`{element.pick}` picks among numbers only"
            raise CannotSay(reason)
        case YesNo():
            return f"{picked}.flag"
        case Choice():
            return f"{picked}.option"
        case _:
            return f'"Span Of"({picked})'
