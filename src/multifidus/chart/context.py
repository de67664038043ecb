"""
Triggers and their reach: how a document means what it mentions (ConText).

No trigger reaches out of its clause (`chart.clauses`); within it a trigger reaches as far as the
lexicon's words let it. What a heading says (`chart.headings`) stands over all that is below it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from multifidus.chart.capture import read_day
from multifidus.chart.clauses import CLOSES, SENTENCE_ENDS
from multifidus.chart.forms import UNSAID
from multifidus.chart.headings import LONGEST_HEADING, Headings
from multifidus.chart.triggers import HEADS_END, Sign
from multifidus.core.wording import Assertion

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from multifidus.chart.clauses import Clause
    from multifidus.chart.headings import Heading
    from multifidus.chart.phrases import Group, Match, Readings
    from multifidus.chart.triggers import Triggers
    from multifidus.chart.words import Words

ASKED = frozenset(("?",))
LEADS = frozenset((":", "-", "="))
SHORTEST_LIST = 8
"""So few words stand between a finding and the word after a comma that tells how it is meant."""
FARTHEST = 40
"""So many words a trigger reaches at most."""
FARTHEST_LISTED = 160
"""So many words it reaches over the commas of a list."""
LONGEST_ITEM = 10
"""So many words a member of such a list has at most."""
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
PARTS = frozenset((",", "/", "|", "and", "&", "+"))
"""What sets one finding apart from the next."""
APART = PARTS | frozenset(("-", "\u2013"))
"""What sets it apart from what is doubted next to it."""
LISTS = frozenset(("include", "includes", "including", ":"))
"""Words that end a trigger and open a list, all of which it modifies."""
MOST_AT_A_PLACE = 8
"""So many findings end near one word at most."""
NEAR_THE_END = 3
"""So few words stand between a finding and the end of its line if the next line answers it."""
LONGEST_ANSWER = 5
"""So many words such an answer has at most."""


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


class Setting(Headings):
    """The clauses, headings and triggers of one text; looked up where they are asked for."""

    def __init__(self, triggers: Triggers, words: Words, readings: Readings) -> None:
        """Prepare a text."""
        super().__init__(triggers, words, readings)
        self.found: dict[Clause, Sequence[Trigger]] = {}
        self.near: dict[Clause, Mapping[int, Sequence[Trigger]]] = {}
        self.ends: dict[Clause, Sequence[int]] = {}
        sexes = {each.meaning for each in readings.all(triggers.sexes, 0, len(words))}
        self.sex = sexes.pop() if len(sexes) == 1 else ""
        """The patient's sex; empty if the text tells none, or both."""
        self.findings: Sequence[tuple[int, int]] = ()
        """The words of what answers by itself, in their order."""
        self.commas = [at for at, word in enumerate(words.words) if word == ","]
        self.lists = _lists(self.commas)
        self.rounds = list(_rounds(words.words))
        """The parentheses; what closes none is of an item's number: `2) pregnancy test`."""

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
