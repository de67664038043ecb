"""
Clauses, headings and triggers: how a document means what it mentions (ConText).

A clause ends with its sentence, at a semicolon, a bullet, or the end of a list's line; no trigger
reaches out of it. Within a clause a trigger reaches as far as the lexicon's words let it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from multifidus.chart.forms import UNSAID
from multifidus.chart.layout import Layout
from multifidus.chart.words import Words
from multifidus.core.wording import Assertion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from multifidus.chart.words import Group, Phrasebook, Readings
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
        "y",
        "o",
    )
)
"""Words after which a full stop ends no sentence if a small letter or a number follows."""
ANSWERS = frozenset(("[", "yes", "no", "y", "n", UNSAID, "\u2611", "\u2612"))
"""What stands after a question that it answers."""
ASKED = frozenset(("?",))
LEADS = frozenset((":", "-", "="))
CLOSES = frozenset((",", ";", ".", "(", ")", "|", "/", "in", UNSAID))
BEFORE_A_DOUBT = CLOSES | LINE_BULLETS | frozenset(("#", ":"))
UNFINISHED = frozenset(
    "of the with without and or at to for by from than as his her between into".split()
)
"""Words with which no line of its own ends."""
TITLES = frozenset(("dr", "mr", "mrs", "ms", "st"))
"""Of these, after which a full stop ends no sentence whatever follows: `Dr. Q`."""
LONGEST_NUMBER = 2
"""Digits that the number of an item has at most: `2014.` is a year."""
LONG_LINE = 56
"""A line so long, in characters, is taken to go on in the next one."""
SHORTEST_WRAPPED = 36
"""So long a line goes on if the next begins with a small letter."""
HEADS_END = frozenset((":",))
LONGEST_HEADING = 10
SHORTEST_LIST = 6
"""So few words stand between a finding and the word after a comma that tells how it is meant."""
# A row of a table or a form does not go on in the next line.
_ROW = re.compile(r"\S {3,}\S|\t\S|\||\[[ xX_]?\]|[\u2610-\u2612]|\.{4}")
_BLANK = re.compile(r"\n[ \t]*\n")
# A line that begins with words in capitals and a colon, or that stands alone in capitals.
_CAPITALS = re.compile(
    r"(?m)^[ \t*#_-]*([A-Z][A-Z/&() -]{2,40}):|\n[ \t]*\n[ \t]*([A-Z][A-Z/&() -]{3,40})[ \t]*$"
)
_EVIDENCE = re.compile(r"(?<=\S)(?: {3,}|\t)(?:[YN]|(?i:yes|no|met|not met))(?: {3,}|\t)(\S[^\n]*)")
_QUOTED = re.compile(r"(?m)^[ \t*-]*[\"\u201c]([^\"\u201c\u201d\n]{3,90})[\"\u201d][ \t]*:")
FARTHEST = 40
"""So many words a trigger reaches at most."""
FARTHEST_LISTED = 160
"""So many words it reaches over the commas of a list."""
LONGEST_ITEM = 10
"""So many words a member of such a list has at most."""
FARTHEST_BACK = 12
"""So many words a trigger of the past reaches at most."""
NEAR = 300
"""So many characters before and after a span are looked at for the sentence around it."""
NEXT_TO_IT = 2
"""So few words may stand between a finding and a question mark that doubts it."""
BOXES = frozenset(("[", "\u2611", "\u2612"))
ROUND = "("
"""A box, too, if an x stands in it."""


LEADS_BACK = frozenset(("with", "since", "after", "by"))
"""Words that end a trigger and lead on: `resolved with` antibiotics."""
TURNS = frozenset(("but", "which", "that"))
LISTS = frozenset(("include", "includes", "including", ":"))
"""Words that end a trigger and open a list, all of which it modifies."""
QUOTES = frozenset('"\u201c\u201d')
MARKS = frozenset("#*_.)(=->")
RESUMES = frozenset("pt patient he she his her i no denies".split())
"""Words that begin a line of the patient below a line of the family."""
NEAR_THE_END = 3
"""So few words stand between a finding and the end of its line if the next line answers it."""
LONGEST_ANSWER = 5
"""So many words such an answer has at most."""


class Sign(Enum):
    """What a phrase means that is not an assertion itself."""

    NONE = "none"
    """It holds a trigger's word and is no trigger."""
    END = "end"
    """A reach ends here."""
    PLAN = "plan"
    """What is done to a patient is planned; findings are as ever."""
    BACK = "back"
    """A text speaks of its patient again."""
    ASKED = "asked"
    """What is denied below a heading is denied of the patient; the rest is only asked about."""


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
    is_measured: bool = False
    """Whether they are a number: what joins two readings neither doubts nor dates one."""

    @property
    def first(self) -> int:
        """The first word."""
        return min(start for start, _ in self.own)

    @property
    def end(self) -> int:
        """The word after the last one."""
        return max(end for _, end in self.own)


