"""
How documents word the data elements: phrases, as data that is reviewed like a policy.

The method is ConText (Chapman 2007; Harkema 2009): a phrase that names a finding, and triggers
around it that make it negated, possible, hypothetical, historical or somebody else's. What a
document may say of an element, and what each way of saying it means, is told here;
`chart.prose.notes` finds it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

WORD = re.compile(
    r"[a-z]++(?![^\x00-@\[-\x7f])|[^\W\d_]+|[0-9]++(?:\.[0-9]++)?"
    r"|-(?:(?<![^\W\d_]-)|(?=[\W\d_]))|\.{4,}|_|[^\w\s-]"
)
"""
One word of a text or a phrase: letters, a number, one sign, or a row of dots.

A hyphen between two letters is left out, so that `follow-up` and `follow up` are the same words.
Small letters of ASCII come first because nearly all letters are, and they are told the fastest.
"""


class Assertion(StrEnum):
    """How a document means a finding that it mentions (after ConText)."""

    PRESENT = "present"
    NEGATED = "negated"
    POSSIBLE = "possible"
    HYPOTHETICAL = "hypothetical"
    HISTORICAL = "historical"
    OTHER = "other"
    """Of somebody else: a relative, as a rule."""


class Takes(StrEnum):
    """What a piece of a phrase takes from the text."""

    WORDS = "words"
    ANY = "any"
    """Up to a few words, whatever they are."""
    NUMBER = "number"
    TIME = "time"
    """A count and a calendar unit: `10 years`."""
    DATE = "date"
    LEVEL = "level"
    """A lumbar level: `L4-5`."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a phrase: one of some words, or a number, a time, a date, a level."""

    takes: Takes
    words: frozenset[str] = frozenset()
    is_optional: bool = False
    is_glued: bool = False
    """Whether no blank may stand before it: `63F`."""
    is_capital: bool = False
    """Whether it has to stand in capitals: `PT`, which is not `pt`, the patient."""


Phrase = tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How documents word one element."""

    names: tuple[Phrase, ...] = ()
    """What the subject is called; a name answers nothing without a result beside it."""
    says: Mapping[str, tuple[Phrase, ...]] = field(default_factory=dict)
    """Results that stand beside a name, by the option that they mean."""
    reads: Mapping[str, tuple[Phrase, ...]] = field(default_factory=dict)
    """How a number, time, date or level stands beside a name, by its unit."""
    alone: Mapping[str, tuple[Phrase, ...]] = field(default_factory=dict)
    """Phrases that answer by themselves, by the option or unit."""
    unclear: Mapping[str, tuple[Phrase, ...]] = field(default_factory=dict)
    """Numbers beside a name that cannot be read, by the reason."""
    bare: str = ""
    """Why a name without a result cannot be read, where even the name is a mention."""
    negated: Mapping[str, str] = field(default_factory=dict)
    """What the negation of an option means; of others it means nothing."""
    yields: Mapping[str, str] = field(default_factory=dict)
    """To which answer behind it one gives way in its clause: `helped at first, but no relief`."""
    needs: tuple[Phrase, ...] = ()
    """One of these has to stand in the sentence, before it in its paragraph, in its heading, or in
    the head of the document."""
    but_not: tuple[Phrase, ...] = ()
    """Names or results that lie in one of these are of something else: `cervical radiculopathy`."""
    unless: tuple[Phrase, ...] = ()
    """Any of these in the sentence makes it about something else."""
    beside: tuple[str, str] | None = None
    """The element and option beside which, in one sentence, a level or grade counts."""
    past_counts: bool = False
    """Whether what was so once answers the element as well as what is so now."""
    passes: bool = False
    """Whether what was so long ago says nothing of now, as an infection: its day decides."""
    plain: bool = False
    """Whether nobody plans, doubts or negates it, as an age: whose it is, and when, matters."""
    regional: bool = False
    """Whether it is of a part of the body: a document of another part has to name that part."""
    reaches_next: bool = False
    """Whether the result may stand in the sentence after the one with the name."""
    confirm: str = ""
    """Why a person has to confirm what was read; empty: the text alone settles the element."""
    settles: str = ""
    """Why the text alone settles the element; empty: a person has to confirm it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The words around a finding that say how it is meant, and where their reach ends."""

    before: Mapping[Assertion, tuple[Phrase, ...]]
    """Triggers that stand before what they modify."""
    after: Mapping[Assertion, tuple[Phrase, ...]]
    """Triggers that stand after it."""
    headings: Mapping[Assertion, tuple[Phrase, ...]]
    """Headings, by how the findings below them are meant."""
    asked: tuple[Phrase, ...]
    """Headings of what is asked about; what is negated below them is so: `exclusions`."""
    plans: Mapping[str, tuple[Phrase, ...]]
    """Words `before` and `after` a treatment, and `headings` over it, that make it a plan."""
    general: tuple[Phrase, ...]
    """Words after which a paragraph speaks of patients in general: `who may benefit`."""
    returns: tuple[Phrase, ...]
    """Words after which a text speaks of its patient again: `the record shows`."""
    claimants: tuple[Phrase, ...]
    """Words for those who judge a request; what a quotation of theirs says is a claim: `payer`."""
    sexes: Mapping[str, tuple[Phrase, ...]]
    """Words that tell the patient's sex: `52-year-old woman`."""
    pronouns: Mapping[str, tuple[Phrase, ...]]
    """Words that stand for somebody, by sex; one of the other sex is not the patient."""
    no_triggers: tuple[Phrase, ...]
    """Phrases that hold a trigger's word and are none: `no increase`."""
    ends: tuple[Phrase, ...]
    """Where the reach of a trigger ends within a sentence: `but`."""
    affirms: tuple[Phrase, ...]
    """Words that take a member of a list out of the reach of a negation before it: `noted`."""
    bounds: tuple[Phrase, ...]
    """Words before a number that make it a bound: `over`."""
    joins: tuple[Phrase, ...]
    """Words between the readings of one scale: `48 % down to 30 %`."""
    purposes: tuple[Phrase, ...]
    """What a result may be `for his …`, and is still of the back: `sciatica`."""
    titles: tuple[Phrase, ...]
    """Words that make a title of a finding right before them: `scoliosis films`."""
    region: tuple[Phrase, ...]
    """Words that name the part of the body that the dictionary is about: `lumbar`."""
    elsewhere: tuple[Phrase, ...]
    """Words in the title of a document that is about another part: `knee`."""
    other_tests: tuple[Phrase, ...]
    """Tests that no element is about; a result beside one is its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """The wordings of a dictionary's elements, and the context that they share."""

    name: str
    version: str
    elements: Mapping[str, Wording]
    context: Context
