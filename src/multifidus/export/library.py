"""
The Library resources of a policy: its logic, and the manifest of what is published with it.

The logic is text that `export.cql` wrote; ELM, which others' translators make of it, is attached
where there is any. A FHIR library is named as its CQL library is (Using CQL with FHIR).
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from multifidus.export.data_requirement import requirements
from multifidus.export.metadata import COPYRIGHT, PURPOSE, identity, life, rests_on, scope
from multifidus.export.resource import canonical, lean, versioned

if TYPE_CHECKING:
    from collections.abc import Iterable

    from multifidus.core.policy import Policy
    from multifidus.export.resource import Resource

KINDS = "http://terminology.hl7.org/CodeSystem/library-type"
_LIBRARY = re.compile(r'^library\s+"?([\w.-]+)"?\s+version\s+\'([^\']+)\'', re.MULTILINE)
_DEFINE = re.compile(r'^define(?:\s+\w+)*?\s+(?:"([^"]+)"|(\w+))\s*:', re.MULTILINE)
_PARAMETER = re.compile(r'^parameter\s+"([^"]+)"\s+(\w+)', re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Logic:
    """The logic of a policy: the text of its CQL library, and what others translated it into."""

    cql: str
    elm: str = ""

    @cached_property
    def name(self) -> str:
        """The name of the library; empty where the text states none."""
        found = _LIBRARY.search(self.cql)
        return found[1] if found else ""

    @cached_property
    def defines(self) -> frozenset[str]:
        """The names that it defines."""
        return frozenset(quoted or bare for quoted, bare in _DEFINE.findall(self.cql))

    @property
    def parameters(self) -> list[Resource]:
        """What it has to be told: the day of service, under the name that it gives it."""
        return [
            {"name": name, "use": "in", "min": 0, "max": "1", "type": kind.lower()}
            for name, kind in _PARAMETER.findall(self.cql)
        ]

    @property
    def content(self) -> list[Resource]:
        """Its texts as attachments."""
        texts = (("text/cql", self.cql), ("application/elm+json", self.elm))
        return [
            {"contentType": kind, "data": b64encode(text.encode()).decode()}
            for kind, text in texts
            if text
        ]


def logic_address(policy: Policy, logic: Logic) -> str:
    """Name the library of a policy's logic, with its version."""
    return f"{_url(policy, logic)}|{policy.about.version}"


def logic_library(policy: Policy, *, logic: Logic) -> Resource:
    """Write the logic of a policy as a Library, with what it asks of a chart."""
    url = _url(policy, logic)
    told = identity(
        policy,
        kind="Library",
        # An id has no underscores; the address ends with the name, as CQL on FHIR looks it up.
        name=url.rpartition("/")[2].replace("_", "-"),
        title=f"{policy.about.title}: logic",
        description="One define for each criterion, under its id: true, false, or null while it"
        " is open. Three-valued throughout.",
    )
    return lean(
        {
            **told,
            "url": url,
            **({"name": logic.name} if logic.name else {}),
            "type": {"coding": [{"system": KINDS, "code": "logic-library"}]},
            "subjectCodeableConcept": _PATIENT,
            **scope(policy),
            "purpose": PURPOSE,
            "copyright": COPYRIGHT,
            **life(policy),
            "relatedArtifact": rests_on(policy),
            "parameter": [*logic.parameters, *_answers(policy, logic)],
            "dataRequirement": requirements(policy.dictionary, policy.elements),
            "content": logic.content,
        }
    )


def manifest(policy: Policy, *, holds: Iterable[Resource]) -> Resource:
    """Write the list of what is published of a policy (CRMI: a manifest)."""
    listed = [
        {"type": "composed-of", "display": each["title"], "resource": versioned(each)}
        for each in holds
    ]
    return lean(
        {
            **identity(
                policy,
                kind="Library",
                name=f"{policy.about.id}-manifest",
                title=f"{policy.about.title}: manifest",
                description="What is published of this version of the policy.",
            ),
            "type": {"coding": [{"system": KINDS, "code": "asset-collection"}]},
            **scope(policy),
            "copyright": COPYRIGHT,
            **life(policy),
            "relatedArtifact": [*rests_on(policy), *listed],
        }
    )


def _answers(policy: Policy, logic: Logic) -> list[Resource]:
    """Say what it answers: each criterion that it defines, true, false or nothing."""
    return [
        {"name": each.id, "use": "out", "min": 0, "max": "1", "type": "boolean"}
        for each in policy.criteria()
        if each.id in logic.defines
    ]


def _url(policy: Policy, logic: Logic) -> str:
    return canonical("Library", logic.name or policy.about.id)


_PATIENT = {"coding": [{"system": "http://hl7.org/fhir/resource-types", "code": "Patient"}]}
