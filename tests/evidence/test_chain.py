"""The chain: from what a clause asks about to the lines behind it."""

from __future__ import annotations

import pytest

from multifidus.errors import EvidenceError
from multifidus.evidence.chain import Clause, People, read_chain, shipped_chain


def clause(name: str, *elements: str, policy: str = "a-policy", stance: str = "criteria") -> Clause:
    return Clause(policy=policy, id=name, elements=elements, stance=stance)


def topics(*clauses: Clause) -> dict[str, list[str]]:
    """Name each topic behind some clauses, with the clauses it stands behind."""
    return {
        link.topic: [each.id for each in found] for link, found in shipped_chain().behind(clauses)
    }


def test_a_clause_is_linked_by_what_it_asks_about() -> None:
    told = topics(clause("S1", "age"), clause("S3.2", "oswestry_index"), clause("S3.1", "pain_vas"))

    assert {"Age": ["S1"], "How bad pain and disability are": ["S3.2", "S3.1"]} == told


def test_a_policy_that_excludes_the_service_is_answered_with_all_that_is_known_of_the_therapy() -> (
    None
):
    told = topics(clause("E1", stance="excluded"))

    assert {"Whether the therapy works, and harms": ["E1"]} == told


def test_a_clause_that_asks_about_nothing_known_has_no_link() -> None:
    assert {} == topics(clause("Z1", "place_of_service"))


def test_a_single_clause_can_be_named() -> None:
    chain = read_chain(
        SMALL.replace("elements = [", "clauses = ['a-policy:S9']\nelements = ["), file=""
    )

    assert 1 == len(list(chain.behind([clause("S9")])))
    assert [] == list(chain.behind([clause("S9", policy="another")]))


def test_people_outside_the_trials_are_kept_apart_and_say_by_what() -> None:
    lines = shipped_chain().lines
    outside = {each.id: each.apart for each in lines.values() if each.people is People.OUTSIDE}

    assert {
        "after-lumbar-surgery": ("prior_lumbar_surgery",),
        "other-device": ("requested_device",),
    } == outside
    assert ("age",) == lines["older-people"].apart


def test_the_missed_primary_endpoint_stands_in_the_first_line_and_its_topic() -> None:
    first = next(iter(shipped_chain().lines.values()))
    link = shipped_chain().links[0]

    assert "was not met" in first.doubt
    assert "was not met" in link.says
    assert first is link.lines[0]


SMALL = """
[[entry]]
study = "A"
policy = "a"
name = "A trial"

[[line]]
id = "pain"
title = "Pain"
rows = ["one"]
people = "inside"
doubt = "few people"

[[link]]
topic = "Pain"
elements = ["pain_vas"]
lines = ["pain"]
says = "something"
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[[line]]", "[[line", "this is no TOML"),
        ('people = "inside"', 'people = "within"', "line pain.people: `within` is none of its"),
        ('people = "inside"', 'people = "outside"', "line pain: people are outside"),
        ('doubt = "few people"', "", "line pain: `doubt` is missing"),
        ('rows = ["one"]', "", "line pain: cites no result"),
        ('rows = ["one"]', "rows = 1", "line pain: `rows` is no list of names"),
        ('rows = ["one"]', 'treated = "one"', "line pain: compares one arm with nothing"),
        ('lines = ["pain"]', 'lines = ["pian"]', "link Pain: there is no line `pian`"),
        ('elements = ["pain_vas"]', "", "link Pain: begins nowhere"),
        ("[[link]]", "[[lnik]]", "the file: unknown name `lnik`"),
        ('policy = "a"', "", "entry: `policy` is missing"),
        (
            "[[link]]",
            (
                '[[line]]\nid = "pain"\ntitle = "P"\nrows = ["b"]\npeople = "inside"\ndoubt = "d"\n'
                "[[link]]"
            ),
            "line pain: stands there twice",
        ),
    ],
)
def test_what_is_wrong_with_a_chain_is_told(old: str, new: str, message: str) -> None:
    with pytest.raises(EvidenceError) as raised:
        read_chain(SMALL.replace(old, new, 1), file="small.toml")

    assert message in str(raised.value)
