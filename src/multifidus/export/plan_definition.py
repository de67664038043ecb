"""
A policy as a PlanDefinition: one action for each criterion, and what follows from the answer.

The tree of actions is the tree of criteria, with their ids. The condition of an action names the
define of the CQL library that decides the criterion: true, false, or null while it is open. A plan
therefore holds no logic of its own, and *none of* and *at least n of*, for which R4's selection
behaviors have no word, are said by an extension and decided by the library.

Three actions follow. When the policy is met, the service may be requested; while it is open, what
is missing can be collected; whatever the answer, a person decides. No action follows from *not
met*: the program has no words for that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.core.expression import AllOf, AnyOf, AtLeast, Not
from multifidus.core.policy import ROOT, Stance
from multifidus.export.cited import cited
from multifidus.export.data_requirement import requirements
from multifidus.export.library import logic_address
from multifidus.export.metadata import (
    COPYRIGHT,
    PURPOSE,
    described,
    identity,
    life,
    rests_on,
    scope,
)
from multifidus.export.resource import extension, lean, versioned

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from multifidus.core.expression import Expression
    from multifidus.core.policy import Criterion, Obligation, Policy, Reading
    from multifidus.export.library import Logic
    from multifidus.export.resource import Resource

KINDS = "http://terminology.hl7.org/CodeSystem/plan-definition-type"
REQUEST, COLLECT, DECIDE, AFTER = "request", "collect", "decide", "after"
"""The ids of the actions that follow; ids of criteria begin with a capital."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Follows:
    """What a plan may do, and the evidence behind it."""

    requests: Sequence[Resource] = ()
    collection: Resource | None = None
    evidence: Sequence[Resource] = ()


def plan_definition(policy: Policy, *, logic: Logic | None, follows: Follows) -> Resource:
    """
    Write a policy as a plan.

    A criterion that the logic does not define has no condition; without logic none has.
    """
    actions = _Actions(policy, logic)
    return lean(
        {
            **identity(
                policy,
                kind="PlanDefinition",
                name=policy.about.id,
                title=policy.about.title,
                description="\n\n".join((described(policy), *policy.introductions)),
            ),
            # An event-condition-action rule: what may be done follows from conditions alone.
            "type": {"coding": [{"system": KINDS, "code": "eca-rule"}]},
            "subjectCodeableConcept": _PATIENT,
            **scope(policy),
            "purpose": PURPOSE,
            "copyright": COPYRIGHT,
            **life(policy),
            "relatedArtifact": [*rests_on(policy), *_evidence(follows.evidence)],
            "library": [logic_address(policy, logic)] if logic else [],
            "action": [
                actions.criterion(policy.root),
                *actions.requests(follows.requests),
                *actions.collection(follows.collection),
                _DECISION,
                *actions.obligations(),
            ],
        }
    )


def connective(test: Expression) -> tuple[str, str]:
    """
    Say how parts decide a criterion, in a policy's words and as a selection behavior of R4.

    >>> from multifidus.core.expression import Part
    >>> connective(AnyOf((Part("I1"), Part("I2"))))
    ('any of', 'one-or-more')
    >>> connective(Not(AnyOf((Part("X1"),))))
    ('none of', '')
    """
    match test:
        case AllOf():
            return "all of", "all"
        case AnyOf():
            return "any of", "one-or-more"
        case AtLeast(count):
            return f"at least {count} of", ""
        case Not():
            return "none of", ""
        case _:
            return "", ""


