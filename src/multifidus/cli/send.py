"""`multifidus packet`: the files of a packet, or the plan of them; and a packet checked again."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus import __version__
from multifidus.chart.formats.pdf import read_pdf
from multifidus.cli.packet import determination_file, packet_of, redaction_of
from multifidus.cli.words import count_words
from multifidus.cli.written import FOR_THE_OWNER, put
from multifidus.errors import RequestError
from multifidus.packet.compose import DOCUMENTS, SENDS_EXHIBITS, WITHOUT_EXHIBITS, Kind
from multifidus.packet.gaps import Weight
from multifidus.packet.manifest import attachments
from multifidus.packet.page import page_of
from multifidus.packet.typeset import Copy, typeset
from multifidus.packet.verify import verify
from multifidus.packet.word import word_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from multifidus.cli.packet import Order
    from multifidus.packet.compose import Packet

LARGEST_PACKET = 512 * 1024 * 1024
CHECKLIST = "before-it-is-sent.html"
LETTERS = ("letter", "appeal")
"""The documents that a practice may want to edit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """Where the files go, and the fonts to set them in beside ours."""

    folder: Path
    fonts: Path | None = None


def plan_in_text(order: Order, *, today: date) -> str:
    """Say what would be written, and what is lacking."""
    packet = packet_of(order, today=today)
    return "\n".join([*_plan(packet), "", *_gaps(packet)])


def send(order: Order, destination: Destination, *, today: date) -> str:
    """
    Write the files of a packet into a folder of their own, and say what they are.

    Raises `RequestError` where the folder holds one of them already: nothing is written over.
    """
    check_is_free(destination.folder, order.kind.value)
    tell = _progress()
    tell("reading the record")
    packet = packet_of(order, today=today)
    files: dict[str, bytes] = {}
    told = determination_file(packet, redaction_of(order))
    for name, make in _files(packet, told, destination.fonts).items():
        tell(name)
        files[name] = make()
    _write(destination.folder, files)
    lines = [
        f"{destination.folder / name}  {len(content):,} bytes" for name, content in files.items()
    ]
    return "\n".join([*lines, "", *_gaps(packet)])


def check_in_text(path: Path) -> tuple[str, bool]:
    """Check a packet's copy of record; give the words, and whether all of it holds."""
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_PACKET)
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        raise RequestError.at(str(path), message, "name a packet's copy of record") from None
    checked = verify(content, name=path.name, pages=_pages_of)
    lines = [str(each) for each in checked.problems]
    counted = (
        f"{count_words(checked.exhibits, 'exhibit')}, {count_words(checked.quotes, 'quote')},"
        f" {count_words(checked.entries, 'cited entry', 'cited entries')} checked"
    )
    if checked.problems:
        count = count_words(len(checked.problems), "does not hold", "do not hold")
        return "\n".join([*lines, f"{path.name}: {counted}; {count}"]), False
    return f"{path.name}: {counted}; all hold", True


def _pages_of(content: bytes) -> tuple[str, ...]:
    document = read_pdf(content, "packet").document
    starts = [each.start for each in document.passages]
    ends = [*starts[1:], len(document.text)]
    return tuple(document.text[start:end] for start, end in zip(starts, ends, strict=True))


# What is written


def _files(
    packet: Packet, determination: bytes, fonts: Path | None
) -> Mapping[str, Callable[[], bytes]]:
    """Name the files of a packet, each with how it is made."""
    kind = packet.kind.value
    practice = packet.material.practice
    day = packet.material.today
    # The patient gets a page, not the record behind it.
    attached = (
        attachments(packet, determination=determination, version=__version__)
        if packet.kind not in WITHOUT_EXHIBITS
        else ()
    )
    files: dict[str, Callable[[], bytes]] = {
        f"{kind}.pdf": lambda: typeset(packet, Copy.RECORD, attached, fonts),
    }
    if packet.kind in SENDS_EXHIBITS:
        files[f"{kind}-reading-copy.pdf"] = lambda: typeset(packet, Copy.READING, fonts=fonts)
    files[f"{kind}.html"] = lambda: page_of(packet).encode()
    for document in packet.documents:
        if document.name in LETTERS:
            files[f"{document.name}.docx"] = lambda document=document: word_file(  # type: ignore[misc]
                document, author=practice.practice.name, day=day
            )
    files[CHECKLIST] = lambda: page_of(packet, only=packet.checklist).encode()
    return files


def check_is_free(folder: Path, kind: str) -> None:
    """See that nothing would be written over."""
    letters = tuple(f"{name}.docx" for name in DOCUMENTS[Kind(kind)] if name in LETTERS)
    names = (f"{kind}.pdf", f"{kind}-reading-copy.pdf", f"{kind}.html", *letters, CHECKLIST)
    there = [name for name in names if (folder / name).exists()]
    if there:
        message = f"the folder holds {', '.join(there)} already"
        raise RequestError.at(str(folder), message, "name another folder with --out")


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write all files, each whole; what stands beside them is not touched."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            put(folder / name, content, mode=FOR_THE_OWNER)
    except OSError as error:
        message = f"the files cannot be written: {error.strerror}"
        raise RequestError.at(str(folder), message, "name a folder that may be written") from None


def _progress() -> Callable[[str], None]:
    """Tell on a terminal what is being made."""
    if not sys.stderr.isatty():
        return lambda _words: None
    return lambda words: print(f"  {words} …", file=sys.stderr)  # noqa: T201  it is the progress


# What is told


def _plan(packet: Packet) -> Iterator[str]:
    yield f"{packet.title}: {packet.material.determination.answer.value.replace('-', ' ')}"
    for document in packet.documents:
        yield f"  {document.name:<12} {document.title}"
    for exhibit in packet.exhibits.all:
        shown = ", ".join(f"page {number}" for number in exhibit.pages)
        shown = shown or ", ".join(f"lines {a} to {b}" for a, b in exhibit.stretches)
        shown = shown or count_words(len(exhibit.entries), "entry", "entries")
        yield f"  Exhibit {exhibit.letter:<4} {exhibit.title}: {shown}"


def _gaps(packet: Packet) -> Iterator[str]:
    if not packet.gaps:
        yield "Nothing that we know to look for is lacking."
        return
    must = sum(each.weight is Weight.MUST for each in packet.gaps)
    remarks = count_words(len(packet.gaps), "remark")
    yield f"Before it is sent: {remarks}, {must} of them would have it sent back"
    for each in packet.gaps:
        yield f"  {each.weight.value:<7}{each.about}: {each.words}"
        yield f"         from {each.from_day}: {each.fix}"
