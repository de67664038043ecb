"""
Lines of text for a terminal, as wide as it is, within reason.

Colour repeats what a word says and never says it alone.
"""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from multifidus.errors import Problem

NARROWEST, WIDEST = 80, 110
_COLOURS = {"met": "32", "not met": "31", "open": "33", "applies": "31", "ask": "33", "head": "1"}


def _is_coloured() -> bool:
    return (
        sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )


class Lines:
    """Lays out lines of one width."""

    def __init__(self) -> None:
        """Ask the terminal how wide it is and whether it shows colour."""
        columns = shutil.get_terminal_size((100, 24)).columns
        self.width = max(NARROWEST, min(columns, WIDEST))
        self.coloured = _is_coloured()

    def paint(self, words: str, kind: str) -> str:
        """Colour words by their kind, where there is colour."""
        colour = _COLOURS.get(kind)
        return f"\x1b[{colour}m{words}\x1b[0m" if self.coloured and colour else words

    def wrapped(self, words: str, indent: str, *, hang: str = "") -> list[str]:
        """Break words into lines; what would steer a terminal, or turn letters around, is left."""
        return textwrap.wrap(
            _printable(words),
            self.width,
            initial_indent=indent,
            subsequent_indent=indent + hang,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def unread(self, problems: Sequence[Problem]) -> Iterator[str]:
        """Tell what of the record the findings do not rest on."""
        if not problems:
            return
        yield ""
        yield self.paint("Not read, or to be looked at", "head")
        for each in problems:
            yield from self.wrapped(f"{each.place}: {each.message}; {each.hint}", "  ", hang="  ")


def tell(problems: Iterable[Problem]) -> None:
    """Say on standard error what is wrong; what would steer a terminal is left out."""
    for problem in problems:
        lines = str(problem).split("\n")
        sys.stderr.writelines(f"{_printable(line)}\n" for line in lines)


def _printable(words: str) -> str:
    if words.isprintable():
        return words
    return "".join(each if each.isprintable() else " " for each in words)
