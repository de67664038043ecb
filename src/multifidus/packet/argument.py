"""
What is said in a call, and what is conceded: chosen from the case, never written for it.

The strongest facts are those that meet clauses on which payers turn requests away, best recorded
first. What is open, what is not met and what is doubtful about the evidence is conceded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.packet.practice import Ground

if TYPE_CHECKING:
    from multifidus.packet.material import Material
    from multifidus.packet.view import CriterionView, FactView, View

STRONGEST, OBJECTIONS = 5, 3
_FIRST = (
    "multifidus_mri",
    "prone_instability_test",
    "multifidus_lift_test",
    "multifidus_emg",
    "physical_therapy_response",
    "medication_response",
    "oswestry_index",
    "pain_nrs",
    "pain_vas",
    "pain_duration",
    "multifidus_diagnosis_coded",
    "spine_surgery_indicated",
)
"""The elements on which a call turns, the weightiest first."""
_CARE = ("physical_therapy", "medication", "conservative_care", "medical_management")
_USUAL = (Ground.UNPROVEN, Ground.PIVOTAL_TRIAL, Ground.CONSERVATIVE_CARE)


def strongest(view: View) -> tuple[FactView, ...]:
    """Choose the facts to say first: they meet a clause, and a page shows them."""
    met = {
        fact.element: fact
        for told in view.material.shown
        for criterion in view.criteria(told)
        if criterion.finding in ("met", "does not apply")
        for fact in criterion.facts
        if fact.value and fact.marks
    }
    order = {name: number for number, name in enumerate(_FIRST)}
    chosen = sorted(
        met.values(), key=lambda each: (order.get(each.element, len(order)), -len(each.marks))
    )
    return tuple(chosen[:STRONGEST])


def objections(material: Material, view: View) -> tuple[Ground, ...]:
    """Choose what the other side is likely to say."""
    likely: list[Ground] = []
    if material.practice.decision:
        likely.append(material.practice.decision.ground)
    if any(_is_care(each) for each in (*view.against(), *_open_criteria(view))):
        likely.append(Ground.CONSERVATIVE_CARE)
    if material.contrasts:
        likely.append(Ground.NEUROPATHIC)
    return tuple(dict.fromkeys([*likely, *_USUAL]))[:OBJECTIONS]


def _open_criteria(view: View) -> tuple[CriterionView, ...]:
    return tuple(each for each in view.criteria() if each.finding == "open" and not each.is_group)


def _is_care(criterion: CriterionView) -> bool:
    return any(fact.element.startswith(_CARE) for fact in criterion.facts)


def concessions(material: Material, view: View) -> tuple[str, ...]:
    """List what is not to be argued."""
    return (
        *(f"{each.label} is {each.lacking} ({each.criteria})." for each in view.open()),
        # Of a policy without a list the brief itself says what to concede.
        *(
            f"{each.id} {each.title.rstrip('.')}: {each.finding}."
            for each in view.against()
            if material.has_criteria
        ),
        *dict.fromkeys(
            each.doubt for each in material.evidence if each.is_controlled and each.doubt
        ),
    )
