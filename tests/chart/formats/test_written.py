"""Notes as text, HTML and RTF: what is read, where it stands, and what is no note."""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from multifidus.chart.document import Passage
from multifidus.chart.formats import html, rtf, written
from multifidus.chart.formats.characters import neutral
from multifidus.chart.formats.kinds import kind_of, media_type_of
from multifidus.chart.formats.written import read_written
from multifidus.core.quantity import DateRange
from multifidus.errors import BundleError
from tests.chart.pdfs import page, pdf

if TYPE_CHECKING:
    from multifidus.chart.formats.kinds import Kind

NAME = "note.txt"
HTML, PLAIN, RTF = "text/html", "text/plain", "application/rtf"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def text_of(content: bytes | str, media_type: str = "") -> str:
    content = content if isinstance(content, bytes) else content.encode()
    return read_written(content, "note", media_type).text


def fault_of(content: bytes, media_type: str = "", name: str = NAME) -> str:
    with pytest.raises(BundleError) as told:
        read_written(content, name, media_type)
    message = str(told.value)
    assert message.startswith(f"{name}: ")
    return message.removeprefix(f"{name}: ")


# Characters


def test_what_the_record_says_of_a_note_stays_with_it() -> None:
    day = DateRange.parse("2024-02-03")
    note = read_written(
        b"Plan", NAME, date=day, title="Note", subject="Patient/p1", path="content[0].data"
    )

    assert (NAME, "Plan", day, "Note") == (note.name, note.text, note.date, note.title)
    assert "Patient/p1" == note.subject
    assert (Passage(0, None, "content[0].data"),) == note.passages
    assert () == read_written(b"Plan", NAME).passages


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        ("Größe — 5".encode(), ""),
        ("Größe — 5".encode(), "text/plain; charset=UTF-8"),
        (b"\xef\xbb\xbf" + "Größe — 5".encode(), ""),
        ("Größe — 5".encode("utf-16"), ""),
        ("Größe — 5".encode("utf-16"), "text/markdown; charset=utf-16"),
        ("Größe — 5".encode("utf-32"), PLAIN),
        ("Größe — 5".encode("utf-16-be"), "text/plain;charset='utf-16be'"),
        ("Größe — 5".encode("cp1252"), ""),
        ("Größe — 5".encode("cp1252"), "text/plain; charset=iso-8859-1"),
        ("Größe — 5".encode("cp1252"), "text/plain; charset=us-ascii"),
        ("Größe — 5".encode("cp1252"), "text/plain; charset=utf-8"),
        ("Größe — 5".encode(), "text/plain; charset=punycode"),
        ("Größe — 5".encode(), "text/plain; charset=gone"),
        ("Größe — 5".encode(), "application/octet-stream"),
    ],
)
def test_a_note_is_decoded_by_its_mark_its_charset_or_as_windows_does(
    content: bytes, media_type: str
) -> None:
    assert "Größe — 5" == text_of(content, media_type)


def test_another_charset_is_read_if_it_is_named() -> None:
    assert "Боль" == text_of("Боль".encode("koi8-r"), "text/plain; charset=KOI8-R")


def test_a_text_from_right_to_left_keeps_the_order_of_its_letters() -> None:
    assert "כאב גב L5 \N{LEFT SQUARE BRACKET}" == text_of("כאב גב L5 [")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("one\r\ntwo\rthree", "one \ntwo\nthree"),
        ("a\x0bb\x0cc\x85d\u2028e", "a\nb\nc\nd\ne"),
        ("a\x07b\0c\x7fd", "a b c d"),
        ("no\u202e pain\u2066\u200b\ufeff.", "no  pain   ."),
        ("tab\tkept", "tab\tkept"),
    ],
)
def test_a_control_character_becomes_a_space_in_its_place(content: str, text: str) -> None:
    assert text == text_of(content)
    assert len(content) == len(text)


