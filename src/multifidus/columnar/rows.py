"""One row of a facts table, found by its subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.columnar.cases import case_of
from multifidus.columnar.dialect import text
from multifidus.columnar.duck import connection, reading
from multifidus.columnar.layout import SERVICE_DATE, SUBJECT

if TYPE_CHECKING:
    from pathlib import Path

    from multifidus.core.case import Case
    from multifidus.core.element import Dictionary


def case_of_subject(subject: str, *, facts: Path, dictionary: Dictionary) -> Case | None:
    """
    Make the case of a subject, by its name or the id in it; None where there is no such row.

    `facts` is a folder of facts files; `RequestError` where they cannot be read. Of several dates
    of service the first is taken.
    """
    table = f"read_parquet({text(str(facts / '*.parquet'))})"
    with connection() as opened, reading(str(facts)):
        found = opened.execute(
            f"SELECT * FROM {table} WHERE {SUBJECT} IN (?, ?) ORDER BY {SERVICE_DATE} LIMIT 1",
            [subject, f"Patient/{subject}"],
        )
        row = found.fetchone()
        names = [column[0] for column in found.description or ()]
    if row is None:
        return None
    return case_of(dict(zip(names, row, strict=True)), dictionary=dictionary)
