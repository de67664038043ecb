"""`multifidus evidence pool`: what is pooled, what is refused, and why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from multifidus.cli import main
from multifidus.cli.commands import evidence
from multifidus.cli.evidence_pool import INTERVALS, MEASURES, METHODS, SCALES

if TYPE_CHECKING:
    from pathlib import Path

# Colditz and others, JAMA 271:698-702, 1994: tuberculosis with and without BCG.
BCG = """study,treated,control
Aronson 1948,4/123,11/139
Ferguson 1949,6/306,29/303
Rosenthal 1960,3/231,11/220
Hart 1977,62/13598,248/12867
Frimodt-Moller 1973,33/5069,47/5808
Stein 1953,180/1541,372/1451
Vandiviere 1973,8/2545,10/629
Madras 1980,505/88391,499/88391
Coetzee 1968,29/7499,45/7277
Rosenthal 1961,17/1716,65/1665
Comstock 1974,186/50634,141/27338
Comstock 1969,5/2498,3/2341
Comstock 1976,27/16913,29/17854
"""


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run a command; its exit status, and what it printed in lines of any width."""
    status = main(["evidence", "pool", *arguments])
    printed = capsys.readouterr()
    return status, " ".join(printed.out.split()), printed.err


def in_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:  # noqa: ANN401  JSON
    """Run a command for programs."""
    main(["evidence", "pool", *arguments, "--format", "json"])
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Write the table of BCG trials."""
    path = tmp_path / "bcg.csv"
    path.write_text(BCG, encoding="utf-8")
    return path


def test_the_bcg_trials_come_to_what_metafor_says(
    capsys: pytest.CaptureFixture[str], table: Path
) -> None:
    """The worked example of metafor's documentation: log risk ratios, REML, normal interval."""
    told = in_json(capsys, "--data", str(table), "--interval", "normal")

    found = told["scale_of_analysis"]
    assert -0.7145 == pytest.approx(found["value"], abs=5e-5)
    assert 0.1798 == pytest.approx(found["standard_error"], abs=5e-5)
    assert 0.3132 == pytest.approx(told["tau2"]["value"], abs=5e-5)
    assert 92.22 == pytest.approx(told["i2"]["value"], abs=5e-3)
    assert 152.2330 == pytest.approx(told["q"]["value"], abs=5e-5)
    assert 13 == told["k"] == len(told["studies"])
    assert 100 == pytest.approx(sum(each["weight"] for each in told["studies"]))


@pytest.mark.parametrize("measure", MEASURES)
def test_counts_are_compared_by_the_measure_that_is_asked_for(
    capsys: pytest.CaptureFixture[str], table: Path, measure: str
) -> None:
    told = in_json(capsys, "--data", str(table), "--measure", measure)

    words = measure.replace("-", " ") if "risk" in measure or "odds" in measure else "risk ratio"
    assert told["measure"].startswith(words)


def test_independent_cohorts_are_pooled_as_changes_and_no_effect(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, out, _ = run(capsys, "other-cohorts")

    assert "Mean change from baseline of 3 studies" in out
    assert "None of these has a control" in out
    assert "3 studies tell little of how studies differ" in out
    assert "the next study between" in out


def test_shares_of_people_are_pooled_on_a_scale(capsys: pytest.CaptureFixture[str]) -> None:
    names = ("pmcf-uk-2y-nrs-responder-50", "pns60-2mo-lbp-responder-30")
    told = [in_json(capsys, *names, "--scale", scale) for scale in SCALES]

    assert all(0.5 < each["value"] < 0.8 for each in told)
    assert 4 == len({each["measure"] for each in told})


def test_every_way_stands_side_by_side(capsys: pytest.CaptureFixture[str], table: Path) -> None:
    _, out, _ = run(capsys, "--data", str(table), "--method", "every")
    told = in_json(capsys, "--data", str(table), "--method", "every")

    assert len(METHODS) * len(INTERVALS) == len(told)
    assert "REML, Hartung-Knapp-Sidik-Jonkman" in out


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (
            ("pain-change",),
            "r8b-2y-vas-change, r8b-3y-vas-change: not independent: both speak of ReActiv8-B",
        ),
        (
            ("r8b-2y-vas-responder-50", "pool3-2y-pain-responder-50"),
            "not independent: the pooled cohort, 261 of 333, holds ReActiv8-B",
        ),
        (
            ("pain-v-omm", "pmcf-uk-2y-nrs-change"),
            "one is measured against a control, the other within one group",
        ),
        (("r8b-12mo-odi-responder-20", "pmcf-uk-2y-odi-responder-15"), "has no source that was"),
        (("disability-v-omm", "pain-v-sham"), "the units differ"),
        (("pain-v-omm",), "give two studies or more"),
        (("pane-v-omm",), "there is no result `pane-v-omm`"),
    ],
)
def test_what_may_not_be_pooled_is_refused_with_the_reason(
    capsys: pytest.CaptureFixture[str], names: tuple[str, ...], words: str
) -> None:
    status, out, err = run(capsys, *names)

    assert (1, "") == (status, out)
    assert words in err


