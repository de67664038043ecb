"""Numbers that do not fit are found, sound ones are left alone, and nothing is repaired."""

from __future__ import annotations

from dataclasses import replace

import pytest

from multifidus.evidence.check import Rule, check_results, check_row, counts_of
from multifidus.evidence.cohort import read_cohorts, shipped_cohorts
from multifidus.evidence.study import Study, shipped_evidence
from tests.evidence.rows import row, rows

COHORTS = read_cohorts(
    '[x]\nname = "X"\nstudies = ["X", "X-2Y"]\n'
    '[y]\nname = "Y"\nstudies = ["Y"]\n'
    '[pool]\nname = "the pool"\nstudies = ["POOL"]\nholds = ["x"]\nmay_hold = ["y"]\n',
    file="cohorts.toml",
)
SHARE = {"estimate": "proportion", "unit": "%", "outcome": "responder"}
CHANGE = {"estimate": "change-from-baseline", "definition": "change"}
BASELINE = {"timepoint": "baseline", "days": "0"}
STUDY = Study(
    id="X",
    citation="",
    doi="",
    pmid="",
    nct="NCT1",
    design="single-arm, 9 sites",
    n="",
    population="",
    follow_up="",
    sponsor="",
    blinding="",
    randomisation="",
    missing_data="",
    notes="",
    source="",
)

# Thirty faults that an extractor, a printer or an author may make: rows, and what is found.
PLANTED: list[tuple[Rule, list[dict[str, str]]]] = [
    (Rule.WHOLE_COUNT, [{**SHARE, "n": "102", "value": "57.1"}]),
    (Rule.WHOLE_COUNT, [{**SHARE, "n": "126", "value": "71.8"}]),
    (Rule.WHOLE_COUNT, [{**SHARE, "n": "7", "value": "50"}]),
    (Rule.COUNT_AND_PERCENT, [{**SHARE, "n": "26", "events": "1", "value": "3.6"}]),
    (Rule.COUNT_AND_PERCENT, [{**SHARE, "n": "57", "events": "34", "value": "46"}]),
    (Rule.COUNT_AND_PERCENT, [{**SHARE, "n": "200", "events": "0", "value": "2.0"}]),
    (Rule.RANGE, [{**SHARE, "n": "50", "value": "104"}]),
    (Rule.RANGE, [{**SHARE, "n": "50", "value": "-3"}]),
    (Rule.RANGE, [{**SHARE, "n": "12", "events": "15", "value": "80"}]),
    (Rule.RANGE, [{"n": "30", "value": "460"}]),
    (Rule.RANGE, [{"n": "30", "value": "68", "unit": "points (0-10)"}]),
    (Rule.RANGE, [{"n": "30", "value": "1.2", "unit": "index"}]),
    (Rule.RANGE, [{"n": "30", "value": "46", "sd": "-12"}]),
    (Rule.INTERVAL, [{"n": "30", "value": "46", "low": "50", "high": "42"}]),
    (Rule.INTERVAL, [{"n": "30", "value": "46", "low": "20", "high": "44"}]),
    (Rule.INTERVAL, [{**SHARE, "n": "155", "value": "61.9", "low": "64.3", "high": "69.6"}]),
    (Rule.ASYMMETRY, [{**CHANGE, "n": "126", "value": "-22.7", "low": "-25.4", "high": "-20.8"}]),
    (Rule.ASYMMETRY, [{"n": "26", "value": "41.8", "low": "36.5", "high": "46.5"}]),
    (Rule.SE_AND_SD, [{"n": "99", "value": "30", "sd": "1.4", "low": "27.3", "high": "32.7"}]),
    (
        Rule.SE_AND_SD,
        [{"n": "261", "value": "40.6", "sd": "0.8"}, {"n": "80", "value": "41", "sd": "12"}],
    ),
    (
        Rule.SE_AND_SD,
        [
            {"n": "261", "value": "40.6", "spread": "0.8", "spread_label": "SD"},
            {"n": "80", "value": "41", "sd": "12"},
        ],
    ),
    (Rule.SPREAD, [{"n": "100", "value": "40", "sd": "12", "se": "2.4"}]),
    (Rule.SPREAD, [{"n": "100", "value": "40", "se": "1.4", "low": "32", "high": "48"}]),
    (Rule.SPREAD, [{"n": "400", "value": "40", "sd": "12", "low": "30", "high": "50"}]),
    (
        Rule.P_AND_INTERVAL,
        [{"estimate": "difference", "value": "-0.9", "low": "-1.6", "high": "-0.2", "p": "0.32"}],
    ),
    (
        Rule.P_AND_INTERVAL,
        [{"estimate": "difference", "value": "10.4", "low": "-3.3", "high": "24.1", "p": "<0.01"}],
    ),
    (
        Rule.CHANGE,
        [
            {**BASELINE, "value": "0.585", "unit": "index"},
            {"value": "0.807", "unit": "index"},
            {**CHANGE, "value": "0.231", "unit": "index"},
        ],
    ),
    (Rule.DISAGREEMENT, [{"n": "42", "value": "46.2"}, {"n": "42", "value": "46.6"}]),
    (
        Rule.DISAGREEMENT,
        [{**SHARE, "n": "155", "value": "65.2"}, {**SHARE, "n": "159", "value": "65.4"}],
    ),
    (Rule.ATTRITION, [{**BASELINE, "n": "40", "value": "46"}, {"n": "44", "value": "30"}]),
]

