"""What a record makes of each clause: a word, and the values with their addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from multifidus.core.case import Absence, Fact
from multifidus.core.determination import Finding
from multifidus.core.words import (
    ABSENT_WORDS,
    ANSWER_WORDS,
    BASIS_WORDS,
    address_words,
    entry_words,
    finding_words,
    value_words,
)
from multifidus.export.document.parts import (
    Block,
    Item,
    Items,
    Line,
    Notice,
    Paragraph,
    Section,
    Words,
    paragraph,
    quiet,
    spaced,
    strong,
    tag,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from multifidus.core.case import Provenance
    from multifidus.core.determination import CriterionResult, Determination, OpenElement
    from multifidus.core.element import Dictionary
    from multifidus.export.document.material import Marked

WANTED = "more information"
"""What a clause says that is open and can still move the answer."""
SHOWN_ADDRESSES = 3
_PERSON = "This is a finding about criteria; a person decides."


class Marks:
    """The marks of a record, clause by clause; without a record there is none."""

    def __init__(self, marked: Marked | None, dictionary: Dictionary) -> None:
        self._told = marked.determination if marked else None
        self._dictionary = dictionary
        self._words: dict[str, str] = {}
        if self._told:
            self._words.update(_words(self._told.criteria, needed=True))

    def mark(self, criterion: str) -> tuple[Words, ...]:
        """Give the word of a criterion, as the words that begin its line."""
        word = self._words.get(criterion)
        return (tag(word),) if word else ()

    def values(self, elements: tuple[str, ...]) -> Iterator[Block]:
        """Say what the record holds of the elements of a clause, each with its address."""
        if self._told is None:
            return
        for name in elements:
            label = self._dictionary.elements[name].label
            yield from _value(label, _entry(self._told, name))


def _words(result: CriterionResult, *, needed: bool) -> Mapping[str, str]:
    """Name what each criterion came to; what no longer matters is not asked for."""
    is_wanted = result.truth is Finding.OPEN and needed
    found = {result.id: WANTED if is_wanted else finding_words(result, needed=needed)}
    for part in result.parts:
        settled_without = result.truth is not Finding.OPEN and part.truth is Finding.OPEN
        found.update(_words(part, needed=needed and not settled_without))
    return found


def _entry(told: Determination, element: str) -> Fact | Absence:
    return told.facts[element] if element in told.facts else told.absences[element]


def _value(label: str, entry: Fact | Absence) -> Iterator[Block]:
    how = BASIS_WORDS[entry.basis] if isinstance(entry, Fact) else ""
    why = entry.because if isinstance(entry, Fact) else entry.detail
    more = ", ".join(each for each in (how, why) if each)
    yield paragraph(
        Words(f"{label}:"), strong(entry_words(entry)), *((quiet(f"({more})"),) if more else ())
    )
    addresses = [Item(blocks=(Paragraph(_address(each)),)) for each in entry.provenance]
    if addresses:
        yield Items((*addresses[:SHOWN_ADDRESSES], *_rest(len(addresses) - SHOWN_ADDRESSES)))


def _rest(count: int) -> tuple[Item, ...]:
    if count <= 0:
        return ()
    return (Item(blocks=(paragraph(quiet(f"and {count} more")),)),)


def _address(provenance: Provenance) -> Line:
    where = quiet(address_words(provenance))
    if provenance.quote is None:
        return (where,)
    return spaced((Words(f"“{' '.join(provenance.quote.words.split())}”"), where))


# The answer as a section of its own


def answer(marked: Marked) -> Section:
    """Tell the answer, what settles it or what it waits for, and what was not read."""
    told = marked.determination
    blocks: list[Block] = [
        Notice(
            (
                paragraph(tag(ANSWER_WORDS[told.answer].lower()), Words(_PERSON)),
                paragraph(
                    Words(f"{marked.patient}, service on {told.service.date}"),
                    quiet(f"({marked.date_origin})"),
                ),
            )
        ),
        *_settled(told),
        *_open(told),
        *_later(told),
    ]
    if not told.in_force_on_service_date:
        words = "This version is not in force on the day of service."
        blocks.append(paragraph(strong(words)))
    blocks += _unread(marked)
    return Section(
        anchor="answer", heading="What it comes to for this record", blocks=tuple(blocks)
    )


def _settled(told: Determination) -> Iterator[Block]:
    if told.settled_by:
        clauses = spaced((Words(each, link=f"#{each}") for each in told.settled_by), ", ")
        yield Paragraph((Words("Settled by "), *clauses, Words(".")))
    for source in told.obtain:
        yield paragraph(Words("To obtain:"), Words(f"{source.document}, {source.edition}."))


def _open(told: Determination) -> Iterator[Block]:
    if told.open:
        yield paragraph(Words("What can still move the answer:"))
        yield Items(tuple(Item(blocks=(Paragraph(_asked(each, told)),)) for each in told.open))


def _asked(each: OpenElement, told: Determination) -> Line:
    entry = _entry(told, each.element)
    reason = ABSENT_WORDS[entry.reason] if isinstance(entry, Absence) else value_words(entry.value)
    clauses = spaced((Words(name, link=f"#{name}") for name in each.criteria), ", ")
    return (
        strong(each.label),
        Words(f", {reason}: {each.question} "),
        quiet("("),
        *clauses,
        quiet(")"),
    )


def _later(told: Determination) -> Iterator[Block]:
    if told.earliest:
        words = ANSWER_WORDS[told.earliest.answer].lower()
        yield paragraph(
            Words(f"If only time passes, the answer from {told.earliest.date} on is: {words}.")
        )


def _unread(marked: Marked) -> Iterator[Block]:
    if marked.unread:
        yield paragraph(strong("Not read, or to be looked at"))
        told = [f"{each.place}: {each.message}; {each.hint}" for each in marked.unread]
        yield Items(tuple(Item(blocks=(paragraph(Words(each)),)) for each in told))
