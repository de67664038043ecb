"""Pooled effects for a terminal, with what to doubt about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.cli.lines import Lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from multifidus.evidence.effect.estimate import Effect
    from multifidus.evidence.pool import Pooled
    from multifidus.evidence.pool.dependence import Multilevel

FEW = 5
"""Below so many studies, how much they differ is hardly known."""
DIGITS = 4


def text_of(pooled: Pooled, effects: Sequence[Effect], page: Lines) -> Iterator[str]:
    """Lay a pool out: each study with its weight, then all together, then what to doubt."""
    yield page.paint(f"{_measured(pooled)} of {pooled.k} studies{_in(pooled)}", "head")
    wide = max(len(each.label) for each in effects) + 2
    for each, weight in zip(effects, pooled.weights, strict=True):
        yield f"  {each.label:<{wide}}{three(each.natural):<34}{weight:5.1f} %"
    yield f"  {'together':<{wide}}{three(pooled.natural)}"
    prediction = pooled.natural_prediction
    if prediction is not None:
        low, high = (f"{each:.{DIGITS}g}" for each in prediction)
        yield f"  {'the next study':<{wide}}between {low} and {high} (prediction interval)"
    yield ""
    yield from page.wrapped(f"{pooled.words}.", "  ")
    if pooled.p is not None:
        yield f"  p {pooled.p:.{DIGITS}g}"
    words = (
        f"tau² {pooled.tau2:.{DIGITS}g} ({pooled.tau2_low:.{DIGITS}g} to"
        f" {pooled.tau2_high:.{DIGITS}g}); I² {pooled.i2:.1f} % ({pooled.i2_low:.1f} to"
        f" {pooled.i2_high:.1f}); Q {pooled.q:.{DIGITS}g}, df {pooled.q_df}, p"
        f" {pooled.q_p:.{DIGITS}g}"
    )
    yield from page.wrapped(words, "  ")
    yield from _doubts(pooled, page)


def _measured(told: Pooled | Multilevel) -> str:
    """Name the measure; ratios are shown as ratios, so that their logarithm is not named."""
    name = told.measure.partition(" (log)")[0]
    return f"{name[0].upper()}{name[1:]}"


def _in(told: Pooled | Multilevel) -> str:
    return f", {told.unit}" if told.unit else ""


def text_of_levels(told: Multilevel, effects: Sequence[Effect]) -> Iterator[str]:
    """Lay a pool of cohorts out, each with several effects."""
    page = Lines()
    head = f"{_measured(told)}, {told.k} effects of {told.cohorts} cohorts{_in(told)}"
    yield page.paint(head, "head")
    wide = max(len(each.label) for each in effects) + 2
    for each in effects:
        yield f"  {each.label:<{wide}}{three(each.natural):<34}{each.cohort}"
    yield f"  {'together':<{wide}}{three((told.value, told.low, told.high))}"
    yield ""
    yield from page.wrapped(f"{told.words}.", "  ")
    words = f"variance between cohorts {told.between:.{DIGITS}g}, within {told.within:.{DIGITS}g}"
    yield from page.wrapped(words, "  ")


def _doubts(pooled: Pooled, page: Lines) -> Iterator[str]:
    if not pooled.measure.is_controlled:
        words = (
            "None of these has a control: what was pooled is what happened to people who were"
            " treated, not what the treatment did."
        )
        yield from page.wrapped(words, "  ")
    if pooled.k < FEW:
        words = f"{pooled.k} studies tell little of how studies differ: see how wide I² may be."
        yield from page.wrapped(words, "  ")


def text_of_every(found: Sequence[Pooled]) -> Iterator[str]:
    """Lay pools by every method side by side."""
    page = Lines()
    yield page.paint("Every way to pool these", "head")
    for each in found:
        words = f"{three(each.natural):<34}{each.method}, {each.approach}"
        yield from page.wrapped(words, "  ", hang=" " * 34)


def three(natural: tuple[float, float, float]) -> str:
    """Say a value and its interval."""
    value, low, high = (f"{each:.{DIGITS}g}" for each in natural)
    return f"{value} ({low} to {high})"
