"""
dictionary × record → case: one fact or one absence for each data element.

Reading a record takes two steps. `gather` (chart.statements.gather) takes its resources one at a
time and keeps only *statements*: what a rule of the dictionary reads from a resource, with its date
and address. `derive` then settles (chart.statements.settle and weigh), for one patient and one date
of service, each element from its statements.

Nothing is guessed: a statement without its unit, scale or date is an absence that says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.chart.fhir import Entry
from multifidus.chart.statements.gather import SERVICE_CODE_SYSTEMS, Chart, Gatherer, gather
from multifidus.chart.statements.plan import Plan
from multifidus.chart.statements.weigh import weigh
from multifidus.core.case import Case
from multifidus.core.resource import QUESTIONNAIRE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multifidus.core.case import Service

__all__ = ["QUESTIONNAIRE", "Chart", "Plan", "derive", "gather", "with_requested_codes"]


def derive(plan: Plan, chart: Chart, service: Service) -> Case:
    """Settle every element of the dictionary for one patient and one date of service."""
    # A chart speaks of some elements; the others are what silence makes of them, in every chart.
    entries = {**plan.silence}
    for name, statements in chart.statements.items():
        if name in entries:
            entries[name] = weigh(plan.dictionary.elements[name], statements, service.date)
    return Case(service=service, entries=entries)


def with_requested_codes(plan: Plan, chart: Chart, codes: Sequence[str]) -> Chart:
    """Add the service codes that somebody asks about, as if the record held an order for them."""
    order = {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "subject": {"reference": chart.patient},
        "code": {
            "coding": [
                {"system": system, "code": code}
                for code in codes
                for system in SERVICE_CODE_SYSTEMS
            ]
        },
    }
    gatherer = Gatherer(plan)
    gatherer.patients[chart.patient] = chart.patient
    gatherer.add(Entry(order, "service codes as asked"))
    (added,) = gatherer.charts()
    merged = Chart(
        patient=chart.patient,
        documents=[*chart.documents],
        requested=(*chart.requested, *added.requested),
    )
    for statements in (chart.statements, added.statements):
        for name, mine in statements.items():
            merged.statements[name].extend(mine)
    return merged
