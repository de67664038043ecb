"""
A dictionary's rules, indexed by resource type and code, for reading many resources fast.

What FHIR R4 calls things stands in `core.resource`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from multifidus.chart.fhir import codings_of
from multifidus.core.case import NOT_RECORDED, Basis, Fact
from multifidus.core.coding import OWN_SYSTEM, Days
from multifidus.core.element import Content, Since, SinceAtLatest
from multifidus.core.resource import (
    CODE_FIELDS,
    CONCEPT_REFERENCES,
    END_FIELDS,
    FIELD_NAMES,
    SERVICE_DATE,
    STATUS_FIELDS,
    SUBJECT_FIELDS,
    dated_names,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from multifidus.chart.fhir import Resource
    from multifidus.core.case import Absence
    from multifidus.core.coding import ValueSet
    from multifidus.core.element import DataElement, Dictionary, Filter, Rule

ALWAYS = (Days(),)
"""The validity of what needs no code, or of a code that nobody bounds."""

# All that is read of a resource beside what the rules name.
_ALWAYS_READ = ("status", "item", "value", "interpretation", "focus", "dataAbsentReason")


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that a code leads to, with all that must hold of the resource."""

    name: str
    element: DataElement | None
    rule: Rule
    statuses: tuple[Filter, ...]
    """Whether the resource counts at all."""
    contents: tuple[Filter, ...]
    """Whether it gives this rule's answer; the fields have their names in FHIR."""
    valid: tuple[Days, ...]
    code: str


@dataclass(slots=True)
class Lookup:
    """The rules for one resource type, by the codes that lead to them."""

    kind: str
    dates: tuple[str, ...]
    """The names of the fields that may date such a resource; the first that is there does."""
    subject_field: str
    code_field: str
    concept_reference: str
    value_sets: Mapping[str, ValueSet]
    """Those of the dictionary, among which the codes of some fields must be."""
    roots: tuple[str, ...] = ()
    """How the names of the fields begin that are read of such a resource."""
    by_code: dict[tuple[str, str], list[Hit]] = field(default_factory=dict)
    by_stem: dict[str, list[tuple[str, Hit]]] = field(default_factory=dict)
    always: list[Hit] = field(default_factory=list)
    is_exact: bool = False
    """Whether nothing but a code as it stands leads to a rule."""

    def all(self) -> Iterable[Hit]:
        """Visit every hit, whatever leads to it."""
        yield from self.always
        for hits in self.by_code.values():
            yield from hits
        for stems in self.by_stem.values():
            yield from (hit for _, hit in stems)

    def hits(self, concept: object) -> Sequence[Hit]:
        """
        Find the rules that a concept's codes lead to, each once; any of its codes may be valid.

        Most resources of a record are about something else: one look says so of a concept with one
        code, and nothing more is read of them.
        """
        if self.is_exact:
            try:
                # What is no concept, or one without a code, fails here.
                (coding,) = concept["coding"]  # type: ignore[index]
                return self.by_code.get((coding["system"], coding["code"]), ())
            except (KeyError, TypeError, ValueError):
                pass  # There is more of it, or less: each coding is looked at.
        return self._hits(codings_of(concept))

    def _hits(self, codings: Iterable[Resource]) -> Sequence[Hit]:
        found: Sequence[Hit] = self.always
        for coding in codings:
            system, code = coding.get("system"), coding.get("code")
            if isinstance(system, str) and isinstance(code, str):
                if exact := self.by_code.get((system, code)):
                    found = _merged([*found, *exact]) if found else exact
                stems = self.by_stem.get(system, ())
                if below := [hit for stem, hit in stems if code.startswith(stem)]:
                    found = _merged([*found, *below])
        return found


def _merged(hits: list[Hit]) -> list[Hit]:
    """Give each rule once; any of the codes that led to it may be valid."""
    by_rule: dict[int, Hit] = {}
    for hit in hits:
        first = by_rule.setdefault(id(hit.rule), hit)
        # Nothing need be added to what is always valid, nor to itself.
        if first.valid not in (ALWAYS, hit.valid):
            by_rule[id(hit.rule)] = replace(first, valid=first.valid + hit.valid)
    return hits if len(by_rule) == len(hits) else list(by_rule.values())


