"""A library of forty policies: its front matter alone, all its texts, and all of them once more."""

from __future__ import annotations

import re
import tempfile
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

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
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_library(folder)
        floor = median(lambda: read_bytes(folder), runs=LOADING)
        loaded = median(lambda: fresh(folder).entries, runs=LOADING)
        against = f"{loaded / floor:.1f} x read_bytes ({milliseconds(floor)})"
        yield f"front matter of {POLICIES} policies", milliseconds(loaded), against, "150 ms"
        texts = median(lambda: read_all(fresh(folder)), runs=REPEATED)
        yield f"all texts of {POLICIES} policies", milliseconds(texts), "", ""
        shelf = fresh(folder)
        read_all(shelf)
        again = median(lambda: read_all(shelf), runs=LOADING)
        yield "the same, none of them changed", milliseconds(again), "", ""


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
