"""How far the work on a population is, on a terminal: the rate, and the time that is left."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from threading import Event, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING

from multifidus.columnar.watch import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MEGABYTE = 1024 * 1024
MINUTE = 60
TICK = 1.0
"""Seconds between two looks at the clock."""
SLOW = 10.0
"""A rate below this is told with its fraction."""
_UNITS = {
    Stage.READING: (MEGABYTE, "MB"),
    Stage.DOCUMENTS: (1, "parts"),
    Stage.SETTLING: (1, "patients"),
    Stage.DETERMINING: (1, "parts"),
}


class Progress:
    """Shows stages on standard error where that is a terminal, and nothing elsewhere."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        """Measure by a clock that gives seconds."""
        self.clock = clock
        self.lock = Lock()
        self.stage: Stage | None = None
        self.began = self.told = 0.0
        self.done = self.total = 0

    def __call__(self, stage: Stage, done: int, total: int, /) -> None:
        """Show how far a stage is."""
        if not sys.stderr.isatty() or not total:
            return
        with self.lock:
            self.told = self.clock()
            if stage is not self.stage:
                self.stage, self.began = stage, self.told
            self.done, self.total = done, total
            self._show()
            if done >= total:
                self._end()

    @contextmanager
    def ticking(self) -> Iterator[None]:
        """Go on showing meanwhile, for a step may take long; in the end the line is ended."""
        if not sys.stderr.isatty():
            yield
            return
        over = Event()
        ticker = Thread(target=self._tick, args=(over,), daemon=True)
        ticker.start()
        try:
            yield
        finally:
            over.set()
            ticker.join()
            if self.stage is not None:
                self._end()

    def _tick(self, over: Event) -> None:
        while not over.wait(TICK):
            with self.lock:
                if self.stage is not None:
                    self._show()

    def _show(self) -> None:
        if self.stage is None:
            return
        seconds, since = self.told - self.began, self.clock() - self.told
        said = told_of(self.stage, done=self.done, total=self.total, seconds=seconds, since=since)
        # The rest of a longer line before is wiped away.
        sys.stderr.write(f"\r\x1b[K{said}")
        sys.stderr.flush()

    def _end(self) -> None:
        self.stage = None
        sys.stderr.write("\n")
        sys.stderr.flush()


def told_of(stage: Stage, *, done: int, total: int, seconds: float, since: float = 0.0) -> str:
    """
    Say how far a stage is, how fast it goes, and how long it will take.

    `seconds` is what it took to get there, `since` what has passed after.

    >>> told_of(Stage.SETTLING, done=20_000, total=60_000, seconds=10)
    'settling: 20,000 of 60,000 patients, 2,000 a second, 20 s left'
    """
    size, unit = _UNITS[stage]
    said = f"{stage}: {done // size:,} of {total // size:,} {unit}"
    if not done or seconds <= 0:
        # There is no rate yet; that something is done is seen by the time.
        return f"{said}, {_length(since)} so far" if since >= TICK else said
    rate = done / seconds
    said += f", {_number(rate / size)} a second"
    left = max((total - done) / rate - since, 0.0)
    return said if done >= total else f"{said}, {_length(left)} left"


def _number(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= SLOW else f"{rate:.2g}"


def _length(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), MINUTE)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
