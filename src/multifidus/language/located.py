"""
YAML as text with places: every scalar stays the words that somebody wrote.

`no` is not turned into false here, nor `1.10` into a number; what a field means is decided where
it is read, and an error can name its line.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import yaml

from multifidus.errors import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # pragma: no cover  a platform without libyaml
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

DEEPEST = 20


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
    """The fields of one mapping, read by name; collects what is wrong and which fields nobody asked for."""

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


def read_yaml(text: str, *, file: str, first_line: int = 1) -> tuple[Located, list[Problem]]:
    """Read YAML text into located pieces, with everything that is wrong with its form."""
    start = Place(file=file, line=first_line, column=1)
    problems: list[Problem] = []
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
    except RecursionError:
        problem = Problem(place=start, message="the YAML is nested too deeply", hint="flatten it")
        return Located("", start), [problem]
    if node is None:
        return Located({}, start), []
    return _locate(node, file, first_line, problems, 0), problems


def _locate(
    node: yaml.Node, file: str, first_line: int, problems: list[Problem], depth: int
) -> Located:
    place = Place(
        file=file, line=node.start_mark.line + first_line, column=node.start_mark.column + 1
    )
    if depth > DEEPEST:
        problems.append(
            Problem(place=place, message="the YAML is nested too deeply", hint="flatten it")
        )
        return Located("", place)
    match node:
        case yaml.ScalarNode():
            return Located(str(node.value), place)
        case yaml.SequenceNode():
            return Located(
                [_locate(each, file, first_line, problems, depth + 1) for each in node.value], place
            )
        case yaml.MappingNode():
            return Located(dict(_pairs(node, file, first_line, problems, depth)), place)
        case _:  # pragma: no cover  composing yields these three kinds only
            raise AssertionError


def _pairs(
    node: yaml.MappingNode, file: str, first_line: int, problems: list[Problem], depth: int
) -> Iterator[tuple[str, Located]]:
    seen: set[str] = set()
    for key, value in node.value:
        name = str(key.value)
        located = _locate(value, file, first_line, problems, depth + 1)
        if name in seen:
            place = Place(
                file=file, line=key.start_mark.line + first_line, column=key.start_mark.column + 1
            )
            problems.append(
                Problem(
                    place=place, message=f"`{name}` stands here twice", hint="keep one of the two"
                )
            )
        seen.add(name)
        yield name, located
