"""Tables of the OMOP model: their facts are those of the resources that they say."""

from __future__ import annotations

import base64
import json
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from multifidus.chart.noted import NoteReader
from multifidus.chart.statements.lines import LineReader
from multifidus.columnar.derivation.processes import Notes
from multifidus.columnar.sources.asked import Asked, Faults
from multifidus.columnar.sources.form import Form
from multifidus.columnar.sources.inputs import extract_any
from multifidus.core.coding import OWN_SYSTEM
from multifidus.errors import RequestError, Severity
from multifidus.language.omop import read_mapping
from multifidus.library.shelf import shipped
from tests.columnar.exports import (
    ELEMENTS,
    dictionary,
    differing,
    expected,
    plan,
    rows,
    written,
)
from tests.columnar.omop import Made, laid_out
from tests.conftest import CHECKOUT
from tests.export.bulk import read_exported

if TYPE_CHECKING:
    from pathlib import Path

    from multifidus.columnar.sources.extracted import Extracted
    from multifidus.core.omop import TableMapping

ON = date(2026, 10, 5)
CHARTS = sorted(
    each
    for each in (CHECKOUT / "src/multifidus/examples").glob("*.json")
    if each.name != "catalogue.json"
)
UNSAID = "treats_post_herpetic_neuralgia"
"""Silence about it means no where a request can name it; these tables hold no request."""


@cache
def mapping() -> TableMapping:
    return read_mapping(ELEMENTS.parent / "omop" / ELEMENTS.name, dictionary=dictionary())


def read(
    source: Path,
    out: Path,
    *,
    on: date | None = ON,
    faults: Faults = Faults.TELL,
    notes: Notes | None = None,
) -> Extracted:
    """Read tables by the shipped mapping."""
    asked = Asked(
        source=source,
        form=Form.OMOP,
        dictionary=dictionary(),
        reader=LineReader(plan()),
        mapping=mapping(),
        out=out,
        on=on,
        faults=faults,
        notes=notes,
    )
    return extract_any(asked)


def told(extracted: Extracted) -> list[str]:
    """Give what was told of rows, without what was told of tables and columns."""
    return [f"{each.place}: {each.message}" for each in extracted.problems if "×" in each.message]


def person(made: Made, year: object = 1970, **more: object) -> int:
    return made.add("person", year_of_birth=year, month_of_birth=5, day_of_birth=5, **more)


def own(made: Made, name: str) -> int:
    return made.concept({"system": OWN_SYSTEM, "code": name})


def measured(made: Made, **row: object) -> int:
    """Add an Oswestry index of 44 points, changed in some columns."""
    unit = made.concept({"system": "http://unitsofmeasure.org", "code": "{score}"})
    columns: dict[str, object] = {
        "person_id": 1,
        "measurement_concept_id": own(made, "oswestry-index"),
        "measurement_date": "2026-09-01",
        "value_as_number": "44",
        "unit_concept_id": unit,
        "operator_concept_id": "",
        "value_as_concept_id": "",
        "unit_source_value": "",
        "value_source_value": "",
    }
    return made.add("measurement", **(columns | row))


def index_of(made: Made, folder: Path) -> tuple[object, object]:
    """Give the Oswestry index of the first person, and why there is none."""
    row = rows(read(made.write(folder / "in"), folder / "out"))["Patient/1"]
    return row.get("oswestry_index"), row.get("oswestry_index__absent")


def test_facts_of_the_shipped_charts_are_those_that_tables_can_say(tmp_path: Path) -> None:
    """As CSV, as Parquet, and as a database; addresses name the row."""
    made, said = laid_out(read_exported(*CHARTS))
    source = made.write(tmp_path / "csv")
    (tmp_path / "parquet").mkdir()
    with duckdb.connect(str(tmp_path / "people.duckdb")) as opened:
        opened.execute("CREATE SCHEMA cdm")
        for path in source.iterdir():
            opened.execute(f"CREATE TABLE cdm.{path.stem.upper()} AS FROM '{path}'")
            to = tmp_path / "parquet" / f"{path.stem}.parquet"
            opened.execute(f"COPY cdm.{path.stem} TO '{to}'")
    resources = written(tmp_path / "said", *said)
    wanted = expected(resources, on=ON)

    extracted = read(source, tmp_path / "out")
    found = rows(extracted)

    assert {name for _, name, *_ in differing(found, wanted)} == {
        UNSAID,
        f"{UNSAID}__basis",
        f"{UNSAID}__absent",
    }
    assert {row[f"{UNSAID}__absent"] for row in found.values()} == {"not-recorded"}
    assert sum(name.endswith("__address") for row in found.values() for name in row) > 100
    assert told(extracted) == []
    assert rows(read(tmp_path / "parquet", tmp_path / "out2")) == found
    assert rows(read(tmp_path / "people.duckdb", tmp_path / "out3")) == found


