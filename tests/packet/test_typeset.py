"""The two PDFs: what the copy of record claims, and where citations of the reading copy lead."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest

from multifidus.packet.compose import Kind
from multifidus.packet.document import Document, Heading, Paragraph, Text
from multifidus.packet.manifest import attachments
from multifidus.packet.typeset import Copy, excerpt, typeset
from tests.packet.packets import MIXED, again, decided, packet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus.packet.compose import Packet

DETERMINATION = b'{"answer": "met"}\n'
LINE = 16.0
"""Points above and below a target in which its words stand."""


@cache
def record(chart: str = "spine-clinic") -> bytes:
    """Set a copy of record."""
    made = packet(chart)
    files = attachments(made, determination=DETERMINATION, version="0")
    return typeset(made, Copy.RECORD, files)


@cache
def reading(chart: str = "spine-clinic", kind: Kind = Kind.REQUEST) -> bytes:
    """Set a reading copy."""
    return typeset(again(decided(packet(chart).material), kind), Copy.READING)


def opened(content: bytes) -> pikepdf.Pdf:
    """Open a PDF."""
    return pikepdf.open(io.BytesIO(content))


# The copy of record


def test_it_says_that_it_is_pdf_a_3a_and_pdf_ua_1() -> None:
    with opened(record()) as pdf, pdf.open_metadata() as told:
        assert ("3", "A") == (told["pdfaid:part"], told["pdfaid:conformance"])
        assert "1" == told["pdfuaid:part"]
        assert "Request for prior authorization" == told["dc:title"]


def test_it_is_tagged_and_has_a_language_and_bookmarks() -> None:
    with opened(record()) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert "en" == str(pdf.Root.Lang)
        assert "/StructTreeRoot" in pdf.Root
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        with pdf.open_outline() as outline:
            titles = [each.title for each in outline.root]
    assert ["Request for prior authorization", "Letter of medical necessity", "Crosswalk"] == titles


def test_every_font_is_embedded() -> None:
    with opened(record()) as pdf:
        fonts = [
            font
            for page in pdf.pages
            for font in dict(dict(page.obj["/Resources"])["/Font"]).values()
        ]
        assert fonts
        for font in fonts:
            described = font.DescendantFonts[0] if "/DescendantFonts" in font else font
            names = set(described.FontDescriptor.keys())
            assert names & {"/FontFile", "/FontFile2", "/FontFile3"}


def test_the_exhibits_and_the_determination_travel_inside() -> None:
    with opened(record()) as pdf:
        held = {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()}
        kinds = {str(each.F): str(each.AFRelationship) for each in pdf.Root.AF}

    assert {
        "determination.json": "/Data",
        "exhibit-A.pdf": "/Source",
        "exhibit-B.txt": "/Source",
        "exhibit-C.json": "/Source",
        "manifest.json": "/Data",
    } == kinds
    assert DETERMINATION == held["determination.json"]
    assert held["exhibit-A.pdf"].startswith(b"%PDF-")


def test_tables_have_header_cells_and_headings_their_levels() -> None:
    with opened(record()) as pdf:
        kinds = [str(each.S) for each in tags(pdf.Root.StructTreeRoot)]

    assert {"/H1", "/H2", "/H3", "/P", "/Table", "/TR", "/TH", "/TD"} <= set(kinds)


def tags(element: Any) -> Iterator[Any]:  # noqa: ANN401  an object of the library
    """Visit the tags of a PDF."""
    below = element.get("/K")
    for each in below if isinstance(below, pikepdf.Array) else [below]:
        if isinstance(each, pikepdf.Dictionary) and "/S" in each:
            yield each
            yield from tags(each)


@pytest.mark.parametrize("chart", MIXED)
def test_the_text_of_the_pages_is_in_the_order_of_reading(chart: str) -> None:
    made = packet(chart)
    told = "".join("".join(page_text(record(chart))).split())
    at = 0
    for document in made.documents:
        for block in document.blocks:
            if isinstance(block, Heading | Paragraph):
                words = "".join(
                    "".join(each.words for each in block.line if hasattr(each, "words")).split()
                )
                found = told.find(words, at)
                assert found >= 0, words
                at = found


def page_text(content: bytes) -> list[str]:
    """Read the text of every page."""
    with pypdfium2.PdfDocument(content) as pdf:
        return [page.get_textpage().get_text_bounded() for page in pdf]


def test_the_same_packet_gives_the_same_bytes() -> None:
    made = packet("spine-clinic")
    files = attachments(made, determination=DETERMINATION, version="0")

    assert record() == typeset(made, Copy.RECORD, files)
    assert reading() == typeset(again(decided(made.material)), Copy.READING)


# The reading copy


class Landing(NamedTuple):
    """Where a link of the reading copy leads."""

    page: int
    left: float
    top: float


def landings(content: bytes) -> list[Landing]:
    """Follow every link, in the order of the pages."""
    found = []
    with opened(content) as pdf:
        numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        for page in pdf.pages:
            for each in page.obj.get("/Annots", []):
                if str(each.Subtype) == "/Link":
                    dest = each.Dest if "/Dest" in each else each.A.D
                    found.append(Landing(numbers[dest[0].objgen], float(dest[2]), float(dest[3])))
    return found


@pytest.mark.parametrize("chart", MIXED)
@pytest.mark.parametrize("kind", [Kind.REQUEST, Kind.APPEAL])
def test_every_citation_leads_to_the_marked_words(chart: str, kind: Kind) -> None:
    content = reading(chart, kind)
    made = again(decided(packet(chart).material), kind)
    words = {
        place.key: " ".join(place.words.split()[:2])
        for exhibit in made.exhibits.all
        for place in exhibit.places
        if place.words
    }
    wanted = {
        words[each.place]
        for document in made.documents
        for each in document.cited()
        if each.place in words
    }
    seen = set()
    with pypdfium2.PdfDocument(content) as pdf:
        for page, left, top in set(landings(content)):
            near = (
                pdf[page]
                .get_textpage()
                .get_text_bounded(left=max(0, left - 2), bottom=top - LINE, right=700, top=top + 4)
            )
            seen |= {each for each in wanted if each in " ".join(near.split())}

    assert wanted
    assert wanted == seen


@pytest.mark.parametrize("chart", MIXED)
def test_every_citation_is_a_link(chart: str) -> None:
    made = again(decided(packet(chart).material))
    cited = sum(len(list(document.cited())) for document in made.documents)

    # A link that is broken over two lines is two.
    assert len(landings(reading(chart))) >= cited


def test_the_exhibits_stand_behind_the_documents() -> None:
    pages = page_text(reading())
    firsts = [number for number, each in enumerate(pages) if each.startswith("Exhibit ")]

    assert firsts == list(range(firsts[0], len(pages)))
    assert "Letter of medical necessity" in pages[1]


# Excerpts


def test_an_excerpt_holds_the_pages_that_were_asked_for_and_nothing_else() -> None:
    with pikepdf.new() as pdf:
        for number in range(1, 4):
            page = pdf.add_blank_page(page_size=(200, 100 * number))
            page.obj.Annots = pdf.make_indirect(pikepdf.Array())
            page.obj.AA = pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.JavaScript))
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript)
        pdf.attachments["secret.txt"] = b"secret"
        stream = io.BytesIO()
        pdf.save(stream)
    part = excerpt(stream.getvalue(), (3, 1))

    with opened(part) as pdf:
        assert [300, 100] == [float(page.mediabox[3]) for page in pdf.pages]
        assert not any("/AA" in page.obj or "/Annots" in page.obj for page in pdf.pages)
        assert "/OpenAction" not in pdf.Root
        assert [] == list(pdf.attachments)
    assert part == excerpt(stream.getvalue(), (3, 1))


# Letters


def with_words(made: Packet, *words: str) -> Packet:
    """Give a packet of one document with some paragraphs."""
    blocks: tuple[Heading | Paragraph, ...] = (
        Heading(1, (Text("Title"),)),
        *(Paragraph((Text(each),)) for each in words),
    )
    return replace(made, documents=(Document(name="letter", title="Title", blocks=blocks),))


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Łukasz Ångström-Đorđević", "Łukasz Ångström-Đorđević"),
        ("Ольга Ивановна", "Ольга Ивановна"),
        ("pain \U0001f600", "pain [grinning face]"),
        ("山", "[cjk unified ideograph-5c71]"),
        ('#let x = 1 $a$ *b* \\ "c" [d] @e <f> // g', '#let x = 1 $a$ *b* \\ "c" [d] @e <f> // g'),
    ],
)
@pytest.mark.parametrize("copy", list(Copy))
def test_a_letter_is_set_as_it_is_or_named(words: str, shown: str, copy: Copy) -> None:
    made = with_words(packet("silent-chart.json"), words)

    assert shown in " ".join(page_text(typeset(made, copy))[0].split())


@pytest.mark.parametrize("words", ["שלום", "محمد عبد الله"])
def test_a_name_that_runs_from_right_to_left_is_set(words: str) -> None:
    made = with_words(packet("silent-chart.json"), words)
    told = page_text(typeset(made, Copy.RECORD))[0]

    assert "[" not in told
    assert any(each in told for each in words)
