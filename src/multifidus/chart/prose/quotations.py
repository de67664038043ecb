"""
Quotations of those who judge a request: what a payer's letter says is a claim, not a finding.

`The policy asks for "no radiculopathy"` says nothing of the patient's nerves.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from multifidus.chart.prose.clauses import SENTENCE_ENDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from multifidus.chart.prose.words import Words

QUOTES = frozenset('"\u201c\u201d')
SHORTEST_CLAIM = 3
"""So many words a claim has at least; less is the name of something."""
FARTHEST_CLAIMANT = 30
"""So many words before a quotation its author is named at most."""
LONGEST_MARK = 2
"""So many words may number an item before its quotation: `2) "Surgery not excluded."`."""
PATIENTS = frozenset(("patient", "pt", "he", "she"))
"""Words right before a verb of a claimant whose author is the patient all the same."""
PARAGRAPH = "\n\n"


def claims(
    words: Words, *, quotes: Sequence[int], claimants: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """
    Find the words between two quotation marks that are a claim of those who judge.

    `quotes` and `claimants` are the places of the marks and of the words for those who judge.
    """
    opened = -1
    for at in quotes:
        if opened < 0 or PARAGRAPH in words.text[words.ends[opened] : words.starts[at]]:
            opened = at
            continue
        if at - opened > SHORTEST_CLAIM and _is_claimed(words, opened, claimants):
            yield opened + 1, at
        opened = -1


def _is_listed(words: Words, place: int, claimant: int) -> bool:
    """Whether a quotation begins an item below a line that names those who judge."""
    begins = any(
        "\n" in words.gap(each - 1) for each in range(max(place - LONGEST_MARK, 1), place + 1)
    )
    start = words.ends[claimant]
    end = words.text.find("\n", start)
    if not begins or not words.text[start:end].rstrip().endswith(":"):
        return False
    return PARAGRAPH not in words.text[start : words.starts[place]]


def _is_claimed(words: Words, place: int, claimants: Sequence[int]) -> bool:
    """Whether the sentence that leads to a quotation names those who judge."""
    last = bisect_left(claimants, place) - 1
    if last < 0 or place - claimants[last] > FARTHEST_CLAIMANT:
        return False
    at = claimants[last]
    if _is_listed(words, place, at):
        return True
    is_the_patients = at > 0 and words.words[at - 1] in PATIENTS
    return not is_the_patients and not any(
        (words.words[each] in SENTENCE_ENDS and words.gap(each)) or PARAGRAPH in words.gap(each)
        for each in range(at, place)
    )
