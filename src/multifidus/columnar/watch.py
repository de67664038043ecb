"""How far the work on a population is, for whoever shows it."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol


class Stage(StrEnum):
    """What is being done."""

    READING = "reading"
    """Measured in bytes of the export, as they are when unpacked."""
    DOCUMENTS = "reading documents"
    """Measured in parts of the documents of the export."""
    SETTLING = "settling"
    """Measured in patients, as what follows."""
    DETERMINING = "determining"


class Watch(Protocol):
    """Is told how far a stage is."""

    def __call__(self, stage: Stage, done: int, total: int, /) -> None:
        """Take note of it."""


def unwatched(_stage: Stage, _done: int, _total: int, /) -> None:
    """Take no note of it."""
