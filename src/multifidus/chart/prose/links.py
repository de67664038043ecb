"""
Which words of a document belong together: a name and the result that stands beside it.

A result belongs to the nearest name of its kind in the same clause, unless the name of another test
stands between, or the words are of something else. Whatever is looked for around a name is looked
for near it, so that the time grows with the length of the text alone.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from multifidus.chart.prose.capture import int_of, read_day
from multifidus.chart.prose.hits import (
    FARTHEST_AFTER,
    FARTHEST_BEFORE,
    WIDEST_PHRASE,
    Link,
    outermost,
)
from multifidus.chart.prose.runs import Runs, nearest
from multifidus.core.wording import Takes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from multifidus.chart.prose.clauses import Clause
    from multifidus.chart.prose.index import Indexed, Kind
    from multifidus.chart.prose.phrases import Match
    from multifidus.core.element import AnswerType

FOR, WHOSE = "for", (["his"], ["her"], ["my"], ["their"])
LONGEST_PURPOSE = 8
"""So many words tell what a treatment is for."""
AFTER_HER = frozenset(
    (
        "and",
        "at",
        "any",
        "anymore",
        "as",
        "but",
        "either",
        "except",
        "in",
        "now",
        "or",
        "so",
        "then",
    )
)
"""What follows `her` where nothing of hers follows."""
APART = 3
"""So many words between a name and a result make it the result of a test right behind it."""
_AND = frozenset(("and", "&", "+", "/", "or"))


class Links(Runs):
    """The names and results of one document."""

    def links(self, hit: Match[Kind]) -> Iterator[Link]:
        """Give what a hit says: an answer by itself, or a name with each of its results."""
        indexed = self.index.elements[hit.meaning.element]
        clause = self.setting.clause(hit.start)
        if not self._fits(indexed, clause, hit.start):
            return
        if not hit.meaning.is_name:
            if not (
                self._is_left_open(hit, clause)
                or self._is_a_label(hit, clause)
                or self._is_a_title(hit, clause)
            ):
                yield Link(clause, hit, self._outdone_by(indexed, clause, hit))
            return
        link = None if self._is_a_label(hit, clause) else self._linked(indexed, clause, hit)
        if link is not None:
            yield link
            for each in self.series(indexed, link):
                yield Link(link.clause, each, None)
            yield from self.rows_below(indexed, link)

    def is_for_something_else(self, answer: Match[Kind]) -> bool:
        """Whether an answer goes on with what it is for, if not the back: `for her gout`."""
        words = self.words.words
        at = answer.end - (words[answer.end - 1] == FOR)
        if words[at : at + 1] != [FOR] or words[at + 1 : at + 2] not in WHOSE:
            return False
        if not self.index.lexicon.context.purposes:
            return False
        if words[at + 1] == "her" and not _is_whose(words[at + 2 : at + 3]):
            return False  # `it did nothing for her.`
        named = self.readings.all(self.index.purposes, at + 2, at + 2 + LONGEST_PURPOSE)
        return all(each.start > at + 2 for each in named)

    # Results

    def _linked(self, indexed: Indexed, clause: Clause, name: Match[Kind]) -> Link | None:
        results = [
            each
            for each in self._results(indexed, clause, (name.start, name.end))
            if (each.end <= name.start or each.start >= name.end) and not self._is_in_a_name(each)
        ]
        chosen = self._choose(name, results)
        if chosen is not None:
            behind = chosen if chosen.start > name.start else name._replace(meaning=chosen.meaning)
            return Link(clause, name, self._outdone_by(indexed, clause, behind) or chosen)
        if results and not indexed.wording.reaches_next:
            return None
        if indexed.wording.reaches_next:
            following = self.setting.next_clause(clause)
            if following is not None and not self.is_crowded(following, indexed):
                start = (following.first, following.first)
                first = nearest(list(self._results(indexed, following, start)))
                if first is not None and first.start - following.first <= FARTHEST_AFTER:
                    return Link(clause, name, first)
        # A name without a result says something only if it is planned.
        return Link(clause, name, None)

    def _outdone_by(
        self, indexed: Indexed, clause: Clause, answer: Match[Kind]
    ) -> Match[Kind] | None:
        """Find the answer behind one to which it gives way: `helped her mood, pain no better`."""
        option = indexed.wording.yields.get(answer.meaning.option)
        if option is None:
            return None
        results = [
            each
            for each in self._results(indexed, clause, (answer.end, answer.end))
            if each.meaning.option == option and 0 <= each.start - answer.end <= FARTHEST_AFTER
        ]
        found = nearest(results)
        if found is None or any(
            # What is told of another time is another answer.
            read_day(self.words, at, clause.end) is not None
            for at in range(answer.end, found.start)
        ):
            return None
        if any(
            answer.end <= each.start < found.end
            for each in self.hits_in(answer.end, found.end)
            if not (found.start <= each.start and each.end <= found.end)
            # Another treatment has its own answers, the pain has none.
            and self.index.elements[each.meaning.element].wording.past_counts
        ):
            return None
        return found

    def _is_of_the_next_test(self, name: Match[Kind], result: Match[Kind]) -> bool:
        """Whether a result is of a test behind it: `PIT not done because of a positive SLR`."""
        if result.start - name.end < APART or result.end - result.start > 1:
            return False
        tests = self.readings.all(self.index.other_tests, result.end, result.end + WIDEST_PHRASE)
        return next((each.start == result.end for each in tests), False) and (
            self.words.gap(result.end - 1) == " "
        )

    def _is_in_a_name(self, result: Match[Kind]) -> bool:
        """Whether a result lies in a name, as that of the next column: `PHQ-9`."""
        return any(
            hit.meaning.is_name and hit.start < result.start and result.end <= hit.end
            for hit in self.hits_in(result.start, result.end)
        )

    def _choose(self, name: Match[Kind], results: Sequence[Match[Kind]]) -> Match[Kind] | None:
        after = nearest(
            [
                each
                for each in results
                if each.start >= name.end
                and each.start - name.end <= FARTHEST_AFTER
                and not self._is_stopped(name, name.end, each.start)
            ]
        )
        before = _nearest_before(
            [
                each
                for each in results
                if each.end <= name.start
                and name.start - each.end <= FARTHEST_BEFORE
                and not self._has_comma(each.end, name.start)
                and not self._is_stopped(name, each.end, name.start)
                and not self._numbers_an_item(each)
            ]
        )
        if after and self._is_of_the_next_test(name, after):
            after = None
        after = after and _extended(after, results)
        if after is not None and before is not None and self._is_across_a_gap(before, name):
            return after
        if after is None or before is None:
            return after or before
        if before.end == name.start and after.start > name.end + 1:
            return before  # `10 MME/day (tramadol 50 mg)`
        if after.meaning == before.meaning:
            return after
        if self._has_comma(name.end, after.start):
            return before
        if self.is_of_another(name, before.start - 1):
            return after
        if self.is_of_another(name, after.end):
            return before
        # "positive PIT negative": nothing tells which of the two it is.
        return after if before.end < name.start - 1 else None

    def _is_across_a_gap(self, before: Match[Kind], name: Match[Kind]) -> bool:
        """Whether what stands before a name is of the column before it: `7 cm   ODI 50%`."""
        return self.setting.layout.has_gap(before.end, name.start + 1)

    def _numbers_an_item(self, result: Match[Kind]) -> bool:
        """Whether a number only counts the items of a list: `(3) repeat PHQ-9`, `4 Oswestry`."""
        words, capture = self.words, result.capture
        if capture is None or capture.takes is not Takes.NUMBER or capture.end != result.end:
            return False
        first = result.start
        if words.words[first - 1 : first] == ["("]:
            return words.words[result.end : result.end + 1] == [")"]
        firsts, number = self.setting.layout.firsts, int_of(words.words[first])
        at = bisect_left(firsts, first)
        if number < 0 or firsts[at : at + 1] != [first]:
            return False
        beside = [*firsts[max(at - 1, 0) : at], *firsts[at + 1 : at + 2]]
        return any(abs(int_of(words.words[each]) - number) == 1 for each in beside)

    def _has_comma(self, first: int, end: int) -> bool:
        return "," in self.words.words[first:end]

    def _is_stopped(self, name: Match[Kind], first: int, end: int) -> bool:
        """Whether the name of another test stands between."""
        if self.readings.any(self.index.other_tests, first, end):
            return True
        mine = self._kind(name.meaning.element)
        return any(
            hit.start >= first and self._is_about(hit)
            for hit in self.hits_in(first, end)
            if hit.meaning.element != name.meaning.element
            and hit.meaning.is_name
            and (hit.end <= name.start or name.end <= hit.start)
            and self._kind(hit.meaning.element) == mine
            and not self._is_coordinated(name, hit)
        )

    def _is_coordinated(self, name: Match[Kind], other: Match[Kind]) -> bool:
        """Whether two names share a result: `PIT and MLT positive`."""
        return other.start - name.end == 1 and self.words.words[name.end] in _AND

    def _kind(self, name: str) -> type[AnswerType] | None:
        """Tell what stands beside an element's name: words, or a number, or a time."""
        indexed = self.index.elements[name]
        return None if indexed.wording.says else type(indexed.element.answer)

    def _is_about(self, hit: Match[Kind]) -> bool:
        """Whether a name is about its element where it stands."""
        indexed = self.index.elements[hit.meaning.element]
        return self._fits(indexed, self.setting.clause(hit.start), hit.start)

    def results_near(
        self, name: str, indexed: Indexed, clause: Clause, first: int, end: int
    ) -> Sequence[Match[Kind]]:
        """Give the results of a clause that stand near some words of it."""
        if (name, clause) not in self.near:
            self.near[name, clause] = list(outermost(self._results(indexed, clause)))
        results = self.near[name, clause]
        reach = FARTHEST_AFTER + WIDEST_PHRASE
        low = bisect_left(results, first - reach, key=lambda each: each.start)
        high = bisect_left(results, end + reach, key=lambda each: each.start)
        return results[low:high]


def _is_whose(following: Sequence[str]) -> bool:
    """Whether something of somebody's follows: `for her gout`, not `for her and`."""
    return bool(following) and following[0].isalpha() and following[0] not in AFTER_HER


def _extended(match: Match[Kind], others: Iterable[Match[Kind]]) -> Match[Kind]:
    """Take in what goes on to say the same: `brought no` and `no lasting improvement`."""
    for each in sorted(others, key=lambda one: one.start):
        goes_on = match.start <= each.start <= match.end < each.end
        # Two numbers are two readings.
        if goes_on and each.meaning == match.meaning and each.capture is None:
            match = match._replace(end=each.end)
    return match


def _nearest_before(matches: Sequence[Match[Kind]]) -> Match[Kind] | None:
    return max(matches, key=lambda each: (each.end, each.end - each.start), default=None)
