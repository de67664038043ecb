"""
The front matter of a policy: whose it is, for whom, on which days, and what it does.

The shelf reads this much of every policy, and the rest of one only when it is asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from multifidus.core.coding import Days
from multifidus.core.policy import Kind, LineOfBusiness, PolicyVersion, Scope, Stance, Status
from multifidus.language.dictionary import read_days

if TYPE_CHECKING:
    from collections.abc import Iterator
    from enum import StrEnum

    from multifidus.language.located import Fields

    _Word = TypeVar("_Word", bound=StrEnum)

_JURISDICTION = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """What the front matter says; the title and the digest are the text's."""

    about: PolicyVersion
    scope: Scope
    source: str
    dictionary: str


def read_front(fields: Fields) -> Front:
    """Read the fields of a front matter; what is wrong with them is noted there."""
    days = read_days(fields.text("in_force"))
    if days is None:
        fields.wrong(
            fields.find("in_force"),
            "`in_force` is not a range of days",
            "write `in_force: 2025-04-16 to open`",
        )
    front = Front(
        about=PolicyVersion(
            id=fields.text("policy"),
            version=fields.text("version"),
            title="",
            body=fields.text("body"),
            kind=Kind(fields.choice("kind", list(Kind), Kind.COVERAGE)),
            stance=Stance(fields.choice("stance", list(Stance))),
            status=Status(fields.choice("status", list(Status))),
            in_force=days or Days(),
            digest="",
        ),
        scope=Scope(
            payers=_words(fields, "payer"),
            plans=_words(fields, "plan"),
            lines_of_business=tuple(_chosen(fields, "lines_of_business", LineOfBusiness)),
            jurisdictions=tuple(_jurisdictions(fields)),
        ),
        source=fields.text("source"),
        dictionary=fields.text("dictionary"),
    )
    fields.close()
    return front


def _words(fields: Fields, name: str) -> tuple[str, ...]:
    return tuple(each.text for each in fields.list(name))


def _chosen(fields: Fields, name: str, words: type[_Word]) -> Iterator[_Word]:
    for each in fields.list(name):
        if each.text in list(words):
            yield words(each.text)
        else:
            fields.wrong(each, f"`{name}` has `{each.text}`", f"write some of: {', '.join(words)}")


def _jurisdictions(fields: Fields) -> Iterator[str]:
    for each in fields.list("jurisdictions"):
        if _JURISDICTION.fullmatch(each.text):
            yield each.text
        else:
            fields.wrong(
                each,
                f"`jurisdictions` has `{each.text}`",
                "write ISO 3166 codes, as `US` for a country and `US-NC` for a part of it",
            )
