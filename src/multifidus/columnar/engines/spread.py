"""
The work on a population, spread over a cluster by Spark.

The pieces are those of `columnar.engines.engine`, and each is done as it is done in one process:
the derivation of an element is written once. Spark hands the pieces out, brings the statements of a
patient together, and puts the compiled policy to the facts. Everybody who works reaches the export
and the folder of the screen under the same paths.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from multifidus.columnar.compile import compile_policy
from multifidus.columnar.derivation import population
from multifidus.columnar.derivation.population import AGAIN, Population
from multifidus.columnar.derivation.statements import COLUMNS
from multifidus.columnar.dialect import SPARK
from multifidus.columnar.duck import MEMORY, described
from multifidus.columnar.engines.spark import FACTS
from multifidus.columnar.engines.task import (
    Determine,
    FindVersions,
    NameConcepts,
    Read,
    Settle,
    Shop,
    apart,
    faults_of,
)
from multifidus.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import duckdb
    from pyspark.sql import SparkSession

    from multifidus.columnar.compile import Query
    from multifidus.columnar.derivation.batch import Means
    from multifidus.columnar.derivation.source import Batch, File
    from multifidus.columnar.engines.engine import Done
    from multifidus.columnar.engines.part import Part
    from multifidus.columnar.kept import Facts
    from multifidus.columnar.watch import Watch

    Task = Callable[[Any], None]

WHERE = "spark"
EVERY = 0.5
"""So many seconds pass until it is asked anew how far the work is."""

_STATEMENTS, _SEVERAL, _VERSIONS, _KNOWN = (
    f"multifidus_{name}" for name in ("statements", "several", "versions", "known")
)
# Where the statements of each patient go. It is what `Population` says, in Spark's words: the last
# two segments of a reference are its short form.
_OWNED = f"""
SELECT stated.*, coalesce(straight.nr, short.nr) AS nr,
  coalesce(straight.service, short.service) AS service
FROM (
  SELECT {", ".join(COLUMNS)} FROM {_STATEMENTS} LEFT ANTI JOIN {_SEVERAL} USING (h)
  UNION ALL SELECT {", ".join(COLUMNS)} FROM {_VERSIONS}
) AS stated
LEFT JOIN {_KNOWN} AS straight ON straight.name = stated.subject
LEFT JOIN {_KNOWN} AS short
  ON short.name = substring_index(split_part(stated.subject, '/_history/', 1), '/', -2)
"""


class Spread:
    """Spark's hands; `spread_over` gives one."""

    def __init__(self, session: SparkSession, *, folder: Path, memory: str) -> None:
        self.session = session
        self.folder = folder
        self.memory = memory

    def shop(self, by: Means) -> Shop:
        """Give what the pieces share."""
        return Shop(by=by, folder=self.folder, memory=self.memory)

    def each(self, task: Task, pieces: Sequence[object], *, done: Done) -> None:
        """Do a piece of work each; the first fault of one of them is raised."""
        done(0)
        if not pieces:
            return
        context = self.session.sparkContext
        work = context.parallelize(pieces, len(pieces)).map(partial(_at_work, task))
        with ThreadPoolExecutor(max_workers=1) as hand:
            faults = hand.submit(work.collect)
            try:
                while not wait([faults], timeout=EVERY).done:
                    done(self._finished())
            except BaseException:
                context.cancelAllJobs()
                raise
        for fault in self.trusting(faults.result):
            if fault is not None:
                raise fault
        done(len(pieces))

    def _finished(self) -> int:
        tracker = self.session.sparkContext.statusTracker()
        stages = [tracker.getStageInfo(each) for each in tracker.getActiveStageIds()]
        return sum(each.numCompletedTasks for each in stages if each is not None)

    @staticmethod
    def trusting(result: Callable[[], Any]) -> Any:  # noqa: ANN401  whatever Spark gives
        """Tell in our words that Spark has given up: what it says may hold what stands in a row."""
        try:
            return result()
        except Exception as error:
            if not type(error).__module__.startswith(("py4j.", "pyspark.")):
                raise
            message = "Spark has given the work up"
            hint = "its own log says why; the same command goes on where it was"
            raise RequestError.at(WHERE, message, hint) from None

    # The pieces, as `columnar.engines.engine` has them

    def name_concepts(
        self, by: Means, opened: duckdb.DuckDBPyConnection, files: Sequence[File]
    ) -> None:
        """Let each file be read by somebody."""
        shop = self.shop(by)
        opened.execute("CREATE OR REPLACE TEMP TABLE concepts(reference VARCHAR, line VARCHAR)")
        shop.put(opened, "concepts", piece="none")
        self.each(NameConcepts(shop), files, done=_unheard)
        opened.execute(f"INSERT INTO concepts FROM {shop.table('concepts')}")

    def read(
        self, by: Means, opened: duckdb.DuckDBPyConnection, missing: Sequence[Batch], done: Done
    ) -> None:
        """Let each batch be read by somebody."""
        del opened
        self.each(Read(self.shop(by)), missing, done=done)

    def population(
        self,
        by: Means,
        opened: duckdb.DuckDBPyConnection,
        wanted: Sequence[Batch],
        facts: Facts,
        watch: Watch,
    ) -> Population:
        """Give what lets some patients be settled by somebody."""
        return _Population(by, opened, wanted, facts, watch, spread=self)

    def determine(self, query: Query, missing: Sequence[Part], done: Done) -> None:
        """Put the policy to all facts in one query; then let each part be made by somebody."""
        found = self.folder / "determinations"
        if missing:
            self.trusting(partial(self._determine, query, [each.facts for each in missing], found))
        self.each(Determine(query=query, determinations=found), missing, done=done)

    def _determine(self, query: Query, facts: Sequence[Path], found: Path) -> None:
        spark = compile_policy(query.policy, dialect=SPARK)
        # A query hands the subject on as it is, whatever it is: so it can carry the file's name.
        subject, *others = (SPARK.named(each.name) for each in spark.asks)
        named = f"struct(_metadata.file_name AS file, {subject} AS name) AS {subject}"
        frame = self.session.read.parquet(*map(_address, facts))
        frame.selectExpr(named, *others).createOrReplaceTempView(FACTS)
        told = self.session.sql(
            f"SELECT {subject}.file AS facts_file, {subject}.name AS {subject}, "
            f"* EXCEPT ({subject}) FROM ({spark.over(FACTS)})"
        )
        told.write.mode("overwrite").partitionBy("facts_file").parquet(_address(found))


