"""
Which questions of a form can still move the answer: a policy as variables of FHIRPath.

The variables follow the policy's text: a value for each element, a truth for each criterion
(`%S3p1`; empty while it is open), whether a criterion bears an open answer (`%openS3p1`), and
whether an element is asked (`%askedPainVas`).

An element is asked while it is one of the open elements of the determination of the answers so far,
and it stays once it has an answer: a form drops the answers to what it no longer asks, and
the questions that one answer made needless would come back.
FHIR's own `enableWhen` cannot say this, because to it a missing answer is a "no".
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Self

from multifidus.core.element import COUNTED, Choice, Number, Time
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
    parts_of,
)
from multifidus.core.quantity import (
    UCUM,
    UNITS,
    Counting,
    Dimension,
    Operator,
    Quantity,
    days_in,
)
from multifidus.core.resource import DURATION, STATED_ON
from multifidus.errors import NotExpressible
from multifidus.export.fhirpath import (
    UNKNOWN,
    answer,
    conjunction,
    day_of,
    disjunction,
    exceeding,
    literal,
    negation,
    reaching,
    variable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from multifidus.core.element import DataElement
    from multifidus.core.expression import Expression, Leaf
    from multifidus.core.policy import Criterion, Policy

ENGINE = "FHIRPath"
SERVICE_DAY = "%serviceDay"
ANSWER_DAY = "%answerDay"

_MONTH_DIGITS, _YEAR_DIGITS = 7, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A name for the value of an expression; later ones may use it."""

    name: str
    expression: str

    @classmethod
    def of(cls, reference: str, expression: str) -> Self:
        """Define what others refer to with a percent sign before its name."""
        return cls(name=reference.removeprefix("%"), expression=expression)


def asked(element: str) -> str:
    """Ask whether a form asks an element."""
    return variable("asked", element)


class FormLogic:
    """The variables of a policy's form, and what FHIRPath cannot say of it."""

    def __init__(self, policy: Policy) -> None:
        """Translate every criterion; nothing is asked where no chart can move the answer."""
        self.policy = policy
        self._gaps: dict[str, NotExpressible] = {}
        self._elements = [policy.dictionary.elements[name] for name in policy.elements]
        self._tests = list(self._truths(policy.root))

    @property
    def elements(self) -> Sequence[DataElement]:
        """The elements that the policy asks about, in the order of the text."""
        return () if self.policy.about.stance.is_without_position else self._elements

    @property
    def gaps(self) -> tuple[NotExpressible, ...]:
        """The tests that cannot be said, each once."""
        return tuple(self._gaps.values())

    def variables(self) -> Iterator[Variable]:
        """Give the variables, each after those that it uses."""
        if not self.elements:
            return
        for element in self.elements:
            if element.pick not in COUNTED:
                yield from _values(element)
        yield from self._tests
        yield from self._open()
        for element in self.elements:
            yield Variable.of(asked(element.name), self._asked(element))

    # What each criterion comes to

    def _truths(self, criterion: Criterion) -> Iterator[Variable]:
        for part in criterion.parts:
            yield from self._truths(part)
        expression = self._said(criterion, criterion.test)
        yield Variable.of(variable(criterion.id), expression)

    def _said(self, criterion: Criterion, test: Expression) -> str:
        """Say a test; what cannot be said is open, and told."""

        def visit(node: Expression, parts: Sequence[str]) -> str:
            match node:
                case Part():
                    return variable(node.criterion)
                case Compare() | Matches() | Holds():
                    return self._leaf(criterion, node)
                case Not():
                    return negation(parts[0])
                case AllOf():
                    return conjunction(parts)
                case AnyOf():
                    return disjunction(parts)
                case AtLeast():
                    return _at_least(node.count, parts)

        return fold(test, visit)

    def _leaf(self, criterion: Criterion, leaf: Leaf) -> str:
        element = self.policy.dictionary.elements[leaf.element]
        if element.pick in COUNTED:
            return UNKNOWN  # A form does not hold the entries that are counted.
        try:
            return _test(element, leaf)
        except Unsaid as unsaid:
            hint = "the criterion stays open in the form; it is determined from the answers"
            place = f"{ENGINE}: {criterion.id}: {leaf.element}"
            self._gaps[place] = NotExpressible.at(place, str(unsaid), hint)
            return UNKNOWN

    # Which elements are asked

    def _open(self) -> Iterator[Variable]:
        for criterion in self.policy.criteria():
            above = [_open(group.id) for group in self.policy.groups[criterion.id][:1]]
            inner = [
                f"({self._said(group, node)}).empty()"
                for group in self.policy.groups[criterion.id][:1]
                for node in _around(group.test, criterion.id)
            ]
            unknown = f"{variable(criterion.id)}.empty()"
            yield Variable.of(_open(criterion.id), conjunction([*above, *inner, unknown]))

    def _asked(self, element: DataElement) -> str:
        waits = [
            conjunction(
                [_open(criterion.id)]
                + [f"({self._said(criterion, each)}).empty()" for each in around]
            )
            for criterion in self.policy.criteria()
            if element.name in criterion.elements
            for around in _ways(criterion.test, element.name)
        ]
        if element.pick in COUNTED:
            return disjunction(waits)
        links = [element.name]
        if isinstance(element.answer, Time) and element.units:
            links.append(f"{element.name}.{DURATION}")
        return disjunction([*(f"{answer(link)}.exists()" for link in links), *waits])


