"""
Error families, named for whose words could not be understood.

Missing clinical data is never an exception; it is an `Absence` in the case.
Every family carries all the problems found at once, each with its place, what
is wrong, and the way forward.
No message holds a patient's value or identifier: a resource id is enough to look.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self


class Severity(StrEnum):
    """An error stops the work; a note asks a person to look."""

    ERROR = "error"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where words stand: a file, and a line and column counted from 1 (0: the file as a whole)."""

    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """
        Show it as editors expect it.

        >>> str(Place(file="policy.md", line=28, column=4))
        'policy.md:28:4'
        """
        return ":".join([self.file, *(str(n) for n in (self.line, self.column) if n)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong: the place, the words at fault, the cause and the way forward."""

    place: Place
    message: str
    hint: str
    subject: str = ""
    severity: Severity = Severity.ERROR

    @staticmethod
    def at(where: str, message: str, hint: str) -> Problem:
        """Name what is wrong with a file or a resource as a whole."""
        return Problem(place=Place(file=where), message=message, hint=hint)

    @staticmethod
    def note(where: str, message: str, hint: str) -> Problem:
        """Name what a person should look at in a file or a resource."""
        return replace(Problem.at(where, message, hint), severity=Severity.NOTE)

    def __str__(self) -> str:
        """Two lines: what is wrong where, then what to do about it."""
        mark = "note" if self.severity is Severity.NOTE else ""
        first = ": ".join(
            part for part in (str(self.place), mark, self.subject, self.message) if part
        )
        return f"{first}\n    {self.hint}"


class MultifidusError(Exception):
    """Words that cannot be understood; `problems` lists all of them, in the order of the text."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems

    @classmethod
    def at(cls, where: str, message: str, hint: str) -> Self:
        """Make an error of one thing that is wrong with a file or a resource as a whole."""
        return cls(Problem.at(where, message, hint))


class PolicyError(MultifidusError):
    """The policy author's words: a policy, its worked cases or its sources."""


class DictionaryError(MultifidusError):
    """The dictionary author's words: a data element or a value set."""


class BundleError(MultifidusError):
    """The record's words: a Bundle, a resource or a bulk export that cannot be read."""


class EvidenceError(MultifidusError):
    """The words of whoever extracted or judged evidence: results, studies, judgements, links."""


class RequestError(MultifidusError):
    """The user's words: a policy, payer, date or patient that the shelf or the record lacks."""


class PracticeError(MultifidusError):
    """The practice's words: its details, or a template of its own."""


class NotExpressible(MultifidusError):  # noqa: N818  an engine's limit, not anybody's mistake
    """Nobody's words: something that an engine cannot say."""
