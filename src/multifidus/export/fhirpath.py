"""
Texts of FHIRPath: literals, connectives, and where a form keeps an answer.

FHIRPath is three-valued as policies are: an empty collection stands for what is not known, and
`and`, `or` and `not()` follow Kleene's tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

UNKNOWN = "{}"
"""What is not known: an empty collection."""
DAY_DIGITS = 10
"""Characters of a day as FHIR writes it: `2026-03-01`."""


def variable(*words: str) -> str:
    """
    Refer to a variable: FHIR takes no underscore in its name, and FHIRPath no dot or hyphen.

    >>> variable("asked", "pain_vas"), variable("S3.1"), variable("found", "serviceRequests")
    ('%askedPainVas', '%S3p1', '%foundServiceRequests')
    """
    first, *rest = [part for word in words for part in word.replace(".", "p").split("_")]
    return f"%{first}" + "".join(each[:1].upper() + each[1:] for each in rest)


def literal(words: str) -> str:
    r"""
    Write a string.

    >>> literal("it's")
    "'it\\'s'"
    """
    escaped = words.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def among(path: str, words: Iterable[str]) -> str:
    """Ask whether the one value of a path is one of some words; unknown where it has none."""
    listed = [literal(each) for each in words]
    if len(listed) == 1:
        return f"{path} = {listed[0]}"
    return f"{path} in ({' | '.join(listed)})"


def conjunction(parts: Iterable[str]) -> str:
    """Connect with `and`; nothing at all is true."""
    return _connected(parts, " and ", empty="true")


def disjunction(parts: Iterable[str]) -> str:
    """Connect with `or`; nothing at all is false."""
    return _connected(parts, " or ", empty="false")


def _connected(parts: Iterable[str], connective: str, *, empty: str) -> str:
    listed = list(dict.fromkeys(parts))
    if len(listed) == 1:
        return listed[0]
    return connective.join(_grouped(each) for each in listed) or empty


def _grouped(part: str) -> str:
    return f"({part})" if " " in part else part


def negation(part: str) -> str:
    """Say the contrary."""
    return f"({part}).not()"


def answer(link: str) -> str:
    """Give the value that stands in a form, wherever its groups put it."""
    return f"%resource.repeat(item).where(linkId = {literal(link)}).answer.value"


def day_of(path: str) -> str:
    """Give the day of a date, dateTime or instant, at the writer's own clock, as far as it goes."""
    return f"{path}.toString().substring(0, {DAY_DIGITS})"


def united(parts: Iterable[str]) -> str:
    """
    Give what one of some expressions gives, each thing once.

    Of an entry in a `select` this has to be `|`: what engines take for the context of the argument
    of `combine` differs.
    """
    listed = list(parts)
    return f"({' | '.join(listed)})" if len(listed) > 1 else listed[0]


def combined(parts: Iterable[str]) -> str:
    """Put collections together and keep what is there twice, as FHIRPath's `|` would not."""
    first, *rest = parts
    return f"({first})" + "".join(f".combine({each})" for each in rest) if rest else first


def extreme(collection: str, sign: str) -> str:
    """Give the largest (`>`) or the smallest (`<`) of some values; nothing where there is none."""
    kept = f"iif($total.empty(), $this, iif($this {sign} $total, $this, $total))"
    return f"{collection}.aggregate({kept})"


def reaching(day: str, count: int, unit: str) -> str:
    """
    Give the last day of a beginning from which so many units have passed by a day.

    In a month that lacks the day, FHIRPath takes the last one. Going back so agrees with
    `core.quantity.anniversary`, which goes forward and takes the first of the next month.
    """
    return f"({day}.toDate() - {count} {unit}).toString()"


def exceeding(day: str, count: int, unit: str) -> str:
    """Give the last day of a beginning from which more than so many units have passed by a day."""
    return f"({day}.toDate() - 1 day - {count} {unit}).toString()"
