"""What a packet says follows from the case, and every word that it quotes stands where it says."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from multifidus.core.case import Basis
from multifidus.core.determination import Answer
from multifidus.core.words import value_words
from multifidus.errors import PracticeError
from multifidus.packet.compose import Kind
from multifidus.packet.document import Signature, Table, plain
from multifidus.packet.exhibit import flattened
from multifidus.packet.practice import Ground
from tests.packet.packets import CHARTS, DECISION, MIXED, again, decided, packet, without

if TYPE_CHECKING:
    from multifidus.packet.compose import Packet
    from multifidus.packet.document import Document

GENERATED = 200


def letter(made: Packet) -> Document:
    """Find the letter of a packet."""
    return next(each for each in made.documents if each.name in ("letter", "appeal"))


def said(label: str, value: str, words: str) -> bool:
    """Whether a fact is said; `no` is not the beginning of `not recorded`."""
    return re.search(rf"{re.escape(label)}: {re.escape(value)}(?!\w)", words) is not None


# Every quote stands where it says


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize("kind", list(Kind))
def test_every_quoted_word_is_cut_out_of_the_exhibit(chart: str, kind: Kind) -> None:
    made = again(decided(packet(chart).material), kind)
    places = {each.key: each for exhibit in made.exhibits.all for each in exhibit.places}
    texts = {each.letter: each.source.text for each in made.exhibits.all if each.source}
    for cited in (each for document in made.documents for each in document.cited()):
        place = places[cited.place]
        if cited.quoted:
            assert place.span
            assert texts[place.exhibit][place.span.start : place.span.end] == cited.words
        else:
            assert place.label == cited.words


@pytest.mark.parametrize("chart", MIXED)
def test_charts_with_notes_are_quoted(chart: str) -> None:
    assert any(each.quoted for each in letter(packet(chart)).cited())


@pytest.mark.parametrize("chart", CHARTS)
def test_every_cited_entry_of_the_record_holds_the_field_that_is_cited(chart: str) -> None:
    for exhibit in packet(chart).exhibits.all:
        for place in exhibit.places:
            if place.entry and exhibit.entries[place.entry - 1].content:
                paths = [path for path, _ in flattened(exhibit.entries[place.entry - 1].content)]
                assert any(path.startswith(place.path) for path in paths)


@pytest.mark.parametrize("chart", MIXED)
def test_what_is_shown_of_an_exhibit_holds_every_place_of_it(chart: str) -> None:
    for exhibit in packet(chart).exhibits.all:
        for place in exhibit.places:
            if place.page:
                assert place.page in exhibit.pages
            elif place.line:
                assert any(first <= place.line <= last for first, last in exhibit.stretches)


# A letter holds what a payer looks for


def test_every_letter_holds_what_a_payer_looks_for() -> None:
    chance = random.Random(20260920)  # noqa: S311  no secret
    bases = [packet(chart).material for chart in CHARTS]
    seen = set()
    for number in range(GENERATED):
        base = bases[number % len(bases)]
        facts = sorted(base.determination.facts)
        gone = chance.sample(facts, chance.randint(0, len(facts)))
        material = without(base, *gone)
        kind = Kind.APPEAL if number % 2 else Kind.REQUEST
        made = again(decided(material, chance.choice(list(Ground))), kind)
        told = letter(made)
        words = told.words()
        seen.add(material.determination.answer)
        assert all(each.code in words for each in material.codes)
        assert all(str(each.units) in words for each in material.codes if not each.is_diagnosis)
        assert "Site of service: " in words
        assert f"{material.practice.request.authorization_months} months" in words
        assert "Follow-up plan" in words
        assert all(each in words for each in material.practice.request.follow_up)
        assert all(each in words for each in material.practice.request.outcomes)
        assert any(isinstance(each, Signature) for each in told.blocks)
        assert material.practice.clinician.npi in words
        assert all(each.label in words for each in material.determination.open)
    assert set(Answer) == seen


def test_a_letter_never_asserts_a_fact_that_is_missing() -> None:
    chance = random.Random(20260921)  # noqa: S311  no secret
    for chart in CHARTS:
        base = packet(chart).material
        for _ in range(8):
            facts = sorted(base.determination.facts)
            gone = chance.sample(facts, chance.randint(1, max(1, len(facts)))) if facts else []
            material = without(base, *gone)
            words = letter(again(material)).words()
            for name in gone:
                label = base.dictionary.elements[name].label
                value = value_words(base.determination.facts[name].value)
                assert not said(label, value, words), name


@pytest.mark.parametrize("chart", ["complete-candidate.json", "spine-clinic"])
def test_to_remove_a_fact_from_the_chart_removes_its_sentence(chart: str) -> None:
    base = packet(chart).material
    before = letter(again(base)).words()
    for name, fact in base.determination.facts.items():
        label, value = base.dictionary.elements[name].label, value_words(fact.value)
        assert said(label, value, before), name
        assert not said(label, value, letter(again(without(base, name))).words()), name


def test_a_packet_that_is_not_complete_says_so_on_its_first_page() -> None:
    made = packet("spine-clinic")
    assert Answer.MORE_INFORMATION is made.material.determination.answer
    notice = made.documents[0].blocks[1]
    assert "More information needed" in " ".join(plain(line) for line in notice.lines())


def test_of_a_chart_that_meets_everything_nothing_is_said_to_be_open() -> None:
    words = letter(packet("complete-candidate.json")).words()

    assert "Nothing that the policy asks about is open." in words
    assert "What the record does not show" not in words


def test_what_is_not_met_is_told_in_the_letter() -> None:
    words = letter(packet("seventeen-years.json")).words()

    assert "What the record does not show" in words
    assert "not met" in words


def test_silence_is_told_as_silence_with_its_reason() -> None:
    base = packet("complete-candidate.json", "mp-623").material
    silent = {
        name for name, fact in base.determination.facts.items() if fact.basis is Basis.SILENCE
    }
    words = letter(again(base)).words()

    assert silent
    assert all(base.determination.facts[name].because in words for name in silent)


# The kinds of packet


def test_the_crosswalk_has_the_ids_and_the_order_of_the_policy() -> None:
    made = packet("spine-clinic")
    (table,) = (each for each in made.documents[2].blocks if isinstance(each, Table))
    ids = [plain(row[0]) for row in table.rows]
    root = made.material.determination.criteria

    assert [each.id for part in root.parts for each in part.walk()] == ids


def test_an_appeal_needs_the_decision_that_it_is_about() -> None:
    with pytest.raises(PracticeError, match=r"practice\.toml: there is no decision"):
        again(packet("spine-clinic").material, Kind.APPEAL)


@pytest.mark.parametrize("ground", list(Ground))
def test_an_appeal_answers_the_ground_of_the_decision(ground: Ground) -> None:
    made = again(decided(packet("spine-clinic").material, ground), Kind.APPEAL)
    words = letter(made).words()

    assert str(DECISION.date) in words
    assert DECISION.words in words
    assert DECISION.reference in words
    assert "To the ground of the decision" in words


def test_a_call_has_five_facts_three_objections_and_what_to_concede() -> None:
    made = again(decided(packet("spine-clinic").material), Kind.PEER_TO_PEER)
    (brief,) = made.documents
    (first, conceded) = (each for each in brief.blocks if hasattr(each, "items"))

    assert 5 == len(first.items)
    # Two open items, and what there is to doubt about controlled findings.
    assert 2 < len(conceded.items)
    words = brief.words()
    assert words.index("Conservative care is held") < words.index("experimental")


def test_the_strongest_facts_have_a_page() -> None:
    (brief,) = again(packet("complete-candidate.json").material, Kind.PEER_TO_PEER).documents
    (first, *_) = (each for each in brief.blocks if hasattr(each, "items"))

    assert all("Exhibit" in "".join(map(plain, item[0].lines())) for item in first.items)


def test_no_document_promises_or_decides() -> None:
    for kind in Kind:
        for chart in ("complete-candidate.json", "spine-clinic", "seventeen-years.json"):
            for document in again(decided(packet(chart).material), kind).documents:
                words = document.words().lower()
                assert not any(each in words for each in ("denied", "denial", "approved by us"))


def test_the_same_material_gives_the_same_packet() -> None:
    base = packet("spine-clinic").material

    assert again(base).documents == again(replace(base)).documents


def test_the_cover_of_an_appeal_goes_to_whoever_decided_and_has_its_own_clock() -> None:
    cover, *_ = again(decided(packet("spine-clinic").material), Kind.APPEAL).documents
    words = cover.words()

    assert DECISION.payer in words
    assert "7 calendar days" not in words
    assert "as the payer's decision says" in words


def test_a_sentence_that_names_a_criterion_ends_once() -> None:
    for kind in (Kind.REQUEST, Kind.APPEAL):
        for chart in CHARTS:
            words = letter(again(decided(packet(chart).material), kind)).words()
            assert ".:" not in words


def test_what_was_counted_is_said_to_be_on_record() -> None:
    assert "visits on record" in letter(packet("complete-candidate.json")).words()
