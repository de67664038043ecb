"""Published numbers follow from what else was published, by the method that is named."""

from __future__ import annotations

import pytest

from multifidus.errors import EvidenceError
from multifidus.evidence.anchors import Anchor, between, read_anchors, reckon, shipped_anchors
from multifidus.evidence.study import Evidence, shipped_evidence
from tests.evidence.rows import row

UNEVEN = "r8b-5y-odi"
"""Its printed interval does not lie evenly about its mean, which no method explains."""


@pytest.mark.parametrize("anchor", shipped_anchors(), ids=lambda each: each.id)
def test_every_published_number_follows_but_the_one_that_is_known_not_to(anchor: Anchor) -> None:
    found = reckon(anchor, shipped_evidence())

    assert found.holds is (anchor.id != UNEVEN), found


def test_the_method_of_an_interval_is_identified() -> None:
    (anchor,) = (each for each in shipped_anchors() if each.id == "r8b-2y-70")
    found = reckon(anchor, shipped_evidence())

    assert ("Wald",) == found.methods
    assert ("61.9 % (54.3 to 69.6)", "96/155 = 61.94 % (54.29 to 69.58)") == (
        found.printed,
        found.ours,
    )


def test_the_uneven_interval_is_told_with_its_middle() -> None:
    (anchor,) = (each for each in shipped_anchors() if each.id == UNEVEN)

    assert "middle -23.1" in reckon(anchor, shipped_evidence()).ours


def test_what_was_not_printed_is_reckoned_from_the_arms() -> None:
    told = shipped_evidence()
    found = between(
        told.result("restore-12mo-odi-change-rn"), told.result("restore-12mo-odi-change-omm")
    )

    assert (-16.8, -20.7, -12.9) == tuple(
        round(each, 1) for each in (found.value, found.low, found.high)
    )


SHARE = {"estimate": "proportion", "unit": "%", "outcome": "responder", "n": "155"}


@pytest.mark.parametrize(
    ("cells", "events", "holds"),
    [
        ({"value": "61.9"}, 96, True),
        ({"value": "61.8"}, 96, False),
        ({"value": "61.9", "low": "54.1", "high": "69.2"}, 96, True),
        ({"value": "61.9", "low": "50.0", "high": "72.0"}, 96, False),
    ],
)
def test_a_share_holds_if_count_and_interval_are_printed_so(
    cells: dict[str, str],
    events: int,
    holds: bool,  # noqa: FBT001  a column of the table
) -> None:
    anchor = Anchor(id="x", title="X", kind="share", printed="x-1", events=events, n=155)
    evidence = Evidence(studies=(), results=(row(**SHARE, **cells),))

    assert holds is reckon(anchor, evidence).holds


def test_a_p_that_does_not_follow_is_told() -> None:
    cells = {"estimate": "difference", "value": "-0.9", "low": "-1.6", "high": "-0.1", "p": "0.20"}
    anchor = Anchor(id="x", title="X", kind="test", printed="x-1")

    assert not reckon(anchor, Evidence(studies=(), results=(row(**cells),))).holds


def test_everything_that_is_wrong_with_anchors_is_told() -> None:
    text = '[[share]]\nid = "a"\ntitle = ""\nevents = -1\nextra = 1\n[[other]]\n'
    with pytest.raises(EvidenceError) as error:
        read_anchors(text, file="anchors.toml")

    assert {
        "unknown name `other`",
        "unknown name `extra`",
        "`events` is no whole number",
        "`n` is no whole number",
        "`title` is missing",
        "`printed` is missing",
    } == {each.message for each in error.value.problems}
