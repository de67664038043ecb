"""Values, reasons, findings and addresses in the words that every output uses alike."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from multifidus.core.case import Absence, Basis, Reason
from multifidus.core.determination import Answer, Finding
from multifidus.core.policy import Sense

if TYPE_CHECKING:
    from multifidus.core.case import Fact, Provenance
    from multifidus.core.coding import Days
    from multifidus.core.determination import CriterionResult, Determination
    from multifidus.core.quantity import Value

ANSWER_WORDS = {
    Answer.MET: "Met",
    Answer.NOT_MET: "Not met",
    Answer.MORE_INFORMATION: "More information needed",
}
ABSENT_WORDS = {
    Reason.NOT_RECORDED: "not recorded",
    Reason.TOO_OLD: "too old",
    Reason.IN_CONFLICT: "in conflict",
    Reason.UNREADABLE: "unreadable",
    Reason.UNCONFIRMED: "unconfirmed",
}
BASIS_WORDS = {
    Basis.STRUCTURED: "coded",
    Basis.TEXT: "in words",
    Basis.ANSWER: "answered by a person",
    Basis.SILENCE: "nothing recorded",
}
REPORTED = "Of {} reports alone were read: it may ask for more than they tell."
"""What is said, by its name, of a policy that `is_reported`."""
_BOUND_WORDS = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than"}


def value_words(value: Value) -> str:
    """Say a value as a person would."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def absence_words(absence: Absence) -> str:
    """Say why there is no value, after what was found in words if that is what lacks a person."""
    found = "" if absence.found is None else f"{value_words(absence.found)}, "
    return f"{found}{ABSENT_WORDS[absence.reason]}"


def entry_words(entry: Fact | Absence) -> str:
    """Say the value of a fact, or why there is none."""
    return absence_words(entry) if isinstance(entry, Absence) else value_words(entry.value)


def demand_words(label: str, name: str, test: str) -> str:
    """
    Say what must be documented of an element, which a policy tests by its name.

    >>> demand_words("Pain, visual analogue scale", "pain_vas", "pain_vas >= 6 cm")
    'Pain, visual analogue scale: at least 6 cm'
    """
    short = {name: "yes", f"not {name}": "no"}.get(test)
    if short is None:
        bare = re.sub(rf"\b{re.escape(name)}( is)?\b ?", "", test)
        short = " ".join(_BOUND_WORDS.get(word, word) for word in bare.split())
    return f"{label}: {short}"


def finding_words(result: CriterionResult, *, needed: bool) -> str:
    """Name a finding; an exclusion applies or does not, where a condition is met or not."""
    if result.truth is Finding.OPEN:
        return "open" if needed else "not needed"
    if result.sense is Sense.AGAINST:
        return "applies" if result.truth is Finding.MET else "does not apply"
    return "met" if result.truth is Finding.MET else "not met"


def obtain_words(told: Determination) -> tuple[str, ...]:
    """Name the documents in which a position could be read, each with its edition and address."""
    return tuple(f"{each.document}, {each.edition}. {each.address}".strip() for each in told.obtain)


def days_words(days: Days) -> str:
    """Say from when to when something holds, as far as its document states it."""
    if days.first and days.last:
        return f"from {days.first} to {days.last}"
    if days.first:
        return f"from {days.first}; no last day is stated"
    return f"up to {days.last}; no first day is stated" if days.last else "no day is stated"


def in_force_words(days: Days) -> str:
    """Say when a version is in force."""
    is_stated = days.first is not None or days.last is not None
    return f"in force {days_words(days)}" if is_stated else "in force on days that are not stated"


def heading_words(result: CriterionResult) -> str:
    """Name a criterion by its title, or by its sentence where that says more."""
    if result.parts or not result.title:
        return (
            result.sentence
            if not result.title or result.sentence.startswith(result.title)
            else result.title
        )
    return result.title


def address_words(provenance: Provenance) -> str:
    """Say where a statement stands: its day, the resource or document, the field or the page."""
    day = f"{provenance.date}  " if provenance.date else ""
    return f"{day}{provenance.resource}{place_words(provenance)}"


def place_words(provenance: Provenance) -> str:
    """Say where in its resource or document a statement stands, as what follows the name."""
    quote = provenance.quote
    if quote is None:
        return f" {provenance.path}"
    page = f", page {quote.page}" if quote.page else ""
    return f"{page}, characters {quote.start} to {quote.end}"
