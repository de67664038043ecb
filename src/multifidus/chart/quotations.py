"""
Quotations of those who judge a request: what a payer's letter says is a claim, not a finding.

`Denied because "radiculopathy has not been excluded"` says nothing of the patient's nerves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.chart.clauses import SENTENCE_ENDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from multifidus.chart.words import Words

QUOTES = frozenset('"\u201c\u201d')
CLAIMANTS = frozenset(
    (
        *("denial", "denied", "payer", "payor", "insurer", "insurance", "policy"),
        *("carrier", "adjuster", "reviewer", "eligibility", "criteria", "criterion", "guideline"),
    )
)
"""Words for those who judge a request, and for what they go by."""
SHORTEST_CLAIM = 3
"""So many words a claim has at least; less is the name of something."""
FARTHEST_CLAIMANT = 30
"""So many words before a quotation its author is named at most."""
PATIENTS = frozenset(("patient", "pt", "he", "she"))
"""Of `she denied "any leg pain"` the patient is the author."""


def claims(words: Words, quotes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Find the words between two quotation marks that are a claim of those who judge."""
    opened = -1
    for at in quotes:
        is_new = opened < 0 or "\n\n" in words.text[words.ends[opened] : words.starts[at]]
        if is_new:
            opened = at
            continue
        if at - opened > SHORTEST_CLAIM and _is_claimed(words, opened):
            yield opened + 1, at
        opened = -1


def _is_claimed(words: Words, place: int) -> bool:
    """Whether the sentence that leads to a quotation names those who judge."""
    for at in range(place - 1, max(place - 1 - FARTHEST_CLAIMANT, -1), -1):
        word = words.words[at]
        if word in SENTENCE_ENDS and words.gap(at):
            return False
        if "\n\n" in words.gap(at):
            return False
        if word in CLAIMANTS:
            return at == 0 or words.words[at - 1] not in PATIENTS
    return False
