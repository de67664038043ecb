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
_INCLUDE = re.compile(r'^include\s+"?([\w.-]+)"?\s+version\s+\'([^\']+)\'', re.MULTILINE)
HELPERS = "http://fhir.org/guides/cqf/common/Library"
"""Where the common libraries of CQL on FHIR are published."""


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
    def includes(self) -> tuple[str, ...]:
        """The libraries that it includes, as canonical names."""
        return tuple(f"{HELPERS}/{name}|{version}" for name, version in _INCLUDE.findall(self.cql))

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
    return f"{canonical('Library', _id(policy, logic))}|{policy.about.version}"


def logic_library(policy: Policy, *, logic: Logic) -> Resource:
    """Write the logic of a policy as a Library, with what it asks of a chart."""
    name = _id(policy, logic)
    used = [{"type": "depends-on", "resource": each} for each in logic.includes]
    told = identity(
        policy,
        kind="Library",
        name=name,
        title=f"{policy.about.title}: logic",
        description="One define for each criterion, under its id: true, false, or null while it"
        " is open. Three-valued throughout.",
    )
    return lean(
        {
            **told,
            **({"name": logic.name} if logic.name else {}),
            "type": {"coding": [{"system": KINDS, "code": "logic-library"}]},
            "subjectCodeableConcept": _PATIENT,
            **scope(policy),
            "purpose": PURPOSE,
            "copyright": COPYRIGHT,
            **life(policy),
            "relatedArtifact": [*rests_on(policy), *used],
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


def _id(policy: Policy, logic: Logic) -> str:
    return logic.name.replace("_", "-") or policy.about.id


_PATIENT = {"coding": [{"system": "http://hl7.org/fhir/resource-types", "code": "Patient"}]}
