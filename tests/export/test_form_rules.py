"""The rules of SDC and DTR: our forms keep them, one fault at a time is found, others are read."""

from __future__ import annotations

import json
import os
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from multifidus.chart.answer import read_answer
from multifidus.chart.filled import complete
from multifidus.export.questionnaire import PrefillLanguage, link_of, questionnaire
from multifidus.export.resource import text_of
from tests.export.form_rules import (
    CORE,
    DTR,
    SDC,
    broken_in_form,
    broken_in_response,
    extensions,
    items_of,
)
from tests.export.form_states import (
    DICTIONARY,
    SERVICE,
    SHELF,
    STOOD,
    policy_of,
    response_of,
    states,
)
from tests.export.validator import faults

if TYPE_CHECKING:
    from collections.abc import Callable

Resource = dict[str, Any]

GOLDEN = Path(__file__).parents[1] / "golden" / "export"


@pytest.mark.parametrize("language", list(PrefillLanguage))
def test_the_form_of_every_policy_keeps_the_rules(language: PrefillLanguage) -> None:
    for entry in SHELF.entries:
        form = questionnaire(SHELF.read(entry), language=language).content

        assert [] == faults(form), entry.id
        assert [] == broken_in_form(form), entry.id


@pytest.mark.parametrize("name", STOOD)
def test_a_form_is_the_same_in_every_run(name: str) -> None:
    """Where it changed on purpose, MULTIFIDUS_UPDATE_GOLDEN=1 writes it anew."""
    policy = policy_of(name)
    path = GOLDEN / f"questionnaire-{policy.about.id}.json"
    text = text_of(questionnaire(policy).content)
    if os.environ.get("MULTIFIDUS_UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    assert path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", STOOD)
def test_a_response_keeps_the_rules_filled_in_and_completed(name: str) -> None:
    policy = policy_of(name)
    form = questionnaire(policy).content

    for case in states(policy, 12, seed=3):
        response = response_of(form, case)
        assert [] == faults(response)
        assert [] == broken_in_response(response, form)

        answer, _ = read_answer(DICTIONARY.elements["oswestry_index"], "30 points", SERVICE)
        assert answer is not None
        asks = "oswestry_index" in policy.elements
        told = complete(
            response, {"oswestry_index": answer} if asks else {}, by="Dr. Q", on=SERVICE
        )
        assert [] == faults(told)
        assert [] == broken_in_response(told, form)


# One fault at a time


def first(form: Resource, kind: str) -> Resource:
    return next(item for _, item in items_of(form) if item["type"] == kind)


def without(item: Resource, url: str) -> None:
    item["extension"] = [each for each in item["extension"] if each["url"] != url]


FAULTS: dict[str, Callable[[Resource], object]] = {
    "url: is missing": lambda form: form.pop("url"),
    "subjectType: is not Patient": lambda form: form.update(subjectType=["Group"]),
    "assemble-expectation is not allowed": lambda form: form["extension"].append(
        {"url": f"{SDC}assemble-expectation", "valueCode": "assemble-root"}
    ),
    "(dtrq-6)": lambda form: form["extension"].append(
        {
            "url": f"{DTR}estimated-completion-time",
            "extension": [{"url": "totalTime", "valueCode": "under-5min"}],
        }
    ),
    "item: there is none": lambda form: form.pop("item"),
    "text is missing": lambda form: first(form, "boolean").pop("text"),
    "(dtrq-2)": lambda form: first(form, "choice").pop("answerOption"),
    "(dtrq-3)": lambda form: without(first(form, "quantity"), f"{CORE}questionnaire-unitOption"),
    "(dtrq-4)": lambda form: first(form, "boolean").update(type="reference"),
    "(sdc-base-2)": lambda form: first(form, "choice")["answerOption"][0]["valueCoding"].pop(
        "system"
    ),
    "the least is more than the most": lambda form: extensions(
        next(i for _, i in items_of(form) if i["linkId"] == "oswestry_index"),
        f"{SDC}minQuantity",
    )[0]["valueQuantity"].update(value=101),
    "both enableWhen and an expression": lambda form: first(form, "boolean").update(
        enableWhen=[{"question": "age", "operator": "exists", "answerBoolean": True}]
    ),
    "what takes no answer": lambda form: first(form, "boolean").update(type="display"),
    "(DTR sec-4)": lambda form: first(form, "boolean").update(readOnly=True),
    "it has several of": lambda form: first(form, "boolean")["extension"].append(
        extensions(first(form, "boolean"), f"{SDC}initialExpression")[0]
    ),
    "is no language of expressions": lambda form: extensions(
        first(form, "boolean"), f"{SDC}initialExpression"
    )[0]["valueExpression"].update(language="text/prose"),
    "is used before it is defined": lambda form: form["extension"].reverse(),
}


