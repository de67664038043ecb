"""A library of one's own beside the shipped policies: over the shipped dictionary, in a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """\
---
policy: {id}
version: {version}
status: draft
stance: {stance}
body: Our plan
payer: [Our plan]
{more}in_force: {days}
source: ours
dictionary: low-back-pain
---

# What our plan asks for

{clauses}
"""
LIST = """\
Coverage criteria are met when **all of** [@ours, section 1]

- **A Adult.** The patient is at least 21 years old.
  `age >= 21 years`
- **B Dysfunction** is shown by **any of**
  - **B1** The prone instability test is positive.
    `prone_instability_test is positive`
  - **B2** MRI of the multifidus is abnormal.
    `multifidus_mri is abnormal`"""
CLAUSE = "**E1 Position.** What it says of the service. [@ours, section 1]"
SOURCES = """\
ours:
  document: Medical policy of our plan
  edition: January 2026
  address: https://example.org/policy
  read: {read}
  reading: {reading}
"""


def write_policy(  # noqa: PLR0913  each field of a front matter may matter to a test
    folder: Path,
    name: str = "ours",
    *,
    version: str = "1.0.0",
    stance: str = "criteria",
    days: str = "2026-01-01 to open",
    more: str = "",
) -> Path:
    """Write a policy and its sources into a library; its file is given."""
    path = folder / name / version / "policy.md"
    path.parent.mkdir(parents=True)
    clauses = LIST if stance == "criteria" else CLAUSE
    text = TEXT.format(
        id=name, version=version, stance=stance, days=days, more=more, clauses=clauses
    )
    path.write_text(text, encoding="utf-8")
    read = ("not read", "unverified") if stance == "unread" else ("a summary", "second-hand")
    sources = SOURCES.format(read=read[0], reading=read[1])
    path.with_name("sources.yaml").write_text(sources, encoding="utf-8")
    return path
