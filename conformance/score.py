"""
How well notes are read: `python -m conformance.score [tuning|test] [--element NAME] [--misses]`.

Prints precision, recall and F1 by element, by assertion and by set of notes, of the values alone by
whether they count before a person has looked, the table of confusions, and every false positive.
A mention is found when one of the same element overlaps it; it is right when it is
meant alike and gives the same answer. What is asserted of the patient (`present`, `negated`) is
held against each other by its answer: `nonsurgical` and `not a surgical candidate` say the same.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from multifidus.chart.document import Document
from multifidus.chart.prose.notes import Reader
from multifidus.chart.statements.value import stated
from multifidus.core.element import Number, Time
from multifidus.core.quantity import DateRange, Operator, Quantity, compare
from multifidus.core.truth import Truth
from multifidus.core.wording import Assertion
from multifidus.library.shelf import shipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from multifidus.chart.mention import Mention
    from multifidus.core.element import Dictionary
    from multifidus.core.wording import Lexicon

Json = dict[str, Any]

FOLDER = Path(__file__).parent / "notes"
DICTIONARY = "low-back-pain"
ASSERTED = (Assertion.PRESENT, Assertion.NEGATED)
NOTHING = "nothing"
UNLABELLED = ("physical_therapy_visits", "physical_therapy_length")
"""Elements that came after the labels."""


class Labelled(NamedTuple):
    """A labelled mention of a note."""

    element: str
    start: int
    end: int
    assertion: Assertion
    answer: object


class Pair(NamedTuple):
    """A labelled mention and the one that was found for it; either may be missing."""

    note: str
    element: str
    labelled: Labelled | None
    found: Mention | None
    is_right: bool
    words: str


@dataclass
class Score:
    """What was found of what is there."""

    right: int = 0
    false: list[Pair] = field(default_factory=list)
    missed: list[Pair] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Of what was found, the share that is right."""
        return self.right / max(self.right + len(self.false), 1)

    @property
    def recall(self) -> float:
        """Of what is there, the share that was found."""
        return self.right / max(self.right + len(self.missed), 1)

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


class Scores(NamedTuple):
    """The scores of one half."""

    pairs: Sequence[Pair]
    by_element: dict[str, Score]
    """What is asserted of the patient, by element."""
    by_assertion: dict[str, Score]
    by_set: dict[str, Score]
    """What is asserted of the patient, by who wrote the notes: what an id begins with."""
    total: Score


def labelled_notes(half: str) -> Sequence[Json]:
    """Read the labelled notes of a half."""
    content: Json = json.loads((FOLDER / f"{half}.json").read_text(encoding="utf-8"))
    notes: Sequence[Json] = content["notes"]
    return notes


def document_of(note: Json) -> Document:
    """Give a labelled note as a document."""
    day = DateRange.exactly(date.fromisoformat(note["date"]))
    return Document(name=note["id"], text=note["text"], date=day, title=note["title"])


def shipped_reader() -> Reader:
    """Index the shipped lexicon."""
    shelf = shipped()
    return Reader(shelf.dictionaries[DICTIONARY], shelf.lexicon(DICTIONARY))


def score(notes: Iterable[Json], reader: Reader, dictionary: Dictionary) -> Scores:
    """Read notes and hold what is found against their labels."""
    pairs = [pair for note in notes for pair in _pairs(note, reader, dictionary)]
    by_element: dict[str, Score] = defaultdict(Score)
    by_assertion: dict[str, Score] = defaultdict(Score)
    by_set: dict[str, Score] = defaultdict(Score)
    total = Score()
    for pair in pairs:
        there, found = pair.labelled, pair.found
        asserted = (by_element[pair.element], by_set[pair.note.partition("-")[0]], total)
        if there is not None and there.assertion in ASSERTED:
            for each in asserted:
                _count(each, pair, is_there=True)
        if there is not None:
            _count(by_assertion[there.assertion], pair, is_there=True)
        if found is not None and not pair.is_right:
            by_assertion[found.assertion].false.append(pair)
            if found.assertion in ASSERTED:
                for each in asserted:
                    each.false.append(pair)
    return Scores(pairs, dict(by_element), dict(by_assertion), dict(by_set), total)


def by_weight(scores: Scores, lexicon: Lexicon) -> dict[str, Score]:
    """
    Part what is asserted by whether it counts at once, or waits for a person.

    Only values are held against the labels: that a number cannot be read claims nothing.
    """
    weights = {True: Score(), False: Score()}
    for name, each in scores.by_element.items():
        one = weights[bool(lexicon.elements[name].settles)]
        one.right += each.right
        one.missed += each.missed
        one.false += [pair for pair in each.false if pair.found and not pair.found.problem]
    return {"count at once": weights[True], "wait for a person": weights[False]}


def _count(score: Score, pair: Pair, *, is_there: bool) -> None:
    if pair.is_right:
        score.right += 1
    elif is_there:
        score.missed.append(pair)


def _pairs(note: Json, reader: Reader, dictionary: Dictionary) -> Iterator[Pair]:
    document = document_of(note)
    found = [
        each
        for each in reader.mentions(document)
        if _says_something(each) and each.element not in UNLABELLED
    ]
    labels = [labelled(each, document, dictionary) for each in note["mentions"]]
    left = list(found)
    for label in labels:
        mine = _match(label, left)
        if mine is not None:
            left.remove(mine)
        is_right = mine is not None and _is_right(label, mine)
        yield Pair(
            note["id"], label.element, label, mine, is_right, document.text[label.start : label.end]
        )
    # A fact that is told twice may have been labelled once, where the two overlap.
    for each in left:
        again = [label for label in labels if _overlap(label, each) > 0 and _is_right(label, each)]
        if not again:
            words = document.text[each.start : each.end]
            yield Pair(note["id"], each.element, None, each, is_right=False, words=words)


