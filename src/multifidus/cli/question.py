"""What is asked of a record, and how a command's options ask it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from datetime import date
    from pathlib import Path
    from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of a record: which policy, for which day, which codes, of which patient."""

    records: tuple[Path, ...]
    policy: str = ""
    payer: str = ""
    plan: str = ""
    line_of_business: str = ""
    jurisdiction: str = ""
    library: tuple[Path, ...] = ()
    on: date | None = None
    service_codes: tuple[str, ...] = ()
    patient: str = ""
    document_date: date | None = None
    ocr: bool = False

    @property
    def names_a_policy(self) -> bool:
        """Whether one policy is asked, rather than guideline and label side by side."""
        return bool(self.policy or self.payer)


def question_of(options: argparse.Namespace) -> Question:
    """Ask what the options of a command ask; what a command has no option for is not asked."""
    given: dict[str, Any] = {
        each.name: getattr(options, each.name) for each in fields(Question) if each.name in options
    }
    for name in ("records", "library"):  # Both may be repeated, which makes lists.
        given[name] = tuple(given.get(name, ()))
    return Question(**given)
