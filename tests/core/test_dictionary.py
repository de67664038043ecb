"""A dictionary as a whole."""

from __future__ import annotations

from multifidus.library.shelf import shipped


def test_a_dictionary_can_keep_some_of_its_elements() -> None:
    """In its own order; what was read with it is not taken for what was read with the whole."""
    whole = shipped().dictionaries["low-back-pain"]

    some = whole.only(["pregnant", "age"])

    assert [*some.elements] == ["age", "pregnant"]
    assert some.elements["age"] == whole.elements["age"]
    assert some.digest != whole.digest
    assert whole.only(whole.elements) == whole