class Heading(NamedTuple):
    """The words of a heading, and how what stands below it is meant."""

    first: int
    end: int
    meaning: Assertion | Sign
    reach: int
    """The word up to which it stands over the text, if no other heading comes before."""


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


class Triggers:
    """The context of a lexicon, indexed; made once."""

    def __init__(self, book: Phrasebook, context: Context) -> None:
        """Put triggers, ends, headings and the rest into the book of a reader."""
        neither: list[tuple[Phrase, Assertion | Sign]] = [
            *((phrase, Sign.NONE) for phrase in context.no_triggers),
            *((phrase, Sign.END) for phrase in context.ends),
        ]
        self.before = book.group([*neither, *_signs(context.before, context.plans["before"])])
        after = list(_signs(context.after, context.plans["after"]))
        self.after = book.group([*neither, *after])
        self.answers = book.group([(each[1:], meaning) for each, meaning in after if _leads(each)])
        """What is said behind a colon is an answer behind a gap as well, and in the next line."""
        self.headings = book.group(
            [
                *((phrase, Sign.NONE) for phrase in context.no_triggers),
                *((phrase, Sign.ASKED) for phrase in context.asked),
                *_signs(context.headings, context.plans["headings"]),
            ]
        )
        self.general = book.group([(phrase, None) for phrase in context.general])
        self.sexes = book.group(_by_sex(context.sexes))
        self.pronouns = book.group(_by_sex(context.pronouns))
        self.returns = book.group([(phrase, None) for phrase in context.returns])
        self.affirms = book.group([(phrase, None) for phrase in context.affirms])
        self.joins = book.group([(phrase, None) for phrase in context.joins])


def _by_sex(groups: Mapping[str, tuple[Phrase, ...]]) -> Iterator[tuple[Phrase, str]]:
    return ((phrase, sex) for sex, group in groups.items() for phrase in group)


def _leads(phrase: Phrase) -> bool:
    if len(phrase) == 1 or phrase[0].words != HEADS_END:
        return False
    return all(word.isalpha() for word in phrase[1].words)


def _signs(
    groups: Mapping[Assertion, tuple[Phrase, ...]], plans: Iterable[Phrase]
) -> Iterator[tuple[Phrase, Assertion | Sign]]:
    yield from ((phrase, each) for each, group in groups.items() for phrase in group)
    yield from ((phrase, Sign.PLAN) for phrase in plans)


