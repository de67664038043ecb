"""What two policies claim, brought together by the elements they share, and how it is worded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from multifidus.analysis.statement import Statement
from multifidus.library.topics import align, joined, words_of
from tests.analysis.small import listed, policy, without_criteria

if TYPE_CHECKING:
    from multifidus.analysis.statement import Claim


def topics(first: Statement, second: Statement) -> list[tuple[str, str, str]]:
    return [
        (" ".join(each.elements), words_of(each.first), words_of(each.second))
        for each in align(first, second)
    ]


def test_claims_about_one_element_stand_side_by_side() -> None:
    first = Statement(policy("a", "age >= 18 years", "fit"))
    second = Statement(policy("b", "age >= 22 years", "index >= 21 points"))

    assert [
        ("age", "age >= 18 years", "age >= 22 years"),
        ("fit", "fit", ""),
        ("index", "", "index >= 21 points"),
    ] == sorted(topics(first, second))


def test_a_claim_about_two_elements_keeps_them_together() -> None:
    first = Statement(policy("a", "age >= 18 years", "fit"))
    second = Statement(policy("b", "age >= 22 years or fit"))

    ((elements, ours, theirs),) = topics(first, second)

    assert {"age", "fit"} == set(elements.split())
    assert "age >= 18 years and fit" == ours
    assert "age >= 22 years or fit" == theirs


def test_an_exclusion_of_the_service_is_a_topic_of_its_own() -> None:
    first = Statement(policy("a", "fit"))
    second = Statement(without_criteria("b", "excluded"))

    assert [("", "", "excluded"), ("fit", "fit", "")] == topics(first, second)


@pytest.mark.parametrize("stance", ["silent", "unread"])
def test_of_a_policy_without_a_position_nothing_is_claimed(stance: str) -> None:
    first = Statement(policy("a", "fit"))
    second = Statement(without_criteria("b", stance))

    assert [("fit", "fit", "")] == topics(first, second)


def test_wider_groups_keep_elements_together_that_the_two_do_not() -> None:
    first, second = Statement(policy("a", "fit")), Statement(policy("b", "age >= 18 years"))
    wider = joined(first, second, Statement(policy("c", "fit or age >= 22 years")))

    ((topic),) = align(first, second, wider)

    assert {"age", "fit"} == set(topic.elements)


NONE_OF = "- **A** No reason against when **none of**\n  - **A1** It.\n    `{}`"
AT_LEAST = """\
- **A** Enough, **at least 2 of**
  - **A1** It.
    `fit`
  - **A2** It.
    `age >= 18 years`
  - **A3** It.
    `index >= 21 points`"""
ANY_OF = """\
- **A** One, **any of**
  - **A1** It.
    `not fit`
  - **A2** Both, **all of**
    - **A2.1** It.
      `age >= 18 years`
    - **A2.2** It.
      `age <= 75 years`"""


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ("- **A** No.\n  `not fit`", "not fit"),
        (NONE_OF.format("age < 18 years"), "age >= 18 years"),
        (NONE_OF.format("age > 75 years"), "age <= 75 years"),
        (NONE_OF.format("age < 18 years and fit"), "age >= 18 years or not fit"),
        (NONE_OF.format("index = 21 points or not fit"), "not index = 21 points and fit"),
        (AT_LEAST, "at least 2 of fit, age >= 18 years, index >= 21 points"),
        (ANY_OF, "not fit or (age >= 18 years and age <= 75 years)"),
    ],
)
def test_what_a_list_requires_is_one_expression_over_elements(items: str, expected: str) -> None:
    first = Statement(listed("a", items))

    assert expected == " and ".join(words_of([each]) for each in _claims(first))


def _claims(statement: Statement) -> list[Claim]:
    return [each for topic in align(statement, statement) for each in topic.first]


@pytest.mark.parametrize(
    ("test", "element", "expected"),
    [
        ("fit", "fit", "yes"),
        ("not fit", "fit", "no"),
        ("age >= 18 years and age <= 75 years", "age", ">= 18 years and <= 75 years"),
        ("fit or age >= 18 years", "age", "fit or age >= 18 years"),
        ("test_a is positive", "test_a", "positive"),
        ("not test_b is one of positive, doubtful", "test_b", "not positive or doubtful"),
    ],
)
def test_a_cell_leaves_out_the_name_of_its_row(test: str, element: str, expected: str) -> None:
    assert expected == words_of(_claims(Statement(policy("a", test))), element)


def test_a_cell_of_several_claims_holds_each_once_and_keeps_them_apart() -> None:
    claims = _claims(Statement(policy("a", "fit or age >= 22 years", "fit", "fit")))

    assert "(fit or age >= 22 years) and fit" == words_of(claims)


def test_nothing_is_required_of_other_elements() -> None:
    (claim,) = _claims(Statement(policy("a", "fit")))

    assert "" == words_of([claim], "age")
