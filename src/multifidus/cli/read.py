"""`multifidus read`: a record → what it says of each data element, and in which words."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from multifidus import __version__
from multifidus.chart.derive import Plan
from multifidus.chart.prose.clauses import sentence_around
from multifidus.cli.check import DICTIONARY, only_chart, read, service_date
from multifidus.cli.lines import Lines
from multifidus.cli.page import page_of
from multifidus.cli.reading import (
    ASSERTION_WORDS,
    counts_words,
    document_words,
    reading_of,
    report_reading,
    silence_words,
    statement_words,
    summary_words,
)
from multifidus.cli.words import NO_DAY
from multifidus.cli.written import FOR_THE_OWNER, put
from multifidus.core.case import Fact, Reason, Service
from multifidus.core.words import BASIS_WORDS, address_words, entry_words
from multifidus.errors import RequestError
from multifidus.library.shelf import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from multifidus.cli.question import Question
    from multifidus.cli.reading import ElementReading, Found, Reading, Told

FARTHEST_CONTEXT = 160
"""So many characters of a sentence are shown before and after what is quoted."""


def read_chart(question: Question, *, today: date) -> Reading:
    """Read the record that is asked about."""
    shelf = shipped()
    plan = Plan(shelf.dictionaries[DICTIONARY])
    record = read(question, shelf, plan)
    chart = only_chart(record, question.records)
    day, origin = service_date(question, chart, today)
    return reading_of(plan, chart, Service(date=day), date_origin=origin, record=record)


def reading_in_json(reading: Reading) -> str:
    """Give the published JSON; it holds every element, also those of which nothing is said."""
    return json.dumps(report_reading(reading, version=__version__), indent=2, ensure_ascii=False)


def reading_in_text(reading: Reading, *, with_silent: bool = False) -> str:
    """Show what was found, element by element; `with_silent` lists the others too."""
    return "\n".join(_Sheet().reading(reading, with_silent=with_silent))


# Text


class _Sheet(Lines):
    """Lays out a reading."""

    def reading(self, reading: Reading, *, with_silent: bool) -> Iterator[str]:
        day = f"service on {reading.service.date} ({reading.date_origin})"
        yield from self.wrapped(f"{reading.patient}, {day}", "")
        yield ""
        yield from self.wrapped(summary_words(reading), "")
        for each in reading.elements:
            if not each.is_silent:
                yield ""
                yield from self.element(each)
        silent = [each for each in reading.elements if each.is_silent]
        yield from self.silent(silent, with_silent=with_silent)
        yield from self.documents(reading)
        yield from self.unread(reading.unread)
        yield ""
        yield "This is what was read, by rules. A person decides."

    def element(self, each: ElementReading) -> Iterator[str]:
        yield from self.head(each)
        for told in each.statements:
            if told.bears:
                yield from self.statement(told, "  ")
        others = [told for told in each.statements if not told.bears]
        if others:
            yield "  Said too; the finding does not rest on it"
        for told in others:
            yield from self.statement(told, "    ")
        asides = list(each.asides)
        if asides:
            yield "  Mentioned, and not counted"
        for found in asides:
            yield from self.aside(found, "    ")

    def head(self, each: ElementReading) -> Iterator[str]:
        """Show the entry: the value and its basis, or why there is none."""
        entry, label = each.entry, each.element.label
        words = f"{label}: {entry_words(entry)}"
        if isinstance(entry, Fact):
            words += f" ({BASIS_WORDS[entry.basis]})"
        elif entry.detail and entry.reason is not Reason.UNCONFIRMED:
            words += f" ({entry.detail})"
        first, *rest = self.wrapped(words, "", hang="  ")
        yield self.paint(first, "head")
        yield from rest
        if isinstance(entry, Fact) and entry.because:
            yield from self.wrapped(f"silence means no: {entry.because}", "  ", hang="  ")
        elif not isinstance(entry, Fact) and entry.reason is Reason.UNCONFIRMED:
            why = f"a person has to confirm it, because {entry.detail}"
            yield from self.wrapped(why, "  ", hang="  ")

    def statement(self, told: Told, indent: str) -> Iterator[str]:
        statement = told.statement
        address = address_words(statement.provenance)
        words = f"{address}: {statement_words(statement)}"
        yield from self.wrapped(words, indent, hang="  ")
        if told.found is not None:
            yield from self.quote(told.found, indent + "  ")

    def aside(self, found: Found, indent: str) -> Iterator[str]:
        words = f"{address_words(found.provenance)}: {ASSERTION_WORDS[found.mention.assertion]}"
        yield from self.wrapped(words, indent, hang="  ")
        yield from self.quote(found, indent + "  ")

    def quote(self, found: Found, indent: str) -> Iterator[str]:
        """Show the sentence, with the words that were read between “ and ”."""
        before, after = _context(found)
        words = " ".join(found.words.split())
        yield from self.wrapped(f"{before}“{words}”{after}", indent)

    # Below the elements

    def silent(self, silent: list[ElementReading], *, with_silent: bool) -> Iterator[str]:
        if not silent:
            return
        yield ""
        if not with_silent:
            yield from self.wrapped(f"{silence_words(silent)} --all lists them.", "")
            return
        yield self.paint(silence_words(silent), "head")
        for each in silent:
            words = f"{each.element.label}: {entry_words(each.entry)}"
            yield from self.wrapped(words, "  ", hang="  ")

    def documents(self, reading: Reading) -> Iterator[str]:
        yield ""
        yield self.paint("Documents read", "head")
        if not reading.documents:
            yield "  none"
        for each in reading.documents:
            document = each.document
            title = f", {document.title}" if document.title else ""
            day = document.date or NO_DAY
            words = f"{document.name}{title} ({day}): {document_words(each)}"
            yield from self.wrapped(words, "  ", hang="  ")
        if reading.counts:
            yield ""
            yield self.paint("Entries of C-CDA documents", "head")
        for name, counts in reading.counts.items():
            yield from self.wrapped(f"{name}: {counts_words(counts)}", "  ", hang="  ")


def _context(found: Found) -> tuple[str, str]:
    """Give what stands in a sentence before and after a mention, on one line."""
    text, mention = found.document.text, found.mention
    start, end = sentence_around(text, mention.start, mention.end)
    before, after = text[start : mention.start], text[mention.end : end]
    if len(before) > FARTHEST_CONTEXT:
        before = "… " + before[-FARTHEST_CONTEXT:].partition(" ")[2]
    if len(after) > FARTHEST_CONTEXT:
        after = after[:FARTHEST_CONTEXT].rpartition(" ")[0] + " …"
    return _on_one_line(before), _on_one_line(after)


def _on_one_line(words: str) -> str:
    """Write all white space as one space, also at the ends."""
    edge = "." + words + "."
    return " ".join(edge.split())[1:-1]


# Files


def save_page(reading: Reading, path: Path) -> None:
    """
    Write the page into a new file, whole or not at all; only its owner may read it.

    Raises `RequestError` where a file is already, or where none can be written.
    """
    check_is_new(path)
    content = page_of(reading, version=__version__).encode(errors="replace")
    try:
        put(path, content, mode=FOR_THE_OWNER)
    except OSError as error:
        hint = "name a file in a folder that is there and that you may write to"
        raise RequestError.at(
            str(path), f"the page cannot be written: {error.strerror}", hint
        ) from None


def check_is_new(path: Path) -> None:
    """Raise `RequestError` where a file is already: it may hold somebody's work."""
    if os.path.lexists(path):
        raise RequestError.at(
            str(path), "the file is there already", "name another one, or remove it first"
        )
