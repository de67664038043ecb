"""
Who does the work on a population: one DuckDB in this process, or whoever has more hands.

The work falls into pieces that know nothing of each other: batches of files to read, patients to
settle, files of facts to determine. An engine says who does the pieces and in which order; what a
piece is, and what comes of it, is the same for all engines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from multifidus.columnar.derivation.batch import Reading, name_concepts
from multifidus.columnar.derivation.population import Population
from multifidus.columnar.engines import part

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import duckdb

    from multifidus.columnar.compile import Query
    from multifidus.columnar.derivation.batch import Means
    from multifidus.columnar.derivation.source import Batch, File
    from multifidus.columnar.engines.part import Part
    from multifidus.columnar.kept import Facts
    from multifidus.columnar.watch import Watch

    Done = Callable[[int], None]
    """Is told how many pieces are done; it may raise, and then no more are begun."""


class Engine(Protocol):
    """Does the pieces of work on a population."""

    def name_concepts(
        self, by: Means, opened: duckdb.DuckDBPyConnection, files: Sequence[File]
    ) -> None:
        """Leave in `concepts` the medications and devices whose codes matter."""

    def read(
        self, by: Means, opened: duckdb.DuckDBPyConnection, missing: Sequence[Batch], done: Done
    ) -> None:
        """Read batches; their files stand beside each other in `by.kept`."""

    def population(
        self,
        by: Means,
        opened: duckdb.DuckDBPyConnection,
        wanted: Sequence[Batch],
        facts: Facts,
        watch: Watch,
    ) -> Population:
        """Give what settles the statements of all batches."""

    def determine(self, query: Query, missing: Sequence[Part], done: Done) -> None:
        """Make parts of a screen."""


class Here:
    """One DuckDB in this process, a piece at a time."""

    def name_concepts(
        self, by: Means, opened: duckdb.DuckDBPyConnection, files: Sequence[File]
    ) -> None:
        """Read the files."""
        name_concepts(by, opened, files)

    def read(
        self, by: Means, opened: duckdb.DuckDBPyConnection, missing: Sequence[Batch], done: Done
    ) -> None:
        """Read the batches in their order."""
        done(0)
        for place, each in enumerate(missing, start=1):
            Reading(by, opened, each).read()
            done(place)

    def population(
        self,
        by: Means,
        opened: duckdb.DuckDBPyConnection,
        wanted: Sequence[Batch],
        facts: Facts,
        watch: Watch,
    ) -> Population:
        """Give what settles some patients at a time."""
        return Population(by, opened, wanted, facts, watch)

    def determine(self, query: Query, missing: Sequence[Part], done: Done) -> None:
        """Make the parts in their order."""
        done(0)
        for place, each in enumerate(missing, start=1):
            part.make(query, each)
            done(place)


HERE = Here()
