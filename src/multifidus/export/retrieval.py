"""
Where a record keeps what a dictionary's rules ask for: queries, and the entries that count.

Each type of resource is fetched once, as a Bundle that a variable of the form holds; the entries
about an element are chosen among them by status, code and the days on which a code was valid.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from multifidus.core.coding import OWN_SYSTEM, Code, Days
from multifidus.core.element import Since
from multifidus.export.fhirpath import (
    among,
    combined,
    conjunction,
    day_of,
    disjunction,
    extreme,
    literal,
)
from multifidus.export.form_logic import SERVICE_DAY, Variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from multifidus.core.element import DataElement, Dictionary, Filter, Gives, Rule

_CODES: Mapping[str, str] = {
    "DeviceRequest": "code.ofType(CodeableConcept)",
    "MedicationAdministration": "medication.ofType(CodeableConcept)",
    "MedicationRequest": "medication.ofType(CodeableConcept)",
    "MedicationStatement": "medication.ofType(CodeableConcept)",
}
"""Where a resource says what it is about, if not in `code`."""
_OF_SEVERAL_TYPES = frozenset({"effective", "onset", "performed", "occurrence", "value"})
_STATUSES = frozenset({"status", "clinicalStatus", "verificationStatus", "intent", "use"})
_CODE_STATUSES = frozenset({"status", "intent", "use"})
"""Statuses that are a code; the others are a concept."""
_PERIODS = frozenset({"period"})
_PATIENTS: Mapping[str, str] = {"Coverage": "beneficiary"}
_NOT_FETCHED = frozenset({"Claim", "Patient"})
_SERVICE_DATE = "service_date"


def bundle_of(resource: str) -> str:
    """
    Name the variable that holds the patient's resources of a type.

    >>> bundle_of("ServiceRequest")
    'serviceRequests'
    """
    return f"{resource[:1].lower()}{resource[1:]}s"


def field_of(field: str, kind: str = "dateTime") -> str:
    """
    Name a field, and of one that has several types the one that is read.

    >>> field_of("onset"), field_of("value", "Quantity"), field_of("recordedDate")
    ('onset.ofType(dateTime)', 'value.ofType(Quantity)', 'recordedDate')
    """
    return f"{field}.ofType({kind})" if field in _OF_SEVERAL_TYPES else field


def own_code(word: str) -> Code:
    """Give a code of the dictionary's own system."""
    return Code(system=OWN_SYSTEM, code=word, label="")


def code_test(code: Code) -> str:
    """Ask whether a coding is a code."""
    return f"system = {literal(code.system)} and code = {literal(code.code)}"


def statuses_of(rule: Rule) -> tuple[Filter, ...]:
    """Give the statuses that a rule names in place of those that hold for its type."""
    return tuple(each for each in rule.filters if each.field in _STATUSES)


def service_day(dictionary: Dictionary) -> str:
    """Give the last of the days for which the record asks the service, else today."""
    days = [
        f"({Retrieval(dictionary, _SERVICE_DATE, [rule]).entries(rule.resource)})"
        f".select({day_of(field_of(rule.gives.path))})"
        for rule in dictionary.service_date
        if isinstance(rule.gives, Since)
    ]
    if not days:
        return "today().toString()"
    said = extreme(f"({combined(days)}).where(length() = 10)", ">")
    return f"iif(({said}).exists(), {said}, today().toString())"


def queries(dictionary: Dictionary, elements: Iterable[DataElement]) -> Iterator[Variable]:
    """Fetch what the elements ask of the patient's record, and no more of it."""
    asked = [(each.name, rule) for each in elements for rule in each.rules]
    asked += [(_SERVICE_DATE, rule) for rule in dictionary.service_date]
    asked = sorted(
        (each for each in asked if each[1].resource not in _NOT_FETCHED),
        key=lambda each: each[1].resource,
    )
    for resource, found in groupby(asked, key=lambda each: each[1].resource):
        codes = [code for name, rule in found for code in _codes(dictionary, name, rule)]
        patient = _PATIENTS.get(resource, "patient")
        query = f"{resource}?{patient}={{{{%patient.id}}}}{_search(codes)}"
        yield Variable(name=bundle_of(resource), expression=query)


def _search(codes: Sequence[Code]) -> str:
    """List the codes that are searched for; all, where a code stands for those below it."""
    if not codes or any(each.with_descendants for each in codes):
        return ""
    words = dict.fromkeys(f"{each.system}|{each.code}" for each in codes)
    return f"&code={','.join(words)}"


