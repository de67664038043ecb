"""PDFs: the text of each page, where each word stands, and what cannot be read."""

from __future__ import annotations

import contextlib
import importlib
import shutil
import sys
import time
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from multifidus.chart.document import Passage
from multifidus.chart.formats import pages
from multifidus.chart.formats import pdf as reader
from multifidus.chart.formats.pdf import read_pdf
from multifidus.core.case import Box
from multifidus.core.quantity import DateRange
from multifidus.errors import BundleError, RequestError, Severity
from tests.chart.pdfs import PICTURE, Line, Sheet, page, pdf, stream, written

if TYPE_CHECKING:
    from pathlib import Path

NAME = "letter.pdf"
ENCRYPTED = b"/Encrypt <</Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4>> /ID [<00> <00>]" % (
    b"41" * 32,
    b"42" * 32,
)
LETTERS = st.text("abcdehklmnorstuvwxzABCDEHKLMNORSTUVWXZ0123456789", min_size=1, max_size=12)


def text_of(*sheets: Sheet, **options: Any) -> str:  # noqa: ANN401  what `pdf` takes
    return read_pdf(pdf(*sheets, **options), NAME).document.text


def notes_of(content: bytes) -> list[str]:
    problems = read_pdf(content, NAME).problems
    assert all(each.severity is Severity.NOTE for each in problems)
    assert all(each.place.file == NAME for each in problems)
    return [each.message for each in problems]


# Text


def test_every_page_is_read_and_known_by_its_number() -> None:
    day = DateRange.parse("2024-02-03")
    content = pdf(page("Low back pain", "for years."), page("Plan"))

    document, problems = read_pdf(content, NAME, date=day, title="Letter", subject="Patient/p1")
    assert document.text == "Low back pain \nfor years.\n\nPlan"
    assert document.passages == (Passage(0, 1), Passage(27, 2))
    assert (document.name, document.date, document.title) == (NAME, day, "Letter")
    assert "Patient/p1" == document.subject
    assert () == problems


def test_a_hyphen_at_the_end_of_a_line_stays() -> None:
    assert "see at follow-up" == text_of(page("see at follow-", "up"))


def test_letters_keep_their_places_whatever_they_are() -> None:
    """One beyond the first 65,536 is one character, and a ligature is its letters."""
    meant = {"x": "\U0001f600", "y": "\ufb01", "a": "\x01", "b": "\u202e"}
    document = read_pdf(pdf(page("L4 x y a b L5", "end"), unicode=meant), NAME).document

    assert document.text == "L4 \U0001f600 fi     L5 \nend"
    assert document.boxes is not None
    start = document.text.index("end")
    assert document.boxes(start, start + 3) == (Box(72, 76, 93, 91),)


def test_what_is_filled_into_a_form_is_read_where_it_stands() -> None:
    document = read_pdf(pdf(Sheet(lines=[Line("Oswestry:")], field="46")), NAME).document

    assert document.text == "Oswestry: \n46"
    assert document.boxes is not None
    assert document.boxes(11, 13) == (Box(74, 35, 88, 50),)


def test_an_annotation_without_words_leaves_the_page_alone() -> None:
    link = pdf(Sheet(lines=[Line("a link")], field="x")).replace(b"/Widget", b"/Link")

    assert "a link" == read_pdf(link, NAME).document.text


