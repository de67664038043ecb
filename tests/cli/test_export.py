"""`multifidus policy export`: the text, the file, and what a language cannot say."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from multifidus.cli import export, main
from multifidus.cli.commands.export import LANGUAGES
from multifidus.cli.status import DONE, WRONG_POLICY
from multifidus.errors import NotExpressible
from multifidus.export.cql import cql

if TYPE_CHECKING:
    from pathlib import Path

    from multifidus.core.element import Dictionary
    from multifidus.core.policy import Policy
    from multifidus.export.said import Exported

COMMAND = ["policy", "export", "isass-2025", "--as", "cql", "--on", "2026-03-01"]


def test_the_library_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert DONE == main(COMMAND)
    assert "library Isass_2025 version '0.1.0'" in capsys.readouterr().out


def test_the_library_is_written_as_it_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(COMMAND)
    printed = capsys.readouterr().out
    path = tmp_path / "isass.cql"

    assert DONE == main([*COMMAND, "--out", str(path)])
    assert f"{path}: written\n" == capsys.readouterr().out
    assert printed == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("words", "status"), [([], WRONG_POLICY), (["--partial"], DONE)])
def test_what_cannot_be_said_is_told_and_the_rest_written(
    words: list[str],
    status: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    gap = NotExpressible.at("isass-2025", "CQL cannot say `age`", "judge it by hand")

    def with_gap(policy: Policy, dictionary: Dictionary) -> Exported[str]:
        return replace(cql(policy, dictionary), gaps=(gap,))

    monkeypatch.setattr(export, "LANGUAGES", {"cql": with_gap})

    assert status == main([*COMMAND, *words])
    told = capsys.readouterr()
    assert "library Isass_2025" in told.out
    assert "isass-2025: CQL cannot say `age`\n    judge it by hand\n" == told.err


def test_the_languages_that_help_names_are_those_that_are_written() -> None:
    assert LANGUAGES == tuple(export.LANGUAGES)
