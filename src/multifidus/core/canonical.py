"""
Any of our values as plain data, as canonical bytes, and as a digest.

Serialization follows from the types: a new field appears by itself. Fields that take no part in
equality (places in files, indexes) stay out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from hashlib import sha256
from typing import Any

Plain = dict[str, "Plain"] | list["Plain"] | str | int | bool | None
"""What JSON can hold; numbers that were measured are strings, so that no digit is lost."""


@cache
def _names(cls: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(cls) if field.compare)


def plain(value: object) -> Plain:
    """
    Turn a value into what JSON can hold.

    >>> from multifidus.core.quantity import Quantity
    >>> plain(Quantity("7.30", "cm"))
    {'value': '7.3', 'unit': 'cm'}
    """
    match value:
        case None | bool() | int():
            return value
        case str():
            return str(value)
        case tuple() | list():
            return [plain(item) for item in value]
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case date():
            return value.isoformat()
        case Decimal():
            text = format(value, "f")
            return text.rstrip("0").rstrip(".") if "." in text else text
        case _:
            if not is_dataclass(value):
                message = f"{type(value).__name__} has no plain form"
                raise TypeError(message)
            return {name: plain(getattr(value, name)) for name in _names(value.__class__)}


def canonical_bytes(value: object) -> bytes:
    """Write a value as JSON with sorted keys and no white space: the same value, the same bytes."""
    text = json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def digest(value: object) -> str:
    """Fingerprint a value: SHA-256 over its canonical bytes."""
    return f"sha256:{sha256(canonical_bytes(value)).hexdigest()}"
