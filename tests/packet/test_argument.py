"""What is said first in a call, what the other side may say, and what is conceded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from multifidus.packet.argument import OBJECTIONS, STRONGEST, concessions, objections, strongest
from multifidus.packet.exhibit import Extent, Shelf
from multifidus.packet.material import Contrast, EvidenceLine
from multifidus.packet.practice import Ground
from multifidus.packet.view import View
from tests.packet.packets import CHARTS, decided, packet, without


def view_of(chart: str, *gone: str) -> View:
    """Say a chart's case in words."""
    made = packet(chart)
    material = without(made.material, *gone) if gone else made.material
    return View(material, made.exhibits)


@pytest.mark.parametrize("chart", CHARTS)
def test_what_is_said_first_is_a_fact_that_meets_a_clause_and_has_a_page(chart: str) -> None:
    view = view_of(chart)
    meeting = {
        fact.element
        for each in view.criteria()
        if each.finding in ("met", "does not apply")
        for fact in each.facts
    }
    chosen = strongest(view)

    assert len(chosen) <= STRONGEST
    assert all(each.value and each.marks and each.element in meeting for each in chosen)
    assert len({each.element for each in chosen}) == len(chosen)


def test_findings_of_the_multifidus_stand_before_scores() -> None:
    chosen = [each.element for each in strongest(view_of("complete-candidate.json"))]

    assert ["multifidus_mri", "prone_instability_test", "multifidus_lift_test"] == chosen[:3]


def test_a_fact_that_is_gone_is_not_said() -> None:
    chosen = strongest(view_of("complete-candidate.json", "multifidus_mri"))

    assert "multifidus_mri" not in [each.element for each in chosen]
    assert STRONGEST == len(chosen)


def test_without_exhibits_nothing_is_said_first() -> None:
    view = View(packet("complete-candidate.json").material, Shelf([], {}).exhibits(Extent.CITED))

    assert () == strongest(view)


def test_the_ground_of_a_decision_is_the_first_objection() -> None:
    material = decided(packet("complete-candidate.json").material, Ground.CODING)

    assert Ground.CODING is objections(material, view_of("complete-candidate.json"))[0]


def test_open_care_and_a_policy_that_cannot_be_met_are_likely_objections() -> None:
    contrast = Contrast(policy="x", sentence="Nobody can.", clauses=(), premises=())
    base = packet("no-medication-record.json").material
    likely = objections(replace(base, contrasts=(contrast,)), view_of("no-medication-record.json"))

    assert (Ground.CONSERVATIVE_CARE, Ground.NEUROPATHIC, Ground.UNPROVEN) == likely


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize("ground", list(Ground))
def test_there_are_three_objections_and_each_stands_once(chart: str, ground: Ground) -> None:
    likely = objections(decided(packet(chart).material, ground), view_of(chart))

    assert OBJECTIONS == len(likely) == len(set(likely))


def test_what_is_open_not_met_or_doubtful_is_conceded() -> None:
    doubtful = EvidenceLine(words="It works.", doubt="It is small.", source="x", is_controlled=True)
    plain = EvidenceLine(words="It lasts.", doubt="", source="x", is_controlled=True)
    base = replace(packet("spine-clinic").material, evidence=(doubtful, plain))
    said = concessions(base, view_of("spine-clinic"))

    assert "Prone instability test is positive, unconfirmed (S4.2)." in said
    assert any("It is small." in each for each in said)
    assert not any("It lasts." in each for each in said)
    assert "" not in said
    assert any(
        each.endswith("not met.")
        for each in concessions(
            packet("seventeen-years.json").material, view_of("seventeen-years.json")
        )
    )


def test_a_case_that_meets_everything_concedes_what_is_doubtful_alone() -> None:
    material = replace(packet("complete-candidate.json").material, evidence=())

    assert () == concessions(material, view_of("complete-candidate.json"))
