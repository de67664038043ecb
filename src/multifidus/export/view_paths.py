"""
FHIRPath for views: only what every runner of SQL on FHIR has to understand.

The standard asks runners for a part of FHIRPath alone: `where`, `exists`, `empty`, `ofType`,
`first`, `join`, the keys, `and`, `or`, `not`, and the comparisons `=`, `!=`, `>` and `<=`. What is
built here keeps to it, so no `startsWith`, no `in`, no `>=`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.export.fhirpath import literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from multifidus.core.coding import Code

NOTHING = "id.where(empty())"
"""A path that finds nothing: the literal for it, `{}`, is not among what runners must read."""


def equals(path: str, text: str) -> str:
    """Say that a field holds a text."""
    return f"{path} = {literal(text)}"


def begins(path: str, stem: str) -> str:
    """
    Say that a field's text begins with a stem: it lies between the stem and what follows it.

    >>> begins("code", "N02B")
    "(code = 'N02B' or code > 'N02B') and code <= 'N02C' and code != 'N02C'"
    """
    end = stem[:-1] + chr(ord(stem[-1]) + 1)
    start = any_of((equals(path, stem), f"{path} > {literal(stem)}"))
    return all_of((start, f"{path} <= {literal(end)}", f"{path} != {literal(end)}"))


class _Either(str):
    """A condition with an `or` outside of all parentheses; beside an `and` it needs its own."""

    __slots__ = ()


def any_of(conditions: Iterable[str]) -> str:
    """
    Join conditions of which one is enough.

    >>> all_of(("a", any_of(("b", "c"))))
    'a and (b or c)'
    """
    parts = list(dict.fromkeys(conditions))
    return parts[0] if len(parts) == 1 else _Either(" or ".join(parts))


def all_of(conditions: Iterable[str]) -> str:
    """Join conditions that must all hold; empty where there are none."""
    parts = [each for each in dict.fromkeys(conditions) if each]
    if len(parts) == 1:
        return parts[0]
    return " and ".join(f"({each})" if isinstance(each, _Either) else each for each in parts)


def negated(condition: str) -> str:
    """Say that a condition does not hold."""
    return f"({condition}).not()"


def coding_is(codes: Iterable[Code]) -> str:
    """Say of a coding that it falls under one of some entries of value sets."""
    by_system: dict[str, list[str]] = {}
    for each in codes:
        test = begins if each.with_descendants else equals
        by_system.setdefault(each.system, []).append(test("code", each.code))
    return any_of(
        all_of((equals("system", system), any_of(tests))) for system, tests in by_system.items()
    )


def has_coding(path: str, test: str) -> str:
    """Say that one of a concept's codings, or of several concepts', passes a test."""
    return f"{path}.coding.where({test}).exists()"
