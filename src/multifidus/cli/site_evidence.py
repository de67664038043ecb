"""The page of the site that shows what the policies rest on: each figure with its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.cli.site_frame import BESIDE, EVIDENCE, Page, footer
from multifidus.evidence.gallery.catalog import NAMES, draw
from multifidus.export.document.markup import Markup, tag
from multifidus.export.document.parts import Row, Table, Words, paragraph
from multifidus.export.document.web import CONTENT, blocks, scrolled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from multifidus.evidence.figure.canvas import Drawing

_LEAD = (
    "What was measured, and how sure one may be of it. The numbers of each figure stand below it."
)


def evidence_page(on: date) -> tuple[Page, dict[str, str]]:
    """Give the page, and the figures that lie beside it, by their paths."""
    drawings = [draw(name) for name in NAMES]
    heading = "The evidence"
    parts = [part for each in drawings for part in _figure(each)]
    main = tag("main", *blocks([paragraph(Words(_LEAD))]), *parts, id=CONTENT, tabindex="-1")
    page = Page(
        path=EVIDENCE,
        title=heading,
        body=(tag("header", tag("h1", heading)), main, footer(on)),
        pictures=BESIDE,
    )
    return page, {_path(each): each.svg() for each in drawings}


def _path(drawing: Drawing) -> str:
    return f"figures/{drawing.name}.svg"


def _figure(drawing: Drawing) -> Iterator[Markup]:
    yield tag("h2", drawing.title, id=drawing.name)
    image = tag("img", src=_path(drawing), alt=drawing.description)
    # A figure that is shrunk to a telephone cannot be read.
    yield tag("div", scrolled(image, f"{drawing.title}, as a picture"), class_="wide")
    head, rows = drawing.table.head, drawing.table.rows
    told = tuple(Row(cells=tuple((Words(cell),) for cell in row)) for row in rows)
    table = Table(caption=f"{drawing.title}, in numbers", head=head, rows=told)
    yield tag("details", tag("summary", "In numbers"), *blocks([table]))
