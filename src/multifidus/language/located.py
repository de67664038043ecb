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

import yaml

from multifidus.errors import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

# The base loader takes every scalar for text; the safe one tries each as a number and a date first.
try:
    from yaml import CBaseLoader as Loader
except ImportError:  # pragma: no cover  a platform without libyaml
    from yaml import BaseLoader as Loader  # type: ignore[assignment]

DEEPEST = 20
_BRACKET = re.compile(r"[\[\]{}]")
_PLAIN_TAGS = frozenset(
    ("null", "bool", "int", "float", "timestamp", "str", "seq", "map", "merge", "value")
)
"""Tags that leave a scalar the words it is; any other means something that we do not know."""
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
        return Located("", start), [_too_deep(start)]
    try:
        node = yaml.compose(text, Loader=Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + first_line, mark.column + 1) if mark else (first_line, 1)
        cause = str(getattr(error, "problem", "") or "not YAML").replace("\n", " ")
        problem = Problem(
            place=Place(file=file, line=line, column=column),
            message=f"this is not YAML: {cause}",
            hint="check the indentation, and put text that holds `: ` or ` #` in quotes",
        )
        return Located("", start), [problem]
    if node is None:
        return Located({}, start), []
    reader = _Reader(file, first_line)
    return reader.locate(node, 0), reader.problems


def _nesting(text: str) -> int:
    """Bound from above how deep the parser would have to go, without asking it."""
    steps = (1 if bracket in "[{" else -1 for bracket in _BRACKET.findall(text))
    brackets = max(accumulate(steps), default=0)
    lines = text.splitlines()
    dashes = max((line.count("- ") + line.count("? ") for line in lines), default=0)
    indents = len({len(line) - len(line.lstrip(" ")) for line in lines})
    return max(brackets, dashes, indents)


def _too_deep(place: Place) -> Problem:
    return Problem(place=place, message="the YAML is nested too deeply", hint="flatten it")


class _Reader:
    """Turns the parser's nodes into located pieces; collects what is wrong with them."""

    def __init__(self, file: str, first_line: int) -> None:
        self.file = file
        self.first_line = first_line
        self.problems: list[Problem] = []
        self.seen: set[int] = set()

    def place(self, node: yaml.Node) -> Place:
        mark = node.start_mark
        return Place(file=self.file, line=mark.line + self.first_line, column=mark.column + 1)

    def wrong(self, place: Place, message: str, hint: str) -> None:
        self.problems.append(Problem(place=place, message=message, hint=hint))

    def locate(self, node: yaml.Node, depth: int) -> Located:
        place = self.place(node)
        if depth > DEEPEST:
            self.problems.append(_too_deep(place))
            return Located("", place)
        if id(node) in self.seen:
            message = "an alias (`*name`) stands for the words here"
            self.wrong(place, message, "write the words themselves in each place")
            return Located("", place)
        self.seen.add(id(node))
        if node.tag.removeprefix("tag:yaml.org,2002:") not in _PLAIN_TAGS:
            self.wrong(place, f"the tag `{node.tag}` has no meaning here", "leave the tag out")
        match node:
            case yaml.ScalarNode():
                return Located(str(node.value), place)
            case yaml.SequenceNode():
                return Located([self.locate(each, depth + 1) for each in node.value], place)
            case yaml.MappingNode():
                return Located(dict(self.pairs(node, depth)), place)
            case _:  # pragma: no cover  composing yields these three kinds only
                raise AssertionError

    def pairs(self, node: yaml.MappingNode, depth: int) -> Iterator[tuple[str, Located]]:
        names: set[str] = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                message = "the name of a field is not a word"
                self.wrong(self.place(key), message, "write `name: …`")
                continue
            name = str(key.value)
            if name in names:
                self.wrong(self.place(key), f"`{name}` stands here twice", "keep one of the two")
            names.add(name)
            yield name, self.locate(value, depth + 1)