def test_scripts_and_launch_actions_are_passed_over(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    actions = b"/OpenAction <</S /JavaScript /JS (app.alert\\(1\\)) /Next <</S /Launch /F (%s)>>>>"

    assert "note" == text_of(page("note"), catalog=actions % str(gone).encode())
    assert not gone.exists()


# Boxes


def test_a_span_has_a_box_for_each_line() -> None:
    document = read_pdf(pdf(page("Low back", "pain"), page("Plan")), NAME).document
    assert document.boxes is not None

    assert document.boxes(4, 14) == (Box(97, 60, 123, 75), Box(72, 76, 95, 91))
    # It ends with its page, and the break after a hyphen is one.
    assert document.boxes(10, 99) == (Box(72, 76, 95, 91),)
    hyphen = read_pdf(pdf(page("follow-", "up")), NAME).document
    assert hyphen.boxes is not None
    assert 2 == len(hyphen.boxes(0, 9))


def test_an_empty_span_has_no_box() -> None:
    document = read_pdf(pdf(page("a"), Sheet(), page("b")), NAME).document
    assert document.boxes is not None

    for start, end in ((0, 0), (1, 0), (-1, 1), (1, 2), (3, 5), (99, 100)):
        assert () == document.boxes(start, end)


@settings(max_examples=60)
@given(
    word=LETTERS,
    x=st.integers(110, 300),
    y=st.integers(210, 380),
    size=st.integers(6, 20),
    turned=st.sampled_from([0, 90, 180, 270]),
    is_cropped=st.booleans(),
)
def test_a_word_is_boxed_where_it_was_drawn(  # noqa: PLR0913  what is generated
    *, word: str, x: int, y: int, size: int, turned: int, is_cropped: bool
) -> None:
    left, bottom, right, top = crop = (100, 200, 560, 420)
    if not is_cropped:
        left, bottom, right, top = 0, 0, 612, 792
    sheet = Sheet(
        lines=[Line("ffff", 110, 405, 8), Line(word, x, y, size)],
        crop=crop if is_cropped else None,
        turned=turned,
    )
    document = read_pdf(pdf(page("ffff"), sheet), NAME).document
    assert document.boxes is not None
    start = document.text.index(word)

    (box,) = document.boxes(start, start + len(word))
    # The first letter's middle, as it is seen: from the left, and from the top.
    across, up = x + size / 4, y + size / 4
    seen = {
        0: (across - left, top - up),
        90: (up - bottom, across - left),
        180: (right - across, up - bottom),
        270: (top - up, right - across),
    }[turned]
    width, height = (right - left, top - bottom)[:: -1 if turned % 180 else 1]
    assert box.left <= seen[0] + 2
    assert box.right >= seen[0] - 2
    assert box.top <= seen[1] <= box.bottom
    assert 0 <= box.left < box.right <= width
    assert 0 <= box.top < box.bottom <= height
    along, high = (box.right - box.left, box.bottom - box.top)[:: -1 if turned % 180 else 1]
    assert along <= len(word) * size + 3
    assert high <= 1.5 * size + 2


def test_what_stands_outside_of_the_shown_part_has_no_box() -> None:
    sheet = Sheet(lines=[Line("in", 200, 300), Line("out", 700, 300)], crop=(100, 200, 400, 500))
    document = read_pdf(pdf(sheet), NAME).document
    assert document.boxes is not None

    for start in range(len(document.text)):
        for box in document.boxes(start, len(document.text)):
            assert box.right <= 300


def test_a_place_beyond_measure_has_no_box(monkeypatch: pytest.MonkeyPatch) -> None:
    document = read_pdf(pdf(page("word")), NAME).document
    assert document.boxes is not None

    letters = importlib.import_module("pypdfium2").PdfTextPage
    for edges in ((float("nan"), 0.0, 1.0, 1.0), (0.0, 0.0, float("inf"), 1.0)):
        monkeypatch.setattr(letters, "get_charbox", lambda *_, edges=edges, **__: edges)
        assert () == document.boxes(0, 4)


# Pages that cannot be read


def test_a_picture_without_text_is_told() -> None:
    form = Sheet(drawing=b"q 500 0 0 700 0 0 cm /Fm Do Q\n")
    strips = b"".join(b"q 612 0 0 99 0 %d cm /Im Do Q\n" % (n * 99) for n in range(8))

    assert ["page 2 is a picture with no text"] == notes_of(pdf(page("one"), PICTURE))
    assert ["page 1 is a picture with no text"] == notes_of(pdf(form))
    assert ["page 1 is a picture with no text"] == notes_of(pdf(Sheet(drawing=strips)))


def test_a_picture_under_a_line_of_a_fax_is_told() -> None:
    fax = Sheet(drawing=PICTURE.drawing, lines=[Line("From: a fax, page 1 of 1", y=770)])
    letterhead = Sheet(drawing=PICTURE.drawing, lines=[Line("word " * 60, size=2)])

    assert ["page 1 is a picture with hardly any text"] == notes_of(pdf(fax))
    assert "From: a fax, page 1 of 1" == text_of(fax)
    assert [] == notes_of(pdf(letterhead))


def test_letters_that_were_drawn_are_told_and_an_empty_page_is_not() -> None:
    outlines = Sheet(drawing=b"0 0 m 10 10 l S\nq 9 0 0 9 0 0 cm /Im Do Q\n")

    assert ["page 1 has drawings and no text"] == notes_of(pdf(outlines))
    assert [] == notes_of(pdf(Sheet()))


def test_a_font_without_names_is_told() -> None:
    unnamed = {letter: chr(0xE000 + ord(letter)) for letter in "abcdefgh"}

    notes = notes_of(pdf(page("abcdefgh"), unicode=unnamed))
    assert ["page 1 has letters that its fonts do not name"] == notes


def test_a_damaged_page_is_told_and_the_others_are_read() -> None:
    content = pdf(page("one"), page("two"), page("three")).replace(b"12 0 obj", b"99 0 obj")

    document, problems = read_pdf(content, NAME)
    assert document.text == "one\n\n\n\nthree"
    assert document.passages == (Passage(0, 1), Passage(5, 2), Passage(7, 3))
    assert ["page 2 is damaged"] == [each.message for each in problems]


def test_an_xfa_form_is_told() -> None:
    form = b"/AcroForm <</Fields [] /XFA (x)>>"

    assert ["the form is made with XFA, which is not read"] == notes_of(
        pdf(page("please wait"), catalog=form)
    )


def test_many_problems_are_counted() -> None:
    notes = notes_of(pdf(*[PICTURE] * 30))

    assert 21 == len(notes)
    assert "and 10 more like these" == notes[-1]


def test_a_page_on_which_pdfium_contradicts_itself_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    letters = importlib.import_module("pypdfium2").PdfTextPage

    def contradict(_: object, **_options: object) -> str:
        raise AssertionError

    monkeypatch.setattr(letters, "get_text_range", contradict)
    assert ["page 1 is damaged"] == notes_of(pdf(page("a")))


def test_a_picture_and_a_letter_of_unknown_size_are_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pdfium = importlib.import_module("pypdfium2")

    def fail(*_: object, **_options: object) -> None:
        message = "no size"
        raise pdfium.PdfiumError(message)

    monkeypatch.setattr(pdfium.PdfObject, "get_bounds", fail)
    assert ["page 1 has drawings and no text"] == notes_of(pdf(PICTURE))
    document = read_pdf(pdf(page("word")), NAME).document
    assert document.boxes is not None
    monkeypatch.setattr(pdfium.PdfTextPage, "get_charbox", fail)
    assert () == document.boxes(0, 4)


# Files that cannot be read


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b" \n", "the file is empty"),
        (b"Dear colleague", "this is not a PDF"),
        (bytes(range(256)), "this is not a PDF"),
        (pdf(page("a"))[:-300], "the PDF stops short"),
        (b"%PDF-1.7 nothing else %%EOF", "the PDF is damaged"),
        (pdf(), "the PDF has no pages"),
        (pdf(page("a"), trailer=ENCRYPTED), "the PDF is locked"),
    ],
)
def test_a_file_that_is_none_is_told(content: bytes, message: str) -> None:
    with pytest.raises(BundleError) as told:
        read_pdf(content, NAME)
    assert f"{NAME}: {message}\n    " in str(told.value)


