"""The floor under coverage holds for each room, and says what is missing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.coverage_floor import File, findings, main

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def file_of(
    *,
    lines: int,
    missing_lines: tuple[int, ...] = (),
    branches: int = 0,
    missing_branches: tuple[tuple[int, int], ...] = (),
) -> File:
    """Build the report of one file."""
    return {
        "summary": {
            "num_statements": lines,
            "covered_lines": lines - len(missing_lines),
            "num_branches": branches,
            "covered_branches": branches - len(missing_branches),
        },
        "missing_lines": list(missing_lines),
        "missing_branches": list(missing_branches),
    }


def test_core_is_covered_to_the_last_line() -> None:
    files = {"src/multifidus/core/truth.py": file_of(lines=10_000, missing_lines=(7,))}

    assert [
        "core: 100.0 % covered, the floor is 100 %",
        "  src/multifidus/core/truth.py:7: no test runs this line",
    ] == list(findings(files))


def test_language_is_covered_to_the_last_branch() -> None:
    files = {
        "src/multifidus/language/read.py": file_of(
            lines=8, branches=4, missing_branches=((3, 9), (5, -1))
        )
    }

    assert [
        "language: 83.3 % covered, the floor is 100 %",
        "  src/multifidus/language/read.py:3: no test goes from here to line 9",
        "  src/multifidus/language/read.py:5: no test goes from here to the way out",
    ] == list(findings(files))


def test_a_branch_into_a_line_that_never_runs_is_said_once() -> None:
    files = {
        "src/multifidus/core/case.py": file_of(
            lines=8, missing_lines=(4,), branches=2, missing_branches=((3, 4),)
        )
    }

    assert [
        "core: 80.0 % covered, the floor is 100 %",
        "  src/multifidus/core/case.py:4: no test runs this line",
    ] == list(findings(files))


def test_any_other_room_is_covered_to_nine_tenths_as_a_whole() -> None:
    """One file may fall short where its neighbors make up for it."""
    files = {
        "src/multifidus/chart/fhir.py": file_of(lines=5, missing_lines=(2,)),
        "src/multifidus/chart/prose/notes.py": file_of(lines=5),
    }

    assert not list(findings(files))

    files["src/multifidus/chart/formats/pdf.py"] = file_of(lines=1, missing_lines=(1,))

    assert [
        "chart: 81.8 % covered, the floor is 90 %",
        "  src/multifidus/chart/fhir.py:2: no test runs this line",
        "  src/multifidus/chart/formats/pdf.py:1: no test runs this line",
    ] == list(findings(files))


def test_a_well_covered_room_does_not_lift_another() -> None:
    files = {
        "src/multifidus/cli.py": file_of(lines=2, missing_lines=(2,)),
        "src/multifidus/errors.py": file_of(lines=1_000),
    }

    assert [
        "cli: 50.0 % covered, the floor is 90 %",
        "  src/multifidus/cli.py:2: no test runs this line",
    ] == list(findings(files))


def test_an_empty_file_is_covered() -> None:
    assert not list(findings({"src/multifidus/core/__init__.py": file_of(lines=0)}))


def test_a_report_without_the_package_is_a_finding() -> None:
    assert ["no file of src/multifidus was measured"] == list(findings({}))


def test_the_script_prints_its_findings_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "coverage.json"

    report.write_text(json.dumps({"files": {}}), encoding="utf-8")
    assert 1 == main(str(report))
    assert "no file of src/multifidus was measured\n" == capsys.readouterr().out

    report.write_text(
        json.dumps({"files": {"src/multifidus/cli.py": file_of(lines=3)}}), encoding="utf-8"
    )
    assert 0 == main(str(report))
    assert (
        "coverage: core, language 100 %, every other room 90 % or more\n" == capsys.readouterr().out
    )
