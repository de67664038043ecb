"""The two labellings of the test half: every difference is decided, and stands as decided."""

from __future__ import annotations

import json

import pytest

from conformance.score import DICTIONARY
from multifidus.library.shelf import shipped
from validation import agreement, labellings
from validation.agreement import Pair
from validation.labellings import Decision, Label

README = labellings.FOLDER / "README.md"
GUIDE = labellings.FOLDER.parent / "conformance" / "README.md"

Compared = tuple[list[Pair], list[Decision]]


@pytest.fixture(scope="module")
def compared() -> Compared:
    """Lay both labellings side by side."""
    return agreement.both_labellings()


def test_every_difference_is_decided(compared: Compared) -> None:
    assert [] == agreement.undecided(*compared)


def test_no_decision_is_about_something_that_nobody_said(compared: Compared) -> None:
    assert [] == agreement.stale(*compared)


def test_the_notes_stand_as_decided(compared: Compared) -> None:
    assert [] == agreement.broken(compared[1])


def test_a_label_that_is_not_as_decided_is_found(compared: Compared) -> None:
    _, decided = compared
    kept = next(each for each in decided if each.decided != labellings.NONE)
    dropped = next(each for each in decided if each.decided == labellings.NONE)
    otherwise = kept._replace(decided="possible")
    still_there = kept._replace(decided=labellings.NONE)

    assert [otherwise, still_there] == agreement.broken([otherwise, still_there, dropped])


def test_a_difference_without_a_decision_is_found(compared: Compared) -> None:
    both, decided = compared
    left_out = next(each for each in decided if each.decided == each.second != each.first)
    others = [each for each in decided if each != left_out]

    (found,) = agreement.undecided(both, others)

    assert (left_out.note, left_out.element) == (found.where.note, found.where.element)


def test_every_decision_gives_a_known_reason_and_every_reason_is_given(compared: Compared) -> None:
    assert set(labellings.reasons()) == {each.because for each in compared[1]}


def test_the_stored_figures_are_those_of_the_labels(compared: Compared) -> None:
    stored = json.loads(agreement.FIGURES.read_text(encoding="utf-8"))

    assert stored == agreement.figures(*compared)


def test_the_pages_tell_the_stored_figures() -> None:
    stored = json.loads(agreement.FIGURES.read_text(encoding="utf-8"))
    readme = README.read_text(encoding="utf-8")

    for half in labellings.HALVES:
        told = stored[half]
        for name in ("all", "asserted"):
            row = told[name]
            cells = f"{row['first']:,} | {row['second']:,} | {row['alike']:,} | {row['f1']}"
            assert f"| {cells} |" in readme
        assert f"kappa {told['kappa of the assertion']}" in readme
        for who, row in told["against what was decided"].items():
            assert f"| {half}, {who} | {row['precision']} | {row['recall']} |" in readme
    assert f"F1 {stored['test']['all']['f1']}" in GUIDE.read_text(encoding="utf-8")


def test_the_second_labels_lie_in_their_texts_and_name_elements_of_the_dictionary() -> None:
    known = set(shipped().dictionaries[DICTIONARY].elements)

    for note in labellings.second_notes():
        for each in note["mentions"]:
            assert each["element"] in known
            assert 0 <= each["start"] < each["end"] <= len(note["text"])


@pytest.mark.parametrize(
    "said",
    [
        "present 7 points",
        "present since 2019-03",
        "present unreadable",
        "negated no",
        "present yes",
        "present not-tried",
        "hypothetical",
    ],
)
def test_what_is_said_is_read_as_it_was_written(said: str) -> None:
    mention = labellings.mention_of("pain_nrs", 3, 8, said)

    assert said == labellings.said_of(mention)


def labels_of(*rows: tuple[str, int, int, str]) -> list[Label]:
    """Label a made-up note."""
    mentions = [labellings.mention_of(*row) for row in rows]
    note = {"id": "x", "text": "x" * 90, "date": "2026-01-01", "title": "x", "mentions": mentions}
    return labellings.labels([note])


def test_labels_of_one_element_that_overlap_belong_together() -> None:
    first = labels_of(("scoliosis", 0, 9, "negated no"), ("radiculopathy", 20, 29, "possible"))
    second = labels_of(("scoliosis", 3, 12, "present no"), ("radiculopathy", 40, 49, "possible"))

    paired = agreement.pairs(first, second)

    assert [(True, True), (True, False), (False, True)] == [
        (pair.first is not None, pair.second is not None) for pair in paired
    ]
    assert [True, False, False] == [pair.alike for pair in paired]


def test_of_two_labels_that_overlap_the_one_that_says_the_same_is_taken() -> None:
    first = labels_of(("pain_nrs", 0, 20, "present 5 points"))
    second = labels_of(
        ("pain_nrs", 0, 15, "present 7 points"), ("pain_nrs", 14, 20, "present 5 points")
    )

    together = next(pair for pair in agreement.pairs(first, second) if pair.first)

    assert second[1] == together.second


def test_the_same_value_in_another_unit_is_the_same() -> None:
    first, second = (
        labels_of(("pain_vas", 0, 9, said)) for said in ("present 4.5 cm", "present 45 mm")
    )

    assert agreement.same(first[0], second[0])


def test_a_pair_without_a_label_is_none() -> None:
    with pytest.raises(ValueError, match="no label"):
        _ = Pair(None, None).where


def test_kappa_is_what_cohen_reckons() -> None:
    told = [("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15

    assert pytest.approx(0.4) == agreement.kappa(told)
