"""
Every payer against references, the guideline and the label: who asks more, row by row.

A row is a data element, or several that some policy tests together. A payer of whose position
nothing was read is *unknown* in every row; with those who exclude the service or do not speak of it
he stands beside the table, for a column of one word tells nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from multifidus.analysis.matrix import relation
from multifidus.analysis.statement import Statement, name_of
from multifidus.core.policy import Stance
from multifidus.library.comparison import Change, find
from multifidus.library.topics import align, elements_in_order, joined

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from multifidus.analysis.inquiry import Asker
    from multifidus.analysis.matrix import Relation
    from multifidus.analysis.statement import Claim
    from multifidus.core.policy import Policy
    from multifidus.library.comparison import Finding

GROUPS = {
    "age": "The person",
    "chronic_low_back_pain": "The pain",
    "multifidus_diagnosis_coded": "Evidence of multifidus dysfunction",
    "medical_management_duration": "Conservative care",
    "trial_stimulation_given": "A trial before the implant",
    "spine_surgery_indicated": "Surgery and the spine",
    "unable_to_operate_device": "Fitness for the device",
    "requested_device": "The request",
    "implanting_facility_qualified": "Selection and governance",
}
"""The headings of the rows, by the element at which each begins in the dictionary."""

OTHER = "Other"


class Standing(StrEnum):
    """How a payer stands to a reference in one row."""

    SAME = "same"
    STRICTER = "stricter"
    LOOSER = "looser"
    DIFFERS = "differs"
    """Each lets patients through whom the other does not."""
    CLASHES = "clashes"
    """No patient meets both."""
    ADDS = "adds"
    """The payer asks, the reference does not."""
    NOT_ASKED = "not asked"
    """The reference asks; the payer's policy was read, and does not."""
    NOT_TOLD = "not told"
    """The reference asks; of the payer's policy reports alone were read, and they do not tell."""
    NEITHER = ""
    """Neither asks."""
    UNKNOWN = "unknown"
    NOT_DECIDED = "undecided"


_STANDINGS = {
    Change.SAME: Standing.SAME,
    Change.TIGHTENED: Standing.STRICTER,
    Change.LOOSENED: Standing.LOOSER,
    Change.CHANGED: Standing.DIFFERS,
    Change.CLASHING: Standing.CLASHES,
    Change.ADDED: Standing.ADDS,
    Change.DROPPED: Standing.NOT_ASKED,
    Change.NOT_TOLD: Standing.NOT_TOLD,
    Change.UNKNOWN: Standing.UNKNOWN,
    Change.SILENT: Standing.UNKNOWN,
    Change.NOT_DECIDED: Standing.NOT_DECIDED,
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """Elements that are tested together, what each policy claims of them, and how payers stand."""

    heading: str
    elements: tuple[str, ...]
    claims: Mapping[str, tuple[Claim, ...]]
    """By the name of the policy, of references and payers."""
    standings: Mapping[tuple[str, str], Standing]
    """By the names of payer and reference."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """Payers against references."""

    references: tuple[Policy, ...]
    payers: tuple[Policy, ...]
    """Those that test criteria, and so can be compared."""
    apart: tuple[Policy, ...]
    """Those that exclude the service, do not speak of it, or were not read."""
    rows: tuple[Row, ...]
    wholes: Mapping[tuple[str, str], Relation]
    """How each payer stands to each reference as a whole, by their names."""


def restrictiveness(asker: Asker, references: Sequence[Policy], others: Sequence[Policy]) -> Table:
    """Compare each of some policies with each reference, row by row."""
    payers = [each for each in others if each.about.stance is Stance.CRITERIA]
    columns = {name_of(each): Statement(each) for each in (*references, *payers)}
    groups = joined(*columns.values())
    pairs = [(name_of(payer), name_of(one)) for payer in payers for one in references]
    found: dict[tuple[str, ...], dict[tuple[str, str], Standing]] = {each: {} for each in groups}
    for pair in pairs:
        for finding in find(asker, columns[pair[1]], columns[pair[0]], groups):
            found[finding.topic.elements][pair] = _standing(finding)
    claims: dict[tuple[str, ...], dict[str, tuple[Claim, ...]]] = {each: {} for each in groups}
    for name, statement in columns.items():
        for topic in align(statement, statement, groups):
            claims[topic.elements][name] = topic.first
    order = elements_in_order(*(each.dictionary for each in (*references, *payers)))
    return Table(
        references=tuple(references),
        payers=tuple(payers),
        apart=tuple(each for each in others if each not in payers),
        rows=tuple(
            Row(
                heading=_heading(group, order),
                elements=group,
                claims=claims[group],
                standings={pair: found[group].get(pair, Standing.NEITHER) for pair in pairs},
            )
            for group in groups
        ),
        wholes={pair: relation(asker, columns[pair[0]], columns[pair[1]]) for pair in pairs},
    )


def _standing(finding: Finding) -> Standing:
    if finding.change is Change.NOT_TOLD and not finding.topic.first:
        return Standing.ADDS
    return _STANDINGS[finding.change]


def _heading(group: Sequence[str], order: Sequence[str]) -> str:
    """Find the last heading that begins no later than the first element of the row."""
    if not group:
        return OTHER
    begun = [name for name in order[: order.index(group[0]) + 1] if name in GROUPS]
    return GROUPS[begun[-1]] if begun else OTHER
