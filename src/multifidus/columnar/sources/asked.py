"""What is to be made of a population: from where, by what, and whereto."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.columnar.duck import MEMORY
from multifidus.columnar.engines.engine import HERE
from multifidus.columnar.sources.bulk import Faults

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from multifidus.columnar.derivation.handed import Reader
    from multifidus.columnar.derivation.processes import Notes
    from multifidus.columnar.engines.engine import Engine
    from multifidus.columnar.sources.form import Form
    from multifidus.core.element import Dictionary
    from multifidus.core.omop import TableMapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be made of a population."""

    source: Path
    form: Form
    dictionary: Dictionary
    reader: Reader
    out: Path
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
