"""The automaton finds what laying phrases one by one finds, and grows no further than it may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from multifidus.chart.prose import automaton
from multifidus.chart.prose.capture import Capture, take
from multifidus.chart.prose.phrases import Match, Node, Phrasebook
from multifidus.chart.prose.words import Words
from multifidus.core.wording import Takes
from tests.chart.lexicons import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pytest

Way = tuple[Node, int, int, Capture | None]
"""The node and the word that a phrase has got to, the words skipped, and what it captured."""
VOCABULARY = ("no", "pain", "back", "low", "of", "the", "LBP", "5")
PIECES = ("no", "pain", "back", "low", "of?", "the?", "no|low", "*", "LBP", "#")


def book_of(notations: Sequence[str]) -> Phrasebook:
    """Make a phrasebook of one group."""
    book = Phrasebook()
    book.group([(phrase(each), number) for number, each in enumerate(notations)])
    return book


def one_by_one(book: Phrasebook, words: Words) -> list[Match[int]]:
    """Lay every phrase at every word, in every way, and keep the best of each."""
    return [match for start in range(len(words)) for match in laid(book.root, words, start)]


def laid(root: Node, words: Words, start: int) -> list[Match[int]]:
    """Lay the phrases of a tree at one word, each way by itself."""
    found: dict[int, tuple[tuple[int, int, bool], Match[int]]] = {}
    waiting: list[Way] = [(root, start, 0, None)]
    while waiting:
        node, place, skipped, capture = waiting.pop()
        for number, _, _ in node.means:
            best = (skipped, -place, capture is None)
            if number not in found or best < found[number][0]:
                found[number] = best, Match(start, place, number, capture)
        if place < len(words):
            waiting += ways_on(words, (node, place, skipped, capture))
    return [match for _, match in sorted(found.values(), key=lambda one: (one[0][1], one[1][2]))]


def ways_on(words: Words, way: Way) -> Iterator[Way]:
    """Give every way to go on: by a word, by what can be read, over a gap."""
    node, place, skipped, capture = way
    for word in {words.words[place], words.capitals.get(place, words.words[place])}:
        for each in node.words.get(word, ()):
            yield each, place + 1, skipped, capture
    for piece, each in node.takes:
        if (taken := take(piece, words, place, len(words))) is not None:
            kept = capture if taken.takes is Takes.WORDS else capture or taken
            yield each, taken.end, skipped, kept
    for each in node.gaps:
        for width in range(min(automaton.WIDEST_GAP, len(words) - place - 1) + 1):
            yield each, place + width, skipped + width, capture


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


def test_a_glued_letter_is_read_in_either_case_behind_a_number() -> None:
    book = book_of(["# ^m|f"])

    assert [(0, 2), (0, 2)] == [book.read(Words(text)).found[0][0][:2] for text in ("63f", "63F")]
    assert not book.read(Words("63 F")).found[0]
