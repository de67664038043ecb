"""
What every published resource says of itself: whose text it is, of which version, from when to when.

CRMI asks for it in elements where R4 has them. Nothing is invented: a policy that states no first
day has an unknown date, a text that nobody has approved has no approval date, and a body whose
document we transcribed is named as the source, not as the publisher.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.core.policy import Status
from multifidus.export.cited import artifact
from multifidus.export.document.compose import KIND_WORDS, does_words
from multifidus.export.resource import canonical, lean, machine_name, not_known, resource_id

if TYPE_CHECKING:
    from datetime import date

    from multifidus.core.policy import Policy
    from multifidus.export.resource import Resource

PUBLISHER = "The multifidus authors"
LICENSE = "Apache-2.0"
COUNTRIES, SUBDIVISIONS = "urn:iso:std:iso:3166", "urn:iso:std:iso:3166:-2"
CONTEXT = "http://terminology.hl7.org/CodeSystem/usage-context-type"
PURPOSE = (
    "To put a patient's record to the policy, criterion by criterion. The answer is met, not met"
    " or more information; a person decides."
)
COPYRIGHT = (
    "A paraphrase by the project, under Apache-2.0; the document itself belongs to whoever"
    " published it."
)


def identity(policy: Policy, *, kind: str, name: str, title: str, description: str) -> Resource:
    """Begin a resource: what it is called, whose it is, and how far it may be relied on."""
    about, short = policy.about, resource_id(name)
    told = {
        "resourceType": kind,
        "id": short,
        "url": canonical(kind, short),
        "version": about.version,
        "name": machine_name(name),
        "title": title,
        "status": about.status.value,
        "experimental": about.status is Status.DRAFT,
        **dated(about.in_force.first, name="date"),
        "publisher": PUBLISHER,
        "description": description,
    }
    return lean(told)


def scope(policy: Policy) -> Resource:
    """Say for whom a policy is meant: payers, plans and lines of business, and where."""
    asked = policy.scope
    programs = [*asked.payers, *asked.plans, *(each.value for each in asked.lines_of_business)]
    return lean(
        {
            "useContext": [
                {
                    "code": {"system": CONTEXT, "code": "program"},
                    "valueCodeableConcept": {"text": each},
                }
                for each in programs
            ],
            "jurisdiction": [
                {"coding": [{"system": SUBDIVISIONS if "-" in each else COUNTRIES, "code": each}]}
                for each in asked.jurisdictions
            ],
        }
    )


def life(policy: Policy) -> Resource:
    """Say from when to when a policy is in force, who last looked at it, and what it rests on."""
    days = policy.about.in_force
    period = {
        name: day.isoformat() for name, day in (("start", days.first), ("end", days.last)) if day
    }
    return lean(
        {
            "lastReviewDate": _reviewed(policy),
            "effectivePeriod": period,
            "author": [{"name": PUBLISHER}],
        }
    )


def rests_on(policy: Policy) -> list[Resource]:
    """List the documents that a policy rests on: its own first, then those that it cites."""
    listed = [
        artifact(source, kind="derived-from" if key == policy.source else "citation")
        for key, source in sorted(
            policy.sources.items(), key=lambda each: (each[0] != policy.source, each[0])
        )
    ]
    if policy.replaces:
        name, _, version = policy.replaces.partition("@")
        listed.append(
            {"type": "predecessor", "resource": f"{canonical('PlanDefinition', name)}|{version}"}
        )
    return listed


def described(policy: Policy) -> str:
    """Say in two sentences what a policy is."""
    about = policy.about
    words = f"A transcription of a text of {about.body}: {KIND_WORDS[about.kind]}."
    return f"{words} What it does: {does_words(policy)}."


def dated(day: date | None, *, name: str) -> Resource:
    """Give a day under a name, or say that it is not known."""
    return {name: day.isoformat()} if day else not_known(name)


def _reviewed(policy: Policy) -> str:
    """Give the last day on which somebody attested a clause; empty where nobody did."""
    days = [each.on for clause in policy.criteria() for each in clause.attested]
    return max(days).isoformat() if days else ""
