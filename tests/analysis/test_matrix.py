"""Each relation between two policies, and the matrix of many."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from multifidus.analysis.matrix import Relation, matrix, relation
from tests.analysis.small import asked_of, policy, premises, without_criteria

if TYPE_CHECKING:
    from multifidus.core.policy import Policy

ADULTS = policy("adults", "age >= 18 years")


@pytest.mark.parametrize(
    ("row", "column", "expected"),
    [
        (ADULTS, policy("b", "not age < 18 years"), Relation.SAME),
        (policy("a", "age >= 22 years"), ADULTS, Relation.STRICTER),
        (policy("a", "age >= 12 years"), ADULTS, Relation.LOOSER),
        (policy("a", "age <= 75 years"), ADULTS, Relation.INCOMPARABLE),
        (policy("a", "age < 12 years"), ADULTS, Relation.DISJOINT),
        (without_criteria("a", "excluded"), ADULTS, Relation.NEVER_MET),
        (policy("a", "fit", "not fit"), ADULTS, Relation.NEVER_MET),
        (without_criteria("a", "silent"), ADULTS, Relation.SILENT),
        (without_criteria("a", "silent"), without_criteria("b", "unread"), Relation.UNKNOWN),
        (without_criteria("a", "unread"), without_criteria("b", "excluded"), Relation.UNKNOWN),
    ],
)
def test_two_policies_stand_in_one_relation(
    row: Policy, column: Policy, expected: Relation
) -> None:
    asker, (first, second) = asked_of(row, column)

    assert expected is relation(asker, first, second)
    assert expected.turned is relation(asker, second, first)


def test_without_time_the_relation_is_not_decided() -> None:
    asker, (one, other) = asked_of(ADULTS, policy("b", "fit"), limit=1e-9)

    assert Relation.NOT_DECIDED is relation(asker, one, other)


def test_premises_may_bring_policies_together_or_apart() -> None:
    one, other = policy("a", "tried"), policy("b", "fit")
    asker, (first, second) = asked_of(one, other, given=[premises("fit")])

    assert Relation.STRICTER is relation(asker, first, second)
    asker, (first, second) = asked_of(one, other, given=[premises("not tried or not fit")])
    assert Relation.DISJOINT is relation(asker, first, second)


def test_every_policy_is_compared_with_every_other_and_progress_is_told() -> None:
    policies = [
        ADULTS,
        policy("b", "age >= 22 years"),
        without_criteria("c", "excluded"),
        without_criteria("d", "unread"),
    ]
    asker, _ = asked_of(*policies)
    told: list[tuple[int, int]] = []
    found = matrix(asker, policies, lambda done, of: told.append((done, of)))

    names = ["adults@1.0.0", "b@1.0.0", "c@1.0.0", "d@1.0.0"]
    assert set(permutations(names, 2)) == set(found.relations)
    assert Relation.LOOSER is found.relations["adults@1.0.0", "b@1.0.0"]
    assert Relation.STRICTER is found.relations["b@1.0.0", "adults@1.0.0"]
    assert ("c@1.0.0",) == found.never_met
    assert [(done, 6) for done in range(1, 7)] == told