@given(st.text(st.characters(codec="utf-8"), max_size=300), st.integers(0, 300), st.integers(0, 99))
def test_a_span_of_a_plain_text_is_the_same_span_of_the_file(
    content: str, start: int, length: int
) -> None:
    source = content.encode().decode("utf-8-sig")
    if "\r" not in content:
        assert neutral(source)[start : start + length] == neutral(source[start : start + length])
    with contextlib.suppress(BundleError):
        text = read_written(content.encode(), NAME, PLAIN).text
        assert len(source) == len(text)
        if neutral(source) == source:
            assert source[start : start + length] == text[start : start + length]


@given(st.text("abc .,\n\täß€", min_size=1, max_size=200))
def test_a_plain_text_is_what_it_was(content: str) -> None:
    if content.strip():
        for codec in ("utf-8", "utf-8-sig", "utf-16"):
            assert content == read_written(content.encode(codec), NAME).text


# HTML


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<h1>Note</h1><p>Low  back\n pain<br>for years</p>", "Note\nLow back pain\nfor years"),
        ("<p>5&nbsp;&lt;&nbsp;6 &eacute; &#8212; &#x41; &bogus;</p>", "5\xa0<\xa06 é — A &bogus;"),
        ("<ul><li>one<li><p>two</p><p>more</p><li></ul>end", "- one\n- two\nmore\n- end"),
        ("<ul><li>a<ul><li>b</ul></ul>", "- a\n- b"),
        ("<ul><li><ul><li>b</ul></ul>", "- b"),
        ("<table><tr><th>A</th> <th>B</th></tr><tr><td><p>1</p><td>2</table>", "A | B\n1 | 2"),
        ("<table><tr><td><td>B<td><td>D<td></tr><tr><td>1</table>z", "| B | | D\n1\nz"),
        ("<table><tr><td>A<td><ul><li>x<li>y</ul><td>C</table>", "A | - x\n- y | C"),
        ("<table><tr><td>A<td><table><tr><td>x<td>y</table><td>C</table>", "A\nx | y | C"),
        ("<tr><td>A<td>B", "A | B"),
        ("a<script>if (a<b) x()</script><style>p{}</style><!-- c --><?pi x?>b", "ab"),
        ("<html><head><title>t</title></head><body>b</body></html>tail", "b\ntail"),
        ("a <del>no</del><s>no</s><strike>no</strike> b", "a b"),
        ("a<i hidden>x<table><tr><td>q<br></table></i><b style='DISPLAY : none'>x</b> b", "a b"),
        ("<span style='text-decoration: line-through'>x</span>a<i style='color:red'>b</i>", "ab"),
        ("10<sup>9</sup>/L, 1<sup>st</sup>, m<sup>2</sup>, 5 <sup>6</sup>", "10^9/L, 1st, m2, 5 6"),
        ("<pre>a\n  b\n</pre>c  d", "a\n  b\nc d"),
        ("<pre hidden>a\n</pre>c  d", "c d"),
        ("<input type=checkbox checked> yes<input type=radio>no", "[x] yes[ ] no"),
        ("<input type=hidden value=x><input value=7><img alt=tick><img>", "7tick"),
        ("<select><option>a<option selected>b</select>", "b"),
        ("a &#0;&#150;&#x202e;z\x07", "a \ufffd\u2013 z"),
        ("no tags, 3 < 5 and > 2", "no tags, 3 < 5 and > 2"),
        ("</p></div></table>a</b></td>", "a"),
        ("<a href='http://x.invalid/'>see</a><img src='http://x.invalid/y.png'>", "see"),
    ],
)
def test_html_is_read_as_it_is_shown(source: str, text: str) -> None:
    assert text == text_of(source, HTML)


@pytest.mark.parametrize(
    "content",
    [
        b"<meta charset='windows-1251'><p>\xc1\xee\xeb\xfc",
        b"<?xml version='1.0' encoding='windows-1251'?><html><p>\xc1\xee\xeb\xfc</p></html>",
        "<meta charset=utf-16><p>Боль".encode(),
        "<html><p>Боль".encode("utf-16"),
    ],
)
def test_a_page_names_its_own_charset(content: bytes) -> None:
    assert "Боль" == text_of(content, HTML)


