"""`multifidus policy attest`: a person who has the document in hand vouches for a clause."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.cli.library import VARIABLE, open_shelf
from multifidus.core.citation import Attestation
from multifidus.core.policy import Stance
from multifidus.errors import Problem, RequestError
from multifidus.library.attestation import Entry, fingerprint, save_attestation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from multifidus.core.policy import Criterion, Policy
    from multifidus.library.shelf import Shelf, Shelved

LONGEST = 300
"""So many characters may a name of a person, a document, an edition or a page have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouching:
    """What is attested: a clause of a policy, and who found it where, and when."""

    policy: str
    clause: str
    document: str
    edition: str
    page: str
    by: str
    on: date
    library: tuple[Path, ...] = ()


def attest(asked: Vouching, *, today: date) -> str:
    """Write an attestation down, and say where it stands; `RequestError` if it cannot be."""
    problems = list(_wrong_words(asked, today))
    if problems:
        raise RequestError(*problems)
    with open_shelf(asked.library) as shelf:
        shelved = shelf.find(asked.policy, asked.on)
        policy = shelf.read(shelved)
        clause = _clause(policy, shelved, asked.clause)
        entry = Entry(
            clause=clause.id,
            policy=str(shelved),
            digest=fingerprint(policy, clause),
            attestation=Attestation(
                by=asked.by.strip(),
                document=asked.document.strip(),
                edition=asked.edition.strip(),
                page=asked.page.strip(),
                on=asked.on,
            ),
        )
        path = _file(shelf, shelved)
        is_there = entry in shelf.register(shelved).entries
        if not is_there:
            save_attestation(path, entry)
        return "\n".join(_told(shelf.read(shelved), entry, path, "already" if is_there else "now"))


def _wrong_words(asked: Vouching, today: date) -> Iterator[Problem]:
    for name in ("document", "edition", "page", "by"):
        words = getattr(asked, name)
        if not words.strip():
            yield Problem.at(f"--{name}", "there are no words", "an attestation says who and where")
        elif len(words) > LONGEST or not words.strip().isprintable():
            hint = f"write at most {LONGEST} characters, without control characters"
            yield Problem.at(f"--{name}", "the words do not fit on a line", hint)
    if asked.on > today:
        hint = "give the day on which the document was read"
        yield Problem.at("--on", f"{asked.on} has not come yet", hint)


def _clause(policy: Policy, shelved: Shelved, name: str) -> Criterion:
    found = next((each for each in policy.criteria() if each.id == name), None)
    if policy.about.stance is Stance.UNREAD:
        raise RequestError.at(
            str(shelved),
            "nobody has read its position, so there is nothing to attest",
            "write down what the document says, as a policy in a folder of your own",
        )
    if found is not None and found in policy.clauses():
        return found
    below = found.walk() if found is not None else policy.clauses()
    names = ", ".join(each.id for each in below if not each.is_group)
    if found is None:
        raise RequestError.at(str(shelved), f"there is no clause `{name}`", f"its clauses: {names}")
    raise RequestError.at(str(shelved), f"`{name}` is a group", f"attest its clauses: {names}")


def _file(shelf: Shelf, shelved: Shelved) -> Path:
    if shelved.folder == shelf.folder and not shelf.own:
        raise RequestError.at(
            str(shelved),
            "it is shipped with the package, which an upgrade replaces",
            f"name a folder of your own, with --library or {VARIABLE}, to keep attestations in",
        )
    return shelf.attestation_files(shelved)[-1]


def _told(policy: Policy, entry: Entry, path: Path, when: str) -> Iterator[str]:
    said = entry.attestation
    clauses = list(policy.clauses())
    count = sum(bool(each.attested) for each in clauses)
    yield f"{entry.clause} of {entry.policy} is {when} attested by {said.by}, {said.on}:"
    yield f"    {said.document}, {said.edition}, page {said.page}"
    verb = "is" if count == 1 else "are"
    yield f"{count} of its {len(clauses)} clauses {verb} attested. Written in {path}."