@pytest.mark.parametrize("told", FAULTS)
def test_a_form_with_a_fault_is_found(told: str) -> None:
    form = deepcopy(questionnaire(policy_of("isass-2025")).content)
    FAULTS[told](form)

    assert any(told in each for each in broken_in_form(form))


def answered(response: Resource) -> Resource:
    answers = next(item["answer"] for _, item in items_of(response) if "answer" in item)
    first_answer: Resource = answers[0]
    return first_answer


BAD_RESPONSES: dict[str, Callable[[Resource], object]] = {
    "questionnaire: is not": lambda told: told.update(questionnaire="http://example.org/other"),
    "subject: is no patient": lambda told: told.pop("subject"),
    "status: is none": lambda told: told.update(status="stopped"),
    "in its order": lambda told: told["item"].reverse(),
    "the question takes": lambda told: answered(told).update(valueString="two"),
    "where it comes from": lambda told: answered(told).update(extension=[]),
    "is no origin": lambda told: answered(told)["extension"][0]["extension"][0].update(
        valueCode="guess"
    ),
    "(dtrx-1)": lambda told: answered(told)["extension"][0]["extension"][0].update(
        valueCode="manual"
    ),
}


@pytest.mark.parametrize("told", BAD_RESPONSES)
def test_a_response_with_a_fault_is_found(told: str) -> None:
    policy = policy_of("isass-2025")
    form = questionnaire(policy).content
    response = max(
        (response_of(form, each) for each in states(policy, 8, seed=1)),
        key=lambda each: len(str(each)),
    )
    BAD_RESPONSES[told](response)

    assert any(told in each for each in broken_in_response(response, form))


# What others wrote


def test_the_examples_of_dtr_are_read_by_the_same_rules(shared: Path) -> None:
    folder = shared / "standards" / "dtr-2.2.0-compiled" / "example"
    said: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.json")):
        resource = json.loads(path.read_text(encoding="utf-8-sig"))
        entries = [resource, *(each.get("resource", {}) for each in resource.get("entry", ()))]
        for each in entries:
            if each.get("resourceType") == "Questionnaire":
                said[f"{path.stem}: {each['id']}"] = broken_in_form(each)

    rules = {name: {each[each.rindex("(") :] for each in broken} for name, broken in said.items()}
    # Even HL7's own examples break a rule or two: a hidden answer, a quantity without a unit.
    assert {
        "Bundle-home-o2-questionnairepackage-bundle: home-o2-std-questionnaire": {"(DTR sec-4)"},
        "Questionnaire-dtr-questionnaire: dtr-questionnaire": {"(dtr-std-questionnaire)"},
        "Questionnaire-home-o2-std-questionnaire: home-o2-std-questionnaire": {"(DTR sec-4)"},
        "Questionnaire-referred-questionnaire: referred-questionnaire": {
            "(dtrq-3)",
            "(sdc-questionnaire)",
        },
    } == rules


def test_the_address_of_a_source_is_found_in_words() -> None:
    assert "https://example.org/a" == link_of("read at https://example.org/a.")
    assert "" == link_of("a copy on paper")
