"""The automaton finds what laying phrases one by one finds, and grows no further than it may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from multifidus.chart import automaton, phrases
from multifidus.chart.phrases import Phrasebook
from multifidus.chart.words import Words
from tests.chart.lexicons import phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from multifidus.chart.phrases import Match

VOCABULARY = ("no", "pain", "back", "low", "of", "the", "LBP", "5")
PIECES = ("no", "pain", "back", "low", "of?", "the?", "no|low", "*", "LBP", "#")


def book_of(notations: Sequence[str]) -> Phrasebook:
    """Make a phrasebook of one group."""
    book = Phrasebook()
    book.group([(phrase(each), number) for number, each in enumerate(notations)])
    return book


def one_by_one(book: Phrasebook, words: Words) -> list[Match[int]]:
    """Lay every phrase at every word."""
    return [
        match for start in range(len(words)) for _, match in phrases.laid(book.root, words, start)
    ]


PLAIN = st.sampled_from(("no", "pain", "back", "low", "no|low"))
MIDDLE = st.lists(st.sampled_from(PIECES), max_size=3).map(" ".join)


@given(
    notations=st.lists(
        st.builds(lambda *parts: " ".join(" ".join(parts).split()), PLAIN, MIDDLE, PLAIN),
        min_size=1,
        max_size=6,
        unique=True,
    ),
    text=st.lists(st.sampled_from(VOCABULARY), max_size=12).map(" ".join),
)
def test_it_finds_what_laying_one_by_one_finds(notations: list[str], text: str) -> None:
    book = book_of(notations)
    words = Words(text)
    found = book.read(words).found[0]

    assert one_by_one(book, words) == list(found)


def test_of_phrases_that_end_together_the_one_that_was_added_first_comes_first() -> None:
    book = book_of(["no pain", "no * pain", "no pain|back"])

    assert [0, 1, 2] == [each.meaning for each in book.read(Words("no pain")).found[0]]


def test_it_begins_anew_when_it_has_kept_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(automaton, "MOST_STEPS", 2)
    book = book_of(["low back pain"])
    for _ in range(3):
        assert 1 == len(book.read(Words("no low back pain")).found[0])
