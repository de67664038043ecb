"""`multifidus evidence figure`: a figure as SVG or PNG, or the list of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from multifidus.cli.judged import judgements_of
from multifidus.cli.written import write_bytes
from multifidus.errors import RequestError
from multifidus.evidence.figure.picture import png
from multifidus.evidence.gallery.catalog import NAMES, draw, shipped_material

if TYPE_CHECKING:
    from pathlib import Path

    from multifidus.evidence.figure.canvas import Drawing


def tell_figure(name: str, output: Path | None, judgements: Path | None) -> str:
    """Draw a figure into a file and say so, or give its SVG; without a name, list the figures."""
    material = replace(shipped_material(), judgements=judgements_of(judgements))
    if not name:
        return "\n".join(f"{each:<24}{draw(each, given=material).title}" for each in NAMES)
    drawing = draw(name, given=material)
    return drawing.svg().rstrip("\n") if output is None else tell_drawing(drawing, output)


def tell_drawing(drawing: Drawing, output: Path) -> str:
    """Write a figure as the end of its file's name says, and say so."""
    match output.suffix.lower():
        case ".svg":
            write_bytes(output, drawing.svg().encode())
        case ".png":
            write_bytes(output, png(drawing))
        case _:
            message = "a figure is written as SVG or PNG"
            raise RequestError.at(str(output), message, "end its name in .svg or .png")
    return f"{output}: written"
