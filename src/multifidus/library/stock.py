"""
What stands in the folders of a library: the policies, and everything that is wrong among them.

Only the front matter is read, and a fault of one policy keeps no other from the shelf. A policy of
a later folder never takes the place of one of the same id and version in an earlier folder.
"""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations
from typing import TYPE_CHECKING

from multifidus.core.coding import Days
from multifidus.core.policy import Kind, Status
from multifidus.errors import Place, Problem
from multifidus.language.front import Front, end_of_front, read_front
from multifidus.language.located import Fields, lines_of, read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

POLICY = "policy.md"
LONGEST_FRONT = 65_536
"""So many characters of a file are looked at for its front matter and title."""
LONGEST_CHARACTER = 4
"""Bytes that a character may have in UTF-8."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """A policy as its front matter describes it, and where its text stands."""

    front: Front
    title: str
    in_force: Days
    """As the front matter says, or up to the day before a version that replaces it."""
    path: Path
    folder: Path
    """The folder of the library in which it stands."""
    replaced_by: str = ""

    @property
    def id(self) -> str:
        """Which policy it is a version of."""
        return self.front.about.id

    @property
    def version(self) -> str:
        """Which version it is."""
        return self.front.about.version

    @property
    def answers(self) -> bool:
        """Whether a chart may be put to it; to premises it may not."""
        return self.front.about.kind is not Kind.PREMISES

    @property
    def is_retired(self) -> bool:
        """Whether its transcription gave way to another; no day picks it while there is one."""
        return self.front.about.status is Status.RETIRED

    def __str__(self) -> str:
        """Name it so that it can be asked for."""
        return f"{self.id}@{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """The sound policies of some folders, and all that is wrong in them."""

    entries: tuple[Shelved, ...]
    """By id and by the first day in force."""
    faults: tuple[Problem, ...]


def beginnings(folders: Sequence[Path]) -> Iterator[bytes]:
    """Give all that a stock is taken of: where each policy stands, and how its file begins."""
    for folder in folders:
        for path in _policies_in(folder):
            yield os.fsencode(folder)
            yield os.fsencode(path)
            yield _beginning(path)


def _policies_in(folder: Path) -> Sequence[Path]:
    return sorted(folder.rglob(POLICY))


def _beginning(path: Path) -> bytes:
    """Give as many bytes as the front may have, after a sign that tells a file from a fault."""
    try:
        if not path.is_file():
            return b"-"
        with path.open("rb") as stream:
            return b"+" + stream.read(LONGEST_FRONT * LONGEST_CHARACTER)
    except OSError as error:
        return f"-{error.errno}".encode()


def take_stock(folders: Sequence[Path]) -> Stock:
    """Look through folders, the one whose policies stay whatever the others hold first."""
    faults: list[Problem] = []
    found = [
        shelved
        for folder in folders
        for path in _policies_in(folder)
        if (shelved := _shelved(path, folder, faults)) is not None
    ]
    kept = _without_twins(found, faults)
    kept = _closed(kept, faults)
    faults += _overlaps(kept)
    kept.sort(key=lambda each: (each.id, each.in_force.first or date.min, each.version))
    return Stock(entries=tuple(kept), faults=tuple(faults))


def _shelved(path: Path, folder: Path, faults: list[Problem]) -> Shelved | None:
    """Read a front matter; None, and a fault, where it cannot be understood."""
    file = str(path)
    try:
        if not path.is_file():
            faults.append(Problem.at(file, "this is no file", "remove it, or write a policy"))
            return None
        with path.open(encoding="utf-8") as stream:
            lines = lines_of(stream.read(LONGEST_FRONT))
    except UnicodeDecodeError:
        faults.append(Problem.at(file, "the file is not in UTF-8", "save it in UTF-8"))
        return None
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        faults.append(Problem.at(file, message, "check its permissions"))
        return None
    end = end_of_front(lines)
    if not end:
        hint = "begin the file with `---`, fields, and `---`"
        faults.append(Problem.at(file, "the front matter is missing", hint))
        return None
    located, problems = read_yaml("\n".join(lines[1:end]), file=file, first_line=2)
    if problems and not isinstance(located.content, dict):
        faults += problems  # Without fields each of them would be told as missing.
        return None
    front = read_front(Fields(located, "front matter", problems))
    if problems:
        faults += problems
        return None
    title = next((line[2:].strip() for line in lines[end:] if line.startswith("# ")), "")
    return Shelved(
        front=front, title=title, in_force=front.about.in_force, path=path, folder=folder
    )


def _without_twins(found: Iterable[Shelved], faults: list[Problem]) -> list[Shelved]:
    """Leave out what has the id and version of another; of an earlier folder's, that one stays."""
    named = defaultdict(list)
    for each in found:
        named[str(each)].append(each)
    kept = []
    for name, (first, *others) in named.items():
        beside = [each for each in others if each.folder == first.folder]
        if not beside:
            kept.append(first)
        for each in others:
            stays = "neither is used" if beside else f"that of {first.path} stays"
            hint = f"give it a version or an id of its own; {stays}"
            if each in beside:
                hint = f"keep one of the two, the other is {first.path}; {stays}"
            message = f"{name} stands in the library twice"
            faults.append(Problem.at(str(each.path), message, hint))
    return kept


