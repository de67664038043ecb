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

    from authoring.bundle import Chart
    from authoring.resources import Resource

CATALOGUE = "catalogue.json"
EXAMPLES = Path(__file__).parents[1] / "src" / "multifidus" / "examples"


def catalogue() -> Resource:
    """Describe every chart and list what it promises."""
    return {
        "origin": MADE_UP["display"],
        "charts": [_described(chart) for chart in CHARTS],
    }


def _described(chart: Chart) -> Resource:
    described: Resource = {
        "file": chart.file,
        "told": chart.told,
        "links": chart.links.value,
        "promises": list(chart.promises),
    }
    if chart.documents:
        described["documents"] = [f"{chart.name}/{each.name}" for each in chart.documents]
    if chart.confirmed is not None:
        described["confirmed"] = {
            "on": chart.confirmed.on,
            "elements": list(chart.confirmed.elements),
            "promises": list(chart.confirmed.promises),
        }
    return described


def files() -> Iterator[tuple[str, bytes]]:
    """Give the name and the content of every file."""
    for chart in CHARTS:
        yield chart.file, _text(bundle(chart))
        for each in chart.documents:
            yield f"{chart.name}/{each.name}", each.content
    yield CATALOGUE, _text(catalogue())


def write(folder: Path) -> None:
    """Write every file into a folder."""
    for name, content in files():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)


def main(arguments: Sequence[str]) -> None:
    """Write into the folder that is named first, else into the package's examples."""
    write(Path(arguments[0]) if arguments else EXAMPLES)


def _text(content: Resource) -> bytes:
    return f"{json.dumps(content, indent=2, ensure_ascii=False)}\n".encode()


if __name__ == "__main__":
    main(sys.argv[1:])
