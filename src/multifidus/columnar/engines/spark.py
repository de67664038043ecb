"""
Spark, and Sail, which answers the same calls without a JVM: facts to determinations on a cluster.

The query is the one that DuckDB is given, in Spark's forms. It compares, and casts constants only,
so it means the same with and without ANSI mode; days have no time of day, so the session's time
zone moves none. The rows of the result have no order.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from tempfile import gettempdir
from typing import TYPE_CHECKING

from multifidus.columnar.dialect import SPARK
from multifidus.errors import NotExpressible, Problem, RequestError

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


FIRM = {
    # A piece of work writes files under one name: only one at a time may do it.
    "spark.speculation": "false",
    # Whoever watches is told by us how far the work is.
    "spark.ui.showConsoleProgress": "false",
}
"""What a session starts with, whatever a cluster's own settings are."""

MEANING = {
    # There are days only. Days before 1582 are counted as SQL counts them, not as they once were.
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
}
"""What answers might rest on, were it otherwise."""


@contextmanager
def spark(*, master: str | None = None) -> Iterator[SparkSession]:
    """
    Start Spark on the cluster that `spark-submit` or the settings name, or else on this machine.

    What is not kept goes where temporary files go. Spark needs Java 17.
    """
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    os.environ.setdefault("SPARK_LOCAL_DIRS", gettempdir())
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.appName("multifidus").config(map=FIRM)
    if master is not None:
        builder = builder.master(master)
    if "PYSPARK_GATEWAY_PORT" not in os.environ:  # It was not submitted: nobody looks at a port.
        builder = builder.config("spark.ui.enabled", "false")
    try:
        session = builder.getOrCreate()
    except PySparkException:
        hint = "it needs Java 17 (Debian: openjdk-17-jre-headless), on the path or in JAVA_HOME"
        raise RequestError(Problem.at("spark", "Spark does not start", hint)) from None
    try:
        _settle(session)
        yield session
    finally:
        session.stop()


def _settle(session: SparkSession) -> None:
    """Set what may be set once a session stands."""
    for name, value in MEANING.items():
        session.conf.set(name, value)
    if not session.sparkContext.getConf().contains("spark.log.level"):
        session.sparkContext.setLogLevel("ERROR")


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
