"""
The shelf holds every document that was read of, as it was read, and the page that lists them.

The tables here are kept by hand: what a source says is not worked out from the policy that says it.
"""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import combinations, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from multifidus.core.determination import Answer, determine
from multifidus.core.policy import Stance
from multifidus.language.cases import read_cases
from multifidus.library.shelf import shipped

if TYPE_CHECKING:
    from multifidus.core.case import Case
    from multifidus.core.policy import Policy

SHELF = shipped()
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "policies.md"

# The version, its kind, its stance, and the days in force.
STANDING = """
aetna-cpb-0011@2025.9.26                    coverage   criteria 2025-09-26 to 2025-12-31
aetna-cpb-0011@2026.1.1                     coverage   criteria 2026-01-01 to 2026-04-16
aetna-cpb-0011@2026.4.17                    coverage   unread   2026-04-17 to open
anthem-surg-00158@2024.4.1                  coverage   excluded 2024-04-01 to 2025-04-15
anthem-surg-00158@2025.4.16                 coverage   criteria 2025-04-16 to open
bcbsmn-ii-149@0.1.0                         coverage   criteria 2015-05-27 to open
bcbsms-a-7-01-29@0.1.0                      coverage   unread   open to open
bcbsnc-ma-pns@0.1.0                         coverage   unread   open to open
blue-kc-7-01-29@0.1.0                       coverage   silent   2020-03-31 to open
cam-10131hb@0.1.0                           coverage   unread   open to open
cam-701125@0.1.0                            coverage   unread   open to open
cam-70129hb@0.1.0                           coverage   unread   open to open
carelon-msk01@0.1.0                         coverage   silent   2024-04-14 to open
cigna-0539@0.1.0                            coverage   excluded 2025-05-15 to open
eu-labelling@0.1.0                          label      criteria open to open
evicore-cmm-211@0.1.0                       coverage   excluded open to open
fda-p190021@0.1.0                           label      criteria 2020-06-16 to open
hayes-reactiv8@0.1.0                        assessment unread   open to open
hcsc-med205-032@0.1.0                       coverage   excluded 2018-10-15 to open
hcsc-med205-036@0.1.0                       coverage   criteria open to open
healthy-blue-surg-00158@2024.4.1            coverage   excluded 2024-04-01 to 2025-04-15
healthy-blue-surg-00158@2025.4.16           coverage   unread   2025-04-16 to open
humana-0412-033@0.1.0                       coverage   unread   open to open
ins-restorative-neurostimulation@0.1.0      guideline  criteria open to open
isass-2023@0.1.0                            guideline  unread   2023-08-11 to open
isass-2025@0.1.0                            guideline  criteria 2025-12-28 to open
medicare-l34328@0.1.0                       coverage   criteria 2019-12-01 to open
medicare-pns-explainer@0.1.0                coverage   criteria open to open
mp-623@0.1.0                                coverage   criteria 2024-10-31 to open
ncd-160-7@0.1.0                             coverage   silent   1995-08-07 to open
nice-ipg739@0.1.0                           assessment criteria 2022-12-31 to open
premera-7-01-574@0.1.0                      coverage   excluded 2023-04-01 to open
premises-restorative-neurostimulation@0.1.0 premises   criteria open to open
psps-position@0.1.0                         guideline  unread   open to open
reactiv8-a@0.1.0                            research   criteria open to open
reactiv8-b@0.1.0                            research   criteria open to open
restore@0.1.0                               research   criteria open to open
superior-cp-mp-117@0.1.0                    coverage   unread   2025-08-01 to open
tga-artg-327089@0.1.0                       label      criteria open to open
uhc-2026t0126tt@0.1.0                       coverage   unread   2026-01-01 to open
uhc-csnct0126-10@0.1.0                      coverage   unread   2026-06-01 to open
uhc-cso36id-b@0.1.0                         coverage   unread   2025-08-01 to open
uhc-ma-stimulators@0.1.0                    coverage   silent   2025-09-26 to open
washington-lni-scs@0.1.0                    coverage   silent   open to open
"""

