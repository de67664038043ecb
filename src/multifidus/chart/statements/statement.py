"""
What one resource says of the dictionary's elements: statements, each with its date and address.

A resource that does not count (by its status) says nothing. One that counts but cannot be read
makes a statement without a value, which says why.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from multifidus.chart.fhir import codings_of, date_in, first_date, read_date
from multifidus.chart.statements.plan import ALWAYS
from multifidus.chart.statements.value import read_content
from multifidus.core.case import Basis, Provenance
from multifidus.core.element import Constant, Content, Nothing, Since, SinceAtLatest, Time
from multifidus.core.quantity import DateRange, Span
from multifidus.core.resource import (
    DURATION,
    END_FIELDS,
    NO_VALUE_OBTAINED,
    NOT_OBTAINED,
    SAID_ON,
    STATED_ON,
    dated_names,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from multifidus.chart.fhir import Resource
    from multifidus.chart.statements.plan import Hit, Lookup, Plan
    from multifidus.core.case import Quote
    from multifidus.core.coding import Days
    from multifidus.core.element import DataElement, Dictionary, Filter
    from multifidus.core.quantity import Value

ORIGIN = "http://hl7.org/fhir/us/davinci-dtr/StructureDefinition/information-origin"
"""An extension of an answer (DTR): a person gave it, or it was filled in from the record."""

FILLED_IN = frozenset({"auto", "auto-client", "auto-server"})
"""The origins of what was filled in; `auto` is what DTR said before 2.2."""

SILENCE = "https://multifidus.org/fhir/StructureDefinition/silence-means-no"
"""An extension of an answer that was filled in because the record is silent, and why that is no."""

# A plain name: Python 3.11 takes 200 ns to look up a member of an enumeration.
_CODED = Basis.STRUCTURED


class Statement(NamedTuple):
    """What one rule reads from one resource: a value or why there is none, its date and address."""

    element: str
    resource: str
    path: str
    value: Value | None = None
    problem: str = ""
    date: DateRange | None = None
    since: DateRange | None = None
    """When that began which a time is counted from."""
    until: DateRange | None = None
    """When the state ended, by the record's own word."""
    basis: Basis = Basis.STRUCTURED
    valid: tuple[Days, ...] = ALWAYS
    """The days on which a code was valid that led here."""
    code: str = ""
    quote: Quote | None = None
    """The words it was read from, where it was read from text."""
    confirm: str = ""
    """Why a person has to confirm it; empty where it counts by itself."""

    @property
    def entry(self) -> tuple[str, str]:
        """What says it: a resource, or in a document with XPaths the element there."""
        return self.resource, self.path if self.path.startswith("/") else ""

    @property
    def provenance(self) -> Provenance:
        """The address, as a case holds it."""
        return Provenance(resource=self.resource, path=self.path, date=self.date, quote=self.quote)


