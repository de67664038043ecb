"""The work on a population, done by many hands, comes to what it comes to in one process."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from multifidus.chart.statements.lines import LineReader
from multifidus.columnar.derivation.batch import Means
from multifidus.columnar.derivation.rules import tables
from multifidus.columnar.engines.engine import HERE
from multifidus.columnar.engines.spread import Spread
from multifidus.columnar.engines.task import apart, faults_of
from multifidus.columnar.sources.asked import Faults
from multifidus.errors import BundleError, RequestError
from tests.columnar.elsewhere import python_of, run
from tests.columnar.exports import ELEMENTS, SERVICE, dictionary, plan, read, write
from tests.columnar.hostile import Hostile

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def exports(folder: Path) -> dict[str, Path]:
    """Write exports with all that is hard to bring together: versions, ties, faults, nobody."""
    found = {
        f"hostile {seed}": write(
            folder / f"hostile-{seed}", Hostile(dictionary(), seed=seed).lines(30, each=20)
        )
        for seed in (4, 9)
    }
    damaged = write(folder / "damaged", Hostile(dictionary(), seed=2).lines(10, each=10))
    with (damaged / "Observation.ndjson").open("a", encoding="utf-8") as file:
        file.write('{"resourceType": "Observation", "id": \n{"resourceType": "Basic"}\n')
    nobody = folder / "nobody"
    nobody.mkdir()
    (nobody / "Observation.ndjson").write_text('{"resourceType": "Observation"}\n')
    return {**found, "damaged": damaged, "nobody": nobody}


@pytest.mark.system
def test_facts_of_many_hands_are_those_of_one_process(tmp_path: Path) -> None:
    """Cell by cell, in the same order, with the same things told."""
    python_of("Spark")
    found = exports(tmp_path / "in")
    asked = [
        ("hostile 4", SERVICE),
        ("hostile 9", None),
        ("damaged", SERVICE),
        ("nobody", None),
    ]
    jobs: list[dict[str, Any]] = [
        {
            "source": str(found[name]),
            "out": str(tmp_path / "spark" / f"{name} {on}"),
            "on": str(on) if on else None,
            "dictionary": str(ELEMENTS),
        }
        for name, on in asked
    ]
    run("Spark", jobs, folder=tmp_path)

    several = 0
    for (name, on), job in zip(asked, jobs, strict=True):
        here = read(found[name], tmp_path / "duckdb" / f"{name} {on}", on=on)
        told = json.loads((Path(job["out"]) / "told.json").read_text())
        facts = Path(job["out"]) / "facts"
        assert told == {
            "patients": here.patients,
            "undated": here.undated,
            "problems": [str(each) for each in here.problems],
        }
        assert table(facts) == table(here.facts), (name, on)
        several += len([*facts.glob("*.parquet")]) > 1
    assert several


def table(facts: Path) -> Any:  # noqa: ANN401  the names, the types and the rows of a table
    with duckdb.connect() as opened:
        told = opened.execute(f"FROM read_parquet('{facts}/*.parquet')")
        return told.description, told.fetchall()


class Context:
    """Stands for Spark's: does each piece of work at once, in this process."""

    cancelled = 0

    def parallelize(self, pieces: Sequence[object], count: int) -> Context:
        """Take the pieces."""
        assert count == len(pieces)
        self.pieces = pieces
        return self

    def map(self, task: Callable[[object], object]) -> Context:
        """Take what is to be done to each."""
        self.task = task
        return self

    def collect(self) -> list[object]:
        """Do it, the last piece first."""
        return [self.task(each) for each in reversed(self.pieces)]

    def statusTracker(self) -> Context:  # noqa: N802  Spark's name
        """Tell how far it is."""
        return self

    def getActiveStageIds(self) -> list[int]:  # noqa: N802  Spark's name
        """Give a stage, and one that is over."""
        return [1, 2]

    def getStageInfo(self, stage: int) -> SimpleNamespace | None:  # noqa: N802  Spark's name
        """Tell of a stage."""
        return SimpleNamespace(numCompletedTasks=1) if stage == 1 else None

    def cancelAllJobs(self) -> None:  # noqa: N802  Spark's name
        """Count how often."""
        self.cancelled += 1


