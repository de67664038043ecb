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
from hashlib import file_digest
from typing import TYPE_CHECKING

from multifidus.cli.stopped import GOES_ON
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
SUMMARY, PROBLEMS = "summary.txt", "problems.txt"
RESULTS = (
    *("determinations.parquet", "determinations.csv"),
    *("near-misses.parquet", "near-misses.csv"),
    *("summary.json", SUMMARY, "attrition.svg", PROBLEMS),
)
LOCK = "lock"
"""A file that stays; who works in the folder holds it, and the system lets go of it at the end."""
OURS = frozenset({MANIFEST, LOCK, FACTS, STATEMENTS, LINES, NOTES, PARTS, TEMPORARY, *RESULTS})
UNFINISHED = ".part"
FILES = "files"
"""Where `screen.json` tells the SHA-256 of each file of answers."""
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
    source: str
    """The digest of the export: the names, sizes and times of change of its files."""


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


@contextmanager
def work_in(folder: Path, *, source: Path) -> Iterator[None]:
    """
    Make the folder of a screen, or go on with one, and keep it from all others meanwhile.

    `RequestError` if it is something else's, cannot be written, or somebody is at work in it.
    """
    _found_ours(folder, source)
    try:
        with _alone_in(folder), private():
            yield
    except OSError as error:
        # Files that are read tell of their faults themselves; what is left is the writing.
        hint = f"make room or name another folder; {GOES_ON}"
        message = f"the folder cannot be written: {error.strerror or 'the system did not say why'}"
        raise RequestError.at(str(folder), message, hint) from None


def _found_ours(folder: Path, source: Path) -> None:
    if folder.resolve().is_relative_to(source.resolve()):
        hint = "name a folder outside of it, or the next screen would read what this one wrote"
        raise RequestError.at(str(folder), "the folder lies in the one that is read", hint)
    try:
        with private():
            folder.mkdir(parents=True, exist_ok=True)
        found = {each.name.removesuffix(UNFINISHED) for each in folder.iterdir()}
    except OSError as error:
        raise RequestError.at(
            str(folder), f"the folder cannot be made: {error.strerror}", "name another folder"
        ) from None
    if found - OURS:
        hint = "name a new folder, or that of a screen, which goes on; nothing else is written over"
        raise RequestError.at(str(folder), "the folder holds other files", hint)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Hold the lock of the folder; whatever ends the process, the system lets go of it."""
    try:
        import fcntl  # noqa: PLC0415  not on every system; without it nobody is kept out
    except ImportError:
        yield
        return
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            hint = "wait until it has ended, or name another folder"
            raise RequestError.at(
                str(folder), "another screen is at work in the folder", hint
            ) from None
        yield
    finally:
        os.close(handle)


def begin(folder: Path) -> None:
    """Remove the answers of a screen that is made anew, so that no old one is taken for a new."""
    for name in (MANIFEST, *RESULTS):
        (folder / name).unlink(missing_ok=True)


def is_whole(folder: Path, made: Made) -> bool:
    """Whether a screen stands there that was made in this way, and its answers as it wrote them."""
    try:
        kept = json.loads((folder / MANIFEST).read_bytes())
        return bool(kept == asdict(made) | {FILES: _digests(folder)})
    except (OSError, ValueError):
        return False


def _digests(folder: Path) -> dict[str, str]:
    """Fingerprint the answers; raises `OSError` where one is missing."""
    found = {}
    for name in RESULTS:
        with (folder / name).open("rb") as stream:
            found[name] = file_digest(stream, "sha256").hexdigest()
    return found


def finish(folder: Path, made: Made) -> None:
    """Say that the screen is whole, how it was made, and which bytes its answers are."""
    told = asdict(made) | {FILES: _digests(folder)}
    write(folder / MANIFEST, json.dumps(told, indent=2))


def write(path: Path, text: str) -> None:
    """Write a text, for the owner alone: whole, or not at all."""
    part = path.with_name(f"{path.name}{UNFINISHED}")
    part.write_text(f"{text}\n", encoding="utf-8")
    part.replace(path)


def made_of(folder: Path) -> Made:
    """Tell how a screen was made; `RequestError` where there is none that is whole."""
    try:
        told = json.loads((folder / MANIFEST).read_bytes())
        return Made(**{name: told[name] for name in Made.__dataclass_fields__})
    except PermissionError:
        hint = "ask for the right to read it, or name another folder"
        raise RequestError.at(str(folder), "the folder may not be read", hint) from None
    except (OSError, ValueError, KeyError, TypeError):
        hint = "run `multifidus screen` with this folder as --out; it goes on where it was"
        raise RequestError.at(str(folder), "the folder holds no finished screen", hint) from None


def policy_of(made: Made, shelf: Shelf) -> Policy:
    """Find the policy of a screen on the shelf; `RequestError` if its text is another now."""
    name = f"{made.policy}@{made.version}"
    policy = shelf.read(shelf.find(name, date.max))
    for each in (policy, policy.alone()):
        if (each.about.digest, each.dictionary.digest) == (made.digest, made.dictionary_digest):
            return each
    message = f"`{name}`, or its dictionary, has changed since the screen"
    raise RequestError.at(MANIFEST, message, "run `multifidus screen` again")
