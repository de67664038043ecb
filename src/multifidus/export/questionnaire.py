"""
A policy as an SDC Questionnaire (FHIR R4): what it asks, in its own order, as long as it matters.

Groups follow the criteria; an element stands where the first criterion asks for it, and names them
all. What the record says is filled in (`export.prefill`), and only what can still move the answer
is asked (`export.form_logic`).
The answers come back as facts of the same elements: a linkId is an element's name.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

from multifidus.core.element import COUNTED
from multifidus.export.cql import library_name
from multifidus.export.fhirpath import answer, disjunction
from multifidus.export.form_item import CORE, SDC, items_of
from multifidus.export.form_logic import ANSWER_DAY, SERVICE_DAY, FormLogic, Variable, asked
from multifidus.export.metadata import (
    PURPOSE,
    described,
    identity,
    life,
    scope,
)
from multifidus.export.prefill import prefill
from multifidus.export.resource import canonical
from multifidus.export.retrieval import queries, service_day
from multifidus.export.said import Exported

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from multifidus.core.element import DataElement
    from multifidus.core.policy import Criterion, Policy
    from multifidus.export.resource import Resource

PROFILE = f"{SDC}sdc-questionnaire"
DTR = "http://hl7.org/fhir/us/davinci-dtr/StructureDefinition/"
FHIRPATH, QUERY, CQL = "text/fhirpath", "application/x-fhir-query", "text/cql-identifier"

_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s<>\"]+")


class PrefillLanguage(StrEnum):
    """In which language a form says what the record answers."""

    FHIRPATH = "fhirpath"
    CQL = "cql"
    """By the names of the exported library, which the form then names too."""


def questionnaire(
    policy: Policy, *, language: PrefillLanguage = PrefillLanguage.FHIRPATH
) -> Exported[Resource]:
    """Ask in a form what a policy asks of a record."""
    form = _Form(policy, language)
    return Exported(content=form.resource(), gaps=form.logic.gaps)


class _Form:
    """A policy on its way to a form."""

    def __init__(self, policy: Policy, language: PrefillLanguage) -> None:
        self.policy = policy
        self.language = language
        self.logic = FormLogic(policy)
        self.placed: set[str] = set()

    def resource(self) -> Resource:
        policy = self.policy
        begun = identity(
            policy,
            kind="Questionnaire",
            name=policy.about.id,
            title=policy.about.title,
            description=f"What a policy asks of a record. {described(policy)} {PURPOSE}",
        )
        variables = [*self._variables()]
        items = self._items(policy.root)
        return {
            **{name: begun.pop(name) for name in ("resourceType", "id")},
            "meta": {"profile": [PROFILE]},
            "extension": [*self._context(), *variables],
            **begun,
            "subjectType": ["Patient"],
            **{name: each for name, each in life(policy).items() if name != "author"},
            **scope(policy),
            "item": items or [self._nothing_to_ask()],
        }

    def _context(self) -> Iterator[Resource]:
        if self.language is PrefillLanguage.CQL:
            library = canonical("Library", library_name(self.policy))
            version = self.policy.about.version
            yield {"url": f"{CORE}cqf-library", "valueCanonical": f"{library}|{version}"}
        system = "http://hl7.org/fhir/uv/sdc/CodeSystem/launchContext"
        coding = {"system": system, "code": "patient", "display": "Patient"}
        parts = [
            {"url": "name", "valueCoding": coding},
            {"url": "type", "valueCode": "Patient"},
            {"url": "description", "valueString": "The patient whom the form is about"},
        ]
        yield {"url": f"{SDC}sdc-questionnaire-launchContext", "extension": parts}
        yield {"url": f"{DTR}questionnaireAudience", "valueCode": "clinical"}

    def _variables(self) -> Iterator[Resource]:
        dictionary, elements = self.policy.dictionary, self.logic.elements
        if not elements:
            return
        for each in queries(dictionary, self._filled(elements)):
            yield _variable(each, QUERY)
        now = "iif(%resource.authored.exists(), %resource.authored.toString(), today().toString())"
        days = {SERVICE_DAY: service_day(dictionary), ANSWER_DAY: f"{now}.substring(0, 10)"}
        for name, expression in days.items():
            yield _variable(Variable.of(name, expression), FHIRPATH)
        for each in self.logic.variables():
            yield _variable(each, FHIRPATH)

    def _filled(self, elements: Iterable[DataElement]) -> Iterable[DataElement]:
        """Give the elements for which the form itself looks into the record."""
        if self.language is PrefillLanguage.CQL:
            return ()
        return [each for each in elements if prefill(self.policy.dictionary, each).expression]

    # Items

    def _items(self, criterion: Criterion) -> list[Resource]:
        """Ask for what a criterion needs and nobody above has asked for."""
        items = [item for name in criterion.elements for item in self._asked(name, criterion)]
        for part in criterion.parts:
            below = self._items(part)
            if part.parts and below:
                below = [self._group(part, below)]
            items += below
        return items

    def _group(self, criterion: Criterion, items: list[Resource]) -> Resource:
        elements = dict.fromkeys(name for each in criterion.walk() for name in each.elements)
        shown = disjunction(asked(name) for name in elements if name in self.placed)
        return {
            "extension": [_expression("enableWhenExpression", shown)],
            "linkId": criterion.id,
            "prefix": criterion.id,
            "text": criterion.title or criterion.sentence,
            "type": "group",
            "item": items,
        }

    def _asked(self, name: str, criterion: Criterion) -> Iterator[Resource]:
        known = {element.name: element for element in self.logic.elements}
        if name in self.placed or name not in known:
            return
        self.placed.add(name)
        element = known[name]
        asking = [each for each in self.policy.criteria() if name in each.elements]
        links = dict.fromkeys(link for each in asking for link in self._links(each))
        first, *others = items_of(element, criteria=[each.id for each in asking], links=links)
        first["prefix"] = criterion.id
        first["extension"] += [
            *self._prefill(element),
            _expression("enableWhenExpression", asked(name)),
        ]
        yield _in_order(first)
        for other in others:
            # Whoever knows the day need not say how long ago it was.
            shown = f"{asked(name)} and {answer(name)}.empty()"
            other["extension"].append(_expression("enableWhenExpression", shown))
            yield _in_order(other)

    def _links(self, criterion: Criterion) -> Iterator[str]:
        for citation in criterion.citations:
            source = self.policy.sources.get(citation.source)
            if source is not None and (link := link_of(source.address)):
                yield link

    def _prefill(self, element: DataElement) -> Iterator[Resource]:
        if self.language is PrefillLanguage.CQL:
            if element.pick not in COUNTED:
                expression = f'"{library_name(self.policy)}"."{element.name}"'
                yield _expression("initialExpression", expression, language=CQL)
            return
        filled = prefill(self.policy.dictionary, element)
        if filled.expression:
            for each in filled.variables:
                yield _variable(each, FHIRPATH)
            yield _expression("initialExpression", filled.expression)

    def _nothing_to_ask(self) -> Resource:
        """Say why a form has no question: an item is asked for by every profile."""
        words = " ".join(each.sentence for each in self.policy.clauses())
        return {
            "linkId": "nothing-to-ask",
            "text": f"No answer can move it. {words}",
            "type": "display",
        }


def link_of(address: str) -> str:
    """
    Find the web address in what is said of where a source stands; empty if there is none.

    >>> link_of("doi 10.14444/8833"), link_of("paper copy")
    ('https://doi.org/10.14444/8833', '')
    """
    if found := _ADDRESS.search(address):
        return found[0].rstrip(".,;)")
    doi = _DOI.search(address)
    return f"https://doi.org/{doi[0].rstrip('.,;)')}" if doi else ""


_ORDER = ("extension", "linkId", "prefix", "text", "type", "answerOption", "item")


def _in_order(item: Resource) -> Resource:
    return {name: item[name] for name in _ORDER if name in item}


def _variable(variable: Variable, language: str) -> Resource:
    value = {"name": variable.name, "language": language, "expression": variable.expression}
    return {"url": f"{CORE}variable", "valueExpression": value}


def _expression(name: str, expression: str, *, language: str = FHIRPATH) -> Resource:
    value = {"language": language, "expression": expression}
    return {"url": f"{SDC}sdc-questionnaire-{name}", "valueExpression": value}
