"""
Populations of growing size, put to a policy from end to end: time, memory and disk, and the growth.

The largest is made up once, in parts of 10,000 persons, compressed; a smaller one is its first
parts, so that all are of the same kind. Each screen is a process of its own, as a user starts it.

    python -m benchmarks.growth [20000 200000 1000000] [--in FOLDER]

A million persons take 7 GB packed, a quarter of an hour to make up and about as long to screen;
FOLDER keeps them for the next time.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from multifidus.cli.generate import PART, Wanted, generate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SIZES = (20_000, 200_000, 1_000_000)
POLICY, ON = "isass-2025", date(2026, 10, 5)
OFTEN = 5
"""Seconds between two looks at the disk."""

# What a user types; the process tells of itself when it is done.
_SCREEN = """
import json, resource, sys
from benchmarks.peak import peak
from multifidus.cli import main
status = main(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps([status, used.ru_utime + used.ru_stime, peak() / 1024]))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """What a screen has taken: seconds, seconds of CPU, and MB of memory and of disk."""

    patients: int
    seconds: float
    cpu: float
    memory: float
    disk: float
    """While it ran, at most: what it keeps, and what it spills."""
    kept: float


def made(folder: Path, sizes: Sequence[int]) -> dict[int, Path]:
    """Make the largest population up, unless it is there, and give a folder for each size."""
    largest = folder / str(max(sizes))
    if not largest.exists():
        generate(
            Wanted(
                patients=max(sizes), seed=1, on=ON, folder=largest, packed=True, with_truth=False
            )
        )
    for size in sizes:
        _first_parts(largest, folder / str(size), parts=size // PART)
    return {size: folder / str(size) for size in sizes}


def _first_parts(whole: Path, folder: Path, *, parts: int) -> None:
    """Lay the first parts of a population into a folder of their own, without copying them."""
    if folder.exists():
        return
    folder.mkdir()
    for path in whole.iterdir():
        part = path.name.split(".")[1]
        if int(part) < parts:
            (folder / path.name).symlink_to(path.resolve())


@dataclass(slots=True)
class _Watched:
    """The most bytes that some folders held."""

    folders: Sequence[Path]
    most: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        while not self.over.wait(OFTEN):
            self.most = max(self.most, sum(map(_bytes_in, self.folders)))


def _bytes_in(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.lstat().st_size
        except OSError:  # It has gone in the meantime.
            continue
    return total


@contextmanager
def _watching(*folders: Path) -> Iterator[_Watched]:
    watched = _Watched(folders)
    thread = threading.Thread(target=watched.watch, daemon=True)
    thread.start()
    try:
        yield watched
    finally:
        watched.over.set()
        thread.join()


def screened(source: Path, patients: int) -> Screened:
    """Screen a population, and measure the process that does it."""
    with tempfile.TemporaryDirectory() as name:
        out, spilled = Path(name) / "out", Path(name) / "spilled"
        spilled.mkdir()
        words = ["screen", str(source), "--policy", POLICY, "--on", str(ON), "--out", str(out)]
        words += ["--elements", "policy", "--documents", "leave"]
        start = time.perf_counter()
        with _watching(out, spilled) as watched:
            done = subprocess.run(  # noqa: S603  our own words
                [sys.executable, "-c", _SCREEN, *words],
                check=True,
                capture_output=True,
                text=True,
                env={**os.environ, "TMPDIR": str(spilled)},
            )
        seconds = time.perf_counter() - start
        status, cpu, memory = json.loads(done.stdout.splitlines()[-1])
        if status:
            raise SystemExit(done.stderr)
        kept = _bytes_in(out) / 1e6
        return Screened(
            patients=patients,
            seconds=seconds,
            cpu=cpu,
            memory=memory,
            disk=max(watched.most / 1e6, kept),
            kept=kept,
        )


def lines(runs: Sequence[Screened]) -> Iterator[str]:
    """Write a line for each size; the growth is held against the smallest."""
    smallest = runs[0]
    for each in runs:
        grown = (each.cpu / smallest.cpu) / (each.patients / smallest.patients)
        yield (
            f"{each.patients:>9,} patients: {each.seconds:6.0f} s, {each.cpu:6.0f} s of CPU "
            f"({grown:.2f} x linear), {each.patients / each.seconds:,.0f} patients/s, "
            f"peak {each.memory:,.0f} MB, disk {each.disk:,.0f} MB, kept {each.kept:,.0f} MB"
        )


def main() -> None:
    """Measure the sizes that are asked for, from the smallest to the largest."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth")
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--in", dest="folder", type=Path)
    options = parser.parse_args()
    wrong = [each for each in options.sizes if each <= 0 or each % PART]
    if wrong:
        parser.error(f"sizes are multiples of {PART:,}")
    with tempfile.TemporaryDirectory() as name:
        folder = options.folder or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        sources = made(folder, options.sizes)
        runs: list[Screened] = []
        for size in sorted(options.sizes):
            runs.append(screened(sources[size], size))
            print([*lines(runs)][-1], flush=True)


if __name__ == "__main__":
    main()
