"""What engines for tables write differently; all the rest of the SQL is one text for all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Mark(NamedTuple):
    """A column that says by its bits which of some texts are there: the first by the lowest."""

    column: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """
    The forms of one engine.

    The forms are templates: `{start}` and `{end}` are days.
    """

    name: str
    mark: str
    """What stands before and after a name."""
    days_between: str
    day_before: str
    texts: Callable[[Sequence[Mark]], str]
    """The list of those texts that are marked; a text may stand in it twice."""

    def named(self, name: str) -> str:
        """Write a name; ours hold no quotation marks."""
        return f"{self.mark}{name}{self.mark}"

    def days(self, *, start: str, end: str) -> str:
        """Count the days from one to another."""
        return self.days_between.format(start=start, end=end)

    def before(self, day: str) -> str:
        """Give the day before."""
        return self.day_before.format(day=day)


def text(words: str) -> str:
    """Write a text as SQL does."""
    return "'" + words.replace("'", "''") + "'"


MOST = 7
"""So many texts one column marks: of each of their combinations DuckDB is given the list."""


def _looked_up(marks: Sequence[Mark]) -> str:
    """
    Write a list for DuckDB, which looks up what each column marks.

    That takes half the time of `list_where`. What is one of few texts is a number within DuckDB;
    it is written to Parquet three times as fast as a text, and read as one.
    """
    if not marks:
        return "CAST([] AS VARCHAR[])"
    kinds = dict.fromkeys(text(word) for mark in marks for word in mark.words)
    kind = f"ENUM({', '.join(kinds)})"
    return f"flatten([{', '.join(_marked_of_all(each, kind) for each in marks)}])"


def _marked_of_all(mark: Mark, kind: str) -> str:
    words = f"CAST([{', '.join(map(text, mark.words))}] AS {kind}[])"
    is_in = "lambda word, place: (number >> (place - 1)) % 2 = 1"
    lists = f"lambda number: list_filter({words}, {is_in})"
    return f"list_transform(range({2 ** len(mark.words)}), {lists})[1 + {mark.column}]"


def _chosen(marks: Sequence[Mark]) -> str:
    if not marks:
        return "CAST(array() AS ARRAY<STRING>)"
    words = ", ".join(
        f"CASE WHEN ({mark.column} & {2**place}) <> 0 THEN {text(word)} END"
        for mark in marks
        for place, word in enumerate(mark.words)
    )
    return f"filter(array({words}), each -> each IS NOT NULL)"


DUCKDB = Dialect(
    name="DuckDB",
    mark='"',
    days_between="({end} - {start})",
    day_before="({day} - 1)",
    texts=_looked_up,
)

SPARK = Dialect(
    name="Spark",
    mark="`",
    days_between="datediff({end}, {start})",
    day_before="date_sub({day}, 1)",
    texts=_chosen,
)
