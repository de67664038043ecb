"""`multifidus packet` and `packet verify`: their files, what is told, and how they end."""

from __future__ import annotations

import builtins
import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from multifidus.cli import main
from multifidus.cli.commands.packet import EXTENTS, KINDS
from multifidus.cli.extras import PACKET, with_press
from multifidus.cli.status import DONE, WRONG_USAGE
from multifidus.cli.status import WRONG_POLICY as DOES_NOT_HOLD
from multifidus.packet.compose import Kind
from multifidus.packet.exhibit import Extent
from tests.packet.charts import PATIENT, chart, note
from tests.packet.packets import EXAMPLES, PRACTICE

if TYPE_CHECKING:
    from pathlib import Path

CHART = EXAMPLES / "spine-clinic"
NAME = "Juniper"


def asked(*words: object, record: Path = CHART) -> list[str]:
    """Ask for a packet."""
    policy = () if "--payer" in words else ("--policy", "isass-2025")
    practice = () if "--practice" in words else ("--practice", PRACTICE)
    day = ("--on", "2026-10-05")
    return ["packet", *map(str, (record, *policy, *practice, *day, *words))]


@pytest.fixture
def made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Make a packet in a folder."""
    assert DONE == main(asked("--out", tmp_path / "out"))
    capsys.readouterr()
    return tmp_path / "out"


def fault(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Give what is told of a command that cannot be done: no traceback, and no patient."""
    assert DONE != main(list(words))
    told = capsys.readouterr()
    assert "" == told.out
    assert "Traceback" not in told.err
    assert NAME not in told.err
    return told.err


# The files


def test_the_files_of_a_request_are_written_and_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "out"
    assert DONE == main(asked("--out", out))

    told = capsys.readouterr().out
    names = {each.name for each in out.iterdir()}
    assert {
        "request.pdf",
        "request-reading-copy.pdf",
        "request.html",
        "letter.docx",
        "before-it-is-sent.html",
    } == names
    assert all(f"{out / name}  " in told for name in names)
    assert "Before it is sent: " in told
    assert re.search(r"must   S4\.2 Prone instability test: .*\n +from \d{4}-\d\d-\d\d: ", told)


@pytest.mark.parametrize(
    ("kind", "files"),
    [
        ("peer-to-peer", {"peer-to-peer.pdf", "peer-to-peer.html", "before-it-is-sent.html"}),
        ("patient", {"patient.pdf", "patient.html", "before-it-is-sent.html"}),
    ],
)
def test_what_stays_in_the_house_has_no_exhibits_behind_it(
    kind: str, files: set[str], tmp_path: Path
) -> None:
    assert DONE == main(asked("--kind", kind, "--out", tmp_path / "out"))

    assert files == {each.name for each in (tmp_path / "out").iterdir()}


