"""
A dictionary as views: ViewDefinitions of SQL on FHIR 2.0.0, one for each element and resource type.

A row of a view is a *candidate*: what one rule reads of one resource. Which candidates count on a
day of service, which of them answers, and what silence means is said over all of a patient's rows,
and so belongs to SQL; a view sees one resource at a time. Each view says in its description what
remains to be done.

The views are compiled from the dictionary's closed vocabulary; no element has code of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from multifidus.core.coding import OWN_SYSTEM, Code, Days
from multifidus.core.element import (
    Constant,
    Content,
    DataElement,
    Effort,
    Nothing,
    Pick,
    Since,
    SinceAtLatest,
    Time,
)
from multifidus.core.quantity import Counting
from multifidus.core.view import snake
from multifidus.errors import NotExpressible
from multifidus.export.fhirpath import literal
from multifidus.export.said import Exported
from multifidus.export.view_answers import answers
from multifidus.export.view_columns import Column, dated, doubted, said, unread, whose
from multifidus.export.view_fields import SHAPES, Shape
from multifidus.export.view_paths import (
    all_of,
    any_of,
    coding_is,
    equals,
    has_coding,
    negated,
)
from multifidus.export.view_resource import Branch, View, constant_of, resource_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from multifidus.core.element import Dictionary, Filter, Rule
    from multifidus.export.view_resource import Json

ENGINE = "ViewDefinition"
NOT_UNDERSTOOD = "it holds no answer that is understood"


def views(dictionary: Dictionary) -> Exported[Mapping[str, Json]]:
    """Compile every rule of a dictionary; views by name, in the order of the dictionary."""
    asked = (_service_date(dictionary), *dictionary.elements.values())
    found = {
        (element.name, rule): _gap(dictionary, element, rule)
        for element in asked
        for rule in element.rules
    }
    made: dict[str, Json] = {}
    for element in asked:
        sound = [rule for rule in element.rules if found[element.name, rule] is None]
        for resource in dict.fromkeys(rule.resource for rule in sound):
            rules = tuple(rule for rule in sound if rule.resource == resource)
            view = _Compiling(dictionary, element, resource, rules).view()
            made[view.name] = resource_of(view)
    if "QuestionnaireResponse" in dictionary.counts:
        made["answers"] = answers(dictionary)
    return Exported(content=made, gaps=tuple(gap for gap in found.values() if gap))


def _service_date(dictionary: Dictionary) -> DataElement:
    """Make an element of the rules that say for which day the service is asked."""
    return DataElement(
        name="service_date",
        label="Date of service",
        question="For which day does the record ask the service?",
        answer=Time(Counting.ELAPSED),
        rules=dictionary.service_date,
        pick=Pick.LATEST,
        effort=Effort.RECORD,
        source="",
    )


def _gap(dictionary: Dictionary, element: DataElement, rule: Rule) -> NotExpressible | None:
    """Tell which field of a rule FHIR R4 does not have where the rule looks for it."""
    shape = SHAPES.get(rule.resource)
    if shape is None:
        return _inexpressible(element, f"views do not read the resource `{rule.resource}`")
    known = {*shape.words, *shape.concepts, *shape.coded}
    asked = [each.field for each in (*dictionary.counts.get(rule.resource, ()), *rule.filters)]
    match rule.gives:
        case Content(field):
            known.add("value" if rule.resource == "Observation" else "")
            asked.append(field)
        case Since(field) | SinceAtLatest(field):
            known |= shape.days.keys()
            asked.append(field)
        case Constant() | Nothing():
            pass
    lacking = [each for each in asked if each not in known]
    lacking += [each for each in dictionary.dates.get(rule.resource, ()) if each not in shape.days]
    if not lacking:
        return None
    return _inexpressible(element, f"`{rule.resource}` has no field `{lacking[0]}` to look at")


def _inexpressible(element: DataElement, message: str) -> NotExpressible:
    hint = "correct the rule in the dictionary, or read that part of records by `multifidus check`"
    return NotExpressible.at(f"{ENGINE}: {element.name}", message, hint)


@dataclass(frozen=True, slots=True)
class _Compiling:
    """The rules of one element for one type of resource, on their way to a view."""

    dictionary: Dictionary
    element: DataElement
    resource: str
    rules: tuple[Rule, ...]

    @property
    def shape(self) -> Shape:
        return SHAPES[self.resource]

    def view(self) -> View:
        element, fields = self.element, self.dictionary.dates.get(self.resource, ())
        branches = [branch for rule in self.rules for branch in self._branches(rule)]
        if any(self._contents(rule) for rule in self.rules):
            branches.append(self._unanswered())
        return View(
            name=f"{element.name}_{snake(self.resource)}",
            title=f"{element.label}: what each {self.resource} says",
            description=_description(self.dictionary, element),
            resource=self.resource,
            # `focus` says that an observation is about somebody or something else.
            where=("focus.empty()",) if self.resource == "Observation" else (),
            columns=(*whose(self.resource), *dated(self.resource, fields), *doubted(self.resource)),
            branches=tuple(_merged(branches)),
            each=self.shape.each,
            days=tuple(day for each in self._validities() for day in _ends(each)),
        )

    # Conditions

    def _statuses(self, rule: Rule) -> tuple[str, ...]:
        """Say when a resource counts: the rule's own conditions go before the general ones."""
        own = {each.field for each in rule.filters}
        general = self.dictionary.counts.get(self.resource, ())
        filters = (*(each for each in general if each.field not in own), *rule.filters)
        return tuple(self._status(each) for each in filters if each.field not in self.shape.coded)

    def _status(self, condition: Filter) -> str:
        field = condition.field
        if field in self.shape.concepts:
            has = has_coding(field, any_of(equals("code", each) for each in condition.among))
        else:
            has = any_of(equals(field, each) for each in condition.among)
        return any_of((f"{field}.empty()", has)) if condition.or_absent else has

    def _contents(self, rule: Rule) -> tuple[str, ...]:
        """Say when a resource gives the rule's answer."""
        return tuple(self._content(each) for each in rule.filters if each.field in self.shape.coded)

    def _content(self, condition: Filter) -> str:
        path = self.shape.coded[condition.field]
        value_sets = self.dictionary.value_sets
        codes = [code for name in condition.among for code in value_sets[name].codes]
        has = has_coding(path, coding_is(codes))
        return any_of((f"{path}.empty()", has)) if condition.or_absent else has

    def _is_about(self, rule: Rule, codes: Iterable[Code]) -> str:
        concept = self.shape.concept
        if rule.own:
            own = Code(system=OWN_SYSTEM, code=self.element.name.replace("_", "-"), label="")
            return has_coding(concept, coding_is([own]))
        codes = tuple(codes)
        return has_coding(concept, coding_is(codes)) if codes else ""

    # Branches

    def _branches(self, rule: Rule) -> Iterator[Branch]:
        """Give a branch for each group of codes that share what the row says of them."""
        columns = tuple(said(self.element, self.resource, rule.gives))
        has_bounds = bool(self._validities())
        for codes in self._grouped(rule):
            valid = codes[0].valid if codes else Days()
            yield Branch(
                statuses=self._statuses(rule),
                conditions=_stated(
                    self._leads_here(rule, codes), *self._contents(rule), _owes(rule)
                ),
                columns=(
                    *columns,
                    *self._counted(codes),
                    *(_validity(valid) if has_bounds else ()),
                ),
            )

    def _leads_here(self, rule: Rule, codes: tuple[Code, ...]) -> str:
        """Say that one of some codes leads to the rule; where codes are counted, the first does."""
        if self.element.pick is not Pick.DISTINCT_CODES:
            return self._is_about(rule, codes)
        everything = [c for name in rule.code_in for c in self.dictionary.value_sets[name].codes]
        first = f"{self.shape.concept}.coding.where({coding_is(everything)}).first()"
        (wide,) = codes
        narrow = [
            each
            for each in everything
            if each.system == wide.system and each != wide and each.code.startswith(wide.code)
        ]
        # A narrower entry is counted in place of the one that it falls under.
        test = all_of((coding_is([wide]), negated(coding_is(narrow)) if narrow else ""))
        return f"{first}.where({test}).exists()"

    def _validities(self) -> tuple[Days, ...]:
        """Give the days on which codes that lead here were valid; none where all always were."""
        found = {
            codes[0].valid if codes else Days()
            for rule in self.rules
            for codes in self._grouped(rule)
        }
        return () if found == {Days()} else tuple(found)

    def _grouped(self, rule: Rule) -> Iterable[tuple[Code, ...]]:
        groups: dict[object, list[Code]] = {}
        for name in rule.code_in:
            for code in self.dictionary.value_sets[name].codes:
                counted = code if self.element.pick is Pick.DISTINCT_CODES else None
                groups.setdefault((code.valid, counted), []).append(code)
        return [tuple(each) for each in groups.values()] or [()]

    def _counted(self, codes: tuple[Code, ...]) -> Iterator[Column]:
        if self.element.pick is Pick.DISTINCT_CODES:
            yield Column("code", literal(codes[0].code), "code")

    def _unanswered(self) -> Branch:
        """Give the resources that are about the element and hold no answer of its rules."""
        by_code: dict[str, list[Rule]] = {}
        for rule in self.rules:
            codes = [c for name in rule.code_in for c in self.dictionary.value_sets[name].codes]
            by_code.setdefault(self._is_about(rule, codes), []).append(rule)
        about = [
            all_of((code, any_of(self._there(rule) for rule in rules)))
            for code, rules in by_code.items()
        ]
        # Where one code leads to all rules, it need not be asked anew of each.
        answered = [
            all_of((code if len(by_code) > 1 else "", *self._contents(rule)))
            for code, rules in by_code.items()
            for rule in rules
        ]
        return Branch(
            statuses=self._statuses(self.rules[0]),
            conditions=_stated(any_of(about), negated(any_of(answered))),
            columns=(unread(NOT_UNDERSTOOD),),
        )

    def _there(self, rule: Rule) -> str:
        """Say that a resource which lacks the rule's answer still speaks of the element."""
        if rule.own:
            return ""
        fields = [each.field for each in rule.filters if each.field in self.shape.coded]
        return any_of(f"{self.shape.coded[each]}.exists()" for each in fields)


