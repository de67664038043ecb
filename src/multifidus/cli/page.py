"""
A reading as one page of HTML: the findings on the left, the documents with marked words beside.

The page holds all it needs, fetches nothing and runs no script; its security policy says so too.
Whatever stands in a record is text here, however it is written: everything is escaped.
Of each finding a link leads to its words, and of the words one leads back.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from heapq import heapify, heappop, heappush
from html import escape
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from multifidus.chart.formats.characters import neutral
from multifidus.cli.reading import (
    ASSERTION_WORDS,
    counts_words,
    document_words,
    silence_words,
    statement_words,
    summary_words,
)
from multifidus.cli.words import NO_DAY
from multifidus.core.case import Fact, Reason
from multifidus.core.words import ABSENT_WORDS, BASIS_WORDS, address_words, entry_words, value_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from multifidus.chart.document import Document, ReadDocument
    from multifidus.cli.reading import ElementReading, Found, Reading, Told
    from multifidus.core.case import Provenance

BEARS, SAID, ASIDE = "bears", "said", "aside"
KIND_WORDS = {
    BEARS: "the finding rests on it",
    SAID: "said too, and the finding does not rest on it",
    ASIDE: "mentioned, and not counted",
}


def page_of(reading: Reading, *, version: str) -> str:
    """Write the page."""
    style = files("multifidus.cli").joinpath("page.css").read_text(encoding="utf-8")
    return "\n".join(_Page(reading, version, style).lines())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """The words of a mention in a document's text, and how they are marked."""

    start: int
    end: int
    found: Found
    label: str
    kind: str


class _Page:
    """Lays out one reading."""

    def __init__(self, reading: Reading, version: str, style: str) -> None:
        self.reading = reading
        self.version = version
        self.style = style
        self.spans: list[list[_Span]] = [[] for _ in reading.documents]
        for each in reading.elements:
            for span in _spans(each):
                self.spans[span.found.document_number].append(span)

    def lines(self) -> Iterator[str]:
        reading = self.reading
        patient, day = _shown(reading.patient), reading.service.date
        digest = b64encode(sha256(self.style.encode()).digest()).decode()
        policy = f"default-src 'none'; style-src 'sha256-{digest}'"
        yield "<!DOCTYPE html>"
        yield '<html lang="en">'
        yield "<head>"
        yield '<meta charset="utf-8">'
        yield (
            '<meta http-equiv="Content-Security-Policy"'
            f" content=\"{policy}; base-uri 'none'; form-action 'none'\">"
        )
        yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
        yield '<meta name="referrer" content="no-referrer">'
        yield f"<title>What the record says of {patient}</title>"
        yield f"<style>{self.style}</style>"
        yield "</head>"
        yield "<body>"
        yield "<header>"
        yield f"<h1>What the record says of {patient}</h1>"
        yield f"<p>Service on {day} ({_shown(reading.date_origin)}). {summary_words(reading)}</p>"
        yield '<nav aria-label="Parts of the page">'
        yield '<a href="#findings">Findings</a> <a href="#documents">Documents</a>'
        yield "</nav>"
        yield "</header>"
        yield '<main class="panes">'
        yield from self.findings()
        yield from self.documents()
        yield "</main>"
        yield "<footer>"
        yield f"<p>Read by rules, with multifidus {_shown(self.version)}. A person decides.</p>"
        yield "</footer>"
        yield "</body>"
        yield "</html>"
        yield ""

    # Findings

    def findings(self) -> Iterator[str]:
        # Whoever uses the keyboard has to reach what scrolls.
        yield '<section id="findings" tabindex="0" aria-label="Findings">'
        yield "<h2>Findings</h2>"
        said = [each for each in self.reading.elements if not each.is_silent]
        for each in said:
            yield from _element(each)
        silent = [each for each in self.reading.elements if each.is_silent]
        if silent:
            yield "<details>"
            yield f"<summary>{silence_words(silent)}</summary>"
            yield "<ul>"
            for each in silent:
                yield f"<li>{_shown(each.element.label)}: {_shown(entry_words(each.entry))}</li>"
            yield "</ul>"
            yield "</details>"
        if self.reading.unread:
            yield "<h2>Not read, or to be looked at</h2>"
            yield "<ul>"
            for problem in self.reading.unread:
                words = f"{problem.place}: {problem.message}; {problem.hint}"
                yield f"<li>{_shown(words)}</li>"
            yield "</ul>"
        yield "</section>"

    # Documents

    def documents(self) -> Iterator[str]:
        yield '<section id="documents" tabindex="0" aria-label="Documents">'
        yield "<h2>Documents</h2>"
        documents = self.reading.documents
        if not documents:
            yield "<p>The record holds no documents.</p>"
        else:
            yield "<ul>"
            for number, each in enumerate(documents, 1):
                name = _shown(each.document.name)
                yield f'<li><a href="#d{number}">{name}</a> {_about(each)}</li>'
            yield "</ul>"
            legend = (f'<mark class="{kind}">{KIND_WORDS[kind]}</mark>' for kind in KIND_WORDS)
            yield f'<p class="legend">Marked words: {"; ".join(legend)}.</p>'
        if self.reading.counts:
            yield "<h3>Entries of C-CDA documents</h3>"
            yield "<ul>"
            for name, counts in self.reading.counts.items():
                yield f"<li>{_shown(f'{name}: {counts_words(counts)}')}</li>"
            yield "</ul>"
        for number, (each, spans) in enumerate(zip(documents, self.spans, strict=True), 1):
            yield f'<article id="d{number}" aria-labelledby="d{number}-name">'
            yield f'<h3 id="d{number}-name">{_shown(each.document.name)}</h3>'
            yield f'<p class="about">{_about(each)}</p>'
            yield from _text(each.document, number, spans)
            yield "</article>"
        yield "</section>"


