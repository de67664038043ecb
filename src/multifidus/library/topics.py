"""
What two policies ask, side by side: their claims, brought together by the data elements they share.

Claims that share no element cannot bear on each other. So the first policy implies the second where
it does so topic by topic, and a finding about one topic holds whatever the other topics say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.core.expression import (
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Holds,
    Matches,
    Not,
    Part,
    elements_of,
    notation,
)
from multifidus.core.quantity import Operator
from multifidus.core.truth import T

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multifidus.analysis.statement import Claim, Statement
    from multifidus.core.element import Dictionary
    from multifidus.core.expression import Expression
    from multifidus.core.policy import Criterion

SERVICE = "the service itself"
"""The topic of a claim that asks nothing of the patient, as an exclusion of the service does."""

_FLIPPED = {
    Operator.AT_LEAST: Operator.LESS,
    Operator.LESS: Operator.AT_LEAST,
    Operator.MORE: Operator.AT_MOST,
    Operator.AT_MOST: Operator.MORE,
}


@dataclass(frozen=True)
class Topic:
    """Elements that belong together, and what each of two policies claims of them."""

    elements: tuple[str, ...]
    """In the order of the dictionary; none where the service itself is spoken of."""
    first: tuple[Claim, ...]
    second: tuple[Claim, ...]


def align(
    first: Statement, second: Statement, groups: Sequence[Sequence[str]] | None = None
) -> list[Topic]:
    """
    Bring the claims of two policies together, in the order of the dictionary.

    The groups of elements are those of the two, unless wider ones are given.
    """
    claims = (claims_read(first), claims_read(second))
    wanted = joined(first, second) if groups is None else groups
    topics = [Topic(tuple(each), *(_within(side, each) for side in claims)) for each in wanted]
    return [each for each in topics if each.first or each.second]


def claims_read(statement: Statement) -> tuple[Claim, ...]:
    """Take a policy apart; of one whose position was not read there is nothing."""
    return statement.claims(T) if statement.is_read else ()


def joined(*statements: Statement) -> list[tuple[str, ...]]:
    """Group the elements that any claim of some policies speaks of together."""
    groups: list[set[str]] = []
    for claim in (claim for each in statements for claim in claims_read(each)):
        own = set(elements_of(requirement(claim)))
        touched = [each for each in groups if each & own or each == own]
        groups = [each for each in groups if each not in touched]
        groups.append(own.union(*touched))
    order = elements_in_order(*(each.policy.dictionary for each in statements))
    found = [tuple(sorted(each, key=order.index)) for each in groups]
    return sorted(found, key=lambda each: [order.index(name) for name in each])


def elements_in_order(*dictionaries: Dictionary) -> list[str]:
    """List the elements of dictionaries as they stand there, each once."""
    return list(dict.fromkeys(name for each in dictionaries for name in each.elements))


def _within(claims: Sequence[Claim], group: Sequence[str]) -> tuple[Claim, ...]:
    found = ((claim, elements_of(requirement(claim))) for claim in claims)
    return tuple(
        claim for claim, own in found if set(own) <= set(group) and bool(own) is bool(group)
    )


def requirement(claim: Claim) -> Expression:
    """Say what a claim requires of a patient, in one expression over data elements."""
    whole = _spelled(claim.about.criterion)
    return whole if claim.truth is T else _contrary(whole)


def _spelled(criterion: Criterion) -> Expression:
    """Put the tests of the parts in the place of the parts."""
    below = {part.id: part for part in criterion.parts}

    def spell(expression: Expression) -> Expression:
        match expression:
            case Part(name):
                return _spelled(below[name])
            case Not(part):
                return Not(spell(part))
            case AllOf(parts):
                return AllOf(tuple(map(spell, parts)))
            case AnyOf(parts):
                return AnyOf(tuple(map(spell, parts)))
            case AtLeast(count, parts):
                return AtLeast(count, tuple(map(spell, parts)))
            case _:
                return expression

    return spell(criterion.test)


def _contrary(expression: Expression) -> Expression:
    """Turn a test round the way a reader would put it."""
    match expression:
        case Not(part):
            return part
        case Compare(element, operator, bound) if operator in _FLIPPED:
            return Compare(element, _FLIPPED[operator], bound)
        case AnyOf(parts) if parts:
            return AllOf(tuple(map(_contrary, parts)))
        case AllOf(parts) if parts:
            return AnyOf(tuple(map(_contrary, parts)))
        case _:
            return Not(expression)


def words_of(claims: Sequence[Claim], element: str = "") -> str:
    """
    Write what claims require, in the notation of policies.

    For a cell whose row already names the element, its name is left out.
    """
    told = dict.fromkeys(requirement(claim) for claim in claims)
    asked = [each for each in told if not element or element in elements_of(each)]
    words = [_short(each, element) for each in asked]
    if len(words) > 1:
        words = [f"({each})" if " or " in each else each for each in words]
    return " and ".join(words)


def _short(expression: Expression, element: str) -> str:
    match expression:
        case AnyOf(()):
            return "excluded"
        case AllOf(()):
            return "nothing"
        case Holds(name) if name == element:
            return "yes"
        case Not(Holds(name)) if name == element:
            return "no"
        case Compare(name, operator, bound) if name == element:
            return f"{operator} {bound}"
        case Matches(name, options) if name == element:
            return " or ".join(options)
        case Not(Matches(name, options)) if name == element:
            return f"not {' or '.join(options)}"
        case AllOf(parts) if set(elements_of(expression)) == {element}:
            return " and ".join(_short(part, element) for part in parts)
        case _:
            return notation(expression)
