"""XML from sources that nobody vouches for: every kind of bad input, at the reader of C-CDA."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multifidus.chart.ccda import tree
from multifidus.chart.ccda.read import read_ccda
from multifidus.errors import BundleError
from tests.chart.documents import (
    HEAD,
    MARKER,
    NAME,
    concern,
    document,
    low_high,
    problem,
    result,
    section,
    unstructured,
)

if TYPE_CHECKING:
    from collections.abc import Callable

GOOD = document(
    section("11450-4", concern(problem()), title="Problems", text="<paragraph>Ä</paragraph>"),
    section("30954-2", result('<value xsi:type="PQ" value="39" unit="%"/>')),
)
XML = b'<?xml version="1.0" encoding="UTF-8"?>\n'
LAUGHS = b"".join(
    b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"ha") for n in range(10)
)


def why(content: bytes) -> str:
    """Read what cannot be read, and give the reason."""
    with pytest.raises(BundleError) as error:
        read_ccda(content, NAME)
    text = str(error.value)
    assert MARKER not in text
    assert text.startswith(f"{NAME}: ")
    return text.splitlines()[0].removeprefix(f"{NAME}: ")


@pytest.mark.parametrize(
    "doctype",
    [
        b"<!DOCTYPE ClinicalDocument>",
        b'<!DOCTYPE ClinicalDocument [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE ClinicalDocument SYSTEM "http://example.org/cda.dtd">',
        b"<!DOCTYPE ClinicalDocument [" + LAUGHS + b"]>",
        b"<!-- <a> --><?x <b>?>\n<!DOCTYPE ClinicalDocument>",
    ],
    ids=["bare", "entity", "external", "billion laughs", "after a comment"],
)
@pytest.mark.parametrize("begin", [XML, b"\xef\xbb\xbf" + XML, b" \n", b""])
def test_a_document_type_is_refused(doctype: bytes, begin: bytes) -> None:
    content = begin + doctype + GOOD.replace("Ä".encode(), b"&l9;")

    assert "it declares a document type (DOCTYPE), which is refused" == why(content)


@pytest.mark.parametrize("codec", ["utf-16", "utf-32", "utf-8-sig"])
def test_a_document_type_is_refused_in_every_encoding(codec: str) -> None:
    content = ("<!DOCTYPE ClinicalDocument>" + GOOD.decode()).encode(codec)

    assert "DOCTYPE" in why(content)


def test_no_document_type_hides_in_a_rare_encoding() -> None:
    """UTF-7 is none that is read, whatever the document declares."""
    content = b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x>'

    assert "this is not XML" == why(content)


def test_words_of_a_document_type_are_no_declaration() -> None:
    text = "<![CDATA[<!DOCTYPE html> one]]>"
    (found,) = read_ccda(document(section("1", title="", text=text)), NAME).documents

    assert "<!DOCTYPE html> one" == found.text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b" \n\t", "the file is empty"),
        (b"Low back pain", "this is not XML"),
        (b'{"resourceType": "Bundle"}', "this is not XML"),
        (b"%PDF-1.7 ...", "this is not XML"),
        (b"\x1f\x8b\x08\0\0\0\0\0" * 9, "this is not XML"),
        (b"\0\1\2\3\4\5" * 40, "this is not XML"),
        (b"<" + b"\0\1\2\3\4\5" * 40, "this is not text"),
        (GOOD[:-1], "the XML stops short at line 1"),
        (GOOD[: len(GOOD) // 2], "the XML stops short at line 1"),
        (GOOD + b"<more/>", "this is not well-formed XML, at line 1, column"),
        (b"\n\n<a>\n<b></a>\n</c>\n", "this is not well-formed XML, at line"),
        (b"<a x:y='1'/>", "this is not well-formed XML, at line 1"),
        (b"<!-- never closed", "the XML stops short"),
        (b"<?never closed", "the XML stops short"),
        (b"<" * 50, "this is not well-formed XML"),
        (b"<a>" * 300 + b"</a>" * 300, "the XML is nested too deeply"),
    ],
)
def test_what_cannot_be_read_says_why(content: bytes, message: str) -> None:
    assert why(content).startswith(message)


def test_a_document_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "LARGEST_XML", 1000)

    assert "the file is larger than 0 MB" == why(GOOD)


def test_a_document_of_too_many_pieces_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MOST_PIECES", 20)
    assert "it has more than 20 tags and attributes" == why(GOOD)


def test_a_long_embedded_file_is_read() -> None:
    """Without the limit that the parser has for one text; a deep document is still refused."""
    words = "Low back pain for 6 years. " * (tree.LONGEST_TEXT // 27 + 1)
    (found,) = read_ccda(unstructured(f"<text>{words}</text>"), NAME).documents

    assert len(words) - 1 == len(found.text.strip())
    deep = b"<a>" * 3000 + b"x" * tree.LONGEST_TEXT + b"</a>" * 3000
    assert "the XML is nested too deeply" == why(deep)


# Encodings


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("UTF-8", "utf-8"),
        ("UTF-8", "utf-8-sig"),
        ("UTF-16", "utf-16"),
        ("UTF-16", "utf-8"),
        ("ISO-8859-1", "iso8859-1"),
        ("windows-1252", "cp1252"),
        ("", "utf-8"),
        ("", "utf-16"),
    ],
)
def test_encodings(declared: str, codec: str) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    reading = read_ccda((head + GOOD.decode()).encode(codec), NAME)

    assert "Problems\n\nÄ\n\nTitle" == reading.documents[0].text
    assert not reading.problems


@pytest.mark.parametrize("head", [XML, b""])
def test_a_wrong_encoding_is_told(head: bytes) -> None:
    reading = read_ccda(head + GOOD.decode().encode("cp1252"), NAME)

    assert "Ä" in reading.documents[0].text
    (note,) = reading.problems
    assert "not in the encoding that it declares" in note.message


def test_space_before_the_declaration_is_forgiven() -> None:
    assert not read_ccda(b"\n " + XML + GOOD, NAME).problems


# Slips


@pytest.mark.parametrize(
    ("slip", "text"),
    [
        ("pain & numbness", "pain & numbness"),
        ("pain &nbsp;6 years", "pain \N{NO-BREAK SPACE}6 years"),
        ("pain &eacute; &amp; &lt;b&gt;", "pain é & <b>"),
        ("AT&T;", "AT&T;"),
        ("&LT;b&GT;", "&LT;b>"),
        ("pain &#11;6&#x1F; years &#65;", "pain 6 years A"),
        ("pain \x0b6 \x02years", "pain 6 years"),
    ],
)
def test_a_slip_is_mended_and_told(slip: str, text: str) -> None:
    reading = read_ccda(document(section("1", title="", text=f"{slip}<br/>")), NAME)
    (found,) = reading.documents

    assert text.split() == found.text.split()
    if slip != "pain &eacute; &amp; &lt;b&gt;":
        assert ["it is not well-formed XML; stray signs in it were taken as text"] == [
            each.message for each in reading.problems
        ]


def test_a_slip_beside_a_fault_is_a_fault() -> None:
    assert "stops short" in why(GOOD.replace("Ä".encode(), b" & ")[:-20])


# Whatever it is


def bounded(content: bytes) -> None:
    """Read or refuse, without a traceback and without a word of the patient."""
    try:
        reading = read_ccda(content, NAME)
    except BundleError as error:
        text = str(error)
    else:
        text = "\n".join(str(each) for each in reading.problems)
        for found in reading.documents:
            for each in found.passages:
                assert each.path.startswith("/ClinicalDocument/")
    assert MARKER not in text
    assert "Traceback" not in text


@given(st.binary(max_size=200))
def test_any_bytes(content: bytes) -> None:
    bounded(content)


@settings(max_examples=300)
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(GOOD)),
            st.integers(0, 40),
            st.one_of(
                st.binary(max_size=4),
                st.sampled_from(
                    [b"<", b"</act>", b"<entry>", b"&", b'"', b"nullFlavor", b"\xff", b"]]>"]
                ),
            ),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_mutation(changes: list[tuple[int, int, bytes]]) -> None:
    content = GOOD
    for at, size, put in changes:
        content = content[:at] + put + content[at + size :]
    bounded(content)


VALUES = [b"", b" ", b"UNK", b"-1", b"1e999", b"20260230", b"true", b"\xc3\x84", b"a" * 3000]


@given(st.data())
def test_any_attribute(data: st.DataObject) -> None:
    pieces = GOOD.split(b'"')
    # Every second piece is a value; those before the root's end are its namespaces.
    places = range(HEAD.encode().count(b'"') + 1, len(pieces), 2)
    for at in data.draw(st.lists(st.sampled_from(places), max_size=6)):
        pieces[at] = data.draw(st.sampled_from(VALUES))
    bounded(b'"'.join(pieces))


# Time


@pytest.mark.parametrize(
    "build",
    [
        lambda size: b"<" + b"a" * size,
        lambda size: b"<a>" + b"&" * size + b"</a>",
        lambda size: b"<?x" * (size // 3),
        lambda size: b"<!--" * (size // 4),
        lambda size: document(
            section("1", text="<table>" + "<tr><td>1</td></tr>" * (size // 20) + "</table>")
        ),
        lambda size: document(
            section(
                "11450-4",
                *[
                    problem(
                        value='<value nullFlavor="OTH"><originalText><reference value="#t"/>'
                        "</originalText></value>",
                        time=low_high("1" * 40),
                    )
                ]
                * (size // 1000),
                text='<table ID="t">' + "<tr><td>1</td></tr>" * (size // 40) + "</table>",
            )
        ),
        lambda size: document(
            section("1", text="<content>" * 200 + "x" * size + "</content>" * 200)
        ),
    ],
)
def test_time_grows_with_the_size_alone(build: Callable[[int], bytes]) -> None:
    start = time.process_time()
    bounded(build(1_000_000))

    assert time.process_time() - start < 10
