"""`multifidus evidence effect`: one effect, reckoned in every way that reports use."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.cli.lines import Lines
from multifidus.errors import RequestError
from multifidus.evidence.arms import FORM, read_arm
from multifidus.evidence.effect.counts import Count
from multifidus.evidence.effect.estimate import Effect
from multifidus.evidence.effect.means import Sample
from multifidus.evidence.study import shipped_evidence
from multifidus.evidence.ways import (
    ways_of_change,
    ways_of_count,
    ways_of_counts,
    ways_of_estimates,
    ways_of_sample,
    ways_of_samples,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from multifidus.evidence.arms import Arm
    from multifidus.evidence.ways import Ways

COMMAND = "multifidus evidence effect"
DIGITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One group, or two: treated and control, or follow-up and baseline of the same people."""

    arms: tuple[str, ...]
    correlation: float | None = None
    """Of the same people's two values; None where the groups are not the same people."""


def tell_effect(wanted: Wanted, form: str) -> str:
    """Reckon it, and lay it out."""
    evidence = shipped_evidence()
    arms = [read_arm(each, evidence=evidence) for each in wanted.arms]
    ways = _ways(arms, wanted)
    if form == "json":
        return json.dumps(_data(ways), indent=2, ensure_ascii=False)
    return "\n".join(_text(ways, wanted))


def _ways(arms: Sequence[Arm], wanted: Wanted) -> Ways:
    match (*arms, wanted.correlation):
        case (Count() as count, None):
            return ways_of_count(count)
        case (Sample() as sample, None):
            return ways_of_sample(sample)
        case (Count() as treated, Count() as control, None):
            return ways_of_counts(treated, control=control)
        case (Sample() as treated, Sample() as control, None):
            return ways_of_samples(treated, control=control)
        case (Sample() as after, Sample() as before, float() as correlation):
            return ways_of_change(before, follow_up=after, correlation=correlation)
        case (Effect() as treated, Effect() as control, None):
            return ways_of_estimates(treated, control=control)
        case _:
            message = "nothing can be reckoned from these groups together"
            hint = (
                f"give one, or two of a kind: {FORM}; with --correlation, two means with SD and n"
            )
            raise RequestError.at(COMMAND, message, hint)


def _data(ways: Ways) -> dict[str, object]:
    return {
        "effects": [_effect(each) for each in ways.effects],
        "tests": [
            {"method": each.method, "statistic": each.statistic, "df": each.df, "p": each.p}
            for each in ways.tests
        ],
    }


def _effect(effect: Effect) -> dict[str, object]:
    value, low, high = effect.natural
    return {
        "measure": effect.measure.value,
        "method": effect.method,
        "value": value,
        "low": low,
        "high": high,
        "level": effect.level,
        "standard_error": effect.standard_error,
        "n": effect.n,
    }


def _text(ways: Ways, wanted: Wanted) -> Iterator[str]:
    page = Lines()
    yield page.paint(" v ".join(wanted.arms), "head")
    if wanted.correlation is not None:
        yield f"  of the same people, correlation {wanted.correlation:g} (an assumption)"
    for measure in dict.fromkeys(each.measure for each in ways.effects):
        yield ""
        # What stands here is read off the natural scale, so the scale of analysis is not named.
        name = measure.partition(" (log)")[0]
        yield page.paint(f"{name[0].upper()}{name[1:]}", "head")
        for each in ways.effects:
            if each.measure is measure:
                words = f"{_three(each):<32}{each.method.removeprefix(f'{measure}; ')}"
                yield from page.wrapped(words, "  ", hang=" " * 32)
    if ways.tests:
        yield ""
        yield page.paint("Tests, two-sided", "head")
    for test in ways.tests:
        yield f"  p {test.p:<30.{DIGITS}g}{test.method}"


def _three(effect: Effect) -> str:
    value, low, high = (f"{number:.{DIGITS}g}" for number in effect.natural)
    return f"{value} ({low} to {high})"
