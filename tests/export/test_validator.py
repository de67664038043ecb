"""The validator finds what fhirkit-rs does not look at: one fault at a time in a sound resource."""

from __future__ import annotations

from base64 import b64encode
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from multifidus.export.plan_definition import Follows, plan_definition
from tests.export.publications import logic, ours
from tests.export.validator import faults

if TYPE_CHECKING:
    from collections.abc import Callable

Resource = dict[str, Any]


def plan() -> Resource:
    return deepcopy(plan_definition(ours(), logic=logic(ours()), follows=Follows()))


def attached(text: str) -> Resource:
    data = b64encode(text.encode()).decode()
    return library(content=[{"contentType": "text/plain", "data": data}])


def library(code: str = "logic-library", **more: object) -> Resource:
    kinds = "http://terminology.hl7.org/CodeSystem/library-type"
    coded = {"type": {"coding": [{"system": kinds, "code": code}]}}
    return published("Library", **coded, **more)


def published(kind: str, **more: object) -> Resource:
    return {
        "resourceType": kind,
        "id": "a",
        "url": f"https://example.org/{kind}/a",
        "version": "1",
        "name": "A",
        "title": "A",
        "status": "draft",
        "experimental": True,
        "date": "2026-01-01",
        "publisher": "Somebody",
        "description": "Words.",
        **more,
    }


def test_a_sound_plan_has_no_faults() -> None:
    assert [] == faults(plan())


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda it: it.update(foo=1), "error at PlanDefinition.foo: unknown element"),
        (lambda it: it.pop("status"), "error at PlanDefinition.status: required element missing"),
        (
            lambda it: it["action"][0].update(groupingBehavior="heap"),
            "PlanDefinition.action.groupingBehavior: `heap` is no code of the required value set",
        ),
        (
            lambda it: it["relatedArtifact"][0].update(type="citation2"),
            "PlanDefinition.relatedArtifact.type: `citation2` is no code of the required value set",
        ),
        (lambda it: it.pop("version"), "PlanDefinition.version: is missing (CRMI shareable"),
        (lambda it: it.pop("publisher"), "PlanDefinition.publisher: is missing (CRMI publishable"),
        (lambda it: it.update(id="a b"), "PlanDefinition.id: `a b` is no id"),
        (lambda it: it.update(name="a-b"), "PlanDefinition.name: `a-b` is no name"),
        (lambda it: it.update(url="https://example.org/x"), "does not end with the type and"),
        (lambda it: it.update(title="Denied"), "PlanDefinition: says a word of denial"),
        (lambda it: it["action"][1].update(id="policy"), "PlanDefinition.action: an id stands"),
        (
            lambda it: it["action"][0]["condition"][0]["expression"].pop("expression"),
            "PlanDefinition.action[0].condition: has no expression",
        ),
        (lambda it: it.pop("library"), "names a define, and the plan has not one library"),
        (
            lambda it: it["action"][0].update(definitionCanonical="a", definitionUri="b"),
            "PlanDefinition.action[0]: has two definitions",
        ),
        (
            lambda it: it["action"][0]["extension"][0].update(url="connective"),
            "PlanDefinition.action[0].extension[0].url: `connective` is no absolute address",
        ),
        (
            lambda it: it["action"][0]["extension"][0].update(valueCode="x"),
            "an extension has a value or extensions, one of both",
        ),
        (
            lambda it: it["type"]["coding"][0].update(system="kinds"),
            "PlanDefinition.type.coding[0].system: `kinds` is no absolute address",
        ),
        (
            lambda it: it.update(effectivePeriod={"start": "2026-02-01", "end": "2026-01-01"}),
            "PlanDefinition.effectivePeriod: ends before it starts",
        ),
        (
            lambda it: it.update(subjectReference={"reference": "#x"}),
            "PlanDefinition.subjectReference: `#x` is not contained",
        ),
    ],
)
def test_a_fault_in_a_plan_is_found(spoil: Callable[[Resource], object], fault: str) -> None:
    spoiled = plan()
    spoil(spoiled)

    assert [each for each in faults(spoiled) if fault in each]


@pytest.mark.parametrize(
    ("resource", "fault"),
    [
        ({}, "the resource has no type"),
        (library("heap"), "Library.type: is none of the kinds of R4"),
        (library(), "Library.content: a logic library has its logic"),
        (library("asset-collection"), "Library.relatedArtifact: a collection lists what it holds"),
        (
            published("ValueSet", expansion={"timestamp": "2026", "total": 1}),
            "ValueSet.expansion.total: 1, and 0 codes",
        ),
        (
            published("ValueSet", expansion={"timestamp": "2026", "contains": 2 * [{"code": "a"}]}),
            "ValueSet.expansion: a code stands twice",
        ),
        (
            published("Questionnaire", item=2 * [{"linkId": "a", "type": "string"}]),
            "Questionnaire.item: a linkId stands twice",
        ),
        (
            published(
                "Questionnaire",
                item=[
                    {
                        "linkId": "a",
                        "type": "string",
                        "enableWhen": [
                            {"question": "b", "operator": "exists", "answerBoolean": True}
                        ],
                    }
                ],
            ),
            "Questionnaire.item `a`: enableWhen names no item",
        ),
        (
            published(
                "Questionnaire",
                item=[
                    {
                        "linkId": "a",
                        "type": "string",
                        "enableWhen": 2
                        * [{"question": "a", "operator": "exists", "answerBoolean": True}],
                    }
                ],
            ),
            "Questionnaire.item `a`: enableBehavior is missing",
        ),
        (
            published("Questionnaire", item=[{"linkId": "a", "type": "display", "required": True}]),
            "Questionnaire.item `a`: a display asks nothing",
        ),
        (
            published("Evidence", experimental=True),
            "error at Evidence.experimental: unknown element",
        ),
    ],
)
def test_a_fault_of_another_type_is_found(resource: Resource, fault: str) -> None:
    assert fault in faults(resource)


def test_a_word_of_denial_is_found_in_what_is_attached_too() -> None:
    assert ["Library.content[0]: says a word of denial"] == faults(attached("This is denied."))
    assert [] == faults(attached("This is open."))


def test_letters_of_base64_are_no_words() -> None:
    spelled = {"contentType": "text/plain", "data": "deny"}

    assert [] == faults(library(content=[spelled]))


def test_what_is_attached_and_no_base64_is_found() -> None:
    wrong = {"contentType": "text/plain", "data": "a"}

    assert [each for each in faults(library(content=[wrong])) if "base64Binary" in each]


def test_a_view_is_no_resource_of_r4_and_its_structure_is_not_checked() -> None:
    assert [] == faults({"resourceType": "ViewDefinition", "id": "a"})
