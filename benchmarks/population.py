"""Making persons up, against what it takes to fill one gap in so many bytes and copy them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from multifidus.population.people import Population
from multifidus.population.resource import PERSON

if TYPE_CHECKING:
    from collections.abc import Callable

    from multifidus.core.element import Dictionary

PERSONS = 2000
ON = date(2026, 10, 5)


def making_up(
    dictionary: Dictionary,
    median: Callable[[Callable[[], object]], float],
    milliseconds: Callable[[float], str],
) -> tuple[str, str, str, str]:
    """Measure so many persons, in memory; a disk takes its own time."""
    people = Population(dictionary, seed=1, on=ON)
    size = sum(len(text) for n in range(100) for text in people.person(n).lines.values()) // 100
    gap = PERSON + b"x" * (size - len(PERSON))

    def make() -> None:
        for number in range(PERSONS):
            people.person(number)

    def copy() -> None:
        for _ in range(PERSONS):
            gap.replace(PERSON, b"p0000001")

    taken, floor = median(make), median(copy)
    return (
        f"make {PERSONS} persons up, {size // 1000} kB each",
        milliseconds(taken),
        f"{PERSONS / taken:,.0f} persons/s; {taken / floor:.1f} x copying ({milliseconds(floor)})",
        "2,000 persons/s",
    )
