"""
The rules of SDC and DTR about forms and responses that R4 itself does not have.

One function for a form and one for a response to it; both tell everything that is wrong. They read
our own forms and those of others alike. What a rule is called in HL7's guides stands beside it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Resource = dict[str, Any]

CORE = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
DTR = "http://hl7.org/fhir/us/davinci-dtr/StructureDefinition/"
LANGUAGES = ("text/fhirpath", "text/cql", "text/cql-identifier", "application/x-fhir-query")
BUILT_IN = {"patient", "resource", "questionnaire", "qitem", "context", "encounter", "user"}
ANSWERS = {
    "attachment": "valueAttachment",
    "boolean": "valueBoolean",
    "choice": "valueCoding",
    "date": "valueDate",
    "dateTime": "valueDateTime",
    "decimal": "valueDecimal",
    "integer": "valueInteger",
    "quantity": "valueQuantity",
    "reference": "valueReference",
    "string": "valueString",
    "text": "valueString",
    "time": "valueTime",
    "url": "valueUri",
}
"""Of each type of question, the field of its answer; an open choice has two."""
AUTO = {"auto", "auto-client", "auto-server"}
BY_A_PERSON = {"manual", "override"}


def extensions(element: Resource, url: str) -> list[Resource]:
    """Give the extensions of one kind."""
    return [each for each in element.get("extension", ()) if each.get("url") == url]


def items_of(element: Resource, path: str = "item") -> Iterator[tuple[str, Resource]]:
    """Visit every item, those of groups and of answers too."""
    for number, item in enumerate(element.get("item", ())):
        here = f"{path}[{number}]"
        yield here, item
        yield from items_of(item, f"{here}.item")
        for answer in item.get("answer", ()):
            yield from items_of(answer, f"{here}.answer.item")


# Forms


def broken_in_form(form: Resource) -> list[str]:
    """Tell which rules a form breaks."""
    return [*_form(form), *_used(form)]


def _form(form: Resource) -> Iterator[str]:
    if not form.get("url"):
        yield "url: is missing (sdc-questionnaire)"
    if form.get("subjectType") != ["Patient"]:
        yield "subjectType: is not Patient alone (dtr-base-questionnaire)"
    for name in ("assemble-expectation", "endpoint"):
        if extensions(form, f"{SDC}{name}"):
            yield f"extension: {name} is not allowed (dtr-base-questionnaire)"
    audience = {each.get("valueCode") for each in extensions(form, f"{DTR}questionnaireAudience")}
    times = extensions(form, f"{DTR}estimated-completion-time")
    told = {part["url"] for each in times for part in each.get("extension", ())}
    if times and audience & {"clinical", "patient"} and "clinicalTime" not in told:
        yield "extension: the time of clinicians is missing (dtrq-6)"
    if not form.get("item"):
        yield "item: there is none (dtr-std-questionnaire)"
    for path, item in items_of(form):
        for fault in _item(item):
            yield f"{path}: {fault}"


def _item(item: Resource) -> Iterator[str]:
    kind = item.get("type")
    if not item.get("text"):
        yield "text is missing (dtr-base-questionnaire)"
    options = [*item.get("answerOption", ()), *extensions(item, f"{SDC}answerExpression")]
    if kind in ("choice", "open-choice") and not (options or item.get("answerValueSet")):
        yield "a choice has nothing to choose (dtrq-2)"
    units = [
        extensions(item, f"{CORE}questionnaire-{name}") for name in ("unitOption", "unitValueSet")
    ]
    if kind == "quantity" and not any(units):
        yield "a quantity has no unit (dtrq-3)"
    if kind == "reference" and not extensions(item, f"{CORE}questionnaire-referenceResource"):
        yield "a reference names no type (dtrq-4)"
    for option in item.get("answerOption", ()):
        coding = option.get("valueCoding", {})
        if "code" in coding and "system" not in coding:
            yield "an option has a code without a system (sdc-base-2)"
    yield from _bounds(item)
    yield from _expressions(item)


def _bounds(item: Resource) -> Iterator[str]:
    low, high = (
        [each["valueQuantity"]["value"] for each in extensions(item, f"{SDC}{name}Quantity")]
        for name in ("min", "max")
    )
    if low and high and low[0] > high[0]:
        yield "the least is more than the most"


def _expressions(item: Resource) -> Iterator[str]:
    shown = extensions(item, f"{SDC}enableWhenExpression")
    if item.get("enableWhen") and shown:
        yield "it has both enableWhen and an expression (SDC)"
    initial = extensions(item, f"{SDC}initialExpression")
    if initial and item.get("type") in ("group", "display"):
        yield "what takes no answer cannot be filled in (SDC)"
    if initial and item.get("readOnly"):
        yield "what is filled in must be seen and open to change (DTR sec-4)"
    for name in ("initialExpression", "enableWhenExpression", "calculatedExpression"):
        found = extensions(item, f"{SDC}{name}")
        if len(found) > 1:
            yield f"it has several of {name} (SDC)"
        for each in found:
            language = each.get("valueExpression", {}).get("language")
            if language not in LANGUAGES:
                yield f"{name}: `{language}` is no language of expressions"


def _used(form: Resource) -> Iterator[str]:
    """Tell which variables are used before they are defined."""
    known = set(BUILT_IN)
    yield from _defined(form, known)
    for path, item in items_of(form):
        inner = set(known)
        for fault in _defined(item, inner):
            yield f"{path}: {fault}"
        for name in ("initialExpression", "enableWhenExpression"):
            for each in extensions(item, f"{SDC}{name}"):
                for fault in _unknown(each["valueExpression"], inner):
                    yield f"{path}: {fault}"


def _defined(element: Resource, known: set[str]) -> Iterator[str]:
    for each in extensions(element, f"{CORE}variable"):
        yield from _unknown(each["valueExpression"], known)
        known.add(each["valueExpression"]["name"])


def _unknown(expression: Resource, known: set[str]) -> Iterator[str]:
    if expression["language"] in ("text/fhirpath", "application/x-fhir-query"):
        for name in re.findall(r"%([A-Za-z][A-Za-z0-9]*)", expression.get("expression", "")):
            if name not in known:
                yield f"%{name} is used before it is defined"


# Responses


def broken_in_response(response: Resource, form: Resource) -> list[str]:
    """Tell which rules a response to a form breaks."""
    return [*_response(response, form)]


def _response(response: Resource, form: Resource) -> Iterator[str]:
    if response.get("questionnaire") != f"{form['url']}|{form['version']}":
        yield "questionnaire: is not this version of the form (DTR)"
    if (
        not response.get("subject", {})
        .get("reference", "")
        .startswith(("Patient/", "http", "urn:"))
    ):
        yield "subject: is no patient (DTR)"
    if response.get("status") not in ("in-progress", "completed", "amended"):
        yield "status: is none of a form's life (DTR)"
    questions = [(item["linkId"], item) for _, item in items_of(form)]
    order = [link for link, _ in questions]
    links = [item["linkId"] for _, item in items_of(response)]
    if [link for link in order if link in links] != links:
        yield "item: they are not those of the form, in its order"
    known = dict(questions)
    for path, item in items_of(response):
        for answer in item.get("answer", ()):
            for fault in _answer(answer, known.get(item["linkId"], {})):
                yield f"{path}: {fault}"


def _answer(answer: Resource, question: Resource) -> Iterator[str]:
    field = ANSWERS.get(question.get("type", ""))
    values = [name for name in answer if name.startswith("value")]
    if values != [field]:
        yield f"the answer is {values}, the question takes {field}"
    origins = extensions(answer, f"{DTR}information-origin")
    if len(origins) != 1:
        yield "the answer does not say where it comes from (DTR)"
    for origin in origins:
        parts = {each["url"]: each for each in origin.get("extension", ())}
        source = parts.get("source", {}).get("valueCode")
        if source not in AUTO | BY_A_PERSON:
            yield f"`{source}` is no origin (DTR)"
        elif (source in BY_A_PERSON) != ("author" in parts):
            yield "an author is named exactly where a person answered (dtrx-1)"
