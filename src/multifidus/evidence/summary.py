"""
A line of evidence in numbers: what was found in each arm, and the difference between them.

The numbers are those of the reports. A difference that its report does not print is computed from
the two arms and says so. Nothing is pooled here, and nothing needs more than the standard library,
for a line is told with every determination.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import hypot
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from multifidus.evidence.chain import EvidenceLine
    from multifidus.evidence.study import Evidence, Result

# Written out, for the module that reckons it takes longer to load than a line takes to tell.
Z_95 = Decimal("1.959963984540054")
"""How many standard errors a normal interval of 95 % reaches to each side."""
AS_REPORTED = "as reported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Treated minus control, with its interval."""

    value: Decimal
    low: Decimal
    high: Decimal
    unit: str
    p: str
    """As printed; empty where none is."""
    method: str
    """How it came about: as reported, or how it was computed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A line with its results, and the difference where there is a control."""

    line: EvidenceLine
    treated: Result | None
    control: Result | None
    difference: Difference | None
    rows: tuple[Result, ...]

    @property
    def results(self) -> tuple[Result, ...]:
        """Every result that it tells, arms first."""
        return (*(each for each in (self.treated, self.control) if each), *self.rows)

    @property
    def words(self) -> str:
        """Say its numbers in one go: the arms, the difference, and what stands beside."""
        difference = () if self.difference is None else (difference_words(self.difference),)
        return "; ".join([*self._arms(), *difference, *self._beside()])

    @property
    def words_of_groups(self) -> str:
        """Say what was found in each arm, or at each time; no difference."""
        return "; ".join([*self._arms(), *self._beside()])

    @property
    def brief(self) -> str:
        """Say a comparison in a few words: both values, and the difference with its interval."""
        told, arms = self.difference, (self.treated, self.control)
        values = [str(each.value) for each in arms if each is not None]
        unit = "" if self.treated is None else self.treated.unit
        if told is None:
            return _with_unit(" v ".join(values), unit)
        p = f", p {told.p}" if told.p else ""
        return (
            f"{_with_unit(' v '.join(values), unit)}; difference {told.value}"
            f" ({told.low} to {told.high}){p}"
        )

    def _arms(self) -> Iterator[str]:
        if self.treated is not None and self.control is not None:
            yield f"{result_words(self.treated)} v {result_words(self.control)}"

    def _beside(self) -> Iterator[str]:
        for each in self.rows:
            label = each.outcome if self.line.is_controlled else label_words(each, self.rows)
            yield f"{label}: {result_words(each)}"


def summarize(line: EvidenceLine, evidence: Evidence) -> Summary:
    """Gather the results that a line cites; raises `EvidenceError` for one that is not there."""
    treated = evidence.result(line.treated) if line.treated else None
    control = evidence.result(line.control) if line.control else None
    return Summary(
        line=line,
        treated=treated,
        control=control,
        difference=_reported(evidence.result(line.difference))
        if line.difference
        else _computed(treated, control),
        rows=tuple(evidence.result(name) for name in line.rows),
    )


def _reported(result: Result) -> Difference | None:
    if result.value is None or result.low is None or result.high is None:
        return None
    return Difference(
        value=result.value,
        low=result.low,
        high=result.high,
        unit=result.unit,
        p=result.p,
        method=AS_REPORTED,
    )


def _computed(treated: Result | None, control: Result | None) -> Difference | None:
    """Take the arms as independent and their means as normal, as the model behind them does."""
    if treated is None or control is None:
        return None
    if treated.value is None or control.value is None or treated.se is None or control.se is None:
        return None
    value = treated.value - control.value
    reach = Z_95 * Decimal(hypot(treated.se, control.se))
    # As many decimals as the arms were printed with: their own rounding allows no more.
    return Difference(
        value=value,
        low=(value - reach).quantize(value),
        high=(value + reach).quantize(value),
        unit=treated.unit,
        p="",
        method="computed here",
    )


# Words


def difference_words(told: Difference) -> str:
    """Say a difference with its interval, its p, and how it came about if nobody printed it."""
    p = f", p {told.p}" if told.p else ""
    made = "" if told.method == AS_REPORTED else f", {told.method}"
    number = _with_unit(str(told.value), told.unit)
    return f"difference {number} (95 % CI {told.low} to {told.high}{p}{made})"


def result_words(result: Result) -> str:
    """Say what a result found, with its spread and the people that it speaks of."""
    people = [] if result.n is None else [f"n {result.n}"]
    if result.value is None:
        if result.events is None:
            return f"p {result.p}" if result.p else "no number"
        return f"{result.events} of {result.n}" if result.n else f"{result.events}"
    if result.events is not None and result.n is not None:
        people = [f"{result.events} of {result.n}"]
    spread = [f"{name} {each}" for name, each in _spreads(result) if each is not None]
    if result.low is not None and result.high is not None:
        spread = [f"95 % CI {result.low} to {result.high}"]
    if result.spread is not None:
        spread.append(f"printed as ± {result.spread}, {result.spread_label or 'unlabelled'}")
    aside = ", ".join([*spread, *people])
    number = _with_unit(str(result.value), result.unit)
    return f"{number} ({aside})" if aside else number


def label_words(result: Result, among: Sequence[Result]) -> str:
    """Name a result by its time, and by what tells it apart from those beside it."""
    names = ["study", "arm", "outcome", "definition"]
    if len({each.study for each in among}) > 1:
        names.remove("arm")  # Studies name their arms differently, which tells nothing more.
    parts = [
        getattr(result, name) for name in names if len({getattr(each, name) for each in among}) > 1
    ]
    return ", ".join([result.timepoint, *parts])


def _spreads(result: Result) -> tuple[tuple[str, Decimal | None], ...]:
    return (("SD", result.sd), ("SE", result.se))


def _with_unit(number: str, unit: str) -> str:
    word = unit_words(unit)
    return f"{number} {word}" if word else number


def unit_words(unit: str) -> str:
    """
    Say a unit without the ends of its scale.

    >>> unit_words("points (0-100)"), unit_words("% points"), unit_words("index")
    ('points', 'percentage points', '')
    """
    if unit == "index":
        return ""
    return unit.partition(" (")[0].replace("% points", "percentage points")
