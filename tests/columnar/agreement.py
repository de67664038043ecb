"""
`make agreement`: a made-up population, determined twice, row for row and criterion for criterion.

Once as one chart is: every line by the chart reader, every case by `core.determine`. Once as a
population is: the lines by DuckDB, the facts by the compiled policy. The exit status is 1 where a
cell differs. Twenty thousand patients take some minutes, so the test suite puts fewer to it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from multifidus import shipped
from multifidus.columnar.compile import compile_policy
from multifidus.columnar.duck import connection, save_determinations
from multifidus.population.people import Population
from tests.columnar.exports import dictionary, expected_cases, read
from tests.columnar.planted import ON
from tests.columnar.tables import evaluated

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from multifidus.core.policy import Policy
    from tests.columnar.tables import Row

NAMES = ("isass-2025", "fda-p190021", "reactiv8-b", "restore")
SLICE = 1000
"""So many charts are read together: the reader keeps them until the last line."""


def main(words: Sequence[str] | None = None) -> int:
    """Make a population up, determine it twice, and say what differs."""
    parser = argparse.ArgumentParser(description="Hold the table engine to the evaluator.")
    parser.add_argument("--patients", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=8)
    asked = parser.parse_args(words)
    with TemporaryDirectory() as folder:
        slices = list(_made(Path(folder) / "people", asked.patients, asked.seed))
        told = list(_told(Path(folder)))
        cells = 0
        differing: list[str] = []
        for each in slices:
            for subject, case in expected_cases(each, on=ON):
                for policy, rows in told:
                    (row,) = evaluated(policy, [case])
                    cells += len(row)
                    found = rows.pop(subject, {})
                    differing += _differing(policy, {**row, "subject": subject}, found)
        differing += [f"{policy.about.id}: {name}" for policy, rows in told for name in rows]
    said = (f"{cells:,} cells, {len(differing):,} differ", *differing[:20])
    sys.stdout.write("".join(f"{line}\n" for line in said))
    return 1 if differing or not cells else 0


def _made(folder: Path, patients: int, seed: int) -> Iterator[Path]:
    """Write an export in slices, each of which is one, too."""
    people = Population(dictionary(), seed=seed, on=ON)
    for first in range(0, patients, SLICE):
        mine = folder / f"{first:07d}"
        mine.mkdir(parents=True)
        lines: dict[str, list[bytes]] = {}
        for number in range(first, min(first + SLICE, patients)):
            for kind, text in people.person(number).lines.items():
                lines.setdefault(kind, []).append(text)
        for kind, each in lines.items():
            (mine / f"{kind}.ndjson").write_bytes(b"".join(each))
        yield mine


def _told(folder: Path) -> Iterator[tuple[Policy, dict[str, Row]]]:
    """Determine all of them by DuckDB."""
    facts = read(folder / "people", folder / "read", on=ON).facts
    shelf = shipped()
    for policy in (shelf.read(shelf.find(name, ON)) for name in NAMES):
        path = folder / "told.parquet"
        save_determinations(compile_policy(policy), facts=facts / "*.parquet", path=path)
        with connection() as opened:
            found = opened.execute(f"FROM read_parquet('{path}')")
            names = [column[0] for column in found.description]
            rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        yield policy, {str(row["subject"]): row for row in rows}


def _differing(policy: Policy, one: Row, other: Mapping[str, object]) -> Iterator[str]:
    for name, cell in one.items():
        if name not in other or cell != other[name]:
            yield f"{policy.about.id}: {one['subject']}: {name}"


if __name__ == "__main__":
    sys.exit(main())
