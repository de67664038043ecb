"""
What each case must come to, worked out without the package.

Truth is a number: false 0, unknown 1, true 2. Then *all of* is the least, *any of* the greatest,
*not* the distance from 2, and *at least n of* the n-th greatest.
A day that is known to the month or year is tried as each of the days it may be; calendar months
are counted by walking over them. This is slow on purpose: nothing here is clever enough to be
wrong in the same way as an engine.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Json = dict[str, Any]

FALSE, UNKNOWN, TRUE = 0, 1, 2
WORDS = ("not-met", "open", "met")
ANSWERS = ("not-met", "more-information", "met")
ROOT = "policy"

MONTHS_A_YEAR = 12
DAY = timedelta(days=1)

# What a unit measures, and its size; inch and pound are exact by the agreement of 1959.
SIZES = {
    "mm": ("length", Fraction(1)),
    "cm": ("length", Fraction(10)),
    "m": ("length", Fraction(1000)),
    "in": ("length", Fraction(254, 10)),
    "g": ("mass", Fraction(1)),
    "kg": ("mass", Fraction(1000)),
    "lb": ("mass", Fraction(45359237, 100000)),
    "kg/m2": ("body mass index", Fraction(1)),
    "degrees": ("angle", Fraction(1)),
    "percent": ("share", Fraction(1)),
    "points": ("score", Fraction(1)),
    "mg/day": ("dose a day", Fraction(1)),
    "times": ("count", Fraction(1)),
    "years": ("months", Fraction(12)),
    "months": ("months", Fraction(1)),
    "weeks": ("days", Fraction(7)),
    "days": ("days", Fraction(1)),
}


def expected(root: Json, stance: str, elements: Json, case: Json) -> Json:
    """Say what every criterion must come to, and the answer."""
    truths: dict[str, int] = {}
    _settle(root, elements, case, truths)
    if stance in ("silent", "unread"):
        truths = dict.fromkeys(truths, UNKNOWN)
    return {
        "answer": ANSWERS[truths[ROOT]],
        "criteria": {name: WORDS[truths[name]] for name in sorted(truths)},
    }


def _settle(criterion: Json, elements: Json, case: Json, truths: dict[str, int]) -> None:
    for part in criterion["parts"]:
        _settle(part, elements, case, truths)
    truths[criterion["id"]] = truth(criterion["test"], elements, case, truths)


def truth(test: Json, elements: Json, case: Json, truths: Mapping[str, int]) -> int:
    """Give the truth of a test as a number."""

    def each(tests: list[Json]) -> list[int]:
        return [truth(one, elements, case, truths) for one in tests]

    ((kind, content),) = test.items()
    match kind:
        case "part":
            return truths[content]
        case "not":
            return TRUE - truth(content, elements, case, truths)
        case "all":
            return min([TRUE, *each(content)])
        case "any":
            return max([FALSE, *each(content)])
        case "at-least":
            ranked = sorted(each(content["of"]), reverse=True)
            return ranked[content["count"] - 1] if content["count"] <= len(ranked) else FALSE
        case "holds":
            fact = case["facts"].get(content, {})
            return TRUE * fact["boolean"] if "boolean" in fact else UNKNOWN
        case "matches":
            fact = case["facts"].get(content["element"], {})
            return TRUE * (fact["code"] in content["options"]) if "code" in fact else UNKNOWN
        case "compare":
            return _compared(content, elements, case)
        case _:
            raise ValueError(kind)


def _compared(compare: Json, elements: Json, case: Json) -> int:
    fact = case["facts"].get(compare["element"], {})
    bound = compare["bound"]
    if "since" in fact:
        counting = elements[compare["element"]]["counting"]
        service = date.fromisoformat(case["service_date"])
        holds = _COUNTINGS[counting]
        started = _possible_days(fact["since"], service, bound)
        seen = {holds(start, service, compare["operator"], bound) for start in started}
    elif "value" in fact:
        seen = {
            _SIGNS[compare["operator"]](left, right) for left, right in _possible_pairs(fact, bound)
        }
    else:
        return UNKNOWN
    return UNKNOWN if len(seen) > 1 else TRUE * seen.pop()


_SIGNS: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    ">=": lambda left, right: left >= right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    "<": lambda left, right: left < right,
    "=": lambda left, right: left == right,
}


def _possible_pairs(fact: Json, bound: Json) -> Iterator[tuple[Fraction, Fraction]]:
    """Give what value and bound may be on one scale; months against days may be several."""
    (mine, size), (theirs, other) = SIZES[fact["unit"]], SIZES[bound["unit"]]
    left, right = Fraction(fact["value"]) * size, Fraction(bound["value"]) * other
    if mine == theirs:
        yield left, right
    elif mine == "months":
        yield from ((Fraction(days), right) for days in _days_of_months(left))
    else:
        yield from ((left, Fraction(days)) for days in _days_of_months(right))


@cache
def _days_of_months(months: Fraction) -> tuple[int, ...]:
    """Find how many days so many months may be, begun on any day of the years around 1900."""
    if months.denominator != 1:
        raise ValueError(months)
    first, last = date(1896, 1, 1), date(1904, 12, 31)
    starts = (first + DAY * n for n in range((last - first).days + 1))
    lengths = {(_months_after(start, int(months)) - start).days for start in starts}
    return tuple(range(min(lengths), max(lengths) + 1))


def _months_after(start: date, months: int) -> date:
    """Find the day so many months later; one that the month lacks becomes the first of the next."""
    years, month = divmod(start.month - 1 + months, MONTHS_A_YEAR)
    year = start.year + years
    try:
        return date(year, month + 1, start.day)
    except ValueError:
        return date(year, month + 1, monthrange(year, month + 1)[1]) + DAY


def _possible_days(since: Json, service: date, bound: Json) -> Iterator[date]:
    """Give each day on which it may have begun; one that is unbounded goes back past the bound."""
    latest = date.fromisoformat(since["latest"])
    if since["earliest"]:
        earliest = date.fromisoformat(since["earliest"])
    else:
        kind, size = SIZES[bound["unit"]]
        days = Fraction(bound["value"]) * size * (31 if kind == "months" else 1)
        earliest = min(latest, service) - DAY * (int(days) + 800)
    for n in range((latest - earliest).days + 1):
        yield earliest + DAY * n


def months_walked(start: date, end: date) -> int:
    """
    Count the months that have passed, by walking over them.

    A month is full on the day of the same number, or on the first of the next month after one
    that has no such day.

    >>> [months_walked(date(2026, 1, 31), date(2026, 2, 28) + n * DAY) for n in range(3)]
    [0, 1, 1]
    """
    full, year, month = 0, start.year, start.month
    while (year, month) <= (end.year, end.month):
        year, month = (year, month + 1) if month < MONTHS_A_YEAR else (year + 1, 1)
        if start.day <= monthrange(year, month)[1]:
            day = date(year, month, start.day)
        else:
            day = date(year, month, monthrange(year, month)[1]) + DAY
        full += day <= end
    return full


def _units_walked(start: date, end: date, unit: str) -> int:
    kind, size = SIZES[unit]
    passed = months_walked(start, end) if kind == "months" else max(0, (end - start).days)
    return passed // int(size)


def _elapsed(start: date, service: date, operator: str, bound: Json) -> bool:
    """Compare time as it elapses: more than 90 days is true from the day after the ninetieth."""
    number = int(bound["value"])
    reached = _units_walked(start, service, bound["unit"]) >= number
    passed = _units_walked(start, service - DAY, bound["unit"]) >= number
    return {
        ">=": reached,
        "<": not reached,
        ">": passed,
        "<=": not passed,
        "=": reached and not passed,
    }[operator]


def _completed(start: date, service: date, operator: str, bound: Json) -> bool:
    """Compare completed units: who is 75 stays 75 up to the day before the next birthday."""
    count = _units_walked(start, service, bound["unit"])
    return _SIGNS[operator](Fraction(count), Fraction(bound["value"]))


_COUNTINGS = {"elapsed": _elapsed, "completed": _completed}
