"""
The chart reader's part in reading an export: what it is handed, what it gives, and that as rows.

This room may not import the reader, so whoever knows both rooms hands it over; its statements are
known here by their shape.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Protocol

from multifidus.columnar import layout
from multifidus.columnar.derivation.rules import NO_ELEMENT
from multifidus.columnar.derivation.statements import COLUMNS
from multifidus.columnar.derivation.values import SAYS_NO_VALUE, SAYS_PROBLEM
from multifidus.columnar.duck import rows_in
from multifidus.core.coding import Days
from multifidus.core.element import Number
from multifidus.core.quantity import UNITS, Quantity
from multifidus.core.resource import NO_VALUE_OBTAINED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import duckdb

    from multifidus.core.case import Basis, Quote
    from multifidus.core.element import Dictionary
    from multifidus.core.quantity import DateRange, Value
    from multifidus.errors import Problem


class Stated(Protocol):
    """A statement, as the chart reader makes it; `chart.statements.statement` tells its fields."""

    @property
    def element(self) -> str: ...  # noqa: D102
    @property
    def resource(self) -> str: ...  # noqa: D102
    @property
    def path(self) -> str: ...  # noqa: D102
    @property
    def value(self) -> Value | None: ...  # noqa: D102
    @property
    def problem(self) -> str: ...  # noqa: D102
    @property
    def date(self) -> DateRange | None: ...  # noqa: D102
    @property
    def since(self) -> DateRange | None: ...  # noqa: D102
    @property
    def until(self) -> DateRange | None: ...  # noqa: D102
    @property
    def basis(self) -> Basis: ...  # noqa: D102
    @property
    def valid(self) -> tuple[Days, ...]: ...  # noqa: D102
    @property
    def code(self) -> str: ...  # noqa: D102


class InWords(Stated, Protocol):
    """A statement that rests on the words of a document."""

    @property
    def quote(self) -> Quote | None: ...  # noqa: D102
    @property
    def confirm(self) -> str: ...  # noqa: D102


class Read(Protocol):
    """What the chart reader made of some lines (chart.statements.lines)."""

    @property
    def said(self) -> Sequence[tuple[str, Sequence[Stated]]]: ...  # noqa: D102
    @property
    def patients(self) -> Mapping[str, str]: ...  # noqa: D102
    @property
    def problems(self) -> Sequence[Problem]: ...  # noqa: D102
    @property
    def about(self) -> frozenset[str]: ...  # noqa: D102


class Reader(Protocol):
    """The chart reader, handed over by whoever knows both rooms."""

    def read(self, lines: Iterable[tuple[str, bytes]]) -> Read:
        """Read lines, each with the place where it stands."""

    def read_record(self, files: Iterable[Path]) -> Read:
        """Read files as one record; whoever is said something of has the patient's own name."""

    def read_rows(self, view: str, rows: Iterable[Mapping[str, str | None]]) -> Read:
        """Read rows of one of the dictionary's views (core.view), each cell as text."""

    def problems_of(self, line: bytes, place: str) -> Sequence[Problem]:
        """Tell what keeps a line from being read; nothing if it can be."""


# Of a resource without an id the name is its place, which holds no slash.
_NAMED_SO = (
    "if(contains(resource, '/'), hash(split_part(resource, '/', 1), "
    "substr(resource, strpos(resource, '/') + 1)), NULL)"
)
"""The same hash, of the name as the chart reader writes it."""


def insert_read(opened: duckdb.DuckDBPyConnection, dictionary: Dictionary, read: Read) -> None:
    """Add what the chart reader made of lines to the tables of statements and of patients."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "said.ndjson"
        if write_read(dictionary, read, path):
            opened.execute(
                f"INSERT INTO statements SELECT * REPLACE ({_NAMED_SO} AS h) "
                f"FROM {rows_in(path, COLUMNS)}"
            )
    named = [[name, patient] for name, patient in read.patients.items() if name]
    if named:
        opened.executemany("INSERT INTO patients VALUES (?, ?)", named)


def write_read(dictionary: Dictionary, read: Read, path: Path) -> int:
    """Write statements as rows, a line each; gives how many."""
    places = {name: place for place, name in enumerate(dictionary.elements)}
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for subject, statements in read.said:
            for each in statements:
                count += 1
                place = places.get(each.element, NO_ELEMENT)
                row = _row(dictionary, each) | {"subject": subject, "element": place}
                file.write(json.dumps(row) + "\n")
    return count


def row_in_words(dictionary: Dictionary, stated: InWords) -> dict[str, object]:
    """Make a row of a statement that rests on words: where they stand, and why to confirm it."""
    row = _row(dictionary, stated) | {"confirm": stated.confirm}
    if (quote := stated.quote) is not None:
        row |= {"page": quote.page, "start": quote.start, "stop": quote.end}
    return row


def _row(dictionary: Dictionary, stated: Stated) -> dict[str, object]:
    value = stated.value
    problem = SAYS_NO_VALUE if stated.problem == NO_VALUE_OBTAINED else SAYS_PROBLEM
    row: dict[str, object] = {
        "resource": stated.resource,
        "path": stated.path,
        "basis": stated.basis.value,
        "problem": problem if stated.problem else 0,
        "code": stated.code,
        "valid": _valid(stated.valid),
        **_days("made", stated.date),
        **_days("since", stated.since),
        **_days("until", stated.until),
    }
    if isinstance(value, bool):
        row["truth"] = value
    elif isinstance(value, str):
        row["word"] = value
    elif isinstance(value, Quantity):
        row["number"] = kept(dictionary, stated.element, value)
    return row


def kept(dictionary: Dictionary, element: str, value: Quantity) -> str:
    """Write a number in the unit that the facts table keeps."""
    answer = dictionary.elements[element].answer
    size = UNITS[value.unit].size
    if isinstance(answer, Number) and not UNITS[answer.unit].is_time:
        size /= layout.kept_unit(answer).size
    return layout.digits(Fraction(value.value) * size)


def _days(name: str, days: DateRange | None) -> dict[str, str]:
    if days is None:
        return {}
    first = {f"{name}_first": str(days.earliest)} if days.earliest else {}
    return {**first, f"{name}_last": str(days.latest)}


def _valid(valid: tuple[Days, ...]) -> list[dict[str, str]] | None:
    if Days() in valid:
        return None
    return [
        {
            name: str(day)
            for name, day in (("first", each.first), ("last", each.last))
            if day is not None
        }
        for each in valid
    ]
