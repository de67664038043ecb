"""
The evidence behind a policy, as R4 can hold it.

R4 holds numbers of a comparison in one resource alone, EffectEvidenceSynthesis; its Evidence is a
question without an answer, and the Evidence that holds both came with R5. So a comparison with a
difference becomes an EffectEvidenceSynthesis; a change without a control, or a count, becomes an
Evidence whose numbers stand in its description, for there is no other place. Whom and what was
studied are contained variables in words: no code of theirs would be ours to choose. Citations are
related artifacts (export.cited).

The room knows no results; whoever asks hands over findings.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from multifidus.export.metadata import COPYRIGHT, PUBLISHER, dated, identity
from multifidus.export.resource import extension, lean, number

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from multifidus.core.policy import Policy
    from multifidus.export.resource import Resource

TERMS = "http://terminology.hl7.org/CodeSystem"
LEVEL = 0.95
"""The level of every interval that findings have."""


class Measure(StrEnum):
    """What a difference is a difference of, as R4 codes it."""

    MEANS = "absolute-MeanDiff"
    SHARES = "absolute-ARD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Treated minus control, with the 95 % interval, and how it came about."""

    value: Decimal
    low: Decimal
    high: Decimal
    unit: str
    measure: Measure
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Where a finding was published, and how well it was read."""

    study: str
    citation: str
    doi: str
    reading: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One outcome, of one comparison or without one, and what bears on it."""

    id: str
    title: str
    population: str
    treated: str
    control: str
    """What stood against it; empty where nothing did."""
    outcome: str
    words: str
    """Its numbers, as every output of the project says them."""
    doubt: str
    effect: Effect | None
    randomised: bool
    certainty: str
    """`very low` to `high`; empty where nobody judged it."""
    judged: str
    """By whom, when, and why."""
    judged_on: date | None
    reports: tuple[Report, ...]
    clauses: tuple[str, ...]
    """The clauses of the policy that it stands behind."""


def evidence(policy: Policy, *, findings: tuple[Finding, ...]) -> list[Resource]:
    """Write each finding behind a policy, in the order in which they were given."""
    return [
        _comparison(policy, each, each.effect) if each.effect else _question(policy, each)
        for each in findings
    ]


def _comparison(policy: Policy, told: Finding, effect: Effect) -> Resource:
    roles = {
        "population": told.population,
        "exposure": told.treated,
        "exposureAlternative": told.control,
        "outcome": told.outcome,
    }
    design = {"studyType": _coded("study-type", "RCT")} if told.randomised else {}
    return lean(
        {
            **_begun(policy, told, "EffectEvidenceSynthesis", roles),
            **design,
            **_referred(roles),
            "effectEstimate": [_estimate(told, effect)],
            "certainty": _certainty(told),
        }
    )


def _question(policy: Policy, told: Finding) -> Resource:
    roles = {
        "exposureBackground": told.population,
        "exposureVariant": told.treated,
        "outcome": told.outcome,
    }
    several = ("exposureVariant", "outcome")
    referred = {
        name: [each] if name in several else each for name, each in _referred(roles).items()
    }
    return lean({**_begun(policy, told, "Evidence", roles), **referred})


def _begun(policy: Policy, told: Finding, kind: str, roles: dict[str, str]) -> Resource:
    about = identity(
        policy,
        kind=kind,
        name=f"{policy.about.id}-{told.id}",
        title=told.title,
        description=f"{told.words}. Behind {', '.join(told.clauses)}.",
    )
    del about["experimental"]  # R4 gives evidence no such element.
    # Evidence is as old as its judgement, not as the policy that it stands behind.
    about.pop("date", about.pop("_date", None))
    head = {name: about.pop(name) for name in ("resourceType", "id")}
    return {
        **head,
        "contained": [_variable(name, words) for name, words in roles.items() if words],
        **about,
        **dated(told.judged_on, name="date"),
        "note": [{"text": each} for each in (told.doubt, _certainty_words(told)) if each],
        "copyright": COPYRIGHT,
        "author": [{"name": PUBLISHER}],
        "relatedArtifact": [_report(each) for each in told.reports],
    }


def _referred(roles: dict[str, str]) -> Resource:
    return {name: {"reference": f"#{name}"} for name, words in roles.items() if words}


def _variable(name: str, words: str) -> Resource:
    return {
        "resourceType": "EvidenceVariable",
        "id": name,
        "status": "draft",
        "description": words,
        "characteristic": [{"definitionCodeableConcept": {"text": words}}],
    }


def _estimate(told: Finding, effect: Effect) -> Resource:
    return lean(
        {
            "description": f"{told.treated} minus {told.control}, {effect.method}",
            "type": _coded("effect-estimate-type", effect.measure.value),
            "value": number(effect.value),
            "unitOfMeasure": {"text": effect.unit} if effect.unit else {},
            "precisionEstimate": [
                {
                    "type": _coded("precision-estimate-type", "CI"),
                    "level": LEVEL,
                    "from": number(effect.low),
                    "to": number(effect.high),
                }
            ],
        }
    )


def _certainty(told: Finding) -> list[Resource]:
    if not told.certainty:
        return []
    rating = _coded("evidence-quality", told.certainty.replace(" ", "-"))
    return [{"rating": [rating], "note": [{"text": told.judged}]}]


def _certainty_words(told: Finding) -> str:
    return f"Certainty by GRADE: {told.judged}." if told.certainty else ""


def _report(told: Report) -> Resource:
    return lean(
        {
            "extension": [extension("reading-status", valueCode=told.reading)],
            "type": "citation",
            "label": told.study,
            "citation": told.citation,
            "url": f"https://doi.org/{told.doi}" if told.doi else "",
        }
    )


def _coded(system: str, code: str) -> Resource:
    return {"coding": [{"system": f"{TERMS}/{system}", "code": code}]}
