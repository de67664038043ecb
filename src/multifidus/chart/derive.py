"""
dictionary × record → case: one fact or one absence for each data element.

Reading a record takes two steps. A `Gatherer` takes its resources one at a time and keeps only
*statements*: what a rule of the dictionary reads from a resource, with its date and address; so a
bulk export streams. `derive` then settles (chart.settle), for one patient and one date of service,
each element from its statements.

Nothing is guessed: a statement without its unit, scale or date is an absence that says so.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import orjson

from multifidus.chart.fhir import Entry, codings_of, date_in, wrong_release
from multifidus.chart.settle import Statement, settle
from multifidus.chart.value import read_content
from multifidus.core.case import Basis, Case, Provenance
from multifidus.core.coding import OWN_SYSTEM, Days
from multifidus.core.element import Constant, Content, Nothing, Since, SinceAtLatest
from multifidus.core.quantity import DateRange, Span
from multifidus.errors import BundleError, Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from multifidus.chart.fhir import Resource
    from multifidus.core.case import Service
    from multifidus.core.element import DataElement, Dictionary, Filter, Rule

QUESTIONNAIRE = "https://multifidus.org/fhir/Questionnaire/"
"""Answers count when their questionnaire's URL begins so and an item's linkId is an element's name."""

SERVICE_DATE = "service_date"
"""The name under which a record's own date of service is gathered."""

STATUS_FIELDS = frozenset({"status", "clinicalStatus", "verificationStatus", "intent", "use"})
"""Fields that decide whether a resource counts at all; the others decide which answer it gives."""

CODE_FIELDS: Mapping[str, str] = {
    "MedicationRequest": "medicationCodeableConcept",
    "MedicationStatement": "medicationCodeableConcept",
    "MedicationAdministration": "medicationCodeableConcept",
    "DeviceRequest": "codeCodeableConcept",
}
"""The field that says what a resource is about, where it is not `code`."""

CONCEPT_REFERENCES: Mapping[str, str] = {
    "MedicationRequest": "medicationReference",
    "MedicationStatement": "medicationReference",
    "MedicationAdministration": "medicationReference",
    "DeviceRequest": "codeReference",
}
"""The field that says it by a reference to another resource."""

CONCEPT_FIELDS: Mapping[str, str] = {"Medication": "code", "Device": "type"}
"""The resources that are referred to so, and the field that names them."""

SUBJECT_FIELDS: Mapping[str, str] = {"Claim": "patient", "Coverage": "beneficiary"}
"""The field that says whom a resource is about, where it is not `subject`."""

SERVICE_CODE_SYSTEMS = (
    "http://www.ama-assn.org/go/cpt",
    "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
)
"""The systems in which a service code without one is looked up."""

MOST_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class _Hit:
    """A rule that a code leads to, with all that must hold of the resource."""

    name: str
    element: DataElement | None
    rule: Rule
    filters: tuple[Filter, ...]
    valid: Days
    code: str


@dataclass(slots=True)
class _Lookup:
    """The rules for one resource type, by the codes that lead to them."""

    dates: tuple[str, ...]
    by_code: dict[tuple[str, str], list[_Hit]] = field(default_factory=dict)
    by_stem: dict[str, list[tuple[str, _Hit]]] = field(default_factory=dict)
    always: list[_Hit] = field(default_factory=list)

    def hits(self, codings: Iterable[Resource]) -> list[_Hit]:
        """Find the rules that some codings lead to, each once."""
        found = {id(hit.rule): hit for hit in self.always}
        for coding in codings:
            system, code = coding.get("system"), coding.get("code")
            if not isinstance(system, str) or not isinstance(code, str):
                continue
            for hit in self.by_code.get((system, code), ()):
                found.setdefault(id(hit.rule), hit)
            for stem, hit in self.by_stem.get(system, ()):
                if code.startswith(stem):
                    found.setdefault(id(hit.rule), hit)
        return list(found.values())


class Plan:
    """A dictionary's rules, indexed for reading records; made once, used for many."""

    def __init__(self, dictionary: Dictionary) -> None:
        """Index every rule of every element."""
        self.dictionary = dictionary
        self.lookups: dict[str, _Lookup] = {}
        for element in dictionary.elements.values():
            for rule in element.rules:
                self._index(element.name, element, rule)
        for rule in dictionary.service_date:
            self._index(SERVICE_DATE, None, rule)

    def _index(self, name: str, element: DataElement | None, rule: Rule) -> None:
        dictionary = self.dictionary
        lookup = self.lookups.setdefault(
            rule.resource, _Lookup(dates=dictionary.dates.get(rule.resource, ()))
        )
        own = {each.field for each in rule.filters}
        defaults = (
            each for each in dictionary.counts.get(rule.resource, ()) if each.field not in own
        )
        filters = (*defaults, *rule.filters)

        def hit(valid: Days, code: str) -> _Hit:
            return _Hit(
                name=name, element=element, rule=rule, filters=filters, valid=valid, code=code
            )

        if rule.own:
            code = name.replace("_", "-")
            lookup.by_code.setdefault((OWN_SYSTEM, code), []).append(hit(Days(), code))
        elif not rule.code_in:
            lookup.always.append(hit(Days(), ""))
        for each in (
            code for value_set in rule.code_in for code in dictionary.value_sets[value_set].codes
        ):
            made = hit(each.valid, each.code)
            if each.with_descendants:
                lookup.by_stem.setdefault(each.system, []).append((each.code, made))
            else:
                lookup.by_code.setdefault((each.system, each.code), []).append(made)


