"""
Attrition as a picture: a bar for each step of a policy, of who has passed and who is lost.

What a colour says a number or a pattern says too. The picture is made of the counts alone, so the
same counts give the same bytes.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus.columnar.tally import Step, Tally

WIDTH, LABELS, NUMBERS, MARGIN = 1200, 380, 330, 20
TOP, ROW, BAR = 128, 30, 20
NAME = 50
"""So many letters of a name have room."""
IN_THE_HOUSE = "Small counts are shown, so this is not made to be passed on."
STYLE = """
.paper{fill:#fff}.ink{fill:#1b1f24}.quiet{fill:#57606a}.clear{fill:#1f7a3d}.open{fill:#d9a441}
.lost{fill:#a3262a}.before{fill:#e3e7eb}.hatch{stroke:#5c4310;stroke-width:2}
text{font-family:system-ui,-apple-system,'Segoe UI',sans-serif;font-size:12px}
.title{font-size:20px;font-weight:700}.bold{font-weight:600}.end{text-anchor:end}
@media (prefers-color-scheme:dark){.paper{fill:#14171b}.ink{fill:#e6e9ec}.quiet{fill:#a2abb5}
.before{fill:#2a3037}}
""".replace("\n", "")
_HATCH = (
    '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse"'
    ' patternTransform="rotate(45)"><path class="hatch" d="M0 0V6"/></pattern>'
)
_LEGEND = (
    ("clear", "passed so far"),
    ("open", "not lost, something open"),
    ("lost", "lost here"),
    ("before", "lost before"),
)
_COLUMNS = (("lost here", 110), ("open", 210), ("passed", 310))
"""The numbers beside the bars, and where each ends."""


def attrition_svg(tally: Tally, *, title: str) -> str:
    """Draw who is lost at which criterion, in the order of the policy."""
    height = TOP + ROW * len(tally.attrition) + MARGIN
    said = f"{tally.patients:,} patients, by the criteria that all must pass, in the policy's order"
    return "\n".join(
        (
            opening(WIDTH, height),
            f'<title id="title">{escape(title)}</title><desc id="said">{escape(said)}</desc>',
            f"<style>{STYLE}</style><defs>{_HATCH}</defs>",
            f'<rect class="paper" width="{WIDTH}" height="{height}"/>',
            words(MARGIN, 38, title, "title ink"),
            words(MARGIN, 62, f"{said}. {IN_THE_HOUSE}", "quiet"),
            *_legend(),
            *(line for n, step in enumerate(tally.attrition) for line in _row(n, step, tally)),
            "</svg>",
        )
    )


def opening(width: int, height: int) -> str:
    """Begin a picture that a title and a description name."""
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    named = 'role="img" aria-labelledby="title said"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} {named}>'


def words(x: float, y: float, text: str, kind: str) -> str:
    """Write words at a place."""
    return f'<text class="{kind}" x="{x:g}" y="{y:g}">{escape(text)}</text>'


def cut(text: str, most: int) -> str:
    """Shorten words to so many letters."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _legend() -> Iterator[str]:
    x = float(LABELS)
    for kind, text in _LEGEND:
        yield from _bar(x, 82, 14, kind, height=14)
        yield words(x + 20, 94, text, "ink")
        x += 48 + 6.6 * len(text)
    for text, end in _COLUMNS:
        yield words(WIDTH - NUMBERS - MARGIN + end, TOP - 10, text, "quiet end")


def _row(number: int, step: Step, tally: Tally) -> Iterator[str]:
    y = TOP + ROW * number
    name = step.title if step.wanted else f"not: {step.title}"
    yield words(MARGIN, y + 15, step.criterion, "ink bold")
    yield words(MARGIN + 62, y + 15, cut(name, NAME), "ink")
    x = float(LABELS)
    before = tally.patients - step.clear - step.open - step.lost
    shares = (step.clear, step.open, step.lost, before)
    scale = (WIDTH - LABELS - NUMBERS - MARGIN) / max(tally.patients, 1)
    for (kind, _), count in zip(_LEGEND, shares, strict=True):
        if count:
            yield from _bar(x, y, count * scale, kind, height=BAR)
            x += count * scale
    for (_, end), count in zip(_COLUMNS, (step.lost, step.open, step.clear), strict=True):
        yield words(WIDTH - NUMBERS - MARGIN + end, y + 15, f"{count:,}", "ink end")


def _bar(x: float, y: float, width: float, kind: str, *, height: int) -> Iterator[str]:
    place = f'x="{x:.1f}" y="{y:g}" width="{width:.1f}" height="{height}"'
    yield f'<rect class="{kind}" {place}/>'
    if kind == "open":
        yield f'<rect fill="url(#hatch)" {place}/>'
