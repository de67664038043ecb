"""The files of data that come with the package, as text."""

from __future__ import annotations

from pathlib import Path

# Beside the module: to ask `importlib.resources` costs a command ten times the reading.
DATA = Path(__file__).parent / "data"


def shipped_text(name: str) -> str:
    """Read a file of data, by its name."""
    return (DATA / name).read_text(encoding="utf-8")
