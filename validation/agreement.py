"""
How far two people agree who label the same notes: `python -m validation.agreement [--open]`.

It lays the two labellings of `validation.labellings` side by side, prints and stores the figures,
and counts what nobody has decided, decisions about nothing, and decisions that the notes do not
follow.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from conformance.score import ASSERTED
from multifidus.core.quantity import Operator, Quantity, compare
from multifidus.core.truth import Truth
from validation.labellings import (
    FOLDER,
    HALVES,
    NONE,
    Decision,
    Json,
    Label,
    decided_notes,
    decisions,
    first_notes,
    labelled_twice,
    labels,
    second_notes,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

FIGURES = FOLDER / "notes-agreement.json"


class Pair(NamedTuple):
    """What both say of a stretch; one may be silent."""

    first: Label | None
    second: Label | None

    @property
    def alike(self) -> bool:
        """Whether they mean the same by it."""
        return self.first is not None and self.second is not None and same(self.first, self.second)

    @property
    def where(self) -> Label:
        """The label that tells note, element and span: the first, where there is one."""
        label = self.first or self.second
        if label is None:
            message = "a pair has no label"
            raise ValueError(message)
        return label


def same(one: Label, other: Label) -> bool:
    """Whether two labels say the same; of what is asserted only the answer counts."""
    if one.meant.assertion in ASSERTED and other.meant.assertion in ASSERTED:
        return _is_equal(one.meant.answer, other.meant.answer)
    return one.meant.assertion is other.meant.assertion


def _is_equal(one: object, other: object) -> bool:
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        return compare(one, Operator.EQUAL, other) is Truth.TRUE
    return one == other


def pairs(first: Sequence[Label], second: Sequence[Label]) -> list[Pair]:
    """
    Lay the labels of two people side by side.

    Labels of one element that overlap belong together, those that say the same first.
    """
    left: dict[tuple[str, str], list[Label]] = defaultdict(list)
    for each in second:
        left[each.note, each.element].append(each)
    candidates = sorted(
        (not same(one, other), -_overlap(one, other), i, j)
        for i, one in enumerate(first)
        for j, other in enumerate(left[one.note, one.element])
        if _overlap(one, other) > 0
    )
    of_first: dict[int, Label] = {}
    taken: set[Label] = set()
    for _, _, i, j in candidates:
        other = left[first[i].note, first[i].element][j]
        if i not in of_first and other not in taken:
            of_first[i] = other
            taken.add(other)
    both = [Pair(one, of_first.get(i)) for i, one in enumerate(first)]
    return both + [Pair(None, each) for each in second if each not in taken]


def _overlap(one: Label, other: Label) -> int:
    return min(one.end, other.end) - max(one.start, other.start)


def kappa(told: Sequence[tuple[str, str]]) -> float:
    """Give Cohen's kappa of two people who put the same things into classes."""
    count = len(told)
    agreed = sum(one == other for one, other in told) / count
    ones, others = Counter(one for one, _ in told), Counter(other for _, other in told)
    by_chance = sum(ones[each] * others[each] for each in ones) / count**2
    return (agreed - by_chance) / (1 - by_chance)


def figures(compared: Sequence[Pair], decided: Sequence[Decision]) -> Json:
    """Reckon by half how far two people agree, over all and by element."""
    told = {}
    for half in HALVES:
        notes = list(labelled_twice(half))
        mine = {note["id"] for note in notes}
        told[half] = _figures(
            [pair for pair in compared if pair.where.note in mine],
            [each for each in decided if each.note in mine],
            notes,
        )
    return told


def _figures(compared: Sequence[Pair], decided: Sequence[Decision], notes: Sequence[Json]) -> Json:
    both = [(pair.first, pair.second) for pair in compared if pair.first and pair.second]
    asserted = [pair for pair in compared if _is_asserted(pair)]
    by_element: dict[str, list[Pair]] = defaultdict(list)
    for pair in compared:
        by_element[pair.where.element].append(pair)
    return {
        "notes": len(notes),
        "all": _agreement(compared),
        "asserted": _agreement(asserted),
        "same span": _rounded(sum(a.start == b.start and a.end == b.end for a, b in both), both),
        "same assertion": _rounded(
            sum(a.meant.assertion is b.meant.assertion for a, b in both), both
        ),
        "kappa of the assertion": round(
            kappa([(a.meant.assertion, b.meant.assertion) for a, b in both]), 3
        ),
        "same answer where both assert": _rounded(
            sum(same(a, b) for a, b in _both_assert(both)), list(_both_assert(both))
        ),
        "decided for": _decided_for(compared, decided),
        "against what was decided": {
            name: _against(each, labels(notes))
            for name, each in (
                ("first", [pair.first for pair in compared if pair.first]),
                ("second", [pair.second for pair in compared if pair.second]),
            )
        },
        "by element": {name: _agreement(each) for name, each in sorted(by_element.items())},
    }


