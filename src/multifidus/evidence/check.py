"""
What is odd about extracted numbers: a look at each row, and at rows beside each other.

A finding says what does not fit and by how much; a person decides which number is right. Nothing is
repaired, and a row with a finding stays as it was printed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import combinations
from math import ceil, floor, sqrt
from typing import TYPE_CHECKING, NamedTuple

from multifidus.evidence.study import Estimate, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from multifidus.evidence.cohort import Cohorts
    from multifidus.evidence.study import Result, Study

Z_95 = 1.959964
"""Standard normal deviates of a 95 % interval."""
MOST_PERCENT = 100
WIDER = 1.25
"""An interval by Student's t of ten people is so much wider than a normal one (2.26 / 1.96)."""
SMALLEST_GROUP = 10
SE_AS_SD = 3.0
"""A standard deviation that is so many times smaller than others of its scale may be an SE."""
SIGNIFICANT = 0.05
_SITES = re.compile(r"\b(\d+)(?: [A-Z]\w*)? (?:sites|centres)(?: \((\d+) in )?")
SCALES = {
    "cm (0-10)": (Decimal(0), Decimal(10)),
    "points (0-10)": (Decimal(0), Decimal(10)),
    "points (0-100)": (Decimal(0), Decimal(100)),
    "mm (0-100)": (Decimal(0), Decimal(100)),
    # EQ-5D-3L and -5L value sets in use begin below zero, none below -0.6.
    "index": (Decimal("-0.6"), Decimal(1)),
}


class Rule(StrEnum):
    """What was looked at."""

    WHOLE_COUNT = "whole-count"
    """A percentage that no whole number of people gives."""
    COUNT_AND_PERCENT = "count-and-percent"
    """A count and a percentage that are not the same."""
    RANGE = "range"
    """A number outside of its scale, or more events than people."""
    INTERVAL = "interval"
    """An interval that does not hold its estimate, or runs backwards."""
    ASYMMETRY = "asymmetry"
    """An interval that does not lie evenly about its mean."""
    SE_AND_SD = "se-and-sd"
    """A standard deviation that looks like a standard error, or the other way round."""
    SPREAD = "spread"
    """SD, SE, interval and number of people that do not fit each other."""
    P_AND_INTERVAL = "p-and-interval"
    """A p value and an interval that say different things."""
    CHANGE = "change"
    """A change that is not follow-up minus baseline."""
    DISAGREEMENT = "disagreement"
    """The same quantity of the same people with several values."""
    SAME_PEOPLE = "same-people"
    """The same people under several names, or inside of a pooled report."""
    REGISTRATION = "registration"
    """One registration number for several cohorts."""
    DEFINITIONS = "definitions"
    """A composite of one name that reports define differently."""
    SITES = "sites"
    """A study that is said to have been done at several numbers of sites."""
    ATTRITION = "attrition"
    """More people later than at the start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that does not fit."""

    rule: Rule
    results: tuple[str, ...]
    """The rows, or studies, that it is about."""
    message: str


def check_results(
    results: Sequence[Result], studies: Sequence[Study], cohorts: Cohorts
) -> tuple[Finding, ...]:
    """Look at every row, at rows beside each other, and at cohorts; in the order of the rules."""
    found = [
        *(finding for each in results for finding in check_row(each)),
        *_like_an_se(results),
        *_changes(results),
        *_disagreements(results),
        *_definitions(results),
        *_sites(studies),
        *_attrition(results),
        *_same_people(results, cohorts),
        *_registrations(studies, cohorts),
    ]
    order = list(Rule)
    return tuple(sorted(found, key=lambda each: order.index(each.rule)))


# One row


def check_row(result: Result) -> Iterator[Finding]:
    """Look at one row by itself."""
    yield from _percent(result)
    yield from _range(result)
    yield from _interval(result)
    yield from _spread(result)
    yield from _p_value(result)


