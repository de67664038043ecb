"""A lexicon: what is read of it, and that a phrase is taken apart as a document is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from multifidus.core.wording import Assertion, Piece, Takes
from multifidus.errors import DictionaryError
from multifidus.language.wording import read_lexicon
from multifidus.library.shelf import shipped
from tests.language.small import LEXICON, SMALL, edited, lexicon_problems

if TYPE_CHECKING:
    from multifidus.core.wording import Lexicon, Phrase


def small_lexicon(*edits: tuple[str, str]) -> Lexicon:
    """Read the small lexicon, edited."""
    lexicon, problems = lexicon_problems(edited(LEXICON, *edits))
    assert [] == [str(each) for each in problems]
    assert lexicon is not None
    return lexicon


LEXICON_READ = small_lexicon()
MM = '["# mm"]'
"""Words that stand once in the small lexicon; a phrase under test takes their place."""


def written(phrase: Phrase) -> str:
    """Write a phrase down as it is meant: `a|b`, `^a`, `(…)` for what may be missing."""
    words = [
        "^" * each.is_glued + ("|".join(sorted(each.words)) or f"<{each.takes}>") for each in phrase
    ]
    return " ".join(
        f"({word})" if each.is_optional else word for word, each in zip(words, phrase, strict=True)
    )


def test_the_small_lexicon_is_read_as_it_is_meant() -> None:
    lift_test, pain = LEXICON_READ.elements["lift_test"], LEXICON_READ.elements["pain"]

    assert ("small", "1.0.0") == (LEXICON_READ.name, LEXICON_READ.version)
    assert ["age", "pain_duration", "lift_test", "pain", "unfit"] == list(LEXICON_READ.elements)
    assert {"positive": "negative"} == lift_test.negated
    assert ({}, False) == (lift_test.yields, lift_test.plain)
    assert "the result is not told" == lift_test.bare
    assert ("the side is not told", "") == (lift_test.confirm, lift_test.settles)
    assert lift_test.past_counts
    assert not lift_test.reaches_next
    assert [False, True] == [lift_test.passes, LEXICON_READ.elements["unfit"].passes]
    assert ["cm", "mm"] == list(pain.reads)
    assert ["the scale is not stated"] == list(pain.unclear)
    assert ("lift_test", "positive") == pain.beside
    assert LEXICON_READ.elements["age"].beside is None
    assert LEXICON_READ.elements["pain_duration"].reaches_next


def test_the_context_is_read_by_assertion_and_by_name() -> None:
    context = LEXICON_READ.context

    assert [Assertion.NEGATED, Assertion.POSSIBLE] == list(context.before)
    assert ["not seen"] == [written(each) for each in context.after[Assertion.NEGATED]]
    assert ["family history"] == [written(each) for each in context.headings[Assertion.OTHER]]
    assert ["before", "after", "headings"] == list(context.plans)
    assert ["plan for"] == [written(each) for each in context.plans["before"]]
    assert ["no change", "but", "noted", "over", "slump"] == [
        written(*group)
        for group in (
            context.no_triggers,
            context.ends,
            context.affirms,
            context.bounds,
            context.other_tests,
        )
    ]


def test_the_context_may_tell_headings_returns_and_sexes() -> None:
    added = """\
  asked: [exclusions]
  returns: [the chart shows]
  sexes: {female: [old woman]}
  pronouns: {male: [he]}
  ends: [but]"""
    context = small_lexicon(("  ends: [but]", added)).context

    assert ["exclusions", "the chart shows"] == [written(*context.asked), written(*context.returns)]
    assert ["old woman"] == [written(each) for each in context.sexes["female"]]
    assert ["he"] == [written(each) for each in context.pronouns["male"]]


def test_the_phrases_of_a_group_stand_where_its_name_does() -> None:
    """In an element and in the context alike."""
    context = small_lexicon(("[no change]", "[<weak>]")).context
    says = LEXICON_READ.elements["lift_test"].says

    assert ["no power", "gives way"] == [written(each) for each in context.no_triggers]
    assert ["no power", "gives way", "pos"] == [written(each) for each in says["positive"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lift test", "lift test"),
        ("lift|raise test", "lift|raise test"),
        ("lift test?", "lift (test)"),
        ("lift a|the? leg", "lift (a|the) leg"),
        ("holds * well", "holds <any> well"),
        ("grade #", "grade <number>"),
        ("grade #? there", "grade (<number>) there"),
        ("for #time", "for <time>"),
        ("since #date", "since <date>"),
        ("at #level", "at <level>"),
        ("at #level?", "at (<level>)"),
        ("follow-up", "follow up"),
        ("phq-9", "phq - 9"),
        ("l4", "l 4"),
        ("m62.85", "m 62.85"),
        ("p.t.", "p . t ."),
        ("?", "?"),
        ("w/o", "w / o"),
        ("> =", "> ="),
        ("-", "-"),
        ("kjær", "kjær"),
        ("# ^m|f", "<number> ^f|m"),
        ("# ^mg?", "<number> (^mg)"),
        ("x ^y-z", "x ^y ^z"),
        ("2 ^", "2 ^"),
    ],
)
def test_a_phrase_is_taken_apart_as_a_document_is(text: str, expected: str) -> None:
    lexicon = small_lexicon(("[no change]", f'["{text}"]'))

    assert [expected] == [written(each) for each in lexicon.context.no_triggers]


@pytest.mark.parametrize(
    "text", ["fit?|cleared", "a|", "Fit", "a*b", "#times", "x_y", "a|b c|", "2 ^*? x"]
)
def test_what_is_no_piece_of_a_phrase_is_told(text: str) -> None:
    _, problems = lexicon_problems(edited(LEXICON, ("[no change]", f'["{text}"]')))

    assert ["is no piece of a phrase"] == [each.message.partition("` ")[2] for each in problems]


def test_a_unit_may_be_one_of_the_same_dimension_or_half_the_own() -> None:
    lexicon = small_lexicon((f"mm: {MM}", f"m: {MM}\n      half cm: ['half #']"))

    assert ["cm", "m", "half cm"] == list(lexicon.elements["pain"].reads)


def test_a_phrase_may_stand_twice_where_it_means_the_same() -> None:
    small_lexicon(("[neg, holds * well]", "[neg, neg, holds * well]"))
    small_lexicon(("possible: [is|was likely]", "possible: [likely]"))


def test_a_choice_may_be_read_from_a_level() -> None:
    lexicon = small_lexicon(
        ("    bare: the result", '    reads: {level: ["#level"]}\n    bare: the result')
    )

    assert {"level": ((Piece(Takes.LEVEL),),)} == lexicon.elements["lift_test"].reads


@pytest.mark.parametrize(
    "text", ["", "[]", "a", "[" * 10_000, "{a: " * 10_000, "a: &b [*b]", "\t-"]
)
def test_hostile_yaml_ends_in_messages(text: str) -> None:
    assert lexicon_problems(text)[1]
    assert lexicon_problems(edited(LEXICON, (MM, text.strip() or "{a: b}")))[1]


def test_a_line_end_or_a_byte_order_mark_changes_nothing() -> None:
    for text in (LEXICON.replace("\n", "\r\n"), "\ufeff" + LEXICON):
        assert (LEXICON_READ, ()) == lexicon_problems(text)


def test_everything_that_is_wrong_is_told_in_the_order_of_the_text() -> None:
    _, problems = lexicon_problems(
        edited(LEXICON, ("[pain]", "[Pain]"), ("ends: [but]", "ends: [no]"), (MM, "[mm]"))
    )

    assert [14, 47, 50] == [each.place.line for each in problems]


def test_a_lexicon_is_read_with_its_own_dictionary_alone() -> None:
    """What one dictionary knows, another may not."""
    path = shipped().folder / "dictionaries" / "wording" / "low-back-pain.yaml"

    with pytest.raises(DictionaryError, match="unknown element `scoliosis`"):
        read_lexicon(path, SMALL)
