"""
One clinical statement of C-CDA → one resource of FHIR R4, with the fields that are asked for.

The mapping follows HL7's guide "C-CDA on FHIR"; where it leaves a choice, the one is taken that
says less.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from multifidus.chart.ccda import codes as known
from multifidus.chart.ccda.nodes import V3, Node, child, value_of, words_in
from multifidus.chart.ccda.values import (
    INTERPRETATION,
    Unreadable,
    When,
    code_of,
    codings,
    concept_of,
    day_of,
    value_fields,
    when,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from multifidus.chart.ccda.narrative import References
    from multifidus.chart.ccda.tree import Element
    from multifidus.chart.fhir import Resource

CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
# SNOMED CT: finding context, subject relationship context, temporal context. With one of these a
# code no longer says that the patient has it now.
_CONTEXTS = frozenset({"408729009", "408732007", "408731000"})


class Around(NamedTuple):
    """What holds for a clinical statement by the place where it stands."""

    section: str = ""
    """The code of its section."""
    skipped: str = ""
    """Why nothing below here is read."""
    parent: str = ""
    """The element of the clinical statement that holds it; empty below a section."""
    group: str = ""
    """The code of that one, if it is a group."""
    concern: Node | None = None
    """The concern that it belongs to."""
    status: str = ""
    """That of the group, where it has none of its own."""
    times: Sequence[Element] = ()


class Made(NamedTuple):
    """A resource, and what of the statement could not be read."""

    resource: Resource
    unreadable: str = ""
    """Why its value is missing."""
    notes: tuple[str, ...] = ()


class Maker:
    """Makes the resources of one document."""

    def __init__(self, references: References, *, subject: str, day: str) -> None:
        """Make resources about a patient, asserted by a document of a day."""
        self.references = references
        self.subject = {"reference": subject}
        self.day = day

    # What every statement has

    def _words(self, element: Element | None) -> str:
        """Give the words of a `text` or `originalText`: those that it refers to, else its own."""
        if element is None:
            return ""
        reference = value_of(child(element, "reference"))
        return (self.references.words(reference) if reference else "") or words_in(element)

    def _concept(
        self, element: Element | None, statement: Node, name: Element | None = None
    ) -> Resource:
        """Write what a statement is about; its name or its words count where the code has none."""
        concept = concept_of(element, self._words(child(element, "originalText")))
        if "text" not in concept:
            words = words_in(name) or self._words(statement.child("text"))
            concept |= {"text": words} if words else {}
        if not concept:
            message = "it has neither a code nor words"
            raise Unreadable(message)
        return concept

    def _base(self, kind: str, statement: Node, around: Around) -> tuple[Resource, list[str]]:
        status = (
            around.status
            if around.status in known.ENDED
            else code_of(statement.child("statusCode"))
        )
        status = (status or around.status).lower()
        notes = []
        written = known.STATUSES[kind].get(status)
        if written is None:
            written = "unknown"
            notes.append("its status is none that CDA has for it")
        return {"resourceType": kind, "status": written, "subject": self.subject}, notes

    def _asserted(self, statement: Node) -> str:
        """Give the day on which the statement was made: its author's, else the document's."""
        return day_of(value_of(statement.child("author", "time"))) or self.day

    def _when(self, statement: Node, around: Around, notes: list[str]) -> When:
        times = statement.all("effectiveTime")
        found = when(*times)
        if found.is_unreadable:
            notes.append("a time of it is no day")
        elif not found.first and not found.is_ended:
            return when(*around.times)
        return found

    def _reasons(self, statement: Node) -> Resource:
        reasons = [
            concept_of(child(link, "observation", "value"))
            for link in statement.all("entryRelationship")
            if link.get("typeCode") == "RSON"
        ]
        found = [each for each in reasons if each]
        return {"reasonCode": found} if found else {}

    # Problems

    def condition(self, statement: Node, around: Around) -> Made:
        """Write a problem or diagnosis."""
        values = statement.all("value")
        if len(values) > 1:
            message = "it has several values"
            raise Unreadable(message)
        value = values[0] if values else None
        notes: list[str] = []
        found = self._when(statement, around, notes)
        resource: Resource = {
            "resourceType": "Condition",
            "subject": self.subject,
            "code": self._concept(value, statement),
        }
        if status := self._clinical(statement, around, found):
            resource["clinicalStatus"] = _one(CLINICAL, status)
        if status := _verification(statement, value):
            resource["verificationStatus"] = _one(VERIFICATION, status)
        if found.start:
            resource["onsetDateTime"] = found.start
        if found.end:
            resource["abatementDateTime"] = found.end
        if recorded := self._recorded(statement, around, found):
            resource["recordedDate"] = recorded
        return Made(resource, notes=tuple(notes))

    def _clinical(self, statement: Node, around: Around, found: When) -> str:
        """
        Tell whether a problem goes on: by its own status, its end, its concern, its section.

        An end on an unknown day is an end, unless the status says that the problem is active.
        """
        for each in _below(statement, "observation"):
            is_status = code_of(child(each, "code")) == known.STATUS_CODE
            if is_status or known.STATUS in roles_of(Node(each)):
                value = child(each, "value")
                code = code_of(value)
                word = "" if value is None else (value.get("displayName") or "").strip().lower()
                # What is not understood does not count.
                return known.PROBLEM_STATUS.get(code) or known.PROBLEM_STATUS.get(word, "unknown")
        if found.is_ended:
            return "resolved"
        if around.concern is not None:
            status = code_of(around.concern.child("statusCode")).lower()
            return "active" if status in {"", "active", "new"} else "inactive"
        return "inactive" if around.section == known.PAST else ""

    def _recorded(self, statement: Node, around: Around, found: When) -> str:
        """
        Give a day on which the patient had the problem by the record's word.

        A time that is one day is such a day, and not the onset. So is the start of a concern that
        holds one problem; one that holds several began with the first of them.
        """
        day = found.day or day_of(value_of(statement.child("author", "time")))
        concern = None if day else around.concern
        if concern is not None and len(concern.all("entryRelationship")) == 1:
            day = day_of(value_of(concern.child("effectiveTime", "low")))
        return day or self.day

    # Findings

    def observation(self, statement: Node, around: Around) -> Made:
        """Write a result, a vital sign, an assessment."""
        resource, notes = self._base("Observation", statement, around)
        resource["code"] = self._concept(statement.child("code"), statement)
        resource |= self._when(statement, around, notes).fields("effective")
        unreadable = ""
        try:
            resource |= self._value(statement)
        except Unreadable as error:
            # It is kept without its value: the newest result, unread, must not give way to an
            # older one without a word.
            unreadable = str(error)
        marks = [
            {"coding": found}
            for each in statement.all("interpretationCode")
            if (found := codings(each, within=INTERPRETATION))
        ]
        if marks:
            resource["interpretation"] = marks
        return Made(resource, unreadable, tuple(notes))

    def _value(self, statement: Node) -> Resource:
        values = statement.all("value")
        if not values:
            return {}
        if len(values) > 1:
            message = "it has several values"
            raise Unreadable(message)
        (value,) = values
        words = self._words(child(value, "originalText"))
        if not words and child(value, "reference") is not None:
            words = self._words(value)
        return value_fields(value, words)

    # What was done, and what is asked for

    def procedure(self, statement: Node, around: Around) -> Made:
        """Write a procedure that was done."""
        resource, notes = self._base("Procedure", statement, around)
        resource["code"] = self._concept(statement.child("code"), statement)
        resource |= self._when(statement, around, notes).fields("performed")
        return Made({**resource, **_sites(statement), **self._reasons(statement)}, "", tuple(notes))

    def service_request(self, statement: Node, around: Around, intent: str) -> Made:
        """Write what is ordered or planned."""
        resource, notes = self._base("ServiceRequest", statement, around)
        resource["intent"] = intent
        resource["code"] = self._concept(statement.child("code"), statement)
        resource |= self._when(statement, around, notes).fields("occurrence")
        if day := self._asserted(statement):
            resource["authoredOn"] = day
        return Made({**resource, **_sites(statement), **self._reasons(statement)}, "", tuple(notes))

    def device_request(self, statement: Node, around: Around, intent: str) -> Made:
        """Write a device that is ordered or planned."""
        resource, notes = self._base("DeviceRequest", statement, around)
        resource["intent"] = intent
        device = statement.child("participant", "participantRole", "playingDevice")
        product = device if device is not None else _material(statement.child(*_PRODUCT))
        resource["codeCodeableConcept"] = self._concept(child(product, "code"), statement)
        resource |= self._when(statement, around, notes).fields("occurrence")
        if day := self._asserted(statement):
            resource["authoredOn"] = day
        return Made(resource, "", tuple(notes))

    def encounter(self, statement: Node, around: Around, intent: str) -> Made:
        """Write an encounter; one that is asked for or intended is planned."""
        resource, notes = self._base("Encounter", statement, around)
        if intent:
            resource["status"] = "planned"
        resource["type"] = [self._concept(statement.child("code"), statement)]
        period = self._when(statement, around, notes).period()
        if period:
            resource["period"] = period
        return Made({**resource, **self._reasons(statement)}, "", tuple(notes))

    # Medication

    def medication(self, kind: str, statement: Node, around: Around, intent: str = "") -> Made:
        """Write a medication: taken, given, or asked for."""
        resource, notes = self._base(kind, statement, around)
        material = _material(statement.child("consumable", "manufacturedProduct"))
        concept = self._concept(child(material, "code"), statement, child(material, "name"))
        found = self._when(statement, around, notes)
        if kind == "Immunization":
            resource["vaccineCode"] = concept
            return Made({**resource, **found.fields("occurrence")}, "", tuple(notes))
        resource["medicationCodeableConcept"] = concept
        if intent:
            resource["intent"] = intent
            day = day_of(value_of(statement.child("author", "time"))) or found.first or self.day
            resource |= {"authoredOn": day} if day else {}
        else:
            resource |= found.fields("effective")
            if kind == "MedicationStatement" and (day := self._asserted(statement)):
                resource["dateAsserted"] = day
        return Made({**resource, **self._reasons(statement)}, "", tuple(notes))

    # Coverage

    def coverage(self, statement: Node, around: Around) -> Made:
        """Write a payer's policy that covers the patient."""
        resource, notes = self._base("Coverage", statement, around)
        del resource["subject"]
        resource["beneficiary"] = self.subject
        code = statement.child("code")
        if concept := concept_of(code):
            resource["type"] = concept
        for each in statement.all("participant"):
            time = child(each, "time")
            if each.get("typeCode") == "COV" and time is not None:
                found = when(time)
                if found.is_unreadable:
                    notes.append("a time of it is no day")
                if found.is_ended and not found.end:
                    resource["status"] = "cancelled"
                if period := found.period():
                    resource["period"] = period
        return Made(resource, "", tuple(notes))


