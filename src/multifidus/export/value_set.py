"""
The value sets that a policy's elements use, and the code system of the dictionary's own names.

`compose` says what belongs to a set, and is the same whatever the policy; the expansion lists it
for the days on which the policy is in force, or for one day that was asked for. No clock is read:
an expansion has the first day that it is for; where a policy states none and nobody asked for one,
it says that the day is not known. When a set was last changed its version tells, not a date.
A label is shown as the display of our own codes only; beside others' codes it is a designation, for
their displays are theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.core.coding import OWN_SYSTEM, Days
from multifidus.core.element import Choice
from multifidus.export.metadata import COPYRIGHT, PUBLISHER, dated
from multifidus.export.resource import canonical, extension, lean, machine_name, not_known

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from multifidus.core.coding import Code, ValueSet
    from multifidus.core.element import DataElement, Dictionary
    from multifidus.export.resource import Resource

UNCLOSED = "http://hl7.org/fhir/StructureDefinition/valueset-unclosed"
"""Says that an expansion does not list every code: R4's own extension."""


def value_set(told: ValueSet, *, for_days: Days) -> Resource:
    """Write a value set, expanded to the codes that are valid on some of the days."""
    return {
        **_identity("ValueSet", told.name, told.version),
        "description": told.origin,
        "copyright": COPYRIGHT,
        "compose": {"include": list(_includes(told.codes))},
        "expansion": _expansion(told, for_days),
    }


def own_codes(dictionary: Dictionary) -> Resource:
    """Write the code system of the dictionary: a code for each element, and for its options."""
    inside = (each for told in dictionary.value_sets.values() for each in told.codes)
    own = [each for each in inside if each.system == OWN_SYSTEM]
    name = OWN_SYSTEM.rpartition("/")[2]
    return {
        **_identity("CodeSystem", name, dictionary.version),
        "description": "The project's own names: data elements, their options, and codes of value"
        " sets for which no public terminology has one.",
        "copyright": COPYRIGHT,
        "caseSensitive": True,
        "content": "complete",
        "concept": list(_concepts(dictionary.elements.values(), own)),
    }


def _identity(kind: str, name: str, version: str) -> Resource:
    return {
        "resourceType": kind,
        "id": name,
        "url": canonical(kind, name),
        "version": version,
        "name": machine_name(name),
        "title": name.replace("-", " ").capitalize(),
        "status": "draft",
        "experimental": False,
        **not_known("date"),
        "publisher": PUBLISHER,
    }


# What belongs to a set


def _includes(codes: tuple[Code, ...]) -> Iterator[Resource]:
    """Give one include for the codes of a system, and one for each code with those below it."""
    for system in dict.fromkeys(each.system for each in codes):
        listed = [each for each in codes if each.system == system and not each.with_descendants]
        if listed:
            yield {"system": system, "concept": [_concept(each) for each in listed]}
    for stem in codes:
        if stem.with_descendants:
            below = {"property": "concept", "op": "is-a", "value": stem.code}
            yield {"system": stem.system, "filter": [below]}


def _concept(code: Code) -> Resource:
    return {**_marked(code), "code": code.code, **_label(code)}


def _marked(code: Code) -> Resource:
    """Say when a code is valid, where it is not valid always, and how well it was read."""
    days = code.valid
    period = {side: day.isoformat() for side, day in _ends(days)}
    marks = [extension("reading-status", valueCode=code.reading.value)]
    if period:
        marks.append(extension("code-validity", valuePeriod=period))
    return {"extension": marks}


def _ends(days: Days) -> Iterator[tuple[str, date]]:
    if days.first:
        yield "start", days.first
    if days.last:
        yield "end", days.last


def _label(code: Code) -> Resource:
    if not code.label:
        return {}
    if code.system == OWN_SYSTEM:
        return {"display": code.label}
    return {"designation": [{"language": "en", "value": code.label}]}


# What it comes to


def _expansion(told: ValueSet, days: Days) -> Resource:
    valid = [each for each in told.codes if each.valid.meet(days) is not None]
    open_ended = any(each.with_descendants for each in valid)
    return lean(
        {
            "extension": [{"url": UNCLOSED, "valueBoolean": True}] if open_ended else [],
            "identifier": f"{canonical('ValueSet', told.name)}|{told.version}#{_span(days)}",
            **dated(days.first, name="timestamp"),
            "total": len(valid),
            "contains": [
                {**_marked(each), "system": each.system, "code": each.code, **_label(each)}
                for each in valid
            ],
        }
    )


def _span(days: Days) -> str:
    """Name the days of an expansion, as no white space may stand in its identifier."""
    return f"{days.first or 'open'}/{days.last or 'open'}"


# Our own codes


def _concepts(elements: Iterable[DataElement], own: Iterable[Code]) -> Iterator[Resource]:
    """Give each code once: the elements, then what only options or value sets name."""
    seen: set[str] = set()
    for code, label in _named(elements, own):
        if code not in seen:
            seen.add(code)
            yield {"code": code, "display": label}


def _named(elements: Iterable[DataElement], own: Iterable[Code]) -> Iterator[tuple[str, str]]:
    asked = tuple(elements)
    yield from ((each.name.replace("_", "-"), each.label) for each in asked)
    for element in asked:
        if isinstance(element.answer, Choice):
            yield from ((each, each.replace("-", " ")) for each in element.answer.options)
    yield from ((each.code, each.label) for each in own)
