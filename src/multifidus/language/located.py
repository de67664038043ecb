"""
YAML as text with places: every scalar stays the words that somebody wrote.

`no` is not turned into false here, nor `1.10` into a number; what a field means is decided where
it is read, and an error can name its line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

from multifidus.errors import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Collection

_BRACKET = re.compile(r"[\[\]{}]")
MOST_BRACKETS = 200
"""So deep the parser is let go; what lies between is told with its place."""


@dataclass(frozen=True, slots=True)
class Located:
    """A piece of YAML: text, a list or a mapping, and where it stands."""

    content: str | list[Located] | dict[str, Located]
    place: Place

    @property
    def text(self) -> str:
        """The words of a scalar; empty for a list or a mapping."""
        return " ".join(self.content.split()) if isinstance(self.content, str) else ""

    @property
    def items(self) -> list[Located]:
        """The items of a list; a scalar that is not empty counts as a list of one."""
        if isinstance(self.content, list):
            return self.content
        return [self] if self.text else []


@dataclass(slots=True)
class Fields:
    """The fields of one mapping, by name; collects what is wrong and which nobody asked for."""

    located: Located
    subject: str
    problems: list[Problem]
    asked: set[str] = field(default_factory=set)

    @property
    def mapping(self) -> dict[str, Located]:
        """The mapping itself."""
        return self.located.content if isinstance(self.located.content, dict) else {}

    def find(self, name: str) -> Located | None:
        """Give a field that may be missing."""
        self.asked.add(name)
        return self.mapping.get(name)

    def text(self, name: str, default: str | None = None) -> str:
        """Give the words of a field; a missing one without a default is a problem."""
        found = self.find(name)
        if found is None and default is not None:
            return default
        if found is None or not found.text:
            self.wrong(
                found,
                f"`{name}` is missing" if found is None else f"`{name}` is empty",
                f"add `{name}: …`",
            )
            return default or ""
        return found.text

    def choice(self, name: str, among: Collection[str], default: str | None = None) -> str:
        """Give a field that must be one of some words."""
        word = self.text(name, default)
        if word and word not in among:
            self.wrong(
                self.mapping.get(name), f"`{name}` is `{word}`", f"write one of: {', '.join(among)}"
            )
        return word if word in among else next(iter(among))

    def list(self, name: str) -> list[Located]:
        """Give the items of a field; a missing one is an empty list."""
        found = self.find(name)
        if found is not None and isinstance(found.content, dict):
            self.wrong(found, f"`{name}` is not a list", f"write `{name}: [this, that]`")
        return found.items if found else []

    def wrong(self, where: Located | None, message: str, hint: str) -> None:
        """Note a problem at a place, or at the mapping itself."""
        place = (where or self.located).place
        self.problems.append(Problem(place=place, subject=self.subject, message=message, hint=hint))

    def close(self) -> None:
        """Note the fields that nobody asked for."""
        for name, located in self.mapping.items():
            if name not in self.asked:
                known = ", ".join(sorted(self.asked))
                self.wrong(located, f"unknown field `{name}`", f"the fields here are: {known}")


def lines_of(text: str) -> list[str]:
    """Split a text into lines, whatever ends them; a byte-order mark is no part of it."""
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return plain.split("\n")


def read_yaml(text: str, *, file: str, first_line: int = 1) -> tuple[Located, list[Problem]]:
    """Read YAML text into located pieces, with everything that is wrong with its form."""
    start = Place(file=file, line=first_line, column=1)
    if _nesting(text) > MOST_BRACKETS:
        return Located("", start), [too_deep(start)]
    # The parser is a large library, and of most texts what they say is kept.
    from multifidus.language.nodes import compose  # noqa: PLC0415

    return compose(text, file=file, first_line=first_line)


def _nesting(text: str) -> int:
    """Bound from above how deep the parser would have to go, without asking it."""
    steps = (1 if bracket in "[{" else -1 for bracket in _BRACKET.findall(text))
    brackets = max(accumulate(steps), default=0)
    lines = text.splitlines()
    dashes = max((line.count("- ") + line.count("? ") for line in lines), default=0)
    indents = len({len(line) - len(line.lstrip(" ")) for line in lines})
    return max(brackets, dashes, indents)


def too_deep(place: Place) -> Problem:
    """Say that somebody wrote lists in lists in lists, further than anything here goes."""
    return Problem(place=place, message="the YAML is nested too deeply", hint="flatten it")
