"""Codes, citations, cases, expressions, and their plain form."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from multifidus.core.canonical import canonical_bytes, digest, plain
from multifidus.core.case import NOT_RECORDED, Absence, Basis, Case, Fact, Reason, Service
from multifidus.core.citation import Citation, ReadingStatus, weakest
from multifidus.core.coding import Code, Days, ValueSet
from multifidus.core.expression import (
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Expression,
    Holds,
    Matches,
    Not,
    Part,
    elements_of,
    fold,
    notation,
)
from multifidus.core.quantity import DateRange, Operator, Quantity, Span

if TYPE_CHECKING:
    from multifidus.core.quantity import Value

SERVICE = Service(date=date(2026, 6, 1))
AGE = Compare("age", Operator.AT_LEAST, Quantity(18, "years"))
TEST = Matches("test", ("positive",))
EITHER = Matches("test", ("positive", "doubtful"))
PREGNANT = Holds("pregnant")


# Codes and citations


@pytest.mark.parametrize(
    ("day", "is_valid"),
    [("2024-09-30", False), ("2024-10-01", True), ("2025-09-30", True), ("2025-10-01", False)],
)
def test_both_ends_of_a_validity_belong_to_it(day: str, *, is_valid: bool) -> None:
    days = Days(first=date(2024, 10, 1), last=date(2025, 9, 30))

    assert is_valid is days.include(date.fromisoformat(day))


def test_an_open_end_includes_every_day() -> None:
    assert Days().include(date.min)
    assert Days().include(date.max)
    assert "2024-10-01 to open" == str(Days(first=date(2024, 10, 1)))
    assert "open to 2024-09-30" == str(Days(last=date(2024, 9, 30)))


def test_a_value_set_finds_a_code_or_the_class_that_it_belongs_to() -> None:
    exact = Code(system="s", code="N02", label="one code")
    stem = Code(system="s", code="M01A", label="a class", with_descendants=True)
    value_set = ValueSet(name="v", version="1.0.0", origin="made up", codes=(exact, stem))

    assert exact is value_set.find("s", "N02")
    assert stem is value_set.find("s", "M01AE02")
    assert stem is value_set.find("s", "M01A")
    assert value_set.find("s", "N02A") is None
    assert value_set.find("t", "M01AE02") is None
    assert replace(value_set, codes=(exact,)).find("s", "M01A") is None


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["verified"], "verified"),
        (["verified", "second-hand"], "second-hand"),
        (["unverified", "verified"], "unverified"),
        ([], "unverified"),
    ],
)
def test_a_clause_is_no_better_read_than_its_least_well_read_source(
    statuses: list[str], expected: str
) -> None:
    citations = [
        Citation(source="s", place="p", reading=ReadingStatus(status)) for status in statuses
    ]

    assert expected == weakest(citations)


# Cases


def fact(value: Value) -> Fact:
    return Fact(value=value, basis=Basis.ANSWER)


YES = fact(value=True)


def test_an_element_that_is_left_out_is_not_recorded() -> None:
    case = Case(service=SERVICE, entries={"age": fact(Quantity(52, "years"))})

    assert NOT_RECORDED == case.entry("test")
    assert case.value("test") is None
    assert Quantity(52, "years") == case.value("age")


def test_on_another_day_only_time_has_passed() -> None:
    began = Span(since=DateRange.parse("2026-01"), until=SERVICE.date)
    case = Case(service=SERVICE, entries={"pain": fact(began), "test": fact("positive")})
    later = case.at(date(2027, 1, 1))

    assert date(2027, 1, 1) == later.service.date
    assert began.at(date(2027, 1, 1)) == later.value("pain")
    assert "positive" == later.value("test")


def test_a_case_can_be_limited_to_some_elements() -> None:
    case = Case(service=SERVICE, entries={"a": YES, "b": fact(value=False)})

    assert {"a"} == set(case.limited_to(frozenset({"a", "c"})).entries)


def test_the_digest_of_a_case_is_that_of_what_is_recorded() -> None:
    """The order does not matter, nor whether what is not recorded is named."""
    a, b = YES, Absence(reason=Reason.TOO_OLD)
    case = Case(service=SERVICE, entries={"a": a, "b": b})

    assert case.digest == Case(service=SERVICE, entries={"b": b, "a": a}).digest
    assert case.digest == Case(service=SERVICE, entries={"a": a, "b": b, "c": NOT_RECORDED}).digest
    assert case.digest != Case(service=SERVICE, entries={"a": a}).digest
    assert case.digest != case.at(date(2026, 6, 2)).digest
    assert case.digest.startswith("sha256:")


# Plain form


def test_values_of_every_kind_have_a_plain_form() -> None:
    began = Span(since=DateRange.parse("2026-01"), until=date(2026, 6, 1))

    assert {
        "since": {"earliest": "2026-01-01", "latest": "2026-01-31"},
        "until": "2026-06-01",
        "counting": "elapsed",
    } == plain(began)
    assert [None, True, 3, "a", ["b"], {"c": "7.3"}] == plain(
        (None, True, 3, "a", ["b"], {"c": Quantity("7.30", "cm").value})
    )


def test_what_has_no_plain_form_is_an_error_of_the_caller() -> None:
    with pytest.raises(TypeError, match="object has no plain form"):
        plain(object())


def test_the_same_value_gives_the_same_bytes() -> None:
    assert b'{"a":1,"b":"\xc3\xa9"}' == canonical_bytes({"b": "é", "a": 1})
    assert digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1})


# Expressions


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (AGE, "age >= 18 years"),
        (TEST, "test is positive"),
        (EITHER, "test is one of positive, doubtful"),
        (PREGNANT, "pregnant"),
        (Part("I3.2"), "I3.2"),
        (Not(PREGNANT), "not pregnant"),
        (AllOf((AGE, Not(PREGNANT))), "age >= 18 years and not pregnant"),
        (
            AnyOf((AllOf((AGE, TEST)), PREGNANT)),
            "(age >= 18 years and test is positive) or pregnant",
        ),
        (Not(AnyOf((AGE, TEST))), "not (age >= 18 years or test is positive)"),
        (
            AtLeast(2, (AGE, TEST, PREGNANT)),
            "at least 2 of age >= 18 years, test is positive, pregnant",
        ),
    ],
)
def test_a_test_is_written_as_policies_write_it(expression: Expression, text: str) -> None:
    assert text == notation(expression)


def test_elements_are_named_once_in_the_order_of_the_text() -> None:
    whole = AnyOf((Not(TEST), AllOf((AGE, EITHER)), AtLeast(1, (PREGNANT, Part("A")))))

    assert ("test", "age", "pregnant") == elements_of(whole)


def test_a_fold_visits_parts_before_the_whole() -> None:
    def depth(_: Expression, parts: tuple[int, ...]) -> int:
        return 1 + max(parts, default=0)

    assert 3 == fold(AllOf((AGE, Not(PREGNANT))), depth)


def test_and_is_not_or_to_a_digest() -> None:
    """The two have the same parts, and a policy that exchanges them is another one."""
    parts = (Holds("one"), Holds("two"))

    assert digest(AllOf(parts)) != digest(AnyOf(parts))
    assert {"any_of": [{"element": "one"}, {"element": "two"}]} == plain(AnyOf(parts))