@dataclass(slots=True)
class Chart:
    """The statements of one patient's record, by element."""

    patient: str
    statements: dict[str, list[Statement]] = field(default_factory=lambda: defaultdict(list))

    def service_date(self) -> tuple[date, str] | None:
        """Give the day for which the record asks the service, and the resource that says so; None if it does not."""
        said = [
            (each.since.latest, each.provenance.resource)
            for each in self.statements.get(SERVICE_DATE, ())
            if each.since is not None and each.since.earliest == each.since.latest
        ]
        return max(said, default=None)


def derive(plan: Plan, chart: Chart, service: Service) -> Case:
    """Settle every element of the dictionary for one patient and one date of service."""
    statements = chart.statements
    return Case(
        service=service,
        entries={
            name: settle(element, statements.get(name, ()), service.date)
            for name, element in plan.dictionary.elements.items()
        },
    )


def gather(plan: Plan, entries: Iterable[Entry], *, only: str = "") -> Iterator[Chart]:
    """
    Read the charts of a record, one a patient; `only` limits it to the patient with that resource id.

    Raises `BundleError` when the record holds no patient, or cannot be relied on.
    """
    gatherer = Gatherer(plan, only=only)
    for entry in entries:
        gatherer.add(entry)
    return gatherer.charts()


class Gatherer:
    """Takes the resources of a record one at a time and keeps the statements they make."""

    def __init__(self, plan: Plan, *, only: str = "") -> None:
        """Gather for every patient, or `only` for the one with that resource id."""
        self.plan = plan
        self.only = f"Patient/{only.removeprefix('Patient/')}" if only else ""
        self.patients: dict[str, str] = {}
        self.gathered: dict[str, dict[str, list[tuple[str, Statement]]]] = defaultdict(dict)
        self.concepts: dict[str, Sequence[Resource]] = {}
        self.waiting: list[tuple[str, Entry]] = []
        self.seen: dict[str, tuple[int, str]] = {}
        self.problems: list[Problem] = []

    def add(self, entry: Entry) -> None:
        """Keep what a resource says, if the dictionary asks about it."""
        resource = entry.resource
        kind = resource["resourceType"]
        if words := wrong_release(resource):
            self._wrong(
                entry.reference,
                words,
                "multifidus reads FHIR R4; convert the record, or export it as R4",
            )
        elif kind in CONCEPT_FIELDS:
            concept = codings_of(resource.get(CONCEPT_FIELDS[kind]))
            self.concepts[entry.reference] = self.concepts[entry.full_url] = concept
        elif kind == "Patient":
            self._add_patient(entry)
        elif kind == "QuestionnaireResponse":
            self._add_answers(entry)
        elif kind in self.plan.lookups:
            reference = _reference(resource.get(CONCEPT_REFERENCES.get(kind, "")))
            if reference:
                # What is referred to may stand further down the record.
                self.waiting.append((reference, entry))
            else:
                self._add_coded(entry, codings_of(resource.get(CODE_FIELDS.get(kind, "code"))))

    def charts(self) -> Iterator[Chart]:
        """Give a chart for each patient; raises `BundleError` with everything that makes the record unreliable."""
        for reference, entry in self.waiting:
            contained = _contained(entry.resource, reference)
            self._add_coded(
                entry,
                contained
                or self.concepts.get(reference)
                or self.concepts.get(_short(reference), ()),
            )
        self.waiting.clear()
        if not self.patients and not self.problems:
            what = self.only or "Patient"
            self._wrong(
                "record",
                f"it holds no {what}",
                "a record needs the Patient it is about; see its resource ids",
            )
        if self.problems:
            raise BundleError(*self.problems)
        charts = {patient: Chart(patient=patient) for patient in self.patients.values()}
        for subject, by_resource in self.gathered.items():
            patient = self.patients.get(subject) or self.patients.get(_short(subject))
            if patient is not None:
                for statements in by_resource.values():
                    for name, statement in statements:
                        charts[patient].statements[name].append(statement)
        yield from charts.values()

    # Resources

    def _add_patient(self, entry: Entry) -> None:
        if self.only and entry.reference != self.only:
            return
        self.patients[entry.reference] = entry.reference
        if entry.full_url:
            self.patients[entry.full_url] = entry.reference
        self._add_coded(entry, ())

    def _add_coded(self, entry: Entry, codings: Sequence[Resource]) -> None:
        kind = entry.resource["resourceType"]
        lookup = self.plan.lookups.get(kind)
        if lookup is None:
            return
        parts = [
            (part, path, hits)
            for part, path, concept in _parts(entry.resource, codings)
            if (hits := lookup.hits(concept))
        ]
        if not parts and entry.reference not in self.seen:
            return
        subject = (
            entry.reference
            if kind == "Patient"
            else _reference(entry.resource.get(SUBJECT_FIELDS.get(kind, "subject")))
        )
        # `focus` says that an observation is about somebody or something else.
        if not self._is_wanted(subject) or "focus" in entry.resource or not self._is_newest(entry):
            return
        self.gathered[subject][entry.reference] = [
            made
            for part, path, hits in parts
            for made in self._statements(entry, part, path, hits, lookup)
        ]

    def _statements(
        self, entry: Entry, part: Resource, path: str, hits: Iterable[_Hit], lookup: _Lookup
    ) -> Iterator[tuple[str, Statement]]:
        day = _first_date(part, lookup.dates)
        unanswered: dict[str, _Hit] = {}
        answered: set[str] = set()
        for hit in hits:
            if not all(
                self._holds(each, part) for each in hit.filters if each.field in STATUS_FIELDS
            ):
                continue
            if all(
                self._holds(each, part) for each in hit.filters if each.field not in STATUS_FIELDS
            ):
                answered.add(hit.name)
                yield hit.name, _statement(hit, entry.reference, part, path, day)
            else:
                unanswered.setdefault(hit.name, hit)
        for name, hit in unanswered.items():
            if name not in answered:
                yield (
                    name,
                    _made(
                        hit,
                        entry.reference,
                        path,
                        day,
                        problem="it holds no answer that is understood",
                    ),
                )

    def _add_answers(self, entry: Entry) -> None:
        resource = entry.resource
        if not str(resource.get("questionnaire", "")).startswith(QUESTIONNAIRE):
            return
        subject = _reference(resource.get("subject"))
        dictionary = self.plan.dictionary
        counts = all(
            self._holds(each, resource)
            for each in dictionary.counts.get("QuestionnaireResponse", ())
        )
        if not self._is_wanted(subject) or not self._is_newest(entry):
            return
        day = _first_date(resource, dictionary.dates.get("QuestionnaireResponse", ()))
        self.gathered[subject][entry.reference] = [
            (element.name, _answer(element, answer, entry.reference, path, day))
            for path, item in (_items(resource, "") if counts else ())
            if (element := dictionary.elements.get(str(item.get("linkId", "")))) is not None
            for answer in item.get("answer", ())
            if isinstance(answer, dict)
        ]

    # Questions about a resource

    def _is_wanted(self, subject: str) -> bool:
        # A `urn:uuid:` may turn out to be the wanted patient, who stands further down.
        return bool(subject) and (
            not self.only or _short(subject) == self.only or "/" not in subject
        )

    def _is_newest(self, entry: Entry) -> bool:
        """Tell whether to read a resource: the first of its id, or a newer version of it."""
        if not entry.resource.get("id"):
            return True
        content = orjson.dumps(entry.resource, default=str, option=orjson.OPT_SORT_KEYS)
        meta = entry.resource.get("meta")
        updated = str(meta.get("lastUpdated", "")) if isinstance(meta, dict) else ""
        fingerprint, before = self.seen.get(entry.reference, (0, ""))
        if entry.reference in self.seen and fingerprint != hash(content) and updated == before:
            self._wrong(
                entry.reference,
                "two resources with this id differ",
                "give each resource an id of its own",
            )
        if entry.reference in self.seen and updated <= before:
            return False
        self.seen[entry.reference] = (hash(content), updated)
        return True

    def _holds(self, condition: Filter, part: Resource) -> bool:
        content = part.get(condition.field)
        if content is None and condition.field == "value":
            content = part.get("valueCodeableConcept")
        if content is None:
            return condition.or_absent
        if isinstance(content, str):
            return content in condition.among
        codings = codings_of(content)
        if condition.field in STATUS_FIELDS:
            return any(coding.get("code") in condition.among for coding in codings)
        value_sets = [self.plan.dictionary.value_sets[name] for name in condition.among]
        return any(
            value_set.find(str(coding.get("system", "")), str(coding.get("code", ""))) is not None
            for coding in codings
            for value_set in value_sets
        )

    def _wrong(self, where: str, message: str, hint: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(place=Place(file=where), message=message, hint=hint))


