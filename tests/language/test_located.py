"""YAML as text with places."""

from __future__ import annotations

import pytest

from multifidus.language.located import Fields, lines_of, read_yaml


def test_a_scalar_stays_the_words_that_somebody_wrote() -> None:
    located, problems = read_yaml("a: no\nb: 1.10\nc: 2025-01-01\n", file="f")
    fields = Fields(located, "", problems)

    assert ["no", "1.10", "2025-01-01"] == [fields.text(name) for name in "abc"]
    assert [] == problems


def test_a_place_is_counted_from_the_line_that_is_said() -> None:
    located, _ = read_yaml("a: b\nc:  d\n", file="f", first_line=10)

    assert "f:11:5" == str(Fields(located, "", []).mapping["c"].place)


def test_a_scalar_counts_as_a_list_of_one() -> None:
    located, problems = read_yaml("a: b\nc: [d, e]\nf:\n", file="f")
    fields = Fields(located, "", problems)

    assert ["b"] == [each.text for each in fields.list("a")]
    assert ["d", "e"] == [each.text for each in fields.list("c")]
    assert [] == fields.list("f")
    assert [] == fields.list("g")


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", "a\rb", "\ufeffa\nb"])
def test_lines_are_the_same_whatever_ends_them(text: str) -> None:
    assert ["a", "b"] == lines_of(text)
