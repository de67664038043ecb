"""Small counts cannot be read in a table, nor worked out from it."""

from __future__ import annotations

import random
from itertools import product
from typing import TYPE_CHECKING

import pytest

from multifidus.columnar.disclosure import Table, disclosed, moves_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

THRESHOLD = 3


def whole(counts: Sequence[Sequence[int]]) -> list[list[int]]:
    """Add totals."""
    rows = [[*row, sum(row)] for row in counts]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


def alike(shown: Table, most: int) -> Iterator[list[list[int]]]:
    """List every table of two by two that shows the same; a hidden count is at least 1."""
    for a, b, c, d in product(range(most + 1), repeat=4):
        table = whole([[a, b], [c, d]])
        if all(
            (count == seen) if seen is not None else count
            for row, line in zip(table, shown, strict=True)
            for count, seen in zip(row, line, strict=True)
        ):
            yield table


@pytest.mark.parametrize("seed", range(60))
def test_every_small_count_could_as_well_not_be_small(seed: int) -> None:
    """Whoever works through all tables that show the same finds one in which it is not."""
    dice = random.Random(seed)  # noqa: S311  a draw of tables
    counts = [[dice.choice((0, 0, 1, 2, 3, 5)) for _ in range(2)] for _ in range(2)]
    shown = disclosed(counts, threshold=THRESHOLD)

    others = list(alike(shown, most=12))

    assert whole(counts) in others
    for i, row in enumerate(whole(counts)):
        for j, count in enumerate(row):
            if 0 < count < THRESHOLD:
                assert shown[i][j] is None
                assert max(other[i][j] for other in others) >= THRESHOLD


def test_a_count_hidden_alone_is_not_left_to_be_worked_out() -> None:
    """Neither from the total of its row nor of its column."""
    shown = disclosed([[500, 0, 3], [0, 200, 0], [0, 0, 900]], threshold=11)

    for line in (*shown, *zip(*shown, strict=True)):
        assert line.count(None) != 1


def test_two_hidden_ones_are_not_told_by_their_sum() -> None:
    """Two counts of 1 make 2, which would tell both."""
    shown = disclosed([[1, 1], [40, 40]], threshold=11)

    assert shown[0] == (None, None, None)


@pytest.mark.parametrize("counts", [[[40, 20], [11, 0]], [[0, 0], [0, 0]]])
def test_a_table_without_small_counts_is_shown(counts: list[list[int]]) -> None:
    """Nobody is disclosed by a zero, nor by a count that reaches the threshold."""
    assert [list(row) for row in disclosed(counts, threshold=11)] == whole(counts)


def test_where_all_are_few_nothing_is_shown() -> None:
    """Not even how many there are."""
    shown = disclosed([[1, 2], [0, 3]], threshold=11)

    assert shown == ((None, None, None), (0, None, None), (None, None, None))


def test_moves_keep_all_sums() -> None:
    """Each adds as much to every line as it takes away, totals counted against their lines."""
    moves = moves_of(4, 4)

    assert len({frozenset(move) for move in moves}) == len(moves)
    for move in moves:
        table = dict(move)
        for i in range(4):
            row = [table.get((i, j), 0) for j in range(4)]
            column = [table.get((j, i), 0) for j in range(4)]
            assert sum(row[:3]) == row[3]
            assert sum(column[:3]) == column[3]
