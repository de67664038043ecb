"""
What travels inside the copy of record: the exhibits as they were cited, and where quotes stand.

Whoever receives the file can check every quote without us: `manifest.json` names each exhibit with
its digest, and each place with its words.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from multifidus.core.canonical import plain
from multifidus.packet.typeset import Attached, excerpt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from multifidus.packet.compose import Packet
    from multifidus.packet.exhibit import Exhibit, Place

MANIFEST, DETERMINATION = "manifest.json", "determination.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """A place in an attached exhibit, and what stands there."""

    key: str
    file: str
    page: int | None
    """The page of the attached PDF, counted from 1."""
    start: int | None
    end: int | None
    """The stretch of the attached text."""
    entry: str
    """The resource, of a record."""
    path: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """An exhibit: its file and the digest of its bytes."""

    letter: str
    title: str
    file: str
    digest: str
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a packet holds."""

    multifidus: str
    kind: str
    policy: str
    policy_digest: str
    case_digest: str
    determination_digest: str
    exhibits: tuple[Listed, ...]
    quotes: tuple[Quoted, ...]


def digest_of(content: bytes) -> str:
    """Fingerprint a file."""
    return f"sha256:{sha256(content).hexdigest()}"


def attachments(packet: Packet, *, determination: bytes, version: str) -> tuple[Attached, ...]:
    """Give the files of the copy of record, `manifest.json` last."""
    files = [
        Attached(
            path=DETERMINATION,
            content=determination,
            media_type="application/json",
            description="The determination, criterion by criterion",
            relationship="data",
        )
    ]
    listed: list[Listed] = []
    quotes: list[Quoted] = []
    for exhibit in packet.exhibits.all:
        file = _file(exhibit)
        files.append(file)
        listed.append(
            Listed(
                letter=exhibit.letter,
                title=exhibit.title,
                file=file.path,
                digest=digest_of(file.content),
                whole=exhibit.is_whole,
            )
        )
        quotes += _quotes(exhibit, file)
    told = packet.material.determination
    manifest = Manifest(
        multifidus=version,
        kind=packet.kind.value,
        policy=f"{told.policy.id}@{told.policy.version}",
        policy_digest=told.policy.digest,
        case_digest=told.case.digest,
        determination_digest=digest_of(determination),
        exhibits=tuple(listed),
        quotes=tuple(quotes),
    )
    content = json.dumps(plain(manifest), indent=1, ensure_ascii=False) + "\n"
    files.append(
        Attached(
            path=MANIFEST,
            content=content.encode(),
            media_type="application/json",
            description="The exhibits with their digests, and where each quote stands",
            relationship="data",
        )
    )
    return tuple(files)


def _file(exhibit: Exhibit) -> Attached:
    source, name = exhibit.source, f"exhibit-{exhibit.letter}"
    if source is None:
        bundle = {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [{"resource": each.content} for each in exhibit.entries if each.content],
        }
        content = json.dumps(bundle, indent=1, ensure_ascii=False) + "\n"
        path, media_type = f"{name}.json", "application/fhir+json"
        data = content.encode()
    elif exhibit.pages and source.content:
        path, media_type = f"{name}.pdf", "application/pdf"
        data = excerpt(source.content, exhibit.pages)
    else:
        path, media_type = f"{name}.txt", "text/plain"
        data = "".join(text for text, _ in _shown(exhibit)).encode()
    return Attached(
        path=path, content=data, media_type=media_type, description=f"Exhibit {exhibit.letter}"
    )


def _shown(exhibit: Exhibit) -> Iterator[tuple[str, int | None]]:
    """Give an excerpt in pieces, each with where it begins in the source; None: our own words."""
    text = exhibit.source.text if exhibit.source else ""
    if not exhibit.stretches:
        yield text, 0
        return
    before = 0
    for first, last in exhibit.stretches:
        if first - 1 > before:
            yield _left_out(first - 1 - before) + "\n", None
        start, end = exhibit.lines[first - 1].start, exhibit.lines[last - 1].end
        yield text[start:end] + "\n", start
        before = last
    if before < len(exhibit.lines):
        yield _left_out(len(exhibit.lines) - before) + "\n", None


def _left_out(lines: int) -> str:
    return f"[{lines} {'line is' if lines == 1 else 'lines are'} left out]"


def _quotes(exhibit: Exhibit, file: Attached) -> Iterator[Quoted]:
    for place in exhibit.places:
        start = end = page = None
        if place.page and file.path.endswith(".pdf"):
            page = exhibit.pages.index(place.page) + 1
        elif place.span:
            start = _moved(exhibit, place)
            end = start + len(place.words)
        entry = exhibit.entries[place.entry - 1].reference if place.entry else ""
        yield Quoted(
            key=place.key,
            file=file.path,
            page=page,
            start=start,
            end=end,
            entry=entry,
            path=place.path,
            words=place.words,
        )


def _moved(exhibit: Exhibit, place: Place) -> int:
    """Find where a place of the source begins in the excerpt."""
    at = 0
    for text, start in _shown(exhibit):
        if place.span and start is not None and start <= place.span.start < start + len(text):
            return at + place.span.start - start
        at += len(text)
    raise ValueError(place.key)
