"""
How many notes a second are read on one core: ours, the floor, and medSpaCy where it is set up.

The notes are authored clinic notes of the conformance suite, put together to the length of the
outsiders' clinic notes. The floor is taking the same text apart into words, which any reader does
first. Those of the outsiders (ACI-bench) stand for the clinic note of the aim: general notes of the
length that it names, most of whose words are of no element. In the authored ones nearly every
sentence is a finding; they show what reading costs at the worst.

MedSpaCy reads the same notes, with those of our phrases that are plain words as its targets; it
does less than ours with them: it reads no numbers, times, days or results beside a name.
"""

from __future__ import annotations

import re
import time
from itertools import chain, product
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.score import labelled_notes, shipped_reader
from multifidus.chart.document import Document
from multifidus.core.quantity import DateRange
from multifidus.core.wording import Takes
from validation.context import ask
from validation.texts import outsiders, shared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from multifidus.core.wording import Phrase, Piece, Wording

PEER = Path(__file__).parents[1] / "build" / "medspacy" / "bin" / "python"
"""The Python of medSpaCy's environment; `make validate` sets it up."""
LENGTH = 2700
"""So many characters a clinic note has: the mean of ACI-bench."""
NOTES = 100
ROUNDS = 5
MOST_SPELLINGS = 24
AIM = 400
WORD = re.compile(r"\w+|[^\w\s]")


def clinic_notes() -> list[Document]:
    """Put authored clinic notes together to the length of a long one; each begins elsewhere."""
    notes = [note for note in labelled_notes("tuning") if "clinic" in note["kind"]]
    found = []
    for number in range(NOTES):
        first = notes[number % len(notes)]
        text = "\n\n".join(
            notes[(number * 7 + step) % len(notes)]["text"] if step else first["text"]
            for step in range(6)
        )
        day = DateRange.parse(first["date"])
        cut = text[:LENGTH].rsplit("\n", 1)[0]
        found.append(Document(name=str(number), text=cut, date=day, title=first["title"]))
    return found


def plain_phrases() -> list[str]:
    """Spell out the phrases of our lexicon that have neither gaps nor numbers."""
    elements = shipped_reader().lexicon.elements.values()
    phrases = chain.from_iterable(_named(wording) for wording in elements)
    return sorted({text for phrase in phrases for text in _spelled(phrase)})


def _named(wording: Wording) -> Iterator[Phrase]:
    yield from wording.names
    for phrases in wording.alone.values():
        yield from phrases


def _spelled(phrase: Phrase) -> Iterator[str]:
    if any(piece.takes is not Takes.WORDS for piece in phrase):
        return
    for number, words in enumerate(product(*(_choices(piece) for piece in phrase))):
        if number == MOST_SPELLINGS:
            return
        yield " ".join(word for word in words if word)


def _choices(piece: Piece) -> list[str]:
    return [*sorted(piece.words), *([""] if piece.is_optional else [])]


def fastest(work: Callable[[], object]) -> float:
    """
    Time some work a few times; the shortest, in seconds of this process alone.

    What others do on the machine only ever adds.
    """
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def collections() -> Iterator[tuple[str, list[Document]]]:
    """Give the notes to read: authored ones, and those of outsiders where they are at hand."""
    yield "authored, about low back pain", clinic_notes()
    if shared().is_dir():
        texts = [each for each in outsiders(shared()) if each.name.startswith("aci-bench")]
        yield "outsiders', general", texts


def reading_notes() -> Iterator[tuple[str, str, str, str]]:
    """Measure ours against the floor, and against the peer in the same run."""
    reader, phrases = shipped_reader(), plain_phrases()
    for name, notes in collections():
        size = sum(len(note.text) for note in notes) / len(notes)
        floor = _speed(notes, lambda note: WORD.findall(note.text))
        ours = _speed(notes, reader.mentions)
        yield (
            f"read a note of {size:,.0f} characters: {name}",
            f"{ours:.0f} notes/s",
            f"1/{floor / ours:.0f} of its words alone ({floor:.0f} notes/s)",
            f"{AIM} notes/s",
        )
        if not PEER.exists():
            yield "the same with medSpaCy", "not set up", "`make validate` sets it up", ""
            continue
        asked = {"texts": [note.text for note in notes], "phrases": phrases}
        versions, (theirs,) = ask(PEER, "speed", [asked])
        yield (
            f"the same with medSpaCy {versions['medspacy']}, {len(phrases):,} phrases",
            f"{theirs:.0f} notes/s",
            f"ours is {ours / theirs:.1f} x as fast",
            "",
        )


def _speed(notes: list[Document], read: Callable[[Document], object]) -> float:
    return len(notes) / fastest(lambda: [read(note) for note in notes])
