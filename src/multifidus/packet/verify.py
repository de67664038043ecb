"""Check a packet against what travels inside it: every digest, every quote, every cited entry."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any, NamedTuple

import pikepdf

from multifidus.errors import MultifidusError, Problem, RequestError
from multifidus.packet.exhibit import flattened
from multifidus.packet.manifest import DETERMINATION, MANIFEST, digest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Pages = Callable[[bytes], tuple[str, ...]]

BREAK = "\u200b"
"""Where a long word may be broken, on the pages that we set."""
AGAIN = "make the packet again, or ask the sender for it"


class Checked(NamedTuple):
    """What was checked, and what does not hold."""

    exhibits: int
    quotes: int
    entries: int
    problems: tuple[Problem, ...]


def verify(content: bytes, *, name: str, pages: Pages) -> Checked:
    """
    Check a copy of record; `pages` reads the text of each page of a PDF.

    Raises `RequestError` where the file is no packet of ours.
    """
    files = _files(content, name)
    if MANIFEST not in files:
        raise RequestError.at(name, "the PDF holds no manifest", "name a packet's copy of record")
    try:
        manifest = json.loads(files[MANIFEST])
        checking = _Checking(files, manifest, name)
        checking.digests()
        checking.quotes(pages)
        checking.on_the_page(pages(content))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise RequestError.at(name, "its manifest cannot be read", AGAIN) from None
    return Checked(
        exhibits=len(manifest["exhibits"]),
        quotes=sum(bool(each["words"]) for each in manifest["quotes"]),
        entries=sum(bool(each["entry"]) for each in manifest["quotes"]),
        problems=tuple(checking.problems),
    )


def _files(content: bytes, name: str) -> Mapping[str, bytes]:
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            return {path: spec.get_file().read_bytes() for path, spec in pdf.attachments.items()}
    except pikepdf.PasswordError:
        message = "the PDF is locked with a password"
    except pikepdf.PdfError:
        message = "this is no PDF, or it is damaged"
    raise RequestError.at(name, message, "name the file as it was made")


class _Checking:
    """A packet while it is checked."""

    def __init__(self, files: Mapping[str, bytes], manifest: Any, name: str) -> None:  # noqa: ANN401  JSON
        self.files = files
        self.manifest = manifest
        self.name = name
        self.problems: list[Problem] = []

    def digests(self) -> None:
        """See that every file is there, as it was."""
        expected = {each["file"]: each["digest"] for each in self.manifest["exhibits"]}
        expected[DETERMINATION] = self.manifest["determination_digest"]
        for file, digest in expected.items():
            if file not in self.files:
                self._fault(file, "is not attached any more")
            elif digest_of(self.files[file]) != digest:
                self._fault(file, "was changed after the packet was made")

    def quotes(self, pages: Pages) -> None:
        """See that what is quoted stands where it is said to stand."""
        read: dict[str, tuple[str, ...]] = {}
        for each in self.manifest["quotes"]:
            file = each["file"]
            if file not in self.files:
                continue
            if each["page"] and file not in read:
                read[file] = self._pages(file, pages)
            if not self._holds(each, read.get(file, ())):
                self._fault(f"{file}, place {each['key']}", "what is cited does not stand there")

    def _pages(self, file: str, pages: Pages) -> tuple[str, ...]:
        try:
            return pages(self.files[file])
        except MultifidusError:
            # It was changed, which is told already; that it holds no quote is told place by place.
            return ()

    def _holds(self, quote: Any, pages: tuple[str, ...]) -> bool:  # noqa: ANN401  JSON
        file, number = quote["file"], quote["page"]
        if number:
            told = pages[number - 1] if number <= len(pages) else ""
            return _squeezed(quote["words"]) in _squeezed(told)
        if quote["start"] is not None:
            text = self.files[file].decode(errors="replace")
            return bool(text[quote["start"] : quote["end"]] == quote["words"])
        if quote["entry"]:
            paths = self._paths(file, quote["entry"])
            return any(path.startswith(quote["path"]) for path in paths)
        return True

    def _paths(self, file: str, reference: str) -> Iterator[str]:
        try:
            resources = [each["resource"] for each in json.loads(self.files[file])["entry"]]
        except (ValueError, KeyError, TypeError):
            return
        for resource in resources:
            if f"{resource.get('resourceType')}/{resource.get('id')}" == reference:
                yield from (path for path, _ in flattened(resource))

    def on_the_page(self, pages: tuple[str, ...]) -> None:
        """See that the pages of the packet quote the words that the exhibits hold."""
        told = _squeezed(" ".join(pages))
        for each in self.manifest["quotes"]:
            if each["words"] and _squeezed(each["words"]) not in told:
                where = f"place {each['key']}"
                self._fault(where, "the packet's pages do not hold the words that it cites")

    def _fault(self, where: str, message: str) -> None:
        self.problems.append(Problem.at(f"{self.name}: {where}", message, AGAIN))


def _squeezed(words: str) -> str:
    return "".join(words.replace(BREAK, "").split())
