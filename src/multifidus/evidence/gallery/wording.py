"""How the rows of the evidence are worded in a figure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from multifidus.evidence.figure.letters import KEPT

if TYPE_CHECKING:
    from multifidus.evidence.study import Result

COHORTS = {
    "R8B": "ReActiv8-B",
    "R8A": "ReActiv8-A",
    "RESTORE": "RESTORE",
    "PMCF-UK": "PMCF-UK",
    "ITZ": "Itzehoe",
    "POOL3": "Pooled report",
    "FEAS": "Feasibility",
    "ADL-CPW": "Adelaide, pathway",
    "ADL-POSTSURG": "Adelaide, after surgery",
    "PNS60": "60-day PNS",
}
"""The names of cohorts, as their reports have them; others stand under their id."""

_SIGNS = {">=": "≥", "<=": "≤", ">": ">", "<": "<"}
_UNITS = {"d": "day", "mo": "month", "y": "year"}
_MONTHS_IN_A_YEAR = 12

# Whose page a number was printed on; the first that fits.
_SOURCES = (
    ("NICE", "NICE overview"),
    ("Mainstay", "sponsor"),
    ("Company", "sponsor"),
    ("abstract", "conference"),
    ("poster", "conference"),
    ("Summit", "conference"),
)


def cohort(study: str) -> str:
    """
    Name a cohort as its reports do, whichever of its reports is meant.

    >>> cohort("R8B-5Y"), cohort("PMCF-UK"), cohort("NEW")
    ('ReActiv8-B', 'PMCF-UK', 'NEW')
    """
    return COHORTS.get(re.sub(r"-\dY$", "", study), study)


def source(result: Result) -> str:
    """
    Say what kind of source printed a result: a paper, a conference, NICE or the sponsor.

    Where the web page is the maker's or a news item about it, the sponsor's word was taken over.
    """
    if "mainstay-reactive8" in result.source.lower():
        return "sponsor"
    if "nice.org.uk" in result.source:
        return "NICE overview"
    return next((kind for word, kind in _SOURCES if word in result.publication), "paper")


def spaced(words: str) -> str:
    """
    Set signs and units as print does, so that no line ends between a sign and its number.

    >>> spaced(">=50% VAS").replace(KEPT, "_")
    '≥_50_% VAS'
    """
    signed = re.sub(
        r"(>=|<=|>|<)\s*(?=[\dM])", lambda found: f"{_SIGNS[found[1]]}{KEPT}", words
    ).replace(">= ", f"≥{KEPT}")
    return re.sub(r"(?<=\d)%", f"{KEPT}%", signed)


def when(timepoint: str) -> str:
    """
    Spell out a time; twelve months are a year.

    >>> when("120 d"), when("12 mo"), when("1.5 mo"), when("2 y")
    ('120 days', '1 year', '1.5 months', '2 years')
    >>> when("baseline")
    'baseline'
    """
    number, _, unit = timepoint.partition(" ")
    if unit not in _UNITS:
        return timepoint
    word = _UNITS[unit]
    if unit == "mo" and number.isdigit() and not int(number) % _MONTHS_IN_A_YEAR:
        number, word = str(int(number) // _MONTHS_IN_A_YEAR), "year"
    return f"{number} {word}{'' if number == '1' else 's'}"
