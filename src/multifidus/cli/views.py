"""A dictionary's views as files: one ViewDefinition each, and what views cannot say of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.cli.library import open_shelf
from multifidus.cli.written import write_whole
from multifidus.errors import RequestError
from multifidus.export.view_definition import views

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from multifidus.errors import Problem


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, in words, and what was left out."""

    told: str
    gaps: tuple[Problem, ...]


def write_views(name: str, *, folder: Path, library: tuple[Path, ...]) -> Written:
    """Write a dictionary's views into a folder, each in a file of its name."""
    with open_shelf(library) as shelf:
        if name not in shelf.dictionaries:
            known = ", ".join(sorted(shelf.dictionaries))
            raise RequestError.at(name, "no such dictionary on the shelf", f"there are: {known}")
        exported = views(shelf.dictionaries[name])
    _make(folder)
    for each, text in texts(exported.content).items():
        write_whole(folder / each, text)
    gaps = tuple(problem for gap in exported.gaps for problem in gap.problems)
    count = len(exported.content)
    return Written(f"{folder}: {count} views of the dictionary {name}", gaps)


def texts(made: Mapping[str, Mapping[str, object]]) -> Mapping[str, str]:
    """Give the text of each view by the name of its file; the last line end is the writer's."""
    return {
        f"{name}.json": json.dumps(view, indent=2, ensure_ascii=False)
        for name, view in made.items()
    }


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RequestError.at(
            str(folder),
            f"the folder cannot be made: {error.strerror}",
            "name a folder that is there, or can be made",
        ) from None
