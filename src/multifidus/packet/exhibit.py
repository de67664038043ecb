"""
Exhibits: the documents and record entries that a packet shows, and the places in them.

Only what is cited goes in, unless everything is asked for: of a PDF the cited pages, of a text the
cited passages with what stands around them. Every place is in the source's own words: what is
quoted is cut out of the source, never typed again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from itertools import islice, pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from multifidus.core.case import Box, Provenance
    from multifidus.core.quantity import DateRange

KEPT_AROUND = 3
"""So many lines before and after a cited one stay in an excerpt of a text."""
KEPT_AT_HEAD, KEPT_AT_END = 6, 3
"""So many lines stay at the ends of it: they say whose the text is, of which day, who signed it."""
MOST_PLACES = 4
LETTERS = 26
RECORD_TITLE = "Entries of the electronic record"


class Extent(StrEnum):
    """How much of the sources goes into a packet."""

    CITED = "cited"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document of the record, as it was read."""

    name: str
    text: str
    title: str = ""
    date: DateRange | None = None
    page_starts: tuple[int, ...] = ()
    """Where each page begins in the text; empty where there are no pages."""
    content: bytes = field(default=b"", repr=False)
    """The PDF itself; empty where it is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A resource of the record, as plain data."""

    reference: str
    content: object
    """The resource; None where only its place is known."""


class Span(NamedTuple):
    """A stretch of a text: `text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in an exhibit."""

    key: str
    """Its name within the packet."""
    exhibit: str
    """The letter of the exhibit."""
    page: int | None = None
    """The page of the document, counted from 1."""
    line: int | None = None
    """The line of a text without pages, counted from 1."""
    entry: int | None = None
    """The number of the entry, of a record."""
    path: str = ""
    """The field within the entry."""
    span: Span | None = None
    words: str = ""
    """What stands there; empty for an entry."""
    boxes: tuple[Box, ...] = ()

    @property
    def label(self) -> str:
        """Name it as a reader looks for it."""
        where = (
            f", page {self.page}"
            if self.page
            else f", line {self.line}"
            if self.line
            else f", entry {self.entry}"
            if self.entry
            else ""
        )
        return f"Exhibit {self.exhibit}{where}"


