"""What these tests share: the shipped lexicon is indexed once, for every chart that is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from multifidus.chart.prose import notes

if TYPE_CHECKING:
    from multifidus.core.element import Dictionary
    from multifidus.core.wording import Lexicon

MAKE = notes.Reader
_made: dict[int, tuple[Lexicon, notes.Reader]] = {}


def _once(dictionary: Dictionary, lexicon: Lexicon) -> notes.Reader:
    if id(lexicon) not in _made:
        _made[id(lexicon)] = (lexicon, MAKE(dictionary, lexicon))
    return _made[id(lexicon)][1]


@pytest.fixture(autouse=True)
def _one_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "Reader", _once)
