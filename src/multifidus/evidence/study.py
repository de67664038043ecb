"""
Studies and their results, as the project extracted them: one row a number, with where it was read.

Numbers are decimals with the digits that were printed: what a percentage may have been before it
was rounded depends on them. Nothing is repaired here; what is odd about a row is for
`evidence.check` to say.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache, cached_property
from typing import TYPE_CHECKING

from multifidus.errors import EvidenceError, Problem
from multifidus.evidence.shipped import shipped_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

RESULTS, STUDIES = "results.csv", "studies.csv"


class Status(StrEnum):
    """How a number came here."""

    VERIFIED = "verified"
    """Read in the source that the row names."""
    DERIVED = "derived"
    """Reckoned from verified rows, as the note says."""
    UNVERIFIED = "unverified"
    """General knowledge without a source: it takes no part in any analysis."""


class Estimate(StrEnum):
    """What a number is."""

    MEAN = "mean"
    MEDIAN = "median"
    CHANGE = "change-from-baseline"
    """Follow-up minus baseline: of pain and disability, less is better."""
    CHANGE_DERIVED = "change-from-baseline-with-derived-se"
    LS_CHANGE = "ls-mean-change"
    """A change as a model for repeated measures estimates it."""
    PERCENT_CHANGE = "percent-change"
    PROPORTION = "proportion"
    """In percent."""
    PROPORTION_COUNTED = "proportion-backcalculated"
    """In percent, with the count that a rounded percentage implies."""
    COUNT = "count"
    DIFFERENCE = "difference"
    """Between two arms, as the source prints it."""
    THRESHOLD = "mcid-threshold"
    TEST_ONLY = "test-only"
    SCOPE_ONLY = "scope-only"

    @property
    def is_change(self) -> bool:
        """Whether it is a change within one group."""
        return self in (Estimate.CHANGE, Estimate.CHANGE_DERIVED, Estimate.LS_CHANGE)

    @property
    def is_proportion(self) -> bool:
        """Whether it is a share of people, in percent."""
        return self in (Estimate.PROPORTION, Estimate.PROPORTION_COUNTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One number of one report, and what belongs to it."""

    id: str
    """Short and readable; never used for another row."""
    study: str
    publication: str
    doi: str
    arm: str
    comparator: str
    """`none` where nothing stands against it."""
    timepoint: str
    """As the report says it: `120 d`, `2 y`, `baseline`."""
    days: int | None
    """The same in days."""
    outcome: str
    definition: str
    unit: str
    n: int | None
    """People analysed, or in the arm or cohort where the note says so."""
    events: int | None
    value: Decimal | None
    sd: Decimal | None
    se: Decimal | None
    low: Decimal | None
    """The ends of the 95 % confidence interval."""
    high: Decimal | None
    spread: Decimal | None
    """What stands behind ± in the report, where it is not clear or not true what that is."""
    spread_label: str
    """What the report calls it; empty where it does not say."""
    p: str
    """As printed: `<0.001`."""
    estimate: Estimate
    status: Status
    source: str
    note: str

    @property
    def has_control(self) -> bool:
        """Whether another arm of the same trial stands against it."""
        return self.comparator not in ("", "none", "none (before-after)", "various")

    @property
    def may_be_used(self) -> bool:
        """Whether an analysis may rest on it."""
        return self.status is not Status.UNVERIFIED


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A study, or one report of it, and how it was done."""

    id: str
    citation: str
    doi: str
    pmid: str
    nct: str
    design: str
    n: str
    population: str
    follow_up: str
    sponsor: str
    blinding: str
    randomisation: str
    missing_data: str
    notes: str
    source: str


@dataclass(frozen=True)
class Evidence:
    """All results and studies of one place."""

    studies: tuple[Study, ...]
    results: tuple[Result, ...]

    @cached_property
    def by_id(self) -> Mapping[str, Result]:
        """The results by their ids."""
        return {each.id: each for each in self.results}

    def result(self, name: str) -> Result:
        """Find a result; raises `EvidenceError` with the ids that come near."""
        found = self.by_id.get(name)
        if found is None:
            near = ", ".join(list(self._near(name))[:5]) or "see `multifidus evidence show`"
            where, message = "results", f"there is no result `{name}`"
            raise EvidenceError.at(where, message, f"there are: {near}")
        return found

    def _near(self, name: str) -> Iterator[str]:
        parts = name.split("-")
        return (each for each in self.by_id if each.split("-")[0] == parts[0])

    def of(self, study: str, outcome: str = "") -> tuple[Result, ...]:
        """Give the results of a study, of one outcome if it is named."""
        return tuple(
            each
            for each in self.results
            if each.study == study and (not outcome or each.outcome == outcome)
        )


@cache
def shipped_evidence() -> Evidence:
    """Read the results and studies that come with the package."""
    return Evidence(
        studies=read_studies(shipped_text(STUDIES), file=STUDIES),
        results=read_results(shipped_text(RESULTS), file=RESULTS),
    )


def read_results(text: str, *, file: str) -> tuple[Result, ...]:
    """Read a table of results; raises `EvidenceError` with every cell that cannot be read."""
    reading = _Reading(file)
    rows = reading.rows(text, [each.name for each in fields(Result)])
    found = tuple(reading.result(row, line) for line, row in rows)
    reading.unique([(line, row["id"]) for line, row in rows])
    reading.finish()
    return tuple(each for each in found if each is not None)


def read_studies(text: str, *, file: str) -> tuple[Study, ...]:
    """Read a table of studies; raises `EvidenceError` with everything that is wrong."""
    reading = _Reading(file)
    rows = reading.rows(text, [each.name for each in fields(Study)])
    reading.unique([(line, row["id"]) for line, row in rows])
    reading.finish()
    return tuple(Study(**row) for _, row in rows)


class _Reading:
    """A table while it is read."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def rows(self, text: str, wanted: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
        """Split a table into rows, each with its line."""
        reader = csv.DictReader(io.StringIO(text))
        head = list(reader.fieldnames or ())
        if head != list(wanted):
            lacks = [each for each in wanted if each not in head]
            extra = [each for each in head if each not in wanted]
            told = "; ".join(
                f"{words} {', '.join(names)}"
                for words, names in (("lacks", lacks), ("does not know", extra))
                if names
            )
            message = f"the head of the table {told or 'is in another order'}"
            raise EvidenceError.at(self.file, message, f"it is: {','.join(wanted)}")
        found = []
        for row in reader:
            if None in row or None in row.values():
                self.fault(reader.line_num, "row", "has not as many cells as the head has")
                continue
            found.append((reader.line_num, {name: cell.strip() for name, cell in row.items()}))
        return found

    def result(self, row: Mapping[str, str], line: int) -> Result | None:
        """Read one result; None if a cell of it cannot be read."""
        before = len(self.problems)
        numbers = {
            name: self.number(row[name], name, line)
            for name in ("value", "sd", "se", "low", "high", "spread")
        }
        counts = {name: self.count(row[name], name, line) for name in ("days", "n", "events")}
        words = {
            name: row[name]
            for name in row
            if name not in numbers and name not in counts and name not in ("estimate", "status")
        }
        for name in ("id", "study", "outcome", "source"):
            # What is general knowledge has no source, and says so.
            if not row[name] and not (name == "source" and row["status"] == Status.UNVERIFIED):
                self.fault(line, name, "is empty")
        estimate = self.word(Estimate, row["estimate"], "estimate", line)
        status = self.word(Status, row["status"], "status", line)
        if len(self.problems) > before:
            return None
        return Result(**words, **counts, **numbers, estimate=estimate, status=status)  # type: ignore[arg-type]

    def number(self, cell: str, name: str, line: int) -> Decimal | None:
        """Read a number, with its digits."""
        if not cell:
            return None
        try:
            number = Decimal(cell)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            self.fault(line, name, "is no number")
            return None
        return number

    def count(self, cell: str, name: str, line: int) -> int | None:
        """Read a whole number."""
        if not cell:
            return None
        if not (cell.isascii() and cell.isdigit()):
            self.fault(line, name, "is no whole number")
            return None
        return int(cell)

    def word(self, kind: type[StrEnum], cell: str, name: str, line: int) -> StrEnum | None:
        """Read a word of a closed list."""
        try:
            return kind(cell)
        except ValueError:
            self.fault(line, name, "is none of the words that can stand there", ", ".join(kind))
            return None

    def unique(self, names: Sequence[tuple[int, str]]) -> None:
        """See that no id stands twice."""
        seen: dict[str, int] = {}
        for line, name in names:
            if name in seen:
                self.fault(line, "id", f"`{name}` stands in line {seen[name]} already")
            seen.setdefault(name, line)

    def finish(self) -> None:
        """Raise everything that was found wrong, together."""
        if self.problems:
            raise EvidenceError(*self.problems)

    def fault(self, line: int, name: str, message: str, hint: str = "correct the cell") -> None:
        """Note what is wrong with a cell."""
        where = f"{self.file}:{line}"
        self.problems.append(Problem.at(where, f"{name} {message}", hint))
