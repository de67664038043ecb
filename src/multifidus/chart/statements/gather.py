"""
A record's resources → the statements of each patient.

A `Gatherer` takes resources one at a time and keeps only what they say of the dictionary's
elements, so a bulk export streams. Of several versions of a resource the newest counts, also when
it no longer says anything.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import orjson

from multifidus.chart.fhir import Entry, codings_of, is_newer_than, short_reference
from multifidus.chart.release import wrong_release
from multifidus.chart.statements.requested import DIAGNOSIS, REQUESTING, RequestedCode, Requests
from multifidus.chart.statements.statement import Statement, answers_of, counts, parts_of
from multifidus.core.resource import CONCEPT_FIELDS, QUESTIONNAIRE, SERVICE_DATE
from multifidus.errors import BundleError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from multifidus.chart.document import ReadDocument
    from multifidus.chart.fhir import Address, Resource
    from multifidus.chart.statements.plan import Lookup, Plan
    from multifidus.chart.statements.statement import Part

SERVICE_CODE_SYSTEMS = (
    "http://www.ama-assn.org/go/cpt",
    "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
)
"""The systems in which a service code without one is looked up."""

MOST_PROBLEMS = 20

_ANSWERS = "QuestionnaireResponse"
_PATIENT = "Patient"
_KEPT_BESIDE = frozenset({_PATIENT, DIAGNOSIS, *REQUESTING})
"""The resources of which more is kept than what they say of the elements."""
_ANSWER_ROOTS = ("questionnaire", "status", "subject", "authored", "item")


@dataclass(slots=True)
class Chart:
    """The statements of one patient's record, by element, and the documents that it holds."""

    patient: str
    statements: dict[str, list[Statement]] = field(default_factory=lambda: defaultdict(list))
    documents: list[ReadDocument] = field(default_factory=list)
    requested: tuple[RequestedCode, ...] = ()
    """The codes of its requests, as they are written."""

    def service_date(self) -> tuple[date, str] | None:
        """
        Give the day for which the record asks the service, and the resource that says so.

        None if it does not; of several days the last.
        """
        said = [
            (each.since.latest, each.resource)
            for each in self.statements.get(SERVICE_DATE, ())
            if each.since is not None and each.since.earliest == each.since.latest
        ]
        return max(said, default=None)


def gather(plan: Plan, entries: Iterable[Entry], *, only: str = "") -> Iterator[Chart]:
    """
    Read the charts of a record, one a patient; `only` limits it to the patient with that id.

    Raises `BundleError` when the record holds no patient, or cannot be relied on.
    """
    gatherer = Gatherer(plan, only=only)
    for entry in entries:
        gatherer.add(entry)
    return gatherer.charts()


@dataclass(slots=True)
class _Version:
    """What the newest version of a resource says, of whom, and when it was last updated."""

    updated: str
    subject: str
    statements: tuple[Statement, ...]

    def says_as(self, other: _Version) -> bool:
        """Whether another version says the same, of the same patient."""
        return (self.subject, self.statements) == (other.subject, other.statements)


class _Waiting(NamedTuple):
    """A resource that is about another one, which has not been seen yet; packed, to be small."""

    about: str
    kind: str
    reference: str
    packed: bytes
    updated: str
    address: Address | None


