"""A record is anything: files and folders of FHIR, PDF and notes, all of one patient."""

from __future__ import annotations

import base64
import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from multifidus.chart import record as records
from multifidus.chart.record import NO_NAME, Record, read_record
from multifidus.core.quantity import DateRange
from multifidus.errors import BundleError, RequestError
from multifidus.library.shelf import shipped
from tests.chart.documents import concern, document, problem, section
from tests.chart.pdfs import PICTURE, page, pdf
from tests.chart.records import MARKER, bundle, observation, own, patient, shipped_plan

if TYPE_CHECKING:
    from pathlib import Path

    from multifidus.core.wording import Lexicon

NOTE = "Date: 08/24/2026\nExam: Prone instability test: positive.\n"
TEST = "prone_instability_test"
RECORD = "record.json"


def lexicon() -> Lexicon:
    return shipped().lexicon("low-back-pain")


def no_lexicon() -> Lexicon:
    raise AssertionError


def read(*paths: Path, only: str = "", document_date: DateRange | None = None) -> Record:
    return read_record(
        shipped_plan(), paths, lexicon=lexicon, only=only, document_date=document_date
    )


def write(folder: Path, **files: str | bytes | dict[str, Any]) -> Path:
    """Write files into a folder; `_` in a name stands for the dot."""
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(exist_ok=True)
        words = json.dumps(content) if isinstance(content, dict) else content
        path.write_bytes(words if isinstance(words, bytes) else words.encode())
    return folder


def said(record: Record, element: str = TEST) -> list[tuple[str, object]]:
    (chart,) = record.charts
    return [(each.resource, each.value) for each in chart.statements.get(element, ())]


def told(record: Record) -> list[str]:
    return [f"{each.place}: {each.message}" for each in record.unread]


def test_files_of_every_kind_make_one_chart(tmp_path: Path) -> None:
    write(
        tmp_path,
        record_json=bundle(patient(), observation(TEST, valueCodeableConcept=own("positive"))),
        a_txt=NOTE,
        b_md=NOTE,
        c_html=f"<p>Date: 08/24/2026</p><p>{NOTE}</p>",
        d_rtf=r"{\rtf1 Date: 08/24/2026\par Prone instability test: positive.\par}",
        e_pdf=pdf(page("Date: 08/24/2026", "Prone instability test: positive.")),
    )
    record = read(tmp_path)

    assert {"a.txt", "b.md", "c.html", "d.rtf", "e.pdf"} == {
        name for name, _ in said(record) if not name.startswith("Observation")
    }
    assert {"positive"} == {value for _, value in said(record)}
    assert [] == told(record)
    (chart,) = record.charts
    assert 5 == len(chart.documents)
    assert {"2026-08-24"} == {str(each.document.date) for each in chart.documents}


def test_several_paths_are_one_record(tmp_path: Path) -> None:
    folder = write(tmp_path / "notes", visit_txt=NOTE)
    path = write(tmp_path, record_json=bundle(patient())) / RECORD

    assert [("visit.txt", "positive")] == said(read(path, folder))
    assert said(read(path, folder)) == said(read(path, folder / "visit.txt"))


def test_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    write(tmp_path / "a", visit_txt=NOTE)
    write(tmp_path / "b", visit_txt=NOTE)
    names = {name for name, _ in said(read(tmp_path / "a", tmp_path / "b"))}

    assert {str(tmp_path / "a" / "visit.txt"), str(tmp_path / "b" / "visit.txt")} == names


def test_a_folder_is_read_to_its_depth_but_for_what_is_hidden(tmp_path: Path) -> None:
    write(tmp_path, inner__visit_txt=NOTE)
    write(tmp_path / ".cache", old_txt=NOTE)
    (tmp_path / ".DS_Store").write_bytes(b"\0\1")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)

    assert ["inner/visit.txt"] == [name for name, _ in said(read(tmp_path))]


def test_documents_alone_have_a_patient_without_a_name(tmp_path: Path) -> None:
    record = read(write(tmp_path, visit_txt=NOTE))

    assert [NO_NAME] == [chart.patient for chart in record.charts]
    assert [("visit.txt", "positive")] == said(record)


def test_a_record_of_codes_alone_never_asks_for_the_lexicon(tmp_path: Path) -> None:
    path = write(tmp_path, record_json=bundle(patient())) / RECORD

    record = read_record(shipped_plan(), [path], lexicon=no_lexicon)
    assert 1 == len(record.charts)