def test_tables_that_stay_as_they_are_are_not_laid_out_again(tmp_path: Path) -> None:
    made = Made()
    person(made)
    measured(made)
    source, out = made.write(tmp_path / "in"), tmp_path / "out"
    read(source, out)
    line = (out / "lines" / "Patient.person.ndjson").stat()

    again = read(source, out)

    assert again.batches_read == 0
    assert (out / "lines" / "Patient.person.ndjson").stat().st_mtime_ns == line.st_mtime_ns
    assert rows(again)["Patient/1"]["oswestry_index"] == 44


@pytest.mark.parametrize(
    ("row", "index"),
    [
        ({}, (44, None)),
        ({"value_as_number": ""}, (None, "unreadable")),
        ({"value_as_number": "", "value_source_value": "high"}, (None, "unreadable")),
        ({"value_as_number": "forty"}, (None, "unreadable")),
        ({"value_as_number": "nan"}, (None, "unreadable")),
        ({"value_as_number": "144"}, (None, "unreadable")),
        ({"unit_concept_id": ""}, (None, "unreadable")),
        ({"unit_concept_id": "0"}, (None, "unreadable")),
        ({"unit_concept_id": "77"}, (None, "unreadable")),
        ({"unit_concept_id": "", "unit_source_value": "{score}"}, (44, None)),
        ({"unit_concept_id": "0", "unit_source_value": "%"}, (44, None)),
        ({"unit_concept_id": "0", "unit_source_value": "stone"}, (None, "unreadable")),
        ({"operator_concept_id": "0"}, (44, None)),
        ({"operator_concept_id": "4"}, (None, "unreadable")),
        ({"measurement_date": ""}, (None, "unreadable")),
        ({"measurement_date": "last week"}, (None, "unreadable")),
        ({"measurement_date": "2026-09-01 10:00:00"}, (44, None)),
        ({"measurement_date": "2019-09-01"}, (None, "too-old")),
        ({"measurement_date": "2027-09-01"}, (None, "not-recorded")),
        ({"measurement_concept_id": ""}, (None, "not-recorded")),
        ({"measurement_concept_id": "0"}, (None, "not-recorded")),
        ({"measurement_concept_id": "many"}, (None, "not-recorded")),
        ({"person_id": ""}, (None, "not-recorded")),
        ({"person_id": "2"}, (None, "not-recorded")),
        ({"person_id": "one"}, (None, "not-recorded")),
    ],
)
def test_what_is_odd_about_a_row_is_an_absence_and_never_a_guess(
    tmp_path: Path, row: dict[str, object], index: tuple[object, object]
) -> None:
    made = Made()
    person(made)
    own(made, "oswestry-index")
    measured(made, **row)

    assert index_of(made, tmp_path) == index


def test_an_operator_counts_by_its_name(tmp_path: Path) -> None:
    """`=` is exact; `<` makes the number a bound, which cannot be read."""
    for name, index in (("=", (44, None)), ("<", (None, "unreadable"))):
        made = Made()
        person(made)
        measured(made, operator_concept_id=made.named(name, "Meas Operator"))

        assert index_of(made, tmp_path / str(ord(name))) == index


def test_rows_without_key_or_person_and_strange_concepts_are_counted(tmp_path: Path) -> None:
    made = Made()
    person(made)
    measured(made)
    measured(made, person_id=9)
    measured(made, person_id="")
    measured(made, measurement_concept_id=123456)
    made.rows["measurement"].append(made.rows["measurement"][0] | {"measurement_id": ""})

    extracted = read(made.write(tmp_path / "in"), tmp_path / "out")

    assert told(extracted) == [
        "measurement: 2 × row without `measurement_id` or `person_id`, which cannot be read",
        "measurement: 1 × row of a person whom `person` lacks",
        "measurement: 1 × row with a concept in `measurement_concept_id` that `concept` lacks",
    ]
    assert rows(extracted)["Patient/1"]["oswestry_index"] == 44


def test_two_rows_with_one_key_that_differ_are_told_and_unreadable(tmp_path: Path) -> None:
    made = Made()
    person(made)
    measured(made)
    made.rows["measurement"].append(made.rows["measurement"][0] | {"value_as_number": "12"})

    extracted = read(made.write(tmp_path / "in"), tmp_path / "out")

    wrong = [each for each in extracted.problems if each.severity is Severity.ERROR]
    assert [str(each.place) for each in wrong] == ["Observation/measurement-1"]
    assert rows(extracted)["Patient/1"]["oswestry_index__absent"] == "unreadable"


