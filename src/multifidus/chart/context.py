"""
Clauses, headings and triggers: how a document means what it mentions (ConText).

A clause ends with its sentence, at a semicolon, a bullet, or the end of a list's line; no trigger
reaches out of it. Within a clause a trigger reaches as far as the lexicon's words let it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from multifidus.chart.words import Phrases
from multifidus.core.wording import Assertion

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from multifidus.chart.words import Words
    from multifidus.core.wording import Context, Phrase

BULLETS = frozenset("•●▪‣◦■□➢·")
EN_DASH = "\u2013"
LINE_BULLETS = BULLETS | frozenset(("-", "*", EN_DASH, "+", ">"))
SENTENCE_ENDS = frozenset(".!?")
ABBREVIATIONS = frozenset(
    (
        "dr",
        "mr",
        "mrs",
        "ms",
        "vs",
        "approx",
        "hx",
        "dx",
        "st",
        "no",
        "e",
        "i",
        "g",
        "pt",
        "yrs",
        "yr",
        "mo",
        "wks",
        "wk",
        "resp",
        "incl",
        "fig",
        "dept",
        "jr",
        "sr",
        "al",
    )
)
"""Words after which a full stop ends no sentence if a small letter or a number follows."""
LONG_LINE = 56
"""A line so long, in characters, is taken to go on in the next one."""
SHORTEST_WRAPPED = 36
"""So long a line goes on if the next begins with a small letter."""
FARTHEST = 40
"""So many words a trigger reaches at most."""


class Clause(NamedTuple):
    """The words of a clause: from `first` up to `end`."""

    first: int
    end: int


class Stretch(NamedTuple):
    """The words of a mention, and how far a trigger may stand from them."""

    clause: Clause
    own: Sequence[tuple[int, int]]
    """The stretches of words that were matched, a name's and a result's: they hold no trigger."""
    is_listed: bool
    """Whether a negation may reach them over the commas of a list."""

    @property
    def first(self) -> int:
        """The first word."""
        return min(start for start, _ in self.own)

    @property
    def end(self) -> int:
        """The word after the last one."""
        return max(end for _, end in self.own)


class Trigger(NamedTuple):
    """A trigger in a text; `assertion` is None where a reach ends."""

    start: int
    end: int
    assertion: Assertion | None
    is_before: bool


class Meaning(NamedTuple):
    """How a mention is meant, and the words of the trigger that says so, if it is one."""

    assertion: Assertion
    by: tuple[int, int] | None = None


_PRESENT = Meaning(Assertion.PRESENT)


class Triggers:
    """The context of a lexicon, indexed; made once."""

    def __init__(self, context: Context) -> None:
        """Index triggers, ends, headings and the rest."""
        phrases: list[tuple[Phrase, tuple[str, Assertion | None]]] = []
        for assertion, group in context.before.items():
            phrases += [(phrase, ("before", assertion)) for phrase in group]
        for assertion, group in context.after.items():
            phrases += [(phrase, ("after", assertion)) for phrase in group]
        phrases += [(phrase, ("none", None)) for phrase in context.no_triggers]
        phrases += [(phrase, ("end", None)) for phrase in context.ends]
        self.phrases = Phrases(phrases)
        self.affirms = Phrases([(phrase, None) for phrase in context.affirms])
        self.headings = Phrases(
            [(phrase, each) for each, group in context.headings.items() for phrase in group]
        )


class Setting:
    """The clauses, headings and triggers of one text; looked up where they are asked for."""

    def __init__(self, triggers: Triggers, words: Words) -> None:
        """Prepare a text."""
        self.triggers = triggers
        self.words = words
        self.clauses: dict[int, Clause] = {}
        self.found: dict[Clause, Sequence[Trigger]] = {}
        self.near: dict[Clause, Mapping[int, Sequence[Trigger]]] = {}
        self.ends: dict[Clause, Sequence[int]] = {}
        self.headings: list[tuple[int, int, Assertion]] | None = None

    # Clauses

    def clause(self, place: int) -> Clause:
        """Give the clause in which a word stands."""
        if place not in self.clauses:
            first = place
            while first > 0 and not self._breaks_after(first - 1):
                first -= 1
            last = place
            while last + 1 < len(self.words) and not self._breaks_after(last):
                last += 1
            clause = Clause(first, last + 1)
            # For each of its words: a clause with a thousand mentions is walked once.
            self.clauses.update(dict.fromkeys(range(*clause), clause))
        return self.clauses[place]

    def next_clause(self, clause: Clause) -> Clause | None:
        """Give the clause after one, in the same paragraph; None if there is none."""
        if clause.end >= len(self.words) or self.words.gap(clause.end - 1).count("\n") > 1:
            return None
        return self.clause(clause.end)

    def _breaks_after(self, place: int) -> bool:
        """Whether a clause ends after a word."""
        words = self.words
        word, following = words.words[place], words.words[place + 1]
        if word == ";" or word in BULLETS or following in BULLETS:
            return True
        gap = words.gap(place)
        if word in SENTENCE_ENDS and gap:
            return self._ends_sentence(place)
        if "\n" not in gap:
            return False
        if gap.count("\n") > 1 or word == ":" or self._begins_item(place + 1):
            return True
        if word == ",":
            return False
        start = words.text.rfind("\n", 0, words.ends[place])
        length = words.ends[place] - start
        if length >= LONG_LINE:
            return False
        return length < SHORTEST_WRAPPED or not words.text[words.starts[place + 1]].islower()

    def _ends_sentence(self, place: int) -> bool:
        words = self.words
        if words.words[place] != "." or place == 0:
            return True
        before = words.words[place - 1]
        if before not in ABBREVIATIONS or words.ends[place - 1] != words.starts[place]:
            return True
        char = words.text[words.starts[place + 1]]
        return not (char.islower() or char.isdecimal())

    def _begins_item(self, place: int) -> bool:
        words = self.words
        if words.words[place] in LINE_BULLETS:
            return True
        is_number = words.words[place].isdecimal() and place + 1 < len(words)
        return is_number and words.words[place + 1] in (".", ")")

    # Headings

    def heading(self, place: int) -> tuple[int, int, Assertion] | None:
        """Give the last heading before a word: its words from and up to, and how it means them."""
        if self.headings is None:
            self.headings = list(self._headings())
        at = bisect_right(self.headings, place, key=lambda each: each[0])
        return self.headings[at - 1] if at else None

    def _headings(self) -> Iterator[tuple[int, int, Assertion]]:
        words = self.words
        for found in self.triggers.headings.longest(words, 0, len(words)):
            has_colon = found.end < len(words) and words.words[found.end] == ":"
            if has_colon or (self._begins_line(found.start) and self._ends_line(found.end - 1)):
                yield found.start, found.end, found.meaning

    def _begins_line(self, place: int) -> bool:
        if place == 0 or "\n" in self.words.gap(place - 1):
            return True
        # A mark of Markdown, or a number, may stand before a heading.
        before = self.words.words[place - 1]
        return (before in "#*_.)=-" or before.isdecimal()) and place < self._far(place)

    def _far(self, place: int) -> int:
        """Look back over a few marks for the start of the line; past the place if it is there."""
        for at in range(place - 1, max(place - 5, -1), -1):
            if at == 0 or "\n" in self.words.gap(at - 1):
                return place + 1
        return place

    def _ends_line(self, place: int) -> bool:
        return place + 1 >= len(self.words) or "\n" in self.words.gap(place)

    # Triggers

    def meaning(self, stretch: Stretch) -> Meaning:
        """Tell how the words of a mention are meant, and by which words."""
        heading = self.heading(stretch.first)
        found = {heading[2]: Meaning(heading[2])} if heading else {}
        for trigger in self._around(stretch):
            assertion = trigger.assertion
            if assertion is None or assertion in found:
                continue
            if any(start < trigger.end and trigger.start < end for start, end in stretch.own):
                continue
            if self._reaches(trigger, stretch):
                found[assertion] = Meaning(assertion, (trigger.start, trigger.end))
        return next((found[each] for each in _STRONGEST if each in found), _PRESENT)

    def _triggers(self, clause: Clause) -> Sequence[Trigger]:
        if clause not in self.found:
            self.found[clause] = [
                Trigger(each.start, each.end, each.meaning[1], each.meaning[0] == "before")
                for each in self.triggers.phrases.longest(self.words, clause.first, clause.end)
                if each.meaning[0] != "none"
            ]
        return self.found[clause]

    def _around(self, stretch: Stretch) -> Iterator[Trigger]:
        """Visit the triggers near enough to reach the words of a mention, and some more."""
        near = self._near(stretch.clause)
        is_short = stretch.end - stretch.first <= FARTHEST
        whole = (stretch.first, stretch.end)
        for first, end in [whole] if is_short else sorted(stretch.own):
            # A trigger begins less than FARTHEST words before its own end.
            for at in range(first // FARTHEST - 2, end // FARTHEST + 2):
                yield from near.get(at, ())

    def _near(self, clause: Clause) -> Mapping[int, Sequence[Trigger]]:
        """Sort the triggers of a clause into drawers of so many words as a trigger reaches."""
        if clause not in self.near:
            near: dict[int, list[Trigger]] = defaultdict(list)
            for trigger in self._triggers(clause):
                near[trigger.start // FARTHEST].append(trigger)
            self.near[clause] = near
        return self.near[clause]

    def _reaches(self, trigger: Trigger, stretch: Stretch) -> bool:
        """Whether a trigger's reach holds the words of a mention."""
        if trigger.is_before:
            # Between the two matched stretches of a mention a trigger modifies the second one.
            last = max(start for start, _ in stretch.own)
            if trigger.start >= stretch.end or trigger.end > last:
                return False
            is_between = trigger.start >= stretch.first
            low, high = trigger.end, last if is_between else stretch.first
        else:
            if trigger.end <= stretch.first or trigger.start < stretch.end:
                return False
            low, high = stretch.end, trigger.start
        if high - low > FARTHEST or self._is_ended(stretch.clause, low, high):
            return False
        return not self._is_cut(trigger, stretch, low, high)

    def _is_ended(self, clause: Clause, low: int, high: int) -> bool:
        if clause not in self.ends:
            triggers = self._triggers(clause)
            self.ends[clause] = sorted(each.start for each in triggers if each.assertion is None)
        ends = self.ends[clause]
        at = bisect_left(ends, low)
        return at < len(ends) and ends[at] < high

    def _is_cut(self, trigger: Trigger, stretch: Stretch, low: int, high: int) -> bool:
        """Whether a comma stands between that ends the reach."""
        words = self.words.words
        commas = [at for at in range(low, high) if words[at] == ","]
        if not commas or trigger.assertion in (Assertion.OTHER, Assertion.HYPOTHETICAL):
            return False
        if not stretch.is_listed or not trigger.is_before:
            return True
        end = min(stretch.clause.end, stretch.end + FARTHEST)
        stop = next((at for at in range(stretch.end, end) if words[at] == ","), end)
        members = self.triggers.affirms.all(self.words, commas[-1] + 1, stop)
        return next(members, None) is not None


_STRONGEST = (
    Assertion.OTHER,
    Assertion.HYPOTHETICAL,
    Assertion.NEGATED,
    Assertion.HISTORICAL,
    Assertion.POSSIBLE,
)
"""Of several, the first counts: what is said of somebody else is never the patient's."""
