"""Single lines of an export are read as records are, and what is wrong is told."""

from __future__ import annotations

import json

from multifidus.chart.statements.lines import DIFFER, LineReader
from multifidus.chart.statements.plan import Plan
from tests.chart.records import dictionary, observation, patient

READER = LineReader(Plan(dictionary()))


def line(name: str, **fields: object) -> tuple[str, bytes]:
    """Write an observation as a line of an export."""
    made = observation("pregnant", id=name, **fields)
    return f"Observation/{name}", json.dumps(made).encode()


def test_a_line_says_what_its_resource_says() -> None:
    read = READER.read([line("o1", valueBoolean=True)])

    ((_, (said,)),) = read.said
    assert (said.element, said.value, said.problem) == ("pregnant", True, "")
    assert read.problems == []


def test_a_patient_is_known_by_its_names() -> None:
    read = READER.read([("Patient/p1", json.dumps(patient()).encode())])

    assert read.patients["Patient/p1"] == "Patient/p1"


def test_a_line_that_cannot_be_read_is_told_and_the_others_are_read() -> None:
    read = READER.read([("a.ndjson:1", b'{"resourceType":'), line("o1", valueBoolean=True)])

    assert len(read.said) == 1
    assert [str(each.place) for each in read.problems] == ["a.ndjson:1"]


def test_versions_that_nobody_can_put_in_order_say_nothing() -> None:
    read = READER.read([line("o1", valueBoolean=True), line("o1", valueBoolean=False)])

    assert [(each.value, each.problem) for _, said in read.said for each in said] == [
        (None, DIFFER),
        (None, DIFFER),
    ]
    assert [str(each.place) for each in read.problems] == ["Observation/o1"]


def test_what_keeps_a_line_from_being_read_is_told() -> None:
    assert READER.problems_of(b"{}", "a.ndjson:1") == ()
    assert [str(each.place) for each in READER.problems_of(b"{", "a.ndjson:1")] == ["a.ndjson:1"]
