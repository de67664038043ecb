"""`multifidus questionnaire | answer`: from a chart to a form, and from its answers to *met*."""

from __future__ import annotations

import json
import os
import stat
from importlib.resources import files
from pathlib import Path

import pytest

from multifidus.cli import main

GOLDEN = Path(__file__).parents[1] / "golden" / "errors" / "forms.txt"
CHART = str(files("multifidus.examples").joinpath("no-medication-record.json"))
FORM = ["questionnaire", CHART, "--policy", "isass-2025"]


@pytest.fixture
def written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Write the form and the response of a chart into a folder."""
    assert 0 == main([*FORM, "--out", str(tmp_path / "form")])
    capsys.readouterr()
    return tmp_path / "form"


def test_a_chart_becomes_a_form_and_its_answers_bring_the_answer(
    written: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    response = str(written / "response.json")
    answers = written / "answers.json"
    given = ["medication_response=inadequate", "--by", "Dr. Q", "--on", "2026-10-01"]
    assert 0 == main(["answer", response, *given, "--out", str(answers)])
    assert "answered by Dr. Q on 2026-10-01" in capsys.readouterr().out

    assert 0 == main(["check", CHART, str(answers), "--policy", "isass-2025", "--format", "json"])

    assert "met" == json.loads(capsys.readouterr().out)["answer"]


def test_without_a_folder_it_tells_what_is_still_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == main(FORM)

    said = capsys.readouterr().out
    assert "14 of 18 questions are filled in from the record." in said
    assert "medication_response= inadequate | adequate | unsuitable | not-tried" in said


def test_a_response_is_for_its_owner_alone_and_a_form_for_all(written: Path) -> None:
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in written.iterdir()}

    assert {"questionnaire.json": 0o644, "response.json": 0o600} == modes


def test_a_response_that_somebody_has_changed_is_not_overwritten(
    written: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 0 == main([*FORM, "--out", str(written)])
    (written / "response.json").write_text("{}", encoding="utf-8")

    assert 2 == main([*FORM, "--out", str(written)])

    assert "there is a response already" in capsys.readouterr().err
    assert "{}" == (written / "response.json").read_text(encoding="utf-8")


def test_a_form_may_be_filled_in_by_the_exported_library(tmp_path: Path) -> None:
    assert 0 == main([*FORM, "--prefill", "cql", "--out", str(tmp_path)])

    form = (tmp_path / "questionnaire.json").read_text(encoding="utf-8")
    assert '\\"Isass_2025\\".\\"oswestry_index\\"' in form
    assert "Library/Isass_2025|0.1.0" in form


def test_a_settled_policy_asks_nothing_more(capsys: pytest.CaptureFixture[str]) -> None:
    chart = str(files("multifidus.examples").joinpath("complete-candidate.json"))

    assert 0 == main(["questionnaire", chart, "--payer", "Anthem"])

    assert "Nothing more is asked: met." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["oswestri_index=30 points", "--by", "Q"], "the form does not ask `oswestri_index`"),
        (["oswestri_index=30 points", "--by", "Q"], "did you mean `oswestry_index`?"),
        (["oswestry_index=30", "--by", "Q"], "oswestry_index: the answer has no unit"),
        (["30 points", "--by", "Q"], "this does not begin with the name of an element"),
        (["pain_nrs=3", "pain_nrs=4", "--by", "Q"], "pain_nrs: it has two answers"),
        (["pain_nrs=3", "--by", " "], "--by: nobody is named"),
    ],
)
def test_what_is_wrong_with_answers_is_told_without_them(
    written: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert 2 == main(["answer", str(written / "response.json"), *arguments])

    told = capsys.readouterr().err
    assert said in told
    assert "30 points" not in told


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "the file cannot be read"),
        ("{", "this is not JSON in UTF-8"),
        ("[]", "this is no QuestionnaireResponse to a form of ours"),
        ('{"resourceType": "Patient"}', "this is no QuestionnaireResponse to a form of ours"),
        (
            (
                '{"resourceType": "QuestionnaireResponse", "status": "completed", "questionnaire":'
                ' "https://multifidus.org/fhir/Questionnaire/isass-2025|0.1.0"}'
            ),
            "the response is completed already",
        ),
    ],
)
def test_what_is_no_response_is_told(
    content: str | None, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "response.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")

    assert 3 == main(["answer", str(path), "pain_nrs=3", "--by", "Q"])

    assert f"response.json: {said}" in capsys.readouterr().err


def test_a_form_needs_one_policy_and_a_folder_that_can_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")

    assert 2 == main(["questionnaire", CHART])
    assert "no policy is named" in capsys.readouterr().err
    assert 2 == main([*FORM, "--out", str(tmp_path / "file")])
    assert "the folder cannot be written" in capsys.readouterr().err


WRONG = [
    ["questionnaire", CHART],
    [*FORM, "--out", "file"],
    ["answer", "response.json", "oswestri_index=30 points", "30 points=1", "--by", " "],
    ["answer", "response.json", "oswestry_index=30", "pain_nrs=3", "pain_nrs=4", "--by", "Q"],
    ["answer", "response.json", "multifidus_mri=blurred", "age=12", "--by", "Q"],
    ["answer", "missing.json", "pain_nrs=3", "--by", "Q"],
    ["answer", "file", "pain_nrs=3", "--by", "Q"],
    ["answer", "patient.json", "pain_nrs=3", "--by", "Q"],
]


def test_the_messages_are_those_that_were_reviewed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where one changed on purpose, MULTIFIDUS_UPDATE_GOLDEN=1 writes them anew."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("{", encoding="utf-8")
    (tmp_path / "patient.json").write_text('{"resourceType": "Patient"}', encoding="utf-8")
    assert 0 == main([*FORM, "--out", "."])
    capsys.readouterr()
    told = []
    for arguments in WRONG:
        assert main(arguments) in (2, 3)
        shown = [each.rpartition("/")[2] for each in arguments]
        told.append(f"$ multifidus {' '.join(shown)}\n{capsys.readouterr().err}")
    text = "\n".join(told)
    if os.environ.get("MULTIFIDUS_UPDATE_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")

    assert GOLDEN.read_text(encoding="utf-8") == text
