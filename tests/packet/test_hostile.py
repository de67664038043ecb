"""Long names, other scripts, turned and damaged pages, and charts that hold instructions."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest

from multifidus.chart.formats.pdf import read_pdf
from multifidus.errors import PracticeError
from multifidus.packet.compose import Kind, compose
from multifidus.packet.document import Cited, Document, Heading, Paragraph, Text
from multifidus.packet.exhibit import Exhibits, Extent, Place, Span
from multifidus.packet.manifest import attachments
from multifidus.packet.page import page_of
from multifidus.packet.typeset import Copy, has_pages, typeset
from multifidus.packet.word import word_file
from multifidus.packet.wording import Wording
from tests.chart.pdfs import Line, Sheet, page, pdf
from tests.packet.charts import note, packet_from
from tests.packet.packets import TODAY, again, decided, packet, without

if TYPE_CHECKING:
    from pathlib import Path

    from multifidus.core.case import Box
    from multifidus.packet.compose import Packet
    from multifidus.packet.exhibit import Source

WORDS = "Prone instability test positive"
LONG = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh-Cholmondeley"
INJECTED = (
    "{{ 1234 * 5678 }} {% raw %} {# no #} ${1234*5678} <script>alert(1)</script>"
    ' <img src=x onerror=alert(1)> </p><h1>Met</h1> &lt;b&gt; #read("/etc/passwd")'
    ' #eval("1") $x^2$ \\ *bold* @label'
    " <label> ]] [[ ``` // /* */ = Heading\n= Heading\n#pagebreak()\n+ item"
)


def page_text(content: bytes) -> list[str]:
    """Read the text of every page."""
    with pypdfium2.PdfDocument(content) as opened:
        return [each.get_textpage().get_text_range() for each in opened]


# Names


def named(name: str) -> Packet:
    """Make the packet of somebody of that name."""
    base = packet("silent-chart.json").material
    return again(replace(base, person=replace(base.person, name=name)))


@pytest.mark.parametrize("name", [LONG, "A" * 60, " ".join(["Ann"] * 15)])
def test_a_long_name_stays_on_the_page(name: str) -> None:
    content = typeset(named(name), Copy.RECORD)

    assert re.sub(r"\W", "", name) in re.sub(r"\W", "", page_text(content)[0])
    with pypdfium2.PdfDocument(content) as opened:
        width, _ = opened[0].get_size()
        letters = opened[0].get_textpage()
        right = max(letters.get_charbox(at)[2] for at in range(letters.count_chars()))
    assert right < width - 50


@pytest.mark.parametrize("name", ["يوسف الخوارزمي", "דוד בן־גוריון", "Zoë Ünal-Łódź", "Ольга"])
def test_a_name_of_another_script_is_in_every_file(name: str) -> None:
    made = named(name)

    assert name in page_of(made)
    assert name in made.documents[0].words()
    told = page_text(typeset(made, Copy.RECORD))[0]
    assert all(letter in told for letter in set(name) - set(" ־"))


def test_emoji_and_han_in_a_note_are_quoted_and_named(tmp_path: Path) -> None:
    made = packet_from(tmp_path, notes={"n.txt": note("Low back pain 😀 山. ODI 46% 痛. 🧑‍⚕️")})

    assert "😀 山" in page_of(made)
    told = "".join(page_text(typeset(made, Copy.READING)))
    assert "[grinning face]" in told
    assert "[cjk unified ideograph-5c71]" in " ".join(told.split())


# Instructions in a chart


@pytest.mark.parametrize("kind", list(Kind))
def test_what_a_chart_says_is_never_an_instruction(kind: Kind) -> None:
    base = decided(packet("spine-clinic").material)
    treatments = tuple(replace(each, name=INJECTED, amount=INJECTED) for each in base.treatments)
    sources = tuple(replace(each, title=INJECTED) for each in base.sources)
    person = replace(base.person, name=INJECTED)
    # The evidence has numbers of its own.
    told_of = replace(base, treatments=treatments, sources=sources, person=person, evidence=())
    made = again(told_of, kind)

    words = "\n".join(each.words() for each in made.documents)
    assert "{{ 1234 * 5678 }}" in words
    assert "7006652" not in words
    told = page_of(made)
    assert "<script" not in told
    assert "<img" not in told
    assert "<h1>Met</h1>" not in told
    for copy in Copy:
        pages = "".join(page_text(typeset(made, copy)))
        assert '#read("/etc/passwd")' in " ".join(pages.split())
        assert "root:" not in pages
    for document in made.documents:
        assert word_file(document, author=INJECTED, day=TODAY)


def test_a_note_full_of_instructions_is_shown_as_it_is(tmp_path: Path) -> None:
    made = packet_from(tmp_path, notes={"n.txt": note(f"Low back pain. ODI 46%.\n{INJECTED}")})

    told = "".join("".join(page_text(typeset(made, Copy.READING))).split())
    wanted = '#read("/etc/passwd") #eval("1") $x^2$ \\ *bold* @label <label>'
    assert "".join(wanted.split()) in told


# Templates of a practice


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("<h1>x</h1><p>{{ person.namme }}</p>", r"what it is not given"),
        ("<h1>x</h1><p>{% if %}</p>", r"cover\.html:1: "),
        ("<h1>x</h1><div>y</div>", r"`<div>` cannot stand there"),
        ("<h1>x</h1><p>a & b</p>", r"no well-formed text"),
        ("\x00\x01", r"no well-formed text"),
        ("{% include 'cover.html' %}", r"cover\.html"),
        ("{% for x in range(10 ** 9) %}{% endfor %}", r"what it is not given"),
        ("<p>" * 3000, r"no well-formed text"),
    ],
)
def test_a_broken_template_is_told_with_its_file(
    template: str, message: str, tmp_path: Path
) -> None:
    (tmp_path / "cover.html").write_text(template, encoding="utf-8")

    with pytest.raises(PracticeError, match=message):
        packet_again(tmp_path)


def test_a_template_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "cover.html").write_bytes(b"<p>\xff\xfe</p>")

    with pytest.raises(PracticeError, match=r"cover\.html: the template is not text in UTF-8"):
        packet_again(tmp_path)


@pytest.mark.parametrize("name", ["none", "file.txt"])
def test_a_folder_of_templates_that_is_none_is_told(name: str, tmp_path: Path) -> None:
    (tmp_path / "file.txt").write_text("x")

    with pytest.raises(PracticeError, match="there is no such folder of templates"):
        Wording(tmp_path / name)


def test_an_empty_folder_of_templates_changes_nothing(tmp_path: Path) -> None:
    ours = packet("silent-chart.json")

    assert ours.documents == packet_again(tmp_path).documents


def packet_again(folder: Path) -> Packet:
    """Compose a packet with the templates of a folder over ours."""
    return compose(packet("silent-chart.json").material, Wording(folder), Kind.REQUEST)


# Pages


def placed(*lines: Line, **fields: object) -> Sheet:
    """Give a page with lines, and boxes of its own."""
    return Sheet(lines=lines, **fields)  # type: ignore[arg-type]


SHAPES = {
    "upright": placed(Line(WORDS, y=700)),
    "on its right side": placed(Line(WORDS, y=700), turned=90),
    "upside down": placed(Line(WORDS, y=700), turned=180),
    "on its left side": placed(Line(WORDS, y=700), turned=270),
    "landscape": placed(Line(WORDS, y=500), media=(0, 0, 792, 612)),
    "cropped": placed(Line(WORDS, x=172, y=600), crop=(100, 100, 500, 700)),
    "cropped and turned": placed(Line(WORDS, x=172, y=600), crop=(100, 100, 500, 700), turned=90),
    "off the origin": placed(Line(WORDS, y=300), media=(-100, -200, 512, 592)),
    "small": placed(Line(WORDS, x=20, y=100), media=(0, 0, 300, 144)),
    "large": placed(Line(WORDS, x=1000, y=2000, size=60), media=(0, 0, 3000, 4000)),
}


@pytest.fixture(scope="module")
def turned(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Set the reading copy of a PDF with a page of each shape."""
    folder = tmp_path_factory.mktemp("turned")
    made = packet_from(folder, notes={"scan.pdf": pdf(*SHAPES.values())})
    # A fact has its first places only; here each page is to be cited.
    (scan, *_) = (each for each in made.exhibits.all if each.source)
    assert scan.source
    return typeset(cited_on_every_page(made, scan.source), Copy.READING)


