"""
A figure: blocks of marks, one below the other, and what a person who does not see it is told.

Every figure is 600 units wide, its smallest type 12: at 600 pixels and on a printed page it is read
without a magnifier. Its words stay words. A colour never says alone what it says: shape, a line of
dashes, a sign or words say it too. On a dark screen it is dark; on paper it never is.

The picture has one role, `img`, with a title and a description that tells what it shows. `Table`
holds the same numbers for a page that wants to show them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from html import escape
from itertools import accumulate
from typing import TYPE_CHECKING

from multifidus.errors import Problem, RequestError
from multifidus.evidence.figure.letters import width, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDTH, MARGIN = 600, 16
ROOM = WIDTH - 2 * MARGIN
SMALL, PLAIN, LARGE = 12, 13, 17
LEADING = 16
"""From one line of small type to the next."""

Point = tuple[float, float]

_INKS = {
    "paper": ("#ffffff", "#14171b"),
    "band": ("#f3f5f8", "#20262d"),
    "ink": ("#1b1f24", "#e8ebee"),
    "quiet": ("#57606a", "#a9b2bc"),
    "grid": ("#d5dae0", "#3a424b"),
    "one": ("#0b5cad", "#74b3f5"),
    "two": ("#a84a00", "#f2a65e"),
    "three": ("#6b3fa0", "#c3a1ee"),
    "four": ("#00705a", "#5fcfae"),
    "doubt": ("#a3262a", "#ff9a94"),
    "good": ("#1f7a3d", "#4fb573"),
    "fair": ("#8f5300", "#d99a3d"),
    "poor": ("#a3262a", "#e5716f"),
    "worst": ("#5c0a2e", "#f3a0c4"),
    "unsaid": ("#57606a", "#a9b2bc"),
}
"""The name of each ink, on white paper and on a dark screen; text has a contrast of 4.5 to 1."""

SERIES = ("one", "two", "three", "four")
"""The inks of series, in order."""

_TYPE = (
    ".drawn{max-width:100%;height:auto}"
    ".drawn text{font-family:Arial,Helvetica,'Liberation Sans',Arimo,sans-serif;font-size:12px}"
    ".drawn .plain{font-size:13px}.drawn .large{font-size:17px}.drawn .bold{font-weight:700}"
    ".drawn .huge{font-size:24px;font-weight:700}"
    ".drawn .grid-line{shape-rendering:crispEdges}"
    ".drawn .thin{stroke-width:1}.drawn .thick{stroke-width:2}.drawn .stroke{stroke-width:2.6}"
    ".drawn .dashed{stroke-dasharray:5 4}.drawn .dotted{stroke-dasharray:1.5 4}"
    ".drawn .round{stroke-linecap:round;stroke-linejoin:round}.drawn .open{fill:none}"
    ".drawn .veil{fill-opacity:.16}"
    # Words that a line may cross: the paper shows around each letter.
    ".drawn .halo{paint-order:stroke;stroke-width:4;stroke-linejoin:round}"
)


def _inks(column: int) -> str:
    return (
        "".join(
            f".drawn .{name}{{fill:{inks[column]}}}.drawn .{name}-line{{stroke:{inks[column]}}}"
            for name, inks in _INKS.items()
        )
        + f".drawn .halo{{stroke:{_INKS['paper'][column]}}}"
    )


STYLE = f"{_inks(0)}@media screen and (prefers-color-scheme:dark){{{_inks(1)}}}{_TYPE}"


class Shape(StrEnum):
    """The shape of a mark; hollow ones are for numbers that were worked out, not printed."""

    CIRCLE = "circle"
    SQUARE = "square"
    DIAMOND = "diamond"
    TRIANGLE = "triangle"
    WEDGE = "wedge"


SHAPES = tuple(Shape)
"""The shapes of series, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A part of a figure over its whole width; its marks count from its own upper left."""

    height: float
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What the figure shows, as rows of text."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """
    A figure, drawn.

    `name` begins every id in it, so that several stand in one page without a clash: small letters,
    digits and hyphens.
    """

    name: str
    title: str
    description: str
    blocks: tuple[Block, ...]
    table: Table

    @property
    def height(self) -> float:
        """Its height, where its width is 600."""
        return round(sum(block.height for block in self.blocks), 2)

    def svg(self) -> str:
        """Write it as SVG, which can stand alone or inside of HTML."""
        tops = accumulate((block.height for block in self.blocks), initial=0.0)
        body = "\n".join(
            f'<g transform="translate(0 {_round(top)})">{"".join(block.marks)}</g>'
            for block, top in zip(self.blocks, tops, strict=False)
        )
        name, height = escape(self.name), _round(self.height)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="drawn" role="img" lang="en"'
            f' aria-labelledby="{name}-title" aria-describedby="{name}-description"'
            f' width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}">\n'
            f'<title id="{name}-title">{escape(self.title)}</title>\n'
            f'<desc id="{name}-description">{escape(self.description)}</desc>\n'
            f"<style>{STYLE}</style>\n"
            f'<rect class="paper" width="{WIDTH}" height="{height}"/>\n{body}\n</svg>\n'
        )


def _round(value: float) -> str:
    """Write a place on the paper; a hundredth of a unit is finer than any screen."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def text(words: str, *, at: Point, kind: str = "ink", anchor: str = "start") -> str:
    """Set a line of words; the point is on its base line."""
    where = f'x="{_round(at[0])}" y="{_round(at[1])}"'
    side = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text class="{kind}" {where}{side}>{escape(words, quote=False)}</text>'