class Clauses:
    """The clauses of one text; looked up where they are asked for."""

    def __init__(self, words: Words) -> None:
        """Prepare a text."""
        self.words = words
        self.clauses: dict[int, Clause] = {}
        self.layout = Layout(words)

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
        if place + 1 in self.layout.parts:
            return True
        gap = words.gap(place)
        if word in SENTENCE_ENDS and gap:
            # `Back surgery? [x] no`
            is_asked = word == "?" and (following in ANSWERS or len(gap) > 1)
            if is_asked and "\n" not in gap:
                return False
            # `? lumbar stenosis`: the mark stands before what it doubts.
            return not (word == "?" and self._begins_part(place)) and self._ends_sentence(place)
        return "\n" in gap and self._breaks_line(place)

    def _begins_part(self, place: int) -> bool:
        words = self.words
        return (
            place == 0
            or "\n" in words.gap(place - 1)
            or len(words.gap(place - 1)) > 1
            or words.words[place - 1] in BEFORE_A_DOUBT
        )

    def _breaks_line(self, place: int) -> bool:
        """Whether a text does not go on in the line after a word, the last one of its own."""
        words = self.words
        word, gap = words.words[place], words.gap(place)
        if gap.count("\n") > 1 or self._begins_item(place + 1):
            return True
        if word in UNFINISHED:
            return False
        start = words.text.rfind("\n", 0, words.ends[place])
        if word == ":" and ". " not in words.text[start + 1 : words.ends[place]]:
            return True
        if _ROW.search(words.text, start + 1, words.ends[place]):
            return True
        if word == ",":
            return False
        length = words.ends[place] - start
        if length >= LONG_LINE:
            return self.layout.has_room(place)
        return length < SHORTEST_WRAPPED or not words.text[words.starts[place + 1]].islower()

    def _ends_sentence(self, place: int) -> bool:
        words = self.words
        if words.words[place] != "." or place == 0:
            return True
        before = words.words[place - 1]
        if before not in ABBREVIATIONS or words.ends[place - 1] != words.starts[place]:
            return True
        if before in TITLES:
            return False
        char = words.text[words.starts[place + 1]]
        return not (char.islower() or char.isdecimal())

    def is_bullet(self, place: int) -> bool:
        """Whether a sign begins a line, and so an item of a list: it is no result."""
        words = self.words
        is_first = place == 0 or "\n" in words.gap(place - 1)
        return is_first and words.words[place] in LINE_BULLETS

    def _begins_item(self, place: int) -> bool:
        words = self.words
        if words.words[place] in LINE_BULLETS:
            return True
        word = words.words[place]
        if self._is_code(place):
            return True
        is_number = word.isdecimal() and len(word) <= LONGEST_NUMBER and place + 1 < len(words)
        return is_number and words.words[place + 1] in (".", ")")


    def _is_code(self, place: int) -> bool:
        """Whether a code of ICD-10 begins a line: `M54.16`, but not `L4`."""
        words = self.words
        if place + 2 >= len(words) or len(words.words[place]) > 1 or words.gap(place):
            return False
        number = words.words[place + 1]
        return number[0].isdecimal() and "." in number and place in words.capitals