def _made(
    hit: _Hit,
    reference: str,
    path: str,
    day: DateRange | None,
    *,
    value: bool | str | None = None,
    problem: str = "",
    since: DateRange | None = None,
) -> Statement:
    return Statement(
        value=value,
        problem=problem,
        date=day,
        since=since,
        basis=Basis.STRUCTURED,
        provenance=Provenance(resource=reference, path=path, date=day),
        valid=hit.valid,
        code=hit.code,
    )


def _statement(
    hit: _Hit, reference: str, part: Resource, path: str, day: DateRange | None
) -> Statement:
    match hit.rule.gives:
        case Constant(value):
            return _made(hit, reference, path or "code", day, value=value)
        case Nothing(because):
            return _made(hit, reference, path or "code", day, problem=because)
        case Since(name):
            start = date_in(part, name)
            return _made(
                hit,
                reference,
                name,
                day,
                since=start,
                problem="" if start else f"`{name}` holds no day",
            )
        case SinceAtLatest(name):
            seen = date_in(part, name)
            start = DateRange(earliest=None, latest=seen.latest) if seen else None
            return _made(
                hit,
                reference,
                name,
                day,
                since=start,
                problem="" if start else f"`{name}` holds no day",
            )
        case Content(name):
            if hit.element is None:
                return _made(hit, reference, name, day, problem="a date of service is a day")
            content, at, problem = read_content(hit.element, part, name, day)
            return Statement(
                value=content,
                problem=problem,
                date=day,
                since=content.since if isinstance(content, Span) else None,
                basis=Basis.STRUCTURED,
                provenance=Provenance(resource=reference, path=f"{path}.{at}".strip("."), date=day),
                valid=hit.valid,
                code=hit.code,
            )