@dataclass(slots=True)
class Part:
    """
    What is coded by itself, on its way to statements: a resource, or an item of a claim.

    An item has the claim's own fields beside its own.
    """

    lookup: Lookup
    reference: str
    content: Resource
    hits: Sequence[Hit]
    code_path: str
    path: str = ""
    """Where it stands in the resource; empty if it is the resource."""
    day: DateRange | None = field(init=False)
    until: DateRange | None = field(init=False, default=None)
    doubt: str = field(init=False, default="")
    """Why nothing that it says can be relied on; empty if it can."""

    def __post_init__(self) -> None:
        """Read its days."""
        kind, content = self.lookup.kind, self.content
        self.day = first_date(content, self.lookup.dates)
        if kind in END_FIELDS:
            self.until, self.doubt = _end(kind, content)
        elif "dataAbsentReason" in content and kind == "Observation":
            self.doubt = _why_no_value(content)

    def statements(self) -> Sequence[Statement]:
        """Read what it says, if it counts, of each element that its code leads to."""
        found: list[Statement] = []
        answered: set[str] = set()
        unanswered: list[Hit] = []
        for hit in self.hits:
            if not counts(hit.statuses, self.content):
                continue
            if not hit.contents or all(map(self._gives, hit.contents)):
                answered.add(hit.name)
                if (statement := self._statement(hit)) is not None:
                    found.append(statement)
            else:
                unanswered.append(hit)
        if unanswered:
            found += self._unanswered(unanswered, answered)
        return found

    def _unanswered(self, hits: Iterable[Hit], told: set[str]) -> Iterator[Statement]:
        """Say, once an element, that the part speaks of it and no rule gives an answer."""
        for hit in hits:
            if hit.name not in told and self._is_about(hit):
                told.add(hit.name)
                problem = "it holds no answer that is understood"
                yield self._made(hit, self.code_path, problem=problem)

    def _is_about(self, hit: Hit) -> bool:
        """Whether a resource that lacks this rule's answer still speaks of the element."""
        return hit.rule.own or any(each.field in self.content for each in hit.contents)

    def _gives(self, condition: Filter) -> bool:
        """Whether a field holds a code of one of some value sets."""
        found = self.content.get(condition.field)
        if found is None:
            return condition.or_absent
        value_sets = self.lookup.value_sets
        for coding in codings_of(found):
            system, code = str(coding.get("system")), str(coding.get("code"))
            for name in condition.among:
                if value_sets[name].find(system, code) is not None:
                    return True
        return False

    def _statement(self, hit: Hit) -> Statement | None:
        match hit.rule.gives:
            case Content(field):
                return self._read(hit, field)
            case Constant(value):
                return self._made(hit, self._answer_path(hit), value=value)
            case Nothing(because):
                return self._made(hit, self.code_path, problem=because)
            case Since(field):
                return self._timed(hit, field, date_in(self.content, field))
            case SinceAtLatest(field):
                seen = date_in(self.content, field)
                start = DateRange(earliest=None, latest=seen.latest) if seen else None
                return self._timed(hit, field, start)

    def _address(self, field: str) -> str:
        """Name a field by its path in the resource."""
        return f"{self.path}.{field}" if self.path else field

    def _answer_path(self, hit: Hit) -> str:
        """Find the field that gave the answer: the last one the rule asks for, else the code."""
        if hit.contents:
            return self._address(hit.contents[-1].field)
        if hit.code:
            return self.code_path
        return hit.statuses[0].field if hit.statuses else ""

    def _timed(self, hit: Hit, field: str, start: DateRange | None) -> Statement:
        problem = "" if start else f"`{field}` holds no day"
        return self._made(hit, self._address(field), since=start, problem=problem)

    def _read(self, hit: Hit, field: str) -> Statement | None:
        if hit.element is None:
            return None  # A date of service is a day, never another content.
        content = self.content
        value, field_name, problem = read_content(hit.element, content, field, self.day)
        if value is None and field_name not in content and field != "value":
            return None  # Nothing said: only an observation owes a value.
        since = value.since if isinstance(value, Span) else None
        return self._made(hit, self._address(field_name), value=value, since=since, problem=problem)

    def _made(
        self,
        hit: Hit,
        path: str,
        *,
        value: Value | None = None,
        since: DateRange | None = None,
        problem: str = "",
    ) -> Statement:
        doubt = self.doubt
        return Statement(
            hit.name,
            self.reference,
            path,
            None if doubt else value,
            doubt or problem,
            self.day,
            None if doubt else since,
            self.until,
            _CODED,
            hit.valid,
            hit.code,
        )


def parts_of(lookup: Lookup, reference: str, resource: Resource, concept: object) -> Sequence[Part]:
    """Give the parts of a resource that the dictionary asks about."""
    if lookup.kind == "Claim":
        return list(_items_of(lookup, reference, resource))
    hits = lookup.hits(concept)
    if not hits:
        return ()
    concept = lookup.concept_reference
    code_path = concept if concept in resource else lookup.code_field
    return (Part(lookup, reference, resource, hits, code_path),)


def _items_of(lookup: Lookup, reference: str, claim: Resource) -> Iterator[Part]:
    field = lookup.code_field
    for number, item in enumerate(_list(claim.get("item"))):
        if isinstance(item, dict) and (hits := lookup.hits(item.get(field))):
            path = f"item[{number}]"
            yield Part(lookup, reference, {**claim, **item}, hits, f"{path}.{field}", path)


def counts(statuses: Iterable[Filter], content: Resource) -> bool:
    """Whether every status is one of those that count."""
    for condition in statuses:
        found = content.get(condition.field)
        if isinstance(found, str):
            holds = found in condition.among
        elif found is None:
            holds = condition.or_absent
        else:
            holds = any(each.get("code") in condition.among for each in codings_of(found))
        if not holds:
            return False
    return True


