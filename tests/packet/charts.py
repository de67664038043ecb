"""Small made-up charts: a few FHIR resources, and notes beside them, written into a folder."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from multifidus.cli.packet import Order, packet_of
from multifidus.cli.question import Question
from tests.packet.packets import PRACTICE, TODAY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from multifidus.packet.compose import Packet

Resource = dict[str, Any]

ON = date(2026, 10, 5)
ME = {"reference": "Patient/p1"}
PATIENT: Resource = {
    "resourceType": "Patient",
    "id": "p1",
    "name": [{"family": "Notional", "given": ["Juniper"]}],
    "birthDate": "1977-05-19",
}
NOTE = """Progress note
Patient: Juniper Notional
Date of service: 09/01/2026

HISTORY
{history}

Electronically signed by Lee Invented, MD
"""


def note(history: str, *, day: str = "09/01/2026") -> str:
    """Write a signed note of a day."""
    return NOTE.format(history=history).replace("09/01/2026", day)


def resource(kind: str, name: str, **fields: Any) -> Resource:  # noqa: ANN401  FHIR
    """Give a resource of the patient."""
    return {"resourceType": kind, "id": name, "subject": ME, **fields}


def chart(
    folder: Path, *, notes: Mapping[str, str | bytes], resources: Sequence[Resource] = (PATIENT,)
) -> Path:
    """Write a chart: a bundle, and files beside it."""
    place = folder / "chart"
    place.mkdir()
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": each} for each in resources],
    }
    (place / "record.json").write_text(json.dumps(bundle), encoding="utf-8")
    for name, content in notes.items():
        data = content.encode() if isinstance(content, str) else content
        (place / name).write_bytes(data)
    return place


def order(place: Path, **asked: Any) -> Order:  # noqa: ANN401  fields of an order
    """Ask for the packet of a chart."""
    question = Question(records=(place,), policy=asked.pop("policy", "isass-2025"), on=ON)
    return Order(question=question, practice=asked.pop("practice", PRACTICE), **asked)


def packet_from(
    folder: Path,
    *,
    notes: Mapping[str, str | bytes],
    resources: Sequence[Resource] = (PATIENT,),
    **asked: Any,  # noqa: ANN401  fields of an order
) -> Packet:
    """Make the packet of a chart."""
    place = chart(folder, notes=notes, resources=resources)
    return packet_of(order(place, **asked), today=TODAY)