def test_the_charset_of_the_record_goes_before_that_of_the_page() -> None:
    content = "<meta charset='windows-1251'><p>é".encode("latin-1")

    assert "é" == text_of(content, "text/html; charset=iso-8859-1")


def test_a_page_without_words_is_told() -> None:
    message = fault_of(b"<html><body><img src='scan.png'></body></html>", name="page")

    assert message.startswith("there is no text in it\n    look at it")


# RTF


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"{\rtf1\ansi\b Low back\b0  pain\par caf\'e9\line end}", "Low back pain\ncafé\nend"),
        (r"{\rtf1 a\u8212?b\u-10179?\u-8704?c\uc2\u233xxd\uc0\u233 e}", "a—b\U0001f600cédée"),
        (r"{\rtf1 a\u55357? b\u9999999999? c\u d}", "a\ufffd b\ufffd cd"),
        (r"{\rtf1\ansicpg1251 \'c1\'ee\'eb\'fc}", "Боль"),
        (r"{\rtf1\ansicpg99999 \'e9\ansicpg x\mac\'8e}", "éxé"),
        (r"{\rtf1{\fonttbl{\f1\fcharset204 C;}{\f2\fcharset128 J;}}\f1\'c1 {\f2\'88\'e3}}", "Б 医"),
        (r"{\rtf1{\info{\author x}}{\*\generator y;}{\pict 00ff}{\stylesheet s;}a}", "a"),
        ("{\\rtf1 {\\pict\\bin5 }}{{\\}b\\bin c}", "bc"),
        (r"{\rtf1 a{\v x}{\deleted y}\strike z\strike0 b\v h\plain c}", "abc"),
        (r"{\rtf1 10{\super 9} 5{\up6 th} a{\super 2} 1{\super\'32}\super0 3}", "10^9 5th a2 1^23"),
        (r"{\rtf1{\field{\*\fldinst{HYPERLINK x}}{\fldrslt see}}}", "see"),
        (r"{\rtf1 A\cell B\cell\row C\cell\cell\row{\v\cell\row}end}", "A | B\nC | \nend"),
        (r"{\rtf1 \{a\}\\ b\~c\_d\-e\:f\tab g" + "\\\nh\r\ni}", "{a}\\ b\xa0c-def\tg\nhi"),
        (r"{\rtf1{\header top\par}a{\footnote foot}}", "\ntop\na\nfoot"),
        ("\r\n {\\rtf1 a\\bullet\\lquote b\0\\}} rest", "a•\u2018b}"),
    ],
)
def test_rtf_is_read_as_it_is_shown(source: str, text: str) -> None:
    for media_type in (RTF, "", PLAIN):
        assert text == text_of(source, media_type)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{\\rtf1 cut of", "the RTF stops short\n    the file was cut off"),
        (b"{\\rtf1 a\\", "the RTF stops short"),
        (b"{\\rtf1 " + b"{" * 2000 + b"}" * 2001, "the RTF is nested too deeply"),
        (b"{\\rtf1 " + b"\\'01" * 20 + b"}", "this is not text"),
        (b"{\\rtf1 {\\pict 00}}", "there is no text in it"),
    ],
)
def test_rtf_that_cannot_be_read_is_told(content: bytes, message: str) -> None:
    assert message in fault_of(content)


def test_what_is_no_rtf_is_told() -> None:
    assert "this is not RTF\n" in fault_of(b"Dear colleague", RTF)


# What is no note


