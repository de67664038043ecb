"""
The restorative neurostimulator as its sources describe it; what no source told has no value.

These are facts of the device and its label. What trials or payers ask stands in their policies.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from multifidus.billing.tables import rows
from multifidus.core.citation import ReadingStatus

DEVICE = "ReActiv8"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFact:
    """One thing that is known of the device, or not."""

    fact: str
    label: str
    value: str | None
    """None where no source that was read tells it: look at the current labelling of the model."""
    unit: str
    reading: ReadingStatus
    source: str


@cache
def device_facts() -> tuple[DeviceFact, ...]:
    """Read the facts that come with the package."""
    return tuple(
        DeviceFact(
            fact=row["fact"],
            label=row["label"],
            value=row["value"] or None,
            unit=row["unit"],
            reading=ReadingStatus(row["reading"]),
            source=row["source"],
        )
        for row in rows("device.csv")
    )