class Plan:
    """A dictionary's rules, indexed for reading records; made once, used for many."""

    def __init__(self, dictionary: Dictionary) -> None:
        """Index every rule of every element."""
        self.dictionary = dictionary
        self.silence: Mapping[str, Fact | Absence] = {
            name: silence_of(element) for name, element in dictionary.elements.items()
        }
        """What a record that says nothing of an element means for it."""
        self.lookups: dict[str, Lookup] = {}
        for element in dictionary.elements.values():
            for rule in element.rules:
                self._index(element.name, element, rule)
        for rule in dictionary.service_date:
            self._index(SERVICE_DATE, None, rule)
        for lookup in self.lookups.values():
            lookup.is_exact = not lookup.always and not lookup.by_stem
            lookup.by_code = {code: _merged(hits) for code, hits in lookup.by_code.items()}
            lookup.roots = tuple(dict.fromkeys(self._roots(lookup)))
            for stems in lookup.by_stem.values():
                # Of a class and its subclass the narrower one is counted.
                stems.sort(key=lambda each: -len(each[0]))

    def _index(self, name: str, element: DataElement | None, rule: Rule) -> None:
        dictionary = self.dictionary
        lookup = self._lookup(rule.resource)
        own = {each.field for each in rule.filters}
        counts = dictionary.counts.get(rule.resource, ())
        filters = (*(each for each in counts if each.field not in own), *rule.filters)
        statuses = tuple(each for each in filters if each.field in STATUS_FIELDS)
        contents = tuple(_named(each) for each in filters if each.field not in STATUS_FIELDS)
        hit_of = partial(
            Hit, name=name, element=element, rule=rule, statuses=statuses, contents=contents
        )
        if rule.own:
            code = name.replace("_", "-")
            lookup.by_code.setdefault((OWN_SYSTEM, code), []).append(
                hit_of(valid=ALWAYS, code=code)
            )
        elif not rule.code_in:
            lookup.always.append(hit_of(valid=ALWAYS, code=""))
        for value_set in rule.code_in:
            for each in dictionary.value_sets[value_set].codes:
                valid = ALWAYS if each.valid == Days() else (each.valid,)
                hit = hit_of(valid=valid, code=each.code)
                if each.with_descendants:
                    lookup.by_stem.setdefault(each.system, []).append((each.code, hit))
                else:
                    lookup.by_code.setdefault((each.system, each.code), []).append(hit)

    def _lookup(self, kind: str) -> Lookup:
        if kind not in self.lookups:
            self.lookups[kind] = Lookup(
                kind=kind,
                dates=dated_names(*self.dictionary.dates.get(kind, ())),
                subject_field=SUBJECT_FIELDS.get(kind, "subject"),
                code_field=CODE_FIELDS.get(kind, "code"),
                concept_reference=CONCEPT_REFERENCES.get(kind, ""),
                value_sets=self.dictionary.value_sets,
            )
        return self.lookups[kind]

    def _roots(self, lookup: Lookup) -> Iterable[str]:
        kind = lookup.kind
        yield from _ALWAYS_READ
        yield lookup.code_field
        yield lookup.subject_field
        yield from self.dictionary.dates.get(kind, ())
        if lookup.concept_reference:
            yield lookup.concept_reference
        if kind in END_FIELDS:
            yield END_FIELDS[kind]
        for hit in lookup.all():
            for condition in (*hit.statuses, *hit.contents):
                yield condition.field
            if isinstance(hit.rule.gives, Content | Since | SinceAtLatest):
                yield hit.rule.gives.path


def _named(condition: Filter) -> Filter:
    """Call a field as FHIR does."""
    return replace(condition, field=FIELD_NAMES.get(condition.field, condition.field))


def silence_of(element: DataElement) -> Fact | Absence:
    """Tell what it means when nothing is said of an element: "no" where the dictionary says why."""
    if not element.silence:
        return NOT_RECORDED
    return Fact(value=False, basis=Basis.SILENCE, because=element.silence)
