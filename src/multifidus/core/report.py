"""
A determination as the published JSON: docs/reference/determination.schema.json.

It follows from the types, but for two things: quantities and times are laid out flat, as `value`
and `unit`, so that a reader of one field needs no tree; and of the case only its digest is told.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from multifidus.core.canonical import Plain, plain
from multifidus.core.case import Absence
from multifidus.core.quantity import Quantity, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multifidus.core.case import Fact
    from multifidus.core.determination import Determination
    from multifidus.core.quantity import Value
    from multifidus.errors import Problem


NAMED = "the version that was named"


def report(
    determination: Determination,
    *,
    version: str,
    chosen: str = NAMED,
    unread: Sequence[Problem] = (),
) -> dict[str, Plain]:
    """
    Lay a determination out as plain data, under the version of the software that made it.

    `chosen` says why it is this version of the policy that answers, by whoever chose it;
    `unread` is what was not read, by whoever read it.
    """
    told: dict[str, Plain] = {"multifidus": version}
    for field in fields(determination):
        match field.name:
            case "case":
                told["case"] = {"digest": determination.case.digest}
            case "facts" | "absences":
                entries = getattr(determination, field.name)
                told[field.name] = {name: report_entry(each) for name, each in entries.items()}
            case name:
                told[name] = plain(getattr(determination, name))
        if field.name == "policy":
            told["chosen"] = chosen
    told["unread"] = report_unread(unread)
    return told


def report_unread(problems: Sequence[Problem]) -> Plain:
    """Lay out what of a record was not read, or read with a doubt."""
    return [
        {"where": str(each.place), "message": each.message, "hint": each.hint} for each in problems
    ]


def report_entry(entry: Fact | Absence) -> dict[str, Plain]:
    """Lay out what a case holds for an element: a fact, or an absence with its reason."""
    if isinstance(entry, Absence):
        return {
            "reason": entry.reason.value,
            "detail": entry.detail,
            "found": None if entry.found is None else report_value(entry.found),
            "provenance": plain(entry.provenance),
        }
    return {
        **report_value(entry.value),
        "basis": entry.basis.value,
        "because": entry.because,
        "from": plain(entry.provenance),
    }


def report_value(value: Value) -> dict[str, Plain]:
    """Lay out a value flat: what it is, its unit, and of a time the days it is counted between."""
    match value:
        case Quantity():
            return {"value": value.number, "unit": value.unit}
        case Span():
            words = str(value)
            return {
                "value": words,
                "unit": None,
                "since": plain(value.since),
                "until": plain(value.until),
            }
        case _:
            return {"value": value, "unit": None}
