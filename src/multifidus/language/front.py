"""
The front matter of a policy: whose it is, for whom, on which days, and what it does.

The shelf reads this much of every policy, and the rest of one only when it is asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from multifidus.core.coding import Days
from multifidus.core.place import is_place, place_of
from multifidus.core.policy import Kind, LineOfBusiness, PolicyVersion, Scope, Stance, Status
from multifidus.language.dictionary import read_days

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from enum import StrEnum

    from multifidus.language.located import Fields

    _Word = TypeVar("_Word", bound=StrEnum)

_ID = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")
_NAMED = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """What the front matter says; the title and the digest are the text's."""

    about: PolicyVersion
    scope: Scope
    source: str
    dictionary: str
    replaces: str = ""
    """The version, as `id@version`, whose open end this one closes on the day before its first."""


def end_of_front(lines: Sequence[str]) -> int:
    """Find the line that closes the front matter, counted from 0; 0 where there is none."""
    if lines[0].strip() != "---":
        return 0
    return next((n for n, line in enumerate(lines[1:], start=1) if line.strip() == "---"), 0)


def read_front(fields: Fields) -> Front:
    """Read the fields of a front matter; what is wrong with them is noted there."""
    days = read_days(fields.text("in_force"))
    if days is None and fields.find("in_force") is not None:
        fields.wrong(
            fields.find("in_force"),
            "`in_force` is not a range of days",
            "write `in_force: 2025-04-16 to open`",
        )
    front = Front(
        about=PolicyVersion(
            id=_identifier(fields),
            version=_version(fields),
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
        replaces=_replaced(fields),
    )
    fields.close()
    return front


def _identifier(fields: Fields) -> str:
    identifier = fields.text("policy")
    if identifier and not _ID.fullmatch(identifier):
        fields.wrong(
            fields.find("policy"),
            f"`policy` is `{identifier}`",
            "write small letters and digits with hyphens between them, as `isass-2025`",
        )
    return identifier


def _version(fields: Fields) -> str:
    version = fields.text("version")
    if version and not _VERSION.fullmatch(version):
        fields.wrong(
            fields.find("version"),
            f"`version` is `{version}`",
            "write three numbers, as `0.1.0`; it moves whenever the text does",
        )
    return version


def _replaced(fields: Fields) -> str:
    name = fields.text("replaces", "")
    if name and not _NAMED.fullmatch(name):
        fields.wrong(
            fields.find("replaces"),
            f"`replaces` is `{name}`",
            "name one version, as `isass-2025@0.1.0`",
        )
    return name


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
        if is_place(each.text):
            yield each.text
        else:
            code = place_of(each.text)
            meant = f"did you mean `{code}`? " if code else ""
            fields.wrong(
                each,
                f"`jurisdictions` has `{each.text}`",
                f"{meant}write ISO 3166 codes, as `US` for a country and `US-NC` for a part of it",
            )