class Gatherer:
    """Takes the resources of a record one at a time and keeps the statements they make."""

    def __init__(self, plan: Plan, *, only: str = "") -> None:
        """Gather for every patient, or `only` for the one with that resource id."""
        self.plan = plan
        self.only = f"Patient/{only.removeprefix('Patient/')}" if only else ""
        self.patients: dict[str, str] = {}
        self.concepts: dict[str, Sequence[Resource]] = {}
        self.waiting: list[_Waiting] = []
        self.problems: list[Problem] = []
        self.differing: set[str] = set()
        """The resources of which nobody can tell which version is the newest."""
        self.versions: dict[str, _Version] = {}
        self.requests = Requests()
        self.subjects: dict[str, str] = {}
        # Resources that say nothing, by the hash of their name, with the day of their last update:
        # one of them may be the newer version of one that says something. In a large export they
        # are many, and a hash takes a third of the room.
        self.silent: dict[int, str] = {}

    def add(self, entry: Entry) -> None:
        """Keep what a resource says, if the dictionary asks about it."""
        resource = entry.resource
        kind = resource["resourceType"]
        if words := wrong_release(resource):
            hint = "multifidus reads FHIR R4; convert the record, or export it as R4"
            self._wrong(entry.reference, words, hint)
        elif kind in CONCEPT_FIELDS:
            concept = codings_of(resource.get(CONCEPT_FIELDS[kind]))
            self.concepts[entry.reference] = self.concepts[entry.full_url] = concept
        elif kind == _ANSWERS:
            self._add_answers(entry)
        elif (lookup := self.plan.lookups.get(kind)) is not None:
            self._add_coded(entry, lookup)
        elif kind == _PATIENT:
            self._register(entry)

    def charts(self) -> Iterator[Chart]:
        """
        Give a chart for each patient; what was gathered is handed over.

        Raises `BundleError` with everything that makes the record unreliable.
        """
        self.settle_waiting()
        if not self.patients and not self.problems:
            hint = "a record needs the Patient it is about; see its resource ids"
            self._wrong("record", f"it holds no {self.only or 'Patient'}", hint)
        if self.problems:
            raise BundleError(*self.problems)
        said: dict[str, list[Statement]] = {name: [] for name in self.patients.values()}
        for subject, stated in self.said():
            patient = self.patient_of(subject)
            if patient is not None:
                said[patient] += stated
        requested: dict[str, tuple[RequestedCode, ...]] = {}
        for subject, codes in self.requests.by_subject().items():
            patient = self.patient_of(subject)
            if patient is not None:
                requested[patient] = (*requested.get(patient, ()), *codes)
        for patient, statements in said.items():
            chart = Chart(patient=patient, requested=requested.get(patient, ()))
            for statement in statements:
                chart.statements[statement.element].append(statement)
            yield chart

    def said(self) -> Iterator[tuple[str, tuple[Statement, ...]]]:
        """Hand over what the newest version of each resource says, with the subject it names."""
        for version in self.versions.values():
            yield version.subject, version.statements
        self.versions.clear()

    def patient_of(self, subject: str) -> str | None:
        """Name the patient to whom a reference leads; None if it is not in the record."""
        return self.patients.get(subject) or self.patients.get(short_reference(subject))

    def is_wanted(self, subject: str) -> bool:
        """Whether a reference may be to the patient who is asked for, or to any."""
        if not self.only:
            return bool(subject)
        short = short_reference(subject)
        # A `urn:uuid:` may turn out to be the wanted patient, who stands further down.
        return short == self.only or (bool(short) and not short.startswith("Patient/"))

    # Resources

    def _register(self, entry: Entry) -> None:
        if not self.only or entry.reference == self.only:
            self.patients[entry.reference] = entry.reference
            if entry.full_url:
                self.patients[entry.full_url] = entry.reference

    def _add_coded(self, entry: Entry, lookup: Lookup) -> None:
        if lookup.kind in _KEPT_BESIDE:
            self._keep_beside(entry, lookup)
        if lookup.concept_reference and lookup.concept_reference in entry.resource:
            self._add_referring(entry, lookup)
        else:
            self._read(entry, lookup, entry.resource.get(lookup.code_field))

    def _add_referring(self, entry: Entry, lookup: Lookup) -> None:
        """Read a resource that says by a reference what it is about."""
        resource = entry.resource
        about = _reference(resource[lookup.concept_reference])
        if not about:
            self._read(entry, lookup, resource.get(lookup.code_field))
        elif about.startswith("#"):
            self._read(entry, lookup, _contained(resource, about))
        elif (concept := self._concept(about)) is not None:
            self._read(entry, lookup, concept)
        elif self.is_wanted(_subject_of(entry, lookup)):
            # What is referred to may stand further down the record.
            packed = self._pack(entry, lookup.roots)
            updated = _updated(resource)
            waiting = _Waiting(about, lookup.kind, entry.reference, packed, updated, entry.address)
            self.waiting.append(waiting)

    def _keep_beside(self, entry: Entry, lookup: Lookup) -> None:
        """Keep what is asked of a resource beside its statements."""
        if lookup.kind == _PATIENT:
            self._register(entry)
        elif lookup.kind == DIAGNOSIS:
            self.requests.diagnose(entry)
        else:
            self._request(entry, lookup)

    def _request(self, entry: Entry, lookup: Lookup) -> None:
        subject, updated = _subject_of(entry, lookup), _updated(entry.resource)
        statuses = self.plan.dictionary.counts.get(lookup.kind, ())
        if self.is_wanted(subject) and counts(statuses, entry.resource):
            self.requests.add(entry, subject=subject, updated=updated)
        else:
            self.requests.drop(entry, updated=updated)

    def settle_waiting(self) -> None:
        """Read the resources whose code stands in another one, now that all have been seen."""
        for each in self.waiting:
            resource = orjson.loads(each.packed or b"{}")
            resource |= {"resourceType": each.kind, "meta": {"lastUpdated": each.updated}}
            concept = self._concept(each.about) or ()
            entry = Entry(resource, each.reference, address=each.address)
            self._read(entry, self.plan.lookups[each.kind], concept)
        self.waiting.clear()

    def _concept(self, reference: str) -> Sequence[Resource] | None:
        concept = self.concepts.get(reference)
        return self.concepts.get(short_reference(reference)) if concept is None else concept

    def _read(self, entry: Entry, lookup: Lookup, concept: object) -> None:
        parts = parts_of(lookup, entry.reference, entry.resource, concept)
        if parts:
            subject = _subject_of(entry, lookup)
            # `focus` says that an observation is about somebody or something else.
            if self.is_wanted(subject) and "focus" not in entry.resource:
                self._keep(entry, subject, _said_by(parts, entry.address))
                return
        self._pass(entry)

    def _add_answers(self, entry: Entry) -> None:
        resource = entry.resource
        subject = _reference(resource.get("subject"))
        is_ours = str(resource.get("questionnaire")).startswith(QUESTIONNAIRE)
        if not is_ours or not self.is_wanted(subject):
            self._pass(entry)
        else:
            statements = answers_of(self.plan, resource, entry.reference)
            self._keep(entry, subject, tuple(statements))

    # Versions

    def _keep(self, entry: Entry, subject: str, statements: tuple[Statement, ...]) -> None:
        """Keep what a resource says, unless it is an older version of one that was seen."""
        name = entry.reference
        # Every resource has its own copy of its subject's name; one will do.
        subject = self.subjects.setdefault(subject, subject)
        version = _Version(_updated(entry.resource), subject, statements)
        known = self.versions.get(name)
        before = known.updated if known else self.silent.get(hash(name))
        if before is not None and not self._replaces(entry, version, known, before):
            return
        self.versions[name] = version

    def _replaces(
        self, entry: Entry, version: _Version, known: _Version | None, before: str
    ) -> bool:
        """Tell whether a version is newer; two of the same time must say the same."""
        is_newer = is_newer_than(version.updated, before)
        if is_newer is None and (known is None or not known.says_as(version)):
            self._wrong_twice(entry)
        return bool(is_newer)

    def _pass(self, entry: Entry) -> None:
        """Note a resource that says nothing: it may be the newer version of one that does."""
        updated = _updated(entry.resource)
        known = self.versions.get(entry.reference)
        if known is None:
            key = hash(entry.reference)
            before = self.silent.setdefault(key, updated)
            if before is not updated and is_newer_than(updated, before):
                self.silent[key] = updated
        elif known.statements:
            is_newer = is_newer_than(updated, known.updated)
            if is_newer is None:
                self._wrong_twice(entry)
            elif is_newer:
                self.versions[entry.reference] = _Version(updated, "", ())

    def _pack(self, entry: Entry, roots: tuple[str, ...]) -> bytes:
        """Write the fields that are read as bytes, the same for the same content."""
        asked = {name: each for name, each in entry.resource.items() if name.startswith(roots)}
        try:
            return orjson.dumps(asked, default=_plain, option=orjson.OPT_SORT_KEYS)
        except TypeError:
            hint = "no FHIR resource is; export the record again"
            self._wrong(entry.reference, "the resource is nested too deeply", hint)
            return b""

    # Problems

    def _wrong_twice(self, entry: Entry) -> None:
        self.differing.add(entry.reference)
        hint = "give each resource an id of its own, or each version its `meta.lastUpdated`"
        self._wrong(entry.reference, "two resources with this id differ", hint)

    def _wrong(self, where: str, message: str, hint: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem.at(where, message, hint))


