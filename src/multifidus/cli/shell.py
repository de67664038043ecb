"""The frame of a page of HTML that holds all it needs, fetches nothing and runs no script."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from multifidus.export.document.frame import page as framed

if TYPE_CHECKING:
    from collections.abc import Iterable


def page(title: str, styles: Iterable[str], body: Iterable[str]) -> str:
    """Write a page whose only style is that of the sheets named."""
    return framed(title, style=sheets(styles), body=body)


def sheets(names: Iterable[str]) -> str:
    """Read sheets of style, one after another."""
    folder = files("multifidus.cli")
    return "".join(folder.joinpath(each).read_text(encoding="utf-8") for each in names)
