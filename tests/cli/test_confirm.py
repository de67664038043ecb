"""`multifidus confirm`: what waits, what is written, and what is never written over."""

from __future__ import annotations

import errno
import json
import os
import shlex
from pathlib import Path
from typing import Any, NoReturn

import pytest

from multifidus.cli import main
from multifidus.cli.status import DONE, WRONG_USAGE

NOTE = """\
Date of service: 09/02/2026
Low back pain for 6 years. Physical therapy brought no lasting relief.
Prone instability test positive.
"""
TEST = ("--element", "prone_instability_test")
WHO = ("--by", "Dr. Q", "--on", "2026-09-21")


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    """Make the folder of a record that is one note."""
    folder = tmp_path / "a chart"
    folder.mkdir()
    (folder / "note.txt").write_text(NOTE)
    return folder


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Run a command; its exit status and what it printed on both streams."""
    status = main([str(each) for each in arguments])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def facts(capsys: pytest.CaptureFixture[str], *records: object) -> dict[str, Any]:
    """Give the facts that a check of a record rests on."""
    words = ("--policy", "isass-2025", "--on", "2026-10-05", "--format", "json")
    _, out, _ = run(capsys, "check", *records, *words)
    found: dict[str, Any] = json.loads(out)["facts"]
    return found


def names(folder: Path) -> list[str]:
    """Name the files of a folder."""
    return [path.name for path in folder.iterdir()]


# What waits


def test_without_an_element_it_tells_what_waits_and_writes_nothing(
    capsys: pytest.CaptureFixture[str], chart: Path
) -> None:
    status, out, err = run(capsys, "confirm", chart)

    assert (DONE, "") == (status, err)
    assert out.startswith("Patient/of-these-documents: 3 findings wait for confirmation.\n")
    assert (
        "Prone instability test: positive\n"
        "  2026-09-02  note.txt, characters 99 to 130\n"
        "    “Prone instability test positive”\n"
        "  to be confirmed because a result beside a test's name may be of another day, side"
    ) in out
    command = f"multifidus confirm {shlex.quote(str(chart))} --by NAME"
    assert f"  {command} --element prone_instability_test\n" in out
    assert f"All of them\n  {command} --all\n" in out
    assert "--element pain_duration=ANSWER takes a day, as `since 2019-03`" in out
    assert ["note.txt"] == names(chart)


def test_each_command_that_it_tells_does_what_it_says(
    capsys: pytest.CaptureFixture[str], chart: Path
) -> None:
    _, out, _ = run(capsys, "confirm", chart, "--by", "Dr. Q")
    commands = [line.strip() for line in out.splitlines() if line.startswith("  multifidus ")]

    for command in commands[:-1]:
        assert DONE == main([*shlex.split(command)[1:], "--on", "2026-09-21"])

    assert 3 == len(list(chart.glob("answers-*.json")))
    capsys.readouterr()
    _, out, _ = run(capsys, "confirm", chart)
    assert "Patient/of-these-documents: nothing that was read from text waits" in out


def test_one_finding_that_waits_is_told_as_one(
    capsys: pytest.CaptureFixture[str], chart: Path
) -> None:
    (chart / "note.txt").write_text("Date: 09/02/2026\nProne instability test positive.")

    _, out, _ = run(capsys, "confirm", chart)

    assert "1 finding waits for confirmation." in out
    assert "All of them" not in out


def test_to_confirm_all_of_nothing_writes_nothing(
    capsys: pytest.CaptureFixture[str], chart: Path
) -> None:
    (chart / "note.txt").write_text("Date: 09/02/2026\nNothing to tell.")

    status, out, _ = run(capsys, "confirm", chart, "--all", *WHO)

    assert DONE == status
    assert "nothing that was read from text waits for confirmation" in out
    assert ["note.txt"] == names(chart)


def test_what_could_not_be_read_is_told_beside_it(
    capsys: pytest.CaptureFixture[str], chart: Path
) -> None:
    (chart / "scan.png").write_bytes(b"\x89PNG")

    for words in ((), ("--all", *WHO)):
        _, _, err = run(capsys, "confirm", chart, *words)
        assert "scan.png: note: files of this kind are not read from a folder" in err


# What is written


def test_the_answers_come_back_in_with_the_record(
    capsys: pytest.CaptureFixture[str], chart: Path
) -> None:
    status, out, err = run(capsys, "confirm", chart, "--all", *WHO)

    assert (DONE, "") == (status, err)
    assert out == (
        f"Written: {chart}/answers-2026-09-21.json\n"
        "  Duration of low back pain: 6 to 7 years\n"
        "  Prone instability test: positive\n"
        "  Response to physical therapy: inadequate\n"
        "  answered by Dr. Q on 2026-09-21\n"
        "\n"
        "Next\n"
        f"  multifidus check {shlex.quote(str(chart))}\n"
    )
    found = facts(capsys, chart)
    assert "positive" == found["prone_instability_test"]["value"]
    assert {"answer"} == {each["basis"] for each in found.values()}


def test_another_answer_goes_before_the_text(
    capsys: pytest.CaptureFixture[str], chart: Path
) -> None:
    run(capsys, "confirm", chart, "--all", "--element", "prone_instability_test = negative", *WHO)

    assert "negative" == facts(capsys, chart)["prone_instability_test"]["value"]


def test_an_answer_that_says_what_the_text_says_keeps_its_words(
    capsys: pytest.CaptureFixture[str], chart: Path
) -> None:
    run(capsys, "confirm", chart, "--element", "prone_instability_test=positive", *WHO)

    [path] = chart.glob("*.json")
    assert "Prone instability test positive" in path.read_text()


def test_an_element_of_which_the_text_says_nothing_can_be_answered(
    capsys: pytest.CaptureFixture[str], chart: Path
) -> None:
    run(capsys, "confirm", chart, "--element", "oswestry_index=44 points", *WHO)

    assert "44" == facts(capsys, chart)["oswestry_index"]["value"]


def test_a_file_beside_a_record_that_is_no_folder_joins_the_next_command(
    capsys: pytest.CaptureFixture[str], chart: Path
) -> None:
    note = chart / "note.txt"

    _, out, _ = run(capsys, "confirm", note, "--document-date", "2026-09-01", "--ocr", *TEST, *WHO)

    command = out.splitlines()[-1].strip()
    answers = str(chart / "answers-2026-09-21.json")
    more = ["--document-date", "2026-09-01", "--ocr"]
    assert ["multifidus", "check", str(note), answers, *more] == shlex.split(command)
    assert "answer" == facts(capsys, note, answers)["prone_instability_test"]["basis"]


def test_a_file_in_a_folder_that_is_read_does_not(
    capsys: pytest.CaptureFixture[str], chart: Path, tmp_path: Path
) -> None:
    inside = chart / "answers"
    inside.mkdir()
    other = tmp_path / "other.txt"
    other.write_text("Date: 09/01/2026\nNothing to tell.")

    _, out, _ = run(capsys, "confirm", other, chart, *TEST, *WHO, "--out", inside / "mine.json")

    assert (inside / "mine.json").exists()
    assert ["multifidus", "check", str(other), str(chart)] == shlex.split(out.splitlines()[-1])


def test_the_patient_is_named_again_in_the_next_command(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    patients = [{"resourceType": "Patient", "id": name} for name in ("p1", "p2")]
    path = tmp_path / "patients.ndjson"
    path.write_text("\n".join(map(json.dumps, patients)))

    _, out, _ = run(capsys, "confirm", path, "--patient", "p2", "--element", "pregnant=no", *WHO)

    assert out.rstrip().endswith(" --patient p2")
    [answers] = tmp_path.glob("answers-*")
    assert {"reference": "Patient/p2"} == json.loads(answers.read_text())["subject"]


def test_an_answer_given_twice_is_one(capsys: pytest.CaptureFixture[str], chart: Path) -> None:
    assert DONE == run(capsys, "confirm", chart, *TEST, *TEST, *WHO)[0]


def test_answers_about_documents_alone_hold_when_fhir_joins_them(
    capsys: pytest.CaptureFixture[str], chart: Path
) -> None:
    run(capsys, "confirm", chart, *TEST, *WHO)
    (chart / "patient.json").write_text(json.dumps({"resourceType": "Patient", "id": "p1"}))

    assert "answer" == facts(capsys, chart)["prone_instability_test"]["basis"]


def test_a_hidden_file_is_named_in_the_next_command(
    capsys: pytest.CaptureFixture[str], chart: Path
) -> None:
    hidden = chart / ".mine.json"

    _, out, _ = run(capsys, "confirm", chart, *TEST, *WHO, "--out", hidden)

    assert ["multifidus", "check", str(chart), str(hidden)] == shlex.split(out.splitlines()[-1])


# Files


def test_a_file_is_never_written_over(capsys: pytest.CaptureFixture[str], chart: Path) -> None:
    (chart / "answers-2026-09-21.json").write_text(
        json.dumps({"resourceType": "Basic", "id": "somebody's"})
    )
    (chart / "answers-2026-09-21-2.json").symlink_to(chart / "nowhere")

    _, out, _ = run(capsys, "confirm", chart, *TEST, *WHO)

    assert "answers-2026-09-21-3.json\n" in out
    assert "somebody's" in (chart / "answers-2026-09-21.json").read_text()


def test_a_name_that_is_asked_for_and_taken_is_an_error(
    capsys: pytest.CaptureFixture[str], chart: Path
) -> None:
    out = chart / "mine.json"
    out.write_text(json.dumps({"resourceType": "Basic", "id": "somebody's"}))

    status, _, err = run(capsys, "confirm", chart, *TEST, *WHO, "--out", out)

    assert WRONG_USAGE == status
    assert err.startswith("--out: there is a file of this name\n")
    assert "somebody's" in out.read_text()


def test_a_name_by_which_a_folder_would_not_know_it_is_an_error(
    capsys: pytest.CaptureFixture[str], chart: Path
) -> None:
    status, _, err = run(capsys, "confirm", chart, *TEST, *WHO, "--out", chart / "mine.txt")

    assert WRONG_USAGE == status
    assert "choose one that ends in .json" in err


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600)])
def test_its_permissions_are_as_the_umask_says(
    capsys: pytest.CaptureFixture[str], chart: Path, mask: int, mode: int
) -> None:
    before = os.umask(mask)
    try:
        run(capsys, "confirm", chart, *TEST, *WHO)
    finally:
        os.umask(before)

    assert mode == (chart / "answers-2026-09-21.json").stat().st_mode & 0o777


def test_a_write_that_fails_leaves_nothing(
    capsys: pytest.CaptureFixture[str], chart: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    status, _, err = run(capsys, "confirm", chart, *TEST, *WHO)

    assert WRONG_USAGE == status
    assert "answers-2026-09-21.json: the file cannot be written: No space left" in err
    assert ["note.txt"] == names(chart)


@pytest.mark.parametrize("error", [OSError(errno.EPERM, "no links here"), FileExistsError()])
def test_a_file_system_without_links_and_a_rival_are_met(
    capsys: pytest.CaptureFixture[str],
    chart: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: OSError,
) -> None:
    """Without links the name is taken first; a name that is taken meanwhile is somebody else's."""
    link = Path.hardlink_to
    tries: list[Path] = []

    def once(path: Path, target: Path) -> None:
        tries.append(path)
        if len(tries) == 1:
            raise error
        link(path, target)

    monkeypatch.setattr(Path, "hardlink_to", once)

    assert DONE == run(capsys, "confirm", chart, *TEST, *WHO)[0]

    number = "-2" if isinstance(error, FileExistsError) else ""
    assert {"note.txt", f"answers-2026-09-21{number}.json"} == set(names(chart))