@dataclass(frozen=True, slots=True)
class _Actions:
    """Writes the actions of one policy."""

    policy: Policy
    logic: Logic | None

    def criterion(self, told: Criterion) -> Resource:
        """Write a criterion and all below it."""
        is_root = told.id == ROOT
        words, selection = connective(told.test) if told.is_group else ("", "")
        return lean(
            {
                "id": told.id,
                "extension": _extensions(told, words),
                "prefix": "" if is_root else told.id,
                "title": self.policy.about.title if is_root else told.title.rstrip("."),
                "description": told.sentence,
                "textEquivalent": told.notation or words,
                "documentation": cited(
                    self.policy,
                    # A group says its own; a clause rests on those of the group above, too.
                    (told.cited or told.lead_cited) if told.is_group else told.citations,
                ),
                "condition": self._holds(told.id),
                "input": [] if told.is_group else self._input(told),
                "groupingBehavior": "logical-group" if told.is_group else "",
                "selectionBehavior": selection,
                "action": [self.criterion(each) for each in told.parts],
            }
        )

    def requests(self, activities: Sequence[Resource]) -> list[Resource]:
        """Write what may be requested once the policy is met."""
        if not activities:
            return []
        return [
            lean(
                {
                    "id": REQUEST,
                    "title": "Request the service",
                    "description": "The criteria are met: a request may be proposed.",
                    "condition": self._holds(ROOT),
                    "groupingBehavior": "logical-group",
                    "selectionBehavior": "any",
                    "action": [
                        {
                            "id": f"{REQUEST}-{number}",
                            "title": each["title"],
                            "definitionCanonical": versioned(each),
                        }
                        for number, each in enumerate(activities, start=1)
                    ],
                }
            )
        ]

    def collection(self, activity: Resource | None) -> list[Resource]:
        """Write what may be collected while the policy is open; nothing moves one without list."""
        if activity is None or self.policy.about.stance is not Stance.CRITERIA:
            return []
        return [
            lean(
                {
                    "id": COLLECT,
                    "title": "Collect what is missing",
                    "description": "More information: ask what can still move the answer.",
                    "condition": self._condition("text/cql", f'"{ROOT}" is null', ROOT),
                    "definitionCanonical": versioned(activity),
                }
            )
        ]

    def obligations(self) -> list[Resource]:
        """Write what falls due after the decision; it has no condition, for nobody evaluates it."""
        owed = self.policy.obligations
        if not owed:
            return []
        return [
            {
                "id": AFTER,
                "title": "After the decision",
                "groupingBehavior": "logical-group",
                "action": [self._obligation(each) for each in owed],
            }
        ]

    def _obligation(self, told: Obligation) -> Resource:
        return lean(
            {
                "id": told.id,
                "prefix": told.id,
                "title": told.title.rstrip("."),
                "description": told.sentence,
                "documentation": cited(self.policy, told.citations),
                "relatedAction": [{"actionId": DECIDE, "relationship": "after-end"}],
            }
        )

    def _input(self, told: Criterion) -> list[Resource]:
        return requirements(self.policy.dictionary, told.elements)

    def _holds(self, criterion: str) -> list[Resource]:
        return self._condition("text/cql-identifier", criterion, criterion)

    def _condition(self, language: str, expression: str, criterion: str) -> list[Resource]:
        """Name a define of the library, or nothing where the library could not say it."""
        if self.logic is None or criterion not in self.logic.defines:
            return []
        return [
            {
                "kind": "applicability",
                "expression": {
                    "language": language,
                    "expression": expression,
                    "reference": logic_address(self.policy, self.logic),
                },
            }
        ]


def _extensions(told: Criterion, words: str) -> list[Resource]:
    listed = [extension("connective", valueString=words)] if words else []
    if not told.is_group:
        listed.append(extension("reading-status", valueCode=told.reading.value))
    return [*listed, *(_reading(each) for each in told.readings)]


def _reading(told: Reading) -> Resource:
    parts = (("decided", told.decided), ("other", told.notation), ("review", told.review))
    inside = [{"url": name, "valueString": words} for name, words in parts if words]
    return extension("reading", extension=inside)


def _evidence(findings: Iterable[Resource]) -> list[Resource]:
    return [
        {"type": "justification", "display": each["title"], "resource": versioned(each)}
        for each in findings
    ]


_PATIENT = {"coding": [{"system": "http://hl7.org/fhir/resource-types", "code": "Patient"}]}
_DECISION = {
    "id": DECIDE,
    "title": "A person decides",
    "description": "The answer is a finding about criteria. Whether the service is covered is for"
    " a person to decide, who has the whole record.",
    "participant": [{"type": "practitioner"}],
}
