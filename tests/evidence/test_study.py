"""Results and studies are read cell by cell, and everything that is wrong is told."""

from __future__ import annotations

from decimal import Decimal

import pytest

from multifidus.errors import EvidenceError
from multifidus.evidence.cohort import shipped_cohorts
from multifidus.evidence.study import (
    Estimate,
    Status,
    read_results,
    read_studies,
    shipped_evidence,
)
from tests.evidence.rows import HEAD, row, rows


def faults(text: str) -> list[str]:
    """Say all that is wrong with a table."""
    with pytest.raises(EvidenceError) as error:
        read_results(text, file="results.csv")
    return [f"{each.place.file}: {each.message}" for each in error.value.problems]


def test_a_number_keeps_its_digits() -> None:
    read = row(value="57.10", n="102", sd="2")

    assert "57.10" == str(read.value)
    assert (102, Decimal(2), None) == (read.n, read.sd, read.se)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    names = HEAD.split(",")
    cells = {"id": "a", "study": "", "days": "1.5", "n": "-3", "value": "x", "sd": "NaN"}
    cells |= {"estimate": "guess", "status": "sure", "outcome": "ODI", "source": "s"}
    line = ",".join(cells.get(name, "") for name in names)

    assert [
        "results.csv:2: value is no number",
        "results.csv:2: sd is no number",
        "results.csv:2: days is no whole number",
        "results.csv:2: n is no whole number",
        "results.csv:2: study is empty",
        "results.csv:2: estimate is none of the words that can stand there",
        "results.csv:2: status is none of the words that can stand there",
    ] == faults(f"{HEAD}\n{line}")
    assert ["results.csv:2: row has not as many cells as the head has"] == faults(f"{HEAD}\na,b")


def test_an_id_stands_once() -> None:
    with pytest.raises(EvidenceError, match="`a` stands in line 2 already"):
        rows({"id": "a"}, {"id": "a"})


def test_the_head_of_a_table_is_known() -> None:
    (fault,) = faults("id,study,colour\n")
    assert "lacks publication" in fault
    assert "does not know colour" in fault
    assert "is in another order" in faults(",".join(reversed(HEAD.split(","))))[0]


def test_general_knowledge_has_no_source_and_takes_no_part() -> None:
    assert not row(status="unverified", source="").may_be_used
    with pytest.raises(EvidenceError, match="source is empty"):
        row(source="")


def test_a_study_is_a_row_of_words() -> None:
    shipped = shipped_evidence().studies[0]
    assert "NCT02577354" == shipped.nct
    with pytest.raises(EvidenceError, match="the head of the table lacks"):
        read_studies("id\nX\n", file="studies.csv")


# What is shipped


def test_every_shipped_result_says_where_it_was_read() -> None:
    for each in shipped_evidence().results:
        assert (
            each.source.startswith("https://")
            or each.source.startswith("http://")
            or (each.status is Status.UNVERIFIED or each.note)
        )


def test_every_study_with_results_belongs_to_a_cohort() -> None:
    studies = {each.study for each in shipped_evidence().results} - {"MCID"}

    assert [] == [each for each in sorted(studies) if shipped_cohorts().of(each) is None]


def test_a_result_is_found_by_its_id_and_near_ones_are_named() -> None:
    told = shipped_evidence()
    assert "96" == str(told.result("r8b-2y-vas-responder-70-count").events)
    with pytest.raises(EvidenceError, match="there are: r8b-120d-primary"):
        told.result("r8b-9y")


def test_only_two_trials_have_a_control() -> None:
    controlled = {each.study for each in shipped_evidence().results if each.has_control}

    assert {"R8B", "RESTORE"} <= controlled
    assert controlled <= {"R8B", "RESTORE", "POOL3"}  # The last compares ages.


def test_results_of_a_study_are_given_by_outcome() -> None:
    told = shipped_evidence()
    some = told.of("PMCF-UK", "ODI")

    assert some
    assert {"ODI"} == {each.outcome for each in some}
    assert len(told.of("PMCF-UK")) > len(some)
    assert any(each.estimate is Estimate.MEAN for each in some)
