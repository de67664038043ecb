"""
The days that a document gives for itself and for its patient: when it was written, who was born.

A day counts only under a label that says what it is, near the top, and with day, month and year.
Which of several is the document's own day is the labels' order here, not the order of the text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from multifidus.chart.prose.capture import read_day
from multifidus.chart.prose.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus.core.quantity import DateRange

HEAD = 1500
"""So many characters are the head of a document."""

_CARE_KINDS = (
    "(?:service|visit|exam|examination|study|procedure|encounter|consult|consultation|evaluation"
    "|discharge|call)"
)
_CARE = rf"(?:date of {_CARE_KINDS}|dos|{_CARE_KINDS} date)"
_OWN = r"(?:date|dated|note date|report date|date of (?:note|report|letter))"
_MADE = r"(?:date )?(?:dictated|signed|written|authored|reported|completed)(?: on)?"
_LABELS = tuple(
    re.compile(rf"(?im)(?:^|[|;,(]|  |\t)[ \t*#_-]*{label}(?:/time)?[ \t*_]*[:#=-]?[ \t*_|]+(?=\w)")
    for label in (_CARE, _OWN, _MADE)
)
_BIRTH = re.compile(
    r"(?i)\b(?:d\.?o\.?b\.?|date of birth|birth ?date|born)[ \t*_]*[:#=-]?[ \t*_]+(?=\w)"
)
_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_.]?(\d\d)[-_.]?(\d\d)(?!\d)")


def day_of(text: str, name: str) -> DateRange | None:
    """Find the day on which a document was written: under a label, or in the name of its file."""
    head = text[:HEAD]
    for label in _LABELS:
        day = next(_days_after(label, head), None)
        if day is not None:
            return day
    found = _IN_NAME.search(name)
    return _whole_day("-".join(found.groups())) if found else None


def birth_date_in(text: str) -> DateRange | None:
    """Find the date of birth that the head of a document gives."""
    return next(_days_after(_BIRTH, text[:HEAD]), None)


def _days_after(label: re.Pattern[str], text: str) -> Iterator[DateRange]:
    for found in label.finditer(text):
        line, _, _ = text[found.end() : found.end() + 40].partition("\n")
        day = _whole_day(line)
        if day is not None:
            yield day


def _whole_day(text: str) -> DateRange | None:
    words = Words(text)
    found = read_day(words, 0, len(words))
    day = found.date if found else None
    return day if day is not None and day.earliest == day.latest else None
