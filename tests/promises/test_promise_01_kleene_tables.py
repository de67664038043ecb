"""Promise 1: connectives follow Kleene's tables, in every engine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from multifidus.core.truth import Truth, all_of, any_of, at_least, negation
from tests.conformance.engines import ENGINES, Engine, disagreements, files

# As numbers the tables are plain: false 0, unknown 1, true 2.
NUMBERS = {Truth.FALSE: 0, Truth.UNKNOWN: 1, Truth.TRUE: 2}
TABLES = [(name, suite) for name, suite in files() if name.startswith("table-")]

truths = st.lists(st.sampled_from(Truth), min_size=1, max_size=8)


@given(truths)
def test_all_of_is_the_least_and_any_of_the_greatest(parts: list[Truth]) -> None:
    assert min(NUMBERS[part] for part in parts) == NUMBERS[all_of(parts)]
    assert max(NUMBERS[part] for part in parts) == NUMBERS[any_of(parts)]


@given(truths, st.integers(1, 9))
def test_at_least_so_many_is_the_greatest_but_so_many(parts: list[Truth], count: int) -> None:
    ranked = sorted((NUMBERS[part] for part in parts), reverse=True)

    assert ([*ranked, *[0] * 9][count - 1]) == NUMBERS[at_least(count, parts)]


@given(truths)
def test_not_turns_all_of_into_any_of(parts: list[Truth]) -> None:
    turned = [negation(part) for part in parts]

    assert negation(all_of(parts)) is any_of(turned)
    assert negation(any_of(parts)) is all_of(turned)


def test_there_is_a_table_for_each_connective() -> None:
    assert [
        "table-all-of.json",
        "table-any-of.json",
        "table-at-least-1-of.json",
        "table-at-least-2-of.json",
        "table-at-least-3-of.json",
        "table-inline.json",
        "table-none-of.json",
    ] == [name for name, _ in TABLES]


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_every_engine_follows_the_tables_in_full(engine: Engine) -> None:
    assert [] == disagreements(engine, [suite for _, suite in TABLES])
