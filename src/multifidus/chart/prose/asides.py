"""
Asides: what tells how a word is meant from beside it, not from above.

A question that nobody has answered, the head of a column, and who is quoted with a claim.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

from multifidus.chart.prose.clauses import Clauses
from multifidus.chart.prose.forms import NO, UNSAID
from multifidus.chart.prose.quotations import QUOTES, claims
from multifidus.core.wording import Assertion

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from multifidus.chart.prose.clauses import Clause
    from multifidus.chart.prose.phrases import Readings
    from multifidus.chart.prose.triggers import Sign, Triggers
    from multifidus.chart.prose.words import Words

# A cell of a table ends at two blanks or a tab.
_CELLS = re.compile(r"[^ \t\n]+(?: [^ \t\n]+)*")
_PIPED = re.compile(r"[^|\s](?:[^|\n]*[^|\s])?")
"""A cell of a table whose cells stand between bars: `CRITERION | MET? | WHERE FOUND`."""
ASKS = frozenset(
    (
        *("is", "are", "was", "were", "has", "have", "had", "does", "do", "did", "any", "can"),
        *("could", "will", "would", "should", "which", "what", "when", "how"),
    )
)
"""Words with which a question begins."""
REPLIES = frozenset(("yes", "no", "none", "never", "y", "n", "nil"))
"""Words with which the next line answers a question; so do those that negate what follows."""
SHORTEST_MARKS = 4
"""So many signs and numbers may stand before the first word of a question."""
OPEN = frozenset(("[", "(", UNSAID, "\u2611", "\u2612"))
"""What may hold the answer to a question."""
_OF_A_COLUMN = (Assertion.HYPOTHETICAL, Assertion.OTHER)
"""How the head of a column may mean what stands below it."""


class Heading(NamedTuple):
    """The words of a heading, and how what stands below it is meant."""

    first: int
    end: int
    meaning: Assertion | Sign
    reach: int
    """The word up to which it stands over the text, if no other heading comes before."""


class Asides(Clauses):
    """The questions, columns and claims of one text; looked up where they are asked for."""

    def __init__(self, triggers: Triggers, words: Words, readings: Readings) -> None:
        """Prepare a text."""
        super().__init__(words)
        self.triggers = triggers
        self.readings = readings
        self.asides: list[Heading] | None = None
        has_quotes = any(each in words.text for each in QUOTES)
        self.quotes = (
            [at for at, word in enumerate(words.words) if word in QUOTES] if has_quotes else []
        )

    def aside(self, place: int) -> Heading | None:
        """Find the question, or the head of a column, that tells how a word is meant."""
        if self.asides is None:
            asides = [*self._questions(), *self._columns(), *self._claims()]
            self.asides = sorted(asides, key=lambda each: each.first)
        at = bisect_right(self.asides, place, key=lambda each: each.first)
        last = self.asides[at - 1] if at else None
        return None if last is None or place >= last.reach else last

    def _questions(self) -> Iterator[Heading]:
        """Find questions without an answer, which say nothing, and those that a `no` answers."""
        words = self.words.words
        if "?" not in self.words.text:
            return
        for at, word in enumerate(words):
            if word != "?":
                continue
            clause = self.clause(at)
            if words[at + 1 : at + 2] == [NO] and at + 1 < clause.end and self._asks(clause):
                yield Heading(at, at + 2, Assertion.NEGATED, at)._replace(first=clause.first)
            is_open = not any(each.isalnum() or each in OPEN for each in words[at + 1 : clause.end])
            if is_open and self._asks(clause) and not self._is_replied(clause):
                yield Heading(clause.first, clause.first, Assertion.HYPOTHETICAL, clause.end)

    def _asks(self, clause: Clause) -> bool:
        head = self.words.words[clause.first : min(clause.end, clause.first + SHORTEST_MARKS + 1)]
        return next((each for each in head if each.isalpha()), "") in ASKS

    def _is_replied(self, clause: Clause) -> bool:
        following = self.next_clause(clause)
        if following is None:
            return False
        negations = self.readings.all(self.triggers.before, following.first, following.end)
        return self.words.words[following.first] in REPLIES or any(
            each.start == following.first and each.meaning is Assertion.NEGATED
            for each in negations
        )

    def _claims(self) -> Iterator[Heading]:
        """Find what those who judge a request are quoted with."""
        if not self.quotes:
            return
        found = self.readings.longest(self.triggers.claimants, 0, len(self.words))
        claimants = [each.start for each in found]
        for first, end in claims(self.words, quotes=self.quotes, claimants=claimants):
            yield Heading(first, first, Assertion.HYPOTHETICAL, end)

    def _columns(self) -> Iterator[Heading]:
        """Find the cells of a table below a head that says how they are meant: `Goal`, `Mother`."""
        if not (self.layout.gaps or "|" in self.words.text):
            return
        heads: Sequence[tuple[int, Assertion | None]] = ()
        start = 0
        for line in self.words.text.splitlines(keepends=True):
            # Between bars the first cell is one as well; else it is the label of its line.
            own = 0 if "|" in line else 1
            pattern = _CELLS if own else _PIPED
            cells = [each.span() for each in pattern.finditer(line)]
            meant = [(first, self._head(start + first, start + end)) for first, end in cells]
            if not cells:
                heads = ()
            elif len(cells) > 1 and any(meaning for _, meaning in meant[own:]):
                heads = meant
            elif heads:
                spans = [(start + a, start + b) for a, b in cells]
                yield from self._below_heads(heads, spans, start=start, own=own)
            start += len(line)

    def _head(self, start: int, end: int) -> Assertion | None:
        """Tell what a cell of a table's head says of those below, if all of it is a heading."""
        first, last = (bisect_left(self.words.starts, each) for each in (start, end))
        for found in self.readings.all(self.triggers.headings, first, last):
            if found[:2] == (first, last) and found.meaning in _OF_A_COLUMN:
                return found.meaning
        return None

    def _below_heads(
        self,
        heads: Sequence[tuple[int, Assertion | None]],
        cells: Sequence[tuple[int, int]],
        *,
        start: int,
        own: int,
    ) -> Iterator[Heading]:
        missing = len(cells) - len(heads)
        for at, (first, end) in enumerate(cells[own:], start=own):
            if missing == 0 or missing == own == 1:  # The column of the labels may have no head.
                _, meaning = heads[at - missing]
            else:
                _, meaning = min(heads, key=lambda head: abs(head[0] + start - first))
            if meaning is not None:
                place, reach = (bisect_left(self.words.starts, each) for each in (first, end))
                yield Heading(place, place, meaning, reach)
