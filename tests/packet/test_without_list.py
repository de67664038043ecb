"""Packets for policies that exclude the service, do not name it, or that nobody has read."""

from __future__ import annotations

import pytest

from multifidus.packet.compose import Kind, Packet
from multifidus.packet.page import page_of
from tests.packet.packets import again, decided, packet

CHART = "complete-candidate.json"
EXCLUDED, SILENT, UNREAD = "cigna-0539", "blue-kc-7-01-29", "humana-0412-033"
POLICIES = (EXCLUDED, SILENT, UNREAD)
STANDING = {
    EXCLUDED: "this policy excludes the service whatever a chart says",
    SILENT: "this policy does not name the service",
    UNREAD: "The position of this policy on the service was not read",
}
ASKED = {
    EXCLUDED: "as an exception to the policy",
    SILENT: "by which policy or criteria you decide",
    UNREAD: "with the criteria on which you decide",
}


def words(made: Packet, name: str) -> str:
    return next(each.words() for each in made.documents if each.name == name)


@pytest.mark.parametrize("policy", POLICIES)
def test_cover_and_letter_say_how_the_policy_stands_and_what_is_asked_for(policy: str) -> None:
    made = packet(CHART, policy)

    for name in ("cover", "letter"):
        assert STANDING[policy] in words(made, name)
        assert ASKED[policy] in words(made, name)


@pytest.mark.parametrize("policy", POLICIES)
def test_the_letter_shows_the_record_by_guideline_and_label(policy: str) -> None:
    letter = words(packet(CHART, policy), "letter")

    assert "Prone instability test: positive" in letter
    assert "isass-2025" in letter
    assert "fda-p190021" in letter
    for hole in ("holds no dated finding", "holds no finding", "does not say", "still open"):
        assert hole not in letter


@pytest.mark.parametrize("policy", POLICIES)
def test_no_document_speaks_of_a_list_that_there_is_not(policy: str) -> None:
    material = decided(packet(CHART, policy).material)

    for kind in Kind:
        for document in again(material, kind).documents:
            told = document.words()
            for wrong in ("0 items", "list of 1", "Excluded: not met", "does not meet", "is open"):
                assert wrong not in told


@pytest.mark.parametrize(
    ("policy", "weight", "fix"),
    [
        (EXCLUDED, "must", "ask for an exception"),
        (SILENT, "should", "ask the payer by which policy"),
        (UNREAD, "must", "obtain and read: Humana policies"),
    ],
)
def test_the_sender_is_told_the_way_forward(policy: str, weight: str, fix: str) -> None:
    (gap,) = [each for each in packet(CHART, policy).gaps if each.about.startswith("The policy")]

    assert weight == gap.weight
    assert gap.fix.startswith(fix)


def test_a_call_says_the_strongest_facts_and_what_to_ask() -> None:
    brief = words(again(packet(CHART, UNREAD).material, Kind.PEER_TO_PEER), "brief")

    assert "Prone instability test: positive" in brief
    assert "ask for it to be read out and sent" in brief


@pytest.mark.parametrize("policy", [*POLICIES, "isass-2025"])
def test_the_patients_page_holds_nothing_of_the_record(policy: str) -> None:
    made = again(packet(CHART, policy).material, Kind.PATIENT)

    page = page_of(made)

    assert "Exhibit" not in page
    assert "resourceType" not in page
    assert made.exhibits.all
    assert "Exhibit" in page_of(made, only=made.checklist)


@pytest.mark.parametrize(
    ("chart", "said"),
    [
        ("no-medication-record.json", "What pain drugs did for your pain. We did not find it"),
        ("contradictory-mri.json", "Your records say two different things."),
        ("spine-clinic", "It is in your records. Your doctor has to check it."),
        ("seventeen-years.json", "Your age"),
        ("complete-candidate.json", "We found what is on the list."),
    ],
)
def test_the_patients_page_is_in_plain_words(chart: str, said: str) -> None:
    page = words(again(packet(chart).material, Kind.PATIENT), "patient")

    assert said in page
    assert "October 5, 2026" in page
    for technical in ("instability", "Multifidus", "unconfirmed", "2026-10-05", "points"):
        assert technical not in page
