"""What is written of an entry is what stands in the file, line by line."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from multifidus.language.entry import answer_text, pick_text, rule_text, silence_text
from multifidus.language.located import read_yaml
from multifidus.library.shelf import shipped
from tests.language.small import DICTIONARY, SMALL

if TYPE_CHECKING:
    from multifidus.language.located import Located

DICTIONARIES = Path(str(files("multifidus"))) / "policies" / "dictionaries"


def below(located: Located) -> dict[str, Located]:
    """Give the fields of a mapping."""
    assert isinstance(located.content, dict)
    return located.content


@pytest.mark.parametrize("name", ["small", *sorted(shipped().dictionaries)])
def test_an_entry_is_written_as_it_stands_in_its_file(name: str) -> None:
    """Answer, rules, which one counts and what silence means, of every element."""
    file = DICTIONARIES / f"{name}.yaml"
    text = DICTIONARY if name == "small" else file.read_text(encoding="utf-8")
    dictionary = SMALL if name == "small" else shipped().dictionaries[name]
    top, _ = read_yaml(text, file=str(file))
    entries = below(below(top)["elements"])

    assert set(entries) == set(dictionary.elements)
    for element in dictionary.elements.values():
        written = below(entries[element.name])
        answer = element.answer
        assert answer_text(answer) == written["answer"].text
        assert pick_text(element) == written["pick"].text
        assert silence_text(element) == written["silence"].text
        rules = [rule_text(each, answer) for each in element.rules]
        assert rules == [each.text for each in written["from"].items]
