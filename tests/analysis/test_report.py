"""An answer as JSON follows the published schema, whatever was asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from multifidus.analysis import clauses, questions
from multifidus.analysis.report import report_reply
from tests.analysis.small import READING, asked_of, policy, premises, without_criteria

if TYPE_CHECKING:
    from collections.abc import Callable

    from multifidus.analysis.reply import Reply

SCHEMA = Path(__file__).parents[2] / "docs" / "reference" / "answer.schema.json"
ONE = policy(
    "one", "age >= 18 years", "scale > 6 cm", "tried", more=READING.format("age >= 22 years")
)
OTHER = policy("other", "age >= 12 years", "scale > 6 cm", "test_a is positive", "not tried")
UNREAD = without_criteria("unread", "unread")


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


@pytest.mark.parametrize("limit", [60.0, 1e-6])
@pytest.mark.parametrize(
    "ask",
    [
        lambda asker, one, other, _: questions.implies(asker, one, other),
        lambda asker, one, other, _: questions.equivalent(asker, one, other),
        lambda asker, one, other, _: questions.differs(asker, one, other),
        lambda asker, one, other, _: questions.difference(asker, one, other),
        lambda asker, one, other, _: questions.can_be_met(asker, one, other),
        lambda asker, one, _, __: questions.can_be_met(asker, one),
        lambda asker, _, other, __: questions.can_be_met(asker, other),
        lambda asker, one, other, _: clauses.never_met(asker, one, other),
        lambda asker, one, _, __: clauses.dead(asker, one),
        lambda asker, one, _, __: clauses.conflicts(asker, one),
        lambda asker, one, _, __: clauses.reading(asker, one.at("A")),
        lambda asker, one, _, unread: questions.implies(asker, one, unread),
    ],
)
def test_an_answer_follows_the_schema(
    ask: Callable[..., Reply], limit: float, validator: Draft202012Validator
) -> None:
    asker, statements = asked_of(ONE, OTHER, UNREAD, given=[premises("not tried")], limit=limit)
    told = report_reply(ask(asker, *statements), version="1.0.0")

    assert [] == [error.message for error in validator.iter_errors(json.loads(json.dumps(told)))]
    assert "1.0.0" == told["multifidus"]


def test_the_schema_lets_no_misspelled_field_through(validator: Draft202012Validator) -> None:
    asker, (one, other) = asked_of(ONE, OTHER)
    told = json.loads(json.dumps(report_reply(questions.differs(asker, one, other), version="1")))
    told["parts"][0]["witnes"] = None

    assert not validator.is_valid(told)


def test_a_fact_of_a_witness_is_laid_out_as_one_of_a_determination() -> None:
    asker, (one,) = asked_of(ONE)
    told = json.loads(json.dumps(report_reply(questions.can_be_met(asker, one), version="1")))
    facts = {each["element"]: each for each in told["witness"]["facts"]}

    assert {"value": "7", "unit": "cm", "words": "7 cm"}.items() <= facts["scale"].items()
    assert "yes" == facts["tried"]["words"]
    assert facts["tried"]["value"] is True
    assert {"words": "21 years", "unit": None}.items() <= facts["age"].items()
    assert told["witness"]["service_date"] == facts["age"]["until"]