def _said_by(parts: Iterable[Part], address: Address | None) -> tuple[Statement, ...]:
    """Read what the parts of a resource say; it cites the source that it was made from, if any."""
    statements = [each for part in parts for each in part.statements()]
    if address is not None:
        resource, path = address
        statements = [each._replace(resource=resource, path=path) for each in statements]
    return tuple(statements)


def _plain(number: object) -> float | str:
    # A number that keeps its digits as a float was read as one elsewhere.
    as_float = float(str(number))
    return as_float if str(as_float) == str(number) else str(number)


def _updated(resource: Resource) -> str:
    meta = resource.get("meta")
    updated = meta.get("lastUpdated") if isinstance(meta, dict) else None
    return updated if isinstance(updated, str) else ""


# References


def _subject_of(entry: Entry, lookup: Lookup) -> str:
    if lookup.kind == "Patient":
        return entry.reference
    return _reference(entry.resource.get(lookup.subject_field))


def _reference(content: object) -> str:
    reference = content.get("reference") if isinstance(content, dict) else None
    return reference if isinstance(reference, str) else ""


def _contained(resource: Resource, reference: str) -> Sequence[Resource]:
    contained = resource.get("contained")
    for each in contained if isinstance(contained, list) else ():
        if isinstance(each, dict) and each.get("id") == reference[1:]:
            field = CONCEPT_FIELDS.get(str(each.get("resourceType")), "code")
            return codings_of(each.get(field))
    return ()
