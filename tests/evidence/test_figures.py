"""What each figure shows, and what it says where numbers are missing, few or do not add up."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree  # type: ignore[import-untyped]

from multifidus.errors import RequestError
from multifidus.evidence.figure import bias, flow, forest, funnel, responders, trajectory
from multifidus.evidence.figure.bias import Judgement
from tests.evidence.drawings import (
    BIAS,
    DRAWINGS,
    FLOW,
    FOREST,
    FUNNEL,
    RATIOS,
    RESPONDERS,
    TRAJECTORY,
)
from tests.evidence.test_drawings import boxes

if TYPE_CHECKING:
    from multifidus.evidence.figure.canvas import Drawing

MINUS = "\N{MINUS SIGN}"


def words(drawing: Drawing) -> list[str]:
    """Give the words that are seen, in order."""
    return [
        each.text or ""
        for each in etree.fromstring(drawing.svg().encode()).iter(
            "{http://www.w3.org/2000/svg}text"
        )
    ]


def squares(drawing: Drawing) -> list[float]:
    """Give the widths of the squares of a forest plot; its legend has a square as well."""
    return [
        float(wide)
        for wide in re.findall(r'class="one one-line thick"[^>]*width="([\d.]+)"', drawing.svg())
    ]


# Forest


def test_a_result_stands_with_its_interval_and_its_weight() -> None:
    seen = words(DRAWINGS["forest"])

    assert f"{MINUS}21.7 ({MINUS}24.3 to {MINUS}19.1)" in seen
    assert "77.4 %" in seen


def test_a_result_without_an_interval_says_so() -> None:
    assert f"{MINUS}16.8 (no interval told)" in words(DRAWINGS["forest"])


def test_a_prediction_interval_is_named() -> None:
    seen = words(DRAWINGS["forest"])

    assert "Prediction interval" in seen
    assert f"({MINUS}26.2 to {MINUS}14.0)" in seen


def test_a_result_that_weighs_more_has_a_larger_square() -> None:
    one, two, _legend = squares(DRAWINGS["ratios"])

    assert one < two


def test_an_interval_that_leaves_the_plot_ends_in_an_arrow_head() -> None:
    """Both intervals leave it, one on each side; without limits none does."""
    heads = r'<path class="open ink-line thick" d="M[-\d. ]+L[-\d. ]+L[-\d. ]+"/>'

    assert 2 == len(re.findall(heads, DRAWINGS["ratios"].svg()))
    whole = forest.draw(replace(RATIOS, limits=None))
    assert [] == re.findall(heads, whole.svg())


def test_ratios_of_the_same_size_are_equally_far_from_no_effect() -> None:
    rows = tuple(forest.Result(label=str(value), value=value) for value in (0.5, 1.0, 2.0))
    drawn = forest.draw(replace(RATIOS, total=None, groups=(forest.Group(results=rows),)))
    left, middle, right = (
        float(x) for x in re.findall(r'thick" x="([\d.]+)"[^>]*height="[\d.]+"/>', drawn.svg())[:3]
    )

    assert middle - left == pytest.approx(right - middle, abs=0.02)


def test_numbers_that_were_worked_out_are_hollow_and_explained() -> None:
    assert "worked out from what was printed" in words(DRAWINGS["forest"])
    assert "worked out from what was printed" not in words(DRAWINGS["ratios"])


def test_levels_have_no_line_of_no_effect() -> None:
    line = r'<path class="open quiet-line thin" d="M([\d.]+) 0L\1 [\d.]+"/>'

    assert re.search(line, forest.draw(replace(RATIOS, limits=None)).svg())
    assert not re.search(line, forest.draw(replace(RATIOS, no_effect=None)).svg())


def test_a_forest_of_one_result_is_drawn() -> None:
    only = forest.Group(results=(forest.Result(label="Only", value=0.0),))
    drawn = forest.draw(replace(FOREST, groups=(only,), lower="", higher=""))

    assert "Result" in words(drawn)
    assert "Weight" not in words(drawn)


# Funnel


def test_a_funnel_of_few_results_warns_and_names_them() -> None:
    seen = words(DRAWINGS["funnel"])

    assert any(each.startswith("4 results: too few") for each in seen)
    assert "Far away" in seen


def test_a_funnel_of_ten_results_does_not_warn() -> None:
    many = tuple(
        funnel.Result(label=f"r{number}", value=-20.0 + number, standard_error=1.0 + number / 10)
        for number in range(10)
    )
    drawn = funnel.draw(replace(FUNNEL, results=many))

    assert not any("too few" in each for each in (*words(drawn), drawn.description))
    assert "r1" not in words(drawn)


@pytest.mark.parametrize(("count", "told"), [(0, "No result:"), (1, "1 result:")])
def test_the_warning_counts(count: int, told: str) -> None:
    found = funnel.caution(replace(FUNNEL, results=FUNNEL.results[:count]))

    assert found.startswith(told)


def test_a_funnel_of_nothing_is_drawn() -> None:
    assert "No result" in funnel.draw(replace(FUNNEL, results=())).description


# Trajectory


def test_each_point_stands_with_the_people_it_speaks_of() -> None:
    seen = words(DRAWINGS["trajectory"])
    numbers = seen[seen.index("People at each point") :]

    assert ["of 204", "Trial", "102", "159", "126", "of 102", "Sham", "102", "Cohort", "?"] == (
        numbers[1:11]
    )


def test_where_two_panels_have_different_numbers_the_larger_one_stands() -> None:
    """The description has both."""
    assert "159" in words(DRAWINGS["trajectory"])
    assert "n 155" in DRAWINGS["trajectory"].description


def test_a_trajectory_of_printed_means_alone_explains_no_more_than_that() -> None:
    points = (trajectory.Point(days=365, value=-2.0, n=10),)
    series = (trajectory.Series(label="Only", points=points),)
    panel = trajectory.Panel(heading="Pain", limits=(-5, 0), series=series)
    seen = words(trajectory.draw(replace(TRAJECTORY, panels=(panel,))))

    assert "printed by the source" in seen
    assert [] == [
        each
        for each in ("worked out from what was printed", "95 % interval", "not told")
        if each in seen
    ]


@pytest.mark.parametrize(
    ("days", "told"),
    [(0, "at baseline"), (120, "at 120 days"), (365, "at 1 year"), (1825, "at 5 years")],
)
def test_a_time_is_said_as_a_person_says_it(days: float, told: str) -> None:
    panel = trajectory.Panel(
        heading="Pain",
        limits=(-5, 0),
        series=(
            trajectory.Series(label="Only", points=(trajectory.Point(days=days, value=-1.0),)),
        ),
    )
    drawn = trajectory.draw(replace(TRAJECTORY, panels=(panel,), phase=None))

    assert f"{told} {MINUS}1.0, n not told" in drawn.description


# Responders


def test_every_source_of_a_definition_stands_with_its_own_number() -> None:
    seen = words(DRAWINGS["responders"])

    assert "71 % of 156" in seen
    assert "71.6 % of 155" in seen
    assert "72 % of ?" in seen


def test_responders_can_be_drawn_without_curves() -> None:
    drawn = responders.draw(replace(RESPONDERS, curves=(), threshold=""))

    assert drawn.height < DRAWINGS["responders"].height


# Risk of bias


def test_no_two_judgements_of_one_tool_differ_by_colour_alone() -> None:
    """Without their inks, the signs of a tool still differ from each other."""
    trials = (Judgement.LOW, Judgement.SOME_CONCERNS, Judgement.HIGH, Judgement.NO_INFORMATION)
    cohorts = (*trials[:1], Judgement.MODERATE, Judgement.SERIOUS, Judgement.CRITICAL, trials[-1])

    for tool in (trials, cohorts):
        assert len(tool) == len({grey(judgement) for judgement in tool})


def grey(judgement: Judgement) -> str:
    """Draw one judgement and take the inks away."""
    study = bias.Study(label="A", judgements=(judgement,), overall=judgement)
    tool = bias.Tool(name="T", domains=("d",), studies=(study,))
    svg = bias.draw(replace(BIAS, tools=(tool,))).svg()
    (sign, *_) = re.findall(
        r'<g transform="translate\(\d[^)]*\)">(<(?:circle|rect|path).*?)</g>', svg
    )
    return re.sub(r'class="[^"]*"', "", sign)


def test_the_legend_has_the_judgements_that_are_there_and_no_other() -> None:
    seen = words(DRAWINGS["bias"])

    assert [1] * len(Judgement) == [seen.count(each.value) for each in Judgement]
    only = replace(BIAS, tools=BIAS.tools[1:])
    assert "some concerns" not in words(bias.draw(only))


# Flow


def test_a_flow_whose_counts_do_not_add_up_is_not_drawn() -> None:
    """Every step is told of, and where the unit changes nothing is held against each other."""
    first, second, third = FLOW.steps
    wrong = replace(FLOW, steps=(first, replace(second, count=20), replace(third, unit="reports")))

    with pytest.raises(RequestError) as raised:
        flow.draw(wrong)

    assert (
        "flow: `found` has 27, of which 6 are set aside, and `with results of their own` has 20\n"
        "    27 less 6 is 21; correct one of the three\n"
        "flow: `with results of their own` has 20, of which 0 are set aside,"
        " and `behind them: no person is counted twice` has 9\n"
        "    20 less 0 is 20; correct one of the three"
    ) == str(raised.value)


def test_what_was_set_aside_stands_with_its_reason() -> None:
    seen = words(DRAWINGS["flow"])

    assert "6 set aside" in seen
    assert "reviews without data of their own" in seen


# Rows that cannot be drawn


def test_numbers_that_cannot_stand_in_a_forest_are_told_all_at_once() -> None:
    rows = (
        forest.Result(label="None", value=math.nan),
        forest.Result(label="Outside", value=3.0, low=1.0, high=2.0),
        forest.Result(label="Below", value=-0.5),
        forest.Result(label="Fine", value=0.5),
    )

    with pytest.raises(RequestError) as raised:
        forest.draw(replace(RATIOS, groups=(forest.Group(results=rows),)))

    assert (
        "ratios: `None` has a number that is none\n"
        "    leave the result out\n"
        "ratios: `Outside` lies outside of its interval: 1 to 3 to 2\n"
        "    correct it at its source, or leave the interval out\n"
        "ratios: `Below` has a ratio of -0.5\n"
        "    a ratio is above 0; draw differences without `is_ratio`"
    ) == str(raised.value)


@pytest.mark.parametrize("error", [0.0, -1.0, math.inf, math.nan])
def test_a_result_without_a_standard_error_stands_in_no_funnel(error: float) -> None:
    wrong = (funnel.Result(label="Odd", value=1.0, standard_error=error),)

    with pytest.raises(RequestError, match="funnel: `Odd` has a standard error of"):
        funnel.draw(replace(FUNNEL, results=wrong))


def test_more_than_all_people_are_not_drawn() -> None:
    share = responders.Share(percent=103.0, source="paper")
    wrong = replace(RESPONDERS.definitions[0], shares=(share,))

    with pytest.raises(RequestError, match="has 103 percent"):
        responders.draw(replace(RESPONDERS, definitions=(wrong,)))


def test_a_study_with_a_domain_too_few_is_not_drawn() -> None:
    tool = replace(BIAS.tools[0], domains=(*BIAS.tools[0].domains, "one more"))

    with pytest.raises(RequestError, match="has 5 judgements, RoB 2 has 6 domains"):
        bias.draw(replace(BIAS, tools=(tool,)))


# Rows that nobody has thought of

NAMES = st.lists(
    st.text("abcdefghijklmnop <>&\"'≥é", min_size=1, max_size=14).map(str.strip).filter(bool),
    min_size=1,
    max_size=8,
).map(" ".join)
NUMBERS = st.floats(min_value=-99, max_value=99)


@st.composite
def results(draw: st.DrawFn) -> forest.Result:
    """Give a result that may or may not have an interval, a weight and a detail."""
    low, value, high = sorted(draw(st.tuples(NUMBERS, NUMBERS, NUMBERS)))
    has_interval = draw(st.booleans())
    return forest.Result(
        label=draw(NAMES),
        value=value,
        low=low if has_interval else None,
        high=high if has_interval else None,
        detail=draw(st.just("") | NAMES),
        weight=draw(st.none() | st.floats(min_value=0, max_value=100)),
        is_derived=draw(st.booleans()),
    )


@given(st.lists(results(), min_size=1, max_size=6), st.none() | st.tuples(NUMBERS, NUMBERS))
@settings(max_examples=60, deadline=None)
def test_any_forest_keeps_its_words_on_the_paper_and_off_each_other(
    rows: list[forest.Result], ends: tuple[float, float] | None
) -> None:
    low, high = sorted(ends or (-1.0, 1.0))
    total = forest.Total(
        label="Pooled", value=(low + high) / 2, low=low, high=high, prediction=ends and (low, high)
    )
    drawn = forest.draw(replace(FOREST, total=total, groups=(forest.Group(results=tuple(rows)),)))
    laid = list(boxes(drawn))

    for box in laid:
        assert box.left >= 0
        assert box.right <= 600
        assert [] == [other for other in laid if other is not box and box.meets(other)]
