"""
Data elements as data requirements: which resources answer, with which codes and statuses.

One requirement a way to answer: R4 reads several code filters as *and*, so a rule that takes codes
of several value sets becomes several requirements. What a requirement cannot hold (which of
several statements counts, what silence means, how old a code may be) is said by the dictionary and
by the CQL library, not here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.core.coding import OWN_SYSTEM
from multifidus.core.element import Content, Since, SinceAtLatest
from multifidus.core.quantity import UCUM_SYSTEM, UNITS
from multifidus.export.resource import canonical, extension, lean, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from multifidus.core.element import DataElement, Dictionary, Filter, Rule
    from multifidus.export.resource import Resource


def requirements(dictionary: Dictionary, names: Iterable[str]) -> list[Resource]:
    """List what a chart has to hold to answer some elements, each requirement once."""
    listed: list[Resource] = []
    for name in names:
        element = dictionary.elements[name]
        for rule in element.rules:
            listed += [
                each for each in _requirements(dictionary, element, rule) if each not in listed
            ]
    return listed


def value_sets_of(dictionary: Dictionary, names: Iterable[str]) -> tuple[str, ...]:
    """Name the value sets that answer some elements, each once, in alphabetical order."""
    used: set[str] = set()
    for name in names:
        for rule in dictionary.elements[name].rules:
            used |= set(rule.code_in)
            used |= {each for told in rule.filters for each in told.among}
    return tuple(sorted(used & set(dictionary.value_sets)))


def _requirements(dictionary: Dictionary, element: DataElement, rule: Rule) -> Iterator[Resource]:
    told = (_filter(dictionary, each) for each in _filters(dictionary, rule))
    filters = [each for each in told if each]
    for code in _codes(element, rule):
        yield lean(
            {
                "extension": [extension("data-element", valueString=element.name)],
                "type": rule.resource,
                "mustSupport": _fields(rule),
                "codeFilter": [*code, *filters],
                "dateFilter": _window(dictionary, element, rule),
            }
        )


def _codes(element: DataElement, rule: Rule) -> Iterator[list[Resource]]:
    """Give the ways in which the code of a resource may say that it is about an element."""
    if rule.own:
        own = {"system": OWN_SYSTEM, "code": element.name.replace("_", "-")}
        yield [{"path": "code", "code": [own]}]
    for name in rule.code_in:
        yield [{"path": "code", "valueSet": canonical("ValueSet", name)}]
    if not rule.own and not rule.code_in:
        yield []


def _filters(dictionary: Dictionary, rule: Rule) -> Iterator[Filter]:
    """Give what must hold of a resource; what a rule says of a field replaces the default."""
    said = {each.field for each in rule.filters}
    yield from (each for each in dictionary.counts.get(rule.resource, ()) if each.field not in said)
    yield from rule.filters


def _filter(dictionary: Dictionary, told: Filter) -> Resource:
    """Say a filter; nothing where it takes several value sets, for R4 would want all of them."""
    sets = [each for each in told.among if each in dictionary.value_sets]
    if sets:
        one = len(sets) == 1
        return {"path": told.field, "valueSet": canonical("ValueSet", sets[0])} if one else {}
    absent = [extension("or-absent", valueBoolean=True)] if told.or_absent else []
    return lean(
        {
            "extension": absent,
            "path": told.field,
            "code": [{"code": each} for each in told.among],
        }
    )


def _fields(rule: Rule) -> list[str]:
    match rule.gives:
        case Content(path) | Since(path) | SinceAtLatest(path):
            return [path]
        case _:
            return []


def _window(dictionary: Dictionary, element: DataElement, rule: Rule) -> list[Resource]:
    """Say how old a statement may be; R4 counts from now, which is the day of service here."""
    paths = dictionary.dates.get(rule.resource, ())
    if element.window is None or not paths:
        return []
    unit = UNITS[element.window.unit]
    age = {
        "value": number(element.window.value),
        "unit": element.window.unit,
        "system": UCUM_SYSTEM,
        "code": unit.ucum,
    }
    return [{"path": paths[0], "valueDuration": age}]
