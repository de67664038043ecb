"""Responders: every share of people that any source printed, by definition."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from multifidus.evidence.figure import responders
from multifidus.evidence.gallery.wording import cohort, source, spaced, when
from multifidus.evidence.gallery.years import told
from multifidus.evidence.study import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from multifidus.evidence.figure.canvas import Drawing
    from multifidus.evidence.figure.responders import Curve, Definition, Share
    from multifidus.evidence.study import Evidence, Result

PIVOTAL = "R8B"
_PRIMARY = "responder (primary endpoint)"
_SINGLE = ("RESTORE", "PMCF-UK", "ITZ", "FEAS")
_REPORTS = ("POOL3", "ADL-POSTSURG", "ADL-CPW")
_SHAM = "Blinded, against an active sham: endpoint not met"
_PAIN = (_SHAM, "Back pain")
_GROUPS = (_SHAM, "Back pain", "Disability", "Quality of life", "Both, or either of the two")
_UNCONTROLLED = (
    "After 120 days everybody was stimulated: the shares hold what time and attention do by"
    " themselves, and speak of those who came to the visit."
)
_INCOMPARABLE = "No two cohorts are compared here: their definitions, times and people differ."
_APART = "Marks of one definition that lie apart are sources that disagree."
# Arms of which a figure says nothing more than the cohort.
_WHOLE = {
    "all implanted (both arms combined)",
    "restorative neurostimulation",
    "restorative neurostimulation + OMM",
    "whole pooled cohort",
}
_SCORED = (PIVOTAL, "R8A")
"""Cohorts in whose figures the heading says which score it is."""
_SCORES = {
    "LBP VAS/NRS": "pain",
    "LBP NRS": "NRS",
    "LBP VAS": "VAS",
    "LBP resolution": "NRS",
    "ODI": "ODI",
    "EQ-5D": "EQ-5D",
}
_ARMS = {
    "therapeutic stimulation": "stimulated",
    "active sham (low-level stimulation)": "sham",
}
_TRUSTED = ("paper", "NICE overview", "conference", "sponsor")
"""Whose number a curve takes where several printed one."""
_LAST = 1000.0


def pain(evidence: Evidence) -> Drawing:
    """Draw the responders of the pivotal trial by pain: blinded, and in the years after."""
    rows = [each for each in _rows(evidence) if each.study == PIVOTAL and _group(each) in _PAIN]
    return responders.draw(
        responders.Responders(
            name="responders-pain",
            title="How many respond depends on who counts what",
            subtitle="ReActiv8-B, pain: every definition, every source that printed a number",
            threshold="Relief of back pain since baseline, at least so many percent",
            curves=_curves(rows),
            definitions=_definitions(rows, _group),
            notes=(
                _primary(evidence),
                _UNCONTROLLED,
                f"{_APART} A curve takes the paper's number where there is one.",
            ),
        )
    )


def disability(evidence: Evidence) -> Drawing:
    """Draw the responders of the pivotal trial by disability, and by both."""
    rows = [each for each in _rows(evidence) if each.study == PIVOTAL]
    return responders.draw(
        responders.Responders(
            name="responders-disability",
            title="“And” counts 56 in 100; “and/or” counts 76",
            subtitle="ReActiv8-B, disability and composites: every definition and source",
            definitions=_definitions([each for each in rows if _group(each) not in _PAIN], _group),
            notes=(_UNCONTROLLED, _APART),
        )
    )


def cohorts(evidence: Evidence) -> Drawing:
    """Draw the responders of RESTORE and of small cohorts."""
    return responders.draw(
        responders.Responders(
            name="responders-cohorts",
            title="Other cohorts count other things",
            subtitle="Every definition of a response in RESTORE and in three small cohorts",
            definitions=_definitions(_of(evidence, _SINGLE), _by_cohort),
            notes=(
                _INCOMPARABLE,
                (
                    "Only RESTORE had a control. No source that was read tells how many responded"
                    " there, so it is not drawn."
                ),
            ),
        )
    )


def first_cohort(evidence: Evidence) -> Drawing:
    """Draw the responders of ReActiv8-A, the study before the pivotal trial."""
    return responders.draw(
        responders.Responders(
            name="responders-reactiv8-a",
            title="ReActiv8-A: the paper and the company count apart",
            subtitle="Every definition of a response in the study before the pivotal trial",
            definitions=_definitions(_of(evidence, ("R8A",)), _by_score),
            notes=(
                (
                    "No control. The company told of the first 47 people; the paper tells of all"
                    " 53, and mostly not how many had the visit."
                ),
                (
                    "Where the definition is the authors' own threshold, no source that was read"
                    " says which number it is."
                ),
            ),
        )
    )


def subgroups(evidence: Evidence) -> Drawing:
    """Draw the responders of the pooled report by age, and of small series."""
    return responders.draw(
        responders.Responders(
            name="responders-subgroups",
            title="By age, after surgery, and in routine practice",
            subtitle="Every definition of a response in the pooled report and in Adelaide",
            definitions=_definitions(_of(evidence, _REPORTS), _by_cohort),
            notes=(
                (
                    "The pooled report is no new evidence: its people are those of ReActiv8-B,"
                    " ReActiv8-C and PMCF-UK."
                ),
                (
                    "The pivotal trial took nobody over 75 and nobody after surgery; the people of"
                    " Adelaide had been operated on, or were seen in routine practice."
                ),
            ),
        )
    )


def _of(evidence: Evidence, studies: Sequence[str]) -> list[Result]:
    """Give the shares of several studies, in the order of the studies."""
    rows = [each for each in _rows(evidence) if each.study in studies]
    return sorted(rows, key=lambda each: studies.index(each.study))


def _by_cohort(result: Result) -> str:
    return cohort(result.study)


def _by_score(result: Result) -> str:
    """Group as the pivotal trial is grouped; its primary endpoint is of both pain and drugs."""
    return _GROUPS[-1] if result.outcome == _PRIMARY else _group(result)


def _rows(evidence: Evidence) -> Iterator[Result]:
    """Give the shares of responders; what was only worked out from one of them says nothing new."""
    for each in evidence.results:
        is_response = (
            "respon" in each.outcome
            or "resolution" in each.outcome
            or (each.outcome.startswith("MCID in"))
        )
        is_told = each.status is Status.VERIFIED and each.value is not None
        if is_response and is_told and each.estimate.is_proportion:
            yield each


def _primary(evidence: Evidence) -> str:
    """Tell of the difference that the trial was made for, and that it was not shown."""
    for each in evidence.of(PIVOTAL, _PRIMARY):
        if each.estimate == "difference" and each.value is not None:
            return (
                f"The primary endpoint was not met: the difference is {each.value} percentage"
                f" points ({each.low} to {each.high}), p {each.p}.".replace("-", "\N{MINUS SIGN}")
            )
    return "The primary endpoint was not met."


def _group(result: Result) -> str:
    if result.outcome == _PRIMARY:
        return _SHAM
    if result.outcome.startswith("LBP"):
        return "Back pain"
    if result.outcome.startswith("ODI"):
        return "Disability"
    return "Quality of life" if result.outcome.startswith("EQ-5D") else _GROUPS[-1]


def _definitions(rows: Sequence[Result], group: Callable[[Result], str]) -> tuple[Definition, ...]:
    """Put the rows of one definition at one time together, the sources side by side."""

    def place(each: Result) -> tuple[str, str, str]:
        return group(each), _label(each), each.timepoint

    labels = [*dict.fromkeys(_label(each) for each in rows)]
    groups = [*dict.fromkeys(group(each) for each in rows)]
    groups.sort(key=lambda each: _GROUPS.index(each) if each in _GROUPS else len(_GROUPS))
    ordered = sorted(
        rows,
        key=lambda each: (
            groups.index(group(each)),
            _relief(each) or _LAST,
            labels.index(_label(each)),
            each.days or 0,
            _TRUSTED.index(source(each)),
        ),
    )
    return tuple(
        responders.Definition(
            label=label, group=heading, when=when(timepoint), shares=tuple(_shares(found))
        )
        for (heading, label, timepoint), found in groupby(ordered, key=place)
    )


def _label(result: Result) -> str:
    words = spaced(result.definition)
    score = next((each for each in _SCORES if result.outcome.startswith(each)), "")
    if result.study not in _SCORED and score and _SCORES[score] not in words:
        words = f"{_SCORES[score]} {words}"
    if result.arm in _ARMS:
        return f"{_ARMS[result.arm]}: {words}"
    return words if result.arm in _WHOLE else f"{words}, {spaced(result.arm)}"


def _shares(rows: Iterable[Result]) -> Iterator[Share]:
    for each in rows:
        yield responders.Share(
            percent=told(each),
            source=source(each),
            n=each.n,
            low=None if each.low is None else float(each.low),
            high=None if each.high is None else float(each.high),
        )


def _relief(result: Result) -> float | None:
    """Give the percent of relief that a definition asks of pain, where it asks for one alone."""
    found = re.fullmatch(r">=(\d+)% reduction", result.definition)
    return float(found[1]) if found and result.outcome == "LBP VAS responder" else None


def _curves(rows: Sequence[Result]) -> tuple[Curve, ...]:
    """Draw a curve for every time at which several degrees of relief were counted."""
    curves = []
    for days in sorted({each.days or 0 for each in rows}):
        points: dict[float, Result] = {}
        for each in sorted(rows, key=lambda row: _TRUSTED.index(source(row))):
            relief = _relief(each)
            if each.days == days and relief is not None:
                points.setdefault(relief, each)
        if len(points) > 1:
            shares = sorted((at, told(each)) for at, each in points.items())
            label = when(next(iter(points.values())).timepoint)
            curves.append(responders.Curve(label=label, points=tuple(shares)))
    return tuple(curves)
