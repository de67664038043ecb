"""
The tree of phrases as an automaton: what stands at a word, found by one look-up a word.

To lay phrases on a text, every way of laying them has to be followed, and most lead nowhere. Here
all places that phrases may have got to are one state, and a word leads from one state to another.
States and steps are kept while texts are read, so that of a word in a known situation one look-up
remains.

Numbers, times, days and levels are not read here: where one might follow, the automaton gives up,
and the phrases are laid one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from multifidus.core.wording import Takes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from multifidus.chart.phrases import Node
    from multifidus.chart.words import Words

WIDEST_GAP = 4
"""So many words a gap in a phrase may take."""
MOST_STEPS = 200_000
"""So many steps are kept; a lexicon of some thousand phrases takes some tens of thousands."""
UNKNOWN = ""
"""A word that stands in no phrase."""


class Place(NamedTuple):
    """Where phrases may have got to."""

    node: Node
    left: int
    """How many words the gap before it may still take."""
    skipped: int
    """How many words gaps have taken so far."""


class End(NamedTuple):
    """A phrase that ends in a state."""

    number: int
    group: int
    meaning: object
    skipped: int


class State:
    """All places that phrases may have got to."""

    __slots__ = ("ends", "glues", "may_capture", "places", "steps")

    def __init__(self, places: Iterable[Place]) -> None:
        """Gather what phrases end here and what may follow."""
        self.places = tuple(places)
        self.steps: dict[str, State | None] = {}
        """The states that words lead to; None where a word leads nowhere."""
        self.ends = tuple(
            End(meant.number, meant.group, meant.meaning, place.skipped)
            for place in self.places
            for meant in place.node.means
        )
        takes = [piece for place in self.places for piece, _ in place.node.takes]
        self.may_capture = any(each.takes is not Takes.WORDS for each in takes)
        """Whether a number, a time, a day or a level may follow."""
        glued = [word for each in takes if each.takes is Takes.WORDS for word in each.words]
        self.glues = frozenset(glued)
        """Words that may follow if nothing stands between."""


class Automaton:
    """What stands at a word; it grows while texts are read."""

    def __init__(self, root: Node) -> None:
        """Take a tree to which nothing is added any more."""
        self._root = root
        self._words = frozenset(_words_in(root))
        self._clear()

    def _clear(self) -> None:
        self._states: dict[frozenset[Place], State] = {}
        self._kept = 0
        self._start = self._state({Place(self._root, 0, 0)})

    def found(self, words: Words) -> Iterator[tuple[int, list[tuple[int, End]] | None]]:
        """
        Give each word at which a phrase stands, with the phrases and the words where they end.

        None stands for phrases that have to be laid one by one.
        """
        if self._kept > MOST_STEPS:
            self._clear()
        symbols, size = self._symbols(words), len(words)
        may_capture = [words.may_capture(at) for at in range(size)]
        for first in range(size):
            state: State | None = self._start
            at = first
            ends: list[tuple[int, End]] = []
            is_read = True
            while state is not None:
                if state.ends:
                    ends += [(at, each) for each in state.ends]
                if at == size:
                    break
                symbol = symbols[at]
                if (state.may_capture and may_capture[at]) or symbol in state.glues:
                    is_read = False
                    break
                steps = state.steps
                state = steps[symbol] if symbol in steps else self._step(state, symbol)
                at += 1
            if ends or not is_read:
                yield first, ends if is_read else None

    def _symbols(self, words: Words) -> Sequence[str]:
        """Give each word as phrases know it: in capitals where one asks for that, else plain."""
        known = self._words
        told = [word if word in known else UNKNOWN for word in words.words]
        for at, written in words.capitals.items():
            if written in known:
                told[at] = written
        return told

    def _step(self, state: State, symbol: str) -> State | None:
        found: set[Place] = set()
        for node, left, skipped in state.places:
            for word in {symbol, symbol.lower()}:
                found |= {Place(each, 0, skipped) for each in node.words.get(word, ())}
            if left:
                found.add(Place(node, left - 1, skipped + 1))
        following = self._state(found) if found else None
        state.steps[symbol] = following
        self._kept += 1
        return following

    def _state(self, places: set[Place]) -> State:
        """Give the state of some places, with those that are reached from them by a gap."""
        reached = dict.fromkeys(places)
        for place in places:
            _add_gaps(place, reached)
        key = frozenset(reached)
        if key not in self._states:
            self._states[key] = State(reached)
        return self._states[key]


def _add_gaps(place: Place, reached: dict[Place, None]) -> None:
    for each in place.node.gaps:
        following = Place(each, WIDEST_GAP, place.skipped)
        if following not in reached:
            reached[following] = None
            _add_gaps(following, reached)


def _words_in(root: Node) -> Iterator[str]:
    """List every word that leads anywhere."""
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield from node.words
        for following in node.words.values():
            waiting += following
        for piece, one in node.takes:
            if piece.takes is Takes.WORDS:
                yield from piece.words
            waiting.append(one)
        waiting += node.gaps