def _end(kind: str, content: Resource) -> tuple[DateRange | None, str]:
    """Find when a state ended, and what is doubtful about it."""
    field = END_FIELDS[kind]
    if kind == "Coverage":
        period = content.get(field)
        end = period.get("end") if isinstance(period, dict) else None
        until = read_date(end) if isinstance(end, str) else None
        return until, "its end is not a day" if end is not None and until is None else ""
    if not any(name.startswith(field) for name in content):
        return None, ""
    until = date_in(content, field)
    if "clinicalStatus" in content:
        # Only an active one comes here, and FHIR forbids that it has ended (rule con-4).
        return None, "it is active and has ended"
    return until, "" if until else "its end is not a day"


def _why_no_value(content: Resource) -> str:
    """Tell why an observation has no value, by its own word; empty when it does not say."""
    reason = content["dataAbsentReason"]
    if reason is None:
        return ""
    if "interpretation" in content or any(name.startswith("value") for name in content):
        return "it holds a value and a reason why there is none"
    codes = {each.get("code") for each in codings_of(reason) if isinstance(each.get("code"), str)}
    if codes and codes <= NOT_OBTAINED:
        return NO_VALUE_OBTAINED
    return "the record says that the value is absent"


# Answers


def answers_of(plan: Plan, response: Resource, reference: str) -> Iterator[Statement]:
    """Read a person's answers from a questionnaire response."""
    dictionary = plan.dictionary
    if not counts(dictionary.counts.get("QuestionnaireResponse", ()), response):
        return
    day = first_date(response, dated_names(*dictionary.dates.get("QuestionnaireResponse", ())))
    for path, item in _items(response, ""):
        element = _element_of(dictionary, str(item.get("linkId")))
        answers = _list(item.get("answer")) if element is not None else ()
        for number, answer in enumerate(answers):
            if element is not None and isinstance(answer, dict) and not _is_silence(answer):
                yield _answer(element, answer, reference, f"{path}.answer[{number}]", day)


def _element_of(dictionary: Dictionary, link: str) -> DataElement | None:
    """Find the element that an item asks about: by its name, or of a time the second item's."""
    name, _, form = link.partition(".")
    element = dictionary.elements.get(name)
    if element is None or link == name:
        return element
    return element if form == DURATION and isinstance(element.answer, Time) else None


def _is_silence(answer: Resource) -> bool:
    """Whether an answer only repeats what the dictionary makes of an empty record."""
    return "extension" in answer and any(each.get("url") == SILENCE for each in _extensions(answer))


def _answer(
    element: DataElement, answer: Resource, reference: str, path: str, day: DateRange | None
) -> Statement:
    has_days = "extension" in answer
    stated = _day_in(answer, STATED_ON, day) if has_days else day
    value, field, problem = read_content(element, answer, "value", stated)
    return Statement(
        element=element.name,
        resource=reference,
        path=f"{path}.{field}",
        value=value,
        problem=problem,
        date=_made(answer, stated, day) if has_days else day,
        since=value.since if isinstance(value, Span) else None,
        basis=Basis.ANSWER,
    )


def _made(answer: Resource, stated: DateRange | None, day: DateRange | None) -> DateRange | None:
    """Tell how old an answer is: what repeats the record's words is as old as these."""
    if stated is not day and _is_filled_in(answer):
        return stated
    return _day_in(answer, SAID_ON, day)


def _day_in(answer: Resource, url: str, day: DateRange | None) -> DateRange | None:
    """Find the day that an extension of an answer gives; without one it is the answer's own."""
    for extension in _extensions(answer):
        if extension.get("url") == url:
            return date_in(extension, "value")
    return day


def _is_filled_in(answer: Resource) -> bool:
    """Whether an answer was filled in from the record."""
    return any(
        part.get("url") == "source" and part.get("valueCode") in FILLED_IN
        for each in _extensions(answer)
        if each.get("url") == ORIGIN
        for part in _extensions(each)
    )


def _extensions(content: Resource) -> Sequence[Resource]:
    return [each for each in _list(content.get("extension")) if isinstance(each, dict)]


def _items(parent: Resource, path: str) -> Iterator[tuple[str, Resource]]:
    """Visit the items of a questionnaire response, those inside groups and answers too."""
    for number, item in enumerate(_list(parent.get("item"))):
        if isinstance(item, dict):
            here = f"{path}.item[{number}]".strip(".")
            yield here, item
            yield from _items(item, here)
            for place, answer in enumerate(_list(item.get("answer"))):
                if isinstance(answer, dict):
                    yield from _items(answer, f"{here}.answer[{place}]")


def _list(content: object) -> Sequence[object]:
    return content if isinstance(content, list) else ()
