"""
The source attributes of a policy as a decision support intervention, 45 CFR 170.315(b)(11)(iv).

The rule (HTI-1) names 13 attributes of interventions that rest on evidence, (A), and 31 of those
that predict, (B). A policy is of the first sort: nothing in it was learned from data. Both lists
are answered all the same, so that nobody has to ask which one was left out; where an attribute has
no answer, it says so and why.

The questions and the answers that are the same for every policy stand in `attributes.toml`, in our
own words, under the paragraphs of the rule.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from multifidus.core.citation import ReadingStatus
from multifidus.core.element import Since, SinceAtLatest
from multifidus.core.policy import Stance
from multifidus.export.document.compose import does_words
from multifidus.export.resource import lean

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from multifidus.core.policy import Policy
    from multifidus.export.resource import Resource

RULE = "45 CFR 170.315(b)(11)(iv)"
WORDS = "attributes.toml"


class Standing(StrEnum):
    """Whether an attribute has an answer."""

    ANSWERED = "answered"
    NOT_APPLICABLE = "not applicable"
    NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One attribute: its paragraph, what it asks, the answer, and whether there is one."""

    id: str
    question: str
    answer: str
    standing: Standing


def attributes(policy: Policy, *, evidence: Sequence[str] = ()) -> tuple[Attribute, ...]:
    """
    Answer all 44 attributes of a policy, in the order of the rule.

    `evidence` names the reports that stand behind its clauses, as citations.
    """
    said = _said_of(policy, evidence)
    return tuple(
        Attribute(
            id=each["id"],
            question=each["question"],
            answer=each["answer"].format(**said).strip(),
            standing=Standing(each["standing"]),
        )
        for each in _words()["attribute"]
    )


def in_json(policy: Policy, *, told: Iterable[Attribute]) -> Resource:
    """Give the attributes as data."""
    return {
        "rule": RULE,
        "policy": policy.about.id,
        "version": policy.about.version,
        "attributes": [
            {
                "id": each.id,
                "question": each.question,
                "standing": each.standing.value,
                "answer": each.answer,
            }
            for each in told
        ],
    }


def in_text(policy: Policy, *, told: Iterable[Attribute]) -> str:
    """Write the attributes as a page of Markdown."""
    lines = [
        f"# Source attributes: {policy.about.title}",
        "",
        f"{policy.about.id} {policy.about.version}, by the paragraphs of {RULE}.",
        "The words are the project's own.",
    ]
    for each in told:
        lines += ["", f"## {each.id} {each.question}", ""]
        mark = "" if each.standing is Standing.ANSWERED else f"*{each.standing.capitalize()}.* "
        lines.append(f"{mark}{each.answer}")
    return "\n".join(lines) + "\n"


@cache
def _words() -> dict[str, Any]:
    """Read the questions; `{name}` in an answer stands for what `_said_of` says of the policy."""
    return tomllib.loads((files("multifidus.export") / WORDS).read_text(encoding="utf-8"))


# What is said of one policy


def _said_of(policy: Policy, evidence: Sequence[str]) -> dict[str, str]:
    about, days = policy.about, policy.about.in_force
    return {
        "body": about.body,
        "title": about.title,
        "version": f"{about.id} {about.version} ({about.status.value})",
        "first_day": str(days.first) if days.first else "not known",
        "last_day": str(days.last) if days.last else "none is set",
        "sources": _sources(policy),
        "read": _read(policy),
        "evidence": _evidence(evidence),
        "birth": _use(policy, _read_from_birth(policy)),
        "health": _use(policy, _asked(policy, "health")),
        "social": _use(policy, _asked(policy, "social")),
        "sex": _use(policy, _asked(policy, "sex")),
        "transcribed": _TRANSCRIBED[about.stance],
        "stance": f"What the policy does: {does_words(policy)}.",
        "where": _where(policy),
        "readings": _readings(policy),
    }


def _sources(policy: Policy) -> str:
    own = policy.sources[policy.source]
    others = len(policy.sources) - 1
    more = f" {others} further {'documents are' if others > 1 else 'document is'} listed."
    return f"{own.document}. {own.edition}.{more if others else ''}"


def _read(policy: Policy) -> str:
    """Count the clauses by how well they were read."""
    read = [each.reading for each in policy.clauses()]
    counted = [(status, read.count(status)) for status in ReadingStatus if status in read]
    return ", ".join(f"{count} {status}" for status, count in counted)


_TRANSCRIBED = {
    Stance.CRITERIA: "The multifidus authors transcribed it into criteria that a program can test",
    Stance.EXCLUDED: "The multifidus authors transcribed its position; it has no criteria to test",
    Stance.SILENT: "The multifidus authors read it; it has no criteria for the service",
    Stance.UNREAD: "Nobody has read its position; the multifidus authors wrote down what is told of"
    " it",
}


def _evidence(reports: Sequence[str]) -> str:
    if not reports:
        return "The project links no study to its clauses."
    return f"Studies that the project links to its clauses: {'; '.join(reports)}."


def _read_from_birth(policy: Policy) -> list[str]:
    """Name the elements that run from the date of birth."""
    return [
        name
        for name in policy.elements
        for rule in policy.dictionary.elements[name].rules
        if isinstance(rule.gives, Since | SinceAtLatest) and rule.gives.path == "birthDate"
    ]


def _asked(policy: Policy, sort: str) -> list[str]:
    sorts: dict[str, list[str]] = _words()["elements"]
    return [each for each in policy.elements if each in sorts[sort]]


def _use(policy: Policy, names: Sequence[str]) -> str:
    """Say which elements use a variable, and in which clauses."""
    if policy.about.stance is Stance.UNREAD:
        return "Not known: nobody has read what the policy asks."
    if not names:
        return "Not used: no clause of the policy asks about it."
    told = []
    for name in names:
        clauses = [each.id for each in policy.clauses() if name in each.elements]
        told.append(f"{policy.dictionary.elements[name].label} ({', '.join(clauses)})")
    return f"Used as the clauses say: {'; '.join(told)}."


def _where(policy: Policy) -> str:
    scope = policy.scope
    named = lean(
        {
            "payers": ", ".join(scope.payers),
            "plans": ", ".join(scope.plans),
            "lines of business": ", ".join(each.value for each in scope.lines_of_business),
            "places": ", ".join(scope.jurisdictions),
        }
    )
    if not named:
        return "The policy names no payer, plan, line of business or place."
    return "; ".join(f"{name}: {words}" for name, words in named.items()) + "."


def _readings(policy: Policy) -> str:
    count = sum(len(each.readings) for each in policy.criteria())
    if not count:
        return "No clause rests on an interpretation of ours."
    noun = "interpretation" if count == 1 else "interpretations"
    return f"{count} {noun} of ours, each with the reading not taken, stand in the policy."
