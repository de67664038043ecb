"""
Codes and value sets, with the days on which a code is valid.

A code that was not valid on the day it is used for does not count: M62.85 did not
exist before 2024-10-01, whatever a later edit of the record says.
Only codes and our own neutral labels are held here, never a licensed descriptor.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from multifidus.core.citation import ReadingStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

OWN_SYSTEM = "https://multifidus.org/fhir/CodeSystem/low-back-pain"
"""The code system of the dictionary's own names; an identifier, not an address that is fetched."""

YES_NO_INDICATOR = "http://terminology.hl7.org/CodeSystem/v2-0136"

YES_NO: Mapping[tuple[str, str], bool] = {
    (OWN_SYSTEM, "yes"): True,
    (OWN_SYSTEM, "no"): False,
    (YES_NO_INDICATOR, "Y"): True,
    (YES_NO_INDICATOR, "N"): False,
}
"""What a coded answer says yes and no with, by system and code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The days from one to another, both included; None leaves that side open."""

    first: date | None = None
    last: date | None = None

    def include(self, day: date) -> bool:
        """Whether the day is one of them."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def meet(self, other: Days) -> Days | None:
        """Give the days that are in both; None where there are none."""
        first = max(self.first or date.min, other.first or date.min)
        last = min(self.last or date.max, other.last or date.max)
        if first > last:
            return None
        return Days(
            first=None if first == date.min else first, last=None if last == date.max else last
        )

    def __str__(self) -> str:
        """Show both ends."""
        return f"{self.first or 'open'} to {self.last or 'open'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code of a system, its validity, and whether codes that begin with it belong to it."""

    system: str
    code: str
    label: str
    valid: Days = Days()
    with_descendants: bool = False
    reading: ReadingStatus = ReadingStatus.VERIFIED
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueSet:
    """A named list of codes with its version and origin."""

    name: str
    version: str
    origin: str
    codes: tuple[Code, ...]
    _exact: Mapping[tuple[str, str], Code] = field(init=False, repr=False, compare=False)
    _stems: tuple[Code, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the codes once."""
        object.__setattr__(self, "_exact", {(code.system, code.code): code for code in self.codes})
        object.__setattr__(
            self, "_stems", tuple(code for code in self.codes if code.with_descendants)
        )

    def find(self, system: str, code: str) -> Code | None:
        """Find the entry that a coding falls under, whatever the day."""
        entry = self._exact.get((system, code))
        if entry is not None or not self._stems:
            return entry
        return next(
            (stem for stem in self._stems if stem.system == system and code.startswith(stem.code)),
            None,
        )
