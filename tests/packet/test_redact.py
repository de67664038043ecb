"""What is blacked out stands in no file of a packet, however it was written and wherever it lay."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest

from multifidus.cli.packet import packet_of, redaction_of
from multifidus.cli.send import Destination, send
from multifidus.errors import Problem, RequestError
from multifidus.packet.compose import Kind
from multifidus.packet.exhibit import Extent
from multifidus.packet.material import Person
from multifidus.packet.redact import BAR, Redaction
from tests.chart.pdfs import Line, Sheet, page, pdf
from tests.packet.charts import PATIENT, chart, note, order, resource
from tests.packet.packets import TODAY, packet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OTHER, NUMBER, DRUG = "Casper Otherman", "MRN-77231", "Duloxetine"
WORDS = (b"casper", b"otherman", b"77231", b"duloxetine")
FIELD = "Casper Otherman waits"
RECORD = (
    {**PATIENT, "identifier": [{"value": NUMBER}]},
    resource(
        "MedicationRequest",
        "drug",
        status="stopped",
        intent="order",
        authoredOn="2025-01-14",
        medicationCodeableConcept={
            "coding": [{"system": "http://www.whocc.no/atc", "code": "N06AX21"}],
            "text": "Duloxetine, capsules",
        },
    ),
)
NOTES: Mapping[str, str | bytes] = {
    # In capitals, and broken over a line inside of what is quoted.
    "visit.txt": note(f"Chronic low back pain. NRS 7/10. CASPER\n  Otherman, {NUMBER}, waits."),
    "consult.pdf": pdf(page("Chronic low back pain. VAS 7.2 cm."), page("nothing")),
    "other.pdf": pdf(page("Chronic low back pain. ODI 46%."), page(f"and {OTHER}")),
    "margin.pdf": pdf(
        Sheet(
            lines=[Line("Prone instability test positive."), Line(OTHER, y=20)],
            crop=(0, 100, 612, 792),
        )
    ),
    "form.pdf": pdf(Sheet(lines=[Line("Multifidus lift test positive.")], field=FIELD)),
}


@cache
def files(extent: Extent = Extent.CITED, kind: Kind = Kind.REQUEST) -> Mapping[str, bytes]:
    """Write all files of a packet from which three phrases are blacked out."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        phrases = folder / "phrases.txt"
        phrases.write_text(f"{OTHER}\n{NUMBER}\n\n{DRUG}\n", encoding="utf-8")
        place = chart(folder, notes=NOTES, resources=RECORD)
        asked = order(place, redact=phrases, extent=extent, kind=kind)
        send(asked, Destination(folder=folder / "out"), today=TODAY)
        return {each.name: each.read_bytes() for each in (folder / "out").iterdir()}


def inside(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """Take a file apart: itself, what is packed in it, and the text that a reader sees."""
    yield name, content
    if content.startswith(b"%PDF"):
        with pypdfium2.PdfDocument(content) as pdf_file:
            for each in pdf_file:
                yield f"{name}: text", each.get_textpage().get_text_range().encode()
        with pikepdf.open(io.BytesIO(content)) as opened:
            for number, each in enumerate(opened.objects):
                if isinstance(each, pikepdf.Stream) and each.get("/Subtype") != "/Image":
                    yield from inside(f"{name}: stream {number}", each.read_bytes())
                elif not isinstance(each, pikepdf.Stream):
                    yield f"{name}: object {number}", each.unparse()
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for each in packed.namelist():
                yield f"{name}: {each}", packed.read(each)


def squeezed(content: bytes) -> bytes:
    """Leave out white space, also as JSON writes it, and make letters small."""
    return re.sub(rb"\s+|\\n", b"", content).lower()


@pytest.mark.parametrize("extent", list(Extent))
def test_what_is_blacked_out_is_in_no_file(extent: Extent) -> None:
    parts = [part for name, each in files(extent).items() for part in inside(name, each)]

    assert {"request.pdf", "request-reading-copy.pdf", "letter.docx"} <= files(extent).keys()
    assert [] == [name for name, each in parts if any(w in squeezed(each) for w in WORDS)]


def test_the_same_search_finds_the_words_where_nothing_is_blacked_out(tmp_path: Path) -> None:
    """It shows that the test above can fail, for the text, the record and the pages."""
    asked = order(chart(tmp_path, notes=NOTES, resources=RECORD), extent=Extent.ALL)
    send(asked, Destination(folder=tmp_path / "out"), today=TODAY)
    found = {
        (each.name, word)
        for each in (tmp_path / "out").iterdir()
        for _, content in inside(each.name, each.read_bytes())
        for word in WORDS
        if word in squeezed(content)
    }

    assert {("request.pdf", each) for each in WORDS} <= found
    assert {("request-reading-copy.pdf", each) for each in WORDS} <= found
    assert {("request.html", each) for each in WORDS} <= found
    assert ("letter.docx", b"duloxetine") in found


def test_what_stands_around_it_is_still_shown() -> None:
    told = files()["request.html"].decode()

    assert "NRS 7/10" in told
    assert BAR * len("Casper") in told


def test_an_untouched_pdf_keeps_its_pages_and_another_is_set_anew(tmp_path: Path) -> None:
    phrases = tmp_path / "phrases.txt"
    phrases.write_text(OTHER, encoding="utf-8")
    asked = order(chart(tmp_path, notes=NOTES), redact=phrases)
    shown = {each.title: each for each in packet_of(asked, today=TODAY).exhibits.all}

    assert (1,) == shown["consult.pdf"].pages
    (anew,) = (each for title, each in shown.items() if title.startswith("other.pdf"))
    assert "other.pdf, set anew from its text, words blacked out" == anew.title
    assert () == anew.pages


# Phrases


@pytest.mark.parametrize(
    ("phrases", "text", "shown"),
    [
        (["Ann Other"], "for ANN\n  other, her", "for ███\n  █████, her"),
        (["Ann", "Ann Other"], "Ann Other", "███ █████"),
        (["a.c"], "abc a.c", "abc ███"),
        (["(x"], "(x) y", "██) y"),
        (["x", " ", ""], "x y", "x y"),
        ([], "Ann", "Ann"),
        (["Straße"], "in der STRAßE", "in der ██████"),
    ],
)
def test_a_phrase_is_found_in_any_case_and_over_lines(
    phrases: list[str], text: str, shown: str
) -> None:
    assert shown == Redaction(phrases)(text)
    assert len(text) == len(shown)


def test_plain_data_keeps_its_shape() -> None:
    content = {"a": ["Ann", {"b": "x Ann"}], "n": 1, "t": True, "none": None}

    assert {"a": ["███", {"b": "x ███"}], "n": 1, "t": True, "none": None} == Redaction(
        ["Ann"]
    ).content(content)


def test_what_was_not_read_and_who_it_is_about_is_told_without_the_phrase() -> None:
    problem = Problem.at("Otherman.pdf", "is of Otherman", "ask Otherman")
    person = Person(reference="Patient/Otherman", name="Casper Otherman")
    material = replace(packet("silent-chart.json").material, unread=(problem,), person=person)

    told = Redaction(["Otherman"]).of(material)

    assert "Otherman" not in str(told.unread)
    assert "Otherman" not in str(told.person)


def test_a_file_of_phrases_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match=r"none\.txt: the file cannot be read"):
        redaction_of(order(tmp_path, redact=tmp_path / "none.txt"))