def cited_on_every_page(made: Packet, source: Source) -> Packet:
    """Cite the same words on every page."""
    boxes = boxes_of(source.content)
    starts = [each.start() for each in re.finditer(WORDS, source.text)]
    places = tuple(
        Place(
            key=f"A-{number}",
            exhibit="A",
            page=number,
            span=Span(start, start + len(WORDS)),
            words=WORDS,
            boxes=(box,),
        )
        for number, (start, box) in enumerate(zip(starts, boxes, strict=True), start=1)
    )
    exhibit = replace(made.exhibits.all[0], places=places, pages=tuple(range(1, len(boxes) + 1)))
    links = tuple(Paragraph((Cited(each.label, each.key, quoted=False),)) for each in places)
    letter = Document(name="letter", title="x", blocks=(Heading(1, (Text("x"),)), *links))
    return replace(made, documents=(letter,), exhibits=Exhibits((exhibit,), {}))


def boxes_of(content: bytes) -> list[Box]:
    """Read where the words stand, as charts are read."""
    document = read_pdf(content, "scan.pdf").document
    assert document.boxes
    return [
        document.boxes(each.start(), each.end())[0] for each in re.finditer(WORDS, document.text)
    ]


@pytest.mark.parametrize("number", range(len(SHAPES)), ids=list(SHAPES))
def test_the_mark_is_on_the_words_however_a_page_lies(number: int, turned: bytes) -> None:
    with pikepdf.open(io.BytesIO(turned)) as opened:
        (_, page_at, left, top) = landings(opened)[number]
    with pypdfium2.PdfDocument(turned) as opened:
        letters = opened[page_at].get_textpage()
        start = letters.get_text_range().index(WORDS)
        boxes = [letters.get_charbox(start + at) for at in range(len(WORDS)) if WORDS[at] != " "]

    assert abs(min(each[0] for each in boxes) - left) < 5
    # The place is some points above, so that a reader sees the whole line.
    assert -5 < top - max(each[3] for each in boxes) < 20