def half_unit(number: Decimal) -> Decimal:
    """
    Say how far a printed number may lie from what was rounded.

    >>> half_unit(Decimal("57.1")), half_unit(Decimal("57"))
    (Decimal('0.05'), Decimal('0.5'))
    """
    exponent = number.as_tuple().exponent
    return Decimal(5).scaleb((exponent if isinstance(exponent, int) else 0) - 1)


def counts_of(percent: Decimal, n: int) -> range:
    """
    Give the whole numbers out of n that may be printed as a percentage.

    >>> list(counts_of(Decimal("57.1"), 102)), list(counts_of(Decimal("61.9"), 155))
    ([], [96])
    """
    # Half a unit either way: some round the half up, some to the even digit.
    half = half_unit(percent)
    first = ceil((percent - half) * n / MOST_PERCENT)
    last = floor((percent + half) * n / MOST_PERCENT)
    return range(max(0, first), min(n, last) + 1)


def _finding(rule: Rule, result: Result, message: str) -> Finding:
    return Finding(rule=rule, results=(result.id,), message=message)


def _percent(result: Result) -> Iterator[Finding]:
    value, n, events = result.value, result.n, result.events
    if not result.estimate.is_proportion or value is None or not n:
        return
    if not 0 <= value <= MOST_PERCENT or (events is not None and events > n):
        return  # `_range` tells that.
    counts = counts_of(value, n)
    if events is None and not counts:
        near = round(float(value) * n / MOST_PERCENT)
        told = ", ".join(
            f"{each}/{n} is {MOST_PERCENT * each / n:.1f} %"
            for each in (near, near + 1)
            if each <= n
        )
        message = f"no whole number of {n} is {value} %: {told}"
        yield _finding(Rule.WHOLE_COUNT, result, message)
    if events is not None and events not in counts:
        message = f"{events} of {n} is {MOST_PERCENT * events / n:.1f} %, and {value} % is printed"
        yield _finding(Rule.COUNT_AND_PERCENT, result, message)


def _range(result: Result) -> Iterator[Finding]:
    value, n, events = result.value, result.n, result.events
    if events is not None and n is not None and events > n:
        yield _finding(Rule.RANGE, result, f"{events} events among {n} people")
    if n == 0:
        yield _finding(Rule.RANGE, result, "nobody was analysed")
    for name, spread in (("SD", result.sd), ("SE", result.se)):
        if spread is not None and spread < 0:
            yield _finding(Rule.RANGE, result, f"the {name} is below zero: {spread}")
    if value is None:
        return
    low, high = _scale_of(result)
    if (low is not None and value < low) or (high is not None and value > high):
        yield _finding(Rule.RANGE, result, f"{value} lies outside of {low} to {high}")


def _scale_of(result: Result) -> tuple[Decimal | None, Decimal | None]:
    """Give the least and the most that a number may be; of a change, the width of the scale."""
    if result.estimate.is_proportion:
        return Decimal(0), Decimal(MOST_PERCENT)
    if result.unit not in SCALES:
        return None, None
    low, high = SCALES[result.unit]
    if result.estimate in (Estimate.MEAN, Estimate.MEDIAN, Estimate.THRESHOLD):
        return low, high
    return low - high, high - low


def _interval(result: Result) -> Iterator[Finding]:
    value, low, high = result.value, result.low, result.high
    if low is None or high is None:
        return
    told = f"{low} to {high}"
    if low > high:
        yield _finding(Rule.INTERVAL, result, f"the interval runs backwards: {told}")
        return
    if value is None:
        return
    if not low <= value <= high:
        yield _finding(Rule.INTERVAL, result, f"{value} lies outside of its interval, {told}")
        return
    # Exact intervals of a proportion are uneven by nature; those of a mean are not.
    if result.estimate.is_proportion or result.estimate is Estimate.MEDIAN:
        return
    middle = (low + high) / 2
    room = half_unit(value) + (half_unit(low) + half_unit(high)) / 2
    if abs(middle - value) > room:
        message = f"the interval {told} has its middle at {middle.normalize():f}, not at {value}"
        yield _finding(Rule.ASYMMETRY, result, message)


