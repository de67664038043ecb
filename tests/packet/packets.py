"""Packets of the shipped charts, made once, and the same with something taken away."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import multifidus.packet
from multifidus import examples
from multifidus.cli.packet import Order, packet_of
from multifidus.cli.question import Question
from multifidus.core.determination import determine
from multifidus.library.shelf import shipped
from multifidus.packet.compose import Kind, Packet, compose
from multifidus.packet.practice import Decision, Ground
from multifidus.packet.wording import Wording

if TYPE_CHECKING:
    from multifidus.packet.material import Material

EXAMPLES = Path(examples.__file__).parent
PRACTICE = Path(multifidus.packet.__file__).parent / "practice.toml"
TODAY = date(2026, 9, 20)
WORDING = Wording()
CHARTS = (
    "complete-candidate.json",
    "no-medication-record.json",
    "contradictory-mri.json",
    "surgical-candidate.json",
    "seventeen-years.json",
    "only-time-lacking.json",
    "silent-chart.json",
    "bmi-38-age-78.json",
    "anthem-candidate.json",
    "spine-clinic",
    "referral-packet",
    "mri-report",
)
MIXED = ("spine-clinic", "referral-packet", "mri-report")
DECISION = Decision(
    payer="Example Health Plan",
    date=date(2026, 9, 15),
    ground=Ground.CONSERVATIVE_CARE,
    words="The record of care is incomplete.",
    reference="MADE-UP-1",
)


@cache
def packet(chart: str = "spine-clinic", policy: str = "isass-2025") -> Packet:
    """Make the request for a shipped chart."""
    question = Question(records=(EXAMPLES / chart,), policy=policy)
    return packet_of(Order(question=question, practice=PRACTICE), today=TODAY)


def again(material: Material, kind: Kind = Kind.REQUEST) -> Packet:
    """Compose a packet of material that was changed."""
    return compose(material, WORDING, kind)


def decided(material: Material, ground: Ground = Ground.CONSERVATIVE_CARE) -> Material:
    """Give the material of somebody who was told a payer's decision."""
    practice = replace(material.practice, decision=replace(DECISION, ground=ground))
    return replace(material, practice=practice)


def without(material: Material, *elements: str) -> Material:
    """Give the material of a chart that lacks some facts."""
    case = material.determination.case
    kept = frozenset(case.entries) - frozenset(elements)
    policy = shipped().read(shipped().find(material.determination.policy.id, case.service.date))
    return replace(material, determination=determine(policy, case.limited_to(kept)))
