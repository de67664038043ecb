"""
The tree of phrases as an automaton: what stands at a word, found by one look-up a word.

To lay phrases on a text, every way of laying them has to be followed, and most lead nowhere. Here
all places that phrases may have got to are one state, and a word leads from one state to another.
States and steps are kept while texts are read, so that of a word in a known situation one look-up
remains.

Where a number, a time, a day or a level may follow, the way forks: one branch takes it and goes on
behind it, the other goes on with the word. The branches are few, for a phrase has few pieces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from multifidus.chart.capture import take
from multifidus.core.wording import Takes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from multifidus.chart.capture import Capture
    from multifidus.chart.phrases import Node
    from multifidus.chart.words import Words
    from multifidus.core.wording import Piece

    Ended = tuple[int, "Capture | None", tuple["End", ...]]
    """The word at which phrases end, what was captured on the way, and the phrases."""
    Branch = tuple["State", int, "Capture | None"]
    """Where a way goes on: a state, the next word, and what was captured."""

WIDEST_GAP = 4
"""So many words a gap in a phrase may take."""
MOST_STEPS = 200_000
"""So many steps are kept; a lexicon of some thousand phrases takes some tens of thousands."""
BEYOND = "\n"
"""What stands behind the last word; no word holds it, and nothing leads over it."""


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

    __slots__ = ("ends", "forks", "glues", "is_plain", "may_capture", "places", "steps")

    def __init__(self, places: Iterable[Place]) -> None:
        """Gather what phrases end here and what may follow."""
        self.places = tuple(places)
        self.steps: dict[str | None, State | None] = {}
        """The states that words lead to; None where a word leads nowhere."""
        self.forks: list[tuple[Piece, State]] | None = None
        """The states that what is read leads to; None until they are asked for."""
        self.ends = _ends(self.places)
        takes = [piece for place in self.places for piece, _ in place.node.takes]
        self.may_capture = any(each.takes is not Takes.WORDS for each in takes)
        """Whether a number, a time, a day or a level may follow."""
        glued = [word for each in takes if each.takes is Takes.WORDS for word in each.words]
        self.glues = frozenset(glued)
        """Words that may follow if nothing stands between."""
        self.is_plain = not (self.ends or self.may_capture or self.glues)
        """Whether there is nothing to do here but to take the next word."""


class Automaton:
    """What stands at a word; it grows while texts are read."""

    def __init__(self, root: Node) -> None:
        """Take a tree to which nothing is added any more."""
        self._root = root
        self._words = {word: word for word in _words_in(root)}
        self._clear()

    def _clear(self) -> None:
        self._states: dict[frozenset[Place], State] = {}
        self._kept = 0
        self._start = self._state({Place(self._root, 0, 0)})

    def found(  # noqa: C901  most of the time of reading a note is spent here, so it is one loop
        self, words: Words
    ) -> Iterator[tuple[int, list[Ended]]]:
        """Give each word at which phrases stand, with the phrases and the words where they end."""
        if self._kept > MOST_STEPS:
            self._clear()
        plain, may_capture = [*words.words, BEYOND], [*words.may_capture, False]
        symbols = [*self._symbols(words), BEYOND]
        begins, glued = self._start.steps, self._start.glues
        branches: list[Branch] = []
        for first, symbol in enumerate(symbols):
            state = begins[symbol] if symbol in begins else self._step(self._start, symbol)
            if may_capture[first] or plain[first] in glued:
                self._fork(self._start, words, (first, None), branches)
            elif state is None:
                continue
            found: list[Ended] = []
            at, capture = first + 1, None
            while True:
                while state is not None:
                    if not state.is_plain:
                        if state.ends:
                            found.append((at, capture, state.ends))
                        if (state.may_capture and may_capture[at]) or plain[at] in state.glues:
                            self._fork(state, words, (at, capture), branches)
                    steps, word = state.steps, symbols[at]
                    state = steps[word] if word in steps else self._step(state, word)
                    at += 1
                if not branches:
                    break
                state, at, capture = branches.pop()
            if found:
                yield first, found

    def _fork(
        self,
        state: State,
        words: Words,
        reached: tuple[int, Capture | None],
        branches: list[Branch],
    ) -> None:
        """Take what can be read at a word, and go on behind it; the first capture is kept."""
        at, capture = reached
        if state.forks is None:
            state.forks = self._forked(state)
        for piece, following in state.forks:
            taken = take(piece, words, at, len(words))
            if taken is not None:
                kept = capture if taken.takes is Takes.WORDS else capture or taken
                branches.append((following, taken.end, kept))

    def _forked(self, state: State) -> list[tuple[Piece, State]]:
        """Gather the places behind each thing that may be read."""
        pieces: dict[Piece, set[Place]] = {}
        for node, _, skipped in state.places:
            for piece, following in node.takes:
                pieces.setdefault(piece, set()).add(Place(following, 0, skipped))
        self._kept += len(pieces)
        return [(piece, self._state(places)) for piece, places in pieces.items()]

    def _symbols(self, words: Words) -> Sequence[str | None]:
        """
        Give each word as phrases know it: in capitals where one asks for that, else plain.

        None is a word that stands in no phrase.
        """
        known = self._words
        told = list(map(known.get, words.words))
        for at, written in words.capitals.items():
            if written in known:
                told[at] = written
        return told

    def _step(self, state: State, symbol: str | None) -> State | None:
        found: set[Place] = set()
        words = {symbol, symbol.lower()} if symbol else ()
        for node, left, skipped in state.places if symbol != BEYOND else ():
            for word in words:
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


def _ends(places: Iterable[Place]) -> tuple[End, ...]:
    """
    Give the phrases that end at some places, the one that was added first before the others.

    Of the ways in which one phrase can be laid up to here, the one with the shortest gaps counts.
    """
    best: dict[int, End] = {}
    for node, _, skipped in places:
        for meant in node.means:
            known = best.get(meant.number)
            if known is None or skipped < known.skipped:
                best[meant.number] = End(meant.number, meant.group, meant.meaning, skipped)
    return tuple(best[number] for number in sorted(best))


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
