"""`multifidus policies`: the shelf as a list, for people and for programs."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.cli.library import open_shelf
from multifidus.cli.lines import Lines, tell
from multifidus.core.canonical import plain
from multifidus.core.citation import ReadingStatus
from multifidus.core.policy import Kind, Stance
from multifidus.errors import PolicyError
from multifidus.library.choice import Asked, narrowed, of_payer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from multifidus.core.canonical import Plain
    from multifidus.core.policy import Policy
    from multifidus.errors import Problem
    from multifidus.library.shelf import Shelf, Shelved

_HEADS = {
    Kind.COVERAGE: "Coverage policies",
    Kind.LABEL: "Labels",
    Kind.GUIDELINE: "Guidelines",
    Kind.RESEARCH: "Entry criteria of trials",
    Kind.ASSESSMENT: "Assessments",
    Kind.PREMISES: "Premises, to which no chart is put",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which policies are listed; what is empty leaves none out."""

    payer: str = ""
    plan: str = ""
    line_of_business: str = ""
    jurisdiction: str = ""
    kind: str = ""
    stance: str = ""
    on: date | None = None
    library: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One line of the list; a policy whose text cannot be read stays on it."""

    shelved: Shelved
    policy: Policy | None
    stale: int

    @property
    def clauses_read(self) -> dict[str, int]:
        """Count the clauses by how well they were read."""
        return {} if self.policy is None else clauses_read(self.policy)


def clauses_read(policy: Policy) -> dict[str, int]:
    """Count a policy's clauses by how well they were read; without its position there is none."""
    was_read = policy.about.stance is not Stance.UNREAD
    counts = Counter(clause.reading for clause in policy.clauses() if was_read)
    return {status: counts[status] for status in ReadingStatus}


def list_policies(wanted: Wanted, *, as_json: bool = False) -> tuple[str, bool]:
    """List the shelf, and tell whether everything on it is sound."""
    problems: list[Problem] = []
    with open_shelf(wanted.library) as shelf:
        listed = [_listed(shelf, each, problems) for each in _chosen(shelf, wanted)]
        tell(problems)
        is_sound = not problems and not shelf.faults
    text = _in_json(listed) if as_json else "\n".join(_Sheet().pages(listed, wanted))
    return text, is_sound


def _chosen(shelf: Shelf, wanted: Wanted) -> Iterator[Shelved]:
    entries: Sequence[Shelved] = shelf.policies if wanted.kind != Kind.PREMISES else shelf.entries
    if wanted.payer:
        entries = of_payer(entries, wanted.payer)
    asked = Asked(
        payer=wanted.payer,
        plan=wanted.plan,
        line_of_business=wanted.line_of_business,
        jurisdiction=wanted.jurisdiction,
    )
    for each in entries:
        about = each.front.about
        is_wanted = (
            wanted.kind in ("", about.kind)
            and wanted.stance in ("", about.stance)
            and (wanted.on is None or each.in_force.include(wanted.on))
        )
        if is_wanted and narrowed([each], asked):
            yield each


def _listed(shelf: Shelf, shelved: Shelved, problems: list[Problem]) -> Listed:
    try:
        policy = shelf.read(shelved)
    except PolicyError as error:
        problems += error.problems
        return Listed(shelved=shelved, policy=None, stale=0)
    return Listed(shelved=shelved, policy=policy, stale=len(shelf.stale(shelved)))


def _in_json(listed: Iterable[Listed]) -> str:
    told: list[dict[str, Plain]] = []
    for each in listed:
        about, scope = plain(each.shelved.front.about), plain(each.shelved.front.scope)
        told.append(
            {
                **(about if isinstance(about, dict) else {}),
                **(scope if isinstance(scope, dict) else {}),
                "title": each.shelved.title,
                "in_force": plain(each.shelved.in_force),
                "replaced_by": each.shelved.replaced_by,
                "digest": each.policy.about.digest if each.policy else None,
                "clauses_read": plain(each.clauses_read) if each.policy else None,
                "stale_attestations": each.stale,
                "obtain": plain(each.policy.to_obtain) if each.policy else [],
                "file": str(each.shelved.path),
            }
        )
    return json.dumps(told, indent=2, ensure_ascii=False)


