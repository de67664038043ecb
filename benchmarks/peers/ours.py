"""Our own project, as the process that is measured: an export, or its facts, to determinations."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.peers import ON
from benchmarks.peers.workload import policy
from multifidus.chart.derive import Plan
from multifidus.chart.statements.lines import LineReader
from multifidus.columnar.compile import compile_policy
from multifidus.columnar.duck import save_marked
from multifidus.columnar.sources.asked import Asked
from multifidus.columnar.sources.bulk import extract_bulk


def main(export: str, work: Path) -> None:
    """
    Read the export if one is named, and put the facts in the folder `work` to the policy.

    Facts are derived of the elements that it asks about, as `screen --elements policy` does.
    """
    asked = policy().alone()
    query = compile_policy(asked)
    if export:
        dictionary = asked.dictionary
        extract_bulk(
            Asked(
                source=Path(export),
                dictionary=dictionary,
                reader=LineReader(Plan(dictionary)),
                out=work,
                on=ON,
            )
        )
    facts = work / "facts" / "*.parquet"
    save_marked(query, facts=facts, path=work / "determinations.parquet")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
