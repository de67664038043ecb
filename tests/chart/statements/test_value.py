"""Values, their units and scales, and why one cannot be read."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from multifidus.core.quantity import UCUM, Operator, Quantity, compare, completed_units
from multifidus.core.truth import Truth
from tests.chart.records import (
    LOINC,
    absence,
    chart_of,
    concept,
    observation,
    own,
    plan_with,
    quantity,
    value,
)

BARE = "the value has no unit"
RANGE = "the value is outside the range of the scale"
NO_NUMBER = "the value is not a number"
NO_NUMBER_UNIT = "the value is not a number with a unit"
NO_TIME = "the value is not a time"
NOT_WHOLE = "the time is not a whole number of calendar units"
LONG = Decimal("5.99999999999999999999")


def why_not(element: str, **fields: object) -> str:
    reason, detail = absence(element, observation(element, **fields))
    assert "unreadable" == reason
    return detail


@pytest.mark.parametrize(
    ("number", "unit", "is_at_least_6_cm"),
    [
        (60, "mm", Truth.TRUE),
        (59.9, "mm", Truth.FALSE),
        (6, "cm", Truth.TRUE),
        (5.9999999999999, "cm", Truth.FALSE),
        (LONG, "cm", Truth.FALSE),
        (Decimal("59.999999999999999999999999"), "mm", Truth.FALSE),
    ],
)
def test_units_convert_exactly(number: object, unit: str, is_at_least_6_cm: Truth) -> None:
    found = value("pain_vas", observation("pain_vas", valueQuantity=quantity(number, unit)))

    assert isinstance(found, Quantity)
    assert is_at_least_6_cm is compare(found, Operator.AT_LEAST, Quantity(6, "cm"))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ({"value": 7}, BARE),
        ({"value": 7, "unit": ""}, BARE),
        ({"value": 7, "code": "[in_i]"}, "the value is not in a unit that is accepted (cm, mm)"),
        ({"value": 7, "code": "furlong"}, "the value is not in a unit that is accepted (cm, mm)"),
        ({"value": 7, "code": ["cm"]}, "the value is not in a unit that is accepted (cm, mm)"),
        ({"value": 7, "code": "cm", "comparator": ">"}, "the value is a bound, not a number"),
        ({"value": True, "code": "cm"}, NO_NUMBER),
        ({"value": "7", "code": "cm"}, NO_NUMBER_UNIT),
        ({"value": None, "code": "cm"}, NO_NUMBER_UNIT),
        ({"value": 11, "code": "cm"}, RANGE),
        ({"value": -0.1, "code": "cm"}, RANGE),
        ({"value": 1e300, "code": "cm"}, RANGE),
        ({"value": 1e-300, "code": "cm"}, RANGE),
        ({"value": Decimal("7." + "1" * 60), "code": "cm"}, RANGE),
        ({"value": Decimal("NaN"), "code": "cm"}, RANGE),
        ("7 cm", NO_NUMBER_UNIT),
        (True, NO_NUMBER),
        ([7], NO_NUMBER_UNIT),
        ({}, NO_NUMBER_UNIT),
    ],
)
def test_a_number_that_cannot_be_read_says_why(content: object, problem: str) -> None:
    assert problem == why_not("pain_vas", valueQuantity=content)


def test_the_word_for_a_unit_will_do_where_the_code_is_missing() -> None:
    found = value("pain_vas", observation("pain_vas", valueQuantity={"value": 7, "unit": "cm"}))

    assert Quantity(7, "cm") == found


@pytest.mark.parametrize("content", [{"valueInteger": 7}, {"valueQuantity": {"value": 7}}])
def test_a_bare_number_is_read_where_the_code_fixes_the_scale(content: dict[str, object]) -> None:
    numeric = observation(concept(LOINC, "72514-3"), **content)

    assert Quantity(7, "points") == value("pain_nrs", numeric)


def test_a_bare_number_has_no_unit_where_the_code_fixes_none() -> None:
    visual = observation(concept(LOINC, "38214-3"), valueInteger=7)

    assert ("unreadable", BARE) == absence("pain_vas", visual)


def test_a_code_without_a_scale_is_not_guessed() -> None:
    unscaled = observation(concept(LOINC, "38208-5"), valueQuantity=quantity(7, "{score}"))

    assert ("unreadable", "the code does not fix the scale") == absence("pain_nrs", unscaled)


def test_percent_and_points_are_the_same_for_the_disability_index() -> None:
    in_percent = observation("oswestry_index", valueQuantity=quantity(40, "%"))

    assert Quantity(40, "points") == value("oswestry_index", in_percent)


def test_an_observation_without_a_value_says_so() -> None:
    assert "it holds no value" == why_not("oswestry_index")
    assert "it holds no value" == why_not("oswestry_index", component=[{"valueInteger": 1}])


def test_an_observation_with_two_values_is_not_chosen_from() -> None:
    two = {"valueQuantity": quantity(40, "%"), "valueString": "forty"}

    assert "it holds several values" == why_not("oswestry_index", **two)


def test_a_value_and_a_reason_for_its_absence_contradict_each_other() -> None:
    for content in (
        {"valueQuantity": quantity(40, "%")},
        {"interpretation": [concept("x", "POS")]},
    ):
        assert "it holds a value and a reason why there is none" == why_not(
            "oswestry_index", dataAbsentReason=concept("x", "error"), **content
        )


# Yes or no, and options


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"valueBoolean": True}, True),
        ({"valueBoolean": False}, False),
        ({"valueCodeableConcept": own("yes")}, True),
        ({"valueCodeableConcept": own("no")}, False),
        (
            {"valueCodeableConcept": concept("http://terminology.hl7.org/CodeSystem/v2-0136", "Y")},
            True,
        ),
    ],
)
def test_yes_and_no_are_read(content: dict[str, object], *, expected: bool) -> None:
    assert expected is value("pain_intractable", observation("pain_intractable", **content))


@pytest.mark.parametrize(
    "content",
    [
        {"valueString": "yes"},
        {"valueInteger": 1},
        {"valueBoolean": "true"},
        {"valueCodeableConcept": own("maybe")},
        {"valueCodeableConcept": {"coding": [*own("yes")["coding"], *own("no")["coding"]]}},
        {"valueCodeableConcept": {"text": "yes"}},
        {"valueCodeableConcept": {"coding": [{"system": ["x"], "code": {}}]}},
    ],
)
def test_what_only_resembles_yes_or_no_is_not_read(content: dict[str, object]) -> None:
    assert "the value is neither yes nor no" == why_not("pain_intractable", **content)


def test_an_option_is_read_by_its_own_code() -> None:
    mechanical = observation("pain_mechanism", valueCodeableConcept=own("mechanical"))

    assert "mechanical" == value("pain_mechanism", mechanical)


@pytest.mark.parametrize(
    "content",
    [
        {"valueString": "mechanical"},
        {"valueCodeableConcept": concept("http://snomed.info/sct", "mechanical")},
        {"valueCodeableConcept": own("other")},
        {"valueCodeableConcept": {"coding": [{"code": {"mechanical": 1}}, 5, None]}},
        {
            "valueCodeableConcept": {
                "coding": [*own("mechanical")["coding"], *own("mixed")["coding"]]
            }
        },
    ],
)
def test_what_only_resembles_an_option_is_not_read(content: dict[str, object]) -> None:
    assert "the value is none of the element's options" == why_not("pain_mechanism", **content)


# Time


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"valueDateTime": "2016-10-05"}, "10 years"),
        ({"valueDateTime": "2016"}, "9 to 10 years"),
        ({"valuePeriod": {"start": "2016-10-05"}}, "10 years"),
        ({"valueQuantity": quantity(10, "a")}, "10 to 11 years"),
        ({"valueQuantity": quantity(10.0, "a")}, "10 to 11 years"),
        ({"valueQuantity": quantity(0, "mo")}, "1 to 2 months"),
        ({"valueQuantity": quantity(30, "d")}, "2 months"),
        ({"valueQuantity": quantity(52, "wk")}, "1 year"),
        ({"valueQuantity": quantity(5000, "a")}, "2025 years"),
    ],
)
def test_a_time_is_read_as_a_start_or_as_stated(content: dict[str, object], expected: str) -> None:
    assert expected == str(value("pain_duration", observation("pain_duration", **content)))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ({"valueQuantity": {"value": 10}}, BARE),
        (
            {"valueQuantity": quantity(10, "min")},
            "the value is not in a unit that is accepted (a, mo, wk, d)",
        ),
        ({"valueQuantity": quantity(2.5, "a")}, NOT_WHOLE),
        ({"valueQuantity": quantity(-1, "a")}, NOT_WHOLE),
        ({"valueQuantity": quantity(1e300, "a")}, NOT_WHOLE),
        (
            {"valueQuantity": quantity(10, "a") | {"comparator": ">"}},
            "the value is a bound, not a time",
        ),
        ({"valueQuantity": {"value": True, "code": "a"}}, NO_TIME),
        ({"valueDateTime": "long ago"}, NO_TIME),
        ({"valueString": "2016-10-05"}, NO_TIME),
        ({"valueInteger": 10}, NO_TIME),
        ({"valuePeriod": {"end": "2016"}}, NO_TIME),
    ],
)
def test_a_time_that_cannot_be_read_says_why(content: dict[str, object], problem: str) -> None:
    assert problem == why_not("pain_duration", **content)


def test_a_stated_time_needs_the_day_on_which_it_was_stated() -> None:
    undated = observation("pain_duration", valueQuantity=quantity(10, "a"), effectiveDateTime=None)

    assert "a time needs the day on which it was stated" == absence("pain_duration", undated)[1]


def test_a_time_stated_in_a_year_is_as_precise_as_the_year() -> None:
    stated = observation("pain_duration", valueQuantity=quantity(1, "a"), effectiveDateTime="2024")

    assert "2 to 4 years" == str(value("pain_duration", stated))


def test_no_unit_is_needed_for_a_number_only() -> None:
    plan = plan_with("pain_duration", units=("a", "none"))
    stated = observation("pain_duration", valueQuantity={"value": 10})

    assert ("unreadable", BARE) == absence("pain_duration", stated, plan=plan)


@given(
    day=st.dates(min_value=date(1900, 1, 1)),
    count=st.integers(0, 400),
    unit=st.sampled_from(["a", "mo", "wk", "d"]),
)
def test_a_stated_time_fits_the_day_it_was_stated_on(day: date, count: int, unit: str) -> None:
    """On that day so many units were completed, and one more was not, from any start it allows."""
    stated = observation(
        "pain_duration", valueQuantity=quantity(count, unit), effectiveDateTime=str(day)
    )
    (statement,) = chart_of(stated).statements["pain_duration"]

    since = statement.since
    assert since is not None
    assert since.earliest is not None
    for start in (since.earliest, since.latest):
        assert count == completed_units(start, day, UCUM[unit].name)
    if since.earliest > date(1501, 1, 1):
        earlier = since.earliest - timedelta(days=1)
        assert completed_units(earlier, day, UCUM[unit].name) > count
    if count:
        assert completed_units(since.latest + timedelta(days=1), day, UCUM[unit].name) < count