@pytest.fixture
def spread(tmp_path: Path) -> Spread:
    """Give hands that are this process's own."""
    folder = tmp_path / "shop"
    folder.mkdir()
    return Spread(SimpleNamespace(sparkContext=Context()), folder=folder, memory="300MB")


class Reads(Spread):
    """Reads by pieces, and settles as one process does."""

    def population(self, *words: Any) -> Any:  # noqa: ANN401  as an engine's
        """Settle here."""
        return HERE.population(*words)


def test_batches_that_are_read_by_many_hands_are_read_alike(
    tmp_path: Path, spread: Spread, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each file is a batch here; the files that are kept hold the same."""
    monkeypatch.setattr("multifidus.columnar.derivation.source.BATCH", 1)
    source = write(tmp_path / "in", Hostile(dictionary(), seed=5).lines(12, each=12))
    here = read(source, tmp_path / "here")
    reads = Reads(spread.session, folder=spread.folder, memory=spread.memory)
    there = read(source, tmp_path / "there", engine=reads)

    assert there.batches_read == here.batches_read > 1
    assert there.problems == here.problems
    assert table(there.facts) == table(here.facts)


def test_a_strict_reader_of_many_hands_stops(tmp_path: Path, spread: Spread) -> None:
    with pytest.raises(BundleError, match=r"Observation\.ndjson"):
        read(
            exports(tmp_path)["damaged"],
            tmp_path / "out",
            on=None,
            engine=spread,
            faults=Faults.STOP,
        )


def fails(with_what: Exception) -> Callable[[object], None]:
    def task(_piece: object) -> None:
        raise with_what

    return task


def test_a_fault_of_a_piece_is_raised_where_the_work_was_asked_for(spread: Spread) -> None:
    told = BundleError.at("a.ndjson", "it is damaged", "fetch it again")

    with pytest.raises(BundleError, match="it is damaged"):
        spread.each(fails(told), ["piece"], done=lambda _: None)


def test_what_an_engine_says_of_a_row_is_not_repeated() -> None:
    """Its words may hold a patient's."""
    fault = faults_of(fails(duckdb.ConversionException("could not read 'Jane Roe'")), "piece")
    assert isinstance(fault, RequestError)
    assert "Jane" not in str(fault)
    assert "ConversionException" in str(fault)


def test_that_spark_has_given_up_is_told_in_our_words(spread: Spread) -> None:
    """What it says holds the words of whatever failed."""
    words = ("Jane Roe",)
    gave_up = type("Py4JJavaError", (Exception,), {"__module__": "py4j.protocol"})

    def fail() -> None:
        raise gave_up(*words)

    with pytest.raises(RequestError, match="Spark has given the work up") as told:
        spread.trusting(fail)
    assert "Jane" not in str(told.value)
    with pytest.raises(ZeroDivisionError):
        spread.trusting(lambda: 1 / 0)


def test_whoever_stops_watching_stops_the_work(
    spread: Spread, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an interrupt does, and a fault in strict reading."""
    monkeypatch.setattr(
        "multifidus.columnar.engines.spread.wait", lambda *_, **__: SimpleNamespace(done=())
    )

    def done(count: int) -> None:
        if count:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        spread.each(lambda _piece: None, ["piece"], done=done)
    assert spread.session.sparkContext.cancelled == 1


def test_what_a_piece_leaves_on_the_way_stands_apart_and_is_for_the_owner(tmp_path: Path) -> None:
    before = tempfile.gettempdir()
    with apart(str(tmp_path)):
        (path := Path(tempfile.gettempdir()) / "file").touch()
    assert path.parent == tmp_path
    assert not path.stat().st_mode & 0o077
    assert tempfile.gettempdir() == before


def test_a_shop_gives_back_what_was_laid_down(tmp_path: Path, spread: Spread) -> None:
    by = Means(tables=tables(dictionary()), reader=LineReader(plan()), kept=tmp_path)
    shop = spread.shop(by)
    with shop.open() as opened:
        opened.execute("CREATE TEMP TABLE several AS SELECT 7::UBIGINT AS h")
        shop.put(opened, "several")
    with shop.open("several") as opened:
        assert opened.execute("FROM several").fetchall() == [(7,)]
