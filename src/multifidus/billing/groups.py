"""
The MS-DRG that an inpatient implant groups to, as far as it was asked of a grouper.

Inpatient is not the usual site. A group with complications depends on the other diagnoses.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from multifidus.billing.request import System
from multifidus.billing.tables import rows
from multifidus.core.citation import ReadingStatus

if TYPE_CHECKING:
    from multifidus.billing.request import CodedRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class MsDrg:
    """A principal diagnosis and procedures, and the group that they fall into."""

    principal: str
    procedures: tuple[str, ...]
    group: str
    with_cc: str
    """With a complication or comorbidity; empty if not asked."""
    with_mcc: str
    """With a major one; empty if not asked."""
    reading: ReadingStatus
    source: str


@cache
def ms_drgs() -> tuple[MsDrg, ...]:
    """Read the groups that come with the package."""
    return tuple(
        MsDrg(
            principal=row["principal"],
            procedures=tuple(row["procedures"].split()),
            group=row["ms_drg"],
            with_cc=row["with_cc"],
            with_mcc=row["with_mcc"],
            reading=ReadingStatus(row["reading"]),
            source=row["source"],
        )
        for row in rows("drg.csv")
    )


def group_of(request: CodedRequest) -> MsDrg | None:
    """Find the group of a request with inpatient procedures; None if it was not asked about."""
    diagnoses = request.of(System.ICD_10_CM)
    procedures = {each.code for each in request.of(System.ICD_10_PCS)}
    if not diagnoses or not procedures:
        return None
    return next(
        (
            each
            for each in ms_drgs()
            if each.principal == diagnoses[0].code and set(each.procedures) == procedures
        ),
        None,
    )
