"""The years after the implant: pain and disability of every cohort that was followed for longer."""

from __future__ import annotations

from math import nan, sqrt
from typing import TYPE_CHECKING

from multifidus.evidence.figure import trajectory
from multifidus.evidence.figure.funnel import NORMAL
from multifidus.evidence.gallery.wording import cohort
from multifidus.evidence.study import Estimate, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus.evidence.figure.canvas import Drawing
    from multifidus.evidence.figure.trajectory import Point, Series
    from multifidus.evidence.study import Evidence, Result

BLINDED_DAYS = 120
"""So long the pivotal trial compared; after that the sham arm was stimulated as well."""
_PAIN = ("LBP VAS", "LBP NRS")
_DISABILITY = ("ODI",)
_COHORTS = {"R8B": 204, "PMCF-UK": 42, "R8A": 53}
"""The cohorts that were followed beyond a year, and how many were implanted."""
_SHAM = "active sham (low-level stimulation)"
_FOLLOWED = "participants with outcome data"


def trajectories(evidence: Evidence) -> Drawing:
    """Draw pain and disability over five years, with the people at each point."""
    pain = [*_series(evidence, _PAIN)]
    pain.insert(1, _sham(evidence))
    return trajectory.draw(
        trajectory.Trajectory(
            name="trajectory",
            title="Those who stay keep what they gained",
            subtitle="Mean change since baseline of those who came; no control after 120 days",
            years=5,
            phase=trajectory.Phase(
                first=0,
                last=BLINDED_DAYS,
                label="120 days blinded, against a sham; after that everybody is stimulated",
            ),
            panels=(
                trajectory.Panel(
                    heading="Back pain: change on a scale of 0 to 10 (VAS in cm, or NRS)",
                    limits=(-6, 0),
                    thresholds=(
                        trajectory.Threshold(
                            value=-1.5, label="1.5: smallest change that matters (Ostelo 2008)"
                        ),
                    ),
                    series=tuple(pain),
                ),
                trajectory.Panel(
                    heading="Disability: change in ODI (0 to 100 points)",
                    limits=(-30, 0),
                    thresholds=(
                        trajectory.Threshold(
                            value=-10, label="10: smallest change that matters (Ostelo 2008)"
                        ),
                        trajectory.Threshold(value=-20, label="20: the trial's own threshold"),
                    ),
                    series=tuple(_series(evidence, _DISABILITY)),
                ),
            ),
            notes=(
                _missing(evidence),
                "After 120 days nothing stands against these changes: no cohort had a control.",
                (
                    "Where no change was printed it is follow-up less baseline, of people who are"
                    " not all the same. Intervals are printed, or come from the printed spread."
                ),
            ),
        )
    )


def _series(evidence: Evidence, outcomes: tuple[str, ...]) -> Iterator[Series]:
    for study, of in _COHORTS.items():
        rows = [
            each
            for each in evidence.results
            if each.study == study
            and each.outcome in outcomes
            and each.status is not Status.UNVERIFIED
            and each.value is not None
            and each.arm != _SHAM
        ]
        points = tuple(_points(rows))
        yield trajectory.Series(
            label=cohort(study), of=of, points=points, is_joined=len(points) > 1
        )


def _sham(evidence: Evidence) -> Series:
    rows = [each for each in evidence.of("R8B", "LBP VAS") if each.arm == _SHAM and each.value]
    return trajectory.Series(
        label="its sham arm", of=102, points=tuple(_points(rows)), is_joined=False
    )


def _points(rows: list[Result]) -> Iterator[Point]:
    """Give the best that is known of each follow-up, in order of time."""
    for days in sorted({each.days for each in rows if each.days}):
        there = [each for each in rows if each.days == days]
        changes = sorted((each for each in there if each.estimate.is_change), key=_rank)
        if changes:
            yield _point(days, changes[0])
            continue
        baseline = [each for each in rows if each.days == 0 and each.estimate is Estimate.MEAN]
        scores = [each for each in there if each.estimate is Estimate.MEAN]
        if baseline and scores:
            change = told(scores[0]) - told(baseline[-1])
            yield trajectory.Point(days=days, value=change, n=scores[0].n, is_derived=True)


def _rank(result: Result) -> tuple[bool, bool]:
    """Put what was printed first, and of that what has a spread."""
    return result.status is not Status.VERIFIED, result.low is None and result.sd is None


def _point(days: int, result: Result) -> Point:
    low, high = ends(result)
    return trajectory.Point(
        days=days,
        value=told(result),
        n=result.n,
        low=low,
        high=high,
        is_derived=result.status is not Status.VERIFIED,
    )


def told(result: Result) -> float:
    """Give the value of a result; one without a value is no number, and never 0."""
    return nan if result.value is None else float(result.value)


def ends(result: Result) -> tuple[float | None, float | None]:
    """
    Give the interval of a result: as printed, or from its standard error or its spread.

    The normal quantile is used, as the reports do: the samples are large, and for the smallest of
    them, of 16 people, a *t* quantile would be 9 percent wider.
    """
    if result.low is not None and result.high is not None:
        return float(result.low), float(result.high)
    if result.value is None:
        return None, None
    if result.se is not None:
        reach = NORMAL * float(result.se)
    elif result.sd is not None and result.n:
        reach = NORMAL * float(result.sd) / sqrt(result.n)
    else:
        return None, None
    return float(result.value) - reach, float(result.value) + reach


def _missing(evidence: Evidence) -> str:
    """Say how many of the pivotal trial are missing at the end."""
    last = max(evidence.of("R8B", _FOLLOWED), key=lambda each: each.days or 0)
    missing = (last.n or 0) - (last.events or 0)
    return (
        f"At {(last.days or 0) // 365} years {missing} of the {last.n} people of"
        " ReActiv8-B have no data; how they fared is not known."
    )
