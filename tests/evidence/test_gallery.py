"""The figures of the evidence at hand: no row that belongs there is missing, nor is a doubt."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from math import isnan
from typing import TYPE_CHECKING

import pytest

from multifidus.errors import EvidenceError
from multifidus.evidence.cohort import shipped_cohorts
from multifidus.evidence.effect import Measure, estimate
from multifidus.evidence.gallery import changes, doubts, shares, years
from multifidus.evidence.gallery.catalog import NAMES, draw, shipped_material
from multifidus.evidence.gallery.changes import DISABILITY, PAIN
from multifidus.evidence.gallery.wording import source
from multifidus.evidence.gallery.years import ends, told
from multifidus.evidence.pool import Approach, pool
from multifidus.evidence.study import Evidence, Status, shipped_evidence
from tests.evidence.test_drawings import boxes
from tests.evidence.test_figures import MINUS, words

if TYPE_CHECKING:
    from multifidus.evidence.study import Result

EVIDENCE = shipped_evidence()
COHORTS = shipped_cohorts()

every_figure = pytest.mark.parametrize("name", NAMES)


@every_figure
def test_a_figure_is_found_by_its_own_name(name: str) -> None:
    assert name == draw(name).name


@every_figure
def test_its_words_stand_on_the_paper_and_not_on_each_other(name: str) -> None:
    drawing = draw(name)
    laid = list(boxes(drawing))

    for box in laid:
        assert box.left >= 0, box
        assert box.right <= 600, box
        assert [] == [other for other in laid if other is not box and box.meets(other)]


@every_figure
def test_it_fits_on_a_printed_page_in_8_points(name: str) -> None:
    """A letter page has 165 by 240 millimetres for it; a millimetre is 2.83 points."""
    drawing = draw(name)
    millimetres = min(165 / 600, 240 / drawing.height)

    assert 12 * millimetres * 2.83 >= 8


@every_figure
def test_no_unverified_number_is_in_it(name: str) -> None:
    """Made once more without them, the figure is the same."""
    without = tuple(each for each in EVIDENCE.results if each.status is not Status.UNVERIFIED)
    given = replace(
        shipped_material(), evidence=Evidence(studies=EVIDENCE.studies, results=without)
    )

    assert len(without) < len(EVIDENCE.results)
    assert draw(name) == draw(name, given=given)


def test_a_name_that_is_not_there_brings_those_that_come_near() -> None:
    with pytest.raises(EvidenceError) as raised:
        draw("forrest-pain")

    assert "figure: there is no figure `forrest-pain`\n    there are: forest-pain" in (
        str(raised.value)
    )


def test_a_name_like_no_other_brings_all_of_them() -> None:
    with pytest.raises(EvidenceError) as raised:
        draw("zzzz")

    assert all(name in str(raised.value) for name in NAMES)


# What must not be hidden


@pytest.mark.parametrize("name", ["responders-pain"])
def test_the_primary_endpoint_that_was_not_met_is_told(name: str) -> None:
    seen = " ".join(words(draw(name)))

    assert "The primary endpoint was not met" in seen
    assert f"10.4 percentage points ({MINUS}3.3 to 24.1), p 0.138" in seen
    assert {"57.1 % of 102", "46.6 % of 102"} <= set(words(draw(name)))


def test_without_the_difference_it_is_still_told_that_it_was_not_met() -> None:
    rows = tuple(each for each in EVIDENCE.results if each.estimate != "difference")
    drawn = shares.pain(Evidence(studies=(), results=rows))

    assert "The primary endpoint was not met." in words(drawn)


def test_the_sham_arm_stands_in_the_trajectory() -> None:
    assert f"its sham arm: at 120 days {MINUS}2.4, n 102" in draw("trajectory").description


def test_a_follow_up_without_a_baseline_has_no_change() -> None:
    """The score alone says nothing of how it changed, and is never taken for a change from 0."""
    rows = tuple(each for each in EVIDENCE.results if each.days or each.study != "PMCF-UK")
    drawn = years.trajectories(Evidence(studies=(), results=rows))

    assert [] == [row for row in drawn.table.rows if row[1:3] == ("PMCF-UK", "5 years")]


def test_a_result_without_a_value_is_drawn_nowhere() -> None:
    emptied = tuple(
        replace(each, value=None) if each.study == "R8A" else each for each in EVIDENCE.results
    )
    evidence = Evidence(studies=EVIDENCE.studies, results=emptied)

    assert isnan(told(emptied[[each.study for each in emptied].index("R8A")]))
    for drawing in (years.trajectories(evidence), shares.pain(evidence)):
        assert "nan" not in drawing.svg().lower()
    assert "R8A" not in {each.study for each in changes.chosen(evidence, PAIN, cohorts=COHORTS)}


def test_those_who_left_are_told() -> None:
    assert any("78 of the 204" in each for each in words(draw("trajectory")))


def test_changes_and_differences_are_in_groups_of_their_own() -> None:
    rows = draw("forest-pain").table.rows
    against = [row[1] for row in rows if row[0] == "Against a control"]

    assert ["ReActiv8-B, 120 days", "RESTORE, 1 year"] == against
    assert all(row[0].startswith("Before and after") for row in rows[2:] if row[0])


def test_the_difference_that_restore_did_not_print_is_worked_out() -> None:
    """-19.7 less -2.9, each with a standard error of 1.4."""
    (row,) = [each for each in draw("forest-disability").table.rows if "RESTORE" in each[1]]

    assert f"{MINUS}16.8 ({MINUS}20.7 to {MINUS}12.9)" == row[3]
    assert "worked out" == row[5]


def test_a_difference_of_arms_without_a_standard_error_has_no_interval() -> None:
    rows = tuple(replace(each, se=None) if each.arm == "OMM" else each for each in EVIDENCE.results)
    drawn = changes.forest_of(Evidence(studies=(), results=rows), DISABILITY, cohorts=COHORTS)

    (row,) = [each for each in drawn.table.rows if "RESTORE" in each[1]]
    assert f"{MINUS}16.8 (no interval told)" == row[3]


def test_a_treated_arm_whose_control_is_not_told_stands_as_it_was_printed() -> None:
    rows = tuple(each for each in EVIDENCE.results if each.arm != "OMM")
    drawn = changes.forest_of(Evidence(studies=(), results=rows), DISABILITY, cohorts=COHORTS)

    (row,) = [each for each in drawn.table.rows if "RESTORE" in each[1]]
    assert row[3].startswith(f"{MINUS}19.7 (")


@pytest.mark.parametrize("score", [PAIN, DISABILITY], ids=["pain", "disability"])
def test_the_pooled_change_is_the_one_that_pooling_gives(score: changes.Score) -> None:
    """On each scale by itself, and never with what stands against a control."""
    drawn = changes.forest_of(EVIDENCE, score, cohorts=COHORTS)
    rows = [
        each
        for each in changes.chosen(EVIDENCE, score, cohorts=COHORTS)
        if not each.unit.startswith("cm")
    ]
    errors = [(high - low) / 2 / 1.959964 for low, high in map(ends, rows) if low and high]
    pooled = pool(
        [
            estimate(told(row), standard_error=error, measure=Measure.MEAN_CHANGE)
            for row, error in zip(rows, errors, strict=True)
        ],
        approach=Approach.HARTUNG_KNAPP_CAUTIOUS,
    )

    (total,) = [row for row in drawn.table.rows if row[5] == "pooled"]
    value, low, high = (f"{each:.1f}".replace("-", MINUS) for each in pooled.natural)
    assert f"{value} ({low} to {high})" == total[3]
    weights = [row[4] for row in drawn.table.rows if row[4]]
    assert [f"{each:.1f} %" for each in pooled.weights] == weights


def test_the_funnel_stands_around_the_pooled_change() -> None:
    (total,) = [row for row in draw("forest-disability").table.rows if row[5] == "pooled"]

    assert f"Pooled: {total[3].split()[0]}." in draw("funnel-disability").description


# Nobody stands in a figure twice


@pytest.mark.parametrize("score", [PAIN, DISABILITY], ids=["pain", "disability"])
def test_no_two_changes_are_of_the_same_people(score: changes.Score) -> None:
    studies = [each.study for each in changes.chosen(EVIDENCE, score, cohorts=COHORTS)]

    assert ["R8B", "R8A", "PMCF-UK", "ITZ", "ADL-CPW"] == studies


def test_the_cohort_that_may_lie_inside_another_is_left_out_in_either_order() -> None:
    backwards = Evidence(studies=(), results=EVIDENCE.results[::-1])
    forth = changes.chosen(EVIDENCE, PAIN, cohorts=COHORTS)
    back = changes.chosen(backwards, PAIN, cohorts=COHORTS)

    assert {each.id for each in forth} == {each.id for each in back}


def test_every_responder_that_a_source_printed_is_drawn_somewhere() -> None:
    drawn = sum(len(draw(name).table.rows) for name in NAMES if name.startswith("responders-"))
    printed = [
        each
        for each in EVIDENCE.results
        if each.estimate.is_proportion
        and each.status is Status.VERIFIED
        and ("respon" in each.outcome or "resolution" in each.outcome or "MCID in" in each.outcome)
        and each.study != "PNS60"  # another device
    ]

    assert len(printed) == drawn
    assert drawn > 60


def test_every_document_is_used_or_set_aside_with_a_reason() -> None:
    rows = draw("flow").table.rows
    found, used = rows[0], next(row for row in rows if row[0] == "with results of their own")
    aside = rows[1 : rows.index(used)]

    assert str(len(EVIDENCE.studies)) == found[1]
    assert len(EVIDENCE.studies) - int(used[1]) == sum(int(row[1]) for row in aside)
    assert all(row[3] for row in aside)


def test_a_new_document_is_used_until_somebody_says_why_not() -> None:
    new = replace(EVIDENCE.studies[0], id="NEW")
    more = Evidence(studies=(*EVIDENCE.studies, new), results=EVIDENCE.results)
    before, after = (
        next(row[1] for row in doubts.flow_of(each, cohorts=COHORTS).table.rows if "own" in row[0])
        for each in (EVIDENCE, more)
    )

    assert int(before) + 1 == int(after)


def test_every_judged_result_stands_in_the_traffic_light() -> None:
    judged = shipped_material().judgements.bias
    rows = draw("risk-of-bias").table.rows

    assert sum(len(each.domains) + 1 for each in judged) == len(rows)


# Intervals


def like(**changed: object) -> Result:
    """Give a result of which some fields are others."""
    row = EVIDENCE.result("r8b-2y-vas-change")
    return replace(row, **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (like(low=Decimal(-6), high=Decimal(-4)), (-6.0, -4.0)),
        (like(se=Decimal("0.5"), sd=None), (-5.78, -3.82)),
        (like(sd=Decimal("2.4"), n=144), (-5.192, -4.408)),
        (like(sd=Decimal("2.4"), n=None), (None, None)),
        (like(value=None), (None, None)),
    ],
    ids=["printed", "standard error", "spread", "unknown number", "no value"],
)
def test_an_interval_is_the_printed_one_or_comes_from_the_spread(
    row: Result, expected: tuple[float | None, float | None]
) -> None:
    assert expected == tuple(
        end if end is None else pytest.approx(end, abs=1e-3) for end in ends(row)
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("r8b-120d-primary-responder-30-active", "paper"),
        ("r8b-120d-primary-responder-30-active-2", "NICE overview"),
        ("r8b-120d-primary-responder-30-active-3", "sponsor"),
        ("r8b-2y-vas-change", "conference"),
    ],
)
def test_whose_page_a_number_was_printed_on_is_told(name: str, expected: str) -> None:
    assert expected == source(EVIDENCE.result(name))
