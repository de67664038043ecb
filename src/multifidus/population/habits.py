"""
How often records of back pain hold which answers: the shares that a made-up population has.

Every number here is the project's choice, made to look like the records of a spine clinic: most
questions are not answered, and some answers cannot be used. None comes from a source, and nothing
may be concluded from them about real people.
"""

from __future__ import annotations

from dataclasses import dataclass

Spread = tuple[int, int]
"""A number between two bounds, both included."""

Said = bool | str | Spread


@dataclass(frozen=True, slots=True)
class Habit:
    """How often an element is documented, and with what; the first value speaks for the service."""

    often: float
    values: tuple[tuple[Said, float], ...]


@dataclass(frozen=True, slots=True)
class Manner:
    """A manner of keeping records: how many persons have it, and what it does to the habits."""

    share: float
    thorough: float
    """How much of what is usually left out is documented."""
    thin: float
    """How much of what is usually documented is there."""
    faulty: float
    """How much of what is there cannot be used, as it should be."""
    apt: float
    """How often the value is the one that speaks for the service, whatever the habit says."""


MANNERS = (
    Manner(share=0.15, thorough=0.97, thin=1.0, faulty=0.02, apt=0.97),
    Manner(share=0.55, thorough=0.0, thin=1.0, faulty=0.12, apt=0.0),
    Manner(share=0.30, thorough=0.0, thin=0.4, faulty=0.2, apt=0.0),
)
"""Those who were worked up for the service, the usual ones, and those of whom little is known."""


def _no(often: float, seldom: float = 0.1) -> Habit:
    return Habit(often, ((False, 1 - seldom), (True, seldom)))


def _tried(often: float) -> Habit:
    values = (("inadequate", 0.7), ("adequate", 0.2), ("unsuitable", 0.05), ("not-tried", 0.05))
    return Habit(often, values)


HABITS: dict[str, Habit] = {
    "body_mass_index": Habit(0.9, (((19, 34), 0.85), ((35, 46), 0.15))),
    "pain_intractable": Habit(0.3, ((True, 0.8), (False, 0.2))),
    "pain_mechanism": Habit(0.5, (("mechanical", 0.8), ("neuropathic", 0.1), ("mixed", 0.1))),
    "pain_nrs": Habit(0.85, (((6, 9), 0.8), ((2, 5), 0.2))),
    "pain_vas": Habit(0.3, (((6, 9), 0.8), ((2, 5), 0.2))),
    "pain_days_share": Habit(0.1, (((50, 100), 0.9), ((5, 49), 0.1))),
    "oswestry_index": Habit(0.7, (((21, 60), 0.75), ((6, 20), 0.1), ((61, 80), 0.15))),
    "radiculopathy": Habit(0.15, ((False, 0.4), (True, 0.6))),
    "lower_extremity_pain": _no(0.3, 0.3),
    "leg_pain_dominant": _no(0.3),
    "neurological_deficit": _no(0.3),
    "visceral_cause_of_pain": _no(0.05),
    "infectious_cause_of_pain": _no(0.05),
    "vascular_cause_of_pain": _no(0.05),
    "spinal_cord_disease": _no(0.05),
    "multifidus_diagnosis_coded": Habit(0.4, ((True, 1.0),)),
    "multifidus_mri": Habit(0.4, (("abnormal", 0.7), ("normal", 0.3))),
    "prone_instability_test": Habit(0.45, (("positive", 0.7), ("negative", 0.3))),
    "multifidus_lift_test": Habit(0.15, (("positive", 0.7), ("negative", 0.3))),
    "multifidus_emg": Habit(0.04, (("abnormal", 0.6), ("normal", 0.4))),
    "medical_management_duration": Habit(0.2, (((4, 24), 0.8), ((1, 2), 0.2))),
    "physical_therapy_response": _tried(0.5),
    "physical_therapy_courses": Habit(0.2, (((1, 3), 1.0),)),
    "medication_response": _tried(0.5),
    "psychological_therapy_response": _tried(0.1),
    "less_invasive_procedures_response": _tried(0.1),
    "spinal_injection_tried": Habit(0.3, ((True, 0.9), (False, 0.1))),
    "opioid_dose": Habit(0.1, (((5, 60), 0.9), ((90, 200), 0.1))),
    "opioid_use_disorder": _no(0.05, 0.5),
    "spine_surgery_indicated": _no(0.45, 0.15),
    "surgical_pathology_on_mri": _no(0.3),
    "prior_lumbar_surgery": _no(0.3, 0.3),
    "scoliosis": _no(0.12, 0.5),
    "scoliosis_angle": Habit(0.05, (((5, 24), 0.8), ((25, 60), 0.2))),
    "spinal_canal_diameter": Habit(0.05, (((11, 20), 0.8), ((6, 9), 0.2))),
    "spinal_stenosis": _no(0.12, 0.5),
    "spondylolisthesis": _no(0.12, 0.4),
    "unable_to_operate_device": _no(0.3, 0.04),
    "unsuitable_for_implant_surgery": _no(0.3, 0.04),
    "active_infection": _no(0.15),
    "anticoagulation_cannot_be_stopped": _no(0.1),
    "active_implant": _no(0.1, 0.3),
    "psychological_screening": Habit(0.25, (("clear", 0.85), ("concern", 0.15))),
    "phq_9": Habit(0.4, (((0, 9), 0.75), ((10, 24), 0.25))),
    "stimulation_site": Habit(0.3, (("bilateral-l2-medial-branch", 0.97), ("other", 0.03))),
    "implanting_facility_qualified": Habit(0.1, ((True, 0.95), (False, 0.05))),
    "multidisciplinary_selection": Habit(0.1, ((True, 0.9), (False, 0.1))),
    "consents_and_can_comply": Habit(0.2, ((True, 0.95), (False, 0.05))),
}
"""Elements that one statement answers; what takes several has a topic of its own."""

NOISE = {
    "Observation": (20, 85),
    "Condition": (2, 8),
    "Procedure": (1, 6),
    "MedicationRequest": (1, 8),
    "Encounter": (3, 12),
    "DocumentReference": (1, 5),
}
"""How many resources a record holds that say nothing of the elements, at least and at most."""
