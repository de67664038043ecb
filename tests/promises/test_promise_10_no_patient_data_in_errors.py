"""
Promise 10: no error and no log line contains a patient's data.

A marker is planted wherever a record holds a word or a number, and the record is damaged in many
ways. Whatever comes of it, the marker stands neither on standard error nor in a log, and nothing
escapes as an exception. A resource's type and id may be named, so that somebody can look.
"""

from __future__ import annotations

import copy
import io
import json
import logging
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from multifidus.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = dict[str, Any]
Path_ = tuple[str | int, ...]

OWN = "https://multifidus.org/fhir/CodeSystem/low-back-pain"
MARKER = "Qzxmarker"
NUMBER = 73819.25
DATE = "1907-03-11"
PLANTED = (MARKER, "73819", DATE)
MAY_BE_NAMED = ("resourceType", "id", "reference", "fullUrl")
"""Where a resource says what it is and how it is called."""


def finding(name: str, **value: object) -> Json:
    """Make a finding of the dictionary's own code."""
    return {
        "resourceType": "Observation",
        "id": name,
        "status": "final",
        "subject": {"reference": "Patient/p1", "display": "A Name"},
        "code": {"coding": [{"system": OWN, "code": name, "display": "words"}], "text": "words"},
        "effectiveDateTime": "2026-05-01",
        "note": [{"text": "words"}],
        **value,
    }


def record() -> Json:
    """Make a record with the kinds of resources that are read."""
    resources: list[Json] = [
        {
            "resourceType": "Patient",
            "id": "p1",
            "name": [{"family": "Name", "given": ["A"]}],
            "birthDate": "1974-03-02",
            "telecom": [{"system": "phone", "value": "000"}],
            "identifier": [{"system": "urn:mrn", "value": "000"}],
        },
        {
            "resourceType": "Condition",
            "id": "pain",
            "subject": {"reference": "Patient/p1"},
            "clinicalStatus": {"coding": [{"code": "active"}]},
            "verificationStatus": {"coding": [{"code": "confirmed"}]},
            "code": {"coding": [{"system": "http://snomed.info/sct", "code": "278860009"}]},
            "onsetDateTime": "2016-03",
            "recordedDate": "2019-01-02",
        },
        finding("spine-surgery-indicated", valueBoolean=False),
        finding("pain-vas", valueQuantity={"value": 7.1, "unit": "cm", "code": "cm"}),
        finding("oswestry-index", valueQuantity={"value": 38, "code": "{score}"}),
        finding(
            "prone-instability-test",
            valueCodeableConcept={"coding": [{"system": OWN, "code": "positive"}]},
        ),
        {
            "resourceType": "DeviceRequest",
            "id": "device",
            "status": "active",
            "intent": "order",
            "subject": {"reference": "Patient/p1"},
            "codeCodeableConcept": {
                "coding": [{"system": OWN, "code": "restorative-neurostimulator"}]
            },
            "authoredOn": "2026-05-20",
            "occurrenceDateTime": "2026-06-01",
        },
    ]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": "2026-05-21T10:00:00Z",
        "entry": [{"fullUrl": f"urn:{each['id']}", "resource": each} for each in resources],
    }


RECORD = record()


def places(node: object, path: Path_ = ()) -> Iterator[Path_]:
    """Give the path of every word, number and truth value, but for those that may be named."""
    if isinstance(node, dict):
        for key, each in node.items():
            if key not in MAY_BE_NAMED:
                yield from places(each, (*path, key))
    elif isinstance(node, list):
        for number, each in enumerate(node):
            yield from places(each, (*path, number))
    else:
        yield path


def branches(node: object, path: Path_ = ()) -> Iterator[Path_]:
    """Give the path of every object and list below the top."""
    if path and isinstance(node, dict | list):
        yield path
    if isinstance(node, dict):
        for key, each in node.items():
            yield from branches(each, (*path, key))
    elif isinstance(node, list):
        for number, each in enumerate(node):
            yield from branches(each, (*path, number))


