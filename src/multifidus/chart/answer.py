"""
A person's answers → a FHIR R4 QuestionnaireResponse, which `chart.statements.statement` reads back.

An answer confirms what a text says, and then keeps the words, or it is what the person says
instead. What is confirmed is as old as its words: who confirms in September what a note of July
says does not say that it is so in September. A time that a text states ("for 6 years") is counted
back from the text's own day, too.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from multifidus.chart.statements.gather import Chart
from multifidus.chart.statements.statement import answers_of
from multifidus.chart.statements.value import read_content, stated
from multifidus.core.canonical import digest
from multifidus.core.coding import OWN_SYSTEM
from multifidus.core.element import COUNTED, Choice, Number, Time, YesNo
from multifidus.core.quantity import (
    UCUM,
    UCUM_SYSTEM,
    UNITS,
    DateRange,
    Quantity,
    Span,
    completed_units,
)
from multifidus.core.resource import QUESTIONNAIRE, SAID_ON, STATED_ON

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from multifidus.chart.fhir import Resource
    from multifidus.chart.statements.plan import Plan
    from multifidus.core.case import Absence, Provenance
    from multifidus.core.element import DataElement, Dictionary
    from multifidus.core.quantity import Value

CONFIRMED_WORDS = "https://multifidus.org/fhir/StructureDefinition/confirmed-words"
"""An extension of an answer: the words that a person confirmed, and where they stand."""
DIGITS_OF_ID = 8

_NUMBER = re.compile(r"(?P<number>[+-]?[0-9]+(?:\.[0-9]+)?)\s*(?P<unit>.*)")
_SINCE = re.compile(r"since\s+(?P<day>[0-9-]+)", re.IGNORECASE)


def accepted(element: DataElement) -> str:
    """Say what answers an element takes, as a person writes them."""
    units = [UCUM[code].name for code in element.units if code in UCUM]
    match element.answer:
        case YesNo():
            return "yes | no"
        case Choice(options):
            return " | ".join(options)
        case Number(_, low, high):
            return f"a number from {low} to {high} in {' or '.join(units)}"
        case Time():
            day = "a day, as `since 2019-03`"
            return f"{day}, or a time in {', '.join(units)}, as `6 years`" if units else day


# What a person writes


def read_answer(element: DataElement, words: str, on: date) -> tuple[Resource | None, str]:
    """
    Read an answer that a person gives on a day; what is wrong with it, if there is none.

    What is wrong never holds the words: they may be a patient's value.
    """
    if element.pick in COUNTED:
        return None, "it is counted from the record's entries, and takes no answer"
    answer, problem = _written(element, words.strip())
    if answer is None:
        return None, problem
    value, _, problem = read_content(element, answer, "value", DateRange.exactly(on))
    if isinstance(value, Span) and (value.since.earliest or value.since.latest) > on:
        problem = "the time begins after the day of the answer"
    return (None, problem) if problem else (answer, "")


def _written(element: DataElement, words: str) -> tuple[Resource | None, str]:
    match element.answer:
        case YesNo():
            said = {"yes": True, "no": False}.get(words.lower())
            return _value(said), "the answer is neither yes nor no"
        case Choice(options):
            said_option = words.lower() if words.lower() in options else None
            return _value(said_option), "the answer is none of the element's options"
        case Number(unit):
            return _measured(element, words, unit if "none" in element.units else "")
        case Time():
            if since := _SINCE.fullmatch(words):
                return {"valueDate": since["day"]}, ""
            return _measured(element, words, "")


def _value(value: bool | str | None) -> Resource | None:  # noqa: FBT001  the answer to a question
    return None if value is None else _of(value)


def _measured(element: DataElement, words: str, own_unit: str) -> tuple[Resource | None, str]:
    found = _NUMBER.fullmatch(words)
    if found is None:
        return None, "the answer is not a number with a unit"
    name = found["unit"].strip() or own_unit
    if not name:
        return None, "the answer has no unit"
    unit = UNITS.get(name.lower()) or UCUM.get(name)
    if unit is None or unit.ucum not in element.units:
        return None, "the answer is not in a unit that is accepted"
    try:
        quantity = Quantity(found["number"], unit.name)
    except ValueError:
        return None, "the value is outside the range of the scale"
    return _of(quantity), "the number has more digits than a record keeps"


# What a text says


def confirm(element: DataElement, waiting: Absence) -> Resource | None:
    """
    Make the answer that confirms what a text says; None where no FHIR value says the same.

    `waiting` is an unconfirmed absence.
    """
    first = next(iter(waiting.provenance), None)
    answer = fhir_answer(element, waiting.found, first.date if first else None)
    if answer is None:
        return None
    days = [each.date for each in waiting.provenance if each.date is not None]
    newest = max(days, key=lambda each: each.latest, default=None)
    if isinstance(waiting.found, Span) or newest is None or not is_one_date(newest):
        return with_words(answer, waiting)
    said_on = [{"url": SAID_ON, "valueDate": str(newest)}]
    return with_words({"extension": said_on, **answer}, waiting)


def with_words(answer: Resource, waiting: Absence) -> Resource:
    """Add to an answer the words that it confirms."""
    words = [_words(each) for each in waiting.provenance if each.quote is not None]
    extensions = [*words, *answer.get("extension", ())]
    return {"extension": extensions} | answer | {"extension": extensions} if words else answer


def is_said(element: DataElement, answer: Resource, waiting: Absence, on: date) -> bool:
    """Whether an answer is what the text says."""
    value, _, _ = read_content(element, answer, "value", DateRange.exactly(on))
    found = waiting.found
    if isinstance(value, Span) and isinstance(found, Span):
        return value.since == found.since
    return value == found


def fhir_answer(
    element: DataElement, value: Value | None, day: DateRange | None
) -> Resource | None:
    """Write a value as an answer, where FHIR has one that says the same; `day` is that of it."""
    if isinstance(value, Span):
        return _begun(element, value.since, day)
    return None if value is None else _of(value)


def _begun(element: DataElement, since: DateRange, day: DateRange | None) -> Resource | None:
    """Write when a time began: the day itself, or the time that was stated and on which day."""
    if is_one_date(since):
        return {"valueDate": str(since)}
    if day is None or not isinstance(element.answer, Time) or not is_one_date(day):
        return None
    for code in element.units:
        unit = UCUM[code].name
        count = completed_units(since.latest, day.latest, unit)
        if stated(count, unit, day, element.answer).since == since:
            answer = _of(Quantity(count, unit))
            stated_on = [{"url": STATED_ON, "valueDate": str(day)}]
            return None if answer is None else {"extension": stated_on, **answer}
    return None


def is_one_date(days: DateRange) -> bool:
    """Whether a FHIR date says it: a day, a month or a year."""
    try:
        return DateRange.parse(str(days)) == days
    except ValueError:
        return False


def _of(value: bool | str | Quantity) -> Resource | None:  # noqa: FBT001  the answer to a question
    match value:
        case bool():
            return {"valueBoolean": value}
        case str():
            display = value.replace("-", " ")
            return {"valueCoding": {"system": OWN_SYSTEM, "code": value, "display": display}}
        case Quantity():
            number = _number(value.value)
            unit = UNITS[value.unit]
            parts = {"unit": unit.name, "system": UCUM_SYSTEM, "code": unit.ucum}
            return None if number is None else {"valueQuantity": {"value": number, **parts}}


def _number(value: Decimal) -> int | float | None:
    """Give a number as JSON holds it; None if that would change its digits."""
    if value == value.to_integral_value():
        return int(value)
    number = float(value)
    return number if Decimal(repr(number)) == value else None


def _words(provenance: Provenance) -> Resource:
    """Say which words were confirmed: the document, the page, the characters, the words."""
    quote = provenance.quote
    if quote is None:  # pragma: no cover  what has no words is not asked for them
        raise AssertionError
    parts: list[Resource] = [{"url": "document", "valueString": provenance.resource}]
    if provenance.path:
        parts.append({"url": "path", "valueString": provenance.path})
    if quote.page is not None:
        parts.append({"url": "page", "valuePositiveInt": quote.page})
    parts += [
        {"url": "start", "valueUnsignedInt": quote.start},
        {"url": "end", "valueUnsignedInt": quote.end},
        {"url": "words", "valueString": quote.words},
    ]
    return {"url": CONFIRMED_WORDS, "extension": parts}


# The resource


def respond(
    dictionary: Dictionary, answers: Mapping[str, Resource], *, patient: str, by: str, on: date
) -> Resource:
    """
    Make the QuestionnaireResponse of some answers about a patient, by a person, on a day.

    Its id is the same for the same content and another for any other, for a record may hold several
    of one day. Raises `ValueError` if a reference cannot name the patient.
    """
    content: Resource = {
        "questionnaire": f"{QUESTIONNAIRE}{dictionary.name}",
        "status": "completed",
        "subject": {"reference": reference(patient)},
        "authored": str(on),
        "author": {"display": by},
        "source": {"display": by},
        "item": [
            {"linkId": name, "text": dictionary.elements[name].question, "answer": [answer]}
            for name, answer in answers.items()
        ],
    }
    _, _, fingerprint = digest(printable(content)).partition(":")
    name = f"answers-{on}-{fingerprint[:DIGITS_OF_ID]}"
    return {"resourceType": "QuestionnaireResponse", "id": name, **content}


def reference(patient: str) -> str:
    """Refer to a patient as a record names it: by type and id, or else by its URL."""
    name = patient.removeprefix("Patient ")
    if " " in name:
        message = "the patient has neither an id nor a URL"
        raise ValueError(message)
    return name


def printable(content: object) -> object:
    """Write the fractions as words, which is how canonical bytes keep their digits."""
    match content:
        case float():
            return repr(content)
        case dict():
            return {name: printable(each) for name, each in content.items()}
        case list():
            return [printable(each) for each in content]
        case _:
            return content


def with_answers(plan: Plan, chart: Chart, response: Resource) -> Chart:
    """Give a chart as it will be with the answers in the record."""
    merged = Chart(patient=chart.patient, documents=chart.documents, requested=chart.requested)
    for name, statements in chart.statements.items():
        merged.statements[name].extend(statements)
    for statement in answers_of(plan, response, f"QuestionnaireResponse/{response['id']}"):
        merged.statements[statement.element].append(statement)
    return merged
