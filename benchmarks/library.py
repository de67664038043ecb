"""A library of forty policies: its front matter alone, and all its texts, read anew and kept."""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

from multifidus.library.kept import OFF, SETTING
from multifidus.library.shelf import Shelf, shipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.__main__ import Row

POLICIES = 40
LOADING, REPEATED = 20, 5


def loading_a_library(
    median: Callable[..., float], milliseconds: Callable[[float], str]
) -> Iterator[Row]:
    """Measure what a command waits for, against reading the bytes of the same files."""
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory() as kept:
        folder = Path(name)
        write_library(folder)
        floor = median(lambda: read_bytes(folder), runs=LOADING)
        loaded = median(lambda: fresh(folder).entries, runs=LOADING)
        against = f"{loaded / floor:.1f} x read_bytes ({milliseconds(floor)})"
        yield f"front matter of {POLICIES} policies", milliseconds(loaded), against, "150 ms"
        for words, where in (("nothing kept yet", OFF), ("kept from before", kept)):
            with keeping(where):
                read_all(fresh(folder))
                texts = median(lambda: read_all(fresh(folder)), runs=REPEATED)
            yield f"all texts of {POLICIES} policies, {words}", milliseconds(texts), "", ""


@contextmanager
def keeping(where: str) -> Iterator[None]:
    """Keep what was read in a folder, or nowhere."""
    before = os.environ.get(SETTING)
    os.environ[SETTING] = where
    try:
        yield
    finally:
        del os.environ[SETTING]
        if before is not None:
            os.environ[SETTING] = before


def write_library(folder: Path) -> None:
    """Write copies of the shipped policies, each under an id of its own."""
    for number, each in enumerate(islice(cycle(shipped().entries), POLICIES)):
        copy = folder / str(number) / "policy.md"
        copy.parent.mkdir()
        text = each.path.read_text(encoding="utf-8")
        copy.write_text(re.sub(r"(?m)^policy: .*$", f"policy: copy-{number}", text, count=1))
        sources = each.path.with_name("sources.yaml")
        copy.with_name("sources.yaml").write_bytes(sources.read_bytes())


def fresh(folder: Path) -> Shelf:
    """Give a shelf that has read nothing of the library yet, but knows the dictionary."""
    shelf = Shelf(folder)
    shelf.dictionaries = shipped().dictionaries
    return shelf


def read_bytes(folder: Path) -> int:
    """Read the files that a shelf reads; how many bytes they have."""
    return sum(len(path.read_bytes()) for path in folder.rglob("policy.md"))


def read_all(shelf: Shelf) -> int:
    """Read every text; how many there are."""
    return len([shelf.read(each) for each in shelf.entries])