class Stretch(NamedTuple):
    """Lines of a text that an exhibit shows, counted from 1; what lies between is left out."""

    first: int
    last: int


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """A document of the packet that somebody else wrote, or the entries of the record."""

    letter: str
    title: str
    source: Source | None = None
    entries: tuple[Entry, ...] = ()
    places: tuple[Place, ...] = ()
    pages: tuple[int, ...] = ()
    """The pages that are shown, of a document that has pages."""
    stretches: tuple[Stretch, ...] = ()
    """The lines that are shown, of a text."""

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the source is left out."""
        if self.source is None:
            return True
        if self.pages:
            return len(self.pages) == len(self.source.page_starts)
        return [Stretch(1, len(self.lines))] == list(self.stretches)

    @cached_property
    def lines(self) -> tuple[Span, ...]:
        """The lines of a text, without their ends."""
        return _lines(self.source.text) if self.source else ()


class Shelf:
    """Takes what is cited, and makes the exhibits of it."""

    def __init__(self, sources: Iterable[Source], entries: Mapping[str, object]) -> None:
        """Know all documents of the record, and the resources that may be cited."""
        self._sources = {each.name: each for each in sources}
        self._entries = entries
        self._cited: dict[str, dict[tuple[object, ...], Provenance]] = defaultdict(dict)

    def cite(self, provenance: Iterable[Provenance]) -> None:
        """Note that a statement is cited, where it stands first."""
        self.cite_all(first_places(provenance))

    def cite_all(self, provenance: Iterable[Provenance]) -> None:
        """Note every place of a statement: what is counted has to be there to be counted."""
        for each in provenance:
            self._cited[each.resource][_key_of(each)] = each

    def exhibits(self, extent: Extent) -> Exhibits:
        """Make the exhibits: documents by their day, then the entries of the record."""
        shown = [each for each in self._sources.values() if each.name in self._cited]
        if extent is Extent.ALL:
            shown = list(self._sources.values())
        found: list[Exhibit] = []
        places: dict[tuple[object, ...], Place] = {}
        for source in sorted(shown, key=_by_day):
            letter = letter_of(len(found))
            mine = dict(_places_in(source, letter, self._cited.get(source.name, {})))
            places |= mine
            found.append(_exhibit(source, letter, tuple(mine.values()), extent))
        entries = [name for name in self._cited if name not in self._sources]
        if entries:
            letter = letter_of(len(found))
            mine = {}
            for number, name in enumerate(sorted(entries), start=1):
                for key, each in self._cited[name].items():
                    mine[key] = Place(
                        key=f"{letter}-{number}", exhibit=letter, entry=number, path=each.path
                    )
            places |= mine
            found.append(
                Exhibit(
                    letter=letter,
                    title=RECORD_TITLE,
                    entries=tuple(
                        Entry(
                            reference=_reference(name, self._entries.get(name)),
                            content=self._entries.get(name),
                        )
                        for name in sorted(entries)
                    ),
                    places=tuple(mine.values()),
                )
            )
        return Exhibits(tuple(found), places)


class Exhibits:
    """The exhibits of a packet, and where in them a statement stands."""

    def __init__(self, found: tuple[Exhibit, ...], places: dict[tuple[object, ...], Place]) -> None:
        self.all = found
        self._places = places

    def place(self, provenance: Provenance) -> Place | None:
        """Find the place of a statement; None if it was not cited."""
        return self._places.get(_key_of(provenance))


def first_places(provenance: Iterable[Provenance]) -> tuple[Provenance, ...]:
    """Give the first places of one fact; more prove no more, and show more than is needed."""
    return tuple(islice(provenance, MOST_PLACES))


def letter_of(number: int) -> str:
    """
    Name an exhibit.

    >>> letter_of(0), letter_of(25), letter_of(26)
    ('A', 'Z', 'AA')
    """
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, LETTERS)
        name = chr(ord("A") + rest) + name
    return name


def _reference(name: str, content: object) -> str:
    """Name an entry as it names itself: its id may have been blacked out."""
    match content:
        case {"resourceType": str(kind), "id": str(own)}:
            return f"{kind}/{own}"
        case _:
            return name


def _key_of(provenance: Provenance) -> tuple[object, ...]:
    quote = provenance.quote
    span = (quote.start, quote.end) if quote else provenance.path
    return provenance.resource, span


def _by_day(source: Source) -> tuple[str, str]:
    return (source.date.latest.isoformat() if source.date else "9999", source.name)


def _places_in(
    source: Source, letter: str, cited: Mapping[tuple[object, ...], Provenance]
) -> Iterator[tuple[tuple[object, ...], Place]]:
    lines = _lines(source.text)
    ordered = sorted(cited.items(), key=lambda each: each[1].quote.start if each[1].quote else -1)
    for number, (key, each) in enumerate(ordered, start=1):
        quote = each.quote
        if quote is None:
            yield key, Place(key=f"{letter}-{number}", exhibit=letter, path=each.path)
            continue
        page = bisect_right(source.page_starts, quote.start) or None
        line = bisect_right(lines, quote.start, key=lambda one: one.start)
        yield (
            key,
            Place(
                key=f"{letter}-{number}",
                exhibit=letter,
                page=page,
                line=None if page else line,
                path=each.path,
                span=Span(quote.start, quote.end),
                words=source.text[quote.start : quote.end],
                boxes=quote.boxes,
            ),
        )


def _exhibit(source: Source, letter: str, places: tuple[Place, ...], extent: Extent) -> Exhibit:
    whole = Exhibit(letter=letter, title=source.title or source.name, source=source, places=places)
    if source.page_starts:
        every = range(1, len(source.page_starts) + 1)
        cited = sorted({each.page for each in places if each.page})
        return replace(whole, pages=tuple(every if extent is Extent.ALL else cited))
    last = len(whole.lines)
    if extent is Extent.ALL:
        return replace(whole, stretches=(Stretch(1, last),))
    cited_lines = [_lines_of(whole.lines, each.span) for each in places if each.span]
    head, end = Stretch(1, min(last, KEPT_AT_HEAD)), Stretch(max(1, last - KEPT_AT_END + 1), last)
    return replace(whole, stretches=_joined([head, *cited_lines, end]))


def _lines_of(lines: Sequence[Span], span: Span) -> Stretch:
    """Find the lines of a place, and some around them."""
    first = bisect_right(lines, span.start, key=lambda one: one.start)
    last = bisect_right(lines, max(span.start, span.end - 1), key=lambda one: one.start)
    return Stretch(max(1, first - KEPT_AROUND), min(len(lines), last + KEPT_AROUND))


def _joined(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Join what meets or overlaps."""
    kept: list[Stretch] = []
    for near in sorted(stretches):
        if kept and near.first <= kept[-1].last + 1:
            kept[-1] = Stretch(kept[-1].first, max(kept[-1].last, near.last))
        else:
            kept.append(near)
    return tuple(kept)


def _lines(text: str) -> tuple[Span, ...]:
    """Find the lines of a text; every character but the line ends stands in one of them."""
    ends = [-1, *(at for at, letter in enumerate(text) if letter == "\n"), len(text)]
    return tuple(Span(before + 1, end) for before, end in pairwise(ends))


def flattened(content: object, path: str = "") -> Iterator[tuple[str, str]]:
    """
    List the fields of a resource, each with its path.

    >>> list(flattened({"code": {"text": "Pain"}, "item": [{"n": 1}]}))
    [('code.text', 'Pain'), ('item[0].n', '1')]
    """
    match content:
        case dict():
            for name, below in content.items():
                yield from flattened(below, f"{path}.{name}" if path else name)
        case list():
            for number, below in enumerate(content):
                yield from flattened(below, f"{path}[{number}]")
        case bool():
            yield path, "yes" if content else "no"
        case None:
            return
        case _:
            yield path, str(content)
