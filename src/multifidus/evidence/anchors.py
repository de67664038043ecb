"""
Published numbers, reckoned again from what else was published.

A result that follows from its own counts, spreads and intervals was extracted right, and by the
method that is named here. Where it does not follow, that is told: it is a finding about the report.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

from multifidus.evidence.check import half_unit
from multifidus.evidence.effect import (
    Measure,
    ProportionInterval,
    difference,
    estimate,
    of_estimate,
    proportion,
)
from multifidus.evidence.effect.spread import half_width, se_of_interval, se_of_p, se_of_sd
from multifidus.evidence.fields import Fields
from multifidus.evidence.shipped import shipped_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from multifidus.evidence.effect import Effect
    from multifidus.evidence.fields import Table
    from multifidus.evidence.study import Evidence, Result

SHIPPED = "anchors.toml"
PERCENT = 100
KINDS = ("share", "middle", "change", "difference", "test")


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """A published number, and what it is reckoned from."""

    id: str
    title: str
    kind: str
    printed: str
    """The result that prints it."""
    other: str = ""
    """The result beside it: the control arm, or the standard error."""
    events: int = 0
    n: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """What came of reckoning it again."""

    anchor: Anchor
    printed: str
    ours: str
    holds: bool
    """Whether ours gives the printed digits."""
    methods: tuple[str, ...]
    """The methods that give them; where none does, what was tried."""


@cache
def shipped_anchors() -> tuple[Anchor, ...]:
    """Read the anchors that come with the package."""
    return read_anchors(shipped_text(SHIPPED), file=SHIPPED)


def read_anchors(text: str, *, file: str) -> tuple[Anchor, ...]:
    """Read anchors; raises `EvidenceError` with everything that is wrong."""
    reader = Fields(file)
    told = reader.parse(text)
    reader.only(told, "the file", KINDS)
    found = [
        _anchor(reader, kind, number, each)
        for kind in KINDS
        for number, each in enumerate(reader.listed(told.get(kind, []), kind), start=1)
    ]
    reader.finish()
    return tuple(found)


_OTHERS = {"change": "error", "difference": "control"}


def _anchor(reader: Fields, kind: str, number: int, told: Table) -> Anchor:
    where = f"{kind} {number}"
    counts = ("events", "n") if kind == "share" else ()
    beside = (_OTHERS[kind],) if kind in _OTHERS else ()
    reader.only(told, where, ("id", "title", "printed", *counts, *beside))
    numbers = {name: told.get(name) for name in counts}
    for name, count in numbers.items():
        if not isinstance(count, int) or isinstance(count, bool) or count < 0:
            reader.wrong(where, f"`{name}` is no whole number", "write it unquoted")
    return Anchor(
        id=reader.words(told, where, "id"),
        title=reader.words(told, where, "title"),
        kind=kind,
        printed=reader.words(told, where, "printed"),
        other=reader.words(told, where, beside[0]) if beside else "",
        **{name: count for name, count in numbers.items() if isinstance(count, int)},
    )


def reckon(anchor: Anchor, evidence: Evidence) -> Reckoned:
    """Reckon a published number again; raises `EvidenceError` where a row of it is not there."""
    printed = evidence.result(anchor.printed)
    return _HOW[anchor.kind](anchor, printed, evidence)


# A share of people


def _share(anchor: Anchor, printed: Result, _evidence: Evidence) -> Reckoned:
    tried = {
        method: proportion(anchor.events, n=anchor.n, interval_method=method)
        for method in ProportionInterval
    }
    share = PERCENT * next(iter(tried.values())).value
    is_share = _prints(share, printed.value)
    if printed.low is None or printed.high is None:
        return Reckoned(
            anchor=anchor,
            printed=_told(printed),
            ours=f"{anchor.events}/{anchor.n} = {share:.2f} %",
            holds=is_share,
            methods=("count",),
        )
    fitting = [
        method
        for method, found in tried.items()
        if _prints(PERCENT * found.low, printed.low) and _prints(PERCENT * found.high, printed.high)
    ]
    shown = tried[fitting[0] if fitting else ProportionInterval.WILSON]
    ends = f"{PERCENT * shown.low:.2f} to {PERCENT * shown.high:.2f}"
    return Reckoned(
        anchor=anchor,
        printed=_told(printed),
        ours=f"{anchor.events}/{anchor.n} = {share:.2f} % ({ends})",
        holds=is_share and bool(fitting),
        methods=tuple(str(each) for each in fitting or tried),
    )


# Means and changes


def _middle(anchor: Anchor, printed: Result, _evidence: Evidence) -> Reckoned:
    low, high = _number(printed.low), _number(printed.high)
    middle = (low + high) / 2
    error = se_of_interval(low, high=high)
    room = sum(float(half_unit(each)) for each in (printed.low, printed.high) if each) / 2
    return Reckoned(
        anchor=anchor,
        printed=_told(printed),
        ours=f"middle {middle:.4g}, SE {error:.3g}",
        holds=_prints(middle, printed.value, room=room),
        methods=("normal interval",),
    )


def _change(anchor: Anchor, printed: Result, evidence: Evidence) -> Reckoned:
    error = se_of_sd(_number(printed.sd), n=printed.n or 0)
    derived = evidence.result(anchor.other)
    found = estimate(
        _number(printed.value), standard_error=error, measure=Measure.MEAN_CHANGE, n=printed.n
    )
    test = of_estimate(found, df=(printed.n or 2) - 1)
    return Reckoned(
        anchor=anchor,
        printed=f"{_told(printed)}, SE {derived.se}",
        ours=f"SE {error:.4f}, {found.low:.2f} to {found.high:.2f}, {_p_words(test.p)}",
        holds=_prints(error, derived.se) and _p_follows(test.p, printed.p),
        methods=("SD / √n; Student's test of one mean",),
    )


def _difference(anchor: Anchor, printed: Result, evidence: Evidence) -> Reckoned:
    found = between(printed, evidence.result(anchor.other))
    test = of_estimate(found)
    return Reckoned(
        anchor=anchor,
        printed=f"{_told(printed)} against {_told(evidence.result(anchor.other))}",
        ours=f"{found.value:.3g} ({found.low:.3g} to {found.high:.3g}), {_p_words(test.p)}",
        holds=_p_follows(test.p, printed.p),
        methods=(found.method,),
    )


def between(treated: Result, control: Result) -> Effect:
    """Subtract the estimate of a control arm, from the standard errors that are printed."""
    arms = [
        estimate(
            _number(each.value),
            standard_error=_number(each.se),
            measure=Measure.MEAN_CHANGE,
            label=each.id,
            unit=each.unit,
            n=each.n,
        )
        for each in (treated, control)
    ]
    return difference(arms[0], second=arms[1])


def _test(anchor: Anchor, printed: Result, _evidence: Evidence) -> Reckoned:
    """Reckon the interval from p; both were rounded, and so was the difference."""
    p = float(printed.p.lstrip("<= "))
    value = _number(printed.value)
    half = half_width(se_of_p(value, p=p))
    holds = any(
        _prints(one - half_width(se_of_p(one, p=other)), printed.low)
        and _prints(one + half_width(se_of_p(one, p=other)), printed.high)
        for one, other in product(_around(printed.value), _around(Decimal(printed.p.lstrip("<= "))))
    )
    return Reckoned(
        anchor=anchor,
        printed=f"{_told(printed)}, p {printed.p}",
        ours=f"from p: {value - half:.3g} to {value + half:.3g}",
        holds=holds,
        methods=("normal interval of the SE that p implies, within what was rounded",),
    )


_STEPS = 20


def _around(number: Decimal | None) -> Iterator[float]:
    """Go through the numbers that are printed as this one."""
    if number is None:
        return
    half = half_unit(number)
    for step in range(-_STEPS, _STEPS + 1):
        yield float(number + half * step / _STEPS)


_HOW: Mapping[str, Callable[[Anchor, Result, Evidence], Reckoned]] = {
    "share": _share,
    "middle": _middle,
    "change": _change,
    "difference": _difference,
    "test": _test,
}


def _prints(ours: float, printed: Decimal | None, *, room: float = 0.0) -> bool:
    """Whether a number is printed so, after rounding."""
    if printed is None:
        return False
    # Halves are rounded up by some and to the even digit by others.
    return abs(ours - float(printed)) <= float(half_unit(printed)) + room + 1e-9


def _p_follows(p: float, printed: str) -> bool:
    number = float(printed.lstrip("<= "))
    return p < number if printed.startswith("<") else _prints(p, Decimal(printed.lstrip("= ")))


def _p_words(p: float) -> str:
    return "p < 0.0001" if p < 0.0001 else f"p {p:.3g}"  # noqa: PLR2004  as reports print it


def _told(result: Result) -> str:
    unit = " %" if result.unit.startswith("%") else ""
    spread = (
        f" (SD {result.sd})"
        if result.sd is not None
        else f" (SE {result.se})"
        if result.se is not None
        else ""
    )
    ends = f" ({result.low} to {result.high})" if result.low is not None else ""
    return f"{result.value}{unit}{spread}{ends}"


def _number(value: Decimal | None) -> float:
    return float("nan") if value is None else float(value)
