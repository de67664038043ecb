"""
Spark and Sail say of every row what the evaluator says of the case.

Each runs in an environment of its own, which `make engines` sets up; Spark needs Java 17 as well.
All that Spark is asked here it is asked in one session: to start it takes longer than to answer.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from multifidus.columnar.compile import Query, compile_policy
from multifidus.columnar.dialect import SPARK
from multifidus.columnar.duck import save_facts
from multifidus.columnar.engines.spark import FACTS, save_determinations
from multifidus.errors import NotExpressible
from multifidus.library.shelf import shipped
from tests.columnar.elsewhere import python_of, run
from tests.columnar.tables import evaluated, rows, shipped_charts
from tests.conformance.engines import case_of, files, policy_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from multifidus.core.case import Case
    from multifidus.core.policy import Policy

AWAY = {"spark.sql.ansi.enabled": "false", "spark.sql.session.timeZone": "Pacific/Kiritimati"}
"""Without ANSI mode, and 14 hours ahead of UTC."""
ABOUT_TIME = ("ages", "days", "durations", "months", "partial-dates")
"""The files of the suite that a wrong time zone, or a wrong mode, would change."""


def tables() -> Iterator[tuple[str, Policy, Sequence[Case]]]:
    """Give every file of the conformance suite, and every shipped policy with every chart."""
    shelf = shipped()
    charts = {shelf.read(entry).about.digest: shelf.read(entry) for entry in shelf.entries}
    every = shipped_charts()
    for name, suite in files():
        policy, cases = policy_of(json.dumps(suite)), [case_of(suite, x) for x in suite["cases"]]
        yield name, policy, cases
    for policy in charts.values():
        yield f"{policy.about.id}@{policy.about.version}", policy, every


@pytest.mark.system
@pytest.mark.parametrize("engine", ["Sail", "Spark"])
def test_an_engine_agrees_on_the_conformance_suite_and_the_shipped_charts(
    engine: str, tmp_path: Path
) -> None:
    """In a time zone of half hours; Spark answers what is about time in another mode and zone."""
    python_of(engine)
    asked: list[tuple[Any, dict[str, str]]] = [(each, {}) for each in tables()]
    if engine == "Spark":
        away = [each for each, _ in asked if each[0].removesuffix(".json") in ABOUT_TIME]
        assert len(away) == len(ABOUT_TIME)
        asked += [(each, AWAY) for each in away]
    jobs: list[dict[str, Any]] = []
    for place, ((_, policy, cases), settings) in enumerate(asked):
        facts = tmp_path / f"{place}.parquet"
        named = [(f"{each:06}", case) for each, case in enumerate(cases)]
        save_facts(named, dictionary=policy.dictionary, path=facts)
        sql = compile_policy(policy, dialect=SPARK).over(FACTS)
        path = str(tmp_path / str(place))
        jobs.append({"sql": sql, "facts": str(facts), "path": path, "settings": settings})
    run(engine, jobs, folder=tmp_path)

    differing = []
    for place, ((name, policy, cases), settings) in enumerate(asked):
        found = sorted(
            rows(tmp_path / str(place) / "*.parquet"), key=lambda row: str(row["subject"])
        )
        for row in found:
            row["subject"] = str(int(str(row["subject"])))
        if found != evaluated(policy, cases):
            differing.append((name, settings))
    assert [] == differing


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
