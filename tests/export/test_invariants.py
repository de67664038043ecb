"""HL7's invariants hold of every resource that is published, and a broken one is found."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from multifidus.cli.findings import findings_behind
from multifidus.export.published import Parts, resources
from multifidus.export.questionnaire import questionnaire
from multifidus.library.shelf import shipped
from tests.export.invariants import Invariants
from tests.export.publications import logic, ours

if TYPE_CHECKING:
    from pathlib import Path

    from multifidus.core.policy import Policy

Resource = dict[str, Any]

R4 = ("standards", "r4-core-4.0.1", "StructureDefinition")
ENOUGH = 300
"""So many questions at least are asked of one package; none asked would find nothing either."""


KINDS = (
    *("ActivityDefinition", "CodeSystem", "Library"),
    *("PlanDefinition", "Questionnaire", "ValueSet"),
)
"""The types whose definitions the folder has; evidence and extensions are not among them."""


def package(policy: Policy) -> list[Resource]:
    form = questionnaire(policy).content
    return resources(
        policy,
        parts=Parts(logic=logic(policy), questionnaire=form, findings=findings_behind(policy)),
    )


@pytest.fixture(scope="module")
def invariants(shared: Path) -> Invariants:
    return Invariants(shared.joinpath(*R4))


@pytest.mark.parametrize("name", ["isass-2025@0.1.0", "anthem-surg-00158@2025.4.16", "ours"])
def test_every_invariant_holds_of_everything_in_a_package(
    invariants: Invariants, name: str
) -> None:
    named = {str(each): each for each in shipped().entries}
    policy = shipped().read(named[name]) if name in named else ours()
    assert set(KINDS) <= set(invariants.definitions)
    before = invariants.asked
    found = [(each["id"], fault) for each in package(policy) for fault in invariants.broken(each)]

    assert [] == found
    assert invariants.asked - before > ENOUGH


@pytest.mark.parametrize(
    ("kind", "spoil", "key"),
    [
        ("ValueSet", {"compose": {"include": [{"version": "1"}]}}, "vsd-1"),
        ("CodeSystem", {"concept": 2 * [{"code": "a"}]}, "csd-1"),
        (
            "PlanDefinition",
            {"contained": [{"resourceType": "Library", "meta": {"versionId": "1"}}]},
            "dom-4",
        ),
        ("Questionnaire", {"item": [{"linkId": "a", "type": "group"}]}, "que-1"),
    ],
)
def test_a_broken_invariant_is_found(
    invariants: Invariants, kind: str, spoil: Resource, key: str
) -> None:
    spoiled = deepcopy(next(each for each in package(ours()) if each["resourceType"] == kind))
    spoiled.update(spoil)

    assert [each for each in invariants.broken(spoiled) if f": {key}: " in each]
