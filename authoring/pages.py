"""
Draw shelf and evidence into the documentation: `python -m authoring.pages [FOLDER]`.

The matrix, the table of payers, the timeline and the state of every payer are those of one day, so
that the same library gives the same bytes. Without a folder, they go into the reference.
"""

from __future__ import annotations

import csv
import sys
from datetime import date
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from authoring import figures
from multifidus.cli import matrix, restrictive, trend
from multifidus.cli.arguments import SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ON = date(2026, 6, 1)
"""The day on which the last policy of the shelf begins."""

FOLDER = Path(__file__).parents[1] / "docs" / "reference" / "generated"

_COLUMNS = {
    "body": "body",
    "policy": "policy",
    "version": "version",
    "position": "position",
    "first": "from",
    "last": "to",
    "read": "least well read clause",
}

_PAGE = """\
# The shelf of policies, drawn

<!-- Written by `make pages`; change the library, not this page. -->

Everything here is made of the policies and events in the package, by `make pages`.
The tables tell of {on}; the commands tell of any day.
They are findings about the policies as they were transcribed; a person decides.

- [Which policy asks more](matrix.html): every policy against every other.
  `multifidus policy matrix`
- [Which payer asks more](payers.html): payers against the guideline and the label.
  `multifidus policy compare`
- [Who covers when](timeline.svg): every payer through its versions, with the events.
  `multifidus policy timeline`

![Who covers restorative neurostimulation, and when](timeline.svg)

What the policies rest on is [drawn on a page of its own](evidence.md).

## What every payer does on {on}

`multifidus policy state` tells it for any day.
Where no day stands, none was read.

{meanings}

{table}
"""


def files() -> Iterator[tuple[str, str]]:
    """Give the name and the text of every file."""
    state = trend.tell_state(ON, "csv", ())
    yield "README.md", _index(list(csv.DictReader(StringIO(state))))
    wanted = matrix.Wanted(on=ON, limit=SECONDS, form="html")
    yield "matrix.html", matrix.tell_matrix(wanted) + "\n"
    table = restrictive.Wanted(to=(), on=ON, limit=SECONDS, form="html")
    yield "payers.html", restrictive.tell_restrictiveness(table) + "\n"
    yield "timeline.svg", trend.tell_timeline(None, "svg", ()) + "\n"
    yield from figures.files()


def _index(state: Sequence[dict[str, str]]) -> str:
    head = " | ".join(_COLUMNS.values())
    rows = [" | ".join(row[name] for name in _COLUMNS) for row in state]
    meanings = [f"- *{trend.WORDS[each]}*: {trend.MEANINGS[each]}." for each in trend.WORDS]
    table = [f"| {head} |", f"|{' --- |' * len(_COLUMNS)}", *(f"| {row} |" for row in rows)]
    return _PAGE.format(on=ON, meanings="\n".join(meanings), table="\n".join(table))


def main(arguments: Sequence[str]) -> None:
    """Write them; what else is in the folder is left alone."""
    folder = Path(arguments[0]) if arguments else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files():
        folder.joinpath(name).write_text(text, encoding="utf-8", newline="\n")
        print(folder / name)


if __name__ == "__main__":
    main(sys.argv[1:])
