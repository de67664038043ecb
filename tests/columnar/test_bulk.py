"""Facts of a bulk export: they are the interpreter's, and what cannot be read is told."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import multifidus
from multifidus.chart.statements.lines import LineReader
from multifidus.chart.statements.plan import Plan
from multifidus.columnar.derivation.batch import interpret
from multifidus.columnar.derivation.rules import tables
from multifidus.columnar.derivation.statements import left_over
from multifidus.columnar.sources.asked import Asked, Faults
from multifidus.columnar.sources.bulk import extract_bulk
from multifidus.core.coding import OWN_SYSTEM
from multifidus.errors import BundleError, Severity
from tests.columnar.exports import (
    SERVICE,
    dictionary,
    differing,
    expected,
    read,
    rows,
    write,
    written,
)
from tests.columnar.hostile import Hostile

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENT = {"resourceType": "Patient", "id": "one", "birthDate": "1970-05-05"}


def observation(code: str, *, name: str = "o1", **fields: object) -> dict[str, object]:
    """Make an observation about the patient, under one of the dictionary's own codes."""
    return {
        "resourceType": "Observation",
        "id": name,
        "status": "final",
        "subject": {"reference": "Patient/one"},
        "code": {"coding": [{"system": OWN_SYSTEM, "code": code}]},
        "effectiveDateTime": "2026-01-15",
    } | fields


@pytest.mark.parametrize("seed", range(3))
def test_facts_of_a_hostile_export_are_those_of_the_interpreter(tmp_path: Path, seed: int) -> None:
    """Shapes of every kind, among them such as none should have, for one date of service."""
    source = write(tmp_path / "in", Hostile(dictionary(), seed=seed).lines(60, each=40))

    assert differing(rows(read(source, tmp_path / "out")), expected(source)) == []


def test_facts_for_the_dates_that_the_records_give_are_those_of_the_interpreter(
    tmp_path: Path,
) -> None:
    """Each patient has a date of service of its own, or none and no row."""
    source = write(tmp_path / "in", Hostile(dictionary(), seed=9).lines(80, each=40))

    extracted = read(source, tmp_path / "out", on=None)

    assert differing(rows(extracted), expected(source, on=None)) == []
    assert extracted.patients
    assert extracted.undated


