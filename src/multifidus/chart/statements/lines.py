"""
Lines and files of a population → what they say, for whoever reads the rest by another way.

A table engine reads the plain resources of an export; those it finds odd come here, with every
version that the export has of them. A population that lies in Bundles comes here file by file.
Nothing is raised: a line or a file that cannot be read is told, and the others are read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.chart.fhir import read_entries, read_line, short_reference
from multifidus.chart.statements.gather import Gatherer
from multifidus.chart.statements.rows import RowReader
from multifidus.errors import BundleError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from multifidus.chart.fhir import Entry
    from multifidus.chart.statements.plan import Plan
    from multifidus.chart.statements.statement import Statement


DIFFER = "two versions of it differ, and do not say which is the newer"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesRead:
    """What some lines say, by the subject that each resource names."""

    said: Sequence[tuple[str, tuple[Statement, ...]]]
    patients: Mapping[str, str]
    """The names by which the patients among them are referred to."""
    problems: Sequence[Problem]
    about: frozenset[str] = frozenset()
    """Whom a record speaks of, also where it says nothing that counts."""


class LineReader:
    """Reads lines by the rules of one dictionary, as records are read."""

    def __init__(self, plan: Plan) -> None:
        """Read by a dictionary's rules."""
        self.plan = plan
        self.rows = RowReader(plan.dictionary)

    def read(self, lines: Iterable[tuple[str, bytes]]) -> LinesRead:
        """Read lines, each with the place where it stands."""
        problems: list[Problem] = []
        entries = [entry for place, line in lines for entry in entries_of(line, place, problems)]
        return self._read(entries, problems)

    def read_record(self, files: Iterable[Path]) -> LinesRead:
        """
        Read files as one record; a subject whom it does not hold keeps the name it is given.

        A file that cannot be relied on is told, and nothing of it is read.
        """
        problems: list[Problem] = []
        entries: list[Entry] = []
        for path in files:
            try:
                entries += list(read_entries(path))
            except BundleError as error:
                problems += error.problems
        read = self._read(entries, problems)

        def name(subject: str) -> str:
            short = short_reference(subject)
            return read.patients.get(subject) or read.patients.get(short, short)

        return LinesRead(
            said=[(name(subject), each) for subject, each in read.said],
            patients={each: each for each in read.patients.values()},
            problems=read.problems,
            about=frozenset(map(name, {*read.patients, *_subjects(entries)})),
        )

    def read_rows(self, view: str, rows: Iterable[Mapping[str, str | None]]) -> LinesRead:
        """Read rows of a view; of those that name no patient nothing is read."""
        _, kind = self.rows.views[view]
        said, patients = [], {}
        for row in rows:
            if patient := row.get("patient"):
                name = f"Patient/{patient}"
                statement = self.rows.statement(view, row)
                if statement is not None:
                    said.append((name, (statement,)))
                if kind == "Patient":
                    patients[name] = name
        return LinesRead(said=said, patients=patients, problems=())

    def _read(self, entries: Sequence[Entry], problems: list[Problem]) -> LinesRead:
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


def entries_of(line: bytes, place: str, problems: list[Problem]) -> Sequence[Entry]:
    """Read the resources of a line; what keeps it from being read is added to the problems."""
    try:
        return read_line(line, place)
    except BundleError as error:
        problems += error.problems
        return ()


def _subjects(entries: Iterable[Entry]) -> Iterator[str]:
    """Give the references by which resources name whom they are about."""
    for entry in entries:
        for field in ("subject", "patient", "beneficiary"):
            named = entry.resource.get(field)
            reference = named.get("reference") if isinstance(named, dict) else None
            if isinstance(reference, str) and reference:
                yield reference


def _doubted(gatherer: Gatherer) -> Iterator[tuple[str, tuple[Statement, ...]]]:
    """Give what one of several versions says without its values: another may say otherwise."""
    for subject, said in gatherer.said():
        yield subject, tuple(each._replace(value=None, since=None, problem=DIFFER) for each in said)
