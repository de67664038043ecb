"""
Attestations: who found a clause to say what its document says, in which edition, on which page.

They stand in a file of their own, one block each, and are only ever added to. Each keeps the digest
of the clause as it was; a clause whose words, test, sources or place in the logic have changed
since has lost the attestation, which stays in the file and is told as stale.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import TYPE_CHECKING

from multifidus.core.canonical import digest
from multifidus.core.citation import Attestation
from multifidus.core.expression import connective
from multifidus.errors import Problem, RequestError
from multifidus.language.located import Fields, lines_of, read_yaml

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from multifidus.core.policy import Criterion, Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One block of a file: an attestation, and the clause that it was given for."""

    clause: str
    digest: str
    policy: str
    """The version that was shown, as `id@version`."""
    attestation: Attestation


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Everything that was attested of a policy, and what of it cannot be read."""

    entries: tuple[Entry, ...]
    faults: tuple[Problem, ...] = ()

    def stale(self, policy: Policy, *, others: Collection[str] = ()) -> list[Entry]:
        """
        List what was attested of clauses that are no longer as they were.

        `others` names the other versions of the policy: what was attested of them is not of this.
        """
        now = {clause.id: fingerprint(policy, clause) for clause in policy.clauses()}
        changed = (each for each in self.entries if now.get(each.clause) != each.digest)
        return [each for each in changed if each.policy not in others]


def fingerprint(policy: Policy, clause: Criterion) -> str:
    """
    Give the digest of what is attested of a clause.

    That is its words, its test, the documents, editions and places that it cites, and the
    connectives that it stands under; neither its number nor how well its sources were read.
    """
    cited = [
        (source.document, source.edition, each.place)
        for each in clause.citations
        if (source := policy.sources.get(each.source)) is not None
    ]
    under = [connective(group.test) for group in policy.groups[clause.id]]
    return digest((clause.title, clause.sentence, clause.notation, cited, under))


def attested_policy(policy: Policy, register: Register) -> Policy:
    """Give the policy with those attestations that still hold."""
    if not register.entries:
        return policy
    changed = register.stale(policy)
    holding: dict[str, list[Attestation]] = {}
    for each in register.entries:
        if each not in changed:
            holding.setdefault(each.clause, []).append(each.attestation)

    def attested(criterion: Criterion) -> Criterion:
        return replace(
            criterion,
            attested=tuple(holding.get(criterion.id, ())),
            parts=tuple(attested(part) for part in criterion.parts),
        )

    return replace(policy, root=attested(policy.root)) if holding else policy


def read_register(files: Iterable[Path]) -> Register:
    """Read the files that are there; a block that cannot be understood costs no other."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    for path in files:
        try:
            text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        except OSError as error:
            message = f"the attestations cannot be read: {error.strerror}"
            problems.append(Problem.at(str(path), message, "check the file and its permissions"))
            continue
        for line, block in _blocks(text):
            entries += _entries(block, str(path), line, problems)
    return Register(entries=tuple(entries), faults=tuple(problems))


def save_attestation(path: Path, entry: Entry) -> None:
    """
    Add an attestation to a file, for good, whoever else adds one at the same time.

    The file is locked, the block is written at its end and synced to the disk; where that fails,
    the file is what it was. Raises `RequestError`.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(path) as handle:
            _append(handle, _block(entry))
        for folder in (path.parent, path.parent.parent):
            _sync(folder)
    except OSError as error:
        message = f"the attestation cannot be written: {error.strerror}"
        hint = "check the folder and its permissions; nothing was attested"
        raise RequestError.at(str(path), message, hint) from None


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Cut a file into its blocks, each with its first line, counted from 1."""
    block: list[str] = []
    first = 1
    for number, line in enumerate(lines_of(text), start=1):
        if line.startswith("- ") and block:
            yield first, "\n".join(block)
            block = []
        if block or line.strip():
            first = first if block else number
            block.append(line)
    if block:
        yield first, "\n".join(block)


def _entries(block: str, file: str, line: int, problems: list[Problem]) -> Iterator[Entry]:
    located, wrong = read_yaml(block, file=file, first_line=line)
    problems += wrong
    if wrong or not located.content:
        return  # A comment, if it is not wrong.
    for item in located.content if isinstance(located.content, list) else [located]:
        found: list[Problem] = []
        said = Fields(item, "attestation", found)
        words = {name: said.text(name) for name in _NAMES if name != "on"}
        on = _day(said)
        said.close()
        problems += found
        if on is not None and not found:
            about = {name: words.pop(name) for name in _OF_THE_CLAUSE}
            yield Entry(**about, attestation=Attestation(**words, on=on))


_OF_THE_CLAUSE = ("clause", "policy", "digest")
_NAMES = (*_OF_THE_CLAUSE, *(field.name for field in fields(Attestation)))
"""The fields of a block, in the order in which they are written."""


def _day(said: Fields) -> date | None:
    text = said.text("on")
    try:
        return date.fromisoformat(text)
    except ValueError:
        if text:
            said.wrong(said.find("on"), f"`on` is `{text}`", "write a day, as `2026-03-01`")
        return None


def _block(entry: Entry) -> str:
    told = {
        "clause": entry.clause,
        "policy": entry.policy,
        "digest": entry.digest,
        **{each.name: str(getattr(entry.attestation, each.name)) for each in fields(Attestation)},
    }
    # JSON's strings are YAML's, and hold any words on one line.
    lines = [f"{name}: {json.dumps(words, ensure_ascii=False)}" for name, words in told.items()]
    return "- " + "\n  ".join(lines) + "\n"


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """Open a file for adding to it, alone; one that took its name meanwhile is opened instead."""
    # Imported here, for a system without it can still read what was attested.
    try:
        import fcntl  # noqa: PLC0415
    except ImportError:
        message = "this system cannot lock a file, so writers might lose each other's words"
        hint = "attest on Linux or macOS; what is attested there is read here as well"
        raise RequestError.at(str(path), message, hint) from None
    while True:
        # No link is followed: in a folder that others write to, it may lead anywhere.
        handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o666)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if _is_still(path, handle):
                yield handle
                return
        finally:
            os.close(handle)


def _is_still(path: Path, handle: int) -> bool:
    """Whether the name still is that of the opened file: an editor may have replaced it."""
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


def _append(handle: int, block: str) -> None:
    """Write a block at the end and make it last; a part of one is taken back."""
    size = os.fstat(handle).st_size
    # A line that was cut off, by hand or by a full disk, must not run into this block.
    is_cut = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
    rest = (("\n" if is_cut else "") + block).encode()
    try:
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, size)
        raise


def _sync(folder: Path) -> None:
    """Make a new name last."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