LEAVES = tuple(places(RECORD))
BRANCHES = tuple(branches(RECORD))
PLANTS: tuple[object, ...] = (
    MARKER,
    f"{DATE}T25:61:00",
    DATE,
    f"{DATE}{MARKER}",
    NUMBER,
    -NUMBER,
    f"{NUMBER}",
    f"<{NUMBER}",
    [MARKER],
    [NUMBER, None],
    {MARKER: MARKER},
    {"value": MARKER, "start": MARKER, "coding": MARKER},
    {"extension": [{"url": MARKER, "valueString": MARKER}]},
    MARKER * 2000,
    f"{MARKER}\n\ud83d\ude00\u0000",
)


def planted(path: Path_, value: object) -> Json:
    """Give the record with something else in one place."""
    damaged = copy.deepcopy(RECORD)
    at: Any = damaged
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return damaged


@dataclass(frozen=True, slots=True)
class Printed:
    """What a run wrote on standard error and to logs, and how it ended."""

    status: int
    words: str


def run(content: bytes, *arguments: str) -> Printed:
    """Put a record, as bytes, to the command line."""
    errors, logged = io.StringIO(), io.StringIO()
    handler = logging.StreamHandler(logged)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            redirect_stderr(errors),
            redirect_stdout(io.StringIO()),
        ):
            path = Path(folder) / "chart.json"
            path.write_bytes(content)
            status = main(["check", str(path), *arguments])
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    return Printed(status, errors.getvalue() + logged.getvalue())


def leaks(printed: Printed) -> list[str]:
    """List what was planted and stands in the words."""
    return [each for each in PLANTED if each in printed.words]


FIXED = ("--policy", "isass-2025", "--on", "2026-06-01")


@given(st.sampled_from(LEAVES), st.sampled_from(PLANTS))
def test_a_value_of_any_kind_in_any_place_is_never_printed(path: Path_, plant: object) -> None:
    printed = run(json.dumps(planted(path, plant)).encode(), *FIXED)

    assert [] == leaks(printed)


@given(st.sampled_from(BRANCHES), st.sampled_from(PLANTS))
def test_a_value_in_the_place_of_a_whole_branch_is_never_printed(
    path: Path_, plant: object
) -> None:
    printed = run(json.dumps(planted(path, plant)).encode(), *FIXED)

    assert [] == leaks(printed)


def everywhere(plant: object) -> Json:
    """Give the record with the plant in every place at once."""
    damaged = copy.deepcopy(RECORD)
    for path in LEAVES:
        at: Any = damaged
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = plant
    return damaged


@pytest.mark.parametrize("plant", PLANTS, ids=range(len(PLANTS)))
def test_a_record_full_of_what_was_planted_prints_none_of_it(plant: object) -> None:
    assert [] == leaks(run(json.dumps(everywhere(plant)).encode(), *FIXED))


@given(st.integers(0, 6000), st.sampled_from([b"", b"}", b"\xff\xfe", b'"', b"\x00", b"[[[["]))
def test_a_file_that_breaks_off_prints_nothing_of_what_it_holds(cut: int, end: bytes) -> None:
    whole = json.dumps(everywhere(MARKER)).encode()

    assert [] == leaks(run(whole[:cut] + end, *FIXED))


@given(st.integers(0, 6), st.sampled_from([b"{", b"", b"null", b"[]", b"1", b'"Qzxmarker"']))
def test_a_bulk_export_with_a_broken_line_prints_nothing_of_it(place: int, line: bytes) -> None:
    lines = [json.dumps(each["resource"]).encode() for each in everywhere(MARKER)["entry"]]
    lines.insert(place, b'{"resourceType": "Observation", "value": "Qzxmarker"' + line)

    assert [] == leaks(run(b"\n".join(lines), *FIXED))


@pytest.mark.parametrize(
    "arguments",
    [("--policy", "no-such"), ("--payer", "nobody"), ("--patient", "other"), ()],
    ids=str,
)
def test_a_wrong_question_about_a_sound_record_prints_nothing_of_it(
    arguments: tuple[str, ...],
) -> None:
    printed = run(json.dumps(everywhere(MARKER)).encode(), *arguments)

    assert [] == leaks(printed)


def test_the_markers_do_reach_what_is_damaged() -> None:
    """Else the promise would be kept by reading nothing: the sound record is read to its end."""
    assert 0 == run(json.dumps(RECORD).encode(), *FIXED).status
    assert 0 != run(json.dumps(planted(("entry",), MARKER)).encode(), *FIXED).status