def test_codes_that_are_asked_for_keep_the_notes_as_exhibits(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert DONE == main(asked("--dry-run", "--service-codes", "64555,64590"))

    assert "spine-clinic-note.txt: lines" in capsys.readouterr().out


def test_a_dry_run_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert DONE == main(asked("--dry-run", "--out", out))

    told = capsys.readouterr().out
    assert not out.exists()
    assert "Request for prior authorization: more information" in told
    assert "Exhibit A    pt-discharge.pdf: page 1" in told
    assert "letter       Letter of medical necessity" in told


def test_the_words_for_kinds_and_extents_are_those_of_the_room() -> None:
    assert tuple(Kind) == KINDS
    assert tuple(Extent) == EXTENTS


# What cannot be done


def test_nothing_is_written_over(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {each.name: each.read_bytes() for each in made.iterdir()}
    told = fault(capsys, *asked("--out", made))

    assert "the folder holds request.pdf, request-reading-copy.pdf, request.html," in told
    assert "name another folder with --out" in told
    assert before == {each.name: each.read_bytes() for each in made.iterdir()}


def test_a_word_file_that_somebody_edited_is_not_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "letter.docx").write_bytes(b"edited by hand")

    assert "the folder holds letter.docx already" in fault(capsys, *asked("--out", tmp_path))
    assert b"edited by hand" == (tmp_path / "letter.docx").read_bytes()


def test_a_folder_that_is_a_file_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").write_text("x")

    assert "the files cannot be written" in fault(capsys, *asked("--out", tmp_path / "out"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "the file cannot be read"),
        (b"\xff", "the file cannot be read"),
        (b"a = ", "not TOML"),
        (b"[practice]\nname = 1\n", "practice.name: is not a text"),
    ],
)
def test_a_practice_that_cannot_be_read_is_told(
    content: bytes | None, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.toml"
    if content is not None:
        file.write_bytes(content)

    told = fault(capsys, *asked("--practice", file, "--out", tmp_path / "out"))
    assert "mine.toml" in told
    assert message in told
    assert not (tmp_path / "out").exists()


def test_an_appeal_without_a_decision_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = fault(capsys, *asked("--kind", "appeal", "--out", tmp_path / "out"))

    assert "practice.toml: there is no decision to appeal against" in told
    assert "[decision]" in told


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--redact", "none.txt"), "none.txt: the file cannot be read"),
        (("--templates", "none"), "none: there is no such folder of templates"),
        (("--payer", "Nobody Health"), "Nobody Health"),
    ],
)
def test_what_is_not_there_is_told(
    words: tuple[str, str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert message in fault(capsys, *asked(*words, "--out", tmp_path / "out"))


def test_a_broken_template_is_told_without_a_word_of_the_chart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "letter.html").write_text("<p>{{ person.name + 1 }}</p>")
    told = fault(capsys, *asked("--templates", tmp_path, "--out", tmp_path / "out"))

    assert "letter.html: the template asks for what it is not given" in told


def test_a_record_that_cannot_be_read_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "record.json").write_text(f'{{"resourceType": "Bundle", "x": "{NAME}"')

    assert "record.json" in fault(capsys, *asked(record=tmp_path / "record.json"))


@pytest.mark.parametrize("library", PACKET)
def test_a_library_that_is_not_installed_is_told_with_the_way_to_install_it(
    library: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = builtins.__import__

    def without(name: str, *rest: Any) -> object:  # noqa: ANN401  as Python calls it
        if name == "multifidus.cli.send":
            raise ModuleNotFoundError(name=library)
        return found(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    told = fault(capsys, *asked("--out", tmp_path / "out"))

    assert f"a packet needs {PACKET[library]}, which is not installed" in told
    assert "pip install 'multifidus[packet]'" in told


def test_another_module_that_is_missing_is_a_fault_of_ours() -> None:
    with pytest.raises(ModuleNotFoundError), with_press("a packet"):
        raise ModuleNotFoundError(name="multifidus.nothing")


def test_practice_and_policy_have_to_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["packet", str(CHART)])

    assert WRONG_USAGE == ended.value.code
    assert "--practice" in capsys.readouterr().err


# Verify


def test_a_packet_as_it_was_made_holds(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert DONE == main(["packet", "verify", str(made / "request.pdf")])

    assert capsys.readouterr().out.endswith("checked; all hold\n")


def test_the_reading_copy_is_no_copy_of_record(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = fault(capsys, "packet", "verify", str(made / "request-reading-copy.pdf"))

    assert "the PDF holds no manifest" in told


def test_a_packet_that_was_changed_does_not_hold(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import pikepdf  # noqa: PLC0415

    with pikepdf.open(made / "request.pdf") as opened:
        del opened.attachments["determination.json"]
        opened.save(made / "other.pdf")

    assert DOES_NOT_HOLD == main(["packet", "verify", str(made / "other.pdf")])
    told = capsys.readouterr().out
    assert "other.pdf: determination.json: is not attached any more" in told
    assert NAME not in told


def test_a_record_that_is_called_verify_is_named_with_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place = chart(tmp_path, notes={"n.txt": note("Low back pain.")}, resources=[PATIENT])
    place.rename(tmp_path / "verify")
    monkeypatch.chdir(tmp_path)
    words = [each if each != str(CHART) else "./verify" for each in asked("--dry-run")]

    assert DONE == main(words)
    assert "Letter of medical necessity" in capsys.readouterr().out


def test_progress_is_told_on_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    main(asked("--kind", "patient", "--out", tmp_path / "out"))

    assert "  reading the record …\n  patient.pdf …\n" in capsys.readouterr().err


def test_the_same_day_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        main(asked("--out", tmp_path / name))

    for each in (tmp_path / "one").iterdir():
        assert each.read_bytes() == (tmp_path / "two" / each.name).read_bytes()
    assert date(2026, 10, 5).isoformat() in (tmp_path / "one" / "request.html").read_text()