class _Sheet(Lines):
    """Lays out the list."""

    def pages(self, listed: Sequence[Listed], wanted: Wanted) -> Iterator[str]:
        if not listed:
            yield "No policy on the shelf is so."
            return
        for kind, head in _HEADS.items():
            mine = [each for each in listed if each.shelved.front.about.kind is kind]
            if mine:
                yield self.paint(head, "head")
                yield ""
            for each in mine:
                yield from self.policy(each)
                yield ""
        yield from self.wrapped(_sum(listed), "")
        for words in _narrowed(listed, wanted):
            yield from self.wrapped(words, "")

    def policy(self, listed: Listed) -> Iterator[str]:
        shelved = listed.shelved
        about, scope = shelved.front.about, shelved.front.scope
        name, aside = str(shelved), f"{about.stance}, {_days(shelved)}"
        room = self.width - len(name)
        if len(aside) + 2 <= room:
            yield f"{self.paint(name, 'head')}{aside:>{room}}"
        else:
            yield self.paint(name, "head")
            yield from self.wrapped(aside, "  ")
        yield from self.wrapped(shelved.title, "  ")
        whose = f"{about.body}."
        if scope.payers and scope.payers != (about.body,):
            whose += f" Payer: {', '.join(scope.payers)}."
        if scope.plans:
            whose += f" Plan: {', '.join(scope.plans)}."
        where = (*scope.lines_of_business, *scope.jurisdictions)
        yield from self.wrapped(f"{whose} {', '.join(where)}".rstrip(), "  ")
        yield from self.wrapped(_reading(listed), "  ")
        if shelved.replaced_by:
            yield from self.wrapped(f"Replaced by {shelved.replaced_by}.", "  ")


def _days(shelved: Shelved) -> str:
    days = shelved.in_force
    if days.first is None and days.last is None:
        return "days not stated"
    return f"from {days.first}" if days.last is None else str(days)


def _reading(listed: Listed) -> str:
    if listed.policy is None:
        return "Its text cannot be read; what is wrong is told on standard error."
    words = reading_of(listed.policy)
    stale = listed.stale
    told = f" {stale} attestation{'s' if stale != 1 else ''} of changed clauses." if stale else ""
    return f"{words}{told}"


def reading_of(policy: Policy) -> str:
    """Say how a policy's clauses were read, or which document somebody has to read."""
    if policy.about.stance is Stance.UNREAD:
        documents = "; ".join(f"{each.document}, {each.edition}" for each in policy.to_obtain)
        return f"Nobody has read its position. Obtain {documents}."
    return reading_words(clauses_read(policy))


def reading_words(counts: dict[str, int]) -> str:
    """Say how many clauses there are, and how they were read."""
    total = sum(counts.values())
    read = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    attested = counts[ReadingStatus.ATTESTED]
    share = f" ({100 * attested // total} % attested)" if attested else ""
    return f"{total} clause{'s' if total != 1 else ''}: {read}{share}." if total else "no clause."


def _narrowed(listed: Sequence[Listed], wanted: Wanted) -> Iterator[str]:
    """Say how many of those listed name what was asked for, and how many may apply all the same."""
    for asked, field, what in (
        (wanted.plan, "plans", "plan"),
        (wanted.line_of_business, "lines_of_business", "line of business"),
        (wanted.jurisdiction, "jurisdictions", "place"),
    ):
        if not asked:
            continue
        named = [getattr(each.shelved.front.scope, field) for each in listed]
        silent = sum(not names for names in named)
        exact = sum(asked.casefold() in map(str.casefold, names) for names in named)
        told = [f"{exact or 'none'} of these {_names(exact or 1)} it"]
        if wider := len(listed) - silent - exact:
            told.append(f"{wider} {_names(wider)} {asked.partition('-')[0]}, which holds it")
        if silent:
            told.append(f"{silent} {_names(silent)} no {what}, and may apply")
        yield f"Of {asked}: {'; '.join(told)}."


def _names(count: int) -> str:
    return "names" if count == 1 else "name"


def _sum(listed: Sequence[Listed]) -> str:
    counts: Counter[str] = Counter()
    for each in listed:
        counts.update(each.clauses_read)
    many = f"{len(listed)} polic{'ies' if len(listed) != 1 else 'y'}"
    return f"{many}, {reading_words({status: counts[status] for status in ReadingStatus})}"