def _merged(branches: Iterable[Branch]) -> Iterator[Branch]:
    """Make one branch of those that read the same, of resources that differ in their codes."""
    alike: dict[object, list[Branch]] = {}
    for each in branches:
        alike.setdefault((each.statuses, each.columns), []).append(each)
    for first, *others in alike.values():
        if others:
            either = any_of(all_of(each.conditions) for each in (first, *others))
            yield replace(first, conditions=_stated(either))
        else:
            yield first


def _stated(*conditions: str) -> tuple[str, ...]:
    return tuple(each for each in conditions if each)


def _owes(rule: Rule) -> str:
    """Ask that a field is there; an observation owes a value, and says so without one."""
    if isinstance(rule.gives, Content) and rule.gives.path != "value":
        return f"{rule.gives.path}.exists()"
    return ""


def _ends(valid: Days) -> tuple[date, date]:
    """Give the first and the last day; the ends of the calendar where a side is open."""
    return valid.first or date.min, valid.last or date.max


def _validity(valid: Days) -> Iterator[Column]:
    """Say from when to when the code was valid, so that SQL can say `BETWEEN`."""
    for name, day in zip(("valid_from", "valid_to"), _ends(valid), strict=True):
        yield Column(name, f"%{constant_of(day)}", "date")


def _description(dictionary: Dictionary, element: DataElement) -> str:
    """Say what is asked, and what is left to SQL, in the dictionary's words."""
    window = f", at most {element.window} before the service" if element.window else ""
    silence = f"no because {element.silence}" if element.silence else "unknown"
    return (
        f"{element.question} Each row is a candidate. Pick: {element.pick}{window}."
        f" Silence: {silence}. Dictionary {dictionary.name} {dictionary.version}."
    )
