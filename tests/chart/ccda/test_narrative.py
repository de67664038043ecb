"""The narrative of C-CDA documents: its text, and where each line of it stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree  # type: ignore[import-untyped]

from multifidus.chart.ccda.narrative import DEEPEST_NARRATIVE
from multifidus.chart.ccda.read import read_ccda
from tests.chart.documents import NAME, document, read, section

if TYPE_CHECKING:
    from multifidus.chart.document import Document

TEXT = "/ClinicalDocument/component/structuredBody/component/section/text"


def narrative(text: str) -> Document:
    """Read the narrative of a document of one section without a title."""
    (found,) = read(section("10164-2", title="", text=text)).documents
    return found


@pytest.mark.parametrize(
    ("block", "text"),
    [
        ("plain words", "plain words"),
        ("one\n   two\n\n  three", "one\ntwo\n\nthree"),
        ("<paragraph>one</paragraph><paragraph>two</paragraph>", "one\n\ntwo"),
        ("one<br/>two", "one\ntwo"),
        ("<content>one</content> <content>two</content>", "one two"),
        ("<content>o</content>ne", "one"),
        ("<content>one <content>two</content></content> three", "one two three"),
        ("<list><item>one</item><item>two</item></list>", "- one\n- two"),
        ("<list><item>one<list><item>two</item></list></item></list>", "- one\n- two"),
        ("<list><item/></list><paragraph>two</paragraph>", "two"),
        ("<paragraph>one</paragraph><list><item>two</item></list>three", "one\n\n- two\n\nthree"),
        (
            (
                "<table><thead><tr><th>Name</th><th>Day</th></tr></thead>"
                "<tbody><tr><td>one</td><td><content>two</content></td></tr></tbody></table>"
            ),
            "Name ; Day\n\none | two",
        ),
        ("<table><tr><th>one</th><td>two</td></tr></table>", "one | two"),
        ("<table>\n <tr>\n <td>one</td>\n <td/>\n </tr>\n <tr><td/></tr></table>", "one |"),
        ("<table><tr><td>one<br/>two</td><td>three</td></tr></table>", "one\ntwo\n\nthree"),
        ("<table><tr><td><paragraph>one</paragraph></td></tr></table>", "one"),
        ("<table><caption>one</caption><tr><td>two</td></tr></table>", "one\n\ntwo"),
        ("<table><tr>stray<td>two</td></tr></table>", "stray | two"),
        ("<table><tr><td>two</td>stray</tr></table>", "two\n\nstray"),
        ("<table>stray<tr><td>two</td></tr>stray</table>", "stray\n\ntwo\n\nstray"),
        ("10<sup>9</sup> and a<sup>2</sup>", "10^9 and a2"),
        ("<content>10</content><sup>9</sup>", "10^9"),
        ("5<sup/>", "5^"),
        ('one <content revised="delete">two</content>three', "one three"),
        (
            '<table><tr><td>one <content revised="delete">two</content></td></tr></table>',
            "one",
        ),
        ("<paragraph><caption>one</caption>two</paragraph>", "one\n\ntwo"),
        ("<div><p>one</p><ul><li>two</li></ul></div>", "one\n\n- two"),
        ("<renderMultiMedia referencedObject='x'/>one", "one"),
    ],
)
def test_blocks(block: str, text: str) -> None:
    assert text == narrative(block).text


def test_a_section_begins_with_its_title() -> None:
    found = read(
        section("10164-2", title="History", text="one"),
        section("18776-5", title="Plan", text="two"),
    )

    assert "History\n\none\n\nPlan\n\ntwo" == found.documents[0].text


def test_a_section_without_a_title_has_the_name_of_its_code() -> None:
    content = document(section("10164-2", title="", text="one")).replace(
        b'code="10164-2"', b'code="10164-2" displayName="History"'
    )
    (found,) = read_ccda(content, NAME).documents

    assert "History\n\none" == found.text
    assert TEXT.replace("text", "code") == found.passage(0).path


def test_a_section_without_words_has_none() -> None:
    content = document("<section/>")

    assert () == read_ccda(content, NAME).documents


def test_each_line_knows_its_place() -> None:
    found = narrative(
        "<paragraph>one</paragraph><paragraph>two</paragraph>"
        "<table><tbody><tr><td>three</td></tr></tbody></table>"
        "<list><item>four</item><item>five</item></list>"
    )
    places = {found.text[each.start :].split("\n")[0]: each.path for each in found.passages}

    assert {
        "one": f"{TEXT}/paragraph[1]",
        "two": f"{TEXT}/paragraph[2]",
        "three": f"{TEXT}/table/tbody/tr",
        "- four": f"{TEXT}/list/item[1]",
        "- five": f"{TEXT}/list/item[2]",
    } == places


def test_what_is_nested_too_deeply_is_plain_text() -> None:
    depth = DEEPEST_NARRATIVE + 20
    block = "<content>one " * depth + "</content>" * depth

    assert "one " * depth == f"{narrative(block).text} "


def test_controls_and_marks_of_direction_are_neutral() -> None:
    assert "one  two" == narrative("one \u202etwo").text


BLOCKS = st.recursive(
    st.text("ab 1|-;\n", max_size=8),
    lambda inner: st.tuples(
        st.sampled_from(
            ["paragraph", "content", "list", "item", "table", "tbody", "tr", "td", "th", "sup"]
        ),
        st.lists(inner, max_size=4),
    ).map(lambda made: f"<{made[0]}>{'x'.join(made[1])}</{made[0]}>"),
    max_leaves=25,
)


@given(BLOCKS, BLOCKS)
def test_no_word_is_lost_and_every_place_is_right(one: str, two: str) -> None:
    """Letters stay as they are and in their order, and each line stands where it says."""
    content = document(section("1", title="", text=one), section("2", title="", text=two))
    root = etree.fromstring(content)
    texts = root.iter("{urn:hl7-org:v3}text")
    letters = [sign for text in texts for sign in "".join(text.itertext()) if sign in "ab1x"]
    documents = read_ccda(content, NAME).documents

    assert letters == [sign for found in documents for sign in found.text if sign in "ab1x"]
    for found in documents:
        starts = [each.start for each in found.passages]
        assert starts == sorted(set(starts))
        for start, end in zip(starts, [*starts[1:], len(found.text)], strict=True):
            (element,) = root.xpath(
                re.sub(r"/(?=[a-zA-Z])", "/h:", found.passage(start).path),
                namespaces={"h": "urn:hl7-org:v3"},
            )
            words = re.sub(r"[^ab1x]", "", found.text[start:end])

            assert words in re.sub(r"[^ab1x]", "", "".join(element.itertext()))
