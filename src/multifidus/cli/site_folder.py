"""
The folder of what is published: a site, or one policy.

It is written where nothing else lies, and only what the last run wrote is replaced: `contents.txt`
lists what it consists of. A folder that holds anything else is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.cli.written import FOR_ALL, put
from multifidus.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CONTENTS = "contents.txt"
_NAMED = 3
"""So many of the files that are in the way are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a folder holds, and the option that names it, as messages say them."""

    noun: str
    option: str


SITE = Kind(noun="site", option="--site")


def write_site(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a site; raises as `write_folder` does."""
    write_folder(folder, files, kind=SITE)


def write_folder(folder: Path, files: Mapping[str, bytes], *, kind: Kind) -> None:
    """Write the files; raises `RequestError` where others lie there, or nothing can be written."""
    try:
        before = _before(folder, kind)
        told = "".join(f"{name}\n" for name in sorted(files))
        folder.mkdir(parents=True, exist_ok=True)
        # First the list of both: a run that breaks off leaves nothing that the next cannot replace.
        both = "".join(f"{name}\n" for name in sorted({*files, *before}))
        put(folder / CONTENTS, both.encode(), mode=FOR_ALL)
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            put(path, content, mode=FOR_ALL)
        for name in before - files.keys():
            (folder / name).unlink()
        put(folder / CONTENTS, told.encode(), mode=FOR_ALL)
    except OSError as error:
        message = f"the {kind.noun} cannot be written: {error.strerror}"
        hint = f"name a folder that may be written, with {kind.option}"
        raise RequestError.at(str(folder), message, hint) from None


def check_folder(folder: Path, *, kind: Kind) -> None:
    """See that it may be written there; raises `RequestError` before the work is done."""
    _before(folder, kind)


def _before(folder: Path, kind: Kind) -> set[str]:
    """List the files that the last run wrote; `RequestError` where others lie there."""
    if not folder.exists():
        return set()
    if not folder.is_dir():
        message = "this is a file, not a folder"
        hint = f"name a folder for the {kind.noun}, with {kind.option}"
        raise RequestError.at(str(folder), message, hint)
    there = {
        each.relative_to(folder).as_posix()
        for each in folder.rglob("*")
        if each.is_symlink() or not each.is_dir()
    }
    contents = folder / CONTENTS
    is_plain = CONTENTS in there and not contents.is_symlink()
    ours = set(contents.read_text(encoding="utf-8").splitlines()) if is_plain else set()
    foreign = sorted(there - ours - {CONTENTS}) if is_plain else sorted(there)
    if foreign:
        named = ", ".join(f"`{each}`" for each in foreign[:_NAMED])
        more = f" and {len(foreign) - _NAMED} more" if len(foreign) > _NAMED else ""
        message = f"the folder holds what is not of a {kind.noun}: {named}{more}"
        hint = "name an empty folder, or one that an earlier run wrote; nothing was written"
        raise RequestError.at(str(folder), message, hint)
    return ours & there
