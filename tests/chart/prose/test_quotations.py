"""Quotations of those who judge a request are claims; a patient's own words are none."""

from __future__ import annotations

import pytest

from multifidus.chart.prose.quotations import QUOTES, claims
from multifidus.chart.prose.words import Words

CLAIMANTS = ("denied", "insurer", "payer", "policy")


def claimed(text: str) -> list[str]:
    """Write what a text claims, as it stands there."""
    words = Words(text)
    quotes = [at for at, word in enumerate(words.words) if word in QUOTES]
    claimants = [at for at, word in enumerate(words.words) if word in CLAIMANTS]
    found = claims(words, quotes=quotes, claimants=claimants)
    return [text[slice(*words.quoted(first, end))].strip() for first, end in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            'Denied because "surgery is not excluded" and "scoliosis was not measured".',
            ["surgery is not excluded", "scoliosis was not measured"],
        ),
        ('The insurer wrote: "she has spinal stenosis".', ["she has spinal stenosis"]),
        (
            "The policy says \u201cno prior lumbar fusion\u201d in 2.1.",
            ["no prior lumbar fusion"],
        ),
        ('policy: "no active infection', []),
        ('"no active infection"', []),
        # So few words are the name of something.
        ('The policy calls it "the device".', []),
        # What the patient denies or says is the patient's.
        ('Patient denied "any numbness or weakness".', []),
        ('He says "my legs are numb".', []),
        # Another sentence, or paragraph, is another author.
        ('The policy is attached. He says "my legs are numb".', []),
        ('Policy on file\n\nHe says "my legs are numb".', []),
        # A mark that is not closed in its paragraph opens nothing in the next.
        ('5\'4" tall, policy on file\n\nThe payer: "fusion was not ruled out"', [
            "fusion was not ruled out"
        ]),
        (f'The policy, {"and so on " * 20} "no active infection".', []),
    ],
)  # fmt: skip
def test_what_those_who_judge_are_quoted_with_is_a_claim(text: str, expected: list[str]) -> None:
    assert expected == claimed(text)
