"""How hard a text is to read: the Flesch-Kincaid grade."""

from __future__ import annotations

import re

_VOWELS = re.compile(r"[aeiouy]+")
_SENTENCE = re.compile(r"[.!?:;]+\s|\n+")


def syllables(word: str) -> int:
    """Count the groups of vowels; an `e` at the end is mostly silent."""
    word = word.lower()
    found = len(_VOWELS.findall(word))
    if word.endswith("e") and not word.endswith(("le", "ee")) and found > 1:
        found -= 1
    return max(1, found)


def grade(text: str) -> float:
    """
    Give the school grade at which a text can be read.

    Each line ends a sentence. Numbers count as words of one syllable.

    Source: Kincaid et al., Research Branch Report 8-75, Naval Air Station Memphis, 1975.
    """
    sentences = [each for each in _SENTENCE.split(f"{text}\n") if re.search(r"\w", each)]
    words = [word for each in sentences for word in re.findall(r"[\w'\u2019-]+", each)]
    heard = sum(map(syllables, words))
    return 0.39 * len(words) / len(sentences) + 11.8 * heard / len(words) - 15.59
