"""FHIR resources as plain data: how they are named, kept free of empty parts, and written."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

Resource = dict[str, Any]
"""A resource or a part of one, as JSON holds it."""

BASE = "https://multifidus.org/fhir"
"""Where our identifiers begin; they are names, and nobody fetches them (docs/decisions/0004)."""

_LONGEST_ID, _MARK = 64, 8
_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


def canonical(kind: str, name: str) -> str:
    """
    Name a resource of ours.

    >>> canonical("ValueSet", "low-back-pain")
    'https://multifidus.org/fhir/ValueSet/low-back-pain'
    """
    return f"{BASE}/{kind}/{name}"


def definition(name: str) -> str:
    """Name an extension of ours."""
    return canonical("StructureDefinition", name)


def extension(name: str, **value: object) -> Resource:
    """Say something that R4 has no element for, under a name that the package defines."""
    return {"url": definition(name), **value}


def versioned(resource: Resource) -> str:
    """Name a resource with its version, as those refer to it that mean this text of it."""
    return f"{resource['url']}|{resource['version']}"


def resource_id(words: str) -> str:
    """
    Make an id of words that may be too long for one: the end gives way to a mark of the whole.

    >>> resource_id("isass-2025"), resource_id("a" * 65)[-10:]
    ('isass-2025', 'a-635361c4')
    """
    if len(words) <= _LONGEST_ID:
        return words
    mark = sha256(words.encode()).hexdigest()[:_MARK]
    return f"{words[: _LONGEST_ID - _MARK - 1].rstrip('-')}-{mark}"


def machine_name(words: str) -> str:
    """
    Make a name that programs can use of an id.

    >>> machine_name("ncd-160-7"), machine_name("0412-033")
    ('Ncd1607', 'P0412033')
    """
    name = "".join(each[:1].upper() + each[1:] for each in re.findall(r"[A-Za-z0-9]+", words))
    return name if name[:1].isalpha() else f"P{name}"


def not_known(name: str) -> Resource:
    """Say of a date that must be told that nobody knows it; nothing is put in its place."""
    return {f"_{name}": {"extension": [{"url": _ABSENT, "valueCode": "unknown"}]}}


def lean(told: Mapping[str, Any]) -> Resource:
    """Leave out what is empty: FHIR says nothing by leaving out, never by an empty value."""
    return {name: value for name, value in told.items() if value not in ("", None, [], {}, ())}


def number(value: Decimal) -> int | float:
    """
    Give a decimal as a number of JSON; its digits are few enough to survive.

    >>> from decimal import Decimal
    >>> number(Decimal("6")), number(Decimal("-1.50"))
    (6, -1.5)
    """
    return int(value) if value == value.to_integral_value() else float(value)


def text_of(resource: object) -> str:
    """Write JSON: the same value, the same bytes."""
    return json.dumps(resource, indent=2, ensure_ascii=False) + "\n"
