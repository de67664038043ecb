"""
Everything that is published of one policy version, as resources of one package.

Parts are handed in by whoever writes them (the CQL library, the form); what belongs together names
each other by canonical address and version, and the manifest lists all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.core.coding import Days
from multifidus.export.activity_definition import collection, requests
from multifidus.export.attributes import attributes, in_json, in_text
from multifidus.export.data_requirement import value_sets_of
from multifidus.export.definitions import extension_definitions
from multifidus.export.evidence import evidence
from multifidus.export.library import logic_library, manifest
from multifidus.export.package import package
from multifidus.export.plan_definition import Follows, plan_definition
from multifidus.export.resource import text_of, versioned
from multifidus.export.value_set import own_codes, value_set

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from multifidus.core.policy import Policy
    from multifidus.export.evidence import Finding
    from multifidus.export.library import Logic
    from multifidus.export.resource import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What others wrote of a policy, and what stands behind it."""

    logic: Logic | None = None
    questionnaire: Resource | None = None
    findings: tuple[Finding, ...] = ()
    on: date | None = None
    """The day for which value sets are expanded; the days in force where none was asked for."""


def resources(policy: Policy, *, parts: Parts) -> list[Resource]:
    """Write every resource that is published of a policy, the plan first, the manifest last."""
    form = parts.questionnaire
    asks = [*requests(policy)]
    collects = collection(policy, questionnaire=versioned(form)) if form else None
    behind = evidence(policy, findings=parts.findings)
    follows = Follows(requests=asks, collection=collects, evidence=behind)
    held = [
        plan_definition(policy, logic=parts.logic, follows=follows),
        *([logic_library(policy, logic=parts.logic)] if parts.logic else []),
        *([form] if form else []),
        *asks,
        *([collects] if collects else []),
        *behind,
        *_terminology(policy, parts.on),
        *extension_definitions(),
    ]
    return [*held, manifest(policy, holds=held)]


def published(policy: Policy, *, parts: Parts) -> dict[str, bytes]:
    """Lay out the package of a policy, with its source attributes beside the resources."""
    told = attributes(policy, evidence=_reports(parts))
    others = {
        "source-attributes.json": text_of(in_json(policy, told=told)),
        "source-attributes.md": in_text(policy, told=told),
    }
    return package(policy, resources=resources(policy, parts=parts), others=others)


def _reports(parts: Parts) -> tuple[str, ...]:
    listed = (report.citation for each in parts.findings for report in each.reports)
    return tuple(dict.fromkeys(listed))


def _terminology(policy: Policy, on: date | None) -> Iterator[Resource]:
    """Write the value sets that answer the policy's elements or ask for its service."""
    dictionary = policy.dictionary
    days = Days(first=on, last=on) if on else policy.about.in_force
    asking = {name for rule in dictionary.service_date for name in rule.code_in}
    for name in sorted({*value_sets_of(dictionary, policy.elements), *asking}):
        yield value_set(dictionary.value_sets[name], for_days=days)
    yield own_codes(dictionary)
