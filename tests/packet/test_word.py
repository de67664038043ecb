"""The Word file of a letter: the same words, in Word's own headings, lists and tables."""

from __future__ import annotations

import io

import docx
import pytest

from multifidus.packet.document import (
    Break,
    Cited,
    Document,
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
from multifidus.packet.word import word_file
from tests.packet.packets import CHARTS, TODAY, packet


def text(words: str) -> Paragraph:
    """Give a paragraph."""
    return Paragraph((Text(words),))


EVERY = Document(
    name="letter",
    title="Title",
    blocks=(
        Heading(1, (Text("Title"),)),
        Paragraph(
            (Text("one "), Text("two", Style.STRONG), Break(), Text("three", Style.EMPHASIS))
        ),
        Paragraph((Cited("quoted\n words", "A-1", quoted=True),)),
        Items(((text("first"), Items(((text("inner"),),), is_ordered=True)),)),
        Table(head=((Text("What"),),), rows=(((Text("cell"),),),)),
        Table(head=(), rows=(((Text("headless"),),),)),
        Notice((text("notice"),)),
        PageBreak(),
        Signature(((Text("Lee Invented"),),)),
        text("a\x00b\x0bc\ud800d"),
    ),
)


def opened(document: Document) -> object:
    """Write a document, and open it again."""
    return docx.Document(io.BytesIO(word_file(document, author="Example", day=TODAY)))


def paragraphs(document: Document) -> list[tuple[str, str]]:
    """Give each paragraph with its style."""
    return [(each.style.name, each.text) for each in opened(document).paragraphs]  # type: ignore[attr-defined]


def test_each_block_is_words_own() -> None:
    told = paragraphs(EVERY)

    assert ("Heading 1", "Title") == told[0]
    assert ("Normal", "one two\nthree") == told[1]
    assert ("Normal", "quoted words") == told[2]
    assert [("List Bullet", "first"), ("List Number", "inner")] == told[3:5]
    assert ("Normal", "notice") in told
    assert ("Normal", "Lee Invented") in told
    assert ("Normal", "a b c d") == told[-1]
    tables = opened(EVERY).tables  # type: ignore[attr-defined]
    assert [["What", "cell"], ["headless"]] == [
        [cell.text for row in table.rows for cell in row.cells] for table in tables
    ]


@pytest.mark.parametrize("chart", CHARTS)
def test_a_letter_holds_every_word_in_word(chart: str) -> None:
    letter = packet(chart).documents[1]
    file = opened(letter)
    cells = [
        cell.text
        for table in file.tables  # type: ignore[attr-defined]
        for row in table.rows
        for cell in row.cells
    ]
    told = [each.text for each in file.paragraphs]  # type: ignore[attr-defined]
    shown = "".join(sorted("".join("".join([*told, *cells]).split())))

    words = "".join(letter.words().split())
    assert "".join(sorted(words)) == shown.replace("_" * 40, "", 1)


def test_the_same_letter_gives_the_same_bytes_and_names_the_practice() -> None:
    letter = packet("spine-clinic").documents[1]
    twice = [word_file(letter, author="Example", day=TODAY) for _ in range(2)]

    assert twice[0] == twice[1]
    properties = opened(letter).core_properties  # type: ignore[attr-defined]
    assert ("Example", letter.title, "en") == (
        properties.author,
        properties.title,
        properties.language,
    )
