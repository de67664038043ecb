"""A lexicon indexed for reading documents: its phrases in one book, each with what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from multifidus.chart.prose.phrases import Phrasebook
from multifidus.chart.prose.triggers import Triggers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus.chart.prose.phrases import Group
    from multifidus.core.element import DataElement, Dictionary
    from multifidus.core.wording import Lexicon, Phrase, Wording


class Kind(NamedTuple):
    """What a phrase of a wording is: a name, an answer by itself, or a result."""

    element: str
    option: str = ""
    problem: str = ""

    @property
    def is_name(self) -> bool:
        """Whether it answers nothing without a result beside it."""
        return not self.option and not self.problem


@dataclass(slots=True)
class Indexed:
    """One element's wording, indexed."""

    element: DataElement
    wording: Wording
    results: Group[Kind]
    needs: Group[None]
    unless: Group[None]
    but_not: Group[None]


class Index:
    """The phrases of a lexicon in one book, by what they are for; made once, used for many."""

    def __init__(self, dictionary: Dictionary, lexicon: Lexicon) -> None:
        """Index every phrase of every element, and of the context."""
        self.lexicon = lexicon
        book = self.book = Phrasebook()
        self.triggers = Triggers(book, lexicon.context)
        self.elements = {
            name: _indexed(book, dictionary.elements[name], wording)
            for name, wording in lexicon.elements.items()
        }
        self.targets = book.group(
            [each for name, wording in lexicon.elements.items() for each in _targets(name, wording)]
        )
        self.other_tests = book.group([(each, None) for each in lexicon.context.other_tests])
        self.titles = book.group([(each, None) for each in lexicon.context.titles])
        self.region = book.group([(each, None) for each in lexicon.context.region])
        self.elsewhere = book.group([(each, None) for each in lexicon.context.elsewhere])
        self.purposes = book.group([(each, None) for each in lexicon.context.purposes])
        self.bounds = book.group([(each, None) for each in lexicon.context.bounds])
        self.joins = self.triggers.joins


def _indexed(book: Phrasebook, element: DataElement, wording: Wording) -> Indexed:
    name = element.name
    results = [
        (phrase, Kind(name, option))
        for group in (wording.says, wording.reads)
        for option, phrases in group.items()
        for phrase in phrases
    ]
    results += [
        (phrase, Kind(name, problem=problem))
        for problem, phrases in wording.unclear.items()
        for phrase in phrases
    ]
    return Indexed(
        element=element,
        wording=wording,
        results=book.group(results),
        needs=book.group([(phrase, None) for phrase in wording.needs]),
        unless=book.group([(phrase, None) for phrase in wording.unless]),
        but_not=book.group([(phrase, None) for phrase in wording.but_not]),
    )


def _targets(name: str, wording: Wording) -> Iterator[tuple[Phrase, Kind]]:
    yield from ((phrase, Kind(name)) for phrase in wording.names)
    for option, phrases in wording.alone.items():
        yield from ((phrase, Kind(name, option)) for phrase in phrases)
