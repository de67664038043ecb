"""
What a plan does: ask for the service, or have somebody supply what is missing.

The requests that ask for the service are those by which the dictionary tells the day of service:
one activity for each value set. What is missing is asked by a form (CPG: collect information).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.export.metadata import COPYRIGHT, PURPOSE, identity, life, scope
from multifidus.export.resource import canonical, lean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus.core.coding import Code
    from multifidus.core.element import Rule
    from multifidus.core.policy import Policy
    from multifidus.export.resource import Resource

CPG = "http://hl7.org/fhir/uv/cpg"


def requests(policy: Policy) -> list[Resource]:
    """Write an activity for each kind of request that asks for the service."""
    return [
        _request(policy, rule, name)
        for rule in policy.dictionary.service_date
        for name in rule.code_in
    ]


def collection(policy: Policy, *, questionnaire: str) -> Resource:
    """Write the activity that has a form filled in, which asks what can still move the answer."""
    name = f"{policy.about.id}-collect"
    return lean(
        {
            **_begun(
                policy,
                name,
                "Supply what is missing",
                "A task to answer the questions that can still move the answer.",
            ),
            "extension": [
                {
                    "url": f"{CPG}/StructureDefinition/cpg-collectWith",
                    "valueCanonical": questionnaire,
                }
            ],
            "kind": "Task",
            "profile": f"{CPG}/StructureDefinition/cpg-questionnairetask",
            "code": {
                "coding": [
                    {
                        "system": f"{CPG}/CodeSystem/cpg-activity-type-cs",
                        "code": "collect-information",
                    }
                ]
            },
            "intent": "proposal",
            "dynamicValue": list(_form()),
        }
    )


def _begun(policy: Policy, name: str, does: str, description: str) -> Resource:
    return {
        **identity(
            policy,
            kind="ActivityDefinition",
            name=name,
            title=does,
            description=description,
        ),
        **scope(policy),
        "purpose": PURPOSE,
        "copyright": COPYRIGHT,
        **life(policy),
    }


def _request(policy: Policy, rule: Rule, name: str) -> Resource:
    codes = policy.dictionary.value_sets[name].codes
    words = name.replace("-", " ")
    return lean(
        {
            **_begun(
                policy,
                f"{policy.about.id}-{name}",
                f"Request: {words}",
                "A proposal to request the service; a person signs it.",
            ),
            "relatedArtifact": [{"type": "depends-on", "resource": canonical("ValueSet", name)}],
            "kind": rule.resource,
            "code": _code(codes, words),
            "intent": "proposal",
            "doNotPerform": False,
        }
    )


def _code(codes: tuple[Code, ...], words: str) -> Resource:
    """
    Name the code where there is one alone.

    Codings of one concept mean the same thing; the codes of a value set are alternatives, among
    which the person who asks has to choose.
    """
    if len(codes) != 1 or codes[0].with_descendants:
        return {"text": words}
    return {"coding": [{"system": codes[0].system, "code": codes[0].code}], "text": words}


def _form() -> Iterator[Resource]:
    """Hand the form on to the task, as CPG does."""
    collect = f"extension.where(url = '{CPG}/StructureDefinition/cpg-collectWith').value"
    for path, expression in (("input[0].type", "code"), ("input[0].valueCanonical", collect)):
        yield {
            "path": path,
            "expression": {"language": "text/fhirpath", "expression": expression},
        }