def test_people_of_one_cohort_are_refused_under_every_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    _, _, err = run(capsys, "pain-change")

    assert 3 == err.count("not independent")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("study,value,se\na,1,0.5\nb,2,0.5\n", ""),
        ("study,value,se\na,1,0\nb,2,x\n", "mine.csv:2: value 1.0 with standard error 0.0"),
        ("study,value,se\na,1,0\nb,2,x\n", "mine.csv:3: value and se are not both numbers"),
        ("study,treated,control\na,1/9,mean=1 se=2\n", "the two groups are of two kinds"),
        ("study,treated,control\na,1/9,9\n", "this is no group of people"),
        ("study,group\na,1/9\nb,3/9\n", ""),
        ("study,group\na,mean=1 sd=2 n=9\nb,mean=2 se=1\n", ""),
        ("study,treated,control\na,mean=1 se=2,mean=1 se=2\nb,mean=1 se=1,mean=2 se=2\n", ""),
        ("study\na\n", "the table has no columns of effects"),
    ],
)
def test_a_table_of_ones_own_is_pooled_or_told_what_is_wrong(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str, words: str
) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(text, encoding="utf-8")

    status, out, err = run(capsys, "--data", str(path))

    assert ("together" in out) == (not words)
    assert bool(words) == bool(status)
    assert words in err


def test_standardised_differences_are_hedges_g(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "mine.csv"
    rows = ["mean=5 sd=2 n=30,mean=4 sd=2 n=30", "mean=5 sd=2 n=40,mean=4 sd=2 n=40"]
    path.write_text("study,treated,control\n" + "".join(f"a,{each}\n" for each in rows))

    told = in_json(capsys, "--data", str(path), "--measure", "smd")
    plain = in_json(capsys, "--data", str(path))

    assert {"Hedges g; normal interval"} == {each["method"] for each in told["studies"]}
    assert 1 == pytest.approx(plain["value"])


def test_a_moderator_is_a_number(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("study,value,se,year\na,1,0.5,1990\nb,2,0.5,early\nc,2,0.5,2000\n")

    status, _, err = run(capsys, "--data", str(path), "--over", "year")

    assert 2 == status
    assert "the column `year` holds something that is no number" in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--data", "nowhere.csv"), "nowhere.csv: the file cannot be read"),
        (("pain-v-omm", "--data", "nowhere.csv"), "a table of your own is pooled by itself"),
        (("other-cohorts", "--by", "country"), "there is no column `country`"),
    ],
)
def test_what_cannot_be_asked_is_told(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    status, _, err = run(capsys, *arguments)

    assert 2 == status
    assert words in err


def test_what_a_pool_hangs_on_is_shown_beside_it(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(
        "study,value,se,year,country\n"
        "a,-1.0,0.20,1990,x\nb,-1.4,0.25,1995,x\nc,-0.9,0.30,2000,y\nd,-0.4,0.15,2010,z\n"
    )
    asked = ("--show", "leave-one-out", "--show", "cumulative", "--show", "egger")
    more = (*asked, "--by", "country", "--over", "year")

    _, out, _ = run(capsys, "--data", str(path), *more)
    told = in_json(capsys, "--data", str(path), *more)

    assert "Without one study a: " in out
    assert "One study more at a time b: " in out
    assert "4 studies: below 10, asymmetry can be neither shown nor excluded." in out
    assert "x: -1." in out
    assert "y: -0.9 (-1.488 to -0.312), 1 study" in out
    assert "do they differ: Q " in out
    assert "Over year intercept: " in out
    assert 4 == len(told["leave-one-out"]["steps"])
    assert 3 == len(told["cumulative"]["steps"])
    assert {"leave-one-out", "cumulative", "egger", "groups", "regression"} <= set(told)


def test_cohorts_that_stand_several_times_need_a_model_that_knows_of_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = ("pmcf-uk-2y-odi-change", "r8b-2y-odi-change", "r8b-3y-odi-change")
    refused = run(capsys, *names)
    _, out, _ = run(capsys, *names, "--repeated", "0.5")
    told = in_json(capsys, *names, "--repeated", "0.5")

    assert "not independent: both speak of ReActiv8-B" in refused[2]
    assert "3 effects of 2 cohorts" in out
    assert "sampling errors correlated by 0.5" in out
    assert 2 == told["cohorts"]


def test_a_course_over_time_is_no_pool(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "pain-change", "--repeated", "0.5")

    assert 1 == status
    assert "which is no pool but a course over time" in err


def test_repeated_values_are_still_of_one_kind(capsys: pytest.CaptureFixture[str]) -> None:
    _, _, err = run(capsys, "pain-v-omm", "pmcf-uk-2y-nrs-change", "--repeated", "0.5")

    assert "one is measured against a control, the other within one group" in err


def test_the_help_names_what_there_is() -> None:
    assert evidence.METHODS == tuple(METHODS)
    assert evidence.INTERVALS == tuple(INTERVALS)
    assert evidence.MEASURES == tuple(MEASURES)
    assert evidence.SCALES == tuple(SCALES)
    assert evidence.MORE == ("leave-one-out", "cumulative", "egger")
