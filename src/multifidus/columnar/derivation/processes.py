"""
Documents read by several processes, some patients' at a time.

What is under way is bounded, so that an export of any size is never in memory. A process may die
of a document: what it was about is then read alone, halved until one patient's documents stand
alone; these are told, and all others are read.
"""

from __future__ import annotations

import gc
import os
import signal
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple, Protocol

from multifidus.columnar.derivation.handed import row_in_words
from multifidus.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence
    from datetime import date
    from multiprocessing.process import BaseProcess

    from multifidus.columnar.derivation.handed import InWords
    from multifidus.core.case import Absence, Fact
    from multifidus.core.element import Dictionary

EACH = 2
"""So many parts are under way for each process: one is read, one is at hand."""
FEWER_COLLECTIONS = 50_000
"""Reading makes many objects and hardly a circle of them: to look for circles takes a sixth."""
CANNOT = "the documents of its patient make the reader fail, so they are not read"
REPORT = "read them by `multifidus check`, and report what fails"


class ReadNotes(Protocol):
    """What the note reader made of some documents (chart.noted)."""

    @property
    def said(self) -> Sequence[tuple[str, Sequence[InWords]]]: ...  # noqa: D102
    @property
    def problems(self) -> Sequence[Problem]: ...  # noqa: D102


class NoteReader(Protocol):
    """The reader of documents, handed over by whoever knows both rooms; it can be pickled."""

    def read(self, lines: Iterable[tuple[str, bytes]]) -> ReadNotes:
        """Read the lines of one patient's documents, each with the place where it stands."""

    def settle(
        self, element: str, said: Sequence[tuple[object, ...]], on: date
    ) -> Fact | Absence | None:
        """
        Settle an element of which words say something; None is what silence would be.

        Each saying holds the fields of a statement (chart.statements.statement) behind its element.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    """How the documents of an export are read."""

    reader: NoteReader
    key: str
    """What the reader reads by: another one reads everything anew."""
    processes: int = os.cpu_count() or 1


class Group(NamedTuple):
    """The documents of one patient, each line with the name of its resource."""

    subject: str
    lines: Sequence[tuple[str, str]]


class Part(NamedTuple):
    """The documents of some patients, and the name of what is kept of them."""

    name: str
    groups: Sequence[Group]


class Told(NamedTuple):
    """What documents say: rows of statements, and what could not be read."""

    rows: Sequence[dict[str, object]]
    problems: Sequence[Problem]


def read_parts(
    parts: Iterable[Part], *, notes: Notes, dictionary: Dictionary
) -> Iterator[tuple[Part, Told]]:
    """Read parts, each as soon as a process is free; they come in the order of being done."""
    rest = iter(parts)
    while first := next(rest, None):
        lost = yield from _until_one_dies(first, rest, notes, dictionary)
        for part in lost:
            yield part, _read_alone(part.groups, notes, dictionary)


def read_groups(groups: Sequence[Group], *, reader: NoteReader, dictionary: Dictionary) -> Told:
    """Read the documents of some patients, each patient's by themselves."""
    places = {name: place for place, name in enumerate(dictionary.elements)}
    rows: list[dict[str, object]] = []
    problems: list[Problem] = []
    for group in groups:
        try:
            read = reader.read((name, line.encode()) for name, line in group.lines)
        except Exception:  # noqa: BLE001  whatever it is, the next patient's are read
            problems.append(_fails(group))
            continue
        problems += read.problems
        rows += (
            row_in_words(dictionary, each) | {"subject": subject, "element": places[each.element]}
            for subject, statements in read.said
            for each in statements
            if each.element in places
        )
    return Told(rows, problems)


def _until_one_dies(
    first: Part, rest: Iterator[Part], notes: Notes, dictionary: Dictionary
) -> Generator[tuple[Part, Told], None, Sequence[Part]]:
    """Read parts; gives back those that were under way when a process died."""
    under_way: dict[Future[Told], Part] = {}
    executor = _executor(notes, dictionary, processes=notes.processes)
    try:
        under_way[_submitted(executor, first)] = first
        while under_way:
            for part in islice(rest, EACH * notes.processes - len(under_way)):
                under_way[_submitted(executor, part)] = part
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for each in done:
                told = each.result()
                yield under_way.pop(each), told
    except BrokenProcessPool:
        return [*under_way.values()]
    finally:
        executor.shutdown(cancel_futures=True)
    return []


def _submitted(executor: ProcessPoolExecutor, part: Part) -> Future[Told]:
    try:
        return executor.submit(_read_begun, part.groups)
    except BrokenProcessPool as error:
        future: Future[Told] = Future()
        future.set_exception(error)
        return future


def _read_alone(groups: Sequence[Group], notes: Notes, dictionary: Dictionary) -> Told:
    """Read what a process may have died of; what it dies of again is halved."""
    with _executor(notes, dictionary, processes=1) as executor:
        try:
            return executor.submit(_read_begun, groups).result()
        except BrokenProcessPool:
            pass
    if len(groups) == 1:
        return Told([], [_fails(groups[0])])
    half = len(groups) // 2
    one, other = (_read_alone(each, notes, dictionary) for each in (groups[:half], groups[half:]))
    return Told([*one.rows, *other.rows], [*one.problems, *other.problems])


def _fails(group: Group) -> Problem:
    return Problem.at(group.lines[0][0], CANNOT, REPORT)


# In a process of its own

_BEGUN: list[tuple[NoteReader, Dictionary]] = []
"""What a process reads with, for as long as it lives; it does nothing else."""


def _executor(notes: Notes, dictionary: Dictionary, *, processes: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        processes,
        # A copy of this process could hang on a lock that a thread of the table engine held.
        mp_context=get_context("spawn"),
        initializer=_begin,
        initargs=(notes.reader, dictionary),
    )


def begin() -> None:
    """Begin a process that works for another: that one is interrupted, and this ends with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(FEWER_COLLECTIONS)
    # One that is killed cannot end those it has started, and they would wait for it for ever.
    if parent := parent_process():
        Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _begin(reader: NoteReader, dictionary: Dictionary) -> None:
    begin()
    _BEGUN[:] = [(reader, dictionary)]


def _read_begun(groups: Sequence[Group]) -> Told:
    [(reader, dictionary)] = _BEGUN
    return read_groups(groups, reader=reader, dictionary=dictionary)
