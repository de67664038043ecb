"""Near misses: on every row they are what `core.route` says of that row's case."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from multifidus.columnar.compile import compile_policy
from multifidus.columnar.duck import connection, save_determinations, save_facts
from multifidus.columnar.near import NearMiss, near_misses, ways_of
from multifidus.core.case import Absence, Basis, Case, Fact, Reason, Service
from multifidus.core.determination import Answer, determine
from multifidus.core.quantity import DateRange, Quantity, Span
from multifidus.library.shelf import shipped
from multifidus.population.people import Population
from tests.columnar.exports import dictionary, expected_cases

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from multifidus.core.policy import Policy
    from multifidus.core.quantity import Value

ON = date(2026, 10, 5)


def policy_of(name: str) -> Policy:
    """Read a policy that is shipped."""
    shelf = shipped()
    return shelf.read(shelf.find(name, ON))


def near(policy: Policy, cases: Iterable[tuple[str, Case]], folder: Path) -> list[NearMiss]:
    """Find the near misses among cases, by way of the tables."""
    facts, told = folder / "facts.parquet", folder / "determinations.parquet"
    save_facts(cases, dictionary=policy.dictionary, path=facts)
    query = compile_policy(policy)
    save_determinations(query, facts=facts, path=told)
    with connection() as opened:
        return list(near_misses(query, facts=facts, determinations=told, opened=opened))


def by_core(policy: Policy, cases: Iterable[tuple[str, Case]]) -> list[NearMiss]:
    """Find the near misses one case after another, by `core` alone."""
    return [
        NearMiss(
            subject=subject,
            service_date=case.service.date,
            answer=determine(policy, case).answer,
            way=way,
        )
        for subject, case in cases
        for way in ways_of(policy, case)
    ]


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, Case]]:
    """Make 250 persons up and read them with the interpreter."""
    folder = tmp_path_factory.mktemp("people")
    made = Population(dictionary(), seed=5, on=ON)
    for number in range(250):
        for kind, lines in made.person(number).lines.items():
            with (folder / f"{kind}.ndjson").open("ab") as file:
                file.write(lines)
    return sorted(expected_cases(folder, on=ON))


@pytest.mark.parametrize("name", ["isass-2025", "fda-p190021", "reactiv8-b", "restore"])
def test_near_misses_of_a_population_are_those_of_its_cases(
    name: str, people: list[tuple[str, Case]], tmp_path: Path
) -> None:
    """To the last element, date and word, and none is left out."""
    policy = policy_of(name)

    assert near(policy, people, tmp_path) == by_core(policy, people)


def test_a_population_has_near_misses(people: list[tuple[str, Case]]) -> None:
    """So the comparison is not one of nothing with nothing."""
    found = by_core(policy_of("isass-2025"), people)

    assert {1, 2} == {len(each.way.elements) for each in found}


def complete(**other: Value | Reason | None) -> Case:
    """Make a case that meets the guideline, but for what is said otherwise; None is silence."""
    values: dict[str, Value | Reason | None] = {
        "chronic_low_back_pain": True,
        "pain_mechanism": "mechanical",
        "multifidus_diagnosis_coded": True,
        "medication_response": "inadequate",
        "physical_therapy_response": "inadequate",
        "requested_device": "restorative-neurostimulator",
        "age": since("1975-01-01", name="age"),
        "pain_duration": since("2020-01-01"),
        "prone_instability_test": "positive",
        "spine_surgery_indicated": False,
        "unable_to_operate_device": False,
        "unsuitable_for_implant_surgery": False,
        "oswestry_index": Quantity(Decimal(44), "points"),
        "pain_nrs": Quantity(Decimal(7), "points"),
        **other,
    }
    entries: dict[str, Fact | Absence] = {}
    for name, value in values.items():
        if isinstance(value, Reason):
            entries[name] = Absence(reason=value)
        elif value is not None:
            entries[name] = Fact(value=value, basis=Basis.STRUCTURED)
    return Case(service=Service(date=ON), entries=entries)


def since(day: str, *, name: str = "pain_duration") -> Span:
    """Give a time that began on a day, counted as the dictionary says."""
    counting = dictionary().elements[name].answer.counting  # type: ignore[union-attr]
    return Span(since=DateRange.parse(day), until=ON, counting=counting)


def test_what_time_alone_changes_has_its_day(tmp_path: Path) -> None:
    """Pain of ten days, and of a year that is known to the month: nothing, or one thing, lacks."""
    policy = policy_of("isass-2025")
    cases = [
        ("a", complete(pain_duration=since("2026-09-25"))),
        ("b", complete(pain_duration=since("2026-09-25"), pain_mechanism=None)),
        ("c", complete(pain_duration=since("2026-07"))),
        ("d", complete(pain_duration=since("2026-09-25"), spine_surgery_indicated=True)),
        ("e", complete(age=since("2009-02-01", name="age"))),
        ("f", complete()),
        ("g", complete(pain_mechanism=Reason.UNCONFIRMED)),
        ("h", complete(pain_mechanism=None)),
    ]

    found = near(policy, cases, tmp_path)

    assert found == by_core(policy, cases)
    told = {each.subject: (each.answer, each.way.since, each.way.elements) for each in found}
    assert told["a"] == (Answer.NOT_MET, date(2026, 12, 25), ())
    assert told["b"] == (Answer.NOT_MET, date(2026, 12, 25), ("pain_mechanism",))
    assert told["c"] == (Answer.MORE_INFORMATION, ON, ("pain_duration",))
    assert told["e"] == (Answer.NOT_MET, date(2027, 2, 1), ())
    assert {"d", "f"}.isdisjoint(told)
    efforts = {each.subject: each.way.effort for each in found}
    assert efforts["g"] < efforts["h"]


def test_rows_that_are_alike_keep_their_own_days(tmp_path: Path) -> None:
    """Two patients lack the same, and are asked for different days."""
    policy = policy_of("isass-2025")
    one = complete(pain_mechanism=None)
    cases = [("a", one), ("b", one.at(date(2026, 11, 1)))]

    assert [(each.subject, each.way.since) for each in near(policy, cases, tmp_path)] == [
        ("a", ON),
        ("b", date(2026, 11, 1)),
    ]


def test_a_policy_without_a_position_has_no_near_misses(tmp_path: Path) -> None:
    """Nothing in a chart can meet it."""
    shelf = shipped()
    silent = next(
        policy
        for policy in map(shelf.read, shelf.policies)
        if policy.about.stance.is_without_position
    )

    assert [] == near(silent, [("a", complete(pain_mechanism=None))], tmp_path)


def test_near_misses_by_every_policy_that_is_shipped_are_those_of_core(
    people: list[tuple[str, Case]], tmp_path: Path
) -> None:
    """Whatever connectives it is made of, and whichever elements its steps share."""
    shelf = shipped()
    some = [*people[:8], ("a", complete(pain_mechanism=None)), ("b", complete(age=None))]
    for policy in map(shelf.read, shelf.policies):
        assert near(policy, some, tmp_path) == by_core(policy, some), policy.about.id
