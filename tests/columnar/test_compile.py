"""A compiled policy says of every row what the evaluator says of the case, to the last cell."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from multifidus.columnar import kleene
from multifidus.columnar.compile import compile_policy
from multifidus.columnar.dialect import SPARK
from multifidus.columnar.reading import read_otherwise
from multifidus.core.case import Case, Service
from multifidus.core.determination import determine
from multifidus.core.expression import AllOf, AnyOf, AtLeast, Compare, Holds, Matches, Not, Part
from multifidus.core.policy import Criterion
from multifidus.core.quantity import Operator, Quantity
from multifidus.errors import NotExpressible
from multifidus.library.shelf import shipped
from tests.columnar.tables import (
    TRUTHS,
    Row,
    by_duckdb,
    determined,
    evaluated,
    save_cases,
    shipped_charts,
)
from tests.conformance.engines import case_of, files, policy_of, rows_of
from tests.promises.strategies import cases, of_any_stance, policies, read
from tests.promises.strategies import fact as fact_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multifidus.core.expression import Expression
    from multifidus.core.policy import Policy

Json = dict[str, Any]

GOLDEN = Path(__file__).parents[1] / "golden" / "errors" / "columnar.txt"
SHELF = shipped()
POLICIES = [SHELF.read(entry) for entry in SHELF.entries]
SOME = settings(max_examples=30)
MANY = 10


@pytest.mark.parametrize("suite", [pytest.param(suite, id=name) for name, suite in files()])
def test_every_case_of_the_conformance_suite_comes_out_alike(suite: Json) -> None:
    """Not the truths alone: what settles the answer and what holds it open, in their order."""
    policy = policy_of(json.dumps(suite))
    given = [case_of(suite, case) for case in suite["cases"]]

    assert evaluated(policy, given) == rows_of(json.dumps(suite))


CHARTS = shipped_charts()


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the facts of the shipped charts, once for all policies."""
    path = tmp_path_factory.mktemp("charts") / "facts.parquet"
    save_cases(CHARTS, dictionary=SHELF.dictionaries["low-back-pain"], path=path)
    return path


@pytest.mark.parametrize(
    "policy", POLICIES, ids=lambda each: f"{each.about.id}@{each.about.version}"
)
def test_every_shipped_chart_comes_out_alike(policy: Policy, facts: Path, tmp_path: Path) -> None:
    found = determined(policy, facts=facts, path=tmp_path / "found")

    assert evaluated(policy, CHARTS) == found


@SOME
@given(policy=of_any_stance(), given_cases=st.lists(cases(), min_size=MANY, max_size=MANY))
def test_policies_that_nobody_has_written_come_out_alike(
    policy: Policy, given_cases: list[Case]
) -> None:
    assert evaluated(policy, given_cases) == by_duckdb(policy, given_cases)


# Trees that the notation does not write, yet `core` evaluates


def policy_with(root: Criterion) -> Policy:
    text = """---
policy: made-up
version: 1.0.0
status: draft
stance: criteria
body: Nobody
in_force: 2020-01-01 to 2026-05-31
source: made-up
dictionary: small
---

# A policy that nobody wrote

Coverage criteria are met when **all of** [@made-up, page 1]

- **A** Sentence.
  `fit`
"""
    return replace(read(text), root=root)


def clause(name: str, test: Expression) -> Criterion:
    return Criterion(id=name, title="", sentence="", test=test)


def group(test: Expression, *parts: Criterion) -> Criterion:
    return Criterion(id="policy", title="", sentence="", test=test, parts=parts)


A, B, C, D = (Holds(name) for name in ("unfit", "fit", "coded", "tried"))
ODD: list[Criterion] = [
    group(AnyOf(())),
    group(AllOf(())),
    clause("policy", AllOf((A, B))),
    clause("policy", AtLeast(2, (A, Not(B), AllOf((C, D)), A))),
    clause("policy", AtLeast(0, ())),
    clause("policy", AtLeast(1, ())),
    clause("policy", Not(AnyOf((A, Not(AllOf((B, C))))))),
    group(
        AtLeast(2, (Part("A"), Part("B"), Part("A"))),
        clause("A", AnyOf((A, B))),
        clause("B", AllOf((B, Not(A)))),
    ),
    # A part that the group does not ask about bears nothing.
    group(AnyOf((Part("A"), Not(Part("A")))), clause("A", A), clause("B", B)),
]


