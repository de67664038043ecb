"""Nobody is counted twice, and a change within one group is no effect against a control."""

from __future__ import annotations

import pytest

from multifidus.errors import EvidenceError
from multifidus.evidence.cohort import check_together, read_cohorts, shipped_cohorts
from multifidus.evidence.study import shipped_evidence
from tests.evidence.rows import rows

CHANGE = {"estimate": "change-from-baseline", "se": "1"}


def reasons(*names: str) -> list[str]:
    """Say why shipped results may not be pooled."""
    told = shipped_evidence()
    try:
        check_together([told.result(each) for each in names], shipped_cohorts())
    except EvidenceError as error:
        return [each.message for each in error.problems]
    return []


def test_independent_cohorts_may_be_pooled() -> None:
    assert [] == reasons("pmcf-uk-2y-nrs-change", "r8a-4y-nrs-change")


def test_two_years_of_one_trial_are_one_cohort() -> None:
    (reason,) = reasons("r8b-2y-odi-change", "r8b-3y-odi-change")
    assert "not independent: both speak of ReActiv8-B, 204 implanted" == reason


def test_a_pooled_report_holds_its_parts() -> None:
    (reason,) = reasons("pool3-2y-odi-responder-15", "pmcf-uk-2y-nrs-responder-50")
    assert "holds the UK follow-up" in reason


def test_a_change_and_a_controlled_effect_are_never_pooled() -> None:
    told = reasons("r8b-120d-vas-difference-active", "pmcf-uk-2y-nrs-change")

    assert any("one is measured against a control, the other within one group" in x for x in told)
    assert any("the units differ" in each for each in told)


def test_general_knowledge_is_not_pooled() -> None:
    assert ["has no source that was read"] == reasons("r8b-12mo-resolution")


def test_a_report_of_nobody_known_is_told() -> None:
    one, other = rows({**CHANGE, "study": "X"}, {**CHANGE, "study": "Y"})
    with pytest.raises(EvidenceError, match="`X` belongs to no cohort that is known"):
        check_together([one, other], shipped_cohorts())


def test_two_pools_of_one_cohort_share_people() -> None:
    cohorts = read_cohorts(
        '[a]\nname = "A"\nstudies = ["A"]\n'
        '[b]\nname = "B"\nstudies = ["B"]\nholds = ["a"]\n'
        '[c]\nname = "C"\nstudies = ["C"]\nholds = ["a"]\n',
        file="cohorts.toml",
    )
    assert "both hold A" == cohorts.shared("B", "C")


def test_everything_that_is_wrong_with_cohorts_is_told() -> None:
    text = (
        '[a]\nname = "A"\nstudies = ["S"]\nholds = ["a", "z"]\nextra = 1\n'
        '[b]\nstudies = ["S"]\nmay_hold = 3\n'
    )
    with pytest.raises(EvidenceError) as error:
        read_cohorts(text, file="cohorts.toml")

    assert {
        "unknown name `extra`",
        "`name` is missing",
        "`may_hold` is no list of names",
        "`a` is no other cohort",
        "`z` is no other cohort",
        "`S` belongs to `a` already",
    } == {each.message for each in error.value.problems}