# A slot of the facts: the policy, the clause, how well it was read, and its test.
SLOTS = """
fda-p190021       I3   verified    age >= 18 years
fda-p190021       I7   verified    not spine_surgery_indicated
eu-labelling      I3   verified    pain_mechanism is mechanical
eu-labelling      X1.2 verified    shoulder_mobility_limits_use
eu-labelling      X1.3 verified    cognitive_impairment_limits_use
eu-labelling      X2.2 verified    active_infection
eu-labelling      X2.3 verified    anticoagulation_cannot_be_stopped
tga-artg-327089   I3   verified    physical_therapy_courses >= 1 time
reactiv8-b        B1   verified    age >= 22 years and age <= 75 years
reactiv8-b        B2   verified    pain_duration > 90 days
reactiv8-b        B3   second-hand pain_days_share >= 50 percent
reactiv8-b        B4   verified    medical_management_duration > 90 days
reactiv8-b        B6.1 verified    physical_therapy_response is inadequate
reactiv8-b        B6.2 second-hand physical_therapy_courses >= 1 time
reactiv8-b        B7.1 verified    pain_vas >= 6 cm
reactiv8-b        B7.2 second-hand pain_vas <= 9 cm
reactiv8-b        B8.1 verified    oswestry_index >= 21 points
reactiv8-b        B8.2 second-hand oswestry_index <= 60 points
reactiv8-b        B9   verified    prone_instability_test is positive
reactiv8-b        B10  verified    not spine_surgery_indicated
reactiv8-b        X1   verified    body_mass_index > 35 kg/m2
reactiv8-b        X2.1 verified    scoliosis
reactiv8-b        X3   verified    spinal_canal_diameter < 10 mm and lower_extremity_pain
reactiv8-b        X4   verified    neurological_deficit
reactiv8-b        X5.1 verified    visceral_cause_of_pain
reactiv8-b        X6   verified    spinal_cord_disease
reactiv8-b        X7   verified    surgical_pathology_on_mri
reactiv8-b        X8   verified    prior_lumbar_surgery
reactiv8-a        A1   verified    age >= 18 years and age <= 65 years
reactiv8-a        A2   verified    pain_duration > 90 days
reactiv8-a        A3.1 verified    pain_nrs >= 6 points
reactiv8-a        A3.2 second-hand pain_nrs <= 9 points
reactiv8-a        A5   verified    oswestry_index >= 25 points
reactiv8-a        A8   verified    not spinal_cord_stimulation_indicated
restore           R1   verified    pain_duration > 6 months
restore           R5   verified    not prior_lumbar_surgery
restore           R6   verified    eligibility_confirmed_by_panel
aetna-cpb-0011    C2   second-hand pain_mechanism is neuropathic
aetna-cpb-0011    C4   second-hand objective_pathology
aetna-cpb-0011    C5   second-hand named_nerve_pain
aetna-cpb-0011    C6.2 second-hand trial_stimulation_relief >= 50 percent
hcsc-med205-036   C3   second-hand pain_mechanism is one of neuropathic, mixed
hcsc-med205-036   C5.2 second-hand trial_stimulation_relief >= 50 percent
bcbsmn-ii-149     C2   verified    trial_stimulation_relief >= 50 percent
medicare-l34328   C3   second-hand pain_mechanism is neuropathic
medicare-l34328   C5   second-hand cause_treatment_attempted
medicare-l34328   C6.3 second-hand psychological_therapy_response is inadequate
mp-623            M1   verified    pain_duration >= 3 months
nice-ipg739       R2   verified    multidisciplinary_selection
nice-ipg739       R3   verified    not pain_mechanism is neuropathic
ins-restorative-neurostimulation B2 verified pain_nrs >= 6 points
ins-restorative-neurostimulation B3 verified oswestry_index >= 21 points
ins-restorative-neurostimulation B4 verified pain_mechanism is mechanical
premera-7-01-574  E1   verified
cigna-0539        E1   second-hand
evicore-cmm-211   E1   second-hand
hcsc-med205-032   E1   verified
bcbsms-a-7-01-29  U1   verified
uhc-2026t0126tt   U1   second-hand
healthy-blue-surg-00158@2025.4.16 U1 unverified
"""

