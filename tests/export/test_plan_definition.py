"""A policy as a plan: the tree of criteria, its conditions, and what follows from the answer."""

from __future__ import annotations

from typing import Any

import pytest

from multifidus.export.activity_definition import collection, requests
from multifidus.export.cql import cql
from multifidus.export.plan_definition import Follows, plan_definition
from tests.export.publications import actions, logic, ours, said, shelf

Resource = dict[str, Any]

FORM = "https://multifidus.org/fhir/Questionnaire/ours|1.0.0"


def plan(without: str = "") -> Resource:
    policy = ours()
    follows = Follows(requests=requests(policy), collection=collection(policy, questionnaire=FORM))
    return plan_definition(policy, logic=logic(policy, without=without), follows=follows)


def test_the_tree_of_actions_is_the_tree_of_criteria() -> None:
    root = plan()["action"][0]

    assert "policy" == root["id"]
    assert ["A", "B", "X"] == [each["id"] for each in root["action"]]
    assert ["B1", "B2", "B3"] == [each["id"] for each in root["action"][1]["action"]]


@pytest.mark.parametrize(
    ("group", "connective", "selection"),
    [
        ("policy", "all of", "all"),
        ("B", "at least 2 of", None),
        ("X", "none of", None),
    ],
)
def test_a_connective_is_told_and_selects_where_r4_has_a_word(
    group: str, connective: str, selection: str | None
) -> None:
    """R4 has no selection behavior for *none of* and *at least n of*; the library decides them."""
    told = actions(plan())[group]

    assert connective == said(told, "connective")
    assert selection == told.get("selectionBehavior")
    assert "logical-group" == told["groupingBehavior"]


def test_the_condition_of_a_criterion_names_its_define() -> None:
    told = actions(plan())["B3"]["condition"]

    assert [
        {
            "kind": "applicability",
            "expression": {
                "language": "text/cql-identifier",
                "expression": "B3",
                "reference": "https://multifidus.org/fhir/Library/Ours|1.0.0",
            },
        }
    ] == told


def test_a_criterion_that_the_library_cannot_say_has_no_condition() -> None:
    found = actions(plan(without="B3"))

    assert "condition" not in found["B3"]
    assert "condition" in found["B2"]


def test_a_plan_without_a_library_names_none() -> None:
    told = plan_definition(ours(), logic=None, follows=Follows())

    assert "library" not in told
    assert not [each for each in actions(told).values() if "condition" in each]


def test_a_clause_cites_its_source_with_the_place_and_how_it_was_read() -> None:
    found = actions(plan())
    (own,), (inherited,) = found["A"]["documentation"], found["B1"]["documentation"]

    assert ("ours", "section 1", "verified") == (
        own["label"],
        said(own, "citation-place"),
        said(own, "reading-status"),
    )
    assert ("trial", "table 2") == (inherited["label"], said(inherited, "citation-place"))
    assert "url" not in inherited
    assert "second-hand" == said(found["B1"], "reading-status")


def test_a_reading_is_told_with_the_reading_not_taken() -> None:
    told = said(actions(plan())["A"], "reading")

    assert {
        "decided": "The source says adults; we read at least 21 years.",
        "other": "age >= 18 years",
        "review": "Not yet reviewed by a clinician.",
    } == {each["url"]: each["valueString"] for each in told["extension"]}


def test_a_clause_says_what_a_chart_has_to_hold() -> None:
    age, index = (actions(plan())[name]["input"] for name in ("A", "B3"))

    assert ["Patient"] == [each["type"] for each in age]
    assert ["birthDate"] == age[0]["mustSupport"]
    assert 2 == len(index)
    assert (
        "https://multifidus.org/fhir/ValueSet/oswestry-index"
        == (index[0]["codeFilter"][0]["valueSet"])
    )
    assert "oswestry-index" == index[1]["codeFilter"][0]["code"][0]["code"]
    assert "mo" == index[0]["dateFilter"][0]["valueDuration"]["code"]


