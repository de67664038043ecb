"""Findings in words: what must be documented of an element, as a practice reads it."""

from __future__ import annotations

import pytest

from multifidus.core.words import demand_words


@pytest.mark.parametrize(
    ("test", "words"),
    [
        ("scale", "The scale: yes"),
        ("not scale", "The scale: no"),
        ("scale is positive", "The scale: positive"),
        ("scale is one of a, b", "The scale: one of a, b"),
        ("scale >= 6 cm and scale <= 9 cm", "The scale: at least 6 cm and at most 9 cm"),
        ("scale > 90 days", "The scale: more than 90 days"),
        ("not scale < 10 mm", "The scale: not less than 10 mm"),
        ("scales > 2 points", "The scale: scales more than 2 points"),
    ],
)
def test_a_demand_names_the_element_by_its_label(test: str, words: str) -> None:
    assert words == demand_words("The scale", "scale", test)
