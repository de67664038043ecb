"""A packet is checked against what travels inside it, and every kind of damage is found."""

from __future__ import annotations

import io
import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest

from multifidus.cli.send import check_in_text
from multifidus.errors import RequestError
from multifidus.packet.compose import Kind, compose
from multifidus.packet.exhibit import Extent
from multifidus.packet.manifest import DETERMINATION, MANIFEST, attachments, digest_of
from multifidus.packet.typeset import Copy, typeset
from tests.packet.packets import CHARTS, MIXED, WORDING, again, decided, packet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from multifidus.packet.compose import Packet

ANSWER = b'{"answer": "more-information"}\n'
Change = dict[str, bytes | None]


@cache
def record(chart: str = "spine-clinic", kind: Kind = Kind.REQUEST) -> bytes:
    """Set a copy of record."""
    made = again(decided(packet(chart).material), kind)
    files = attachments(made, determination=ANSWER, version="0")
    return typeset(made, Copy.RECORD, files)


def held(content: bytes) -> Mapping[str, bytes]:
    """Give what travels inside."""
    with pikepdf.open(io.BytesIO(content)) as opened:
        return {name: each.get_file().read_bytes() for name, each in opened.attachments.items()}


def changed(changes: Change, *, pages: int | None = None) -> bytes:
    """Give a packet in which files were changed, or taken out, or pages torn off."""
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(record())) as opened:
        for name, content in changes.items():
            del opened.attachments[name]
            if content is not None:
                opened.attachments[name] = pikepdf.AttachedFileSpec(opened, content)
        if pages is not None:
            del opened.pages[pages:]
        opened.save(stream)
    return stream.getvalue()


def manifest_with(change: Callable[[Any], object]) -> Change:
    """Give a manifest in which something was changed."""
    manifest = json.loads(held(record())[MANIFEST])
    change(manifest)
    return {MANIFEST: json.dumps(manifest).encode()}


def checked(folder: Path, content: bytes) -> tuple[str, bool]:
    """Check a packet that stands in a file."""
    path = folder / "request.pdf"
    path.write_bytes(content)
    return check_in_text(path)


# What holds


@pytest.mark.parametrize("chart", ["spine-clinic", "referral-packet", "complete-candidate.json"])
@pytest.mark.parametrize("kind", [Kind.REQUEST, Kind.APPEAL])
def test_a_packet_as_it_was_made_holds(chart: str, kind: Kind, tmp_path: Path) -> None:
    words, holds = checked(tmp_path, record(chart, kind))

    assert holds, words
    assert words.endswith("checked; all hold")


def test_what_was_checked_is_counted(tmp_path: Path) -> None:
    words, _ = checked(tmp_path, record())
    quotes = json.loads(held(record())[MANIFEST])["quotes"]

    assert words.startswith("request.pdf: 3 exhibits, ")
    assert f"{sum(bool(each['words']) for each in quotes)} quotes" in words


# What does not


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"exhibit-B.txt": None}, "exhibit-B.txt: is not attached any more"),
        ({DETERMINATION: None}, "determination.json: is not attached any more"),
        ({DETERMINATION: b"{}"}, "determination.json: was changed after the packet was made"),
        ({"exhibit-A.pdf": b"%PDF-"}, "exhibit-A.pdf: was changed after the packet was made"),
    ],
)
def test_a_file_that_is_gone_or_changed_is_told(
    changes: Change, fault: str, tmp_path: Path
) -> None:
    words, holds = checked(tmp_path, changed(changes))

    assert not holds
    assert f"request.pdf: {fault}" in words


@pytest.mark.parametrize("name", ["exhibit-B.txt", "exhibit-C.json", "exhibit-A.pdf"])
def test_one_byte_of_an_exhibit_is_enough(name: str, tmp_path: Path) -> None:
    content = held(record())[name]
    at = len(content) // 2
    other = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
    words, holds = checked(tmp_path, changed({name: other}))

    assert not holds
    assert f"{name}: was changed after the packet was made" in words


def quote_of(manifest: Any, name: str) -> Any:  # noqa: ANN401  JSON
    """Find a quote of an exhibit."""
    return next(each for each in manifest["quotes"] if each["file"] == name)


