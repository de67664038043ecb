"""
Policies and facts of the suite, written shortly.

A test is written as a JSON tree by the functions here, and its Markdown is written from the tree:
whoever reads the Markdown must come to the same tree.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = dict[str, Any]
Given = str | bool
"""A fact as the suite's authors write it."""

REASONS = ("not-recorded", "too-old", "in-conflict", "unreadable")


def compare(element: str, operator: str, value: str, unit: str) -> Json:
    """Compare a number or time with a bound."""
    bound = {"value": value, "unit": unit}
    return {"compare": {"element": element, "operator": operator, "bound": bound}}


def matches(element: str, *options: str) -> Json:
    """Ask for one of some options."""
    return {"matches": {"element": element, "options": list(options)}}


def holds(element: str) -> Json:
    """Ask a yes-or-no element."""
    return {"holds": element}


def clause(name: str, sentence: str, test: Json) -> Json:
    """Write a criterion with a test of its own."""
    return {"id": name, "sentence": sentence, "test": test, "parts": []}


def group(name: str, sentence: str, connective: str, *parts: Json) -> Json:
    """Write a criterion that is decided by those below it."""
    return {
        "id": name,
        "sentence": f"{sentence} {connective}",
        "test": _connect(connective, [{"part": part["id"]} for part in parts]),
        "parts": list(parts),
    }


def policy_of(connective: str, *parts: Json) -> Json:
    """Write the root of a policy."""
    return group("policy", "The policy is met when", connective, *parts)


def _connect(connective: str, parts: list[Json]) -> Json:
    match connective.split():
        case ["all", "of"]:
            return {"all": parts}
        case ["any", "of"]:
            return {"any": parts}
        case ["none", "of"]:
            return {"not": {"any": parts}}
        case ["at", "least", count, "of"]:
            return {"at-least": {"count": int(count), "of": parts}}
        case _:
            raise ValueError(connective)


def markdown(name: str, title: str, root: Json, *, stance: str = "criteria") -> str:
    """Write a policy of the suite as the document that a reader of policies takes."""
    front = {
        "policy": name,
        "version": "1.0.0",
        "status": "active",
        "stance": stance,
        "body": "The conformance suite",
        "in_force": "open to open",
        "source": "suite",
        "dictionary": "conformance",
    }
    lines = ["---", *(f"{field}: {words}" for field, words in front.items()), "---", ""]
    lines += [f"# {title}", ""]
    if stance == "criteria":
        lines += [f"{_bold(root)} [@suite, {name}]", ""]
        for part in root["parts"]:
            lines += _item(part, "")
    else:
        lines += [f"**{part['id']}** {part['sentence']} [@suite, {name}]" for part in root["parts"]]
    return "\n".join(lines) + "\n"


def _item(criterion: Json, indent: str) -> list[str]:
    if criterion["parts"]:
        below = [line for part in criterion["parts"] for line in _item(part, f"{indent}  ")]
        return [f"{indent}- **{criterion['id']}** {_bold(criterion)}", *below]
    return [
        f"{indent}- **{criterion['id']}** {criterion['sentence']}",
        f"{indent}  `{written(criterion['test'])}`",
    ]


def _bold(criterion: Json) -> str:
    ((kind, content),) = criterion["test"].items()
    words = {"all": "all of", "any": "any of", "not": "none of"}.get(kind)
    words = words or f"at least {content['count']} of"
    return f"{criterion['sentence'].removesuffix(words)}**{words}**"


def written(test: Json) -> str:
    """Write a test as policies write it."""
    ((kind, content),) = test.items()
    match kind:
        case "holds":
            return str(content)
        case "matches" if len(content["options"]) == 1:
            return f"{content['element']} is {content['options'][0]}"
        case "matches":
            return f"{content['element']} is one of {', '.join(content['options'])}"
        case "compare":
            bound = content["bound"]
            return f"{content['element']} {content['operator']} {bound['value']} {bound['unit']}"
        case "not":
            return f"not {_grouped(content)}"
        case "all":
            return " and ".join(_grouped(part) for part in content)
        case "any":
            return " or ".join(_grouped(part) for part in content)
        case _:
            raise ValueError(kind)


def _grouped(test: Json) -> str:
    return f"({written(test)})" if {"all", "any"} & set(test) else written(test)


def facts_of(given: Mapping[str, Given]) -> Json:
    """Lay out facts: `since 2026-03`, `by 2026-03`, `6 cm`, `no: too-old`, an option, a boolean."""
    return {name: fact_of(each) for name, each in given.items()}


def fact_of(given: Given) -> Json:
    """Lay out one fact."""
    if isinstance(given, bool):
        return {"boolean": given}
    match given.split(" "):
        case ["since", day]:
            return {"since": _days(day)}
        case ["by", day]:
            return {"since": {**_days(day), "earliest": None}}
        case ["no:", reason] if reason in REASONS:
            return {"absent": reason}
        case [number, unit]:
            return {"value": number, "unit": unit}
        case _:
            return {"code": given}


def _days(text: str) -> Json:
    """Give the first and last day that a date may be: `2026`, `2026-03`, `2026-03-31`."""
    numbers = [int(part) for part in text.split("-")]
    match numbers:
        case [year]:
            first, last = date(year, 1, 1), date(year, 12, 31)
        case [year, month]:
            first = date(year, month, 1)
            last = date(year, month, monthrange(year, month)[1])
        case _:
            first = last = date.fromisoformat(text)
    return {"earliest": first.isoformat(), "latest": last.isoformat()}
