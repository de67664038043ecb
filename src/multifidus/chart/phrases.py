"""
Phrases laid on a text: all phrases of a lexicon as one tree of their pieces.

The time that this takes grows with the length of the text alone: phrases that begin alike are
looked for at once, have few pieces, and their gaps are short.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from multifidus.chart.automaton import WIDEST_GAP, Automaton
from multifidus.chart.capture import Capture, take
from multifidus.core.wording import Takes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from multifidus.chart.automaton import End
    from multifidus.chart.words import Words
    from multifidus.core.wording import Phrase, Piece

T = TypeVar("T")


class Match(NamedTuple, Generic[T]):
    """A phrase laid on a text: from word `start` up to `end`, and what it means."""

    start: int
    end: int
    meaning: T
    capture: Capture | None


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

    def may_step(self, words: Words, place: int) -> bool:
        """Whether anything that begins with a word may follow here."""
        return (
            words.words[place] in self.words
            or bool(self.takes or self.gaps)
            or place in words.capitals
        )


_State = tuple[Node, int, int, Capture | None]
"""A way in which phrases are laid on a text: the node and the word that it has got to, how many
words its gaps have skipped, and what it has captured."""


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
        found: list[list[Match[Any]]] = [[] for _ in range(self.groups)]
        for start, ends in self.automaton.found(words):
            matches = laid(self.root, words, start) if ends is None else _told(start, ends)
            for group, match in matches:
                found[group].append(match)
        return Readings(found)


class Readings:
    """What phrases stand in a text, by their group."""

    def __init__(self, found: Sequence[Sequence[Match[Any]]]) -> None:
        """Take the matches of each group in the order of the text, the longest at a word first."""
        self.found = found
        self.starts = [[each.start for each in matches] for matches in found]

    def all(self, group: Group[T], first: int, end: int) -> Iterator[Match[T]]:
        """Give every phrase from `first` up to `end`, also one inside another."""
        matches, starts = self.found[group.number], self.starts[group.number]
        for at in range(bisect_left(starts, first), bisect_left(starts, end)):
            if matches[at].end <= end:
                yield matches[at]

    def any(self, group: Group[T], first: int, end: int) -> bool:
        """Whether any phrase stands from `first` up to `end`."""
        return next(self.all(group, first, end), None) is not None

    def longest(self, group: Group[T], first: int, end: int) -> Iterator[Match[T]]:
        """Give phrases from `first` up to `end`, the longest at each place, none inside another."""
        free = first
        for each in self.all(group, first, end):
            if each.start >= free:
                yield each
                free = each.end


def _told(start: int, ends: Sequence[tuple[int, End]]) -> Sequence[tuple[int, Match[Any]]]:
    """Give the phrases that an automaton found at a word, as `laid` gives them."""
    if len(ends) == 1:
        (place, end) = ends[0]
        return ((end.group, Match(start, place, end.meaning, None)),)
    best: dict[int, tuple[int, int, End]] = {}
    for place, end in ends:
        known = best.get(end.number)
        if known is None or (end.skipped, -place) < known[:2]:
            best[end.number] = end.skipped, -place, end
    # Of phrases that end together the one that was added first comes first.
    ordered = sorted((place, number, end) for number, (_, place, end) in best.items())
    return [(end.group, Match(start, -place, end.meaning, None)) for place, _, end in ordered]


def laid(root: Node, words: Words, start: int) -> Sequence[tuple[int, Match[Any]]]:
    """
    Find the phrases that begin at a word, with their groups, the longest first.

    Of the ways in which one phrase can be laid, the one with the shortest gaps counts, then the
    longest, then one that captures what it may leave out.
    """
    end = len(words)
    found: dict[int, tuple[tuple[int, int, bool], int, Match[Any]]] = {}
    all_words, capitals = words.words, words.capitals
    states: list[_State] = [(root, start, 0, None)]
    # Most of the time of reading a note is spent here.
    while states:
        state = states.pop()
        node, place, skipped, capture = state
        for number, group, meaning in node.means:
            known = found.get(number)
            best = (skipped, -place, capture is None)
            if known is None or best < known[0]:
                found[number] = best, group, Match(start, place, meaning, capture)
        if place < end:
            if (following := node.words.get(all_words[place])) is not None:
                states += [(each, place + 1, skipped, capture) for each in following]
            if place in capitals and (following := node.words.get(capitals[place])) is not None:
                states += [(each, place + 1, skipped, capture) for each in following]
            if node.takes or node.gaps:
                states += _leaps(words, end, state)
    ordered = sorted(found.items(), key=_by_length)
    return [(group, match) for _, (_, group, match) in ordered]


def _by_length(found: tuple[int, tuple[Any, int, Match[Any]]]) -> tuple[int, int]:
    """Put the longest first; of phrases that end together the one that was added first."""
    number, (_, _, match) = found
    return -match.end, number


def _leaps(words: Words, end: int, state: _State) -> Iterator[_State]:
    """Go over what is not one plain word: a number, a time, a day, a gap."""
    node, place, skipped, capture = state
    may_capture = words.may_capture(place)
    for piece, following in node.takes:
        if not may_capture and piece.takes is not Takes.WORDS:
            continue
        taken = take(piece, words, place, end)
        if taken is not None:
            kept = capture if taken.takes is Takes.WORDS else capture or taken
            yield following, taken.end, skipped, kept
    for following in node.gaps:
        for width in range(min(WIDEST_GAP, end - place - 1) + 1):
            if following.may_step(words, place + width):
                yield following, place + width, skipped + width, capture
