"""
Phrases laid on a text: all phrases of a lexicon as one tree of their pieces.

The time that this takes grows with the length of the text alone: phrases that begin alike are
looked for at once, have few pieces, and their gaps are short.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from multifidus.chart.prose.automaton import Automaton
from multifidus.core.wording import Takes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from multifidus.chart.prose.capture import Capture
    from multifidus.chart.prose.words import Words
    from multifidus.core.wording import Phrase, Piece

T = TypeVar("T")


class Match(NamedTuple, Generic[T]):
    """A phrase laid on a text: from word `start` up to `end`, and what it means."""

    start: int
    end: int
    meaning: T
    capture: Capture | None


_match = tuple.__new__
"""Makes a match at a third of what its own constructor takes: a text has a thousand of them."""


class _Meant(NamedTuple):
    """What the end of a phrase means: the phrase's number, its group, its meaning there."""

    number: int
    group: int
    meaning: object


class Node:
    """Where one or more phrases have got to, and what may come next."""

    __slots__ = ("by_piece", "gaps", "means", "skips", "takes", "words")

    def __init__(self) -> None:
        self.by_piece: dict[Piece, Node] = {}
        self.skips: list[Node] = []
        """The next nodes that are reached without a word as well: by pieces that may be missing."""
        self.words: dict[str, list[Node]] = {}
        """The next nodes by the word that leads to them."""
        self.takes: list[tuple[Piece, Node]] = []
        """The next nodes by what has to be read to get there: a number, a time, a glued word."""
        self.gaps: list[Node] = []
        """The next nodes after up to a few words, whatever they are."""
        self.means: list[_Meant] = []
        """The phrases that end here."""

    def add(self, phrase: Phrase, meant: _Meant) -> None:
        """Add what is left of a phrase."""
        if not phrase:
            self.means.append(meant)
            return
        self._next(phrase[0]).add(phrase[1:], meant)

    def _next(self, piece: Piece) -> Node:
        node = self.by_piece.get(piece)
        if node is None:
            node = self.by_piece[piece] = Node()
            if piece.is_optional:
                self.skips.append(node)
            if piece.takes is Takes.ANY:
                self.gaps.append(node)
            elif piece.takes is Takes.WORDS and not piece.is_glued:
                for each in piece.words:
                    word = each.upper() if piece.is_capital else each
                    self.words.setdefault(word, []).append(node)
            else:
                self.takes.append((piece, node))
        return node

    def settle(self) -> None:
        """Take what may follow a piece that may be missing as following here as well."""
        for node in self.by_piece.values():
            node.settle()
        for node in self.skips:
            for word, following in node.words.items():
                self.words.setdefault(word, []).extend(following)
            self.takes += node.takes
            self.gaps += node.gaps
            self.means += node.means
        self.skips.clear()


class Group(Generic[T]):
    """Some phrases of a phrasebook, and what they mean."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        """Number it."""
        self.number = number


class Phrasebook:
    """
    Groups of phrases as one tree of their pieces; grown once, laid on many texts.

    All phrases that begin alike are looked for at once, so the time that a text takes does not
    grow with their number.
    """

    def __init__(self) -> None:
        """Begin with no phrases."""
        self.root = Node()
        self.automaton: Automaton | None = None
        """The tree as an automaton; None until the first text is read."""
        self.groups = 0
        self.phrases = 0

    def group(self, phrases: Iterable[tuple[Phrase, T]]) -> Group[T]:
        """Add a group of phrases with their meanings."""
        group: Group[T] = Group(self.groups)
        for phrase, meaning in phrases:
            self.root.add(phrase, _Meant(self.phrases, group.number, meaning))
            self.phrases += 1
        self.groups += 1
        return group

    def read(self, words: Words) -> Readings:
        """Find every phrase of every group in a text; no group is added after that."""
        if self.automaton is None:
            self.root.settle()
            self.automaton = Automaton(self.root)
        found: dict[int, list[Match[Any]]] = defaultdict(list)
        for start, told in self.automaton.found(words):
            for length, group, meaning, capture in told:
                match = _match(Match, (start, start + length, meaning, capture))
                found[group].append(match)
        return Readings(found)


class Readings:
    """What phrases stand in a text, by their group."""

    __slots__ = ("found",)

    def __init__(self, found: Mapping[int, Sequence[Match[Any]]]) -> None:
        """Take the matches of each group in the order of the text, the longest at a word first."""
        self.found = found

    def all(self, group: Group[T], first: int, end: int) -> Iterator[Match[T]]:
        """Give every phrase from `first` up to `end`, also one inside another."""
        matches = self.found.get(group.number)
        if matches is None:
            return iter(())
        # A match is a tuple whose first member is its start; a shorter tuple comes before it.
        low = bisect_left(matches, (first,))
        high = bisect_left(matches, (end,), low)
        return iter([each for each in matches[low:high] if each.end <= end])

    def any(self, group: Group[T], first: int, end: int) -> bool:
        """Whether any phrase stands from `first` up to `end`."""
        matches = self.found.get(group.number, ())
        # A long clause may hold many, of which the first one settles it.
        for at in range(bisect_left(matches, (first,)), len(matches)):
            start, stop, _, _ = matches[at]
            if stop <= end:
                return True
            if start >= end:
                return False
        return False

    def longest(self, group: Group[T], first: int, end: int) -> Iterator[Match[T]]:
        """Give phrases from `first` up to `end`, the longest at each place, none inside another."""
        free = first
        for each in self.all(group, first, end):
            if each.start >= free:
                yield each
                free = each.end
