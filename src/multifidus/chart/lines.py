"""
Single lines of a bulk export → what they say, for whoever reads the rest by another way.

A table engine reads the plain resources of an export; those it finds odd come here, with every
version that the export has of them. Nothing is raised: a line that cannot be read is told, and the
others are read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.chart.fhir import read_line
from multifidus.chart.gather import Gatherer
from multifidus.errors import BundleError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from multifidus.chart.fhir import Entry
    from multifidus.chart.plan import Plan
    from multifidus.chart.statement import Statement


DIFFER = "two versions of it differ, and do not say which is the newer"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesRead:
    """What some lines say, by the subject that each resource names."""

    said: Sequence[tuple[str, tuple[Statement, ...]]]
    patients: Mapping[str, str]
    """The names by which the patients among them are referred to."""
    problems: Sequence[Problem]


class LineReader:
    """Reads lines by the rules of one dictionary, as records are read."""

    def __init__(self, plan: Plan) -> None:
        """Read by a dictionary's rules."""
        self.plan = plan

    def read(self, lines: Iterable[tuple[str, bytes]]) -> LinesRead:
        """Read lines, each with the place where it stands."""
        problems: list[Problem] = []
        entries = [entry for place, line in lines for entry in _entries(line, place, problems)]
        gatherer = self._gathered(entries)
        said = [
            (subject, each)
            for subject, each in gatherer.said()
            if each and each[0].resource not in gatherer.differing
        ]
        for entry in entries:
            if entry.reference in gatherer.differing:
                said += _doubted(self._gathered([entry]))
        problems += gatherer.problems
        return LinesRead(said=said, patients=gatherer.patients, problems=problems)

    def _gathered(self, entries: Iterable[Entry]) -> Gatherer:
        gatherer = Gatherer(self.plan)
        for entry in entries:
            gatherer.add(entry)
        gatherer.settle_waiting()
        return gatherer

    @staticmethod
    def problems_of(line: bytes, place: str) -> Sequence[Problem]:
        """Tell what keeps a line from being read; nothing if it can be."""
        try:
            read_line(line, place)
        except BundleError as error:
            return error.problems
        return ()


def _entries(line: bytes, place: str, problems: list[Problem]) -> Sequence[Entry]:
    try:
        return read_line(line, place)
    except BundleError as error:
        problems += error.problems
        return ()


def _doubted(gatherer: Gatherer) -> Iterator[tuple[str, tuple[Statement, ...]]]:
    """Give what one of several versions says without its values: another may say otherwise."""
    for subject, said in gatherer.said():
        yield subject, tuple(each._replace(value=None, since=None, problem=DIFFER) for each in said)
