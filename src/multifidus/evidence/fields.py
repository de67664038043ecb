"""
Reads the tables of a TOML file field by field, and gathers everything that is wrong with it.

Python reads TOML by itself; YAML, which the policies use, is known to another room.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from multifidus.errors import EvidenceError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

Table: TypeAlias = Mapping[str, object]
Word = TypeVar("Word", bound=StrEnum)

FORM = "the file that comes with the package shows the form"


class Fields:
    """One file, and what is wrong with it so far."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def parse(self, text: str) -> Table:
        """Read the file's text; what is no TOML at all stops the reading."""
        import tomllib  # noqa: PLC0415  what was read before needs no parser

        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise EvidenceError.at(self.file, f"this is no TOML: {error}", FORM) from None

    def finish(self) -> None:
        """Raise everything that was found wrong, together."""
        if self.problems:
            raise EvidenceError(*self.problems)

    def wrong(self, where: str, message: str, hint: str) -> None:
        """Note what is wrong with a place in the file."""
        self.problems.append(Problem.at(f"{self.file}: {where}", message, hint))

    def only(self, told: Table, where: str, known: Iterable[str]) -> None:
        """Note what nobody would read."""
        names = tuple(str(each) for each in known)
        for name in told:
            if name not in names:
                self.wrong(where, f"unknown name `{name}`", f"one of: {', '.join(names)}")

    def tables(self, told: object, where: str) -> dict[str, Table]:
        """Give the tables of a table, by name."""
        if not isinstance(told, Mapping):
            self.wrong(where, "is no table", FORM)
            return {}
        for name, each in told.items():
            if not isinstance(each, Mapping):
                self.wrong(f"{where}.{name}", "is no table", FORM)
        return {name: each for name, each in told.items() if isinstance(each, Mapping)}

    def listed(self, told: object, where: str) -> tuple[Table, ...]:
        """Give the tables of a list, as `[[bias]]` begins them."""
        if isinstance(told, list) and all(isinstance(each, Mapping) for each in told):
            return tuple(told)
        self.wrong(where, "is no list of tables", f"begin each with `[[{where}]]`")
        return ()

    def words(self, told: Table, where: str, name: str) -> str:
        """Give words that have to be there."""
        said = told.get(name)
        if isinstance(said, str) and said.strip():
            return said
        self.wrong(where, f"`{name}` is missing", "say it in words, in quotation marks")
        return ""

    def names(self, told: Table, where: str, name: str) -> tuple[str, ...]:
        """Give a list of names that may be empty."""
        said = told.get(name, [])
        if isinstance(said, list) and all(isinstance(each, str) for each in said):
            return tuple(said)
        self.wrong(where, f"`{name}` is no list of names", f'write `{name} = ["first", "second"]`')
        return ()

    def word(
        self, said: object, where: str, kind: type[Word], *, among: tuple[Word, ...] = ()
    ) -> Word:
        """Give one of an enumeration's words."""
        known = among or tuple(kind)
        found = [each for each in known if each == said]
        if not found:
            message = "is missing" if said is None else f"`{said}` is none of its words"
            self.wrong(where, message, f"one of: {', '.join(known)}")
        return found[0] if found else known[0]

    def day(self, said: object, where: str) -> date:
        """Give a day."""
        if type(said) is date:
            return said
        self.wrong(where, "is no day", "write it unquoted, as 2026-11-28")
        return date.min