def _decided_for(compared: Sequence[Pair], decided: Sequence[Decision]) -> Json:
    differ = {_key(pair) for pair in compared if not pair.alike}
    return dict(sorted(Counter(each.right for each in decided if each[:6] in differ).items()))


def _both_assert(both: Iterable[tuple[Label, Label]]) -> Iterator[tuple[Label, Label]]:
    for one, other in both:
        if one.meant.assertion in ASSERTED and other.meant.assertion in ASSERTED:
            yield one, other


def _is_asserted(pair: Pair) -> bool:
    return any(_asserts(each) for each in pair)


def _agreement(compared: Sequence[Pair]) -> Json:
    """F1 between the two: twice what is alike, by what both have together."""
    alike = sum(pair.alike for pair in compared)
    first, second = (sum(pair[side] is not None for pair in compared) for side in (0, 1))
    return {
        "first": first,
        "second": second,
        "alike": alike,
        "f1": round(2 * alike / (first + second), 3),
    }


def _against(mine: Sequence[Label], decided: Sequence[Label]) -> Json:
    """Precision and recall of one person's assertions: what a reader can be held to."""
    compared = [pair for pair in pairs(mine, decided) if _is_asserted(pair)]
    told = sum(_asserts(pair.first) for pair in compared)
    there = sum(_asserts(pair.second) for pair in compared)
    right = sum(pair.alike for pair in compared)
    return {"precision": round(right / told, 3), "recall": round(right / there, 3)}


def _asserts(label: Label | None) -> bool:
    return label is not None and label.meant.assertion in ASSERTED


def _rounded(count: int, of: Sequence[object]) -> float:
    return round(count / len(of), 3)


def undecided(compared: Sequence[Pair], decided: Sequence[Decision]) -> list[Pair]:
    """Name the differences that nobody has decided."""
    known = {each[:6] for each in decided}
    return [pair for pair in compared if not pair.alike and _key(pair) not in known]


def stale(compared: Sequence[Pair], decided: Sequence[Decision]) -> list[Decision]:
    """Name the decisions that are about nothing which the two have said."""
    known = {_key(pair) for pair in compared}
    return [each for each in decided if each[:6] not in known]


def broken(decided: Sequence[Decision]) -> list[Decision]:
    """Name the decisions that do not stand in the notes."""
    stands = {
        (each.note, each.element, each.start, each.end, each.said)
        for each in labels(decided_notes())
    }
    spans = {each[:4] for each in stands}
    return [
        each
        for each in decided
        if (each.label[:4] in spans if each.decided == NONE else each.label not in stands)
    ]


def _key(pair: Pair) -> tuple[str, int, int, str, str, str]:
    where = pair.where
    first, second = (each.said if each else NONE for each in pair)
    return (where.note, where.start, where.end, where.element, first, second)


def both_labellings() -> tuple[list[Pair], list[Decision]]:
    """Lay both labellings side by side, with what was decided of them."""
    decided = decisions()
    return pairs(labels(first_notes(decided)), labels(second_notes())), decided


def main() -> None:
    """Print how far the two agree, and store it once every difference is decided."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--open", action="store_true", help="the differences, with their words")
    options = parser.parse_args()
    compared, decided = both_labellings()
    found = figures(compared, decided)
    left = undecided(compared, decided)
    print(json.dumps(found, indent=1))
    texts = {note["id"]: note["text"] for note in decided_notes()}
    for pair in left if options.open else ():
        where = pair.where
        words = " ".join(texts[where.note][where.start : where.end].split())
        print(*_key(pair), words, sep=" | ")
    old, gone = stale(compared, decided), broken(decided)
    print(f"{len(left)} undecided, {len(old)} stale, {len(gone)} not as decided in the notes")
    if not (left or old or gone):
        FIGURES.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