def _closed(found: list[Shelved], faults: list[Problem]) -> list[Shelved]:
    """End each version that another replaces on the day before the other begins."""
    known = {str(each): each for each in found}
    ring = _rings(known, faults)
    closed = dict(known)
    for each in found:
        name = each.front.replaces
        if not name or str(each) in ring:
            continue
        first = each.in_force.first
        problem = _unable_to_replace(each, known.get(name))
        if problem or first is None:
            faults += [problem] if problem else []
            continue
        old = closed[name]
        # A stated last day is the document's own; where it is too late the two overlap.
        if old.in_force.last is None:
            days = Days(first=old.in_force.first, last=first - DAY)
            closed[name] = replace(old, in_force=days, replaced_by=str(each))
    return list(closed.values())


def _unable_to_replace(new: Shelved, old: Shelved | None) -> Problem | None:
    name, first = new.front.replaces, new.in_force.first
    if old is None:
        message = f"`replaces` names `{name}`, which is not in the library"
        return _fault(new, message, "correct the name; `multifidus policies` lists them")
    if first is None:
        hint = "say in `in_force` on which day it begins, which ends the other"
        return _fault(new, f"it replaces {old} on no stated day", hint)
    if old.in_force.first is not None and old.in_force.first >= first:
        hint = "correct `in_force` or `replaces`"
        return _fault(new, f"it replaces {old}, which begins no earlier", hint)
    return None


def _rings(known: dict[str, Shelved], faults: list[Problem]) -> set[str]:
    """Find the versions that replace each other in a ring; none of these closes another."""
    ring: set[str] = set()
    for name, shelved in known.items():
        way = [name]
        while (onward := known[way[-1]].front.replaces) in known and onward not in way:
            way.append(onward)
        if onward == name and name not in ring:
            ring.update(way)
            told = " → ".join([*way, name])
            hint = "take `replaces` out of the version that came first"
            faults.append(_fault(shelved, f"`replaces` goes round in a ring: {told}", hint))
    return ring


def _overlaps(found: Iterable[Shelved]) -> Iterator[Problem]:
    """Find two versions of one policy that are in force on one day."""
    versions = defaultdict(list)
    for each in found:
        if not each.is_retired:
            versions[each.id].append(each)
    for mine in versions.values():
        mine.sort(key=lambda each: each.in_force.first or date.min)
        for one, other in combinations(mine, 2):
            shared = one.in_force.meet(other.in_force)
            if shared:
                way = (
                    f"end the earlier one in its `in_force`, or write `replaces: {one}` here"
                    if one.in_force.last is None
                    else "correct the last day of the earlier one, or the first day here"
                )
                yield _fault(
                    other,
                    f"{one} and {other} are both in force, {shared}",
                    f"{way}; until then name one of them with its version",
                )


def _fault(shelved: Shelved, message: str, hint: str) -> Problem:
    return Problem(place=Place(file=str(shelved.path)), message=message, hint=hint)
