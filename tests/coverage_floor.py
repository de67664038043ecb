"""
The floor under test coverage, room by room.

`core` and `language` are covered to the last line and branch; every other room to nine tenths.
A room that falls below its floor is named, with the lines and branches that no test reaches.

`make test` runs this over the report that `coverage json` writes.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SOURCE = PurePosixPath("src/multifidus")
PERCENT = 100
FLOORS = {"core": PERCENT, "language": PERCENT}
OTHER_FLOOR = 90


class Summary(TypedDict):
    """How much of a file there is to reach, and how much was reached."""

    num_statements: int
    covered_lines: int
    num_branches: int
    covered_branches: int


class File(TypedDict):
    """The part of a file's report that is read here."""

    summary: Summary
    missing_lines: list[int]
    missing_branches: list[tuple[int, int]]


def room_of(path: PurePosixPath) -> str:
    """
    Name the room that a file belongs to; a module beside the rooms is its own.

    >>> room_of(PurePosixPath("src/multifidus/core/truth.py"))
    'core'
    >>> room_of(PurePosixPath("src/multifidus/cli.py"))
    'cli'
    """
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def findings(files: Mapping[str, File]) -> Iterator[str]:
    """Name each room below its floor, then what is missing in each of its files."""
    rooms: defaultdict[str, dict[str, File]] = defaultdict(dict)
    for name in sorted(files):
        path = PurePosixPath(Path(name).as_posix())
        rooms[room_of(path)][str(path)] = files[name]
    if not rooms:
        yield f"no file of {SOURCE} was measured"
    for room, members in rooms.items():
        floor = FLOORS.get(room, OTHER_FLOOR)
        reached, total = _sums(members)
        # Compared as whole numbers: 99.96 % is not 100 %.
        if reached * PERCENT < floor * total:
            yield f"{room}: {reached * PERCENT / total:.1f} % covered, the floor is {floor} %"
            yield from _missing(members)


def _sums(files: Mapping[str, File]) -> tuple[int, int]:
    """Lines and branches together: how many were reached, of how many."""
    summaries = [file["summary"] for file in files.values()]
    reached = sum(each["covered_lines"] + each["covered_branches"] for each in summaries)
    total = sum(each["num_statements"] + each["num_branches"] for each in summaries)
    return reached, total


def _missing(files: Mapping[str, File]) -> Iterator[str]:
    for name, file in files.items():
        lines = set(file["missing_lines"])
        for line in sorted(lines):
            yield f"  {name}:{line}: no test runs this line"
        for line, target in sorted(file["missing_branches"]):
            # A branch into a line that never runs has been said already.
            if line not in lines and target not in lines:
                way = f"line {target}" if target > 0 else "the way out"
                yield f"  {name}:{line}: no test goes from here to {way}"


def main(report: str) -> int:
    """Print the findings; 1 if there are any."""
    found = list(findings(json.loads(Path(report).read_text(encoding="utf-8"))["files"]))
    for line in found:
        print(line)
    if not found:
        full = ", ".join(FLOORS)
        print(f"coverage: {full} {PERCENT} %, every other room {OTHER_FLOOR} % or more")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
