"""
The facts of an export as they are kept: files that are named by what they were settled from.

A file of facts takes its name when it is complete, and a list is written when all are; so facts are
settled again only where something they hang on has changed, and a run that was stopped goes on with
those that are missing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from shutil import rmtree
from typing import TYPE_CHECKING

from multifidus.columnar.duck import whole
from multifidus.errors import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What came of settling the statements of an export."""

    patients: int
    """So many have a row of facts."""
    undated: int
    """So many have none, because their records give no date of service."""
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A folder of facts, and what they are settled from."""

    folder: Path
    made_of: str

    @property
    def _list(self) -> Path:
        return self.folder / f"{self.made_of}.json"

    def settled(self) -> Settled | None:
        """Tell what was settled before; None where facts are missing, changed, or made of other."""
        try:
            told = json.loads(self._list.read_bytes())
            changed = [name for name, size in told["parts"].items() if self._size(name) != size]
        except (OSError, ValueError, KeyError):
            return None
        if changed:
            for name in changed:
                (self.folder / name).unlink(missing_ok=True)
            return None
        problems = tuple(problems_told(told["problems"]))
        return Settled(patients=told["patients"], undated=told["undated"], problems=problems)

    def _size(self, name: str) -> int | None:
        path = self.folder / name
        return path.stat().st_size if path.exists() else None

    def begin(self, parts: int) -> Sequence[Path]:
        """Name the files, and remove those that were made of something else."""
        self.folder.mkdir(parents=True, exist_ok=True)
        paths = [self.folder / f"part-{each:05d}.{self.made_of}.parquet" for each in range(parts)]
        for path in self.folder.iterdir():
            if path.is_dir():  # of a run that was killed
                rmtree(path)
            elif path not in paths:
                path.unlink()
        return paths

    def finish(self, settled: Settled) -> None:
        """Say that all files are there, and what was found on the way."""
        told = {
            "parts": {each.name: each.stat().st_size for each in self.folder.glob("*.parquet")},
            "patients": settled.patients,
            "undated": settled.undated,
            "problems": list(told_problems(settled.problems)),
        }
        with whole(self._list) as part:
            part.write_text(json.dumps(told), encoding="utf-8")


def told_problems(problems: Iterable[Problem]) -> Iterator[list[str]]:
    """Write problems so that `problems_told` reads them."""
    for each in problems:
        yield [str(each.place), each.message, each.hint, each.severity.value]


def problems_told(told: Iterable[Sequence[str]]) -> Iterator[Problem]:
    """Read problems as they were kept."""
    for where, message, hint, severity in told:
        make = Problem.note if severity == Severity.NOTE else Problem.at
        yield make(where, message, hint)