def test_a_file_that_is_too_large_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "LARGEST_PDF", 1024 * 1024)

    with pytest.raises(BundleError, match=r"the file is larger than 1 MB\n    split it"):
        read_pdf(pdf(page("a")) + b" " * 1024 * 1024, NAME)


def test_of_2000_pages_500_are_read() -> None:
    document, problems = read_pdf(pdf(*[page("one")] * 2000), NAME)

    assert 500 == len(document.passages)
    (problem,) = problems
    assert problem.message == (
        "the file has more than 500 pages: of 2000 pages, the first 500 are read"
    )


@pytest.mark.parametrize(
    ("limit", "value", "message", "text"),
    [
        ("MOST_CHARACTERS", 6, "the file has more than 6 characters: of 3 pages, the first 2", "b"),
        ("MOST_SECONDS", -1.0, "reading took -1 seconds: of 3 pages, the first 0 are read", ""),
        ("MOST_OBJECTS", 0, "page 1 is made of more than 0 pieces", ""),
        ("MOST_CHARACTERS", 1, "page 1 has more than 1 characters", ""),
    ],
)
def test_a_limit_is_told(
    monkeypatch: pytest.MonkeyPatch, limit: str, value: float, message: str, text: str
) -> None:
    for module in (reader, pages):
        if hasattr(module, limit):
            monkeypatch.setattr(module, limit, value)

    document, problems = read_pdf(pdf(page("aaaa"), page("b"), page("c")), NAME)
    assert problems[0].message.startswith(message)
    assert document.text.endswith(text)


