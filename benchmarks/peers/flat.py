"""The policy by hand over the flat facts: DuckDB's SQL, and Polars; `flat ENGINE FACTS OUT`."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.peers import NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# All persons are asked for on one day, so days need no arithmetic of their own.
OF_AGE, LASTING = "2004-06-01", "2025-12-01"

CRITERIA: Mapping[str, str] = {
    "A": "chronic_low_back_pain",
    "B": f"age__latest <= DATE '{OF_AGE}'",
    "C": "pain_nrs >= 6",
    "D": "oswestry_index BETWEEN 21 AND 60",
    "E": f"CASE WHEN pain_duration__latest <= DATE '{LASTING}' THEN true "
    f"WHEN pain_duration__earliest > DATE '{LASTING}' THEN false END",
    "F": "physical_therapy_days >= 8",
    "G": "medication_classes_tried >= 2",
    "H1": "prone_instability_test = 'positive'",
    "H2": "multifidus_mri = 'abnormal'",
    "I": "NOT spine_surgery_indicated",
    "J": "NOT radiculopathy",
    "K": "body_mass_index < 35",
    "L": "NOT active_infection",
}


def by_duckdb(facts: Path, out: Path) -> None:
    """Ask DuckDB, in SQL by hand; its three truths are the policy's."""
    import duckdb  # noqa: PLC0415  the process of another engine does without

    parts = ", ".join(f'{test} AS "{name}"' for name, test in CRITERIA.items())
    whole = " AND ".join(f'"{name}"' for name in "ABCDEFGHIJKL")
    names = ", ".join(f'"{name}"' for name in NAMES)
    source = f"read_parquet('{facts}/*.parquet')"
    tested = f'SELECT *, "H1" OR "H2" AS "H" FROM (SELECT subject, {parts} FROM {source})'
    asked = f"SELECT subject AS patient, {names} FROM (SELECT *, {whole} AS policy FROM ({tested}))"
    with duckdb.connect() as opened:
        opened.execute(f"COPY ({asked}) TO '{out}' (FORMAT parquet, COMPRESSION zstd)")


def by_polars(facts: Path, out: Path) -> None:
    """Ask Polars, in expressions by hand."""
    import polars as pl  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415  as above

    of_age, lasting = map(date.fromisoformat, (OF_AGE, LASTING))
    col = pl.col
    lasts = pl.when(col("pain_duration__latest") <= lasting).then(True)  # noqa: FBT003  a value
    tests = {
        "A": col("chronic_low_back_pain"),
        "B": col("age__latest") <= of_age,
        "C": col("pain_nrs") >= 6,  # noqa: PLR2004  the policy's
        "D": col("oswestry_index").is_between(21, 60),
        "E": lasts.when(col("pain_duration__earliest") > lasting).then(False),  # noqa: FBT003
        "F": col("physical_therapy_days") >= 8,  # noqa: PLR2004  as above
        "G": col("medication_classes_tried") >= 2,  # noqa: PLR2004  as above
        "H1": col("prone_instability_test") == "positive",
        "H2": col("multifidus_mri") == "abnormal",
        "I": ~col("spine_surgery_indicated"),
        "J": ~col("radiculopathy"),
        "K": col("body_mass_index") < 35,  # noqa: PLR2004  as above
        "L": ~col("active_infection"),
    }
    told = pl.scan_parquet(f"{facts}/*.parquet").select(
        col("subject").alias("patient"), *(test.alias(name) for name, test in tests.items())
    )
    told = told.with_columns((col("H1") | col("H2")).alias("H"))
    told = told.with_columns(pl.all_horizontal(list("ABCDEFGHIJKL")).alias("policy"))
    told.select("patient", *NAMES).collect(engine="streaming").write_parquet(out)


ENGINES: Mapping[str, Callable[[Path, Path], None]] = {"duckdb": by_duckdb, "polars": by_polars}

if __name__ == "__main__":
    ENGINES[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