def _shown(words: str) -> str:
    """Write words as text of a page, on one line, and without what turns letters around."""
    return escape(neutral(words).replace("\n", " "))


# Findings


def _element(each: ElementReading) -> Iterator[str]:
    entry = each.entry
    name = each.element.name
    yield f'<article class="element" id="e-{name}" aria-labelledby="e-{name}-label">'
    yield f'<h3 id="e-{name}-label">{_shown(each.element.label)}</h3>'
    yield f'<p class="entry">{_entry(each)}</p>'
    if isinstance(entry, Fact):
        why = f"Silence means no: {entry.because}." if entry.because else ""
    elif entry.reason is Reason.UNCONFIRMED:
        why = f"A person has to confirm it, because {entry.detail}."
    else:
        why = f"{entry.detail[:1].upper()}{entry.detail[1:]}." if entry.detail else ""
    if why:
        yield f'<p class="why">{_shown(why)}</p>'
    yield from _list("", map(_statement, (told for told in each.statements if told.bears)))
    others = (told for told in each.statements if not told.bears)
    yield from _list("Said too; the finding does not rest on it", map(_statement, others))
    yield from _list("Mentioned, and not counted", map(_aside, each.asides))
    yield "</article>"


def _entry(each: ElementReading) -> str:
    entry = each.entry
    if isinstance(entry, Fact):
        value, status, kind = value_words(entry.value), BASIS_WORDS[entry.basis], "fact"
    else:
        value = "" if entry.found is None else value_words(entry.found)
        status, kind = ABSENT_WORDS[entry.reason], entry.reason.value
    told = f"<strong>{_shown(value)}</strong> " if value else ""
    return f'{told}<span class="status {kind}">{status}</span>'


def _list(heading: str, items: Iterable[str]) -> Iterator[str]:
    lines = list(items)
    if not lines:
        return
    if heading:
        yield f"<h4>{heading}</h4>"
    yield "<ul>"
    yield from lines
    yield "</ul>"


def _statement(told: Told) -> str:
    words = _shown(statement_words(told.statement))
    address = _address(told.statement.provenance)
    if told.found is None:
        return f"<li>{words} {address}</li>"
    return f'<li id="f-{told.found.mark}">{_link(told.found)} {words} {address}</li>'


def _aside(found: Found) -> str:
    words = ASSERTION_WORDS[found.mention.assertion]
    address = _address(found.provenance)
    return f'<li id="f-{found.mark}">{_link(found)} {words} {address}</li>'


def _link(found: Found) -> str:
    words = " ".join(found.words.split())
    return f'<a href="#{found.mark}">“{_shown(words)}”</a>'


def _address(provenance: Provenance) -> str:
    return f'<span class="address">{_shown(address_words(provenance))}</span>'


# Documents


