"""
What was once read from a text is kept, so that an answer is not kept waiting for it again.

It is found under a digest of the text, of the code that reads it and of the Python that runs it:
when one of them changes, it is read anew. What is kept lies in a folder of the user's own
(`MULTIFIDUS_CACHE`, else below `XDG_CACHE_HOME` or `~/.cache`; `off` keeps nothing). It is trusted
as compiled code in `__pycache__` is, and only if nobody else can write there; whatever is damaged,
not ours or cannot be written is passed over, and the text is read.
"""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import stat
import sys
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from multifidus.core.element import Dictionary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

Kept = TypeVar("Kept")

SETTING = "MULTIFIDUS_CACHE"
OFF = "off"
MOST_KEPT = 256
"""So many are kept; then those that were written first go."""
_WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH
_DIGEST_SIZE = 32
_READING = ("core", "language", "library", "evidence")
"""The rooms that read texts."""


def kept(
    kind: type[Kept],
    texts: Iterable[bytes],
    make: Callable[[], Kept],
    *,
    dictionaries: Mapping[str, Dictionary] | None = None,
) -> Kept:
    """
    Give what was made of some texts before, or make it and keep it.

    A dictionary inside of it is not kept with it, but taken from `dictionaries`, by name.
    """
    folder = _folder()
    if folder is None:
        return make()
    key = sha256(_code())
    for text in texts:
        key.update(len(text).to_bytes(8, "big") + text)
    path = folder / f"{kind.__name__.lower()}-{key.hexdigest()}"
    found = _load(path, dictionaries or {})
    if isinstance(found, kind):
        return found
    made = make()
    _save(made, path)
    return made


def _folder() -> Path | None:
    named = os.environ.get(SETTING, "")
    if named == OFF or not hasattr(os, "geteuid"):
        return None
    above = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")  # noqa: PTH111  it gives the same word back where there is no home
    folder = Path(named or f"{above}/multifidus")
    return folder if folder.is_absolute() else None


@cache
def _code() -> bytes:
    """Fingerprint what reads: the code as it stands on the disk, and Python."""
    package = Path(__file__).parents[1]
    states = [
        (path.name, state.st_mtime_ns, state.st_size)
        for path in [package / "errors.py", *_code_of(package)]
        if path.is_file()
        for state in [path.stat()]
    ]
    return repr((sys.version, sys.implementation.cache_tag, states)).encode()


def _code_of(package: Path) -> Iterator[Path]:
    for room in _READING:
        yield from sorted((package / room).iterdir())


def _load(path: Path, dictionaries: Mapping[str, Dictionary]) -> object:
    try:
        if not _is_ours(path.parent.lstat(), stat.S_ISDIR):
            return None
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as stream:
            if not _is_ours(os.fstat(stream.fileno()), stat.S_ISREG):
                return None
            content = stream.read()
        digest, packed = content[:_DIGEST_SIZE], content[_DIGEST_SIZE:]
        return _Reader(packed, dictionaries).load() if sha256(packed).digest() == digest else None
    except Exception:  # noqa: BLE001  whatever is wrong with it, the text says the same
        return None


def _is_ours(state: os.stat_result, is_kind: Callable[[int], bool]) -> bool:
    """Whether something is of the right kind, ours, and nobody else can write to it."""
    return (
        is_kind(state.st_mode)
        and state.st_uid == os.geteuid()
        and not state.st_mode & _WRITABLE_BY_OTHERS
    )


def _save(made: object, path: Path) -> None:
    import tempfile  # noqa: PLC0415  for what was not kept yet

    packed = io.BytesIO()
    # A full disk, or a folder that is not ours, is no reason to keep anybody from an answer.
    with contextlib.suppress(OSError, pickle.PicklingError):
        _Writer(packed, protocol=pickle.HIGHEST_PROTOCOL, whole=made).dump(made)
        content = packed.getvalue()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_ours(path.parent.lstat(), stat.S_ISDIR):
            return
        handle, name = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(sha256(content).digest() + content)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink()
            raise
        _make_room(path.parent)


def _make_room(folder: Path) -> None:
    files = sorted(folder.iterdir(), key=lambda each: each.stat().st_mtime_ns)
    for each in files[:-MOST_KEPT]:
        each.unlink(missing_ok=True)


class _Writer(pickle.Pickler):
    """Names a dictionary inside of what it writes, instead of writing it once more."""

    def __init__(self, packed: io.BytesIO, *, protocol: int, whole: object) -> None:
        super().__init__(packed, protocol)
        self.whole = whole

    def persistent_id(self, obj: object) -> str | None:
        if isinstance(obj, Dictionary) and obj is not self.whole:
            return obj.name
        return None


class _Reader(pickle.Unpickler):
    """Takes a dictionary by its name from those that were read."""

    def __init__(self, packed: bytes, dictionaries: Mapping[str, Dictionary]) -> None:
        super().__init__(io.BytesIO(packed))
        self.dictionaries = dictionaries

    def persistent_load(self, pid: str) -> Dictionary:
        return self.dictionaries[pid]
