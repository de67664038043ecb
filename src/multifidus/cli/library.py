"""The shelf that a command works with: what is shipped, and the user's own folders over it."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from multifidus.cli.lines import tell
from multifidus.errors import Problem, RequestError
from multifidus.library.shelf import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from multifidus.library.shelf import Shelf

VARIABLE = "MULTIFIDUS_LIBRARY"
HELD = ("policy.md", "events.csv", "attestations/*.yaml")
"""What a library may hold: one of these at least, or it was perhaps meant to be another folder."""


@contextmanager
def open_shelf(named: Sequence[Path]) -> Iterator[Shelf]:
    """
    Give the shelf, with the folders that were named over it, else those of the environment.

    What is wrong in them is told on standard error when the work is done, or has come to an end.
    """
    folders = _folders(named)
    shelf = shipped(*folders)
    try:
        yield shelf
    finally:
        tell(shelf.faults)
        tell(_nothing_in(each) for each in folders if not _holds_something(each))


def _holds_something(folder: Path) -> bool:
    """Whether a library holds a policy, attestations or events."""
    return any(next(folder.rglob(each), None) for each in HELD)


def _nothing_in(folder: Path) -> Problem:
    hint = "a policy lies in a folder of its own, as `NAME/policy.md`, with its sources.yaml"
    return Problem.note(str(folder), "this library holds no policy", hint)


def _folders(named: Sequence[Path]) -> Sequence[Path]:
    origin = "--library" if named else VARIABLE
    words = os.environ.get(VARIABLE, "").split(os.pathsep)
    folders = named or [Path(each) for each in words if each]
    missing = [each for each in folders if not each.is_dir()]
    if missing:
        hint = "name a folder that holds policies, each in a folder of its own"
        told = [Problem.at(origin, f"there is no folder `{each}`", hint) for each in missing]
        raise RequestError(*told)
    return folders
