"""
What `screen`, `explain` and `impact` say of wrong words.

It stands in tests/golden/errors/screen.txt; MULTIFIDUS_UPDATE_GOLDEN=1 writes it anew.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from multifidus.cli.main import main
from multifidus.cli.status import WRONG_USAGE

GOLDEN = Path(__file__).parents[1] / "golden" / "errors" / "screen.txt"
SCREEN = ("screen", "people", "--policy")
ASKED = (
    ("screen", "gone", "--policy", "isass-2025", "--out", "new"),
    ("screen", "mine", "--policy", "isass-2025", "--out", "new"),
    ("screen", "tables", "--policy", "isass-2025", "--out", "new"),
    ("screen", "tables", "--policy", "isass-2025", "--out", "new", "--on", "2026-10-05"),
    (*SCREEN, "isass-2025", "--out", "mine"),
    (*SCREEN, "isass-2025", "--out", "people/new"),
    (*SCREEN, "isass-2025", "--out", "mine/letter.txt"),
    (*SCREEN, "isass-2025", "--out", "busy"),
    ("explain", "mine", "p0000001"),
    ("impact", "isass-2025", "fda-p190021", "--facts", "mine"),
)


def test_messages_stand_word_for_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, file, words in (
        ("people", "Patient.ndjson", ""),
        ("mine", "letter.txt", ""),
        ("tables", "person.csv", "person_id,gender_concept_id\n"),
        ("tables", "measurement.csv", "person_id,value_as_number\n"),
    ):
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / file).write_text(words, encoding="utf-8")
    (tmp_path / "busy").mkdir()
    said = []
    with (tmp_path / "busy" / "lock").open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        for asked in ASKED:
            assert main(asked) == WRONG_USAGE
            said.append(f"$ multifidus {' '.join(asked)}\n{capsys.readouterr().err}")
    text = "\n".join(said)

    if os.environ.get("MULTIFIDUS_UPDATE_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")
        pytest.skip("the messages were written anew")
    assert text == GOLDEN.read_text(encoding="utf-8")
