"""
The FHIR resources that hold documents: what each says of its documents, and where it keeps them.

What R4 says of a document decides whether it is read. It must be final, and the record must not
take it back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from multifidus.chart.document import Document, Passage
from multifidus.chart.fhir import codings_of, first_date, read_start
from multifidus.core.resource import dated_names
from multifidus.errors import BundleError, Place, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from multifidus.chart.fhir import Entry, Resource
    from multifidus.core.quantity import DateRange

    Note = Callable[[str, str, str], None]
    """Takes where something cannot be read, what is wrong, and the way forward."""

HOLDERS = frozenset({"DocumentReference", "DiagnosticReport", "Composition"})
DEEPEST_SECTION = 20
FINAL = frozenset({"final", "amended", "corrected", "appended"})
"""Statuses of a document or report whose words stand."""
SUPERSEDED = "superseded"
VOID = frozenset({"entered-in-error", SUPERSEDED, "cancelled", "deprecated"})
"""Statuses of one that the record itself takes back."""


class Piece(NamedTuple):
    """An attachment as its resource gives it: with its content, or with the place of it."""

    name: str
    path: str
    data: object
    url: str
    media_type: str
    date: DateRange | None
    title: str
    subject: str


class Source(NamedTuple):
    """What a resource holds: attachments, or a narrative that was read with it."""

    pieces: tuple[Piece, ...] = ()
    narrative: Document | None = None
    replaces: tuple[str, ...] = ()
    unread: tuple[str, str] | None = None
    """What keeps it from being read, and the way forward."""
    is_void: bool = False
    """Whether the record itself takes it back."""


SILENT = Source()
_NOT_FINAL = (
    "it is not final, so it is not read",
    "it counts once the record says that it is final",
)
_EMPTY = "it has no attachment", "export the record with its contents"


def source_of(entry: Entry, *, is_wanted: Callable[[str], bool], note: Note) -> Source:
    """Read what a resource says of its documents; what of a narrative cannot be read is noted."""
    match entry.resource["resourceType"]:
        case "DocumentReference":
            return _document_reference(entry)
        case "DiagnosticReport":
            return _diagnostic_report(entry)
        case "Composition":
            return _composition(entry, is_wanted=is_wanted, note=note)
        case _:
            return SILENT


def _document_reference(entry: Entry) -> Source:
    """
    Read a DocumentReference, which points to a document.

    R4: `status` is of the pointer, `docStatus` of the document. `date` is when the pointer was
    made, which may be years after: the document's own day, or that of the care, goes before it.
    """
    resource = entry.resource
    context = resource.get("context")
    care = read_start(context.get("period")) if isinstance(context, dict) else None
    title = word(resource, "description") or _words(resource.get("type"))
    day = care or read_start(resource.get("date"))
    contents = [
        (f"content[{n}].attachment", each.get("attachment"))
        for n, each in enumerate(_list(resource.get("content")))
    ]
    pieces = tuple(_pieces(entry, contents, title, day))
    status, doc_status = word(resource, "status"), word(resource, "docStatus") or "final"
    if _is_void(resource):
        return Source(pieces, is_void=True)
    if status != "current" or doc_status not in FINAL:
        return Source(pieces, unread=_NOT_FINAL)
    if not pieces:
        return Source(unread=_EMPTY)
    return Source(pieces, replaces=_replaced(resource, "target"))


def _diagnostic_report(entry: Entry) -> Source:
    """Read a DiagnosticReport: its presented forms are the whole report as it was issued."""
    resource = entry.resource
    forms = [
        (f"presentedForm[{n}]", each) for n, each in enumerate(_list(resource.get("presentedForm")))
    ]
    day = first_date(resource, dated_names("effective", "issued"))
    pieces = tuple(_pieces(entry, forms, _words(resource.get("code")), day))
    if not pieces or _is_void(resource):
        return Source(pieces, is_void=_is_void(resource))
    return Source(pieces, unread=None if word(resource, "status") in FINAL else _NOT_FINAL)


def _composition(entry: Entry, *, is_wanted: Callable[[str], bool], note: Note) -> Source:
    """Read a Composition: the narratives of its sections are what its author attests."""
    resource = entry.resource
    if _is_void(resource):
        return Source(is_void=True)
    if not is_wanted(subject_of(resource)):
        return SILENT
    if word(resource, "status") not in FINAL:
        return Source(unread=_NOT_FINAL)
    narrative = _narrative(entry, resource.get("section"), note)
    return Source(narrative=narrative, replaces=_replaced(resource, "targetReference"))


def _narrative(entry: Entry, sections: object, note: Note) -> Document | None:
    """Join the narratives of sections, each under its title; None if there are none."""
    from multifidus.chart.formats.written import read_written  # noqa: PLC0415

    text, passages = "", []
    for path, title, narrative in _sections(sections, "section", 0):
        if isinstance(narrative, Problem):
            note(entry.reference, narrative.message, narrative.hint)
            continue
        div = narrative.get("div")
        if not isinstance(div, str) or narrative.get("status") == "empty":
            continue
        try:
            words = read_written(div.encode(errors="replace"), entry.reference, "text/html")
        except BundleError as error:
            problem = error.problems[0]
            note(entry.reference, f"`{path}`: {problem.message}", problem.hint)
            continue
        text += "\n\n" if text else ""
        passages.append(Passage(len(text), None, f"{path}.text.div"))
        text += f"{title}\n{words.text}" if title else words.text
    if not text:
        return None
    resource = entry.resource
    return Document(
        name=entry.reference,
        text=text,
        date=first_date(resource, dated_names("date")),
        title=word(resource, "title") or _words(resource.get("type")),
        subject=subject_of(resource),
        passages=tuple(passages),
    )


def _is_void(resource: Resource) -> bool:
    return any(word(resource, each) in VOID for each in ("status", "docStatus"))


def _pieces(
    entry: Entry, attachments: Iterable[tuple[str, object]], title: str, day: DateRange | None
) -> Iterator[Piece]:
    """List the attachments of a resource; `day` is for those that have none of their own."""
    there = [(path, each) for path, each in attachments if isinstance(each, dict)]
    for path, each in there:
        name = entry.reference
        if len(there) > 1:
            name = f"{name}.{path.removesuffix('.attachment')}"
        data, url, media_type = each.get("data"), word(each, "url"), word(each, "contentType")
        if data is None and url.startswith("#"):
            binary = _contained(entry.resource, url[1:])
            data, media_type = binary.get("data"), media_type or word(binary, "contentType")
        yield Piece(
            name=name,
            path=f"{path}.{'url' if data is None else 'data'}",
            data=data if data is None or isinstance(data, str) else "",
            url=url,
            media_type=media_type,
            date=read_start(each.get("creation")) or day,
            title=title or word(each, "title"),
            subject=subject_of(entry.resource),
        )


def _contained(resource: Resource, identifier: str) -> Resource:
    binaries = (
        each
        for each in _list(resource.get("contained"))
        if each.get("resourceType") == "Binary" and each.get("id") == identifier
    )
    return next(binaries, {})


def _replaced(resource: Resource, target: str) -> tuple[str, ...]:
    """Name the documents that one takes the place of."""
    related = (
        each.get(target)
        for each in _list(resource.get("relatesTo"))
        if each.get("code") == "replaces"
    )
    return tuple(word(each, "reference") for each in related if isinstance(each, dict))


def _sections(
    sections: object, path: str, depth: int
) -> Iterator[tuple[str, str, Resource | Problem]]:
    """Give path, title and narrative of each section, in the order of the document."""
    if sections and depth == DEEPEST_SECTION:
        hint = "no document is; export the record again"
        problem = Problem(place=Place(), message="its sections are nested too deeply", hint=hint)
        yield path, "", problem
        return
    for number, each in enumerate(_list(sections)):
        here = f"{path}[{number}]"
        title = word(each, "title") or _words(each.get("code"))
        text = each.get("text")
        yield here, title, text if isinstance(text, dict) else {}
        yield from _sections(each.get("section"), f"{here}.section", depth + 1)


# Fields


def _list(content: object) -> Sequence[Resource]:
    """Give the objects of a list, in their places; whatever else stands there is empty."""
    if not isinstance(content, list):
        return ()
    return [each if isinstance(each, dict) else {} for each in content]


def word(content: Resource, name: str) -> str:
    """Give the word in a field; empty if it has none."""
    found = content.get(name)
    return found.strip() if isinstance(found, str) else ""


def _words(concept: object) -> str:
    """Give a concept in the words of the record."""
    if not isinstance(concept, dict):
        return ""
    displays = (word(each, "display") for each in codings_of(concept))
    return word(concept, "text") or next((each for each in displays if each), "")


def subject_of(resource: Resource) -> str:
    """Give the reference of whom a resource is about; empty if it does not say."""
    subject = resource.get("subject")
    return word(subject, "reference") if isinstance(subject, dict) else ""


def updated_of(resource: Resource) -> str:
    """Give the time of a resource's last update; empty if it does not say."""
    meta = resource.get("meta")
    return word(meta, "lastUpdated") if isinstance(meta, dict) else ""
