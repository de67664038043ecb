"""Every kind of bad record, at the command line: a message with the way forward, and no more."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from multifidus.cli import main
from tests.chart.records import (
    MARKER,
    bundle,
    coded,
    concept,
    condition,
    observation,
    patient,
    quantity,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.chart.records import Resource

BIRTH_DATE = "1974-03-01"
UNREADABLE, USAGE = 3, 2
GOOD = bundle(patient(), observation("oswestry_index", id="o", valueQuantity=quantity(47.3, "%")))
TEXT = json.dumps(GOOD).encode()


@pytest.fixture
def check(capsys: pytest.CaptureFixture[str]) -> Callable[[Path], tuple[int, str, str]]:
    """Run `multifidus check`; give the exit status and both outputs."""

    def run(path: Path, *options: str) -> tuple[int, str, str]:
        arguments = ["check", str(path), "--on", "2026-10-05", "--policy", "isass-2025"]
        status = main([*arguments, *options])
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        for secret in (MARKER, BIRTH_DATE, "47.3"):
            assert secret not in told.err
        return status, told.out, told.err

    return run


def changed(**fields: object) -> bytes:
    observed = observation("oswestry_index", id="o", valueQuantity=quantity(47.3, "%"))
    return json.dumps(bundle(patient(), observed | fields)).encode()


def nested(depth: int) -> bytes:
    return TEXT[:-1] + b', "x": ' + b"[" * depth + b"]" * depth + b"}"


BYTES = [
    (b"", "record.json: the file is empty"),
    (b" \n\t", "the file is empty"),
    (b"\xef\xbb\xbf", "the file is empty"),
    (b"Name: Zzyzx", "this is not JSON, at line 1, column 1"),
    (b"<Patient/>", "this is not JSON, at line 1, column 1"),
    (TEXT[:200], "the JSON stops short at line 1"),
    (TEXT.replace(b": ", b":\n")[:-1], "the JSON stops short at line"),
    (
        TEXT.replace(b"Zzyzx", "Zzyzx é".encode())[: TEXT.index(b"Zzyzx") + 7],
        "the file stops short",
    ),
    (TEXT.decode().encode("utf-16"), "the file is not in UTF-8"),
    (TEXT.decode().encode("utf-16-le"), "the file is not in UTF-8"),
    (TEXT.replace(b"Zzyzx", "Zzyzx é".encode("latin-1")), "the file is not in UTF-8"),
    (b"[1, 2]", "this is JSON, but not a FHIR resource"),
    (b'"Zzyzx"', "this is JSON, but not a FHIR resource"),
    (b'{"resourceType": 5}', "this is JSON, but not a FHIR resource"),
    (b'{"name": "Zzyzx"}', "this is JSON, but not a FHIR resource"),
    (nested(10_000), "the JSON is nested too deeply"),
    (TEXT.replace(b"47.3", b"NaN"), "this is not JSON"),
    (TEXT.replace(b"47.3", b"-Infinity"), "this is not JSON"),
    (TEXT.replace(b"47.3", b"1e400"), "a number is too large to be read"),
    (TEXT.replace(b"47.3", b"4" * 5000), "a number is too large to be read"),
    (TEXT.replace(b"47.3", b"047.3"), "this is not JSON"),
    (TEXT + b"\n" + TEXT, "the JSON goes on after its end"),
    (b"\x1f\x8b" + TEXT, "the gzip data is damaged or cut off"),
    (gzip.compress(TEXT)[:-9], "the gzip data is damaged or cut off"),
    (json.dumps(bundle()).encode(), "it holds no Patient"),
    (json.dumps(GOOD | {"entry": {}}).encode(), "`entry` is not a list"),
    (json.dumps(bundle(observation("x", id="o"))).encode(), "it holds no Patient"),
    (json.dumps(bundle({"id": "x"})).encode(), "record.json: entry[0]: this is not a resource"),
    (changed(context={"reference": "x"}), "Observation/o: `context` is a field of STU3"),
]


@pytest.mark.parametrize(("content", "message"), BYTES)
def test_what_cannot_be_read_is_told_with_the_way_forward(
    tmp_path: Path, check: Callable[[Path], tuple[int, str, str]], content: bytes, message: str
) -> None:
    path = tmp_path / "record.json"
    path.write_bytes(content)

    status, out, err = check(path)
    assert (UNREADABLE, "") == (status, out)
    assert message in err
    assert "\n    " in err


@pytest.mark.parametrize(("content", "message"), BYTES[:9])
def test_a_folder_with_one_bad_file_is_not_read_in_part(
    tmp_path: Path, check: Callable[[Path], tuple[int, str, str]], content: bytes, message: str
) -> None:
    (tmp_path / "a.json").write_bytes(TEXT)
    (tmp_path / "record.json").write_bytes(content)

    status, out, err = check(tmp_path)
    assert (UNREADABLE, "") == (status, out)
    assert message in err


@pytest.mark.parametrize(
    "resource",
    [
        coded("Condition", id="x", clinicalStatus="active"),
        coded("Condition", id="x", participant=[]),
        coded("Procedure", id="x", notDone=True),
        coded("MedicationRequest", id="x", medication={"concept": concept("x", "y")}),
        coded("ServiceRequest", id="x", code={"concept": concept("x", "y")}),
    ],
)
def test_another_release_of_fhir_is_told(
    tmp_path: Path, check: Callable[[Path], tuple[int, str, str]], resource: Resource
) -> None:
    path = tmp_path / "record.json"
    path.write_text(json.dumps(bundle(patient(), resource)))

    status, _, err = check(path)
    assert UNREADABLE == status
    assert f"{resource['resourceType']}/x: " in err
    assert "multifidus reads FHIR R4; convert the record, or export it as R4" in err


def test_two_patients_need_a_choice(
    tmp_path: Path, check: Callable[..., tuple[int, str, str]]
) -> None:
    path = tmp_path / "record.json"
    path.write_text(json.dumps(bundle(patient(), patient(id="p2"))))

    status, _, err = check(path)
    assert USAGE == status
    assert (
        "the record holds 2 patients\n    choose one with --patient: Patient/p1, Patient/p2" in err
    )
    assert 0 == check(path, "--patient", "p2")[0]
    assert UNREADABLE == check(path, "--patient", "p3")[0]


def test_two_resources_of_one_id_are_told(
    tmp_path: Path, check: Callable[..., tuple[int, str, str]]
) -> None:
    twin = observation("oswestry_index", id="o", valueQuantity=quantity(12, "%"))
    path = tmp_path / "record.json"
    path.write_text(json.dumps(bundle(*(each["resource"] for each in GOOD["entry"]), twin)))

    status, _, err = check(path)
    assert UNREADABLE == status
    assert "Observation/o: two resources with this id differ\n    give each" in err


@pytest.mark.parametrize(
    ("fields", "detail"),
    [
        ({"effectiveDateTime": "2026"}, "not precise enough"),
        ({"valueQuantity": quantity("NaN", "%")}, "not a number"),
        ({"valueQuantity": {"value": 47.3}}, "no unit"),
        ({"valueQuantity": quantity(1e300, "%")}, "outside the range"),
        ({"valueQuantity": {"value": True, "code": "%"}}, "not a number"),
    ],
)
def test_a_value_that_cannot_be_read_is_an_absence_with_its_reason(
    tmp_path: Path,
    check: Callable[..., tuple[int, str, str]],
    fields: dict[str, object],
    detail: str,
) -> None:
    path = tmp_path / "record.json"
    path.write_bytes(changed(**fields))

    status, out, _ = check(path, "--format", "json")
    assert 0 == status
    fact = json.loads(out)["absences"]["oswestry_index"]
    assert "unreadable" == fact["reason"]
    assert detail in fact["detail"]


def test_a_number_of_forty_digits_is_not_rounded(
    tmp_path: Path, check: Callable[..., tuple[int, str, str]]
) -> None:
    path = tmp_path / "record.json"
    path.write_bytes(TEXT.replace(b"47.3", b"20.99999999999999999999999"))

    _, out, _ = check(path, "--format", "json")
    fact = json.loads(out)["facts"]["oswestry_index"]
    assert "20.99999999999999999999999" == fact["value"]


# Sizes


def test_a_file_of_200_mb_is_told_at_once(
    tmp_path: Path, check: Callable[..., tuple[int, str, str]]
) -> None:
    path = tmp_path / "record.json"
    with path.open("wb") as file:
        file.write(TEXT)
        file.truncate(200 * 1024 * 1024)

    status, _, err = check(path)
    assert UNREADABLE == status
    assert "the document is larger than 64 MB\n    export the record as NDJSON" in err


def test_a_small_file_that_unpacks_to_much_is_told(
    tmp_path: Path, check: Callable[..., tuple[int, str, str]]
) -> None:
    blank = gzip.compress(b" " * (65 * 1024 * 1024), compresslevel=1)
    (tmp_path / "record.json.gz").write_bytes(blank)
    (tmp_path / "lines.ndjson.gz").write_bytes(blank)

    assert "larger than 64 MB" in check(tmp_path / "record.json.gz")[2]
    assert "the line is longer than 16 MB" in check(tmp_path / "lines.ndjson.gz")[2]


# Paths


def test_a_path_that_leads_nowhere_is_told(
    tmp_path: Path, check: Callable[..., tuple[int, str, str]]
) -> None:
    for name in ("gone.json", "gone/", "x" * 300):
        status, _, err = check(tmp_path / name)
        assert UNREADABLE == status
        assert "the file cannot be read: " in err
        assert "check the path and its permissions" in err


@pytest.mark.parametrize("method", ["open", "is_dir", "iterdir"])
def test_a_path_that_may_not_be_read_is_told(
    tmp_path: Path,
    check: Callable[..., tuple[int, str, str]],
    monkeypatch: pytest.MonkeyPatch,
    method: str,
) -> None:
    (tmp_path / "record.json").write_bytes(TEXT)
    path = tmp_path / "record.json" if method == "open" else tmp_path
    plain = getattr(Path, method)

    def closed(self: Path, *arguments: object, **options: object) -> object:
        if self == path:
            raise PermissionError(13, "Permission denied")
        return plain(self, *arguments, **options)

    monkeypatch.setattr(Path, method, closed)

    status, _, err = check(path)
    assert UNREADABLE == status
    assert "the file cannot be read: Permission denied" in err


def test_a_folder_without_records_is_told(
    tmp_path: Path, check: Callable[..., tuple[int, str, str]]
) -> None:
    (tmp_path / "export.log").write_text("done")
    (tmp_path / "Patient.csv").write_text(MARKER)

    status, _, err = check(tmp_path)
    assert UNREADABLE == status
    assert "the folder holds no records\n    put *.ndjson, *.json, *.xml, *.pdf" in err


def test_logs_and_manifests_beside_the_records_do_no_harm(
    tmp_path: Path, check: Callable[..., tuple[int, str, str]]
) -> None:
    (tmp_path / "export.log").write_text("done")
    (tmp_path / "log.ndjson").write_text('{"exportId": 1}\n[]\n\n7\n')
    (tmp_path / "errors.ndjson").write_text('{"resourceType": "OperationOutcome"}\n')
    (tmp_path / "manifest.json").write_text('{"transactionTime": "2026-10-05"}')
    (tmp_path / "Empty.ndjson").write_text("")
    lines = [json.dumps(each["resource"]) for each in GOOD["entry"]]
    (tmp_path / "Everything.ndjson").write_text("\n".join(lines))

    assert 0 == check(tmp_path)[0]


def test_every_broken_line_is_told(
    tmp_path: Path, check: Callable[..., tuple[int, str, str]]
) -> None:
    good = json.dumps(patient()).encode()
    cut = json.dumps(condition("M54.50", id=MARKER)).encode()[:60]
    (tmp_path / "a.ndjson").write_bytes(b"\n".join([good, cut, good, b"\xff\xfe", cut]))

    status, _, err = check(tmp_path / "a.ndjson")
    assert UNREADABLE == status
    assert ["a.ndjson:2", "a.ndjson:4", "a.ndjson:5"] == [
        line.partition(": ")[0] for line in err.splitlines() if not line.startswith(" ")
    ]
