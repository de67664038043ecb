"""
The documents of a bulk export: lines → what their words say, for whoever reads the rest otherwise.

A patient's documents are read together, for one may replace another, and content may stand in a
Binary. What text bears on is settled here as well, so that it weighs in a population what it weighs
in one chart. Nothing is raised: what cannot be read is told, and the other documents are read.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from multifidus.chart.formats.attached import Attachments, read_attachment
from multifidus.chart.formats.attached import Reading as ReadAttachment
from multifidus.chart.formats.kinds import kind_of, media_type_of
from multifidus.chart.prose.notes import Reader
from multifidus.chart.statements.lines import LinesRead, entries_of
from multifidus.chart.statements.statement import Statement
from multifidus.chart.statements.weigh import weigh
from multifidus.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from multifidus.chart.document import Document
    from multifidus.chart.formats.attached import Attachment
    from multifidus.core.case import Absence, Fact
    from multifidus.core.element import Dictionary
    from multifidus.core.wording import Lexicon

IS_CCDA = "it is a C-CDA document, of which a bulk export is not read"
NOBODYS = "it does not say whose it is, so it is not read"


class NoteReader:
    """Reads documents by one dictionary and its lexicon; it may be sent to another process."""

    def __init__(self, dictionary: Dictionary, lexicon: Lexicon) -> None:
        """Read by a dictionary and its lexicon, which are indexed once they are needed."""
        self.dictionary = dictionary
        self.lexicon = lexicon

    def __reduce__(self) -> tuple[object, ...]:
        """Send what it is made of; the index is made anew where it is used."""
        return NoteReader, (self.dictionary, self.lexicon)

    @cached_property
    def notes(self) -> Reader:
        """The lexicon, indexed."""
        return Reader(self.dictionary, self.lexicon)

    def read(self, lines: Iterable[tuple[str, bytes]]) -> LinesRead:
        """Read lines, each with the place where it stands: documents, and what they refer to."""
        problems: list[Problem] = []
        said = [
            (document.subject, tuple(self._said(document)))
            for document in _documents(lines, problems)
        ]
        return LinesRead(said=said, patients={}, problems=problems)

    def settle(
        self, element: str, said: Sequence[tuple[object, ...]], on: date
    ) -> Fact | Absence | None:
        """
        Settle an element from what is said of it, some of it in words.

        Each saying has the fields of `chart.statements.statement.Statement` behind its element.
        None is what silence would be.
        """
        statements = [Statement(element, *each) for each in said]  # type: ignore[arg-type]
        settled = weigh(self.dictionary.elements[element], statements, on)
        return settled if settled.provenance else None

    def _said(self, document: Document) -> Iterator[Statement]:
        return self.notes.statements(document, self.notes.mentions(document))


def _documents(lines: Iterable[tuple[str, bytes]], problems: list[Problem]) -> Sequence[Document]:
    """Give the documents that count, once every line has been seen."""
    attachments = Attachments(read=_read)
    found: dict[str, Document] = {}
    for place, line in lines:
        for entry in entries_of(line, place, problems):
            found |= {each.name: each for each in attachments.add(entry)}
    found |= {each.name: each for each in attachments.rest()}
    for name in attachments.withdrawn():
        found.pop(name, None)
    problems += attachments.problems()
    for each in found.values():
        if not each.subject:
            problems.append(Problem.note(each.name, NOBODYS, "name its patient in the export"))
    return [each for each in found.values() if each.subject]


def _read(attachment: Attachment) -> ReadAttachment:
    """Read a note or a PDF; the coded entries of a C-CDA document would have to join the others."""
    is_xml = kind_of(attachment.content, attachment.name) == "xml"
    said = media_type_of(attachment.media_type)
    if is_xml and (not said.startswith("text/") or said == "text/xml"):
        hint = "`multifidus check` reads it, with this patient's record"
        return ReadAttachment((), (Problem.note(attachment.name, IS_CCDA, hint),))
    return read_attachment(attachment)
