"""Policies that the tests of packages export: a small one as text, and those of the shelf."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from multifidus.export.cql import cql
from multifidus.export.library import Logic
from multifidus.language.read import parse_policy
from multifidus.library.shelf import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus.core.policy import Policy

Resource = dict[str, Any]

TEXT = """\
---
policy: ours
version: 1.0.0
status: active
stance: criteria
body: Our plan
payer: [Our plan]
plan: [Gold]
lines_of_business: [commercial]
jurisdictions: [US, US-NC]
in_force: 2026-01-01 to 2026-12-31
replaces: theirs@0.9.0
source: ours
dictionary: low-back-pain
---

# What our plan asks for

Coverage criteria are met when **all of** [@ours, section 1]

- **A Adult.** The patient is at least 21 years old.
  `age >= 21 years`
- **B Dysfunction** is shown by **at least 2 of** [@trial, table 2]
  - **B1** The prone instability test is positive.
    `prone_instability_test is positive`
  - **B2** MRI of the multifidus is abnormal.
    `multifidus_mri is abnormal`
  - **B3** The Oswestry Disability Index is at least 21 points.
    `oswestry_index >= 21 points`
- **X Contraindications** are absent: **none of**
  - **X1** The patient is unable to operate the system.
    `unable_to_operate_device`

> **Reading of A.** The source says adults; we read at least 21 years.
> Other reading: `age >= 18 years`. Not yet reviewed by a clinician.

## Obligations

- **O1 Registry.** The implantation is entered in a registry. [@ours, section 4]
"""
SOURCES = """\
ours:
  document: Medical policy of our plan
  edition: January 2026
  address: https://example.org/policy
  read: the whole document, 2026-01-05
  reading: verified
trial:
  document: Report of a trial
  edition: "2020"
  read: an abstract
  reading: second-hand
"""


@cache
def ours(text: str = TEXT) -> Policy:
    """Read the small policy."""
    policy, problems = parse_policy(
        text, sources_text=SOURCES, dictionaries=shipped().dictionaries, file="ours.md"
    )
    assert policy is not None, [str(each) for each in problems]
    return policy


def shelf() -> Iterator[Policy]:
    """Read every policy version that is shipped."""
    return (shipped().read(each) for each in shipped().entries)


def logic(policy: Policy, *, without: str = "") -> Logic:
    """Write the logic of a policy, as it is published, or with one definition less."""
    text = cql(policy, policy.dictionary).content
    return Logic(cql=text.replace(f'define "{without}":', "// ") if without else text)


def actions(plan: Resource) -> dict[str, Resource]:
    """Give every action of a plan by its id."""
    found: dict[str, Resource] = {}

    def walk(node: Resource) -> None:
        for each in node.get("action", []):
            found[each["id"]] = each
            walk(each)

    walk(plan)
    return found


def said(node: Resource, name: str) -> Any:  # noqa: ANN401  an extension holds any type of value
    """Give what an extension of ours says on an element; None where there is none."""
    for each in node.get("extension", []):
        if each["url"].endswith(f"/StructureDefinition/{name}"):
            return next((each[key] for key in each if key.startswith("value")), each)
    return None