def _open(criterion: str) -> str:
    """Ask whether a criterion bears an open answer."""
    return variable("open", criterion)


def _around(test: Expression, criterion: str) -> Sequence[Expression]:
    """List the connectives between a group and one of its parts; *not* knows what its part does."""
    return next(iter(_paths(test, Part(criterion))))[1:]


def _ways(test: Expression, element: str) -> Iterator[Sequence[Expression]]:
    """For each place where a test asks about an element, list the connectives above it."""
    for path in _paths(test, element):
        yield path[1:]


def _paths(test: Expression, sought: Part | str) -> Iterator[list[Expression]]:
    found = sought in (test, getattr(test, "element", None))
    if found:
        yield []
    for part in parts_of(test):
        for path in _paths(part, sought):
            yield path if isinstance(test, Not) else [test, *path]


def _at_least(count: int, parts: Sequence[str]) -> str:
    """Count what surely holds and what surely does not: unknown is neither."""
    known = "".join(f".combine({each})" for each in parts)
    holds = f"{UNKNOWN}{known}.where($this).count()"
    fails = f"{UNKNOWN}{known}.where($this.not()).count()"
    return f"iif({holds} >= {count}, true, iif({fails} > {len(parts) - count}, false, {UNKNOWN}))"


# Values


def _values(element: DataElement) -> Iterator[Variable]:
    """Name an element's answer: a truth, an option, a quantity, or the days of a beginning."""
    if not isinstance(element.answer, Time):
        code = ".code" if isinstance(element.answer, Choice) else ""
        said = f"{answer(element.name)}{code}"
        if element.silence:
            # What the dictionary makes of a silent record holds of a form that leaves it out, too.
            said = f"iif({said}.exists(), {said}, false)"
        yield Variable.of(variable(element.name), said)
        return
    since = variable(element.name, "since")
    yield Variable.of(since, day_of(answer(element.name)))
    first, last = _first(since), _last(since)
    if element.units:
        stated, on = variable(element.name, "stated"), variable(element.name, "on")
        words = answer(f"{element.name}.{DURATION}")
        said_on = (
            f"{words.removesuffix('.value')}.extension.where(url = {literal(STATED_ON)}).value"
        )
        yield Variable.of(stated, words)
        yield Variable.of(on, f"iif({said_on}.exists(), {day_of(said_on)}, {ANSWER_DAY})")
        earliest = f"(({_first(on)}).toDate() - {_units(element, stated, 1)} + 1 day).toString()"
        latest = f"(({_last(on)}).toDate() - {_units(element, stated, 0)}).toString()"
        first = f"iif({since}.exists(), {first}, iif({stated}.exists(), {earliest}, {UNKNOWN}))"
        last = f"iif({since}.exists(), {last}, iif({stated}.exists(), {latest}, {UNKNOWN}))"
    yield Variable.of(variable(element.name, "first"), first)
    yield Variable.of(variable(element.name, "last"), last)


def _first(since: str) -> str:
    year = f"iif({since}.length() = {_YEAR_DIGITS}, {since} + '-01-01', {since})"
    return f"iif({since}.length() = {_MONTH_DIGITS}, {since} + '-01', {year})"


def _last(since: str) -> str:
    month = f"(({since} + '-01').toDate() + 1 month - 1 day).toString()"
    year = f"iif({since}.length() = {_YEAR_DIGITS}, {since} + '-12-31', {since})"
    return f"iif({since}.length() = {_MONTH_DIGITS}, {month}, {year})"


def _units(element: DataElement, stated: str, more: int) -> str:
    """Write a stated time as a quantity of calendar units, which FHIRPath tells from UCUM's."""
    word = UNKNOWN
    for code in reversed(element.units):
        word = f"iif({stated}.code = {literal(code)}, ' {UCUM[code].name}', {word})"
    return f"(({stated}.value + {more}).toString() + {word}).toQuantity()"