SOUND: list[list[dict[str, str]]] = [
    [{**SHARE, "n": "155", "value": "61.9", "low": "54.3", "high": "69.6"}],
    [{**SHARE, "n": "102", "value": "57"}],
    [{**SHARE, "n": "57", "events": "34", "value": "60"}],
    [{**SHARE, "n": "8", "value": "62.5"}],
    [{**SHARE, "value": "62.51"}],
    # An exact interval of a share is uneven by nature.
    [{**SHARE, "n": "26", "events": "1", "value": "3.8", "low": "0.1", "high": "19.6"}],
    [{"n": "26", "value": "41.8", "low": "36.6", "high": "47.0"}],
    [{"n": "100", "value": "40", "sd": "12", "se": "1.2", "low": "37.6", "high": "42.4"}],
    # Student's interval of ten people is wider than a normal one.
    [{"n": "10", "value": "40", "sd": "12", "low": "31.4", "high": "48.6"}],
    [{"estimate": "difference", "value": "10.4", "low": "-3.3", "high": "24.1", "p": "0.138"}],
    [{"estimate": "difference", "value": "-0.9", "low": "-1.6", "high": "-0.1", "p": "0.032"}],
    [{"estimate": "difference", "value": "-0.9", "low": "-1.6", "high": "-0.1", "p": "n.s."}],
    [{**BASELINE, "value": "46.3"}, {"value": "23.6"}, {**CHANGE, "value": "-22.6"}],
    [{"n": "42", "value": "46.2"}, {"n": "42", "value": "46"}],
    [
        {**SHARE, "definition": ">=50%", "value": "71"},
        {**SHARE, "definition": ">=70%", "value": "62"},
    ],
    [{**BASELINE, "n": "44", "value": "46"}, {"n": "40", "value": "30"}],
    [{"n": "26", "value": "46", "sd": "12"}, {"study": "Y", "n": "80", "value": "41", "sd": "9"}],
]


def found(*several: dict[str, str]) -> list[Rule]:
    """Name the rules that find something."""
    return [each.rule for each in check_results(rows(*several), (), COHORTS)]


def test_thirty_faults_are_planted() -> None:
    assert 30 == len(PLANTED)


@pytest.mark.parametrize(("rule", "several"), PLANTED)
def test_every_planted_fault_is_found(rule: Rule, several: list[dict[str, str]]) -> None:
    assert rule in found(*several)


@pytest.mark.parametrize("several", SOUND)
def test_what_is_sound_is_left_alone(several: list[dict[str, str]]) -> None:
    assert [] == found(*several)


def test_a_finding_names_the_rows_and_the_numbers() -> None:
    (finding,) = check_row(row(**SHARE, n="102", value="57.1"))

    assert (("x-1",), "no whole number of 102 is 57.1 %: 58/102 is 56.9 %, 59/102 is 57.8 %") == (
        finding.results,
        finding.message,
    )


def test_a_composite_that_reports_define_differently_is_told() -> None:
    several = [
        {
            **SHARE,
            "outcome": "composite responder",
            "definition": ">=50% VAS and ODI",
            "value": "56",
        },
        {**SHARE, "outcome": "composite responder", "definition": ">=20-point ODI", "value": "77"},
    ]

    assert [Rule.DEFINITIONS] == found(*several)


