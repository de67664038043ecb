"""
Eight node kinds and one fold over them.

Four ask of the case: `Compare`, `Matches`, `Holds`, and `Part`, which asks of a
criterion below. Four connect: `Not`, `AllOf`, `AnyOf`, `AtLeast`.
*none of* is `Not(AnyOf(…))`. An empty `AnyOf` cannot be met, an empty `AllOf` cannot fail.
No node asks whether something is recorded: a new fact could then unsettle an answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from multifidus.core.quantity import Operator, Quantity

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Compare:
    """A number or time against a bound: `oswestry_index >= 21 points`."""

    element: str
    operator: Operator
    bound: Quantity


@dataclass(frozen=True, slots=True)
class Matches:
    """One of the element's options: `prone_instability_test is positive`."""

    element: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Holds:
    """A yes-or-no element: `spine_surgery_indicated`."""

    element: str


@dataclass(frozen=True, slots=True)
class Part:
    """A criterion below, by its id."""

    criterion: str


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary."""

    part: Expression


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One part or more."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """So many parts or more."""

    count: int
    parts: tuple[Expression, ...]


Leaf = Compare | Matches | Holds
Expression = Compare | Matches | Holds | Part | Not | AllOf | AnyOf | AtLeast


_WITHOUT_PARTS = (Compare, Matches, Holds, Part)


def parts_of(expression: Expression) -> tuple[Expression, ...]:
    """Give the expressions directly below this one."""
    match expression:
        case Compare() | Matches() | Holds() | Part():
            return ()
        case Not(part):
            return (part,)
        case AllOf(parts) | AnyOf(parts) | AtLeast(_, parts):
            return parts


def fold(
    expression: Expression, visit: Callable[[Expression, tuple[Result, ...]], Result]
) -> Result:
    """
    Compute something of an expression from the same thing of its parts.

    `visit` is called with a node and the results of its parts, parts first.
    """
    if isinstance(expression, _WITHOUT_PARTS):
        return visit(expression, ())
    return visit(expression, tuple([fold(part, visit) for part in parts_of(expression)]))


def leaves(expression: Expression) -> Iterator[Leaf]:
    """List the tests over data elements, in the order of the text."""
    if isinstance(expression, Leaf):
        yield expression
    for part in parts_of(expression):
        yield from leaves(part)


def elements_of(expression: Expression) -> tuple[str, ...]:
    """List the data elements that an expression speaks of, each once, in the order of the text."""
    return tuple(dict.fromkeys(leaf.element for leaf in leaves(expression)))


def notation(expression: Expression) -> str:
    """
    Write a test as policies write it.

    >>> notation(Not(Holds("spine_surgery_indicated")))
    'not spine_surgery_indicated'
    """
    match expression:
        case Compare(element, operator, bound):
            return f"{element} {operator} {bound}"
        case Matches(element, (option,)):
            return f"{element} is {option}"
        case Matches(element, options):
            return f"{element} is one of {', '.join(options)}"
        case Holds(element):
            return element
        case Part(criterion):
            return criterion
        case Not(part):
            return f"not {_grouped(part)}"
        case AllOf(parts):
            return " and ".join(_grouped(part) for part in parts)
        case AnyOf(parts):
            return " or ".join(_grouped(part) for part in parts)
        case AtLeast(count, parts):
            return f"at least {count} of {', '.join(_grouped(part) for part in parts)}"


def connective(test: Expression) -> str:
    """Name the connective of a group."""
    match test:
        case AllOf():
            return "all of"
        case AnyOf():
            return "any of"
        case Not(AnyOf()):
            return "none of"
        case AtLeast(count):
            return f"at least {count} of"
        case _:
            message = "only a group has a connective"
            raise ValueError(message)


def _grouped(part: Expression) -> str:
    text = notation(part)
    return f"({text})" if isinstance(part, AllOf | AnyOf | AtLeast) else text
