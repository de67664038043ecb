"""
Courses of treatment, as a record keeps them: what was given, when, how often and how much.

A determination asks what treatment brought; who reads a letter wants to see the treatments. Entries
of one kind and name make one course. Nothing is judged: what an entry does not say stays empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from multifidus.chart.fhir import codings_of, first_date, read_date
from multifidus.chart.statements.statement import counts
from multifidus.core.case import Provenance
from multifidus.core.resource import CODE_FIELDS, dated_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from multifidus.chart.fhir import Entry, Resource
    from multifidus.chart.statements.plan import Plan
    from multifidus.core.quantity import DateRange

KINDS: Mapping[str, str] = {
    "pain-medication": "medication",
    "physical-therapy": "physical therapy",
    "spinal-injection": "procedure",
    "facet-ablation": "procedure",
}
"""By value set of the dictionary, the kind of treatment that its codes are."""
# Visits differ in name and are one course; drugs are told apart.
_ONE_COURSE = ("physical therapy",)


class Course(NamedTuple):
    """Entries of the record that tell of one treatment."""

    kind: str
    name: str
    first: DateRange | None
    last: DateRange | None
    times: int
    amount: str
    stopped: str
    provenance: tuple[Provenance, ...]


class _Given(NamedTuple):
    kind: str
    name: str
    first: DateRange | None
    last: DateRange | None
    amount: str
    stopped: str
    provenance: Provenance


def courses_of(plan: Plan, entries: Iterable[Entry]) -> tuple[Course, ...]:
    """Find the courses of treatment among the resources of one patient, in the order of time."""
    found: dict[tuple[str, str], list[_Given]] = {}
    for each in _given(plan, entries):
        name = "" if each.kind in _ONE_COURSE else each.name
        found.setdefault((each.kind, name), []).append(each)
    courses = [_course(same) for same in found.values()]
    return tuple(sorted(courses, key=lambda each: (each.first is None, str(each.first), each.name)))


def _given(plan: Plan, entries: Iterable[Entry]) -> Iterator[_Given]:
    for entry in entries:
        resource = entry.resource
        field = CODE_FIELDS.get(resource["resourceType"], "code")
        concept = resource.get(field)
        kind = next((KINDS[name] for name in _sets_of(plan, concept)), "")
        statuses = plan.dictionary.counts.get(resource["resourceType"], ())
        if not kind or not counts(statuses, resource):
            continue
        fields = plan.dictionary.dates.get(resource["resourceType"], ())
        first = first_date(resource, dated_names(*fields))
        yield _Given(
            kind=kind,
            name=_name_of(concept),
            first=first,
            last=_end_of(resource) or first,
            amount=_amount_of(resource),
            stopped=_reason_of(resource),
            provenance=_provenance(entry, field, first),
        )


def _sets_of(plan: Plan, concept: object) -> Iterator[str]:
    for coding in codings_of(concept):
        system, code = coding.get("system"), coding.get("code")
        if isinstance(system, str) and isinstance(code, str):
            for name in KINDS:
                values = plan.dictionary.value_sets.get(name)
                if values is not None and values.find(system, code) is not None:
                    yield name


def _course(same: list[_Given]) -> Course:
    same = sorted(same, key=lambda each: str(each.first))
    days = [each.first for each in same if each.first]
    ends = [each.last for each in same if each.last]
    return Course(
        kind=same[0].kind,
        name=same[0].kind.capitalize() if same[0].kind in _ONE_COURSE else same[0].name,
        first=days[0] if days else None,
        last=max(ends, key=lambda each: each.latest) if ends else None,
        times=len(same),
        amount=next((each.amount for each in reversed(same) if each.amount), ""),
        stopped=next((each.stopped for each in reversed(same) if each.stopped), ""),
        provenance=tuple(each.provenance for each in same),
    )


def _name_of(concept: object) -> str:
    if isinstance(concept, dict):
        if isinstance(concept.get("text"), str):
            return str(concept["text"])
        for coding in codings_of(concept):
            words = coding.get("display") or coding.get("code")
            if isinstance(words, str):
                return words
    return ""


def _amount_of(resource: Resource) -> str:
    dosage = resource.get("dosageInstruction") or resource.get("dosage")
    for each in dosage if isinstance(dosage, list) else [dosage]:
        if isinstance(each, dict) and isinstance(each.get("text"), str):
            return str(each["text"])
    return ""


def _reason_of(resource: Resource) -> str:
    reason = resource.get("statusReason")
    for each in reason if isinstance(reason, list) else [reason]:
        if name := _name_of(each):
            return name
    return ""


def _end_of(resource: Resource) -> DateRange | None:
    for field in ("effectivePeriod", "performedPeriod"):
        period = resource.get(field)
        if isinstance(period, dict) and isinstance(period.get("end"), str):
            return read_date(period["end"])
    return None


def _provenance(entry: Entry, field: str, day: DateRange | None) -> Provenance:
    if entry.address is not None:
        return Provenance(resource=entry.address.resource, path=entry.address.path, date=day)
    return Provenance(resource=entry.reference, path=field, date=day)
