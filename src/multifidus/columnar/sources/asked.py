"""What is to be made of a population: from where, by what, and whereto."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from multifidus.columnar.derivation.batch import Means
from multifidus.columnar.derivation.rules import tables
from multifidus.columnar.duck import MEMORY
from multifidus.columnar.engines.engine import HERE
from multifidus.columnar.sources.form import Form

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from multifidus.columnar.derivation.handed import Reader
    from multifidus.columnar.derivation.processes import NoteReader, Notes
    from multifidus.columnar.engines.engine import Engine
    from multifidus.core.element import Dictionary
    from multifidus.core.omop import TableMapping


class Faults(Enum):
    """What to do about lines and files that cannot be read."""

    TELL = "tell"
    """Tell of them, and do the rest."""
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be made of a population."""

    source: Path
    dictionary: Dictionary
    reader: Reader
    out: Path
    form: Form = Form.BULK
    mapping: TableMapping | None = None
    """How tables of the OMOP model are read; needed where they are such."""
    notes: Notes | None = None
    """How documents are read, of a bulk export and of tables of the OMOP model."""
    on: date | None = None
    faults: Faults = Faults.TELL
    memory: str = MEMORY
    threads: int | None = None
    made_with: str = ""
    """The program that reads, by its version: what another one has read is read anew."""
    engine: Engine = HERE
    """Who reads a bulk export, and the lines that tables of the OMOP model become."""

    def means(
        self, *, unsaid: frozenset[str] = frozenset(), words: NoteReader | None = None
    ) -> Means:
        """
        Give what batches are read with, and make the folder for what is read.

        Of elements that are `unsaid`, for the source has no place for them, silence means nothing;
        `words` settles what documents say, where they are read.
        """
        by = Means(
            tables=tables(self.dictionary),
            reader=self.reader,
            kept=self.out / "statements",
            made_with=self.made_with,
            words=words,
            unsaid=unsaid,
        )
        by.kept.mkdir(parents=True, exist_ok=True)
        return by
