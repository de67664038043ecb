"""
A program of typst and the data that it lays out → PDF; no other module knows the library.

All words are data and never a program, so that nothing that somebody wrote can steer a page. The
same data give the same bytes.
"""

from __future__ import annotations

import json
import unicodedata
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import typst

from multifidus.errors import Problem, RequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

FONTS = ("Libertinus Serif", "DejaVu Sans Mono")
"""They come with the library, are free, and have Latin, Greek, Cyrillic, Hebrew and Arabic."""
RECORD: list[Any] = ["a-3a", "ua-1"]
"""PDF/A-3a and PDF/UA-1 in one file: for keeping, and for those who do not see."""
_PROGRAM, _DATA = "pages.typ", "pages.json"
"""The program reads its data from a file of that name beside it."""


def document_pdf(program: bytes, data: Mapping[str, object], *, name: str) -> bytes:
    """Set a document that stands by itself; raises `RequestError` at its name if that fails."""
    hint = "write it as HTML, and report this"
    otherwise = Problem.at(name, "the pages cannot be set", hint)
    with TemporaryDirectory() as folder:
        laid = {**data, "fonts": list(FONTS)}
        return press(program, laid, Path(folder), standards=RECORD, otherwise=otherwise)


def press(  # noqa: PLR0913  two kinds of packets and a document differ in each
    program: bytes,
    data: Mapping[str, object],
    folder: Path,
    *,
    standards: list[Any] | None,
    otherwise: Problem,
    fonts: Path | None = None,
) -> bytes:
    """
    Set pages in a folder, which may hold files that the data name.

    `fonts` is a folder of further fonts; a letter that none has is named in square brackets.
    Raises `RequestError` with the problem given where the pages cannot be set.
    """
    words = json.dumps(data, ensure_ascii=False)
    missing = _without_glyph(words, fonts)
    if missing:
        words = json.dumps(_named(data, missing), ensure_ascii=False)
    (folder / _DATA).write_text(words, encoding="utf-8")
    (folder / _PROGRAM).write_bytes(program)
    try:
        return bytes(
            typst.compile(
                folder / _PROGRAM,
                root=folder,
                format="pdf",
                pdf_standards=standards,
                font_paths=_fonts(fonts),
            )
        )
    except typst.TypstError as error:
        # The message may quote a document; only what the library calls it is told.
        raise RequestError(otherwise) from error


@cache
def _fonts(folder: Path | None) -> typst.Fonts:
    """Take the library's fonts and those of a folder; a system's own would change the bytes."""
    return typst.Fonts(include_system_fonts=False, font_paths=[folder] if folder else [])


# Letters


def _without_glyph(words: str, fonts: Path | None) -> frozenset[str]:
    """Find the letters that no font has."""
    unusual = frozenset(each for each in words if each > "\u024f")
    return frozenset(each for each in unusual if not _has_glyph(each, fonts))


@cache
def _has_glyph(letter: str, fonts: Path | None) -> bool:
    """Ask the library: under PDF/A a letter without a glyph is an error."""
    if unicodedata.category(letter) in ("Cf", "Cn", "Co", "Cs", "Mn"):
        return unicodedata.category(letter) in ("Cf", "Mn")
    page = '#set document(title: "x")\n#set text(lang: "en", font: {})\n#"{}"\n'
    names = json.dumps(FONTS).replace("[", "(").replace("]", ")")
    try:
        typst.compile(
            page.format(names, letter).encode(),
            format="pdf",
            pdf_standards=["a-3b"],
            font_paths=_fonts(fonts),
        )
    except typst.TypstError:
        return False
    return True


def _named(data: object, missing: frozenset[str]) -> object:
    """Name the letters that cannot be set."""
    if isinstance(data, dict):
        return {name: _named(below, missing) for name, below in data.items()}
    if isinstance(data, list | tuple):
        return [_named(below, missing) for below in data]
    if isinstance(data, str) and not missing.isdisjoint(data):
        return "".join(
            f"[{unicodedata.name(each, f'U+{ord(each):04X}').lower()}]" if each in missing else each
            for each in data
        )
    return data