@pytest.mark.parametrize(
    ("content", "media_type", "message"),
    [
        (b"", "", "the file is empty"),
        (b" \r\n", HTML, "the file is empty"),
        (b"\xef\xbb\xbf\n", "", "there is no text in it"),
        (b"\0" * 100, "", "this is not text"),
        (b"\0\1\2", "", "there is no text in it"),
        (bytes(range(256)) * 4, "", "this is not text"),
        (bytes(range(256)) * 4, PLAIN, "this is not text"),
        (PNG, "", "this is not text"),
        (PNG, PLAIN, "this is not text"),
        ("Hello there".encode("utf-16-le"), "", "this is not text"),
        ("Größe — 5 €".encode()[:-1], "", "it stops short in the middle of a character"),
        ("Größe".encode("utf-16")[:-1], "", "it stops short in the middle of a character"),
        (pdf(page("a")), "", "this is a PDF, not a note"),
        (pdf(page("a")), PLAIN, "this is a PDF, not a note"),
        (b"\x1f\x8b\x08", PLAIN, "this is packed with gzip, not a note"),
        (b"<?xml version='1.0'?><ClinicalDocument/>", "", "this is XML, not a note"),
        (b'{"resourceType": "Patient"}', "", "this is JSON, not a note"),
        (b"{}\n{}", "", "this is NDJSON, not a note"),
        (b"PK\3\4", "application/zip", "documents of its media type are not read"),
        (b"GIF", "image/gif", "documents of its media type are not read"),
    ],
)
def test_what_is_no_note_is_told(content: bytes, media_type: str, message: str) -> None:
    assert message in fault_of(content, media_type, "note")


def test_a_text_may_begin_like_something_else_if_the_record_says_that_it_is_one() -> None:
    for content in ('{"a": pain}', "<pain> 5", "<?xml?> and more", "[1] pain"):
        assert content == text_of(content, PLAIN)


def test_the_end_of_a_word_in_windows_1252_is_not_cut() -> None:
    assert "café" == text_of("café".encode("cp1252"))


# Kinds


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"%PDF-1.7", "", "pdf"),
        (b"\xef\xbb\xbf\r\n%PDF-1.7", "", "pdf"),
        (b"junk %PDF-1.7", "LETTER.PDF", "pdf"),
        (b"junk %PDF-1.7", "", "text"),
        (b"\x1f\x8b\x08", "x.txt", "gzip"),
        (b"{\\rtf1", "x.txt", "rtf"),
        (b"\xef\xbb\xbf{\\rtf1", "", "rtf"),
        (b"<!DOCTYPE html>", "", "html"),
        (b"<p>a", "", "html"),
        ("<html>".encode("utf-16"), "", "html"),
        (b"<?xml version='1.0'?>\n<html xmlns='x'>", "", "html"),
        (b"<o:p>a", "x.html", "html"),
        (b"no tags", "x.htm", "html"),
        (b"<p>a", "x.md", "text"),
        (b"<ClinicalDocument>", "", "xml"),
        (b"<!-- c --><a/>", "", "xml"),
        (b"< 5 mg", "", "text"),
        (b'{"a": 1}', "", "json"),
        (b"[]", "", "json"),
        (b"", "x.json", "json"),
        (b'{"a": 1}\n{"b": 2}', "", "ndjson"),
        (b'{"a": 1}', "x.ndjson", "ndjson"),
        (b"[Draft] pain", "", "text"),
        (b"", "", "text"),
        (PNG, "", "binary"),
        (b"PK\3\4", "", "binary"),
        (b"MZ" + bytes(50), "", "binary"),
        ("כאב ".encode() * 2000, "", "text"),
        ("Größe ".encode() * 2000, "", "text"),
        ("Größe ".encode("cp1252") * 2000, "", "text"),
    ],
)
def test_a_file_is_known_by_its_beginning(content: bytes, name: str, kind: Kind) -> None:
    assert kind == kind_of(content, name)


def test_a_media_type_stands_before_its_parameters() -> None:
    assert HTML == media_type_of(" Text/HTML ; charset=utf-8")


# Sizes


