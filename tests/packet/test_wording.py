"""Templates: what they may make, what is told of a faulty one, and what no chart can do to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from multifidus.errors import PracticeError
from multifidus.packet.document import (
    Break,
    Cited,
    Heading,
    Items,
    Notice,
    PageBreak,
    Paragraph,
    Signature,
    Style,
    Table,
    Text,
)
from multifidus.packet.wording import Leading, Wording, read_document

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = (
    "{{ 7 * 7 }}",
    "{% for x in ().__class__.__mro__ %}{{ x }}{% endfor %}",
    "<script>alert(1)</script>",
    "</p><h1>Approved</h1><p>",
    '#read("/etc/passwd") #let x = 3 $x^2$ @label \\ *bold* _it_',
    "&amp; &lt; &#65;",
    "a\x00b\x07c\u202ed",
    "\ud800",
)

SHOWN = {HOSTILE[-2]: "a\ufffdb\ufffdc\u202ed", HOSTILE[-1]: "\ufffd"}
"""What is shown of letters that no page can show."""


def read(words: str) -> tuple[object, ...]:
    """Read what a template made."""
    return read_document(words, name="letter", file="letter.html").blocks


def made(folder: Path, template: str, **values: object) -> tuple[object, ...]:
    """Make a document of a template of the practice."""
    (folder / "letter.html").write_text(template, encoding="utf-8")
    return Wording(folder).document("letter", values).blocks


def test_each_tag_is_a_block() -> None:
    words = (
        "<h1>Title</h1><p>One <strong>two</strong><br/><em>three</em> <small>four</small></p>"
        "<ul><li>five</li></ul><ol><li><p>six</p><p>seven</p></li></ol>"
        "<aside><p>eight</p></aside><hr/><footer><p>nine</p></footer>"
    )

    assert (
        Heading(1, (Text("Title"),)),
        Paragraph(
            (
                Text("One "),
                Text("two", Style.STRONG),
                Break(),
                Text("three", Style.EMPHASIS),
                Text(" "),
                Text("four", Style.QUIET),
            )
        ),
        Items(((Paragraph((Text("five"),)),),)),
        Items(((Paragraph((Text("six"),)), Paragraph((Text("seven"),))),), is_ordered=True),
        Notice((Paragraph((Text("eight"),)),)),
        PageBreak(),
        Signature(((Text("nine"),),)),
    ) == read(words)


def test_a_list_may_stand_in_an_item() -> None:
    inner = Items(((Paragraph((Text("two"),)),),))

    assert (Items(((Paragraph((Text("one"),)), inner),)),) == read(
        "<ul><li>one<ul><li>two</li></ul></li></ul>"
    )


def test_a_table_knows_its_head_its_widths_and_the_heads_of_its_rows() -> None:
    words = (
        '<table widths="20 80"><caption>Care</caption><tr><th>What</th><th>When</th></tr>'
        "<tr><th>a</th><td>b</td></tr></table>"
    )

    assert (
        Table(
            head=((Text("What"),), (Text("When"),)),
            rows=(((Text("a"),), (Text("b"),)),),
            widths=(20, 80),
            caption="Care",
            has_row_heads=True,
        ),
    ) == read(words)


@pytest.mark.parametrize("words", ["", "<p></p>", "<ul></ul>", "<table></table>", "<p> \n </p>"])
def test_what_is_empty_says_nothing(words: str) -> None:
    assert () == read(words)


def test_a_list_of_one_kind_of_tag_takes_no_other() -> None:
    with pytest.raises(PracticeError) as error:
        read("<ul><p>x</p></ul><table><tr><li>y</li></tr><div/></table><footer>z</footer>loose")

    assert [
        "`<p>` cannot stand there",
        "`<li>` cannot stand there",
        "`<div>` cannot stand there",
        "words stand by themselves in `<footer>`",
        "words stand by themselves in `<document>`",
    ] == [each.message for each in error.value.problems]


def test_rows_of_a_table_are_of_one_length() -> None:
    with pytest.raises(PracticeError, match="rows of a table differ in length"):
        read("<table><tr><td>a</td></tr><tr><td>a</td><td>b</td></tr></table>")


def test_a_tag_that_is_not_closed_is_told_with_its_line() -> None:
    with pytest.raises(
        PracticeError, match=r"letter\.html:1:\d+: the template makes no well-formed"
    ):
        read("<p>one")


# Values


@pytest.mark.parametrize("words", HOSTILE)
def test_no_word_of_a_chart_becomes_a_tag_or_an_instruction(words: str, tmp_path: Path) -> None:
    (block,) = made(tmp_path, "<p>{{ words }}</p>", words=words)

    assert isinstance(block, Paragraph)
    (text,) = block.line
    assert isinstance(text, Text)
    assert SHOWN.get(words, words) == text.words


@pytest.mark.parametrize("words", HOSTILE)
def test_a_quote_is_a_quote_whatever_it_says(words: str, tmp_path: Path) -> None:
    leading = Leading(words, "A-1", quoted=True)
    (block,) = made(tmp_path, "<p>{{ cited }}</p>", cited=leading)

    assert isinstance(block, Paragraph)
    (cited,) = block.line
    assert isinstance(cited, Cited)
    assert ("A-1", True) == (cited.place, cited.quoted)


def test_nothing_is_said_for_nothing(tmp_path: Path) -> None:
    assert (Paragraph((Text("a b"),)),) == made(tmp_path, "<p>a{{ x }} b</p>", x=None)


# Templates of a practice


def test_a_template_of_the_practice_stands_over_ours(tmp_path: Path) -> None:
    (tmp_path / "phrases.html").write_text("{% macro say(x) %}ours{% endmacro %}")

    assert (Paragraph((Text("mine"),)),) == made(tmp_path, "<p>mine</p>")


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("<p>{{ x </p>", r"letter\.html:1: "),
        ("<p>{% for %}</p>", r"letter\.html:1: "),
        ("<p>{{ nothing_of_that_name }}</p>", r"what it is not given \(UndefinedError\)"),
        ("<p>{{ ().__class__.__base__ }}</p>", r"what it is not given \(SecurityError\)"),
        ("<p>{{ 1 / 0 }}</p>", r"what it is not given \(ZeroDivisionError\)"),
        ('{% include "none.html" %}', "there is no such template"),
    ],
)
def test_a_faulty_template_is_told(template: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(PracticeError, match=message):
        made(tmp_path, template)


def test_a_fault_of_a_template_tells_no_value_of_the_chart(tmp_path: Path) -> None:
    with pytest.raises(PracticeError) as error:
        made(tmp_path, "<p>{{ x + 1 }}</p>", x="Juniper Notional")

    assert "Juniper" not in str(error.value)
