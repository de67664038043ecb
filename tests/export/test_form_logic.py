"""`export.form_logic`: a form asks what its answers leave open, and no more."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from hypothesis import strategies as st

from multifidus import determine
from multifidus.chart.filled import answers_in
from multifidus.core.determination import Finding
from multifidus.export.fhirpath import variable
from multifidus.export.questionnaire import questionnaire
from multifidus.language.read import parse_policy
from tests.export.form_runner import FormRun
from tests.export.form_states import SERVICE, case_of, policy_of, response_of, states, with_units
from tests.promises import strategies

if TYPE_CHECKING:
    from multifidus.core.case import Case
    from multifidus.core.element import Dictionary
    from multifidus.core.policy import Policy

TRUTHS: dict[Finding, list[bool]] = {
    Finding.MET: [True],
    Finding.NOT_MET: [False],
    Finding.OPEN: [],
}


def check_state(policy: Policy, form: dict[str, Any], case: Case, dictionary: Dictionary) -> None:
    """Hold a form that was answered from a case against the determination of its answers."""
    response = response_of(form, case, dictionary)
    read = case_of(response, dictionary, case.service.date)
    determination = determine(policy, read)
    run = FormRun(form, response, given={"serviceDay": [str(case.service.date)]})

    truths = {each.id: TRUTHS[each.truth] for each in determination.criteria.walk()}
    said = {each: run.known[variable(each)[1:]] for each in truths}
    assert truths == said

    answered = {link.partition(".")[0] for link in answers_in(response)}
    asked = {link.partition(".")[0] for link in run.asked()}
    # An answer that leaves its criterion open, as a year of birth may, stays where it is.
    assert {each.element for each in determination.open} | answered == asked


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("isass-2025", 60),
        ("anthem-surg-00158@2025.4.16", 60),
        ("reactiv8-b", 25),
        ("mp-623", 25),
    ],
)
def test_a_form_asks_what_is_open_and_keeps_what_is_answered(name: str, count: int) -> None:
    policy = policy_of(name)

    check_states(policy, questionnaire(policy).content, count)


def check_states(policy: Policy, form: dict[str, Any], count: int) -> None:
    """Hold a form against the determination in many states, the same in every run."""
    for case in states(policy, count, seed=len(policy.about.id)):
        check_state(policy, form, case, policy.dictionary)


UNITS = {
    "duration": ("a", "mo", "wk", "d"),
    "index": ("{score}",),
    "scale": ("cm", "mm"),
    "weight": ("kg",),
}
SMALL = with_units(strategies.DICTIONARY, UNITS)


def read(text: str) -> Policy:
    """Read a generated policy over a dictionary whose elements accept units."""
    policy, problems = parse_policy(
        text,
        sources_text=strategies.SOURCES,
        dictionaries={"small": SMALL},
        file="made-up.md",
    )
    assert () == problems
    assert policy is not None
    return policy


# Each policy costs a second of compiling; a smaller example would not be worth minutes of it.
@hypothesis.settings(
    max_examples=10,
    phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
    suppress_health_check=list(hypothesis.HealthCheck),
)
@hypothesis.given(
    strategies.texts().map(read), st.lists(strategies.cases(), min_size=5, max_size=5)
)
def test_so_it_does_for_policies_that_nobody_has_written_yet(
    policy: Policy, cases: list[Case]
) -> None:
    exported = questionnaire(policy)
    assert () == exported.gaps

    for case in cases:
        check_state(policy, exported.content, case, SMALL)


def test_a_policy_that_no_chart_can_move_asks_nothing() -> None:
    for name in ("cam-10131hb", "ncd-160-7"):
        form = questionnaire(policy_of(name)).content

        assert ["display"] == [item["type"] for item in form["item"]]
        assert [form["item"][0]["linkId"]] == FormRun(form, {}).asked()


def test_what_fhirpath_cannot_say_stays_open_and_is_told() -> None:
    """120 kg have no end in pounds, and what a month has of days no number says."""
    text = strategies.FRONT.format(
        connective="all of",
        items="- **A** It weighs at least 120 kg.\n  `weight >= 120 kg`\n- **B** Fit.\n  `fit`",
    )
    policy, _ = parse_policy(
        text,
        sources_text=strategies.SOURCES,
        dictionaries={"small": with_units(SMALL, {"weight": ("kg", "[lb_av]")})},
        file="made-up.md",
    )
    assert policy is not None

    exported = questionnaire(policy)

    (gap,) = exported.gaps
    (problem,) = gap.problems
    assert "FHIRPath: A: weight" == str(problem.place)
    assert "no end in the decimal digits" in problem.message
    assert ["weight", "fit"] == FormRun(exported.content, {}).asked()


def test_the_day_of_the_service_is_that_of_the_record() -> None:
    form = questionnaire(policy_of("isass-2025")).content
    order = {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "code": {"coding": [{"system": "http://www.ama-assn.org/go/cpt", "code": "64590"}]},
        "occurrenceDateTime": str(SERVICE),
    }

    assert [str(SERVICE)] == FormRun(form, {}, [order]).known["serviceDay"]


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("value >= 21", "value >= 31"),
        ("%S3p1p1 or %S3p1p2", "%S3p1p1 and %S3p1p2"),
        ('"%policy.empty()"', '"true"'),
        ("- 216 months", "- 204 months"),
    ],
)
def test_a_form_that_says_something_else_is_found(was: str, now: str) -> None:
    """A bound, a connective, a dropped test for what is not known, an age."""
    policy = policy_of("isass-2025")
    text = json.dumps(questionnaire(policy).content)
    assert was in text
    mutated = json.loads(text.replace(was, now))

    with pytest.raises(AssertionError):
        check_states(policy, mutated, 60)