def test_a_page_that_unpacks_to_much_takes_bounded_time() -> None:
    bomb = stream(zlib.compress(b" " * 50_000_000), b"/Filter /FlateDecode")
    content = pdf(Sheet(), Sheet()).replace(stream(b""), bomb, 1)

    begun = time.process_time()
    read_pdf(content, NAME)
    assert time.process_time() - begun < 10


def test_pages_that_draw_themselves_end() -> None:
    inside = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources 3 0 R"
    content = pdf(Sheet(drawing=b"/Fm Do"), page("b"))
    content = content.replace(stream(b"/Im Do", inside), stream(b"/Fm Do", inside))

    assert read_pdf(content, NAME).document.text.endswith("b")


def test_a_file_without_a_catalog_is_told() -> None:
    with pytest.raises(BundleError):
        read_pdf(written({1: b"<<>>"}), NAME)


# Scanned pages

WORDS: dict[str, list[object]] = {
    "block_num": [1, 1, 1, 1, 1, 1],
    "par_num": [0, 1, 1, 1, 1, 2],
    "line_num": [0, 1, 1, 1, 2, 1],
    "left": [0, 300, 600, 0, 300, 300],
    "top": [0, 300, 300, 0, 400, 500],
    "width": [9, 200, 100, 0, 210, 99],
    "height": [9, 50, 50, 0, 50, 50],
    "text": ["", "Low", "back", " ", "pain\x07", "Plan"],
}


def test_a_scanned_page_is_recognized_if_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    pytesseract = importlib.import_module("pytesseract")
    monkeypatch.setattr(pytesseract, "image_to_data", lambda *_, **__: WORDS)

    document, problems = read_pdf(pdf(page("one"), PICTURE), NAME, ocr=True)
    assert document.text == "one\n\nLow back\npain\nPlan"
    assert ["page 2 is a picture with no text, and was recognized by its looks"] == [
        each.message for each in problems
    ]
    assert document.boxes is not None
    # 300 dots to the inch, 72 points to the inch.
    assert document.boxes(5, 18) == (Box(72, 72, 168, 84), Box(72, 96, 123, 108))
    assert document.boxes(0, 3) == (Box(72, 60, 93, 75),)


