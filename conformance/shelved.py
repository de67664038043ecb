"""
The shipped policies as trees, with cases that move one element at a time.

Policies and elements are read by the package, for nothing else holds them; what each case must
come to is the oracle's.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from conformance.notation import REASONS
from conformance.oracle import MONTHS_A_YEAR, months_walked
from multifidus.core.element import Choice, Number, Time, YesNo
from multifidus.core.expression import (
    AllOf,
    AnyOf,
    AtLeast,
    Compare,
    Expression,
    Holds,
    Matches,
    Not,
    Part,
    leaves,
)
from multifidus.library.shelf import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus.core.element import DataElement
    from multifidus.core.policy import Criterion, Policy

Json = dict[str, Any]

SERVICE = date(2026, 6, 1)
DAY = timedelta(days=1)

# For each element that a shipped policy asks about, the answer that speaks for the service.
FAVORABLE: Json = {
    "active_infection": {"boolean": False},
    "age": {"value": "52", "unit": "years"},
    "anticoagulation_cannot_be_stopped": {"boolean": False},
    "body_mass_index": {"value": "28", "unit": "kg/m2"},
    "cause_treatment_attempted": {"boolean": True},
    "chronic_low_back_pain": {"boolean": True},
    "cognitive_impairment_limits_use": {"boolean": False},
    "condition_known_to_respond": {"boolean": True},
    "consents_and_can_comply": {"boolean": True},
    "conservative_care_response": {"code": "inadequate"},
    "eligibility_confirmed_by_panel": {"boolean": True},
    "implanting_facility_qualified": {"boolean": True},
    "infectious_cause_of_pain": {"boolean": False},
    "less_invasive_procedures_response": {"code": "inadequate"},
    # Leg pain by itself excludes nobody; beside it, the width of the canal decides.
    "lower_extremity_pain": {"boolean": True},
    "medical_management_duration": {"value": "5", "unit": "years"},
    "medication_response": {"code": "inadequate"},
    "multidisciplinary_selection": {"boolean": True},
    "multifidus_diagnosis_coded": {"boolean": True},
    "multifidus_emg": {"code": "abnormal"},
    "multifidus_lift_test": {"code": "positive"},
    "multifidus_mri": {"code": "abnormal"},
    "named_nerve_pain": {"boolean": True},
    "neurological_deficit": {"boolean": False},
    "objective_pathology": {"boolean": True},
    "oswestry_index": {"value": "39", "unit": "points"},
    "pain_days_share": {"value": "95", "unit": "percent"},
    "pain_duration": {"value": "10", "unit": "years"},
    "pain_intractable": {"boolean": True},
    "pain_mechanism": {"code": "mechanical"},
    "pain_nrs": {"value": "7", "unit": "points"},
    "pain_severe": {"boolean": True},
    "pain_vas": {"value": "73", "unit": "mm"},
    "physical_therapy_courses": {"value": "3", "unit": "times"},
    "physical_therapy_response": {"code": "inadequate"},
    "place_of_service": {"code": "outpatient-hospital"},
    "prior_lumbar_surgery": {"boolean": False},
    "prone_instability_test": {"code": "positive"},
    "psychological_screening": {"code": "clear"},
    "psychological_therapy_response": {"code": "inadequate"},
    "requested_device": {"code": "restorative-neurostimulator"},
    "scoliosis": {"boolean": False},
    "scoliosis_correction": {"boolean": False},
    "shoulder_mobility_limits_use": {"boolean": False},
    "special_arrangements_made": {"boolean": True},
    "spinal_canal_diameter": {"value": "15", "unit": "mm"},
    "spinal_cord_disease": {"boolean": False},
    "spinal_cord_stimulation_indicated": {"boolean": False},
    "spine_surgery_indicated": {"boolean": False},
    "stimulation_site": {"code": "bilateral-l2-medial-branch"},
    "substance_abuse": {"boolean": False},
    "surgical_pathology_on_mri": {"boolean": False},
    "surgical_treatment_response": {"code": "unsuitable"},
    "treats_post_herpetic_neuralgia": {"boolean": False},
    "trial_stimulation_given": {"boolean": True},
    "trial_stimulation_relief": {"value": "60", "unit": "percent"},
    "unable_to_operate_device": {"boolean": False},
    "unsuitable_for_implant_surgery": {"boolean": False},
    "vascular_cause_of_pain": {"boolean": False},
    "visceral_cause_of_pain": {"boolean": False},
}

# Where a policy asks for another answer than the others do.
FAVORABLE_TO: Json = {
    "aetna-cpb-0011": {"pain_mechanism": {"code": "neuropathic"}},
    "hcsc-med205-036": {"pain_mechanism": {"code": "mixed"}},
    "medicare-l34328": {"pain_mechanism": {"code": "neuropathic"}},
    "premises-restorative-neurostimulation": {"trial_stimulation_given": {"boolean": False}},
}


def policies() -> Iterator[Policy]:
    """Read every policy on the shelf."""
    shelf = shipped()
    yield from (shelf.read(each) for each in shelf.entries)


def tree(criterion: Criterion) -> Json:
    """Lay a criterion out with all below it."""
    return {
        "id": criterion.id,
        "sentence": criterion.sentence,
        "test": test_tree(criterion.test),
        "parts": [tree(part) for part in criterion.parts],
    }


def test_tree(test: Expression) -> Json:
    """Lay a test out."""
    match test:
        case Compare(element, operator, bound):
            laid_out = {"value": bound.number, "unit": bound.unit}
            return {"compare": {"element": element, "operator": operator.value, "bound": laid_out}}
        case Matches(element, options):
            return {"matches": {"element": element, "options": list(options)}}
        case Holds(element):
            return {"holds": element}
        case Part(criterion):
            return {"part": criterion}
        case Not(part):
            return {"not": test_tree(part)}
        case AllOf(parts):
            return {"all": [test_tree(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [test_tree(part) for part in parts]}
        case AtLeast(count, parts):
            return {"at-least": {"count": count, "of": [test_tree(part) for part in parts]}}


def element(about: DataElement) -> Json:
    """Lay an element out: its type, and what its answers may be."""
    match about.answer:
        case YesNo():
            return {"type": "boolean"}
        case Choice(options):
            return {"type": "code", "options": list(options)}
        case Number(unit, low, high):
            return {"type": "number", "unit": unit, "low": str(low), "high": str(high)}
        case Time(counting):
            return {"type": "time", "counting": counting.value}


def cases(policy: Policy) -> Iterator[Json]:
    """Move one element at a time from a case in which everything speaks for the service."""
    asked = policy.elements
    complete = {name: _favorable(policy, name) for name in asked}
    yield _case("everything speaks for it", ["shipped"], complete)
    yield _case("nothing recorded", ["shipped", "absence:left-out"], {})
    for place, name in enumerate(asked):
        for words, tags, fact in _moves(policy, name, place):
            yield _case(f"{name}: {words}", ["shipped", *tags], {**complete, name: fact})
            # By itself too: beside others that speak for it, one of an *any of* moves nothing.
            yield _case(f"only {name}: {words}", ["shipped", "alone", *tags], {name: fact})
    for shared in _alternatives(policy):
        without = {name: each for name, each in complete.items() if name not in shared}
        names = ", ".join(shared)
        yield _case(f"without {names}", ["shipped", "absence:left-out"], without)
        contrary = {name: _contrary(policy, name) for name in shared}
        yield _case(f"against: {names}", ["shipped"], {**without, **contrary})
        for name in shared:
            alone = {**contrary, name: _favorable(policy, name)}
            yield _case(f"for: {name} of {names}", ["shipped"], {**without, **alone})


def _case(name: str, tags: list[str], facts: Json) -> Json:
    return {
        "name": name,
        "tags": tags,
        "service_date": SERVICE.isoformat(),
        "facts": facts,
    }


def _moves(policy: Policy, name: str, place: int) -> Iterator[tuple[str, list[str], Json]]:
    """Give the answers that a case may have to one element, with what they are there to show."""
    reason = REASONS[place % len(REASONS)]
    yield reason, [f"absence:{reason}"], {"absent": reason}
    match policy.dictionary.elements[name].answer:
        case YesNo():
            for value in (True, False):
                yield ("yes" if value else "no"), [], {"boolean": value}
        case Choice(options):
            for option in options:
                yield option, [], {"code": option}
        case Number():
            for bound in _bounds(policy, name):
                yield from _around(bound)
        case Time():
            for bound in _bounds(policy, name):
                yield from _around_in_time(bound)


def _bounds(policy: Policy, name: str) -> Iterator[Compare]:
    for criterion in policy.criteria():
        for leaf in leaves(criterion.test):
            if isinstance(leaf, Compare) and leaf.element == name:
                yield leaf


def _around(compare: Compare) -> Iterator[tuple[str, list[str], Json]]:
    unit = compare.bound.unit
    step = Decimal("0.1") if unit == "cm" else Decimal(1)
    for where, number in (("under", -step), ("on", Decimal(0)), ("over", step)):
        value = str(compare.bound.value + number)
        yield (
            f"{where} {compare.bound}",
            [f"threshold:{where}"],
            {"value": value, "unit": unit},
        )


def _around_in_time(compare: Compare) -> Iterator[tuple[str, list[str], Json]]:
    """Begin on the day from which the bound is just reached, and a day either way."""
    reached = _start_reaching(compare)
    for where, start in (("under", reached + DAY), ("on", reached), ("over", reached - DAY)):
        day = start.isoformat()
        yield (
            f"{where} {compare.bound}",
            [f"threshold:{where}"],
            {"since": {"earliest": day, "latest": day}},
        )
    first = reached.replace(day=1)
    last = (first + 31 * DAY).replace(day=1) - DAY
    yield (
        f"known to the month, near {compare.bound}",
        ["partial:month"],
        {"since": {"earliest": first.isoformat(), "latest": last.isoformat()}},
    )


def _start_reaching(compare: Compare) -> date:
    """Walk back to the latest start from which the bound is reached."""
    number = int(compare.bound.value)
    start = SERVICE
    while not _has_reached(start, number, compare.bound.unit):
        start -= DAY if compare.bound.unit in ("days", "weeks") else 28 * DAY
    while _has_reached(start + DAY, number, compare.bound.unit):
        start += DAY
    return start


def _has_reached(start: date, number: int, unit: str) -> bool:
    if unit in ("days", "weeks"):
        return (SERVICE - start).days >= number * (7 if unit == "weeks" else 1)
    return months_walked(start, SERVICE) >= number * (MONTHS_A_YEAR if unit == "years" else 1)


def _alternatives(policy: Policy) -> Iterator[tuple[str, ...]]:
    """Give the elements of each *any of* over clauses."""
    told = set()
    for criterion in policy.criteria():
        if criterion.is_group and isinstance(criterion.test, AnyOf):
            names = tuple(leaf.element for part in criterion.parts for leaf in leaves(part.test))
            if names not in told:
                told.add(names)
                yield names


def _favorable(policy: Policy, name: str) -> Json:
    """Give the answer that speaks for the service under a policy."""
    answer: Json = FAVORABLE_TO.get(policy.about.id, {}).get(name, FAVORABLE[name])
    return answer


def _contrary(policy: Policy, name: str) -> Json:
    """Give an answer other than the favorable one."""
    favorable = _favorable(policy, name)
    match policy.dictionary.elements[name].answer:
        case YesNo():
            return {"boolean": not favorable["boolean"]}
        case Choice(options):
            return {"code": next(one for one in options if one != favorable["code"])}
        case Number(unit, low):
            return {"value": str(low), "unit": unit}
        case Time():
            return {"value": "1", "unit": "days"}
