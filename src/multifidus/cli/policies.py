"""`multifidus policy show | check | format`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from multifidus.analysis.statement import name_of
from multifidus.cli.behind import behind_policies
from multifidus.cli.behind_words import document_of, report_behind
from multifidus.cli.library import open_shelf
from multifidus.cli.listing import clauses_read, reading_of
from multifidus.cli.written import put
from multifidus.core.canonical import plain
from multifidus.core.policy import Stance
from multifidus.errors import MultifidusError, PolicyError, Problem, RequestError, Severity
from multifidus.language.check import check_policy
from multifidus.language.located import read_yaml
from multifidus.language.read import parse_policy
from multifidus.language.write import write_policy
from multifidus.library.askers import askers
from multifidus.library.shelf import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from multifidus.core.citation import Attestation
    from multifidus.core.policy import Policy
    from multifidus.library.attestation import Entry
    from multifidus.library.shelf import Shelf


POLICY_FILE = "policy.md"


def show_policy(
    name: str,
    on: date,
    *,
    library: Sequence[Path] = (),
    as_json: bool = False,
    elsewhere: bool = False,
) -> str:
    """
    Print a policy as its document, with its sources; or as a tree in JSON.

    Asked to, it tells where else on the shelf its clauses' elements are asked for.
    """
    with open_shelf(library) as shelf:
        chosen = shelf.find(name, on)
        policy = shelf.read(chosen)
        stale = shelf.stale(chosen)
        others = _others(shelf, policy) if elsewhere else {}
    if as_json:
        told = {
            **_about(policy),
            "clauses_read": clauses_read(policy),
            "criteria": plain(policy.root),
            "obligations": plain(policy.obligations),
            "sources": plain(policy.sources),
            "replaced_by": chosen.replaced_by,
            "attested": {
                each.id: plain(each.attested) for each in policy.clauses() if each.attested
            },
            "stale_attestations": plain(stale),
            "evidence": report_behind(behind_policies([policy]), policy.about.id),
        }
        if elsewhere:
            told["elsewhere"] = plain(others)
        return json.dumps(told, indent=2, ensure_ascii=False)
    lines = [write_policy(policy), "## Sources", ""]
    for source in policy.sources.values():
        lines.append(f"- **{source.key}** ({source.reading}): {source.document}.")
        lines.append(f"  {source.edition}. Read: {source.read}.")
        lines += [f"  {words}" for words in (source.note, source.address) if words]
    lines += ["", *_attested(policy, stale)]
    if chosen.replaced_by:
        lines.append(f"Its days in force end because {chosen.replaced_by} replaces it.")
    lines += [f"How it was read: {reading_of(policy)}"]
    lines += document_of(behind_policies([policy]), policy.about.id)
    if elsewhere:
        lines += ["", *_elsewhere(policy, others)]
    return "\n".join(lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Other:
    """A clause of another policy that asks for an element which a clause asks for too."""

    policy: str
    clause: str
    test: str
    reading: str
    is_same: bool
    """Whether it is the very same test."""


def _others(shelf: Shelf, policy: Policy) -> dict[str, list[_Other]]:
    """Find what other policies ask of the elements of each clause, the same test first."""
    others = [each for each in shelf.policies if each.id != policy.about.id]
    asking = askers(shelf.read_sound(others))
    found: dict[str, list[_Other]] = {}
    for clause in policy.clauses():
        mine = {
            (name_of(each.policy), one.id): _Other(
                policy=name_of(each.policy),
                clause=one.id,
                test=one.notation,
                reading=one.reading,
                is_same=one.notation == clause.notation,
            )
            for element in clause.elements
            for each in asking.get(element, ())
            for one in each.clauses
        }
        found[clause.id] = sorted(mine.values(), key=lambda each: not each.is_same)
    return found


def _elsewhere(policy: Policy, others: dict[str, list[_Other]]) -> Iterator[str]:
    yield "## Asked elsewhere"
    yield ""
    if not policy.elements:
        was_read = policy.about.stance is not Stance.UNREAD
        yield "It asks for nothing." if was_read else "Nobody has read what it asks for."
        return
    for clause in (each for each in policy.clauses() if each.elements):
        same = [f"{each.policy} {each.clause}" for each in others[clause.id] if each.is_same]
        other = [
            f"{each.policy} {each.clause} `{each.test}`"
            for each in others[clause.id]
            if not each.is_same
        ]
        told = [f"the same in {', '.join(same)}"] * bool(same)
        told += [f"otherwise in {', '.join(other)}"] * bool(other)
        words = "; ".join(told) or "nowhere else in what was read"
        yield f"- **{clause.id}** `{clause.notation}`: {words}."
    yield ""
    yield (
        "All versions of the other policies on the shelf are looked at; what those ask that nobody"
        " has read is not known."
    )


def _attested(policy: Policy, stale: Sequence[Entry]) -> Iterator[str]:
    """List who attests which clause, and what was attested of clauses that have changed since."""
    standing = [(each.id, one) for each in policy.clauses() for one in each.attested]
    if not standing and not stale:
        return
    yield "## Attestations"
    yield ""
    for clause, said in standing:
        yield f"- **{clause}** by {said.by}, {said.on}: {_where(said)}."
    for each in stale:
        words = f"{_where(each.attestation)}; the clause has changed since, so it no longer counts"
        yield f"- **{each.clause}** by {each.attestation.by}, {each.attestation.on}: {words}."
    yield ""


def _where(said: Attestation) -> str:
    return f"{said.document}, {said.edition}, page {said.page}"


def check_files(files: Sequence[Path]) -> tuple[str, bool]:
    """Check policy files with the sources and cases beside them; tell whether all are sound."""
    shelf = shipped()
    lines = []
    sound = True
    for path in policy_files(files):
        try:
            text = _text(path)
            policy, problems = check_policy(
                text,
                sources_text=_sources(path, text, shelf),
                dictionaries=shelf.dictionaries,
                file=str(path),
                cases_text=_text(beside)
                if (beside := path.with_name("cases.md")).is_file()
                else None,
            )
        except MultifidusError as error:
            policy, problems = None, error.problems
        lines += [str(problem) for problem in problems]
        errors = sum(problem.severity is Severity.ERROR for problem in problems)
        notes = len(problems) - errors
        verdict = "sound" if policy else f"{errors} error{'s' if errors != 1 else ''}"
        lines.append(
            f"{path}: {verdict}" + (f", {notes} note{'s' if notes != 1 else ''}" if notes else "")
        )
        sound = sound and policy is not None
    return "\n".join(lines), sound


def policy_files(named: Sequence[Path]) -> list[Path]:
    """Give the files that were named, and of a folder every `policy.md` below it."""
    found: list[Path] = []
    empty: list[Problem] = []
    for path in named:
        below = sorted(path.rglob(POLICY_FILE)) if path.is_dir() else [path]
        found += below
        if not below:
            message = f"no {POLICY_FILE} lies in this folder or below it"
            hint = f"write one as `NAME/{POLICY_FILE}`, with its sources.yaml beside it"
            empty.append(Problem.at(str(path), message, hint))
    if empty:
        raise RequestError(*empty)
    return list(dict.fromkeys(found))


def format_files(files: Sequence[Path], *, write: bool = True) -> tuple[str, bool]:
    """Write policy files in canonical form; tell which changed, and whether none did."""
    shelf = shipped()
    lines = []
    problems: list[Problem] = []
    for path in policy_files(files):
        text = _text(path)
        sources = _sources(path, text, shelf)
        policy, found = parse_policy(
            text, sources_text=sources, dictionaries=shelf.dictionaries, file=str(path)
        )
        if policy is None or found:
            problems += found
            continue
        canonical = write_policy(policy)
        if canonical == text:
            lines.append(f"{path}: unchanged")
            continue
        if write:
            put(path, canonical.encode(), mode=path.stat().st_mode)
        lines.append(f"{path}: {'written' if write else 'would change'}")
    if problems:
        raise PolicyError(*problems)
    return "\n".join(lines), all(line.endswith("unchanged") for line in lines)


def _about(policy: Policy) -> dict[str, object]:
    about, scope = plain(policy.about), plain(policy.scope)
    return {**cast("dict[str, object]", about), **cast("dict[str, object]", scope)}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        message, hint = "the file is not in UTF-8", "save it in UTF-8"
    except OSError as error:
        message, hint = f"the file cannot be read: {error.strerror}", "check the path"
    raise RequestError.at(str(path), message, hint)


def _sources(path: Path, text: str, shelf: Shelf) -> str:
    """Read the sources beside a policy; a copy of one on the shelf keeps those wherever it lies."""
    beside = path.with_name("sources.yaml")
    if beside.is_file():
        return _text(beside)
    located, _ = read_yaml(text.partition("---\n")[2].partition("\n---\n")[0], file=str(path))
    fields = located.content if isinstance(located.content, dict) else {}
    named = {name: fields[name].text for name in ("policy", "version") if name in fields}
    same = [each for each in shelf.entries if each.id == named.get("policy")]
    exact = [each for each in same if each.version == named.get("version")]
    for each in exact or same or [one for one in shelf.entries if one.id in str(path)]:
        return _text(each.path.with_name("sources.yaml"))
    message = "there is no sources.yaml beside it"
    hint = "list the documents that it cites there: key, document, edition, read, reading"
    raise PolicyError.at(str(path), message, hint)
