"""Files become resources, each with a name; what is not FHIR R4 is told."""

from __future__ import annotations

import gzip
import json
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from multifidus.chart import fhir
from multifidus.chart.fhir import codings_of, date_in, read_date, read_entries
from multifidus.chart.release import wrong_release
from multifidus.core.quantity import Quantity
from multifidus.errors import BundleError
from tests.chart.records import bundle, coded, numbered, observation, patient, value

if TYPE_CHECKING:
    from pathlib import Path

    from tests.chart.records import Resource

LONG = "5.99999999999999999999"


def write(path: Path, *documents: object) -> Path:
    text = "\n".join(json.dumps(each) for each in documents)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def names(path: Path) -> list[str]:
    return [each.reference for each in read_entries(path)]


@pytest.mark.parametrize("name", ["record.json", "record.json.gz", "record", "record.txt"])
@pytest.mark.parametrize(
    "kind", ["collection", "searchset", "transaction", "document", "history", "batch", "message"]
)
def test_a_bundle_of_any_type_is_read(tmp_path: Path, name: str, kind: str) -> None:
    path = write(tmp_path / name, bundle(patient(), observation("x", id="o"), type=kind))

    assert ["Patient/p1", "Observation/o"] == names(path)


@pytest.mark.parametrize("name", ["one.json", "one.json.gz", "one.ndjson", "one.jsonl.gz"])
def test_a_single_resource_is_read(tmp_path: Path, name: str) -> None:
    assert ["Patient/p1"] == names(write(tmp_path / name, patient()))


def test_a_folder_is_read_file_by_file(tmp_path: Path) -> None:
    write(tmp_path / "Patient.ndjson", patient(), patient(id="p2"))
    write(tmp_path / "Observation.ndjson.gz", observation("x", id="o"))
    write(tmp_path / "more.json", bundle(observation("x", id="b")))
    write(tmp_path / "manifest.json", {"transactionTime": "2026-10-05", "output": []})
    write(tmp_path / "log.ndjson", {"exported": 3}, [1], 7)
    (tmp_path / "export.log").write_text("done")
    (tmp_path / "._Patient.ndjson").write_bytes(b"\x00\x05\x16\x07")
    (tmp_path / "inner.json").mkdir()

    assert ["Observation/o", "Patient/p1", "Patient/p2", "Observation/b"] == names(tmp_path)


def test_entries_without_a_resource_are_passed_over(tmp_path: Path) -> None:
    document = bundle(patient())
    document["entry"].append({"request": {"method": "DELETE", "url": "Observation/o"}})

    assert ["Patient/p1"] == names(write(tmp_path / "a.json", document))


def test_bundles_inside_bundles_are_read_to_some_depth(tmp_path: Path) -> None:
    document = bundle(patient())
    for _ in range(3):
        document = bundle(document)
    assert ["Patient/p1"] == names(write(tmp_path / "a.json", document))

    with pytest.raises(BundleError, match="Bundles are nested too deeply"):
        names(write(tmp_path / "a.json", bundle(document)))


def test_a_resource_is_named_by_id_or_url_or_place(tmp_path: Path) -> None:
    document = bundle(observation("x"), observation("x"), observation("x", id="o"))
    document["entry"][1]["fullUrl"] = "urn:uuid:1"
    document["entry"][2]["fullUrl"] = 7
    path = write(tmp_path / "a.json", document)

    assert ["Observation at a.json: entry[0]", "Observation urn:uuid:1", "Observation/o"] == names(
        path
    )
    assert ["Observation at b.ndjson:1", "Observation at b.ndjson:2"] == names(
        write(tmp_path / "b.ndjson", observation("x"), observation("x", id=7))
    )


@pytest.mark.parametrize("name", ["a.json", "a.ndjson"])
def test_a_byte_order_mark_does_no_harm(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + json.dumps(patient()).encode() + b"\n\n")

    assert ["Patient/p1"] == names(tmp_path / name)


def test_problems_of_a_bundle_are_told_together(tmp_path: Path) -> None:
    broken = [{"resource": {"id": "x"}}, 5, {"resource": None}, {"resource": [1]}]
    path = write(tmp_path / "a.json", bundle() | {"entry": broken})

    with pytest.raises(BundleError) as caught:
        names(path)
    assert [f"a.json: entry[{number}]" for number in range(4)] == [
        str(each.place) for each in caught.value.problems
    ]


def test_of_many_problems_twenty_are_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", bundle() | {"entry": [5] * 50})
    with pytest.raises(BundleError, match="and 30 more like these"):
        names(path)

    (tmp_path / "b.ndjson").write_text("{\n" * 50)
    with pytest.raises(BundleError) as caught:
        names(tmp_path / "b.ndjson")
    assert 20 == len(caught.value.problems)


def test_lines_before_and_after_a_broken_one_are_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ndjson", patient(), patient(id="p2"))
    path.write_text(path.read_text().replace("\n", "\n{broken\n"))

    entries = read_entries(path)
    assert ["Patient/p1", "Patient/p2"] == [next(entries).reference for _ in range(2)]
    with pytest.raises(BundleError, match=r"a\.ndjson:2: this is not JSON, at line 1, column 2"):
        next(entries)


