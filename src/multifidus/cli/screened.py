"""
The folder of a screen: which files it holds, and what it says of how it was made.

What is in it is about patients, so it is for the owner alone.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING

from multifidus.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from multifidus.core.policy import Policy
    from multifidus.library.shelf import Shelf

MANIFEST = "screen.json"
FACTS, STATEMENTS, LINES = "facts", "statements", "lines"
NOTES, PARTS = "notes", "parts"
TEMPORARY = "temporary"
"""The folder of what is not kept."""
RESULTS = (
    *("determinations.parquet", "determinations.csv"),
    *("near-misses.parquet", "near-misses.csv"),
    *("summary.json", "summary.txt", "attrition.svg", "problems.txt"),
)
OURS = frozenset({MANIFEST, FACTS, STATEMENTS, LINES, NOTES, PARTS, TEMPORARY, *RESULTS})
UNFINISHED = ".part"
OWNER_ALONE = 0o077
"""What is withheld from all others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """How a screen was made; it is written last, so that where it stands the screen is whole."""

    policy: str
    version: str
    digest: str
    dictionary: str
    dictionary_digest: str
    on: str
    """The day of service, where one was asked for all."""
    made_with: str


@contextmanager
def private() -> Iterator[None]:
    """Let the files that are written meanwhile be for their owner alone."""
    before = os.umask(OWNER_ALONE)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def temporary_in(folder: Path) -> Iterator[None]:
    """
    Keep what is written on the way in the folder of the screen.

    It is about patients, and a run that is killed leaves it behind; here the next run finds it and
    removes it, and nobody else does.
    """
    mine, before = folder / TEMPORARY, tempfile.tempdir
    shutil.rmtree(mine, ignore_errors=True)
    mine.mkdir()
    tempfile.tempdir = str(mine)
    try:
        yield
    finally:
        tempfile.tempdir = before
        shutil.rmtree(mine, ignore_errors=True)


def prepare(folder: Path, *, source: Path) -> None:
    """Make the folder of a screen, or go on with one; `RequestError` if it is something else's."""
    if folder.resolve().is_relative_to(source.resolve()):
        hint = "name a folder outside of it, or the next screen would read what this one wrote"
        raise RequestError.at(str(folder), "the folder lies in the one that is read", hint)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        found = {each.name.removesuffix(UNFINISHED) for each in folder.iterdir()}
    except OSError as error:
        raise RequestError.at(
            str(folder), f"the folder cannot be made: {error.strerror}", "name another folder"
        ) from None
    if found - OURS:
        hint = "name a new folder, or that of a screen, which goes on; nothing else is written over"
        raise RequestError.at(str(folder), "the folder holds other files", hint)
    (folder / MANIFEST).unlink(missing_ok=True)


def finish(folder: Path, made: Made) -> None:
    """Say that the screen is whole, and how it was made."""
    write(folder / MANIFEST, json.dumps(asdict(made), indent=2))


def write(path: Path, text: str) -> None:
    """Write a text, for the owner alone: whole, or not at all."""
    part = path.with_name(f"{path.name}{UNFINISHED}")
    part.write_text(f"{text}\n", encoding="utf-8")
    part.replace(path)


def made_of(folder: Path) -> Made:
    """Tell how a screen was made; `RequestError` where there is none that is whole."""
    try:
        return Made(**json.loads((folder / MANIFEST).read_bytes()))
    except (OSError, ValueError, TypeError):
        hint = "run `multifidus screen` with this folder as --out; it goes on where it was"
        raise RequestError.at(str(folder), "the folder holds no finished screen", hint) from None


def policy_of(made: Made, shelf: Shelf) -> Policy:
    """Find the policy of a screen on the shelf; `RequestError` if its text is another now."""
    name = f"{made.policy}@{made.version}"
    policy = shelf.read(shelf.find(name, date.max))
    if (policy.about.digest, policy.dictionary.digest) != (made.digest, made.dictionary_digest):
        message = f"`{name}`, or its dictionary, has changed since the screen"
        raise RequestError.at(MANIFEST, message, "run `multifidus screen` again")
    return policy
