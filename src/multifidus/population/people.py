"""
A population: from a seed, as many made-up persons as one likes, each the same whatever the number.

A person is a choice of lines that are written once. So a seed and a number give the same bytes on
every machine, and persons 10,000 to 20,000 can be made without the first 10,000.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from multifidus.population.habits import HABITS, MANNERS
from multifidus.population.histories import Histories
from multifidus.population.noise import stocks
from multifidus.population.resource import PERSON
from multifidus.population.statements import Statements

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from multifidus.core.element import Dictionary


@dataclass(frozen=True, slots=True)
class Person:
    """A person's resources as NDJSON by type, and as JSON what a reader must find in them."""

    lines: Mapping[str, bytes]
    truth: bytes


class Population:
    """Makes up persons; prepared once, for a dictionary, a seed and a day of service."""

    def __init__(self, dictionary: Dictionary, *, seed: int, on: date) -> None:
        """Write everything that may be told of anybody."""
        chance = Random(seed)  # noqa: S311  no secret hangs on it
        self.seed = seed
        self.topics = Histories(dictionary, on=on, chance=chance).topics()
        for name, habit in HABITS.items():
            element = dictionary.elements[name]
            statements = Statements(dictionary, element, on=on, chance=chance)
            self.topics.append(statements.topic(habit))
        self.noise = stocks(on=on, chance=chance)

    def person(self, number: int) -> Person:
        """Make up a person: a way of every topic, and a stretch of every stock."""
        draw = Random(self.seed * 1_000_003 + number).random  # noqa: S311  as above
        manner = _manner(draw())
        lines: dict[str, list[bytes]] = {}
        truths = []
        for topic in self.topics:
            way = topic.take(manner, draw())
            for kind, text in way.lines:
                lines.setdefault(kind, []).append(text)
            if way.truth:
                truths.append(way.truth)
        for kind, stock in self.noise.items():
            lines.setdefault(kind, []).append(stock.stretch(draw(), draw()))
        name = b"p%07d" % number
        truth = b'{"patient":"%b","elements":{%b}}\n' % (name, b",".join(truths))
        written = {kind: b"".join(each).replace(PERSON, name) for kind, each in lines.items()}
        return Person(written, truth)


def _manner(drawn: float) -> int:
    for number, manner in enumerate(MANNERS):
        drawn -= manner.share
        if drawn < 0:
            return number
    return len(MANNERS) - 1