def _spread(result: Result) -> Iterator[Finding]:
    """Hold SD, SE, interval and number of people against each other."""
    n, sd, se = result.n, result.sd, result.se
    if n and n > 1 and sd is not None and se is not None and sd > 0 and se > 0:
        expected = float(sd) / sqrt(n)
        if not _near(expected, se, sd_room=float(half_unit(sd)) / sqrt(n)):
            message = f"an SD of {sd} among {n} people is an SE of {expected:.3g}, not of {se}"
            yield _finding(Rule.SPREAD, result, message)
    if result.low is None or result.high is None or result.high <= result.low:
        return
    if result.estimate.is_proportion:
        return
    half = _Half(
        float(result.high - result.low) / 2,
        float(half_unit(result.low) + half_unit(result.high)) / 2,
    )
    if se is not None and se > 0:
        yield from _width(result, half, _Half(float(se), float(half_unit(se))), f"the SE {se}")
    elif sd is not None and sd > 0 and n and n > 1:
        yield from _sd_and_interval(result, half, sd, n)


class _Half(NamedTuple):
    """A width, and what may have been rounded away of it."""

    width: float
    room: float


def _sd_and_interval(result: Result, half: _Half, sd: Decimal, n: int) -> Iterator[Finding]:
    spread = _Half(float(sd), float(half_unit(sd)))
    if _allowed(half, spread):
        message = f"the SD {sd} is what the interval makes the SE: it may be printed under SD"
        yield _finding(Rule.SE_AND_SD, result, message)
        return
    se = _Half(spread.width / sqrt(n), spread.room / sqrt(n))
    yield from _width(result, half, se, f"the SD {sd} among {n} people")


def _width(result: Result, half: _Half, se: _Half, words: str) -> Iterator[Finding]:
    if not _allowed(half, se):
        told = f"± {Z_95 * se.width:.3g}, and it is ± {half.width:.3g}"
        yield _finding(Rule.SPREAD, result, f"{words} makes the interval {told}")


def _allowed(half: _Half, se: _Half) -> bool:
    """Whether an interval of that half width comes of an SE, by the normal or Student's law."""
    least = Z_95 * (se.width - se.room) - half.room
    most = WIDER * Z_95 * (se.width + se.room) + half.room
    return least <= half.width <= most


def _near(expected: float, printed: Decimal, sd_room: float) -> bool:
    return abs(expected - float(printed)) <= float(half_unit(printed)) + sd_room


def _p_value(result: Result) -> Iterator[Finding]:
    """See that an interval of a difference holds zero exactly when p is above 0.05."""
    if result.low is None or result.high is None or not result.p:
        return
    if not (result.estimate is Estimate.DIFFERENCE or result.estimate.is_change):
        return
    sign, number = result.p[0], result.p.lstrip("<>=≤≥ ")
    try:
        p = float(number)
    except ValueError:
        return
    holds_zero = result.low <= 0 <= result.high
    is_small = p < SIGNIFICANT or (sign in "<≤" and p <= SIGNIFICANT)
    is_large = p > SIGNIFICANT and sign not in "<≤"
    if (holds_zero and is_small) or (not holds_zero and is_large):
        side = "holds zero" if holds_zero else "does not hold zero"
        message = f"the interval {result.low} to {result.high} {side}, and p is {result.p}"
        yield _finding(Rule.P_AND_INTERVAL, result, message)


# Rows beside each other


