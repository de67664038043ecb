"""
An answer as the published JSON: docs/reference/answer.schema.json.

It follows from the types, but for the witness, whose facts are laid out as those of a determination
are.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from multifidus.core.canonical import plain
from multifidus.core.report import report_value

if TYPE_CHECKING:
    from multifidus.analysis.reply import Detail, Reply, Witness
    from multifidus.core.canonical import Plain
    from multifidus.core.case import Case


def report_reply(reply: Reply, *, version: str) -> dict[str, Plain]:
    """Lay an answer out as plain data, under the version of the software that gave it."""
    return {"multifidus": version, **_reply(reply)}


def _reply(reply: Reply) -> dict[str, Plain]:
    told: dict[str, Plain] = {}
    for field in fields(reply):
        match field.name:
            case "limit":
                # As written, so that no digit is added to it.
                told["limit_seconds"] = repr(reply.limit)
            case "witness":
                told["witness"] = None if reply.witness is None else _witness(reply.witness)
            case "parts":
                told["parts"] = [_reply(part) for part in reply.parts]
            case name:
                told[name] = plain(getattr(reply, name))
    return told


def _witness(witness: Witness) -> dict[str, Plain]:
    return {
        "service_date": witness.case.service.date.isoformat(),
        "facts": [_fact(each, witness.case) for each in witness.details],
        "told": plain(witness.told),
    }


def _fact(detail: Detail, case: Case) -> dict[str, Plain]:
    value = case.value(detail.element)
    told: dict[str, Plain] = {} if value is None else report_value(value)
    return {"element": detail.element, "label": detail.label, "words": detail.value, **told}
