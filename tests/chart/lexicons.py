"""Phrases in their notation, and a small context, for tests of how documents are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.language.small import LEXICON, lexicon_problems

if TYPE_CHECKING:
    from multifidus.core.wording import Context, Lexicon, Phrase

CONTEXT = """
context:
  before:
    negated: [no, not, without, no evidence of]
    possible: [possible, likely, causes include, "?"]
    hypothetical: [if, will need]
    historical: [history of]
    other: [mother]
  after:
    negated: [was ruled out, not seen, ": no", ": none", "-", "[ x ] no"]
    possible: ["?", vs]
    hypothetical: [is planned]
  headings:
    present: [hpi, assessment and plan]
    hypothetical: [precautions]
    other: [family history]
    historical: [resolved problems]
  asked: [exclusions]
  general: [patients who]
  returns: [the record shows]
  claimants: [payer]
  sexes:
    female: [woman]
    male: [man]
  pronouns:
    female: [she]
    male: [he]
  no_triggers: [no change, if any]
  joins: [vs]
  ends: [but]
  affirms: [noted, has]
  bounds: [over]
  other_tests: [slump]
"""


def lexicon_of(context: str) -> Lexicon:
    """Read the small lexicon with another context."""
    text = f"version: 1.0.0\n{context}\n{LEXICON[LEXICON.index('groups:') :]}"
    lexicon, problems = lexicon_problems(text)
    assert [] == [str(each) for each in problems]
    assert lexicon is not None
    return lexicon


def small_context() -> Context:
    """Give the context above."""
    return lexicon_of(CONTEXT).context


def phrase(text: str) -> Phrase:
    """Read a phrase in its notation."""
    (read,) = lexicon_of(f"context: {{affirms: ['{text}']}}").context.affirms
    return read
