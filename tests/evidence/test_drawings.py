"""What holds for every figure: it can be read, by eye or ear, alone or inside of a page."""

from __future__ import annotations

import re
from collections import Counter
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from lxml import etree  # type: ignore[import-untyped]

from multifidus.evidence.figure.canvas import SHAPES, SMALL, STYLE, WIDTH, hollow, mark, solid
from multifidus.evidence.figure.letters import width
from tests.evidence.drawings import DRAWINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus.evidence.figure.canvas import Drawing

SVG = "{http://www.w3.org/2000/svg}"
SIZES = {"huge": 24, "large": 17, "plain": 13}

every_drawing = pytest.mark.parametrize("drawing", DRAWINGS.values(), ids=DRAWINGS)


def parsed(drawing: Drawing) -> Any:  # noqa: ANN401  lxml has no types
    return etree.fromstring(drawing.svg().encode())


class Box(NamedTuple):
    """Where words stand on the paper."""

    words: str
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Tell whether two boxes share more than a hair."""
        return (
            min(self.right, other.right) - max(self.left, other.left) > 1
            and min(self.bottom, other.bottom) - max(self.top, other.top) > 1
        )


def boxes(drawing: Drawing) -> Iterator[Box]:
    """Lay the words of a drawing out, but for those that stand upright."""
    for each in parsed(drawing).iter(f"{SVG}text"):
        if "rotate" in each.get("transform", ""):
            continue
        kinds = each.get("class").split()
        size = next((SIZES[kind] for kind in kinds if kind in SIZES), SMALL)
        weight = "bold" if {"bold", "huge"} & set(kinds) else "regular"
        words = "".join(each.itertext())
        wide = width(words, size=size, weight=weight)
        x, y = float(each.get("x")), float(each.get("y"))
        for group in each.iterancestors(f"{SVG}g"):
            right, down = re.findall(r"[-\d.]+", group.get("transform"))
            x, y = x + float(right), y + float(down)
        x -= {"middle": wide / 2, "end": wide}.get(each.get("text-anchor"), 0)
        yield Box(words, x, y - size * 0.72, x + wide, y + size * 0.2)


@every_drawing
def test_all_words_stand_on_the_paper(drawing: Drawing) -> None:
    lost = [
        box.words
        for box in boxes(drawing)
        if box.left < 0 or box.right > WIDTH or box.top < 0 or box.bottom > drawing.height
    ]
    assert [] == lost


@every_drawing
def test_no_words_stand_on_other_words(drawing: Drawing) -> None:
    laid = list(boxes(drawing))

    assert len(laid) > 5
    assert [] == [
        (one.words, other.words) for one, other in combinations(laid, 2) if one.meets(other)
    ]


@every_drawing
def test_a_drawing_is_one_picture_with_a_title_and_a_description(drawing: Drawing) -> None:
    root = parsed(drawing)

    assert "img" == root.get("role")
    title, description = root[0], root[1]
    assert (drawing.title, drawing.description) == (title.text, description.text)
    assert title.get("id") == root.get("aria-labelledby")
    assert description.get("id") == root.get("aria-describedby")


@every_drawing
def test_what_the_table_tells_is_heard_in_the_description(drawing: Drawing) -> None:
    """Whoever does not see the figure hears every number of it."""
    told = [number for row in drawing.table.rows for cell in row for number in digits_of(cell)]

    assert told
    assert [] == [number for number in told if number not in drawing.description]


def digits_of(cell: str) -> list[str]:
    return re.findall(r"\d+(?:\.\d+)?", cell)


@every_drawing
def test_every_row_of_the_table_has_a_cell_for_each_head(drawing: Drawing) -> None:
    assert {len(drawing.table.head)} == {len(row) for row in drawing.table.rows}


@every_drawing
def test_the_same_rows_give_the_same_bytes_and_no_address_but_the_one_of_svg(
    drawing: Drawing,
) -> None:
    assert drawing.svg() == drawing.svg()
    assert ["http://www.w3.org/2000/svg"] == re.findall(r"https?://[^\"' ]+", drawing.svg())


def test_the_ids_of_all_drawings_differ() -> None:
    ids = Counter(re.findall(r' id="([^"]+)"', "".join(each.svg() for each in DRAWINGS.values())))

    assert {1} == set(ids.values())
    assert 2 * len(DRAWINGS) == len(ids)


@every_drawing
def test_every_kind_of_mark_has_its_rule(drawing: Drawing) -> None:
    """A class that the style does not know would be drawn black."""
    used = {
        kind for each in parsed(drawing).iter() for kind in (each.get("class") or "").split()
    } - {"drawn"}

    assert set() == used - set(re.findall(r"\.drawn \.([\w-]+)\{", STYLE))


# Colours

LIGHT, DARK = STYLE.split("@media screen and (prefers-color-scheme:dark)")


def luminance(colour: str) -> float:
    """Give the relative luminance of a colour (WCAG 2.2)."""
    red, green, blue = (
        part / 12.92
        if (part := int(colour[at : at + 2], 16) / 255) <= 0.04045
        else ((part + 0.055) / 1.055) ** 2.4
        for at in (1, 3, 5)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("style", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "band"])
def test_every_ink_of_words_stands_out_from_its_ground(style: str, ground: str) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1."""
    inks = dict(re.findall(r"\.drawn \.(\w+)\{fill:(#\w{6})\}", style))
    behind = luminance(inks[ground])

    for name in inks.keys() - {"paper", "band", "grid"}:
        low, high = sorted((luminance(inks[name]), behind))
        assert (high + 0.05) / (low + 0.05) >= 4.5, name


def test_no_type_is_smaller_than_12() -> None:
    """At 600 pixels that is 12; on a printed line of 165 millimetres it is 9 points."""
    sizes = [float(size) for size in re.findall(r"font-size:([\d.]+)px", STYLE)]

    assert 12 == min(sizes)
    assert not any("font-size" in each.svg().replace(STYLE, "") for each in DRAWINGS.values())


# Marks


def test_marks_of_many_series_differ_without_their_inks_as_far_as_there_are_shapes() -> None:
    drawn = {
        re.sub(r'class="[^"]*"', "", mark(shape, at=(0, 0), radius=5, kind="one"))
        for shape in SHAPES
    }

    assert 5 == len(SHAPES) == len(drawn)


def test_hollow_and_solid_marks_differ_in_every_shape() -> None:
    for shape in SHAPES:
        one = mark(shape, at=(0, 0), radius=5, kind=solid("one"))
        assert one != mark(shape, at=(0, 0), radius=5, kind=hollow("one"))