@pytest.mark.parametrize(
    ("born", "earliest"),
    [
        (("1970", "5", "5"), "1970-05-05"),
        (("1970", "5", ""), "1970-05-01"),
        (("1970", "", "5"), "1970-01-01"),
        (("", "5", "5"), None),
        (("1970", "13", "5"), None),
    ],
)
def test_a_birth_is_as_precise_as_its_columns(
    tmp_path: Path, born: tuple[str, ...], earliest: str | None
) -> None:
    made = Made()
    names = ("year_of_birth", "month_of_birth", "day_of_birth")
    made.add("person", **dict(zip(names, born, strict=True)))
    made.concept({"system": OWN_SYSTEM, "code": "age"})

    row = rows(read(made.write(tmp_path / "in"), tmp_path / "out"))["Patient/1"]

    assert row.get("age__earliest") == earliest


def condition(made: Made, **row: object) -> int:
    code = made.concept({"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "M62.85"})
    columns: dict[str, object] = {
        "person_id": 1,
        "condition_concept_id": 0,
        "condition_source_concept_id": code,
        "condition_start_date": "2025-03-01",
        "condition_end_date": "",
        "condition_status_concept_id": "",
    }
    return made.add("condition_occurrence", **(columns | row))


@pytest.mark.parametrize(
    ("row", "status", "is_coded"),
    [
        ({}, "", True),
        ({"condition_end_date": "2025-03-01"}, "", True),
        ({"condition_end_date": "2026-01-01"}, "", None),
        ({}, "Primary diagnosis", True),
        ({}, "Preliminary diagnosis", None),
        ({}, "Ruled out", None),
    ],
)
def test_a_condition_counts_until_it_ends_unless_its_status_doubts_it(
    tmp_path: Path, row: dict[str, object], status: str, is_coded: object
) -> None:
    """The date of the record, given as the end as well, is no end."""
    made = Made()
    person(made)
    concept = made.named(status, "Condition Status") if status else ""
    condition(made, condition_status_concept_id=concept, **row)

    found = rows(read(made.write(tmp_path / "in"), tmp_path / "out"))["Patient/1"]

    assert found.get("multifidus_diagnosis_coded") == is_coded


def test_a_start_date_is_the_latest_day_on_which_a_condition_began(tmp_path: Path) -> None:
    made = Made()
    person(made)
    code = made.concept({"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "M54.50"})
    condition(made, condition_source_concept_id=code)

    found = rows(read(made.write(tmp_path / "in"), tmp_path / "out"))["Patient/1"]

    assert found.get("pain_duration__earliest") is None
    assert found.get("pain_duration__latest") == "2025-03-01"


def test_an_order_is_no_procedure(tmp_path: Path) -> None:
    counts = []
    for number, name in enumerate(("EHR encounter record", "EHR order")):
        made = Made()
        person(made)
        code = made.concept({"system": "http://www.ama-assn.org/go/cpt", "code": "97110"})
        made.add(
            "procedure_occurrence",
            person_id=1,
            procedure_concept_id=code,
            procedure_date="2026-09-01",
            procedure_type_concept_id=made.named(name),
        )
        source = made.write(tmp_path / f"in{number}")
        found = rows(read(source, tmp_path / f"out{number}"))["Patient/1"]
        counts.append(found.get("physical_therapy_days"))

    assert counts == [1, None]


def test_a_drug_of_two_classes_is_of_neither(tmp_path: Path) -> None:
    """Unless one lies within the other, as gabapentinoids within the other analgesics."""
    atc = "http://www.whocc.no/atc"
    counts = []
    for number, classes in enumerate((["M01AE01"], ["M01AE01", "M02AA13"], ["N02BF01", "N02B"])):
        made = Made()
        person(made)
        drug = made.concept_of("RxNorm", "5640", "a drug")
        for each in classes:
            ancestor = made.concept({"system": atc, "code": each})
            made.add("concept_ancestor", ancestor_concept_id=ancestor, descendant_concept_id=drug)
        made.add(
            "drug_exposure",
            person_id=1,
            drug_concept_id=drug,
            drug_exposure_start_date="2026-09-01",
        )
        source = made.write(tmp_path / f"in{number}")
        found = rows(read(source, tmp_path / f"out{number}"))["Patient/1"]
        counts.append(found.get("medication_classes_tried"))

    assert counts == [1, None, 1]


def test_what_is_needed_and_not_there_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "person.csv").write_text("person_id\n1\n", encoding="utf-8")
    (tmp_path / "in" / "measurement.csv").write_text("measurement_id\n1\n", encoding="utf-8")

    with pytest.raises(RequestError) as raised:
        read(tmp_path / "in", tmp_path / "out")

    assert [f"{each.place} {each.message}" for each in raised.value.problems] == [
        "concept there is no such table",
        "person there is no column `year_of_birth`",
        "measurement there is no column `person_id`",
        "measurement there is no column `measurement_concept_id`",
    ]
    with pytest.raises(RequestError, match="no day of service"):
        read(tmp_path / "in", tmp_path / "out", on=None)


def test_the_vocabularys_own_files_have_tabs_and_quotes_that_mean_nothing(tmp_path: Path) -> None:
    made = Made()
    person(made)
    measured(made)
    source = made.write(tmp_path / "in")
    (source / "concept.csv").unlink()
    concepts = made.rows["concept"]
    lines = ["\t".join(concepts[0]), *("\t".join(map(str, each.values())) for each in concepts)]
    lines.append('9\t5" needle\tSNOMED\t1')
    (source / "CONCEPT.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")

    assert rows(read(source, tmp_path / "out"))["Patient/1"]["oswestry_index"] == 44


def test_notes_are_documents_of_the_export_that_tables_are_turned_into(tmp_path: Path) -> None:
    """Whatever their text holds, it is the same in the line."""
    made = Made()
    person(made)
    own(made, "oswestry-index")
    made.add("note", person_id=1, note_date="2026-02-01", note_text='Größe: "5"\nno pain')
    read(made.write(tmp_path / "in"), tmp_path / "out")

    path = tmp_path / "out" / "lines" / "DocumentReference.note.ndjson"
    line = json.loads(path.read_text(encoding="utf-8"))

    (content,) = line["content"]
    assert base64.b64decode(content["attachment"]["data"]).decode() == 'Größe: "5"\nno pain'
    assert (line["id"], line["date"], line["status"]) == ("note-1", "2026-02-01", "current")
    assert line["subject"] == {"reference": "Patient/1"}


def test_what_notes_say_is_read_and_cited_by_note(tmp_path: Path) -> None:
    """What a person has to confirm of a chart has to be confirmed here."""
    made = Made()
    person(made)
    measured(made)
    text = "Exam: The prone instability test was positive."
    made.add("note", person_id=1, note_date="2026-02-01", note_text=text)
    lexicon = shipped().lexicon(dictionary().name)
    notes = Notes(reader=NoteReader(dictionary(), lexicon), key="1", processes=1)

    row = rows(read(made.write(tmp_path / "in"), tmp_path / "out", notes=notes))["Patient/1"]

    assert row["prone_instability_test__absent"] == "unconfirmed"
    cited = frozenset({"DocumentReference/note-1#char=10,45"})
    assert row["prone_instability_test__address"] == cited
    assert row["oswestry_index"] == 44


def test_a_number_with_a_concept_beside_it_stays_a_number(tmp_path: Path) -> None:
    made = Made()
    person(made)
    measured(made, value_as_concept_id=made.named("High", "SNOMED"))

    assert index_of(made, tmp_path) == (44, None)


def test_lines_hold_no_field_that_the_row_does_not_have(tmp_path: Path) -> None:
    made = Made()
    person(made)
    measured(made, measurement_date="")
    read(made.write(tmp_path / "in"), tmp_path / "out")

    (path,) = (tmp_path / "out" / "lines").glob("Observation.measurement.ndjson")
    line: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))

    assert line == {
        "resourceType": "Observation",
        "id": "measurement-1",
        "status": "final",
        "subject": {"reference": "Patient/1"},
        "code": {"coding": [{"system": OWN_SYSTEM, "code": "oswestry-index"}]},
        "valueQuantity": {"value": 44, "code": "{score}", "unit": "urn:omop:unit"},
    }


def test_a_table_that_breaks_off_is_told_without_its_cells(tmp_path: Path) -> None:
    made = Made()
    person(made)
    measured(made)
    source = made.write(tmp_path / "in")
    with (source / "measurement.csv").open("a", encoding="utf-8") as file:
        file.write('2,1,"Jane')

    with pytest.raises(RequestError) as raised:
        read(source, tmp_path / "out")

    assert "cannot be read" in str(raised.value)
    assert "Jane" not in str(raised.value)
