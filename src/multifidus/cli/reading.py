"""
What a chart says of each data element: the entry of the case, what it rests on, what was mentioned.

Everything that was read is kept, what counts and what does not; nothing is judged here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from multifidus.chart.derive import derive
from multifidus.cli.words import count_words
from multifidus.core.canonical import plain
from multifidus.core.case import Fact, Provenance, Quote, Reason
from multifidus.core.report import report_entry, report_unread, report_value
from multifidus.core.wording import Assertion
from multifidus.core.words import value_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from multifidus.chart.ccda.entries import Counts
    from multifidus.chart.derive import Chart, Plan
    from multifidus.chart.document import Document, ReadDocument
    from multifidus.chart.mention import Mention
    from multifidus.chart.record import Record
    from multifidus.chart.statements.statement import Statement
    from multifidus.core.canonical import Plain
    from multifidus.core.case import Absence, Service
    from multifidus.core.element import DataElement
    from multifidus.errors import Problem


class Found(NamedTuple):
    """A mention, the document in which it stands, and the numbers of both."""

    document: Document
    mention: Mention
    document_number: int
    number: int

    @property
    def mark(self) -> str:
        """Its name on a page."""
        return f"d{self.document_number + 1}-m{self.number + 1}"

    @property
    def provenance(self) -> Provenance:
        """The address, as a case holds it, without boxes."""
        document, mention = self.document, self.mention
        passage = document.passage(mention.start)
        return Provenance(
            resource=document.name,
            path=passage.path,
            date=mention.date or document.date,
            quote=Quote(words=self.words, start=mention.start, end=mention.end, page=passage.page),
        )

    @property
    def words(self) -> str:
        """What the document says there."""
        return self.document.text[self.mention.start : self.mention.end]


class Told(NamedTuple):
    """A statement, whether the entry rests on it, and the mention from which it comes, if any."""

    statement: Statement
    bears: bool
    found: Found | None


ASSERTION_WORDS = {
    Assertion.PRESENT: "present",
    Assertion.NEGATED: "negated",
    Assertion.POSSIBLE: "only possible",
    Assertion.HYPOTHETICAL: "planned or conditional",
    Assertion.HISTORICAL: "of the past",
    Assertion.OTHER: "of somebody else",
}
"""How a document means what it mentions, in the words of a user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementReading:
    """All that a chart says of one element, the newest statements first."""

    element: DataElement
    entry: Fact | Absence
    statements: tuple[Told, ...]
    mentions: tuple[Found, ...]

    @property
    def is_silent(self) -> bool:
        """Whether nothing is said of it at all."""
        return not self.statements and not self.mentions

    @property
    def asides(self) -> Iterator[Found]:
        """The mentions that do not count."""
        return (each for each in self.mentions if not each.mention.counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that a chart says, element by element in the dictionary's order."""

    patient: str
    service: Service
    date_origin: str
    elements: tuple[ElementReading, ...]
    documents: tuple[ReadDocument, ...]
    unread: tuple[Problem, ...]
    counts: Mapping[str, Counts]
    """What became of the entries of each C-CDA document, by its name."""


def reading_of(
    plan: Plan, chart: Chart, service: Service, *, date_origin: str, record: Record
) -> Reading:
    """Lay out what a chart of a record says of every element of the dictionary."""
    case = derive(plan, chart, service)
    mentions: dict[str, list[Found]] = {}
    for at, (document, read) in enumerate(chart.documents):
        for number, mention in enumerate(read):
            found = Found(document, mention, at, number)
            mentions.setdefault(mention.element, []).append(found)
    elements = []
    for name, element in plan.dictionary.elements.items():
        mine = mentions.get(name, [])
        entry = case.entry(name)
        told = _told(chart.statements.get(name, ()), entry, mine)
        elements.append(
            ElementReading(
                element=element,
                entry=entry,
                statements=tuple(sorted(told, key=_newest_first)),
                mentions=tuple(mine),
            )
        )
    return Reading(
        patient=chart.patient,
        service=service,
        date_origin=date_origin,
        elements=tuple(elements),
        documents=tuple(chart.documents),
        unread=record.unread,
        counts=record.counts,
    )


def _told(
    statements: Iterable[Statement], entry: Fact | Absence, mentions: Iterable[Found]
) -> Iterator[Told]:
    # Two documents may have one name, and say the same at the same place.
    places: dict[tuple[str, int, str], list[Found]] = {}
    for found in mentions:
        place = (found.document.name, found.mention.start, found.words)
        places.setdefault(place, []).append(found)
    bearing = set(entry.provenance)
    for each in statements:
        quote = each.quote
        there = places.get((each.resource, quote.start, quote.words)) if quote else None
        found_there = there.pop(0) if there else None
        yield Told(each, each.provenance in bearing, found_there)


def _newest_first(told: Told) -> tuple[bool, int]:
    day = told.statement.date
    return day is None, -day.latest.toordinal() if day else 0


# Words


def statement_words(statement: Statement) -> str:
    """Say what a statement says, or why it cannot be read."""
    if statement.problem:
        return f"cannot be read: {statement.problem}"
    if statement.value is not None:
        return value_words(statement.value)
    return f"since {statement.since}"


def summary_words(reading: Reading) -> str:
    """Count the elements by what became of them."""
    said = [each.entry for each in reading.elements if not each.is_silent]
    unconfirmed, in_conflict = (
        sum(not isinstance(each, Fact) and each.reason is reason for each in said)
        for reason in (Reason.UNCONFIRMED, Reason.IN_CONFLICT)
    )
    settled = sum(isinstance(each, Fact) for each in said)
    counts = [
        (settled, count_words(settled, "has an answer", "have an answer")),
        (unconfirmed, count_words(unconfirmed, "is to be confirmed", "are to be confirmed")),
        (in_conflict, count_words(in_conflict, "is in conflict", "are in conflict")),
        (
            rest := len(said) - settled - unconfirmed - in_conflict,
            count_words(rest, "has no answer", "have no answer"),
        ),
    ]
    told = ", ".join(words for count, words in counts if count)
    of = f"The record speaks of {len(said)} of {len(reading.elements)} data elements"
    return f"{of}: {told}." if told else f"{of}."


def silence_words(silent: Sequence[ElementReading]) -> str:
    """Count the elements of which nothing is said."""
    means_no = sum(isinstance(each.entry, Fact) for each in silent)
    of_them = f"; of {means_no} of them silence means no" if means_no else ""
    return f"Nothing is said of {count_words(len(silent), 'element')}{of_them}."


def document_words(read: ReadDocument) -> str:
    """Count a document's pages, characters and mentions."""
    document = read.document
    pages = page_count(document)
    counts = [count_words(pages, "page")] if pages else []
    counts.append(count_words(len(document.text), "character"))
    counts.append(count_words(len(read.mentions), "mention"))
    return ", ".join(counts)


def counts_words(counts: Counts) -> str:
    """Tell what became of the entries of a C-CDA document, each reason with its number."""
    parts = [count_words(counts.total, "entry", "entries")]
    for what in ("read", "skipped", "unreadable"):
        numbers: Mapping[str, int] = getattr(counts, what)
        if numbers:
            each = "; ".join(f"{name}: {number}" for name, number in sorted(numbers.items()))
            parts.append(f"{sum(numbers.values())} {what} ({each})")
    return ", ".join(parts)


def page_count(document: Document) -> int | None:
    """Count the pages of a document; None where it has none."""
    pages = {each.page for each in document.passages if each.page is not None}
    return len(pages) or None


# JSON


def report_reading(reading: Reading, *, version: str) -> dict[str, Plain]:
    """Lay a reading out as plain data: docs/reference/reading.schema.json."""
    return {
        "multifidus": version,
        "patient": reading.patient,
        "service": {"date": reading.service.date.isoformat()},
        "elements": {each.element.name: _element(each) for each in reading.elements},
        "documents": [_document(document) for document, _ in reading.documents],
        "entries": plain(reading.counts),
        "unread": report_unread(reading.unread),
    }


def _element(each: ElementReading) -> Plain:
    return {
        "label": each.element.label,
        "question": each.element.question,
        "entry": report_entry(each.entry),
        "statements": [_statement(told) for told in each.statements],
        "mentions": [_mention(found) for found in each.mentions],
    }


def _statement(told: Told) -> Plain:
    each = told.statement
    return {
        "resource": each.resource,
        "path": each.path,
        "date": plain(each.date),
        "value": None if each.value is None else report_value(each.value),
        "since": plain(each.since),
        "problem": each.problem,
        "basis": each.basis.value,
        "quote": plain(each.quote),
        "bears": told.bears,
    }


def _mention(found: Found) -> Plain:
    mention = found.mention
    return {
        "document": found.document.name,
        "start": mention.start,
        "end": mention.end,
        "page": found.document.passage(mention.start).page,
        "words": found.words,
        "assertion": mention.assertion.value,
        "value": None if mention.value is None else report_value(mention.value),
        "date": plain(mention.date),
        "problem": mention.problem,
        "counts": mention.counts,
    }


def _document(document: Document) -> Plain:
    return {
        "name": document.name,
        "date": plain(document.date),
        "title": document.title,
        "characters": len(document.text),
        "pages": page_count(document),
    }
