"""The connectives, written as SQL, have the tables of `core.truth`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import pytest

from multifidus.columnar import kleene
from multifidus.columnar.duck import connection
from multifidus.core import truth
from multifidus.core.truth import Truth

SQL = {Truth.TRUE: "TRUE", Truth.FALSE: "FALSE", Truth.UNKNOWN: "CAST(NULL AS BOOLEAN)"}
Connective = Callable[[Sequence[str]], str]
Meaning = Callable[[Sequence[Truth]], Truth]


def asked(formulas: Sequence[str]) -> list[Truth]:
    """Ask DuckDB for the truth of each formula."""
    with connection() as opened:
        row = opened.execute(f"SELECT {', '.join(formulas)}").fetchone()
    assert row is not None
    return [Truth.of(value) for value in row]


CONNECTIVES: list[tuple[str, Connective, Meaning]] = [
    ("all of", kleene.all_of, truth.all_of),
    ("any of", kleene.any_of, truth.any_of),
    *(
        (
            f"at least {count} of",
            lambda parts, count=count: kleene.at_least(count, parts),
            lambda parts, count=count: truth.at_least(count, parts),
        )
        for count in range(5)
    ),
]


@pytest.mark.parametrize("size", range(4))
@pytest.mark.parametrize(
    ("written", "meant"), [each[1:] for each in CONNECTIVES], ids=[each[0] for each in CONNECTIVES]
)
def test_a_connective_has_its_table(written: Connective, meant: Meaning, size: int) -> None:
    table = list(product(Truth, repeat=size))

    assert [meant(row) for row in table] == asked(
        [written([SQL[each] for each in row]) for row in table]
    )


def test_not_turns_true_and_false_round_and_leaves_unknown() -> None:
    assert [truth.negation(each) for each in Truth] == asked(
        [kleene.negation(SQL[each]) for each in Truth]
    )


def test_a_truth_has_its_own_value_and_no_other() -> None:
    pairs = list(product(Truth, repeat=2))
    found = asked([kleene.has(SQL[each], value) for each, value in pairs])

    assert [each is value for each, value in pairs] == [each is Truth.TRUE for each in found]
