"""`multifidus policy document`: the file that is written, and what is told where none can be."""

from __future__ import annotations

import os
import stat
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest

from multifidus.chart.formats.pdf import read_pdf
from multifidus.cli import main
from multifidus.cli.status import DONE, UNREADABLE_RECORD, WRONG_POLICY, WRONG_USAGE
from tests.cli.shelves import write_policy
from tests.test_architecture import DENIAL

if TYPE_CHECKING:
    from collections.abc import Sequence

# lxml belongs to the room `chart` and has no types of its own.
html: Any = import_module("lxml.html")

GOLDEN = Path(__file__).parents[1] / "golden" / "errors" / "documents.txt"
EXAMPLES = Path(__file__).parents[2] / "src" / "multifidus" / "examples"
CHART = EXAMPLES / "anthem-candidate.json"
ON = ("--on", "2026-06-01")


def written(capsys: pytest.CaptureFixture[str], out: Path, *words: object) -> bytes:
    """Write a document, and give its bytes."""
    status = main(["policy", "document", *map(str, words), "--out", str(out)])
    printed = capsys.readouterr()
    assert (DONE, f"{out}: written\n", "") == (status, printed.out, printed.err)
    return out.read_bytes()


def page(capsys: pytest.CaptureFixture[str], out: Path, *words: object) -> Any:  # noqa: ANN401
    """Write a page and read it as a browser would."""
    return html.document_fromstring(written(capsys, out, *words, *ON).decode())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_policy_is_written_as_a_page_that_all_may_read(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "guideline.html"
    tree = page(capsys, out, "isass-2025")

    assert "Restorative neurostimulation for multifidus dysfunction, lumbar region" == (
        tree.findtext(".//h1")
    )
    assert 0o644 == mode(out)
    assert "Typical candidate" in tree.get_element_by_id("cases").text_content()


def test_the_day_chooses_the_version(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    words = written(capsys, out, "anthem-surg-00158", "--on", "2025-04-15").decode()

    assert "anthem-surg-00158@2024.4.1</code>" in words


def test_the_history_compares_each_version_with_the_one_before(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    tree = page(capsys, tmp_path / "page.html", "anthem-surg-00158@2025.4.16")
    told = " ".join(tree.get_element_by_id("history").text_content().split())

    assert "anthem-surg-00158@2024.4.1 excludes the service whatever the chart says." in told
    assert "Age added not asked age >= 18 years" in told
    assert "Of anthem-surg-00158@2025.4.16 reports alone were read: it may ask for more" in told


def test_a_record_marks_every_clause_and_only_the_owner_may_read_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "marked.html"
    tree = page(capsys, out, "anthem-surg-00158", CHART)

    clauses = [each for each in tree.iterfind(".//li[@id]") if each.get("id").startswith("C")]
    marks = [each.xpath("p[1]/span/text()") for each in clauses]
    assert len(marks) > 10
    assert {"met", "not needed"} == {mark for (mark,) in marks}
    assert "Condition/" in tree.get_element_by_id("C3").text_content()
    assert "Patient/" in tree.get_element_by_id("answer").text_content()
    assert 0o600 == mode(out)


def test_codes_that_are_asked_for_count(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out, chart = tmp_path / "page.html", EXAMPLES / "no-medication-record.json"
    tree = page(capsys, out, "isass-2025", chart, "--service-codes", "64590,64555")

    assert "answer" == tree.xpath("//main/section/@id")[0]


@pytest.mark.parametrize("records", [(), (CHART,)])
def test_a_pdf_is_tagged_for_keeping_and_the_same_each_time(
    records: Sequence[Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked = ("anthem-surg-00158@2025.4.16", *records, *ON)
    first = written(capsys, tmp_path / "first.pdf", *asked)
    second = written(capsys, tmp_path / "second.pdf", *asked)

    assert first == second
    text = read_pdf(first, name="first.pdf").document.text
    assert "C2 " in text
    assert not DENIAL.search(text)
    with pikepdf.open(tmp_path / "first.pdf") as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)
        told = pdf.open_metadata()
        assert ("3", "1") == (told["pdfaid:part"], told["pdfuaid:part"])


def test_the_same_policy_gets_the_same_page(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    first = written(capsys, tmp_path / "first.html", "fda-p190021", *ON)

    assert first == written(capsys, tmp_path / "second.html", "fda-p190021", *ON)


def test_a_policy_of_ones_own_needs_no_worked_cases(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    write_policy(tmp_path / "own", "ours")
    tree = page(capsys, tmp_path / "page.html", "ours", "--library", tmp_path / "own")

    assert "What our plan asks for" == tree.findtext(".//h1")
    assert [] == tree.xpath("//section[@id='cases']")


def test_a_policy_of_ones_own_that_is_not_sound_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = write_policy(tmp_path / "own", "ours")
    path.write_text(path.read_text().replace("`age >= 21 years`", "`ages >= 21 years`"))
    words = ("ours", "--library", tmp_path / "own", "--out", tmp_path / "page.html")

    assert WRONG_POLICY == main(["policy", "document", *map(str, words)])
    assert "unknown name `ages`" in capsys.readouterr().err
    assert not (tmp_path / "page.html").exists()


WRONG = {
    "no such policy": "isass-2026 --out {folder}/page.html",
    "no such policy, and a record": "isass-2026 {chart} --out {folder}/page.html",
    "neither a page nor a PDF": "isass-2025 --out {folder}/page.docx",
    "no such folder": "isass-2025 --out {folder}/nowhere/page.html",
    "a record is put to premises": "premises-restorative-neurostimulation {chart}"
    " --out {folder}/page.html",
    "no such record": "isass-2025 {folder}/nothing.json --out {folder}/page.html",
}


def test_what_is_wrong_is_told_with_the_way_forward(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    parts = [f"# {name}\n{_wrong(line, capsys, tmp_path)}" for name, line in WRONG.items()]
    text = "\n".join(parts)
    if os.environ.get("MULTIFIDUS_UPDATE_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")

    assert GOLDEN.read_text(encoding="utf-8") == text
    assert [] == list(tmp_path.iterdir())


def _wrong(line: str, capsys: pytest.CaptureFixture[str], folder: Path) -> str:
    """Give what is told on standard error; long lists are cut."""
    words = line.format(folder=folder, chart=CHART).split()
    assert main(["policy", "document", *words, *ON]) in (WRONG_USAGE, UNREADABLE_RECORD)
    told = capsys.readouterr().err.replace(str(folder), "DIR")
    lines = told.splitlines()
    return "".join(f"{each.split(' are: ')[0]}\n" for each in lines)


def test_the_day_of_service_is_the_records_own_unless_another_is_asked_for(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    words = written(capsys, tmp_path / "page.html", "anthem-surg-00158", CHART).decode()

    assert str(date.today()) not in words  # noqa: DTZ011  the day that must not be taken