def _says_something(mention: Mention) -> bool:
    """Whether a mention is more than a negation that answers nothing."""
    return (
        mention.assertion is not Assertion.NEGATED
        or mention.value is not None
        or bool(mention.problem)
    )


def labelled(mention: Json, document: Document, dictionary: Dictionary) -> Labelled:
    """Lay a labelled mention out, its answer comparable with others."""
    return Labelled(
        element=mention["element"],
        start=mention["start"],
        end=mention["end"],
        assertion=Assertion(mention["assertion"]),
        answer=_answer(mention, document, dictionary),
    )


def _answer(mention: Json, document: Document, dictionary: Dictionary) -> object:
    if "problem" in mention:
        return NOTHING
    if "since" in mention:
        return DateRange.parse(mention["since"])
    value = mention.get("value")
    answer = dictionary.elements[mention["element"]].answer
    if isinstance(answer, Time) and value is not None and document.date is not None:
        return stated(int(value), mention["unit"], document.date, answer).since
    if isinstance(answer, Number) and value is not None:
        return Quantity(value, mention["unit"])
    return value


def _match(label: Labelled, found: Sequence[Mention]) -> Mention | None:
    """Find the mention that overlaps most; of several alike, one that is right."""
    mine = [each for each in found if _overlap(label, each) > 0]
    return max(
        mine,
        key=lambda each: (_is_right(label, each), _overlap(label, each)),
        default=None,
    )


def _overlap(label: Labelled, found: Mention) -> int:
    if label.element != found.element:
        return 0
    return min(label.end, found.end) - max(label.start, found.start)


def _is_right(label: Labelled, found: Mention) -> bool:
    if label.assertion not in ASSERTED or found.assertion not in ASSERTED:
        return label.assertion is found.assertion
    if label.answer == NOTHING:
        return bool(found.problem)
    if isinstance(label.answer, DateRange):
        return found.since == label.answer
    if isinstance(label.answer, Quantity):
        if not isinstance(found.value, Quantity):
            return False
        return compare(found.value, Operator.EQUAL, label.answer) is Truth.TRUE
    return found.value == label.answer


# What is printed


def _table(title: str, scores: dict[str, Score]) -> Iterator[str]:
    yield f"{title:34}  there  found  precision  recall     F1"
    for name, each in sorted(scores.items()):
        there, found = each.right + len(each.missed), each.right + len(each.false)
        yield (
            f"{name:34}  {there:5}  {found:5}  {each.precision:9.3f}  {each.recall:6.3f}"
            f"  {each.f1:5.3f}"
        )


def _confusions(pairs: Iterable[Pair]) -> Iterator[str]:
    kinds = [*Assertion, NOTHING]
    counts = Counter(
        (
            str(pair.labelled.assertion) if pair.labelled else NOTHING,
            str(pair.found.assertion) if pair.found else NOTHING,
        )
        for pair in pairs
    )
    yield "labelled as \\ found as  " + "".join(f"{kind:>13}" for kind in kinds)
    for there in kinds:
        yield f"{there:22}  " + "".join(f"{counts[there, found]:13}" for found in kinds)


def _line(pair: Pair) -> str:
    there, found = pair.labelled, pair.found
    told = " ".join(pair.words.split())
    said = f"{found.assertion} {found.problem or found.value}" if found else NOTHING
    meant = f"{there.assertion} {there.answer}" if there else NOTHING
    return f"{pair.note}: {pair.element}: “{told}” found as {said}, labelled as {meant}"


def main() -> None:
    """Print how well a half is read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("half", nargs="?", default="test", choices=("tuning", "test"))
    parser.add_argument("--element", default="", help="the pairs of one element")
    parser.add_argument("--misses", action="store_true", help="what was not found, too")
    parser.add_argument("--words", action="store_true", help="the words of the test half, too")
    options = parser.parse_args()
    dictionary = shipped().dictionaries[DICTIONARY]
    notes = labelled_notes(options.half)
    scores = score(notes, shipped_reader(), dictionary)
    mentions = sum(len(note["mentions"]) for note in notes)
    print(f"{options.half} half: {len(notes)} notes, {mentions} labelled mentions\n")
    print("\n".join(_table("asserted of the patient", scores.by_element)), "\n")
    print("\n".join(_table("as", scores.by_assertion)), "\n")
    print("\n".join(_table("all that is asserted", {**scores.by_set, "total": scores.total})), "\n")
    weights = by_weight(scores, shipped().lexicon(DICTIONARY))
    print("\n".join(_table("values that", weights)), "\n")
    print("\n".join(_confusions(scores.pairs)), "\n")
    found = {"false positives": scores.total.false}
    if options.misses:
        found["missed"] = scores.total.missed
    for what, pairs in found.items():
        told = [each for each in pairs if options.element in ("", each.element)]
        print(f"{what}: {len(told)}")
        # Who has seen where the test half fails can no longer tune by nothing but the other half.
        if options.half == "tuning" or options.words:
            print("\n".join(_line(each) for each in told), "\n")
    if options.half == "test" and not options.words:
        print("Their words stay unseen: fresh notes are needed once anybody has tuned by them.")


if __name__ == "__main__":
    main()