def test_one_cohort_that_is_seen_several_times_is_told() -> None:
    two = {"timepoint": "2 y", "days": "730", "value": "30"}

    assert [Rule.SAME_PEOPLE] == found({"value": "40"}, two)


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("X", "X-2Y", ["both speak of X"]),
        ("X", "POOL", ["the pool, holds X"]),
        ("POOL", "Y", ["the pool, may hold Y"]),
        ("X", "Y", []),
    ],
)
def test_people_who_would_be_counted_twice_are_told(one: str, other: str, told: list[str]) -> None:
    several = rows({"study": one, "value": "40"}, {"study": other, "value": "40"})

    assert told == [each.message for each in check_results(several, (), COHORTS)]


def test_one_registration_of_several_cohorts_is_told_unless_one_holds_the_other() -> None:
    own = (STUDY, replace(STUDY, id="Y", nct="NCT2; NCT1"))
    held = (STUDY, replace(STUDY, id="POOL"))

    assert ["NCT1 is the number of X, Y"] == [
        each.message for each in check_results((), own, COHORTS)
    ]
    assert () == check_results((), held, COHORTS)


def test_several_numbers_of_sites_are_told() -> None:
    two = replace(STUDY, design="single-arm, 9 sites (10 in one abstract)")

    assert ["X is said to have had 9 or 10 sites"] == [
        each.message for each in check_results((), (two,), COHORTS)
    ]
    assert () == check_results((), (STUDY,), COHORTS)


def test_a_count_is_any_whole_number_that_rounds_to_the_percentage() -> None:
    percent = row(**SHARE, n="16", value="12").value
    assert percent is not None

    # 2 of 16 is 12.5 %, which some round down.
    assert [2] == list(counts_of(percent, 16))


# The shipped results

KNOWN = [
    # 1. The primary endpoint: paper against company news, and no whole count of 102.
    (Rule.WHOLE_COUNT, "r8b-120d-primary-responder-30-active"),
    (Rule.DISAGREEMENT, "r8b-120d-primary-responder-30-active"),
    # 2. Two years: several N, resolution, responders, and what a composite is.
    (Rule.DISAGREEMENT, "r8b-2y-resolution"),
    (Rule.DISAGREEMENT, "r8b-2y-vas-responder-50"),
    (Rule.DISAGREEMENT, "r8b-2y-odi-responder-20"),
    (Rule.DEFINITIONS, "r8b-2y-composite-responder-50"),
    # 3. Three years.
    (Rule.DISAGREEMENT, "r8b-3y-resolution"),
    # 4. Five years: an uneven interval, and a change that is no difference of the scores.
    (Rule.ASYMMETRY, "r8b-5y-odi-change"),
    (Rule.CHANGE, "r8b-5y-eq5d-change"),
    # 5. ReActiv8-A at 90 days.
    (Rule.DISAGREEMENT, "r8a-90d-odi-responder"),
    (Rule.DISAGREEMENT, "r8a-90d-eq5d-responder"),
    (Rule.DISAGREEMENT, "r8a-90d-primary-responder"),
    (Rule.SITES, "R8A"),
    # 6. The UK follow-up, and Itzehoe.
    (Rule.DISAGREEMENT, "pmcf-uk-baseline-odi"),
    (Rule.DISAGREEMENT, "pmcf-uk-baseline-eq5d"),
    (Rule.DISAGREEMENT, "itz-12mo-odi"),
    # 7. One infection of 26, and standard errors under the name of standard deviations.
    (Rule.COUNT_AND_PERCENT, "adl-postsurg-12mo-infection-requiring-device"),
    (Rule.SE_AND_SD, "pool3-baseline-odi"),
    (Rule.SE_AND_SD, "pool3-baseline-eq5d"),
    # 8. RESTORE's sites, and one number of two registries.
    (Rule.SITES, "RESTORE"),
    (Rule.REGISTRATION, "pmcf-uk"),
]


@pytest.mark.parametrize(("rule", "name"), KNOWN)
def test_what_is_known_to_disagree_is_found(rule: Rule, name: str) -> None:
    told = shipped_evidence()
    findings = check_results(told.results, told.studies, shipped_cohorts())

    assert any(each.rule is rule and name in each.results for each in findings)


def test_nothing_is_repaired() -> None:
    told = shipped_evidence()
    before = tuple(told.results)
    check_results(told.results, told.studies, shipped_cohorts())

    assert before == told.results
