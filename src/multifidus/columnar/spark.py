"""
Spark, and Sail, which answers the same calls without a JVM: facts to determinations on a cluster.

The query is the one that DuckDB is given, in Spark's forms. It compares, and casts constants only,
so it means the same with and without ANSI mode; days have no time of day, so the session's time
zone moves none. The rows of the result have no order.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from multifidus.columnar.dialect import SPARK
from multifidus.errors import NotExpressible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyspark.sql import SparkSession

    from multifidus.columnar.compile import Query

FACTS = "multifidus_facts"
"""The view over the facts, for as long as the session lasts."""


def save_determinations(query: Query, *, session: SparkSession, facts: str, path: str) -> None:
    """
    Put every row of a facts table to a policy, and write the determinations as Parquet.

    `facts` and `path` are whatever the session can reach: folders, or addresses in a store.
    What stands under `path` is replaced once the whole is written.
    """
    if query.dialect is not SPARK:
        raise NotExpressible.at(
            query.dialect.name,
            "Spark reads no query that was compiled for another engine",
            "compile the policy with the dialect SPARK",
        )
    save_rows(query.over(FACTS), session=session, facts=facts, path=path)


def save_rows(sql: str, *, session: SparkSession, facts: str, path: str) -> None:
    """Write what a query over the view `FACTS` gives."""
    session.read.parquet(facts).createOrReplaceTempView(FACTS)
    session.sql(sql).write.mode("overwrite").parquet(path)


@contextmanager
def local_spark(*, cores: int = 2) -> Iterator[SparkSession]:
    """Start Spark on this machine; it needs Java 17."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(f"local[{cores}]").appName("multifidus")
    session = builder.config("spark.ui.enabled", "false").getOrCreate()
    try:
        yield session
    finally:
        session.stop()


@contextmanager
def local_sail() -> Iterator[SparkSession]:
    """Start Sail inside of this process."""
    from pysail.spark import SparkConnectServer
    from pyspark.sql import SparkSession

    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    _, port = server.listening_address
    session = SparkSession.builder.remote(f"sc://127.0.0.1:{port}").getOrCreate()
    try:
        yield session
    finally:
        session.stop()
        server.stop()
