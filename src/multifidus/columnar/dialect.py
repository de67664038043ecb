"""What engines for tables write differently; all the rest of the SQL is one text for all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """
    The forms of one engine.

    The forms are templates: `{start}` and `{end}` are days; `{words}` are texts, `{wanted}` for
    each of them a condition, and `{chosen}` for each the text or null.
    """

    name: str
    mark: str
    """What stands before and after a name."""
    days_between: str
    day_before: str
    texts: str
    """The list of those texts whose condition holds."""
    no_texts: str

    def named(self, name: str) -> str:
        """Write a name; ours hold no quotation marks."""
        return f"{self.mark}{name}{self.mark}"

    def days(self, *, start: str, end: str) -> str:
        """Count the days from one to another."""
        return self.days_between.format(start=start, end=end)

    def before(self, day: str) -> str:
        """Give the day before."""
        return self.day_before.format(day=day)

    def list_of(self, wanted: Sequence[tuple[str, str]]) -> str:
        """Make a list of texts, each of which is there if its condition holds."""
        if not wanted:
            return self.no_texts
        return self.texts.format(
            words=", ".join(text(word) for _, word in wanted),
            wanted=", ".join(condition for condition, _ in wanted),
            chosen=", ".join(f"CASE WHEN {each} THEN {text(word)} END" for each, word in wanted),
        )


def text(words: str) -> str:
    """Write a text as SQL does."""
    return "'" + words.replace("'", "''") + "'"


DUCKDB = Dialect(
    name="DuckDB",
    mark='"',
    days_between="({end} - {start})",
    day_before="({day} - 1)",
    texts="list_where([{words}], [{wanted}])",
    no_texts="CAST([] AS VARCHAR[])",
)

SPARK = Dialect(
    name="Spark",
    mark="`",
    days_between="datediff({end}, {start})",
    day_before="date_sub({day}, 1)",
    texts="filter(array({chosen}), each -> each IS NOT NULL)",
    no_texts="CAST(array() AS ARRAY<STRING>)",
)
