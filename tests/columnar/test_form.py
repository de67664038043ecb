"""What a population is, by the names of its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from multifidus.columnar.sources.form import Form, form_of
from multifidus.errors import RequestError

if TYPE_CHECKING:
    from pathlib import Path

VIEWS = ("oswestry_index_observation", "age_patient")


@pytest.mark.parametrize(
    ("files", "form"),
    [
        (["Patient.ndjson"], Form.BULK),
        (["deep/er/Patient.000.ndjson.gz", "manifest.json", "person.csv"], Form.BULK),
        (["one.json"], Form.RECORDS),
        (["deep/one.json.gz", "notes.txt"], Form.RECORDS),
        (["person.csv", "concept.csv", "about.json"], Form.OMOP),
        (["cdm/PERSON.parquet"], Form.OMOP),
        (["person/part-0.parquet"], Form.OMOP),
        (["CONCEPT.csv.gz"], Form.OMOP),
        (["age_patient.parquet", "manifest.json"], Form.VIEWS),
        (["oswestry_index_observation/part-0.csv"], Form.VIEWS),
        (["oswestry_index_observation/_delta_log/0.json"], Form.VIEWS),
    ],
)
def test_the_names_of_files_tell_the_form(tmp_path: Path, files: list[str], form: Form) -> None:
    for each in files:
        path = tmp_path / each
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("", encoding="utf-8")

    assert form_of(tmp_path, views=VIEWS) is form


@pytest.mark.parametrize(
    ("tables", "form"),
    [
        (["main.PERSON", "main.CONCEPT"], Form.OMOP),
        (["main.age_patient"], Form.VIEWS),
    ],
)
def test_a_database_is_told_by_its_tables(tmp_path: Path, tables: list[str], form: Form) -> None:
    path = tmp_path / "people.duckdb"
    with duckdb.connect(str(path)) as opened:
        for each in tables:
            opened.execute(f"CREATE TABLE {each}(id INTEGER)")

    assert form_of(path, views=VIEWS) is form
    assert form_of(tmp_path, views=VIEWS) is form


@pytest.mark.parametrize("files", [[], ["notes.txt"], ["people.parquet"], [".hidden.ndjson"]])
def test_what_is_none_of_them_is_told_what_they_are(tmp_path: Path, files: list[str]) -> None:
    for each in files:
        (tmp_path / each).write_text("", encoding="utf-8")

    with pytest.raises(RequestError) as raised:
        form_of(tmp_path, views=VIEWS)

    told = str(raised.value)
    assert all(each.value in told for each in Form)


def test_a_file_is_a_record_or_a_database_or_nothing(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text("{}", encoding="utf-8")
    (tmp_path / "one.duckdb").write_text("no database", encoding="utf-8")
    (tmp_path / "one.pdf").write_text("", encoding="utf-8")

    assert form_of(tmp_path / "one.json", views=VIEWS) is Form.RECORDS
    with pytest.raises(RequestError, match="cannot be opened"):
        form_of(tmp_path / "one.duckdb", views=VIEWS)
    with pytest.raises(RequestError, match="no population"):
        form_of(tmp_path / "one.pdf", views=VIEWS)
    with pytest.raises(RequestError, match="no such file or folder"):
        form_of(tmp_path / "gone", views=VIEWS)
