"""Files that a command writes: whole, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from multifidus.errors import RequestError

FOR_ALL, FOR_THE_OWNER = 0o644, 0o600
"""Who may read a file: what is said of policies is for all, what is said of a patient is not."""


def given(told: str, output: Path | None) -> str:
    """Write a text into the file that was named and say so, or give it to be printed."""
    if output is None:
        return told
    write_whole(output, told)
    return f"{output}: written"


def write_whole(path: Path, text: str) -> None:
    """Write a text and a last line end; raises `RequestError` where that cannot be."""
    write_bytes(path, f"{text}\n".encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Write what is no text, as a picture; raises `RequestError` where that cannot be."""
    try:
        put(path, content, mode=FOR_ALL)
    except OSError as error:
        raise RequestError.at(
            str(path),
            f"the file cannot be written: {error.strerror}",
            "name a file in a folder that is there and may be written",
        ) from None


def put(path: Path, content: bytes, *, mode: int) -> None:
    """Put a file in its place, or over the one that is there; raises `OSError`."""
    import tempfile  # noqa: PLC0415  for what is written

    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        part.chmod(mode)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def put_new(path: Path, content: bytes) -> bool:
    """
    Put a file in its place for good; False where one of its name is there, which is left alone.

    Raises `OSError`.
    """
    if os.path.lexists(path):
        return False
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        # A file made by `tempfile` would be readable by its owner alone, whatever the umask says.
        with part.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        return _is_named(part, path)
    finally:
        part.unlink(missing_ok=True)


def _is_named(part: Path, path: Path) -> bool:
    """Give a file its name, unless another has taken it meanwhile."""
    try:
        path.hardlink_to(part)
    except FileExistsError:
        return False
    except OSError:
        # Some file systems have no links: the name is taken first, and then filled.
        try:
            path.touch(exist_ok=False)
        except FileExistsError:
            return False
        part.replace(path)
    _sync(path.parent)
    return True


def _sync(folder: Path) -> None:
    """Make a new name last, where the system lets one do that."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
