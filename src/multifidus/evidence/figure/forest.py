"""
The forest plot: every result with its interval and weight, what they come to, and for whom.

A square is as large as the result weighs. A diamond is a pooled estimate, and the bar below it is
the prediction interval: where the effect in a new study is expected. A hollow mark was worked out
from what was printed; a result without an interval is drawn, and says that there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from math import isfinite
from typing import TYPE_CHECKING

from multifidus.evidence.figure.canvas import (
    Block,
    Drawing,
    Table,
    footing,
    heading,
    see_to,
    sentences,
)
from multifidus.evidence.figure.forest_rows import (
    axis_of,
    head_of,
    layout_of,
    legend_of,
    printed,
    rows_of,
)
from multifidus.evidence.figure.letters import interval, number

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """
    One line: an effect or a change, with its interval.

    `weight` is a percent of what is pooled with it, `None` where nothing is. `is_derived` says that
    the numbers were worked out, not printed. `detail` stands below the label: who, how many, how.
    """

    label: str
    value: float
    low: float | None = None
    high: float | None = None
    detail: str = ""
    weight: float | None = None
    is_derived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """A pooled estimate with its interval, its prediction interval, and the method in words."""

    label: str
    value: float
    low: float
    high: float
    prediction: tuple[float, float] | None = None
    method: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Results that belong together, under a heading where there is more than one group."""

    results: tuple[Result, ...]
    heading: str = ""
    total: Total | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forest:
    """
    What a forest plot shows.

    `measure` names the effect and its unit. `no_effect` is 0 for differences, 1 for ratios and
    `None` where there is no such value; ratios stand on a logarithmic scale (`is_ratio`). `lower`
    and `higher` say what a value on either side of it favours. `digits` are those of the numbers
    beside the plot. `limits` hold the plot to a range: an interval that goes on beyond it ends in
    an arrow head. `solid` says what a solid square is.
    """

    name: str
    title: str
    measure: str
    groups: tuple[Group, ...]
    subtitle: str = ""
    total: Total | None = None
    no_effect: float | None = 0.0
    is_ratio: bool = False
    lower: str = ""
    higher: str = ""
    digits: int = 1
    limits: tuple[float, float] | None = None
    solid: str = "printed by the source"
    notes: tuple[str, ...] = ()

    @property
    def results(self) -> tuple[Result, ...]:
        """All results, in order."""
        return tuple(chain.from_iterable(group.results for group in self.groups))

    @property
    def totals(self) -> tuple[Total, ...]:
        """The pooled estimates of the groups, then the one of all."""
        totals = (*(group.total for group in self.groups), self.total)
        return tuple(total for total in totals if total)

    @property
    def estimates(self) -> tuple[Result | Total, ...]:
        """All that has a value."""
        return (*self.results, *self.totals)


def draw(forest: Forest) -> Drawing:
    """Draw a forest plot; raises `RequestError` where a number cannot stand in it."""
    see_to(forest.name, _faults(forest))
    layout = layout_of(forest)
    rows = [*rows_of(forest, layout)]
    axis = axis_of(forest, layout, above=sum(row.height for row in rows))
    return Drawing(
        name=forest.name,
        title=forest.title,
        description=_description(forest),
        blocks=(
            heading(forest.title, subtitle=forest.subtitle),
            head_of(forest, layout),
            # The axis comes first so that its lines run behind the rows.
            Block(height=0, marks=axis.marks),
            *rows,
            Block(height=axis.height, marks=()),
            legend_of(forest),
            footing(forest.notes),
        ),
        table=_table(forest),
    )


def _faults(forest: Forest) -> Iterator[tuple[str, str]]:
    for each in forest.estimates:
        ends = [end for end in (each.low, each.value, each.high) if end is not None]
        if not all(isfinite(end) for end in ends):
            yield f"`{each.label}` has a number that is none", "leave the result out"
        elif ends != sorted(ends):
            told = " to ".join(f"{end:g}" for end in ends)
            hint = "correct it at its source, or leave the interval out"
            yield f"`{each.label}` lies outside of its interval: {told}", hint
        elif forest.is_ratio and min(ends) <= 0:
            hint = "a ratio is above 0; draw differences without `is_ratio`"
            yield f"`{each.label}` has a ratio of {min(ends):g}", hint


def _description(forest: Forest) -> str:
    """Tell in words what the figure shows, number by number."""
    results = (
        f"{each.label}{f' ({each.detail})' if each.detail else ''}: {printed(each, forest)}"
        + (f", weight {number(each.weight, digits=1)} %" if each.weight is not None else "")
        for each in forest.results
    )
    totals = (
        f"{each.label}: {printed(each, forest)}"
        + (
            f", prediction interval {interval(*each.prediction, digits=forest.digits)}"
            if each.prediction
            else ""
        )
        + (f". {each.method}" if each.method else "")
        for each in forest.totals
    )
    sides = (
        f"{side} values: {words}"
        for side, words in (("Lower", forest.lower), ("Higher", forest.higher))
        if words
    )
    return sentences([f"Forest plot of {forest.measure}", *sides, *results, *totals])


def _table(forest: Forest) -> Table:
    rows = [
        (
            group.heading,
            each.label,
            each.detail,
            printed(each, forest),
            "" if each.weight is None else f"{number(each.weight, digits=1)} %",
            "worked out" if each.is_derived else "printed",
        )
        for group in forest.groups
        for each in group.results
    ]
    rows += [
        ("", each.label, each.method, printed(each, forest), "", "pooled") for each in forest.totals
    ]
    return Table(
        head=("group", "result", "detail", "estimate (95 % interval)", "weight", "numbers"),
        rows=tuple(rows),
    )
