"""
A determination as the published JSON: docs/reference/determination.schema.json.

It follows from the types, but for two things: quantities and times are laid out flat, as `value`
and `unit`, so that a reader of one field needs no tree; and of the case only its digest is told.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from multifidus.core.canonical import Plain, plain
from multifidus.core.quantity import Quantity, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from multifidus.core.case import Absence, Fact
    from multifidus.core.determination import Determination
    from multifidus.core.quantity import Value
    from multifidus.errors import Problem


def report(
    determination: Determination, *, version: str, unread: Sequence[Problem] = ()
) -> dict[str, Plain]:
    """
    Lay a determination out as plain data, under the version of the software that made it.

    `unread` is what of the record was not read, by whoever read it.
    """
    told: dict[str, Plain] = {"multifidus": version}
    for field in fields(determination):
        match field.name:
            case "case":
                told["case"] = {"digest": determination.case.digest}
            case "facts":
                told["facts"] = {name: _fact(fact) for name, fact in determination.facts.items()}
            case "absences":
                told["absences"] = {
                    name: _absence(absence) for name, absence in determination.absences.items()
                }
            case name:
                told[name] = plain(getattr(determination, name))
    told["unread"] = [
        {"where": str(each.place), "message": each.message, "hint": each.hint} for each in unread
    ]
    return told


def _fact(fact: Fact) -> Plain:
    return {
        **_value(fact.value),
        "basis": fact.basis.value,
        "because": fact.because,
        "from": plain(fact.provenance),
    }


def _absence(absence: Absence) -> Plain:
    return {
        "reason": absence.reason.value,
        "detail": absence.detail,
        "found": None if absence.found is None else _value(absence.found),
        "provenance": plain(absence.provenance),
    }


def _value(value: Value) -> dict[str, Plain]:
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