def test_without_links_a_rival_is_met_too(
    capsys: pytest.CaptureFixture[str], chart: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rival(path: Path, _target: Path) -> NoReturn:
        if not path.exists():
            path.write_text(json.dumps({"resourceType": "Basic", "id": "somebody's"}))
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(Path, "hardlink_to", rival)

    status, _, err = run(capsys, "confirm", chart, *TEST, *WHO, "--out", chart / "mine.json")

    assert WRONG_USAGE == status
    assert "there is a file of this name" in err
    assert "somebody's" in (chart / "mine.json").read_text()


# What is wrong


def test_everything_that_is_wrong_is_told_at_once_and_no_value_with_it(
    capsys: pytest.CaptureFixture[str], chart: Path
) -> None:
    wrong = (
        "oswestry_index=4711",
        "prone_instabilty_test",
        "zzz",
        "Qzxmarker 4711",
        "multifidus_mri",
        "physical_therapy_days=4711 times",
        "spine_surgery_indicated=Qzxmarker",
    )
    elements = [word for each in wrong for word in ("--element", each)]

    status, out, err = run(capsys, "confirm", chart, *elements, "--by", " ")

    assert (WRONG_USAGE, "") == (status, out)
    assert err == (
        "--by: nobody is named\n"
        "    name the person who confirms it, as --by 'Dr. Q'\n"
        "--element oswestry_index: the answer has no unit\n"
        "    --element oswestry_index=ANSWER takes a number from 0 to 100 in points or percent\n"
        "--element: unknown element `prone_instabilty_test`\n"
        "    did you mean `prone_instability_test`? `multifidus policy show ID` prints the"
        " elements that a policy asks about\n"
        "--element: unknown element `zzz`\n"
        "    `multifidus policy show ID` prints the elements that a policy asks about\n"
        "--element: this is not the name of an element\n"
        "    write --element NAME or --element NAME=ANSWER\n"
        "--element multifidus_mri: no text says anything that could be confirmed\n"
        "    --element multifidus_mri=ANSWER takes abnormal | normal\n"
        "--element physical_therapy_days: it is counted from the record's entries, and takes no"
        " answer\n"
        "    give the record the entries themselves\n"
        "--element spine_surgery_indicated: the answer is neither yes nor no\n"
        "    --element spine_surgery_indicated=ANSWER takes yes | no\n"
    )
    assert ["note.txt"] == names(chart)


def test_two_answers_to_one_element_are_wrong(
    capsys: pytest.CaptureFixture[str], chart: Path
) -> None:
    both = [*TEST, "--element", "prone_instability_test=negative"]

    status, _, err = run(capsys, "confirm", chart, *both, *WHO)

    assert WRONG_USAGE == status
    assert "--element prone_instability_test: it has two answers\n" in err


@pytest.mark.parametrize(
    ("note", "message"),
    [
        ("Prone instability test negative.", "what the record says contradicts itself"),
        ("ODI is 40 points. ODI is 44.", "what the record says of it cannot be read"),
    ],
)
def test_what_has_no_one_value_cannot_be_confirmed(
    capsys: pytest.CaptureFixture[str], chart: Path, note: str, message: str
) -> None:
    (chart / "more.txt").write_text(f"Date: 09/03/2026\n{note}")
    element = "oswestry_index" if "ODI" in note else "prone_instability_test"

    status, _, err = run(capsys, "confirm", chart, "--element", element, *WHO)

    assert WRONG_USAGE == status
    assert f"--element {element}: {message}" in err


def test_what_is_settled_needs_no_confirmation(
    capsys: pytest.CaptureFixture[str], chart: Path
) -> None:
    run(capsys, "confirm", chart, *TEST, *WHO)

    status, _, err = run(capsys, "confirm", chart, *TEST, *WHO)

    assert WRONG_USAGE == status
    assert "--element prone_instability_test: it is settled already\n" in err


def test_a_patient_without_a_name_gets_no_answers(
    capsys: pytest.CaptureFixture[str], chart: Path
) -> None:
    (chart / "record.json").write_text(json.dumps({"resourceType": "Patient"}))

    status, _, err = run(capsys, "confirm", chart, *TEST, *WHO)

    assert WRONG_USAGE == status
    assert err.startswith("record: the patient has neither an id nor a URL\n")


# What an answer does not settle


def ordered(day: str, **finding: object) -> dict[str, Any]:
    """Make a record that asks for a device on a day, with a finding."""
    about = {"subject": {"reference": "Patient/p1"}}
    device = {
        "resourceType": "DeviceRequest",
        "id": "device",
        "intent": "order",
        **about,
        "codeCodeableConcept": {
            "coding": [
                {"system": "https://multifidus.org/fhir/sid/fda-product-code", "code": "QLK"}
            ]
        },
        "occurrenceDateTime": day,
    }
    own = "https://multifidus.org/fhir/CodeSystem/low-back-pain"
    observation = {
        "resourceType": "Observation",
        "id": "finding",
        "status": "final",
        **about,
        "code": {"coding": [{"system": own, "code": "spine-surgery-indicated"}]},
        **finding,
    }
    resources = [{"resourceType": "Patient", "id": "p1"}, device]
    resources += [observation] if finding else []
    entries = [{"resource": each} for each in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def test_an_answer_after_the_service_does_not_count_and_that_is_told(
    capsys: pytest.CaptureFixture[str], chart: Path
) -> None:
    (chart / "record.json").write_text(json.dumps(ordered("2026-09-10")))

    status, _, err = run(capsys, "confirm", chart, *TEST, *WHO)

    assert DONE == status
    assert err.startswith(
        "--on: note: the record asks for a day of service before that of the answers\n"
    )


@pytest.mark.parametrize(
    ("finding", "words"),
    [
        (
            {"valueBoolean": True, "effectiveDateTime": "2026-09-21"},
            "spine_surgery_indicated: note: the answer does not settle it: in conflict\n",
        ),
        (
            {"valueBoolean": False, "effectiveDateTime": "2026-09-01"},
            "spine_surgery_indicated: note: it rests on what is coded in the record\n",
        ),
        ({"valueBoolean": True, "effectiveDateTime": "2026-09-01"}, ""),
    ],
)
def test_what_an_answer_does_not_settle_is_told(
    capsys: pytest.CaptureFixture[str], chart: Path, finding: dict[str, object], words: str
) -> None:
    (chart / "record.json").write_text(json.dumps(ordered("2026-10-05", **finding)))

    _, _, err = run(capsys, "confirm", chart, "--element", "spine_surgery_indicated=no", *WHO)

    assert words in err
    assert bool(words) is bool(err)


def test_words_of_after_the_confirmation_are_not_confirmed(
    capsys: pytest.CaptureFixture[str], chart: Path
) -> None:
    (chart / "record.json").write_text(json.dumps(ordered("2026-10-05")))

    for which in (TEST, ("--all",)):
        status, _, err = run(
            capsys, "confirm", chart, *which, "--by", "Dr. Q", "--on", "2026-09-01"
        )
        assert WRONG_USAGE == status
        assert "its words are of a later day than the confirmation" in err
