"""Routes: what to document, cheapest first, and what cannot be reached."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from multifidus.core.case import Basis, Case, Fact, Service
from multifidus.core.determination import Answer, determine
from multifidus.core.quantity import Counting, DateRange, Quantity, Span
from multifidus.core.route import MOST_ROUTES, witnessed_routes
from multifidus.language.read import parse_policy
from tests.language.small import POLICY, SMALL, SOURCES

if TYPE_CHECKING:
    from multifidus.core.policy import Policy
    from multifidus.core.quantity import Value

TODAY = date(2028, 2, 29)
HEAD = POLICY.partition("Coverage criteria are met")[0]
MANY = {f"e{n}": replace(SMALL.elements["unfit"], name=f"e{n}") for n in range(MOST_ROUTES + 2)}
DICTIONARY = replace(SMALL, elements={**SMALL.elements, **MANY})


def policy(criteria: str) -> Policy:
    """Read a policy with these criteria."""
    found, problems = parse_policy(
        HEAD + criteria, sources_text=SOURCES, dictionaries={"small": DICTIONARY}
    )
    assert () == problems
    assert found is not None
    return found


def one_test(test: str) -> Policy:
    return policy(
        f"Coverage is met when **all of**\n\n- **A** A sentence. [@made-up, page 1]\n  `{test}`\n"
    )


def case(**values: Value) -> Case:
    entries = {name: Fact(value=value, basis=Basis.ANSWER) for name, value in values.items()}
    return Case(service=Service(date=TODAY), entries=entries)


def routes(policy: Policy, case: Case) -> list[dict[str, str]]:
    return [dict(route.favourable) for route in determine(policy, case).routes]


def test_routes_come_cheapest_first_and_say_what_each_element_must_show() -> None:
    """An answer from the record costs less than a visit; the lift test and the pain cost alike."""
    found = policy(POLICY.removeprefix(HEAD))
    fit = {"unfit": "not unfit"}

    assert [
        {"age": "age >= 18 years", "lift_test": "lift_test is positive", **fit},
        {"age": "age >= 18 years", "pain": "pain > 6 cm", **fit},
    ] == routes(found, case())


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (1, [{"age"}, {"unfit"}, {"pain"}]),
        (2, [{"age", "unfit"}, {"age", "pain"}, {"unfit", "pain"}]),
        (3, [{"age", "unfit", "pain"}]),
    ],
)
def test_at_least_so_many_are_reached_by_any_so_many(count: int, expected: list[set[str]]) -> None:
    found = policy(
        f"Coverage is met when **at least {count} of** [@made-up, page 1]\n\n"
        "- **A** Age.\n  `age >= 18 years`\n"
        "- **B** Unfit.\n  `unfit`\n"
        "- **C** Pain.\n  `pain > 6 cm`\n"
    )

    assert expected == [set(route) for route in routes(found, case())]


def test_what_is_settled_against_the_patient_is_on_no_route() -> None:
    found = policy(POLICY.removeprefix(HEAD))
    fit = {"unfit": "not unfit"}

    assert [{"age": "age >= 18 years", "pain": "pain > 6 cm", **fit}] == routes(
        found, case(lift_test="negative")
    )


def test_one_value_has_to_satisfy_all_that_is_asked_of_an_element() -> None:
    narrow = one_test("age >= 18 years and age < 19 years")
    assert [{"age": "age >= 18 years and age < 19 years"}] == routes(narrow, case())

    never = one_test("age >= 18 years and age < 18 years")
    assert [] == routes(never, case())


def test_no_more_routes_are_told_than_anybody_reads() -> None:
    items = "".join(
        f"  - **A{n}** A sentence.\n    `{name}`\n" for n, name in enumerate(MANY, start=1)
    )
    found = policy(
        "Coverage is met when **all of**\n\n"
        f"- **A Many.** There are **any of** [@made-up, page 1]\n{items}"
    )

    assert [{name} for name in MANY][:MOST_ROUTES] == [set(each) for each in routes(found, case())]


def test_a_vague_date_leaves_a_route_only_where_one_of_its_days_is_favourable() -> None:
    long = one_test("pain_duration >= 6 months")
    vague = DateRange(earliest=date(2027, 8, 1), latest=date(2027, 9, 30))

    def since(days: DateRange) -> Case:
        span = Span(since=days, until=TODAY, counting=Counting.ELAPSED)
        return case(pain_duration=span)

    assert Answer.MORE_INFORMATION is determine(long, since(vague)).answer
    assert [{"pain_duration": "pain_duration >= 6 months"}] == routes(long, since(vague))
    short = one_test("pain_duration < 4 months")
    assert Answer.NOT_MET is determine(short, since(vague)).answer


def test_an_open_beginning_at_a_leap_day_can_be_long_ago() -> None:
    long = one_test("pain_duration >= 6 months")
    span = Span(
        since=DateRange(earliest=None, latest=TODAY), until=TODAY, counting=Counting.ELAPSED
    )
    found = case(pain_duration=span)

    assert [{"pain_duration": "pain_duration >= 6 months"}] == routes(long, found)
    ((_, witness),) = witnessed_routes(long, found)
    assert determine(long, case(**witness)).answer is Answer.MET


def test_a_duration_in_other_units_may_turn_out_to_be_long_enough() -> None:
    """Three months are 89 to 92 days: the dates decide."""
    long = one_test("pain_duration > 90 days")
    stated = case(pain_duration=Quantity(3, "months"))

    assert [{"pain_duration": "pain_duration > 90 days"}] == routes(long, stated)


def test_less_than_no_time_is_never_reached() -> None:
    assert [] == routes(one_test("pain_duration < 0 days"), case())


def test_a_bound_of_nothing_asks_for_no_time_before_it() -> None:
    assert [{"pain_duration": "pain_duration <= 0 days"}] == routes(
        one_test("pain_duration <= 0 days"), case()
    )


@pytest.mark.parametrize("value", [True, "positive"])
def test_a_fact_of_another_kind_is_unknown_and_opens_no_route(value: Value) -> None:
    determination = determine(one_test("age >= 18 years"), case(age=value))

    assert determination.answer is Answer.MORE_INFORMATION
    assert () == determination.routes


def test_ways_that_are_no_longer_kept_are_sorted_out_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = policy(POLICY.removeprefix(HEAD))
    first = routes(found, case())
    monkeypatch.setattr("multifidus.core.route.MOST_SORTED", 1)

    assert len(first) > 1
    assert first == routes(policy(POLICY.removeprefix(HEAD)), case())
    assert first == routes(found, case())
