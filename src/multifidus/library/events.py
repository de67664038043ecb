"""
What happened to the coverage of the therapy, and when: the events beside the policies.

`events.csv` in a folder of the library holds them, one a line. A day that was not seen is left out
of the date: `2024-10`, `2022`.
"""

from __future__ import annotations

import csv
import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import TYPE_CHECKING

from multifidus.core.citation import OF_SOURCES, ReadingStatus
from multifidus.core.coding import Days
from multifidus.errors import Place, PolicyError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from multifidus.library.shelf import Shelf

FILE = "events.csv"
COLUMNS = ("date", "body", "event", "document", "address", "reading")
DECEMBER = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, who did it, and how we know."""

    date: str
    """As far as it is known: `2024-10-01`, `2024-10` or `2024`."""
    days: Days
    """The days that the date may mean."""
    body: str
    event: str
    document: str
    address: str
    reading: ReadingStatus


def events_of(shelf: Shelf) -> list[Event]:
    """Read the events of all folders, in the order of time; raises `PolicyError`."""
    problems: list[Problem] = []
    found = [
        event
        for folder in (shelf.folder, *shelf.own)
        if (path := folder / FILE).is_file()
        for event in _read(path, problems)
    ]
    if problems:
        raise PolicyError(*problems)
    return sorted(found, key=lambda each: (each.days.first or date.min, each.date, each.body))


def _read(path: Path, problems: list[Problem]) -> Iterator[Event]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        problems.append(Problem.at(str(path), "the file cannot be read", "save it in UTF-8"))
        return
    rows = csv.DictReader(StringIO(text, newline=""), strict=True)
    if tuple(rows.fieldnames or ()) != COLUMNS:
        message = "its first line does not name the columns"
        problems.append(Problem.at(str(path), message, f"begin it with {','.join(COLUMNS)}"))
        return
    try:
        for row in rows:
            event = _event(row, Place(file=str(path), line=rows.line_num), problems)
            if event:
                yield event
    except csv.Error as error:
        place = Place(file=str(path), line=rows.line_num)
        hint = 'put a cell that holds commas or quotes in quotes, and double those: ""'
        problems.append(Problem(place=place, message=f"no table: {error}", hint=hint))


def _event(row: dict[str, str], place: Place, problems: list[Problem]) -> Event | None:
    before = len(problems)
    cells = [row.get(name) for name in COLUMNS]
    # Cells beyond the columns stand under None.
    if not all(cells) or len(row) > len(COLUMNS):
        hint = f"give each of {', '.join(COLUMNS)}; a cell that holds a comma stands in quotes"
        problems.append(Problem(place=place, message="a cell is missing or too many", hint=hint))
        return None
    days = days_meant(row["date"])
    if days is None:
        message = f"`{row['date']}` is no date"
        hint = "write 2024-10-01; 2024-10 or 2024 where the day or the month was not seen"
        problems.append(Problem(place=place, message=message, hint=hint))
    known = [status.value for status in ReadingStatus if status in OF_SOURCES]
    if row["reading"] not in known:
        message = f"`{row['reading']}` does not say how well the document was read"
        problems.append(Problem(place=place, message=message, hint=f"write {', '.join(known)}"))
    if days is None or len(problems) > before:
        return None
    return Event(
        date=row["date"],
        days=days,
        body=row["body"],
        event=row["event"],
        document=row["document"],
        address=row["address"],
        reading=ReadingStatus(row["reading"]),
    )


def days_meant(text: str) -> Days | None:
    """
    Give the days that a date in part may mean; None where it is none.

    >>> str(days_meant("2024-02"))
    '2024-02-01 to 2024-02-29'
    """
    if not re.fullmatch(r"\d{4}(-\d\d){0,2}", text):
        return None
    year, *rest = map(int, text.split("-"))
    first_month, last_month = (rest[0], rest[0]) if rest else (1, DECEMBER)
    try:
        if len(rest) > 1:
            day = date(year, *rest)
            return Days(first=day, last=day)
        last = date(year, last_month, monthrange(year, last_month)[1])
        return Days(first=date(year, first_month, 1), last=last)
    except ValueError:
        return None


def between_days(events: Sequence[Event], first: date, last: date) -> list[Event]:
    """Keep the events that may have happened after one day and up to another."""
    return [
        each
        for each in events
        if each.days.first and each.days.last and each.days.first <= last and each.days.last > first
    ]