def test_patients_are_settled_some_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is settled in parts is what is settled at once."""
    source = write(tmp_path / "in", Hostile(dictionary(), seed=4).lines(20, each=20))
    monkeypatch.setattr("multifidus.columnar.derivation.population.TOGETHER", 6)

    extracted = read(source, tmp_path / "out")

    assert len([*extracted.facts.glob("*.parquet")]) > 1
    assert differing(rows(extracted), expected(source)) == []


def test_a_reference_to_a_medication_is_followed(tmp_path: Path) -> None:
    """The code of a request may stand in another file."""
    drug = {"coding": [{"system": "http://www.whocc.no/atc", "code": "N02BF01"}]}
    source = written(
        tmp_path / "in",
        PATIENT,
        {"resourceType": "Medication", "id": "m", "code": drug},
        {
            "resourceType": "MedicationRequest",
            "id": "r",
            "status": "active",
            "intent": "order",
            "subject": {"reference": "Patient/one"},
            "medicationReference": {"reference": "Medication/m"},
        },
    )

    found = rows(read(source, tmp_path / "out"))

    assert found["Patient/one"]["medication_classes_tried"] == 1
    assert differing(found, expected(source)) == []


def test_versions_that_nobody_can_put_in_order_are_no_answer(tmp_path: Path) -> None:
    """Two resources with one id differ: neither counts, and it is told."""
    yes, no = (observation("pregnant", valueBoolean=each) for each in (True, False))
    source = written(tmp_path / "in", PATIENT, yes, no)

    extracted = read(source, tmp_path / "out")

    row = rows(extracted)["Patient/one"]
    assert "pregnant" not in row
    assert row["pregnant__absent"] == "unreadable"
    assert [str(each.place) for each in extracted.problems] == ["Observation/o1"]


def test_the_newest_version_counts_also_where_it_says_nothing(tmp_path: Path) -> None:
    """A resource that was entered in error does not come back through its older version."""
    old = observation("pregnant", valueBoolean=True, meta={"lastUpdated": "2026-01-01T00:00:00Z"})
    new = old | {"status": "entered-in-error", "meta": {"lastUpdated": "2026-02-01T00:00:00Z"}}
    source = written(tmp_path / "in", PATIENT, new, old)

    assert rows(read(source, tmp_path / "out"))["Patient/one"]["pregnant__absent"] == "not-recorded"


def bundled(bundle: Path, folder: Path) -> Path:
    """Write the resources of a Bundle as an export; references by URL become those by id."""
    entries = json.loads(bundle.read_text(encoding="utf-8"))["entry"]
    names = {
        each["fullUrl"]: f"{each['resource']['resourceType']}/{each['resource']['id']}"
        for each in entries
        if "fullUrl" in each and "id" in each["resource"]
    }
    text = json.dumps([each["resource"] for each in entries])
    for url, name in names.items():
        text = text.replace(json.dumps(url), json.dumps(name))
    return written(folder, *json.loads(text))


EXAMPLES = sorted(Path(multifidus.__file__).parent.glob("examples/*.json"))


def test_facts_of_the_shipped_charts_are_those_of_the_interpreter(tmp_path: Path) -> None:
    """Each chart as an export of its own, all in one folder."""
    source = tmp_path / "in"
    for each in EXAMPLES:
        if json.loads(each.read_text(encoding="utf-8")).get("resourceType") == "Bundle":
            bundled(each, source / each.stem)

    for folder in sorted(source.iterdir()):
        extracted = read(folder, tmp_path / "out" / folder.name)
        assert differing(rows(extracted), expected(folder)) == []
        assert "structured" in map(str, rows(extracted).popitem()[1].values())


@pytest.mark.shared
def test_facts_of_an_outsiders_export_are_those_of_the_interpreter(
    tmp_path: Path, shared: Path
) -> None:
    """Ten patients in gzip files, with notes, medications and devices."""
    source = shared / "samples" / "fhir-bulk-ndjson-10"

    assert differing(rows(read(source, tmp_path / "out")), expected(source)) == []


# Faults

GOOD = json.dumps(observation("pregnant", valueBoolean=True))


def damaged(folder: Path) -> Path:
    """Write an export with a line that is cut off, among good ones."""
    source = written(folder, PATIENT)
    other = json.dumps(observation("pain-severe", name="o2", valueBoolean=False))
    (source / "Observation.ndjson").write_text(f"{GOOD}\n{GOOD[:40]}\n\n{other}\n")
    return source


def test_a_damaged_line_is_told_by_file_and_line_and_the_rest_is_read(tmp_path: Path) -> None:
    """Its neighbours count, and nothing of it is repeated."""
    extracted = read(damaged(tmp_path / "in"), tmp_path / "out")

    row = rows(extracted)["Patient/one"]
    assert (row["pregnant"], row["pain_severe"]) == (True, False)
    (problem,) = extracted.problems
    assert str(problem.place) == "Observation.ndjson:2"
    assert "pregnant" not in str(problem)


def test_a_damaged_line_stops_the_work_where_that_is_asked(tmp_path: Path) -> None:
    """Nothing is settled then."""
    with pytest.raises(BundleError, match=r"Observation\.ndjson:2"):
        read(damaged(tmp_path / "in"), tmp_path / "out", faults=Faults.STOP)

    assert not (tmp_path / "out" / "facts").exists()


def test_a_gzip_file_that_is_cut_off_is_read_up_to_there(tmp_path: Path) -> None:
    """The line at which it breaks off is told."""
    source = written(tmp_path / "in", PATIENT)
    noise = "".join(f'{{"resourceType": "Observation", "id": "{n * n}"}}\n' for n in range(20_000))
    packed = gzip.compress(f"{GOOD}\n{noise}".encode())
    (source / "Observation.ndjson.gz").write_bytes(packed[: len(packed) // 2])

    extracted = read(source, tmp_path / "out")

    assert rows(extracted)["Patient/one"]["pregnant"] is True
    (problem,) = extracted.problems
    assert "cut off" in problem.message
    assert str(problem.place).startswith("Observation.ndjson.gz:")


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    """Characters of another encoding cost their line and no other."""
    source = written(tmp_path / "in", PATIENT)
    (source / "Observation.ndjson").write_bytes(b'{"id": "\xff"}\n' + GOOD.encode() + b"\r\n")

    extracted = read(source, tmp_path / "out")

    assert rows(extracted)["Patient/one"]["pregnant"] is True
    assert [str(each.place) for each in extracted.problems] == ["Observation.ndjson:1"]


def test_a_resource_of_another_type_than_its_file_is_told_and_read(tmp_path: Path) -> None:
    """It is a note: the resource counts as what it is."""
    source = written(tmp_path / "in", PATIENT)
    (source / "Condition.ndjson").write_text(GOOD + "\n")

    extracted = read(source, tmp_path / "out", faults=Faults.STOP)

    assert rows(extracted)["Patient/one"]["pregnant"] is True
    (problem,) = extracted.problems
    assert problem.severity is Severity.NOTE
    assert str(problem.place) == "Condition.ndjson:1"


def test_a_file_that_the_manifest_names_and_the_folder_lacks_is_told(tmp_path: Path) -> None:
    """One of a thousand that was not fetched changes answers in silence otherwise."""
    source = written(tmp_path / "in", PATIENT)
    names = [f"Observation.{number:03d}.ndjson" for number in range(1000)]
    for name in names[:-1]:
        (source / name).write_text("")
    output = [{"type": "Observation", "url": f"https://example.org/b/{name}"} for name in names]
    (source / "manifest.json").write_text(json.dumps({"output": output}))

    (problem,) = read(source, tmp_path / "out").problems

    assert "Observation.999.ndjson" in problem.message


def test_a_resource_of_another_release_is_told(tmp_path: Path) -> None:
    """An R5 request names its medication in a field that R4 does not have."""
    request = {"resourceType": "MedicationRequest", "id": "r", "medication": {"concept": {}}}
    (problem,) = read(written(tmp_path / "in", PATIENT, request), tmp_path / "out").problems

    assert "R5" in problem.message


def test_a_folder_without_an_export_is_an_error(tmp_path: Path) -> None:
    """It holds no NDJSON files, or is not there."""
    with pytest.raises(BundleError, match="holds no NDJSON"):
        read(tmp_path, tmp_path / "out")


# What was read before


def test_what_has_not_changed_is_not_read_again(tmp_path: Path) -> None:
    """A changed file costs its batch; problems are told again; another date costs no reading."""
    source, out = damaged(tmp_path / "in"), tmp_path / "out"
    first = read(source, out)

    second = read(source, out)
    assert (first.batches_read, second.batches_read) == (1, 0)
    assert second.problems == first.problems
    assert rows(second) == rows(first)

    (source / "Observation.ndjson").write_text(GOOD.replace("true", "false") + "\n")
    third = read(source, out)
    assert third.batches_read == 1
    assert third.problems == ()
    assert rows(third)["Patient/one"]["pregnant"] is False


def test_the_same_export_gives_the_same_bytes(tmp_path: Path) -> None:
    """Whatever the threads did."""
    source = write(tmp_path / "in", Hostile(dictionary(), seed=5).lines(10, each=20))

    one, other = (
        [each.read_bytes() for each in sorted(read(source, tmp_path / name).facts.iterdir())]
        for name in ("a", "b")
    )

    assert one == other


def test_a_line_that_holds_a_bundle_is_read_as_its_resources(tmp_path: Path) -> None:
    """Patients among them are found too."""
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {"fullUrl": "urn:uuid:1", "resource": PATIENT},
            {
                "fullUrl": "urn:uuid:2",
                "resource": observation(
                    "pregnant", valueBoolean=True, subject={"reference": "urn:uuid:1"}
                ),
            },
        ],
    }
    source = tmp_path / "in"
    source.mkdir()
    (source / "all.ndjson").write_text(json.dumps(bundle) + "\n")

    found = rows(read(source, tmp_path / "out"))

    assert found["Patient/one"]["pregnant"] is True
    assert differing(found, expected(source)) == []


def test_what_only_the_engine_takes_for_json_is_told_where_it_matters(tmp_path: Path) -> None:
    """A comma before a closing bracket is a fault of the line."""
    source = written(tmp_path / "in", PATIENT)
    (source / "Observation.ndjson").write_text(GOOD.replace("}", ",}", 1) + "\n")

    extracted = read(source, tmp_path / "out")

    assert rows(extracted)["Patient/one"]["pregnant__absent"] == "not-recorded"
    assert [str(each.place) for each in extracted.problems] == ["Observation/o1"]


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda line: line.replace("pregnant", "pregn\\u0061nt"),
        lambda line: line.replace('"code"', '"c\\u006Fde"'),
        lambda line: line.replace("/", "\\/"),
        lambda line: line.replace('": ', '" \t:  '),
        lambda line: line.replace(", ", " ,\r "),
        lambda line: line.replace('"o1"', '"o\\u0031"'),
        lambda line: "  " + json.dumps(dict(reversed(json.loads(line).items()))) + " ",
    ],
    ids=["code", "name", "slash", "space", "return", "id", "order"],
)
def test_a_line_may_be_written_in_any_way_that_json_allows(
    tmp_path: Path, rewrite: Callable[[str], str]
) -> None:
    """What matters is sought in the text of a line, so each way is looked for."""
    line = rewrite(json.dumps(observation("pregnant", valueBoolean=True)))
    patient = json.dumps(PATIENT)
    source = write(tmp_path / "in", [("Patient", patient), ("Observation", line)])

    found = rows(read(source, tmp_path / "out"))

    assert found["Patient/one"]["pregnant__address"] == frozenset({"Observation/o1#valueBoolean"})


def test_versions_are_known_by_their_name_however_it_is_written(tmp_path: Path) -> None:
    """The newer says nothing of any element, and its keys are in another order."""
    older = observation("pregnant", valueBoolean=True, meta={"lastUpdated": "2026-01-15"})
    newer = {"id": "o1", "resourceType": "Observation", "status": "entered-in-error"}
    source = written(
        tmp_path / "in", PATIENT, older, newer | {"meta": {"lastUpdated": "2026-01-16"}}
    )

    found = rows(read(source, tmp_path / "out"))

    assert found["Patient/one"]["pregnant__absent"] == "not-recorded"


def test_some_elements_alone_are_read_as_with_all(tmp_path: Path) -> None:
    """What a policy does not ask about need not be read; the rest stays as it is."""
    source = write(tmp_path / "in", Hostile(dictionary(), seed=8).lines(20, each=30))
    some = dictionary().only(["age", "oswestry_index", "pain_duration", "multifidus_mri"])
    reader = LineReader(Plan(some))

    extracted = extract_bulk(
        Asked(source=source, dictionary=some, reader=reader, out=tmp_path / "out", on=SERVICE)
    )

    made = rows(extracted)
    names = {name for row in made.values() for name in row}
    whole = {
        subject: {name: each for name, each in row.items() if name in names}
        for subject, row in expected(source).items()
    }
    assert "oswestry_index__absent" in names
    assert "pregnant__absent" not in names
    assert differing(made, whole) == []


def test_what_no_query_reads_is_listed_with_the_reason() -> None:
    """Claims, and times that are stated as a length, by the names of their elements."""
    listed = {str(each.place): each.message for each in left_over(tables(dictionary()))}

    assert "nested items" in listed["place_of_service"]
    assert "calendar" in listed["facet_ablation_since"]
    assert "any type" in listed["stimulation_site"]
    assert "body_mass_index" not in listed


def test_an_unnamed_resource_is_cited_by_its_place(tmp_path: Path) -> None:
    """As the interpreter cites it: by file and line."""
    nameless = observation("pregnant", valueBoolean=True)
    del nameless["id"]
    source = written(tmp_path / "in", PATIENT, observation("pain-severe"), nameless)

    found = rows(read(source, tmp_path / "out"))

    address = "Observation at Observation.ndjson:2#valueBoolean"
    assert found["Patient/one"]["pregnant__address"] == frozenset({address})
    assert differing(found, expected(source)) == []


def test_a_run_that_was_stopped_gives_the_bytes_of_one_that_was_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Batches that were read before it stopped are not read again."""
    source = write(tmp_path / "in", Hostile(dictionary(), seed=6).lines(10, each=20))
    monkeypatch.setattr("multifidus.columnar.derivation.source.BATCH", 1)
    whole = read(source, tmp_path / "whole")

    with monkeypatch.context() as stopping:
        stopping.setattr("multifidus.columnar.derivation.batch.interpret", _stop_at_the_fifth())
        with pytest.raises(KeyboardInterrupt):
            read(source, tmp_path / "stopped")
    rest = read(source, tmp_path / "stopped")

    assert rest.batches_kept == 4
    assert [each.read_bytes() for each in sorted(rest.facts.iterdir())] == [
        each.read_bytes() for each in sorted(whole.facts.iterdir())
    ]


def _stop_at_the_fifth() -> Callable[..., object]:
    calls = iter(range(1, 100))

    def interpreted(*given: Any) -> object:  # noqa: ANN401  whatever the function takes
        if next(calls) == 5:
            raise KeyboardInterrupt
        return interpret(*given)

    return interpreted
