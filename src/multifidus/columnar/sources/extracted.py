"""What comes of reading a population: its facts, and what of it could not be read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.columnar.derivation.batch import told_of
from multifidus.columnar.kept import problems_told
from multifidus.columnar.sources.asked import Faults
from multifidus.errors import BundleError, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from multifidus.columnar.derivation.batch import Means
    from multifidus.columnar.derivation.source import Batch
    from multifidus.columnar.kept import Facts, Settled

VERSION = 2
"""Of the files that reading leaves behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """The facts of a population, and what of it could not be read."""

    facts: Path
    """A folder of Parquet files."""
    patients: int
    undated: int
    """Patients without a date of service, of whom there is no row."""
    problems: tuple[Problem, ...]
    batches_read: int
    batches_kept: int


def extracted(
    facts: Facts,
    settled: Settled,
    *,
    problems: Iterable[Problem],
    batches: Collection[Batch],
    read: int,
) -> Extracted:
    """Tell what came of some batches, of which so many were read now; each problem once."""
    return Extracted(
        facts=facts.folder,
        patients=settled.patients,
        undated=settled.undated,
        problems=tuple(dict.fromkeys(problems)),
        batches_read=read,
        batches_kept=len(batches) - read,
    )


def stop(faults: Faults, problems: Iterable[Problem]) -> None:
    """Raise what is wrong, if that is to stop."""
    wrong = [each for each in problems if each.severity is Severity.ERROR]
    if wrong and faults is Faults.STOP:
        raise BundleError(*wrong)


def problems_of(by: Means, batches: Iterable[Batch]) -> Iterator[Problem]:
    """Give what was told of some batches when they were read."""
    for each in batches:
        yield from problems_told(json.loads(told_of(by, each).read_bytes())["problems"])


def forget(by: Means, wanted: Iterable[Batch]) -> None:
    """Remove what was read of batches that are no more."""
    ids = {each.id for each in wanted}
    for path in by.kept.iterdir():
        if path.name.partition(".")[0] not in ids:
            path.unlink()
