"""`multifidus screen`: a population, a policy and a day → what each patient comes to."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from multifidus import __version__
from multifidus.chart.noted import NoteReader
from multifidus.chart.statements.lines import LineReader
from multifidus.chart.statements.plan import Plan
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
from multifidus.columnar.compile import compile_policy
from multifidus.columnar.derivation.processes import Notes
from multifidus.columnar.derivation.source import digest_of, everything_in
from multifidus.columnar.engines.engine import HERE
from multifidus.columnar.engines.screen import screen
from multifidus.columnar.engines.spark import spark
from multifidus.columnar.engines.spread import spread_over
from multifidus.columnar.sources.asked import Asked, Faults
from multifidus.columnar.sources.form import Form, form_of
from multifidus.columnar.sources.inputs import extract_any
from multifidus.core.determination import Answer
from multifidus.core.policy import Sense
from multifidus.core.view import view_names
from multifidus.core.words import ANSWER_WORDS, in_force_words
from multifidus.errors import BundleError, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from multifidus.columnar.engines.engine import Engine
    from multifidus.columnar.engines.screen import Screened
    from multifidus.columnar.sources.extracted import Extracted
    from multifidus.columnar.tally import Tally
    from multifidus.core.policy import Policy
    from multifidus.errors import Problem
    from multifidus.library.shelf import Shelf

NAME = 42
"""So many letters of a criterion's name have room."""
NEARLY_ALL = 0.9
"""A larger share of open findings tells more of the day, or of the records, than of patients."""
TOLD = 20
"""So many of the things that could not be read are told on the spot; all are in a file."""


class EngineName(StrEnum):
    """Who does the work."""

    DUCKDB = "duckdb"
    SPARK = "spark"


class Elements(StrEnum):
    """Which elements of the dictionary facts are derived of."""

    ALL = "all"
    """All: the facts serve every policy over the dictionary."""
    POLICY = "policy"
    """Those that the policy asks about, which takes less than half of the time."""


class Documents(StrEnum):
    """What becomes of the documents of an export."""

    READ = "read"
    """Their words are read, as `check` does."""
    LEAVE = "leave"
    """Only what is coded is read."""


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
    documents: Documents
    processes: int
    elements: Elements = Elements.ALL
    omop: Path | None = None
    """A mapping of one's own, for tables of the OMOP model."""
    engine: EngineName = EngineName.DUCKDB


def screen_population(wanted: Wanted) -> str:
    """Screen a population; gives the summary in words."""
    with open_shelf(wanted.library) as shelf:
        shelf.check_name(wanted.policy)
        whole = shelf.read(shelf.find(wanted.policy, wanted.on or wanted.today))
        notes = _notes(wanted, shelf, whole) if wanted.documents is Documents.READ else None
        policy = whole if wanted.elements is Elements.ALL else whole.alone()
        asked = _asked(wanted, shelf, policy, notes)
    # What a table cannot ask is told before a large export is read.
    query = compile_policy(policy)
    made = _made(asked, policy)
    with stoppable(), work_in(wanted.out, source=wanted.source):
        if is_whole(wanted.out, made) and not _is_faulty(wanted):
            sys.stderr.write(f"{wanted.out}: nothing has changed; the answers stand as they were\n")
            return (wanted.out / SUMMARY).read_text(encoding="utf-8").removesuffix("\n")
        begin(wanted.out)
        progress = Progress()
        with temporary_in(wanted.out), _engine(wanted) as engine, progress.ticking():
            extracted = _extracted(wanted, replace(asked, engine=engine), progress)
            screened = screen(
                query,
                facts=wanted.out / FACTS,
                parts=wanted.out / PARTS,
                out=wanted.out,
                engine=engine,
                watch=progress,
                made_with=__version__,
            )
        return _write(wanted, made, policy, extracted, screened)


def _asked(wanted: Wanted, shelf: Shelf, policy: Policy, notes: Notes | None) -> Asked:
    """Say what is read, and by what; a mapping is read where tables need one."""
    form = form_of(wanted.source, views=view_names(policy.dictionary))
    is_mapped = form is Form.OMOP
    return Asked(
        source=wanted.source,
        form=form,
        dictionary=policy.dictionary,
        reader=LineReader(Plan(policy.dictionary)),
        mapping=shelf.mapping(policy.dictionary.name, own=wanted.omop) if is_mapped else None,
        notes=notes,
        out=wanted.out,
        on=wanted.on,
        faults=wanted.faults,
        memory=wanted.memory,
        made_with=__version__,
    )


def _notes(wanted: Wanted, shelf: Shelf, policy: Policy) -> Notes:
    """
    Tell how documents are read; nothing of it is kept from one version of ours to the next.

    The phrases of one element hide those of another, so the whole dictionary is read by.
    """
    dictionary = policy.dictionary
    return Notes(
        reader=NoteReader(dictionary, shelf.lexicon(dictionary.name)),
        key=f"{__version__} {shelf.digest_of_wording()}",
        processes=wanted.processes,
    )


def _made(asked: Asked, policy: Policy) -> Made:
    source = [digest_of(everything_in(asked.source))]
    source += [asked.mapping.digest] if asked.mapping else []
    source += [asked.notes.key] if asked.notes else []
    return Made(
        policy=policy.about.id,
        version=policy.about.version,
        digest=policy.about.digest,
        dictionary=f"{policy.dictionary.name}@{policy.dictionary.version}",
        dictionary_digest=policy.dictionary.digest,
        on=str(asked.on or ""),
        made_with=__version__,
        source=" ".join(source),
    )


def _is_faulty(wanted: Wanted) -> bool:
    """Whether something was not read, and that is to stop a screen."""
    problems = (wanted.out / PROBLEMS).read_text(encoding="utf-8").strip()
    return wanted.faults is Faults.STOP and bool(problems)


@contextmanager
def _engine(wanted: Wanted) -> Iterator[Engine]:
    match wanted.engine:
        case EngineName.DUCKDB:
            yield HERE
        case EngineName.SPARK:
            with spark() as session, spread_over(session, memory=wanted.memory) as engine:
                yield engine


def _extracted(wanted: Wanted, asked: Asked, progress: Progress) -> Extracted:
    extracted = extract_any(asked, watch=progress)
    if wanted.faults is Faults.STOP and extracted.problems:
        raise BundleError(*extracted.problems)
    _tell(extracted.problems)
    return extracted


def _write(
    wanted: Wanted, made: Made, policy: Policy, extracted: Extracted, screened: Screened
) -> str:
    out = wanted.out
    words = "\n".join(_summary(policy, extracted, screened, on=wanted.on))
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


def _is_mostly_open(policy: Policy, tally: Tally) -> bool:
    """Whether half of the clauses stay open for nearly everybody, so that somebody asks why."""
    if policy.about.stance.is_without_position or not tally.patients:
        return False
    clauses = list(policy.clauses())
    still = [each for each in clauses if tally.criteria[each.id].open > NEARLY_ALL * tally.patients]
    return 2 * len(still) >= len(clauses)


def _summary(
    policy: Policy, extracted: Extracted, screened: Screened, *, on: date | None
) -> Iterator[str]:
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
        days = in_force_words(about.in_force)
        yield f"  It is {days}. Of other days the answers say what it would say."
    if _is_mostly_open(policy, tally):
        yield ""
        yield "Half of the clauses, or more, stay open for nearly everybody."
        if on:
            yield f"  What is dated after the day of service, here {on}, does not count: give a"
            yield "  later day with --on, or none, for the day that each record itself names."
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
