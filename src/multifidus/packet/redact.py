"""
Words that must not leave the practice, taken out of everything that a packet is made of.

They are replaced before anything is set, letter by letter, so that places stay where they were. A
PDF that holds one is set anew from its text: what lies under a black bar in the old file would
still be there.
"""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from multifidus.packet.material import Person

if TYPE_CHECKING:
    from collections.abc import Iterable

    from multifidus.errors import Problem
    from multifidus.packet.exhibit import Source
    from multifidus.packet.material import Material

BAR = "\u2588"
SHORTEST = 2
"""A single letter would be found everywhere."""
SET_ANEW = "{}, set anew from its text, words blacked out"


class Redaction:
    """Some phrases, found in any case and however they are broken into lines."""

    def __init__(self, phrases: Iterable[str]) -> None:
        words = [each.split() for each in phrases if len(each.strip()) >= SHORTEST]
        told = sorted((r"\s+".join(map(re.escape, each)) for each in words), key=len, reverse=True)
        self._pattern = re.compile("|".join(told), re.IGNORECASE) if told else None

    def __call__(self, text: str) -> str:
        """Black the phrases out; the text keeps its length and its lines."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda found: _barred(found[0]), text)

    def holds_in(self, text: str) -> bool:
        """Whether a phrase stands in a text."""
        return self._pattern is not None and self._pattern.search(text) is not None

    def of(self, material: Material) -> Material:
        """
        Take the phrases out of what a packet tells of the record.

        What the practice's own file says stays as it is.
        """
        if self._pattern is None:
            return material
        return replace(
            material,
            sources=tuple(self._source(each) for each in material.sources),
            entries={name: self.content(each) for name, each in material.entries.items()},
            person=self._person(material.person),
            confirmed=tuple(replace(each, by=self(each.by)) for each in material.confirmed),
            unread=tuple(self._problem(each) for each in material.unread),
            treatments=tuple(
                replace(
                    each, name=self(each.name), amount=self(each.amount), stopped=self(each.stopped)
                )
                for each in material.treatments
            ),
        )

    def _source(self, source: Source) -> Source:
        if not self.holds_in(source.text) and not self.holds_in(source.title):
            return source
        barred = replace(source, text=self(source.text), title=self(source.title))
        if not source.content:
            return barred
        title = SET_ANEW.format(barred.title)
        return replace(barred, title=title, content=b"", page_starts=())

    def _person(self, person: Person) -> Person:
        return Person(**{each.name: self(getattr(person, each.name)) for each in fields(person)})

    def _problem(self, problem: Problem) -> Problem:
        place = replace(problem.place, file=self(problem.place.file))
        message, hint = self(problem.message), self(problem.hint)
        return replace(problem, place=place, message=message, hint=hint)

    def content(self, content: object) -> object:
        """Take the phrases out of plain data, value by value."""
        match content:
            case str():
                return self(content)
            case list():
                return [self.content(each) for each in content]
            case dict():
                return {name: self.content(each) for name, each in content.items()}
            case _:
                return content


def _barred(words: str) -> str:
    return "".join(each if each.isspace() else BAR for each in words)
