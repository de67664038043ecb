"""A drawing as a PNG, with the font that it was laid out for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from multifidus.errors import RequestError

if TYPE_CHECKING:
    from multifidus.evidence.figure.canvas import Drawing

PRINT = 1950
"""Pixels across: 300 to the inch on a page with 6.5 inches of text."""


def png(drawing: Drawing, *, across: int = PRINT) -> bytes:
    """
    Turn a drawing into a PNG so many pixels across.

    The fonts of the machine are left alone, so the same drawing gives the same picture everywhere.
    Raises `RequestError` where the extra `figures` is not installed.
    """
    try:
        import fontpkg_arimo  # type: ignore[import-untyped]  # noqa: PLC0415  an extra
        import resvg_py  # noqa: PLC0415  as above: SVG does without
    except ModuleNotFoundError as error:
        if error.name not in {"fontpkg_arimo", "resvg_py"}:
            raise
        message = f"pictures need {error.name.replace('_', '-')}, which is not installed"
        hint = "install it with `pip install 'multifidus[figures]'`, or ask for SVG"
        where = "figure"
        raise RequestError.at(where, message, hint) from error
    fonts = sorted((Path(fontpkg_arimo.ROOT) / "files").glob("*.ttf"))
    return resvg_py.svg_to_bytes(
        svg_string=drawing.svg(),
        width=across,
        skip_system_fonts=True,
        font_files=[str(font) for font in fonts],
        sans_serif_family="Arimo",
    )
