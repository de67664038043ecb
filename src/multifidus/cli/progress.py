"""How far the work on a population is, on a terminal: the rate, and the time that is left."""

from __future__ import annotations

import sys
from time import monotonic
from typing import TYPE_CHECKING

from multifidus.columnar.watch import Stage

if TYPE_CHECKING:
    from collections.abc import Callable

MEGABYTE = 1024 * 1024
MINUTE = 60
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
        self.stage: Stage | None = None
        self.began = 0.0

    def __call__(self, stage: Stage, done: int, total: int, /) -> None:
        """Show how far a stage is."""
        if not sys.stderr.isatty() or not total:
            return
        if stage is not self.stage:
            self.stage, self.began = stage, self.clock()
        is_over = done >= total
        told = told_of(stage, done=done, total=total, seconds=self.clock() - self.began)
        # The rest of a longer line before is wiped away.
        sys.stderr.write(f"\r\x1b[K{told}" + ("\n" if is_over else ""))
        sys.stderr.flush()


def told_of(stage: Stage, *, done: int, total: int, seconds: float) -> str:
    """
    Say how far a stage is, how fast it goes, and how long it will take.

    >>> told_of(Stage.SETTLING, done=20_000, total=60_000, seconds=10)
    'settling: 20,000 of 60,000 patients, 2,000 a second, 20 s left'
    """
    size, unit = _UNITS[stage]
    said = f"{stage}: {done // size:,} of {total // size:,} {unit}"
    if not done or seconds <= 0:
        return said
    rate = done / seconds
    said += f", {_number(rate / size)} a second"
    return said if done >= total else f"{said}, {_length((total - done) / rate)} left"


def _number(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= SLOW else f"{rate:.2g}"


def _length(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), MINUTE)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
