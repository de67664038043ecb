"""
Transitions as a picture: the answers by one policy on the left, by the other on the right.

A band is as thick as the number of patients who move along it. A count that is hidden has a
dashed line, which looks the same whatever the count is.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from multifidus.cli.attrition_svg import opening, words
from multifidus.columnar.impact import ANSWERS
from multifidus.core.determination import Answer
from multifidus.core.words import ANSWER_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from multifidus.columnar.impact import Impact

WIDTH, HEIGHT, MARGIN = 1000, 560, 20
LEFT, RIGHT, BOX = 260, 740, 18
START, MIDDLE = LEFT + BOX, (LEFT + BOX + RIGHT) / 2
TOP, BOTTOM, GAP = 130, 520, 24
THIN = 3.0
"""How thick a line is whose count is hidden."""
LETTERS = 13.0
"""How high words are."""
KINDS = {Answer.MET: "met", Answer.NOT_MET: "not-met", Answer.MORE_INFORMATION: "more"}
STYLE = """
.paper{fill:#fff}.ink{fill:#1b1f24}.quiet{fill:#57606a}.met{fill:#1f7a3d}.not-met{fill:#a3262a}
.more{fill:#b07a1e}.band{fill-opacity:.45}.hidden{fill:none;stroke:#57606a;stroke-width:2;
stroke-dasharray:5 4}
text{font-family:system-ui,-apple-system,'Segoe UI',sans-serif;font-size:13px}
.title{font-size:20px;font-weight:700}.bold{font-weight:600}.end{text-anchor:end}
.middle{text-anchor:middle}
@media (prefers-color-scheme:dark){.paper{fill:#14171b}.ink{fill:#e6e9ec}.quiet{fill:#a2abb5}
.hidden{stroke:#a2abb5}}
""".replace("\n", "")


_Counts = list[int | None]
_Slot = tuple[float, float]
"""Where a band ends on one side, and how thick it is there."""


def transition_svg(told: Impact, *, before: str, after: str) -> str:
    """Draw who moves from which answer to which."""
    title = "Who moves from what to what"
    hidden = f"Dashed: a count that is not shown, so that none below {told.threshold} can be read."
    return "\n".join(
        (
            opening(WIDTH, HEIGHT),
            f'<title id="title">{title}</title>',
            f'<desc id="said">{escape(f"From {before} to {after}. {hidden}")}</desc>',
            f"<style>{STYLE}</style>",
            f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}"/>',
            words(MARGIN, 38, title, "title ink"),
            words(MARGIN, 62, hidden, "quiet"),
            words(LEFT + BOX, 108, before, "ink bold end"),
            words(RIGHT, 108, after, "ink bold"),
            *_Bands(told).drawn(),
            "</svg>",
        )
    )


class _Bands:
    """The places of the answers on both sides; lives for one picture."""

    def __init__(self, told: Impact) -> None:
        size = len(ANSWERS)
        self.inner = [list(row[:size]) for row in told.table[:size]]
        turned = [list(column) for column in zip(*self.inner, strict=True)]
        self.rows = [row[size] for row in told.table[:size]]
        self.columns = list(told.table[size][:size])
        room = BOTTOM - TOP - GAP * (size - 1) - THIN * size * size
        most = max(_known(self.inner, self.rows), _known(turned, self.columns), 1)
        self.scale = room / most
        self.left = self._slots(self.inner, self.rows)
        self.right = self._slots(turned, self.columns)

    def _slots(self, lines: Sequence[_Counts], totals: _Counts) -> list[list[_Slot]]:
        """Give where each band of each answer ends on a side, and how thick it is there."""
        found = []
        y = float(TOP)
        for line, total in zip(lines, totals, strict=True):
            shown = sum(count or 0 for count in line)
            # Of hidden counts only their sum is drawn, where the total tells it.
            rest = (total - shown) * self.scale if total is not None else 0.0
            hidden = max(rest / max(line.count(None), 1), THIN)
            slots = []
            for count in line:
                thick = hidden if count is None else count * self.scale
                slots.append((y, thick))
                y += thick
            found.append(slots)
            y += GAP
        return found

    def drawn(self) -> Iterator[str]:
        for i, answer in enumerate(ANSWERS):
            for j in range(len(ANSWERS)):
                count = self.inner[i][j]
                if count is None:
                    yield _line(self.left[i][j], self.right[j][i])
                elif count:
                    yield _band(self.left[i][j], self.right[j][i], KINDS[answer])
                    yield from _count(count, self.left[i][j])
        for i, answer in enumerate(ANSWERS):
            yield from _side(answer, LEFT, self.left[i], self.rows[i])
            yield from _side(answer, RIGHT, self.right[i], self.columns[i])


def _known(lines: Sequence[_Counts], totals: _Counts) -> int:
    """Add up what is known of the patients on one side."""
    return sum(
        sum(count or 0 for count in line) if total is None else total
        for line, total in zip(lines, totals, strict=True)
    )


def _line(left: _Slot, right: _Slot) -> str:
    (y, thick), (to, width) = left, right
    since = y + thick / 2
    return f'<path class="hidden" d="M{START} {since:.1f}{_curve(to + width / 2, since)}"/>'


def _curve(to: float, since: float) -> str:
    return f"C{MIDDLE:g} {since:.1f} {MIDDLE:g} {to:.1f} {RIGHT} {to:.1f}"


def _band(left: _Slot, right: _Slot, kind: str) -> str:
    (y, thick), (to, _) = left, right
    back = f"C{MIDDLE:g} {to + thick:.1f} {MIDDLE:g} {y + thick:.1f} {START} {y + thick:.1f}"
    path = f"M{START} {y:.1f}{_curve(to, y)}V{to + thick:.1f}{back}Z"
    return f'<path class="band {kind}" d="{path}"/>'


def _count(count: int, left: _Slot) -> Iterator[str]:
    """Write how many move, where the band has room for it."""
    y, thick = left
    if thick >= LETTERS:
        yield words(START + 8, y + thick / 2 + 4.5, f"{count:,}", "ink")


def _side(answer: Answer, x: float, slots: Sequence[_Slot], total: int | None) -> Iterator[str]:
    y, thick = slots[0][0], sum(thick for _, thick in slots)
    height = max(thick, 1.0)
    yield f'<rect class="{KINDS[answer]}" x="{x}" y="{y:.1f}" width="{BOX}" height="{height:.1f}"/>'
    is_left = x == LEFT
    place, kind = (x - 10, " end") if is_left else (x + BOX + 10, "")
    count = "not shown" if total is None else f"{total:,}"
    yield words(place, y + thick / 2 - 2, ANSWER_WORDS[answer], f"ink bold{kind}")
    yield words(place, y + thick / 2 + 15, count, f"quiet{kind}")
