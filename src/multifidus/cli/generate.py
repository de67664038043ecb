"""A made-up population as a bulk export: one folder, files by type and part, streamed."""

from __future__ import annotations

import gzip
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, cast

from multifidus.cli.library import open_shelf
from multifidus.errors import RequestError
from multifidus.population.people import Population

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from multifidus.population.people import Person

DICTIONARY = "low-back-pain"
PART = 10_000
"""So many persons go into the files of a part."""

FASTEST = 1
"""Of gzip's levels: the others take several times as long as making the persons up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which population, and how it is written."""

    patients: int
    seed: int
    on: date
    folder: Path
    packed: bool
    with_truth: bool


def generate(wanted: Wanted) -> str:
    """Write a population; gives what was written, in words."""
    _make(wanted.folder)
    with open_shelf(()) as shelf:
        people = Population(shelf.dictionaries[DICTIONARY], seed=wanted.seed, on=wanted.on)
    try:
        for first in range(0, wanted.patients, PART):
            numbers = range(first, min(first + PART, wanted.patients))
            with _Part(wanted, first // PART) as part:
                for number in numbers:
                    part.add(people.person(number))
            _progress(numbers.stop, wanted.patients)
    except OSError as error:
        raise RequestError.at(
            str(wanted.folder),
            f"the files cannot be written: {error.strerror}",
            "a person takes about 90 kB, or 10 kB with --gzip; make room, or name another folder",
        ) from None
    files = sum(1 for _ in wanted.folder.iterdir())
    return f"{wanted.folder}: {wanted.patients} made-up patients in {files} files"


class _Part(ExitStack):
    """The files of a part, each opened when the first line for it comes."""

    def __init__(self, wanted: Wanted, number: int) -> None:
        super().__init__()
        self.wanted = wanted
        self.number = number
        self.files: dict[str, IO[bytes]] = {}

    def add(self, person: Person) -> None:
        for kind, text in person.lines.items():
            self._file(kind, "ndjson").write(text)
        if self.wanted.with_truth:
            # Not `.ndjson`, because readers of the folder take that for resources.
            self._file("truth", "jsonl").write(person.truth)

    def _file(self, kind: str, ending: str) -> IO[bytes]:
        if kind not in self.files:
            self.files[kind] = self._opened(f"{kind}.{self.number:03d}.{ending}")
        return self.files[kind]

    def _opened(self, name: str) -> IO[bytes]:
        if not self.wanted.packed:
            return self.enter_context((self.wanted.folder / name).open("xb"))
        raw = self.enter_context((self.wanted.folder / f"{name}.gz").open("xb"))
        # Neither a name nor a time in the header: the same population is the same bytes.
        packed = gzip.GzipFile("", "wb", compresslevel=FASTEST, fileobj=raw, mtime=0)
        return cast("IO[bytes]", self.enter_context(packed))


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        is_empty = not any(folder.iterdir())
    except OSError as error:
        raise RequestError.at(
            str(folder), f"the folder cannot be made: {error.strerror}", "name another folder"
        ) from None
    if not is_empty:
        hint = "name a new folder; nothing is written over"
        raise RequestError.at(str(folder), "the folder is not empty", hint)


def _progress(done: int, patients: int) -> None:
    if sys.stderr.isatty():
        end = "\n" if done == patients else ""
        sys.stderr.write(f"\r{done} of {patients} patients{end}")
        sys.stderr.flush()
