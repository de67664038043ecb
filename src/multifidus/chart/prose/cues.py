"""Cues: the triggers of a clause, and which of them stand near enough to a mention."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from multifidus.chart.prose.clauses import CLOSES
from multifidus.chart.prose.forms import UNSAID
from multifidus.chart.prose.headings import Headings
from multifidus.chart.prose.triggers import HEADS_END, Sign
from multifidus.core.wording import Assertion

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from multifidus.chart.prose.clauses import Clause
    from multifidus.chart.prose.phrases import Group, Match, Readings
    from multifidus.chart.prose.triggers import Triggers
    from multifidus.chart.prose.words import Words

ASKED = frozenset(("?",))
LEADS = frozenset((":", "-", "="))
FARTHEST = 40
"""So many words a trigger reaches at most."""
FARTHEST_LISTED = 160
"""So many words it reaches over the commas of a list."""
LONGEST_ITEM = 10
"""So many words a member of such a list has at most."""
PARTS = frozenset((",", "/", "|", "and", "&", "+"))
"""What sets one finding apart from the next."""
APART = PARTS | frozenset(("-", "\u2013"))
"""What sets it apart from what is doubted next to it."""
MOST_AT_A_PLACE = 8
"""So many findings end near one word at most."""


class Stretch(NamedTuple):
    """The words of a mention, and how far a trigger may stand from them."""

    clause: Clause
    own: Sequence[tuple[int, int]]
    """The stretches of words that were matched, a name's and a result's: they hold no trigger."""
    is_listed: bool
    """Whether a negation may reach them over the commas of a list."""
    first: int
    """The first word."""
    end: int
    """The word after the last one."""
    is_measured: bool = False
    """Whether they are a number: what joins two readings neither doubts nor dates one."""
    is_plain: bool = False
    """Whether nobody plans, doubts or negates them: `a second opinion on Mr. A, 57`."""
    is_no: bool = False
    """Whether they say no by themselves, as `other implants - none`."""

    @classmethod
    def of(
        cls,
        clause: Clause,
        own: Sequence[tuple[int, int]],
        *,
        is_listed: bool,
        is_measured: bool = False,
    ) -> Stretch:
        """Make one of the words that were matched."""
        first, end = min(each[0] for each in own), max(each[1] for each in own)
        return cls(clause, own, is_listed, first, end, is_measured)


class Trigger(NamedTuple):
    """A trigger in a text, or the end of a reach."""

    start: int
    end: int
    meaning: Assertion | Sign
    is_before: bool


class Cues(Headings):
    """The triggers of one text; looked up where they are asked for."""

    def __init__(self, triggers: Triggers, words: Words, readings: Readings) -> None:
        """Prepare a text."""
        super().__init__(triggers, words, readings)
        self.found: dict[Clause, Sequence[Trigger]] = {}
        self.near: dict[Clause, Mapping[int, Sequence[Trigger]]] = {}
        self.findings: Sequence[tuple[int, int]] = ()
        """The words of what answers by itself, in their order."""
        self.commas = [at for at, word in enumerate(words.words) if word == ","]
        self.lists = _lists(self.commas)
        self.rounds = list(_rounds(words.words))
        """The parentheses; what closes none is of an item's number: `2) pregnancy test`."""

    def _triggers(self, clause: Clause) -> Sequence[Trigger]:
        if clause not in self.found:
            after = [
                each
                for each in self._found(self.triggers.after, clause, is_before=False)
                if each.meaning is not Sign.END and self._is_whole(each, clause)
            ]
            answers = [
                each
                for each in self._found(self.triggers.answers, clause, is_before=False)
                if self._is_behind_a_gap(each) and self._closes(each, clause)
            ]
            # Of `Scoliosis: no, uses a cane` the answer is no negation of what follows.
            told = {
                at
                for each in (*after, *answers)
                if each in answers or self._is_answer(each, clause)
                for at in range(each.start, each.end)
            }
            before = [
                each
                for each in self._found(self.triggers.before, clause, is_before=True)
                if each.start not in told and self._doubts_next(each) and not self._is_label(each)
            ]
            self.found[clause] = [*before, *after, *answers]
        return self.found[clause]

    def _is_label(self, trigger: Trigger) -> bool:
        """Whether a trigger is the heading of what follows: `ASSESS: mechanical pain`."""
        words = self.words
        if not self._begins_line(trigger.start) or trigger.end >= len(words):
            return False
        # Before a colon it stands over its line, or two blanks set it apart.
        if words.words[trigger.end] not in HEADS_END and len(words.gap(trigger.end - 1)) == 1:
            return False
        headings = self.readings.all(self.triggers.headings, trigger.start, trigger.end)
        return any(
            each[:2] == trigger[:2] and each.meaning is Assertion.PRESENT for each in headings
        )

    def _is_answer(self, trigger: Trigger, clause: Clause) -> bool:
        """Whether a trigger behind a colon is all that is said; a line may go on: `films: no`."""
        if self.words.words[trigger.start] not in LEADS:
            return False
        return trigger.end >= clause.end or "\n" not in self.words.gap(trigger.end - 1)

    def _is_behind_a_gap(self, trigger: Trigger) -> bool:
        """Whether more than one blank sets a trigger apart from what is before it in its line."""
        gap = self.words.gap(trigger.start - 1) if trigger.start else ""
        return len(gap) > 1 and "\n" not in gap

    def _doubts_next(self, trigger: Trigger) -> bool:
        """Whether a trigger is no mark at the end of a question: `?disc`, not `Disc?`."""
        words = self.words
        at = trigger.start
        if words.words[at] not in ASKED or trigger.end - at > 1 or at == 0:
            return True
        return bool(words.gap(at - 1)) or not words.words[at - 1].isalnum()

    def _doubts_last(self, trigger: Trigger) -> bool:
        """Whether a question mark doubts what is before it: `disc?`, not `, ?disc`, no `? [ ]`."""
        words, at = self.words, trigger.start
        if words.words[at] not in ASKED or trigger.end - at > 1 or trigger.end >= len(words):
            return True
        following = words.words[trigger.end]
        if following == UNSAID:
            return "\n" in words.gap(at)
        return bool(words.gap(at)) or not following.isalnum()

    def _found(
        self, group: Group[Assertion | Sign], clause: Clause, *, is_before: bool
    ) -> Iterator[Trigger]:
        free = clause.first
        for each in self.readings.all(group, clause.first, clause.end):
            if each.start < free or (each.meaning is Sign.NONE and self._holds(each)):
                continue
            free = each.end
            if each.meaning is not Sign.NONE:
                yield Trigger(each.start, each.end, each.meaning, is_before)

    def _holds(self, match: Match[Assertion | Sign]) -> bool:
        """Whether a finding ends in a phrase that goes on: `pain not`, of `leg pain not seen`."""
        low = bisect_left(self.findings, match.start, key=lambda each: each[1])
        near = self.findings[low : low + MOST_AT_A_PLACE]
        return any(match.start < end < match.end for _, end in near)

    def _is_whole(self, trigger: Trigger, clause: Clause) -> bool:
        """Whether `: no` is all that is said: `Scoliosis: no`, not `Neck: no scoliosis`."""
        first = self.words.words[trigger.start]
        if trigger.end - trigger.start == 1 and first in LEADS:
            return trigger.end >= clause.end or self.words.words[trigger.end] in CLOSES
        if first in LEADS or (len(first) == 1 and first.isalpha()):
            # `pump N / ICD N`, but not `N/V`
            is_joined = self.words.words[trigger.end : trigger.end + 1] == ["/"] and not (
                self.words.gap(trigger.end - 1)
            )
            if first in LEADS and trigger.meaning is Assertion.POSSIBLE:
                return True  # `Stenosis: see the report`
            return not is_joined and self._closes(trigger, clause)
        return self._doubts_last(trigger) and not self._describes_next(trigger, clause)

    def _describes_next(self, trigger: Trigger, clause: Clause) -> bool:
        """Whether a single word of doubt begins another item: `pacemaker - possible artifact`."""
        if trigger.meaning is not Assertion.POSSIBLE or trigger.end - trigger.start > 1:
            return False
        words, at = self.words.words, trigger.start
        is_apart = at > 0 and words[at - 1] in APART and words[at].isalpha()
        return is_apart and not self._closes(trigger, clause)

    def _closes(self, trigger: Trigger, clause: Clause) -> bool:
        """Whether nothing follows a trigger but the end of a part, or a day."""
        if trigger.end >= clause.end:
            return True
        following, gap = self.words.words[trigger.end], self.words.gap(trigger.end - 1)
        # Blanks set the parts of a form apart: `OUD: no   MME 0`.
        # `Back surgery: none - a decompression was cancelled`
        is_dash = following == "-" and gap != "" != self.words.gap(trigger.end)
        is_apart = len(gap) > 1 or "\n" in gap
        return following in CLOSES or following.isdecimal() or is_dash or is_apart

    def _around(self, stretch: Stretch) -> Iterator[Trigger]:
        """Visit the triggers near enough to reach the words of a mention, and some more."""
        near = self._near(stretch.clause)
        is_short = stretch.end - stretch.first <= FARTHEST
        whole = (stretch.first, stretch.end)
        for first, end in [whole] if is_short else sorted(stretch.own):
            # A trigger begins less than FARTHEST words before its own end.
            low = first // FARTHEST - 2
            for at in range(low, end // FARTHEST + 2):
                yield from near.get(at, ())
            opening = self._opening(stretch)
            if opening is not None and opening // FARTHEST < low:
                yield from near.get(opening // FARTHEST, ())

    def _opening(self, stretch: Stretch) -> int | None:
        """Give the first comma of the list of which a mention is a member."""
        last = bisect_left(self.commas, stretch.first) - 1
        if not stretch.is_listed or last < 0:
            return None
        first = self.lists[last]
        is_near = stretch.first - self.commas[last] <= LONGEST_ITEM
        return first if is_near and stretch.first - first <= FARTHEST_LISTED else None

    def _near(self, clause: Clause) -> Mapping[int, Sequence[Trigger]]:
        """Sort the triggers of a clause into drawers of so many words as a trigger reaches."""
        if clause not in self.near:
            near: dict[int, list[Trigger]] = defaultdict(list)
            for trigger in self._triggers(clause):
                near[trigger.start // FARTHEST].append(trigger)
            self.near[clause] = near
        return self.near[clause]


def _rounds(words: Sequence[str]) -> Iterator[int]:
    """Find the parentheses, but for those that close none."""
    depth = 0
    for at, word in enumerate(words):
        if word == "(":
            depth += 1
        elif word == ")" and depth > 0:
            depth -= 1
        else:
            continue
        yield at


def _lists(commas: Sequence[int]) -> Sequence[int]:
    """Give for each comma the first one of its list."""
    first: list[int] = []
    for at, comma in enumerate(commas):
        goes_on = at > 0 and comma - commas[at - 1] <= LONGEST_ITEM + 1
        first.append(first[-1] if goes_on else comma)
    return first
