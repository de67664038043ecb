"""How one policy differs from another: every word of it proved, or shown by a patient."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from multifidus.analysis.matrix import Relation
from multifidus.analysis.questions import implies
from multifidus.analysis.statement import truths
from multifidus.core.truth import T
from multifidus.library.comparison import Change, compare
from multifidus.library.restrictiveness import GROUPS, OTHER, Standing, restrictiveness
from multifidus.library.shelf import shipped
from tests.analysis.small import ON, asked_of, listed, policy, without_criteria

if TYPE_CHECKING:
    from multifidus.core.policy import Policy

ADULTS = policy("adults", "age >= 18 years")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (ADULTS, policy("b", "not age < 18 years"), Change.SAME),
        (ADULTS, policy("b", "age >= 22 years"), Change.TIGHTENED),
        (ADULTS, policy("b", "age >= 12 years"), Change.LOOSENED),
        (ADULTS, policy("b", "age <= 75 years"), Change.CHANGED),
        (ADULTS, policy("b", "age < 12 years"), Change.CLASHING),
        (ADULTS, without_criteria("b", "unread"), Change.UNKNOWN),
        (ADULTS, without_criteria("b", "silent"), Change.SILENT),
    ],
)
def test_a_topic_of_both_gets_one_word(first: Policy, second: Policy, expected: Change) -> None:
    asker, statements = asked_of(first, second)

    (finding,) = compare(asker, *statements).findings

    assert expected is finding.change


def test_what_only_one_asks_is_added_or_dropped() -> None:
    asker, (first, second) = asked_of(policy("a", "fit"), policy("b", "age >= 18 years"))

    found = {each.topic.elements: each.change for each in compare(asker, first, second).findings}

    assert {("fit",): Change.DROPPED, ("age",): Change.ADDED} == found


def reported(name: str, *tests: str) -> Policy:
    """Write a policy of which a report alone was read."""
    items = (
        f"- **{letter} Clause.** Sentence {letter}. [@second, page 1]\n  `{test}`"
        for letter, test in zip("ABC", tests, strict=False)
    )
    return listed(name, "\n".join(items))


def test_what_a_report_leaves_out_is_not_dropped_and_not_added() -> None:
    """Of the document nobody knows whether it asks; of one that was read, it is known."""
    read, other = policy("read", "fit"), reported("reported", "age >= 18 years")

    for one, another, words in (
        (read, other, {("fit",): Change.NOT_TOLD, ("age",): Change.ADDED}),
        (other, read, {("age",): Change.DROPPED, ("fit",): Change.NOT_TOLD}),
    ):
        asker, pair = asked_of(one, another)
        found = {each.topic.elements: each.change for each in compare(asker, *pair).findings}
        assert words == found


def test_a_payer_of_whom_a_report_was_read_lacks_no_criterion() -> None:
    """A reference that is known by a report is asked more of, all the same."""
    label, payer = policy("label", "fit"), reported("payer", "age >= 22 years")
    for reference, other, words in (
        (label, payer, {("fit",): Standing.NOT_TOLD, ("age",): Standing.ADDS}),
        (payer, label, {("fit",): Standing.ADDS, ("age",): Standing.NOT_ASKED}),
    ):
        asker, _ = asked_of(reference, other)
        table = restrictiveness(asker, [reference], [other])
        found = {row.elements: [*row.standings.values()] for row in table.rows}
        assert {key: [word] for key, word in words.items()} == found


@pytest.mark.parametrize("limit", [1e-9])
def test_out_of_time_nothing_is_said(limit: float) -> None:
    asker, (first, second) = asked_of(ADULTS, policy("b", "age >= 22 years"), limit=limit)

    compared = compare(asker, first, second)

    assert [Change.NOT_DECIDED] == [each.change for each in compared.findings]
    assert Relation.NOT_DECIDED is compared.whole


@pytest.mark.parametrize("stance", ["silent", "unread"])
def test_what_was_not_read_and_what_is_silent_is_never_ranked(stance: str) -> None:
    asker, (first, second) = asked_of(without_criteria("a", stance), ADULTS)

    compared = compare(asker, first, second)

    assert {"silent": Relation.SILENT, "unread": Relation.UNKNOWN}[stance] is compared.whole
    assert () == compared.answers
    assert {Change.UNKNOWN, Change.SILENT} >= {each.change for each in compared.findings}


def test_a_patient_of_a_finding_meets_the_one_side_and_not_the_other() -> None:
    asker, (first, second) = asked_of(ADULTS, policy("b", "age >= 22 years"))

    (finding,) = compare(asker, first, second).findings
    (shown,) = [each.witness for each in finding.answers if each.witness]

    assert T is truths(first.policy, shown.case)["policy"]
    assert T is not truths(second.policy, shown.case)["policy"]


LABEL, GUIDELINE = "fda-p190021", "isass-2025"
PAYERS = ("anthem-surg-00158", "bcbsmn-ii-149", "hcsc-med205-036", "medicare-l34328", "mp-623")
MORE = {Change.TIGHTENED, Change.CHANGED, Change.CLASHING, Change.ADDED}


@pytest.mark.parametrize("reference", [LABEL, GUIDELINE])
@pytest.mark.parametrize("payer", PAYERS)
def test_one_policy_implies_another_where_it_does_so_topic_by_topic(
    reference: str, payer: str
) -> None:
    shelf = shipped()
    pair = [shelf.read(shelf.find(name, ON)) for name in (reference, payer)]
    asker, (first, second) = asked_of(*pair)

    for one, other in ((first, second), (second, first)):
        asks_more = [
            each
            for each in compare(asker, one, other).findings
            if each.change in MORE or (each.change is Change.NOT_TOLD and each.topic.second)
        ]
        assert implies(asker, one, other).holds is not bool(asks_more)


def test_a_table_says_for_each_payer_how_it_stands_to_each_reference() -> None:
    label, payer = policy("label", "age >= 18 years", "fit"), policy("payer", "age >= 22 years")
    unread = without_criteria("unread", "unread")
    asker, _ = asked_of(label, payer, unread)

    table = restrictiveness(asker, [label], [payer, unread])

    pair = ("payer@1.0.0", "label@1.0.0")
    assert (payer,) == table.payers
    assert (unread,) == table.apart
    assert {("age",): Standing.STRICTER, ("fit",): Standing.NOT_ASKED} == {
        row.elements: row.standings[pair] for row in table.rows
    }
    assert {("age",): "The person", ("fit",): OTHER} == {
        row.elements: row.heading for row in table.rows
    }
    assert Relation.INCOMPARABLE is table.wholes[pair]


def test_the_headings_begin_at_elements_of_the_dictionary_in_its_order() -> None:
    order = list(shipped().dictionaries["low-back-pain"].elements)

    assert sorted(GROUPS, key=order.index) == list(GROUPS)
    assert order[0] in GROUPS