def test_the_day_is_the_documents_own_before_the_one_that_is_given(tmp_path: Path) -> None:
    write(tmp_path, a_txt=NOTE, b_txt="PIT positive.")
    record = read(tmp_path, document_date=DateRange.parse("2026-01-02"))
    (chart,) = record.charts

    assert {"a.txt": "2026-08-24", "b.txt": "2026-01-02"} == {
        each.document.name: str(each.document.date) for each in chart.documents
    }


def document_reference(text: str, **fields: object) -> dict[str, Any]:
    data = base64.b64encode(text.encode()).decode()
    return {
        "resourceType": "DocumentReference",
        "id": "note",
        "status": "current",
        "date": "2026-08-24",
        "content": [{"attachment": {"contentType": "text/plain", "data": data}}],
        **fields,
    }


def test_a_document_inside_of_the_record_belongs_to_its_subject(tmp_path: Path) -> None:
    other = patient(id="p2")
    reference = document_reference("PIT positive.", subject={"reference": "Patient/p2"})
    path = write(tmp_path, record_json=bundle(patient(), other, reference)) / RECORD
    charts = {chart.patient: chart for chart in read(path).charts}

    assert [] == charts["Patient/p1"].documents
    assert ["DocumentReference/note"] == [
        each.document.name for each in charts["Patient/p2"].documents
    ]
    (chosen,) = read(path, only="p1").charts
    assert [] == chosen.documents


def test_a_document_without_a_subject_belongs_to_the_only_patient(tmp_path: Path) -> None:
    path = (
        write(tmp_path, record_json=bundle(patient(), document_reference("PIT positive."))) / RECORD
    )

    assert [("DocumentReference/note", "positive")] == said(read(path))


def test_nobody_guesses_whose_a_document_is(tmp_path: Path) -> None:
    path = write(tmp_path, record_json=bundle(patient(), patient(id="p2")), a_txt=NOTE)

    with pytest.raises(RequestError, match="2 patients, and does not tell whose this is"):
        read(path)
    assert [("a.txt", "positive")] == said(read(path, only="p2"))


def test_a_note_with_another_date_of_birth_is_not_used(tmp_path: Path) -> None:
    write(
        tmp_path,
        record_json=bundle(patient()),
        a_txt="DOB: 03/01/1974\n" + NOTE,
        b_txt="DOB: 04/02/1980\n" + NOTE,
    )
    record = read(tmp_path)

    assert ["a.txt"] == [name for name, _ in said(record)]
    assert ["b.txt: its date of birth is not the patient's"] == told(record)


def test_a_document_that_replaces_another_takes_its_place(tmp_path: Path) -> None:
    old = document_reference("PIT negative.", id="old")
    new = document_reference(
        "PIT positive.",
        id="new",
        relatesTo=[{"code": "replaces", "target": {"reference": "DocumentReference/old"}}],
    )
    path = write(tmp_path, record_json=bundle(patient(), old, new)) / RECORD

    assert [("DocumentReference/new", "positive")] == said(read(path))


SUMMARY = document(section("11450-4", concern(problem()), text="PIT positive."))
ANOTHER = SUMMARY.replace(b'birthTime value="19740301"', b'birthTime value="19800402"')


def test_a_ccda_document_joins_the_chart_of_the_patient(tmp_path: Path) -> None:
    write(tmp_path, record_json=bundle(patient()), summary_xml=SUMMARY)
    record = read(tmp_path)
    (chart,) = record.charts

    assert ["Patient/p1"] == [chart.patient]
    onset = [each.since for each in chart.statements["pain_duration"] if each.since]
    assert DateRange.parse("2020-01-10") in onset
    assert [("summary.xml", "positive")] == said(record)
    assert 1 == record.counts["summary.xml"].read["Condition"]
    assert [] == told(record)


def test_a_ccda_document_alone_tells_who_was_born_when(tmp_path: Path) -> None:
    write(tmp_path, summary_xml=SUMMARY, a_txt="DOB: 04/02/1980\n" + NOTE)
    record = read(tmp_path)
    (chart,) = record.charts

    assert NO_NAME == chart.patient
    assert ["1974-03-01"] == [str(each.since) for each in chart.statements["age"]]
    assert ["a.txt: its date of birth is not the patient's"] == told(record)