def test_a_page_that_is_text_is_not_recognized(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pytesseract", None)

    assert "one" == read_pdf(pdf(page("one")), NAME, ocr=True).document.text


def test_what_has_to_be_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pytesseract = importlib.import_module("pytesseract")
    monkeypatch.setattr(pytesseract.pytesseract, "tesseract_cmd", "/gone/tesseract")
    with pytest.raises(RequestError, match=r"letter\.pdf: a page needs the program tesseract"):
        read_pdf(pdf(PICTURE), NAME, ocr=True)

    monkeypatch.setitem(sys.modules, "pytesseract", None)
    with pytest.raises(RequestError, match=r"needs pytesseract.*\n    install multifidus\[ocr\]"):
        read_pdf(pdf(PICTURE), NAME, ocr=True)


def test_a_page_that_tesseract_gives_up_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pytesseract = importlib.import_module("pytesseract")

    def give_up(*_: object, **__: object) -> None:
        message = "Tesseract process timeout"
        raise RuntimeError(message)

    monkeypatch.setattr(pytesseract, "image_to_data", give_up)
    document, problems = read_pdf(pdf(PICTURE), NAME, ocr=True)
    assert "" == document.text
    assert ["page 1 could not be recognized"] == [each.message for each in problems]


@pytest.mark.system
@pytest.mark.skipif(not shutil.which("tesseract"), reason="the program tesseract is not installed")
def test_tesseract_reads_a_scanned_page() -> None:
    pdfium = importlib.import_module("pypdfium2")
    clean = pdf(page("Low back pain", "for 12 months."))
    with pdfium.PdfDocument(clean) as opened:
        bitmap = opened[0].render(scale=200 / 72, grayscale=True)
        rows = [
            bytes(bitmap.buffer[row * bitmap.stride : row * bitmap.stride + bitmap.width])
            for row in range(bitmap.height)
        ]
        scan = pdf(PICTURE, picture=(bitmap.width, bitmap.height, b"".join(rows)))

    document = read_pdf(scan, NAME, ocr=True).document
    assert document.text == "Low back pain\nfor 12 months."
    assert document.boxes is not None
    (box,) = document.boxes(0, 3)
    assert max(abs(a - b) for a, b in zip(box, (72, 60, 95, 75), strict=True)) < 6


# Whatever stands in a file

FILE = pdf(page("Low back pain", "for years"), PICTURE, Sheet(lines=[Line("a")], field="b"))


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=300))
def test_of_any_bytes_nothing_worse_comes_than_a_told_fault(content: bytes) -> None:
    for each in (content, b"%PDF-1.7\n" + content + b"\n%%EOF"):
        with contextlib.suppress(BundleError):
            read_pdf(each, NAME)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(FILE)), st.integers(0, 60), st.binary(max_size=30))
def test_of_any_change_nothing_worse_comes_than_a_told_fault(
    at: int, length: int, content: bytes
) -> None:
    try:
        document = read_pdf(FILE[:at] + content + FILE[at + length :], NAME).document
    except BundleError:
        return
    assert document.boxes is not None
    for box in document.boxes(0, len(document.text)):
        assert box.left < box.right
        assert box.top < box.bottom


# Outsiders' files


@pytest.mark.shared
def test_the_charts_of_the_samples_are_read(shared: Path) -> None:
    charts = sorted((shared / "samples" / "ccda-hl7-examples").glob("*.pdf"))

    assert [3, 7] == sorted(_pages(each.read_bytes()) for each in charts)


def _pages(content: bytes) -> int:
    document, problems = read_pdf(content, NAME)
    assert () == problems
    assert document.boxes is not None
    for passage in document.passages:
        start = next(n for n in range(passage.start, len(document.text)) if document.text[n] > " ")
        assert passage.page == document.passage(start).page
        assert 1 == len(document.boxes(start, start + 2))
    return len(document.passages)


@pytest.mark.shared
def test_boxes_agree_with_the_search_of_pdfium(shared: Path) -> None:
    """For the first long word of each page, both find the same place."""
    pdfium = importlib.import_module("pypdfium2")
    for chart in sorted((shared / "samples" / "ccda-hl7-examples").glob("*.pdf")):
        document = read_pdf(chart.read_bytes(), NAME).document
        assert document.boxes is not None
        with pdfium.PdfDocument(chart.read_bytes()) as opened:
            for passage in document.passages:
                assert passage.page is not None
                letters = opened[passage.page - 1].get_textpage()
                height = opened[passage.page - 1].get_height()
                word = max(document.text[passage.start :].split("\n\n")[0].split(), key=len)
                first, count = letters.search(word, match_case=True).get_next()
                boxes = [letters.get_charbox(first + n, loose=True) for n in range(count)]
                start = document.text.index(word, passage.start)
                (box,) = document.boxes(start, start + len(word))
                assert box.left <= min(each[0] for each in boxes) <= box.left + 1
                assert box.right - 1 <= max(each[2] for each in boxes) <= box.right
                assert box.top <= height - max(each[3] for each in boxes) <= box.top + 1
