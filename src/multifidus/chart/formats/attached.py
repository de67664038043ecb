"""
The documents inside FHIR resources: attachments, presented forms, and narratives of sections.

An `Attachments` takes resources one at a time, like a `Gatherer`, and gives each document as soon
as its content is there. A Binary may stand after what refers to it: such documents come at the end.

What a resource says of its document decides whether it is read (`formats.holders`), and no newer
version and no other document may have taken its place. Nothing outside of the record is fetched.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from multifidus.chart.fhir import is_newer_than, short_reference
from multifidus.chart.formats.holders import (
    HOLDERS,
    SILENT,
    SUPERSEDED,
    source_of,
    subject_of,
    updated_of,
    word,
)
from multifidus.errors import BundleError, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Set as AbstractSet

    from multifidus.chart.document import Document
    from multifidus.chart.fhir import Entry
    from multifidus.chart.formats.holders import Piece
    from multifidus.core.quantity import DateRange

LARGEST_ATTACHMENT = 64 * 1024 * 1024
"""Bytes that one attachment may have, decoded. What is packed inside of it is not unpacked."""
MOST_HELD = 256 * 1024 * 1024
"""Bytes of Binary resources that are held until what refers to them is seen."""
MOST_PROBLEMS = 20

PDF = "application/pdf"


class Attachment(NamedTuple):
    """A file inside of a record, and what the record says of it."""

    name: str
    content: bytes
    media_type: str = ""
    """As the record gives it, with its parameters; empty if it does not."""
    date: DateRange | None = None
    title: str = ""
    subject: str = ""
    path: str = ""
    """The field that holds it."""


class Reading(NamedTuple):
    """What an attachment says, and what of it could not be read."""

    documents: tuple[Document, ...]
    problems: tuple[Problem, ...] = ()


def read_attachment(attachment: Attachment, *, ocr: bool = False) -> Reading:
    """Read a PDF or a written note; whatever cannot be read is a note of the result."""
    # Most of the resources that may hold a document hold none.
    from multifidus.chart.formats.kinds import kind_of, media_type_of  # noqa: PLC0415
    from multifidus.chart.formats.written import read_written  # noqa: PLC0415

    name, content, media_type, date, title, subject, path = attachment
    try:
        if PDF in {media_type_of(media_type), f"application/{kind_of(content, '')}"}:
            # It is a large library, and most records have no PDF.
            from multifidus.chart.formats.pdf import read_pdf  # noqa: PLC0415

            document, problems = read_pdf(
                content, name, date=date, title=title, subject=subject, ocr=ocr
            )
            passages = tuple(each._replace(path=path) for each in document.passages)
            return Reading((replace(document, passages=passages),), problems)
        note = read_written(
            content, name, media_type, date=date, title=title, subject=subject, path=path
        )
        return Reading((note,))
    except BundleError as error:
        notes = tuple(replace(each, severity=Severity.NOTE) for each in error.problems)
        return Reading((), notes)


def _anybody(_subject: str) -> bool:
    return True


@dataclass(slots=True)
class _Version:
    """The newest version of a resource so far, and the documents that were given for it."""

    updated: str
    content: int
    """The hash of what it says."""
    replaces: tuple[str, ...] = ()
    names: list[str] = field(default_factory=list)


class _Binary(NamedTuple):
    updated: str
    full_url: str
    media_type: str
    data: object
    """The content; None if it was too much to hold, and a string if it cannot be decoded."""


class _Waiting(NamedTuple):
    """An attachment whose Binary has not been seen yet, and the version that refers to it."""

    piece: Piece
    reference: str
    version: _Version


class Attachments:
    """
    Takes the resources of a record one at a time and gives the documents inside of them.

    A document takes the place of one given before under the same name. Those in `withdrawn()`,
    which is complete after `rest()`, turned out not to count.
    """

    def __init__(
        self,
        *,
        is_wanted: Callable[[str], bool] = _anybody,
        read: Callable[[Attachment], Reading] = read_attachment,
    ) -> None:
        """Read the documents whose subject's reference `is_wanted`, each with `read`."""
        self.is_wanted = is_wanted
        self.read = read
        self.versions: dict[str, _Version] = {}
        # Reports without a form are many: one of them may be the newer version of one with a form.
        # Their names are kept as hashes, with the day of their last update.
        self.silent: dict[int, str] = {}
        self.names_by_url: dict[str, str] = {}
        self.binaries: dict[str, _Binary] = {}
        self.held = 0
        self.referred: set[str] = set()
        self.waiting: list[_Waiting] = []
        self.given: set[str] = set()
        self.superseded: set[str] = set()
        self._problems: list[Problem] = []
        self._more = 0

    def add(self, entry: Entry) -> tuple[Document, ...]:
        """Give the documents of a resource, as far as their content is there."""
        kind = entry.resource["resourceType"]
        if kind == "Binary":
            self._hold(entry)
        elif kind in HOLDERS:
            return tuple(self._add_source(entry))
        return ()

    def rest(self) -> Iterator[Document]:
        """Give the documents that waited for their content; all resources have been added."""
        waiting, self.waiting = self.waiting, []
        for piece, reference, version in waiting:
            if self.versions[reference] is not version:
                continue  # A newer version has come since.
            binary = self._binary(piece.url)
            if binary is None:
                hint = "export it with the record; nothing is fetched from elsewhere"
                self._note(piece.name, "its content lies outside of the record", hint)
            else:
                yield from self._read(piece, binary, version)
        # Only now is every Binary known by its URL as well as by its name.
        referred = {self._referred(url) for url in self.referred}
        for reference in self.binaries:
            if reference not in referred:
                hint = "give the document that says whose it is and of what day"
                self._note(reference, "no document refers to it, so it is not read", hint)

    def withdrawn(self) -> AbstractSet[str]:
        """Name the documents that a newer version or another document has taken the place of."""
        names: set[str] = set()
        replaced: set[str] = set()
        for reference, version in self.versions.items():
            names.update(version.names)
            for each in version.replaces:
                name = self.names_by_url.get(each) or short_reference(each)
                if name in self.versions and name != reference:
                    replaced.update(self.versions[name].names)
        return (self.given - names) | replaced

    def problems(self) -> tuple[Problem, ...]:
        """Tell what could not be read so far."""
        problems = list(self._problems)
        if self._more:
            problems.append(replace(problems[-1], message=f"and {self._more} more like these"))
        if self.superseded:
            message = f"documents that are superseded, and so not read: {len(self.superseded)}"
            hint = "if the record lacks what took their place, ask for it"
            problems.append(Problem.note("record", message, hint))
        return tuple(problems)

    # Resources that hold documents

    def _add_source(self, entry: Entry) -> Iterator[Document]:
        reference = entry.reference
        if entry.full_url:
            self.names_by_url[entry.full_url] = reference
        source = source_of(entry, is_wanted=self.is_wanted, note=self._note)
        # Also those of documents that do not count: their content is not to be missed.
        self.referred.update(each.url for each in source.pieces if each.url)
        if not self.is_wanted(subject_of(entry.resource)):
            return
        version = _Version(updated_of(entry.resource), hash(source), source.replaces)
        known = self._known(reference)
        if known is not None and not self._replaces(reference, version, known):
            return
        if source == SILENT and reference not in self.versions:
            self.silent[hash(reference)] = version.updated
            return
        self.versions[reference] = version
        if word(entry.resource, "status") == SUPERSEDED:
            self.superseded.add(reference)
        else:
            self.superseded.discard(reference)
        if source.unread is not None:
            self._note(reference, *source.unread)
        elif source.narrative is not None:
            yield from self._give(source.narrative, version)
        elif not source.is_void:
            for piece in source.pieces:
                yield from self._read_piece(piece, reference, version)

    def _known(self, reference: str) -> _Version | None:
        known, before = self.versions.get(reference), self.silent.get(hash(reference))
        return _Version(before, hash(SILENT)) if known is None and before is not None else known

    def _replaces(self, reference: str, version: _Version, known: _Version) -> bool:
        """Tell whether a version is newer; two of the same time must say the same."""
        is_newer = is_newer_than(version.updated, known.updated)
        if is_newer is None and version.content != known.content:
            hint = "give each resource an id of its own, or each version its `meta.lastUpdated`"
            self._tell(Problem.at(reference, "two resources with this id differ", hint))
        return bool(is_newer)

    def _read_piece(self, piece: Piece, reference: str, version: _Version) -> Iterator[Document]:
        if piece.data is not None:
            binary = _Binary("", "", piece.media_type, _unpacked(piece.data))
            yield from self._read(piece, binary, version)
        elif not piece.url:
            hint = "export the record with its contents"
            self._note(piece.name, "it has no content, and no place where it is", hint)
        elif (binary_there := self._binary(piece.url)) is not None:
            yield from self._read(piece, binary_there, version)
        else:
            self.waiting.append(_Waiting(piece, reference, version))

    def _read(self, piece: Piece, binary: _Binary, version: _Version) -> Iterator[Document]:
        name, content = piece.name, binary.data
        if content is None:
            limit = MOST_HELD // 1024 // 1024
            hint = "give this patient's record alone"
            self._note(name, f"the record has more than {limit} MB of Binary resources", hint)
        elif isinstance(content, str):
            self._note(name, content, "export the record again; what it says is not used")
        elif isinstance(content, bytes):
            media_type = piece.media_type or binary.media_type
            said = (media_type, piece.date, piece.title, piece.subject, piece.path)
            documents, problems = self.read(Attachment(name, content, *said))
            for each in problems:
                self._tell(each)
            for document in documents:
                yield from self._give(document, version)

    def _give(self, document: Document, version: _Version) -> Iterator[Document]:
        version.names.append(document.name)
        self.given.add(document.name)
        yield document

    # Binary resources

    def _hold(self, entry: Entry) -> None:
        resource, reference = entry.resource, entry.reference
        if entry.full_url:
            self.names_by_url[entry.full_url] = reference
        updated, known = updated_of(resource), self.binaries.get(reference)
        data = _unpacked(resource.get("data"))
        if known is not None:
            is_newer = is_newer_than(updated, known.updated)
            if is_newer is None and data != known.data:
                data = "two resources with this id differ"
            elif not is_newer:
                return
            self.held -= _size(known.data)
        if self.held + _size(data) > MOST_HELD:
            data = None
        self.held += _size(data)
        media_type = word(resource, "contentType")
        self.binaries[reference] = _Binary(updated, entry.full_url, media_type, data)

    def _binary(self, url: str) -> _Binary | None:
        binary = self.binaries.get(self._referred(url))
        is_elsewhere = (
            binary is not None
            and _is_absolute(url)
            and _is_absolute(binary.full_url)
            and url.split("/_history/", maxsplit=1)[0] != binary.full_url
        )
        return None if is_elsewhere else binary

    def _referred(self, url: str) -> str:
        return self.names_by_url.get(url) or short_reference(url)

    # Problems

    def _note(self, where: str, message: str, hint: str) -> None:
        self._tell(Problem.note(where, message, hint))

    def _tell(self, problem: Problem) -> None:
        if len(self._problems) < MOST_PROBLEMS:
            self._problems.append(problem)
        else:
            self._more += 1


# Contents


def _unpacked(data: object) -> object:
    """Decode base64; a string says why it cannot be."""
    if not isinstance(data, str) or not data:
        return "it has no content"
    if len(data) * 3 // 4 > LARGEST_ATTACHMENT:
        return f"it is larger than {LARGEST_ATTACHMENT // 1024 // 1024} MB"
    try:
        # R4 allows white space between groups of four.
        return base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        return "its base64 data is damaged"


def _size(content: object) -> int:
    return len(content) if isinstance(content, bytes) else 0


def _is_absolute(url: str) -> bool:
    return url.startswith(("http://", "https://"))