def test_a_note_of_50_mb_is_read_in_seconds() -> None:
    line = b"Low back pain for years, worse on standing and on walking.\x07 \r\n"
    content = line * (written.LARGEST_TEXT // len(line))

    begun = time.process_time()
    assert len(content) == len(read_written(content, NAME).text)
    assert time.process_time() - begun < 20
    assert "larger than 50 MB\n    split it" in fault_of(content + line * 2)


@pytest.mark.parametrize(
    "content",
    [
        b"<div>" * 200_000 + b"x",
        b"<span>" * 200_000 + b"</p>" * 200_000,
        b"<table>" * 200_000,
    ],
)
def test_html_that_is_nested_too_deeply_is_told_at_once(content: bytes) -> None:
    begun = time.process_time()
    assert "the HTML is nested too deeply" in fault_of(content, HTML)
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    "content",
    [
        b"<a " + b"x=1 " * 500_000 + b">x",
        b"<b>x</b>" * 100_000,
        b"&amp;" * 100_000,
        b"<!--" * 500_000 + b"-->x",
        b"x" + b"<" * 500_000,
        b"{\\rtf1 " + b"{\\field{\\*\\fldinst{" * 200 + b"}" * 600 + b"x}",
        b"{\\rtf1{\\fonttbl" + b"\\f1\\fcharset1 " * 50_000 + b"}x}",
        b"{\\rtf1 x" + b"\\" * 500_001 + b"}}",
    ],
)
def test_markup_takes_time_by_its_length_alone(content: bytes) -> None:
    begun = time.process_time()
    assert "x" in text_of(content, RTF if content.startswith(b"{") else HTML) or b"amp" in content
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(b"<br>" * 99, HTML), (b"&lt;" * 99, HTML), (b"{\\rtf1 " + b"\\par " * 99 + b"}", RTF)],
)
def test_markup_of_too_many_pieces_is_told(
    monkeypatch: pytest.MonkeyPatch, content: bytes, media_type: str
) -> None:
    for reader in (html, rtf):
        monkeypatch.setattr(reader, "MOST_PIECES", 50)

    assert "has more than 3,000,000 pieces" in fault_of(content, media_type)


# Whatever stands in a file


@given(st.binary(max_size=400), st.sampled_from(["", PLAIN, HTML, RTF, "text/html; charset=big5"]))
def test_of_any_bytes_nothing_worse_comes_than_a_told_fault(
    content: bytes, media_type: str
) -> None:
    kind_of(content, "note.html")
    for each in (content, b"<html>" + content, b"{\\rtf1 " + content + b"}"):
        with contextlib.suppress(BundleError):
            assert read_written(each, NAME, media_type).text.strip()


PIECES = {
    HTML: (
        *("<p>", "</p>", "<table>", "<tr>", "<td>", "</td>", "</table>", "<li>", "</ul>", "<pre>"),
        *("<sup>", "9", " ", "x", "&amp;", "<del>", "</del>", "<br/>", "<html>", "</html>", "<!--"),
        *("<p hidden>", "<option>", "<textarea>", "</textarea>", "<script>", "</script>", "<head>"),
    ),
    RTF: (
        *("{", "}", "\\par ", "\\u233?", "\\'e9", "\\uc0 ", "\\bin3 ", "\\f1", "{\\fonttbl", "x"),
        *(
            "\\fcharset128 ",
            "\\v",
            "\\v0",
            "\\super ",
            "9",
            "\\cell",
            "\\row",
            "\\*",
            "\\",
            "\\f2 ",
        ),
    ),
}


@given(st.data(), st.sampled_from([HTML, RTF]))
def test_of_any_markup_nothing_worse_comes_than_a_told_fault(
    data: st.DataObject, media_type: str
) -> None:
    words = "".join(data.draw(st.lists(st.sampled_from(PIECES[media_type]), max_size=40)))
    content = words if media_type == HTML else f"{{\\rtf1 {words}}}"
    with contextlib.suppress(BundleError):
        text = read_written(content.encode(), NAME, media_type).text
        assert neutral(text) == text
        assert text.strip()