def _like_an_se(results: Sequence[Result]) -> Iterator[Finding]:
    """
    Find standard deviations that are far below others of the scale, and would fit as SEs.

    A spread that a report calls an SD is looked at as one, whatever the row takes it for.
    """
    named = [
        replace(each, sd=each.spread)
        for each in results
        if each.spread is not None and each.spread_label.casefold() == "sd"
    ]
    results = [*results, *named]
    by_scale: dict[tuple[str, bool], list[Result]] = defaultdict(list)
    for each in results:
        if each.sd is not None and each.sd > 0 and each.unit in SCALES:
            by_scale[(each.unit, each.estimate.is_change)].append(each)
    for same in by_scale.values():
        for each in same:
            others = sorted(float(one.sd) for one in same if one is not each and one.sd)
            if not others or not each.n or each.n < SMALLEST_GROUP or each.sd is None:
                continue
            usual = others[len(others) // 2]
            spread = float(each.sd) * sqrt(each.n)
            if usual / float(each.sd) >= SE_AS_SD and usual / 2 <= spread <= usual * 2:
                message = (
                    f"the SD {each.sd} is far below others of the scale ({usual:.3g});"
                    f" as an SE of {each.n} people it would be an SD of {spread:.3g}"
                )
                yield _finding(Rule.SE_AND_SD, each, message)


def _changes(results: Sequence[Result]) -> Iterator[Finding]:
    """See that a change is follow-up minus baseline, where one report prints all three."""
    scores: dict[tuple[str, str, str, str], list[Result]] = defaultdict(list)
    for each in results:
        if each.estimate is Estimate.MEAN and each.value is not None:
            scores[(each.study, each.arm, each.outcome, each.timepoint)].append(each)
    for each in results:
        if not each.estimate.is_change or each.estimate is Estimate.LS_CHANGE or each.value is None:
            continue
        before = scores[(each.study, each.arm, each.outcome, "baseline")]
        after = scores[(each.study, each.arm, each.outcome, each.timepoint)]
        if before and after and not _fits(each, before, after):
            first, last = before[0], after[0]
            told = f"{last.value} minus {first.value}"
            message = f"the change is printed as {each.value}, and {told} is {_minus(last, first)}"
            yield Finding(rule=Rule.CHANGE, results=(each.id, last.id, first.id), message=message)


def _fits(change: Result, before: Sequence[Result], after: Sequence[Result]) -> bool:
    """Whether some pair of scores gives the change, within what was rounded away."""
    for one in before:
        for other in after:
            if one.value is None or other.value is None or change.value is None:
                continue
            room = half_unit(one.value) + half_unit(other.value) + half_unit(change.value)
            if abs((other.value - one.value) - change.value) <= room:
                return True
    return False


def _minus(last: Result, first: Result) -> Decimal | None:
    if last.value is None or first.value is None:
        return None
    return last.value - first.value


def _disagreements(results: Sequence[Result]) -> Iterator[Finding]:
    """Find quantities that are printed with several values, or of several numbers of people."""
    same: dict[tuple[object, ...], list[Result]] = defaultdict(list)
    for each in results:
        is_printed = each.status is not Status.DERIVED and each.estimate is not Estimate.THRESHOLD
        if each.value is not None and is_printed:
            same[_quantity(each)].append(each)
    for several in same.values():
        spreads = _apart([each.spread for each in several if each.spread is not None])
        numbers = sorted({each.n for each in several if each.n})
        values = _apart([each.value for each in several if each.value is not None])
        if len(values) > 1 or len(numbers) > 1 or len(spreads) > 1:
            told = [f"{', '.join(map(str, values))} {several[0].unit}"] if len(values) > 1 else []
            told += [f"N {', '.join(map(str, numbers))}"] if len(numbers) > 1 else []
            told += [f"± {', '.join(map(str, spreads))}"] if len(spreads) > 1 else []
            yield Finding(
                rule=Rule.DISAGREEMENT,
                results=tuple(each.id for each in several),
                message=f"{_title(several[0])}: printed as {'; '.join(told)}",
            )


def _quantity(result: Result) -> tuple[object, ...]:
    kind = "proportion" if result.estimate.is_proportion else result.estimate.value
    return (
        result.study,
        result.arm,
        result.timepoint,
        result.outcome,
        # A trial has one primary endpoint, however a report words it; so has a score at a visit.
        "" if _is_named_by_its_outcome(result) else _plain(result.definition),
        result.unit,
        kind,
    )


def _plain(definition: str) -> str:
    """
    Bring definitions of different reports together.

    `>=50% reduction` and `>50% reduction` are one; a definition without a number is whatever the
    authors took for noticeable.
    """
    if not any(each.isdigit() for each in definition):
        return ""
    return definition.replace(">=", ">").replace("<=", "<").casefold()


def _definitions(results: Sequence[Result]) -> Iterator[Finding]:
    """Find composites of one study and visit that reports define differently."""
    same: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for each in results:
        if "composite" in each.outcome:
            same[(each.study, each.timepoint)].setdefault(_plain(each.definition), each.id)
    for (study, time), several in same.items():
        if len(several) > 1:
            message = f"{study}, {time}: a composite is defined as {'; or as '.join(several)}"
            yield Finding(rule=Rule.DEFINITIONS, results=tuple(several.values()), message=message)


def _sites(studies: Sequence[Study]) -> Iterator[Finding]:
    for each in studies:
        told = dict.fromkeys(
            number for found in _SITES.finditer(each.design) for number in found.groups() if number
        )
        if len(told) > 1:
            message = f"{each.id} is said to have had {' or '.join(told)} sites"
            yield Finding(rule=Rule.SITES, results=(each.id,), message=message)


def _is_named_by_its_outcome(result: Result) -> bool:
    return "primary endpoint" in result.outcome or result.estimate is Estimate.MEAN


def _apart(values: Sequence[Decimal]) -> list[Decimal]:
    """Give the values that are not the same number, printed with more or fewer digits."""
    kept: list[Decimal] = []
    for value in sorted(set(values), key=lambda each: -len(each.as_tuple().digits)):
        if not any(abs(value - each) <= half_unit(value) for each in kept):
            kept.append(value)
    return sorted(kept)


def _title(result: Result) -> str:
    return ", ".join(each for each in (result.study, result.timepoint, result.outcome) if each)


def _attrition(results: Sequence[Result]) -> Iterator[Finding]:
    """Find more people at a visit than there were at the start."""
    start: dict[tuple[str, str], int] = {}
    for each in results:
        if each.days == 0 and each.n:
            key = (each.study, each.arm)
            start[key] = max(start.get(key, 0), each.n)
    for each in results:
        first = start.get((each.study, each.arm))
        is_of_a_visit = each.estimate is not Estimate.COUNT
        if first and each.days and each.n and each.n > first and is_of_a_visit:
            message = f"{each.n} people at {each.timepoint}, and {first} at the start"
            yield _finding(Rule.ATTRITION, each, message)


def _same_people(results: Sequence[Result], cohorts: Cohorts) -> Iterator[Finding]:
    """Name the studies that are not independent, and cohorts that were seen several times."""
    studies = list(dict.fromkeys(each.study for each in results))
    for one, other in combinations(studies, 2):
        if cohorts.of(one) and cohorts.of(other) and (why := cohorts.shared(one, other)):
            yield Finding(rule=Rule.SAME_PEOPLE, results=(one, other), message=why)
    for study in studies:
        times = sorted({each.days for each in results if each.study == study and each.days})
        if len(times) > 1 and cohorts.of(study):
            told = ", ".join(map(str, times))
            message = f"one cohort seen {len(times)} times (days {told}): pool one visit"
            yield Finding(rule=Rule.SAME_PEOPLE, results=(study,), message=message)


def _registrations(studies: Sequence[Study], cohorts: Cohorts) -> Iterator[Finding]:
    """Find registration numbers under which several cohorts stand that do not hold each other."""
    by_number: dict[str, list[str]] = defaultdict(list)
    for each in studies:
        cohort = cohorts.of(each.id)
        for number in each.nct.split(";"):
            if number.strip() and cohort and cohort.id not in by_number[number.strip()]:
                by_number[number.strip()].append(cohort.id)
    known = {each.id: each for each in cohorts.all}
    for number, names in by_number.items():
        loose = [
            (one, other)
            for one, other in combinations(names, 2)
            if other not in (*known[one].holds, *known[one].may_hold)
            and one not in (*known[other].holds, *known[other].may_hold)
        ]
        if loose:
            told = sorted({name for pair in loose for name in pair})
            message = f"{number} is the number of {', '.join(known[name].name for name in told)}"
            yield Finding(rule=Rule.REGISTRATION, results=tuple(told), message=message)
