"""
What two people have labelled the notes with, and what was decided where they differ.

The first labels are those of `conformance/notes` before the two were compared; the second were made
from the texts alone, by `docs/reference/annotating.md`, and stand in `notes-second.json`: of the
whole test half, and of some of the tuning half. `notes-adjudicated.yaml` decides every difference.
Undoing its decisions gives the first labels back, so that figures can be made again from what is
stored.
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from conformance.score import DICTIONARY, document_of, labelled, labelled_notes
from multifidus.library.shelf import shipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from conformance.score import Labelled

FOLDER = Path(__file__).parent
SECOND = FOLDER / "notes-second.json"
ADJUDICATED = FOLDER / "notes-adjudicated.yaml"
HALVES = ("test", "tuning")
NONE = "-"
"""No mention."""

Json = dict[str, Any]


class Label(NamedTuple):
    """What one person says of a stretch of a note."""

    note: str
    element: str
    start: int
    end: int
    said: str
    """How it is meant and what it answers: `present 7 points`."""
    meant: Labelled
    """The same, to be compared."""


class Decision(NamedTuple):
    """One difference, and what was decided."""

    note: str
    start: int
    end: int
    element: str
    first: str
    second: str
    decided: str
    because: str
    decided_start: int | None = None
    decided_end: int | None = None
    """Where the label that was decided on lies, if not where the difference does."""

    @property
    def label(self) -> tuple[str, str, int, int, str]:
        """What stands in the notes, unless it was decided that nothing does."""
        start = self.start if self.decided_start is None else self.decided_start
        end = self.end if self.decided_end is None else self.decided_end
        return self.note, self.element, start, end, self.decided

    @property
    def right(self) -> str:
        """Who was right: `first`, `second` or `neither`."""
        said = {self.second: "second", self.first: "first"}
        return said.get(self.decided, "neither")


def said_of(mention: Json) -> str:
    """Write how a mention is meant, and its answer, as decisions do."""
    if "problem" in mention:
        answer = str(mention["problem"])
    elif "since" in mention:
        answer = f"since {mention['since']}"
    elif isinstance(mention.get("value"), bool):
        answer = "yes" if mention["value"] else "no"
    else:
        answer = f"{mention.get('value', '')} {mention.get('unit', '')}"
    return f"{mention['assertion']} {answer}".strip()


def mention_of(element: str, start: int, end: int, said: str) -> Json:
    """Read back what `said_of` has written."""
    assertion, _, answer = said.partition(" ")
    mention: Json = {"element": element, "start": start, "end": end, "assertion": assertion}
    number, _, unit = answer.partition(" ")
    if answer in {"unreadable", "conflict"}:
        return mention | {"problem": answer}
    if answer.startswith("since "):
        return mention | {"since": unit}
    if answer in {"yes", "no"}:
        return mention | {"value": answer == "yes"}
    if unit:
        return mention | {"value": number, "unit": unit}
    return mention | ({"value": answer} if answer else {})


def labels(notes: Iterable[Json]) -> list[Label]:
    """Lay the mentions of notes out."""
    dictionary = shipped().dictionaries[DICTIONARY]
    return [
        Label(
            note["id"],
            each["element"],
            each["start"],
            each["end"],
            said_of(each),
            labelled(each, document_of(note), dictionary),
        )
        for note in notes
        for each in note["mentions"]
    ]


def decisions() -> list[Decision]:
    """Read what was decided."""
    content: Json = yaml.safe_load(ADJUDICATED.read_text(encoding="utf-8"))
    return [Decision(note, *row) for note, rows in content["decisions"].items() for row in rows]


def reasons() -> Mapping[str, str]:
    """Read the reasons that decisions give, by their short names."""
    content: Json = yaml.safe_load(ADJUDICATED.read_text(encoding="utf-8"))
    given: Mapping[str, str] = content["reasons"]
    return given


def decided_notes() -> Sequence[Json]:
    """Read the notes that have been labelled twice, as they stand."""
    return [note for half in HALVES for note in labelled_twice(half)]


def labelled_twice(half: str) -> Iterator[Json]:
    """Read those of a half."""
    twice = _second_rows()
    return (note for note in labelled_notes(half) if note["id"] in twice)


def first_notes(decided: Sequence[Decision]) -> list[Json]:
    """Undo the decisions: the notes as the first had labelled them."""
    undone: dict[str, list[Decision]] = defaultdict(list)
    for each in decided:
        if each.right != "first" or each.decided_start is not None:
            undone[each.note].append(each)
    return [note | {"mentions": _undone(note, undone[note["id"]])} for note in decided_notes()]


def _undone(note: Json, decided: Sequence[Decision]) -> list[Json]:
    changed = {each.label for each in decided}
    kept = [
        each
        for each in note["mentions"]
        if (note["id"], each["element"], each["start"], each["end"], said_of(each)) not in changed
    ]
    before = [
        mention_of(each.element, each.start, each.end, each.first)
        for each in decided
        if each.first != NONE
    ]
    return kept + before


def second_notes() -> list[Json]:
    """Read the notes as the second has labelled them."""
    rows = _second_rows()
    return [
        note | {"mentions": [mention_of(*row) for row in rows[note["id"]]]}
        for note in decided_notes()
    ]


def _second_rows() -> Mapping[str, list[list[Any]]]:
    rows: dict[str, list[list[Any]]] = json.loads(SECOND.read_text(encoding="utf-8"))
    return rows
