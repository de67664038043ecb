"""
Small policies drawn from a seed, and every case that could tell two of them apart.

A domain is small because only the stretches between bounds matter: a group of policies speaks of a
few elements, each with one value on, between and beyond its bounds. For calendar time the evaluator
itself is asked which service days and starts differ.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from random import Random
from typing import TYPE_CHECKING

from multifidus.core.case import Case, Service
from multifidus.core.quantity import Counting, DateRange, Operator, Quantity, Span, compare
from tests.promises.strategies import FRONT, fact, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus.core.policy import Policy
    from multifidus.core.quantity import Value

DAY = date(2026, 6, 1)
TESTS = {
    "unfit": ("unfit",),
    "fit": ("fit",),
    "test_b": ("test_b is positive", "test_b is one of positive, doubtful"),
    "scale": ("scale >= 6 cm", "scale < 30 mm", "scale > 6 cm", "scale <= 3 cm"),
    "age": ("age >= 18 years", "age <= 75 years", "age > 75 years", "age < 18 years"),
    "duration": (
        "duration > 90 days",
        "duration >= 3 months",
        "duration < 3 months",
        "duration > 3 months",
    ),
}
CONNECTIVES = ("all of", "all of", "any of", "none of", "at least 2 of")


def groups(seed: int, *, of: int) -> Iterator[tuple[tuple[Policy, ...], tuple[Case, ...]]]:
    """Draw so many policies at a time, with all cases that matter to them, without end."""
    random = Random(seed)  # noqa: S311  reproducible, no secret
    while True:
        elements = random.sample(sorted(TESTS), k=random.choice((2, 3, 3)))
        policies = tuple(_policy(random, elements, number) for number in range(of))
        yield policies, tuple(_cases(elements))


def _policy(random: Random, elements: list[str], number: int) -> Policy:
    front = FRONT.replace("policy: made-up", f"policy: made-up-{number}")
    connective = random.choice(CONNECTIVES[:4])
    items = []
    for letter in "ABC"[: random.randint(1, 3)]:
        if random.random() < 0.3:
            parts = [_test(random, elements) for _ in range(random.randint(2, 3))]
            words = random.choice(CONNECTIVES)
            items.append(f"- **{letter} Group.** It holds: **{words}** [@second, page 2]")
            for place, test in enumerate(parts, start=1):
                items.append(f"  - **{letter}{place}** Sentence.\n    `{test}`")
        else:
            items.append(f"- **{letter}** Sentence.\n  `{_test(random, elements)}`")
    return read(front.format(connective=connective, items="\n".join(items)))


def _test(random: Random, elements: list[str]) -> str:
    test = random.choice(TESTS[random.choice(elements)])
    return f"not {test}" if random.random() < 0.25 else test


def _cases(elements: list[str]) -> Iterator[Case]:
    durations = _durations() if "duration" in elements else [(DAY, None)]
    others = [name for name in elements if name != "duration"]
    for day, duration in durations:
        for values in product(*(_values(name, day) for name in others)):
            entries = {name: fact(value) for name, value in zip(others, values, strict=True)}
            if duration is not None:
                entries["duration"] = fact(duration)
            yield Case(service=Service(date=day), entries=entries)


def _values(name: str, day: date) -> list[Value]:
    match name:
        case "test_b":
            return ["positive", "negative", "doubtful"]
        case "scale":
            return [Quantity(each, "cm") for each in ("1", "3", "4", "6", "8")]
        case "age":
            starts = [day.replace(year=day.year - years) for years in (10, 18, 40, 75, 80)]
            return [_span(start, day, Counting.COMPLETED) for start in starts]
        case _:
            return [True, False]


def _span(start: date, until: date, counting: Counting) -> Span:
    return Span(since=DateRange.exactly(start), until=until, counting=counting)


def _durations() -> list[tuple[date, Span]]:
    """Give a day of service and a start for every way in which the bounds can come out."""
    bounds = (Quantity(90, "days"), Quantity(3, "months"))
    found: dict[tuple[object, ...], tuple[date, Span]] = {}
    for step in range(4 * 365 + 1):
        day = DAY + timedelta(days=step)
        for days in (0, *range(88, 94), 400):
            span = _span(day - timedelta(days=days), day, Counting.ELAPSED)
            outcome = tuple(
                compare(span, operator, bound)
                for bound in bounds
                for operator in (Operator.AT_LEAST, Operator.MORE)
            )
            # The 29th of February is no birthday in most years.
            if (day.month, day.day) != (2, 29):
                found.setdefault(outcome, (day, span))
    return list(found.values())
