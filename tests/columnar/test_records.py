"""A population of records in files: its facts are those of `check`, file by file."""

from __future__ import annotations

import gzip
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from multifidus.chart.statements.lines import LineReader
from multifidus.columnar.sources import records
from multifidus.columnar.sources.asked import Asked, Faults
from multifidus.columnar.sources.form import Form
from multifidus.columnar.sources.records import extract_records
from multifidus.core.coding import OWN_SYSTEM
from multifidus.errors import BundleError
from tests.columnar.exports import SERVICE, Rows, dictionary, differing, expected, plan, rows
from tests.columnar.hostile import Hostile
from tests.conftest import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from multifidus.columnar.sources.extracted import Extracted

ON = date(2026, 10, 5)
CHARTS = sorted(
    each
    for each in (CHECKOUT / "src/multifidus/examples").glob("*.json")
    if each.name != "catalogue.json"
)


def read(
    source: Path, out: Path, *, on: date | None = SERVICE, faults: Faults = Faults.TELL
) -> Extracted:
    """Read records with the chart reader."""
    asked = Asked(
        source=source,
        form=Form.RECORDS,
        dictionary=dictionary(),
        reader=LineReader(plan()),
        out=out,
        on=on,
        faults=faults,
    )
    return extract_records(asked)


def bundle(path: Path, resources: Iterable[dict[str, Any]], *, is_named: bool = True) -> Path:
    """Write a Bundle whose entries have addresses."""
    entries = [
        {"resource": each} | ({"fullUrl": f"urn:uuid:{path.stem}-{number}"} if is_named else {})
        for number, each in enumerate(resources)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    made = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()
    path.write_bytes(gzip.compress(made) if path.suffix == ".gz" else made)
    return path


def patient(name: str, born: str = "1970-05-05") -> dict[str, Any]:
    return {"resourceType": "Patient", "id": name, "birthDate": born}


def index(subject: str, points: float, **fields: object) -> dict[str, Any]:
    """Make an Oswestry index under a name that another record may have too."""
    coding = {"system": OWN_SYSTEM, "code": "oswestry-index"}
    return {
        "resourceType": "Observation",
        "id": "odi",
        "status": "final",
        "subject": {"reference": subject},
        "code": {"coding": [coding]},
        "effectiveDateTime": "2026-02-01",
        "valueQuantity": {"value": points, "code": "{score}"},
    } | fields


def expected_of(paths: Iterable[Path], *, on: date = SERVICE) -> Rows:
    """Give the rows of records, each read by itself."""
    made: Rows = {}
    for path in paths:
        made |= expected(path, on=on)
    return made


def test_the_facts_of_the_shipped_charts_are_those_of_check(tmp_path: Path) -> None:
    """Their resources are named alike, and their references are `urn:uuid:` or addresses."""
    for each in CHARTS:
        packed = gzip.compress(each.read_bytes())
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / f"{each.name}.gz").write_bytes(packed)

    extracted = read(tmp_path / "in", tmp_path / "out", on=ON)

    assert differing(rows(extracted), expected_of(CHARTS, on=ON)) == []
    assert extracted.patients == len(CHARTS)
    assert extracted.problems == ()


@pytest.mark.parametrize("workers", [1, 2])
def test_several_patients_in_a_file_and_shapes_of_every_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    """In one process or in two, with ids that every file has."""
    monkeypatch.setattr(records, "AT_A_TIME", 2)
    monkeypatch.setattr(records, "WORTH_A_PROCESS", 1 if workers > 1 else 2**40)
    files = []
    for number in range(4):
        hostile = Hostile(dictionary(), seed=number)
        mine = [each for name in "ab" for each in hostile.about(f"p{number}{name}", 30)]
        files.append(bundle(tmp_path / "in" / f"{number}.json", mine))

    extracted = read(tmp_path / "in", tmp_path / "out")

    assert differing(rows(extracted), expected_of(files)) == []


def test_files_about_the_same_patient_are_one_record(tmp_path: Path) -> None:
    """The newer version counts, whichever file has it; what each file said alone does not."""
    old = index("Patient/one", 44, meta={"lastUpdated": "2026-02-01T00:00:00Z"})
    new = index("Patient/one", 30, meta={"lastUpdated": "2026-02-09T00:00:00Z"})
    gone = index("Patient/one", 50, id="gone", meta={"lastUpdated": "2026-02-01T00:00:00Z"})
    void = gone | {"status": "entered-in-error", "meta": {"lastUpdated": "2026-02-05T00:00:00Z"}}
    source = tmp_path / "in"
    bundle(source / "a.json", [patient("one"), old, gone])
    bundle(source / "b.json", [new, void])
    bundle(source / "c.json", [patient("two"), index("Patient/two", 12)])
    out = tmp_path / "out"

    first = rows(read(source, out))
    again = read(source, out)

    assert first["Patient/one"]["oswestry_index"] == 30
    assert first["Patient/two"]["oswestry_index"] == 12
    assert rows(again) == first
    assert again.batches_read == 0


def test_two_people_under_one_id_are_told_and_their_facts_are_not_mixed(tmp_path: Path) -> None:
    source = tmp_path / "in"
    bundle(source / "a.json", [patient("one", "1950-01-01"), index("Patient/one", 44)])
    bundle(source / "b.json", [patient("one", "1990-01-01"), index("Patient/one", 12)])

    extracted = read(source, tmp_path / "out")

    assert {str(each.place) for each in extracted.problems} == {"Patient/one", "Observation/odi"}
    row = rows(extracted)["Patient/one"]
    assert row["age__absent"] == row["oswestry_index__absent"] == "unreadable"


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    source = tmp_path / "in"
    bundle(source / "good.json", [patient("one"), index("Patient/one", 44)], is_named=False)
    (source / "cut.json").write_bytes(b'{"resourceType": "Bundle", "entry": [')
    (source / "other.json").write_text('{"name": "something"}', encoding="utf-8")
    (source / "torn.json.gz").write_bytes(gzip.compress(b"{}" * 500)[:20])
    bundle(source / "entry.json", [patient("two"), {"id": "no-type"}])

    extracted = read(source, tmp_path / "out")

    places = {str(each.place) for each in extracted.problems}
    assert places == {"cut.json", "other.json", "torn.json.gz", "entry.json: entry[1]"}
    assert rows(extracted).keys() == {"Patient/one"}
    with pytest.raises(BundleError):
        read(source, tmp_path / "strict", faults=Faults.STOP)


def test_a_changed_file_costs_its_own_batch_and_others_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("multifidus.columnar.derivation.source.BATCH", 1)
    source, out = tmp_path / "in", tmp_path / "out"
    bundle(source / "a.json", [patient("one"), index("Patient/one", 44)])
    bundle(source / "b.json", [patient("two"), index("Patient/two", 12)])
    read(source, out)
    bundle(source / "b.json", [patient("two"), index("Patient/two", 13.5)])

    extracted = read(source, out)

    assert (extracted.batches_read, extracted.batches_kept) == (1, 1)
    assert float(str(rows(extracted)["Patient/two"]["oswestry_index"])) == 13.5


def test_a_single_file_is_a_population_and_an_empty_folder_is_none(tmp_path: Path) -> None:
    path = bundle(tmp_path / "a.json", [patient("one"), index("urn:uuid:a-0", 44)])
    (tmp_path / "empty").mkdir()

    assert rows(read(path, tmp_path / "out"))["Patient/one"]["oswestry_index"] == 44
    with pytest.raises(BundleError, match="the folder holds no records"):
        read(tmp_path / "empty", tmp_path / "other")
