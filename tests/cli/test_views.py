"""`multifidus dictionary views`, as a user meets it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from multifidus.cli import views
from multifidus.cli.main import main
from multifidus.errors import NotExpressible
from multifidus.export.said import Exported

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_dictionary_is_written_as_a_file_for_each_view(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Each under the name of its table; a second run writes the same bytes."""
    folder = tmp_path / "lake" / "views"
    arguments = ("dictionary", "views", "--out", str(folder))

    assert main(arguments) == 0
    files = {each.name: each.read_bytes() for each in folder.iterdir()}
    assert f"{len(files)} views of the dictionary low-back-pain" in capsys.readouterr().out
    assert {f"{json.loads(text)['name']}.json" for text in files.values()} == set(files)
    assert main(arguments) == 0
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == files


def test_a_name_that_is_not_on_the_shelf_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """With those that are."""
    assert main(("dictionary", "views", "neck-pain", "--out", str(tmp_path))) == 2
    assert "there are: low-back-pain" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A file stands in its place."""
    (tmp_path / "lake").write_text("", encoding="utf-8")

    assert main(("dictionary", "views", "--out", str(tmp_path / "lake" / "views"))) == 2
    assert "the folder cannot be made" in capsys.readouterr().err


def test_what_views_cannot_say_is_told_and_the_rest_is_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exit status says so, unless a part is what was asked for."""
    gap = NotExpressible.at("ViewDefinition: age", "no field", "correct the rule")
    some = Exported(content={"age_patient": {"name": "age_patient"}}, gaps=(gap,))
    monkeypatch.setattr(views, "views", lambda _dictionary: some)
    arguments = ("dictionary", "views", "--out", str(tmp_path))

    assert main(arguments) == 1
    assert "ViewDefinition: age: no field" in capsys.readouterr().err
    assert main((*arguments, "--partial")) == 0
    assert (tmp_path / "age_patient.json").exists()


def test_help_comes_where_no_verb_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """As for the other families."""
    assert main(("dictionary",)) == 0
    assert "views" in capsys.readouterr().out