def every_row() -> list[Case]:
    found = []
    for place in range(3**4):
        truths = [(place // 3**power) % 3 for power in range(4)]
        entries = {
            name: fact_of(truth == 1)
            for name, truth in zip(("unfit", "fit", "coded", "tried"), truths, strict=True)
            if truth
        }
        found.append(
            Case(service=Service(date=date(2026, 5, 31 if place % 2 else 1)), entries=entries)
        )
    return found


@pytest.mark.parametrize("root", ODD, ids=range(len(ODD)))
def test_connectives_within_a_test_come_out_alike(root: Criterion) -> None:
    policy = policy_with(root)

    assert evaluated(policy, every_row()) == by_duckdb(policy, every_row())


def test_a_policy_is_in_force_on_its_first_and_last_day_and_on_no_other() -> None:
    days = [date(2019, 12, 31), date(2020, 1, 1), date(2026, 5, 31), date(2026, 6, 1)]
    given = [Case(service=Service(date=day)) for day in days]

    found = by_duckdb(policy_with(clause("policy", A)), given)
    assert [False, True, True, False] == [row["in_force"] for row in found]


# A bug in a connective is caught


def _blind_all_of(truths: Sequence[str]) -> str:
    """Take unknown for true, as an aggregate over rows without their nulls does."""
    return f"({' AND '.join(f'coalesce({each}, TRUE)' for each in truths)})" if truths else "TRUE"


def _blind_any_of(truths: Sequence[str]) -> str:
    """Take unknown for false, as a filter does."""
    return f"({' OR '.join(f'coalesce({each}, FALSE)' for each in truths)})" if truths else "FALSE"


def _blind_at_least(count: int, truths: Sequence[str]) -> str:
    """Count what is true, and take the rest for false."""
    terms = [f"CASE WHEN {each} THEN 1 ELSE 0 END" for each in truths]
    return f"({' + '.join(['0', *terms])} >= {count})"


def _blind_negation(truth: str) -> str:
    """Take what is not known for true once it is turned round."""
    return f"(NOT coalesce({truth}, FALSE))"


@pytest.mark.parametrize(
    ("connective", "bug", "file"),
    [
        ("all_of", _blind_all_of, "table-all-of.json"),
        ("any_of", _blind_any_of, "table-any-of.json"),
        ("at_least", _blind_at_least, "table-at-least-2-of.json"),
        ("negation", _blind_negation, "table-none-of.json"),
    ],
)
def test_a_null_bug_in_a_connective_is_caught(
    connective: str, bug: object, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (suite,) = [suite for name, suite in files() if name == file]
    policy = policy_of(json.dumps(suite))
    given = [case_of(suite, case) for case in suite["cases"]]
    monkeypatch.setattr(kleene, connective, bug)

    assert evaluated(policy, given) != by_duckdb(policy, given)


# Readings


def _effects(policy: Policy, case: Case) -> list[Row]:
    """Lay out what the evaluator says of the other readings."""
    return [
        {"answer": each.answer.value, "truth": TRUTHS[each.truth]}
        for each in determine(policy, case).readings
    ]


@pytest.mark.parametrize(
    "policy",
    [each for each in POLICIES if any(criterion.readings for criterion in each.criteria())],
    ids=lambda each: f"{each.about.id}@{each.about.version}",
)
def test_a_policy_read_otherwise_is_what_the_evaluator_says_of_the_other_reading(
    policy: Policy, facts: Path, tmp_path: Path
) -> None:
    readings = [each for criterion in policy.criteria() for each in criterion.readings]
    columns = []
    for reading in readings:
        other = read_otherwise(policy, reading=reading)
        found = determined(other, facts=facts, path=tmp_path / "found")
        columns.append(
            [{"answer": row["answer"], "truth": row[reading.criterion]} for row in found]
        )

    assert [_effects(policy, case) for case in CHARTS] == [
        list(row) for row in zip(*columns, strict=True)
    ]


# What cannot be said


def test_all_that_a_table_cannot_ask_is_told_at_once() -> None:
    tiny = Quantity("1.0000000000000001", "cm")
    root = group(
        AllOf((Part("A"), Part("OPEN"), Part("B"))),
        clause("A", Compare("scale", Operator.AT_LEAST, tiny)),
        clause("OPEN", Matches("test_a", ("positive",))),
        clause("B", Compare("duration", Operator.LESS, Quantity(1, "cm"))),
    )

    with pytest.raises(NotExpressible) as raised:
        compile_policy(policy_with(root))
    now = f"{raised.value}\n"
    if os.environ.get("MULTIFIDUS_UPDATE_GOLDEN"):
        GOLDEN.write_text(now, encoding="utf-8")
        pytest.skip("the golden text was written anew")
    assert GOLDEN.read_text(encoding="utf-8") == now


# The text


@given(policy=policies())
@settings(max_examples=10)
def test_the_same_policy_is_compiled_to_the_same_text(policy: Policy) -> None:
    assert compile_policy(policy).template == compile_policy(policy).template


def test_a_query_reads_the_columns_of_the_elements_that_the_policy_asks_about() -> None:
    policy = policy_with(
        clause("policy", AllOf((A, Compare("age", Operator.MORE, Quantity(1, "years")))))
    )

    names = [column.name for column in compile_policy(policy).asks]
    assert ["subject", "service_date", "unfit"] == names[:3]
    assert ["age__earliest", "age__latest", "age__months", "age__days"] == names[3:]


def test_spark_is_given_its_own_forms() -> None:
    query = compile_policy(POLICIES[0], dialect=SPARK).over("facts")

    assert '"' not in query
    assert "FROM facts" in query