# A premise, how well it was read, and what it says of the restorative neurostimulator.
PREMISES = """
P1 unverified not trial_stimulation_given
P2 verified   pain_mechanism is mechanical
P3 verified   stimulation_site is bilateral-l2-medial-branch
P4 verified   pain_intractable
P5 verified   chronic_low_back_pain
"""

# A chart within the label, and one answer more or less; then who finds it met and who does not.
WITHIN_THE_LABEL = """
age 52 years; chronic_low_back_pain yes; pain_intractable yes; pain_mechanism mechanical
pain_duration 10 years; pain_days_share 95 percent; pain_vas 7.3 cm; pain_nrs 7 points
oswestry_index 39 points; multifidus_diagnosis_coded yes
multifidus_mri abnormal; prone_instability_test positive
medication_response inadequate; physical_therapy_response inadequate
psychological_therapy_response inadequate; surgical_treatment_response unsuitable
conservative_care_response inadequate; less_invasive_procedures_response inadequate
medical_management_duration 5 years; physical_therapy_courses 3 times
spine_surgery_indicated no; spinal_cord_stimulation_indicated no; prior_lumbar_surgery no
body_mass_index 28 kg/m2; scoliosis no; scoliosis_correction no
spinal_canal_diameter 15 mm; lower_extremity_pain no; neurological_deficit no
visceral_cause_of_pain no; infectious_cause_of_pain no; vascular_cause_of_pain no
spinal_cord_disease no; surgical_pathology_on_mri no; eligibility_confirmed_by_panel yes
unable_to_operate_device no; unsuitable_for_implant_surgery no; consents_and_can_comply yes
requested_device restorative-neurostimulator; stimulation_site bilateral-l2-medial-branch
trial_stimulation_given no; treats_post_herpetic_neuralgia no; implanting_facility_qualified yes
special_arrangements_made yes; multidisciplinary_selection yes; pain_severe yes
objective_pathology yes; named_nerve_pain yes
condition_known_to_respond yes; cause_treatment_attempted yes
"""
OPPOSITE = [
    ("", "anthem-surg-00158@2025.4.16", "anthem-surg-00158@2024.4.1", "E1"),
    ("", "fda-p190021", "aetna-cpb-0011@2025.9.26", "C2 C6.1"),
    ("", "fda-p190021", "aetna-cpb-0011@2026.1.1", "C2 C6.1"),
    ("", "fda-p190021", "hcsc-med205-036", "C3 C5.1"),
    ("", "fda-p190021", "medicare-l34328", "C3"),
    ("", "fda-p190021", "premera-7-01-574", "E1"),
    ("", "isass-2025", "cigna-0539", "E1"),
    ("", "mp-623", "bcbsmn-ii-149", "C1"),
    ("pain_mechanism neuropathic", "medicare-l34328", "nice-ipg739", "R3"),
    ("age 76 years", "fda-p190021", "reactiv8-b", "B1"),
    ("age 66 years", "reactiv8-b", "reactiv8-a", "A1"),
    ("age 19 years", "reactiv8-a", "reactiv8-b", "B1"),
    ("pain_duration 4 months", "mp-623", "restore", "R1"),
    ("pain_nrs 10 points", "ins-restorative-neurostimulation", "reactiv8-a", "A3.2"),
    ("oswestry_index 65 points", "ins-restorative-neurostimulation", "reactiv8-b", "B8.2"),
    ("oswestry_index 22 points", "reactiv8-b", "reactiv8-a", "A5"),
    ("prone_instability_test negative", "fda-p190021", "reactiv8-b", "B9"),
    ("prior_lumbar_surgery yes", "fda-p190021", "restore", "R5"),
    ("body_mass_index 36 kg/m2", "fda-p190021", "reactiv8-b", "X1"),
]


def policy_of(name: str) -> Policy:
    """Read a version by its full name, or the first of that id."""
    return SHELF.read(next(each for each in SHELF.entries if name in (str(each), each.id)))


