"""The facts table: which columns it has, and that its numbers compare as the recorded ones do."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from multifidus.columnar import layout
from multifidus.columnar.cases import date_range, provenance
from multifidus.columnar.layout import Column, Sort
from multifidus.core.case import Provenance, Quote
from multifidus.core.element import Number
from multifidus.core.quantity import UNITS, DateRange
from multifidus.library.shelf import shipped
from tests.promises.strategies import DICTIONARY


def columns_of(element: str) -> dict[str, str]:
    return {
        column.name: column.sort.value
        for column in layout.columns(DICTIONARY)
        if column.name.partition("__")[0] == element
    }


def test_a_row_begins_with_the_subject_and_the_date_of_service() -> None:
    first, second, *_ = layout.columns(DICTIONARY)

    assert (Column("subject", Sort.TEXT), Column("service_date", Sort.DAY)) == (first, second)


def test_elements_stand_in_the_order_of_the_dictionary() -> None:
    names = [column.name.partition("__")[0] for column in layout.columns(DICTIONARY)[2:]]

    assert list(DICTIONARY.elements) == list(dict.fromkeys(names))


def test_an_answer_has_the_columns_of_its_kind_and_where_it_came_from() -> None:
    about = {"__basis": "VARCHAR", "__absent": "VARCHAR", "__date": "VARCHAR"}
    about["__address"] = "VARCHAR[]"
    values = {
        "unfit": {"": "BOOLEAN"},
        "test_a": {"": "VARCHAR"},
        "scale": {"": "DECIMAL(38, 16)"},
        "duration": {
            "__earliest": "DATE",
            "__latest": "DATE",
            "__months": "DECIMAL(38, 16)",
            "__days": "DECIMAL(38, 16)",
        },
    }

    for name, columns in values.items():
        expected = {f"{name}{suffix}": sort for suffix, sort in {**columns, **about}.items()}
        assert expected == columns_of(name)


def test_no_two_columns_of_the_shipped_dictionary_share_a_name() -> None:
    for dictionary in shipped().dictionaries.values():
        names = [column.name.lower() for column in layout.columns(dictionary)]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("unit", sorted({each.name for each in UNITS.values() if not each.is_time}))
def test_every_unit_of_a_kind_has_finite_decimals_in_the_unit_that_is_kept(unit: str) -> None:
    kept = layout.kept_unit(Number(unit, Decimal(0), Decimal(1)))
    alike = [each for each in UNITS.values() if each.dimension is kept.dimension]

    assert UNITS[unit] in alike
    assert [] == [each for each in alike if not layout.is_exact(each.size / kept.size)]


NUMBERS = st.fractions(-(10**9), 10**9) | st.decimals(-100, 100, places=15).map(Fraction)


@given(number=NUMBERS, bound=st.decimals(-100, 100, places=15).map(Fraction))
def test_a_number_compares_with_a_bound_as_it_did_before_it_was_kept(
    number: Fraction, bound: Fraction
) -> None:
    kept = Fraction(layout.digits(number))

    assert (number > bound, number < bound) == (kept > bound, kept < bound)


@given(number=st.decimals(-100, 100, places=15).map(Fraction), more=st.integers(1, 10**6))
def test_what_has_more_decimals_is_neither_neighbour(number: Fraction, more: int) -> None:
    """The hardest case: a number that is next to a bound."""
    for other in (number + Fraction(1, 10**22) * more, number - Fraction(1, 10**22) * more):
        kept = Fraction(layout.digits(other))
        assert (other > number, other < number) == (kept > number, kept < number)


def test_a_number_of_fifteen_decimals_is_kept_as_it_is() -> None:
    assert "-0.0000000000000010" == layout.digits(Fraction(-1, 10**15))
    assert "1000000000000000000000.0000000000000000" == layout.digits(Fraction(10**21))


@pytest.mark.parametrize(
    ("found", "address"),
    [
        (Provenance(resource="Observation/odi", path="value"), "Observation/odi#value"),
        (
            Provenance(resource="a.txt", path="", quote=Quote(words="", start=1, end=9)),
            "a.txt#char=1,9",
        ),
        (
            Provenance(resource="#b.pdf", path="", quote=Quote(words="", start=1, end=9, page=2)),
            "#b.pdf#page=2&char=1,9",
        ),
    ],
)
def test_an_address_can_be_followed(found: Provenance, address: str) -> None:
    assert address == layout.address(found)
    assert found == provenance(address, day=None)


@pytest.mark.parametrize(
    "days", ["2024", "2024-02", "2024-02-29", "2024-02-10 or earlier", "2024-02-10 to 2024-03-09"]
)
def test_a_day_is_kept_with_the_precision_it_has(days: str) -> None:
    assert days == str(date_range(days))


def test_a_day_that_nothing_bounds_below_is_read_so() -> None:
    assert DateRange(earliest=None, latest=date_range("2024-02-10").latest) == date_range(
        "2024-02-10 or earlier"
    )
