"""
Triggers and their reach: how a document means what it mentions (ConText).

No trigger reaches out of its clause (`prose.clauses`); within it a trigger reaches as far as the
lexicon's words let it. What a heading says (`prose.headings`) stands over all that is below it.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from multifidus.chart.prose.capture import read_day
from multifidus.chart.prose.clauses import SENTENCE_ENDS
from multifidus.chart.prose.cues import (
    ASKED,
    FARTHEST,
    LEADS,
    LONGEST_ITEM,
    PARTS,
    Cues,
    Stretch,
    Trigger,
)
from multifidus.chart.prose.forms import UNSAID
from multifidus.chart.prose.headings import LONGEST_HEADING
from multifidus.chart.prose.triggers import Sign
from multifidus.core.wording import Assertion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multifidus.chart.prose.asides import Heading
    from multifidus.chart.prose.clauses import Clause
    from multifidus.chart.prose.phrases import Group, Readings
    from multifidus.chart.prose.triggers import Triggers
    from multifidus.chart.prose.words import Words

SHORTEST_LIST = 8
"""So few words stand between a finding and the word after a comma that tells how it is meant."""
FARTHEST_BACK = 12
"""So many words a trigger of the past reaches at most."""
NEXT_TO_IT = 2
"""So few words may stand between a finding and a question mark that doubts it."""
BOXES = frozenset(("[", "\u2611", "\u2612"))
ROUND = "("
"""A box, too, if an x stands in it."""
LEADS_BACK = frozenset(("with", "since", "after", "by"))
"""Words that end a trigger and lead on: `resolved with` antibiotics."""
TURNS = frozenset(("but", "which", "that", "in"))
SUBJECTS = frozenset(
    ("i", "we", "he", "she", "they", "it", "which", "that", "who", "and", "pt", "patient")
)
"""Words right before a trigger that it speaks of, instead of the finding before: `she would`."""
LISTS = frozenset(("include", "includes", "including", ":"))
"""Words that end a trigger and open a list, all of which it modifies."""
NEAR_THE_END = 3
"""So few words stand between a finding and the end of its line if the next line answers it."""
LONGEST_ANSWER = 5
"""So many words such an answer has at most."""


class Meaning(NamedTuple):
    """How a mention is meant, and the words of the trigger that says so, if it is one."""

    assertion: Assertion
    by: tuple[int, int] | None = None
    is_planned: bool = False
    """Whether a treatment is not given, but planned."""
    is_unplanned: bool = False
    """Whether it is the plan that is negated: `does not recommend an operation`."""
    is_called_past: bool = False
    """Whether the word before it says that it is over: of a `prior fusion` nobody plans one."""


class Setting(Cues):
    """The clauses, headings and triggers of one text; looked up where they are asked for."""

    def __init__(self, triggers: Triggers, words: Words, readings: Readings) -> None:
        """Prepare a text."""
        super().__init__(triggers, words, readings)
        self.ends: dict[Clause, Sequence[int]] = {}
        sexes = {each.meaning for each in readings.all(triggers.sexes, 0, len(words))}
        self.sex = sexes.pop() if len(sexes) == 1 else ""
        """The patient's sex; empty if the text tells none, or both."""

    def meaning(self, stretch: Stretch) -> Meaning:
        """Tell how the words of a mention are meant, and by which words."""
        found: dict[Assertion | Sign, tuple[int, int] | None] = {}
        triggers = list(self._around(stretch))
        # `no fever, no weakness`: what holds its own negation is not negated by one before it.
        is_negation = any(
            each.meaning is Assertion.NEGATED and each.is_before and _is_in(each, stretch)
            for each in triggers
        )
        for trigger in triggers:
            if is_negation and self._is_apart(trigger, stretch):
                continue
            if stretch.is_plain and not _bears_on_an_age(trigger):
                continue
            if trigger.meaning not in found and self._reaches(trigger, stretch):
                found[trigger.meaning] = (trigger.start, trigger.end)
        if not found and (answer := self._answer_below(stretch)) is not None:
            found[answer.meaning] = (answer.start, answer.end)
        heading = self.heading(stretch.first)
        if heading is not None and heading.meaning is not Sign.ASKED:
            found[heading.meaning] = None
        elif heading is not None and not (
            is_negation or stretch.is_no or Assertion.NEGATED in found
        ):
            found[Assertion.HYPOTHETICAL] = None
        if self._is_of_the_other_sex(stretch):
            found[Assertion.OTHER] = None
        if (aside := self.aside(stretch.first)) is not None:
            found = _of_an_aside(aside, stretch) | found
        strongest = next((each for each in _STRONGEST if each in found), Assertion.PRESENT)
        plan, negation = found.get(Sign.PLAN), found.get(Assertion.NEGATED)
        is_unplanned = bool(plan and negation and negation[0] <= plan[0] < stretch.first)
        past = found.get(Assertion.HISTORICAL)
        is_called_past = past is not None and past[1] == stretch.first
        return Meaning(
            strongest, found.get(strongest), Sign.PLAN in found, is_unplanned, is_called_past
        )

    def _is_of_the_other_sex(self, stretch: Stretch) -> bool:
        """Whether the last pronoun before a mention cannot stand for the patient."""
        if not self.sex:
            return False
        first = max(stretch.clause.first, stretch.first - FARTHEST_BACK)
        pronouns = list(self.readings.all(self.triggers.pronouns, first, stretch.first))
        return bool(pronouns) and pronouns[-1].meaning != self.sex

    def _is_apart(self, trigger: Trigger, stretch: Stretch) -> bool:
        """Whether a trigger is not of a mention that holds its own negation."""
        if not trigger.is_before:
            return False
        return trigger.meaning is Assertion.NEGATED or (
            trigger.meaning is Assertion.HISTORICAL and self._has_comma(trigger.end, stretch.first)
        )

    def _answer_below(self, stretch: Stretch) -> Trigger | None:
        """Find the answer in the line below a short one: below `RADICULOPATHY` a `None.`."""
        clause = stretch.clause
        if clause.end - clause.first > LONGEST_HEADING or clause.end - stretch.end > NEAR_THE_END:
            return None
        following = self.next_clause(clause)
        if following is None or "\n" not in self.words.gap(clause.end - 1):
            return None
        words = self.words.words
        below = self.heading(following.first)
        if below is not None and below.first == following.first:
            return None  # Below a short line a list of what has resolved may begin.
        if words[clause.end - 1] == "." or following.end - following.first > LONGEST_ANSWER:
            return None
        for each in self.readings.all(self.triggers.answers, *following):
            rest = words[each.end : following.end]
            if each.start == following.first and set(rest) <= SENTENCE_ENDS:
                return Trigger(each.start, each.end, each.meaning, is_before=False)
        return None

    def _reaches(self, trigger: Trigger, stretch: Stretch) -> bool:
        """Whether a trigger's reach holds the words of a mention."""
        if trigger.meaning is Sign.END or any(
            start <= trigger.start and trigger.end <= end for start, end in stretch.own
        ):
            return False
        reach = _reach(trigger, stretch)
        if reach is None or self._is_of_the_mention(trigger, stretch):
            return False
        low, high = reach
        if high - low > self._farthest(trigger) and not self._is_list(trigger, stretch):
            return False
        if stretch.is_measured and self._joins(trigger):
            return False
        if self._has_a_subject(trigger, high) or self._is_a_result(trigger, stretch, low, high):
            return False
        if trigger.end - trigger.start == 1 and self.words.words[trigger.start] in LEADS:
            return high == low  # `stenosis -`
        if self.is_box(trigger.start):
            return self._is_of_the_boxes(low, high)  # `Pacemaker: [x] no`
        if trigger.meaning is Assertion.OTHER:
            # `her mother, who is having back surgery`; not `Addicted? [x] no, my brother was`
            return trigger.is_before or not any(self.is_box(at) for at in range(low, high))
        return not (
            self._is_ended(stretch.clause, low + self._leads(trigger, stretch), high)
            or self._is_cut(trigger, stretch, low, high)
            or self._is_aside(trigger, low, high)
            or self._is_in_another_column(trigger, low, high)
        )

    def _is_a_result(self, trigger: Trigger, stretch: Stretch, low: int, high: int) -> bool:
        """Whether a negation answers a neighbor of a finding that has its own answer: `MLT neg`."""
        if trigger.meaning is not Assertion.NEGATED or len(stretch.own) == 1:
            return False
        is_apart = self.layout.has_gap(low, high + 1)
        return is_apart or not PARTS.isdisjoint(self.words.words[low:high])

    def _leads(self, trigger: Trigger, stretch: Stretch) -> bool:
        """Whether a colon leads from a trigger to what it modifies: `Negative for: sciatica`."""
        if not trigger.is_before or trigger.meaning is Assertion.HISTORICAL:
            return False
        heading = self.heading(stretch.first)
        is_asked = heading is not None and heading.meaning is Sign.ASKED
        return not is_asked and self.words.words[trigger.end : trigger.end + 1] == [":"]

    def _has_a_subject(self, trigger: Trigger, place: int) -> bool:
        """Whether what a trigger says in front of it is said of somebody: `sciatica; she would`."""
        if trigger.is_before or trigger.meaning is not Assertion.HYPOTHETICAL:
            return False
        return place == trigger.start and self.words.words[trigger.start - 1] in SUBJECTS

    def _is_of_the_mention(self, trigger: Trigger, stretch: Stretch) -> bool:
        """Whether a trigger is one by a word of the mention alone: `is not` and `not indicated`."""
        groups = self.triggers.before, self.triggers.after
        for start, end in stretch.own:
            if trigger.is_before and trigger.start < start < trigger.end:
                rest, shared = (trigger.start, start), (start, min(trigger.end, end))
            elif not trigger.is_before and trigger.start < end < trigger.end:
                rest, shared = (end, trigger.end), (trigger.start, end)
            else:
                continue
            own = groups[0 if trigger.is_before else 1]
            return any(self._means(each, trigger, shared) for each in groups) and not (
                self._means(own, trigger, rest)
            )
        return False

    def _means(
        self, group: Group[Assertion | Sign], trigger: Trigger, place: tuple[int, int]
    ) -> bool:
        return any(each.meaning is trigger.meaning for each in self.readings.all(group, *place))

    def _is_list(self, trigger: Trigger, stretch: Stretch) -> bool:
        """Whether a trigger opens the list of which a mention is a member."""
        if not (trigger.is_before and trigger.meaning in _LISTED):
            return False
        opening = self._opening(stretch)
        return opening is not None and 0 <= opening - trigger.end <= LONGEST_ITEM

    def _joins(self, trigger: Trigger) -> bool:
        joins = self.readings.all(self.triggers.joins, trigger.start, trigger.end)
        return any(each[:2] == trigger[:2] for each in joins)

    def is_box(self, place: int) -> bool:
        """Whether a ticked box begins with a word."""
        words = self.words.words
        return words[place] in BOXES or (
            words[place] == ROUND and words[place + 1 : place + 2] == ["x"]
        )

    def _is_of_the_boxes(self, low: int, high: int) -> bool:
        """Whether no other item stands between a finding and a box behind it."""
        words = self.words
        first = next((at for at in range(low, high) if self._is_form(at)), high)
        is_apart = any(len(words.gap(at - 1)) > 1 for at in range(low, first))
        return not is_apart and all(words.words[at] == UNSAID for at in range(first, high))

    def _is_form(self, place: int) -> bool:
        return self.words.words[place] == UNSAID or self.is_box(place)

    def _is_in_another_column(self, trigger: Trigger, low: int, high: int) -> bool:
        """Whether a gap stands between; right behind a trigger columns of its own may begin."""
        layout = self.layout
        if not trigger.is_before:
            # `Surgery  2021     planned: no`
            is_answer = self.words.words[trigger.start] in LEADS
            return is_answer and layout.has_gap(low, high)
        return layout.has_gap(low + 1, high + 1) and not layout.has_gap(low, low + 1)

    def _has_comma(self, low: int, high: int) -> bool:
        at = bisect_left(self.commas, low)
        return at < len(self.commas) and self.commas[at] < high

    def _farthest(self, trigger: Trigger) -> int:
        if self.words.words[trigger.start] == "?" and trigger.meaning is Assertion.POSSIBLE:
            return NEXT_TO_IT
        return FARTHEST_BACK if trigger.meaning is Assertion.HISTORICAL else FARTHEST

    def _is_ended(self, clause: Clause, low: int, high: int) -> bool:
        if clause not in self.ends:
            triggers = self._triggers(clause)
            self.ends[clause] = sorted(each.start for each in triggers if each.meaning is Sign.END)
        ends = self.ends[clause]
        at = bisect_left(ends, low)
        return at < len(ends) and ends[at] < high

    def _is_aside(self, trigger: Trigger, low: int, high: int) -> bool:
        """Whether what is in parentheses stands between: all of a trigger, or a dated finding."""
        if not trigger.is_before:
            return False
        words, opened = self.words, -1
        at = bisect_left(self.rounds, low)
        for place in self.rounds[at : bisect_left(self.rounds, high)]:
            if words.words[place] == "(":
                opened = place
            elif opened < 0:
                return True
            else:
                opened = -1
        if opened < 0 or trigger.meaning is not Assertion.NEGATED:
            return False
        at = bisect_left(self.rounds, high)
        end = self.rounds[at] if at < len(self.rounds) else high
        return any(self._may_be_a_day(each, end) for each in range(high, min(end, high + FARTHEST)))

    def _may_be_a_day(self, place: int, end: int) -> bool:
        """Whether a day begins with a word, or what may be one: `10/08`."""
        words = self.words.words
        is_pair = words[place].isdecimal() and words[place + 1 : place + 2] == ["/"]
        return is_pair or read_day(self.words, place, end) is not None

    def _is_cut(self, trigger: Trigger, stretch: Stretch, low: int, high: int) -> bool:
        """Whether a comma stands between that ends the reach."""
        if not self._has_comma(low, high):
            return False
        if trigger.meaning is Assertion.HYPOTHETICAL:
            # `active infection, new date 6/2 if the culture is clean`
            return not trigger.is_before
        words = self.words.words
        last = self.commas[bisect_left(self.commas, high) - 1]
        if not trigger.is_before:
            # `falls, infections: none` and `radiculopathy, left, resolved`
            is_answer = words[trigger.start] in LEADS | ASKED or self._is_behind_a_gap(trigger)
            is_of_list = stretch.is_listed and is_answer
            is_late = (
                trigger.meaning in (Assertion.HISTORICAL, Assertion.POSSIBLE)
                and (
                    last + 1 == trigger.start
                    or words[trigger.start] == ","
                    or words[trigger.start - 1] in LEADS  # `Sciatica, left - resolved`
                )
                and high - low <= SHORTEST_LIST
                and (
                    words[trigger.end - 1] in LEADS_BACK
                    or words[trigger.start] in TURNS
                    or self._closes(trigger, stretch.clause)
                )
            )
            return not (is_of_list or is_late)
        if not stretch.is_listed:
            return True
        if words[trigger.end - 1] in LISTS:
            return False
        end = min(stretch.clause.end, stretch.end + FARTHEST)
        stop = next((at for at in range(stretch.end, end) if words[at] == ","), end)
        return self.readings.any(self.triggers.affirms, last + 1, stop)