def _about(read: ReadDocument) -> str:
    document = read.document
    title = f"{document.title}, " if document.title else ""
    return _shown(f"{title}{document.date or NO_DAY}, {document_words(read)}")


def _spans(each: ElementReading) -> Iterator[_Span]:
    bears = {told.found.mark for told in each.statements if told.found and told.bears}
    for found in each.mentions:
        counts = SAID if found.mention.counts else ASIDE
        yield _Span(
            start=found.mention.start,
            end=found.mention.end,
            found=found,
            label=each.element.label,
            kind=BEARS if found.mark in bears else counts,
        )


class _Sheet(NamedTuple):
    """A page of a document, or all of one that has none: its stretch of the text."""

    page: int | None
    start: int
    end: int


def _sheets(document: Document) -> Iterator[_Sheet]:
    starts: list[tuple[int, int | None]] = [(0, None)]
    for passage in document.passages:
        if passage.page != starts[-1][1]:
            starts.append((passage.start, passage.page))
    ends = [*starts, (len(document.text), None)]
    for (start, page), (end, _) in pairwise(ends):
        if start < end:
            yield _Sheet(page, start, end)


def _text(document: Document, number: int, spans: Sequence[_Span]) -> Iterator[str]:
    """Write the text of a document, page by page."""
    # One character for each, so that the offsets hold; most texts are so already.
    text = neutral(document.text)
    for sheet in _sheets(document):
        if sheet.page is not None:
            yield f'<h4 class="page" id="d{number}-p{sheet.page}">Page {sheet.page}</h4>'
        within = [each for each in spans if each.start < sheet.end and sheet.start < each.end]
        yield f'<div class="text">{"".join(_marked(text, sheet, within))}</div>'


class _Piece(NamedTuple):
    """A stretch of a mention's words that can be marked in one, and in which order."""

    start: int
    minus_end: int
    number: int
    span: _Span

    @property
    def end(self) -> int:
        return -self.minus_end


def _marked(text: str, sheet: _Sheet, spans: Sequence[_Span]) -> Iterator[str]:
    """
    Mark words, one mark in the other where they overlap.

    Marks of HTML have to nest: of two that overlap in part, the second is marked in two pieces.
    """
    waiting = [
        _Piece(max(each.start, sheet.start), -min(each.end, sheet.end), number, each)
        for number, each in enumerate(spans)
    ]
    heapify(waiting)
    open_: list[_Piece] = []
    at = sheet.start
    while waiting or open_:
        if open_ and (not waiting or open_[-1].end <= waiting[0].start):
            piece = open_.pop()
            yield escape(text[at : piece.end])
            yield _closed(piece)
            at = piece.end
            continue
        piece = heappop(waiting)
        if open_ and open_[-1].end < piece.end:
            heappush(waiting, piece._replace(start=open_[-1].end))
            piece = piece._replace(minus_end=open_[-1].minus_end)
        yield escape(text[at : piece.start])
        yield _opened(piece)
        at = piece.start
        open_.append(piece)
    yield escape(text[at : sheet.end])


def _opened(piece: _Piece) -> str:
    span = piece.span
    mark = span.found.mark
    own = f' id="{mark}"' if piece.start == span.start else ""
    return f'<mark{own} class="{span.kind}" data-of="{mark}" title="{_title(span)}">'


def _closed(piece: _Piece) -> str:
    """End a mark; after the last piece of a mention, the way back says what it is."""
    span = piece.span
    if piece.end != span.end:
        return "</mark>"
    # Its words are the style's, so that the text of the document stays as it is.
    return (
        f'</mark><a class="back" href="#f-{span.found.mark}" data-says="{_tag(span)}"'
        f' aria-label="{_title(span)}; back to the finding"></a>'
    )


def _title(span: _Span) -> str:
    return f"{_says(span)} ({ASSERTION_WORDS[span.found.mention.assertion]})"


def _tag(span: _Span) -> str:
    if span.kind != ASIDE:
        return _says(span)
    return f"{_shown(span.label)}: {ASSERTION_WORDS[span.found.mention.assertion]}"


def _says(span: _Span) -> str:
    mention = span.found.mention
    if mention.problem:
        return f"{_shown(span.label)}: cannot be read"
    if mention.value is None:
        return _shown(span.label)
    return f"{_shown(span.label)}: {_shown(value_words(mention.value))}"
