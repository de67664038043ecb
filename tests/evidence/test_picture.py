"""A drawing as a PNG: the words are in it, on any machine; and without the extra it says so."""

from __future__ import annotations

import builtins
import io
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest

from multifidus.errors import RequestError
from multifidus.evidence.figure.canvas import Block, text
from multifidus.evidence.figure.picture import PRINT, png
from tests.evidence.drawings import DRAWINGS

FLOW = DRAWINGS["flow"]


def opened(picture: bytes) -> Any:  # noqa: ANN401  pillow belongs to the room `chart`
    return import_module("PIL.Image").open(io.BytesIO(picture)).convert("RGB")


def dark(picture: bytes) -> int:
    """Count the pixels that are nearly black."""
    counts = opened(picture).getcolors(maxcolors=1 << 24)
    return sum(count for count, colour in counts if max(colour) < 64)


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_picture_has_the_shape_of_its_drawing(name: str) -> None:
    drawing = DRAWINGS[name]
    across, down = opened(png(drawing, across=600)).size

    assert 600 == across
    assert down == pytest.approx(drawing.height, abs=1)


def test_a_picture_is_fine_enough_for_print_by_itself() -> None:
    assert PRINT == opened(png(FLOW)).size[0]


def test_the_words_of_a_drawing_are_in_its_picture() -> None:
    """Without a font they would be left out, and nobody would be told."""
    blank = replace(FLOW, blocks=(Block(height=60, marks=()),))
    worded = replace(FLOW, blocks=(Block(height=60, marks=(text("Words", at=(20, 40)),)),))
    bold = replace(
        FLOW, blocks=(Block(height=60, marks=(text("Words", at=(20, 40), kind="ink bold"),)),)
    )

    assert 0 == dark(png(blank))
    assert 300 < dark(png(worded)) < dark(png(bold))


def test_the_same_drawing_gives_the_same_picture() -> None:
    assert png(FLOW) == png(FLOW)


@pytest.mark.parametrize("name", ["resvg_py", "fontpkg_arimo"])
def test_without_the_extra_it_says_how_to_install_it(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without(wanted: str, *rest: Any) -> Any:  # noqa: ANN401  as `__import__` has it
        if wanted == name:
            raise ModuleNotFoundError(name=name)
        return real(wanted, *rest)

    monkeypatch.setattr(builtins, "__import__", without)

    with pytest.raises(RequestError) as raised:
        png(FLOW)

    assert (
        f"figure: pictures need {name.replace('_', '-')}, which is not installed\n"
        "    install it with `pip install 'multifidus[figures]'`, or ask for SVG"
    ) == str(raised.value)


def test_an_extra_that_is_broken_is_not_taken_for_a_missing_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = builtins.__import__

    def broken(wanted: str, *rest: Any) -> Any:  # noqa: ANN401  as above
        if wanted == "resvg_py":
            raise ModuleNotFoundError(name="another")
        return real(wanted, *rest)

    monkeypatch.setattr(builtins, "__import__", broken)

    with pytest.raises(ModuleNotFoundError):
        png(FLOW)