def _reach(trigger: Trigger, stretch: Stretch) -> tuple[int, int] | None:
    """Give the words between a trigger and what it modifies; None if that lies the other way."""
    if not trigger.is_before:
        return (stretch.end, trigger.start) if trigger.end > stretch.end else None
    # Between the two matched stretches of a mention a trigger modifies the second one.
    last = max(start for start, _ in stretch.own)
    if trigger.start >= last:
        return None
    return trigger.end, last if trigger.start >= stretch.first else stretch.first


def _of_an_aside(
    aside: Heading, stretch: Stretch
) -> dict[Assertion | Sign, tuple[int, int] | None]:
    """Tell how a question or a column means a mention, by the words of the answer if it has one."""
    if aside.meaning is not Assertion.NEGATED:
        return {aside.meaning: None}
    # `Pregnant? no` may be one phrase.
    is_asked = stretch.end <= aside.reach
    return {aside.meaning: (aside.end - 1, aside.end)} if is_asked else {}


def _bears_on_an_age(trigger: Trigger) -> bool:
    """Whether a trigger says that an age is somebody else's, or was: not `57, seen last fall`."""
    is_past = trigger.meaning is Assertion.HISTORICAL and trigger.is_before
    return is_past or trigger.meaning is Assertion.OTHER


def _is_in(trigger: Trigger, stretch: Stretch) -> bool:
    """Whether a trigger begins in the matched words of a mention."""
    return any(start <= trigger.start < end for start, end in stretch.own)


_LISTED = (Assertion.NEGATED, Assertion.POSSIBLE)
_STRONGEST = (
    Assertion.OTHER,
    Assertion.HYPOTHETICAL,
    Assertion.NEGATED,
    Assertion.POSSIBLE,
    Assertion.HISTORICAL,
)
"""Of several, the first counts: what is said of somebody else is never the patient's."""