class Setting(Clauses):
    """The clauses, headings and triggers of one text; looked up where they are asked for."""

    def __init__(self, triggers: Triggers, words: Words, readings: Readings) -> None:
        """Prepare a text."""
        super().__init__(words)
        self.triggers = triggers
        self.readings = readings
        self.found: dict[Clause, Sequence[Trigger]] = {}
        self.near: dict[Clause, Mapping[int, Sequence[Trigger]]] = {}
        self.ends: dict[Clause, Sequence[int]] = {}
        self.headings: list[Heading] | None = None
        self.resumes: Sequence[int] | None = None
        sexes = {each.meaning for each in readings.all(triggers.sexes, 0, len(words))}
        self.sex = sexes.pop() if len(sexes) == 1 else ""
        """The patient's sex; empty if the text tells none, or both."""
        self.blanks = [each.start() for each in _BLANK.finditer(words.text)]
        self.commas = [at for at, word in enumerate(words.words) if word == ","]
        self.lists = _lists(self.commas)

    # Headings

    def heading(self, place: int) -> Heading | None:
        """Give the last heading before a word."""
        if self.headings is None:
            self.headings = list(self._all_headings())
        at = bisect_right(self.headings, place, key=lambda each: each.first)
        last = self.headings[at - 1] if at else None
        return None if last is None or place >= last.reach else last

    def _all_headings(self) -> Iterator[Heading]:
        """Give everything that stands over a part of the text, in order."""
        found = [
            *self._headings(),
            *self._other_headings(),
            *self._generalities(),
            *self._quoted(),
            *self._returns(),
        ]
        last: Heading | None = None
        for each in sorted(found, key=lambda one: one.first):
            # Under `Family history` the patient is not spoken of again before the next heading.
            is_kept = last is not None and last.meaning is Assertion.OTHER
            if each.meaning is not Sign.BACK:
                last = each
                yield each
            elif not is_kept:
                yield each._replace(meaning=Assertion.PRESENT)
                if last is not None and each.reach < last.reach:
                    yield last._replace(first=each.reach)

    def _headings(self) -> Iterator[Heading]:
        words = self.words
        free = 0
        for found in self.readings.longest(self.triggers.headings, 0, len(words)):
            if found.meaning is Sign.NONE or found.start < free:
                continue
            has_colon = found.end < len(words) and words.words[found.end] in HEADS_END
            begins_line = self._begins_line(found.start)
            if has_colon or (
                begins_line
                and (self._ends_line(found.end - 1) or self._is_headed_line(found.end))
            ):
                heading = self._made(found.start, found.end, found.meaning)
                if begins_line or found.meaning is not Assertion.HYPOTHETICAL:
                    yield heading
                else:
                    yield heading._replace(reach=min(heading.reach, self._paragraph_end(found.end)))
            elif found.meaning in _UNREAL and self._begins_sentence(found.start):
                end = self._qualified_end(found.end)
                if end is not None:
                    yield self._made(found.start, end, found.meaning)
                    free = end

    def _begins_sentence(self, place: int) -> bool:
        return self._begins_line(place) or self.words.words[place - 1] in SENTENCE_ENDS

    def _qualified_end(self, place: int) -> int | None:
        """Find the colon of a heading with more words: `Goals (8 weeks):`, `Criteria of hers:`."""
        words = self.words.words
        for at in range(place, min(place + LONGEST_HEADING, len(words))):
            if words[at] in HEADS_END:
                return at
            if words[at] in (".", ";", UNSAID) or self._ends_line(at):
                return None
        return None

    def _generalities(self) -> Iterator[Heading]:
        """Find words after which a paragraph speaks of patients in general."""
        words = self.words
        for found in self.readings.longest(self.triggers.general, 0, len(words)):
            end = self._paragraph_end(found.end)
            yield Heading(found.start, found.end, Assertion.HYPOTHETICAL, end)

    def _returns(self) -> Iterator[Heading]:
        """Find words after which a text speaks of its patient again."""
        words = self.words
        for found in self.readings.longest(self.triggers.returns, 0, len(words)):
            yield Heading(found.start, found.end, Sign.BACK, len(words))
        # The evidence in a row of criteria: `Failed therapy    Y    12 weeks, no relief`.
        for cell in _EVIDENCE.finditer(words.text):
            first, end = (bisect_left(words.starts, each) for each in cell.span(1))
            yield Heading(first, first, Sign.BACK, end)

    def _quoted(self) -> Iterator[Heading]:
        """Find what a form quotes to be answered: `"Failed therapy": yes`."""
        starts = self.words.starts
        for found in _QUOTED.finditer(self.words.text):
            first, end = (bisect_left(starts, each) for each in found.span(1))
            yield Heading(first, first, Assertion.HYPOTHETICAL, end)

    def _paragraph_end(self, end: int) -> int:
        blanks, words = self.blanks, self.words
        blank = bisect_left(blanks, words.ends[end - 1])
        return bisect_left(words.starts, blanks[blank]) if blank < len(blanks) else len(words)

    def _made(self, first: int, end: int, meaning: Assertion | Sign) -> Heading:
        """Build a heading; one with text on its own line stands over that paragraph alone."""
        words = self.words
        size = len(words)
        is_alone = end >= size or self._ends_line(end - 1) or self._is_headed_line(end)
        if is_alone and meaning is not Assertion.HISTORICAL:
            return Heading(first, end, meaning, size)
        if meaning in _UNREAL:
            # What is said to be so often follows in the next line.
            at = end
            while at + 1 < size and not ("\n" in words.gap(at) and self._breaks_line(at)):
                at += 1
            return Heading(first, end, meaning, self._quote_end(end + 1, at + 1))
        reach = self._paragraph_end(end)
        return Heading(first, end, meaning, self._resumed(meaning, end, reach))

    def _quote_end(self, place: int, reach: int) -> int:
        """Give the end of the quotation that begins with a word; the reach if none does."""
        words = self.words.words
        if place >= reach or words[place] not in QUOTES:
            return reach
        return next((at for at in range(place + 1, reach) if words[at] in QUOTES), reach)

    def _resumed(self, meaning: Assertion | Sign, end: int, reach: int) -> int:
        """Give the first line below a heading of others, or of the past, that is of the patient."""
        if self.resumes is None:
            words, parts = self.words, self.layout.parts
            self.resumes = [
                at
                for at in range(1, len(words))
                if "\n" in words.gap(at - 1) and (at in parts or words.words[at] in RESUMES)
            ]
        if meaning not in (Assertion.OTHER, Assertion.HISTORICAL):
            return reach
        at = bisect_left(self.resumes, end)
        return min(reach, self.resumes[at]) if at < len(self.resumes) else reach

    def _is_headed_line(self, place: int) -> bool:
        """Whether the line goes on to a colon: `PAYER CRITERIA (copied from policy):`."""
        words = self.words
        for at in range(place, min(place + LONGEST_HEADING, len(words))):
            if words.words[at] == ":":
                return self._ends_line(at)
            if self._ends_line(at):
                return False
        return False

    def _other_headings(self) -> Iterator[Heading]:
        """Find headings that the lexicon does not know, by their looks: `CHART FINDINGS:`."""
        for found in _CAPITALS.finditer(self.words.text):
            place = found.lastindex or 0
            first = bisect_left(self.words.starts, found.start(place))
            end = bisect_left(self.words.starts, found.end(place))
            is_known = self.readings.any(self.triggers.headings, first, end)
            is_meant = any(
                isinstance(each.meaning, Assertion)
                for each in self.readings.longest(self.triggers.before, first, end)
            )
            if not is_known and not is_meant:
                yield self._made(first, end, Assertion.PRESENT)

    def _begins_line(self, place: int) -> bool:
        if place == 0 or "\n" in self.words.gap(place - 1):
            return True
        # A mark of Markdown, or a number, may stand before a heading.
        words = self.words
        is_marked = words.words[place - 1] in MARKS
        for at in range(place - 1, max(place - 5, -1), -1):
            if not (is_marked or words.words[at] in MARKS or words.words[at].isdecimal()):
                return False
            if at == 0 or "\n" in words.gap(at - 1):
                return True
        return False

    def _ends_line(self, place: int) -> bool:
        return place + 1 >= len(self.words) or "\n" in self.words.gap(place)

    # Triggers

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
            if trigger.meaning not in found and self._reaches(trigger, stretch):
                found[trigger.meaning] = (trigger.start, trigger.end)
        if not found and (answer := self._answer_below(stretch)) is not None:
            found[answer.meaning] = (answer.start, answer.end)
        heading = self.heading(stretch.first)
        if heading is not None and heading.meaning is not Sign.ASKED:
            found[heading.meaning] = None
        elif heading is not None and not (is_negation or Assertion.NEGATED in found):
            found[Assertion.HYPOTHETICAL] = None
        if self._is_of_the_other_sex(stretch):
            found[Assertion.OTHER] = None
        strongest = next((each for each in _STRONGEST if each in found), Assertion.PRESENT)
        return Meaning(strongest, found.get(strongest), Sign.PLAN in found)

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
            trigger.meaning is Assertion.HISTORICAL
            and self._has_comma(trigger.end, stretch.first)
        )

    def _answer_below(self, stretch: Stretch) -> Trigger | None:
        """Find the answer in the line below a short one: `RADICULOPATHY`, and then `None.`"""
        clause = stretch.clause
        if clause.end - clause.first > LONGEST_HEADING or clause.end - stretch.end > NEAR_THE_END:
            return None
        following = self.next_clause(clause)
        if following is None or "\n" not in self.words.gap(clause.end - 1):
            return None
        words = self.words.words
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
                if each.start not in told and self._doubts_next(each)
            ]
            self.found[clause] = [*before, *after, *answers]
        return self.found[clause]

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
        for each in self.readings.longest(group, clause.first, clause.end):
            if each.meaning is not Sign.NONE:
                yield Trigger(each.start, each.end, each.meaning, is_before)

    def _is_whole(self, trigger: Trigger, clause: Clause) -> bool:
        """Whether `: no` is all that is said: `Scoliosis: no`, not `Neck: no scoliosis`."""
        first = self.words.words[trigger.start]
        if trigger.end - trigger.start == 1 and first in LEADS:
            return trigger.end >= clause.end or self.words.words[trigger.end] in CLOSES
        if first in LEADS or (len(first) == 1 and first.isalpha()):
            return self._closes(trigger, clause)
        return self._doubts_last(trigger)

    def _closes(self, trigger: Trigger, clause: Clause) -> bool:
        """Whether nothing follows a trigger but the end of a part, or a day."""
        if trigger.end >= clause.end:
            return True
        following, gap = self.words.words[trigger.end], self.words.gap(trigger.end - 1)
        # Blanks set the parts of a form apart: `OUD: no   MME 0`.
        return following in CLOSES or following.isdecimal() or len(gap) > 1 or "\n" in gap

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
        if reach is None or not self._means_alone(trigger, stretch):
            return False
        low, high = reach
        if high - low > self._farthest(trigger) and not self._is_list(trigger, stretch):
            return False
        if stretch.is_measured and self._joins(trigger):
            return False
        if trigger.end - trigger.start == 1 and self.words.words[trigger.start] in LEADS:
            return high == low  # `stenosis -`
        if self.is_box(trigger.start):
            return self._is_of_the_boxes(low, high)  # `Pacemaker: [x] no`
        if trigger.meaning is Assertion.OTHER:
            return True  # `her mother, who is having back surgery`
        return not (
            self._is_ended(stretch.clause, low, high)
            or self._is_cut(trigger, stretch, low, high)
            or (trigger.is_before and self._is_in_another_column(low, high))
        )

    def _means_alone(self, trigger: Trigger, stretch: Stretch) -> bool:
        """Whether a trigger that overlaps a mention is one by its other words: `not` of both."""
        for start, end in stretch.own:
            if trigger.is_before and trigger.start < start < trigger.end:
                group, rest = self.triggers.before, (trigger.start, start)
            elif not trigger.is_before and trigger.start < end < trigger.end:
                group, rest = self.triggers.after, (end, trigger.end)
            else:
                continue
            return any(
                each.meaning is trigger.meaning for each in self.readings.all(group, *rest)
            )
        return True

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
        return words[place] in BOXES or (words[place] == ROUND and words[place + 1 : place + 2] == ["x"])

    def _is_of_the_boxes(self, low: int, high: int) -> bool:
        """Whether no other item stands between a finding and a box behind it."""
        words = self.words.words
        first = next((at for at in range(low, high) if self._is_form(at)), high)
        return all(words[at] == UNSAID for at in range(first, high))

    def _is_form(self, place: int) -> bool:
        return self.words.words[place] == UNSAID or self.is_box(place)

    def _is_in_another_column(self, low: int, high: int) -> bool:
        """Whether a gap stands between; right behind a trigger columns of its own may begin."""
        layout = self.layout
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

    def _is_cut(self, trigger: Trigger, stretch: Stretch, low: int, high: int) -> bool:
        """Whether a comma stands between that ends the reach."""
        if trigger.meaning is Assertion.HYPOTHETICAL or not self._has_comma(low, high):
            return False
        words = self.words.words
        last = self.commas[bisect_left(self.commas, high) - 1]
        if not trigger.is_before:
            # `falls, infections: none` and `radiculopathy, left, resolved`
            is_of_list = words[trigger.start] in LEADS | ASKED
            is_late = (
                trigger.meaning in (Assertion.HISTORICAL, Assertion.POSSIBLE)
                and last + 1 == trigger.start
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


def _lists(commas: Sequence[int]) -> Sequence[int]:
    """Give for each comma the first one of its list."""
    first: list[int] = []
    for at, comma in enumerate(commas):
        goes_on = at > 0 and comma - commas[at - 1] <= LONGEST_ITEM + 1
        first.append(first[-1] if goes_on else comma)
    return first


def _is_in(trigger: Trigger, stretch: Stretch) -> bool:
    """Whether a trigger begins in the matched words of a mention."""
    return any(start <= trigger.start < end for start, end in stretch.own)


_UNREAL = (Assertion.HYPOTHETICAL, Sign.ASKED)
_LISTED = (Assertion.NEGATED, Assertion.POSSIBLE)
_STRONGEST = (
    Assertion.OTHER,
    Assertion.HYPOTHETICAL,
    Assertion.NEGATED,
    Assertion.POSSIBLE,
    Assertion.HISTORICAL,
)
"""Of several, the first counts: what is said of somebody else is never the patient's."""


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """
    Find the clauses in which a span of a text stands; of a very long one, what stands near.

    >>> text = "Seen today. Prone instability test was positive. Plan: MRI."
    >>> first, last = sentence_around(text, 35, 47)
    >>> text[first:last]
    'Prone instability test was positive.'
    """
    low, high = max(0, start - NEAR), min(len(text), end + NEAR)
    words = Words(text[low:high])
    clauses = Clauses(words)
    first = max(bisect_right(words.starts, start - low) - 1, 0)
    last = max(bisect_left(words.ends, end - low), first)
    if last >= len(words):
        return start, end
    begin, stop = clauses.clause(first).first, clauses.clause(last).end
    return min(start, low + words.starts[begin]), max(end, low + words.ends[stop - 1])