def landings(opened: pikepdf.Pdf) -> list[tuple[int, int, float, float]]:
    """Follow every link of the first page."""
    numbers = {each.obj.objgen: number for number, each in enumerate(opened.pages)}
    found = []
    for number, each in enumerate(opened.pages[0].obj.Annots):
        dest = each.Dest if "/Dest" in each else each.A.D
        found.append((number, numbers[dest[0].objgen], float(dest[2]), float(dest[3])))
    return found


# Files


def encrypted(*, user: str) -> bytes:
    """Lock a PDF."""
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf(page(WORDS)))) as opened:
        opened.save(stream, encryption=pikepdf.Encryption(owner="o", user=user))
    return stream.getvalue()


def test_a_pdf_that_opens_without_password_is_shown_and_travels_unlocked(tmp_path: Path) -> None:
    made = packet_from(tmp_path, notes={"c.pdf": encrypted(user="")})
    (_, file, *_) = attachments(made, determination=b"{}", version="0")

    assert WORDS in "".join(page_text(typeset(made, Copy.READING)))
    with pikepdf.open(io.BytesIO(file.content)) as opened:
        assert not opened.is_encrypted


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (encrypted(user="secret"), "the PDF is locked"),
        (pdf(page(WORDS))[:200], "the PDF stops short"),
        (b"%PDF-1.7 garbage", "the PDF stops short"),
        (b"", "the file is empty"),
    ],
)
def test_a_pdf_that_cannot_be_read_is_told_and_the_packet_is_made(
    content: bytes, words: str, tmp_path: Path
) -> None:
    made = packet_from(tmp_path, notes={"c.pdf": content})

    (gap,) = (each for each in made.gaps if "c.pdf" in each.about)
    assert words == gap.words
    assert typeset(made, Copy.READING).startswith(b"%PDF-")


def test_a_pdf_that_only_a_patient_program_can_read_is_set_from_its_text(tmp_path: Path) -> None:
    far = pdf(page(WORDS)).replace(b"8 0 obj", b"9008 0 obj").replace(b"8 0 R", b"9008 0 R")
    made = packet_from(tmp_path, notes={"c.pdf": far})
    (exhibit, *_) = made.exhibits.all

    assert not has_pages(far, 1)
    assert not has_pages(b"", 1)
    assert "c.pdf, set from its text, since the file is damaged" == exhibit.title
    assert WORDS in "".join(page_text(typeset(made, Copy.READING)))
    assert attachments(made, determination=b"{}", version="0")[1].path == "exhibit-A.txt"


def test_a_long_note_is_cut_to_what_is_cited() -> None:
    filling = "\n".join(f"Day {n}: the sun shone on the clinic's house." for n in range(50000))
    base = packet("spine-clinic").material
    sources = tuple(
        replace(each, text=f"{each.text}\n{filling}") if "note" in each.name else each
        for each in base.sources
    )
    made = again(replace(base, sources=sources))
    (exhibit,) = (each for each in made.exhibits.all if each.source and "note" in each.source.name)

    assert len(exhibit.source.text if exhibit.source else "") > 2_000_000
    assert sum(last - first + 1 for first, last in exhibit.stretches) < 60
    assert len(typeset(made, Copy.READING)) < 1_000_000


def test_long_answers_run_over_the_end_of_a_page() -> None:
    base = without(packet("complete-candidate.json").material, "oswestry_index")
    amount = "taken as it was told, " * 700
    treatments = tuple(replace(each, amount=amount) for each in base.treatments[:1])
    pages = page_text(typeset(again(replace(base, treatments=treatments)), Copy.RECORD))

    assert amount.count("told") == sum(each.count("told,") for each in pages)


def test_an_exhibit_of_three_hundred_pages_is_set_with_all_of_them(tmp_path: Path) -> None:
    sheets = [page(f"{WORDS}. Sheet {number}.") for number in range(1, 301)]
    made = packet_from(tmp_path, notes={"long.pdf": pdf(*sheets)}, extent=Extent.ALL)
    told = page_text(typeset(made, Copy.READING))

    assert 300 == len(made.exhibits.all[0].pages)
    assert 300 == sum(f"{WORDS}. Sheet " in each for each in told)
    assert "page 300 of 300" in "".join(told)


def test_of_three_hundred_pages_only_the_first_cited_ones_are_sent(tmp_path: Path) -> None:
    sheets = [page(f"Sheet {number}.") for number in range(1, 301)]
    sheets[150] = page(f"{WORDS}.")
    made = packet_from(tmp_path, notes={"long.pdf": pdf(*sheets)})

    assert (151,) == made.exhibits.all[0].pages
    file = attachments(made, determination=b"{}", version="0")[1]
    assert 1 == len(page_text(file.content))
