"""A case is laid flat without loss of what a policy looks at, and made again of its row."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multifidus.columnar.cases import case_of
from multifidus.columnar.duck import save_facts
from multifidus.columnar.facts import row
from multifidus.core.case import Absence, Basis, Case, Fact, Provenance, Quote, Reason, Service
from multifidus.core.quantity import Counting, DateRange, Quantity, Span
from multifidus.errors import NotExpressible
from multifidus.library.shelf import shipped
from tests.columnar.tables import evaluated, rows, shipped_charts
from tests.promises.strategies import DICTIONARY, SERVICE, cases, fact, policies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multifidus.core.element import Dictionary
    from multifidus.core.policy import Policy
    from multifidus.core.quantity import Value

LOW_BACK_PAIN = shipped().dictionaries["low-back-pain"]


def kept(given_cases: Sequence[Case], *, dictionary: Dictionary) -> list[Case]:
    """Write cases as a table, and make cases of its rows."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "facts.parquet"
        save_facts([("", case) for case in given_cases], dictionary=dictionary, path=path)
        return [case_of(cells, dictionary=dictionary) for cells in rows(path)]


def flat(**values: Value) -> dict[str, object]:
    """Lay a case of the small dictionary flat, and leave out what every row has."""
    case = Case(
        service=Service(date=SERVICE), entries={name: fact(value) for name, value in values.items()}
    )
    cells = row("somebody", case=case, dictionary=DICTIONARY)
    return {
        name: cell
        for name, cell in cells.items()
        if name.partition("__")[0] in values and not name.endswith("__basis")
    }


def test_a_row_holds_the_values_in_the_columns_of_their_kind() -> None:
    since = DateRange(earliest=date(2025, 1, 1), latest=date(2025, 12, 31))

    assert {"unfit": False} == flat(unfit=False)
    assert {"test_a": "positive"} == flat(test_a="positive")
    assert {"scale": "6.0000000000000000"} == flat(scale=Quantity(60, "mm"))
    assert {"duration__months": "30.0000000000000000"} == flat(duration=Quantity("2.5", "years"))
    assert {"duration__days": "21.0000000000000000"} == flat(duration=Quantity(3, "weeks"))
    assert {"duration__earliest": "2025-01-01", "duration__latest": "2025-12-31"} == flat(
        duration=Span(since=since, until=SERVICE)
    )
    assert {"duration__latest": "2025-12-31"} == flat(
        duration=Span(since=DateRange(earliest=None, latest=since.latest), until=SERVICE)
    )


def test_an_element_that_is_left_out_is_not_recorded() -> None:
    cells = row("", case=Case(service=Service(date=SERVICE)), dictionary=DICTIONARY)

    absent = {cell for name, cell in cells.items() if name.endswith("__absent")}
    assert {"not-recorded"} == absent
    assert len(DICTIONARY.elements) + 2 == len(cells)


def test_a_row_keeps_where_a_fact_came_from() -> None:
    quote = Quote(words="positive", start=10, end=18, page=2)
    found = (
        Provenance(resource="Observation/a", path="value", date=DateRange.parse("2026-03")),
        Provenance(resource="visit.pdf", path="", quote=quote),
    )
    entries: dict[str, Fact | Absence] = {
        "test_a": Fact(value="positive", basis=Basis.TEXT, provenance=found),
        "test_b": Absence(reason=Reason.IN_CONFLICT, provenance=found[:1]),
    }
    case = Case(service=Service(date=SERVICE), entries=entries)

    cells = row("", case=case, dictionary=DICTIONARY)
    assert "text" == cells["test_a__basis"]
    assert "2026-03" == cells["test_a__date"]
    assert ["Observation/a#value", "visit.pdf#page=2&char=10,18"] == cells["test_a__address"]
    assert "in-conflict" == cells["test_b__absent"]
    assert ["Observation/a#value"] == cells["test_b__address"]


def test_all_that_has_no_column_is_told_at_once_and_no_value_with_it() -> None:
    past = Span(since=DateRange.exactly(date(2020, 1, 1)), until=SERVICE - timedelta(days=1))
    entries: dict[str, Fact | Absence] = {
        "scale": fact(Quantity(7, "kg")),
        "index": fact(past),
        "age": fact(Span(since=past.since, until=SERVICE, counting=Counting.ELAPSED)),
        "duration": fact(past),
        "unfit": fact("yes"),
    }
    case = Case(service=Service(date=SERVICE), entries=entries)

    with pytest.raises(NotExpressible) as raised:
        row("somebody", case=case, dictionary=DICTIONARY)
    assert [
        "scale: `kg` is no unit of an element that is measured in cm",
        "index: time since a day has no column here: the dictionary asks for a number",
        "age: the time is counted as elapsed, the dictionary says completed",
        "duration: the time does not run to the date of service",
    ] == [str(problem).splitlines()[0] for problem in raised.value.problems]


def test_a_stated_time_in_a_unit_that_is_no_time_is_told() -> None:
    case = Case(service=Service(date=SERVICE), entries={"duration": fact(Quantity(7, "kg"))})

    with pytest.raises(NotExpressible, match="`kg` is no unit of time"):
        row("", case=case, dictionary=DICTIONARY)


@settings(max_examples=20)
@given(policy=policies(), given_cases=st.lists(cases(), min_size=8, max_size=8))
def test_the_case_of_a_row_is_determined_as_the_case_that_made_it(
    policy: Policy, given_cases: list[Case]
) -> None:
    again = kept(given_cases, dictionary=DICTIONARY)

    assert evaluated(policy, given_cases) == evaluated(policy, again)


def test_a_chart_is_made_again_of_its_row_with_all_that_the_row_keeps() -> None:
    charts = shipped_charts()

    for before, after in zip(charts, kept(charts, dictionary=LOW_BACK_PAIN), strict=True):
        assert before.service.date == after.service.date
        for name in LOW_BACK_PAIN.elements:
            old, new = before.entry(name), after.entry(name)
            if isinstance(old, Fact):
                assert isinstance(new, Fact)
                assert (old.basis, old.because) == (new.basis, new.because)
            else:
                assert isinstance(new, Absence)
                assert old.reason == new.reason
            assert [each.resource for each in old.provenance] == [
                each.resource for each in new.provenance
            ]


def test_a_value_of_another_kind_is_unreadable_once_it_is_a_row() -> None:
    case = Case(service=Service(date=SERVICE), entries={"unfit": fact("yes")})

    (again,) = kept([case], dictionary=DICTIONARY)
    assert Absence(reason=Reason.UNREADABLE) == again.entry("unfit")


def test_a_row_without_a_date_of_service_is_no_case() -> None:
    with pytest.raises(TypeError, match="without a date of service"):
        case_of({"service_date": None}, dictionary=DICTIONARY)
