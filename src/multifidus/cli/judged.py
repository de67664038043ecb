"""The judgements that a command goes by: the project's own, or those in a file that was named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.cli.evidence_kept import shipped_judgements
from multifidus.errors import RequestError
from multifidus.evidence.judgement import read_judgements

if TYPE_CHECKING:
    from pathlib import Path

    from multifidus.evidence.judgement import Judgements


def judgements_of(path: Path | None) -> Judgements:
    """Read a file of judgements, or give the project's own."""
    if path is None:
        return shipped_judgements()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        message, hint = "the file cannot be read", "name a file of judgements, in UTF-8"
        raise RequestError.at(str(path), message, hint) from None
    return read_judgements(text, file=str(path))
