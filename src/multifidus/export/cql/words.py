"""Words of CQL: how strings, names, days, numbers and comments are written in it."""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from fractions import Fraction

MOST_PLACES = 8
"""Decimal places of a CQL Decimal."""
MOST_DIGITS = 28
"""Digits of a CQL Decimal."""

_ESCAPES = str.maketrans({"\\": "\\\\", "'": "\\'", '"': '\\"', "\n": "\\n", "\r": "\\r"})


def string(text: str) -> str:
    r"""
    Write a string.

    >>> string("the patient's")
    "'the patient\\'s'"
    """
    return f"'{text.translate(_ESCAPES)}'"


def name(text: str) -> str:
    """Write the name of a definition."""
    return f'"{text.translate(_ESCAPES)}"'


def strings(texts: Iterable[str]) -> str:
    """Write a list of strings."""
    return f"{{ {', '.join(string(each) for each in texts)} }}"


def day(on: date | None) -> str:
    """Write a day; none is a null of that type."""
    return "null as Date" if on is None else f"@{on.isoformat()}"


def decimal(number: Fraction) -> str | None:
    """
    Write a number exactly; None if its decimals do not end, or are more than CQL keeps.

    >>> from fractions import Fraction
    >>> decimal(Fraction(127, 5)), decimal(Fraction(1, 3))
    ('25.4', None)
    """
    scaled = number * 10**MOST_PLACES
    if scaled.denominator != 1 or abs(scaled.numerator) >= 10**MOST_DIGITS:
        return None
    sign = "-" if number < 0 else ""
    whole, places = divmod(abs(scaled.numerator), 10**MOST_PLACES)
    return f"{sign}{whole}.{places:0{MOST_PLACES}d}".rstrip("0") + ("" if places else "0")


def comment(*lines: str) -> str:
    """Write lines for people; none of them can leave the comment."""
    return "".join(f"// {' '.join(line.split())}".rstrip() + "\n" for line in lines)


def define(title: str, expression: str) -> str:
    """Write a definition."""
    return f"define {name(title)}:\n{indent(expression, '  ')}\n"


def all_of(conditions: Iterable[str]) -> str:
    """Join conditions, each of which stands in parentheses if it needs them."""
    return "\n  and ".join(conditions)


def chained(lists: Iterable[str]) -> str:
    """Join lists without dropping what is equal, as a union would."""
    parts = tuple(lists)
    return parts[0] if len(parts) == 1 else f"flatten {{\n{indent(_separated(parts), '  ')}\n}}"


def _separated(parts: Iterable[str]) -> str:
    return ",\n".join(f"({each})" if "\n" in each else each for each in parts)
