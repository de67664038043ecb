"""A criterion → one definition that is true, false, or null where the record does not say."""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING

from multifidus.core.element import Number, Time
from multifidus.core.expression import (
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Holds,
    Matches,
    Not,
    Part,
    fold,
)
from multifidus.core.quantity import Counting, Operator, Quantity
from multifidus.export.cql.element import calendar
from multifidus.export.cql.gap import CannotSay
from multifidus.export.cql.words import comment, define, name, string

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from multifidus.core.expression import Expression
    from multifidus.core.policy import Criterion
    from multifidus.export.cql.element import Defined

UNKNOWN = "null as Boolean"


def define_criterion(criterion: Criterion, expression: str) -> str:
    """Define a criterion, with its sentence and sources for people."""
    lines = [f"{criterion.id} {criterion.title}", criterion.sentence]
    if criterion.notation:
        lines.append(f"Test: {criterion.notation}")
    citations = criterion.cited if criterion.is_group else criterion.citations
    lines += [f"Source: {each.source}, {each.place} ({each.reading})" for each in citations]
    lines += [
        f"Attested by {each.by} on {each.on}: {each.document}, {each.edition}, {each.page}"
        for each in criterion.attested
    ]
    for reading in criterion.readings:
        lines += [f"Reading: {reading.decided}", f"Other reading: {reading.notation}"]
        lines.append(f"Review: {reading.review}")
    return comment(*filter(None, lines)) + define(criterion.id, expression)


def write_test(expression: Expression, defined: Mapping[str, Defined]) -> str:
    """
    Write a test in three-valued logic.

    Raises `CannotSay` with the reason, if CQL has no number for a bound.
    """

    def visit(node: Expression, parts: Sequence[str]) -> str:
        match node:
            case Compare():
                return _comparison(node, defined[node.element])
            case Matches(element, options):
                # No `in` and no `~`: both answer false where the answer is missing.
                either = " or ".join(f"{name(element)} = {string(each)}" for each in options)
                return either if len(options) == 1 else f"({either})"
            case Holds(element):
                return name(element)
            case Part(criterion):
                return name(criterion)
            case Not(part):
                return (
                    f"not {parts[0]}"
                    if isinstance(part, Holds | Part)
                    else f"not {_grouped(parts[0])}"
                )
            case AllOf():
                return _joined("and", parts) if parts else "true"
            case AnyOf():
                return _joined("or", parts) if parts else "false"
            case AtLeast(count):
                return _at_least(count, parts)

    return _unwrapped(fold(expression, visit))


def _joined(word: str, parts: Sequence[str]) -> str:
    inside = f"\n{word} ".join(parts)
    return parts[0] if len(parts) == 1 else f"({inside})"


def _grouped(text: str) -> str:
    return text if _unwrapped(text) != text else f"({text})"


def _unwrapped(text: str) -> str:
    """Drop the parentheses around a whole test."""
    if not text.startswith("("):
        return text
    depth = 0
    for place, each in enumerate(text):
        depth += (each == "(") - (each == ")")
        if depth == 0:
            return text[1:-1] if place == len(text) - 1 else text
    return text  # pragma: no cover  parentheses are closed


def _at_least(count: int, parts: Sequence[str]) -> str:
    # Two sums: one count that skips nulls would turn "unknown" into "no".
    surely = ", ".join(f"if {each} is true then 1 else 0" for each in parts)
    possibly = ", ".join(f"if {each} is false then 0 else 1" for each in parts)
    lines = [
        f"when Sum({{ {surely} }}) >= {count} then true",
        f"when Sum({{ {possibly} }}) < {count} then false",
        "else null",
    ]
    return f"(case\n{indent(chr(10).join(lines), '  ')}\nend)"


def _comparison(node: Compare, defined: Defined) -> str:
    match defined.element.answer:
        case Number():
            return _number(node, defined)
        case Time(counting):
            return _time(node, counting)
        case _:
            return UNKNOWN


def _number(node: Compare, defined: Defined) -> str:
    scale = defined.scale
    bound = scale.of(node.bound) if scale is not None else None
    if scale is None or bound is None:
        reason = "the bound has more digits than a CQL decimal keeps"
        raise CannotSay(reason)
    return f"{name(node.element)} {node.operator} {bound} {string(scale.unit.ucum)}"


def _time(node: Compare, counting: Counting) -> str:
    span, bound = name(node.element), node.bound
    reaches = f'"Has Lasted"({span}, {calendar(bound)})'
    if counting is Counting.COMPLETED:
        # Who is 75 is at most 75 until the day before the next birthday.
        exceeds = f'"Has Lasted"({span}, {calendar(Quantity(bound.value + 1, bound.unit))})'
    else:
        exceeds = f'"Has Outlasted"({span}, {calendar(bound)})'
    match node.operator:
        case Operator.AT_LEAST:
            return reaches
        case Operator.LESS:
            return f"not {reaches}"
        case Operator.MORE:
            return exceeds
        case Operator.AT_MOST:
            return f"not {exceeds}"
        case Operator.EQUAL:
            return f"({reaches} and not {exceeds})"
