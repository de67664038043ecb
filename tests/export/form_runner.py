"""
An outsider's form filler, of fhirpathpy: it fills a form in from a record, and tells what it asks.

It knows SDC and nothing of ours: variables, queries, initial expressions, what is enabled.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import fhirpathpy
from fhirpathpy.models import models

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

Resource = dict[str, Any]

SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
VARIABLE = "http://hl7.org/fhir/StructureDefinition/variable"
FHIRPATH, QUERY = "text/fhirpath", "application/x-fhir-query"


@lru_cache(maxsize=4096)
def compiled(path: str) -> Callable[[Any, dict[str, Any]], list[Any]]:
    """Compile an expression once."""
    run: Callable[[Any, dict[str, Any]], list[Any]] = fhirpathpy.compile(path, models["r4"])
    return run


def run(path: str, here: object, known: Mapping[str, object]) -> list[Any]:
    """Evaluate an expression, with variables."""
    return list(compiled(path)(here, {**known}))


def expressions(element: Resource, url: str) -> Iterator[Resource]:
    """Give the expressions of an extension."""
    for each in element.get("extension", ()):
        if each["url"] == url:
            yield each["valueExpression"]


def items_of(element: Resource) -> Iterator[Resource]:
    """Visit the items of a form or a response, those of groups too."""
    for item in element.get("item", ()):
        yield item
        yield from items_of(item)


def search(query: str, record: Sequence[Resource]) -> Resource:
    """Answer a search of a server that holds one patient: by type and code."""
    kind, _, parameters = query.partition("?")
    wanted = dict(each.split("=", 1) for each in parameters.split("&")).get("code")
    found = [each for each in record if each["resourceType"] == kind]
    if wanted is not None:
        codes = set(wanted.split(","))
        found = [each for each in found if codes & _codes(each)]
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "entry": [{"resource": each} for each in found],
    }


def _codes(resource: Resource) -> set[str]:
    concepts = [resource.get(name, {}) for name in ("code", "codeCodeableConcept")]
    codings = [coding for each in concepts for coding in each.get("coding", ())]
    return {f"{each.get('system')}|{each.get('code')}" for each in codings}


class FormRun:
    """A form, a record and the answers so far."""

    def __init__(
        self,
        form: Resource,
        response: Resource,
        record: Sequence[Resource] = (),
        given: Mapping[str, object] | None = None,
    ) -> None:
        """Evaluate the variables of the form, in their order, but for those that are given."""
        self.given = given or {}
        patients = [each for each in record if each["resourceType"] == "Patient"]
        self.form = form
        self.record = record
        self.known: dict[str, object] = {
            "resource": response,
            "questionnaire": form,
            "patient": patients[:1],
        }
        self._define(form, self.known)

    def _define(self, element: Resource, known: dict[str, object]) -> None:
        for each in expressions(element, VARIABLE):
            if each["name"] in self.given:
                known[each["name"]] = self.given[each["name"]]
            elif each["language"] == QUERY:
                known[each["name"]] = [search(each["expression"], self.record)]
            else:
                known[each["name"]] = run(each["expression"], known["resource"], known)

    def asked(self) -> list[str]:
        """List the questions that are shown, by their linkId."""
        return list(self._shown(self.form))

    def _shown(self, element: Resource) -> Iterator[str]:
        for item in element.get("item", ()):
            tests = expressions(item, f"{SDC}enableWhenExpression")
            if all(self._run(each, item) == [True] for each in tests):
                if item["type"] != "group":
                    yield item["linkId"]
                yield from self._shown(item)

    def _run(self, expression: Resource, item: Resource) -> list[Any]:
        return run(expression["expression"], self.known["resource"], {**self.known, "qitem": item})

    def filled(self) -> dict[str, list[Any]]:
        """Fill in what the record answers, by linkId."""
        found = {}
        for item in items_of(self.form):
            for initial in expressions(item, f"{SDC}initialExpression"):
                known = {**self.known, "qitem": item}
                self._define(item, known)
                if values := run(initial["expression"], self.known["resource"], known):
                    found[item["linkId"]] = [_plain(each) for each in values]
        return found


def _plain(value: object) -> object:
    """Give a day as FHIR writes it."""
    return value if isinstance(value, bool | int | float | dict) else getattr(value, "asStr", value)
