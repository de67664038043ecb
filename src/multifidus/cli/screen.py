"""`multifidus screen`: a bulk export, a policy and a day → what each patient comes to."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from multifidus import __version__
from multifidus.chart.lines import LineReader
from multifidus.chart.plan import Plan
from multifidus.cli.attrition_svg import attrition_svg, cut
from multifidus.cli.library import open_shelf
from multifidus.cli.lines import tell
from multifidus.cli.progress import Progress
from multifidus.cli.screened import (
    FACTS,
    PARTS,
    PROBLEMS,
    SUMMARY,
    Made,
    begin,
    finish,
    is_whole,
    temporary_in,
    work_in,
    write,
)
from multifidus.cli.stopped import stoppable
from multifidus.columnar.bulk import Faults, extract
from multifidus.columnar.compile import compile_policy
from multifidus.columnar.screen import screen
from multifidus.columnar.source import digest_of, files_of, manifests_of
from multifidus.core.determination import Answer
from multifidus.core.policy import Sense
from multifidus.core.words import ANSWER_WORDS
from multifidus.errors import BundleError, RequestError, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from multifidus.columnar.bulk import Extracted
    from multifidus.columnar.screen import Screened
    from multifidus.core.policy import Policy
    from multifidus.errors import Problem

NAME = 42
"""So many letters of a criterion's name have room."""
TOLD = 20
"""So many of the things that could not be read are told on the spot; all are in a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is screened, by what, and where the answers go."""

    source: Path
    policy: str
    on: date | None
    today: date
    out: Path
    library: Sequence[Path]
    faults: Faults
    memory: str


def screen_population(wanted: Wanted) -> str:
    """Screen a population; gives the summary in words."""
    if not wanted.source.is_dir():
        hint = "give the folder of a bulk export, with *.ndjson or *.ndjson.gz files"
        raise RequestError.at(str(wanted.source), "there is no such folder", hint)
    with open_shelf(wanted.library) as shelf:
        shelf.check_name(wanted.policy)
        policy = shelf.read(shelf.find(wanted.policy, wanted.on or wanted.today))
    # What a table cannot ask is told before a large export is read.
    query = compile_policy(policy)
    made = _made(wanted, policy)
    with stoppable(), work_in(wanted.out, source=wanted.source):
        if is_whole(wanted.out, made) and not _is_faulty(wanted):
            sys.stderr.write(f"{wanted.out}: nothing has changed; the answers stand as they were\n")
            return (wanted.out / SUMMARY).read_text(encoding="utf-8").removesuffix("\n")
        begin(wanted.out)
        progress = Progress()
        with temporary_in(wanted.out), progress.ticking():
            extracted = _extracted(wanted, policy, progress)
            screened = screen(
                query,
                facts=wanted.out / FACTS,
                parts=wanted.out / PARTS,
                out=wanted.out,
                watch=progress,
                made_with=__version__,
            )
        return _write(wanted, made, policy, extracted, screened)


def _made(wanted: Wanted, policy: Policy) -> Made:
    return Made(
        policy=policy.about.id,
        version=policy.about.version,
        digest=policy.about.digest,
        dictionary=f"{policy.dictionary.name}@{policy.dictionary.version}",
        dictionary_digest=policy.dictionary.digest,
        on=str(wanted.on or ""),
        made_with=__version__,
        source=digest_of((*files_of(wanted.source), *manifests_of(wanted.source))),
    )


def _is_faulty(wanted: Wanted) -> bool:
    """Whether something was not read, and that is to stop a screen."""
    problems = (wanted.out / PROBLEMS).read_text(encoding="utf-8").strip()
    return wanted.faults is Faults.STOP and bool(problems)


def _extracted(wanted: Wanted, policy: Policy, progress: Progress) -> Extracted:
    extracted = extract(
        wanted.source,
        dictionary=policy.dictionary,
        reader=LineReader(Plan(policy.dictionary)),
        out=wanted.out,
        on=wanted.on,
        faults=wanted.faults,
        memory=wanted.memory,
        watch=progress,
        made_with=__version__,
    )
    if wanted.faults is Faults.STOP and extracted.problems:
        raise BundleError(*extracted.problems)
    _tell(extracted.problems)
    return extracted


