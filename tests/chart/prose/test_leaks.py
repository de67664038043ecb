"""
No trigger leaks: what negates one finding says nothing of the one behind a bullet or a sentence.

Every text is made up: a trigger, a finding, a separator, another finding. The first is meant as the
trigger says, the second is present.
"""

from __future__ import annotations

from itertools import permutations

import pytest

from conformance.score import shipped_reader
from multifidus.chart.document import Document
from multifidus.core.wording import Assertion

READER = shipped_reader()

SEPARATORS = {
    "hyphens": ("- {}", "\n- {}"),
    "asterisks": ("* {}", "\n* {}"),
    "bullets": ("• {}", "\n• {}"),
    "bullets in a line": ("• Spine: {}", " • Other: {}"),
    "bullets with stops": ("• {}.", "\n• {}."),
    "numbers": ("1. {}", "\n2. {}"),
    "numbers in brackets": ("1) {}", "\n2) {}"),
    "a bullet in the sentence": ("{}", " • {}"),
    "a semicolon": ("{}", "; {}"),
    "a semicolon and a line": ("{};", "\n{}"),
    "a stop": ("{}.", " {}."),
    "a stop without a second blank": ("{}.", "  {}"),
    "an exclamation": ("{}!", " {}."),
    "a heading": ("{}\n", "\nASSESSMENT\n{}"),
    "a heading with a colon": ("{}", "\nASSESSMENT: {}"),
    "an unknown heading": ("{}", "\nSPINE CLINIC SUMMARY: {}"),
    "a blank line": ("{}", "\n\n{}"),
    "a blank line with blanks": ("{}", "\n  \n{}"),
    "a short line": ("{}", "\n{}"),
    "a row of a table": ("Spine   {}", "\nOther   {}"),
}

TRIGGERS = {
    "No": Assertion.NEGATED,
    "Denies": Assertion.NEGATED,
    "Negative for": Assertion.NEGATED,
    "He is without": Assertion.NEGATED,
    "No evidence of": Assertion.NEGATED,
    "Ruled out": Assertion.NEGATED,
    "Possible": Assertion.POSSIBLE,
    "Rule out": Assertion.POSSIBLE,
    "History of": Assertion.HISTORICAL,
    "Family history of": Assertion.OTHER,
    "Mother has": Assertion.OTHER,
    "If he develops": Assertion.HYPOTHETICAL,
    "Return for": Assertion.HYPOTHETICAL,
}

AFTER = {
    "is ruled out": Assertion.NEGATED,
    "was negative": Assertion.NEGATED,
    "is absent": Assertion.NEGATED,
    ": denies": Assertion.NEGATED,
    "is unlikely": Assertion.POSSIBLE,
    "cannot be ruled out": Assertion.POSSIBLE,
    "has resolved": Assertion.HISTORICAL,
}

FINDINGS = (
    ("lumbar radiculopathy", "radiculopathy"),
    ("scoliosis", "scoliosis"),
    ("spondylolisthesis", "spondylolisthesis"),
    ("spinal stenosis", "spinal_stenosis"),
)
PAIRS = tuple(permutations(FINDINGS, 2))


def meanings(text: str) -> list[tuple[str, Assertion]]:
    """Read how each finding of a text is meant, in the order of the text."""
    found = READER.mentions(Document(name="made up", text=text))
    elements = {element for _, element in FINDINGS}
    return [(each.element, each.assertion) for each in found if each.element in elements]


@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize("separator", SEPARATORS)
def test_a_trigger_does_not_reach_what_follows_a_separator(separator: str, trigger: str) -> None:
    """`No scoliosis; spinal stenosis`: the first is negated, the second is present."""
    before, after = SEPARATORS[separator]
    expected, found = {}, {}
    for (first, its_element), (second, other_element) in PAIRS:
        text = before.format(f"{trigger} {first}") + after.format(second.capitalize())
        expected[text] = [
            (its_element, TRIGGERS[trigger]),
            (other_element, Assertion.PRESENT),
        ]
        found[text] = meanings(text)

    assert expected == found


@pytest.mark.parametrize("trigger", AFTER)
@pytest.mark.parametrize("separator", SEPARATORS)
def test_a_trigger_does_not_reach_back_over_a_separator(separator: str, trigger: str) -> None:
    """`Scoliosis; spinal stenosis is ruled out`: the first is present, the second is negated."""
    before, after = SEPARATORS[separator]
    expected, found = {}, {}
    for (first, its_element), (second, other_element) in PAIRS:
        text = before.format(first.capitalize()) + after.format(f"{second.capitalize()} {trigger}")
        expected[text] = [
            (its_element, Assertion.PRESENT),
            (other_element, AFTER[trigger]),
        ]
        found[text] = meanings(text)

    assert expected == found


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_without_a_separator_a_trigger_reaches_both(trigger: str) -> None:
    """The tables above would also hold of a reader whose triggers reach nothing."""
    for (first, its_element), (second, other_element) in PAIRS:
        text = f"{trigger} {first} or {second}."

        assert [
            (its_element, TRIGGERS[trigger]),
            (other_element, TRIGGERS[trigger]),
        ] == meanings(text), text


@pytest.mark.parametrize("whose", ["the", "his", "her"])
def test_whose_it_is_ends_no_negation(whose: str) -> None:
    """`denies weakness in his legs, scoliosis`: a possessive is no new clause."""
    text = f"Patient denies any pain in {whose} legs, scoliosis or spinal stenosis."

    assert [
        ("scoliosis", Assertion.NEGATED),
        ("spinal_stenosis", Assertion.NEGATED),
    ] == meanings(text)
