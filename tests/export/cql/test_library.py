"""What a library holds: golden for two policies, the same bytes each time, and told gaps."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from multifidus.core.citation import Attestation
from multifidus.core.element import (
    Constant,
    Content,
    Filter,
    Number,
    Pick,
    Rule,
    Since,
)
from multifidus.core.expression import (
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Holds,
    Matches,
    Not,
    Part,
)
from multifidus.core.quantity import Operator, Quantity
from multifidus.core.resource import STATUS_FIELDS
from multifidus.export.cql import cql, library_name, shapes
from multifidus.export.cql.criterion import define_criterion, write_test
from multifidus.export.cql.element import define_element
from multifidus.export.cql.words import comment, decimal, name, string
from multifidus.library.shelf import shipped
from tests.test_architecture import DENIAL

if TYPE_CHECKING:
    from multifidus.core.element import DataElement, Dictionary
    from multifidus.core.expression import Expression
    from multifidus.core.policy import Policy

GOLDEN = Path(__file__).parents[2] / "golden" / "export" / "cql"
GOLDEN_POLICIES = ("isass-2025", "anthem-surg-00158@2025.4.16")
SHELF = shipped()
POLICIES = [SHELF.read(each) for each in SHELF.entries]


def policy_named(words: str) -> Policy:
    return SHELF.read(SHELF.find(words, on=date(2026, 3, 1)))


ISASS = policy_named("isass-2025")
DICTIONARY = ISASS.dictionary


def text_of(policy: Policy) -> str:
    return cql(policy, policy.dictionary).content


# The text


@pytest.mark.parametrize("words", GOLDEN_POLICIES)
def test_the_library_is_the_one_that_was_reviewed(words: str) -> None:
    """MULTIFIDUS_UPDATE_GOLDEN=1 writes it anew; the difference is reviewed as text."""
    path = GOLDEN / f"{words.replace('@', '-')}.cql"
    text = text_of(policy_named(words))
    if os.environ.get("MULTIFIDUS_UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")

    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("policy", POLICIES, ids=lambda each: each.about.id)
def test_every_criterion_has_one_definition_and_the_library_says_all(policy: Policy) -> None:
    exported = cql(policy, policy.dictionary)
    defined = re.findall(r'^define "([^":]+)":', exported.content, re.MULTILINE)

    assert () == exported.gaps
    assert len(defined) == len(set(defined))
    assert {each.id for each in policy.criteria()} | set(policy.elements) <= set(defined)
    assert exported == cql(policy, policy.dictionary)


@pytest.mark.parametrize("policy", POLICIES, ids=lambda each: each.about.id)
def test_no_library_can_say_a_denial_or_ask_whether_something_is_alike(policy: Policy) -> None:
    """`~` answers false where something is missing; only `=` may be used."""
    text = text_of(policy)
    code = re.sub(r"//[^\n]*|'(?:[^'\\]|\\.)*'", "", text)

    assert not DENIAL.search(text)
    assert "~" not in code
    assert " in " not in re.sub(r"\.value in \{|unit in \{", "", code)


def test_libraries_of_different_policies_have_different_names() -> None:
    names = {library_name(each) for each in POLICIES}

    assert len({each.about.id for each in POLICIES}) == len(names)
    assert all(re.fullmatch("[A-Z][A-Za-z0-9_]*", each) for each in names)


def test_words_of_a_policy_cannot_leave_their_comment_or_string() -> None:
    assert "// first second\n" == comment("first\nsecond")
    assert r"'it\'s \\ here'" == string(r"it's \ here")
    assert r'"a \" b"' == name('a " b')


def test_the_names_that_two_rooms_know_are_the_same() -> None:
    assert STATUS_FIELDS == {*shapes.CODES, *shapes.STATES}


# Tests


# Two sums: the surely true, and the possibly true.
TWO_OF_THREE = """case
  when Sum({ SURELY }) >= 2 then true
  when Sum({ POSSIBLY }) < 2 then false
  else null
