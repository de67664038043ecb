"""
A data element in the words of the dictionary: what `language.dictionary` read, written again.

Of an entry that is told, each line is the one that stands in the file; reading it changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.core.element import (
    Choice,
    Constant,
    Content,
    Nothing,
    Number,
    Since,
    SinceAtLatest,
    Time,
    YesNo,
)
from multifidus.core.quantity import Counting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus.core.element import AnswerType, DataElement, Filter, Gives, Rule


def answer_text(answer: AnswerType) -> str:
    """
    Write what kind of answer an element takes.

    >>> answer_text(Choice(("positive", "negative")))
    'positive | negative'
    """
    match answer:
        case YesNo():
            return "yes or no"
        case Choice(options):
            return " | ".join(options)
        case Number(unit, low, high):
            return f"{unit}, {low:f} to {high:f}"
        case Time(Counting.COMPLETED):
            return "completed years"
        case Time():
            return "time"


def pick_text(element: DataElement) -> str:
    """Write which one of several statements answers, and how old it may be."""
    return f"{element.pick}{window_text(element)}"


def window_text(element: DataElement) -> str:
    """Write how old a statement may be; empty where its age does not matter."""
    return f", at most {element.window} before the service" if element.window else ""


def silence_text(element: DataElement) -> str:
    """Write what an empty record means."""
    return f"no because {element.silence}" if element.silence else "unknown"


def rule_text(rule: Rule, answer: AnswerType) -> str:
    """Write where a chart may answer, and what it then says."""
    where = " and ".join(_conditions(rule))
    told = f" where {where}" if where else ""
    return f"{rule.resource}{told} gives {_gives(rule.gives, answer)}"


def _conditions(rule: Rule) -> Iterator[str]:
    if rule.own:
        yield "code is own"
    if rule.code_in:
        yield f"code in [{', '.join(rule.code_in)}]"
    yield from map(_filter, rule.filters)


def _filter(wanted: Filter) -> str:
    absent = " or absent" if wanted.or_absent else ""
    return f"{wanted.field} in [{', '.join(wanted.among)}]{absent}"


def _gives(gives: Gives, answer: AnswerType) -> str:
    match gives:
        case Constant(str(option)):
            return option
        case Constant(value):
            counted = "one" if isinstance(answer, Number) else "yes"
            return counted if value else "no"
        case Content(path):
            return path
        case Since(path):
            return f"since {path}"
        case SinceAtLatest(path):
            return f"since at latest {path}"
        case Nothing(because):
            return f"nothing because {because}"
