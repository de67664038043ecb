"""
What a record answers of a form by itself: the dictionary's rules as FHIRPath.

An expression gives the element's value or nothing. Whatever is not certain to be read as
`chart.derive` reads it (entries without a full day, a value in another shape, entries that
contradict each other) gives nothing, and a person is asked: an answer that is filled in and wrong
would be worse than a question.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.core.coding import YES_NO_INDICATOR
from multifidus.core.element import (
    COUNTED,
    Choice,
    Constant,
    Content,
    Nothing,
    Number,
    Pick,
    Since,
    SinceAtLatest,
    Time,
    YesNo,
)
from multifidus.core.quantity import UCUM, Quantity
from multifidus.export.fhirpath import (
    UNKNOWN,
    combined,
    conjunction,
    day_of,
    disjunction,
    exceeding,
    extreme,
    literal,
    united,
    variable,
)
from multifidus.export.form_logic import SERVICE_DAY, Unsaid, Variable, bounds_in, codes_of
from multifidus.export.retrieval import (
    Retrieval,
    bundle_of,
    code_test,
    field_of,
    own_code,
    statuses_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from multifidus.core.element import DataElement, Dictionary, Rule

_FULL = "matches('^[0-9]{4}-[0-9]{2}-[0-9]{2}$')"
_LAST_DAY = (
    "iif($this.length() = 7, $this + '-31', iif($this.length() = 4, $this + '-12-31', $this))"
)
"""The last day that a month or a year may mean, good enough to put days in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefill:
    """How an element is filled in: variables of its item, and the expression of its answer."""

    variables: tuple[Variable, ...] = ()
    expression: str = ""
    """Empty where FHIRPath does not say it."""
    because: str = ""
    """Why it does not."""


def prefill(dictionary: Dictionary, element: DataElement) -> Prefill:
    """Say in FHIRPath how a record answers an element, or why that is not said."""
    if element.pick in COUNTED:
        return Prefill(because="it is counted, and takes no answer")
    if any(rule.resource == "Patient" for rule in element.rules):
        return Prefill(expression="%patient.birthDate")
    rules = [rule for rule in element.rules if not _is_passed_over(element, rule)]
    if not rules or any(rule.resource == "Claim" for rule in rules):
        return Prefill(because="a record keeps it nowhere, or in the items of a claim")
    if len({(rule.resource, statuses_of(rule)) for rule in rules}) > len(
        {rule.resource for rule in rules}
    ):
        return Prefill(because="entries of one type count by different statuses")
    filling = _Filling(dictionary, element, rules)
    try:
        return filling.span() if element.pick is Pick.SPAN else filling.picked()
    except Unsaid as unsaid:
        return Prefill(because=str(unsaid))


def _is_passed_over(element: DataElement, rule: Rule) -> bool:
    """Whether to leave a claim out can only leave a question open: it would be one more *yes*."""
    yes = rule.gives == Constant(value=True)
    return rule.resource == "Claim" and element.pick is Pick.ANY and yes


