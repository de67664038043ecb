"""
A topic: the ways in which a record may speak of one matter, each with what is then true of it.

Ways are written before anybody is made up. A person takes one way of every topic, by chance and by
the manner in which the record is kept, and so is a choice of lines that exist already.
"""

from __future__ import annotations

import json
from bisect import bisect
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

from multifidus.population.habits import MANNERS, Habit, Manner
from multifidus.population.resource import Resource, line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Lines = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class Way:
    """Resources, and what a reader must make of them; an element that is not named is silent."""

    lines: Lines
    truth: bytes
    """The members of a JSON object, in bytes."""


def way(resources: Iterable[Resource], truth: Mapping[str, object]) -> Way:
    """Write resources down, with what is true."""
    lines = tuple((str(each["resourceType"]), line(each)) for each in resources)
    told = ",".join(f"{json.dumps(name)}:{json.dumps(each)}" for name, each in truth.items())
    return Way(lines, told.encode())


SILENT = way((), {})


@dataclass(frozen=True, slots=True)
class Topic:
    """The ways to speak of a matter, and how often each is taken, for each manner."""

    ways: tuple[Way, ...]
    sums: tuple[tuple[float, ...], ...]
    last: int = field(init=False)

    def __post_init__(self) -> None:
        """Note the last way, which is taken where rounding leaves a gap."""
        object.__setattr__(self, "last", len(self.ways) - 1)

    def take(self, manner: int, chance: float) -> Way:
        """Take a way, by a number from 0 up to 1."""
        return self.ways[min(bisect(self.sums[manner], chance), self.last)]


def topic(habit: Habit, good: Sequence[Sequence[Way]], faulty: Sequence[Way]) -> Topic:
    """Weigh the ways: `good` for each value of the habit, and those that cannot be used."""
    ways = [*(each for ways in good for each in ways), *faulty, SILENT]
    sums = tuple(
        tuple(accumulate(_weights(habit, manner, good, len(faulty)))) for manner in MANNERS
    )
    return Topic(tuple(ways), sums)


def _weights(
    habit: Habit, manner: Manner, good: Sequence[Sequence[Way]], faults: int
) -> Iterable[float]:
    is_always = habit.often == 1
    documented = 1.0 if is_always else max(habit.often * manner.thin, manner.thorough)
    faulty = manner.faulty if faults else 0.0
    for number, ((_, share), ways) in enumerate(zip(habit.values, good, strict=True)):
        apt = manner.apt if number == 0 else 0.0
        wanted = share * (1 - manner.apt) + apt
        for _ in ways:
            yield documented * (1 - faulty) * wanted / len(ways)
    for _ in range(faults):
        yield documented * faulty / faults
    yield 1 - documented
