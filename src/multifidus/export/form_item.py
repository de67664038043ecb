"""
One question of a form for one data element: its text, the kind of answer, unit, range and options.

The linkId is the element's name, by which answers come back. A time may be answered in two ways,
by the day it began or as a time in calendar units, and FHIR has no item that takes both: a second
item, `NAME.duration`, takes the other.
What is counted from a record's entries takes no answer; a line says so instead of a question.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.core.coding import OWN_SYSTEM
from multifidus.core.element import COUNTED, Choice, Number, Since, Time, YesNo
from multifidus.core.quantity import UCUM, UCUM_SYSTEM, UNITS
from multifidus.core.resource import DURATION
from multifidus.export.form_logic import codes_of
from multifidus.export.resource import definition

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from multifidus.core.element import DataElement
    from multifidus.export.resource import Resource

CORE = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"
CRITERION = definition("criterion")
"""An extension of an item: the id of a criterion that asks for it; may be repeated."""

_STARTS = {"birthDate": "the date of birth"}
"""What the day of a beginning is, by the field that a chart keeps it in, where it has a name."""


def items_of(
    element: DataElement, *, criteria: Iterable[str], links: Iterable[str]
) -> list[Resource]:
    """
    Ask for an element: one item, or two where a time may be told in two ways.

    `criteria` are the ids of those that ask for it, `links` the addresses of their sources.
    """
    about = [
        *({"url": CRITERION, "valueString": each} for each in criteria),
        *({"url": f"{CORE}questionnaire-supportLink", "valueUri": each} for each in links),
    ]
    if element.pick in COUNTED:
        words = f"{element.label}: counted from the entries of the record, so no answer is taken."
        return [
            {
                "linkId": f"{element.name}.counted",
                "text": words,
                "type": "display",
                "extension": about,
            }
        ]
    match element.answer:
        case YesNo():
            return [_item(element.name, element.question, "boolean", about)]
        case Choice(options):
            item = _item(element.name, element.question, "choice", about)
            return [item | {"answerOption": [_option(each) for each in options]}]
        case Number():
            about += [*_units(codes_of(element)), *_range(element.answer)]
            return [_item(element.name, element.question, "quantity", about)]
        case Time():
            return _timed(element, about)


def _item(link: str, text: str, kind: str, extension: Sequence[Resource]) -> Resource:
    return {"extension": [*extension], "linkId": link, "text": text, "type": kind}


def _option(code: str) -> Resource:
    display = code.replace("-", " ")
    return {"valueCoding": {"system": OWN_SYSTEM, "code": code, "display": display}}


def _units(codes: Iterable[str]) -> list[Resource]:
    return [
        {
            "url": f"{CORE}questionnaire-unitOption",
            "valueCoding": {"system": UCUM_SYSTEM, "code": code, "display": UCUM[code].name},
        }
        for code in codes
    ]


def _range(answer: Number) -> list[Resource]:
    bounds = (("minQuantity", answer.low), ("maxQuantity", answer.high))
    return [
        {"url": f"{SDC}sdc-questionnaire-{name}", "valueQuantity": _quantity(value, answer.unit)}
        for name, value in bounds
    ]


def _quantity(value: Decimal, unit: str) -> Resource:
    number = int(value) if value == value.to_integral_value() else float(value)
    known = UNITS[unit]
    return {"value": number, "unit": known.name, "system": UCUM_SYSTEM, "code": known.ucum}


def _timed(element: DataElement, about: Sequence[Resource]) -> list[Resource]:
    fields = [rule.gives.path for rule in element.rules if isinstance(rule.gives, Since)]
    day = next((_STARTS[each] for each in fields if each in _STARTS), "the day it began")
    text = f"{element.question} Give {day}, as far as it is known."
    items = [_item(element.name, text, "date", about)]
    if element.units:
        text = f"{element.label}: where that day is not known, for how long by now?"
        places = {"url": f"{CORE}maxDecimalPlaces", "valueInteger": 0}
        low = [each for each in about if each["url"] == CRITERION]
        extension = [*low, *_units(element.units), places]
        items.append(_item(f"{element.name}.{DURATION}", text, "quantity", extension))
    return items