class _Population(Population):
    """The statements of all batches on their way to facts, over a cluster."""

    def __init__(  # noqa: PLR0913  as a population, and with whom
        self,
        by: Means,
        opened: duckdb.DuckDBPyConnection,
        wanted: Sequence[Batch],
        facts: Facts,
        watch: Watch,
        *,
        spread: Spread,
    ) -> None:
        super().__init__(by, opened, wanted, facts, watch)
        self.spread = spread
        self.shop = spread.shop(by)

    def find_versions(self) -> None:
        """Let each batch be looked through by somebody."""
        self.shop.put(self.opened, "several")
        self.spread.each(FindVersions(self.shop), self.wanted, done=_unheard)
        self.opened.execute(f"CREATE OR REPLACE TEMP TABLE {AGAIN}")
        self.opened.execute(f"INSERT INTO again FROM {self.shop.table('again')}")

    def write(self, missing: Mapping[int, Path], *, of: int, done: Done) -> None:
        """Settle some patients here, and some there."""
        del of
        together = population.TOGETHER
        words = ("worded", "patients") if self.by.words is not None else ()
        for table in ("dated", "windows", *words):
            self.shop.put(self.opened, table)
        statements = self.spread.folder / "statements"
        self.spread.trusting(partial(self._shuffle, [*missing], together, statements))
        settle = Settle(
            shop=self.shop,
            statements=statements,
            together=together,
            about=described(self.by.tables.dictionary),
        )
        self.spread.each(settle, [*missing.items()], done=done)

    def _shuffle(self, missing: Sequence[int], together: int, to: Path) -> None:
        """Bring the statements of some patients together, for those who are to be settled."""
        read = self.spread.session.read
        for table, view in (
            ("several", _SEVERAL),
            ("versions", _VERSIONS),
            ("known", _KNOWN),
        ):
            self.shop.put(self.opened, table)
            read.parquet(_address(self.shop.folder / table)).createOrReplaceTempView(view)
        paths = [
            _address(Path(f"{self.by.kept / each.id}.statements.parquet")) for each in self.wanted
        ]
        read.parquet(*paths).createOrReplaceTempView(_STATEMENTS)
        owned = self.spread.session.sql(
            f"SELECT * FROM (SELECT *, nr DIV {together} AS part FROM ({_OWNED})) "
            f"WHERE part IN ({', '.join(map(str, missing))})"
        )
        shuffled = owned.repartition(len(missing), "part")
        shuffled.write.mode("overwrite").partitionBy("part").parquet(_address(to))


def _address(path: Path) -> str:
    """Write a path for Spark, whose own file system may be another."""
    return f"file://{path.resolve()}"


def _unheard(_done: int, /) -> None:
    """Take no note of it."""


def _at_work(task: Task, piece: object) -> Exception | None:
    """Do a piece of work in the place that Spark has for what is not kept."""
    folders = os.environ.get("SPARK_LOCAL_DIRS", "").split(",")
    with apart(folders[0] or None):
        return faults_of(task, piece)


@contextmanager
def spread_over(session: SparkSession, *, memory: str = MEMORY) -> Iterator[Spread]:
    """Spread work over a session's cluster; each piece may use so much memory beside Spark's."""
    with TemporaryDirectory(prefix="multifidus-") as folder:
        yield Spread(session, folder=Path(folder).resolve(), memory=memory)
