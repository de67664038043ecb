"""A record becomes a case: one entry for each element of the dictionary."""

from __future__ import annotations

from datetime import date

from multifidus.chart.derive import derive, with_requested_codes
from multifidus.core.case import Service
from multifidus.core.quantity import Quantity
from tests.chart.records import (
    ON,
    case_of,
    chart_of,
    dictionary,
    observation,
    own,
    quantity,
    shipped_plan,
)

SITE = "bilateral-l2-medial-branch"


def test_a_case_has_an_entry_for_every_element() -> None:
    assert set(dictionary().elements) == set(case_of().entries)


def test_one_chart_makes_a_case_for_each_day() -> None:
    chart = chart_of(observation("oswestry_index", valueQuantity=quantity(40, "%")))
    cases = [
        derive(shipped_plan(), chart, Service(date=day)).value("oswestry_index")
        for day in (date(2026, 8, 31), ON, date(2027, 1, 1))
    ]

    assert [None, Quantity(40, "points"), None] == cases


def test_codes_that_somebody_asks_about_are_an_order() -> None:
    chart = chart_of(observation("stimulation_site", valueCodeableConcept=own(SITE)))
    asked = with_requested_codes(shipped_plan(), chart, ("64555",))
    case = derive(shipped_plan(), asked, Service(date=ON, codes=("64555",)))

    assert case.value("lead_procedure_requested") is True
    assert case.value("generator_procedure_requested") is None
    # An order that names no site does not speak against the site on record.
    assert SITE == case.value("stimulation_site")
    assert chart.statements.keys() <= asked.statements.keys()
    assert [] == chart.statements["lead_procedure_requested"]