class Retrieval:
    """The entries of a record that some rules ask for."""

    def __init__(self, dictionary: Dictionary, name: str, rules: Sequence[Rule]) -> None:
        """Take the rules of one element; `name` is the code of those that ask for its own."""
        self._dictionary = dictionary
        self._name = name
        self.rules = rules

    def by_kind(self) -> Mapping[str, Sequence[Rule]]:
        """Sort the rules by the type of resource that they read."""
        kinds = dict.fromkeys(rule.resource for rule in self.rules)
        return {kind: [rule for rule in self.rules if rule.resource == kind] for kind in kinds}

    def gives(self) -> Iterator[tuple[str, Gives]]:
        """Tell what is read of each type of resource, each once."""
        yield from dict.fromkeys((rule.resource, rule.gives) for rule in self.rules)

    def entries(self, kind: str) -> str:
        """Find the resources of a type that count, whatever they say."""
        return f"%{bundle_of(kind)}.entry.resource.where({self._tests(self.by_kind()[kind])})"

    def _tests(self, rules: Sequence[Rule]) -> str:
        kind = rules[0].resource
        statuses = [_filter(each) for each in self._statuses(rules[0])]
        codes = [code for rule in rules for code in _codes(self._dictionary, self._name, rule)]
        tests = [*statuses, *([disjunction(self._coded(kind, codes))] if codes else [])]
        if kind == "Coverage":
            end = day_of("period.end")
            tests.append(f"period.end.empty() or {end} >= {SERVICE_DAY}")
        return conjunction(tests)

    def _statuses(self, rule: Rule) -> Iterator[Filter]:
        own = statuses_of(rule)
        named = {each.field for each in own}
        yield from (
            each
            for each in self._dictionary.counts.get(rule.resource, ())
            if each.field in _STATUSES and each.field not in named
        )
        yield from own

    def _coded(self, kind: str, codes: Sequence[Code]) -> Iterator[str]:
        """Ask for codes, those of one system and validity together."""
        alike: dict[tuple[str, Days], list[Code]] = {}
        for code in dict.fromkeys(codes):
            alike.setdefault((code.system, code.valid), []).append(code)
        coding = f"{_CODES.get(kind, 'code')}.coding"
        for (system, valid), members in alike.items():
            exact = dict.fromkeys(each.code for each in members if not each.with_descendants)
            stems = dict.fromkeys(each.code for each in members if each.with_descendants)
            names = [among("code", exact)] if exact else []
            names += [f"code.startsWith({literal(each)})" for each in stems]
            test = conjunction([f"system = {literal(system)}", disjunction(names)])
            found = f"{coding}.where({test})"
            yield conjunction([f"{found}.exists()", *self._valid(kind, valid)])

    def _valid(self, kind: str, valid: Days) -> Iterator[str]:
        day = self.day(kind)
        if valid.first:
            yield f"{day} >= {literal(str(valid.first))}"
        if valid.last:
            yield f"{day} <= {literal(str(valid.last))}"

    def contents(self, rule: Rule) -> list[str]:
        """What must hold of an entry for it to give a rule's answer."""
        tests = [_filter_of(self._dictionary, each) for each in self._contents(rule)]
        codes = _codes(self._dictionary, self._name, rule)
        others = [
            _codes(self._dictionary, self._name, each) for each in self.by_kind()[rule.resource]
        ]
        if any(each != codes for each in others):
            tests.insert(0, disjunction(self._coded(rule.resource, codes)))
        return tests

    def _contents(self, rule: Rule) -> Iterator[Filter]:
        return (each for each in rule.filters if each.field not in _STATUSES)

    def day(self, kind: str) -> str:
        """Give the day that dates a resource of a type, in its own context."""
        fields = self._dictionary.dates.get(kind, ())
        paths = [f"{each}.start" if each in _PERIODS else field_of(each) for each in fields]
        said = paths[-1]
        for field, path in zip(reversed(fields[:-1]), reversed(paths[:-1]), strict=True):
            said = f"iif({field}.exists(), {path}, {said})"
        return day_of(said)


def _codes(dictionary: Dictionary, name: str, rule: Rule) -> list[Code]:
    if rule.own:
        return [own_code(name.replace("_", "-"))]
    return [code for each in rule.code_in for code in dictionary.value_sets[each].codes]


def _filter(condition: Filter) -> str:
    if condition.field in _CODE_STATUSES:
        test = among(condition.field, condition.among)
    else:
        test = f"{condition.field}.coding.where({among('code', condition.among)}).exists()"
    return f"{condition.field}.empty() or {test}" if condition.or_absent else test


def _filter_of(dictionary: Dictionary, condition: Filter) -> str:
    """Ask whether a field holds a code of one of some value sets."""
    field = field_of(condition.field, "CodeableConcept")
    codes = [code for name in condition.among for code in dictionary.value_sets[name].codes]
    test = f"{field}.coding.where({disjunction(code_test(each) for each in codes)}).exists()"
    return f"{condition.field}.empty() or {test}" if condition.or_absent else test
