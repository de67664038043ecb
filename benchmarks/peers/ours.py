"""This project, as the process that is measured: an export, or its facts, to truths as CSV."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.peers.workload import NAMES, ON, policy
from multifidus.chart.lines import LineReader
from multifidus.chart.derive import Plan
from multifidus.columnar.bulk import extract
from multifidus.columnar.compile import compile_policy
from multifidus.columnar.dialect import text
from multifidus.columnar.duck import connection, save_marked


def main(export: str, work: Path, out: Path) -> None:
    """Read the export if one is named, then put the facts in the folder `work` to the policy."""
    asked = policy()
    query = compile_policy(asked)
    if export:
        dictionary = asked.dictionary
        extract(
            Path(export), dictionary=dictionary, reader=LineReader(Plan(dictionary)), out=work, on=ON
        )
    found = work / "determinations.parquet"
    save_marked(query, facts=work / "facts" / "*.parquet", path=found)
    if str(out) != "-":
        save_csv(found, out)


def save_csv(found: Path, out: Path) -> None:
    """Write the truths as all write them."""
    columns = ", ".join(f'coalesce(("{name}"::TINYINT)::VARCHAR, \'\') AS "{name}"' for name in NAMES)
    patient = "regexp_replace(subject, '^Patient/', '') AS patient"
    with connection() as opened:
        opened.execute(
            f"COPY (SELECT {patient}, {columns} FROM read_parquet({text(str(found))}) "
            f"ORDER BY patient) TO {text(str(out))} (FORMAT csv, HEADER, QUOTE '')"
        )


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
