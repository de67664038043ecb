"""
Write the made-up charts and their catalogue: `python -m authoring [FOLDER]`.

The same stories give the same bytes. Without a folder, they go into the package's examples.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from authoring.bundle import MADE_UP, bundle
from authoring.stories import CHARTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from authoring.resources import Resource

CATALOGUE = "catalogue.json"
EXAMPLES = Path(__file__).parents[1] / "src" / "multifidus" / "examples"


def catalogue() -> Resource:
    """Describe every chart and list what it promises."""
    return {
        "origin": MADE_UP["display"],
        "charts": [
            {
                "file": chart.file,
                "told": chart.told,
                "links": chart.links.value,
                "promises": list(chart.promises),
            }
            for chart in CHARTS
        ],
    }


def files() -> Iterator[tuple[str, str]]:
    """Give the name and the text of every file."""
    for chart in CHARTS:
        yield chart.file, _text(bundle(chart))
    yield CATALOGUE, _text(catalogue())


def write(folder: Path) -> None:
    """Write every file into a folder."""
    for name, text in files():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def main(arguments: Sequence[str]) -> None:
    """Write into the folder that is named first, else into the package's examples."""
    write(Path(arguments[0]) if arguments else EXAMPLES)


def _text(content: Resource) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    main(sys.argv[1:])
