"""Tables of our views: their facts are those of the resources that they were laid out from."""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from multifidus.chart.statements.lines import LineReader
from multifidus.columnar.sources.asked import Asked, Faults
from multifidus.columnar.sources.form import Form
from multifidus.columnar.sources.inputs import extract_any
from multifidus.core.view import view_names
from multifidus.errors import RequestError
from multifidus.export.view_definition import views
from tests.columnar.exports import dictionary, differing, expected, plan, rows, written
from tests.conftest import CHECKOUT
from tests.export.bulk import read_exported
from tests.export.rows import run

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from multifidus.columnar.sources.extracted import Extracted

ON = date(2026, 10, 5)
INDEX = "oswestry_index_observation"
CHARTS = sorted(
    each
    for each in (CHECKOUT / "src/multifidus/examples").glob("*.json")
    if each.name != "catalogue.json"
)
SHIPPED = views(dictionary()).content
TYPES = {"boolean": "BOOLEAN", "integer": "BIGINT"}


def read(
    source: Path, out: Path, *, on: date | None = ON, faults: Faults = Faults.TELL
) -> Extracted:
    """Read tables of the shipped dictionary's views."""
    asked = Asked(
        source=source,
        form=Form.VIEWS,
        dictionary=dictionary(),
        reader=LineReader(plan()),
        out=out,
        on=on,
        faults=faults,
    )
    return extract_any(asked)


def columns(view: Mapping[str, Any]) -> dict[str, str]:
    """Give the columns of a view, each with the type that a table has for it."""
    found: dict[str, str] = {}
    selects = list(view["select"])
    while selects:
        select = selects.pop()
        for column in select.get("column", ()):
            found[column["name"]] = TYPES.get(column["type"], "VARCHAR")
        selects += [*select.get("select", ()), *select.get("unionAll", ())]
    return found


def table(path: Path, name: str, made: Iterable[Mapping[str, Any]]) -> Path:
    """Write a view's rows as Parquet."""
    path.mkdir(parents=True, exist_ok=True)
    lines = path / "rows.ndjson"
    lines.write_text("".join(json.dumps(each) + "\n" for each in made), encoding="utf-8")
    types = ", ".join(f"{each}: '{sort}'" for each, sort in columns(SHIPPED[name]).items())
    duckdb.execute(
        f"COPY (FROM read_json('{lines}', format = 'newline_delimited', columns = {{{types}}})) "
        f"TO '{path / name}.parquet'"
    )
    lines.unlink()
    return path


def index(**row: object) -> dict[str, object]:
    """Give a row of an Oswestry index of 44 points, changed in some columns."""
    return {
        "patient": "one",
        "id": "odi",
        "effective_date_time": "2026-09-01",
        "is_absent": False,
        "has_answer": True,
        "number": "44",
        "unit_code": "{score}",
    } | row


@pytest.mark.system
def test_the_facts_of_the_shipped_charts_are_those_of_their_resources(tmp_path: Path) -> None:
    """Every cell, but for the field in which a statement stands: a row does not name it."""
    resources = read_exported(*CHARTS)
    (tmp_path / "lines").mkdir()
    for name, made in run(SHIPPED, resources, tmp_path / "lines").items():
        table(tmp_path / "tables", name, made)
    wanted = expected(written(tmp_path / "said", *resources), on=ON)

    extracted = read(tmp_path / "tables", tmp_path / "out")
    found = rows(extracted)

    assert {
        name for _, name, *_ in differing(found, wanted) if not name.endswith("__address")
    } == set()
    assert extracted.problems == ()
    for subject, cells in wanted.items():
        for name, cell in cells.items():
            if name.endswith("__address"):
                assert named(cell) == named(found[subject][name])
    again = read(tmp_path / "tables", tmp_path / "out")
    assert (again.batches_read, again.batches_kept) == (0, len(SHIPPED))
    dated = read(tmp_path / "tables", tmp_path / "out", on=None)
    assert dated.patients + dated.undated == len(CHARTS)


def named(addresses: object) -> set[str]:
    """Give the resources of some addresses, without the places in them."""
    assert isinstance(addresses, frozenset)
    return {each.partition("#")[0] for each in addresses}


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ({}, 44),
        ({"number": "44.00"}, 44),
        ({"number": "forty"}, "unreadable"),
        ({"number": None}, "unreadable"),
        ({"unit_code": None, "unit": None}, "unreadable"),
        ({"unit_code": "stone"}, "unreadable"),
        ({"bound": "<"}, "unreadable"),
        ({"is_absent": True}, "unreadable"),
        ({"effective_date_time": "2026-09-01 23:30:00"}, 44),
        ({"effective_date_time": None, "issued": "2026-09-01T10:00:00Z"}, 44),
        ({"effective_date_time": None}, "unreadable"),
        ({"effective_date_time": "soon"}, "unreadable"),
        ({"effective_date_time": "2019"}, "too-old"),
        ({"patient": None}, "not-recorded"),
        ({"patient": "two"}, "not-recorded"),
    ],
)
def test_what_is_odd_about_a_row_is_an_absence_and_never_a_guess(
    tmp_path: Path, row: dict[str, object], value: object
) -> None:
    people = [{"patient": "one", "id": "one", "since_is": "stated", "since_birth_date": "1970"}]
    table(tmp_path / "in", "age_patient", people)
    source = table(tmp_path / "in", INDEX, [index(**row)])

    found = rows(read(source, tmp_path / "out"))["Patient/one"]

    assert found.get("oswestry_index", found.get("oswestry_index__absent")) == value


