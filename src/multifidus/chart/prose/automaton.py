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

from multifidus.chart.prose.capture import take
from multifidus.core.wording import Takes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from multifidus.chart.prose.capture import Capture
    from multifidus.chart.prose.phrases import Node
    from multifidus.chart.prose.words import Words
    from multifidus.core.wording import Piece

    Ended = tuple[int, "Capture | None", tuple["End", ...]]
    """How many words phrases take, what was captured on the way, and the phrases."""
    Told = tuple[int, int, object, "Capture | None"]
    """How many words a phrase takes, its group, what it means, and what was captured."""
    Reached = tuple[int, "Capture | None"]
    """The next word, and what was captured."""
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


class Text(NamedTuple):
    """A text, and its words as phrases know them, with `BEYOND` behind the last one."""

    words: Words
    plain: Sequence[str]
    may_capture: Sequence[bool]
    symbols: Sequence[str | None]
    """Each word in capitals where a phrase asks for that, else plain; None if in no phrase."""


class State:
    """The places that phrases may have got to so many words behind the first, and which ended."""

    __slots__ = (
        *("depth", "ended", "forks", "glues", "may_capture", "may_fork", "places", "steps", "told"),
    )

    def __init__(self, places: Iterable[Place], depth: int, ended: tuple[Ended, ...]) -> None:
        """Gather places, each with those that are reached from it without a word."""
        self.places = tuple(places)
        self.depth = depth
        self.ended = ended
        """The phrases that have ended on the way, those that end here as well."""
        self.told = list(_best(ended))
        """The same as it is told, should no more be taken than words."""
        self.steps: dict[str | None, State | None] = {}
        """The state that each word leads to, as far as it was met; None where phrases end."""
        self.forks: list[tuple[Piece, State]] | None = None
        """The states that what is read leads to; None until they are asked for."""
        takes = [piece for place in self.places for piece, _ in place.node.takes]
        self.may_capture = any(each.takes is not Takes.WORDS for each in takes)
        """Whether a number, a time, a day or a level may follow."""
        glued = [word for each in takes if each.takes is Takes.WORDS for word in each.words]
        self.glues = frozenset(glued)
        """Words that may follow if nothing stands between."""
        self.may_fork = bool(takes)


class Automaton:
    """What stands at a word; it grows while texts are read."""

    def __init__(self, root: Node) -> None:
        """Take a tree to which nothing is added any more."""
        self._root = root
        self._words = {word: word for word in _words_in(root)}
        self._clear()

    def _clear(self) -> None:
        self._states: dict[tuple[frozenset[Place], int, tuple[Ended, ...]], State] = {}
        self._kept = 0
        self._start = State(_reached({Place(self._root, 0, 0)}), 0, ())

    def found(self, words: Words) -> Iterator[tuple[int, Iterable[Told]]]:
        """Give each word at which phrases stand, with these, the longest first."""
        if self._kept > MOST_STEPS:
            self._clear()
        text = self._text(words)
        _, plain, may_capture, symbols = text
        start = self._start
        begins, glued = start.steps, start.glues
        branches: list[Branch] = []
        for first, symbol in enumerate(symbols):
            last = state = begins[symbol] if symbol in begins else self._step(start, symbol)
            if may_capture[first] or plain[first] in glued:
                self._fork(start, text, (first, None), branches)
            elif state is None:
                continue
            at = first + 1
            while state is not None:
                if state.may_fork and (
                    (state.may_capture and may_capture[at]) or plain[at] in state.glues
                ):
                    self._fork(state, text, (at, None), branches)
                last, steps, word = state, state.steps, symbols[at]
                state = steps[word] if word in steps else self._step(state, word)
                at += 1
            if branches:
                yield first, list(_best(self._ended(last, text, first, branches)))
            elif last is not None and last.told:
                yield first, last.told

    def _ended(
        self, state: State | None, text: Text, first: int, branches: list[Branch]
    ) -> Iterator[Ended]:
        """Give the phrases that end on any way, the words' own first; no branch is left over."""
        yield from state.ended if state is not None else ()
        while branches:
            begun, at, capture = branches.pop()
            for depth, _, ends in self._last(begun, text, (at, capture), branches).ended:
                yield at - first + depth, capture, ends

    def _last(self, state: State, text: Text, reached: Reached, branches: list[Branch]) -> State:
        """Follow the words as far as they lead, and note where what is read might lead on."""
        at, capture = reached
        _, plain, may_capture, symbols = text
        while True:
            if state.may_fork and (
                (state.may_capture and may_capture[at]) or plain[at] in state.glues
            ):
                self._fork(state, text, (at, capture), branches)
            steps, word = state.steps, symbols[at]
            following = steps[word] if word in steps else self._step(state, word)
            if following is None:
                return state
            state, at = following, at + 1

    def _fork(
        self,
        state: State,
        text: Text,
        reached: Reached,
        branches: list[Branch],
    ) -> None:
        """Take what can be read at a word, and go on behind it; the first capture is kept."""
        at, capture = reached
        words, size = text.words, len(text.words)
        if state.forks is None:
            state.forks = self._forked(state)
        for piece, following in state.forks:
            taken = take(piece, words, at, size)
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
        return [(piece, self._state(places, 0, ())) for piece, places in pieces.items()]

    def _text(self, words: Words) -> Text:
        known = self._words
        symbols = list(map(known.get, words.words))
        for at, written in words.capitals.items():
            if written in known:
                symbols[at] = written
        plain, may_capture = [*words.words, BEYOND], [*words.may_capture, False]
        return Text(words, plain, may_capture, [*symbols, BEYOND])

    def _step(self, state: State, symbol: str | None) -> State | None:
        found: set[Place] = set()
        words = {symbol, symbol.lower()} if symbol else ()
        for node, left, skipped in state.places if symbol != BEYOND else ():
            for word in words:
                found |= {Place(each, 0, skipped) for each in node.words.get(word, ())}
            if left:
                found.add(Place(node, left - 1, skipped + 1))
        following = self._state(found, state.depth + 1, state.ended) if found else None
        state.steps[symbol] = following
        self._kept += 1
        return following

    def _state(self, places: set[Place], depth: int, before: tuple[Ended, ...]) -> State:
        """Give the state of some places, with those that are reached from them by a gap."""
        reached = _reached(places)
        ends = _ends(reached)
        ended = (*before, (depth, None, ends)) if ends else before
        key = frozenset(reached), depth, ended
        if key not in self._states:
            self._states[key] = State(reached, depth, ended)
        return self._states[key]


def _reached(places: Iterable[Place]) -> Iterable[Place]:
    """Give some places with those that are reached from them by a gap."""
    reached = dict.fromkeys(places)
    for place in places:
        _add_gaps(place, reached)
    return reached


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


def _best(found: Iterable[Ended]) -> Iterator[Told]:
    """
    Give the phrases that begin at a word, each with the word where it ends, the longest first.

    Of the ways in which one phrase can be laid, the one with the shortest gaps counts, then the
    longest, then one that captures what it may leave out.
    """
    best: dict[int, tuple[tuple[int, int, bool], End, Capture | None]] = {}
    for place, capture, ends in found:
        for end in ends:
            rank = end.skipped, -place, capture is None
            if end.number not in best or rank < best[end.number][0]:
                best[end.number] = rank, end, capture
    # Of phrases that end together the one that was added first comes first.
    for (_, place, _), end, capture in sorted(best.values(), key=_by_length):
        yield -place, end.group, end.meaning, capture


def _by_length(found: tuple[tuple[int, int, bool], End, Capture | None]) -> tuple[int, int]:
    (_, place, _), end, _ = found
    return place, end.number


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
