"""The figures of the evidence, as a page of the reference: pictures, their words, their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.evidence.gallery.catalog import NAMES, draw

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus.evidence.figure.canvas import Drawing, Table

PAGE = "evidence.md"

_PAGE = """\
# The evidence, drawn

<!-- Written by `make pages`; change the evidence or its gallery, not this page. -->

Every figure is made of the results in the package, by `make pages`.
`multifidus evidence figure` writes any of them as SVG or PNG.
Below each stand its numbers as a table.

{contents}

{figures}"""

_FIGURE = """\
## {title}

![{alternative}]({file})

<details>
<summary>The numbers of this figure</summary>

{table}

</details>
"""


def files() -> Iterator[tuple[str, str]]:
    """Give the name and the text of every figure, and of the page that shows them."""
    drawings = {name: draw(name) for name in NAMES}
    yield PAGE, _page(drawings)
    for name, drawing in drawings.items():
        yield _file(name), drawing.svg()


def _file(name: str) -> str:
    return f"evidence-{name}.svg"


def _page(drawings: dict[str, Drawing]) -> str:
    contents = "\n".join(
        f"- [{drawing.title}]({_file(name)}): `multifidus evidence figure {name}`"
        for name, drawing in drawings.items()
    )
    figures = "\n".join(_figure(name, drawing) for name, drawing in drawings.items())
    return _PAGE.format(contents=contents, figures=figures)


def _figure(name: str, drawing: Drawing) -> str:
    return _FIGURE.format(
        title=drawing.title,
        alternative=_plain(drawing.description),
        file=_file(name),
        table=_table(drawing.table),
    )


def _table(table: Table) -> str:
    rows = [table.head, ("---",) * len(table.head), *table.rows]
    return "\n".join(f"| {' | '.join(_plain(cell) for cell in row)} |" for row in rows)


def _plain(words: str) -> str:
    """Keep Markdown from reading signs as its own: `<` and `>` are numbers' here."""
    for sign in "\\[]|*_<>":
        words = words.replace(sign, f"\\{sign}")
    return words
