"""The tests over data elements, as columns: true, false, or null where the value does not tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.columnar import kleene
from multifidus.columnar.dialect import text
from multifidus.columnar.number import CannotCompareError, constant, in_kept_unit
from multifidus.columnar.times import TimeColumns
from multifidus.core.element import Choice, Number, Time, YesNo
from multifidus.core.expression import Compare, Holds, Matches
from multifidus.core.quantity import UNITS, Operator

if TYPE_CHECKING:
    from multifidus.columnar.dialect import Dialect
    from multifidus.core.element import DataElement
    from multifidus.core.expression import Leaf


def as_column(leaf: Leaf, *, element: DataElement, dialect: Dialect) -> str:
    """Write a test of an element as a column; a test of another kind of answer is unknown."""
    value = dialect.named(element.name)
    match leaf, element.answer:
        case Holds(), YesNo():
            return value
        case Matches(), Choice():
            return _matches(leaf, value)
        case Compare(), Number() | Time():
            return _compared(leaf, element, dialect)
        case _:
            return kleene.UNKNOWN


def _matches(leaf: Matches, value: str) -> str:
    if not leaf.options:
        return f"CASE WHEN {value} IS NOT NULL THEN FALSE END"
    return f"({value} IN ({', '.join(text(option) for option in leaf.options)}))"


def _compared(leaf: Compare, element: DataElement, dialect: Dialect) -> str:
    answer, bound = element.answer, leaf.bound
    if isinstance(answer, Number) and not UNITS[answer.unit].is_time:
        number = constant(in_kept_unit(bound, answer=answer))
        return f"({dialect.named(element.name)} {leaf.operator} {number})"
    if not UNITS[bound.unit].is_time:
        message = f"a time does not compare with `{bound.unit}`"
        raise CannotCompareError(message)
    times = TimeColumns(element=element, dialect=dialect)
    match leaf.operator:
        case Operator.AT_LEAST:
            return times.reaches(bound)
        case Operator.LESS:
            return kleene.negation(times.reaches(bound))
        case Operator.MORE:
            return times.exceeds(bound)
        case Operator.AT_MOST:
            return kleene.negation(times.exceeds(bound))
        case Operator.EQUAL:
            return kleene.all_of((times.reaches(bound), kleene.negation(times.exceeds(bound))))
