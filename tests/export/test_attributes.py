"""The source attributes: all of the rule's, each with an answer or the reason why there is none."""

from __future__ import annotations

import re

import pytest

from multifidus.export.attributes import Standing, attributes, in_json, in_text
from tests.export.publications import TEXT, ours, shelf

OF_EVIDENCE = [f"A{number}" for number in range(1, 14)]
OF_PREDICTIONS = [
    f"B{number}{part}"
    for number, parts in enumerate((4, 4, 2, 4, 2, 4, 5, 4, 2), start=1)
    for part in ("i", "ii", "iii", "iv", "v")[:parts]
]


def test_the_rule_has_13_attributes_of_evidence_and_31_of_predictions() -> None:
    assert (13, 31) == (len(OF_EVIDENCE), len(OF_PREDICTIONS))
    assert OF_EVIDENCE + OF_PREDICTIONS == [each.id for each in attributes(ours())]


def test_every_attribute_of_every_policy_has_an_answer_in_words() -> None:
    for policy in shelf():
        for each in attributes(policy):
            assert re.search(r"\w.*\.$", each.answer), (policy.about.id, each)
            assert "{" not in each.answer


def test_what_is_no_answer_says_why() -> None:
    told = {each.id: each for each in attributes(ours())}

    assert Standing.NOT_APPLICABLE == told["B4i"].standing
    assert "Nothing was trained: the criteria are those of a document." == told["B4i"].answer
    assert Standing.NOT_KNOWN == told["B7iii"].standing


@pytest.mark.parametrize(
    ("attribute", "answer"),
    [
        ("A4", "ours 1.0.0 (active). In force from: 2026-01-01. Last day in force: 2026-12-31."),
        ("A5", "Not used: no data element reads it."),
        ("A10", "Not used: no clause of the policy asks about it."),
        ("A11", "Used as the clauses say: Age (A)."),
        (
            "A13",
            (
                "Used as the clauses say: Oswestry Disability Index (B3);"
                " Unable to operate the device (X1)."
            ),
        ),
    ],
)
def test_the_use_of_a_variable_is_read_off_the_policy(attribute: str, answer: str) -> None:
    assert answer == {each.id: each.answer for each in attributes(ours())}[attribute]


def test_what_rests_on_what_is_told_with_how_well_it_was_read() -> None:
    first = attributes(ours(), evidence=["A report", "A poster"])[0].answer

    assert "Medical policy of our plan. January 2026. 1 further document is listed." in first
    assert "2 verified, 3 second-hand" in first
    assert first.endswith("Studies that the project links to its clauses: A report; A poster.")
    assert attributes(ours())[0].answer.endswith("The project links no study to its clauses.")


def test_for_whom_a_policy_is_meant_is_told_or_that_it_does_not_say() -> None:
    names_some = {each.id: each.answer for each in attributes(ours())}["B2ii"]
    bare = re.sub(r"(?m)^(payer|plan|lines_of_business|jurisdictions):.*\n", "", TEXT)
    names_none = {each.id: each.answer for each in attributes(ours(bare))}["B2ii"]

    assert names_some.endswith(
        "payers: Our plan; plans: Gold; lines of business: commercial; places: US, US-NC."
    )
    assert names_none.endswith("The policy names no payer, plan, line of business or place.")


def test_readings_are_counted() -> None:
    told = {each.id: each.answer for each in attributes(ours())}["B3ii"]
    without = re.sub(r"(?m)^> .*\n", "", TEXT)

    assert "1 interpretation of ours" in told
    assert (
        "No clause rests on an interpretation"
        in {each.id: each.answer for each in attributes(ours(without))}["B3ii"]
    )


def test_a_policy_of_one_source_lists_no_further_documents() -> None:
    single = next(each for each in shelf() if len(each.sources) == 1)

    assert "further" not in attributes(single)[0].answer


def test_the_attributes_are_told_as_data_and_as_a_page() -> None:
    told = attributes(ours())
    data, page = in_json(ours(), told=told), in_text(ours(), told=told)

    assert 44 == len(data["attributes"])
    assert ("ours", "1.0.0") == (data["policy"], data["version"])
    assert "## A3 Who paid for making it?\n\n*Not known.* The project states no funding." in page


def test_of_an_unread_policy_nothing_is_said_to_be_unused() -> None:
    """Nobody knows what it asks; one that excludes the service asks nothing."""
    found = {each.about.id: each for each in shelf()}
    told = {
        name: {one.id: one.answer for one in attributes(found[name], evidence=())}
        for name in ("humana-0412-033", "cigna-0539", "isass-2025")
    }

    assert "Not known: nobody has read what the policy asks." == told["humana-0412-033"]["A10"]
    assert "Nobody has read its position; " in told["humana-0412-033"]["A2"]
    assert "Not used: no clause of the policy asks about it." == told["cigna-0539"]["A10"]
    assert "it has no criteria to test; the body" in told["cigna-0539"]["A2"]
    assert "into criteria that a program can test; the body" in told["isass-2025"]["A2"]