def _answer(
    element: DataElement, answer: Resource, reference: str, path: str, day: DateRange | None
) -> Statement:
    value, at, problem = read_content(element, answer, "value", day)
    return Statement(
        value=value,
        problem=problem,
        date=day,
        since=value.since if isinstance(value, Span) else None,
        basis=Basis.ANSWER,
        provenance=Provenance(resource=reference, path=f"{path}.answer.{at}", date=day),
        valid=Days(),
        code="",
    )


def _parts(
    resource: Resource, codings: Sequence[Resource]
) -> Iterator[tuple[Resource, str, Sequence[Resource]]]:
    """Give the parts of a resource that are coded by themselves: the items of a claim, else the whole."""
    if resource["resourceType"] != "Claim":
        yield resource, "", codings
        return
    items = resource.get("item")
    for number, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict):
            part = {**resource, **item, "placeOfService": item.get("locationCodeableConcept")}
            yield part, f"item[{number}]", codings_of(item.get("productOrService"))


def _items(parent: Resource, path: str) -> Iterator[tuple[str, Resource]]:
    """Visit the items of a questionnaire response, those inside groups and answers too."""
    items = parent.get("item")
    for number, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict):
            here = f"{path}.item[{number}]".strip(".")
            yield here, item
            yield from _items(item, here)
            for answer in item.get("answer") or ():
                if isinstance(answer, dict):
                    yield from _items(answer, f"{here}.answer")


def _first_date(part: Resource, fields: Iterable[str]) -> DateRange | None:
    return next((found for name in fields if (found := date_in(part, name))), None)


def _reference(content: object) -> str:
    match content:
        case {"reference": str(reference)}:
            return reference
        case _:
            return ""


def _short(reference: str) -> str:
    """Cut a reference down to type and id: absolute URLs, versions and relative references alike."""
    words = reference.split("/_history/", maxsplit=1)[0].split("/")
    return "/".join(words[-2:])


def _contained(resource: Resource, reference: str) -> Sequence[Resource]:
    if not reference.startswith("#"):
        return ()
    contained = resource.get("contained")
    for each in contained if isinstance(contained, list) else ():
        if isinstance(each, dict) and each.get("id") == reference[1:]:
            return codings_of(each.get(CONCEPT_FIELDS.get(str(each.get("resourceType")), "code")))
    return ()


def with_requested_codes(plan: Plan, chart: Chart, codes: Sequence[str]) -> Chart:
    """Add the service codes that somebody asks about, as if the record held an order for them."""
    order = {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "subject": {"reference": chart.patient},
        "code": {
            "coding": [
                {"system": system, "code": code}
                for code in codes
                for system in SERVICE_CODE_SYSTEMS
            ]
        },
    }
    gatherer = Gatherer(plan)
    gatherer.patients[chart.patient] = chart.patient
    gatherer.add(Entry(order, "service codes as asked"))
    added = next(gatherer.charts())
    merged = Chart(patient=chart.patient)
    for statements in (chart.statements, added.statements):
        for name, mine in statements.items():
            merged.statements[name].extend(mine)
    return merged