# Numbers


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (LONG, LONG),
        ("7.3", "7.3"),
        ("28.104000000000003", "28.104000000000003"),
        ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"),
        ("6e0", "6"),
    ],
)
@pytest.mark.parametrize("field", ["value", "valueDecimal"])
def test_no_digit_of_a_number_is_lost(
    tmp_path: Path, number: str, expected: str, field: str
) -> None:
    about = '"resourceType": "Basic", "other": 12345678901234567890'
    text = f'{{{about}, "{field}" : {number}}}'
    (tmp_path / "a.json").write_text(text)

    (entry,) = read_entries(tmp_path / "a.json")
    found = Quantity(str(entry.resource[field]), "cm")
    assert Decimal(expected) == found.value


def test_almost_six_centimetres_do_not_become_six(tmp_path: Path) -> None:
    almost = observation("pain_vas", valueQuantity={"value": 1, "code": "cm"}, id="v")
    path = write(tmp_path / "a.json", bundle(patient(), almost))
    path.write_text(path.read_text().replace('"value": 1,', f'"value": {LONG},'))

    resources = [each.resource for each in read_entries(path)]
    assert Quantity(LONG, "cm") == value("pain_vas", *resources)


# Dates


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026", "2026"),
        ("2026-09", "2026-09"),
        ("2026-09-01", "2026-09-01"),
        ("2026-09-01T10:00:00Z", "2026-09-01"),
        ("2026-09-01T10:00:00.123+05:30", "2026-09-01"),
        ("2024-02-29", "2024-02-29"),
        ("2026-02-29", "None"),
        ("2026-00", "None"),
        ("0000", "None"),
        ("2026T10:00", "None"),
        ("2026-09-01T", "None"),
        ("2026-09-01 10:00", "None"),
        ("2026-09-01Tnoon", "None"),
        (" 2026", "None"),
        ("\uff12\uff10\uff12\uff16", "None"),  # digits, but not those of a date
        ("", "None"),
    ],
)
def test_a_date_is_read_with_the_precision_it_has(text: str, expected: str) -> None:
    assert expected == str(read_date(text))


def test_a_field_is_read_by_the_names_it_may_have() -> None:
    assert "2026" == str(date_in({"onsetPeriod": {"start": "2026"}}, "onset"))
    assert date_in({"onsetPeriod": {"end": "2026"}}, "onset") is None
    assert date_in({"onsetDateTime": "?", "onsetPeriod": {"start": "2026"}}, "onset") is None


@pytest.mark.parametrize(
    ("concept", "count"),
    [
        ({"coding": [{"code": "a"}, 5, {"code": "b"}]}, 2),
        ({"code": "a"}, 1),
        ([{"code": "a"}, {"coding": [{"code": "b"}]}, 5, [{"code": "c"}]], 2),
        ({"coding": {"code": "a"}}, 0),
        ({"code": 5}, 0),
        ("a", 0),
        (None, 0),
    ],
)
def test_codings_are_found_in_whatever_the_record_holds(concept: object, count: int) -> None:
    assert count == len(codings_of(concept))


# Releases


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        ({"resourceType": "Condition", "clinicalStatus": "active"}, "is a word, as in STU3"),
        ({"resourceType": "Condition", "verificationStatus": "confirmed"}, "is a word, as in STU3"),
        ({"resourceType": "Condition", "assertedDate": "2020"}, "STU3"),
        ({"resourceType": "Condition", "participant": []}, "R5"),
        ({"resourceType": "Observation", "context": {}}, "STU3"),
        ({"resourceType": "Procedure", "notDone": True}, "STU3"),
        ({"resourceType": "Procedure", "occurrenceDateTime": "2020"}, "R5"),
        ({"resourceType": "MedicationRequest", "medication": {}}, "R5"),
        ({"resourceType": "MedicationStatement", "taken": "n"}, "STU3"),
        ({"resourceType": "ProcedureRequest"}, "is a resource of STU3"),
        ({"resourceType": "Encounter", "class": [{}]}, "is a list, as in R5"),
        ({"resourceType": "ServiceRequest", "code": {"concept": {}}}, "CodeableReference"),
        ({"resourceType": "DeviceRequest", "code": {}}, "R5"),
        ({"resourceType": "DiagnosticReport", "codedDiagnosis": []}, "STU3"),
        ({"resourceType": "Coverage", "kind": "insurance"}, "R5"),
    ],
)
def test_another_release_is_told_by_its_shape(resource: Resource, words: str) -> None:
    assert words in wrong_release(resource)


def test_what_r4_allows_is_not_taken_for_another_release() -> None:
    allowed = [
        patient(),
        observation("x"),
        coded("MedicationStatement", context={"reference": "Encounter/e"}),
        {"resourceType": "Encounter", "class": {"code": "AMB"}},
        coded("Condition", clinicalStatus={"coding": []}),
    ]

    assert {""} == {wrong_release(each.resource) for each in numbered(allowed)}


# Limits


def test_a_line_may_not_be_endless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fhir, "LARGEST_LINE", 1024 * 1024)
    path = write(tmp_path / "a.ndjson", patient(), {"resourceType": "Basic", "x": "x" * 2**20})

    with pytest.raises(BundleError, match=r"a\.ndjson:2: the line is longer than 1 MB"):
        names(path)
