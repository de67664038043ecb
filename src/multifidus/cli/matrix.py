"""`multifidus policy matrix`: every policy against every other, as text, CSV or a page."""

from __future__ import annotations

import csv
import io
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from multifidus.analysis.inquiry import Asker
from multifidus.analysis.matrix import Matrix, Relation, matrix
from multifidus.analysis.prove import Prover
from multifidus.analysis.statement import name_of
from multifidus.cli.ask import premises_named
from multifidus.cli.library import open_shelf
from multifidus.cli.matrix_page import REPORTED, matrix_body, matrix_page
from multifidus.cli.words import count_words
from multifidus.cli.written import write_whole
from multifidus.core.policy import Stance
from multifidus.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from multifidus.core.policy import Policy
    from multifidus.errors import Problem
    from multifidus.library.shelf import Shelf

SIGNS = {
    Relation.SAME: "=",
    Relation.STRICTER: "S",
    Relation.LOOSER: "L",
    Relation.INCOMPARABLE: "x",
    Relation.DISJOINT: "|",
    Relation.NEVER_MET: "0",
    Relation.UNKNOWN: "?",
    Relation.SILENT: "-",
    Relation.NOT_DECIDED: "~",
}

MEANINGS = {
    Relation.SAME: "the same patients meet both",
    Relation.STRICTER: "the row asks more: whoever meets it meets the column",
    Relation.LOOSER: "the row asks less: whoever meets the column meets it",
    Relation.INCOMPARABLE: "some patients meet both, some only one, some only the other",
    Relation.DISJOINT: "no patient meets both",
    Relation.NEVER_MET: "one of the two is met by nobody",
    Relation.UNKNOWN: "of one of the two nobody has read the position",
    Relation.SILENT: "one of the two was read and does not speak of the service",
    Relation.NOT_DECIDED: "not decided within the limit",
}
BAR_WIDTH = 40
_COMMAND = "multifidus policy matrix"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody wants to see."""

    on: date
    kinds: tuple[str, ...] = ()
    premises: tuple[str, ...] = ()
    limit: float
    form: str = "text"
    output: Path | None = None
    library: tuple[Path, ...] = ()


def tell_matrix(wanted: Wanted) -> str:
    """Compare the policies, and give the text, or say into which file it was written."""
    with open_shelf(wanted.library) as shelf:
        found = compared(shelf, wanted)
    told = _FORMS[wanted.form](found, wanted.on)
    if wanted.output is None:
        return told
    write_whole(wanted.output, told)
    return f"{wanted.output}: written, {count_words(len(found.policies), 'policy', 'policies')}"


def compared(shelf: Shelf, wanted: Wanted) -> Matrix:
    """Compare the policies of a shelf; raises `RequestError` with all names that are not known."""
    problems: list[Problem] = []
    premises = premises_named(shelf, wanted.premises, wanted.on, problems)
    if problems:
        raise RequestError(*problems)
    policies = _policies(shelf, wanted)
    prover = Prover([*policies, *premises], on=wanted.on)
    asker = Asker(prover=prover, premises=tuple(premises), limit=wanted.limit)
    with _Bar() as bar:
        return matrix(asker, policies, bar.show)


def _policies(shelf: Shelf, wanted: Wanted) -> list[Policy]:
    """Give one version of every policy, the one that answers on the day."""
    policies = shelf.read_sound(shelf.answering(wanted.on))
    chosen = [each for each in policies if not wanted.kinds or each.about.kind in wanted.kinds]
    if len(chosen) > 1:
        return chosen
    count = count_words(len(chosen), "policy", "policies")
    raise RequestError.at(
        _COMMAND,
        f"there is nothing to compare: {count} of the kind {', '.join(wanted.kinds)}",
        "ask for more kinds, with --kind once for each",
    )


def matrix_text(found: Matrix, on: date) -> str:
    """Tell it in signs, one line a policy, for a terminal."""
    apart = standing_apart(found)
    names = [name for each in found.policies if (name := name_of(each)) not in apart]
    lines = [f"Policies against each other, as of {on}; a row is compared with each column", ""]
    lines += _table(found, names)
    lines += ["", f"Premises assumed: {', '.join(found.premises) or 'none'}"]
    reported = [name_of(each) for each in found.policies if each.is_reported]
    if reported:
        lines += ["", REPORTED, *(f"  {name}" for name in reported)]
    for reason in dict.fromkeys(apart.values()):
        lines += ["", reason]
        lines += [f"  {name}" for name, why in apart.items() if why == reason]
    lines += [
        "",
        "See who differs: multifidus policy ask differs A B",
        "These are findings about the policies as they were transcribed. A person decides.",
    ]
    return "\n".join(lines)


def _table(found: Matrix, names: Sequence[str]) -> Iterator[str]:
    width = max(map(len, names), default=0)
    cell = len(str(len(names)))
    head = " ".join(f"{number:>{cell}}" for number in range(1, len(names) + 1))
    yield f"{'':>{cell}}  {'':<{width}}  {head}".rstrip()
    for number, row in enumerate(names, start=1):
        relations = [found.relations.get((row, column)) for column in names]
        signs = " ".join(f"{SIGNS[each] if each else '.':>{cell}}" for each in relations)
        yield f"{number:>{cell}}  {row:<{width}}  {signs}"
    seen = {found.relations.get((row, column)) for row in names for column in names}
    yield ""
    for relation, sign in SIGNS.items():
        if relation in seen:
            yield f"  {sign}  {relation.value}: {MEANINGS[relation]}"


def standing_apart(found: Matrix) -> dict[str, str]:
    """Name the policies that compare with none, and why: a row of one word tells nothing."""
    apart: dict[str, str] = {}
    for policy in found.policies:
        name = name_of(policy)
        if policy.about.stance in _APART:
            apart[name] = _APART[policy.about.stance]
        elif name in found.never_met:
            apart[name] = "Not compared: it tests criteria that nobody can meet"
    reasons = [*_APART.values(), *apart.values()]
    return dict(sorted(apart.items(), key=lambda each: reasons.index(each[1])))


_APART = {
    Stance.EXCLUDED: "Not compared: it excludes the service whatever the chart says",
    Stance.SILENT: "Not compared: it was read, and does not speak of the service",
    Stance.UNREAD: "Not compared: nobody has read its position, so what it asks is not known",
}


def matrix_csv(found: Matrix, on: date) -> str:
    """Tell it as a table, one line a pair."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["on", "premises", "policy", "compared_with", "relation"])
    premises = " ".join(found.premises)
    for (row, column), relation in found.relations.items():
        writer.writerow([on, premises, row, column, relation.value])
    return out.getvalue().rstrip("\n")


def _page(found: Matrix, on: date) -> str:
    return matrix_page(found, on, meanings=MEANINGS, apart=standing_apart(found))


def body_of(found: Matrix, on: date) -> Iterator[str]:
    """Write what stands on its page, for a page that has more around it."""
    return matrix_body(found, on, meanings=MEANINGS, apart=standing_apart(found))


_FORMS = {"text": matrix_text, "csv": matrix_csv, "html": _page}


class _Bar:
    """A progress bar on standard error, where that is a terminal."""

    def __enter__(self) -> Self:
        self.shown = -1
        return self

    def show(self, done: int, of: int) -> None:
        """Draw it, when it has grown."""
        filled = BAR_WIDTH * done // of
        if filled != self.shown and sys.stderr.isatty():
            self.shown = filled
            bar = "█" * filled + "░" * (BAR_WIDTH - filled)
            sys.stderr.write(f"\r{bar} {done:,} of {of:,} pairs")
            sys.stderr.flush()

    def __exit__(self, *_: object) -> None:
        if self.shown >= 0:
            sys.stderr.write("\r\x1b[K")