def lines(words: Sequence[str], *, at: Point, kind: str = "ink", anchor: str = "start") -> str:
    """Set several lines, one below the other."""
    return "".join(
        text(line, at=(at[0], at[1] + number * LEADING), kind=kind, anchor=anchor)
        for number, line in enumerate(words)
    )


def path(points: Iterable[Point], *, kind: str) -> str:
    """Draw a line through points."""
    steps = "L".join(f"{_round(x)} {_round(y)}" for x, y in points)
    return f'<path class="open {kind}" d="M{steps}"/>'


def area(points: Iterable[Point], *, kind: str) -> str:
    """Fill what lies between points."""
    steps = "L".join(f"{_round(x)} {_round(y)}" for x, y in points)
    return f'<path class="{kind}" d="M{steps}Z"/>'


def box(corner: Point, *, size: Point, kind: str, radius: float = 0) -> str:
    """Draw a box from its upper left."""
    bend = f' rx="{_round(radius)}"' if radius else ""
    return (
        f'<rect class="{kind}" x="{_round(corner[0])}" y="{_round(corner[1])}"'
        f' width="{_round(size[0])}" height="{_round(size[1])}"{bend}/>'
    )


def mark(shape: Shape, *, at: Point, radius: float, kind: str) -> str:
    """Draw a mark around a point; all shapes of one radius weigh about the same to the eye."""
    x, y = at
    match shape:
        case Shape.CIRCLE:
            return (
                f'<circle class="{kind}" cx="{_round(x)}" cy="{_round(y)}" r="{_round(radius)}"/>'
            )
        case Shape.SQUARE:
            half = radius * 0.9
            return box((x - half, y - half), size=(2 * half, 2 * half), kind=kind)
        case Shape.DIAMOND:
            far = radius * 1.25
            return area([(x, y - far), (x + far, y), (x, y + far), (x - far, y)], kind=kind)
        case Shape.TRIANGLE:
            wide, up, down = radius * 1.2, radius * 1.2, radius * 0.9
            return area([(x, y - up), (x + wide, y + down), (x - wide, y + down)], kind=kind)
        case Shape.WEDGE:
            wide, up, down = radius * 1.2, radius * 0.9, radius * 1.2
            return area([(x, y + down), (x + wide, y - up), (x - wide, y - up)], kind=kind)


def solid(ink: str) -> str:
    """Name the kind of a mark that was printed by a source."""
    return f"{ink} {ink}-line thick"


def hollow(ink: str) -> str:
    """Name the kind of a mark that was worked out from what a source printed."""
    return f"paper {ink}-line thick"


def heading(title: str, *, subtitle: str = "") -> Block:
    """Set what the figure shows, and below it how."""
    first = wrapped(title, room=ROOM, size=LARGE, weight="bold")
    second = wrapped(subtitle, room=ROOM, size=PLAIN) if subtitle else ()
    marks = [
        text(line, at=(MARGIN, 28 + number * 21), kind="ink large bold")
        for number, line in enumerate(first)
    ]
    below = 28 + (len(first) - 1) * 21 + 20
    marks += [
        text(line, at=(MARGIN, below + number * 17), kind="quiet plain")
        for number, line in enumerate(second)
    ]
    return Block(height=below + len(second) * 17 - 4, marks=tuple(marks))


def footing(notes: Sequence[str]) -> Block:
    """Set the doubts and explanations below the figure, each behind a bullet."""
    if not notes:
        return Block(height=8, marks=())
    marks, y = [path([(MARGIN, 10), (WIDTH - MARGIN, 10)], kind="grid-line thin")], 30.0
    for note in notes:
        broken = wrapped(note, room=ROOM - 12, size=SMALL)
        marks += [
            mark(Shape.CIRCLE, at=(MARGIN + 3, y - 4), radius=2, kind="quiet"),
            lines(broken, at=(MARGIN + 12, y), kind="quiet"),
        ]
        y += len(broken) * LEADING + 3
    return Block(height=y - 4, marks=tuple(marks))


def legend(entries: Sequence[tuple[str, str]], *, room: float = ROOM) -> Block:
    """
    Set what marks mean, as many in a line as fit.

    An entry is a mark drawn around (0, 0), no wider than 20, and its words.
    """
    marks, x, y = [], 0.0, 16.0
    for drawn, words in entries:
        wide = 26 + width(words, size=SMALL) + 18
        if x and x + wide - 18 > room:
            x, y = 0.0, y + 19
        marks += [
            f'<g transform="translate({_round(MARGIN + x + 10)} {_round(y - 4)})">{drawn}</g>',
            text(words, at=(MARGIN + x + 26, y)),
        ]
        x += wide
    return Block(height=y + 8, marks=tuple(marks))


def see_to(name: str, faults: Iterable[tuple[str, str]]) -> None:
    """
    See that rows can be drawn; a fault is what is wrong and the way forward.

    Raises `RequestError` with all of them: drawn, they would look like something else.
    """
    problems = [Problem.at(name, message, hint) for message, hint in faults]
    if problems:
        raise RequestError(*problems)


def sentences(parts: Iterable[str]) -> str:
    """
    Put parts of a description together, each a sentence.

    >>> sentences(["A forest plot", "", "Pooled: 3 of 4."])
    'A forest plot. Pooled: 3 of 4.'
    """
    return " ".join(each if each.endswith(".") else f"{each}." for each in parts if each)
