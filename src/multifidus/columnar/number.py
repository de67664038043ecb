"""Numbers against a bound, as columns: what `core.quantity.compare` says of one that is no time."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from multifidus.columnar import layout
from multifidus.columnar.dialect import text
from multifidus.core.quantity import UNITS

if TYPE_CHECKING:
    from multifidus.core.element import Number
    from multifidus.core.quantity import Quantity


class CannotCompareError(ValueError):
    """A bound that the table's numbers cannot be held against; it says why."""


def constant(number: Fraction) -> str:
    """Write a bound in the table's unit."""
    if not layout.is_exact(number):
        message = f"its bound has more than {layout.DECIMALS} decimals in the table's unit"
        raise CannotCompareError(message)
    return f"CAST({text(layout.digits(number))} AS {layout.Sort.NUMBER})"


def in_kept_unit(bound: Quantity, *, answer: Number) -> Fraction:
    """Convert a bound, exactly, to the unit in which the table keeps an element's values."""
    unit, kept = UNITS[bound.unit], layout.kept_unit(answer)
    if unit.dimension is not kept.dimension:
        message = f"`{answer.unit}` does not compare with `{unit.name}`"
        raise CannotCompareError(message)
    return Fraction(bound.value) * unit.size / kept.size
