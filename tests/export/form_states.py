"""Policies to make forms of, and forms that somebody has answered in part."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from multifidus import Plan, Service, derive, shipped
from multifidus.chart.filled import fill
from multifidus.chart.statements.gather import Chart
from multifidus.chart.statements.statement import answers_of
from multifidus.chart.statements.value import stated
from multifidus.core.case import Basis, Case, Fact, Provenance
from multifidus.core.element import COUNTED, Choice, Number, Time, YesNo
from multifidus.core.quantity import DateRange, Quantity, Span
from multifidus.export.form_logic import codes_of
from multifidus.language.read import parse_policy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from multifidus.core.element import DataElement, Dictionary
    from multifidus.core.policy import Policy
    from multifidus.core.quantity import Value

Resource = dict[str, Any]

SHELF = shipped()
DICTIONARY = SHELF.dictionaries["low-back-pain"]
SERVICE = date(2026, 10, 5)
PATIENT = "Patient/p1"
STOOD = "isass-2025", "anthem-surg-00158@2025.4.16"
"""The policies whose exports are kept as golden files."""

_FRONT = """---
policy: made-up
version: 1.0.0
status: draft
stance: criteria
body: Nobody
in_force: 2020-01-01 to open
source: made-up
dictionary: low-back-pain
---

# A policy that nobody wrote

Coverage criteria are met when **all of** [@made-up, page 1]

- **A Everything.** It holds: **all of**
"""
_SOURCES = """
made-up:
  document: A document that nobody wrote
  edition: the first
  read: itself
  reading: verified
"""


def policy_of(name: str) -> Policy:
    """Find a policy on the shelf."""
    return SHELF.read(SHELF.find(name, SERVICE))


def policy_asking(tests: Sequence[tuple[str, str]], dictionary: Dictionary = DICTIONARY) -> Policy:
    """Write a policy of some tests, each with its sentence; what is wrong with it fails."""
    items = [f"  - **A{n}** {said}\n    `{test}`" for n, (said, test) in enumerate(tests, start=1)]
    policy, problems = parse_policy(
        _FRONT + "\n".join(items) + "\n",
        sources_text=_SOURCES,
        dictionaries={"low-back-pain": dictionary},
        file="made-up.md",
    )
    assert () == problems
    assert policy is not None
    return policy


def of_every_element() -> Policy:
    """Ask for every element of the dictionary, each by itself."""
    return policy_asking([_favourable(each) for each in DICTIONARY.elements.values()])


def _favourable(element: DataElement) -> tuple[str, str]:
    match element.answer:
        case YesNo():
            return f"{element.label}.", element.name
        case Choice(options):
            return f"{element.label}.", f"{element.name} is {options[0]}"
        case Number(unit, low, high):
            bound = Quantity((low + high) / 2, unit)
        case Time():
            bound = Quantity(2, "years")
    return f"{element.label} is at least {bound}.", f"{element.name} >= {bound}"


# Answers


def response_of(form: Resource, case: Case, dictionary: Dictionary = DICTIONARY) -> Resource:
    """Answer a form from a case on the day of service."""
    return fill(form, dictionary, case, patient=PATIENT, on=case.service.date)


def case_of(response: Resource, dictionary: Dictionary = DICTIONARY, on: date = SERVICE) -> Case:
    """Read a response back, as one that somebody has completed."""
    plan = Plan(dictionary)
    chart = Chart(patient=PATIENT)
    for each in answers_of(plan, response | {"status": "completed"}, "QuestionnaireResponse/r1"):
        chart.statements[each.element].append(each)
    return derive(plan, chart, Service(date=on))


def states(policy: Policy, count: int, seed: int) -> Iterator[Case]:
    """Give cases that answer a policy in part, near its bounds where it has some."""
    random = Random(seed)  # noqa: S311  the same states in every run
    for _ in range(count):
        share = random.choice((0.2, 0.5, 0.8, 1.0))
        known = {}
        for name in policy.elements:
            seen = SERVICE - timedelta(days=random.choice([0, 0, 1, 40]))
            value = some_value(policy, policy.dictionary.elements[name], random, seen)
            if value is not None and random.random() < share:
                address = Provenance(
                    resource="Observation/o1", path="value", date=DateRange.exactly(seen)
                )
                known[name] = Fact(value=value, basis=Basis.STRUCTURED, provenance=(address,))
        yield Case(service=Service(date=SERVICE), entries=known)


def some_value(policy: Policy, element: DataElement, random: Random, seen: date) -> Value | None:
    """Draw a value of an element; none where it takes no answer."""
    if element.pick in COUNTED:
        return None
    bounds = [
        each.bound
        for criterion in policy.criteria()
        for each in criterion.comparisons
        if each.element == element.name
    ]
    match element.answer:
        case YesNo():
            return random.random() < 0.5
        case Choice(options):
            return random.choice(options)
        case Number(unit, low, high):
            near = [bound.value for bound in bounds if bound.unit == unit]
            number = random.choice([*near, *near, low, high, (low + high) / 2])
            number += random.choice((Decimal(-1), Decimal("-0.1"), 0, Decimal("0.1"), Decimal(1)))
            return _in_some_unit(element, Quantity(min(max(number, low), high), unit), random)
        case Time():
            return _some_time(element, bounds, random, seen)


def _in_some_unit(element: DataElement, value: Quantity, random: Random) -> Quantity:
    other: dict[tuple[str, str], Decimal | int] = {
        ("cm", "mm"): 10,
        ("mm", "cm"): Decimal("0.1"),
        ("{score}", "%"): 1,
    }
    codes = codes_of(element)
    factor = other.get((codes[0], codes[-1])) if random.random() < 0.5 else None
    if factor is None:
        return value
    return Quantity(value.value * factor, "percent" if codes[-1] == "%" else codes[-1])


def _some_time(
    element: DataElement, bounds: Sequence[Quantity], random: Random, seen: date
) -> Span:
    """Draw a time that was told in units on the day it was seen, or the day on which it began."""
    answer = element.answer
    assert isinstance(answer, Time)
    if element.units and random.random() < 0.4:
        unit = random.choice(["years", "months", "weeks", "days"])
        bound = random.choice([0, 1, 2, *(int(each.value) for each in bounds)])
        count = max(0, bound + random.choice([-1, 0, 1]))
        return stated(count, unit, DateRange.exactly(seen), answer).at(SERVICE)
    days = [
        int(each.value) * {"years": 365.25, "months": 30.44, "weeks": 7}.get(each.unit, 1)
        for each in bounds
    ]
    back = random.choice([*days, *days, 40, 20_000]) + random.randint(-3, 3)
    day = max(SERVICE - timedelta(days=int(back)), date(1915, 1, 1))
    since = random.choice([f"{day:%Y}", f"{day:%Y-%m}", str(day), str(day)])
    said = DateRange.parse(since)
    if said.latest > SERVICE:
        said = DateRange.exactly(min(day, SERVICE))
    return Span(since=said, until=SERVICE, counting=answer.counting)


def with_units(dictionary: Dictionary, units: Mapping[str, tuple[str, ...]]) -> Dictionary:
    """Let elements of a dictionary accept units, and let answers have their day."""
    elements = {
        name: replace(element, units=units.get(name, element.units))
        for name, element in dictionary.elements.items()
    }
    return replace(dictionary, elements=elements, dates={"QuestionnaireResponse": ("authored",)})