end""".replace("SURELY", ", ".join(f'if "{each}" is true then 1 else 0' for each in "ABC")).replace(
    "POSSIBLY", ", ".join(f'if "{each}" is false then 0 else 1' for each in "ABC")
)


def written(expression: Expression) -> str:
    elements = {
        each: define_element(DICTIONARY.elements[each], DICTIONARY, ())
        for each in ("pain_duration", "age", "oswestry_index", "multifidus_mri", "pregnant")
    }
    return write_test(expression, elements)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (Holds("pregnant"), '"pregnant"'),
        (Not(Holds("pregnant")), 'not "pregnant"'),
        (Part("I3.2"), '"I3.2"'),
        (Matches("multifidus_mri", ("abnormal",)), "\"multifidus_mri\" = 'abnormal'"),
        (
            Not(Matches("multifidus_mri", ("abnormal", "normal"))),
            "not (\"multifidus_mri\" = 'abnormal' or \"multifidus_mri\" = 'normal')",
        ),
        (
            Compare("oswestry_index", Operator.AT_LEAST, Quantity(21, "points")),
            "\"oswestry_index\" >= 21.0 '{score}'",
        ),
        (
            Not(Compare("oswestry_index", Operator.LESS, Quantity("0.5", "points"))),
            "not (\"oswestry_index\" < 0.5 '{score}')",
        ),
        (
            Compare("pain_duration", Operator.AT_LEAST, Quantity("1.5", "years")),
            '"Has Lasted"("pain_duration", 18 months)',
        ),
        (
            Compare("pain_duration", Operator.LESS, Quantity("0.5", "months")),
            'not "Has Lasted"("pain_duration", 1 month)',
        ),
        (
            Compare("pain_duration", Operator.MORE, Quantity(1, "days")),
            '"Has Outlasted"("pain_duration", 1 day)',
        ),
        (
            Compare("age", Operator.AT_MOST, Quantity(75, "years")),
            'not "Has Lasted"("age", 912 months)',
        ),
        (
            Compare("age", Operator.EQUAL, Quantity(75, "years")),
            '"Has Lasted"("age", 900 months) and not "Has Lasted"("age", 912 months)',
        ),
        (AllOf(()), "true"),
        (AnyOf(()), "false"),
        (AllOf((Holds("pregnant"),)), '"pregnant"'),
        (
            AnyOf((Holds("pregnant"), AllOf((Part("A"), Part("B"))))),
            '"pregnant"\nor ("A"\nand "B")',
        ),
        (
            AtLeast(2, (Part("A"), Part("B"), Part("C"))),
            TWO_OF_THREE,
        ),
        (Compare("pregnant", Operator.LESS, Quantity(1, "times")), "null as Boolean"),
    ],
)
def test_a_test_is_written_in_three_valued_logic(expression: Expression, text: str) -> None:
    assert text == written(expression)


def test_a_number_is_held_in_a_unit_in_which_every_bound_is_exact() -> None:
    """A kilogram is no finite number of pounds, so both are held in grams."""
    weight = replace(
        DICTIONARY.elements["body_mass_index"],
        name="weight",
        answer=Number("lb", Decimal(0), Decimal(1000)),
        units=("kg", "[lb_av]"),
        rules=(Rule(resource="Observation", own=True, gives=Content("value")),),
    )
    defined = define_element(weight, DICTIONARY, (Quantity(80, "kg"),))

    assert defined.scale is not None
    assert "g" == defined.scale.unit.name
    bound = Compare("weight", Operator.MORE, Quantity(80, "kg"))
    assert "\"weight\" > 80000.0 'g'" == write_test(bound, {"weight": defined})


# What cannot be said


def with_element(element: DataElement) -> Dictionary:
    return replace(DICTIONARY, elements={**DICTIONARY.elements, element.name: element})


OWN = Rule(resource="Observation", own=True, gives=Content("value"))
ODI, AGE = DICTIONARY.elements["oswestry_index"], DICTIONARY.elements["age"]
MECHANISM = DICTIONARY.elements["pain_mechanism"]
UNSAYABLE = {
    "a resource": replace(ODI, rules=(replace(OWN, resource="Immunization"),)),
    "a code of what has none": replace(
        AGE, rules=(Rule(resource="Patient", own=True, gives=Since("birthDate")),)
    ),
    "a day": replace(AGE, rules=(Rule(resource="Patient", gives=Since("onset")),)),
    "a status": replace(
        ODI, rules=(replace(OWN, filters=(Filter(field="use", among=("claim",)),)),)
    ),
    "a field": replace(
        MECHANISM,
        rules=(
            replace(
                OWN,
                filters=(Filter(field="reasonCode", among=("office",)),),
                gives=Constant("mixed"),
            ),
        ),
    ),
    "a pick": replace(MECHANISM, pick=Pick.HIGHEST),
    "a range": replace(ODI, answer=Number("points", Decimal(0), Decimal("100.0000000001"))),
}


@pytest.mark.parametrize("what", UNSAYABLE)
def test_what_cannot_be_said_of_an_element_is_told_and_exported_as_unknown(what: str) -> None:
    element = UNSAYABLE[what]
    exported = cql(ISASS, with_element(element))
    (gap,) = exported.gaps
    (problem,) = gap.problems
    asking = [each.id for each in ISASS.criteria() if element.name in each.elements]

    assert problem.message.startswith(f"CQL cannot say `{element.name}`: ")
    assert ", ".join(asking) == problem.subject
    assert f'define "{element.name}":\n  null as ' in exported.content


def test_the_messages_are_those_that_were_reviewed() -> None:
    """MULTIFIDUS_UPDATE_GOLDEN=1 writes them anew; the difference is reviewed as text."""
    path = GOLDEN / "messages.txt"
    told = {what: cql(ISASS, with_element(each)).gaps for what, each in UNSAYABLE.items()}
    text = "\n".join(f"# {what}\n{gap}\n" for what, gaps in told.items() for gap in gaps)
    if os.environ.get("MULTIFIDUS_UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")

    assert path.read_text(encoding="utf-8") == text


def test_an_attested_clause_says_by_whom() -> None:
    attestation = Attestation(
        by="Dr. A", document="the guideline", edition="1", page="3", on=date(2026, 1, 2)
    )
    clause = replace(next(ISASS.clauses()), attested=(attestation,))

    assert "// Attested by Dr. A on 2026-01-02: the guideline, 1, 3\n" in define_criterion(
        clause, "true"
    )


def test_a_bound_that_cql_cannot_hold_leaves_its_criterion_open() -> None:
    clause = next(each for each in ISASS.clauses() if "oswestry_index" in each.elements)
    bound = Quantity("21.0000000001", "points")
    finer = replace(clause, test=Compare("oswestry_index", Operator.AT_LEAST, bound))
    exported = cql(
        replace(ISASS, root=replace(ISASS.root, parts=(finer,), test=Part(finer.id))), DICTIONARY
    )
    (gap,) = exported.gaps

    assert (
        f"{ISASS.about.id}: {clause.id}: CQL cannot say `oswestry_index >= 21.0000000001 points`"
        in str(gap)
    )
    assert f'define "{clause.id}":\n  null as Boolean' in exported.content


def test_a_number_with_more_digits_than_cql_keeps_is_none() -> None:
    assert decimal(Fraction(10**21)) is None
    assert "-0.5" == decimal(Fraction(-1, 2))
