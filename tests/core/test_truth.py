"""Kleene's tables, drawn in full."""

from __future__ import annotations

from itertools import product

import pytest

from multifidus.core.truth import F, T, Truth, U, all_of, any_of, at_least, negation

TABLES = """
left right and or
T    T     T   T
T    F     F   T
T    U     U   T
F    T     F   T
F    F     F   F
F    U     F   U
U    T     U   T
U    F     F   U
U    U     U   U
"""
LETTERS = {"T": T, "F": F, "U": U}
ROWS = [[LETTERS[letter] for letter in row.split()] for row in TABLES.split("\n")[2:-1]]


@pytest.mark.parametrize(("left", "right", "both", "either"), ROWS)
def test_and_and_or_follow_their_tables(
    left: Truth, right: Truth, both: Truth, either: Truth
) -> None:
    assert both is all_of([left, right])
    assert either is any_of([left, right])


@pytest.mark.parametrize(("truth", "contrary"), [(T, F), (F, T), (U, U)])
def test_not_turns_true_and_false_round(truth: Truth, contrary: Truth) -> None:
    assert contrary is negation(truth)


def test_of_nothing_all_is_true_and_any_is_false() -> None:
    assert T is all_of([])
    assert F is any_of([])


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("truths", list(product([T, F, U], repeat=3)))
def test_at_least_counts_the_sure_and_the_possible(count: int, truths: tuple[Truth, ...]) -> None:
    """True with enough sure ones; false when even the unknown ones do not make up enough."""
    sure = truths.count(T)
    possible = sure + truths.count(U)
    expected = T if sure >= count else U if possible >= count else F

    assert expected is at_least(count, truths)


@pytest.mark.parametrize(("value", "truth"), [(True, T), (False, F), (None, U)])
def test_a_missing_answer_is_unknown(*, value: bool | None, truth: Truth) -> None:
    assert truth is Truth.of(value)
