"""Files that a command writes: whole, or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from multifidus.errors import RequestError


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
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        raise RequestError.at(
            str(path),
            f"the file cannot be written: {error.strerror}",
            "name a file in a folder that is there and may be written",
        ) from None
