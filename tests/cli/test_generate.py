"""`multifidus generate`, as a user meets it."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from multifidus.cli import generate
from multifidus.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path


def made(folder: Path, *options: str) -> dict[str, bytes]:
    """Make 30 patients up; the files by name."""
    assert main(("generate", "--patients", "30", "--out", str(folder), *options)) == 0
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def test_a_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    """Packed too, whenever it is made."""
    first = made(tmp_path / "a", "--gzip", "--truth")

    assert made(tmp_path / "b", "--gzip", "--truth") == first
    assert made(tmp_path / "c", "--gzip", "--truth", "--seed", "2") != first
    plain = made(tmp_path / "d", "--truth")
    assert {f"{name}.gz": text for name, text in plain.items()} == {
        name: gzip.decompress(text) for name, text in first.items()
    }


def test_files_are_in_parts_and_a_larger_population_begins_with_a_smaller_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part holds so many persons."""
    whole = made(tmp_path / "whole")
    monkeypatch.setattr(generate, "PART", 12)
    parts = made(tmp_path / "parts")

    assert len([name for name in parts if name.startswith("Patient.")]) == 3
    assert (
        b"".join(parts[f"Patient.{n:03d}.ndjson"] for n in range(3)) == whole["Patient.000.ndjson"]
    )


def test_what_is_true_is_written_where_it_is_asked_for(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A line for each person, and the folder can still be read as a record."""
    files = made(tmp_path / "people", "--truth")
    capsys.readouterr()

    assert len([json.loads(line) for line in files["truth.000.jsonl"].splitlines()]) == 30
    assert main(("check", str(tmp_path / "people"), "--patient", "p0000003")) == 0
    assert "truth.000.jsonl" not in made(tmp_path / "without")


def test_the_day_of_service_is_the_one_that_is_asked_for(tmp_path: Path) -> None:
    """Requests are for it, and nothing is dated after it."""
    files = made(tmp_path / "people", "--on", "2025-03-01")

    orders = [json.loads(line) for line in files["ServiceRequest.000.ndjson"].splitlines()]
    assert {each["occurrenceDateTime"] for each in orders} == {"2025-03-01"}
    observed = [json.loads(line) for line in files["Observation.000.ndjson"].splitlines()]
    assert max(each["effectiveDateTime"] for each in observed) < "2025-03-01"


@pytest.mark.parametrize(
    "options",
    [("--patients", "0"), ("--patients", "many"), ("--seed", "-1"), ("--patients", "99999999")],
)
def test_a_number_that_is_none_is_told(
    options: tuple[str, str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """With the numbers that are."""
    with pytest.raises(SystemExit):
        main(("generate", "--out", str(tmp_path / "people"), *options))
    assert "10000000" in capsys.readouterr().err


def test_nothing_is_written_over(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A folder that holds something is left alone."""
    (tmp_path / "Patient.000.ndjson").write_text("mine", encoding="utf-8")

    assert main(("generate", "--out", str(tmp_path))) == 2
    assert "the folder is not empty" in capsys.readouterr().err
    assert main(("generate", "--out", str(tmp_path / "Patient.000.ndjson"))) == 2
    assert "the folder cannot be made" in capsys.readouterr().err


def test_a_full_disk_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what a population takes."""

    def full(_part: object, _person: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(generate._Part, "add", full)  # noqa: SLF001  a disk that is full

    assert main(("generate", "--out", str(tmp_path / "people"))) == 2
    assert "about 90 kB" in capsys.readouterr().err
