"""The index of a dictionary's rules."""

from __future__ import annotations

from dataclasses import replace

import pytest

from multifidus.chart.statements.plan import Plan
from multifidus.core.element import Content
from multifidus.core.resource import SERVICE_DATE
from tests.chart.records import (
    CPT,
    LOINC,
    case_of,
    chart_of,
    coded,
    concept,
    dictionary,
    shipped_plan,
)


def test_every_rule_of_the_dictionary_is_found_again() -> None:
    indexed = {id(hit.rule) for lookup in shipped_plan().lookups.values() for hit in lookup.all()}
    rules = [rule for element in dictionary().elements.values() for rule in element.rules]

    assert indexed == {id(rule) for rule in (*rules, *dictionary().service_date)}


def test_the_fields_that_are_read_are_named() -> None:
    roots = shipped_plan().lookups["Condition"].roots

    assert {"code", "subject", "abatement", "onset", "recordedDate", "clinicalStatus"} <= set(roots)


def test_a_status_of_a_rule_goes_before_the_one_for_all() -> None:
    elements = dict(dictionary().elements)
    (rule, *others) = elements["radiculopathy"].rules
    resolved = replace(dictionary().counts["Condition"][0], among=("resolved",))
    rule = replace(rule, filters=(resolved,))
    elements["radiculopathy"] = replace(elements["radiculopathy"], rules=(rule, *others))
    plan = Plan(replace(dictionary(), elements=elements))
    past = coded(
        "Condition",
        clinicalStatus=concept("x", "resolved"),
        code=concept("http://hl7.org/fhir/sid/icd-10-cm", "M54.16"),
    )

    assert case_of(past, plan=plan).value("radiculopathy") is True


def test_a_day_of_service_is_read_from_days_only() -> None:
    rules = tuple(replace(each, gives=Content("value")) for each in dictionary().service_date)
    plan = Plan(replace(dictionary(), service_date=rules))
    order = coded("ServiceRequest", status="active", intent="order", code=concept(CPT, "64555"))

    assert [] == chart_of(order, plan=plan).statements[SERVICE_DATE]


@pytest.mark.parametrize(
    "odd",
    [
        None,
        5,
        "M54.16",
        [],
        {},
        {"text": "sciatica"},
        {"coding": None},
        {"coding": "x"},
        {"coding": {"system": LOINC}},
        {"coding": []},
        {"coding": ["39156-5"]},
        {"coding": [None]},
        {"coding": [{"system": LOINC}]},
        {"coding": [{"system": LOINC, "code": ["39156-5"]}]},
        {"coding": [{"system": {}, "code": "39156-5"}]},
        {"coding": [{"system": LOINC, "code": 5}]},
    ],
)
def test_what_holds_no_code_leads_to_no_rule(odd: object) -> None:
    lookup = shipped_plan().lookups["Observation"]

    assert not lookup.hits(odd)
    assert lookup.hits({"coding": [{"system": LOINC, "code": "39156-5"}]})


def test_of_several_codes_each_is_looked_up() -> None:
    lookup = shipped_plan().lookups["Observation"]
    alone = lookup.hits(concept(LOINC, "39156-5"))
    among = {"coding": [{"system": LOINC, "code": code} for code in ("1-1", "39156-5", "39156-5")]}

    assert alone == lookup.hits(among)
