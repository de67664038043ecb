"""What the views of a dictionary are called, for those who write them and those who read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.core.resource import SERVICE_DATE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from multifidus.core.element import Dictionary

ANSWERS = "answers"
"""The view of what people answered in our questionnaires."""

STATED, AT_LATEST = "stated", "at latest"
"""Whether the time began on the day in the row, or on that day or before."""


def snake(words: str) -> str:
    """
    Write a name as SQL does.

    >>> snake("MedicationRequest")
    'medication_request'
    """
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in words).removeprefix("_")


def view_names(dictionary: Dictionary) -> Mapping[str, tuple[str, str]]:
    """Name the views of a dictionary, each with its element and its type of resource."""
    asked = [(each.name, each.rules) for each in dictionary.elements.values()]
    named = {
        f"{name}_{snake(rule.resource)}": (name, rule.resource)
        for name, rules in [*asked, (SERVICE_DATE, dictionary.service_date)]
        for rule in rules
    }
    return named | {ANSWERS: ("", "QuestionnaireResponse")}