def case_of(text: str) -> Case:
    """Read the facts of a case."""
    dictionary = SHELF.dictionaries["low-back-pain"]
    page = f'```case "a"\n{text.strip()}\n=> met\n```\n'
    (worked,), problems = read_cases(page, dictionary=dictionary, file="cases.md")
    assert () == problems
    return worked.case


def rows(table: str) -> list[str]:
    """Give the rows of a table with single spaces."""
    return [" ".join(line.split()) for line in table.strip().splitlines()]


def test_every_document_of_the_facts_stands_on_the_shelf_and_no_other() -> None:
    standing = sorted(
        f"{each} {about.kind} {about.stance} {about.in_force}"
        for each in SHELF.entries
        for about in [SHELF.read(each).about]
    )

    assert sorted(rows(STANDING)) == standing


@pytest.mark.parametrize("row", rows(SLOTS))
def test_a_slot_of_the_facts_stands_in_its_policy_as_well_read_as_it_was(row: str) -> None:
    name, identifier, reading, *test = row.split(" ")
    (clause,) = [each for each in policy_of(name).clauses() if each.id == identifier]

    notation = "" if policy_of(name).about.stance is not Stance.CRITERIA else clause.notation
    assert (reading, " ".join(test)) == (clause.reading, notation)


def test_a_premise_speaks_of_this_device_alone_and_is_no_better_read_than_the_facts() -> None:
    premises = policy_of("premises-restorative-neurostimulation")
    told = [f"{each.id} {each.reading} {each.notation}" for each in premises.clauses()]

    of_this_device = "requested_device is other-neurostimulator or "
    assert [" ".join(row.split()) for row in PREMISES.strip().splitlines()] == [
        line.replace(of_this_device, "") for line in told
    ]
    assert all(of_this_device in line for line in told)


@pytest.mark.parametrize(("more", "one", "other", "settles"), OPPOSITE)
def test_one_chart_gets_opposite_answers(more: str, one: str, other: str, settles: str) -> None:
    case = case_of(f"{WITHIN_THE_LABEL}{more}")
    by_one, by_other = determine(policy_of(one), case), determine(policy_of(other), case)

    assert (Answer.MET, Answer.NOT_MET) == (by_one.answer, by_other.answer)
    assert tuple(settles.split()) == by_other.settled_by


def test_the_versions_of_a_policy_follow_one_another() -> None:
    """No day has two versions, and Anthem, Healthy Blue and Aetna have no day between two."""
    for one, next_one in combinations(SHELF.entries, 2):
        if one.id != next_one.id:
            continue
        ends, begins = one.in_force.last, next_one.in_force.first
        assert ends is not None
        assert begins is not None
        assert ends < begins

    versions = [each for each in SHELF.entries if each.id == "aetna-cpb-0011"]
    for one, next_one in pairwise(versions):
        assert one.in_force.last is not None
        assert next_one.in_force.first == one.in_force.last + timedelta(days=1)


def test_a_policy_without_a_position_says_so_and_is_never_called_verified_as_a_whole() -> None:
    for each in SHELF.entries:
        policy = SHELF.read(each)
        if policy.about.stance is Stance.UNREAD:
            assert "unverified" == policy.sources[policy.source].reading


def test_no_unverified_fact_is_a_rule_of_a_policy() -> None:
    """What is only remembered may be a premise, named as such; it decides about no chart."""
    for each in SHELF.entries:
        policy = SHELF.read(each)
        if policy.about.stance in (Stance.CRITERIA, Stance.EXCLUDED):
            unverified = [
                clause.id for clause in policy.clauses() if clause.reading == "unverified"
            ]
            assert (["P1"] if each.id.startswith("premises-") else []) == unverified


def test_the_page_lists_what_stands_on_the_shelf() -> None:
    listed = re.findall(
        r"^- `(\S+)`, (\w+), (.+?): ", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    standing = [
        (str(each), str(SHELF.read(each).about.stance), str(each.in_force))
        for each in SHELF.entries
    ]

    assert sorted(standing) == sorted(listed)
