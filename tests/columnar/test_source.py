"""The files of an export: which there are, what they may hold, and how they are put together."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from multifidus.columnar.derivation import source
from multifidus.columnar.derivation.source import (
    batches,
    files_of,
    kind_of,
    lines_of,
    not_there,
    strays_of,
)
from multifidus.errors import BundleError

if TYPE_CHECKING:
    from pathlib import Path

    from multifidus.errors import Problem

LINE = b'{"resourceType": "Patient", "id": "one"}\n'


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Condition.ndjson", "Condition"),
        ("Condition.000.ndjson.gz", "Condition"),
        ("3-Condition-part.ndjson", "Condition"),
        ("Conditional.ndjson", None),
        ("Everything.ndjson", None),
        ("export.ndjson", None),
    ],
)
def test_a_name_may_tell_what_a_file_holds(tmp_path: Path, name: str, kind: str | None) -> None:
    """If it begins with a type of resource, after a number perhaps."""
    assert kind_of(tmp_path / name) == kind


def test_a_file_whose_name_does_not_tell_may_hold_anything(tmp_path: Path) -> None:
    """So it is opened; one of a type that nobody asks for is not."""
    for name in ("export.ndjson", "Patient.ndjson"):
        (tmp_path / name).write_bytes(LINE)

    patients, unnamed = files_of(tmp_path)

    assert unnamed.may_hold(["Condition"])
    assert not patients.may_hold(["Condition"])
    assert patients.may_hold(["Condition", "Patient"])


def test_files_in_folders_are_found_and_others_are_not(tmp_path: Path) -> None:
    """Packed or not; hidden ones and other kinds are left alone."""
    (tmp_path / "deep").mkdir()
    names = ["a.ndjson", "deep/b.jsonl", "c.ndjson.gz", ".d.ndjson", "e.json", "f.csv.gz"]
    for name in names:
        (tmp_path / name).write_bytes(LINE)

    assert [each.name for each in files_of(tmp_path)] == ["a.ndjson", "c.ndjson.gz", "b.jsonl"]


def test_a_packed_file_counts_for_what_it_holds(tmp_path: Path) -> None:
    """About so, from its size."""
    (tmp_path / "a.ndjson.gz").write_bytes(b"x" * 10)
    (tmp_path / "b.ndjson").write_bytes(b"x" * 10)

    packed, plain = files_of(tmp_path)

    assert (packed.weight, plain.weight) == (80, 10)


def test_a_folder_that_cannot_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its name, with what the system says."""

    def refused(_path: Path) -> object:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.ndjson").write_bytes(LINE)
    monkeypatch.setattr(source, "seen", refused)

    with pytest.raises(BundleError, match="the folder cannot be read: Permission denied"):
        files_of(tmp_path)


def test_small_files_are_read_together_up_to_a_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A larger one by itself; a batch of before stays one, also if its file is smaller now."""
    monkeypatch.setattr(source, "BATCH", 25)
    for name, size in (("a", 10), ("b", 10), ("c", 100), ("d", 10)):
        (tmp_path / f"{name}.ndjson").write_bytes(b"x" * size)
    files = files_of(tmp_path)

    made = [[each.path.stem for each in one.files] for one in batches(files, key="k")]
    known = [[str(each.path) for each in (files[0], files[3])], ["gone.ndjson"]]
    kept = [[each.path.stem for each in one.files] for one in batches(files, key="k", known=known)]

    assert made == [["a", "b"], ["c"], ["d"]]
    assert kept == [["a", "d"], ["b"], ["c"]]


def test_a_batch_is_another_when_a_file_or_what_it_is_read_with_changes(tmp_path: Path) -> None:
    """Its name tells them apart."""
    path = tmp_path / "a.ndjson"
    path.write_bytes(LINE)
    [first] = batches(files_of(tmp_path), key="k")
    [other_key] = batches(files_of(tmp_path), key="l")
    path.write_bytes(LINE * 2)
    [changed] = batches(files_of(tmp_path), key="k")

    assert len({first.id, other_key.id, changed.id}) == 3


def test_a_manifest_names_files_by_their_addresses(tmp_path: Path) -> None:
    """What else stands in the folder, or in the manifest, is passed over."""
    outputs = '[{"url": "https://ehr.example/x/Patient.1.ndjson?token=t"}, {"type": "P"}, 3]'
    (tmp_path / "manifest.json").write_text(f'{{"output": {outputs}}}', encoding="utf-8")
    (tmp_path / "other.json").write_text("[1]", encoding="utf-8")
    (tmp_path / "torn.json").write_text("{", encoding="utf-8")
    (tmp_path / "none.json").write_text('{"output": 3}', encoding="utf-8")

    told = [str(each) for each in not_there(tmp_path, ())]

    assert [each.partition("\n")[0] for each in told] == [
        "manifest.json: it names `Patient.1.ndjson`, which is not in the folder"
    ]


def test_a_line_that_is_too_long_is_told_and_the_next_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By file and line."""
    monkeypatch.setattr(source, "LARGEST_LINE", 1024 * 1024)
    path = tmp_path / "a.ndjson"
    path.write_bytes(LINE + b"x" * 3_000_000 + b"\n" + LINE)
    problems: list[Problem] = []

    places = [each.place for each in lines_of(path, problems)]

    assert places == ["a.ndjson:1", "a.ndjson:3"]
    assert [str(each) for each in problems] == [
        "a.ndjson:2: the line is longer than 1 MB\n    write one resource a line"
    ]


def test_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    """With what the system says."""
    problems: list[Problem] = []

    assert [*lines_of(tmp_path / "gone.ndjson", problems)] == []
    assert "the file cannot be read: No such file" in str(problems[0])


def test_a_packed_file_is_read_up_to_where_it_is_cut_off(tmp_path: Path) -> None:
    """Packed data is known by its first bytes, whatever the file is called."""
    packed = gzip.compress(LINE * 3)
    path = tmp_path / "a.ndjson"
    path.write_bytes(packed[:-8])
    problems: list[Problem] = []

    assert len([*lines_of(path, problems)]) == 3
    assert [str(each.place) for each in problems] == ["a.ndjson:4"]


def test_resources_of_another_type_than_the_name_says_are_found(tmp_path: Path) -> None:
    """So are lines that hold no resource; empty and torn ones are told elsewhere."""
    path = tmp_path / "Condition.ndjson"
    own = b'{"resourceType": "Condition"}\n'
    path.write_bytes(own + LINE + b"\n" + b"{torn\n" + b"3\n")
    [file] = files_of(tmp_path)

    assert [each.place for each in strays_of(file)] == ["Condition.ndjson:2", "Condition.ndjson:5"]
