"""
Spark and Sail say of every row what the evaluator says of the case.

They run in an environment of their own, which `make engines` sets up; Spark needs Java 17 as well.
Without it these tests are skipped, in CI too: it is a download of half a gigabyte.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from multifidus.columnar.compile import Query, compile_policy
from multifidus.columnar.dialect import SPARK
from multifidus.columnar.duck import save_facts
from multifidus.columnar.spark import FACTS, save_determinations
from multifidus.errors import NotExpressible
from multifidus.library.shelf import shipped
from tests.columnar.tables import evaluated, rows, shipped_charts
from tests.conformance.engines import case_of, files, policy_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from multifidus.core.case import Case
    from multifidus.core.policy import Policy

CHECKOUT = Path(__file__).parents[2]
PYTHON = CHECKOUT / "build" / "engines" / "bin" / "python"
ELSEWHERE = Path(__file__).with_name("run_elsewhere.py")
# Small tables are not worth compiling a stage for.
SUBMITTED = "--conf spark.sql.codegen.wholeStage=false --conf spark.ui.showConsoleProgress=false"


def tables() -> Iterator[tuple[str, Policy, Sequence[Case]]]:
    """Give every file of the conformance suite, and every shipped policy with every chart."""
    for name, suite in files():
        yield name, policy_of(json.dumps(suite)), [case_of(suite, each) for each in suite["cases"]]
    charts, shelf = shipped_charts(), shipped()
    for entry in shelf.entries:
        yield str(entry), shelf.read(entry), charts


@pytest.mark.parametrize("engine", ["Sail", "Spark"])
def test_an_engine_agrees_on_the_conformance_suite_and_the_shipped_charts(
    engine: str, tmp_path: Path
) -> None:
    if not PYTHON.exists():
        pytest.skip("`make engines` has not set up Spark and Sail")
    if engine == "Spark" and not shutil.which("java"):
        pytest.skip("Spark needs the Debian package openjdk-17-jre-headless")
    asked = list(tables())
    jobs = []
    for place, (_, policy, cases) in enumerate(asked):
        facts = tmp_path / f"{place}.parquet"
        named = [(f"{each:06}", case) for each, case in enumerate(cases)]
        save_facts(named, dictionary=policy.dictionary, path=facts)
        sql = compile_policy(policy, dialect=SPARK).over(FACTS)
        jobs.append({"sql": sql, "facts": str(facts), "path": str(tmp_path / str(place))})
    run(engine, jobs, folder=tmp_path)

    differing = []
    for place, (name, policy, cases) in enumerate(asked):
        found = sorted(
            rows(tmp_path / str(place) / "*.parquet"), key=lambda row: str(row["subject"])
        )
        for row in found:
            row["subject"] = str(int(str(row["subject"])))
        if found != evaluated(policy, cases):
            differing.append(name)
    assert [] == differing


def run(engine: str, jobs: list[dict[str, Any]], *, folder: Path) -> None:
    """Run queries on an engine, in its own environment."""
    path = folder / "jobs.json"
    path.write_text(json.dumps(jobs), encoding="utf-8")
    subprocess.run(  # noqa: S603  our own script
        [PYTHON, ELSEWHERE, engine, path],
        check=True,
        capture_output=True,
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(CHECKOUT / "src"),
            "PYSPARK_SUBMIT_ARGS": f"{SUBMITTED} pyspark-shell",
        },
    )


class Session:
    """Stands for a session, and keeps what is asked of it."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Session:
        self.asked.append(name)
        return self

    def __call__(self, *words: str) -> Session:
        """Keep the words of a call."""
        self.asked.extend(words)
        return self


def query_for(dialect: str) -> Query:
    shelf = shipped()
    policy = shelf.read(shelf.entries[0])
    return compile_policy(policy, dialect=SPARK) if dialect == "Spark" else compile_policy(policy)


def test_a_session_reads_the_facts_asks_the_query_and_writes_the_whole() -> None:
    session = Session()
    query = query_for("Spark")

    save_determinations(query, session=session, facts="s3://facts", path="s3://found")
    assert ["read", "parquet", "s3://facts", "createOrReplaceTempView", FACTS] == session.asked[:5]
    assert ["sql", query.over(FACTS)] == session.asked[5:7]
    assert ["write", "mode", "overwrite", "parquet", "s3://found"] == session.asked[7:]


def test_a_query_for_another_engine_is_told() -> None:
    with pytest.raises(NotExpressible, match="compiled for another engine"):
        save_determinations(query_for("DuckDB"), session=Session(), facts="", path="")