def _write(
    wanted: Wanted, made: Made, policy: Policy, extracted: Extracted, screened: Screened
) -> str:
    out = wanted.out
    words = "\n".join(_summary(policy, extracted, screened))
    write(out / SUMMARY, words)
    write(out / "summary.json", json.dumps(_report(policy, extracted, screened), indent=2))
    write(out / PROBLEMS, "\n".join(map(str, extracted.problems)))
    title = f"Who is lost where: {policy.about.id} {policy.about.version}"
    write(out / "attrition.svg", attrition_svg(screened.tally, title=title))
    finish(out, made)
    return words


def _tell(problems: Sequence[Problem]) -> None:
    tell(problems[:TOLD])
    if len(problems) > TOLD:
        sys.stderr.write(f"and {len(problems) - TOLD:,} more, in {PROBLEMS}\n")


def _faults(extracted: Extracted) -> tuple[int, int]:
    errors = sum(each.severity is Severity.ERROR for each in extracted.problems)
    return errors, len(extracted.problems) - errors


def _report(policy: Policy, extracted: Extracted, screened: Screened) -> dict[str, object]:
    tally = screened.tally
    errors, notes = _faults(extracted)
    return {
        "policy": policy.about.id,
        "version": policy.about.version,
        "digest": policy.about.digest,
        "patients": tally.patients,
        "without_date_of_service": extracted.undated,
        "not_in_force": tally.out_of_force,
        "answers": {each.value: count for each, count in tally.answers.items()},
        "near_misses": screened.near,
        "criteria": {name: asdict(counts) for name, counts in tally.criteria.items()},
        "attrition": [asdict(step) for step in tally.attrition],
        "not_read": errors,
        "to_be_looked_at": notes,
    }


def _summary(policy: Policy, extracted: Extracted, screened: Screened) -> Iterator[str]:
    tally = screened.tally
    about = policy.about
    people = "patient" if tally.patients == 1 else "patients"
    yield f"{about.id} {about.version}: {tally.patients:,} {people}"
    for each in Answer:
        yield f"  {ANSWER_WORDS[each]:<26}{tally.answers[each]:>12,}"
    yield f"  {'Lack at most two elements':<26}{screened.near:>12,}"
    if extracted.undated:
        yield f"  {'Without a date of service':<26}{extracted.undated:>12,}"
    if tally.out_of_force:
        yield f"  {'Version not in force':<26}{tally.out_of_force:>12,}"
        yield f"  It is in force {about.in_force}; of other days the answers say what it would say."
    yield ""
    yield f"{'Criterion':<44}{'met':>12}{'not met':>12}{'open':>12}"
    for criterion in policy.criteria():
        counts = tally.criteria[criterion.id]
        name = f"{criterion.id} {criterion.title or criterion.sentence}"
        if policy.sense(criterion) is Sense.AGAINST:
            name = f"{criterion.id} (against) {criterion.title or criterion.sentence}"
        numbers = f"{counts.met:>12,}{counts.not_met:>12,}{counts.open:>12,}"
        yield f"{cut(name, NAME):<44}{numbers}"
    yield ""
    yield f"{'Who is lost where':<44}{'lost':>12}{'open':>12}{'passed':>12}"
    for step in tally.attrition:
        name = f"{step.criterion} {'' if step.wanted else 'not: '}{step.title}"
        yield f"{cut(name, NAME):<44}{step.lost:>12,}{step.open:>12,}{step.clear:>12,}"
    errors, notes = _faults(extracted)
    if errors or notes:
        yield ""
        yield f"Not read: {errors:,}; to be looked at: {notes:,}; all are in {PROBLEMS}."
    yield ""
    yield "These are findings about criteria. A person decides."
