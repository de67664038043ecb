"""
A second engine, by two sums: the surely true and the possibly true.

A criterion is a pair of numbers, each 0 or 1: whether it surely holds, and whether it possibly
does. *All of* and *any of* are *at least all* and *at least one*; *not* swaps the pair round.
It reads the suite's JSON and nothing of the package. A date is a count of months and a day of the
month, so that no calendar is walked over.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from itertools import accumulate, pairwise
from typing import Any

Json = dict[str, Any]
Pair = tuple[int, int]
"""Surely, possibly."""

NO, OPEN, YES = (0, 0), (0, 1), (1, 1)
CRITERIA = {NO: "not-met", OPEN: "open", YES: "met"}
ANSWERS = {NO: "not-met", OPEN: "more-information", YES: "met"}

# Of one kind, in their smallest unit; everything that is not named here stands for itself.
IN_SMALLEST = {
    "cm": ("mm", Fraction(10)),
    "m": ("mm", Fraction(1000)),
    "in": ("mm", Fraction("25.4")),
    "kg": ("g", Fraction(1000)),
    "lb": ("g", Fraction("453.59237")),
    "years": ("months", Fraction(12)),
    "weeks": ("days", Fraction(7)),
}


def truth_by_sums(suite: Json, case: Json) -> Json:
    """Give the truth of every criterion, and the answer."""
    pairs: dict[str, Pair] = {}
    _settle(suite["policy"]["root"], suite, case, pairs)
    if suite["policy"]["stance"] in ("silent", "unread"):
        pairs = dict.fromkeys(pairs, OPEN)
    return {
        "answer": ANSWERS[pairs["policy"]],
        "criteria": {name: CRITERIA[pair] for name, pair in pairs.items()},
    }


def _settle(criterion: Json, suite: Json, case: Json, pairs: dict[str, Pair]) -> None:
    for part in criterion["parts"]:
        _settle(part, suite, case, pairs)
    pairs[criterion["id"]] = _pair(criterion["test"], suite, case, pairs)


def _pair(test: Json, suite: Json, case: Json, pairs: dict[str, Pair]) -> Pair:
    ((kind, content),) = test.items()
    if kind == "part":
        return pairs[content]
    if kind == "not":
        surely, possibly = _pair(content, suite, case, pairs)
        return 1 - possibly, 1 - surely
    if kind in ("all", "any", "at-least"):
        tests = content["of"] if kind == "at-least" else content
        needed = {"all": len(tests), "any": 1}.get(kind) or (
            content["count"] if kind == "at-least" else 0
        )
        parts = [_pair(each, suite, case, pairs) for each in tests]
        sums = sum(surely for surely, _ in parts), sum(possibly for _, possibly in parts)
        return int(sums[0] >= needed), int(sums[1] >= needed)
    return _asked(kind, content, suite, case)


def _asked(kind: str, content: Any, suite: Json, case: Json) -> Pair:  # noqa: ANN401  JSON
    element = content if kind == "holds" else content["element"]
    fact = case["facts"].get(element, {"absent": "not-recorded"})
    if "absent" in fact:
        return OPEN
    if kind == "holds":
        return YES if fact["boolean"] else NO
    if kind == "matches":
        return YES if fact["code"] in content["options"] else NO
    if "since" in fact:
        completed = suite["elements"][element].get("counting") == "completed"
        return _since(fact["since"], case["service_date"], content, completed=completed)
    return _stated(fact, content)


def _operated(operator: str, reaches: Pair, exceeds: Pair) -> Pair:
    """Say each operator by reaching and exceeding the bound."""
    below, within = (1 - reaches[1], 1 - reaches[0]), (1 - exceeds[1], 1 - exceeds[0])
    both = (int(reaches[0] + within[0] == 2), int(reaches[1] + within[1] == 2))
    return {">=": reaches, "<": below, ">": exceeds, "<=": within, "=": both}[operator]


# Numbers


def _stated(fact: Json, compare: Json) -> Pair:
    bound = compare["bound"]
    (mine, low, high), (theirs, bound_low, bound_high) = _smallest(fact), _smallest(bound)
    if mine != theirs:
        low, high = _in_days(mine, low, high)
        bound_low, bound_high = _in_days(theirs, bound_low, bound_high)
    reaches = int(low >= bound_high), int(high >= bound_low)
    exceeds = int(low > bound_high), int(high > bound_low)
    return _operated(compare["operator"], reaches, exceeds)


def _smallest(quantity: Json) -> tuple[str, Fraction, Fraction]:
    unit, size = IN_SMALLEST.get(quantity["unit"], (quantity["unit"], Fraction(1)))
    number = Fraction(quantity["value"]) * size
    return unit, number, number


def _in_days(unit: str, low: Fraction, high: Fraction) -> tuple[Fraction, Fraction]:
    if unit == "days":
        return low, high
    fewest, most = _days_in(int(low))
    return Fraction(fewest), Fraction(most)


@cache
def _days_in(months: int) -> tuple[int, int]:
    """Find the fewest and the most days of so many months in a row, anywhere in 400 years."""
    firsts = [date(2000 + n // 12, n % 12 + 1, 1).toordinal() for n in range(12 * 400)]
    lengths = [after - before for before, after in pairwise(firsts)]
    sums = [0, *accumulate(lengths)]
    runs = [after - before for before, after in zip(sums, sums[months:], strict=False)]
    return min(runs), max(runs)


# Time


def _since(since: Json, service: str, compare: Json, *, completed: bool) -> Pair:
    until = date.fromisoformat(service)
    number, unit = int(compare["bound"]["value"]), compare["bound"]["unit"]
    # The latest start speaks for what is sure, the earliest for what is possible.
    starts = [since["latest"], since["earliest"]]
    reaches = [_reached(start, until, number, unit) for start in starts]
    exceeds = (
        [_reached(start, until, number + 1, unit) for start in starts]
        if completed
        else [_reached(start, until - timedelta(days=1), number, unit) for start in starts]
    )
    return _operated(compare["operator"], (reaches[0], reaches[1]), (exceeds[0], exceeds[1]))


def _reached(start: str | None, until: date, number: int, unit: str) -> int:
    """Say whether so many units have passed; from a start that nothing bounds, they may have."""
    if start is None:
        return 1
    day = date.fromisoformat(start)
    if unit in ("weeks", "days"):
        return int(until.toordinal() - day.toordinal() >= number * (7 if unit == "weeks" else 1))
    wanted = number * (12 if unit == "years" else 1)
    passed = (until.year - day.year) * 12 + until.month - day.month
    # A later month is late enough; the same month only from the day of the same number on,
    # which a short month never reaches.
    return int((passed, until.day) >= (wanted, day.day))
