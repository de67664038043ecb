"""
The unit in which a library holds an element's number, and what each accepted unit is of it.

CQL's decimals end after eight places, so a number is held in the element's own unit only where
every accepted unit and every bound has an exact size in it; else in the base unit of its dimension,
in which all units have one.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from multifidus.core.quantity import UCUM, UNITS, Quantity, Unit
from multifidus.export.cql.words import decimal, string

if TYPE_CHECKING:
    from collections.abc import Iterable

    from multifidus.core.element import DataElement, Number

NO_UNIT = "none"
"""How a dictionary says that the code itself fixes unit and scale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A unit to hold numbers in."""

    unit: Unit

    def size(self, unit: Unit) -> Fraction:
        """Give how many of this unit another one is."""
        return unit.size / self.unit.size

    def of(self, quantity: Quantity) -> str | None:
        """Write the number of a quantity; None if CQL cannot hold it."""
        return decimal(Fraction(quantity.value) * self.size(UNITS[quantity.unit]))


def scale_of(element: DataElement, answer: Number, bounds: Iterable[Quantity]) -> Scale:
    """Choose the unit in which an element is held, with the bounds that it is compared with."""
    own = Scale(unit=UNITS[answer.unit])
    asked = [UCUM[code] for code in element.units if code != NO_UNIT]
    sizes = [own.size(each) for each in asked if each.dimension is own.unit.dimension]
    if all(decimal(each) for each in sizes) and all(own.of(each) for each in bounds):
        return own
    base = (each for each in UNITS.values() if each.dimension is own.unit.dimension)
    return Scale(unit=next(each for each in base if each.size == 1))


def sizes(element: DataElement, answer: Number, scale: Scale) -> list[str]:
    """List the words for units that an element accepts, each with its size in the scale."""
    own = UNITS[answer.unit]
    rows: list[str] = []
    for code in element.units:
        unit = own if code == NO_UNIT else UCUM[code]
        # The dictionary accepts a unit of another dimension as another name for its own.
        counted = unit if unit.dimension is own.dimension else own
        words = ("",) if code == NO_UNIT else spellings(unit)
        size = decimal(scale.size(counted))
        rows += [f"Tuple {{ name: {string(word)}, size: {size} }}" for word in words]
    return rows


def spellings(unit: Unit) -> tuple[str, ...]:
    """Give the words by which a record may name a unit: its code, or the word for one or many."""
    return tuple(dict.fromkeys(filter(None, (unit.ucum, unit.name, unit.singular))))
