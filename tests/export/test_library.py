"""The libraries: the logic as others wrote it, and the list of all that is published."""

from __future__ import annotations

import base64
from typing import Any

from multifidus.export.library import Logic, logic_library, manifest
from multifidus.export.plan_definition import Follows, plan_definition
from tests.export.publications import logic, ours
from tests.export.validator import faults

Resource = dict[str, Any]

CQL = """\
library Ours version '1.0.0'
using FHIR version '4.0.1'
parameter "Service Date" Date
define "A": true
define function helper(x Integer): x
define plain: "A"
"""


def test_the_library_is_named_as_the_text_names_itself() -> None:
    told = logic_library(ours(), logic=Logic(cql=CQL))

    assert ("Ours", "Ours") == (told["id"], told["name"])
    assert told["url"].endswith("/Library/Ours")
    assert [] == faults(told)


def test_a_text_without_a_name_is_named_as_its_policy_is() -> None:
    told = logic_library(ours(), logic=Logic(cql='define "A": true\n'))

    assert ("ours", "Ours") == (told["id"], told["name"])


def test_the_text_is_attached_byte_for_byte() -> None:
    told = logic_library(ours(), logic=Logic(cql=CQL, elm='{"library": {}}'))
    content = [(each["contentType"], base64.b64decode(each["data"])) for each in told["content"]]

    assert [
        ("text/cql", CQL.encode()),
        ("application/elm+json", b'{"library": {}}'),
    ] == content


def test_what_a_text_defines_is_known() -> None:
    assert {"A", "plain"} <= Logic(cql=CQL).defines


def test_the_library_says_what_it_has_to_be_told_and_what_it_answers() -> None:
    told = logic_library(ours(), logic=Logic(cql=CQL))["parameter"]

    assert [("Service Date", "in", "date"), ("A", "out", "boolean")] == [
        (each["name"], each["use"], each["type"]) for each in told
    ]


def test_the_library_says_what_a_chart_has_to_hold() -> None:
    told = logic_library(ours(), logic=logic(ours()))

    assert {"Patient", "Observation", "DiagnosticReport"} == {
        each["type"] for each in told["dataRequirement"]
    }


def test_the_manifest_lists_everything_with_its_version() -> None:
    plan = plan_definition(ours(), logic=logic(ours()), follows=Follows())
    told = manifest(ours(), holds=[plan])
    listed = [each for each in told["relatedArtifact"] if each["type"] == "composed-of"]

    assert ["https://multifidus.org/fhir/PlanDefinition/ours|1.0.0"] == [
        each["resource"] for each in listed
    ]
    assert [] == faults(told)
