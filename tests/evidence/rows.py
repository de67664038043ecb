"""Rows as text, so that a test shows what an extractor would type."""

from __future__ import annotations

from dataclasses import fields

from multifidus.evidence.study import Result, read_results

HEAD = ",".join(each.name for each in fields(Result))
PLAIN = {
    "id": "x-1",
    "study": "X",
    "arm": "treated",
    "comparator": "none",
    "timepoint": "1 y",
    "days": "365",
    "outcome": "ODI",
    "definition": "score at visit",
    "unit": "points (0-100)",
    "estimate": "mean",
    "status": "verified",
    "source": "https://example.org",
}


def rows(*several: dict[str, str]) -> tuple[Result, ...]:
    """Read rows that differ from a plain one as is said; each gets an id of its own."""
    names = HEAD.split(",")
    told = [{**PLAIN, "id": f"x-{n}", **each} for n, each in enumerate(several, start=1)]
    lines = [",".join(f'"{row.get(name, "")}"' for name in names) for row in told]
    return read_results("\n".join([HEAD, *lines]), file="results.csv")


def row(**cells: str) -> Result:
    """Read one row."""
    (found,) = rows(cells)
    return found
