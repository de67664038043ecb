"""Shelves of small policies, written into a folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.library.shelf import Shelf
from tests.language.small import DICTIONARY, SOURCES, VALUE_SET

if TYPE_CHECKING:
    from pathlib import Path

FRONT = """\
---
policy: {id}
version: {version}
status: {status}
stance: criteria
body: Nobody
in_force: {days}
source: made-up
dictionary: small
{more}---

# The policy {id}

Coverage criteria are met when **all of** [@made-up, page 1]

- **A Adult.** The patient is at least 18 years old. [@second, page 2]
  `age >= 18 years`
- **B** The patient is not unfit.
  `not unfit`
- **C** It is shown by **any of**
  - **C1** The lift test is positive.
    `lift_test is positive`
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Small:
    """A small policy, by what the shelf looks at."""

    id: str = "a"
    version: str = "1.0.0"
    days: str = "2024-01-01 to open"
    status: str = "draft"
    more: str = "payer: [Payer]\n"

    def text(self) -> str:
        """Write it down."""
        return FRONT.format(
            id=self.id, version=self.version, status=self.status, days=self.days, more=self.more
        )


def put(folder: Path, *policies: Small) -> Path:
    """Write policies into a folder, each with its sources, in a folder of its own."""
    for number, each in enumerate(policies):
        path = folder / str(number) / "policy.md"
        path.parent.mkdir(parents=True)
        path.write_text(each.text(), encoding="utf-8")
        path.with_name("sources.yaml").write_text(SOURCES, encoding="utf-8")
    return folder


def shelf_of(folder: Path, *policies: Small, own: tuple[Path, ...] = ()) -> Shelf:
    """Make a shelf of policies over the small dictionary."""
    values = folder / "dictionaries" / "value-sets"
    values.mkdir(parents=True)
    (values / "pain.yaml").write_text(VALUE_SET, encoding="utf-8")
    (folder / "dictionaries" / "small.yaml").write_text(DICTIONARY, encoding="utf-8")
    return Shelf(put(folder, *policies), *own)