@pytest.mark.parametrize("name", ["exhibit-A.pdf", "exhibit-B.txt"])
def test_words_that_an_exhibit_does_not_hold_are_told(name: str, tmp_path: Path) -> None:
    changes = manifest_with(lambda told: quote_of(told, name).update(words="no such words"))
    words, _ = checked(tmp_path, changed(changes))

    assert f"{name}, place {name[8]}-1: what is cited does not stand there" in words
    assert f"place {name[8]}-1: the packet's pages do not hold the words that it cites" in words
    assert "no such words" not in words


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("exhibit-A.pdf", {"page": 7}),
        ("exhibit-B.txt", {"start": 0}),
        ("exhibit-C.json", {"path": "nothing"}),
        ("exhibit-C.json", {"entry": "Observation/none"}),
    ],
)
def test_a_quote_that_was_moved_is_told(name: str, change: dict[str, Any], tmp_path: Path) -> None:
    changes = manifest_with(lambda told: quote_of(told, name).update(change))
    words, holds = checked(tmp_path, changed(changes))

    assert not holds
    assert "what is cited does not stand there" in words


def test_pages_that_were_torn_off_are_told(tmp_path: Path) -> None:
    words, holds = checked(tmp_path, changed({}, pages=1))

    assert not holds
    assert "the packet's pages do not hold the words that it cites" in words
    assert "; 1 does not hold" not in words


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    words, _ = checked(tmp_path, changed({DETERMINATION: b"{}", "exhibit-C.json": None}))

    assert "determination.json" in words
    assert "exhibit-C.json" in words
    assert words.endswith("2 do not hold")


# What is no packet


def locked() -> bytes:
    """Lock a packet."""
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(record())) as opened:
        opened.save(stream, encryption=pikepdf.Encryption(owner="o", user="u"))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (lambda: b"no pdf", "this is no PDF, or it is damaged"),
        (lambda: b"", "this is no PDF, or it is damaged"),
        (lambda: changed({MANIFEST: None}), "the PDF holds no manifest"),
        (locked, "the PDF is locked with a password"),
        (lambda: changed({MANIFEST: b"["}), "its manifest cannot be read"),
        (lambda: changed({MANIFEST: b"[]"}), "its manifest cannot be read"),
        (lambda: changed({MANIFEST: b"\xff"}), "its manifest cannot be read"),
        (lambda: changed({MANIFEST: b'{"exhibits": [], "quotes": []}'}), "its manifest cannot"),
    ],
)
def test_what_is_no_packet_of_ours_is_told(
    content: Callable[[], bytes], message: str, tmp_path: Path
) -> None:
    with pytest.raises(RequestError, match=rf"request\.pdf: {message}"):
        checked(tmp_path, content())


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="the file cannot be read"):
        check_in_text(tmp_path / "none.pdf")


# The manifest


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize("extent", list(Extent))
def test_every_quote_stands_in_the_attached_file_where_the_manifest_says(
    chart: str, extent: Extent
) -> None:
    made = with_extent(packet(chart), extent)
    files = {each.path: each for each in attachments(made, determination=ANSWER, version="0")}
    manifest = json.loads(files[MANIFEST].content)

    for each in manifest["exhibits"]:
        assert digest_of(files[each["file"]].content) == each["digest"]
        assert each["whole"] or extent is Extent.CITED
    for each in manifest["quotes"]:
        if each["start"] is not None:
            text = files[each["file"]].content.decode()
            assert each["words"] == text[each["start"] : each["end"]]
    assert digest_of(ANSWER) == manifest["determination_digest"]
    assert made.material.determination.case.digest == manifest["case_digest"]


def with_extent(made: Packet, extent: Extent) -> Packet:
    """Compose a packet with as much of the record."""
    return compose(made.material, WORDING, made.kind, extent)


@pytest.mark.parametrize("chart", MIXED)
def test_what_is_left_out_of_an_excerpt_is_said(chart: str) -> None:
    made = packet(chart)
    for exhibit in made.exhibits.all:
        if exhibit.source and exhibit.stretches and not exhibit.is_whole:
            (file,) = (
                each
                for each in attachments(made, determination=ANSWER, version="0")
                if each.path == f"exhibit-{exhibit.letter}.txt"
            )
            shown = sum(last - first + 1 for first, last in exhibit.stretches)
            assert b"left out]\n" in file.content
            assert f"{len(exhibit.lines) - shown} line" in file.content.decode() or (
                file.content.count(b"left out]") > 1
            )


def test_the_same_packet_has_the_same_attachments() -> None:
    made = packet("spine-clinic")
    twice = [attachments(made, determination=ANSWER, version="0") for _ in range(2)]

    assert twice[0] == twice[1]


def test_an_entry_without_content_is_cited_by_its_name_alone(tmp_path: Path) -> None:
    """The document that it names may stand elsewhere; there is nothing to compare it with."""
    changes = manifest_with(lambda told: told["quotes"].append({**NOWHERE, "key": "Z-1"}))
    words, holds = checked(tmp_path, changed(changes))

    assert holds, words


NOWHERE = {
    **dict.fromkeys(("page", "start", "end")),
    **dict.fromkeys(("entry", "path", "words"), ""),
    "file": "exhibit-C.json",
}
