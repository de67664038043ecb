"""A policy of the shelf, written in another language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.cli.library import open_shelf
from multifidus.export.cql import cql

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from multifidus.core.element import Dictionary
    from multifidus.core.policy import Policy
    from multifidus.export.said import Exported

    _Writer = Callable[[Policy, Dictionary], Exported[str]]

LANGUAGES: Mapping[str, _Writer] = {"cql": cql}
"""The writers, by the name of their language; each gives text that ends with a line."""


def export_policy(
    name: str, on: date, *, language: str, library: Sequence[Path] = ()
) -> Exported[str]:
    """Write the version of a policy that is in force on a day, in a language."""
    with open_shelf(library) as shelf:
        policy = shelf.read(shelf.find(name, on))
    return LANGUAGES[language](policy, policy.dictionary)
