"""
The nodes of the YAML parser → located pieces; the only module that knows the parser.

It is imported where a text is read, and not by those who only ask what a text said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

from multifidus.errors import Place, Problem
from multifidus.language.located import Located, too_deep

if TYPE_CHECKING:
    from collections.abc import Iterator

# The base loader takes every scalar for text; the safe one tries each as a number and a date first.
try:
    from yaml import CBaseLoader as Loader
except ImportError:  # pragma: no cover  a platform without libyaml
    from yaml import BaseLoader as Loader  # type: ignore[assignment]

DEEPEST = 20
_PLAIN_TAGS = frozenset(
    ("null", "bool", "int", "float", "timestamp", "str", "seq", "map", "merge", "value")
)
"""Tags that leave a scalar the words it is; any other means something that we do not know."""


def compose(text: str, *, file: str, first_line: int) -> tuple[Located, list[Problem]]:
    """Read YAML text that is not too deep into located pieces, with what is wrong with its form."""
    start = Place(file=file, line=first_line, column=1)
    try:
        node = yaml.compose(text, Loader=Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + first_line, mark.column + 1) if mark else (first_line, 1)
        cause = str(getattr(error, "problem", "") or "").replace("\n", " ")
        hint = "check the indentation, and put text that holds `: ` or ` #` in quotes"
        if not cause:
            # The reader of characters gives no mark.
            cause, hint = "a character in it may not stand in a text", "take control characters out"
        problem = Problem(
            place=Place(file=file, line=line, column=column),
            message=f"this is not YAML: {cause}",
            hint=hint,
        )
        return Located("", start), [problem]
    if node is None:
        return Located({}, start), []
    reader = _Reader(file, first_line)
    return reader.locate(node, 0), reader.problems


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
            self.problems.append(too_deep(place))
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
