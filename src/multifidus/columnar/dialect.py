"""What engines for tables write differently; all the rest of the SQL is one text for all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.columnar.layout import Sort

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """
    The forms of one engine.

    The forms are templates: `{start}` and `{end}` are days, `{items}` a list of texts and nulls.
    """

    name: str
    mark: str
    """What stands before and after a name."""
    days_between: str
    day_before: str
    texts: str
    """A list of texts, without the nulls."""
    no_texts: str
    sorts: Mapping[Sort, str]

    def named(self, name: str) -> str:
        """Write a name; ours hold no quotation marks."""
        return f"{self.mark}{name}{self.mark}"

    def days(self, *, start: str, end: str) -> str:
        """Count the days from one to another."""
        return self.days_between.format(start=start, end=end)

    def before(self, day: str) -> str:
        """Give the day before."""
        return self.day_before.format(day=day)

    def list_of(self, items: Sequence[str]) -> str:
        """Make a list of texts; an item that is null stays out."""
        return self.texts.format(items=", ".join(items)) if items else self.no_texts


def text(words: str) -> str:
    """Write a text as SQL does."""
    return "'" + words.replace("'", "''") + "'"


DUCKDB = Dialect(
    name="DuckDB",
    mark='"',
    days_between="({end} - {start})",
    day_before="({day} - 1)",
    texts="list_filter([{items}], lambda each: each IS NOT NULL)",
    no_texts="CAST([] AS VARCHAR[])",
    sorts={sort: sort.value for sort in Sort},
)

SPARK = Dialect(
    name="Spark",
    mark="`",
    days_between="datediff({end}, {start})",
    day_before="date_sub({day}, 1)",
    texts="filter(array({items}), each -> each IS NOT NULL)",
    no_texts="CAST(array() AS ARRAY<STRING>)",
    sorts={**DUCKDB.sorts, Sort.TEXT: "STRING", Sort.TEXTS: "ARRAY<STRING>"},
)
