"""The context of a lexicon, indexed: triggers, headings, what else tells how words are meant."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from multifidus.core.wording import Assertion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from multifidus.chart.prose.phrases import Phrasebook
    from multifidus.core.wording import Context, Phrase

HEADS_END = frozenset((":",))


class Sign(Enum):
    """What a phrase means that is not an assertion itself."""

    NONE = "none"
    """It holds a trigger's word and is no trigger."""
    END = "end"
    """A reach ends here."""
    PLAN = "plan"
    """What is done to a patient is planned; findings are as ever."""
    BACK = "back"
    """A text speaks of its patient again."""
    ASKED = "asked"
    """What is negated below a heading is so of the patient; the rest is only asked about."""


class Triggers:
    """The context of a lexicon, indexed; made once."""

    def __init__(self, book: Phrasebook, context: Context) -> None:
        """Put triggers, ends, headings and the rest into the book of a reader."""
        neither: list[tuple[Phrase, Assertion | Sign]] = [
            *((phrase, Sign.NONE) for phrase in context.no_triggers),
            *((phrase, Sign.END) for phrase in context.ends),
        ]
        self.before = book.group([*neither, *_signs(context.before, context.plans["before"])])
        after = list(_signs(context.after, context.plans["after"]))
        self.after = book.group([*neither, *after])
        self.answers = book.group([(each[1:], meaning) for each, meaning in after if _leads(each)])
        """What is said behind a colon is an answer behind a gap as well, and in the next line."""
        self.headings = book.group(
            [
                *((phrase, Sign.NONE) for phrase in context.no_triggers),
                *((phrase, Sign.ASKED) for phrase in context.asked),
                *_signs(context.headings, context.plans["headings"]),
            ]
        )
        self.general = book.group(
            [
                *((phrase, Sign.NONE) for phrase in context.no_triggers),
                *((phrase, Assertion.HYPOTHETICAL) for phrase in context.general),
            ]
        )
        self.sexes = book.group(_by_sex(context.sexes))
        self.pronouns = book.group(_by_sex(context.pronouns))
        self.returns = book.group([(phrase, None) for phrase in context.returns])
        self.claimants = book.group([(phrase, None) for phrase in context.claimants])
        self.affirms = book.group([(phrase, None) for phrase in context.affirms])
        self.joins = book.group([(phrase, None) for phrase in context.joins])


def _by_sex(groups: Mapping[str, tuple[Phrase, ...]]) -> Iterator[tuple[Phrase, str]]:
    return ((phrase, sex) for sex, group in groups.items() for phrase in group)


def _leads(phrase: Phrase) -> bool:
    if len(phrase) == 1 or phrase[0].words != HEADS_END:
        return False
    return all(word.isalpha() for word in phrase[1].words)


def _signs(
    groups: Mapping[Assertion, tuple[Phrase, ...]], plans: Iterable[Phrase]
) -> Iterator[tuple[Phrase, Assertion | Sign]]:
    yield from ((phrase, each) for each, group in groups.items() for phrase in group)
    yield from ((phrase, Sign.PLAN) for phrase in plans)
