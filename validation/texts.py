"""The 187 outsiders' texts of `shared/samples/notes`; read where they lie, never copied."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from multifidus.chart.document import Document

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).parents[1]
FILES = (
    ("aci-bench", "aci-bench.jsonl", "note", "style"),
    ("mts-dialog", "mts-dialog-validation.jsonl", "text", "section"),
)
"""What a file is called here, its name, and its fields for a text and for what kind it is."""


def shared() -> Path:
    """Give the folder of outsiders' records: $MULTIFIDUS_SHARED, or `shared` by the checkout."""
    return Path(os.environ.get("MULTIFIDUS_SHARED") or CHECKOUT.parent / "shared")


def outsiders(folder: Path) -> Iterator[Document]:
    """Read the texts, each named by its file and its id there."""
    for name, file, text, title in FILES:
        for line in (folder / "samples" / "notes" / file).read_text("utf-8").splitlines():
            row = json.loads(line)
            yield Document(name=f"{name}/{row['id']}", text=row[text], title=row[title])
