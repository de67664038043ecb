"""
A packet as one web page that stands alone: the documents, and the exhibits with the words marked.

It is a preview, to be read on a screen before the PDF is made. Nothing on it is fetched from
anywhere, and no word of a chart becomes a tag.
"""

from __future__ import annotations

from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from multifidus.packet.compose import WITHOUT_EXHIBITS
from multifidus.packet.document import (
    Block,
    Break,
    Cited,
    Document,
    Heading,
    Inline,
    Items,
    Notice,
    PageBreak,
    Paragraph,
    Signature,
    Style,
    Table,
    Text,
)
from multifidus.packet.exhibit import flattened

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from multifidus.packet.compose import Packet
    from multifidus.packet.exhibit import Exhibit, Place

_TAGS = {Style.STRONG: "strong", Style.EMPHASIS: "em", Style.QUIET: "small"}
_LOOK = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, sans-serif; color: #1b1f24; max-width: 60rem; margin: 0 auto;
  padding: 1.5rem; }
h1 { font-size: 1.6rem; margin: 2.5rem 0 1rem; } h2 { font-size: 1.2rem; margin: 1.8rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
table { border-collapse: collapse; width: 100%; margin: .8rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .5rem;
  border-bottom: 1px solid #c8cfd6; }
thead th { background: #f3f5f7; }
small { color: #57606a; }
.notice { border-left: 4px solid #8a5300; background: #fff6e5; padding: .6rem 1rem;
  margin: 1rem 0; }
mark { background: #ffe58a; color: inherit; }
mark:target, tr:target, li:target { outline: 3px solid #8a5300; }
.lines { font: 14px/1.5 ui-monospace, monospace; white-space: pre-wrap; padding-left: 3.5rem; }
.sign { margin-top: 3rem; border-top: 1px solid #1b1f24; width: 60%; }
section { border-top: 2px solid #c8cfd6; margin-top: 2rem; }
nav ul { padding-left: 1.2rem; }
"""


def page_of(packet: Packet, only: Document | None = None) -> str:
    """Lay a packet out as a page, or one document of it with the exhibits that it cites."""
    documents = (only,) if only else packet.documents
    is_bare = only is None and packet.kind in WITHOUT_EXHIBITS
    exhibits = () if is_bare else packet.exhibits.all
    page = _Page({place.key for exhibit in exhibits for place in exhibit.places})
    title = only.title if only else packet.title
    return "\n".join(page.lines(title, documents, exhibits)) + "\n"


class _Page:
    """The page while it is written."""

    def __init__(self, places: set[str]) -> None:
        self.places = places

    def lines(
        self, title: str, documents: Sequence[Document], exhibits: Sequence[Exhibit]
    ) -> Iterator[str]:
        language = documents[0].language
        yield f'<!doctype html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">'
        yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
        yield f"<title>{escape(title)}</title>\n<style>{_LOOK}</style>\n</head>\n<body>"
        yield '<header><nav aria-label="Contents"><ul>'
        for document in documents:
            yield f'<li><a href="#{document.name}">{escape(document.title)}</a></li>'
        for exhibit in exhibits:
            name = f"Exhibit {exhibit.letter}: {exhibit.title}"
            yield f'<li><a href="#exhibit-{exhibit.letter}">{escape(name)}</a></li>'
        yield "</ul></nav></header>\n<main>"
        for document in documents:
            yield from self.document(document)
        for exhibit in exhibits:
            yield from self.exhibit(exhibit)
        yield "</main>\n</body>\n</html>"

    # Documents

    def document(self, document: Document) -> Iterator[str]:
        yield f'<section id="{document.name}" aria-label="{escape(document.title)}">'
        for block in document.blocks:
            yield from self.block(block)
        yield "</section>"

    def block(self, block: Block) -> Iterator[str]:
        match block:
            case Heading(level, line):
                yield f"<h{level}>{self.line(line)}</h{level}>"
            case Paragraph(line):
                yield f"<p>{self.line(line)}</p>"
            case Items():
                yield from self.items(block)
            case Table():
                yield from self.table(block)
            case Notice(blocks):
                yield '<div class="notice" role="note">'
                for each in blocks:
                    yield from self.block(each)
                yield "</div>"
            case Signature(below):
                yield '<div class="sign">'
                yield from (f"<p>{self.line(each)}</p>" for each in below)
                yield "</div>"
            case PageBreak():
                yield "<hr>"

    def items(self, block: Items) -> Iterator[str]:
        tag = "ol" if block.is_ordered else "ul"
        yield f"<{tag}>"
        for item in block.items:
            yield "<li>"
            for each in item:
                match each:
                    case Paragraph(line):
                        yield self.line(line)
                    case _:
                        yield from self.block(each)
            yield "</li>"
        yield f"</{tag}>"

    def table(self, block: Table) -> Iterator[str]:
        yield "<table>"
        if block.caption:
            yield f"<caption>{escape(block.caption)}</caption>"
        if block.head:
            cells = "".join(f'<th scope="col">{self.line(each)}</th>' for each in block.head)
            yield f"<thead><tr>{cells}</tr></thead>"
        yield "<tbody>"
        for first, *others in block.rows:
            head = self.line(first)
            start = f'<th scope="row">{head}</th>' if block.has_row_heads else f"<td>{head}</td>"
            cells = "".join(f"<td>{self.line(each)}</td>" for each in others)
            yield f"<tr>{start}{cells}</tr>"
        yield "</tbody></table>"

    def line(self, line: Iterable[Inline]) -> str:
        return "".join(map(self.inline, line))

    def inline(self, each: Inline) -> str:
        match each:
            case Text(words, style):
                tag = _TAGS.get(style)
                return f"<{tag}>{escape(words)}</{tag}>" if tag else escape(words)
            case Cited(words, place, _):
                told = escape(" ".join(words.split()))
                return f'<a href="#place-{place}">{told}</a>' if place in self.places else told
            case Break():
                return "<br>"

    # Exhibits

    def exhibit(self, exhibit: Exhibit) -> Iterator[str]:
        name = f"Exhibit {exhibit.letter}: {exhibit.title}"
        yield f'<section id="exhibit-{exhibit.letter}" aria-label="{escape(name)}">'
        yield f"<h1>{escape(name)}</h1>"
        if exhibit.entries:
            yield from self.entries(exhibit)
        elif exhibit.pages:
            yield from self.pages(exhibit)
        else:
            yield from self.stretches(exhibit)
        yield "</section>"

    def entries(self, exhibit: Exhibit) -> Iterator[str]:
        for number, entry in enumerate(exhibit.entries, start=1):
            name = f"place-{exhibit.letter}-{number}"
            yield f'<h2 id="{name}">{number}. {escape(entry.reference)}</h2>'
            rows = [
                f'<tr><th scope="row">{escape(path)}</th><td>{escape(words)}</td></tr>'
                for path, words in flattened(entry.content)
            ]
            yield f"<table><tbody>{''.join(rows)}</tbody></table>" if rows else ""

    def pages(self, exhibit: Exhibit) -> Iterator[str]:
        source = exhibit.source
        if source is None:
            return
        ends = [*source.page_starts[1:], len(source.text)]
        for number in exhibit.pages:
            start, end = source.page_starts[number - 1], ends[number - 1]
            yield f"<h2>Page {number}</h2>"
            yield f'<div class="lines">{marked(source.text, start, end, exhibit.places)}</div>'

    def stretches(self, exhibit: Exhibit) -> Iterator[str]:
        source = exhibit.source
        if source is None:
            return
        for first, last in exhibit.stretches:
            start, end = exhibit.lines[first - 1].start, exhibit.lines[last - 1].end
            yield f"<h2>Lines {first} to {last}</h2>"
            yield f'<div class="lines">{marked(source.text, start, end, exhibit.places)}</div>'


def marked(text: str, start: int, end: int, places: Iterable[Place]) -> str:
    """Write a stretch of a text with the places in it marked; each place has its name once."""
    inside = [each for each in places if each.span and start <= each.span.start < end]
    cuts = sorted({start, end, *(min(at, end) for each in inside if each.span for at in each.span)})
    told = []
    for one, other in pairwise(cuts):
        mine = [each for each in inside if each.span and each.span.start <= one < each.span.end]
        words = escape(text[one:other])
        begins = [each.key for each in mine if each.span and each.span.start == one]
        anchors = "".join(f'<span id="place-{key}"></span>' for key in begins[1:])
        name = f' id="place-{begins[0]}"' if begins else ""
        told.append(f"{anchors}<mark{name}>{words}</mark>" if mine else words)
    return "".join(told)