def test_when_it_is_met_the_service_may_be_requested() -> None:
    told = actions(plan())["request"]

    assert "policy" == told["condition"][0]["expression"]["expression"]
    assert 3 == len(told["action"])
    assert all(each["definitionCanonical"].endswith("|1.0.0") for each in told["action"])


def test_while_it_is_open_what_is_missing_is_collected() -> None:
    told = actions(plan())["collect"]

    assert '"policy" is null' == told["condition"][0]["expression"]["expression"]
    assert told["definitionCanonical"].endswith("/ActivityDefinition/ours-collect|1.0.0")


def test_nothing_follows_from_not_met_but_that_a_person_decides() -> None:
    found = actions(plan())

    assert {"policy", "request", "collect", "decide", "after"} == {
        each["id"] for each in plan()["action"]
    }
    assert "condition" not in found["decide"]


def test_an_obligation_comes_after_the_decision_and_is_not_evaluated() -> None:
    told = actions(plan())["O1"]

    assert [{"actionId": "decide", "relationship": "after-end"}] == told["relatedAction"]
    assert "condition" not in told


def test_a_plan_says_whose_it_is_for_whom_and_from_when_to_when() -> None:
    told = plan()

    assert ("active", False) == (told["status"], told["experimental"])
    assert {"start": "2026-01-01", "end": "2026-12-31"} == told["effectivePeriod"]
    assert ["Our plan", "Gold", "commercial"] == [
        each["valueCodeableConcept"]["text"] for each in told["useContext"]
    ]
    assert ["urn:iso:std:iso:3166", "urn:iso:std:iso:3166:-2"] == [
        each["coding"][0]["system"] for each in told["jurisdiction"]
    ]
    assert ["derived-from", "citation", "predecessor"] == [
        each["type"] for each in told["relatedArtifact"]
    ]
    assert "approvalDate" not in told
    assert "lastReviewDate" not in told


def test_a_day_that_nobody_knows_is_said_to_be_unknown() -> None:
    told = plan_definition(
        next(each for each in shelf() if each.about.in_force.first is None),
        logic=None,
        follows=Follows(),
    )

    assert "date" not in told
    assert "unknown" == told["_date"]["extension"][0]["valueCode"]


@pytest.mark.parametrize("stance", ["excluded", "silent", "unread"])
def test_a_policy_without_a_list_states_its_clause_and_asks_for_nothing(stance: str) -> None:
    policy = next(each for each in shelf() if each.about.stance.value == stance)
    form = collection(policy, questionnaire=FORM)
    told = plan_definition(policy, logic=logic(policy), follows=Follows(collection=form))
    (clause,) = told["action"][0]["action"]

    assert clause["description"]
    assert clause["documentation"]
    assert "input" not in clause
    assert "collect" not in actions(told)


def test_a_code_is_named_where_it_stands_alone() -> None:
    """Codings of one concept mean the same; the codes of a larger set are alternatives."""
    lead, generator, device = requests(ours())

    assert ("ServiceRequest", "ServiceRequest", "DeviceRequest") == (
        lead["kind"],
        generator["kind"],
        device["kind"],
    )
    assert "coding" not in lead["code"]
    assert "QLK" == device["code"]["coding"][0]["code"]
    assert {"proposal"} == {each["intent"] for each in (lead, generator, device)}


def test_the_form_is_handed_on_to_the_task() -> None:
    told = collection(ours(), questionnaire=FORM)

    assert FORM == told["extension"][0]["valueCanonical"]
    assert ["input[0].type", "input[0].valueCanonical"] == [
        each["path"] for each in told["dynamicValue"]
    ]


def test_introductions_travel_with_the_plan_and_the_logic() -> None:
    """Those of the policy and of its sections; they decide nothing, and a reader needs them."""
    (policy,) = (each for each in shelf() if each.about.id == "reactiv8-b")
    follows = Follows(requests=(), collection=None)
    told = plan_definition(policy, logic=None, follows=follows)["description"].split("\n\n")

    assert len(policy.introductions) > 0
    assert [*policy.introductions] == told[1:]
    assert "// " + " ".join(policy.prose[0].split()) in cql(policy, policy.dictionary).content
