"""`multifidus policy compare`: payers against the guideline and the label, row by row."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.analysis.inquiry import Asker
from multifidus.analysis.prove import Prover
from multifidus.analysis.statement import name_of
from multifidus.cli.diff import CLOSING
from multifidus.cli.library import open_shelf
from multifidus.cli.restrictive_page import restrictive_page
from multifidus.cli.restrictive_words import (
    APART,
    MAY_ASK_MORE,
    MEANINGS,
    REPORTED,
    WHOLES,
    asks,
    labels_of,
    reading,
)
from multifidus.cli.words import count_words
from multifidus.cli.written import write_whole
from multifidus.core.policy import Stance
from multifidus.errors import MultifidusError, Problem, RequestError
from multifidus.library.payers import payers_policies
from multifidus.library.restrictiveness import Standing, Table, restrictiveness
from multifidus.library.shelf import DEFAULT_POLICIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from multifidus.core.policy import Policy
    from multifidus.library.shelf import Shelf

CELL = 10
LABEL = 34


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What somebody wants to see."""

    to: tuple[str, ...]
    on: date
    limit: float
    form: str = "text"
    output: Path | None = None
    library: tuple[Path, ...] = ()


def tell_restrictiveness(wanted: Wanted) -> str:
    """Compare, and give the text, or say into which file it was written."""
    with open_shelf(wanted.library) as shelf:
        table = compared(shelf, wanted)
    told = _FORMS[wanted.form](table, wanted.on)
    if wanted.output is None:
        return told
    write_whole(wanted.output, told)
    count = len(table.payers) + len(table.apart)
    return f"{wanted.output}: written, {count_words(count, 'policy', 'policies')}"


def compared(shelf: Shelf, wanted: Wanted) -> Table:
    """Compare the payers of a shelf; raises `RequestError` with everything that is wrong."""
    references = _references(shelf, wanted)
    names = {each.about.id for each in references}
    payers = [each for each in payers_policies(shelf, wanted.on) if each.about.id not in names]
    prover = Prover([*references, *payers], on=wanted.on)
    return restrictiveness(Asker(prover=prover, limit=wanted.limit), references, payers)


def _references(shelf: Shelf, wanted: Wanted) -> list[Policy]:
    """Find what is compared with; raises `RequestError` with everything that is wrong."""
    problems: list[Problem] = []
    found: dict[str, Policy] = {}
    for name in wanted.to or DEFAULT_POLICIES:
        try:
            policy = shelf.read(shelf.choose(name, wanted.on).shelved)
        except MultifidusError as error:
            problems += error.problems
            continue
        if policy.about.stance is not Stance.CRITERIA:
            message = f"`{name}` holds no criteria to compare with: it is {policy.about.stance}"
            hint = "name a policy that tests criteria; `multifidus policies --stance criteria`"
            problems.append(Problem.at("multifidus policy compare", message, hint))
        found[name_of(policy)] = policy
    if problems:
        raise RequestError(*problems)
    return list(found.values())


def _text(table: Table, on: date) -> str:
    lines = [f"Payers against references, as of {on}"]
    if table.payers:
        lines += ["", "The columns"]
        for number, payer in enumerate(table.payers, start=1):
            aside = f"; {REPORTED}" if payer.is_reported else ""
            lines.append(f"  {number:>2}  {name_of(payer)}, {payer.about.body}{aside}")
        if any(each.is_reported for each in table.payers):
            lines.append(f"  {MAY_ASK_MORE}")
        for reference in table.references:
            lines += ["", *_against(table, reference)]
        seen = {each for row in table.rows for each in row.standings.values()}
        lines += ["", "What the words say of the payer"]
        lines += [f"  {each:<{CELL}}  {MEANINGS[each]}" for each in MEANINGS if each in seen]
        lines.append(f"  {'(blank)':<{CELL}}  neither asks")
    for stance, reason in APART.items():
        mine = [each for each in table.apart if each.about.stance is stance]
        if mine:
            lines += ["", reason]
            lines += [f"  {name_of(each)}, {each.about.body}" for each in mine]
    return "\n".join([*lines, "", "See what is asked: multifidus policy diff A B", CLOSING])


def _against(table: Table, reference: Policy) -> Iterator[str]:
    yield f"Against {name_of(reference)}, {reference.about.body}"
    head = "".join(f"{number:<{CELL + 1}}" for number in range(1, len(table.payers) + 1))
    yield f"  {'':<{LABEL}}{head}".rstrip()
    heading = ""
    for row in table.rows:
        cells = [row.standings[name_of(each), name_of(reference)] for each in table.payers]
        if not any(cells):
            continue
        if row.heading != heading:
            heading = row.heading
            yield f" {heading}"
        words = "".join(f"{cell.value:<{CELL + 1}}" for cell in cells)
        yield f"  {_cut(labels_of(row, table)):<{LABEL}}{words}".rstrip()
    wholes = [WHOLES[table.wholes[name_of(each), name_of(reference)]] for each in table.payers]
    words = "".join(f"{each.value:<{CELL + 1}}" for each in wholes)
    yield f" {'As a whole':<{LABEL + 1}}{words}".rstrip()


def _cut(labels: Sequence[str]) -> str:
    """Name the first of several, and how many more."""
    first, *more = labels
    told = f"{first} and {len(more)} more" if more else first
    return told if len(told) < LABEL else f"{told[: LABEL - 2]}…"


def _csv(table: Table, on: date) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    head = ["on", "policy", "body", "stance", "reference", "heading", "elements"]
    writer.writerow([*head, "reference_asks", "policy_asks", "standing", "read"])
    for policy in (*table.payers, *table.apart):
        for reference in table.references:
            writer.writerows(_csv_rows(table, policy, reference, on))
    return out.getvalue().rstrip("\n")


def _csv_rows(table: Table, policy: Policy, reference: Policy, on: date) -> Iterator[Sequence[str]]:
    about, against = policy.about, name_of(reference)
    for row in table.rows:
        wanted = asks(row, against)
        standing = row.standings.get((name_of(policy), against))
        if standing is None:
            standing_word = _APART_WORDS[about.stance] if wanted else ""
        else:
            standing_word = standing.value
        if standing_word:
            who = (str(on), name_of(policy), about.body, about.stance.value, against)
            mine = (asks(row, name_of(policy)), standing_word, reading(row, name_of(policy)))
            yield (*who, row.heading, " ".join(row.elements), wanted, *mine)


_APART_WORDS = {
    Stance.EXCLUDED: "excluded",
    Stance.SILENT: "silent",
    Stance.UNREAD: Standing.UNKNOWN.value,
}


_FORMS = {"text": _text, "csv": _csv, "html": restrictive_page}