def test_without_a_table_of_patients_everyone_counts_who_is_named(tmp_path: Path) -> None:
    source = table(tmp_path / "in", INDEX, [index(), index(patient="two", number="12")])

    extracted = read(source, tmp_path / "out")

    assert rows(extracted).keys() == {"Patient/one", "Patient/two"}
    (lacking,) = extracted.problems
    assert lacking.message.startswith("there are no tables of `age_patient`")


def test_of_an_element_without_a_table_silence_means_nothing(tmp_path: Path) -> None:
    """With its table, and no row in it, the dictionary says that silence means no."""
    name = "treats_post_herpetic_neuralgia"
    source = table(tmp_path / "in", INDEX, [index()])
    first = rows(read(source, tmp_path / "out"))["Patient/one"]

    table(tmp_path / "in", f"{name}_observation", [])
    second = rows(read(source, tmp_path / "out"))["Patient/one"]

    assert first[f"{name}__absent"] == "not-recorded"
    assert (second[name], second[f"{name}__basis"]) == (False, "silence")


def test_rows_of_nobody_and_instants_without_a_clock_are_told(tmp_path: Path) -> None:
    source = table(tmp_path / "in", INDEX, [index(), index(patient=None)])
    path = source / f"{INDEX}.parquet"
    duckdb.execute(
        f"COPY (SELECT * REPLACE (TIMESTAMPTZ '2026-09-01 12:00:00+00' AS issued) "
        f"FROM '{path}') TO '{source / 'other.parquet'}'"
    )
    (source / "other.parquet").replace(path)

    problems = read(source, tmp_path / "out").problems

    assert [each.message for each in problems if str(each.place) == INDEX] == [
        "1 × row that names no patient; nothing is read of it",
        "`issued` holds instants without the clock by which they were written",
    ]


def test_a_table_of_another_layout_and_a_broken_one_are_told_at_once(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    duckdb.execute(f"COPY (SELECT 1 AS subject) TO '{source / INDEX}.parquet'")

    with pytest.raises(RequestError) as raised:
        read(source, tmp_path / "out")
    assert [each.message for each in raised.value.problems] == [
        "there is no column `patient`",
        "there is no column `id`",
    ]

    (source / f"{INDEX}.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(RequestError, match="cannot be read"):
        read(source, tmp_path / "out")


def delta(folder: Path, *versions: Mapping[str, Any], features: Iterable[str] = ()) -> None:
    """Make a Delta table of the Parquet files in a folder, by the log that says what counts."""
    fields = [
        {"name": name, "type": "string", "nullable": True, "metadata": {}}
        for name in columns(SHIPPED[INDEX])
    ]
    protocol: dict[str, object] = {"minReaderVersion": 1, "minWriterVersion": 2}
    if features:
        protocol = {"minReaderVersion": 3, "minWriterVersion": 7}
        protocol |= {"readerFeatures": [*features], "writerFeatures": [*features]}
    about = {
        "id": "1",
        "format": {"provider": "parquet", "options": {}},
        "schemaString": json.dumps({"type": "struct", "fields": fields}),
        "partitionColumns": [],
        "configuration": {},
    }
    (folder / "_delta_log").mkdir(parents=True)
    for number, version in enumerate(versions):
        lines = [{"protocol": protocol}, {"metaData": about}] if number == 0 else []
        lines += [{action: {"path": f"{name}.parquet"} | FILE} for action, name in version.items()]
        text = "".join(json.dumps(each) + "\n" for each in lines)
        (folder / "_delta_log" / f"{number:020d}.json").write_text(text, encoding="utf-8")


FILE = {
    "size": 1,
    "partitionValues": {},
    "modificationTime": 1,
    "deletionTimestamp": 1,
    "dataChange": True,
}


def test_a_delta_table_is_read_in_its_newest_version(tmp_path: Path) -> None:
    """Files that its log no longer names do not count."""
    pytest.importorskip("deltalake")
    folder = tmp_path / "in" / INDEX
    for name, points in (("old", "80"), ("new", "44")):
        table(folder, INDEX, [index(number=points)])
        (folder / f"{INDEX}.parquet").rename(folder / f"{name}.parquet")
    delta(folder, {"add": "old"}, {"remove": "old", "add": "new"})

    found = rows(read(tmp_path / "in", tmp_path / "out"))["Patient/one"]

    assert found["oswestry_index"] == 44


def test_a_delta_table_whose_files_are_not_the_whole_truth_is_told(tmp_path: Path) -> None:
    """Rows may be struck out beside the files; whoever reads the files alone reads too much."""
    pytest.importorskip("deltalake")
    folder = tmp_path / "in" / INDEX
    table(folder, INDEX, [index()])
    delta(folder, {"add": INDEX}, features=["deletionVectors"])

    with pytest.raises(RequestError, match="asks its readers for deletionVectors"):
        read(tmp_path / "in", tmp_path / "out")

    (folder / "_delta_log" / f"{0:020d}.json").write_text("{", encoding="utf-8")
    with pytest.raises(RequestError, match="the Delta table cannot be read"):
        read(tmp_path / "in", tmp_path / "out")


def test_without_its_library_a_delta_table_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "deltalake", None)
    delta(tmp_path / "in" / INDEX, {})

    with pytest.raises(RequestError, match="needs `deltalake`"):
        read(tmp_path / "in", tmp_path / "out")


def test_names_of_views_are_those_that_are_exported() -> None:
    assert view_names(dictionary()).keys() == SHIPPED.keys()
