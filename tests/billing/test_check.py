"""Coding cases with their findings and sources, and what holds of every table and finding."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from multifidus.billing.check import check_codes
from multifidus.billing.device import device_facts
from multifidus.billing.groups import ms_drgs
from multifidus.billing.request import (
    CodedRequest,
    System,
    coded,
    read_codes,
    read_line_of_business,
    read_site,
)
from multifidus.billing.tables import is_under, shipped_tables
from multifidus.core.citation import ReadingStatus
from multifidus.core.coding import Days
from multifidus.errors import RequestError
from multifidus.library.shelf import shipped

CASES: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("cases.json").read_text(encoding="utf-8")
)
TABLES = shipped_tables()


def request(**case: Any) -> CodedRequest:  # noqa: ANN401  the fields of a case
    """Make the request of a case."""
    return CodedRequest(
        on=date.fromisoformat(case["on"]),
        codes=read_codes(
            diagnoses=case.get("diagnoses", ()),
            procedures=case.get("procedures", ()),
            products=case.get("products", ()),
        ),
        site=read_site(case.get("site", "")),
        line_of_business=read_line_of_business(case.get("line_of_business", "")),
        policy=case.get("policy", ""),
    )


@pytest.mark.parametrize("case", CASES, ids=[each["name"] for each in CASES])
def test_a_case_has_the_findings_that_its_source_says(case: dict[str, Any]) -> None:
    """Every finding is expected, and every expected one is found."""
    found = check_codes(request(**case), TABLES)

    assert {f"{each.rule}:{','.join(each.codes)}" for each in found} == set(case["expected"])
    assert case["source"]


def test_there_are_cases_for_every_rule_of_the_first_kind() -> None:
    """Each rule that speaks of an error is shown by a case."""
    shown = {each.partition(":")[0] for case in CASES for each in case["expected"]}
    grave = {rule.id for rule in TABLES.rules if rule.severity == "error"}
    hidden = {"excludes1-m544", "excludes1-m543", "excludes1-m625", "excludes1-m6281"}
    hidden |= {"excludes1-m541", "other-therapy", "medicare-electrode-code"}

    assert grave - shown == hidden
    for name in hidden:
        (rule,) = (each for each in TABLES.rules if each.id == name)
        assert name in _found_by(rule.codes, rule.others)


def _found_by(codes: tuple[str, ...], others: tuple[str, ...]) -> list[str]:
    whole = [_whole(each) for each in (codes[0], *others[:1])]
    diagnoses = [each for each in whole if "." in each]
    procedures = [each for each in whole if "." not in each]
    asked = request(
        on="2026-05-01",
        diagnoses=diagnoses,
        procedures=procedures,
        line_of_business="medicare",
    )
    return [each.rule for each in check_codes(asked, TABLES)]


def _whole(pattern: str) -> str:
    return f"{pattern[:-1]}0" if pattern.endswith("-") else pattern


def test_the_gravest_comes_first() -> None:
    """A person reads from above."""
    asked = request(on="2024-09-30", diagnoses=["M62.85"], procedures=["64555"])
    severities = [each.severity for each in check_codes(asked, TABLES)]

    assert severities == ["error", "warning", "information"]


def test_a_request_without_codes_has_no_findings() -> None:
    """Nothing is said of nothing."""
    assert check_codes(CodedRequest(on=date(2026, 5, 1)), TABLES) == ()


def test_a_code_of_another_therapy_is_told_not_to_be_in_the_table() -> None:
    """What was not looked at is said."""
    asked = request(on="2026-05-01", diagnoses=["A00.0"], procedures=[])
    (found,) = check_codes(asked, TABLES)

    assert (found.rule, found.severity) == ("not-in-table", "information")


def test_codes_are_read_in_any_case_with_or_without_dots_and_blanks() -> None:
    """As people copy them."""
    (one,) = read_codes(diagnoses=[" m62 85 "])
    (line,) = read_codes(procedures=["64555:2-rt-59"])

    assert (one.system, one.code) == (System.ICD_10_CM, "M62.85")
    assert (line.code, line.units, line.modifiers) == ("64555", 2, ("RT", "59"))
    assert str(line) == "64555:2-RT-59"


def test_all_that_is_no_code_is_told_at_once() -> None:
    """Four faults, four messages, each with the way forward."""
    with pytest.raises(RequestError) as caught:
        read_codes(diagnoses=["back pain"], procedures=["64555:0", "x-"], products=["QLK1"])

    assert [each.message for each in caught.value.problems] == [
        "`back pain` is not a code",
        "`64555:0` is not a code",
        "`x-` is not a code",
        "`QLK1` is not a code",
    ]


@pytest.mark.parametrize("words", ["2", "222", "office"])
def test_a_site_that_is_none_is_told(words: str) -> None:
    """Two digits, as CMS numbers them."""
    with pytest.raises(RequestError, match="is not a place of service"):
        read_site(words)


def test_a_line_of_business_that_is_none_is_told() -> None:
    """With those that there are."""
    with pytest.raises(RequestError, match="medicare-advantage"):
        read_line_of_business("private")
    assert read_line_of_business("Medicare Advantage") == "medicare-advantage"


def test_a_coding_of_another_system_is_no_code_of_a_request() -> None:
    """SNOMED CT names findings, not lines of a claim."""
    assert coded("http://snomed.info/sct", "279039007") is None
    assert coded("http://hl7.org/fhir/sid/icd-10-cm", "M6285") == coded(
        "http://hl7.org/fhir/sid/icd-10-cm", "M62.85"
    )


# The tables


def test_the_table_of_codes_agrees_with_the_value_sets() -> None:
    """A code that stands in both is valid on the same days, and as well read."""
    systems = {
        "http://hl7.org/fhir/sid/icd-10-cm": System.ICD_10_CM,
        "http://www.ama-assn.org/go/cpt": System.CPT,
    }
    shared = [
        (code, TABLES.codes[systems[code.system], code.code])
        for value_set in shipped().dictionaries["low-back-pain"].value_sets.values()
        for code in value_set.codes
        if code.system in systems and (systems[code.system], code.code) in TABLES.codes
    ]

    assert len(shared) > 30
    for code, known in shared:
        assert (code.code, code.valid, code.reading) == (known.code, known.valid, known.reading)


def test_what_is_verified_has_a_source() -> None:
    """Nobody can follow a source that is not named."""
    rows: tuple[Any, ...] = (
        *TABLES.codes.values(),
        *TABLES.rules,
        *TABLES.policies,
        *ms_drgs(),
        *device_facts(),
    )
    read = [each for each in rows if each.reading is not ReadingStatus.UNVERIFIED]

    assert [each for each in read if not each.source] == []


def test_no_page_is_both_the_thing_itself_and_a_report_of_it() -> None:
    """Where tables, value sets and policies cite one page, they say alike how well it was read."""
    shelf = shipped()
    values = shelf.dictionaries["low-back-pain"].value_sets.values()
    sources = (each for one in shelf.entries for each in shelf.read(one).sources.values())
    rows: tuple[Any, ...] = (*TABLES.codes.values(), *TABLES.rules, *TABLES.policies)
    cited = [
        *((each.source, each.reading) for each in rows),
        *((each.origin, each.reading) for value_set in values for each in value_set.codes),
        *((each.address, each.reading) for each in sources),
    ]
    verified = {page for page, reading in cited if reading is ReadingStatus.VERIFIED}
    reported = {page for page, reading in cited if reading is ReadingStatus.SECOND_HAND}

    assert "https://payerpolicy.org" in " ".join(reported)
    assert verified & reported <= {""}


def test_the_policies_whose_codes_are_listed_stand_on_the_shelf() -> None:
    """Under the same ids."""
    on_the_shelf = {each.id for each in shipped().entries}

    assert {each.policy for each in TABLES.policies} <= on_the_shelf


def test_a_retired_code_names_codes_that_took_its_place() -> None:
    """And they are valid from the next day on."""
    retired = [each for each in TABLES.codes.values() if each.valid.last]

    assert retired
    for each in retired:
        for name in each.successors:
            successor = TABLES.codes[each.system, name]
            assert successor.valid == Days(first=successor.valid.first)
            assert (successor.valid.first - each.valid.last).days == 1  # type: ignore[operator]


def test_labels_of_procedures_are_not_descriptors() -> None:
    """CPT descriptors are licensed: what stands there says the part that a code plays here."""
    for each in TABLES.codes.values():
        if each.system is System.CPT:
            assert each.label in {
                each.role.replace("-", " "),
                "of another device",
                "of another site",
            }


def test_what_no_source_told_of_the_device_has_no_value() -> None:
    """The status for MRI is looked up for each model, never held as a constant."""
    facts = {each.fact: each for each in device_facts()}

    assert facts["product_code"].value == "QLK"
    assert facts["mri_status"].value is None
    assert {each.reading for each in facts.values() if each.value is None} == {"unverified"}


def test_a_pattern_with_a_stroke_stands_for_all_that_begins_so() -> None:
    """`M79.1-` holds M79.18 and not M79.81."""
    assert is_under("M79.18", ["M79.1-"])
    assert not is_under("M79.81", ["M79.1-"])
    assert not is_under("M79.18", ["M79.1"])
