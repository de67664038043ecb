"""What the table of payers says: its words, its rows and its cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.analysis.matrix import Relation
from multifidus.cli.diff import reading_of
from multifidus.core.citation import ReadingStatus
from multifidus.core.policy import Stance
from multifidus.library.restrictiveness import Standing
from multifidus.library.topics import SERVICE, words_of

if TYPE_CHECKING:
    from multifidus.library.restrictiveness import Row, Table

MEANINGS = {
    Standing.SAME: "the same patients meet both",
    Standing.STRICTER: "the payer lets fewer patients through",
    Standing.LOOSER: "the payer lets more patients through",
    Standing.DIFFERS: "each lets patients through whom the other does not",
    Standing.CLASHES: "no patient meets both",
    Standing.ADDS: "the payer asks; what was read of the reference does not",
    Standing.NOT_ASKED: "the reference asks; the payer's policy was read and does not",
    Standing.NOT_TOLD: "the reference asks; of the payer's policy reports alone were read, and they"
    " do not tell",
    Standing.NOT_DECIDED: "not decided within the limit",
}
WHOLES = {
    Relation.SAME: Standing.SAME,
    Relation.STRICTER: Standing.STRICTER,
    Relation.LOOSER: Standing.LOOSER,
    Relation.INCOMPARABLE: Standing.DIFFERS,
    Relation.DISJOINT: Standing.CLASHES,
    Relation.NEVER_MET: Standing.CLASHES,
    Relation.UNKNOWN: Standing.UNKNOWN,
    Relation.SILENT: Standing.UNKNOWN,
    Relation.NOT_DECIDED: Standing.NOT_DECIDED,
}
"""How a payer stands to a reference as a whole, in the words of the rows."""

REPORTED = "reports alone were read"
MAY_ASK_MORE = (
    f"Where {REPORTED}, the policy may ask for more than they tell, also where it is called looser."
)

APART = {
    Stance.EXCLUDED: "Excluded whatever the chart says, so there is nothing to compare",
    Stance.SILENT: "Read, and does not speak of the service",
    Stance.UNREAD: "Unknown in every row: nobody has read the position",
}


def labels_of(row: Row, table: Table) -> list[str]:
    """Name a row in the words of the dictionary, element by element."""
    elements = {
        name: element
        for each in (*table.references, *table.payers)
        for name, element in each.dictionary.elements.items()
    }
    return [elements[name].label for name in row.elements] or [SERVICE]


def asks(row: Row, policy: str) -> str:
    """Write what a policy asks in a row; empty where it asks nothing."""
    (element,) = row.elements if len(row.elements) == 1 else ("",)
    return words_of(row.claims.get(policy, ()), element)


def reading(row: Row, policy: str) -> str:
    """Say how well what a policy asks in a row was read; empty where it asks nothing."""
    order = list(ReadingStatus)
    read = [reading_of(claim) for claim in row.claims.get(policy, ())]
    return max(read, key=order.index).value if read else ""
