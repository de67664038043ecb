"""The values of a witness are round, clear of the bounds, and few."""

from __future__ import annotations

import pytest

from multifidus.analysis.questions import can_be_met, differs
from tests.analysis.small import asked_of, policy
from tests.analysis.test_questions import words


@pytest.mark.parametrize(
    ("tests", "element", "value"),
    [
        (("age >= 18 years",), "age", "21 years"),
        (("age > 75 years",), "age", "78 years"),
        (("age < 18 years",), "age", "15 years"),
        (("age < 2 years",), "age", "1 year"),
        (("scale >= 6 cm",), "scale", "7 cm"),
        (("scale > 90 mm",), "scale", "9.5 cm"),
        (("scale >= 6 cm", "scale <= 9 cm"), "scale", "7 cm"),
        (("scale = 6.25 cm",), "scale", "6.25 cm"),
        (("index >= 21 points",), "index", "30 points"),
        (("index < 21 points",), "index", "20 points"),
        (("weight > 220 lb",), "weight", "100 kg"),
        (("visits >= 1 times",), "visits", "2 times"),
        (("visits > 49 times",), "visits", "50 times"),
        (("duration > 90 days",), "duration", "3 months (93 days)"),
        (("duration >= 3 months",), "duration", "6 months (182 days)"),
        (("duration > 90 days", "duration < 3 months"), "duration", "2 months (91 days)"),
        (("therapy >= 3 months",), "therapy", "20 weeks"),
        (("waiting >= 90 days",), "waiting", "4 months"),
        (("test_b is one of doubtful, negative",), "test_b", "negative"),
    ],
)
def test_an_ordinary_value_is_taken(tests: tuple[str, ...], element: str, value: str) -> None:
    asker, (one,) = asked_of(policy("one", *tests))

    assert value == words(can_be_met(asker, one))[element]


def test_of_alternatives_the_first_is_taken_and_nothing_more() -> None:
    asker, (one,) = asked_of(policy("one", "coded", "tried", "fit", connective="any of"))

    assert {"coded": "yes"} == words(can_be_met(asker, one))


def test_facts_that_show_nothing_are_left_out() -> None:
    """Of the other policy one broken clause is enough."""
    asker, (one, other) = asked_of(policy("one", "fit"), policy("other", "fit", "coded", "tried"))

    assert {"fit": "yes", "coded": "no"} == words(differs(asker, one, other))
