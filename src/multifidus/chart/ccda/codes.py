"""
What C-CDA R1.1 and R2.1 call things: sections, templates, moods and statuses, as data.

Vendors leave out templates or name wrong ones, so a section is known by its code as well, and an
entry by its element, its code and the section that it stands in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEMPLATE = "2.16.840.1.113883.10.20.22"


# Why a statement is skipped with all that belongs to it

ALLERGY = "an allergy"
RELATIVE = "about a relative"
RISK = "a risk"

# Sections, by their LOINC codes

ALLERGIES = "48765-2"
ADMINISTERED = "29549-3"
FAMILY = "10157-6"
IMMUNIZATIONS = "11369-6"
PAST = "11348-0"
PAYERS = "48768-6"
PROCEDURES = "47519-4"
PLANS = frozenset({"18776-5", "51847-2", "62387-6"})
PROBLEMS = frozenset(
    {
        *("11450-4", PAST, "46241-6", "42347-5", "11535-2", "C-CDAV2-DDN", "10219-4"),
        *("10218-6", "59769-0", "75310-3", "55109-3"),
    }
)
"""Problems, past illness, diagnoses before, at and after a stay or operation, health concerns."""

SECTIONS: Mapping[str, str] = {
    f"{_TEMPLATE}.{end}": code
    for code, ends in {
        ALLERGIES: ("2.6", "2.6.1"),
        ADMINISTERED: ("2.38",),
        FAMILY: ("2.15",),
        IMMUNIZATIONS: ("2.2", "2.2.1"),
        PAST: ("2.20",),
        PAYERS: ("2.18",),
        PROCEDURES: ("2.7", "2.7.1"),
        "11450-4": ("2.5", "2.5.1"),
        "18776-5": ("2.10",),
        "51847-2": ("2.9",),
    }.items()
    for end in ends
}
"""The code of a section that has none, by its template."""

SKIPPED_SECTIONS: Mapping[str, str] = {ALLERGIES: ALLERGY, FAMILY: RELATIVE}

# Entries, by their templates

CONCERN = "concern"
IMMUNIZATION = "immunization"
INSTRUCTION = "instruction"
NOTE = "note"
PART = "a part of another entry"
PLANNED_ACT = "planned act"
PLANNED_MEDICATION = "planned medication"
POLICY = "policy"
PROBLEM = "problem"
PROCEDURE = "procedure"
STATUS = "status"
ROLES: Mapping[str, str] = {
    **{
        f"{_TEMPLATE}.4.{end}": role
        for role, ends in {
            ALLERGY: (7, 30, 90),
            CONCERN: (3,),
            IMMUNIZATION: (52,),
            INSTRUCTION: (20,),
            NOTE: (202,),
            # Health status, severity, reaction, indication, and what else modifies an entry.
            PART: (5, 8, 9, 19, 28, 31, 47, 53, 113, 118, 122, 123, 143, 145),
            PLANNED_ACT: (39, 140),
            PLANNED_MEDICATION: (42,),
            POLICY: (61,),
            PROBLEM: (4, 68, 73),
            PROCEDURE: (12, 13),
            RELATIVE: (45, 46),
            RISK: (136,),
            STATUS: (6,),
        }.items()
        for end in ends
    },
    "2.16.840.1.113883.10.20.1.49": INSTRUCTION,
    "2.16.840.1.113883.10.20.6.2.5": PROCEDURE,
}
"""What an entry is by its templates, as far as it matters."""

# Entries, by their codes

CONCERN_CODE = "CONC"
NOTE_CODE = "34109-9"
STATUS_CODE = "33999-4"
PART_CODES = frozenset({STATUS_CODE, "11323-3", "225773000", "445518008", "82606-5", "SEV"})
DIAGNOSES = frozenset(
    {"29308-4", "46241-6", "11535-2", "10219-4", "10218-6", "59769-0", "55109-3", "75310-3"}
)
"""Acts that hold a diagnosis."""
PROBLEM_TYPES = frozenset(
    {
        # SNOMED CT: diagnosis, disease, problem, finding, complaint, symptom, and limitations.
        *("282291009", "64572001", "55607006", "404684003", "409586006", "418799008"),
        *("248536006", "373930000"),
        # LOINC: diagnosis, problem, symptom, condition, finding, complaint, limitations.
        *("29308-4", "75326-9", "75325-1", "75323-6", "75321-0", "75322-8", "75275-8", "75318-2"),
    }
)
ASSERTION = "ASSERTION"

# Statuses: of a problem in SNOMED CT; of entries as FHIR has them for each resource.

PROBLEM_STATUS: Mapping[str, str] = {
    "15240007": "active",
    "55561003": "active",
    "246455001": "recurrence",
    "263855007": "relapse",
    "277022003": "remission",
    "73425007": "inactive",
    "421139008": "inactive",
    "413322009": "resolved",
    # Some write the word in place of the code.
    "active": "active",
    "inactive": "inactive",
    "resolved": "resolved",
}

_VOID = {"nullified": "entered-in-error"}
_ASKED = {
    "": "active",
    "active": "active",
    "new": "active",
    "completed": "completed",
    "held": "on-hold",
    "suspended": "on-hold",
    **_VOID,
}
_DONE = {
    "": "completed",
    "completed": "completed",
    "active": "in-progress",
    "held": "on-hold",
    "suspended": "on-hold",
    "aborted": "stopped",
    "cancelled": "not-done",
    **_VOID,
}
STATUSES: Mapping[str, Mapping[str, str]] = {
    "Coverage": {
        "": "active",
        "active": "active",
        # The standard fixes it, whether or not the coverage goes on.
        "completed": "active",
        "new": "draft",
        "aborted": "cancelled",
        "cancelled": "cancelled",
        **_VOID,
    },
    "DeviceRequest": {**_ASKED, "aborted": "revoked", "cancelled": "revoked"},
    "Encounter": {
        "": "unknown",
        "completed": "finished",
        "active": "in-progress",
        "new": "planned",
        "suspended": "onleave",
        "aborted": "cancelled",
        "cancelled": "cancelled",
        **_VOID,
    },
    "Immunization": {"": "completed", "completed": "completed", "active": "completed", **_VOID},
    "MedicationAdministration": _DONE,
    "MedicationRequest": {**_ASKED, "aborted": "stopped", "cancelled": "cancelled"},
    "MedicationStatement": {**_ASKED, "aborted": "stopped", "cancelled": "not-taken"},
    "Observation": {
        "": "final",
        "completed": "final",
        "active": "preliminary",
        "new": "registered",
        "held": "registered",
        "suspended": "registered",
        "aborted": "cancelled",
        "cancelled": "cancelled",
        **_VOID,
    },
    "Procedure": {**_DONE, "new": "preparation"},
    "ServiceRequest": {**_ASKED, "aborted": "revoked", "cancelled": "revoked"},
}
"""An event without a status is taken as one that has happened."""

INTENTS: Mapping[str, str] = {
    "RQO": "order",
    "INT": "plan",
    "PRP": "proposal",
    "ARQ": "plan",
    "APT": "plan",
}
"""The moods of what is asked for or intended, as intents of a request."""
HAPPENED = "EVN"
GOAL = "GOL"
ENDED = frozenset({"aborted", "cancelled", "nullified"})
"""Statuses of a group that hold for all of it."""
NO_PAYER = "8"
"""Codes of the Source of Payment Typology that begin so name no organization: the patient pays."""