class _Filling:
    """The rules of one element on their way to an expression; types of resources stay apart."""

    def __init__(self, dictionary: Dictionary, element: DataElement, rules: Sequence[Rule]) -> None:
        self.element = element
        self.found = Retrieval(dictionary, element.name, rules)
        self.kinds = self.found.by_kind()
        self.days = {kind: self.found.day(kind) for kind in self.kinds}

    def picked(self) -> Prefill:
        """Choose among the entries, and give what all of the chosen say."""
        pick = self.element.pick
        variables = [*self._entries()]
        if pick is Pick.ANY:
            said = self._any()
        else:
            variables += self._chosen()
            answers = self._each("picked", ".select({answer})")
            variables.append(Variable(name="answers", expression=combined(answers)))
            said = self._extreme() if pick in (Pick.HIGHEST, Pick.LOWEST) else self._agreed()
        if self.element.silence:
            silent = conjunction(self._each("found", ".empty()"))
            said = f"iif({silent}, false, {said})"
        return Prefill(variables=tuple(variables), expression=said)

    def _each(self, name: str, path: str) -> list[str]:
        """Say the same of the entries of each type, with their `{day}` and their `{answer}`."""
        return [
            _of_kind(name, kind)
            + path.replace("{day}", self.days[kind]).replace("{answer}", self._answer(kind))
            for kind in self.kinds
        ]

    def _entries(self) -> Iterator[Variable]:
        """Find what is about the element and is not dated after the service."""
        for kind, day in self.days.items():
            test = disjunction([f"{day}.empty()", f"{day} <= {SERVICE_DAY}"])
            entries = f"{self.found.entries(kind)}.where({test})"
            yield Variable.of(_of_kind("found", kind), entries)

    def _chosen(self) -> Iterator[Variable]:
        by_day = self.element.pick in (Pick.LATEST, Pick.EARLIEST)
        if by_day:
            sign = ">" if self.element.pick is Pick.LATEST else "<"
            newest = extreme(combined(self._each("found", ".select({day})")), sign)
            yield Variable(name="pickedDay", expression=newest)
        for kind, day in self.days.items():
            chosen = _of_kind("found", kind)
            if by_day:
                chosen += f".where({day} = %pickedDay)"
            if window := self.element.window:
                turn = exceeding(SERVICE_DAY, int(window.value), window.unit)
                chosen += f".where({day} > {turn})"
            yield Variable.of(_of_kind("picked", kind), chosen)

    def _is_dated(self) -> str:
        """Whether the days of the entries are as precise as the choice among them asks."""
        by_day = self.element.window or self.element.pick in (Pick.LATEST, Pick.EARLIEST)
        test = f"{{day}}.{_FULL}" if by_day else f"{{day}}.empty() or {{day}}.{_FULL}"
        return conjunction(self._each("found", f".all({test})"))

    def _agreed(self) -> str:
        return self._if_all("%answers.distinct().count() = 1", "%answers.first()")

    def _extreme(self) -> str:
        value = extreme("%answers.value", ">" if self.element.pick is Pick.HIGHEST else "<")
        one_unit = "%answers.code.distinct().count() = 1"
        return self._if_all(one_unit, f"%answers.where(value = {value}).first()")

    def _if_all(self, test: str, said: str) -> str:
        answered = self._each("picked", ".all(({answer}).exists())")
        if isinstance(self.element.answer, Time):
            said = f"{said}.toDate()"
        return f"iif({conjunction([self._is_dated(), *answered, test])}, {said}, {UNKNOWN})"

    def _any(self) -> str:
        """Say yes if one entry does, unless a *no* of the same day or later speaks against it."""
        no, yes = (
            (
                combined(self._each("found", f".where(({{answer}}) = {each})")),
                extreme(
                    combined(self._each("found", f".where(({{answer}}) = {each}).select({{day}})")),
                    ">",
                ),
            )
            for each in ("false", "true")
        )
        full = conjunction(self._each("found", f".all({{day}}.{_FULL})"))
        unopposed = disjunction([f"{no[0]}.empty()", conjunction([full, f"{no[1]} < {yes[1]}"])])
        holds = conjunction([self._is_dated(), f"{yes[0]}.exists()", unopposed])
        all_of_them = f"{no[0]}.count() = {combined(self._each('found', ''))}.count()"
        fails = conjunction([f"{no[0]}.exists()", all_of_them])
        return f"iif({holds}, true, iif({fails}, false, {UNKNOWN}))"

    # A time since the earliest start

    def span(self) -> Prefill:
        """Give the earliest day on which it began, if no entry shows that it was there before."""
        starts, bounds, checks = [], [], [self._is_dated()]
        for kind, gives in self.found.gives():
            here = _of_kind("found", kind)
            lasting = f"{here}.where(abatement.empty())" if kind == "Condition" else here
            match gives:
                case Content(path) | Since(path):
                    field = field_of(path)
                    starts.append(f"{lasting}.select({day_of(field)})")
                    checks.append(f"{here}.all({path}.empty() or {field}.exists())")
                case SinceAtLatest(path):
                    bounds.append(f"{lasting}.select({day_of(field_of(path))})")
                case Constant() | Nothing():
                    pass  # That it is there says nothing of when it began.
        begun = f"{combined(starts)}.where($this <= {SERVICE_DAY})"
        first = extreme(f"%begun.select({_LAST_DAY})", "<")
        tests = [*checks, "%begun.exists()"]
        if bounds:
            seen = combined(bounds)
            earliest = extreme(f"{seen}.select({_LAST_DAY})", "<")
            tests.append(f"{seen}.empty() or {first} <= {earliest}")
        said = f"%begun.where(({_LAST_DAY}) = {first}).first().toDate()"
        variables = (*self._entries(), Variable(name="begun", expression=begun))
        expression = f"iif({conjunction(tests)}, {said}, {UNKNOWN})"
        return Prefill(variables=variables, expression=expression)

    # What an entry says

    def _answer(self, kind: str) -> str:
        """Give the answers of one entry: none if it is not read, two if it contradicts itself."""
        return united(self._said(rule) for rule in self.kinds[kind])

    def _said(self, rule: Rule) -> str:
        tests = self.found.contents(rule)
        if rule.resource == "Observation":
            tests.append("dataAbsentReason.empty()")
        if rule.resource == "Condition":
            tests.append("abatement.empty()")
        said = self._given(rule)
        return f"iif({conjunction(tests)}, {said}, {UNKNOWN})" if tests else said

    def _given(self, rule: Rule) -> str:
        match rule.gives:
            case Constant(value):
                return self._option(value) if isinstance(value, str) else str(value).lower()
            case Content(path):
                return self._read(field=path)
            case Since(path):
                return day_of(field_of(path))
            case SinceAtLatest() | Nothing():
                return UNKNOWN

    def _option(self, option: str) -> str:
        """Give an option as the form itself writes it."""
        item = f"%questionnaire.repeat(item).where(linkId = {literal(self.element.name)})"
        return f"{item}.answerOption.value.where(code = {literal(option)})"

    def _read(self, *, field: str) -> str:
        element = self.element
        concept = field_of(field, "CodeableConcept")
        match element.answer:
            case YesNo():
                codings = [
                    f"{concept}.coding.where({_yes_or_no(word)}).select({word_is})"
                    for word, word_is in (("yes", "true"), ("no", "false"))
                ]
                return united([field_of(field, "boolean"), *codings])
            case Choice(options):
                said = [
                    f"iif({concept}.coding.where({code_test(own_code(option))}).exists(),"
                    f" {self._option(option)}, {UNKNOWN})"
                    for option in options
                ]
                return united(said)
            case Number():
                tests = [_within(element.answer, code) for code in codes_of(element)]
                test = conjunction(["comparator.empty()", disjunction(tests)])
                return f"{field_of(field, 'Quantity')}.where({test})"
            case Time():
                return day_of(field_of(field))


def _of_kind(name: str, kind: str) -> str:
    return variable(name, bundle_of(kind))


def _yes_or_no(word: str) -> str:
    theirs = f"system = {literal(YES_NO_INDICATOR)} and code = {literal(word[0].upper())}"
    return disjunction([code_test(own_code(word)), theirs])


def _within(answer: Number, code: str) -> str:
    unit = UCUM[code].name
    low, _ = bounds_in(Quantity(answer.low, answer.unit), unit)
    _, high = bounds_in(Quantity(answer.high, answer.unit), unit)
    return f"code = {literal(code)} and value >= {low} and value <= {high}"
