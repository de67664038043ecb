"""The tests in code font: what they become, and where one is not understood."""

from __future__ import annotations

import pytest

from multifidus.core.expression import notation
from multifidus.language.tests import DEEPEST, LONGEST, TestError, read_test


@pytest.mark.parametrize(
    "text",
    [
        "unfit",
        "not unfit",
        "age >= 18 years",
        "age < -1.5 years",
        "pain = 6 percent",
        "dose <= 5 mg/day",
        "lift_test is positive",
        "lift_test is one of positive, negative",
        "a and b and not c",
        "(a or b) and c",
        "not (a or b)",
        "(a and b) or c",
    ],
)
def test_a_test_is_written_as_it_was_read(text: str) -> None:
    assert text == notation(read_test(text))


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("", 0),
        ("age >=", 6),
        ("age >= 18 ells", 10),
        (f"age >= {'9' * 400} years", 7),
        ("age >= 1e9 years", 9),
        ("unfit $", 6),
        ("a is not b", 2),
        ("a missing", 2),
        ("(" * (DEEPEST + 1) + "a" + ")" * (DEEPEST + 1), 0),
        ("(" * 10_000, 0),
        ("not " * 10_000, 0),
        ("a or " * LONGEST, 0),
    ],
)
def test_an_error_says_where_in_the_text(text: str, offset: int) -> None:
    with pytest.raises(TestError) as raised:
        read_test(text)

    assert offset == raised.value.offset


def test_as_deep_as_may_be_is_read() -> None:
    assert "a" == notation(read_test("(" * DEEPEST + "a" + ")" * DEEPEST))