def test_a_ccda_document_of_somebody_else_is_told_and_not_used(tmp_path: Path) -> None:
    assert ANOTHER != SUMMARY
    write(tmp_path, record_json=bundle(patient()), summary_xml=ANOTHER)
    record = read(tmp_path)

    assert [] == said(record)
    assert ["summary.xml: its date of birth is not the patient's"] == told(record)


@pytest.mark.parametrize("subject", ["Patient/p1", ""])
def test_a_ccda_document_inside_of_a_resource_is_read(tmp_path: Path, subject: str) -> None:
    fields = {"subject": {"reference": subject}} if subject else {}
    inside = document_reference("", **fields)
    inside["content"][0]["attachment"] = {
        "contentType": "text/xml",
        "data": base64.b64encode(SUMMARY).decode(),
    }
    path = write(tmp_path, record_json=bundle(patient(), inside)) / RECORD

    assert [("DocumentReference/note", "positive")] == said(read(path))


def test_nobody_guesses_whose_a_ccda_document_is(tmp_path: Path) -> None:
    write(tmp_path, record_json=bundle(patient(), patient(id="p2")), summary_xml=SUMMARY)

    with pytest.raises(RequestError, match="does not tell whose this is"):
        read(tmp_path)


def test_a_damaged_ccda_document_is_told(tmp_path: Path) -> None:
    write(tmp_path, record_json=bundle(patient()), summary_xml=SUMMARY[:-40], a_txt=NOTE)
    record = read(tmp_path)

    assert [("a.txt", "positive")] == said(record)
    assert told(record)[0].startswith("summary.xml: ")


BAD: dict[str, bytes] = {
    "empty.txt": b"",
    "garbage.txt": bytes(range(256)) * 40,
    "cut.pdf": pdf(page("PIT positive"))[:200],
    "scan.pdf": pdf(PICTURE),
    "deep.html": b"<div>" * 5000 + MARKER.encode(),
    "fake.rtf": b"{\\rtf1 " + b"{" * 5000,
}


@pytest.mark.parametrize("name", BAD)
def test_a_document_that_cannot_be_read_is_told_and_the_others_are_read(
    tmp_path: Path, name: str
) -> None:
    write(tmp_path, record_json=bundle(patient()), a_txt=NOTE)
    (tmp_path / name).write_bytes(BAD[name])
    record = read(tmp_path)

    assert [("a.txt", "positive")] == said(record)
    assert 1 == len(told(record))
    assert told(record)[0].startswith(f"{name}: ")
    assert MARKER not in told(record)[0]


@pytest.mark.parametrize("name", [each for each in BAD if each != "scan.pdf"])
def test_a_record_of_which_nothing_can_be_read_is_an_error(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(BAD[name])

    with pytest.raises(BundleError, match=name):
        read(tmp_path / name)


def test_a_file_of_another_kind_is_passed_over_unless_it_is_named(tmp_path: Path) -> None:
    write(tmp_path, record_json=bundle(patient()), visit_log=NOTE)

    assert [] == said(read(tmp_path))
    assert ["visit.log: files of this kind are not read from a folder"] == told(read(tmp_path))
    assert [("visit.log", "positive")] == said(read(tmp_path / RECORD, tmp_path / "visit.log"))


def test_fhir_is_known_by_its_beginning_where_its_name_says_nothing(tmp_path: Path) -> None:
    content = json.dumps(bundle(patient())).encode()
    (tmp_path / "export").write_bytes(content)
    (tmp_path / "export.bin").write_bytes(gzip.compress(content))

    assert 1 == len(read(tmp_path / "export").charts)
    assert 1 == len(read(tmp_path / "export.bin").charts)


def test_a_record_of_too_many_files_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "MOST_FILES", 1)
    write(tmp_path, a_txt=NOTE, b_txt=NOTE)

    with pytest.raises(BundleError, match="more than 1 files"):
        read(tmp_path)


def test_a_path_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="the file cannot be read"):
        read(tmp_path / "gone.txt")


@pytest.mark.parametrize(
    "content", ["Prone instability test positive.", "<html><body>Session expired</body></html>"]
)
def test_a_file_that_is_only_named_a_pdf_is_told(tmp_path: Path, content: str) -> None:
    """A portal may send its page for signing in, under the name of the report."""
    (tmp_path / "report.PDF").write_text(content)
    (tmp_path / "note.txt").write_text(content)

    record = read(tmp_path)

    assert ["report.PDF"] == [each.place.file for each in record.unread]
    assert "is named a PDF and is none" in record.unread[0].message
