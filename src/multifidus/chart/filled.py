"""
Responses to a form: one that a case fills in, and one that a person's answers complete.

Each answer says where it comes from, as DTR asks: filled in from the record, and on which day the
record said so, or given by a person.
A form here is plain FHIR: its items are known by their linkId, which is an element's name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.chart.answer import DIGITS_OF_ID, fhir_answer, is_one_date, printable, reference
from multifidus.chart.statements.statement import ORIGIN, SILENCE
from multifidus.core.canonical import digest
from multifidus.core.case import Basis, Fact
from multifidus.core.element import Time
from multifidus.core.resource import DURATION, STATED_ON

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from multifidus.chart.fhir import Resource
    from multifidus.core.case import Case
    from multifidus.core.element import DataElement, Dictionary

FROM_THE_RECORD, BY_A_PERSON, OVER_THE_RECORD = "auto-client", "manual", "override"


def fill(form: Resource, dictionary: Dictionary, case: Case, *, patient: str, on: date) -> Resource:
    """Answer a form from a case, as far as that goes: a response in progress."""
    answers = {
        link: answer
        for name, element in dictionary.elements.items()
        if isinstance(fact := case.entry(name), Fact)
        for link, answer in [_filled_in(element, fact)]
        if answer is not None
    }
    content: Resource = {
        "questionnaire": f"{form['url']}|{form['version']}",
        "status": "in-progress",
        "subject": {"reference": reference(patient)},
        "authored": str(on),
        "item": [*_items(form, answers)],
    }
    return _named("form", content, on)


def _items(parent: Resource, answers: Mapping[str, Resource]) -> Iterator[Resource]:
    """Repeat the items of a form, with the answers that there are."""
    for item in parent.get("item", ()):
        if item["type"] == "display":
            continue
        told = {"linkId": item["linkId"], "text": item["text"]}
        if below := [*_items(item, answers)]:
            told["item"] = below
        if item["linkId"] in answers:
            told["answer"] = [answers[item["linkId"]]]
        yield told


def _filled_in(element: DataElement, fact: Fact) -> tuple[str, Resource | None]:
    """Give the item that takes a fact, and the answer; none where no FHIR value says the same."""
    first = fact.provenance[0].date if fact.provenance else None
    answer = fhir_answer(element, fact.value, first)
    link = element.name
    if answer is None:
        return link, None
    if isinstance(element.answer, Time) and "valueQuantity" in answer:
        link = f"{element.name}.{DURATION}"
    extensions = [_origin(FROM_THE_RECORD)]
    if fact.basis is Basis.SILENCE:
        extensions.append({"url": SILENCE, "valueString": fact.because})
    known = answer.get("extension", [])
    if first is not None and is_one_date(first) and not isinstance(element.answer, Time):
        extensions.append({"url": STATED_ON, "valueDate": str(first)})
    value = {name: each for name, each in answer.items() if name != "extension"}
    return link, {"extension": [*extensions, *known], **value}


def _origin(source: str, author: str = "") -> Resource:
    parts: list[Resource] = [{"url": "source", "valueCode": source}]
    if author:
        who = {"url": "practitioner", "valueReference": {"display": author}}
        parts.append({"url": "author", "extension": [who]})
    return {"url": ORIGIN, "extension": parts}


# A person's answers


def complete(response: Resource, answers: Mapping[str, Resource], *, by: str, on: date) -> Resource:
    """
    Put a person's answers into a response, over what was filled in, and call it completed.

    `answers` are by element; an element that the response does not ask about is a `KeyError`.
    """
    placed = {
        f"{name}.{DURATION}" if _is_time(name, answer, response) else name: answer
        for name, answer in answers.items()
    }
    missing = placed.keys() - set(links_of(response))
    if missing:
        raise KeyError(*sorted(missing))
    # Of a time that is told anew, the other way to tell it is no longer true.
    dropped = {other for link in placed for other in _others(link)}
    filled = answers_in(response)
    marked = {
        link: {"extension": [_origin(OVER_THE_RECORD if link in filled else BY_A_PERSON, by)]}
        | answer
        for link, answer in placed.items()
    }
    content = {
        name: value for name, value in response.items() if name not in ("resourceType", "id")
    }
    content |= {
        "status": "completed",
        "authored": str(on),
        "author": {"display": by},
        "source": {"display": by},
        "item": [*_answered(response, marked, dropped - placed.keys())],
    }
    return _named("answers", content, on)


def _answered(
    parent: Resource, answers: Mapping[str, Resource], dropped: set[str]
) -> Iterator[Resource]:
    """Keep the items that have an answer, and the groups around them."""
    for item in parent.get("item", ()):
        told = {name: value for name, value in item.items() if name not in ("item", "answer")}
        if below := [*_answered(item, answers, dropped)]:
            told["item"] = below
        link = item["linkId"]
        if link in answers:
            told["answer"] = [answers[link]]
        elif "answer" in item and link not in dropped:
            told["answer"] = item["answer"]
        if "item" in told or "answer" in told:
            yield told


def links_of(parent: Resource) -> Iterator[str]:
    """List the linkIds of the items of a form or a response, in their order."""
    for item in parent.get("item", ()):
        yield item["linkId"]
        yield from links_of(item)


def answers_in(parent: Resource) -> frozenset[str]:
    """Name the elements that a response answers."""
    below = [answers_in(item) for item in parent.get("item", ())]
    here = [item["linkId"] for item in parent.get("item", ()) if "answer" in item]
    return frozenset(here).union(*below)


def _is_time(name: str, answer: Resource, response: Resource) -> bool:
    return "valueQuantity" in answer and f"{name}.{DURATION}" in set(links_of(response))


def _others(link: str) -> tuple[str, ...]:
    name, dot, _ = link.partition(".")
    return (name,) if dot else (f"{name}.{DURATION}",)


def _named(kind: str, content: Resource, on: date) -> Resource:
    """Give a response an id: the same for the same content."""
    _, _, fingerprint = digest(printable(content)).partition(":")
    name = f"{kind}-{on}-{fingerprint[:DIGITS_OF_ID]}"
    return {"resourceType": "QuestionnaireResponse", "id": name, **content}
