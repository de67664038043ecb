"""Every figure by its name, and what it is drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING

from multifidus.errors import EvidenceError
from multifidus.evidence.cohort import shipped_cohorts
from multifidus.evidence.gallery import changes, doubts, shares, years
from multifidus.evidence.judgement import shipped_judgements
from multifidus.evidence.study import shipped_evidence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from multifidus.evidence.cohort import Cohorts
    from multifidus.evidence.figure.canvas import Drawing
    from multifidus.evidence.gallery.changes import Score
    from multifidus.evidence.judgement import Judgements
    from multifidus.evidence.study import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What figures are drawn from."""

    evidence: Evidence
    cohorts: Cohorts
    judgements: Judgements


@cache
def shipped_material() -> Material:
    """Read what comes with the package."""
    return Material(
        evidence=shipped_evidence(), cohorts=shipped_cohorts(), judgements=shipped_judgements()
    )


def _forest(score: Score) -> Callable[[Material], Drawing]:
    return lambda given: changes.forest_of(given.evidence, score, cohorts=given.cohorts)


def _funnel(score: Score) -> Callable[[Material], Drawing]:
    return lambda given: changes.funnel_of(given.evidence, score, cohorts=given.cohorts)


_FIGURES: Mapping[str, Callable[[Material], Drawing]] = {
    "flow": lambda given: doubts.flow_of(given.evidence, cohorts=given.cohorts),
    "risk-of-bias": lambda given: doubts.bias_of(given.judgements),
    "forest-pain": _forest(changes.PAIN),
    "forest-disability": _forest(changes.DISABILITY),
    "trajectory": lambda given: years.trajectories(given.evidence),
    "responders-pain": lambda given: shares.pain(given.evidence),
    "responders-disability": lambda given: shares.disability(given.evidence),
    "responders-cohorts": lambda given: shares.cohorts(given.evidence),
    "responders-reactiv8-a": lambda given: shares.first_cohort(given.evidence),
    "responders-subgroups": lambda given: shares.subgroups(given.evidence),
    "funnel-disability": _funnel(changes.DISABILITY),
}

NAMES = tuple(_FIGURES)
"""The names of all figures, in the order in which they tell the story."""


def draw(name: str, *, given: Material | None = None) -> Drawing:
    """
    Draw a figure by its name, of what comes with the package unless something else is given.

    Raises `EvidenceError` with the names that come near.
    """
    if name not in _FIGURES:
        near = get_close_matches(name, NAMES, cutoff=0.3) or NAMES
        hint = f"there are: {', '.join(near)}"
        where, message = "figure", f"there is no figure `{name}`"
        raise EvidenceError.at(where, message, hint)
    return _FIGURES[name](given or shipped_material())
