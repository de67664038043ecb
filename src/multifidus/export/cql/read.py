"""The value of an observation, an answer, or a coded field, as an element understands it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.core.element import Choice, Number, Time, YesNo
from multifidus.core.quantity import UCUM, Dimension, Quantity
from multifidus.export.cql.gap import CannotSay
from multifidus.export.cql.scale import sizes, spellings
from multifidus.export.cql.words import define, name, string, strings

if TYPE_CHECKING:
    from multifidus.core.element import DataElement
    from multifidus.export.cql.scale import Scale

NOT_READ = "null"
"""The text of a value that cannot be read."""


class Reader:
    """Writes how the values of one element are read."""

    def __init__(self, element: DataElement, scale: Scale | None) -> None:
        """Take the element, and of a number the unit that it is held in."""
        self.element = element
        self.scale = scale
        self.units = name(f"{element.name}: units")

    def observed(self, resource: str) -> str:
        """Read the value of an observation."""
        return f'"Observed {self._kind}"({", ".join([resource, *self._how()])})'

    def answered(self) -> str:
        """List the statements of a person's answers."""
        return f'"Answered {self._kind}"({", ".join([string(self.element.name), *self._how()])})'

    def coded(self, codings: str) -> str:
        """Read codings."""
        match self.element.answer:
            case YesNo():
                return f'"Yes Or No"({codings})'
            case Choice(options):
                return f'"One Of"({codings}, {strings(options)})'
            case Number() | Time():
                return NOT_READ

    def definitions(self) -> tuple[str, ...]:
        """Define the units that the element accepts, if it has any."""
        match self.element.answer:
            case Number() as answer if self.scale is not None:
                rows = sizes(self.element, answer, self.scale)
            case Time():
                rows = self._calendar_units()
            case _:
                return ()
        listed = ",\n".join(f"  {each}" for each in rows)
        return (define(f"{self.element.name}: units", f"{{\n{listed}\n}}"),)

    @property
    def _kind(self) -> str:
        match self.element.answer:
            case YesNo():
                return "Flag"
            case Choice():
                return "Option"
            case Number():
                return "Number"
            case Time():
                return "Time"

    def _how(self) -> tuple[str, ...]:
        """Write what a reader needs to know of the element."""
        match self.element.answer:
            case YesNo():
                return ()
            case Choice(options):
                return (strings(options),)
            case Number() as answer:
                return (self.units, *self._range(answer))
            case Time():
                return (self.units,)

    def _range(self, answer: Number) -> tuple[str, str]:
        bounds = [Quantity(each, answer.unit) for each in (answer.low, answer.high)]
        low, high = (self.scale.of(each) if self.scale else None for each in bounds)
        if low is None or high is None:
            reason = "its range has more digits than a CQL decimal keeps"
            raise CannotSay(reason)
        return low, high

    def _calendar_units(self) -> list[str]:
        rows = []
        for code in self.element.units:
            unit = UCUM.get(code)
            if unit is None or not unit.is_time:
                continue
            is_days = unit.dimension is Dimension.DAYS
            months, days = (0, int(unit.size)) if is_days else (int(unit.size), 0)
            rows += [
                f"Tuple {{ name: {string(word)}, in_months: {months}, in_days: {days} }}"
                for word in spellings(unit)
            ]
        # Where none is accepted, the list needs a type all the same.
        return rows or ["Tuple { name: null as String, in_months: 0, in_days: 0 }"]