# Tests


class Unsaid(Exception):  # noqa: N818  a limit on its way to the others
    """Why FHIRPath cannot say a test."""


def _test(element: DataElement, leaf: Leaf) -> str:
    match leaf:
        case Holds(name):
            return variable(name)
        case Matches(name, options):
            return disjunction(f"{variable(name)} = {literal(each)}" for each in options)
        case Compare(_, operator, bound):
            if isinstance(element.answer, Time):
                return _timed(element.name, element.answer.counting, operator, bound)
            return _measured(element, operator, bound)


def _timed(name: str, counting: Counting, operator: Operator, bound: Quantity) -> str:
    """Compare the time from a beginning, of which the first and the last possible day are known."""
    days = UNITS[bound.unit].dimension is Dimension.DAYS
    unit = "days" if days else "months"
    count = ceil(Fraction(bound.value) * UNITS[bound.unit].size)
    reached = _begun(name, reaching(SERVICE_DAY, count, unit))
    if counting is Counting.COMPLETED:
        more = ceil(Fraction(bound.value + 1) * UNITS[bound.unit].size)
        exceeded = _begun(name, reaching(SERVICE_DAY, more, unit))
    else:
        exceeded = _begun(name, exceeding(SERVICE_DAY, count, unit))
    return _by(operator, reached, exceeded)


def _begun(name: str, turn: str) -> str:
    """Whether something began by a day, where its beginning is known from one day to another."""
    first, last = variable(name, "first"), variable(name, "last")
    surely_not = f"iif({first} > {turn}, false, {UNKNOWN})"
    return f"iif({last} <= {turn}, true, {surely_not})"


def _by(operator: Operator, reached: str, exceeded: str) -> str:
    match operator:
        case Operator.AT_LEAST:
            return reached
        case Operator.LESS:
            return negation(reached)
        case Operator.MORE:
            return exceeded
        case Operator.AT_MOST:
            return negation(exceeded)
        case Operator.EQUAL:
            return conjunction([reached, negation(exceeded)])


def _measured(element: DataElement, operator: Operator, bound: Quantity) -> str:
    """Compare a number with a bound that was converted to the unit of the answer, exactly."""
    codes = codes_of(element)
    tests = [_in_unit(element.name, UCUM[code].name, operator, bound) for code in codes]
    said = tests[-1]
    for code, test in zip(reversed(codes[:-1]), reversed(tests[:-1]), strict=True):
        if test != said:
            said = f"iif({variable(element.name)}.code = {literal(code)}, {test}, {said})"
    return said


def codes_of(element: DataElement) -> Sequence[str]:
    """List the UCUM codes that an answer may have, the element's own unit first."""
    unit = element.answer.unit if isinstance(element.answer, Number) else ""
    # A bare number is read in it, and so is one that an entry names no unit for.
    own = [UNITS[unit].ucum] if unit and {*element.units} <= {"none", UNITS[unit].ucum} else []
    return list(dict.fromkeys([*own, *(code for code in element.units if code in UCUM)]))


def _in_unit(name: str, unit: str, operator: Operator, bound: Quantity) -> str:
    low, high = bounds_in(bound, unit)
    value = f"{variable(name)}.value"
    if low == high:
        return f"{value} {operator.value} {low}"
    reached = f"iif({value} >= {high}, true, iif({value} < {low}, false, {UNKNOWN}))"
    exceeded = f"iif({value} > {high}, true, iif({value} <= {low}, false, {UNKNOWN}))"
    return _by(operator, reached, exceeded)


def bounds_in(bound: Quantity, unit: str) -> tuple[str, str]:
    """Convert a bound to another unit: the least and the most that it may be there, in digits."""
    mine, theirs = UNITS[unit], UNITS[bound.unit]
    if mine.dimension is Dimension.DAYS and theirs.dimension is Dimension.MONTHS:
        fewest, most = (Fraction(each) / mine.size for each in days_in(bound))
        return _digits(fewest), _digits(most)
    if mine.dimension is not theirs.dimension:
        if mine.is_time and theirs.is_time:
            message = "months against days: the calendar decides, and FHIRPath has none for numbers"
            raise Unsaid(message)
        return bound.number, bound.number  # The dictionary accepts the unit as another name.
    number = _digits(Fraction(bound.value) * theirs.size / mine.size)
    return number, number


def _digits(number: Fraction) -> str:
    """Write a number without loss; raises `Unsaid` where decimal digits cannot."""
    value = Decimal(number.numerator) / Decimal(number.denominator)
    if Fraction(value) != number:
        message = "the bound has no end in the decimal digits of a unit that the answer may have"
        raise Unsaid(message)
    return f"{value:f}"
