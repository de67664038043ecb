"""`multifidus impact`: two policies over one population, and who moves from what to what."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from multifidus.cli.library import open_shelf
from multifidus.cli.lines import Lines
from multifidus.cli.screened import FACTS, made_of
from multifidus.cli.transition_svg import transition_svg
from multifidus.cli.written import write_whole
from multifidus.columnar.compile import compile_policy
from multifidus.columnar.impact import ANSWERS
from multifidus.columnar.impact import impact as count
from multifidus.core.policy import Stance
from multifidus.core.words import ANSWER_WORDS, REPORTED
from multifidus.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from multifidus.columnar.impact import Impact
    from multifidus.core.policy import Policy

HIDDEN = "not shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which policies are compared, over which facts, and how it is told."""

    before: str
    after: str
    facts: Path
    on: date
    library: Sequence[Path]
    threshold: int
    figure: Path | None
    as_json: bool


def impact(wanted: Wanted) -> str:
    """Count who moves from which answer to which; draw it, where that is asked for."""
    with open_shelf(wanted.library) as shelf:
        for name in (wanted.before, wanted.after):
            shelf.check_name(name)
        before, after = (
            shelf.read(shelf.find(name, wanted.on)) for name in (wanted.before, wanted.after)
        )
    queries = compile_policy(before), compile_policy(after)
    try:
        told = count(*queries, facts=_facts(wanted.facts), threshold=wanted.threshold)
    except OSError as error:
        message = f"there is no room to count: {error.strerror}"
        hint = "make room for temporary files, or name another folder for them in TMPDIR"
        raise RequestError.at(str(wanted.facts), message, hint) from None
    if wanted.figure is not None:
        figure = transition_svg(told, before=_name(before), after=_name(after))
        write_whole(wanted.figure, figure)
    return (
        _in_json(before, after, told) if wanted.as_json else "\n".join(_text(before, after, told))
    )


def _facts(folder: Path) -> Path:
    """Find the facts files in the folder of a screen, or in a folder of facts."""
    inner = folder / FACTS
    if inner.is_dir():
        made_of(folder)  # A screen that is not whole has the facts of some patients only.
    chosen = inner if inner.is_dir() else folder
    if not any(chosen.glob("*.parquet")):
        hint = "name the folder of a `multifidus screen`, or one with facts as Parquet"
        raise RequestError.at(str(folder), "there are no facts", hint)
    return chosen / "*.parquet"


def _name(policy: Policy) -> str:
    return f"{policy.about.id} {policy.about.version}"


def _in_json(before: Policy, after: Policy, told: Impact) -> str:
    names = [*(each.value for each in ANSWERS), "total"]
    table = {
        row: dict(zip(names, counts, strict=True))
        for row, counts in zip(names, told.table, strict=True)
    }
    report = {
        "before": {"policy": before.about.id, "version": before.about.version},
        "after": {"policy": after.about.id, "version": after.about.version},
        "threshold": told.threshold,
        "patients": table,
        "remarks": list(_remarks(before, after)),
    }
    return json.dumps(report, indent=2)


def _moves(told: Impact) -> Iterator[str]:
    """Say in words who moves from what to what: of the table, and no more than it."""
    names = [ANSWER_WORDS[each].lower() for each in ANSWERS]
    everybody = told.table[-1][-1]
    moves = [
        (told.table[one][other], f"from {names[one]} to {names[other]}")
        for one in range(len(names))
        for other in range(len(names))
        if one != other
    ]
    for number, words in moves:
        if number:
            share = f" of {everybody:,} ({number / everybody:.0%})" if everybody else ""
            yield f"  {number:,}{share} {words}"
    for number, words in moves:
        if number is None:
            yield f"  {HIDDEN}: {words}"
    if not any(number != 0 for number, _ in moves):
        yield "  nobody: every patient keeps the answer"


def _remarks(before: Policy, after: Policy) -> Iterator[str]:
    """Say what the answers of a policy rest on, where that is not its criteria as read."""
    for name, policy in {_name(each): each for each in (before, after)}.items():
        if policy.about.stance in _WITHOUT_CRITERIA:
            yield _WITHOUT_CRITERIA[policy.about.stance].format(name)
        elif policy.is_reported:
            yield REPORTED.format(name)
    yield "Each patient is asked about the day of the facts, whatever days a version is in force."


_WITHOUT_CRITERIA = {
    Stance.EXCLUDED: "{} excludes the service whatever the chart says.",
    Stance.SILENT: "{} does not speak of the service: more information for everybody.",
    Stance.UNREAD: "Nobody has read the position of {}: more information for everybody, which is no"
    " finding about what it asks.",
}


def _text(before: Policy, after: Policy, told: Impact) -> Iterator[str]:
    names = [*(ANSWER_WORDS[each] for each in ANSWERS), "All"]
    yield f"From {_name(before)} (rows) to {_name(after)} (columns), in patients"
    for each in (before, after):
        yield f"  {_name(each)}: {each.about.stance}, in force {each.about.in_force}"
    yield ""
    yield f"{'':<26}" + "".join(f"{name[:16]:>18}" for name in names)
    for name, row in zip(names, told.table, strict=True):
        yield f"{name:<26}" + "".join(
            f"{HIDDEN if number is None else f'{number:,}':>18}" for number in row
        )
    yield ""
    yield "Who moves"
    yield from _moves(told)
    if any(number is None for row in told.table for number in row):
        yield ""
        yield f"Not shown: counts below {told.threshold}, and those from which one would follow."
        yield "More is shown of more patients, or with another --threshold."
    remarks = list(_remarks(before, after))
    if remarks:
        yield ""
    for remark in remarks:
        yield from Lines().wrapped(remark, "")
    yield ""
    yield "These are findings about criteria. A person decides."
