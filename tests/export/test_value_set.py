"""Value sets: what belongs to them, and what that comes to on the days in question."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from multifidus.core.coding import OWN_SYSTEM, Days
from multifidus.export.data_requirement import requirements, value_sets_of
from multifidus.export.value_set import own_codes, value_set
from multifidus.library.shelf import shipped
from tests.export.publications import ours, said
from tests.export.validator import faults

if TYPE_CHECKING:
    from multifidus.core.coding import ValueSet

Resource = dict[str, Any]

DICTIONARY = shipped().dictionaries["low-back-pain"]
BEFORE, AFTER = date(2021, 9, 30), date(2021, 10, 1)


def named(name: str) -> ValueSet:
    return DICTIONARY.value_sets[name]


def expanded(name: str, *, first: date | None, last: date | None) -> list[str]:
    told = value_set(named(name), for_days=Days(first=first, last=last))
    return [
        each["code"]
        for each in told["expansion"].get("contains", [])
        if each["system"].endswith("icd-10-cm")
    ]


def test_an_expansion_holds_what_was_valid_on_some_of_the_days() -> None:
    """The undivided code ended on the last day of September 2021; its successors began after it."""
    old, new = ["M54.5"], ["M54.50", "M54.59"]

    assert old == expanded("low-back-pain", first=BEFORE, last=BEFORE)
    assert new == expanded("low-back-pain", first=AFTER, last=AFTER)
    assert old + new == expanded("low-back-pain", first=BEFORE, last=AFTER)
    assert old + new == expanded("low-back-pain", first=None, last=None)


def test_an_expansion_has_the_first_day_that_it_is_for() -> None:
    told = value_set(named("low-back-pain"), for_days=Days(first=AFTER))

    assert "2021-10-01" == told["expansion"]["timestamp"]
    assert told["expansion"]["identifier"].endswith("|0.1.0#2021-10-01/open")


def test_an_expansion_for_days_that_nobody_knows_says_so() -> None:
    told = value_set(named("low-back-pain"), for_days=Days())

    assert "timestamp" not in told["expansion"]
    assert "unknown" == told["expansion"]["_timestamp"]["extension"][0]["valueCode"]
    assert [] == faults(told)


def test_what_belongs_to_a_set_says_when_it_is_valid_and_how_it_was_read() -> None:
    told = value_set(named("multifidus-dysfunction"), for_days=Days())
    concepts = {
        each["code"]: each for part in told["compose"]["include"] for each in part["concept"]
    }

    assert {"start": "2024-10-01"} == said(concepts["M62.85"], "code-validity")
    assert "verified" == said(concepts["M62.85"], "reading-status")


def test_what_belongs_to_a_set_does_not_depend_on_the_days() -> None:
    one, other = (
        value_set(named("low-back-pain"), for_days=Days(first=day)) for day in (BEFORE, None)
    )

    assert one["compose"] == other["compose"]
    assert {key: one[key] for key in one if key != "expansion"} == {
        key: other[key] for key in other if key != "expansion"
    }


def test_a_code_with_those_below_it_is_a_filter_and_its_expansion_is_not_closed() -> None:
    told = value_set(named("pain-medication"), for_days=Days())
    filters = [each["filter"][0] for each in told["compose"]["include"] if "filter" in each]

    assert {"is-a"} == {each["op"] for each in filters}
    assert "M01A" in [each["value"] for each in filters]
    assert told["expansion"]["extension"][0]["valueBoolean"]


def test_the_display_of_a_code_of_others_is_theirs_and_is_left_out() -> None:
    listed = [
        (each["system"], "display" in each)
        for name in DICTIONARY.value_sets
        for each in value_set(named(name), for_days=Days())["expansion"].get("contains", [])
    ]

    assert {OWN_SYSTEM} == {system for system, has_display in listed if has_display}


def test_our_own_codes_are_complete_and_each_stands_once() -> None:
    told = own_codes(DICTIONARY)
    codes = [each["code"] for each in told["concept"]]

    assert [] == faults(told)
    assert len(codes) == len(set(codes))
    assert {"oswestry-index", "positive", "restorative-neurostimulator"} <= set(codes)


def test_every_value_set_that_a_requirement_names_is_listed() -> None:
    policy = ours()
    asked = requirements(policy.dictionary, policy.elements)
    named_in = {
        part["valueSet"].rpartition("/")[2]
        for each in asked
        for part in each.get("codeFilter", [])
        if "valueSet" in part
    }

    assert named_in == set(value_sets_of(policy.dictionary, policy.elements))


def test_a_requirement_stands_once_though_two_clauses_ask_for_it() -> None:
    policy = ours()
    once = requirements(policy.dictionary, ["age"])

    assert once == requirements(policy.dictionary, ["age", "age"])
