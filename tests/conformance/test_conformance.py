"""Every engine gives the truth that the suite expects, criterion by criterion."""

from __future__ import annotations

import json
from collections import Counter
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from conformance import generate, shelved
from multifidus.core.policy import Stance
from multifidus.errors import NotExpressible, Place, Problem
from multifidus.library.shelf import shipped
from tests.conformance.engines import (
    ENGINES,
    FOLDER,
    Engine,
    Gap,
    Word,
    by_the_evaluator,
    disagreements,
    files,
    policy_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus.core.policy import Policy

Json = dict[str, Any]

SUITES = [suite for _, suite in files()]
NAMED = [pytest.param(suite, id=name) for name, suite in files()]
FEWEST_CASES = 300
THREE = ["".join(row) for row in product("TFU", repeat=3)]

# What the suite must show: each of these tags stands at a case.
REQUIRED = {
    *(f"connective:{each}" for each in ("not", "and", "or", "all-of", "any-of", "none-of")),
    *(f"connective:at-least-{count}-of" for count in (1, 2, 3)),
    "nesting",
    "asked-twice",
    "shipped",
    *(f"operator:{each}" for each in (">=", "<=", ">", "<", "=", "is", "is-one-of", "is-not")),
    *(f"threshold:{each}" for each in ("on", "under", "over")),
    *(f"units:{each}" for each in ("mm-cm", "lb-kg", "in-cm", "m-cm", "kg-g")),
    *(f"units:{each}" for each in ("years-months", "weeks-days", "months-days", "years-days")),
    *(f"date:{each}" for each in ("leap-day", "month-end", "year-end", "day-count")),
    *(f"age:{each}" for each in ("day-before", "birthday", "day-after", "29-february")),
    *(f"partial:{each}" for each in ("month", "year", "bounded-above")),
    *(f"counting:{each}" for each in ("completed", "elapsed")),
    *(f"absence:{each}" for each in ("not-recorded", "too-old", "in-conflict", "unreadable")),
    "absence:left-out",
    "stance:excluded",
    "stance:silent",
    "stance:unread",
}


def cases() -> Iterator[Json]:
    """Give every case of the suite."""
    return (case for suite in SUITES for case in suite["cases"])


@pytest.mark.parametrize("suite", NAMED)
@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_an_engine_gives_the_truth_of_every_criterion(engine: Engine, suite: Json) -> None:
    assert [] == disagreements(engine, [suite])


# The suite


@pytest.mark.parametrize("suite", NAMED)
def test_a_file_follows_the_schema(suite: Json) -> None:
    schema = json.loads((FOLDER / "schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)

    assert [] == [error.message for error in validator.iter_errors(suite)]


def test_the_schema_lets_no_misspelled_field_through() -> None:
    schema = json.loads((FOLDER / "schema.json").read_text(encoding="utf-8"))
    suite = json.loads(json.dumps(SUITES[0]))
    suite["cases"][0]["service-date"] = suite["cases"][0].pop("service_date")

    assert not Draft202012Validator(schema).is_valid(suite)


def test_the_suite_holds_enough_cases_and_no_name_twice_in_a_file() -> None:
    assert len(list(cases())) >= FEWEST_CASES
    for suite in SUITES:
        counts = Counter(case["name"] for case in suite["cases"])
        assert [] == [name for name, count in counts.items() if count > 1]


def test_generating_the_suite_anew_gives_the_same_bytes() -> None:
    made = generate.files()

    assert [name for name, _ in files()] == sorted(made)
    assert [] == [name for name in made if (FOLDER / name).read_bytes() != made[name]]


def test_the_suite_shows_all_that_it_must() -> None:
    assert set() == REQUIRED - {tag for case in cases() for tag in case["tags"]}


@pytest.mark.parametrize(
    "connective",
    ["all-of", "any-of", "none-of", "at-least-1-of", "at-least-2-of", "at-least-3-of"],
)
def test_the_table_of_a_connective_is_drawn_in_full(connective: str) -> None:
    rows = [
        tag.removeprefix("row:")
        for case in cases()
        if f"connective:{connective}" in case["tags"]
        for tag in case["tags"]
        if tag.startswith("row:")
    ]

    assert sorted(THREE) == sorted(rows)


def test_the_rows_of_a_table_are_the_facts_of_its_cases() -> None:
    """A tag says what a case is there for; here the facts say it."""
    letters = {True: "T", False: "F", None: "U"}
    for suite in SUITES:
        for case in suite["cases"]:
            rows = [tag.removeprefix("row:") for tag in case["tags"] if tag.startswith("row:")]
            given = "".join(
                letters[case["facts"].get(name, {}).get("boolean")] for name in suite["elements"]
            )
            assert rows in ([], [given])


@pytest.mark.parametrize("policy", list(shelved.policies()), ids=lambda each: str(each.about.id))
def test_a_shipped_policy_stands_in_the_suite_as_it_is_now(policy: Policy) -> None:
    (suite,) = [each for each in SUITES if each["policy"].get("digest") == policy.about.digest]

    assert (policy.about.id, policy.about.version) == (
        suite["policy"]["id"],
        suite["policy"]["version"],
    )
    assert shelved.tree(policy.root) == suite["policy"]["root"]
    assert policy.elements == tuple(suite["elements"])


def test_every_shipped_policy_and_no_other_stands_in_the_suite() -> None:
    named = {
        f"{each['policy']['id']}@{each['policy']['version']}"
        for each in SUITES
        if "digest" in each["policy"]
    }

    assert {str(each) for each in shipped().entries} == named


@pytest.mark.parametrize("policy", list(shelved.policies()), ids=lambda each: str(each.about.id))
def test_every_clause_of_a_shipped_policy_is_met_not_met_and_open_in_some_case(
    policy: Policy,
) -> None:
    (suite,) = [each for each in SUITES if each["policy"].get("digest") == policy.about.digest]
    words = {
        Stance.CRITERIA: {"met", "not-met", "open"},
        Stance.EXCLUDED: {"not-met"},
        Stance.SILENT: {"open"},
        Stance.UNREAD: {"open"},
    }[policy.about.stance]

    for clause in policy.clauses():
        told = {case["expected"]["criteria"][clause.id] for case in suite["cases"]}
        assert (clause.id, words) == (clause.id, told)


@pytest.mark.parametrize("suite", NAMED)
def test_the_document_of_a_policy_is_read_as_its_tree(suite: Json) -> None:
    """An engine that reads documents and one that reads trees are given the same policy."""
    assert suite["policy"]["root"] == shelved.tree(policy_of(json.dumps(suite)).root)


# Gaps


def cannot(_suite: Json, _case: Json) -> Json:
    """Stand for an engine that cannot say something."""
    raise NotExpressible(Problem(place=Place(file="engine"), message="no", hint="none"))


GAP = Gap(tag="nesting", word=Word.NEVER, reason="a stand-in", error=NotExpressible)


def test_a_declared_gap_that_fails_as_declared_is_no_disagreement() -> None:
    (nesting,) = [suite for name, suite in files() if name == "nesting.json"]

    assert [] == disagreements(Engine(name="mute", run=cannot, gaps=(GAP,)), [nesting])


def test_a_declared_gap_that_works_is_a_disagreement() -> None:
    (nesting,) = [suite for name, suite in files() if name == "nesting.json"]
    able = Engine(name="able", run=by_the_evaluator, gaps=(GAP,))

    found = disagreements(able, [nesting])
    assert len(nesting["cases"]) == len(found)
    assert found[0].endswith(
        "the gap `nesting` (never) is declared, yet it works; remove the declaration"
    )


def test_a_gap_that_fails_otherwise_than_declared_is_no_gap() -> None:
    (nesting,) = [suite for name, suite in files() if name == "nesting.json"]
    gap = Gap(tag="nesting", word=Word.NOT_YET_OURS, reason="a stand-in", error=KeyError)

    with pytest.raises(NotExpressible):
        disagreements(Engine(name="mute", run=cannot, gaps=(gap,)), [nesting])


def test_an_engine_that_differs_is_named_with_criterion_and_case() -> None:
    """The classical mistake: what is missing counts as false."""

    def closed(suite: Json, case: Json) -> Json:
        facts = {name: {"boolean": False} for name in suite["elements"]} | {
            name: fact for name, fact in case["facts"].items() if "absent" not in fact
        }
        return by_the_evaluator(suite, {**case, "facts": facts})

    (table,) = [suite for name, suite in files() if name == "table-all-of.json"]
    found = disagreements(Engine(name="closed", run=closed), [table])

    assert (
        "closed: conformance-table-all-of: all of: TTU: policy is not-met, expected open" in found
    )


def test_every_declared_gap_says_why_and_concerns_a_case() -> None:
    tags = {tag for case in cases() for tag in case["tags"]}

    for engine in ENGINES:
        for gap in engine.gaps:
            assert gap.reason
            assert gap.tag in tags


def test_the_example_of_the_page_stands_in_the_suite() -> None:
    page = (FOLDER / "README.md").read_text(encoding="utf-8")
    example = json.loads(page.split("```json\n")[1].split("\n```")[0])
    (partial,) = [suite for name, suite in files() if name == "partial-dates.json"]

    assert [example] == [case for case in partial["cases"] if case["name"] == example["name"]]
