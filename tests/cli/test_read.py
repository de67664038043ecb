"""`multifidus read`: what a record says of each element, as text and as JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from multifidus.cli import main
from multifidus.library.shelf import shipped
from tests.chart.documents import concern, document, problem, section
from tests.cli.readings import NOTES, RECORD, mixed_chart

if TYPE_CHECKING:
    from collections.abc import Sequence

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    """Run a command; its exit status and what it printed on both streams."""
    status = main([str(each) for each in arguments])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


def told(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, Any]:
    """Read a record as JSON, which keeps to its schema."""
    status, out, err = run(capsys, "read", *arguments, "--format", "json")
    assert (0, "") == (status, err)
    reading: dict[str, Any] = json.loads(out)
    schema, other = (
        json.loads((REFERENCE / f"{name}.schema.json").read_text(encoding="utf-8"))
        for name in ("reading", "determination")
    )
    registry = Registry().with_resource(other["$id"], Resource.from_contents(other))
    Draft202012Validator(schema, registry=registry).validate(reading)
    return reading


def note(folder: Path, *lines: str, name: str = "visit-2026-09-20.txt") -> Path:
    """Write a note."""
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def record(folder: Path, *resources: dict[str, Any]) -> Path:
    """Write a record of a patient of whom nothing else is known."""
    patient = {"resourceType": "Patient", "id": "p1"}
    entries = [{"resource": each} for each in (patient, *resources)]
    path = folder / "chart.json"
    path.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}))
    return path


@pytest.fixture
def mixed(tmp_path: Path) -> Sequence[Path]:
    """Give the made-up mixed chart."""
    return mixed_chart(tmp_path)


# Text


@pytest.mark.parametrize(
    "lines",
    [
        # A coded fact, and words that the answer does not rest on.
        (
            "Age: 46 years (coded)\n"
            "  Patient/rowan birthDate: since 1980-06-21\n"
            "  Said too; the finding does not rest on it\n"
            "    2026-09-20  visit-2026-09-20.txt, characters 107 to 113: 46 years\n"
            "      HPI: “46 y/o” with chronic axial low back pain for 4 years,"
        ),
        # What words alone say, and why a person has to confirm it.
        (
            "Response to pain medication: inadequate, unconfirmed\n"
            "  a person has to confirm it, because whether a trial of medication was enough is"
        ),
        # What contradicts itself.
        (
            "Oswestry Disability Index: in conflict (2 entries contradict each other)\n"
            "  2026-09-20  visit-2026-09-20.txt, characters 264 to 271: 42 points\n"
            "    “ODI 42%”.\n"
            "  therapy-discharge.md, characters 232 to 244: 44 points\n"
        ),
        # What is of somebody else.
        (
            "  Mentioned, and not counted\n"
            "    2026-09-20  visit-2026-09-20.txt, characters 284 to 293: of somebody else\n"
            "      Father had “scoliosis”.\n"
        ),
        (
            "    2026-09-20  visit-2026-09-20.txt, characters 680 to 695: only possible\n"
            "      Possible lumbar radiculopathy, cannot exclude “spinal stenosis”;\n"
        ),
        # A page.
        "consult-2026-09-10.pdf, page 2, characters",
        # A person's answer.
        "Unable to operate the device: no (answered by a person)\n",
    ],
)
def test_each_element_stands_with_its_answer_its_addresses_and_the_words(
    capsys: pytest.CaptureFixture[str], mixed: Sequence[Path], lines: str
) -> None:
    status, out, err = run(capsys, "read", *mixed)

    assert (0, "") == (status, err)
    assert lines in out


def test_the_reading_begins_with_counts_and_ends_with_the_documents(
    capsys: pytest.CaptureFixture[str], mixed: Sequence[Path]
) -> None:
    _, out, _ = run(capsys, "read", *mixed)

    first, _, third, *_ = out.splitlines()
    assert "Patient/rowan, service on 2026-10-05 (ServiceRequest/lead)" == first
    assert re.match(r"The record speaks of \d+ of 87 data elements: \d+ have an answer, ", third)
    assert re.search(r"\nNothing is said of \d+ elements; of 1 of them silence means no\.", out)
    documents = out.partition("\nDocuments read\n")[2]
    assert "therapy-discharge.md (no day: give one with --document-date): 323 char" in documents
    assert "consult-2026-09-10.pdf (2026-09-10): 2 pages, " in documents
    assert out.endswith("A person decides.\n")


def test_elements_stand_in_the_order_of_the_dictionary(
    capsys: pytest.CaptureFixture[str], mixed: Sequence[Path]
) -> None:
    _, out, _ = run(capsys, "read", *mixed, "--all")

    labels = [each.label for each in shipped().dictionaries["low-back-pain"].elements.values()]
    heads = re.findall(r"^(\S[^:\n]*): ", out.partition("\nNothing is said")[0], re.MULTILINE)
    rest = re.findall(r"^ {2}(\S[^:\n]*): ", out.partition("\nNothing is said")[2], re.MULTILINE)
    assert heads[1:] == [each for each in labels if each in heads]
    silent = [each for each in rest if each in labels]
    assert silent == [each for each in labels if each not in heads]


def test_silence_that_means_no_is_told_once_a_document_speaks_of_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """What is ruled out by nobody may still be asked about."""
    path = note(tmp_path, "Mother had post-herpetic neuralgia.")

    _, out, _ = run(capsys, "read", path, "--all")

    assert re.search(r"Post-herpetic neuralgia: no", out)


def test_a_very_long_sentence_is_cut_around_the_words(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    filler = "walking and sitting and standing and lying down as usual and "
    path = note(tmp_path, f"{filler * 9}BMI 27.4 with {filler * 9}more")

    _, out, _ = run(capsys, "read", path)

    shown = " ".join(out.split())
    assert re.search(r"… (\w+ ){10,40}“BMI 27\.4” with (\w+ ){10,40}…", shown)


def test_what_was_not_read_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    note(tmp_path, "BMI 27.4.")
    (tmp_path / "scan.docx").write_bytes(b"PK\3\4")

    _, out, _ = run(capsys, "read", tmp_path)

    assert "Not read, or to be looked at\n  scan.docx: files of this kind are not read" in out


def test_a_record_of_a_patient_alone_is_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = record(tmp_path)

    status, out, _ = run(capsys, "read", path, "--on", "2026-10-05")
    reading = told(capsys, path, "--on", "2026-10-05")

    assert 0 == status
    assert "The record speaks of 1 of 87 data elements: 1 has no answer.\n" in out
    assert "Age: unreadable (`birthDate` holds no day)\n" in out
    assert "Documents read\n  none\n" in out
    assert [] == reading["documents"]
    entries = [each["entry"] for name, each in reading["elements"].items() if name != "age"]
    assert {"not-recorded", None} == {each.get("reason") for each in entries}
    assert {"silence", None} == {each.get("basis") for each in entries}


def test_a_record_without_documents_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    reading = told(capsys, RECORD)

    assert "2026-10-05" == reading["service"]["date"]
    test = reading["elements"]["prone_instability_test"]
    assert ("positive", "structured") == (test["entry"]["value"], test["entry"]["basis"])
    assert [True] == [each["bears"] for each in test["statements"]]
    assert [] == [each["mentions"] for each in reading["elements"].values() if each["mentions"]]


@pytest.mark.parametrize("width", ["40", "80", "200"])
def test_no_line_is_wider_than_the_page(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    mixed: Sequence[Path],
    width: str,
) -> None:
    monkeypatch.setenv("COLUMNS", width)

    _, out, _ = run(capsys, "read", *mixed)

    allowed = max(80, min(int(width), 110))
    wide = [line for line in out.splitlines() if len(line) > allowed]
    assert [] == [line for line in wide if len(line.split()) > 1]


def test_colour_repeats_the_words(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, plain, _ = run(capsys, "read", RECORD, NOTES)

    monkeypatch.setattr("multifidus.cli.lines._is_coloured", lambda: True)
    _, coloured, _ = run(capsys, "read", RECORD, NOTES)

    assert "\x1b[1mAge: " in coloured
    assert plain == re.sub(r"\x1b\[\d+m", "", coloured)


def test_names_do_not_steer_the_terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = note(tmp_path, "BMI 27.4.\x1b[31m red", name="a\x1b[31m\u202e\nb.txt")

    status, out, _ = run(capsys, "read", path)

    assert 0 == status
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "a [31m" in out


# JSON


def test_the_json_of_the_mixed_chart_keeps_to_its_published_schema(
    capsys: pytest.CaptureFixture[str], mixed: Sequence[Path]
) -> None:
    reading = told(capsys, *mixed)

    dictionary = shipped().dictionaries["low-back-pain"]
    assert [*dictionary.elements] == [*reading["elements"]]
    names = [each["name"] for each in reading["documents"]]
    assert ["visit-2026-09-20.txt", "consult-2026-09-10.pdf"] == names[-2:]
    assert 2 == reading["documents"][-1]["pages"]


def test_every_mention_quotes_its_document(
    capsys: pytest.CaptureFixture[str], mixed: Sequence[Path]
) -> None:
    reading = told(capsys, *mixed)
    text = (NOTES / "visit-2026-09-20.txt").read_text(encoding="utf-8")

    mentions = [
        each
        for element in reading["elements"].values()
        for each in element["mentions"]
        if each["document"] == "visit-2026-09-20.txt"
    ]
    assert len(mentions) > 10
    assert [] == [each for each in mentions if each["words"] != text[each["start"] : each["end"]]]
    assert {"present", "negated", "possible", "hypothetical", "other"} == {
        each["assertion"] for each in mentions
    }


def test_a_mention_that_counts_is_a_statement_and_no_other_is(
    capsys: pytest.CaptureFixture[str], mixed: Sequence[Path]
) -> None:
    for element in told(capsys, *mixed)["elements"].values():
        counted = [
            (each["document"], each["start"]) for each in element["mentions"] if each["counts"]
        ]
        stated = [
            (each["resource"], each["quote"]["start"])
            for each in element["statements"]
            if each["quote"]
        ]
        assert sorted(counted) == sorted(stated)


def test_an_entry_rests_on_statements_that_are_listed(
    capsys: pytest.CaptureFixture[str], mixed: Sequence[Path]
) -> None:
    for element in told(capsys, *mixed)["elements"].values():
        entry = element["entry"]
        addresses = entry["from"] if "from" in entry else entry["provenance"]
        bearing = [each for each in element["statements"] if each["bears"]]
        assert {(each["resource"], each["path"]) for each in addresses} == {
            (each["resource"], each["path"]) for each in bearing
        }


def test_the_same_record_gets_the_same_bytes(
    capsys: pytest.CaptureFixture[str], mixed: Sequence[Path]
) -> None:
    first, second = (run(capsys, "read", *mixed, "--format", "json") for _ in range(2))

    assert first == second


# Day and patient


def test_the_day_of_documents_and_of_service_can_be_given(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = note(tmp_path, "BMI 27.4.", name="visit.txt")

    reading = told(capsys, path, "--document-date", "2026-01-02", "--on", "2026-02-03")

    assert {"earliest": "2026-01-02", "latest": "2026-01-02"} == reading["documents"][0]["date"]
    assert "2026-02-03" == reading["service"]["date"]
    assert "27.4" == reading["elements"]["body_mass_index"]["entry"]["value"]


def test_of_several_patients_one_is_chosen(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = record(tmp_path, {"resourceType": "Patient", "id": "p2"})

    status, out, err = run(capsys, "read", path)
    chosen, shown, _ = run(capsys, "read", path, "--patient", "p2")

    assert (2, "") == (status, out)
    assert "choose one with --patient: Patient/p1, Patient/p2" in err
    assert 0 == chosen
    assert shown.startswith("Patient/p2, ")


def test_a_record_that_cannot_be_read_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    status, out, _ = run(capsys, "read", tmp_path / "gone.json")

    assert (3, "") == (status, out)


# The page as a file


def test_a_page_is_written_beside_what_is_printed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "page.html"

    status, out, err = run(capsys, "read", RECORD, NOTES, "--html", path, "--format", "json")

    assert (0, "") == (status, err)
    assert "Patient/rowan" == json.loads(out)["patient"]
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert 0o600 == path.stat().st_mode & 0o777
    assert [path] == [*tmp_path.iterdir()]


def test_a_file_that_is_there_is_never_written_over(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "page.html"
    path.write_text("my own")

    status, out, err = run(capsys, "read", RECORD, "--html", path)

    assert (2, "") == (status, out)
    assert "the file is there already\n    name another one, or remove it first" in err
    assert "my own" == path.read_text()


def test_a_page_that_cannot_be_written_is_told_and_leaves_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, out, err = run(capsys, "read", RECORD, "--html", tmp_path / "gone" / "page.html")
    assert (2, "") == (status, out)
    assert "the page cannot be written: No such file or directory" in err

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    status, out, err = run(capsys, "read", RECORD, "--html", tmp_path / "page.html")
    assert (2, "") == (status, out)
    assert "the page cannot be written: No space left on device" in err
    assert [] == [*tmp_path.iterdir()]


def ccda(folder: Path) -> Path:
    """Write a C-CDA document with one problem."""
    path = folder / "summary.xml"
    path.write_bytes(document(section("11450-4", concern(problem()), text="Back pain.")))
    return path


def test_the_entries_of_a_ccda_document_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = ccda(tmp_path)

    entries = told(capsys, path)["entries"]
    assert ["summary.xml"] == list(entries)
    assert {"Condition": 1} == entries["summary.xml"]["read"]

    _, out, _ = run(capsys, "read", path)
    _, _, counted = out.partition("Entries of C-CDA documents\n")
    numbers = [sum(each.values()) for each in entries["summary.xml"].values()]
    assert f"summary.xml: {sum(numbers)} entries, 1 read (Condition: 1)" in counted


def test_the_page_counts_the_entries_of_a_ccda_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.html"

    assert 0 == run(capsys, "read", ccda(tmp_path), "--html", page)[0]
    assert "entries, 1 read (Condition: 1)" in page.read_text(encoding="utf-8")


def test_a_record_without_ccda_documents_counts_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = record(tmp_path)

    assert {} == told(capsys, path)["entries"]
    assert "C-CDA" not in run(capsys, "read", path)[1]
