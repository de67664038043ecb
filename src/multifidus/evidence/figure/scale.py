"""Values to places on a line, and the round numbers that stand beside it."""

from __future__ import annotations

import math
from dataclasses import dataclass

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_ROUND = ((1.0, 1.5, 2.0, 3.0, 5.0, 7.0), (1.0, 2.0, 5.0), (1.0, 3.0), (1.0,))
_SHORT = 3
"""On a scale no longer than this ratio, equal steps are rounder than powers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A line from `start` to `end` on the paper that stands for the values `first` to `last`."""

    first: float
    last: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Give the place of a value; a value outside of the scale gets a place outside of it."""
        share = (self._bent(value) - self._bent(self.first)) / (
            self._bent(self.last) - self._bent(self.first)
        )
        return self.start + share * (self.end - self.start)

    def holds(self, value: float) -> bool:
        """Tell whether the value stands on the line."""
        return self.first <= value <= self.last

    def ticks(self, *, about: int = 5) -> tuple[float, ...]:
        """
        Give round values on the line, about so many.

        >>> Scale(first=-26, last=3, start=0, end=100).ticks()
        (-20.0, -10.0, 0.0)
        """
        step = _step((self.last - self.first) / about)
        number = math.ceil(self.first / step - 1e-9)
        found = []
        while number * step <= self.last + step * 1e-9:
            found.append(round(number * step, 10))
            number += 1
        return tuple(found)

    def _bent(self, value: float) -> float:
        return value


@dataclass(frozen=True, slots=True, kw_only=True)
class LogScale(Scale):
    """A line on which equal ratios are equally long; all values are above 0."""

    def ticks(self, *, about: int = 5) -> tuple[float, ...]:
        """
        Give round values on the line, about so many.

        >>> LogScale(first=0.25, last=8, start=0, end=100).ticks(about=4)
        (0.5, 1.0, 2.0, 5.0)
        >>> LogScale(first=0.8, last=1.3, start=0, end=100).ticks(about=4)
        (0.8, 1.0, 1.2)
        """
        if self.last < self.first * _SHORT:
            return Scale.ticks(self, about=about)
        powers = range(math.floor(math.log10(self.first)), math.ceil(math.log10(self.last)) + 1)
        tries = [
            tuple(
                value
                for power in powers
                for each in numbers
                if self.holds(value := round(each * 10.0**power, 10))
            )
            for numbers in _ROUND
        ]
        return next((found for found in tries if len(found) <= about), tries[-1])

    def _bent(self, value: float) -> float:
        return math.log(value)


def _step(rough: float) -> float:
    """Give the round step that is no smaller than a rough one."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(each * power for each in _STEPS if each * power >= rough * (1 - 1e-9))


def digits(ticks: tuple[float, ...]) -> int:
    """
    Say how many digits after the point these values need.

    >>> digits((0.0, 0.05, 0.1))
    2
    """
    return max(len(f"{each:.6f}".rstrip("0").partition(".")[2]) for each in ticks)