_PRODUCT = ("product", "manufacturedProduct")


def _material(product: Element | None) -> Element | None:
    material = child(product, "manufacturedMaterial")
    return child(product, "manufacturedLabeledDrug") if material is None else material


def _one(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def _sites(statement: Node) -> Resource:
    sites = [concept for each in statement.all("targetSiteCode") if (concept := concept_of(each))]
    return {"bodySite": sites} if sites else {}


def _verification(statement: Node, value: Element | None) -> str:
    """Tell whether a problem is surely there; empty where nothing speaks against it."""
    status = code_of(statement.child("statusCode")).lower()
    if status == "nullified":
        return "entered-in-error"
    if status not in {"", "active", "completed"} or statement.child("uncertaintyCode") is not None:
        return "unconfirmed"
    qualifiers = () if value is None else value.iterchildren(V3 + "qualifier")
    is_in_context = any(code_of(child(each, "name")) in _CONTEXTS for each in qualifiers)
    return "unconfirmed" if is_in_context else ""


def roles_of(statement: Node) -> AbstractSet[str]:
    """Tell what a statement is by the templates that it names."""
    roles = set()
    for each in statement.all("templateId"):
        role = known.ROLES.get(each.get("root") or "")
        if role is not None:
            roles.add(role)
    return roles


def _below(statement: Node, name: str) -> Iterator[Element]:
    for link in statement.all("entryRelationship"):
        yield from link.iterchildren(V3 + name)
