"""
A dictionary's rules as tables: what a query joins resources with, instead of a branch for each.

An element is a number here, its place in the dictionary; a rule is a number too. What is particular
about an element (its codes, options, units, bounds, window) is a row of some table, so that one
query reads every element, and no element has a line of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from multifidus.columnar import layout
from multifidus.core.coding import OWN_SYSTEM, Days
from multifidus.core.element import Number
from multifidus.core.quantity import UCUM, UNITS
from multifidus.core.resource import SERVICE_DATE, STATUS_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus.core.element import AnswerType, DataElement, Dictionary, Filter, Rule
    from multifidus.core.quantity import Unit

NO_ELEMENT = 65_535
"""The number of a record's own date of service, which is no element of the dictionary."""


class Hit(NamedTuple):
    """A code that leads to a rule; of a stem, every code that begins with it."""

    rule: int
    system: str
    code: str
    is_stem: bool
    valid: Days | None
    """None where it is always valid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """A rule with its number, the number of its element, and what must hold of the resource."""

    number: int
    element: int
    rule: Rule
    answer: AnswerType | None
    """None for a date of service."""
    statuses: tuple[Filter, ...]
    contents: tuple[Filter, ...]

    @property
    def is_always(self) -> bool:
        """Whether every resource of its type leads to it, without a code."""
        return not self.rule.own and not self.rule.code_in


class Accepted(NamedTuple):
    """A unit in which an element's number may be written, and its size in the kept unit."""

    element: int
    written: str
    size: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """A dictionary, laid out as rows."""

    dictionary: Dictionary
    rules: tuple[Numbered, ...]
    hits: tuple[Hit, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        """List the types of resources that are asked, each once."""
        return tuple(dict.fromkeys(each.rule.resource for each in self.rules))

    def of_kind(self, kind: str) -> tuple[Numbered, ...]:
        """Give the rules for a type of resource."""
        return tuple(each for each in self.rules if each.rule.resource == kind)

    def codes(self) -> Iterator[tuple[str, bool]]:
        """Give the codes that lead to any rule, and whether each is a stem."""
        yield from dict.fromkeys((each.code, each.is_stem) for each in self.hits)


def tables(dictionary: Dictionary) -> Tables:
    """Lay out a dictionary as rows."""
    rules = tuple(_numbered(dictionary))
    hits = tuple(hit for each in rules for hit in _hits(dictionary, each))
    return Tables(dictionary=dictionary, rules=rules, hits=hits)


def _numbered(dictionary: Dictionary) -> Iterator[Numbered]:
    asked = [
        (place, element.answer, rule)
        for place, element in enumerate(dictionary.elements.values())
        for rule in element.rules
    ]
    dated = [(NO_ELEMENT, None, rule) for rule in dictionary.service_date]
    for number, (place, answer, rule) in enumerate([*asked, *dated]):
        own = {each.field for each in rule.filters}
        counts = dictionary.counts.get(rule.resource, ())
        filters = (*(each for each in counts if each.field not in own), *rule.filters)
        yield Numbered(
            number=number,
            element=place,
            rule=rule,
            answer=answer,
            statuses=tuple(each for each in filters if each.field in STATUS_FIELDS),
            contents=tuple(each for each in filters if each.field not in STATUS_FIELDS),
        )


def name_of(dictionary: Dictionary, element: int) -> str:
    """Give the name of an element by its number."""
    return SERVICE_DATE if element == NO_ELEMENT else [*dictionary.elements][element]


def _hits(dictionary: Dictionary, numbered: Numbered) -> Iterator[Hit]:
    rule = numbered.rule
    if rule.own:
        name = name_of(dictionary, numbered.element).replace("_", "-")
        yield Hit(numbered.number, OWN_SYSTEM, name, is_stem=False, valid=None)
        return
    for value_set in rule.code_in:
        for each in dictionary.value_sets[value_set].codes:
            valid = None if each.valid == Days() else each.valid
            yield Hit(numbered.number, each.system, each.code, each.with_descendants, valid)


def accepted(dictionary: Dictionary) -> Iterator[Accepted]:
    """List the units in which numbers may be written, by element."""
    for place, element in enumerate(dictionary.elements.values()):
        if isinstance(element.answer, Number):
            for written, unit in _accepted(element):
                yield Accepted(place, written, _size(element.answer, unit))


def _accepted(element: DataElement) -> Iterator[tuple[str, Unit]]:
    for written in dict.fromkeys([*UCUM, *UNITS]):
        unit = UCUM.get(written) or UNITS[written]
        if unit.ucum in element.units:
            yield written, unit


def _size(answer: Number, unit: Unit) -> Fraction:
    """Give the size of a unit in the unit that the table keeps; another name's is the answer's."""
    asked = UNITS[answer.unit]
    if unit.dimension is not asked.dimension:
        unit = asked
    return unit.size / (1 if asked.is_time else layout.kept_unit(answer).size)


def bounds(answer: Number) -> tuple[Fraction, Fraction]:
    """Give the lowest and the highest number of an answer, in the unit that the table keeps."""
    size = _size(answer, UNITS[answer.unit])
    return Fraction(answer.low) * size, Fraction(answer.high) * size


def bare_size(element: DataElement) -> Fraction | None:
    """Give the size of a number without a unit in the kept unit; None where it needs one."""
    if not isinstance(element.answer, Number) or "none" not in element.units:
        return None
    return _size(element.answer, UNITS[element.answer.unit])


def decimal(number: Fraction) -> Decimal | None:
    """Give a number as a decimal, exactly; None if it has none, or a very long one."""
    scaled = number * 10**DECIMALS_OF_SIZES
    return Decimal(int(scaled)).scaleb(-DECIMALS_OF_SIZES) if scaled.denominator == 1 else None


DECIMALS_OF_SIZES = 6
"""A size of a unit with more decimals is left to the interpreter."""
