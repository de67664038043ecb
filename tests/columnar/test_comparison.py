"""A test of an element, as a column, says of every value what the evaluator says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multifidus.columnar import leaf
from multifidus.columnar.dialect import DUCKDB
from multifidus.columnar.duck import connection, save_facts
from multifidus.columnar.number import CannotCompareError
from multifidus.core.case import Case, Service
from multifidus.core.demand import test_value as value_of_test
from multifidus.core.element import (
    Choice,
    DataElement,
    Dictionary,
    Effort,
    Number,
    Pick,
    Time,
    YesNo,
)
from multifidus.core.expression import Compare, Holds, Leaf, Matches
from multifidus.core.quantity import (
    UNITS,
    Counting,
    DateRange,
    Dimension,
    Operator,
    Quantity,
    Span,
)
from multifidus.core.truth import Truth
from tests.promises.strategies import fact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multifidus.core.element import AnswerType
    from multifidus.core.quantity import Value

SOME = settings(max_examples=25)
MANY = 12


def dictionary_of(answer: AnswerType) -> Dictionary:
    element = DataElement(
        name="asked",
        label="asked",
        question="What is it?",
        answer=answer,
        rules=(),
        pick=Pick.LATEST,
        effort=Effort.RECORD,
        source="made up",
    )
    return Dictionary(
        name="one",
        version="1",
        elements={"asked": element},
        value_sets={},
        counts={},
        dates={},
    )


def case_of(value: Value, *, day: date) -> Case:
    return Case(service=Service(date=day), entries={"asked": fact(value)})


def by_columns(answer: AnswerType, cases: Sequence[Case], leaves: Sequence[Leaf]) -> list[Truth]:
    """Put every value to every test, in DuckDB."""
    dictionary = dictionary_of(answer)
    formulas = [
        leaf.as_column(each, element=dictionary.elements["asked"], dialect=DUCKDB)
        for each in leaves
    ]
    with TemporaryDirectory() as folder, connection() as opened:
        path = Path(folder) / "facts.parquet"
        save_facts([("", case) for case in cases], dictionary=dictionary, path=path)
        rows = opened.execute(f"SELECT {', '.join(formulas)} FROM '{path}'").fetchall()
    return [Truth.of(truth) for row in rows for truth in row]


def evaluated(cases: Sequence[Case], leaves: Sequence[Leaf]) -> list[Truth]:
    return [value_of_test(each, case.value("asked")) for case in cases for each in leaves]


def comparisons(bounds: Sequence[Quantity]) -> list[Leaf]:
    return [Compare("asked", operator, bound) for bound in bounds for operator in Operator]


def quantities(units: Sequence[str]) -> st.SearchStrategy[Quantity]:
    numbers = st.one_of(
        st.integers(0, 130),
        st.decimals(0, 400, places=1),
        st.decimals(0, 400, places=7),
        st.decimals("0.9", 3, places=25),
    )
    return st.builds(Quantity, numbers, st.sampled_from(units))


@cache
def alike(dimension: Dimension) -> list[str]:
    return [unit.name for unit in UNITS.values() if unit.dimension is dimension]


# Numbers


@pytest.mark.parametrize("unit", ["cm", "in", "lb", "kg", "points", "kg/m2", "percent"])
@SOME
@given(data=st.data())
def test_a_number_in_any_unit_compares_as_the_evaluator_compares_it(
    unit: str, data: st.DataObject
) -> None:
    units = alike(UNITS[unit].dimension)
    values = data.draw(st.lists(quantities(units), min_size=MANY, max_size=MANY))
    bounds = [each for each in values if len(each.number.partition(".")[2]) <= len("1234567")]
    cases = [case_of(value, day=date(2026, 6, 1)) for value in values]
    answer = Number(unit, Decimal(0), Decimal(500))

    leaves = comparisons(bounds[:3])
    if leaves:
        assert evaluated(cases, leaves) == by_columns(answer, cases, leaves)


def test_two_pounds_are_neither_more_nor_less_than_their_kilograms() -> None:
    cases = [case_of(Quantity("220", "lb"), day=date(2026, 6, 1))]
    leaves = comparisons([Quantity("99.7903214", "kg"), Quantity("99.7903215", "kg")])

    for unit in ("kg", "lb"):
        answer = Number(unit, Decimal(0), Decimal(500))
        assert evaluated(cases, leaves) == by_columns(answer, cases, leaves)


def test_the_largest_number_that_a_quantity_holds_is_kept() -> None:
    cases = [case_of(Quantity("9" * 19, "m"), day=date(2026, 6, 1))]
    leaves = comparisons([Quantity("9" * 19, "m"), Quantity("9" * 18, "m")])

    answer = Number("mm", Decimal(0), Decimal(500))
    assert evaluated(cases, leaves) == by_columns(answer, cases, leaves)


# Time

DAYS = st.one_of(
    st.dates(date(1890, 1, 1), date(2100, 12, 31)),
    # The ends of months, of leap years and of centuries.
    st.builds(
        lambda year, month, shift: date(year, month, 1) + timedelta(days=shift),
        st.sampled_from([1900, 1999, 2000, 2023, 2024, 2096, 2100]),
        st.sampled_from([1, 2, 3, 5, 12]),
        st.integers(-3, 3),
    ),
)
TIME_UNITS = ("years", "months", "weeks", "days")
TIME_BOUNDS = st.one_of(
    st.builds(Quantity, st.integers(0, 40), st.sampled_from(TIME_UNITS)),
    st.sampled_from(
        [
            Quantity("2.5", "months"),
            Quantity("0.5", "years"),
            Quantity("1.5", "days"),
            Quantity(10**9, "days"),
            Quantity(10**9, "months"),
        ]
    ),
)


@st.composite
def starts(draw: st.DrawFn, until: date) -> DateRange:
    day = min(until, draw(DAYS))
    kind = draw(st.sampled_from(["exact", "range", "open below"]))
    if kind == "range":
        return DateRange(earliest=day - timedelta(days=draw(st.integers(0, 400))), latest=day)
    return DateRange.exactly(day) if kind == "exact" else DateRange(earliest=None, latest=day)


@st.composite
def timed(draw: st.DrawFn, counting: Counting) -> tuple[list[Case], list[Leaf]]:
    """Draw times, and bounds of which some are reached on that very day."""
    cases = []
    for _ in range(MANY):
        until = draw(DAYS)
        value: Value = (
            Span(since=draw(starts(until)), until=until, counting=counting)
            if draw(st.booleans())
            else draw(quantities(TIME_UNITS) | TIME_BOUNDS)
        )
        cases.append(case_of(value, day=until))
    bounds = draw(st.lists(TIME_BOUNDS, min_size=2, max_size=2))
    spans = [case.value("asked") for case in cases]
    for span in [each for each in spans if isinstance(each, Span)][:2]:
        unit = draw(st.sampled_from(TIME_UNITS))
        bounds.append(Quantity(span.completed(unit)[0], unit))
    return cases, comparisons(bounds)


@pytest.mark.parametrize("counting", Counting)
@SOME
@given(data=st.data())
def test_a_time_compares_as_the_evaluator_compares_it(
    counting: Counting, data: st.DataObject
) -> None:
    cases, leaves = data.draw(timed(counting))

    assert evaluated(cases, leaves) == by_columns(Time(counting), cases, leaves)


def test_every_day_of_a_leap_year_turns_on_the_same_day_in_both() -> None:
    until = [date(2025, 2, 26) + timedelta(days=shift) for shift in range(6)]
    starts = [date(2024, 1, 27) + timedelta(days=shift) for shift in range(40)]
    cases = [
        case_of(Span(since=DateRange.exactly(start), until=day), day=day)
        for day in until
        for start in starts
    ]
    bounds = [Quantity(12, "months"), Quantity(13, "months"), Quantity(1, "years")]
    leaves = comparisons([*bounds, Quantity(365, "days"), Quantity(52, "weeks")])

    assert evaluated(cases, leaves) == by_columns(Time(Counting.ELAPSED), cases, leaves)


def test_a_stated_time_compares_with_the_other_kind_as_the_calendar_allows() -> None:
    cases = [case_of(Quantity(n, "months"), day=date(2026, 6, 1)) for n in range(26)]
    cases += [case_of(Quantity(n, "days"), day=date(2026, 6, 1)) for n in range(55, 100)]
    cases += [case_of(Quantity("2.00000000000000000001", "months"), day=date(2026, 6, 1))]
    leaves = comparisons(
        [*(Quantity(n, "days") for n in (59, 60, 62, 63, 90, 365, 731)), Quantity(2, "months")]
    )

    for answer in (Time(Counting.ELAPSED), Number("weeks", Decimal(0), Decimal(520))):
        assert evaluated(cases, leaves) == by_columns(answer, cases, leaves)


# Options, yes or no, and what does not fit together


def test_an_option_matches_or_does_not_and_a_missing_one_is_unknown() -> None:
    options = ("it's", "other", "third")
    cases = [case_of(option, day=date(2026, 6, 1)) for option in options]
    cases.append(Case(service=Service(date=date(2026, 6, 1))))
    leaves: list[Leaf] = [
        Matches("asked", ("it's",)),
        Matches("asked", ("it's", "third")),
        Matches("asked", ()),
    ]

    assert evaluated(cases, leaves) == by_columns(Choice(options), cases, leaves)


def test_a_test_of_another_kind_of_answer_is_unknown() -> None:
    leaves: list[Leaf] = [
        Holds("asked"),
        Matches("asked", ("yes",)),
        *comparisons([Quantity(1, "cm")]),
    ]
    yes: Value = True
    cases = [case_of(yes, day=date(2026, 6, 1))]

    assert evaluated(cases, leaves) == by_columns(YesNo(), cases, leaves)


@pytest.mark.parametrize("answer", [YesNo(), Choice(("yes",)), Time(Counting.ELAPSED)])
def test_a_value_of_another_kind_is_unknown(answer: AnswerType) -> None:
    value: Value = "yes" if not isinstance(answer, Choice) else True
    leaves: list[Leaf] = [Holds("asked"), *comparisons([Quantity(1, "days")])]
    leaves = leaves if not isinstance(answer, Choice) else [Matches("asked", ("yes",))]

    assert [Truth.UNKNOWN] * len(leaves) == by_columns(
        answer, [case_of(value, day=date(2026, 6, 1))], leaves
    )


@pytest.mark.parametrize(
    ("answer", "bound"),
    [
        (Number("cm", Decimal(0), Decimal(10)), Quantity(1, "kg")),
        (Number("cm", Decimal(0), Decimal(10)), Quantity("1.0000000000000001", "cm")),
        (Number("weeks", Decimal(0), Decimal(10)), Quantity(1, "cm")),
        (Time(Counting.ELAPSED), Quantity(1, "cm")),
    ],
)
def test_a_bound_that_the_table_cannot_hold_is_told(answer: AnswerType, bound: Quantity) -> None:
    element = replace(dictionary_of(answer).elements["asked"])

    with pytest.raises(CannotCompareError):
        leaf.as_column(Compare("asked", Operator.MORE, bound), element=element, dialect=DUCKDB)
