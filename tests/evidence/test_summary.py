"""A line of evidence in numbers: printed, computed, and what cannot be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from multifidus.errors import EvidenceError
from multifidus.evidence.chain import EvidenceLine, People, shipped_chain
from multifidus.evidence.study import Evidence, shipped_evidence
from multifidus.evidence.summary import result_words, summarize

EVIDENCE = shipped_evidence()
LINES = shipped_chain().lines


def words(name: str, **changed: object) -> str:
    """Say a shipped result, with some of its fields changed."""
    return result_words(replace(EVIDENCE.result(name), **changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("r8b-2y-vas-change", "-4.8 cm (SD 2.4, n 159)"),
        ("r8b-5y-odi-change", "-22.7 points (95 % CI -25.4 to -20.8, n 126)"),
        ("r8b-2y-opioid-reduction", "60 % (34 of 57)"),
        ("r8a-12mo-device-removal", "5 of 53"),
        ("itz-12mo-nrs-change", "-3.7 points (SE 0.45)"),
        ("r8b-120d-cumulative-proportion-responders-active", "p 0.0499"),
        ("pmcf-uk-baseline-eq5d-2", "0.426 (printed as ± 0.061, unlabelled, n 42)"),
        ("pool3-baseline-odi", "40.6 points (SE 0.8, printed as ± 0.8, SD, n 261)"),
        ("ma-copley", "no number"),
    ],
)
def test_a_result_is_said_as_it_was_printed(name: str, said: str) -> None:
    found = next(each for each in EVIDENCE.results if each.id.startswith(name))

    assert said == result_words(found)


def test_events_without_people_are_a_number() -> None:
    assert "5" == words("r8a-12mo-device-removal", n=None)


def test_a_computed_difference_has_no_more_digits_than_its_arms() -> None:
    told = summarize(LINES["quality-of-life-v-omm"], EVIDENCE)

    assert "0.155 v 0.008; difference 0.147 (0.114 to 0.180)" == told.brief
    assert "computed here" in told.words
    assert "difference" not in told.words_of_groups


def test_what_cannot_be_computed_is_not_made_up() -> None:
    """Without standard errors there is no interval, and so no difference is shown."""
    bare = {
        name: replace(EVIDENCE.result(name), se=None)
        for name in ("restore-12mo-nrs-change-rn", "restore-12mo-nrs-change-omm")
    }
    evidence = Evidence(studies=(), results=tuple(bare.values()))

    told = summarize(LINES["pain-v-omm"], evidence)

    assert told.difference is None
    assert "-3.6 v -0.6 points" == told.brief


def test_a_printed_difference_without_interval_is_none() -> None:
    line = LINES["pain-v-sham"]
    results = {name: EVIDENCE.result(name) for name in line.results}
    results[line.difference] = replace(results[line.difference], low=None)

    told = summarize(line, Evidence(studies=(), results=tuple(results.values())))

    assert told.difference is None


def test_a_line_that_cites_nothing_known_is_told() -> None:
    line = EvidenceLine(
        id="x", title="X", rows=("r8b-9y-vas",), people=People.INSIDE, doubt="none of it"
    )

    with pytest.raises(EvidenceError, match="there is no result `r8b-9y-vas`"):
        summarize(line, EVIDENCE)
