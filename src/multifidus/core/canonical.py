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
from enum import StrEnum
from functools import cache
from hashlib import sha256
from types import NoneType
from typing import TYPE_CHECKING, Any, cast

from multifidus.core.expression import AllOf, AnyOf

if TYPE_CHECKING:
    from collections.abc import Callable

Plain = dict[str, "Plain"] | list["Plain"] | str | int | bool | None
"""What JSON can hold; numbers that were measured are strings, so that no digit is lost."""


def plain(value: object) -> Plain:
    """
    Turn a value into what JSON can hold.

    >>> from multifidus.core.quantity import Quantity
    >>> plain(Quantity("7.30", "cm"))
    {'value': '7.3', 'unit': 'cm'}
    """
    return _how_to(cast("Any", type(value)))(value)


_CONNECTIVES: Mapping[type, str] = {AllOf: "all_of", AnyOf: "any_of"}


@cache
def _how_to(cls: type[Any]) -> Callable[[Any], Plain]:
    """Find out once how values of a type are laid out; looking at each value anew takes longer."""
    if issubclass(cls, StrEnum):
        return lambda value: str(value.value)
    if issubclass(cls, NoneType | bool | int | str):
        return lambda value: cast("Plain", value)
    if issubclass(cls, tuple | list):
        return lambda value: [plain(item) for item in value]
    if issubclass(cls, Mapping):
        return lambda value: {str(key): plain(item) for key, item in value.items()}
    if issubclass(cls, date):
        return lambda value: str(value.isoformat())
    if issubclass(cls, Decimal):
        return _digits
    if cls in _CONNECTIVES:
        # They have the same field, and would look the same without their names.
        return lambda value: {_CONNECTIVES[cls]: plain(value.parts)}
    if is_dataclass(cls):
        names = [field.name for field in fields(cls) if field.compare]
        return lambda value: {name: plain(getattr(value, name)) for name in names}
    message = f"{cls.__name__} has no plain form"
    raise TypeError(message)


def _digits(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def canonical_bytes(value: object) -> bytes:
    """Write a value as JSON with sorted keys and no white space: the same value, the same bytes."""
    text = json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def digest(value: object) -> str:
    """Fingerprint a value: SHA-256 over its canonical bytes."""
    return f"sha256:{sha256(canonical_bytes(value)).hexdigest()}"
