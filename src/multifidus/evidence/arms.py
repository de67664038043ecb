"""
A group of people as somebody types it: `57/102`, `57.1%/102`, `mean=-19.7 se=1.4 n=99`.

Or the id of a result, whose numbers are taken.
"""

from __future__ import annotations

import re
from math import sqrt
from typing import TYPE_CHECKING, TypeAlias

from multifidus.errors import EvidenceError
from multifidus.evidence.effect.counts import Count
from multifidus.evidence.effect.estimate import Effect, Measure, estimate
from multifidus.evidence.effect.means import Sample
from multifidus.evidence.effect.spread import se_of_interval

if TYPE_CHECKING:
    from collections.abc import Mapping

    from multifidus.evidence.study import Evidence, Result

Arm: TypeAlias = "Count | Sample | Effect"
"""A count, a mean with its spread and people, or a mean with a standard error alone."""

FORM = "write 57/102, 57.1%/102, mean=-4.8,sd=2.4,n=159, mean=-19.7,se=1.4, or a result's id"
_COUNT = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<percent>\s*%)?\s*(?:/|of)\s*(?P<n>\d+)")
_FIELD = re.compile(r"(?P<name>[a-z]+)=(?P<value>-?\d+(?:\.\d+)?)")
_SPREADS = ({"sd", "n"}, {"se"}, {"se", "n"}, {"low", "high"}, {"low", "high", "n"})


def read_arm(words: str, *, evidence: Evidence) -> Arm:
    """Read a group; raises `EvidenceError` with the way to write it."""
    if words in evidence.by_id:
        return arm_of(evidence.by_id[words])
    count = _COUNT.fullmatch(words.strip())
    if count is not None:
        number, n = float(count["number"]), int(count["n"])
        return Count.of_percent(number, n=n) if count["percent"] else Count(number, n)
    parts = [each for each in re.split(r"[,\s]+", words.strip()) if each]
    fields = [_FIELD.fullmatch(each) for each in parts]
    found = {each["name"]: float(each["value"]) for each in fields if each is not None}
    if None not in fields and "mean" in found and set(found) - {"mean"} in _SPREADS:
        return _of_numbers(found, label=words)
    raise EvidenceError.at(words, "this is no group of people, and no result", FORM)


def arm_of(result: Result) -> Arm:
    """Take the numbers of a result; raises `EvidenceError` where they do not suffice."""
    if result.events is not None and result.n:
        return Count(result.events, result.n)
    if result.value is not None and result.n and result.estimate.is_proportion:
        return Count.of_percent(float(result.value), n=result.n)
    numbers = {
        "sd": result.sd,
        "se": result.se,
        "low": result.low,
        "high": result.high,
        "n": result.n,
    }
    found = {name: float(each) for name, each in numbers.items() if each is not None}
    if result.value is not None and found.keys() & {"sd", "se", "low"}:
        return _of_numbers({"mean": float(result.value), **found}, label=result.id)
    message = "prints no count, and no spread from which anything could be reckoned"
    raise EvidenceError.at(result.id, message, "take a row with events, SD, SE or an interval")


def _of_numbers(found: Mapping[str, float], *, label: str) -> Arm:
    n = round(found["n"]) if "n" in found else None
    if "sd" in found and n is not None:
        return Sample(n=n, mean=found["mean"], sd=found["sd"])
    if "se" in found:
        error = found["se"]
    elif "low" in found and "high" in found:
        error = se_of_interval(found["low"], high=found["high"])
    else:
        message = "the standard deviation stands alone"
        raise EvidenceError.at(label, message, "say of how many people: n=")
    if n is not None:
        return Sample(n=n, mean=found["mean"], sd=error * sqrt(n))
    return estimate(found["mean"], standard_error=error, measure=Measure.MEAN_CHANGE, label=label)
