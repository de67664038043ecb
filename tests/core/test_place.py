"""Places, as codes of ISO 3166 and as people write them."""

from __future__ import annotations

import pytest

from multifidus.core.place import COUNTRIES, NAMES, STATES, is_place, place_of


def test_the_lists_are_whole_and_every_name_leads_to_a_place() -> None:
    """249 countries; 50 states and the District of Columbia."""
    assert (249, 51) == (len(COUNTRIES), len(STATES))
    assert [] == [name for name, code in NAMES.items() if not is_place(code)]


@pytest.mark.parametrize("code", ["US", "US-NC", "US-PR", "GB-ENG", "EU", "DE-BY", "AU"])
def test_codes_are_places(code: str) -> None:
    assert is_place(code)
    assert code == place_of(code.lower())


@pytest.mark.parametrize("code", ["", "U", "USA", "us", "AA", "US-ZZ", "US-", "GB-XXX", "EU-DE"])
def test_what_stands_in_no_list_is_none(code: str) -> None:
    assert not is_place(code)


@pytest.mark.parametrize(
    ("words", "code"), [("U.S.A.", "US"), ("north carolina", "US-NC"), ("England", "GB-ENG")]
)
def test_names_are_read(words: str, code: str) -> None:
    assert code == place_of(words)
