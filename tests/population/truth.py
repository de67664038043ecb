"""A case in the words of the truth that a made-up person comes with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from multifidus.chart.derive import derive, gather
from multifidus.chart.fhir import Entry, reference_of
from multifidus.core.case import Absence, Basis, Reason, Service
from multifidus.core.quantity import Span
from tests.chart.records import shipped_plan

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from multifidus.core.case import Case
    from multifidus.population.people import Person


def cases(people: Iterable[Person], on: date) -> dict[str, Case]:
    """Read made-up records as a bulk export, and derive a case for each patient."""
    resources = [
        json.loads(line)
        for person in people
        for text in person.lines.values()
        for line in text.splitlines()
    ]
    entries = (Entry(each, reference_of(each)) for each in resources)
    return {
        chart.patient.partition("/")[2]: derive(shipped_plan(), chart, Service(date=on))
        for chart in gather(shipped_plan(), entries)
    }


def told(case: Case) -> dict[str, object]:
    """Tell what a record says of the elements; those of which it says nothing are left out."""
    found: dict[str, object] = {}
    for name, entry in case.entries.items():
        if isinstance(entry, Absence):
            if entry.reason is not Reason.NOT_RECORDED:
                found[name] = {"absent": str(entry.reason)}
        elif isinstance(entry.value, Span):
            found[name] = {"since": str(entry.value.since)}
        elif entry.basis is not Basis.SILENCE:
            found[name] = entry.value if isinstance(entry.value, bool) else str(entry.value)
    return found
