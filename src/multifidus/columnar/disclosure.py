"""
Tables of counts in which no small count can be read, nor worked out.

A count of 1 up to the threshold is hidden. That is not enough where totals are shown: what is
hidden alone in its row is the total less the rest. So more cells are hidden, as few as will do,
until of every small count there is another table that shows the same and in which that count is
not small. Totals are cells like all others. A zero is shown: it is nobody.

The tables that show the same differ by moves around closed paths through hidden cells, adding and
taking away in turn (Gusfield, SIAM J Comput 17(3):552-571, 1988).
"""

from __future__ import annotations

from functools import cache
from itertools import combinations, permutations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Cell = tuple[int, int]
"""A row and a column; the last of each are the totals."""

Table = tuple[tuple[int | None, ...], ...]
"""Counts with totals; None is hidden."""

Move = tuple[tuple[Cell, int], ...]
"""Cells of a closed path, each with the direction in which it goes."""


def disclosed(counts: Sequence[Sequence[int]], *, threshold: int) -> Table:
    """
    Add totals to a table of counts, and hide what would show a count below the threshold.

    >>> disclosed([[40, 3], [20, 30]], threshold=11)
    ((None, None, 43), (None, None, 50), (60, 33, 93))
    """
    whole = [[*row, sum(row)] for row in counts]
    whole.append([sum(column) for column in zip(*whole, strict=True)])
    cells = {(i, j): count for i, row in enumerate(whole) for j, count in enumerate(row)}
    hidden = _hidden(cells, threshold)
    return tuple(
        tuple(None if (i, j) in hidden else count for j, count in enumerate(row))
        for i, row in enumerate(whole)
    )


def _hidden(cells: Mapping[Cell, int], threshold: int) -> frozenset[Cell]:
    small = frozenset(cell for cell, count in cells.items() if 0 < count < threshold)
    others = [cell for cell, count in cells.items() if count >= threshold]
    rows, columns = (max(place) + 1 for place in zip(*cells, strict=True))
    for more in range(len(others) + 1):
        # Of sets of one size, the one that hides fewest patients, and shows totals before parts.
        found = sorted(
            combinations(others, more),
            key=lambda chosen: (sum(cells[each] for each in chosen), chosen),
        )
        for chosen in found:
            hidden = small.union(chosen)
            moves = [
                move for move in moves_of(rows, columns) if all(cell in hidden for cell, _ in move)
            ]
            if all(_is_protected(cell, moves, cells, threshold) for cell in small):
                return hidden
    return frozenset(cell for cell, count in cells.items() if count)


def _is_protected(
    cell: Cell, moves: Sequence[Move], cells: Mapping[Cell, int], threshold: int
) -> bool:
    """Whether some move makes a small count reach the threshold, and leaves nobody below one."""
    steps = threshold - cells[cell]
    return any(
        all(cells[each] + sign * way * steps >= 1 for each, way in move)
        for move in moves
        for sign in (dict(move).get(cell, 0),)
        if sign
    )


@cache
def moves_of(rows: int, columns: int) -> tuple[Move, ...]:
    """
    List the moves of a table with totals: what can be added to it so that all sums stay right.

    A total counts against its line, so it goes the other way than a part would.
    """
    return tuple(_moves(rows, columns))


def _moves(rows: int, columns: int) -> Iterator[Move]:
    for length in range(2, min(rows, columns) + 1):
        for mine in combinations(range(rows), length):
            # The first row begins the path, and of both directions one is enough.
            for order in permutations(mine[1:]):
                for across in permutations(range(columns), length):
                    if length == 2 and across[0] > across[1]:  # noqa: PLR2004  a square
                        continue
                    yield _move((mine[0], *order), across, (rows - 1, columns - 1))


def _move(down: Sequence[int], across: Sequence[int], last: Cell) -> Move:
    path: list[tuple[Cell, int]] = []
    for place, row in enumerate(down):
        path.append(((row, across[place]), 1))
        path.append(((row, across[(place + 1) % len(across)]), -1))
    return tuple((cell, way * _side(cell, last)) for cell, way in path)


def _side(cell: Cell, last: Cell) -> int:
    return -1 if (cell[0] == last[0]) is not (cell[1] == last[1]) else 1
